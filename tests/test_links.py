"""Links and pictures lead somewhere: to a file of this repository, and to a heading that is there.

Links to other sites are not followed here; the tests need no network.
"""

import re
from pathlib import Path
from urllib.parse import unquote

import course
import mistune

PARSE = mistune.create_markdown(renderer="ast", plugins=["table", "math"])
SOURCE = re.compile(r"""\b(?:src|srcset|href)\s*=\s*["']([^"']+)""")


def tokens(text: str) -> list[dict]:
    """All that a Markdown text is made of, each piece with its `type`."""
    found, waiting = [], PARSE(text)
    while waiting:
        token = waiting.pop(0)
        found.append(token)
        waiting = token.get("children", []) + waiting
    return found


def words(token: dict) -> str:
    """The text inside a piece."""
    return token.get("raw", "") + "".join(map(words, token.get("children", [])))


def texts(path: Path) -> list[str]:
    """The Markdown of a page: a notebook's cells, or a file as a whole."""
    if path.suffix == ".ipynb":
        notebook = next(one for one in course.notebooks() if one.name == path.name)
        return [cell.source for cell in notebook.markdown]
    return [path.read_text(encoding="utf-8")] if path.suffix == ".md" else []


def anchors(path: Path) -> set[str]:
    """The headings of a page as JupyterLab links to them in a notebook, and GitHub in a file."""
    found = [token for text in texts(path) for token in tokens(text) if token["type"] == "heading"]
    if path.suffix == ".ipynb":
        return {words(heading).replace(" ", "-") for heading in found}
    return {re.sub(r"[^\w\- ]", "", words(one).lower()).replace(" ", "-") for one in found}


def problems(path: Path, text: str) -> list[str]:
    """What is wrong with the links and pictures of a text that stands in this file."""
    found = []
    for token in tokens(text):
        targets = SOURCE.findall(words(token)) if "html" in token["type"] else []
        if token["type"] in ("link", "image"):
            targets = [token["attrs"]["url"]]
            if not words(token).strip():
                found.append(f"{path.name}: {targets[0]} has no text that says what it is")
        if token["type"] == "text" and re.search(r"\]\[[^\]]*\]", token["raw"]):
            found.append(f"{path.name}: nobody defines the reference in “{token['raw']}”")
        for target in targets:
            if re.match(r"https?:", target):
                continue
            file, _, anchor = unquote(target).partition("#")
            place = (path.parent / file).resolve() if file else path
            if not (place.exists() and place.is_relative_to(course.ROOT)):
                found.append(f"{path.name}: {target} leads to no file of this repository")
            elif anchor and anchor not in anchors(place):
                found.append(f"{path.name}: {target} leads to no heading of {place.name}")
    return found


def test_every_link_and_picture_leads_somewhere():
    paths = [*course.NOTEBOOKS.glob("*.ipynb"), *course.NOTEBOOKS.glob("*.md")]
    paths += [*course.ROOT.glob("*.md"), *(course.ROOT / "binder").rglob("*.md")]
    found = [problem for path in paths for text in texts(path) for problem in problems(path, text)]
    course.expect_none(found)


def test_links_that_lead_nowhere_are_found():
    here = course.NOTEBOOKS / "01_data.ipynb"
    text = "[x](02_sigmoid.ipynb#One-formula), [x](../README.md#the-notebooks) `a[0][1]`"
    assert problems(here, text) == []
    for text in [
        "[x](nope.ipynb)",
        "![](../figures/cycle.svg)",
        "[x](02_sigmoid.ipynb#Two-formulas)",
        "[x](../../other/README.md)",
        "[a][b]",
        '<source srcset="nope.svg">',
    ]:
        assert len(problems(here, text)) == 1, text
