"""Every notebook is built and written as the others are, so that readers find their way.

What a page opens and closes with, its headings, its alternative texts, a few words that the course
does without, and how long code cells are. `python tests/measure.py` prints the lengths.
"""

import itertools
import re

import course
import measure

# Words that keep their capital inside a heading.
PROPER_NAMES = {"I", "NumPy", "Python", "MSE", "JupyterLab", "Binder", "Matplotlib", "L1", "XOR"}
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u26ff\u2705\u274c\u2728\u2b50\ufe0f]")
UNWANTED = re.compile(r"\b(simply|just|obviously)\b", re.IGNORECASE)
ALT = re.compile(r"""\balt\s*=\s*(["'])(.*?)\1""", re.DOTALL)

MEDIAN_LINES = (2, 5)  # of the cells that neither draw nor bring earlier pieces along
P90_LINES = 10
PLOTTING_LINES = 15


def headings(notebook: course.Notebook) -> list[tuple[course.Cell, int, str]]:
    """All headings in order: cell, level and text."""
    found = []
    for cell in notebook.markdown:
        source = re.sub(r"^```.*?^```", "", cell.source, flags=re.DOTALL | re.MULTILINE)
        found += [
            (cell, len(hashes), text.strip())
            for hashes, text in re.findall(r"^(#{1,6}) (.*)$", source, flags=re.MULTILINE)
        ]
    return found


def title(notebook: course.Notebook) -> str:
    """The text of the main heading, with its number."""
    return next((text for _, level, text in headings(notebook) if level == 1), "")


def heading_problems(notebook: course.Notebook) -> list[str]:
    """More or less than one H1, skipped levels, and capitals where a sentence has none."""
    found = headings(notebook)
    problems = []
    if [level for _, level, _ in found].count(1) != 1 or found[0][1] != 1:
        problems.append(f"{notebook.name} must begin with its only main heading (`# …`)")
    if not re.match(rf"{notebook.number} · \w", title(notebook)):
        problems.append(
            f"{notebook.name} is called “{title(notebook)}”, expected “{notebook.number} · …”"
        )
    for (_, before, _), (cell, level, text) in itertools.pairwise(found):
        if level > before + 1:
            problems.append(
                f"{cell.where} skips a level at the heading “{text}”: use {'#' * (before + 1)}"
            )
    for cell, _, text in found:
        if '"' in text:
            problems.append(f"{cell.where}: JupyterLab 4.0 trips over the quotes in “{text}”")
        plain = re.sub(r"`[^`]*`|\$[^$]*\$", "0", re.sub(r"^\d+ · ", "", text))
        for sentence in re.split(r"(?<=[.?!])\s+", plain):
            first, *rest = re.findall(r"[^\W_][\w'’-]*", sentence) or ["0"]
            wrong = [word for word in rest if word[0].isupper() and word not in PROPER_NAMES]
            if wrong or first[0].islower():
                problems.append(
                    f"{cell.where} has a heading “{text}” that is not in sentence case "
                    f"({', '.join(wrong) or first}): a name belongs into PROPER_NAMES"
                )
    return problems


def opening_problems(notebook: course.Notebook) -> list[str]:
    """What a reader must learn before the first code cell, and does not."""
    first_code = notebook.code[0].position
    opening = "\n".join(
        cell.source for cell in notebook.markdown if cell.position < first_code
    ).replace("’", "'")
    problems = [
        f"{notebook.name} must say “{part}” before its first code cell"
        for part in ("What you'll do", "What you'll learn", "What you'll need")
        if part not in opening
    ]
    if minutes(notebook) is None:
        problems.append(f"{notebook.name} must say “about N minutes” before its first code cell")
    return problems


def minutes(notebook: course.Notebook) -> int | None:
    """How long the notebook says it takes."""
    first_code = notebook.code[0].position
    for cell in notebook.markdown:
        if cell.position < first_code and (
            found := re.search(r"\b[Aa]bout\s+(\d+)\s+minutes\b", cell.source)
        ):
            return int(found[1])
    return None


