"""The course's pages keep the rules for accessible pages: axe-core finds no fault in exported ones,
every image has a text, and the pictures to play with are alive."""

import course
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# JupyterLab's theme, which no notebook can change: the colours of highlighted code and of the
# numbers beside the cells, and links without an underline.
THEME = {"exclude": [[".highlight"], [".jp-InputPrompt"], [".jp-OutputPrompt"]]}
THEME_RULES = {"link-in-text-block": {"enabled": False}}
PLACEHOLDER = "No description has been provided for this image"  # nbconvert's own
TEXTS = "images => images.map(one => one.getAttribute('alt'))"


@pytest.fixture(scope="module")
def page(chromium):
    context = chromium.new_context(viewport={"width": 1000, "height": 900})
    context.route("http*://**", lambda route: route.abort())  # the tests need no network
    yield context.new_page()
    context.close()


def open_exported(page, notebook: course.Notebook, template: str = "lab") -> list[str]:
    """Open the exported page. What is wrong with its images: none said a word, or not all do."""
    html, _ = HTMLExporter(template_name=template).from_notebook_node(notebook.node)
    page.set_content(html, wait_until="domcontentloaded")
    found = page.locator("img").evaluate_all(TEXTS)
    stored = [one.metadata.get("image/png", {}).get("alt") for one in notebook.pictures]
    count = len(stored) + sum(cell.source.count("![") for cell in notebook.markdown)
    problems = [f"its page has {len(found)} images, not {count}"] * (len(found) != count)
    silent = [text for text in found if not (text and text.strip()) or text == PLACEHOLDER]
    problems += ["an image has no alternative text" for _ in silent]
    problems += [f"left out: {text}" for text in stored if text not in found]
    return [f"{notebook.name}, exported as {template}: {problem}" for problem in problems]


def faults(page) -> list[str]:
    """What axe-core finds in the page, every rule and place on a line of its own."""
    if page.locator("play-picture").count():
        page.wait_for_function("() => document.querySelector('play-picture').show", timeout=20_000)
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
    options = {"runOnly": {"type": "tag", "values": RULES}, "rules": THEME_RULES}
    found = Axe().run(page, context=THEME, options=options)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


@course.one_notebook_a_day
def test_an_exported_notebook_breaks_no_rule_of_wcag_and_every_image_has_its_text(notebook, page):
    course.expect_none(open_exported(page, notebook) + faults(page))


def test_every_image_has_its_text_in_other_templates_too(page):
    for template in ["classic", "basic"]:
        course.expect_none(open_exported(page, course.notebook("sigmoid"), template))


def test_faults_are_found(page):
    figure = course.nbformat.v4.new_output("display_data", data={"image/png": "iVBORw0KGgo="})
    text = "# Title\n\n<a href='x'></a>\n\n<p style='color:#aaa;background:#bbb'>grey</p>"
    sample = course.sample(course.code("plt.show()", figure), course.markdown(text))
    for template in ["classic", "basic", "lab"]:
        assert any("no alternative text" in one for one in open_exported(page, sample, template))
    rules = {fault.split(": ")[0] for fault in faults(page)}
    assert {"link-name", "color-contrast"} <= rules
