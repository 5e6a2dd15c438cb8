"""Write the exact versions and hashes of everything that the site is made of: see versions.toml.

Needs npm, for Pyodide's official hashes, and uv. Writes, beside this file:

requirements.txt   the tools, for pip
wheels.txt         what is fetched from PyPI and shipped, for pip
pyodide-lock.json  the packages of Python in the browser
pyodide.sha256     its interpreter
"""

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from browser_python import (
    EMPTY,
    FONTS,
    HERE,
    INTERPRETER,
    KERNEL,
    KERNEL_WHEELS,
    VERSIONS,
    font_wheel,
    made_wheel,
    needed,
    sha256,
)

HEADER = "# Written by `make site-lock` from versions.toml.\n"


def main() -> None:
    pyodide = VERSIONS["pyodide"]
    compile_requirements(VERSIONS["tools"], HERE / "requirements.txt")
    compile_requirements([pyodide["files"], *pyodide["pypi"]], HERE / "wheels.txt", "--no-deps")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        official = npm(pyodide["npm"], folder)
        hashes = [f"{sha256((official / name).read_bytes())}  {name}\n" for name in INTERPRETER]
        (HERE / "pyodide.sha256").write_text("".join(hashes), encoding="utf-8")
        lock = json.loads((official / "pyodide-lock.json").read_text(encoding="utf-8"))
        kernel = [name for name in pyodide["kernel"] if name in lock["packages"]]  # not comm
        wanted = [*pyodide["packages"], *kernel]
        lock["packages"] = needed(lock["packages"], wanted, pyodide["without"])
        (extension,) = [one for one in VERSIONS["tools"] if one.startswith(KERNEL)]
        fetch([*pyodide["pypi"]], folder / "own")
        fetch([extension], folder / "kernel")
        fetch([pyodide["files"]], folder / "files")
        unpack_kernel(folder / "kernel", folder / "own")
        unpack_fonts(folder / "files", lock["packages"]["matplotlib"], folder / "own")
        for file, name in EMPTY.items():
            (folder / "own" / file).write_bytes(made_wheel(name, 0, {}))
        for wheel in sorted((folder / "own").glob("*.whl")):
            entry = described(wheel)
            lock["packages"][entry["name"]] = entry
        fonts = lock["packages"][FONTS.split("-")[0].replace("_", "-")]
        fonts["depends"] = ["matplotlib"]  # it overwrites a file of it, so it comes after it
        text = json.dumps(lock, indent=1, sort_keys=True)
        (HERE / "pyodide-lock.json").write_text(text + "\n", encoding="utf-8")


def fetch(packages: list[str], target: Path) -> None:
    """Fetch wheels from PyPI."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", target]
    subprocess.run([*command, *packages], check=True)


def unpack_kernel(source: Path, target: Path) -> None:
    """Take the kernel's own wheels out of the one wheel in `source`."""
    with zipfile.ZipFile(*source.glob("*.whl")) as archive:
        for path in archive.namelist():
            name = path.rpartition("/")[2]
            if "/static/pypi/" in path and name.split("-")[0] in KERNEL_WHEELS:
                (target / name).write_bytes(archive.read(path))


def unpack_fonts(source: Path, matplotlib: dict, target: Path) -> None:
    """Make the list of fonts from the Matplotlib in the one wheel in `source`."""
    name = matplotlib["file_name"]
    with zipfile.ZipFile(*source.glob("*.whl")) as archive:
        content = archive.read(f"{VERSIONS['pyodide']['folder']}/{name}")
    if sha256(content) != matplotlib["sha256"]:
        sys.exit(f"{name} is not the official one: no list of fonts was made from it")
    (target / FONTS).write_bytes(font_wheel(content))


def compile_requirements(wanted: list[str], path: Path, *options: str) -> None:
    """Pin what is wanted, and what it needs, with hashes, for every system and Python."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "-"]
    command += ["--generate-hashes", "--python-version", "3.10", "--no-header", *options]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-annotate"]
    made = subprocess.run(command, input="\n".join(wanted), check=True, stdout=-1, text=True)
    path.write_text(HEADER + made.stdout, encoding="utf-8")


def npm(package: str, folder: Path) -> Path:
    """Fetch a package of npm, check it against the registry's hash, and unpack it."""
    asked = ["npm", "view", package, "dist.integrity"]
    kind, expected = subprocess.run(asked, check=True, stdout=-1, text=True).stdout.split("-", 1)
    subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, stdout=-3)
    (archive,) = folder.glob("*.tgz")
    found = base64.b64encode(hashlib.new(kind, archive.read_bytes()).digest()).decode()
    if found != expected.strip():
        sys.exit(f"{package} is not what the registry says it is: nothing was written")
    with tarfile.open(archive) as file:
        for member in file:
            if member.isfile():
                target = folder / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.extractfile(member).read())
    return folder / "package"


def described(wheel: Path) -> dict:
    """The entry of a pure Python wheel."""
    name, version = wheel.name.split("-")[:2]
    with zipfile.ZipFile(wheel) as archive:
        top = {one.split("/")[0] for one in archive.namelist()}
    return {
        "name": name.replace("_", "-"),
        "version": version,
        "file_name": wheel.name,
        "sha256": sha256(wheel.read_bytes()),
        "imports": sorted(one.removesuffix(".py") for one in top if ".dist-info" not in one),
        "install_dir": "site",
        "package_type": "package",
        "depends": [],
        "unvendored_tests": False,
    }


if __name__ == "__main__":
    main()
