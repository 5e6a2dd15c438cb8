"""A cell left out is missed by name: nobody gets a wrong result in silence.

Without one of its cells a notebook is run from the top: every cell prints what it stores or stops
with a NameError, which names what has to be run first. What builds on a cell that has stopped is
not looked at any more. This takes long, so it is one of the weekly tests; running a notebook from
its last cell to its first is quick.
"""

import ast
from collections.abc import Iterator

import course
import pytest


def names(cell: course.Cell, context: type) -> set[str]:
    """The names that a cell reads (ast.Load) or binds (ast.Store)."""
    nodes = list(ast.walk(cell.tree))
    found = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, context)}
    defined = {one.name for one in nodes if isinstance(one, ast.FunctionDef)}
    return found | defined if context is ast.Store else found


def wrong_without(left_out: course.Cell | None, cells: list[course.Cell]) -> Iterator[str]:
    """What goes wrong, other than by a NameError, when these cells are run but for one of them."""
    known, missing = {"__name__": "__main__"}, set()
    with course.as_in_a_kernel():
        for cell in cells:
            if cell is left_out:
                continue
            try:
                if names(cell, ast.Load) & missing:
                    raise NameError
                printed, _ = course.run_cell(cell, known)
                if printed != cell.printed:
                    yield f"{cell.where} prints {printed!r}, not {cell.printed!r}"
            except NameError:
                missing |= names(cell, ast.Store)
            except Exception as error:  # noqa: BLE001
                yield f"{cell.where} stops with {type(error).__name__}: {error}"
            course.plt.close("all")


@pytest.mark.slow
@course.each_notebook
def test_a_cell_left_out_is_missed_by_name(notebook):
    for cell in notebook.code:
        found = wrong_without(cell, notebook.code)
        course.expect_none([f"without {cell.where}, {problem}" for problem in found])


@course.each_notebook
def test_run_in_reverse_order_a_notebook_says_what_is_missing(notebook):
    course.expect_none(list(wrong_without(None, notebook.code[::-1])))


@pytest.mark.parametrize("sources, printed", [
    (["x = 1", "x = 2", "print(x)"], "2\n"),  # a wrong result
    (["x = {}", "x[1] = 1", "print(x[1])"], "1\n"),  # another error
    (["a = 1", "a = 2", "def f():\n    return a\nprint(f())"], "2\n"),
])  # fmt: skip
def test_a_wrong_result_and_another_error_are_found(sources, printed):
    *before, last = [course.code(source, id=f"c{i}") for i, source in enumerate(sources)]
    last.outputs = [course.printed(printed)]
    cells = course.sample(*before, last).code
    assert [bool(list(wrong_without(one, cells))) for one in [None, *cells[:2]]] == [0, 0, 1]
