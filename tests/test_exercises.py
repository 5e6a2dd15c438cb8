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

each_exercise = pytest.mark.parametrize("name", EXERCISES)


class Hostile:
    """Fails whatever is done with it."""

    def __array__(self, *arguments, **options):
        raise RuntimeError("no")

    __len__ = __repr__ = __array__


def leave(*arguments):
    raise SystemExit


def for_ever(*arguments):
    return for_ever(*arguments)


ITSELF = []
ITSELF.append(ITSELF)
NONSENSE = [
    *("seven", b"0.5", True, [], [[1, 2], [3]], ["a", "b"], ITSELF, {"a": 1}, Hostile(), int),
    *(leave, for_ever, lambda *arguments: (yield 1), lambda: 1),
    *(float("nan"), Decimal("sNaN"), 1j, [1j, 2], 10**400),
    *((number for number in range(3)), itertools.count(), range(10**15), np.zeros((1000, 1000))),
    *(np.array(["0.5"] * 4, object), np.zeros((1,) * 20), np.array(["2020"], "datetime64[D]")),
    np.zeros(4, "i4, f8"),
]


def begin(name: str) -> dict:
    """The notebook's names as they are when the starter has run. The arrays are copies."""
    notebook, cell = EXERCISES[name]
    code = [one.id for one in notebook.code]
    names = dict(course.run(notebook).after[code[code.index(cell.id) - 1]])
    names |= {key: np.copy(one) for key, one in arrays(names).items()}
    exec(cell.source, names)
    return names


def arrays(names: dict) -> dict:
    return {key: one for key, one in names.items() if isinstance(one, np.ndarray)}


def handed_out(name: str, names: dict) -> set[str]:
    """The names of the arrays that the starter makes."""
    made = re.findall(r"^(\w+) = ", EXERCISES[name][1].source, re.MULTILINE)
    return arrays(names).keys() & set(made)


def call(name: str) -> str:
    """The line that asks for the verdict."""
    return re.search(r"^exercises\..*", EXERCISES[name][1].source, re.MULTILINE)[0]


def mistakes(name: str) -> list[tuple]:
    """The typical wrong answers that the check knows, each with its hint."""
    check, _, arguments = call(name).partition("(")
    names = begin(name)
    return list(eval(check, names).rule(*eval(f"({arguments}", names)[1:]))[1:]


def solved(name: str, names: dict | None = None):
    """The answer that the solution gives."""
    names = begin(name) if names is None else names
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
        assert re.fullmatch(r"(Not answered yet: |Correct\. |Not yet\. ).*\n", said), (name, said)
        return said

    return say


@course.each_notebook
def test_every_notebook_has_three_exercises_or_more_each_with_a_solution(notebook):
    own = [name for name, (owner, _) in EXERCISES.items() if owner is notebook]
    assert len(own) >= 3 and all(map(solution, own))


def test_every_check_is_used_by_one_exercise():
    checks = [f"exercises.{name}" for name, one in vars(exercises).items() if hasattr(one, "rule")]
    assert sorted(call(name).partition("(")[0] for name in EXERCISES) == sorted(checks)


@each_exercise
def test_the_starter_is_not_answered_yet(name):
    _, cell = EXERCISES[name]
    assert [text.startswith("Not answered yet: ") for text in cell.texts] == [True], cell.where


@each_exercise
def test_the_solution_is_right_in_every_form_and_told_why_it_matters(name, say):
    right = solved(name)
    forms = [right]
    if callable(right):
        forms += [lambda *arguments: np.array(right(*arguments), object)]
    else:
        four_digits = np.vectorize(lambda number: float(f"{number:.4g}"))(right)
        forms += [np.asarray(right).tolist(), four_digits, np.ma.array(right), np.float64(right)]
        for kind in [Fraction, Decimal]:
            forms += [np.vectorize(kind, [object])(np.asarray(right, float))]
            forms += [forms[-1].tolist()]
    (said,) = {say(name, form) for form in forms}
    assert said.startswith("Correct. ") and len(said.split()) > 6


