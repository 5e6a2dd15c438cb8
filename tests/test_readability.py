"""Every notebook is built and written as the others are, so that readers find their way: what a page
opens and closes with, headings, answers to unfold, and how long code cells are.
"""

import itertools
import re
import statistics

import contents
import course
import pytest

# Words that keep their capital inside a heading.
PROPER_NAMES = {"I", "NumPy", "Python", "MSE", "JupyterLab", "Binder", "Matplotlib", "L1", "XOR"}
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u26ff\u2705\u274c\u2728\u2b50\ufe0f]")
UNWANTED = re.compile(r"\b(simply|just|obviously)\b", re.IGNORECASE)
DETAILS = re.compile(r"(?s)<details><summary>[^<]+</summary>\n\n(?:(?!<details).)*?</details>")

MEDIAN_LINES, P90_LINES, PLOTTING_LINES = (2, 5), 10, 15
WORDS = 120  # at most, between two cells of code or pictures
# No prose: answers, fenced code and display formulas, tables.
NO_PROSE = re.compile(r"(?sm)<details.*?</details>|```.*?```|\$\$.*?\$\$|^\|.*?$")
IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")


def headings(notebook: course.Notebook) -> list[tuple[int, str]]:
    """Level and text of all headings, in order."""
    texts = [re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL) for cell in notebook.markdown]
    found = re.findall(r"^(#+) (.*)$", "\n".join(texts), re.MULTILINE)
    return [(len(hashes), text) for hashes, text in found]


def heading_problems(notebook: course.Notebook) -> list[str]:
    """More or less than one H1, skipped levels, quotes, and capitals where a sentence has none."""
    found, problems = headings(notebook), []
    if [level for level, _ in found].count(1) != 1 or found[0][0] != 1:
        problems.append("it must begin with its only main heading")
    for (before, _), (level, text) in itertools.pairwise(found):
        if level > before + 1:
            problems.append(f"“{text}” skips a level")
    for _, text in found:
        plain = re.sub(r"`[^`]*`|\$[^$]*\$", "0", re.sub(r"^\d+ · ", "", text))
        for sentence in re.split(r"(?<=[.?!])\s+", plain):
            first, *rest = re.findall(r"[^\W_][\w'’-]*", sentence) or ["0"]
            if first[0].islower() or {word for word in rest if word[0].isupper()} - PROPER_NAMES:
                problems.append(f"“{text}” is not in sentence case")
        if '"' in text:
            problems.append(f"JupyterLab 4.0 trips over the quotes in “{text}”")
    return [f"{notebook.name}: {problem}" for problem in problems]


def frame_problems(notebook: course.Notebook) -> list[str]:
    """What a reader must learn before the first code cell and after the last one, and does not."""
    first, last = notebook.code[0].position, notebook.code[-1].position
    opening = "\n".join(cell.source for cell in notebook.markdown if cell.position < first)
    closing = "\n".join(cell.source for cell in notebook.markdown if cell.position > last)
    wanted = [(opening, f"What you'll {what}") for what in ("do", "learn", "need")]
    wanted += [(opening, "**Time:**"), (closing, "## What you built")]
    return [
        f"{notebook.name} must say “{words}” {'first' if text is opening else 'at its end'}"
        for text, words in wanted
        if words not in text.replace("’", "'")
    ]


def answer_problems(notebook: course.Notebook) -> list[str]:
    """Questions need answers to unfold: two or more, each with a summary and an end."""
    text = "\n".join(cell.source for cell in notebook.markdown)
    whole = len(DETAILS.findall(text))
    broken = {text.count("<details"), text.count("</details>"), whole} != {whole}
    problems = ["a <details> has no summary, no blank line after it or no end"] if broken else []
    problems += ["it must have two answers to unfold"] if whole < 2 else []
    problems += [
        f"in cell {cell.id} a text sticks to a closed answer: let the answer end its cell"
        for cell in notebook.markdown
        if re.search(r"</details>\s*(?!<details)[^\s<]", cell.source)
    ]
    return [f"{notebook.name}: {problem}" for problem in problems]


def wording_problems(notebook: course.Notebook) -> list[str]:
    """Words that make a reader feel slow, and emoji."""
    return [
        f"{cell.where} says “{word}”: leave it out"
        for cell in notebook.markdown
        for word in UNWANTED.findall(contents.prose(cell.source)) + EMOJI.findall(cell.source)
    ]


