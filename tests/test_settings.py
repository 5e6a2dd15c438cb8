"""No reader's own settings of Matplotlib, IPython or NumPy change what a cell prints or draws."""

import os
import subprocess
import sys
from pathlib import Path

import course
import matplotlib
import refresh
from IPython.paths import get_ipython_dir
from jupyter_core.paths import jupyter_config_dir

HOSTILE = {
    "matplotlibrc": """
figure.autolayout: True
image.origin: lower
image.interpolation: bilinear
savefig.bbox: tight
savefig.pad_inches: 1
savefig.dpi: 50
axes.facecolor: black
axes.formatter.useoffset: False
lines.linestyle: --
text.color: red
xtick.labelsize: 30
""",
    "profile_default/ipython_kernel_config.py": """
c = get_config()
c.InteractiveShell.ast_node_interactivity = "all"
c.InlineBackend.figure_formats = {"svg", "retina"}
c.InlineBackend.rc = {"figure.figsize": (3, 3), "image.origin": "lower"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": None, "facecolor": "black"}
c.InlineBackend.close_figures = False
c.PlainTextFormatter.float_precision = "%.2f"
c.PlainTextFormatter.max_seq_length = 2
""",
    "profile_default/startup/first.py": """
import numpy
numpy.set_printoptions(precision=2, suppress=True, linewidth=20, threshold=3, legacy="1.13",
                       sign="+", floatmode="fixed", formatter={"int": hex})
numpy.seterr(all="raise")
""",
}
PRINTS = [
    course.code("[0.123456789, [1] * 9]", id="list"),
    course.code("x = np.exp(-800)\nnp.array([1e-9, 2, x]) / 3", id="array"),
    course.code("'one'\n'the last alone is shown'", id="two"),
]


def test_no_settings_of_a_reader_change_what_a_cell_prints_or_draws(tmp_path, monkeypatch):
    sample = course.sample(*course.notebook(1).node.cells, *PRINTS)
    expected = refresh.clean(refresh.execute(sample.node))
    ran = [cell.outputs for cell in expected.cells if cell.cell_type == "code"]
    count = len(course.notebook(1).code)
    course.expect_none(course.differences(course.notebook(1), ran[:count]))
    (tmp_path / "profile_default" / "startup").mkdir(parents=True)
    for name, text in HOSTILE.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "matplotlibrc"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    found = refresh.clean(refresh.execute(sample.node))
    for cell, one, other in zip(sample.cells, expected.cells, found.cells, strict=True):
        assert one == other, f"{cell.where} depends on its reader's settings"


def test_the_tests_start_from_no_settings_of_whoever_runs_them():
    assert Path(matplotlib.matplotlib_fname()).read_text() == ""
    for folder in [get_ipython_dir(), jupyter_config_dir()]:
        assert folder.startswith(os.path.dirname(matplotlib.matplotlib_fname())), folder


def test_a_home_that_cant_be_written_to_puts_no_message_into_a_cell(tmp_path):
    (tmp_path / "file").touch()
    unset = ["MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"]
    variables = {name: value for name, value in os.environ.items() if name not in unset}
    variables["HOME"] = str(tmp_path / "file" / "home")
    script = "import subprocess, sys, clean_settings; clean_settings.start_clean()\n"
    script += "print('from here on a kernel', file=sys.stderr, flush=True)\n"
    script += "subprocess.run([sys.executable, '-c', 'import matplotlib.pyplot'], check=True)"
    options = {"cwd": course.ROOT / "tests", "env": variables, "text": True}
    ran = subprocess.run([sys.executable, "-c", script], stderr=subprocess.PIPE, **options)
    assert ran.stderr.endswith("from here on a kernel\n"), ran.stderr
