"""Every stored output is there, is right and is compared: nbval can't be fooled or switched off.

`make test` runs every notebook with nbval, which compares text outputs with the stored ones. But
nbval lets pass in silence a cell that was never run, a warning (it takes stderr for stdout) and
whatever a marker tells it to ignore. That is what this file looks for, and that the file is the
one `make refresh` writes.
"""

import ast
import configparser
import json
import re
import subprocess
import sys

import course
import nbformat
import pytest
import refresh

MAGICS_AND_SHELL = re.compile(
    r"^\s*(%|!|\?)|\bget_ipython\(\)\.(run_|system|getoutput)", re.MULTILINE
)
WARNING = re.compile(r"\b\w+Warning\b")
OWN_FOLDERS = re.compile(r"(/home/|/Users/|/root/|/tmp/|[A-Z]:\\+Users)")


def unrun_cells(notebook: course.Notebook) -> list[str]:
    """Cells that were not run, or not in order from a fresh kernel."""
    return [
        f"{cell.where} has the count {cell.node.execution_count}, not {count}: run `make refresh`"
        for count, cell in enumerate(notebook.code, 1)
        if cell.node.execution_count != count
    ]


def bad_outputs(notebook: course.Notebook) -> list[str]:
    """Errors, anything on stderr, warnings and somebody's own folders."""
    problems = []
    for cell in notebook.code:
        for output in cell.node.outputs:
            if output.output_type == "error":
                problems.append(f"{cell.where} stores an error, {output.ename}: mend the cell")
            elif output.get("name") == "stderr":
                problems.append(
                    f"{cell.where} writes to stderr, “{output.text.strip()[:80]}”: mend the cell"
                )
        for text in cell.texts:
            if found := WARNING.search(text):
                problems.append(f"{cell.where} shows a {found[0]}: mend what it warns of")
            if found := OWN_FOLDERS.search(text):
                problems.append(f"{cell.where} shows a folder of one computer, “{found[0]}…”")
    return problems


def switched_off(notebook: course.Notebook) -> list[str]:
    """Markers and tags that make nbval or nbclient skip a cell, its output or its error."""
    problems = []
    for cell in notebook.cells:
        if found := re.search(r"\b(NBVAL_\w+|PYTEST_VALIDATE_\w+)", cell.source):
            problems.append(
                f"{cell.where} holds the marker {found[0]}: delete it, all outputs are compared"
            )
        if unknown := set(cell.node.metadata.get("tags", [])) - {"story"}:
            problems.append(
                f"{cell.where} has the tags {sorted(unknown)}: the course has only the tag “story”"
            )
    return problems


def not_plain_python(notebook: course.Notebook) -> list[str]:
    """Magics other than `%matplotlib inline`, shell escapes, and what Python cannot read."""
    problems = []
    for cell in notebook.code:
        if found := MAGICS_AND_SHELL.search(cell.python):
            problems.append(
                f"{cell.where} uses “{found[0].strip()}”: the course has no magics and no shell"
            )
            continue
        try:
            ast.parse(cell.python)
        except SyntaxError as error:
            problems.append(f"{cell.where} is not Python: {error.msg}, line {error.lineno}")
        if found := OWN_FOLDERS.search(cell.source):
            problems.append(
                f"{cell.where} names a folder of one computer, “{found[0]}…”: use a relative path"
            )
    return problems


def not_as_refresh_writes_it(name: str, data: bytes) -> list[str]:
    """What `make refresh` would change about a file even without running it."""
    raw = json.loads(data)
    if (raw["nbformat"], raw["nbformat_minor"]) != (4, 5):
        return [f"{name} has format {raw['nbformat']}.{raw['nbformat_minor']}, expected 4.5"]
    try:
        nbformat.validate(raw)
    except nbformat.ValidationError as error:
        return [f"{name} is no valid notebook: {error.message[:200]}"]
    notebook = course.Notebook(name, nbformat.reads(data.decode("utf-8"), as_version=4))
    cleaned = refresh.clean(notebook.node)
    problems = []
    if notebook.node.metadata != cleaned.metadata:
        problems.append(
            f"{name} has other metadata than the course's notebooks: run `make refresh`"
        )
    for cell, kept in zip(notebook.cells, cleaned.cells, strict=True):
        if cell.node != kept:
            problems.append(
                f"{cell.where} stores what depends on who ran it (timings, widget state, "
                "split output, metadata): run `make refresh`"
            )
    if not problems and data != refresh.to_bytes(cleaned):
        problems.append(
            f"{name} is not formatted as `make refresh` writes it (UTF-8, LF, indent 1): run it"
        )
    return problems


def test_notebooks_are_numbered_from_01_without_a_gap():
    numbers = [notebook.name[:3] for notebook in course.notebooks()]
    assert numbers == [f"{number:02}_" for number in range(1, len(numbers) + 1)]


@course.each_notebook
def test_only_the_digits_need_scikit_learn(notebook):
    imports = [node for cell in notebook.code for node in ast.walk(cell.tree)]
    names = {node.module for node in imports if isinstance(node, ast.ImportFrom)}
    names |= {one.name for node in imports if isinstance(node, ast.Import) for one in node.names}
    installed = {name.split(".")[0] for name in names} - sys.stdlib_module_names
    more = {"sklearn", "threadpoolctl"} if "digits" in notebook.name else set()
    assert installed == {"program_that_learns", "matplotlib", "numpy"} | more