def closing_problems(notebook: course.Notebook, before: str | None, after: str | None) -> list[str]:
    """What the end lacks: the summary, and the ways to the neighbours (file names)."""
    problems = []
    last_code = notebook.code[-1].position
    if not any(
        cell.position > last_code and text == "What you built"
        for cell, _, text in headings(notebook)
    ):
        problems.append(
            f"{notebook.name} must have a heading “What you built” after its last code cell"
        )
    last = notebook.cells[-1]
    for word, neighbour in [("Previous", before), ("Next", after)]:
        found = re.search(rf"\*\*{word}:\*\*\s+\[[^\]]+\]\(([^)#]+)\)", last.source)
        if (found and found[1]) != neighbour:
            problems.append(
                f"{last.where} must end with “**{word}:** [title]({neighbour})”"
                if neighbour
                else f"{last.where} has a {word} link, but no notebook is there"
            )
    return problems


def answer_problems(notebook: course.Notebook) -> list[str]:
    """Questions need answers to unfold: two or more `<details>`, each with summary and end."""
    sources = [cell.source for cell in notebook.markdown]
    problems = [
        f"{cell.where} has a <details> block without </details>, <summary> or a blank line after it"
        for cell in notebook.markdown
        if not cell.source.count("<details")
        == cell.source.count("</details>")
        == len(re.findall(r"<details[^>]*>\s*<summary>[^<]+</summary>\s*\n\s*\n", cell.source))
    ]
    if sum(source.count("<details") for source in sources) < 2:
        problems.append(f"{notebook.name} must have at least two answers to unfold (<details>)")
    return problems


def markup_problems(notebook: course.Notebook) -> list[str]:
    """Images without alternative text, in the prose or in an output, and scripts."""
    problems = []
    for cell in notebook.cells:
        html = [
            output.data["text/html"]
            for output in cell.node.get("outputs", [])
            if "text/html" in output.get("data", {})
        ]
        if cell.node.cell_type == "markdown":
            html.append(cell.source)
            if re.search(r"!\[\s*\]", cell.source):
                problems.append(
                    f"{cell.where} has an image without alternative text: ![what it shows](…)"
                )
        for text in html:
            for tag in re.findall(r"<img\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", text):
                if not ((alt := ALT.search(tag)) and alt[2].strip()):
                    problems.append(
                        f"{cell.where} has an image without alternative text: {tag[:80]}"
                    )
            if re.search(r"<script\b", text, re.IGNORECASE):
                problems.append(
                    f"{cell.where} has a <script>: GitHub drops it, and nbval can't check it"
                )
    return problems


def wording_problems(notebook: course.Notebook) -> list[str]:
    """Words that make a reader feel slow, and emoji."""
    return [
        f"{cell.where} says “{found[0]}”: leave it out"
        for cell in notebook.markdown
        for found in [*UNWANTED.finditer(measure.prose(cell)), *EMOJI.finditer(cell.source)]
    ]


def length_problems(*notebooks: course.Notebook) -> list[str]:
    """Code cells that are too long: over the course, and for one figure."""
    problems = [
        f"{cell.where} draws in {measure.lines(cell)} lines, at most {PLOTTING_LINES}: split it"
        for notebook in notebooks
        for cell in notebook.code
        if measure.draws(cell) and measure.lines(cell) > PLOTTING_LINES
    ]
    lengths = measure.measure(*notebooks)
    least, most = MEDIAN_LINES
    if lengths.new and not least <= lengths.median <= most:
        problems.append(
            f"the median code cell has {lengths.median:g} lines, expected {least} to {most}"
        )
    if lengths.p90 > P90_LINES:
        problems.append(
            f"one code cell in ten has {lengths.p90} lines or more, expected at most {P90_LINES}: "
            "see `python tests/measure.py`"
        )
    return problems


