"""Every exercise answers back: to nothing, to its solution, to the usual mistakes, to nonsense."""

import itertools
import re
from decimal import Decimal
from fractions import Fraction

import course
import numpy as np
import pytest
from exercise_cells import EXERCISES, answer_name, solution
from program_that_learns import exercises

VERDICTS = ("Not answered yet: ", "Correct. ", "Not yet. ")
each_exercise = pytest.mark.parametrize("name", EXERCISES)


class Hostile:
    """Fails whatever is done with it."""

    def __array__(self, *arguments, **options):
        raise RuntimeError("no")

    __len__ = __repr__ = __array__


def never(*arguments):
    raise ValueError("no")


def leave(*arguments):
    raise SystemExit


def for_ever(*arguments):
    return for_ever(*arguments)


ITSELF = []
ITSELF.append(ITSELF)
NONSENSE = {
    "text": "seven",
    "a number as text": "0.5",
    "bytes": b"0.5",
    "True": True,
    "an empty list": [],
    "a ragged list": [[1, 2], [3]],
    "a list of texts": ["a", "b"],
    "a list of None": [None, None],
    "a list of itself": ITSELF,
    "a dict": {"a": 1},
    "a set": {1, 2},
    "an object": object(),
    "a hostile object": Hostile(),
    "a class": int,
    "a module": np,
    "a function that fails": never,
    "a function that leaves": leave,
    "a function that never returns": for_ever,
    "a function that asks": lambda *arguments: input(),
    "a function that takes nothing": lambda: 1,
    "a function that makes a generator": lambda *arguments: (yield 1),
    "NaN": float("nan"),
    "NaN as a Decimal": Decimal("sNaN"),
    "infinity": [float("inf")] * 4,
    "a complex number": 1j,
    "a list of complex numbers": [1j, 2],
    "a generator": (number for number in range(3)),
    "what never ends": itertools.count(),
    "a huge array": np.zeros((1000, 1000)),
    "a huge range": range(10**15),
    "a huge number": 10**400,
    "an array of objects": np.array([object()] * 4),
    "an array of texts as objects": np.array(["0.5"] * 4, object),
    "an exception": ValueError("no"),
    "many dimensions": np.zeros((1,) * 20),
    "an array of dates": np.array(["2020-01-01"], "datetime64[D]"),
    "an array of records": np.zeros(4, "i4, f8"),
}


def begin(name: str) -> dict:
    """The notebook's names as they are when the starter has run. The arrays are copies."""
    notebook, cell = EXERCISES[name]
    code = [one.id for one in notebook.code]
    names = course.run(notebook).after[code[code.index(cell.id) - 1]]
    names = {
        key: np.copy(one) if isinstance(one, np.ndarray) else one for key, one in names.items()
    }
    exec(cell.source, names)
    return names


def call(name: str) -> str:
    """The line that asks for the verdict."""
    lines = EXERCISES[name][1].source.splitlines()
    return next(line for line in lines if line.startswith("exercises."))


def mistakes(name: str) -> list[tuple]:
    """The typical wrong answers that the check knows, each with its hint."""
    check, _, arguments = call(name).partition("(")
    names = begin(name)
    return list(eval(check, names).rule(*eval(f"({arguments}", names)[1:]))[1:]


def solved(name: str):
    """The answer that the solution gives."""
    names = begin(name)
    exec(solution(name), names)
    return names[answer_name(name)]


@pytest.fixture
def say(capsys):
    """What the check of that exercise says to an answer."""

    def say(name: str, answer, names: dict | None = None) -> str:
        names = begin(name) if names is None else names
        names[answer_name(name)] = answer
        capsys.readouterr()
        exec(call(name), names)
        said = capsys.readouterr().out
        assert said.startswith(VERDICTS) and said.count("\n") == 1, f"{name} says: {said!r}"
        return said

    return say


@course.each_notebook
def test_every_notebook_has_three_exercises_or_more_each_with_a_solution(notebook):
    own = [name for name, (owner, _) in EXERCISES.items() if owner is notebook]
    assert len(own) >= 3
    assert all(solution(name) for name in own)