def test_the_helpers_of_all_notebooks_load_neither_scikit_learn_nor_the_sheet_to_draw_on():
    script = (
        "import sys; from program_that_learns import exercises, look, play;"
        " sys.exit(str({'sklearn', 'anywidget', 'program_that_learns.pad'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=course.NOTEBOOKS, capture_output=True, text=True
    )
    assert ran.stderr.strip() == "set()"


def test_nbval_compares_all_outputs_of_all_notebooks(pytestconfig):
    options, folders = pytestconfig.getini("addopts"), pytestconfig.getini("testpaths")
    assert "--nbval" in options, "pyproject.toml: addopts must hold --nbval, or no notebook is run"
    assert not [option for option in options if option.startswith("--nbval-lax")]
    assert "--nbval-sanitize-with=tests/sanitize.cfg" in options
    rules = configparser.ConfigParser()
    rules.read(course.ROOT / "tests" / "sanitize.cfg", encoding="utf-8")
    assert [dict(rules[name]) for name in rules.sections()] == [
        {"regex": 'data:image/png;base64,[^"]+', "replace": "PICTURE"}
    ], "tests/sanitize.cfg may leave out a picture's bytes, and nothing else"
    assert "notebooks" in folders and "tests" in folders, (
        f"pyproject.toml: testpaths leaves out some: {folders}"
    )


@course.each_notebook
def test_every_cell_was_run_in_order(notebook):
    assert notebook.code, f"{notebook.name} has no code cell"
    course.expect_none(unrun_cells(notebook))


@course.each_notebook
def test_no_cell_shows_an_error_or_a_warning(notebook):
    assert any(cell.texts for cell in notebook.code), f"{notebook.name} has no output at all"
    course.expect_none(bad_outputs(notebook))


@course.each_notebook
def test_no_cell_is_exempt_from_being_compared(notebook):
    course.expect_none(switched_off(notebook))


@course.each_notebook
def test_code_cells_are_plain_python(notebook):
    course.expect_none(not_plain_python(notebook))


@course.each_notebook
def test_the_file_is_as_refresh_writes_it(notebook):
    data = (course.NOTEBOOKS / notebook.name).read_bytes()
    course.expect_none(not_as_refresh_writes_it(notebook.name, data))


def test_a_cell_never_run_or_run_out_of_order_is_found():
    for counts in [(1, None), (2, 1), (2, 3)]:
        cells = [course.code("1", id=f"c{count}", count=count) for count in counts]
        assert unrun_cells(course.sample(*cells)), counts


@pytest.mark.parametrize(
    "output",
    [
        nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[]),
        course.printed("x", name="stderr"),
        course.printed("RuntimeWarning: overflow"),
        course.printed("see /home/me/x.py"),
    ],
)
def test_errors_stderr_warnings_and_own_folders_are_found(output):
    assert len(bad_outputs(course.sample(course.code("x", output)))) == 1


def test_markers_and_tags_that_switch_comparison_off_are_found():
    assert switched_off(course.sample(course.code("# NBVAL_IGNORE_OUTPUT\n1")))
    assert switched_off(course.sample(course.code("1  # PYTEST_VALIDATE_IGNORE_OUTPUT")))
    assert switched_off(course.sample(course.code("1", tags=("raises-exception",))))


def test_magics_shell_escapes_and_broken_python_are_found():
    for source in ["%time 1", "x = 1\n  !pip install x", "x = = 1", "x = '/home/me/data.csv'"]:
        assert not_plain_python(course.sample(course.code(source))), source
    assert not_plain_python(course.sample(course.code("%matplotlib inline\nx = 7 % 2"))) == []


def test_files_that_refresh_would_change_are_found():
    good = course.sample(course.code("1", course.printed("1\n"))).node
    good.metadata = nbformat.from_dict(refresh.METADATA)
    data = refresh.to_bytes(good)
    assert not_as_refresh_writes_it("x", data) == []
    for change in [
        lambda node: node.metadata.update(widgets={}),
        lambda node: node.cells[0].metadata.update(execution={"iopub.status.idle": "2026"}),
        lambda node: node.cells[0].outputs.append(course.printed("2\n")),
        lambda node: node.update(nbformat_minor=4),
    ]:
        node = nbformat.reads(data.decode(), as_version=4)
        change(node)
        assert not_as_refresh_writes_it("x", refresh.to_bytes(node)), node
    for broken in [data.replace(b'"outputs"', b'"puts"'), data.replace(b"\n", b"\r\n")]:
        assert not_as_refresh_writes_it("x", broken), broken


def test_cleaning_keeps_ids_tags_and_the_size_and_alt_text_of_images():
    sizes = {"image/png": {"alt": "a curve", "width": 700, "height": 360}}
    image = nbformat.v4.new_output("display_data", {"image/png": "aWk="}, metadata=sizes)
    node = course.sample(course.code("1", image, id="plot", tags=("story",))).node
    (cell,) = refresh.clean(node).cells
    assert (cell.id, cell.metadata, cell.outputs[0].metadata) == (
        "plot",
        {"tags": ["story"]},
        sizes,
    )


def test_a_failing_notebook_is_reported_in_one_line_and_left_as_it_was(tmp_path, capfd):
    path = tmp_path / "01_broken.ipynb"
    path.write_bytes(
        refresh.to_bytes(
            course.sample(course.code("x = 1", id="fine"), course.code("x / 0", id="broken")).node
        )
    )
    before = path.read_bytes()
    assert refresh.main([str(path)]) == 1
    said = "".join(capfd.readouterr())
    assert (
        "cell 2 (id broken): ZeroDivisionError: division by zero" in said
        and "Traceback" not in said
    ), said
    assert path.read_bytes() == before
