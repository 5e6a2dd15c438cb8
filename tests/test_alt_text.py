"""Every picture of a notebook says in words what it shows."""

import ast
import html
import re

import course
import matplotlib.pyplot as plt
import numpy as np
import pytest
from program_that_learns import look
from prose_numbers import in_text


@course.each_notebook
def test_every_figure_says_enough_and_nothing_again_and_again(notebook):
    """That this is what the figure shows now, compares test_execution.py."""
    for plot in [plot for cell in notebook.code for plot in cell.plots]:
        text = plot.metadata["image/png"]["alt"]
        assert 40 < len(text) < 1_500, f"{notebook.name} says too little or too much: {text}"
        sentences = text.split(". ")
        again = {one for one in sentences if sentences.count(one) > 2}
        assert not again, f"{notebook.name} says again and again: {again}"


@course.each_notebook
def test_both_forms_of_a_picture_have_the_same_text(notebook):
    for picture in notebook.pictures:
        (tag,) = re.findall('<img [^>]*alt="([^"]*)">', picture.data["text/html"])
        assert html.unescape(tag) == picture.metadata["image/png"]["alt"]


@course.each_notebook
def test_no_two_figures_of_a_notebook_say_the_same(notebook):
    said = [picture.metadata["image/png"]["alt"] for picture in notebook.pictures]
    assert len(set(said)) == len(said)


@course.each_notebook
def test_after_every_figure_a_text_says_what_to_notice(notebook):
    cells = notebook.cells
    for cell, following in zip(cells, [*cells[1:], None]):
        if cell.node.cell_type == "code" and cell.plots:
            printed_beside = following and following.node.cell_type == "code"
            rest = cells[cell.position : cell.position + 2 if printed_beside else cell.position + 1]
            texts = [one.source for one in rest if one.node.cell_type == "markdown"]
            assert any(len(text.split()) > 15 for text in texts), cell.where


def typed_numbers(notebook: course.Notebook) -> list[str]:
    """Numbers in an author's sentence about a figure that no code has put there."""
    return [
        f"{cell.where} types “{text.value}” into set_label: let an f-string put the numbers in"
        for cell in notebook.code
        for call in ast.walk(cell.tree)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "set_label"
        for text in ast.walk(call)
        if isinstance(text, ast.Constant) and in_text(str(text.value))
    ]


@course.each_notebook
def test_the_numbers_in_an_authors_sentence_are_computed(notebook):
    course.expect_none(typed_numbers(notebook))


def test_a_number_typed_into_an_authors_sentence_is_found():
    fine = ["'The weights W0 fall'", "f'From {high:.2f} to {low}'"]
    wrong = ["f'From {high} to 0.25'", "'At ' '10,000'", "f'At {7}'"]
    for said in fine + wrong:
        sample = course.sample(course.code(f"fig.set_label({said})"))
        assert len(typed_numbers(sample)) == (said in wrong), said


