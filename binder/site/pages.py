"""The pages to read: what Sphinx is given, made from the notebooks, the README and the glossary."""

import hashlib
import json
import re
import shutil
import sys
from base64 import b64decode
from pathlib import Path

from policy import protect
from run import ROOT, read_toml, run

HERE = Path(__file__).resolve().parent
BUTTON = """<div class="run"><a href="../run/{app}/index.html?path=notebooks/{name}">Run this notebook here</a>
<span>It starts Python in your browser: nothing to install, and your changes stay in this browser.</span></div>"""
TREE = """
```{{toctree}}
:hidden:
:caption: {caption}

{pages}
```
"""
# What screen readers miss in the theme's pages, and an empty head in the README's tables.
MENDED = [
    ('<p class="caption" role="heading">', '<p class="caption" role="heading" aria-level="2">'),
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="Contents">'),
    ('<aside class="toc-drawer', '<aside aria-label="On this page" class="toc-drawer'),
    ('<th class="head"><p></p></th>', "<td></td>"),
    ('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper'),  # may scroll sideways
]
INLINE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")


def build(work: Path, site: Path) -> None:
    """Build the pages into the folder `site`. `work` is an empty folder for what is between."""
    source, course = work / "pages", read_toml(ROOT / "notebooks" / "course.toml")
    (source / "notebooks").mkdir(parents=True)
    (source / "extra" / "pictures").mkdir(parents=True)
    shutil.copytree(ROOT / "figures", source / "figures", ignore=shutil.ignore_patterns("*.py"))
    shutil.copytree(ROOT / "figures", source / "extra" / "figures", ignore=only("learning.*"))
    glossary = (ROOT / "notebooks" / "glossary.md").read_text(encoding="utf-8")
    glossary = re.sub(r"`make refresh`.*\n", "", glossary)  # that is for authors
    (source / "notebooks" / "glossary.md").write_text(glossary, encoding="utf-8")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        text = with_button(path, source / "extra" / "pictures")
        (source / "notebooks" / path.name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "README.md", source)
    shutil.copy(HERE / "conf.py", source)
    (source / "_static").mkdir()
    for name in ["site.css", "icon.svg"]:
        shutil.copy(HERE / name, source / "_static")
    (source / "index.md").write_text(front_page(course), encoding="utf-8")
    drawing = (ROOT / "figures" / "summary.svg").read_text(encoding="utf-8")
    summary = (HERE / "summary.md").read_text(encoding="utf-8")
    said = re.search(r"<desc[^>]*>(.*?)</desc>", drawing, re.DOTALL)[1]
    summary = summary.replace("ALT", said).replace("../../figures/", "figures/")
    (source / "summary.md").write_text(summary, encoding="utf-8")
    described = {
        "index": "Build a neural network from nothing but NumPy, and understand every line."
    }
    for part in course["part"]:
        for one in part["notebook"]:
            described[f"notebooks/{one['file'][:-6]}"] = f"{one['question']} {one['piece']}"
    (source / "course.json").write_text(json.dumps({"descriptions": described}), encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-b", "html", "--fail-on-warning", "--quiet"]
    run([*command, "-d", work / "doctrees", source, site], source)
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for before, after in MENDED:
            text = text.replace(before, after)
        if path.name == "search.html":
            text = re.sub("<article[^>]*>", r"\g<0><h1>Search</h1>", text)
        path.write_text(text, encoding="utf-8")
        protect(path)
    for left in ["objects.inv", ".buildinfo"]:
        (site / left).unlink(missing_ok=True)


def only(pattern: str):
    """For shutil.copytree: leave out everything but files of that pattern."""
    return lambda folder, names: set(names) - {path.name for path in Path(folder).glob(pattern)}


def front_page(course: dict) -> str:
    """The front page, with the contents of the whole site at its end."""
    text = (HERE / "index.md").read_text(encoding="utf-8")
    for number, part in enumerate(course["part"], 1):
        files = "\n".join(f"notebooks/{one['file'][:-6]}" for one in part["notebook"])
        text += TREE.format(caption=f"Part {number} · {part['title']}", pages=files)
    return text + TREE.format(caption="To look up", pages="notebooks/glossary\nsummary")


def with_button(path: Path, pictures: Path) -> str:
    """A notebook with a button below its title, and its pictures in files beside the page, where a
    browser fetches them when they come into sight."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    first = notebook["cells"][0]
    title, _, rest = "".join(first["source"]).partition("\n")
    first["source"] = f"{title}\n\n{BUTTON.format(app='notebooks', name=path.name)}\n{rest}"
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html")
            if html:
                output["data"] = {"text/html": outside("".join(html), pictures)}
    return json.dumps(notebook).replace("](../README.md", "](../index.md")


def outside(html: str, pictures: Path) -> str:
    """HTML whose pictures were moved into files."""

    def move(found: re.Match) -> str:
        content = b64decode(found[1])
        name = f"{hashlib.sha256(content).hexdigest()[:16]}.png"
        (pictures / name).write_bytes(content)
        return f"../pictures/{name}"

    def sized(found: re.Match) -> str:
        content = b64decode(found[1])
        width, height = (int.from_bytes(content[at : at + 4], "big") for at in [16, 20])
        return f'<img loading="lazy" width="{width}" height="{height}" src="{found[0][10:]}'

    html = re.sub(f'<img src="{INLINE.pattern}', sized, html)
    return INLINE.sub(move, html)
