"""The course's table of contents: notebooks/course.toml, and what the notebooks say of themselves."""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # JupyterLab brings it

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
# What a reader's time goes into, in minutes: a rule of thumb.
WORDS_A_MINUTE = 180
CODE_CELL, PREDICTION, FIGURE, PICTURE, EXERCISE = 10 / 60, 35 / 60, 30 / 60, 2, 3


@dataclass(frozen=True)
class Entry:
    """One notebook's place in the course, from the table."""

    number: int  # from 1
    part: int  # from 1
    file: str
    name: str
    piece: str  # with backticks around code
    question: str
    stop: str  # the heading before which a lesson can stop
    earlier: tuple[str, ...] = ()  # what the file was called, without .ipynb: those pages lead here

    def cells(self) -> list[dict]:
        """Its cells, as they are stored, each with its `source` as one text."""
        stored = json.loads((NOTEBOOKS / self.file).read_text(encoding="utf-8"))["cells"]
        return [cell | {"source": "".join(cell["source"])} for cell in stored]

    def title(self) -> str:
        """Its main heading without the number: "Meet the data: what there is to learn"."""
        return re.match(r"# (?:\d+ · )?(.*)", self.cells()[0]["source"])[1]


def table(name: str) -> dict:
    """What one of the tables beside the notebooks holds. Raises ValueError if it is no TOML."""
    try:
        return tomllib.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise ValueError(f"notebooks/{name}: {problem}") from None


def parts() -> list[dict]:
    """The parts of the course: `title`, `head` (of the README's column) and `notebook` of each."""
    return table("course.toml")["part"]


def entries() -> list[Entry]:
    """The notebooks in reading order.

    Raises ValueError if the table and the folder don't hold the same notebooks, or if an entry lacks
    something or says something unknown.
    """
    found = []
    for part, listed in enumerate(parts(), 1):
        for notebook in listed["notebook"]:
            try:
                found.append(Entry(number=len(found) + 1, part=part, **notebook))
            except TypeError as problem:
                said = str(problem).removeprefix("Entry.__init__() ")
                raise ValueError(f"notebooks/course.toml, {notebook}: {said}") from None
    told, there = (
        [one.file for one in found],
        sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")),
    )
    if told != there or any(not one.file.startswith(f"{one.number:02}_") for one in found):
        raise ValueError(f"notebooks/course.toml lists {told}, the folder holds {there}")
    return found


def find(stem: str) -> Entry:
    """The notebook whose file is called that, without its number: "training".

    Raises ValueError if there is none.
    """
    for one in entries():
        if one.file[3:] == f"{stem}.ipynb":
            return one
    raise ValueError(f"a link or a drawing wants the notebook {stem}, which is not in course.toml")


def glossary() -> dict:
    """The glossary's table: `notation`, a list of dicts, and `terms`, with a line for each."""
    return table("glossary.toml")


def prose(source: str) -> str:
    """What a reader reads of a Markdown cell: no code, no formulas, no tags, no targets, no alt."""
    text = re.sub(
        r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$|<[^>]*>|!\[[^\]]*\]\([^)]*\)",
        " ",
        source,
        flags=re.DOTALL,
    )
    return re.sub(r"\]\([^)]*\)", "] ", text)


def words(source: str) -> int:
    """How many words a reader reads of a Markdown cell."""
    return len(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", prose(source)))


def schedules() -> list[dict]:
    """The schedules for a class, each with its `title`, `about` and list of `lesson`."""
    return table("course.toml")["schedule"]


def pieces(cells: list[dict]) -> dict[str, float]:
    """What the time for these cells of a notebook goes into, in minutes."""
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    texts = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
    played = sum(cell["source"].startswith("play.") for cell in code)
    drawn = sum("image/png" in out.get("data", {}) for cell in code for out in cell["outputs"])
    figures = drawn - played + sum(text.count("](../figures/") for text in texts)
    ids = [cell["id"].partition("-")[0] for cell in code]
    return {
        "reading": sum(map(words, texts)) / WORDS_A_MINUTE
        + CODE_CELL * len(code)
        + FIGURE * figures,
        "predictions": PREDICTION * sum(text.count("**Predict:**") for text in texts),
        "picture": PICTURE * played,
        "lines": EXERCISE * ids.count("blank"),
        "exercises": EXERCISE * ids.count("exercise"),
    }


def minutes(cells: list[dict]) -> tuple[int, int]:
    """How long a notebook takes to read, and with predictions, picture and exercises, in minutes."""
    parts = pieces(cells)
    return round(parts["reading"]), round(sum(parts.values()))


def before(cells: list[dict], heading: str) -> list[dict]:
    """The cells of a notebook, and the part of a cell, that stand before a heading.

    Raises ValueError if there is no such heading.
    """
    for place, cell in enumerate(cells):
        found = re.search(rf"^#+ {re.escape(heading)}$", cell["source"], re.MULTILINE)
        if cell["cell_type"] == "markdown" and found:
            return [*cells[:place], cell | {"source": cell["source"][: found.start()]}]
    raise ValueError(f"no notebook has the heading “{heading}”, where course.toml stops a lesson")