def length_problems(*notebooks: course.Notebook) -> list[str]:
    """Code cells that are too long: over the course, and for one figure."""
    cells = [cell for notebook in notebooks for cell in notebook.code]
    cells = [(cell, len(re.findall(r"^.*\S", cell.source, re.MULTILINE))) for cell in cells]
    problems = [
        f"{cell.where} draws in {lines} lines, at most {PLOTTING_LINES}: split it"
        for cell, lines in cells
        if cell.pictures and lines > PLOTTING_LINES
    ]
    # of the cells that neither draw nor bring earlier pieces along
    new = sorted(n for cell, n in cells if not cell.pictures and cell.id not in ("setup", "story"))
    median, p90 = statistics.median(new), new[-(-9 * len(new) // 10) - 1]
    if not MEDIAN_LINES[0] <= median <= MEDIAN_LINES[1] or p90 > P90_LINES:
        problems.append(f"half of the code cells have {median} lines or more, one in ten {p90}")
    return problems


def wall_problems(notebook: course.Notebook) -> list[str]:
    """Prose that goes on for too long without a cell of code or a picture, from behind the title to
    the exercises."""
    walls = [(notebook.cells[0], "")]
    for cell in notebook.cells[1:]:
        if cell.node.cell_type == "code":
            walls.append((cell, ""))
        elif not cell.id.startswith("exercise-"):
            text, *more = IMAGE.split(NO_PROSE.sub("", cell.source))
            walls[-1] = (walls[-1][0], f"{walls[-1][1]}\n\n{text}")
            walls += [(cell, one) for one in more]
        if "## Check your understanding" in cell.source:
            break
    return [
        f"after {cell.where} or its picture stand {count} words, at most {WORDS}: “{text[:40]} …”"
        for cell, text in [(cell, text.strip()) for cell, text in walls]
        if (count := contents.words(text)) > WORDS
    ]


CHECKS = [heading_problems, frame_problems, answer_problems, wording_problems, wall_problems]


@course.each_notebook
@pytest.mark.parametrize("check", CHECKS)
def test_a_notebook_is_built_and_written_as_the_others_are(notebook, check):
    course.expect_none(check(notebook))


def test_code_cells_are_short():
    course.expect_none(length_problems(*course.notebooks()))


GOOD = [
    "# 2 · Squash: so\n\nWhat you'll do, What you’ll learn, What you'll need\n\n**Time:** long",
    "## Why `W` is (3, 1)\n### How? Like NumPy\n## So\n```\n# x\n```",
    "an adjusted `just`\n\n" + "<details><summary>A</summary>\n\nFour.\n</details>\n\n" * 2,
    f"{'some ' * 70}\n\n![](a.svg)\n\n{'some ' * 70}\n\n| {'cell ' * 200} |",
    "## What you built",
]


def sample(*texts: str) -> course.Notebook:
    """A notebook with one code cell before its last text."""
    cells = [course.markdown(text, id=f"text{place}") for place, text in enumerate(texts)]
    return course.sample(*cells[:-1], course.code("1"), cells[-1])


@pytest.mark.parametrize("check, right, wrong", [
    (heading_problems, "# 2 ·", "## 2 ·"),
    (heading_problems, "### How", "#### How"),
    (heading_problems, "Squash", "squash"),
    (heading_problems, "Like NumPy", "Like Numbers"),
    (frame_problems, "What you'll need", ""),
    (frame_problems, "**Time:**", ""),
    (frame_problems, "What you built", "End"),
    (answer_problems, "</details>", ""),
    (answer_problems, "summary>\n\n", "summary>\n"),
    (answer_problems, "</details>\n\n", "</details>\n\nIt"),
    (wording_problems, "`just`", "Just"),
    (wording_problems, "`just`", "🎉"),
    (wall_problems, "an adjusted", "more " * 120),
    (wall_problems, "![", "["),
])  # fmt: skip
def test_what_a_reader_would_miss_is_found(check, right, wrong):
    assert check(sample(*GOOD)) == []
    assert check(sample(*(text.replace(right, wrong, 1) for text in GOOD)))


def test_long_cells_are_found():
    image = course.nbformat.v4.new_output("display_data", {"image/png": "aWk="})
    for lengths, outputs, count in [((3, 3, 10), [], 0), ((6, 6), [], 1), ((3, 3, 11), [], 1)]:
        cells = [course.code("1\n\n" * n, *outputs, id=f"c{i}") for i, n in enumerate(lengths)]
        assert len(length_problems(course.sample(*cells))) == count, lengths
    drawing = [course.code("1\n" * 16, image, id="a"), course.code("1\n1", id="b")]
    assert len(length_problems(course.sample(*drawing))) == 1
