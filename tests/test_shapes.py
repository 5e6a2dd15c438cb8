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

import course
import numpy as np

SHAPE = r"\((?:\d+,|\d+(?:, \d+)+)?\)"
STATED = re.compile(rf"({SHAPE})(?: @ ({SHAPE}) → ({SHAPE}))?(?=$|[ :,])")
MEANT = re.compile(r"\(\s*(\w+\s*(,\s*\w+\s*)*,?)?\s*\)")  # what somebody may have meant as a shape
UNFINISHED = re.compile(r"^\s*([@*+→-]|->)")


def comments(cell: course.Cell) -> list[tuple[int, str]]:
    """The comments of a cell: line and text without the hash."""
    tokens = tokenize.generate_tokens(io.StringIO(cell.python).readline)
    return [
        (token.start[0], token.string.lstrip("# "))
        for token in tokens
        if token.type == tokenize.COMMENT
    ]


def looks_like_a_shape(comment: str) -> bool:
    """True for `(4, 1)`, also for `(4,1)`, `(n, 3)` and `()`, but not for `(see above)`."""
    found = MEANT.match(comment)
    return bool(found) and (not found[1] or "," in found[1] and any(map(str.isdigit, found[1])))


def assignments(tree: ast.Module) -> list[ast.stmt]:
    """The assignments whose targets still exist after the cell: not those in functions."""
    found, bodies = [], [tree]
    while bodies:
        for node in ast.iter_child_nodes(bodies.pop()):
            if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
                found.append(node)
            elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                bodies.append(node)
    return found


def expressions(assignment: ast.stmt, with_operands: bool) -> list[ast.expr]:
    """What a comment on the assignment speaks of: the operands of its only `@`, then its targets.

    Raises ValueError if it is not clear which `@` is meant.
    """
    targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
    targets = [
        part
        for target in targets
        for part in (target.elts if isinstance(target, ast.Tuple) else [target])
    ]
    if not with_operands:
        return targets
    products = [
        node
        for node in ast.walk(assignment.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)
    ]
    if len(products) != 1:
        raise ValueError(f"it holds {len(products)} products, expected one")
    return [products[0].left, products[0].right, *targets]


def check_shapes(notebook: course.Notebook) -> tuple[int, list[str]]:
    """How many shape comments were held to a live array, and what is wrong with the others."""
    checked, problems = 0, []
    for cell in notebook.code:
        for line, comment in comments(cell):
            if not looks_like_a_shape(comment):
                continue
            said = f"{cell.where}, line {line} states a shape, “{comment}”,"
            stated = STATED.match(comment)
            if not stated or UNFINISHED.match(comment[stated.end() :]):
                problems.append(
                    f"{said} that can't be read: write `(4, 1)` or `(4, 3) @ (3, 1) → (4, 1)`"
                )
                continue
            on_line = [
                node for node in assignments(cell.tree) if line in (node.lineno, node.end_lineno)
            ]
            if len(on_line) != 1:
                problems.append(
                    f"{said} that can't be checked: no assignment begins or ends on that line"
                )
                continue
            left, right, result = stated.groups()
            try:
                spoken_of = expressions(on_line[0], with_operands=bool(right))
                shapes = [
                    (part, live_shape(part, notebook, cell)) for part in map(ast.unparse, spoken_of)
                ]
            except Exception as error:  # noqa: BLE001
                problems.append(f"{said} that can't be checked: {error}")
                continue
            expected = [left, right] if right else []
            expected += [result or left] * (len(shapes) - len(expected))
            problems += [
                f"{said} but `{part}` has the shape {shape}: correct the comment or the code"
                for (part, shape), wanted in zip(shapes, expected, strict=True)
                if str(shape) != wanted
            ]
            checked += 1
    return checked, problems


def live_shape(expression: str, notebook: course.Notebook, cell: course.Cell) -> tuple[int, ...]:
    """The shape of an expression's value, as it was right after the cell."""
    return np.shape(eval(expression, dict(course.run(notebook).after[cell.id])))


@course.each_notebook
def test_every_shape_in_a_comment_is_the_shape_of_the_array(notebook):
    checked, problems = check_shapes(notebook)
    assert checked or problems, f"{notebook.name} states no shape in any comment"
    course.expect_none(problems)


def check(source: str) -> tuple[int, list[str]]:
    source = "import numpy as np\na, b = np.ones((4, 3)), np.ones((3, 1))\n" + source
    return check_shapes(course.sample(course.code(source)))


def test_right_shapes_are_accepted_wherever_they_may_stand():
    for source in [
        "c = np.exp(a @ b)  # (4, 3) @ (3, 1) → (4, 1): sums",
        "c = np.array([[1],  # (2, 1)\n  [2]])",
        "for i in range(2):\n    c = a[i]  # (3,)",
        "c, d = b, b  # (3, 1), both",
    ]:
        assert check(source) == (1, []), source


def test_wrong_shapes_are_found():
    for source in [
        "c = a @ b  # (1, 4)",
        "c = a @ b  # (3, 4) @ (3, 1) → (4, 1)",
        "c = a @ b  # (4, 3) @ (3, 1) → (4, 3)",
        "a += 1  # (4, 1)",
        "c, d = a, b  # (4, 3)",
    ]:
        checked, problems = check(source)
        assert checked == 1 and problems, source


def test_shapes_that_nothing_can_check_are_found():
    for source in [
        "print(a.shape)  # (4, 3)",
        "def f():\n    c = a  # (4, 3)\n    return c",
        "c = a  # (4,3)",
        "c = a @ b  # (4, 3) @ (3, 1) -> (4, 1)",
        "c = a.T @ a @ b  # (3, 4) @ (4, 1) → (3, 1)",
        "c = a\ndel c  # (4, 3)",
    ]:
        assert check(source)[1], source


def test_comments_that_state_no_shape_are_left_alone():
    for source in ["c = a  # (see above)", "c = a  # four rows (4, 3)", "c = '# (1, 1)'"]:
        assert check(source) == (0, []), source
