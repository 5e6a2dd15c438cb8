"""Every shape that a comment states is the shape of the live array.

`total = sums + 1 # (4, 1): one per row` says what shape `total` has after its cell ran, and `l1 =
sigmoid(l0 @ W0) # (4, 3) @ (3, 1) → (4, 1)` also what goes into the `@`. In a loop it is the shape
after the last round. The comment stands on the first or the last line of an assignment, outside
functions.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

import course
import numpy as np
import pytest

SHAPE = r"\((?:\d+,|\d+(?:, \d+)+)?\)"
STATED = re.compile(rf"(?:({SHAPE}) @ ({SHAPE}) → )?({SHAPE})(?=$|[:,]| (?![@*+→-]))")
MEANT = re.compile(r"\((?=[^)]*\d)\s*\w+\s*,[\w\s,]*\)|\(\s*\)")  # (4,1) and (n, 3), not (see 4)


def comments(cell: course.Cell) -> Iterator[tuple[int, str]]:
    """The comments of a cell: line and text without the hash."""
    for token in tokenize.generate_tokens(io.StringIO(cell.python).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("# ")


def assignments(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The assignments whose targets still exist after the cell: not those in functions."""
    for node in body:
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            yield node
        elif not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield from assignments(list(ast.iter_child_nodes(node)))


def expected(assignment: ast.stmt, left: str, right: str, result: str) -> list[tuple]:
    """What a comment on the assignment speaks of, each with the shape that it is said to have."""
    target = assignment.targets[0] if isinstance(assignment, ast.Assign) else assignment.target
    targets = target.elts if isinstance(target, ast.Tuple) else [target]
    said = [(one, result) for one in targets]
    if left:
        nodes = ast.walk(assignment.value)
        (product,) = [one for one in nodes if isinstance(getattr(one, "op", None), ast.MatMult)]
        said += [(product.left, left), (product.right, right)]
    return said


def problems(notebook: course.Notebook) -> Iterator[tuple[str, str]]:
    """Of every comment that states a shape: which it is, and what is wrong with it, if anything."""
    for cell in notebook.code:
        for line, comment in comments(cell):
            if not MEANT.match(comment):
                continue
            wrong, found = [], STATED.match(comment)
            try:
                nodes = assignments(cell.tree.body)
                (one,) = [it for it in nodes if line in (it.lineno, it.end_lineno)]
                for part, said in expected(one, *found.groups()):
                    text = ast.unparse(part)
                    shape = np.shape(eval(text, dict(course.run(notebook).after[cell.id])))
                    wrong += [f"`{text}` has the shape {shape}"] * (str(shape) != said)
            except (ValueError, AttributeError, NameError):
                wrong = ["only `# (4, 1)` or `# (4, 3) @ (3, 1) → (4, 1)` at an assignment counts"]
            yield f"{cell.where}, line {line}, “{comment}”", ", ".join(wrong)


@course.each_notebook
def test_every_shape_in_a_comment_is_the_shape_of_the_array(notebook):
    found = list(problems(notebook))
    assert found, f"{notebook.name} states no shape in any comment"
    course.expect_none([f"{where}: {wrong}" for where, wrong in found if wrong])


@pytest.mark.parametrize("source, right", [
    ("c = np.exp(a @ b)  # (4, 3) @ (3, 1) → (4, 1): sums", [True]),
    ("c = np.array([[1],  # (2, 1)\n  [2]])", [True]),
    ("for i in range(2):\n    c = a[i]  # (3,)", [True]),
    ("c, d = b, b  # (3, 1), both", [True]),
    ("c = a @ b  # (3, 4) @ (3, 1) → (4, 1)", [False]),
    ("c = a @ b  # (4, 3) @ (3, 1) → (4, 3)", [False]),
    ("a += 1  # (4, 1)", [False]),
    ("c, d = a, b  # (4, 3)", [False]),
    ("print(a.shape)  # (4, 3)", [False]),
    ("def f():\n    c = a  # (4, 3)\n    return c", [False]),
    ("c = a  # (4,3)", [False]),
    ("c = a @ b  # (4, 3) @ (3, 1) -> (4, 1)", [False]),
    ("c = a.T @ a @ b  # (3, 4) @ (4, 1) → (3, 1)", [False]),
    ("c = a\ndel c  # (4, 3)", [False]),
    ("c = a  # (see above)\nc = a  # four rows (4, 3)\nc = '# (1, 1)'", []),
])  # fmt: skip
def test_shapes_are_held_to_the_array_and_what_nothing_can_check_is_found(source, right):
    source = "import numpy as np\na, b = np.ones((4, 3)), np.ones((3, 1))\n" + source
    sample = course.sample(course.code(source))
    assert [not wrong for _, wrong in problems(sample)] == right
