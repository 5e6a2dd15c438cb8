"""What a class hands in is listed by what its checks had printed, and nothing that is in it is run."""

import json
import os
import re
import sys

import collect
import course
import nbformat
import pytest
import refresh
from exercise_cells import EXERCISES, solution


def table(folder) -> tuple[list[list[str]], str]:
    """The rows of the table of a folder, and all that stands below it."""
    text = "\n".join(collect.report(folder))
    head, _, below = text.partition("\n\n")
    _, rule, *lines = head.split("\n")
    places = [match.span() for match in re.finditer("-+", rule)]
    return [[line[begin:end].strip() for begin, end in places] for line in lines], below


def hand_in(path, notebook: dict) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def small(text: object = "Correct. Yes.\n", source: object = "", **more) -> dict:
    """A notebook with the three exercises of the first one, in each of them the same output."""
    output = {"output_type": "stream", "name": "stdout", "text": text}
    cells = []
    for check in ["photo_weights", "opposite", "possible_inputs"]:
        cell = {"cell_type": "code", "source": source or f"answer\nexercises.{check}(answer)"}
        cells.append(cell | {"outputs": [output]} | more)
    return {"cells": cells}


def test_notebooks_that_a_class_hands_in_are_listed(tmp_path):
    notebook = course.notebook("forward_pass")
    drawn = {cell.id for cell in notebook.code if cell.pictures}  # left out, to be quick
    node = nbformat.from_dict(notebook.node)
    node.cells = [cell for cell in node.cells if cell.id not in drawn]
    answers = {"exercise-1": solution("forward_pass exercise-1"), "exercise-2": "answer_2 = X @ W0"}
    for cell in node.cells:
        if cell.id in answers:
            said = f"print('my answer:')\n{answers[cell.id]}\nexercises."
            cell.source = cell.source.replace("exercises.", said, 1)
    hand_in(tmp_path / "ada" / "my work.ipynb", refresh.execute(node))
    for one in course.notebooks():
        hand_in(tmp_path / "ben" / one.name, one.node)
    rows, below = table(tmp_path)
    assert rows[0] == ["ada/my work.ipynb", "03_forward_pass", "1", "2", "3", "no"]
    assert "can be\nedited" in below and "proves nothing" in below
    assert [row[1:] for row in rows[1:]] == [
        [one.name[:-6], "", "", " ".join(exercises(one)), "no"] for one in course.notebooks()
    ]


def exercises(notebook: course.Notebook) -> list[str]:
    """The names of a notebook's exercises, as the table has them."""
    return [cell.id.split("-")[1] for owner, cell in EXERCISES.values() if owner is notebook]


def test_a_notebook_is_whole_when_every_check_says_correct(tmp_path):
    hand_in(tmp_path / "a.ipynb", small())
    hand_in(tmp_path / "b.ipynb", small(["my print\n", "Correct. Yes.\n"]))
    hand_in(tmp_path / "c.ipynb", small("Not yet. No.\n"))
    copied = small("Not yet. No.\n")
    copied["cells"] += small()["cells"][:1]
    hand_in(tmp_path / "d.ipynb", copied)
    rows, _ = table(tmp_path)
    assert [row[2:4] + row[5:] for row in rows] == [
        ["1 2 3", "", "yes"],
        ["1 2 3", "", "yes"],
        ["", "1 2 3", "no"],
        ["1", "2 3", "no"],
    ]


@pytest.mark.parametrize("before", ["    ", "answer = 1; ", "said = "])
def test_a_check_is_found_wherever_a_line_calls_it(tmp_path, before):
    node = small()
    for cell in node["cells"]:
        cell["source"] = cell["source"].replace("exercises", f"{before}exercises")
    hand_in(tmp_path / "a.ipynb", node)
    for cell in node["cells"]:
        cell["source"] = cell["source"].replace("exercises", "# exercises")
    hand_in(tmp_path / "b.ipynb", node)
    rows, below = table(tmp_path)
    assert [row[0] for row in rows] == ["a.ipynb"] and "b.ipynb has no exercise" in below


def test_files_of_another_name_are_named(tmp_path):
    hand_in(tmp_path / "ada" / "01_data.ipynb.txt", small())
    for number in range(10):
        (tmp_path / f"photo {number}\x1b.jpg").touch()
    (tmp_path / ".DS_Store").touch()
    lines = collect.report(tmp_path)
    assert len(lines) == 2 and lines[1].endswith("photo 9?.jpg and 1 more.")
    (tmp_path / "photo 0\x1b.jpg").unlink()
    assert collect.report(tmp_path)[1].endswith("photo 9?.jpg, ada/01_data.ipynb.txt.")


