"""What the tests share: the course's notebooks, read once and run once, and small broken ones.

A check is a plain function that takes a notebook (or all of them) and returns a list of problems,
each a sentence that names the notebook and the cell. The same function is used on the course and
on a small notebook that is broken on purpose, made with `sample`: every check is seen to fail.
"""

import ast
import contextlib
import functools
import io
import os
import re
import sys
import time
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import pytest
from IPython.lib.pretty import pretty
from matplotlib.colors import to_hex

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))  # for `program_that_learns`, as in the notebooks' own kernels

from program_that_learns import look  # noqa: E402

# The look of every figure, and its colours in the order of their names in the set-up cell.
STYLE_FILE = ROOT / "figures" / "course.mplstyle"
STYLE = matplotlib.rc_params_from_file(STYLE_FILE, use_default_template=False)
COLORS = [to_hex(f"#{color.lstrip('#')}") for color in STYLE["axes.prop_cycle"].by_key()["color"]]


@dataclass(frozen=True)
class Cell:
    """One cell, with its place in the course."""

    notebook: str
    position: int  # among all cells, counted from 1
    node: nbformat.NotebookNode

    @property
    def id(self) -> str:
        return self.node.id

    @property
    def source(self) -> str:
        return self.node.source

    @property
    def where(self) -> str:
        """The beginning of every sentence about this cell."""
        return f"{self.notebook}, cell {self.position} (id {self.id})"

    @property
    def python(self) -> str:
        """The source with the one magic that the course allows blanked out, so that it parses."""
        return "\n".join(
            "" if line.strip() == "%matplotlib inline" else line for line in self.source.split("\n")
        )

    @functools.cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.python)

    @property
    def texts(self) -> list[str]:
        """What stands below the cell: printed text and plain values, a figure's included."""
        return [
            out.text if out.output_type == "stream" else out.data["text/plain"]
            for out in self.node.get("outputs", [])
            if "text" in out or "text/plain" in out.get("data", {})
        ]

    @property
    def printed(self) -> str:
        """The stored text that the cell printed."""
        return "".join(out.text for out in self.node.get("outputs", []) if "text" in out)

    @property
    def pictures(self) -> list[nbformat.NotebookNode]:
        """The outputs that show a picture, drawn by Matplotlib or made to play with."""
        return [out for out in self.node.get("outputs", []) if "image/png" in out.get("data", {})]

    @property
    def plots(self) -> list[nbformat.NotebookNode]:
        """The pictures that are plain figures, without those to play with."""
        return [out for out in self.pictures if not self.is_to_play_with]

    @property
    def is_to_play_with(self) -> bool:
        """Whether the cell shows a picture that follows its sliders."""
        return self.source.rpartition("\n")[2].startswith("play.")


@dataclass(frozen=True, eq=False)
class Notebook:
    """One notebook, from the course or made by a test."""

    name: str
    node: nbformat.NotebookNode

    @property
    def number(self) -> int:
        return int(self.name[:2])

    @property
    def slug(self) -> str:
        """The name without the number, such as `hidden_layer`."""
        return self.name[3:].removesuffix(".ipynb")

    @functools.cached_property
    def cells(self) -> list[Cell]:
        return [Cell(self.name, position, node) for position, node in enumerate(self.node.cells, 1)]

    @property
    def code(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.node.cell_type == "code"]

    @property
    def pictures(self) -> list[nbformat.NotebookNode]:
        return [picture for cell in self.code for picture in cell.pictures]

    @property
    def markdown(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.node.cell_type == "markdown"]

    def cell(self, id: str) -> Cell:
        """The one cell with that id."""
        return next(cell for cell in self.cells if cell.id == id)


