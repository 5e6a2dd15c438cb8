"""The pages to read: what Sphinx is given, made from the notebooks, the README and the glossary."""

import hashlib
import json
import os
import re
import shutil
import sys
from base64 import b64decode
from pathlib import Path, PurePosixPath

from anchors import anchor
from finish import finish
from run import ROOT, read_toml, run

HERE = Path(__file__).resolve().parent
# Which page of the site a file of the repository becomes.
PLACES = {
    "README.md": "index.md",
    "TEACHING.md": "teaching.md",
    "binder/hub/README.md": "class.md",
    "notebooks/glossary.md": "notebooks/glossary.md",
    "binder/site/index.md": "index.md",
    "binder/site/summary.md": "summary.md",
    "binder/site/404.md": "404.md",
}
BUTTON = """<div class="run"><a href="../run/{app}/index.html?path=notebooks/{name}">Run this notebook here</a>
<span>It starts Python in your browser: nothing to install, and your changes stay in this browser.</span></div>"""
TREE = """
```{{toctree}}
:hidden:
:caption: {caption}

{pages}
```
"""
ABOUT = "build a neural network from nothing but NumPy"
DESCRIPTIONS = {
    "index": f"{ABOUT[0].upper()}{ABOUT[1:]}, and understand every line.",
    "notebooks/glossary": f"Every word and sign of a course in which you {ABOUT}, in one line each.",
    "summary": "A whole neural network on one page, to print: its code, formulas and shapes.",
    "teaching": f"For whoever teaches with it: a course in which learners {ABOUT}.",
    "class": f"How to serve a class a course in which learners {ABOUT}.",
    "search": f"Search a course in which you {ABOUT}.",
    "404": f"A course in which you {ABOUT}.",
}
PREVIEW = (
    "The trained network: three inputs and their weights, four predictions on their targets, and the"
    " error, which has fallen in a nearly straight line."
)
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)")
INLINE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")


def site_address() -> str:
    """Where the site will be, with a slash at its end; empty if SITE_ADDRESS does not say it."""
    address = os.environ.get("SITE_ADDRESS", "").strip()
    if address and not re.match(r"https?://[^/\s]+(/\S*)?$", address):
        sys.exit(f"SITE_ADDRESS is {address!r}, and should be like https://course.example.org")
    return address and address.rstrip("/") + "/"