def test_every_check_is_used_by_one_exercise():
    checks = [name for name, value in vars(exercises).items() if hasattr(value, "rule")]
    used = [call(name).removeprefix("exercises.").partition("(")[0] for name in EXERCISES]
    assert sorted(used) == sorted(checks)


@each_exercise
def test_the_starter_is_not_answered_yet(name):
    _, cell = EXERCISES[name]
    assert [text.startswith("Not answered yet: ") for text in cell.texts] == [True], cell.where


@each_exercise
def test_the_solution_is_correct_and_says_why_it_matters(name, say):
    said = say(name, solved(name))
    assert said.startswith("Correct. ") and len(said.split()) > 6


@each_exercise
def test_the_right_answer_is_right_in_every_form(name, say):
    right = solved(name)
    if callable(right):
        forms = [lambda *arguments: np.array(right(*arguments), object)]
    else:
        four_digits = np.vectorize(lambda number: float(f"{number:.4g}"))(right)
        forms = [np.asarray(right).tolist(), four_digits, np.ma.array(right), np.float64(right)]
        for kind in [Fraction, Decimal]:
            forms.append(np.vectorize(kind, [object])(np.asarray(right, float)))
            forms.append(forms[-1].tolist())
    assert [say(name, form)[:8] for form in forms] == ["Correct."] * len(forms)