@functools.cache
def notebooks() -> tuple[Notebook, ...]:
    """Every notebook of the course, in reading order. There is always at least one."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    assert paths, f"no notebooks in {NOTEBOOKS}: nothing would be looked at"
    return tuple(Notebook(path.name, nbformat.read(path, as_version=4)) for path in paths)


def notebook(which: int | str) -> Notebook:
    """The notebook with that number, or with that name after its number."""
    return next(found for found in notebooks() if which in (found.number, found.slug))


each_notebook = pytest.mark.parametrize("notebook", notebooks(), ids=lambda found: found.name)
# What takes long in a browser: this one in `make test`, the others in `make test-long`.
ONE_A_DAY = [
    pytest.param(one, marks=[pytest.mark.long] * (one.slug != "sigmoid"), id=one.name)
    for one in notebooks()
]
one_notebook_a_day = pytest.mark.parametrize("notebook", ONE_A_DAY)


def expect_none(problems: list[str]) -> None:
    """Fail with the problems, one per line, and without a traceback."""
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def sample(*cells: nbformat.NotebookNode, name: str = "02_sample.ipynb") -> Notebook:
    """A small notebook made by a test."""
    return Notebook(name, nbformat.v4.new_notebook(cells=list(cells)))


def code(source: str, *outputs, id="code", count: int | None = 1, tags=()) -> nbformat.NotebookNode:
    """A code cell for `sample`, with outputs such as `printed`."""
    more = {"execution_count": count, "metadata": {"tags": list(tags)} if tags else {}}
    return nbformat.v4.new_code_cell(source, id=id, outputs=list(outputs), **more)


def markdown(source: str, id: str = "text") -> nbformat.NotebookNode:
    """A Markdown cell for `sample`."""
    return nbformat.v4.new_markdown_cell(source, id=id)


def printed(text: str, name: str = "stdout") -> nbformat.NotebookNode:
    """An output for `code`: text that the cell printed."""
    return nbformat.v4.new_output("stream", name=name, text=text)


PICTURE_BYTES = re.compile(r'(?<=data:image/png;base64,)[^"]+')


def shown(outputs: list[dict]) -> dict[str, str]:
    """What a cell shows, by its kind: printed text, alternative texts, what a picture to play with is
    made of. Of pixels only that they are there: those differ between versions of Matplotlib."""
    found = {}
    for output in outputs:
        parts = output.get("data") or {output.get("name", "error"): output.get("text", output)}
        for kind, part in parts.items():
            text = "a picture" if kind == "image/png" else "".join(part)
            found[kind] = found.get(kind, "") + PICTURE_BYTES.sub("", text)
    return found


def differences(notebook: Notebook, outputs: list[list[dict]]) -> list[str]:
    """Where the outputs of the code cells are not the stored ones, to the letter."""
    problems = []
    for cell, there in zip(notebook.code, outputs, strict=True):
        stored, now = shown(cell.node.outputs), shown(there)
        for kind in stored | now:
            texts = [one.get(kind, "") for one in (stored, now)]
            if texts[0] != texts[1]:
                begin = max(0, len(os.path.commonprefix(texts)) - 40)
                before, after = (text[begin : begin + 200] for text in texts)
                found = f"{cell.where} stores as {kind} {before!r}, and now came {after!r}"
                problems.append(f"{found}: if that is right, run `make refresh`")
    return problems


@dataclass
class Run:
    """What running a notebook left behind, most of it by cell id."""

    namespace: dict  # at the end
    after: dict[str, dict] = field(default_factory=dict)  # the names as they were after that cell
    figures: dict[str, list] = field(default_factory=dict)  # the figures drawn, in order
    outputs: dict[str, list[dict]] = field(default_factory=dict)  # as a notebook stores them
    changed: list[str] = field(default_factory=list)  # what was something else the second time
    reached: list[tuple] = field(default_factory=list)  # for, outside: cell id, event, and what


# What a notebook has no business with: the beginnings of the names of Python's audit events
# (https://docs.python.org/3/library/audit_events.html).
BLOCKED = (
    *("socket.", "subprocess.Popen", "sqlite3.connect", "ctypes.dlopen", "ctypes.dlsym"),
    *("os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn", "os.startfile"),
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"),
    *("os.chmod", "os.chown", "os.utime"),
)
# These load what they bring along and ask the libraries for numbers how many cores they use.
MAY_USE_CTYPES = {"sklearn", "threadpoolctl"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_watched: list = []  # at most one: the cell that runs, and where to note what it reaches for


def _watch(event: str, arguments: tuple) -> None:
    """Block, and note, what a notebook has no business with; so are files opened for writing."""
    if not _watched:
        return
    if event == "open":
        path, mode, flags = arguments
        writing = any(letter in mode for letter in "wax+") if mode else flags & WRITES
        if not writing or isinstance(path, int) or os.fsdecode(path) == os.devnull:
            return
    elif not event.startswith(BLOCKED):
        return
    elif event.startswith("ctypes."):
        frames = (frame for frame, _ in traceback.walk_stack(None))
        if any(one.f_globals.get("__name__", "").split(".")[0] in MAY_USE_CTYPES for one in frames):
            return
    cell, reached = _watched[0]
    reached.append((cell, event, ", ".join(map(str, arguments))))
    raise PermissionError(f"{event} is blocked while a notebook is tested")


sys.addaudithook(_watch)

LONG = 0.3  # seconds of work: the daily tests run a cell that takes longer only once


@contextlib.contextmanager
def as_in_a_kernel():
    """The folder and the way of drawing that the course's kernels have, with nothing on show."""
    folder = Path.cwd()
    with (
        matplotlib.rc_context(),
        mock.patch.object(plt, "show", lambda: None),
        mock.patch.object(sys, "dont_write_bytecode", True),  # a first import writes no cache
    ):
        matplotlib.rcdefaults()
        matplotlib.use("Agg")
        os.chdir(NOTEBOOKS)
        try:
            yield
        finally:
            plt.close("all")
            os.chdir(folder)


