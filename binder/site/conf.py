"""Settings of Sphinx for the pages to read. pages.py lays the sources out beside this file."""

import json
import re
from html import escape, unescape
from pathlib import Path

from docutils import nodes
from latex2mathml import converter

HERE = Path(__file__).parent
COURSE = json.loads((HERE / "course.json").read_text(encoding="utf-8"))

project = html_title = "A program that learns"
author = "the authors of the course"
project_copyright = "text and figures CC BY 4.0, code MIT"
language = "en"
root_doc = "index"
extensions = ["myst_nb"]
exclude_patterns = ["README.md"]  # the front page includes it
nb_execution_mode = "off"  # what is stored was tested
nb_mime_priority_overrides = [("html", "text/html", 0)]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
myst_heading_slug_func = "anchors.anchor"
# A folded solution may hold a heading's worth of text, and Python's prompts are no language.
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type"]
html_theme = "furo"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#00588f", "color-brand-content": "#00588f"},
    "dark_css_variables": {"color-brand-primary": "#7cc4f5", "color-brand-content": "#7cc4f5"},
}
html_baseurl = COURSE["address"]
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_extra_path = ["extra"]
html_copy_source = html_use_index = False
html_show_sphinx = False
html_favicon = "_static/icon.svg"
html_math_renderer = "mathml"


def formula(display: str):
    """A visitor that writes a formula as MathML, which needs no script and no fonts of its own."""

    def visit(translator, node) -> None:
        translator.body.append(converter.convert(node.astext(), display=display))
        raise nodes.SkipNode

    return visit


def describe(app, page: str, template: str, context: dict, doctree) -> None:
    """Say in the head of a page what it is about, for search engines and whoever shares a link."""
    said = COURSE["descriptions"].get(page, COURSE["descriptions"]["index"])
    told = {
        "type": "website" if page == "index" else "article",
        "site_name": project,
        "title": unescape(re.sub("<[^>]+>", "", context.get("title", project))),
        "description": said,
    }
    if COURSE["address"]:  # others need it to find the picture
        told |= {
            "url": context["pageurl"],
            "image": f"{COURSE['address']}figures/preview.png",
            "image:width": "1200",
            "image:height": "630",
            "image:alt": COURSE["preview"],
        }
    tags = [f'<meta property="og:{name}" content="{escape(text)}">' for name, text in told.items()]
    tags.append(f'<meta name="description" content="{escape(said)}">')
    tags.append('<meta name="twitter:card" content="summary_large_image">')
    context["metatags"] = context.get("metatags", "") + "".join(tags)


def setup(app) -> dict:
    inline, block = formula("inline"), formula("block")
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.connect("html-page-context", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
