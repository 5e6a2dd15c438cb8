"""The pieces of the network are written the same everywhere, to the letter.

A piece is a statement that one notebook introduces and the later ones bring along. Its text is the
lines of the statement with their trailing comments. The names of the pieces are bound by the
pieces and by nothing else, so that `l1` means the same on every page. The hidden layer of notebook
08 has most pieces written anew; 09 writes those without their comments and with a learning rate.
"""

import ast
import itertools
import textwrap
from dataclasses import dataclass

import course

# The pieces in the order of the story, and the notebook that introduces each.
INTRODUCED = {
    "X": 1,
    "y": 1,
    "W0": 1,
    "sigmoid": 2,
    "l0": 3,
    "l1": 3,
    "l1_error": 4,
    "l1_delta": 5,
    "W0 +=": 5,
    "gradient_check": 7,
}
# Those that the network with a hidden layer writes anew, in notebook 08. The ones in SAME_IN_09 come
# again with the digits, whose inputs, targets and starting weights are their own.
REWRITTEN_IN = 8
REWRITTEN = ["y", "W0", "W1", "l1", "l2", "l2_error", "l2_delta"]
REWRITTEN += ["l1_error", "l1_delta", "W1 +=", "W0 +="]
SAME_IN_09 = ["l1", "l2", "l1_error", "l1_delta", "W1 +=", "W0 +="]
FUNCTIONS = {"sigmoid", "gradient_check"}
STORIES = {
    8: ["X", "sigmoid", "gradient_check"],
    9: ["sigmoid"],
}  # notebooks whose story holds other pieces than all earlier ones
NAMES = {piece.split()[0] for piece in [*INTRODUCED, *REWRITTEN]}
SEED = "np.random.seed(1)"


@dataclass
class Piece:
    """One place where a piece is written."""

    kind: str  # one of INTRODUCED or REWRITTEN
    text: str
    cell: course.Cell
    line: int


def kind_of(statement: ast.stmt) -> str | None:
    """Which piece the statement is, if it is one."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) if name in NAMES - FUNCTIONS:
            return name
        case ast.AugAssign(target=ast.Name(id="W0" | "W1" as name), op=ast.Add()):
            return f"{name} +="
        case ast.FunctionDef(name=name, decorator_list=[]) if name in FUNCTIONS:
            return name
    return None


def pieces_in(cell: course.Cell) -> list[Piece]:
    """The pieces written in a cell, at top level or inside loops, in order; of 09 in functions."""
    lines = cell.python.split("\n")
    found = []
    inside = (ast.For, ast.While) + ((ast.FunctionDef,) if cell.notebook[:2] == "09" else ())

    def look_in(body: list[ast.stmt]) -> None:
        for before, statement in itertools.pairwise([None, *body]):
            if kind := kind_of(statement):
                text = "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
                text = textwrap.dedent(text).strip()
                if kind == "W0" and before is not None:
                    first = "\n".join(lines[before.lineno - 1 : before.end_lineno]).strip()
                    text = f"{first}\n{text}" if first == SEED else text
                found.append(Piece(kind, text, cell, statement.lineno))
            elif isinstance(statement, inside):
                look_in(statement.body)

    look_in(cell.tree.body)
    return found


def bound_names(tree: ast.Module) -> list[tuple[str, int]]:
    """Every name that the code binds, deletes or changes in place, with the line where it does."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.append((name, node.lineno))
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                found.append((name, node.lineno))
            case ast.arg(arg=name):
                found.append((name, node.lineno))
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                found.append((name, node.lineno))
            case ast.MatchMapping(rest=str(name)):
                found.append((name, node.lineno))
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                found += [
                    ((alias.asname or alias.name).split(".")[0], node.lineno) for alias in aliases
                ]
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                found += [(name, node.lineno) for name in names]
            case (
                ast.Subscript(ctx=ast.Store() | ast.Del())
                | ast.Attribute(ctx=ast.Store() | ast.Del())
            ):
                base = node
                while isinstance(base, (ast.Subscript, ast.Attribute)):
                    base = base.value
                if isinstance(base, ast.Name):
                    found.append((base.id, node.lineno))
    return found