def run_cell(cell: Cell, names: dict) -> tuple[str, object]:
    """Run a cell with these names. Returns what it prints, complaints and warnings included, and the
    value of its last line."""
    body, value, printed = list(cell.tree.body), None, io.StringIO()
    last = [body.pop().value] if body and isinstance(body[-1], ast.Expr) else []
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("default")  # as in a kernel
        for kind in [DeprecationWarning, PendingDeprecationWarning, ResourceWarning]:
            warnings.simplefilter("ignore", kind)
        warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
        exec(compile(ast.Module(body, []), f"<{cell.where}>", "exec"), names)  # noqa: S102
        for expression in last:
            value = eval(compile(ast.Expression(expression), f"<{cell.where}>", "eval"), names)
    return "".join([printed.getvalue(), *(f"{one.message}\n" for one in warned)]), value


def outputs(printed: str, figures: list, value: object) -> list[dict]:
    """What a kernel would have sent, but for the pixels of figures."""
    found = [{"name": "stdout", "text": printed}] if printed else []
    for figure in figures:
        data = look.bundle(b"", look.describe(figure))[0]
        found.append({"data": data | {"text/plain": repr(figure)}})
    if value is not None:
        bundle = getattr(value, "_repr_mimebundle_", lambda: [{"text/plain": pretty(value)}])
        found.append({"data": bundle()[0]})
    return found


def pixels(figure) -> bytes:
    """A figure as it is drawn without its layout, which takes long and comes out the same."""
    engine = figure.get_layout_engine()
    figure.set_layout_engine("none")
    figure.canvas.draw()
    figure.set_layout_engine(engine)
    return bytes(figure.canvas.buffer_rgba())


def names(slug: str, cell: str = "") -> SimpleNamespace:
    """The names as they are in a notebook of the course after that cell, or at its end."""
    ran = run(notebook(slug))
    return SimpleNamespace(**(ran.after[cell] if cell else ran.namespace))


def run(notebook: Notebook, long: float = LONG) -> Run:
    """Run every code cell twice in a row in this process, in the folder that the course's kernels
    start in, without the network; a cell that takes longer than `long` seconds once."""
    return _run(notebook, long)


@functools.cache  # of both: a default left out and the same value given would be two runs
def _run(notebook: Notebook, long: float) -> Run:
    result = Run(namespace={"__name__": "__main__"})
    with as_in_a_kernel():
        for cell in notebook.code:
            first, begun = None, time.process_time()
            while True:
                try:
                    _watched.append((cell.id, result.reached))
                    printed, value = run_cell(cell, result.namespace)
                except Exception as error:
                    said = f"{cell.where} does not run: {type(error).__name__}: {error}"
                    raise AssertionError(said) from error
                finally:
                    _watched.clear()
                slow = time.process_time() - begun > long
                figures = [plt.figure(number) for number in plt.get_fignums()]
                again = [printed, *map(pixels, figures), getattr(value, "still", None)]
                if first and again != first:
                    does = "draws another picture" if printed == first[0] else f"prints {printed!r}"
                    result.changed.append(f"{cell.where} {does} when it is run again")
                if first or slow:
                    break
                first = again
                plt.close("all")
            for figure in figures:
                figure.draw_without_rendering()  # lays it out in the notebook's style
            result.outputs[cell.id] = outputs(printed, figures, value)
            plt.close("all")
            result.after[cell.id] = dict(result.namespace)
            result.figures[cell.id] = figures
    return result
