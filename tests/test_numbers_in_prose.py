"""Every number in the prose was computed by a cell of the same notebook.

A number that a Markdown cell claims must be a rounding of one that the notebook's code shows or
holds: a number in a text output, a number written in a code cell, a value or an element of a small
array that exists after the last cell, or a dimension of any array. What counts as a number says
prose_numbers.py.
"""

import ast
import math
import re

import course
import numpy as np
import prose_numbers

SMALL = 32  # elements; with more, nearly any number would match one of them


def computed_numbers(notebook: course.Notebook) -> set[float]:
    """All numbers that the notebook's code shows or holds."""
    numbers = set()
    for cell in notebook.code:
        for text in cell.texts:
            if not re.match(r"<\w+", text):  # <Figure size 700x300 with 2 Axes>
                numbers |= {float(number.value) for number in prose_numbers.in_text(text)}
        for node in ast.walk(cell.tree):
            match node:
                case ast.UnaryOp(
                    op=ast.USub(), operand=ast.Constant(value=int() | float() as value)
                ):
                    numbers.add(-value)
                case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                    numbers.add(value)
    for name, value in course.run(notebook).namespace.items():
        if not name.startswith("_"):
            numbers |= numbers_in(value)
    return {float(number) for number in numbers if math.isfinite(number)}


def numbers_in(value: object) -> set[float]:
    """The elements of a small array or list, or one number; of an array also its dimensions."""
    if not isinstance(value, (bool, int, float, list, tuple, np.ndarray, np.generic)):
        return set()
    try:
        array = np.asarray(value)
    except ValueError:  # a list of unequal lists
        return set()
    numbers = set(array.shape)
    if array.dtype.kind in "iuf" and array.size <= SMALL:
        numbers |= set(array.ravel().tolist())
    return numbers


def numbers_never_computed(notebook: course.Notebook) -> tuple[int, list[str]]:
    """How many numbers the prose holds, and which of them no cell computes."""
    count, problems = 0, []
    computed = computed_numbers(notebook)
    for cell in notebook.markdown:
        for number in prose_numbers.in_markdown(cell.source):
            count += 1
            if not any(map(number.stands_for, computed)):
                nearest = min(
                    computed, key=lambda value: abs(value - float(number.value)), default="nothing"
                )
                problems.append(
                    f"{cell.where} says {number.text}, which no cell there computes (nearest: "
                    f"{nearest}): correct it, or print it in a cell"
                )
    return count, problems


@course.each_notebook
def test_every_number_in_the_prose_is_computed_by_a_cell(notebook):
    count, problems = numbers_never_computed(notebook)
    assert count, f"{notebook.name} has no number in its prose: has the search for them gone blind?"
    course.expect_none(problems)


def wrong(prose: str, source: str = "", *outputs) -> int:
    sample = course.sample(course.code(source, *outputs), course.markdown(prose))
    count, problems = numbers_never_computed(sample)
    assert count
    return len(problems)


def test_numbers_that_are_shown_written_or_held_are_accepted():
    assert wrong("It falls to 0.31.", "", course.printed("error 0.3099")) == 0
    assert wrong("From -8 up to 10,000.", "x = -8\nfor i in range(10_000): pass") == 0
    assert wrong("About 0.33, so 33 %.", "x = 1 / 3") == 0
    assert wrong("From 0.1 to 0.3.", "import numpy as np\nx = np.linspace(0.1, 0.3, 32)") == 0
    assert wrong("All 201 of them.", "import numpy as np\nx = np.zeros((3, 200 + 1))") == 0


def test_numbers_that_no_cell_computes_are_found():
    assert wrong("It falls to 0.32.", "", course.printed("error 0.3099")) == 1
    assert wrong("It falls to 0.3098.", "", course.printed("error 0.3099")) == 1
    assert wrong("It falls by -0.31.", "", course.printed("error 0.3099")) == 1
    assert wrong("It falls to 0.3 and 0.4.", "", course.printed("error 0.3099")) == 1
    assert wrong("It is 700 wide.", "", course.printed("<Figure size 700x360 with 1 Axes>")) == 1
    assert wrong("It is 0.77.", "x = '0.77'") == 1
    assert wrong("It is 0.25.", "import numpy as np\nx = np.linspace(0, 1, 41)") == 1
    assert wrong("A third is 33.") == 1
    assert wrong("True is 1.", "x = True") == 1
    assert wrong("True is 1.", "import numpy as np\nx = np.array([True] * 3)") == 1
