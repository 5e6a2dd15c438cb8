"""Every output is what its cell shows, the same when it is run again, and stored as `make refresh`
stores it.

The notebooks run in this process (course.run), every cell twice in a row: readers run cells again
and again. In a kernel of their own they run in test_browser.py and test_settings.py.
"""

import ast
import math
import re
import subprocess
import sys
from collections.abc import Iterator

import course
import nbformat
import pytest
import refresh

SHELL = re.compile(r"^\s*(%|!|\?)|\bget_ipython\(\)\.(run_|system|getoutput)", re.MULTILINE)
WARNING = re.compile(r"\b\w+Warning\b")
OWN_FOLDERS = re.compile(r"(/home/|/Users/|/root/|/tmp/|[A-Z]:\\+Users)")


def unrun_cells(notebook: course.Notebook) -> Iterator[str]:
    """Cells that were not run, or not in order from a fresh kernel."""
    for count, cell in enumerate(notebook.code, 1):
        if cell.node.execution_count != count:
            yield f"{cell.where} has the count {cell.node.execution_count}, not {count}"


def bad_outputs(notebook: course.Notebook) -> Iterator[str]:
    """Errors, anything on stderr, warnings and somebody's own folders."""
    for cell in notebook.code:
        for output in cell.node.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                yield f"{cell.where} stores an error, or writes to stderr: {output}"
        for text in cell.texts:
            for found in (WARNING.search(text), OWN_FOLDERS.search(text)):
                if found:
                    yield f"{cell.where} shows a warning or a folder of one computer: {found[0]}"


def switched_off(notebook: course.Notebook) -> Iterator[str]:
    """Tags, some of which would let a cell fail or not run at all."""
    for cell in notebook.cells:
        if set(cell.node.metadata.get("tags", [])) - {"story"}:
            yield f"{cell.where} has the tags {cell.node.metadata.tags}: only “story” is one"


def not_plain_python(notebook: course.Notebook) -> Iterator[str]:
    """Magics other than `%matplotlib inline`, shell escapes, and somebody's own folders."""
    for cell in notebook.code:
        if found := SHELL.search(cell.python) or OWN_FOLDERS.search(cell.source):
            yield f"{cell.where} has a magic, uses the shell or one computer's folder: {found[0]}"


def not_as_refresh_writes_it(notebook: course.Notebook, data: bytes | None = None) -> Iterator[str]:
    """What `make refresh` would change about a file even without running it."""
    data = data or (course.NOTEBOOKS / notebook.name).read_bytes()
    node = nbformat.reads(data.decode("utf-8"), as_version=nbformat.NO_CONVERT)
    nbformat.validate(node)
    cleaned = refresh.clean(node)
    for number, (old, new) in enumerate(zip(node.cells, cleaned.cells), 1):
        if old != new:
            yield f"{notebook.name}, cell {number} stores what depends on who ran it: run `make refresh`"
    if data != refresh.to_bytes(cleaned) or node.nbformat_minor != 5:
        yield f"{notebook.name} is not formatted as `make refresh` writes it: run it"


@course.each_notebook
@pytest.mark.parametrize(
    "long", [pytest.param(course.LONG, id=""), pytest.param(math.inf, marks=pytest.mark.slow)]
)
def test_every_cell_shows_what_is_stored_and_the_same_when_it_is_run_again(notebook, long):
    ran = course.run(notebook, long)
    course.expect_none(course.differences(notebook, list(ran.outputs.values())) + ran.changed)


PLOT = "import matplotlib.pyplot as plt, random\nplt.plot([0, {}])\nplt.title('t')\nplt.show()"


@pytest.mark.parametrize("source, wrong", [
    ("print(0.5)", []),
    ("print(0.6)", ["stores as stdout '0.5\\n', and now came '0.6\\n'"]),
    ("x = globals().get('x', 0) + 0.5\nprint(x)", ["now came '1.0", "prints '1.0"]),
    ("print(0.5)\nimport numpy as np\nnp.array([1]) / 0", ["divide by zero", "array([inf])"]),
    ("import sys\nprint(0.5, file=sys.stderr)\nprint('x')", ["now came '0.5\\nx"]),
    (PLOT.format("0.5") + "\nprint(0.5)", ["text/html", "text/plain", "image/png"]),
    (PLOT.format("*random.sample(range(99), 9)"), ["stdout", "html", "plain", "png", "another picture"]),
])  # fmt: skip
def test_another_output_is_found(source, wrong):
    sample = course.sample(course.code(source, course.printed("0.5\n")))
    ran = course.run(sample, math.inf)
    found = course.differences(sample, list(ran.outputs.values())) + ran.changed
    assert len(found) == len(wrong), found
    assert all(any(words in one for one in found) for words in wrong), found