ROW = "_, (left, right) = plt.subplots(1, 2, sharey=True)\n"
READ = {
    "plt.figure().set_label('A hill.'); plt.plot([0], [1], 'ok'); plt.title('t')":
        "A hill. t. Point at (0, 1).",
    "plt.bar([1, 2, 3], [0.25, -0.5, 1], color='C1'); plt.title('t'); plt.xlabel('row')":
        "t. Across: row. Bars (prediction): 0.25, -0.5, 1.",
    "plt.bar(range(9), [0, 0, 7, 0, 0, 0, 0.5, 0.1, 0], color='C5')":
        "9 bars: 7 at 2 and 0.5 at 6, the others up to 0.1.",
    "plt.hist([0, 1, 1, 2, 2, 2, 2, 8, 9], bins=9, range=(0, 9), color='C5')":
        "9 bars side by side from 0 to 9, 0 to 4 high. "
        "A quarter of all lies below 1.62, half below 2.38, three quarters below 2.94.",
    "plt.plot([1, 10, 100], [0, 5, 1], 'k', label='path'); plt.xscale('log')":
        "Line path: 0 at 1, 5 at 10, 1 at 100.",
    "plt.plot([0, 1, 0], [0, 7, 2], color='C3'); plt.axvline(3); plt.axhline(4)":
        "Line (weight): (0, 0), (1, 7), (0, 2). Upright line at 3. Level line at 4.",
    "plt.plot([0, 1], [0, 2]); plt.plot([0, 1], [3, 3]); plt.text(0, 0, 'a'); plt.text(1, 3, 'b')":
        "Line a (target): 0 at 0, 2 at 1. Line b (prediction): 3 throughout.",
    "plt.plot([0, 1], [0, 2]); plt.plot([0, 1], [3, 3]); plt.text(0, 0, 'a'); plt.text(1, 1, 'b')":
        "Line (target): 0 at 0, 2 at 1. Line (prediction): 3 throughout. Written in it: a, b.",
    "plt.plot([2], [3], 'o', mfc='w', mec='C0'); plt.text(2, 3, 'top')":
        "Hollow point (target) at (2, 3). Written in it: top.",
    "plt.plot(range(9), range(9), '.k')": "9 points: around (4, 4), across 0 to 8, up 0 to 8.",
    "plt.annotate('', (1, 2), (1, 1), arrowprops={})": "Arrows from (1, 1) to (1, 2).",
    "plt.imshow(np.eye(8)); plt.axis('off')": "A picture of 8 by 8 squares.",
    "plt.imshow([[0, 1]]); plt.yticks([0]); plt.text(0, 0, 'a'); plt.text(1, 0, 'b')": "Table, row 0: a, b.",
    "drawn = plt.contourf([[0, 0], [1, 1]], levels=[0, 0.3, 0.6, 1]); plt.colorbar(drawn, label='height')":
        "Map, half-way to its corners: lower left 0 to 0.3, lower right 0 to 0.3,"
        " upper left 0.6 to 1, upper right 0.6 to 1. Colours from 0 to 1 show height.",
    ROW + "left.plot(1, 2, '.k'); right.plot(1, 2, '.k'); right.plot(3, 4, '.k');"
    "left.set(title='l', ylabel='y')":
        "2 panels. In each: Up: y. Point at (1, 2). Panel 1: l. Panel 2. Point at (3, 4).",
    "_, (top, low) = plt.subplots(2, sharex=True); top.plot(1, 2, '.k'); low.plot(1, 3, '.k');"
    "top.set_ylabel('a'); low.set(ylabel='b', xlabel='x')":
        "2 panels in 2 rows of 1. In each: Across: x. Panel 1. Up: a. Point at (1, 2)."
        " Panel 2. Up: b. Point at (1, 3).",
    "plt.bar([1, 2], [3, 4], bottom=[1, 2], color='C1')": "Bars (prediction): 4, 6.",
    "plt.bar([2, 1], [3, 4], color='C1')": "Bars (prediction): 4, 3.",
    "plt.barh(['a'], [3], color='C2')": "Bar (error) a: 3.",
    "plt.bar([1, 2], [3, -4], color='w', edgecolor='C2')": "Hollow bars (error): 3, -4.",
    "plt.plot([0, 1], [3, 4], 'D', color='C0', mfc='w')": "Hollow points (target): 3, 4.",
}  # fmt: skip


@pytest.mark.parametrize("source", READ)
def test_a_figure_reads_out_its_data(source):
    with plt.rc_context(course.STYLE):
        exec(source, {"plt": plt, "np": np})
        text = look.describe(plt.gcf())
    plt.close("all")
    assert text == READ[source]


def test_a_text_with_quotes_and_brackets_stays_one_attribute():
    figure, panel = plt.subplots()
    panel.set_title('a "quote" <b> & more')
    page = look.both(figure)[0]["text/html"]
    plt.close(figure)
    assert re.fullmatch('<img src="[^"<>]*" alt="a &quot;quote&quot; &lt;b&gt; &amp; more.">', page)
