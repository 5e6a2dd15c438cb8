"""Run the whole test suite with other versions: `make test-oldest`, `make test-versions`.

    python tests/versions.py 3.10-oldest 3.13-newest

Each goes into a clean environment in .venv-versions/: a Python, and of every package in
tests/requirements.txt the oldest version that it admits or the newest. A Python that is not
installed is named, and then the whole run fails.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv-versions"
RESOLUTION = {"oldest": "lowest-direct", "newest": "highest"}
UV = [sys.executable, "-m", "uv", "--quiet"]
SHOWN = "import sys, numpy, matplotlib, jupyterlab; print('Python', sys.version.split()[0],"
SHOWN += " *(f'{one.__name__} {one.__version__}' for one in (numpy, matplotlib, jupyterlab)))"


def find(version: str) -> str | None:
    """The path of a Python of that version, such as "3.12", or None. pyenv's are looked at, too."""
    found = subprocess.run(
        [*UV, "python", "find", "--no-project", "--system", version], capture_output=True, text=True
    )
    if found.returncode == 0 and found.stdout.strip():
        return found.stdout.strip()
    paths = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    return str(paths[-1]) if paths else None


def run(name: str) -> str:
    """Make the environment with that name, such as "3.10-oldest", and run all tests in it.

    Returns what came out of it, in a few words.
    """
    version, _, age = name.partition("-")
    if age not in RESOLUTION:
        return f"FAILED: write {version}-oldest or {version}-newest"
    python = find(version)
    if python is None:
        return f"FAILED: no Python {version} is installed"
    place = FOLDER / name
    own = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    requirements = ROOT / "tests" / "requirements.txt"
    install = ["--python", str(own), "--resolution", RESOLUTION[age], "-r", str(requirements)]
    for command in [
        [*UV, "venv", "--clear", "--python", python, str(place)],
        [*UV, "pip", "install", *install],
    ]:
        if subprocess.run(command, cwd=ROOT).returncode:
            return "FAILED: could not be installed, see above"
    print(subprocess.run([own, "-c", SHOWN], capture_output=True, text=True).stdout, flush=True)
    start = time.monotonic()
    code = subprocess.run([own, "-m", "pytest", "-q"], cwd=ROOT).returncode
    return f"{'passed' if code == 0 else 'FAILED'} in {time.monotonic() - start:.0f} s"


def main(names: list[str]) -> int:
    """Run all of them, print a table, and return the exit code."""
    results = {}
    for name in names:
        print(f"\n== {name}", flush=True)
        results[name] = run(name)
    print()
    for name, result in results.items():
        print(f"{name:12} {result}")
    return int(any(result.startswith("FAILED") for result in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["3.10-oldest"]))
