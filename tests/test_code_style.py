"""ruff finds no fault in any Python file or notebook. The rules are in pyproject.toml."""

import subprocess
import sys

import course


def complaints(*places) -> str:
    """What ruff says of the files below some folders."""
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise"]
    command += ["--config", course.ROOT / "pyproject.toml", *places]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    return done.stdout + done.stderr if done.returncode else ""


def test_ruff_finds_no_fault_in_code_and_notebooks():
    said = complaints(*(course.ROOT / name for name in ["notebooks", "figures", "tests", "binder"]))
    assert not said, f"{said}\n`make style` mends most of it"


def test_a_fault_in_a_file_or_a_notebook_is_found(tmp_path):
    (tmp_path / "unused.py").write_text("import os\n", encoding="utf-8")
    text = (course.NOTEBOOKS / "01_data.ipynb").read_text(encoding="utf-8")
    broken = text.replace("import numpy as np", "import numpy, os")
    (tmp_path / "unused.ipynb").write_text(broken, encoding="utf-8")
    said = complaints(tmp_path)
    assert "unused.py:1:8: F401" in said and "unused.ipynb" in said