@each_exercise
def test_what_is_two_per_cent_off_is_not_yet_right(name, say):
    right = solved(name)
    if callable(right):
        near = [lambda *arguments: 1.02 * right(*arguments)]
    else:
        right = np.asarray(right, float)
        some = range(0, right.size, -(-right.size // 20))  # all, or about twenty of thousands
        places = [np.arange(right.size).reshape(right.shape) == at for at in some]
        near = [right * np.where(here, 1.02, 1) for here in [True, *places]]
        near = [wrong for wrong in near if (wrong != right).any()]  # 2 % of 0 are 0
    assert near and {say(name, wrong)[:8] for wrong in near} == {"Not yet."}


@each_exercise
def test_typical_mistakes_each_get_their_own_hint_and_none_tells_the_answer(name, say):
    known, right = mistakes(name), solved(name)
    hints = [say(name, wrong) for wrong, _ in known]
    assert hints == [f"Not yet. {hint}\n" for _, hint in known]
    assert len(set(hints)) == len(hints) >= 2
    if not callable(right):  # no hint could hold the lines of a function
        numbers = {f"{one:{form}}" for one in np.ravel(right) for form in (".3f", ".4f")}
        numbers |= {f"{one:.4g}" for one in np.ravel(right) if one % 1}
        other = [np.add(right, 1), np.negative(right), np.round(right, 2), None]
        for said in hints + [say(name, wrong) for wrong in other]:
            told = [one for one in {*numbers, str(right)} if one in said]
            assert said.startswith("Correct") or not told, said


@each_exercise
def test_nonsense_gets_a_sentence(name, say):
    names = begin(name)
    for number, nonsense in enumerate(NONSENSE):
        said = say(name, nonsense, names)
        assert said.startswith("Not yet. ") and "from the top" not in said, number


@each_exercise
def test_what_an_exercise_hands_out_is_its_own_and_an_answer_may_use_it_up(name, say):
    names = begin(name)
    for key in handed_out(name, names):
        every = arrays(names)
        assert [one for one in every if np.shares_memory(names[key], every[one])] == [key]
    answer = solved(name, names)
    answer = answer if callable(answer) else np.copy(answer)
    for key in {*handed_out(name, names), *exercises.KEPT} & {*re.findall(r"\w+", call(name))}:
        names[key][:] = 7
    assert say(name, answer, names).startswith("Correct. ")


def test_the_opposite_rule_may_train_its_start_and_ends_at_the_mirror_to_two_decimals(say):
    name = "experiments exercise-1"
    names = begin(name)
    loop = "answer_1 = start\nfor _ in range(10_000):\n    outputs = sigmoid(X @ answer_1)\n"
    loop += "    answer_1 += X.T @ ((1 - y - outputs) * sigmoid(outputs, deriv=True))"
    for _ in range(2):  # once more, as a reader would run the cell again
        names["start"] = begin(name)["start"]
        exec(loop, names)
        assert say(name, names["answer_1"], names).startswith("Correct. To two decimals")
    assert (names["start"].round(2) == -names["trained"].round(2)).all()
    assert "right to two decimals" in say(name, -names["trained"])


@each_exercise
def test_a_check_leaves_the_readers_arrays_as_they_are(name, say):
    names, right = begin(name), solved(name)
    before = {key: one.tobytes() for key, one in arrays(names).items()}

    def spoils(*arguments):
        result = right(*arguments)
        for argument in arguments:
            argument += 1
        return result

    answer = spoils if callable(right) else -np.asarray(right)
    say(name, answer, names)
    assert {key: names[key].tobytes() for key in before} == before


def test_a_reader_who_changed_the_pieces_is_judged_by_them(say):
    names = begin("error exercise-2")
    names["guess"] = np.array([[0.3], [0.3], [0.6], [0.6]])
    exec("answer_2 = np.mean((y - guess) ** 2)", names)
    assert say("error exercise-2", names["answer_2"], names).startswith("Correct. ")


@pytest.mark.parametrize("name, answer, said", [
    ("data exercise-2", "y == 0", "True or False: np.array(…) + 0"),
    ("data exercise-2", "np.array(y == 0) + 0", "Correct."),
    ("data exercise-1", "np.zeros((784, 10))", "give its .shape"),
    ("data exercise-1", "(783.3, 10)", "Not yet. "),
    ("backprop exercise-1", "0.008", "Not yet. "),
    ("digits exercise-1", "5395", "Not yet. "),
])  # fmt: skip
def test_nearly_right_and_otherwise_meant_answers_are_named(name, answer, said, say):
    assert said in say(name, eval(answer, begin(name)))


def test_shape_sign_factor_rounding_and_whole_numbers_get_their_hints():
    right = np.array([[0.5], [-1.5], [2.2543]])
    shape = {"transpose": right.T, "(3,)": right[:, 0], "2 of the 3": right + [[0], [0], [1]]}
    shape |= {"sign": -right, "factor": 2 * right, "small steps": right + 1}
    shape |= {"whole": np.trunc(right), "rounded": right.round(2)}
    for word, wrong in shape.items():
        assert word in exercises.hint_for(wrong, right, [])


def test_nothing_is_computed_before_it_is_needed_and_what_fails_then_is_a_sentence(capsys):
    def rule(piece):
        yield 1.5, "This is why."
        raise AssertionError("a mistake was computed")

    for answer in [1.5, 2.5]:
        exercises.exercise(rule)(answer, None)
    exercises.opposite_weights(None, None, None, None, None, None)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Correct. This is why." and said[2].startswith("Not answered yet: ")
    assert "run the notebook from the top" in said[1]