def time_problems(notebooks: list[course.Notebook], readme: str) -> list[str]:
    """Minutes in the README's tables that are not the notebooks', and a total that is no sum of a
    part's or of all."""
    problems, told = [], {notebook.name: minutes(notebook) for notebook in notebooks}
    rows = [line for line in readme.split("\n") if line.lstrip().startswith("|")]
    for name, number in told.items():
        for line in rows:
            cells = [
                re.sub(r"\[.*?\]\(.*?\)", "", part).strip()
                for part in line.strip().strip("|").split("|")
            ]
            given = [
                re.fullmatch(r"(?:about )?(\d+)(?: min(?:\.|utes)?)?", part) for part in cells[1:]
            ]
            found = [int(match[1]) for match in given if match]
            if f"notebooks/{name})" in line and found and number not in found:
                problems.append(
                    f"README.md says {found} minutes for {name}, the notebook says {number}"
                )
    parts = [range(7), range(7, 99), range(99)]
    totals = [sum(minutes(one) or 0 for one in notebooks if one.number in part) for part in parts]
    outside = "\n".join(line for line in readme.split("\n") if line not in rows)
    for found in re.findall(r"\b(\d+)\s+minutes\b", outside):
        if all(abs(int(found) - total) > 5 for total in totals):
            problems.append(f"README.md says {found} minutes, the notebooks together say {totals}")
    return problems


@course.each_notebook
def test_headings_lead_through_the_notebook_in_sentence_case(notebook):
    assert len(headings(notebook)) > 3, f"{notebook.name} has hardly a heading"
    course.expect_none(heading_problems(notebook))


@course.each_notebook
def test_the_opening_says_what_you_will_do_learn_and_need(notebook):
    course.expect_none(opening_problems(notebook))


@course.each_notebook
def test_the_end_says_what_you_built_and_where_to_go(notebook):
    names = [None, *(found.name for found in course.notebooks()), None]
    course.expect_none(
        closing_problems(notebook, names[notebook.number - 1], names[notebook.number + 1])
    )


@course.each_notebook
def test_questions_have_answers_to_unfold(notebook):
    course.expect_none(answer_problems(notebook))


@course.each_notebook
def test_images_have_alternative_texts_and_there_are_no_scripts(notebook):
    course.expect_none(markup_problems(notebook))


@course.each_notebook
def test_the_prose_talks_down_to_nobody(notebook):
    assert measure.measure(notebook).words > 300, f"{notebook.name} has hardly any prose"
    course.expect_none(wording_problems(notebook))


def test_code_cells_are_short():
    course.expect_none(length_problems(*course.notebooks()))


def test_the_minutes_in_the_readme_are_those_in_the_notebooks():
    course.expect_none(
        time_problems(course.notebooks(), (course.ROOT / "README.md").read_text(encoding="utf-8"))
    )


def texts(*sources: str, name: str = "02_sample.ipynb") -> course.Notebook:
    """A notebook with Markdown cells around one code cell, which comes second."""
    cells = [course.markdown(source, id=f"text{place}") for place, source in enumerate(sources)]
    return course.sample(cells[0], course.code("1"), *cells[1:], name=name)


def test_bad_headings_are_found():
    assert (
        heading_problems(
            texts(
                "# 2 · Squash: so\n## Why `W` is (3, 1)\n### How? Like NumPy\n## So\n```\n# x\n```"
            )
        )
        == []
    )
    for source in [
        "## 2 · No title",
        "# 2 · One\n# 2 · Two",
        "# 2 · One\n### Deep",
        "# 2 · Squash The Sum",
        "# 3 · Wrong number",
        "# 2 · One\n## lower case",
        "# No number",
        '# 2 · One\n## What "so" means',
    ]:
        assert heading_problems(texts(source)), source


OPENING = "**What you'll do**\n**What you’ll learn**\n**What you'll need:** about 15\nminutes"


