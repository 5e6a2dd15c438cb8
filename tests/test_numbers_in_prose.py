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
import pytest

SMALL = 32  # elements; with more, nearly any number would match one of them
HOLD_NUMBERS = (bool, int, float, list, tuple, np.ndarray, np.generic)


def computed_numbers(notebook: course.Notebook) -> set[float]:
    """All numbers that the notebook's code shows or holds."""
    numbers = set()
    for cell in notebook.code:
        for text in cell.texts:
            if not re.match(r"<\w+", text):  # <Figure size 700x300 with 2 Axes>
                numbers |= {float(number.value) for number in prose_numbers.in_text(text)}
        for node in ast.walk(cell.tree):
            match node:
                case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as one)):
                    numbers.add(-one)
                case ast.Constant(value=int() | float() as one) if not isinstance(one, bool):
                    numbers.add(one)
    for name, value in course.run(notebook).namespace.items():
        if not name.startswith("_"):
            numbers |= numbers_in(value)
    return {float(number) for number in numbers if math.isfinite(number)}


def numbers_in(value: object) -> set[float]:
    """The elements of a small array or list, or one number; of an array also its dimensions."""
    if not isinstance(value, HOLD_NUMBERS):
        return set()
    try:
        array = np.asarray(value)
    except ValueError:  # a list of unequal lists
        return set()
    some = array.dtype.kind in "iuf" and array.size <= SMALL
    return {*array.shape, *(array.ravel().tolist() if some else [])}


def numbers_never_computed(notebook: course.Notebook) -> tuple[int, list[str]]:
    """How many numbers the prose holds, and which of them no cell computes."""
    count, problems, computed = 0, [], computed_numbers(notebook)
    for cell in notebook.markdown:
        for number in prose_numbers.in_markdown(cell.source):
            count += 1
            if not any(map(number.stands_for, computed)):
                said = f"{cell.where} says {number.text}"
                problems.append(f"{said}: correct it, or print it in a cell")
    return count, problems


@course.each_notebook
def test_every_number_in_the_prose_is_computed_by_a_cell(notebook):
    count, problems = numbers_never_computed(notebook)
    assert count, f"{notebook.name} has no number in its prose: has the search for them gone blind?"
    course.expect_none(problems)


ARRAYS = "import numpy as np\nx, y = np.linspace(0.1, 0.25, 7), np.linspace(0, 1, 201)"


@pytest.mark.parametrize("prose, source, wrong", [
    ("It falls to 0.31, not 0.32 and not -0.31", "", 2),
    ("From -8 up to 10,000, not 8,000", "x = -8\nfor i in range(10_000): pass", 1),
    ("About 0.33, so 33 %, not 34 %", "x = 1 / 3", 1),
    ("0.125 is one of 7, 0.745 of 201", ARRAYS, 1),
    ("700 wide", "", 1),
    ("A text is 0.77", "x = '0.77'", 1),
    ("True is 1", "x = True", 1),
])  # fmt: skip
def test_numbers_that_no_cell_computes_are_found(prose, source, wrong):
    shown = [course.printed("error 0.3099"), course.printed("<Figure size 700x360 with 1 Axes>")]
    sample = course.sample(course.code(source, *shown), course.markdown(prose))
    count, problems = numbers_never_computed(sample)
    assert count and len(problems) == wrong, problems


@pytest.mark.parametrize("source, expected", [
    ("It ends at 10,000. Or at 1,234,567! `10_000` is $10{,}000$", [10000, 1234567, 10000, 10000]),
    ("-0.17, −0.17, $-8$, 1-0.88, a 3-input net", [-0.17, -0.17, -8, 1, 0.88, 3]),
    ("| 0 | **1** | _0.5_ |", [0, 1, 0.5]),
    ("97 %, $97\\,\\%$ and 97 per cent", [97] * 3),
    ("1e-10, $10^{-10}$, 10⁻¹⁰, $1.8 \\times 10^{307}$", [1e-10, 1e-10, 1e-10, 1.8e307]),
    ("½ and $\\tfrac12$", [1, 2, 1, 2]),
    ("&minus;0.5 <summary>about 0.3</summary>", [-0.5, 0.3]),
    ('![a peak of 0.25](x9.png) <img src="7.png" width="700" alt="or 0.5">', [0.25, 0.5]),
    ("`W0`, $l_1$, $l_{12}$, H2O, notebooks 01 to 03, Part 2, 06, 12 minutes to read, 24 with everything", []),
    ("[0.5](https://example.com/2015/07) and [slope 3](02_sigmoid.ipynb#3), [peak 4](#4)", [4]),
    ("# 4 · From 7 rows\n\n1. first\n2. second", [7]),
    ("Andrew Trask's post of 2015\n\nin 2017 it was", [2017]),
    ("[[-0.16595599]\n [ 0.44064899]] 1.8e+307 L1", [-0.16595599, 0.44064899, 1.8e307]),
])  # fmt: skip
def test_numbers_are_read_as_a_reader_reads_them(source, expected):
    assert [float(number.value) for number in prose_numbers.in_markdown(source)] == expected


@pytest.mark.parametrize("written, right, wrong", [
    ("0.31", [0.3099458, 0.305, 0.315], [0.3049, 0.3151, -0.31]),
    ("5", [5, 4.5, 5.4], [4.4, 5.6, -5]),
    ("97 %", [97, 0.97, 0.966], [0.96, 9.7]),
    ("0.97", [0.97], [97]),
    ("1e-10", [1.2e-10, 6e-11], [1e-9, 2e-10]),
    ("1.8e308", [1.7976931348623157e308], [1e308]),
])  # fmt: skip
def test_a_number_stands_for_what_rounds_to_it(written, right, wrong):
    (number,) = prose_numbers.in_markdown(written)
    assert all(map(number.stands_for, right)) and not any(map(number.stands_for, wrong))
