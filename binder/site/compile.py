"""Compile the modules of Python for the browser, so that no reader's tab has to.

It runs in that very Python (see compile.js), so that what it writes is what that one reads.
"""

import hashlib
import io
import json
import py_compile
import zipfile
from pathlib import Path

FOLDER = Path("/shipped")
SOURCE = Path("/tmp/source.py")
COMPILED = Path("/tmp/compiled.pyc")


def main() -> None:
    list_of_packages = FOLDER / "pyodide-lock.json"
    lock = json.loads(list_of_packages.read_text())
    for package in lock["packages"].values():
        path = FOLDER / package["file_name"]
        path.write_bytes(compiled(path.read_bytes(), "/lib/python3.12/site-packages"))
        package["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    list_of_packages.write_text(json.dumps(lock))
    library = FOLDER / "python_stdlib.zip"
    library.write_bytes(compiled(library.read_bytes(), "/lib/python312.zip"))


def compiled(archive: bytes, place: str) -> bytes:
    """The zip file with its modules compiled; `place` is where they will be, for tracebacks."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
            for name in source.namelist():
                content = source.read(name)
                if name.endswith(".py"):
                    SOURCE.write_bytes(content)
                    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
                    py_compile.compile(
                        SOURCE,
                        COMPILED,
                        f"{place}/{name}",
                        doraise=True,
                        invalidation_mode=unchecked,
                    )
                    name, content = f"{name}c", COMPILED.read_bytes()
                target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


main()
