"""The pieces of the network are written the same everywhere, to the letter.

A piece is a statement that one notebook introduces and the later ones bring along in "The story so
far". Its name is bound by that statement and by nothing else, so that `l1` means the same on every
page. The network with a hidden layer writes most pieces anew; with the digits these come again
without their comments and with a learning rate.
"""

import ast
import copy
import textwrap

import course
import pytest

ANEW, AGAIN = "hidden_layer", "digits"  # those two notebooks, by the name after the number
STORIES = {ANEW: ["X", "sigmoid", "gradient_check"], AGAIN: ["sigmoid"]}  # all others are complete
LAYER_2 = {"W1", "l2", "l2_error", "l2_delta"}  # names that ANEW adds
OWN = {"l0", "W0", "W1", "l2_error", "l2_delta"}  # what AGAIN has of its own
ROUND = ["l0", "l1", "l1_error", "l1_delta", "W0 +="]  # what every loop that trains W0 holds


def bindings(cell: course.Cell, body: list[ast.stmt]):
    """Each name that these statements of a cell bind or change, such as `l1` or `W0 +=`, with the
    lines that do it; of weights also the line before, if it sets the seed."""
    before, lines = "", cell.python.split("\n")
    for statement in body:
        piece = lines[statement.lineno - 1 : statement.end_lineno]
        text = textwrap.dedent("\n".join(piece)).strip()
        inner = [one for part in ("body", "orelse") for one in getattr(statement, part, [])]
        inside = {node for one in inner for node in ast.walk(one)}
        for node in set(ast.walk(statement)) - inside:
            match node:
                case (
                    ast.Name(id=name, ctx=ast.Store())
                    | ast.Subscript(value=ast.Name(id=name), ctx=ast.Store())
                    | ast.FunctionDef(name=name)
                    | ast.arg(arg=name)
                    | ast.alias(name=name, asname=None)
                    | ast.alias(asname=name)
                ):
                    seeded = before.startswith("np.random.seed(") and name == "W0"
                    key = f"{name} +=" if isinstance(statement, ast.AugAssign) else name
                    yield key, f"{before}\n{text}" if seeded else text
        yield from bindings(cell, inner)
        before = text


def bare(text: str) -> str:
    """A piece without its comment and its learning rate, its last layer squashed by a sigmoid."""
    return text.split("  #")[0].replace("+= 0.1 * ", "+= ").replace("= output(", "= sigmoid(")


def problems(notebooks: list[course.Notebook]) -> list[str]:
    """Copies that differ, names that mean something else, stories and set-ups that are not right."""
    stories = [cell for each in notebooks for cell in each.code if cell.id == "story"]
    story = [one for cell in stories for one in cell.tree.body]
    names = LAYER_2 | {one.name for one in story if isinstance(one, ast.FunctionDef)}
    names |= {one.targets[0].id for one in story if isinstance(one, ast.Assign)}
    found, first, anew = [], {}, {}  # by key: the text of a piece where it was introduced
    for notebook in notebooks:
        place = notebook.slug
        expected = STORIES.get(place, list(first))
        setup, *cells = notebook.code
        if (setup.id, setup.source) != ("setup", notebooks[0].code[0].source):
            found.append(f"{setup.where} must be the set-up, the same as in {notebooks[0].name}")
        tagged = [cell.id for cell in cells if "story" in cell.node.metadata.get("tags", [])]
        if tagged != ["story"] * bool(expected):
            found.append(f"{notebook.name} has the tag “story” at {tagged}, not at `story`")
        for cell in cells:
            pieces = bindings(cell, cell.tree.body)
            pieces = [(key, text) for key, text in pieces if key.split()[0] in names]
            if cell.id == "story" and [key for key, _ in pieces] != expected:
                found.append(f"{cell.where} holds {[key for key, _ in pieces]}, not {expected}")
            kept = cell.id == "story" or place not in STORIES
            for key, text in pieces:
                canon = first if kept or key in (*STORIES[ANEW], "l0") else anew
                if place == AGAIN and key in OWN:
                    continue
                wanted = canon.setdefault(key, text)
                if text != wanted and (place != AGAIN or bare(text) != bare(wanted)):
                    differ = f"\n    {text!r}\n  not\n    {wanted!r}"
                    found.append(f"{cell.where} has `{key}` as{differ}")
            for loop in ast.walk(cell.tree):
                if isinstance(loop, ast.For) and place not in STORIES:
                    held = [key for key, _ in bindings(cell, loop.body) if key in ROUND]
                    if "W0 +=" in held and held != ROUND:
                        found.append(f"{cell.where}, line {loop.lineno}: a loop of {held}")
    return found


def test_every_piece_is_written_the_same_everywhere():
    course.expect_none(problems(course.notebooks()))


@pytest.mark.parametrize("place, old, new", [
    ("error story", "(4, 1): layer 1", "(4,1): layer 1"),
    ("sigmoid story", "np.random.seed(1)", "np.random.seed(2)"),
    ("training loop", "np.random.seed(1)", ""),
    ("training loop", "l1_error", "l1_miss"),
    ("error error", "l1_error", "l1_miss"),
    ("training story", "l0 = X  # (4, 3): layer 0, the inputs\n", ""),
    ("forward_pass one-row", "product", "l1"),
    ("backprop collect", "print(f", "W0[0] = 5; print(f"),
    ("forward_pass setup", "numpy as np", "numpy as np  # arrays"),
    ("hidden_layer loop", "W1 += l1.T", "W1 -= l1.T"),
    ("digits train", "W1 += 0.1", "W1 += 0.2"),
])  # fmt: skip
def test_a_copy_or_a_name_that_differs_is_found(place, old, new):
    slug, id = place.split()
    whole = course.notebook(slug)
    broken = course.Notebook(whole.name, copy.deepcopy(whole.node))
    cell = broken.cell(id)
    assert old in cell.source
    cell.node.source = cell.source.replace(old, new)
    assert problems([broken if one is whole else one for one in course.notebooks()])
