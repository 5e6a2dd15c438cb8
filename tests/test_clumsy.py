"""Whoever leaves a cell out, or begins at the end, is told what is missing, and never gets a wrong
result in silence.

Every code cell is left out once, and the cells that use what it makes are run without it, in a
process of their own, while course.run runs the notebook. Each must print what it stores or stop with a NameError, which names what has
to be run first. (A cell that uses nothing of it prints the same by test_run_twice.py.)
"""

import ast
import contextlib
import faulthandler
import io
import os
import pickle
import signal
from unittest import mock

import course
import matplotlib
import matplotlib.pyplot as plt
import pytest

SECONDS = 120  # for all cells that run without the one left out
RANDOM = "the random numbers"  # a name for the state that np.random keeps
CHANGES = {"add", "append", "extend", "insert", "pop", "setdefault", "sort", "update"}

needs_fork = pytest.mark.skipif(
    not hasattr(os, "fork"),
    reason="this system can't fork a process, so no notebook was run with a cell left out",
)


def made_by(cell: course.Cell) -> set[str]:
    """The names that a cell binds or changes, at top level or through what it calls."""
    names = set()
    for node in ast.walk(cell.tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names |= {(alias.asname or alias.name).split(".")[0] for alias in aliases}
            case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                names |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=way)) if way in CHANGES:
                names.add(name)
            case ast.Attribute(value=ast.Name(id="np"), attr="random"):
                names.add(RANDOM)
    return names


def used_by(cell: course.Cell, cells: list[course.Cell]) -> set[str]:
    """The names that a cell reads before it binds them itself, also inside the functions of any
    cell that it calls."""
    functions = {
        node.name: node
        for one in [cell, *cells]
        for node in one.tree.body
        if isinstance(node, ast.FunctionDef)
    }
    names = set()
    unread = read_by([node for node in cell.tree.body if node not in functions.values()], set())
    while unread:
        names |= unread
        called = [functions[name] for name in unread if name in functions]
        unread = set().union(*(read_in(function) for function in called)) - names
    return names


def read_by(body: list[ast.stmt], bound: set[str]) -> set[str]:
    """The names that statements read, in their order, without those bound by then."""
    names = set()
    for node in body:
        if isinstance(node, (ast.For, ast.With, ast.While, ast.If, ast.Try)):
            inner = [one for one in ast.iter_child_nodes(node) if not isinstance(one, ast.stmt)]
            heads = [one for one in inner if not isinstance(one, ast.ExceptHandler)]
            for head in heads:
                names |= read_in(head) - bound
                bound |= stored_in(head)
            blocks = [getattr(node, part, []) for part in ("body", "orelse", "finalbody")]
            blocks += [handler.body for handler in getattr(node, "handlers", [])]
            for block in blocks:
                names |= read_by(block, bound)
        else:
            names |= read_in(node) - bound
            bound |= stored_in(node)
    return names


def read_in(tree: ast.AST) -> set[str]:
    """The names that an expression or statement reads; of a function and a comprehension, those
    that are not its own. The state of np.random counts, unless it is seeded first."""
    own, found, random = set(), set(), []
    if isinstance(tree, ast.FunctionDef):
        own = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} | stored_in(tree)
    for node in ast.walk(tree):
        match node:
            case ast.AugAssign(target=ast.Name(id=name)) | ast.Name(id=name, ctx=ast.Load()):
                found.add(name)
            case ast.comprehension():
                own |= stored_in(node.target)
            case ast.Attribute(value=ast.Attribute(attr="random"), attr=way):
                random.append((node.lineno, node.col_offset, way))
    first = min(random, default=(0, 0, "seed"))
    return found - own | ({RANDOM} if first[-1] != "seed" else set())


def stored_in(tree: ast.AST) -> set[str]:
    """The names that a statement binds; seeding np.random counts."""
    stores = (one for one in ast.walk(tree) if isinstance(one, ast.Name))
    seeds = any(isinstance(one, ast.Attribute) and one.attr == "seed" for one in ast.walk(tree))
    names = {one.id for one in stores if isinstance(one.ctx, ast.Store)}
    return names | ({RANDOM} if seeds else set())


