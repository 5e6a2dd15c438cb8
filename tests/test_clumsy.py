"""A cell left out is missed by name: nobody gets a wrong result in silence.

Without one of its cells a notebook is run from the top: every cell prints what it stores or stops
with a NameError, which names what has to be run first. What builds on a cell that has stopped is
not looked at any more. This takes long, so it is one of the weekly tests; running a notebook from
its last cell to its first is quick.
"""

import ast

import course
import pytest


def binds(cell: course.Cell) -> set[str]:
    """The names that a cell binds."""
    names = set()
    for node in ast.walk(cell.tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name):
                names.add(name)
    return names


def reads(cell: course.Cell) -> set[str]:
    """The names that a cell reads."""
    return {
        node.id
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def wrong_without(left_out: course.Cell | None, cells: list[course.Cell]) -> list[str]:
    """What goes wrong, other than by a NameError, when these cells are run but for one of them."""
    names, missing, problems = {"__name__": "__main__"}, set(), []
    with course.as_in_a_kernel():
        for cell in cells:
            if cell is left_out:
                continue
            if reads(cell) & missing:
                missing |= binds(cell)
                continue
            try:
                printed, _ = course.run_cell(cell, names)
            except NameError:
                missing |= binds(cell)
            except Exception as error:  # noqa: BLE001
                problems.append(f"{cell.where} stops with {type(error).__name__}: {error}")
            else:
                if printed != cell.printed:
                    problems.append(f"{cell.where} prints {printed!r}, not {cell.printed!r}")
            course.plt.close("all")
    return problems


@pytest.mark.slow
@course.each_notebook
def test_a_cell_left_out_is_missed_by_name(notebook):
    for cell in notebook.code:
        found = wrong_without(cell, notebook.code)
        course.expect_none([f"without {cell.where}, {problem}" for problem in found])


@course.each_notebook
def test_run_in_reverse_order_a_notebook_says_what_is_missing(notebook):
    course.expect_none(wrong_without(None, notebook.code[::-1]))


@pytest.mark.parametrize(
    "sources, printed",
    [
        (["x = 1", "x = 2", "print(x)"], "2\n"),
        (["x = {}", "x[1] = 1", "print(x[1])"], "1\n"),
        (["a = 1", "a = 2", "def f():\n    return a\nprint(f())"], "2\n"),
    ],
)
def test_a_wrong_result_and_another_error_are_found(sources, printed):
    *before, last = [course.code(source, id=f"c{i}") for i, source in enumerate(sources)]
    last.outputs = [course.printed(printed)]
    cells = course.sample(*before, last).code
    assert wrong_without(None, cells) == [] and wrong_without(cells[0], cells) == []
    assert wrong_without(cells[1], cells)
