"""Every picture of a notebook says in words what it shows, in JupyterLab and in exported pages."""

from html.parser import HTMLParser

import course
import matplotlib.pyplot as plt
import numpy as np
import pytest
from nbconvert import HTMLExporter
from program_that_learns import look

PLACEHOLDER = "No description has been provided for this image"  # nbconvert's own
TEMPLATES = ["lab", "classic", "basic"]


class Images(HTMLParser):
    """Collects the alternative text of every image of a page; None where there is none."""

    def __init__(self, page: str):
        super().__init__()
        self.texts = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            text = dict(attributes).get("alt")
            self.texts.append(None if text == PLACEHOLDER else text)


def stored(notebook: course.Notebook) -> list[str]:
    """What the stored figures of a notebook say, in order."""
    pictures = [picture for cell in notebook.code for picture in cell.pictures]
    return [picture.metadata.get("image/png", {}).get("alt") for picture in pictures]


def silent(notebook: course.Notebook, template: str) -> list[str]:
    """What is wrong with the images of the exported page: none said a word, or not all do."""
    page, _ = HTMLExporter(template_name=template).from_notebook_node(notebook.node)
    found = Images(page).texts
    drawn = len(stored(notebook))
    in_text = sum(cell.source.count("![") for cell in notebook.markdown)
    problems = []
    if len(found) != drawn + in_text:
        problems.append(f"{notebook.name} has {drawn + in_text} images, its page {len(found)}")
    problems += [
        f"{notebook.name}, exported as {template}: image {number} has no alternative text"
        for number, text in enumerate(found, 1)
        if not (text and text.strip())
    ]
    missing = [text for text in stored(notebook) if text not in found]
    return problems + [f"{notebook.name}: {template} leaves out: {text}" for text in missing]


@course.each_notebook
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_image_of_an_exported_page_has_an_alternative_text(notebook, template):
    course.expect_none(silent(notebook, template))


@course.each_notebook
def test_every_figure_says_what_its_data_are(notebook):
    for cell in notebook.code:
        said = [plot.metadata["image/png"]["alt"] for plot in cell.plots]
        figures = course.run(notebook).figures[cell.id]
        assert said == [look.describe(figure) for figure in figures], (
            f"{cell.where}: run `make refresh`"
        )
        for text, figure in zip(said, figures, strict=True):
            assert 40 < len(text) < 1_500, f"{cell.where} says too little or too much: {text}"
            for panel in figure.axes:
                title = " ".join(panel.get_title(loc="left").split())
                assert title in text, f"{cell.where} does not say: {title}"


@course.each_notebook
def test_no_two_figures_of_a_notebook_say_the_same(notebook):
    assert len(set(stored(notebook))) == len(stored(notebook))


@course.each_notebook
def test_after_every_figure_a_text_says_what_to_notice(notebook):
    cells = notebook.cells
    for cell, following in zip(cells, [*cells[1:], None]):
        if cell.node.cell_type == "code" and cell.plots:
            printed_beside = following and following.node.cell_type == "code"
            rest = cells[cell.position : cell.position + 2 if printed_beside else cell.position + 1]
            assert any(
                len(one.source.split()) > 15 for one in rest if one.node.cell_type == "markdown"
            ), cell.where


def test_a_figure_reads_out_its_data():
    figure, (left, right) = plt.subplots(1, 2)
    left.set(title="Four bars", xlabel="row", ylabel="height")
    left.bar([1, 2, 3, 4], [0.25, 0.5, -0.75, 1])
    right.set_title("A hill")
    right.plot([0, 1, 2, 3, 4], [0, 1, 3, 2, 1], label="path")
    right.plot([2], [3], "o")
    right.text(2, 3, "top")
    text = look.describe(figure)
    plt.close(figure)
    assert (
        text == "Panel 1 of 2. Four bars. Across: row. Up: height. Bars: 0.25, 0.5, -0.75, 1. "
        "Panel 2 of 2. A hill. Line path: from 0 at 0 to 1 at 4, highest 3. Points: 3 at 2. "
        "Words in the picture: top."
    )


def test_a_map_reads_out_its_scale():
    figure, panel = plt.subplots()
    drawn = panel.imshow(np.arange(6).reshape(2, 3))
    panel.set_title("A map")
    figure.colorbar(drawn, label="height")
    text = look.describe(figure)
    plt.close(figure)
    assert text == "A map. Colours from 0 to 5 show height."


def test_a_text_with_quotes_and_brackets_stays_one_attribute():
    figure, panel = plt.subplots()
    panel.set_title('a "quote" <b> & more')
    page = look.both(figure)[0]["text/html"]
    plt.close(figure)
    assert Images(page).texts == ['a "quote" <b> & more.']


def test_a_picture_without_an_alternative_text_is_found():
    figure = course.nbformat.v4.new_output("display_data", data={"image/png": "iVBORw0KGgo="})
    bare = course.sample(course.code("plt.show()", figure))
    assert all(silent(bare, template) for template in TEMPLATES)
