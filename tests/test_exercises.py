"""Every exercise answers back: to nothing, to its solution, to the usual mistakes, to nonsense."""

import re
import types

import course
import numpy as np
import pytest
from program_that_learns import exercises

VERDICTS = ("Not answered yet", "Correct. ", "Not yet. ")
EXERCISES = {
    f"{notebook.name[:2]} {cell.id}": (notebook, cell)
    for notebook in course.notebooks()
    for cell in notebook.code
    if re.fullmatch(r"exercise-\d", cell.id)
}
each_exercise = pytest.mark.parametrize("name", EXERCISES)


class Hostile:
    """Fails whatever is done with it."""

    def __array__(self, *arguments, **options):
        raise RuntimeError("no")

    def __len__(self):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")


def never(*arguments):
    raise ValueError("no")


def leave(*arguments):
    raise SystemExit


NONSENSE = {
    "text": "seven",
    "a number as text": "0.5",
    "bytes": b"0.5",
    "True": True,
    "an empty list": [],
    "a ragged list": [[1, 2], [3]],
    "a list of texts": ["a", "b"],
    "a list of None": [None, None],
    "a dict": {"a": 1},
    "a set": {1, 2},
    "an object": object(),
    "a hostile object": Hostile(),
    "a class": int,
    "a module": np,
    "a function that fails": never,
    "a function that leaves": leave,
    "a function that takes nothing": lambda: 1,
    "NaN": float("nan"),
    "infinity": [float("inf")] * 4,
    "a complex number": 1j,
    "a generator": (number for number in range(3)),
    "a huge array": np.zeros((1000, 1000)),
    "a huge number": 10**400,
    "an array of objects": np.array([object()] * 4),
    "an exception": ValueError("no"),
    "many dimensions": np.zeros((1,) * 20),
    "an array of dates": np.array(["2020-01-01"], "datetime64[D]"),
}


def namespace(name: str) -> dict:
    """The notebook's names as they are when the exercise begins."""
    notebook, cell = EXERCISES[name]
    code = [one.id for one in notebook.code]
    names = course.run(notebook).after[code[code.index(cell.id) - 1]]
    return {
        key: value.copy() if isinstance(value, np.ndarray) else value
        for key, value in names.items()
    }


def answer_name(name: str) -> str:
    """What the answer is called: a variable that is None at first, or a function."""
    found = re.search(r"^(answer_\d) = None|^def (\w+)", EXERCISES[name][1].source, re.MULTILINE)
    return found[1] or found[2]


def say(name: str, answer, capsys) -> str:
    """What the check says to an answer: the starter's own call, with that answer in its place."""
    names, source = namespace(name), EXERCISES[name][1].source
    exec(source, names)
    capsys.readouterr()
    names[answer_name(name)] = answer
    call = next(line for line in source.splitlines() if line.startswith("exercises."))
    exec(call, names)
    said = capsys.readouterr().out
    assert said.startswith(VERDICTS) and said.count("\n") == 1, f"{name} says: {said!r}"
    return said


def solution(name: str) -> str:
    """The code of the solution that is folded away below the question."""
    notebook, cell = EXERCISES[name]
    text = notebook.cells[cell.position - 2].source
    return re.search(r"<summary>Solution</summary>\n\n```python\n(.*?)\n```", text, re.DOTALL)[1]


def solved(name: str):
    """The answer that the solution gives."""
    names = namespace(name)
    exec(EXERCISES[name][1].source, names)
    exec(solution(name), names)
    return names[answer_name(name)]


def mistakes(name: str, monkeypatch, capsys) -> list[tuple]:
    """The typical wrong answers that the check knows, each with its hint."""
    known = []
    for judge in ["judge", "judge_function"]:
        original = getattr(exercises, judge)

        def spy(*arguments, original=original):
            if not known:
                known.extend(arguments[-1])
            return original(*arguments)

        monkeypatch.setattr(exercises, judge, spy)
    say(name, None, capsys)
    monkeypatch.undo()
    return known