def pieces_written_differently(notebooks: list[course.Notebook]) -> list[str]:
    """Copies of a piece that are not, to the letter, what its own notebook wrote first."""
    problems, canon, anew = [], {}, {}
    introduced = [(kind, number, canon) for kind, number in INTRODUCED.items()]
    if any(notebook.number >= REWRITTEN_IN for notebook in notebooks):
        introduced += [(kind, REWRITTEN_IN, anew) for kind in REWRITTEN]
    for kind, number, canonical in introduced:
        own = [
            piece
            for notebook in notebooks
            if notebook.number == number
            for cell in notebook.code
            if cell.id != "story"
            for piece in pieces_in(cell)
            if piece.kind == kind
        ]
        if own:
            canonical[kind] = own[0]
        else:
            problems.append(f"no cell of notebook {number:02} introduces the piece `{kind}`")
    for notebook in notebooks:
        for piece in [piece for cell in notebook.code for piece in pieces_in(cell)]:
            late = notebook.number >= REWRITTEN_IN and piece.cell.id != "story"
            first = (anew if late and piece.kind in REWRITTEN else canon).get(piece.kind)
            if notebook.number > REWRITTEN_IN and piece.kind != "sigmoid":
                same = piece.kind not in SAME_IN_09 or bare(piece.text) == bare(first.text)
            else:
                same = first is None or piece.text == first.text
            if not same:
                problems.append(
                    f"{piece.cell.where}, line {piece.line} writes the piece `{piece.kind}` as\n"
                    f"    {piece.text!r}\n  but {first.cell.where} wrote first\n    {first.text!r}"
                )
            introduced_in = INTRODUCED.get(piece.kind, REWRITTEN_IN)
            if notebook.number < introduced_in:
                problems.append(
                    f"{piece.cell.where}, line {piece.line} uses the piece `{piece.kind}`, "
                    f"which notebook {introduced_in:02} introduces"
                )
    return problems


def bare(text: str) -> str:
    """A piece without its comment and its learning rate, its last layer squashed by a sigmoid."""
    return text.split("  #")[0].replace("+= 0.1 * ", "+= ").replace("= output(", "= sigmoid(")


def names_bound_otherwise(notebook: course.Notebook) -> list[str]:
    """Bindings of a piece's name that are not the piece."""
    problems = []
    for cell in notebook.code:
        pieces = {(piece.kind.split()[0], piece.line) for piece in pieces_in(cell)}
        for name, line in bound_names(cell.tree):
            if name in NAMES and (name, line) not in pieces:
                problems.append(
                    f"{cell.where}, line {line} binds or changes `{name}`, the name of a piece: "
                    "choose another name, or write the piece, at top level or in a loop"
                )
    return problems


def story_problems(notebook: course.Notebook) -> list[str]:
    """What a notebook's "The story so far" lacks, or has in another order."""
    earlier = [kind for kind, number in INTRODUCED.items() if number < notebook.number]
    expected = STORIES.get(notebook.number, earlier)
    stories = [cell for cell in notebook.code if cell.id == "story"]
    if not expected:
        return [f"{cell.where} tells a story, but nothing came before" for cell in stories]
    if len(stories) != 1:
        return [f"{notebook.name} has {len(stories)} code cells with the id `story`, expected one"]
    (story,) = stories
    problems = []
    if "story" not in story.node.metadata.get("tags", []):
        problems.append(f"{story.where} lacks the tag “story”")
    held = [piece.kind for piece in pieces_in(story)]
    if held != expected:
        problems.append(f"{story.where} holds the pieces {held}, expected {expected}")
    return problems


def setup_problems(notebooks: list[course.Notebook]) -> list[str]:
    """First code cells that are not the one set-up cell of the course."""
    first = notebooks[0].code[0]
    return [
        f"{cell.where} must be the set-up, id `setup` and the same to the letter as {first.where}"
        for cell in [notebook.code[0] for notebook in notebooks]
        if cell.id != "setup" or cell.source != first.source
    ]


def test_every_piece_is_written_the_same_everywhere():
    course.expect_none(pieces_written_differently(course.notebooks()))


@course.each_notebook
def test_the_names_of_the_pieces_mean_nothing_else(notebook):
    course.expect_none(names_bound_otherwise(notebook))


@course.each_notebook
def test_the_story_so_far_holds_every_earlier_piece_in_order(notebook):
    course.expect_none(story_problems(notebook))


def test_the_set_up_is_the_same_in_all_notebooks():
    course.expect_none(setup_problems(course.notebooks()))


def one_cell(
    source: str, number: int = 1, id: str = "code", tags: tuple[str, ...] = ()
) -> course.Notebook:
    return course.sample(course.code(source, id=id, tags=tags), name=f"{number:02}_sample.ipynb")


def problems_about(kind: str, *notebooks: course.Notebook) -> list[str]:
    """Only what is said of one piece, since a small sample does not introduce the others."""
    return [problem for problem in pieces_written_differently(notebooks) if f"`{kind}`" in problem]


def test_a_copy_that_differs_is_found():
    l1 = "l1 = sigmoid(l0 @ W0)  # (4, 1)"
    first = one_cell(l1, number=3)
    assert problems_about("l1", first, one_cell(f"for i in range(9):\n    {l1}", number=6)) == []
    for other in [
        "l1 = sigmoid(l0 @ W0)",
        "l1 = sigmoid(l0 @ W0)  # (4,1)",
        "l1 = sigmoid(np.dot(l0, W0))  # (4, 1)",
        f"for i in range(9):\n    while i:\n        {l1} again",
        f"{l1}; z = 1",
        f"z = 1; {l1}",
    ]:
        assert len(problems_about("l1", first, one_cell(other, number=6))) == 1, other


