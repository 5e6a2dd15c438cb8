"""List which exercises handed-in notebooks call correct, without running anything that is in them.

    python binder/hub/collect.py FOLDER

Reads every notebook below FOLDER, and only as text. An exercise is known by the check that its cell
calls, so a file may have any name. What the check had printed when the notebook was saved decides.
Whatever else is in a file is neither shown nor believed.
"""

import json
import os
import re
import stat
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "figures"))

import contents  # noqa: E402

LARGEST = 30_000_000  # bytes; the course's own notebooks have less than half a million
CALL = re.compile(r"^(?:[^#\n]*[^#\w\n])?exercises\.(\w+)\(", re.MULTILINE)
VERDICT = re.compile(r"^(Correct\. |Not yet\. |Not answered yet: )", re.MULTILINE)
MEANS = {"Correct. ": "correct", "Not yet. ": "not yet", "Not answered yet: ": "not answered"}
SHOWN = 10  # names in a sentence
COLUMNS = ["file", "notebook", "correct", "not yet", "not answered", "whole"]
WARNING = """\
This is what the checks had printed when the files were saved. Nothing was run. Stored outputs can be
edited, and solutions stand in the notebooks: the table proves nothing. It shows who needs help."""


class Refused(Exception):
    """Why a file is not read as a notebook of the course, in one sentence."""


def course() -> dict[str, dict[str, str]]:
    """The exercises of each notebook, by its file: the name of each check, and of its exercise."""
    found = {}
    for entry in contents.entries():
        cells = [cell for cell in entry.cells() if cell["cell_type"] == "code"]
        found[entry.file] = {
            call[1]: re.sub("exercise-|blank-", "", cell["id"])
            for cell in cells
            if (call := CALL.search(cell["source"]))
        }
    return found


def text(value: object) -> str:
    """What a notebook holds where a text is expected: a text, or a list of them."""
    parts = value if isinstance(value, list) else [value]
    return "".join(part for part in parts if isinstance(part, str))


def items(value: object) -> list[dict]:
    """The dicts in what should be a list of them."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def no_number(name: str):
    raise ValueError(f"{name} is no JSON")


def read(path: Path) -> dict[str, str]:
    """For each check that a handed-in notebook calls, what it had printed: a value of MEANS.

    Raises Refused if this is no notebook that could be read.
    """
    try:
        about = path.lstat()
        if stat.S_ISLNK(about.st_mode):
            raise Refused("is a link to some other place, which is not followed")
        if not stat.S_ISREG(about.st_mode):
            raise Refused("is no ordinary file")
        if about.st_size > LARGEST:
            raise Refused(f"is larger than {LARGEST // 1_000_000} MB")
        notebook = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=no_number)
    except OSError as error:
        raise Refused(f"can't be read: {error.strerror}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Refused("is no notebook: it can't be read as JSON") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Refused("is no notebook, or one of an old format: it has no list of cells")
    found = {}
    for cell in items(notebook["cells"]):
        calls = CALL.findall(text(cell.get("source"))) if cell.get("cell_type") == "code" else []
        printed = "".join(
            text(output.get("text"))
            for output in items(cell.get("outputs"))
            if output.get("output_type") == "stream" and output.get("name") == "stdout"
        )
        said = [MEANS[verdict] for verdict in VERDICT.findall(printed)[-1:]]
        for call in calls:  # a cell that a learner copied counts by its best answer
            answers = [found.get(call, "not answered"), *said]
            found[call] = min(answers, key=list(MEANS.values()).index)
    return found


def shown(name: str, longest: int = 60) -> str:
    """A name of a file that does nothing to the terminal."""
    name = "".join(letter if letter.isprintable() else "?" for letter in name)
    return name if len(name) <= longest else f"{name[: longest // 2]}…{name[-longest // 2 + 1 :]}"


def learner(name: str, file: str) -> str:
    """Whose a file is: the folder that it lies in, and what stands before the notebook's name."""
    folder, _, name = name.rpartition("/")
    before, stem, _ = name.partition(file.removesuffix(".ipynb"))
    return f"{folder} {before if stem else ''}".strip("_- ")


def files(folder: Path) -> list[tuple[str, Path]]:
    """Every file below a folder, and every folder that can't be walked into, with its path from
    there. What computers hide (names that begin with a point, __MACOSX) is left out."""
    found = []
    for place, folders, names in os.walk(
        folder, onerror=lambda error: found.append(error.filename)
    ):
        folders[:] = sorted(name for name in folders if name[0] != "." and name != "__MACOSX")
        found += [Path(place, name) for name in folders if Path(place, name).is_symlink()]
        found += [Path(place, name) for name in sorted(names) if name[0] != "."]
    return [(Path(path).relative_to(folder).as_posix(), Path(path)) for path in found]


def report(folder: Path) -> list[str]:
    """The lines to print of a folder: the table, then a sentence for whatever is odd."""
    known = course()
    rows, remarks, handed_in, others = [], [], {}, []
    for name, path in files(folder):
        if not name.lower().endswith(".ipynb") and os.path.isfile(path):
            others.append(shown(name))
            continue
        try:
            found = read(path)
            file = max(known, key=lambda one: len(known[one].keys() & found.keys()))
            if not known[file].keys() & found.keys():
                raise Refused("has no exercise of this course")
        except Refused as reason:
            remarks.append(f"{shown(name)} {reason}.")
            continue
        if lost := known[file].keys() - found.keys():
            missing = ", ".join(one for check, one in known[file].items() if check in lost)
            remarks.append(
                f"{shown(name)} lacks exercises: {missing}. They were deleted, or the notebook is of"
                " another version of the course."
            )
        if found.keys() - known[file].keys():
            remarks.append(f"{shown(name)} has checks that {file} does not have. They don't count.")
        handed_in.setdefault((learner(name, file), file), []).append(shown(name))
        cells = {
            said: " ".join(one for check, one in known[file].items() if found.get(check) == said)
            for said in MEANS.values()
        }
        whole = "yes" if all(found.get(check) == "correct" for check in known[file]) else "no"
        rows.append([shown(name), file.removesuffix(".ipynb"), *cells.values(), whole])
    for (who, file), names in handed_in.items():
        if len(names) > 1 and who:
            remarks.append(f"{shown(who)} handed in {file} {len(names)} times: {', '.join(names)}.")
    if others:
        more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
        names = ", ".join(others[:SHOWN])
        remarks.append(f"Not read, since their names don't end in .ipynb: {names}{more}.")
    if not rows:
        return [f"No notebook of this course in {shown(str(folder))}.", *remarks]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows)]
    table = [COLUMNS, ["-" * width for width in widths], *sorted(rows)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]
    return [*lines, "", *remarks, *([""] if remarks else []), *WARNING.splitlines()]


def main(arguments: list[str]) -> int:
    """Print the report of the folder that is named. Returns the exit code."""
    if hasattr(sys.stdout, "reconfigure"):  # not every terminal has every letter
        sys.stdout.reconfigure(errors="replace")
    folders = [Path(name).expanduser() for name in arguments if name]
    if len(folders) != 1 or not folders[0].is_dir():
        print("Name the folder with the handed-in notebooks: make collect FOLDER=handed-in")
        return 1
    print("\n".join(report(folders[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
