"""`make lab` opens the course, whatever is odd about the computer, or says in one sentence what to do.

A copy of the course gets a .venv that stands for the installed one: its Python notes what it is
asked and passes it on to the Python that runs the tests.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import course
import pytest

MAKE = shutil.which("make")
pytestmark = pytest.mark.skipif(
    MAKE is None or sys.platform == "win32",
    reason="make is not installed here (Windows readers use the three commands in README.md)",
)
QUIET = "--no-browser" + (" --allow-root" if getattr(os, "geteuid", lambda: 1)() == 0 else "")
PYTHON = """#!/bin/sh
echo "$@" >> "$(dirname "$0")/../asked"
case "$*" in *"import pip"*) exit;; esac
if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit; fi
if [ "$1 $2" = "-m pip" ]; then {pip}; fi
exec {python} "$@"
"""


def copy(folder: Path, pip: str = "exit") -> Path:
    """A copy of the course, set up. `pip` is what its pip does."""
    place = folder / "Kurs – Übung 1"
    place.mkdir()
    for name in ["Makefile", "requirements.txt"]:
        shutil.copy(course.ROOT / name, place)
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in ["notebooks", "figures"]:
        shutil.copytree(course.ROOT / name, place / name, ignore=ignore)
    python = place / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON.format(python=f'"{sys.executable}"', pip=pip), encoding="utf-8")
    python.chmod(0o755)
    shutil.copy(place / "requirements.txt", place / ".venv" / "installed-requirements.txt")
    return place


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """None of this computer's Jupyter settings, and a home of its own."""
    names = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return names | {"HOME": str(home)} | changes


@contextlib.contextmanager
def make_lab(place: Path, variables: dict[str, str], *arguments: str) -> Iterator[Path]:
    """Run `make lab`; gives the file with all that it says."""
    log = place / f"log{len(list(place.glob('log*')))}"
    with open(log, "w", encoding="utf-8") as file:
        command = [MAKE, "lab", f"LAB_FLAGS={QUIET}", *arguments]
        running = subprocess.Popen(
            command, cwd=place, env=variables, stdout=file, stderr=file, start_new_session=True
        )
    try:
        yield log
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, 15)
        running.wait(30)


def addresses(home: Path, count: int) -> list[str]:
    """The addresses, with token, at which that many servers with this home answer."""
    folder = home / ".local" / "share" / "jupyter" / "runtime"
    if sys.platform == "darwin":
        folder = home / "Library" / "Jupyter" / "runtime"
    for _ in range(300):
        found = []
        for path in folder.glob("jpserver-*.json"):
            with contextlib.suppress(ValueError, OSError):
                info = json.loads(path.read_text(encoding="utf-8"))
                url = f"{info['url']}api/contents/notebooks/01_data.ipynb?content=0&token={info['token']}"
                with urllib.request.urlopen(url, timeout=10) as answer:
                    assert answer.status == 200
                found.append(info["url"])
        if len(found) == count:
            return sorted(found)
        time.sleep(0.2)
    raise AssertionError(f"{len(found)} servers answer, expected {count}")


def asked(place: Path) -> list[str]:
    """What the Python of .venv was asked."""
    return (place / ".venv" / "asked").read_text(encoding="utf-8").splitlines()


def test_twice_at_once_in_a_path_with_spaces_and_offline_both_open(tmp_path):
    place, variables = copy(tmp_path, pip="exit 1"), environment(tmp_path)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # somebody else has it
            taken.bind(("127.0.0.1", 8888))
            taken.listen()
        with make_lab(place, variables):
            (first,) = addresses(Path(variables["HOME"]), 1)
            with make_lab(place, variables):
                first, second = addresses(Path(variables["HOME"]), 2)
    assert first != second and not [url for url in (first, second) if ":8888/" in url]
    assert not [line for line in asked(place) if "pip install" in line], "it asked for the network"


def test_a_home_that_cannot_be_written_to_is_told_and_does_not_matter(tmp_path):
    place = copy(tmp_path)
    with make_lab(place, environment(tmp_path, HOME="/dev/null")) as log:
        assert addresses(place / ".venv" / "home", 1)
        said = log.read_text(encoding="utf-8")
    assert "can't be written to: Jupyter keeps its own files in .venv/home." in said
    assert "Traceback" not in said


def test_a_broken_venv_is_made_anew(tmp_path):
    place, variables = copy(tmp_path), environment(tmp_path)
    python = tmp_path / "python"
    shutil.copy(place / ".venv" / "bin" / "python", python)
    (place / ".venv" / "bin" / "python").unlink()
    (place / ".venv" / "bin" / "python").symlink_to("/nowhere/python")
    with make_lab(place, variables, f"PYTHON={python}"):
        assert addresses(Path(variables["HOME"]), 1)
    assert [line for line in asked(place) if "pip --disable-pip-version-check install" in line]


def test_offline_before_the_first_install_one_sentence_says_what_to_do(tmp_path):
    pip = "echo 'ERROR: no such host'; exit 1"
    place, variables = copy(tmp_path, pip=pip), environment(tmp_path)
    (place / ".venv" / "installed-requirements.txt").unlink()
    done = subprocess.run(
        [MAKE, "lab"], cwd=place, env=variables, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert "ERROR: no such host" in done.stderr and "check the internet connection" in done.stderr
    assert "Traceback" not in done.stderr
