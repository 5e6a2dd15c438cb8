"""Every cell gives the same output when it is run twice: readers run cells again and again.

course.run runs every cell twice in a row. Both print what is stored and draw the same picture, to
the pixel. Cells that take longer than a second are run again in the weekly tests only.
"""

import math

import course
import pytest


def changes(notebook: course.Notebook, ran: course.Run) -> list[str]:
    """What the first or the second run of a cell gave other than is stored."""
    problems = []
    for cell in notebook.code:
        first, *again = ran.shown[cell.id]
        for number, shown in enumerate([first, *again], 1):
            if shown.text != cell.printed:
                problems.append(
                    f"{cell.where}: run {number} of two in a row prints\n    {shown.text!r}\n"
                    f"  where the file stores\n    {cell.printed!r}\n"
                    "  let the cell set up what it changes, or run `make refresh`"
                )
            if len(shown.pictures) != len(cell.pictures):
                problems.append(f"{cell.where}: run {number} draws other pictures than are stored")
        if any(shown.pictures != first.pictures for shown in again):
            problems.append(
                f"{cell.where}: its second run draws another picture: seed what it draws"
            )
    return problems


@course.each_notebook
def test_running_every_cell_twice_changes_nothing(notebook):
    course.expect_none(changes(notebook, course.run(notebook)))


@pytest.mark.slow
@course.each_notebook
def test_running_the_long_cells_twice_changes_nothing_either(notebook):
    course.expect_none(changes(notebook, course.run(notebook, math.inf)))


def test_cells_that_change_when_run_again_are_found():
    plot = "import matplotlib.pyplot as plt, random\nplt.plot([0, random.random()])\nplt.show()"
    stored = course.nbformat.v4.new_output("display_data", {"image/png": "aWk="})
    sample = course.sample(
        course.code("x = 0", id="zero"),
        course.code("x += 1\nprint(x)", course.printed("1\n"), id="grows"),
        course.code("print('new')", course.printed("old\n"), id="stale"),
        course.code(plot, stored, id="random"),
    )
    found = changes(sample, course.run(sample))
    assert [problem.split("id ")[1].split(")")[0] for problem in found] == [
        "grows",
        "stale",
        "stale",
        "random",
    ]
