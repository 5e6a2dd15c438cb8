"""The course's pages keep the rules for accessible pages: axe-core finds no fault in them, and the
pictures to play with are alive."""

import course
import lab
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# JupyterLab's theme, which no notebook can change: the colours of highlighted code and of the
# numbers beside the cells, and links without an underline.
THEME = {"exclude": [[".highlight"], [".jp-InputPrompt"], [".jp-OutputPrompt"]]}
THEME_RULES = {"link-in-text-block": {"enabled": False}}

pytestmark = lab.needs_browser


@pytest.fixture(scope="module")
def page():
    with lab.browser() as opened:
        context = opened.new_context(viewport={"width": 1000, "height": 900})
        context.route("http*://**", lambda route: route.abort())  # the tests need no network
        yield context.new_page()


def faults(page, notebook: course.Notebook) -> list[str]:
    """What axe-core finds in the exported page, every rule and place on a line of its own."""
    html, _ = HTMLExporter(template_name="lab").from_notebook_node(notebook.node)
    page.set_content(html, wait_until="domcontentloaded")
    if "<play-picture>" in html:
        page.wait_for_function("() => document.querySelector('play-picture').show", timeout=20_000)
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
    options = {"runOnly": {"type": "tag", "values": RULES}, "rules": THEME_RULES}
    found = Axe().run(page, context=THEME, options=options)
    return [
        f"{notebook.name}: {violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


@course.each_notebook
def test_an_exported_notebook_breaks_no_rule_of_wcag(notebook, page):
    course.expect_none(faults(page, notebook))


def test_faults_are_found(page):
    sample = course.sample(
        course.markdown(
            "# Title\n\n<a href='x'></a>\n\n<p style=\"color:#aaa;background:#bbb\">grey</p>"
        )
    )
    rules = {fault.split(": ")[1] for fault in faults(page, sample)}
    assert {"link-name", "color-contrast"} <= rules
