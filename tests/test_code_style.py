"""ruff finds no fault in any Python file or notebook. The rules are in pyproject.toml."""

import shutil
import subprocess
import sys

import course


def complaints(place) -> str:
    """What ruff says of the files below a folder."""
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise"]
    command += ["--config", str(course.ROOT / "pyproject.toml"), str(place)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_ruff_finds_no_fault_in_code_and_notebooks():
    for folder in ["notebooks", "figures", "tests", "binder"]:
        said = complaints(course.ROOT / folder)
        assert not said, f"{said}\n`make style` mends most of it"


def test_a_fault_in_a_file_or_a_notebook_is_found(tmp_path):
    (tmp_path / "unused.py").write_text("import os\n", encoding="utf-8")
    assert "unused.py:1:8: F401" in complaints(tmp_path)
    (tmp_path / "unused.py").unlink()
    shutil.copy(course.NOTEBOOKS / "01_data.ipynb", tmp_path)
    assert complaints(tmp_path) == ""
    path = tmp_path / "01_data.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("import numpy as np", "import numpy, os"), encoding="utf-8")
    assert "F401" in complaints(tmp_path)