def build(work: Path, site: Path) -> None:
    """Build the pages into the folder `site`. `work` is an empty folder for what is between."""
    source, course = work / "pages", read_toml(ROOT / "notebooks" / "course.toml")
    (source / "notebooks").mkdir(parents=True)
    (source / "extra" / "pictures").mkdir(parents=True)
    shutil.copytree(ROOT / "figures", source / "figures", ignore=shutil.ignore_patterns("*.py"))
    (source / "extra" / "figures").mkdir()
    for name in ["learning.gif", "learning.svg", "preview.png"]:
        shutil.copy(ROOT / "figures" / name, source / "extra" / "figures")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        text = with_button(path, source / "extra" / "pictures")
        (source / "notebooks" / path.name).write_text(text, encoding="utf-8")
    for name, place in PLACES.items():
        text = on_site((ROOT / name).read_text(encoding="utf-8"), name)
        text = re.sub(r"`make refresh`.*\n", "", text)  # the glossary's line for authors
        text = text.replace("![ALT](../../", f"![{described('summary')}](")
        place = "README.md" if name == "README.md" else place  # the front page includes it
        (source / place).write_text(text, encoding="utf-8")
    for name in ["conf.py", "anchors.py"]:
        shutil.copy(HERE / name, source)
    (source / "_static").mkdir()
    for name in ["site.css", "icon.svg"]:
        shutil.copy(HERE / name, source / "_static")
    with open(source / "index.md", "a", encoding="utf-8") as file:
        file.write(trees(course))
    notebooks = in_order(course)
    about = DESCRIPTIONS | {
        f"notebooks/{one['file'][:-6]}": (
            f"{one['question']} Notebook {number} of {len(notebooks)} in which you {ABOUT}."
        )
        for number, one in enumerate(notebooks, 1)
    }
    told = {"descriptions": about, "preview": PREVIEW, "address": site_address()}
    (source / "course.json").write_text(json.dumps(told), encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-b", "html", "--fail-on-warning", "--quiet"]
    run([*command, "-d", work / "doctrees", source, site], source)
    finish(site, site_address(), moved(notebooks))


def in_order(course: dict) -> list[dict]:
    """The entries of the notebooks in the table of the course."""
    return [one for part in course["part"] for one in part["notebook"]]


def moved(notebooks: list[dict]) -> dict[str, str]:
    """The page of each notebook of the table, by the places that it had under earlier names."""
    return {
        f"notebooks/{earlier}.html": f"{one['file'][:-6]}.html"
        for one in notebooks
        for earlier in one.get("earlier", [])
    }


def described(name: str) -> str:
    """What a drawing shows, in the words inside it."""
    drawing = (ROOT / "figures" / f"{name}.svg").read_text(encoding="utf-8")
    return re.search(r"<desc[^>]*>(.*?)</desc>", drawing, re.DOTALL)[1]


def on_site(text: str, name: str) -> str:
    """The Markdown of a file of the repository, with its links as they are on the site.

    Of a link to what is not there, the words are left.
    """
    here = PurePosixPath(PLACES.get(name, name)).parent

    def link(found: re.Match) -> str:
        words, target, heading = found.groups()
        there = os.path.normpath(PurePosixPath(name).parent / target) if target else name
        served = there in PLACES or there.startswith(("notebooks/", "figures/"))
        if not (served and (ROOT / there).is_file()):
            return words
        if there == "README.md" and heading and anchor(heading[1:]) not in on_front_page():
            return words
        target = target and os.path.relpath(PLACES.get(there, there), here).replace("\\", "/")
        return f"[{words}]({target}{'#' + anchor(heading[1:]) if heading else ''})"

    return LINK.sub(link, text)


def on_front_page() -> set[str]:
    """The anchors of the README's headings that the front page shows."""
    end = re.search(r':end-before: "(.*)"', (HERE / "index.md").read_text(encoding="utf-8"))[1]
    shown = (ROOT / "README.md").read_text(encoding="utf-8").partition(end)[0]
    return {anchor(title) for title in re.findall("^#+ (.*)", shown, re.MULTILINE)}


def trees(course: dict) -> str:
    """The contents of the whole site, for the end of the front page."""
    text = ""
    for number, part in enumerate(course["part"], 1):
        files = "\n".join(f"notebooks/{one['file'][:-6]}" for one in part["notebook"])
        text += TREE.format(caption=f"Part {number} · {part['title']}", pages=files)
    rest = ["notebooks/glossary", "summary", "teaching", "class"]
    return text + TREE.format(caption="To look up", pages="\n".join(rest))


def with_button(path: Path, pictures: Path) -> str:
    """A notebook with a button below its title, and its pictures in files beside the page, where a
    browser fetches them when they come into sight."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = on_site("".join(cell["source"]), f"notebooks/{path.name}")
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html")
            if html:
                output["data"] = {"text/html": outside("".join(html), pictures)}
    first = notebook["cells"][0]
    title, _, rest = first["source"].partition("\n")
    first["source"] = f"{title}\n\n{BUTTON.format(app='notebooks', name=path.name)}\n{rest}"
    return json.dumps(notebook)


def outside(html: str, pictures: Path) -> str:
    """HTML whose pictures were moved into files."""

    def move(found: re.Match) -> str:
        content = b64decode(found[1])
        name = f"{hashlib.sha256(content).hexdigest()[:16]}.png"
        (pictures / name).write_bytes(content)
        return f"../pictures/{name}"

    return INLINE.sub(move, html)