def test_an_opening_that_lacks_a_part_is_found():
    assert opening_problems(texts(OPENING)) == []
    for part in ["do**", "learn**", "need:", "about 15", "minutes"]:
        assert opening_problems(texts(OPENING.replace(part, "…"))), part
    assert opening_problems(texts("later", OPENING))


def test_an_end_without_summary_or_with_wrong_ways_out_is_found():
    end = (
        "## What you built\n\n"
        "**Previous:** [1 · Data](01_data.ipynb) · **Next:** [3 · Forward](03_forward.ipynb)"
    )
    assert closing_problems(texts("", end), "01_data.ipynb", "03_forward.ipynb") == []
    assert closing_problems(texts(end, end.split("\n")[-1]), "01_data.ipynb", "03_forward.ipynb")
    for before, after in [
        ("00.ipynb", "03_forward.ipynb"),
        ("01_data.ipynb", "04.ipynb"),
        (None, "03_forward.ipynb"),
        ("01_data.ipynb", None),
    ]:
        assert len(closing_problems(texts("", end), before, after)) == 1, (before, after)
    assert (
        len(closing_problems(texts("", "## What you built"), "01_data.ipynb", "03_forward.ipynb"))
        == 2
    )


def test_missing_or_broken_answers_are_found():
    good = "<details><summary>Answer</summary>\n\nFour.\n</details>"
    assert answer_problems(texts(good, good)) == []
    for other in [
        "",
        good.replace("</details>", ""),
        good.replace("summary", "b"),
        good.replace("\n\n", "\n"),
    ]:
        assert answer_problems(texts(good, other)), other


def test_images_without_text_and_scripts_are_found():
    assert (
        markup_problems(texts('![a curve](x.png) <img src="x.png" alt="a > b"> <img alt=\'c\'>'))
        == []
    )
    for source in [
        "![](x.png)",
        "![ ](x.png)",
        '<img src="x.png">',
        '<img src="x.png" alt="">',
        "<script>1</script>",
    ]:
        assert markup_problems(texts(source)), source
        assert source[0] == "!" or markup_problems(
            course.sample(
                course.code(
                    "1", course.nbformat.v4.new_output("display_data", {"text/html": source})
                )
            )
        )


def test_unwanted_words_and_emoji_are_found():
    assert wording_problems(texts("It adjusts `just` one justified thing → ½ ✓")) == []
    for source in ["Just run it.", "You simply add.", "Obviously!", "Done 🎉", "**just**", "⚠️"]:
        assert wording_problems(texts(source)), source


def test_long_cells_are_found():
    def cells(*lengths, drawing=False):
        image = (
            [course.nbformat.v4.new_output("display_data", {"image/png": "aWk="})]
            if drawing
            else []
        )
        return course.sample(
            *(
                course.code("x = 1\n\n" * lines, *image, id=f"c{place}")
                for place, lines in enumerate(lengths)
            )
        )

    assert length_problems(cells(3, 3, 3, 3, 3, 3, 3, 3, 3, 40)) == []
    assert length_problems(cells(3, 3, 3, 3, 3, 3, 3, 3, 3, 15, drawing=True)) == []
    for long in [
        cells(3, 3, 3, 3, 3, 3, 3, 3, 3, 16, drawing=True),
        cells(6, 6, 6),
        cells(1, 1, 1),
        cells(3, 3, 3, 11, 11),
    ]:
        assert len(length_problems(long)) == 1


def test_minutes_that_differ_from_the_readme_are_found():
    notebook = texts(OPENING)
    row = "| 2 | [Sample](notebooks/02_sample.ipynb) | 15 |"
    assert time_problems([notebook], f"About 15 minutes.\n\n{row}") == []
    assert time_problems([notebook], row.replace("15", "15 minutes")) == []
    for readme in [row.replace("15", "14"), row.replace("15", "14 min"), "About 90 minutes."]:
        assert time_problems([notebook], readme), readme