CHECKS = [unrun_cells, bad_outputs, switched_off, not_plain_python, not_as_refresh_writes_it]


@course.each_notebook
@pytest.mark.parametrize("check", CHECKS)
def test_every_output_is_stored_as_refresh_stores_it_and_is_compared(notebook, check):
    course.expect_none(list(check(notebook)))


@pytest.mark.parametrize("check, cell", [
    (unrun_cells, course.code("1", count=None)),
    (unrun_cells, course.code("1", count=2)),
    (bad_outputs, course.code("x", nbformat.v4.new_output("error", ename="ValueError"))),
    (bad_outputs, course.code("x", course.printed("x", name="stderr"))),
    (bad_outputs, course.code("x", course.printed("RuntimeWarning: overflow"))),
    (bad_outputs, course.code("x", course.printed("see /home/me/x.py"))),
    (switched_off, course.code("1", tags=("raises-exception",))),
    (not_plain_python, course.code("%time 1")),
    (not_plain_python, course.code("x = 1\n  !pip install x")),
    (not_plain_python, course.code("x = '/home/me/data.csv'")),
])  # fmt: skip
def test_what_is_stored_otherwise_is_found(check, cell):
    fine = course.code("%matplotlib inline\nx = 7 % 2", course.printed("1"), tags=("story",))
    assert list(check(course.sample(fine))) == []
    assert len(list(check(course.sample(cell)))) == 1


@pytest.mark.parametrize("change", [
    lambda node: node.metadata.update(widgets={}),
    lambda node: node.cells[0].metadata.update(execution={"iopub.status.idle": "2026"}),
    lambda node: node.cells[0].outputs.append(course.printed("2\n")),
    lambda node: (node.update(nbformat_minor=4), node.cells[0].pop("id")),
])  # fmt: skip
def test_files_that_refresh_would_change_are_found(change):
    good = course.sample(course.code("1", course.printed("1\n")))
    good.node.metadata = nbformat.from_dict(refresh.METADATA)
    data = refresh.to_bytes(good.node)
    assert list(not_as_refresh_writes_it(good, data)) == []
    assert list(not_as_refresh_writes_it(good, data.replace(b"\n", b"\r\n")))
    change(good.node)
    assert list(not_as_refresh_writes_it(good, refresh.to_bytes(good.node)))


@course.each_notebook
def test_only_the_digits_need_scikit_learn(notebook):
    nodes = [node for cell in notebook.code for node in ast.walk(cell.tree)]
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    names |= {one.name for node in nodes if isinstance(node, ast.Import) for one in node.names}
    installed = {name.split(".")[0] for name in names} - sys.stdlib_module_names
    more = {"sklearn", "threadpoolctl"} if "digits" in notebook.name else set()
    assert installed == {"program_that_learns", "matplotlib", "numpy"} | more


def test_the_helpers_of_all_notebooks_load_neither_scikit_learn_nor_the_sheet_to_draw_on():
    script = "import sys; from program_that_learns import exercises, look, play; sys.exit(str("
    script += "{'sklearn', 'anywidget', 'program_that_learns.pad'} & set(sys.modules)))"
    command, folder = [sys.executable, "-c", script], course.NOTEBOOKS
    ran = subprocess.run(command, cwd=folder, stderr=subprocess.PIPE, text=True)
    assert ran.stderr.strip() == "set()"


def test_cleaning_keeps_ids_tags_and_the_size_and_alt_text_of_images():
    sizes = {"image/png": {"alt": "a curve", "width": 700, "height": 360}}
    image = nbformat.v4.new_output("display_data", {"image/png": "aWk="}, metadata=sizes)
    node = course.sample(course.code("1", image, id="plot", tags=("story",))).node
    (cell,) = refresh.clean(node).cells
    assert (cell.id, cell.metadata) == ("plot", {"tags": ["story"]})
    assert cell.outputs[0].metadata == sizes


def test_a_failing_notebook_is_reported_in_one_line_and_left_as_it_was(tmp_path, capfd):
    path = tmp_path / "01_broken.ipynb"
    cells = course.code("x = 1", id="fine"), course.code("x / 0", id="broken")
    before = refresh.to_bytes(course.sample(*cells).node)
    path.write_bytes(before)
    assert refresh.main([str(path)]) == 1
    said = "".join(capfd.readouterr())
    assert "cell 2 (id broken): ZeroDivisionError: division by zero" in said
    assert "Traceback" not in said and path.read_bytes() == before
