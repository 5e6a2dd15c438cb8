"""What Sphinx's pages still lack: one style sheet, sizes of pictures, a policy, ways for robots and
for those who come by an old address."""

import hashlib
import re
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from policy import protect

# What screen readers miss in the theme's pages, and an empty head in the README's tables.
MENDED = [
    ('<p class="caption" role="heading">', '<p class="caption" role="heading" aria-level="2">'),
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="Contents">'),
    ('<aside class="toc-drawer', '<aside aria-label="On this page" class="toc-drawer'),
    ('<th class="head"><p></p></th>', "<td></td>"),
    ('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper'),  # may scroll sideways
    ('<meta name="robots" content="noindex" />', ""),  # whoever looks for the search may find it
]
# Names, brackets and spaces in code have the colour of all text: half of a page's elements.
PLAIN = re.compile(r'<span class="[npw]">([^<]*)</span>')
STYLES = re.compile(r'(?:<link rel="stylesheet" type="text/css" href="[^"]*" />\s*)+')
OF_SEARCH = re.compile(
    r'<script src="[^"]*_static/(?:doctools|sphinx_highlight)\.js[^>]*></script>'
)
PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^":]+)"[^>]*>')
MOVED = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>This page has moved</title>
<meta http-equiv="refresh" content="0; url={place}"><link rel="canonical" href="{address}">
</head><body><p>This page has moved: <a href="{place}">read it here</a>.</p></body></html>
"""


def finish(site: Path, address: str, moved: dict[str, str]) -> None:
    """Finish the pages in the folder `site`, which will be at `address` if that is not empty.

    `moved` says of pages that were renamed which page is beside their old place now.
    """
    pages = sorted(site.rglob("*.html"))
    for path in pages:
        text = path.read_text(encoding="utf-8")
        for before, after in MENDED:
            text = text.replace(before, after)
        if path.name == "search.html":
            text = re.sub("<article[^>]*>", r"\g<0><h1>Search</h1>", text)
        else:
            text = OF_SEARCH.sub("", text)
        text = sized(one_style(PLAIN.sub(r"\1", text), path), path)
        if path.name == "404.html":  # which is shown at any address
            base = f"<head><base href='{urlsplit(address).path or '/'}'>"
            text = text.replace("<head>", base, 1).replace('href="#', 'href="404.html#')
        path.write_text(text, encoding="utf-8")
        protect(path)
    unused = ["objects.inv", ".buildinfo", "_static/*.css", "_static/*.png", "_static/*/*.css"]
    for path in [path for name in [*unused, "_static/*/*.map"] for path in site.glob(name)]:
        if not path.name.startswith("course."):
            path.unlink()
    robots = "User-agent: *\nAllow: /\n"
    if address:
        robots += f"Sitemap: {address}sitemap.xml\n"
        found = [path for path in pages if path.name not in ["404.html", "search.html"]]
        places = "".join(
            f"<url><loc>{escape(address + path.relative_to(site).as_posix())}</loc></url>\n"
            for path in found
        )
        (site / "sitemap.xml").write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n',
            encoding="utf-8",
        )
    (site / "robots.txt").write_text(robots, encoding="utf-8")
    for old, place in moved.items():
        whole = f"{address}{old.rpartition('/')[0]}/{place}" if address else place
        (site / old).write_text(MOVED.format(place=place, address=whole), encoding="utf-8")
        protect(site / old)


def one_style(text: str, path: Path) -> str:
    """A page whose style sheets are one, so that a browser waits for one file."""
    block = STYLES.search(text)[0]
    names = re.findall(r'href="([^"?]*)', block)
    found = [(path.parent / name).read_text(encoding="utf-8") for name in names]
    style = re.sub(r"/\*# sourceMappingURL.*?\*/", "", "\n".join(found))
    name = f"course.{hashlib.sha256(style.encode()).hexdigest()[:8]}.css"
    folder = names[0].rpartition("/")[0]
    (path.parent / folder / name).write_text(style, encoding="utf-8")
    return text.replace(block, f'<link rel="stylesheet" href="{folder}/{name}">\n', 1)


def sized(text: str, path: Path) -> str:
    """A page whose pictures keep their place while they load, which is when they come into sight."""

    def size(found: re.Match) -> str:
        width, height = dimensions(path.parent / found[1])
        return found[0].replace("<img", f'<img loading="lazy" width="{width}" height="{height}"', 1)

    return PICTURE.sub(size, text)


def dimensions(path: Path) -> tuple[int, int]:
    """Width and height of a picture, in pixels."""
    content = path.read_bytes()
    if path.suffix == ".svg":
        width, height = re.search(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"', content).groups()
        return round(float(width) * 4 / 3), round(float(height) * 4 / 3)  # from points
    if path.suffix == ".gif":
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