def test_weights_without_their_seed_are_found():
    draw = "W0 = 2 * np.random.random((3, 1)) - 1  # (3, 1)"
    first = one_cell(f"{SEED}\n{draw}")
    assert problems_about("W0", first, one_cell(f"{SEED}\n{draw}", number=2)) == []
    for other in [draw, f"np.random.seed(2)\n{draw}", f"{SEED}\nz = np.random.random()\n{draw}"]:
        assert len(problems_about("W0", first, one_cell(other, number=2))) == 1, other


def test_a_changed_line_inside_a_piece_of_many_lines_is_found():
    sigmoid = "def sigmoid(x):\n    if deriv:\n        return x * (1 - x)\n    return np.exp(-x)"
    first = one_cell(sigmoid, number=2)
    assert problems_about("sigmoid", first, one_cell(sigmoid, number=3)) == []
    assert problems_about(
        "sigmoid", first, one_cell(sigmoid.replace("(1 - x)", "(1 + x)"), number=3)
    )


def test_a_copy_of_a_piece_written_anew_that_differs_is_found():
    l1 = "l1 = sigmoid(l0 @ W0)  # (4, 4): layer 1, the hidden units"
    first = [one_cell("l1 = sigmoid(l0 @ W0)  # (4, 1)", number=3), one_cell(l1, number=8)]
    step = "W0 += l0.T @ l1_delta"
    steps = [one_cell(f"{step}  # (3, 1)", number=5), one_cell(f"{step}  # (3, 4)", number=8)]
    function = "def train(rows):\n    for i in rows:\n        {}"
    assert problems_about("l1", *first, one_cell("l1 = sigmoid(l0 @ W0)  # (9, 9)", number=9)) == []
    for fine in [step, "W0 += 0.1 * l0.T @ l1_delta"]:
        assert problems_about("W0 +=", *steps, one_cell(function.format(fine), number=9)) == []
    assert problems_about("l1", *first, one_cell(l1.replace("hidden", "other"), number=8))
    assert problems_about("l1", *first, one_cell("l1 = sigmoid(W0 @ l0)", number=9))
    for wrong in ["W0 += l0 @ l1_delta", "W0 += 0.2 * l0.T @ l1_delta"]:
        assert problems_about("W0 +=", *steps, one_cell(function.format(wrong), number=9)), wrong


def test_a_piece_that_is_missing_or_comes_too_early_is_found():
    assert problems_about("l2", one_cell("l2 = 1", number=7), one_cell("l2 = 1", number=8))
    assert problems_about("l1_error", one_cell("z = 1", number=4))
    assert problems_about("l1", one_cell("l1 = 2", number=1), one_cell("l1 = 2", number=3))


def test_names_bound_in_any_other_way_are_found():
    others = [
        "l1: int = 3",
        "l1 += 1",
        "l1 -= 1",
        "W0 -= 1",
        "W0 *= 2",
        "X, z = 1, 2",
        "y = z = 3",
        "(l1 := 3)",
        "for y in z: 0",
        "[0 for X in z]",
        "{y: 0 for y in z}",
        "with z as l0: 0",
        "try: 0\nexcept E as y: 0",
        "import numpy as X",
        "from z import y",
        "import y.z",
        "def l1(): 0",
        "def f(X): 0",
        "def f(*y): 0",
        "def f(*, W0): 0",
        "lambda y: 0",
        "class X: 0",
        "del W0",
        "def f():\n    global W0",
        "def f():\n    y = 1",
        "if z:\n    y = 1",
        "W0[0] = 5",
        "X[:, 0] *= 2",
        "X.shape = 3",
        "match z:\n    case [y, *X]: 0",
        "match z:\n    case {**y}: 0",
        "async def y(): 0",
        "@cache\ndef sigmoid(x): 0",
    ]
    for source in others:
        assert names_bound_otherwise(one_cell(source)), source
    for source in [
        "y = 1",
        "for i in z:\n    W0 += 1",
        "def sigmoid(x): 0",
        "plot(X=1)",
        "l1_history[0] = l1",
        "z.y = 1",
    ]:
        assert names_bound_otherwise(one_cell(source)) == [], source


def test_a_story_with_a_gap_a_swap_or_no_tag_is_found():
    pieces = ["X = 1", "y = 2", f"{SEED}\nW0 = 3"]

    def story(lines, **kwargs):
        return one_cell("\n".join(lines), number=2, **{"id": "story", "tags": ("story",), **kwargs})

    assert story_problems(story(pieces)) == []
    for broken in [
        story(pieces[:2]),
        story(pieces[::-1]),
        story([*pieces, "l0 = X"]),
        story(pieces, tags=()),
        story(pieces, id="other"),
        one_cell("X = 1", number=1, id="story"),
    ]:
        assert story_problems(broken)


def test_a_set_up_that_differs_is_found():
    good = one_cell("import numpy as np", id="setup")
    assert setup_problems([good, one_cell("import numpy as np", number=2, id="setup")]) == []
    assert setup_problems([good, one_cell("import numpy", number=2, id="setup")])
    assert setup_problems([good, one_cell("import numpy as np", number=2, id="start")])