def run_cell(cell: course.Cell, names: dict) -> tuple[str, str]:
    """What a cell prints, and the error that it stops with, if any."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            exec(compile(cell.python, f"<{cell.where}>", "exec"), names)  # noqa: S102
        problem = ""
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    finally:
        plt.close("all")
    return printed.getvalue(), problem


def complaint(cell: course.Cell, printed: str, problem: str) -> str:
    """What is wrong with how a cell took it, if anything."""
    if problem.startswith("NameError: "):
        return ""
    if problem:
        return f"{cell.where} stops with {problem}"
    stored = "".join(out.text for out in cell.node.get("outputs", []) if "text" in out)
    if printed != stored:
        return f"{cell.where} prints {printed[:200]!r} in place of {stored[:200]!r}"
    return ""


def affected(cell: course.Cell, later: list[course.Cell]) -> tuple[set[str], set[str]]:
    """The ids of the later cells that use what this cell makes, at first or second hand, and of
    those that these need besides."""
    made, using = made_by(cell), set()
    for one in later:
        if used_by(one, [cell, *later]) & made:
            using.add(one.id)
            made |= made_by(one)
    needed, wanted = set(), set()
    for one in reversed(later):
        if one.id in using or made_by(one) & wanted:
            needed.add(one.id)
            wanted |= used_by(one, [cell, *later])
    return using, needed


def without(cell: course.Cell, later: list[course.Cell], names: dict) -> list[str]:
    """What goes wrong in later cells when this one is left out. Changes `names`.

    Once a cell has said what is missing, those that use what it makes are not judged any more.
    """
    using, needed = affected(cell, later)
    told, problems = set(), []
    for one in later:
        if used_by(one, [cell, *later]) & told:
            told |= made_by(one)
        elif one.id in needed:
            printed, problem = run_cell(one, names)
            if problem.startswith("NameError: "):
                told |= made_by(one)
            elif one.id in using and (found := complaint(one, printed, problem)):
                problems.append(f"without {cell.where}, {found}")
    return problems


class Copy:
    """A copy of this process that does some work, which gives a list of problems."""

    def __init__(self, work):
        self.reader, writer = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            faulthandler.disable()  # a crash is told by the signal below
            signal.alarm(SECONDS)
            try:
                with os.fdopen(writer, "wb") as pipe:
                    pickle.dump(work(), pipe)
            finally:
                os._exit(0)
        os.close(writer)

    def problems(self) -> list[str]:
        """Wait for them; a crash or an endless run is a problem, too."""
        with os.fdopen(self.reader, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(self.child, 0)
        if os.WIFSIGNALED(status):
            ended = os.WTERMSIG(status)
            return [f"the kernel ended by signal {ended} (14: after {SECONDS} seconds)"]
        return pickle.loads(answer) if answer else ["the kernel ended without a word"]


copies: dict[str, list[tuple[course.Cell, Copy]]] = {}  # by notebook: one for each cell left out


def leave_out(
    notebook: course.Notebook, cell: course.Cell, later: list[course.Cell], names: dict
) -> None:
    """Run the later cells without this one, in a copy of the process that is about to run it."""
    if affected(cell, later)[0]:
        work = Copy(lambda: without(cell, later, names))
        copies.setdefault(notebook.name, []).append((cell, work))


if hasattr(os, "fork"):
    course.before_cell.append(leave_out)


def leave_each_out(notebook: course.Notebook) -> list[str]:
    """What goes wrong when a cell is left out, for each cell."""
    course.run(notebook)
    return [
        f"{problem}" if problem.startswith("without") else f"without {cell.where}, {problem}"
        for cell, copy in copies.pop(notebook.name, [])
        for problem in copy.problems()
    ]


@contextlib.contextmanager
def as_in_a_kernel():
    """The folder and the way of drawing that the notebooks' kernels have."""
    folder = os.getcwd()
    with matplotlib.rc_context(), mock.patch.object(plt, "show"):
        matplotlib.rcdefaults()
        matplotlib.use("Agg")
        os.chdir(course.NOTEBOOKS)
        try:
            yield
        finally:
            os.chdir(folder)


def reversed_run(notebook: course.Notebook) -> list[str]:
    """What goes wrong when the cells are run from the last to the first."""
    names = {"__name__": "__main__"}
    with as_in_a_kernel():
        found = [complaint(cell, *run_cell(cell, names)) for cell in reversed(notebook.code)]
    return [f"in reverse order, {problem}" for problem in found if problem]


@needs_fork
@course.each_notebook
def test_a_cell_left_out_is_missed_by_name(notebook):
    course.expect_none(leave_each_out(notebook))


@course.each_notebook
def test_run_in_reverse_order_a_notebook_says_what_is_missing(notebook):
    course.expect_none(reversed_run(notebook))


def cells(*sources: str, stored: tuple[str, ...] = ()) -> course.Notebook:
    printed = [[course.printed(text)] if text else [] for text in stored]
    printed += [[]] * (len(sources) - len(printed))
    pairs = enumerate(zip(sources, printed))
    return course.sample(*(course.code(source, *out, id=f"c{i}") for i, (source, out) in pairs))


@needs_fork
def test_a_wrong_result_another_error_a_crash_and_a_hang_are_found(monkeypatch):
    assert leave_each_out(cells("x = 1", "print(x)", stored=("", "1\n"))) == []
    stale = cells("x = 1", "x = 2", "print(x)", stored=("", "", "2\n"))
    changed = cells("x = [1]", "x.append(2)", "print(x)", stored=("", "", "[1, 2]\n"))
    through = cells("a = 1", "a = 2", "def f():\n    return a\nprint(f())", stored=("", "", "2\n"))
    drawn = cells(
        "import numpy as np\nnp.random.seed(0)",
        "np.random.seed(1)",
        "print(np.random.randint(99))",
        stored=("", "", "37\n"),
    )
    other = cells("x = {}", "x[1] = 1", "print(x[1])", stored=("", "", "1\n"))
    crash = cells("import os\nx = 1", "x = 0", "if x: os.abort()")
    looped = cells("i = 5", "i = 1", "for j in [i]:\n    print(j)", stored=("", "", "1\n"))
    grown = cells("n = 5", "n = 1", "n += 1\nprint(n)", stored=("", "", "2\n"))
    second_hand = cells("a = 1", "a = 2", "b = a", "print(b)", stored=("", "", "", "2\n"))
    needing = cells("a = 1", "a = 2", "b = 3", "print(a, b)", stored=("", "", "", "2 3\n"))
    for broken in [
        stale,
        changed,
        through,
        drawn,
        other,
        crash,
        looped,
        grown,
        second_hand,
        needing,
    ]:
        assert leave_each_out(broken), broken.code[1].source
    monkeypatch.setattr("test_clumsy.SECONDS", 1)
    assert leave_each_out(cells("x = 1", "x = 0", "while x: pass"))


def test_a_wrong_result_in_reverse_order_is_found():
    assert reversed_run(cells("x = 1", "print('x' in dir())", stored=("", "True\n")))
    assert reversed_run(cells("x = 1", "print(x)", stored=("", "1\n"))) == []