@course.each_notebook
def test_every_notebook_has_three_exercises_or_more_each_with_a_solution(notebook):
    own = [name for name, (owner, _) in EXERCISES.items() if owner is notebook]
    assert len(own) >= 3
    assert all(solution(name) for name in own)


@each_exercise
def test_the_starter_is_not_answered_yet(name):
    _, cell = EXERCISES[name]
    assert [text.startswith("Not answered yet: ") for text in cell.texts] == [True], cell.where


@each_exercise
def test_the_solution_is_correct_and_says_why_it_matters(name, capsys):
    said = say(name, solved(name), capsys)
    assert said.startswith("Correct. ") and len(said.split()) > 6


@each_exercise
def test_typical_mistakes_each_get_their_own_hint(name, capsys, monkeypatch):
    known = mistakes(name, monkeypatch, capsys)
    assert len(known) >= 2
    hints = [say(name, wrong, capsys) for wrong, _ in known]
    assert hints == [f"Not yet. {hint}\n" for _, hint in known]
    assert len(set(hints)) == len(hints)
    right = solved(name)
    if callable(right):
        general = [lambda *arguments: -right(*arguments), lambda *arguments: 3 * right(*arguments)]
    else:
        general = [-np.asarray(right, float), np.asarray(right) * float("nan"), str(right)]
    hints += [say(name, wrong, capsys) for wrong in general]
    assert all(hint.startswith("Not yet. ") for hint in hints)
    assert len(set(hints)) >= 3, hints


@each_exercise
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_gets_a_sentence(name, nonsense, capsys):
    said = say(name, NONSENSE[nonsense], capsys)
    assert not said.startswith("Correct")


@each_exercise
def test_no_hint_tells_the_answer(name, capsys, monkeypatch):
    right = solved(name)
    if callable(right):
        return  # its answer is a function, whose lines no hint could hold
    numbers = {f"{number:.{digits}f}" for number in np.ravel(right) for digits in (3, 4)}
    numbers |= {str(right)}
    wrongs = [wrong for wrong, _ in mistakes(name, monkeypatch, capsys)]
    for wrong in [*wrongs, np.asarray(right, float) + 1, -np.asarray(right, float), None]:
        said = say(name, wrong, capsys)
        assert not [number for number in numbers if number in said], said


def test_shape_sign_factor_and_whole_numbers_get_their_hints():
    right = np.array([[0.5], [-1.5], [2.25]])
    hints = [
        exercises.judge(wrong, right, "why")
        for wrong in [
            right.T,
            right[:, 0],
            -right,
            2 * right,
            right.astype(int),
            right + [[0], [0], [1]],
            right + 1,
        ]
    ]
    for hint, word in zip(
        hints, ["transpose", "(3,)", "sign", "factor", "whole", "2 of the 3", "small steps"]
    ):
        assert word in hint, hint


def test_a_piece_that_was_broken_further_up_gives_a_sentence(capsys):
    exercises.slope_at_output(0.09, 0.9, None)
    exercises.opposite_weights(0.5, None, None, None, None, None)
    assert capsys.readouterr().out.count("run the notebook from the top") == 2


def test_a_check_does_not_change_the_readers_arrays(capsys):
    names = namespace("06 exercise-3")
    start = names["W0_history"][0].reshape(3, 1).copy()
    kept = start.copy()
    exercises.opposite_weights(None, names["X"], names["y"], names["sigmoid"], start, 10)
    assert (start == kept).all()


def test_06_the_opposite_rule_ends_at_the_mirrored_weights_to_three_digits(capsys):
    mirrored = -namespace("06 exercise-3")["W0_history"][-1].reshape(3, 1)
    assert say("06 exercise-3", mirrored, capsys).startswith("Correct. To three digits")


def test_every_check_is_used_by_one_exercise():
    checks = {
        name
        for name, value in vars(exercises).items()
        if isinstance(value, types.FunctionType) and hasattr(value, "__wrapped__")
    }
    used = [
        re.search(r"^exercises\.(\w+)", cell.source, re.MULTILINE)[1]
        for _, cell in EXERCISES.values()
    ]
    assert sorted(used) == sorted(checks)
