"""Build the course as a web site that runs itself: _site/, static files for any server.

The pages to read come from Sphinx, the pages that run from JupyterLite, with Python compiled to
WebAssembly (Pyodide). Both are made from the notebooks as they are, and nothing is executed. What
is shipped is what versions.toml names, with the hashes that `make site-lock` wrote beside it.
"""

import argparse
import hashlib
import io
import json
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import pages
from run import ROOT, read_toml, run

HERE = Path(__file__).resolve().parent
VERSIONS = read_toml(HERE / "versions.toml")
INTERPRETER = ["pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"]
KERNEL = "jupyterlite-pyodide-kernel"
KERNEL_WHEELS = ["piplite", "ipykernel", "pyodide_kernel"]  # these it brings along
EXTENSION = Path(sys.prefix, "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension")
FONTS = "matplotlib_fontlist-1-py3-none-any.whl"
NOT_SERVED = [
    "__pycache__",
    ".ipynb_checkpoints",
    "*.toml",
    "draw.py",
    "summary.py",
    "animation.py",
]
NOT_SERVED += ["contents.py", "*.gif"]


class Mismatch(Exception):
    """A file is not the one that was tested."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheels", type=Path, required=True, help="folder of what pip fetched")
    parser.add_argument("--output", type=Path, default=ROOT / "_site")
    options = parser.parse_args()
    try:
        build(options.wheels, options.output)
    except Mismatch as problem:
        sys.exit(f"{problem}\nNothing was built.")
    size = sum(path.stat().st_size for path in options.output.rglob("*") if path.is_file())
    print(f"\nThe site is in {options.output}: {size / 1e6:.0f} MB. To look at it:\n")
    print(
        f"    {Path(sys.executable).name} -m http.server --bind 127.0.0.1 --directory {options.output.name}\n"
    )
    print("and open http://127.0.0.1:8000 in a browser.")


def build(wheels: Path, output: Path) -> None:
    """Build the site beside `output` and put it there when it is whole. Raises Mismatch."""
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".site-") as folder:
        work, site = Path(folder), Path(folder, "site")
        pages.build(work, site)
        distribution(wheels, work / "lite" / "static" / "pyodide")
        jupyterlite(work / "lite", site / "run")
        shutil.rmtree(output, ignore_errors=True)
        site.rename(output)
    output.chmod(0o755)


# Python for the browser


def distribution(wheels: Path, target: Path) -> None:
    """Put Python for the browser into `target`, each file checked. Says where each one comes from."""
    target.mkdir(parents=True)
    text = (HERE / "pyodide-lock.json").read_text(encoding="utf-8")
    (target / "pyodide-lock.json").write_text(text, encoding="utf-8")
    for name, expected in pinned(text).items():
        content, origin = find(name, wheels)
        found = sha256(content)
        if found != expected:
            raise Mismatch(
                f"{name}, from {origin}, is not the file that was tested: its sha256 is {found},"
                f" and {expected} was expected."
            )
        (target / name).write_bytes(content)
        print(f"{name}: as tested; from {origin}")


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
    content = {
        "matplotlib/fontlist.json": json.dumps(fonts),
        "matplotlib_fontlist-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: matplotlib-fontlist\nVersion: 1\n",
        "matplotlib_fontlist-1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "matplotlib_fontlist-1.dist-info/RECORD": "",
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:  # not compressed: the same bytes everywhere
        for name, text in content.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return written.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# The pages that run


def jupyterlite(folder: Path, output: Path) -> None:
    """Build JupyterLite: the notebooks' own interface, and the course's files in it."""
    ignore = shutil.ignore_patterns(*NOT_SERVED)
    for part in ["notebooks", "figures"]:
        shutil.copytree(ROOT / part, folder / "files" / part, ignore=ignore)
    lock = json.loads((folder / "static/pyodide/pyodide-lock.json").read_text(encoding="utf-8"))
    settings = json.loads((HERE / "jupyter-lite.json").read_text(encoding="utf-8"))
    kernel = "@jupyterlite/pyodide-kernel-extension:kernel"
    at_once = sorted(set(lock["packages"]) - set(VERSIONS["pyodide"]["later"]))
    settings["jupyter-config-data"]["litePluginSettings"][kernel]["loadPyodideOptions"] = {
        "packages": at_once
    }
    (folder / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")
    shutil.copy(HERE / "overrides.json", folder)
    config = {
        "contents": ["files"],
        "output_dir": str(output),
        "apps": ["notebooks", "tree", "edit"],  # not repl, which runs code that a link brings along
        "federated_extensions": [str(EXTENSION)],  # this one and no others that are installed
        "ignore_sys_prefix": ["federated_extensions"],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
    }
    text = json.dumps({"LiteBuildConfig": config})
    (folder / "jupyter_lite_config.json").write_text(text, encoding="utf-8")
    run([sys.executable, "-m", "jupyterlite_core", "build"], folder)
    # Before the page knows where a notebook is, it asks for its drawings from here.
    shutil.copytree(folder / "files" / "figures", output / "figures")


if __name__ == "__main__":
    main()
