"""Python for the browser: which files it is made of, where they are found, and that they are right.

Pyodide's official list of packages, cut down to what the course needs, is pyodide-lock.json; the
hashes of its interpreter are in pyodide.sha256. `make site-lock` writes both.
"""

import hashlib
import io
import json
import re
import shutil
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

from run import read_toml

HERE = Path(__file__).resolve().parent
VERSIONS = read_toml(HERE / "versions.toml")
INTERPRETER = ["pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"]
KERNEL = "jupyterlite-pyodide-kernel"
KERNEL_WHEELS = ["piplite", "ipykernel", "pyodide_kernel"]  # these it brings along
KERNEL_NAMES = [*KERNEL_WHEELS, *VERSIONS["pyodide"]["kernel"], *VERSIONS["pyodide"]["without"]]
EXTENSION = Path(sys.prefix, "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension")
FONTS = "matplotlib_fontlist-1-py3-none-any.whl"
EMPTY = {f"{name}-0-py3-none-any.whl": name for name in VERSIONS["pyodide"]["without"]}


class Mismatch(Exception):
    """A file is not the one that was tested."""


def distribution(wheels: Path, target: Path) -> None:
    """Put Python for the browser into `target`, each file checked. Says where each one comes from."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    text = (HERE / "pyodide-lock.json").read_text(encoding="utf-8")
    (target / "pyodide-lock.json").write_text(text, encoding="utf-8")
    for name, expected in pinned(text).items():
        content, origin = checked(name, expected, wheels)
        (target / name).write_bytes(content)
        print(f"{name}: as tested; from {origin}")


def checked(name: str, expected: str, wheels: Path) -> tuple[bytes, str]:
    """A file's content, and where it comes from. Raises Mismatch when its sha256 is another."""
    content, origin = find(name, wheels)
    found = sha256(content)
    if found != expected:
        raise Mismatch(
            f"{name}, from {origin}, is not the file that was tested: its sha256 is {found},"
            f" and {expected} was expected."
        )
    return content, origin


def pinned(lock: str) -> dict[str, str]:
    """The expected sha256 of each file: Pyodide's interpreter, and the packages of its lock file."""
    lines = (HERE / "pyodide.sha256").read_text(encoding="utf-8").splitlines()
    expected = {name: digest for digest, name in (line.split() for line in lines)}
    for package in json.loads(lock)["packages"].values():
        expected[package["file_name"]] = package["sha256"]
    return expected


def find(name: str, wheels: Path) -> tuple[bytes, str]:
    """A file's content, and where it comes from. Raises Mismatch where there is none."""
    if name == FONTS:
        matplotlib = json.loads((HERE / "pyodide-lock.json").read_text(encoding="utf-8"))
        content, origin = find(matplotlib["packages"]["matplotlib"]["file_name"], wheels)
        return font_wheel(content), f"the list of fonts in {origin}"
    if name in EMPTY:
        return made_wheel(EMPTY[name], 0, {}), "nowhere: there is nothing in it"
    if (wheels / name).is_file():
        return (wheels / name).read_bytes(), f"the wheel {name}"
    if name.split("-")[0] in KERNEL_WHEELS:
        path = EXTENSION / "static" / "pypi" / name
        if path.is_file():
            return path.read_bytes(), KERNEL
    project, version = VERSIONS["pyodide"]["files"].split("==")
    for path in wheels.glob(f"{project.replace('-', '_')}-{version}-*.whl"):
        with zipfile.ZipFile(path) as archive:
            inside = f"{VERSIONS['pyodide']['folder']}/{name}"
            if inside in archive.namelist():
                return archive.read(inside), VERSIONS["pyodide"]["files"]
    raise Mismatch(f"{name} is in none of the packages that were fetched.")


def loaded(packages: dict) -> tuple[list[str], list[str]]:
    """The packages that the kernel needs to answer, and those that are loaded once it does."""
    at_once = needed(packages, KERNEL_NAMES)
    return sorted(at_once), sorted({*packages} - {*at_once, *VERSIONS["pyodide"]["later"]})


def needed(packages: dict, wanted: list[str], without: Iterable[str] = ()) -> dict:
    """The entries of the wanted packages, and of what these need, but for those to do without."""
    plain = {re.sub(r"[-_.]+", "-", name).lower(): name for name in packages}
    found, waiting = {}, list(wanted)
    while waiting:
        name = plain[re.sub(r"[-_.]+", "-", waiting.pop()).lower()]
        if name not in [*found, *without]:
            found[name] = packages[name]
            waiting += packages[name]["depends"]
    return found


def font_wheel(matplotlib: bytes) -> bytes:
    """A wheel with Matplotlib's list of its own fonts, which then need not be searched.

    The list in Pyodide's Matplotlib carries the number of another version, so it is not read; and
    it names the fonts of the computer that it was made on.
    """
    with zipfile.ZipFile(io.BytesIO(matplotlib)) as archive:
        manager = archive.read("matplotlib/font_manager.py").decode()
        fonts = json.loads(archive.read("matplotlib/fontlist.json"))
        files = set(archive.namelist())
    fonts["_version"] = int(manager.split("__version__ = ")[1].split("\n")[0])
    for kind in ["afmlist", "ttflist"]:
        own = [one for one in fonts[kind] if f"matplotlib/mpl-data/{one['fname']}" in files]
        fonts[kind] = sorted(own, key=lambda one: one["fname"])
    return made_wheel("matplotlib_fontlist", 1, {"matplotlib/fontlist.json": json.dumps(fonts)})


def made_wheel(name: str, version: int, files: dict[str, str]) -> bytes:
    """A wheel with these files."""
    about = f"{name}-{version}.dist-info"
    content = files | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": "",
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:  # not compressed: the same bytes everywhere
        for path, text in content.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return written.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
