"""What the page for teachers says is what the course says: its quotations, its numbers, its lessons."""

import ast
import re

import contents
import course
import generated
import prose_numbers
import pytest

PAGE = course.ROOT / "TEACHING.md"
CHECKS = course.NOTEBOOKS / "program_that_learns" / "exercises.py"


def sections() -> dict[str, str]:
    """What the page says of each notebook, by the notebook's file."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.split(r"^### \[[^\]]*\]\(notebooks/([^)]*)\)$", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], (re.split(r"^## ", one, flags=re.M)[0] for one in found[2::2])))


def plain(text: str) -> str:
    """A text in small letters, with single spaces."""
    return " ".join(text.split()).lower()


def said(notebook: course.Notebook) -> str:
    """What a notebook and the checks of the exercises say."""
    checks = ast.walk(ast.parse(CHECKS.read_text(encoding="utf-8")))
    hints = [node.value for node in checks if isinstance(node, ast.Constant)]
    return plain("\n".join([cell.source for cell in notebook.cells] + list(map(str, hints))))


def problems(notebook: course.Notebook, section: str) -> list[str]:
    """What a section claims of a notebook, and neither it nor its exercises say."""
    corpus, shown = said(notebook), []
    for cell in notebook.cells:
        shown += prose_numbers.in_markdown(cell.source)
        for text in cell.texts:
            shown += prose_numbers.in_text(text)
    quoted = [quote for quote in re.findall("“([^”]*)”", section) if plain(quote) not in corpus]
    numbers = [
        one.text
        for one in prose_numbers.in_markdown(section)
        if not any(one.stands_for(float(other.value)) for other in shown)
    ]
    parts = ["**Afterwards they can**", "**Ask**", "**What some think**"]
    missing = [part for part in parts if part not in section]
    return [f"TEACHING.md, {notebook.name}: {one}" for one in quoted + numbers + missing]


@course.each_notebook
def test_what_teachers_read_of_a_notebook_stands_in_it(notebook):
    course.expect_none(problems(notebook, sections()[notebook.name]))


@pytest.mark.parametrize("wrong", ["“how wrong is it?”", "0.31", ""])
def test_what_a_notebook_does_not_say_is_found(wrong):
    section = "**Afterwards they can** **Ask** “What is it?” 0.3 **What some think** “Targets are"
    sample = course.sample(course.markdown("What  is it?"), course.code("1", course.printed("0.3")))
    assert problems(sample, f"{section} a column.”") == []
    assert len(problems(sample, f"{wrong} {section if wrong else section[4:]} a column.”")) == 1


def test_a_lesson_that_is_too_long_or_stops_nowhere_is_found():
    read, everything = contents.minutes(contents.find("data").cells())
    done, spare, home = generated.lesson(["10 break", "data without exercises"], 45)
    assert spare == 45 - 10 - everything + 9 and home[0].startswith("9 min exercises of [1]")
    with pytest.raises(ValueError, match="1 minutes too long"):
        generated.lesson(["20 break", "data"], everything + 19)
    with pytest.raises(ValueError, match="“Nowhere”"):
        contents.before(contents.find("data").cells(), "Nowhere")
