"""What is written in more than one place, written by `make refresh` from the one place where it is
at home: notebooks/course.toml, a notebook's own heading, the description inside a drawing.

In a notebook: its number and minutes, links to other notebooks, alternative texts of drawings, the
way to the previous and the next one. Elsewhere: the tables of README.md and TEACHING.md, the
glossary, and the page that opens first.
"""

import html
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "figures"
sys.path.insert(0, str(FIGURES))

import contents  # noqa: E402

TIME = re.compile(r"\d+\s+minutes\s+to\s+read,\s+\d+\s+with\s+everything")
DRAWING = re.compile(r"!\[[^\]]*\]\(\.\./figures/(\w+)\.svg\)")
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(((?:\.\./)?(?:notebooks/)?)\d\d_(\w+)\.ipynb(#[^)]*)?\)")
TABLES = re.compile(
    r"(<!-- (contents|minutes|schedules) -->\n).*?(?=<!-- end of \2 -->)", re.DOTALL
)
ANIMATION = re.compile(r'(?<=<img src="figures/learning\.gif" alt=")[^"]*')
START = re.compile(r"(?<=tree)((?:/|%2F)(?:course(?:/|%2F))?notebooks(?:/|%2F))\d\d_\w+\.ipynb")


def description(name: str) -> str:
    """What a drawing shows, in the words inside it."""
    desc = ET.parse(FIGURES / f"{name}.svg").getroot().find("{http://www.w3.org/2000/svg}desc")
    return " ".join(desc.text.split())


def linked(found: re.Match) -> str:
    """A link to a notebook, with its file and, where the text names them, its number and title."""
    text, folder, stem, anchor = found.groups()
    entry = contents.find(stem)
    title = entry.title().split(":")[0]
    text = re.sub(r"^\d+ · .*", f"{entry.number} · {title}", text)
    text = re.sub(r"^([Nn]otebook )?\d+$", rf"\g<1>{entry.number}", text)
    return f"[{text}]({folder}{entry.file}{anchor or ''})"


def neighbours(entry: contents.Entry) -> str:
    """The last line of a notebook."""
    ways = []
    for word, number in [("Previous", entry.number - 1), ("Next", entry.number + 1)]:
        for other in contents.entries():
            if other.number == number:
                ways.append(f"**{word}:** [{number} · {other.title()}]({other.file})")
    if entry.number == len(contents.entries()):
        ways.append("**All notebooks:** [the course's front page](../README.md)")
    return " · ".join(ways)


def notebook(entry: contents.Entry, node: nbformat.NotebookNode) -> None:
    """Write into a notebook what is generated."""
    texts = [cell for cell in node.cells if cell.cell_type == "markdown"]
    for cell in texts:
        text = re.sub(r"\A# (\d+ · )?", f"# {entry.number} · ", cell.source)
        text = re.sub(r"(?<=figures/map_)\d+(?=\.svg)", str(entry.number), text)
        text = DRAWING.sub(
            lambda found: f"![{description(found[1])}](../figures/{found[1]}.svg)", text
        )
        cell.source = LINK.sub(linked, text)
    texts[-1].source = re.sub(r"\*\*(Previous|Next):\*\*.*\Z", neighbours(entry), texts[-1].source)
    read, everything = contents.minutes(node.cells)
    for cell in texts:
        cell.source = TIME.sub(f"{read} minutes to read, {everything} with everything", cell.source)


def tables() -> str:
    """The README's tables, one a part, each with its sum of minutes."""
    text = ""
    for number, part in enumerate(contents.parts(), 1):
        rows, sums = [], [0, 0]
        for entry in contents.entries():
            if entry.part == number:
                times = contents.minutes(entry.cells())
                sums = [one + more for one, more in zip(sums, times)]
                link = f"[{entry.title().split(':')[0]}](notebooks/{entry.file})"
                about = [str(entry.number), link, entry.piece, entry.question, *map(str, times)]
                rows.append(f"| {' | '.join(about)} |\n")
        text += (
            f"\n**Part {number} · {part['title']}:** {sums[0]} minutes to read, {sums[1]} with"
            f" predictions, pictures to play with and exercises\n\n"
            f"| | Notebook | {part['head']} | The question it answers | Read | Everything |\n"
            "|---|---|---|---|---|---|\n"
        ) + "".join(rows)
    return text + "\n"


def link(entry: contents.Entry, text: str = "", heading: str = "") -> str:
    """A link from a page at the top of the repository to a notebook, or to one of its headings."""
    text = text or f"{entry.number} · {entry.title().split(':')[0]}"
    anchor = heading.replace("`", "").replace(" ", "-").replace("(", "%28").replace(")", "%29")
    return f"[{text}](notebooks/{entry.file}{'#' + anchor if anchor else ''})"


def time_for(cells: list[dict], without: list[str]) -> int:
    """How long these cells take in minutes, without some of `contents.pieces`."""
    return round(sum(time for name, time in contents.pieces(cells).items() if name not in without))


def lesson_minutes() -> str:
    """The table of a lesson's minutes, for each notebook."""
    text = (
        "\n| Notebook | Reading | Together | Everything | A lesson can stop before |\n"
        "|---|---|---|---|---|\n"
    )
    for entry in contents.entries():
        cells = entry.cells()
        read, everything = contents.minutes(cells)
        until = time_for(contents.before(cells, entry.stop), [])
        stop = link(entry, entry.stop, entry.stop)
        row = [link(entry), read, time_for(cells, ["exercises"]), everything]
        text += f"| {' | '.join(map(str, row))} | {stop}, after {until} |\n"
    return text + "\n"


def lesson(steps: list[str], minutes: int) -> tuple[list[str], int, list[str]]:
    """What is done in a lesson, how many of its minutes are to spare, and what is left for home.

    Raises ValueError if the steps take longer than the lesson.
    """
    done, home = [], []
    for step in steps:
        if own := re.fullmatch(r"(\d+) (.*)", step):
            time, text = int(own[1]), own[2]
        else:
            stem, *without = re.split(" without | and ", step)
            entry = contents.find(stem)
            cells = entry.cells()
            time, text = time_for(cells, without), link(entry)
            if without:
                text += f" without {' and '.join(without)}"
                left = time_for(cells, []) - time
                home.append(
                    f"{left} min {' and '.join(without)} of {link(entry, str(entry.number))}"
                )
        done.append(f"{time} min {text}")
        minutes -= time
    if minutes < 0:
        raise ValueError(
            f"notebooks/course.toml: the lesson {steps} is {-minutes} minutes too long"
        )
    return done, minutes, home


def schedules() -> str:
    """The tables of lessons."""
    text = ""
    for schedule in contents.schedules():
        lessons, clock = schedule["lesson"], schedule.get("start")
        text += f"\n### {schedule['title']}\n\n{schedule['about']}\n\n"
        heads = ["From" if clock else "Lesson", "What", "To spare"]
        made = [lesson(**one) for one in lessons]
        heads += ["At home"] if any(home for _, _, home in made) else []
        text += f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n"
        for number, (one, (done, spare, home)) in enumerate(zip(lessons, made), 1):
            row = [
                clock or number,
                " · ".join(done),
                f"{spare} min" if spare else "",
                "; ".join(home),
            ]
            text += f"| {' | '.join(map(str, row[: len(heads)]))} |\n"
            clock = clock and later(clock, one["minutes"])
        text += f"| {clock} | the end | |\n" if clock else ""
    return text + "\n"


def later(clock: str, minutes: int) -> str:
    """The time of day, such as 13:05, that many minutes later."""
    hour, minute = map(int, clock.split(":"))
    return "{}:{:02}".format(*divmod(60 * hour + minute + minutes, 60))


MAKERS = {"contents": tables, "minutes": lesson_minutes, "schedules": schedules}


def terms() -> dict[str, str]:
    """Every term that a notebook explains, in bold, with a link to that place, in small letters.
    What begins a paragraph or an item of a list, stands in a table, or ends in a colon or a full
    stop, is no term.

    Raises ValueError if a term is bold in two places.
    """
    found = {}
    for entry in contents.entries():
        anchor = ""
        for cell in entry.cells():
            text = re.sub(r"```.*?```", "", cell["source"], flags=re.DOTALL)
            for part in re.split(r"\n(?=[-|#]|\s*\n|\d+\. )", text):
                part = " ".join(part.split())
                if heading := re.match(r"#+ (.*)", part):
                    anchor = re.sub(r"[`$]", "", heading[1]).replace(" ", "-")
                if cell["cell_type"] == "code" or part.startswith(("|", "- **", "**")):
                    continue
                for term in re.findall(r"\*\*([^*\[\]]*[^*\[\]:.?])\*\*", part):
                    if term.lower() in found:
                        raise ValueError(f"{entry.file} has **{term}** in bold a second time")
                    found[term.lower()] = f"{entry.file}#{anchor}"
    return found


def glossary() -> str:
    """The glossary: the notation and the terms, each with the place that explains it."""
    told = contents.glossary()
    lines = [
        "# Glossary",
        "",
        "`make refresh` writes this page from [glossary.toml](glossary.toml).",
        "",
    ]
    lines += [
        "## Notation",
        "",
        "| in code | in formulas | shape | what it is |",
        "|---|---|---|---|",
    ]
    for one in told["notation"]:
        lines.append(f"| `{one['code']}` | {one['math']} | {one['shape']} | {one['meaning']} |")
    lines += ["", "## Terms", ""]
    places = terms()
    for term, meaning in sorted(told["terms"].items(), key=lambda one: one[0].lower()):
        link = places.get(term.lower(), "").replace("(", "%28").replace(")", "%29")
        lines.append(f"- **[{term}]({link})**: {meaning[0].upper()}{meaning[1:]}")
    return "\n".join(lines) + "\n"


def page(text: str) -> str:
    """A page outside the notebooks, with what is generated written into it."""
    with Image.open(FIGURES / "learning.gif") as animation:
        shown = html.escape(animation.info["comment"].decode())
    first = contents.entries()[0].file
    text = TABLES.sub(lambda found: found[1] + MAKERS[found[2]](), text)
    text = ANIMATION.sub(lambda _: shown, text)
    return LINK.sub(linked, START.sub(rf"\g<1>{first}", text))


def notebooks() -> dict[Path, bytes]:
    """The notebooks as they are to be."""
    written = {}
    for entry in contents.entries():
        path = contents.NOTEBOOKS / entry.file
        node = nbformat.read(path, as_version=4)
        notebook(entry, node)
        written[path] = (nbformat.writes(node).rstrip("\n") + "\n").encode("utf-8")
    return written


def pages() -> dict[Path, bytes]:
    """The other files that may hold something generated, as they are to be."""
    paths = [ROOT / "Makefile", *ROOT.glob("*.md"), *(ROOT / "binder").rglob("*")]
    files = [path for path in paths if path.is_file() and path.suffix != ".pyc"]
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    texts[contents.NOTEBOOKS / "glossary.md"] = glossary()
    return {path: page(text).encode("utf-8") for path, text in texts.items()}


def stale(made: dict[Path, bytes]) -> list[Path]:
    """Those files that are not as they are to be."""
    return [path for path, data in made.items() if not path.exists() or path.read_bytes() != data]


def write() -> list[Path]:
    """Write what is generated, and say into which files."""
    written = []
    for make in (notebooks, pages):  # the tables are made from the notebooks
        made = make()
        for path in stale(made):
            path.write_bytes(made[path])
            written.append(path)
    return written