@each_exercise
def test_what_is_two_per_cent_off_is_not_yet_right(name, say):
    right = solved(name)
    if callable(right):
        near = [lambda *arguments: 1.02 * right(*arguments)]
    else:
        right = np.asarray(right, float)
        some = range(0, right.size, -(-right.size // 50))  # all, or about fifty of thousands
        places = [np.arange(right.size).reshape(right.shape) == at for at in some]
        near = [right * np.where(here, 1.02, 1) for here in [True, *places]]
        near = [wrong for wrong in near if (wrong != right).any()]  # 2 % of 0 are 0
    assert near and {say(name, wrong)[:8] for wrong in near} == {"Not yet."}


def test_what_is_nearly_right_is_not_yet_right(say):
    assert say("data exercise-1", (783.3, 10)).startswith("Not yet. ")
    assert say("backprop exercise-1", 0.008).startswith("Not yet. ")
    assert say("digits exercise-1", 5395).startswith("Not yet. ")


@each_exercise
def test_typical_mistakes_each_get_their_own_hint(name, say):
    known = mistakes(name)
    assert len(known) >= 2
    hints = [say(name, wrong) for wrong, _ in known]
    assert hints == [f"Not yet. {hint}\n" for _, hint in known]
    assert len(set(hints)) == len(hints)


@each_exercise
def test_nonsense_gets_a_sentence(name, say):
    names = begin(name)
    said = {nonsense: say(name, NONSENSE[nonsense], names) for nonsense in NONSENSE}
    assert [nonsense for nonsense in said if not said[nonsense].startswith("Not yet. ")] == []
    assert not [nonsense for nonsense in said if "run the notebook from the top" in said[nonsense]]


@each_exercise
def test_no_hint_tells_the_answer(name, say):
    right = solved(name)
    if callable(right):
        return  # its answer is a function, whose lines no hint could hold
    numbers = {f"{number:.{digits}f}" for number in np.ravel(right) for digits in (3, 4)}
    numbers |= {str(right)}
    right = np.asarray(right, float)
    for wrong in [*(wrong for wrong, _ in mistakes(name)), right + 1, -right, right.round(2), None]:
        said = say(name, wrong)
        assert said.startswith("Correct") or not [one for one in numbers if one in said], said


def handed_out(name: str, names: dict) -> dict:
    """The arrays that the starter makes."""
    made = re.findall(r"^(\w+) = ", EXERCISES[name][1].source, re.MULTILINE)
    return {key: names[key] for key in made if isinstance(names[key], np.ndarray)}


@each_exercise
def test_what_an_exercise_hands_out_is_no_part_of_anything_else(name):
    names = begin(name)
    for key, array in handed_out(name, names).items():
        others = [other for other, value in names.items() if isinstance(value, np.ndarray)]
        assert [other for other in others if np.shares_memory(array, names[other])] == [key]


@each_exercise
def test_an_answer_may_use_up_what_the_exercise_hands_out(name, say):
    names = begin(name)
    exec(solution(name), names)
    answer = names[answer_name(name)]
    answer = answer if callable(answer) else np.copy(answer)
    used = {*handed_out(name, names), *exercises.KEPT} & {*re.findall(r"\w+", call(name))}
    for key in used:
        names[key][:] = 7
    assert say(name, answer, names).startswith("Correct. ")


def test_a_loop_that_trains_the_start_itself_is_right_each_time(say):
    name = "experiments exercise-1"
    names = begin(name)
    loop = "answer_1 = start\nfor _ in range(10_000):\n    outputs = sigmoid(X @ answer_1)\n"
    loop += "    answer_1 += X.T @ ((1 - y - outputs) * sigmoid(outputs, deriv=True))"
    for _ in range(2):
        names["start"] = begin(name)["start"]
        exec(loop, names)
        assert names["answer_1"] is names["start"]
        assert say(name, names["answer_1"], names).startswith("Correct. ")


def test_the_opposite_rule_ends_at_the_mirrored_weights_to_two_decimals(say):
    name = "experiments exercise-1"
    right, mirrored = solved(name), -begin(name)["trained"]
    assert (right.round(2) == mirrored.round(2)).all()
    assert say(name, right).startswith("Correct. To two decimals")
    assert "right to two decimals" in say(name, mirrored)


@each_exercise
def test_a_check_leaves_the_readers_arrays_as_they_are(name, say):
    names, right = begin(name), solved(name)
    arrays = {key: one for key, one in names.items() if isinstance(one, np.ndarray)}
    before = {key: one.tobytes() for key, one in arrays.items()}

    def spoils(*arguments):
        result = right(*arguments)
        for argument in arguments:
            argument += 1
        return result

    say(name, spoils if callable(right) else -np.asarray(right), names)
    assert {key: one.tobytes() for key, one in arrays.items()} == before


def test_a_reader_who_changed_the_pieces_is_judged_by_them(say):
    names = begin("error exercise-2")
    names["guess"] = np.array([[0.3], [0.3], [0.6], [0.6]])
    exec("answer_2 = np.mean((y - guess) ** 2)", names)
    assert say("error exercise-2", names["answer_2"], names).startswith("Correct. ")


def test_true_and_false_and_arrays_in_place_of_their_shape_are_named(say):
    for opposite in ["y == 0", "np.logical_not(y)"]:
        names = begin("data exercise-2")
        assert "True or False: np.array(…) + 0" in say("data exercise-2", eval(opposite, names))
        assert say("data exercise-2", eval(f"np.array({opposite}) + 0", names)).startswith(
            "Correct."
        )
    for name, shape in [("data", (784, 10)), ("hidden_layer", (30, 10)), ("data", (10, 784))]:
        assert "give its .shape" in say(f"{name} exercise-1", np.zeros(shape))


def test_shape_sign_factor_rounding_and_whole_numbers_get_their_hints():
    right = np.array([[0.5], [-1.5], [2.2543]])
    wrongs = {
        "transpose": right.T,
        "(3,)": right[:, 0],
        "sign": -right,
        "factor": 2 * right,
        "whole": np.trunc(right),
        "rounded": right.round(2) + 0,
        "2 of the 3": right + [[0], [0], [1]],
        "small steps": right + 1,
    }
    hints = {word: exercises.hint_for(wrong, right, []) for word, wrong in wrongs.items()}
    assert [hint for word, hint in hints.items() if word not in hint] == []


def test_nothing_is_computed_before_it_is_needed_and_what_fails_then_is_a_sentence(capsys):
    def rule(piece):
        yield 1.5, "This is why."
        raise AssertionError("a mistake was computed")

    for answer in [1.5, 2.5]:
        exercises.exercise(rule)(answer, None)
    exercises.opposite_weights(None, None, None, None, None, None)
    exercises.opposite_weights(0.5, None, None, None, None, None)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Correct. This is why." and said[2].startswith("Not answered yet: ")
    assert said[1] == said[3] and "run the notebook from the top" in said[1]
