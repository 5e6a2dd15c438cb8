"""Every cell gives the same output when it is run twice: readers run cells again and again.

course.run runs every cell twice in a row. Both print what is stored and draw the same picture, to
the pixel. Cells that take longer (course.LONG) are run again in the weekly tests only.
"""

import math
from collections.abc import Iterator

import course
import pytest


def changes(notebook: course.Notebook, ran: course.Run) -> Iterator[str]:
    """What the first or the second run of a cell gave other than is stored."""
    for cell in notebook.code:
        for shown in ran.shown[cell.id]:
            if shown.text != cell.printed:
                yield f"{cell.where} prints {shown.text!r} and stores {cell.printed!r}: refresh it?"
            if len(shown.pictures) != len(cell.pictures):
                yield f"{cell.where} draws other pictures than are stored"
            if shown.pictures != ran.shown[cell.id][0].pictures:
                yield f"{cell.where} draws another picture when run again: seed what it draws"


@course.each_notebook
def test_running_every_cell_twice_changes_nothing(notebook):
    course.expect_none(list(changes(notebook, course.run(notebook))))


@pytest.mark.slow
@course.each_notebook
def test_running_the_long_cells_twice_changes_nothing_either(notebook):
    course.expect_none(list(changes(notebook, course.run(notebook, math.inf))))


def test_cells_that_change_when_run_again_are_found():
    plot = "import matplotlib.pyplot as plt, random\nplt.plot([0, random.random()])\nplt.show()"
    stored = course.nbformat.v4.new_output("display_data", {"image/png": "aWk="})
    sample = course.sample(
        course.code("x = 0", id="zero"),
        course.code("x += 1\nprint(x)", course.printed("1\n"), id="grows"),
        course.code(plot, stored, id="random"),
    )
    found = list(changes(sample, course.run(sample)))
    assert len(found) == 2 and "id grows" in found[0] and "id random" in found[1]
