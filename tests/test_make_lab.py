"""`make lab` opens the course, whatever is odd about the computer, or says in one sentence what to do.

A copy of the course gets a .venv that stands for the installed one: its Python notes what it is
asked and passes it on to the Python that runs the tests.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import course
import lab
import pytest
import requests

MAKE = shutil.which("make")
pytestmark = pytest.mark.skipif(
    MAKE is None or sys.platform == "win32",
    reason="make is not installed here (Windows readers use the three commands in README.md)",
)
QUIET = "--no-browser" + (" --allow-root" if getattr(os, "geteuid", lambda: 1)() == 0 else "")
FIRST = "api/contents/notebooks/01_data.ipynb?content=0"
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
    (folder / "home").mkdir(exist_ok=True)
    return names | {"HOME": str(folder / "home")} | changes


def runtime(home: Path) -> Path:
    """The folder in which servers with that home tell their address and token."""
    below = "Library/Jupyter" if sys.platform == "darwin" else ".local/share/jupyter"
    return home / below / "runtime"


def make_lab(place: Path, variables: dict[str, str], home: Path):
    """`make lab` until it answers: what the server says of itself, with its Jupyter files in a home."""
    command = [MAKE, "lab", f"LAB_FLAGS={QUIET}"]
    options = {"cwd": place, "env": variables, "umask": 0o022}
    return lab.server(command, runtime(home), place / f"log-{home.parent.name}", **options)


def status(info: dict, token: str = "") -> int:
    """The status with which a server gives the first notebook."""
    return requests.get(f"{info['url']}{FIRST}&token={token}", timeout=10).status_code


def make(place: Path, variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    """Run make until it ends."""
    options = {"env": variables, "capture_output": True, "text": True, "timeout": 60}
    return subprocess.run([MAKE, *arguments], cwd=place, stdin=subprocess.DEVNULL, **options)


def readable_by_others(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def asked(environment: Path, what: str) -> list[str]:
    """What the Python of an environment was asked, if it holds these words."""
    path = environment / "asked"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line for line in lines if what in line]


def test_twice_at_once_and_offline_the_course_is_open_to_its_reader_alone(tmp_path):
    """In a path with spaces, from a fresh home and from one that can't be written to, which is told."""
    place, variables = copy(tmp_path, pip="exit 1"), environment(tmp_path)
    fresh, own = tmp_path / "home", place / ".venv" / "home"
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # somebody else has it
            taken.bind(("127.0.0.1", 8888))
            taken.listen()
        other = make_lab(place, variables | {"HOME": "/dev/null"}, own)
        with make_lab(place, variables, fresh) as first, other as second:
            assert len({8888, first["port"], second["port"]}) == 3
            for home, info in [(fresh, first), (own, second)]:
                assert info["hostname"] in ("localhost", "127.0.0.1")
                assert len(info["token"]) >= 32
                assert (status(info), status(info, info["token"])) == (403, 200)
                assert not readable_by_others(runtime(home))
                assert not readable_by_others(runtime(home) / f"jpserver-{info['pid']}.json")
    said = (place / "log-.venv").read_text(encoding="utf-8")
    assert "can't be written to: Jupyter keeps its own files in .venv/home." in said
    assert "Traceback" not in said
    assert not asked(place / ".venv", "pip install"), "it asked for the network"


def test_a_runtime_folder_that_others_could_read_is_closed(tmp_path):
    place, variables = copy(tmp_path), environment(tmp_path)
    runtime(tmp_path / "home").mkdir(parents=True)
    runtime(tmp_path / "home").chmod(0o755)  # as `make lab` once left it
    assert make(place, variables, "lab", "LAB_FLAGS=--version").returncode == 0
    assert not readable_by_others(runtime(tmp_path / "home"))


def test_a_server_that_does_not_start_is_no_server(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit('no such port')"]
    with pytest.raises(AssertionError, match="no such port"):
        with lab.server(command, tmp_path, tmp_path / "log"):
            pass


def test_make_deletes_nothing_and_installs_nowhere_but_here(tmp_path):
    """A broken .venv is made anew, and nothing else, even by `make -e`, whatever the reader's shell
    calls its variables."""
    place, variables, python = copy(tmp_path), environment(tmp_path), tmp_path / "python"
    (place / ".venv" / "bin" / "python").rename(python)
    (place / ".venv" / "bin" / "python").symlink_to("/nowhere/python")
    make(place, variables, "requirements", f"PYTHON={python}")
    assert asked(place / ".venv", " install -r requirements.txt")
    other = tmp_path / "other" / "bin" / "python"
    other.parent.mkdir(parents=True)
    shutil.copy(python, other)
    settings = (place / "Makefile").read_text(encoding="utf-8").split(".PHONY")[0]
    for name in ["ENV", *re.findall(r"^(?:override )?(\w+) =", settings, re.MULTILINE)]:
        (place / ".venv").mkdir(exist_ok=True)  # a broken one
        for target in ["requirements", "clean"]:
            make(place, variables | {name: str(other)}, "-e", target, f"PYTHON={python}")
        assert other.is_file() and not (place / ".venv").exists(), name
        assert not asked(tmp_path / "other", " install "), name


def test_offline_before_the_first_install_one_sentence_says_what_to_do(tmp_path):
    place = copy(tmp_path, pip="echo 'ERROR: no such host'; exit 1")
    (place / ".venv" / "installed-requirements.txt").unlink()
    done = make(place, environment(tmp_path), "lab")
    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert "ERROR: no such host" in done.stderr and "check the internet connection" in done.stderr
