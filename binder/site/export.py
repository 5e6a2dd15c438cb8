"""Export the course: one self-contained page for each page to read, and a PDF of all notebooks with
the answers at its end. `make pages` writes them into _pages/."""

import argparse
import base64
import html
import mimetypes
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pages
from chromium import ADVICE, browser_path
from policy import TAG, protect
from run import ROOT, read_toml

LEFT_OUT = ["search.html", "404.html"]
FILE = re.compile(
    r'(?<=")((?:\.\./)*(?:pictures|figures|_images|_downloads|_static)/[^"?]+)\??[^"]*(?=")'
)
SCRIPT = re.compile(r'<script src="([^"?]*)[^>]*></script>')
STYLE = re.compile(r'<link rel="stylesheet" href="([^"]*)">')
# What is of no use without the site: its policy, its search, its Python.
SITE_ONLY = re.compile(
    TAG.format(policy='[^"]*')
    + r'|<link (?:rel="search"|rel="canonical")[^>]*>'
    + r'|<form class="sidebar-search-container".*?</form>'
    + r'|<div class="run">.*?</div>',
    re.DOTALL,
)
FOLDED = re.compile(r"<details[^>]*>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
INSIDE = re.compile(r'<a [^>]*href="#([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
HEADING = re.compile(r"<h([1-6])[^>]*>(.*?)</h\1>", re.DOTALL)
TITLE = "A program that learns"
ADVICE_TO_RUN = "To move this picture, run its cell: the one above it."  # live.py's


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "_pages")
    output = parser.parse_args().output
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".pages-") as folder:
        site, made = Path(folder, "site"), Path(folder, "made")
        pages.build(Path(folder), site)
        export(site, made)
        shutil.rmtree(output, ignore_errors=True)
        made.rename(output)
    print(f"The pages are in {output}: begin with index.html. Each is whole by itself.")
    if browser_path() is None:
        print(f"There is no course.pdf: {ADVICE}.")


def export(site: Path, output: Path) -> None:
    """Write what `site` has to read into a folder: self-contained pages and, with a Chromium, the PDF."""
    for path in site.rglob("*.html"):
        place = path.relative_to(site)
        if "run" not in place.parts and path.name not in LEFT_OUT:
            (output / place).parent.mkdir(parents=True, exist_ok=True)
            (output / place).write_text(alone(path), encoding="utf-8")
            protect(output / place)
    if browser_path():
        book(site, output / "course.pdf")


def data(path: Path) -> str:
    """A file as an address that holds it."""
    kind = mimetypes.guess_type(path.name)[0]
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def alone(path: Path) -> str:
    """A page with all that it shows inside, and nothing that is of use on the site only."""

    def style(found: re.Match) -> str:
        return f"<style>{(path.parent / found[1]).read_text(encoding='utf-8')}</style>"

    def script(found: re.Match) -> str:
        if not found[1].endswith("furo.js"):  # the others are the search's
            return ""
        return f"<script>{(path.parent / found[1]).read_text(encoding='utf-8')}</script>"

    text = SITE_ONLY.sub("", path.read_text(encoding="utf-8"))
    text = SCRIPT.sub(script, STYLE.sub(style, text))
    return FILE.sub(lambda found: data(path.parent / html.unescape(found[1])), text)


def book(site: Path, output: Path) -> None:
    """Print all notebooks, the glossary and the page to keep into one PDF."""
    course = read_toml(ROOT / "notebooks" / "course.toml")
    names = [f"notebooks/{one['file'][:-6]}" for one in pages.in_order(course)]
    chapters, answers, titles = [], [], []
    for name in [*names, "notebooks/glossary", "summary"]:
        chapter, found = folded_last(article(site / f"{name}.html"), Path(name).name)
        chapters.append(f'<article class="chapter" id="{Path(name).name}">{chapter}</article>')
        titles.append((Path(name).name, HEADING.search(chapter)[2]))
        if found:
            answers.append(f"<h2>{titles[-1][1]}</h2>{''.join(found)}")
    contents = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title in titles)
    style = "".join(
        (site / name).read_text(encoding="utf-8")
        for name in STYLE.findall((site / "index.html").read_text(encoding="utf-8"))
    )
    whole = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>'
        f'<style>{style}@page {{ size: A4; }}</style></head><body class="book"><h1 id="index">{TITLE}</h1>'
        f"<p>{pages.DESCRIPTIONS['index']}</p><ul>{contents}"
        f'<li><a href="#answers">Answers</a></li></ul>{"".join(chapters)}'
        f'<article class="chapter" id="answers"><h1>Answers</h1>{"".join(answers)}</article></body></html>'
    )
    there = set(re.findall(r' id="([^"]+)"', whole))
    whole = INSIDE.sub(lambda found: found[0] if found[1] in there else found[2], whole)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "book.html")
        source.write_text(whole, encoding="utf-8")
        command = [browser_path(), "--headless", "--no-sandbox", "--disable-gpu"]
        command += ["--no-pdf-header-footer", "--generate-pdf-document-outline"]
        command += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={output}"]
        done = subprocess.run([*command, source.as_uri()], capture_output=True, text=True)
        if done.returncode or not output.is_file():
            sys.exit(f"{done.stderr[-2000:]}\nChromium printed no PDF; what it said stands above.")


def article(path: Path) -> str:
    """The text of a page, for a book: still pictures, all there at once, and links inside the book."""
    text = re.search(r"<article[^>]*>(.*?)</article>", alone(path), re.DOTALL)[1]
    text = re.sub(
        r'<script.*?</script>|<a class="headerlink".*?</a>| loading="lazy"',
        "",
        text,
        flags=re.DOTALL,
    )
    text = text.replace(f"<p>{ADVICE_TO_RUN}</p>", "")
    name = path.stem
    text = re.sub(r' id="([^"]+)"', rf' id="{name}--\1"', text)
    text = re.sub(r' href="#([^"]+)"', rf' href="#{name}--\1"', text)
    text = re.sub(r' href="(?:\.\./)?(?:notebooks/)?(\w+)\.html#([^"]+)"', r' href="#\1--\2"', text)
    text = re.sub(r' href="(?:\.\./)?(?:notebooks/)?(\w+)\.html"', r' href="#\1"', text)
    return re.sub(r' href="#index--[^"]*"', ' href="#index"', text)


def folded_last(text: str, name: str) -> tuple[str, list[str]]:
    """A chapter with a link in place of what was folded away, and what that was, for the end."""
    taken = []

    def take(found: re.Match) -> str:
        here, there = f"{name}--folded-{len(taken)}", f"{name}--answer-{len(taken)}"
        heading = HEADING.findall(text[: found.start()])[-1][1]
        taken.append(f'<h3 id="{there}">{heading}: <a href="#{here}">{found[1]}</a></h3>{found[2]}')
        return f'<p id="{here}"><a href="#{there}">{found[1]}: at the end</a></p>'

    return FOLDED.sub(take, text), taken


if __name__ == "__main__":
    main()
