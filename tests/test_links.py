"""Links and pictures lead somewhere: to a file of this repository, and to a heading that is there.

Links to other sites are followed once a week (`pytest -m outside`); the other tests need no network.
"""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import course
import mistune
import pytest
import requests
from served import Quiet, serve

PARSE = mistune.create_markdown(renderer="ast", plugins=["table", "math"])
SOURCE = re.compile(r"""\b(?:src|srcset|href)\s*=\s*["']([^"']+)""")
# Sites that now and then are too slow for a program, or answer "too many" or "forbidden" to one whose
# reader would get the page: there only a page that is gone counts.
FLAKY = ("mybinder.org", "readthedocs.io", "tljh.jupyter.org", "z2jh.jupyter.org")
GONE = (404, 410)


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


def pages() -> list[Path]:
    """Every page that a reader may open."""
    paths = [*course.NOTEBOOKS.glob("*.ipynb"), *course.NOTEBOOKS.glob("*.md")]
    paths += [*course.ROOT.glob("*.md"), *(course.ROOT / ".github").rglob("*.md")]
    return paths + [*(course.ROOT / "binder").rglob("*.md")]


def targets(token: dict) -> list[str]:
    """Where a piece of Markdown leads, or what it shows."""
    if token["type"] in ("link", "image"):
        return [token["attrs"]["url"]]
    return SOURCE.findall(words(token)) if "html" in token["type"] else []


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
        leads = targets(token)
        if token["type"] in ("link", "image") and not words(token).strip():
            found.append(f"{path.name}: {leads[0]} has no text that says what it is")
        if token["type"] == "text" and re.search(r"\](\[[^\]]*\]|\()", token["raw"]):
            found.append(f"{path.name}: “{token['raw']}” is meant to be a link, and is none")
        for target in leads:
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
    found = [one for path in pages() for text in texts(path) for one in problems(path, text)]
    course.expect_none(found)


def test_links_that_lead_nowhere_are_found():
    here = course.NOTEBOOKS / "01_data.ipynb"
    text = "[x](02_sigmoid.ipynb#One-formula), [x](../README.md#the-notebooks) `a[0][1]`"
    assert problems(here, text) == []
    wrong = ["[x](nope.ipynb)", "[x](02_sigmoid.ipynb#Two-formulas)", "[x](../../other/README.md)"]
    wrong += ["![](../figures/cycle.svg)", "[a][b]", "![a](b c.svg)", '<source srcset="nope.svg">']
    for text in wrong:
        assert len(problems(here, text)) == 1, text


def outside() -> dict[str, str]:
    """Every address of another site that a page names, each with the first page that does."""
    found = {}
    for path in pages():
        leads = [one for text in texts(path) for token in tokens(text) for one in targets(token)]
        for one in leads:
            if re.match(r"https?:", one):
                found.setdefault(one, path.relative_to(course.ROOT).as_posix())
    return found


def answer(address: str, tries: int = 3) -> str:
    """What is wrong with the answer to that address, or an empty text."""
    flaky = (urlsplit(address).hostname or "").endswith(FLAKY)
    for _ in range(tries):
        try:
            agent = {"User-Agent": "Mozilla/5.0 (compatible; a course that checks its links)"}
            with requests.get(address, headers=agent, timeout=30, stream=True) as reply:
                wrong = "" if reply.ok else str(reply.status_code)
                if reply.ok or reply.status_code in GONE:
                    return wrong
        except requests.RequestException as error:
            wrong = type(error).__name__
    return "" if flaky else wrong


@pytest.mark.outside
def test_links_to_other_sites_lead_somewhere():
    answers = {f"{page}: {address}": answer(address) for address, page in outside().items()}
    course.expect_none([f"{where} answers {wrong}" for where, wrong in answers.items() if wrong])


def test_all_links_to_other_sites_are_known_and_those_that_are_gone_are_found(monkeypatch):
    assert {
        "https://iamtrask.github.io/2015/07/12/basic-python-network/": "notebooks/06_training.ipynb",
        "https://mybinder.org": "README.md",
        "https://z2jh.jupyter.org": "binder/hub/README.md",
    }.items() <= outside().items()

    class Site(Quiet):
        def do_GET(self):
            self.send_response(int(self.path[1:]))
            self.end_headers()

    with serve(Site) as server:
        there = [f"{server.address}/{status}" for status in [200, 404, 429, 503]]
        assert [answer(one) for one in there] == ["", "404", "429", "503"]
        monkeypatch.setitem(globals(), "FLAKY", ("127.0.0.1",))
        assert [answer(one) for one in there] == ["", "404", "", ""]
        server.shutdown()
    monkeypatch.undo()
    assert answer(there[0], tries=1) == "ConnectionError"
