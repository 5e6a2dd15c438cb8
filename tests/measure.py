"""How long the notebooks' cells are and how much they say: `python tests/measure.py` prints the
table."""

import re
import statistics
from dataclasses import dataclass

import course


@dataclass(frozen=True)
class Lengths:
    """Lines that are not blank in each code cell, and words of prose."""

    lines: list[int]
    plotting: list[int]  # those of the cells that draw
    new: list[int]  # those of the cells that neither draw nor bring earlier pieces along
    words: int
    cells: int

    @property
    def median(self) -> float:
        return statistics.median(self.new or [0])

    @property
    def p90(self) -> int:
        """Nine in ten of the new cells are no longer than this."""
        return sorted(self.new or [0])[-(-9 * len(self.new) // 10) - 1]

    @property
    def words_per_cell(self) -> float:
        return self.words / len(self.lines)


def lines(cell: course.Cell) -> int:
    """The lines of a cell that are not blank."""
    return sum(bool(line.strip()) for line in cell.source.split("\n"))


def draws(cell: course.Cell) -> bool:
    """Whether a cell shows a figure."""
    return bool(cell.pictures)


def prose(cell: course.Cell) -> str:
    """What a reader reads of a Markdown cell: no code, no formulas, no tags, no link targets."""
    text = re.sub(
        r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$|<[^>]*>", " ", cell.source, flags=re.DOTALL
    )
    return re.sub(r"\]\([^)]*\)", "] ", text)


def measure(*notebooks: course.Notebook) -> Lengths:
    """The lengths in one notebook, or in several together."""
    codes = [cell for notebook in notebooks for cell in notebook.code]
    texts = [cell for notebook in notebooks for cell in notebook.markdown]
    return Lengths(
        lines=[lines(cell) for cell in codes],
        plotting=[lines(cell) for cell in codes if draws(cell)],
        new=[
            lines(cell) for cell in codes if not draws(cell) and cell.id not in ("setup", "story")
        ],
        words=sum(len(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", prose(cell))) for cell in texts),
        cells=len(codes) + len(texts),
    )


def row(name: str, lengths: Lengths, kilobytes: int) -> str:
    longest_plot = max(lengths.plotting, default=0)
    return (
        f"{name:22} {lengths.cells:5} {len(lengths.lines):5} {lengths.median:7g} {lengths.p90:5} "
        f"{max(lengths.lines):8} {longest_plot:8} {lengths.words_per_cell:11.0f} {kilobytes:6}"
    )


def main() -> None:
    """Print one line per notebook and one for the whole course."""
    print("                       cells  code  lines per code cell  longest  words per   KB")
    print("                                    median   p90      max     plot  code cell")
    total = 0
    for notebook in course.notebooks():
        size = (course.NOTEBOOKS / notebook.name).stat().st_size // 1000
        total += size
        print(row(notebook.name, measure(notebook), size))
    print(row("all", measure(*course.notebooks()), total))


if __name__ == "__main__":
    main()