def test_nothing_that_is_handed_in_is_run(tmp_path):
    evil = f"open({str(tmp_path / 'run')!r}, 'w')\nexercises.opposite(answer)"
    hand_in(tmp_path / "a.ipynb", small("Correct. \x1b[2J\n", evil))
    assert "\x1b" not in "\n".join(collect.report(tmp_path)) and not (tmp_path / "run").exists()


DEEP = "[" * 200_000
ODD = {
    "not.ipynb": ("{", "is no notebook"),
    "nan.ipynb": ('{"cells": [NaN]}', "is no notebook"),
    "deep.ipynb": (DEEP, "is no notebook"),
    "bytes.ipynb": (b"\xff\xfe", "is no notebook"),
    "empty.ipynb": ("", "is no notebook"),
    "list.ipynb": ("[]", "is no notebook"),
    "old.ipynb": ('{"worksheets": []}', "is no notebook"),
    "types.ipynb": ('{"cells": [1, {"cell_type": [], "source": {}, "outputs": 1}]}', "no exercise"),
    "other.ipynb": (json.dumps(small(source="exercises.other(1)")), "no exercise"),
    "before.ipynb": (json.dumps(small(source="exercises.opposite(1)")), "lacks exercises: 1, 3."),
    "after.ipynb": (json.dumps(small()).replace("answer\\n", "exercises.x()\\n"), "has checks that"),
    "text.ipynb": (json.dumps(small({"a": 1})), ""),
    "outputs.ipynb": (json.dumps(small(outputs=[None, {"text": 1}, {}])), ""),
}  # fmt: skip


def test_odd_files_get_a_sentence_each_and_the_others_are_listed(tmp_path, monkeypatch):
    for name, (content, _) in ODD.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    hand_in(tmp_path / "good.ipynb", small())
    if sys.platform != "win32":
        (tmp_path / "link.ipynb").symlink_to(tmp_path / "good.ipynb")
        (tmp_path / "folder").symlink_to(tmp_path)
        os.mkfifo(tmp_path / "pipe.ipynb")
    monkeypatch.setattr(collect, "LARGEST", 1_000_000)
    (tmp_path / "huge.ipynb").write_text(" " * 1_000_001)
    rows, below = table(tmp_path)
    assert [row[0] for row in rows] == [
        f"{n}.ipynb" for n in "after before good outputs text".split()
    ]
    expected = {name: said for name, (_, said) in ODD.items() if said}
    expected |= {"huge.ipynb": "larger than 1 MB"}
    if sys.platform != "win32":
        links = dict.fromkeys(["link.ipynb", "folder"], "is a link to some other place")
        expected |= links | {"pipe.ipynb": "is no ordinary file"}
    for name, said in expected.items():
        (line,) = [line for line in below.split("\n") if line.startswith(f"{name} ")]
        assert said in line
    assert below.split("\n\n")[0].count("\n") + 1 == len(expected)


@pytest.mark.parametrize(
    "first, second, who",
    [
        ("ada/01_data.ipynb", "ada/01_data (1).ipynb", "ada"),
        ("ada_01_data.ipynb", "ada_01_data_new.ipynb", "ada"),
        ("ada_01_data.ipynb", "ben_01_data.ipynb", ""),
        ("ada/01_data.ipynb", "ben/01_data.ipynb", ""),
    ],
)
def test_two_files_of_one_learner_are_both_listed_and_named(tmp_path, first, second, who):
    for name in [first, second]:
        hand_in(tmp_path / name, small())
    rows, below = table(tmp_path)
    assert len(rows) == 2 and below.startswith(
        f"{who} handed in 01_data.ipynb 2 times: " if who else "This"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_name_does_nothing_to_the_terminal(tmp_path):
    (tmp_path / f"\x1b]0;x\x07\n{'long' * 40}\u202e.ipynb").touch()
    (line,) = [line for line in collect.report(tmp_path) if "is no notebook" in line]
    assert line.isprintable() and line.startswith("?]0;x??long") and len(line) < 120


def test_a_folder_that_is_not_there_or_empty_gets_a_sentence(tmp_path, capsys):
    assert [collect.main([name]) for name in ["", str(tmp_path / "nope"), str(tmp_path)]] == [
        1,
        1,
        0,
    ]
    named, named_again, empty = capsys.readouterr().out.splitlines()
    assert "FOLDER=" in named == named_again and empty.startswith("No notebook of this course in ")


def test_the_table_that_teachers_are_shown_is_one_that_is_printed(tmp_path):
    page = (course.ROOT / "TEACHING.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"    file .*?(?=\n\n)", page, re.DOTALL)
    for place, name in enumerate(re.findall(r"\S+\.ipynb", shown)):
        says = ["Correct. Yes.\n", "Not yet. No.\n"][place]
        hand_in(tmp_path / name, small(says))
    printed = "\n".join(collect.report(tmp_path)).partition("\n\n")[0]
    assert shown == "\n".join(f"    {line}" for line in printed.split("\n"))
