"""The network gives the numbers that were published, run from the notebooks' own cells.

The pieces are taken out of the training loop of notebook 06 and run here, from the published start
and from others. The expected numbers are those of the posts of 2015 and 2017, to every digit
printed there, and those measured when the course was planned.
"""

import ast
import functools

import course
import numpy as np
import prose_numbers
import pytest
from published import ITERATIONS, START, TRAINED, UNTRAINED, UNTRAINED_ERROR

# By notebook: numbers that a reader must find in its outputs.
SHOWN = {
    1: "-0.16595599 0.44064899 -0.99977125",
    3: "0.2689864 0.36375058 0.23762817 0.3262757",
    4: "0.3099458499",
    5: "0.3099 0.2565 0.0069 0.0022",
    6: "0.00966449 0.00786506 0.99358898 0.99211957 0.99994 0.99992 0.448 0.50000 9,996",
}


def training_loops(notebook: course.Notebook) -> list[ast.For]:
    """The loops of a notebook that hold the piece `W0 += …`."""
    return [
        node
        for cell in notebook.code
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.For)
        and any(
            isinstance(step, ast.AugAssign) and ast.unparse(step.target) == "W0"
            for step in node.body
        )
    ]


@functools.cache
def one_round():
    """The pieces of the first training loop, compiled: everything in it that binds `l0` to `W0`."""
    loop = training_loops(course.notebook(6))[0]
    pieces = [
        step
        for step in loop.body
        if isinstance(step, (ast.Assign, ast.AugAssign))
        and ast.unparse(getattr(step, "target", None) or step.targets[0])
        in ("l0", "l1", "l1_error", "l1_delta", "W0")
    ]
    assert len(pieces) == 5, [ast.unparse(piece) for piece in pieces]
    return compile(ast.Module(body=pieces, type_ignores=[]), "<the loop of notebook 06>", "exec")


def train(weights, iterations: int = ITERATIONS, learning_rate=1, columns=(0, 1, 2)) -> dict:
    """Run the pieces from these weights, (3,) or (3, networks). Returns the names they leave.

    The pieces have no learning rate: the step that they took is stretched instead.
    """
    story = course.run(course.notebook(6)).after["story"]
    names = {
        **story,
        "X": story["X"][:, columns],
        "W0": np.array(weights, dtype=float).reshape(len(columns), -1),
    }
    for _ in range(iterations):
        before = names["W0"].copy()
        exec(one_round(), names)  # noqa: S102
        names["W0"] = before + learning_rate * (names["W0"] - before)
    return names


def published_start() -> np.ndarray:
    """`W0` as notebook 01 draws it, shape (3, 1)."""
    return course.run(course.notebook(1)).namespace["W0"]


def mean_squared_error(names: dict) -> np.ndarray:
    """Of the last predictions, one value per network."""
    return np.mean(names["l1_error"] ** 2, axis=0)


def same_digits(values, published, digits: int = 8) -> None:
    """Assert that the values are the published numbers, as far as that many decimals show."""
    np.testing.assert_allclose(
        np.ravel(values), np.ravel(published), rtol=0, atol=0.501 * 10.0**-digits
    )


def numbers_not_shown(notebook: course.Notebook, expected: str) -> list[str]:
    """Which of the expected numbers stand in no text output of the notebook."""
    shown = [
        number
        for cell in notebook.code
        for text in cell.texts
        for number in prose_numbers.in_text(text)
    ]
    return [
        f"{notebook.name} must show {wanted.text} in an output, and does not"
        for wanted in prose_numbers.in_text(expected)
        if not any(
            wanted.stands_for(number.value) and number.half_unit <= wanted.half_unit
            for number in shown
        )
    ]


def test_the_data_are_the_published_ones():
    names = course.run(course.notebook(1)).namespace
    assert names["X"].tolist() == [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
    assert names["y"].tolist() == [[0], [0], [1], [1]]


def test_the_weights_start_where_the_post_starts():
    assert published_start().shape == (3, 1)
    same_digits(published_start(), START)


def test_the_untrained_predictions_are_the_published_ones():
    names = course.run(course.notebook(3)).namespace
    assert names["l0"].shape == (4, 3) and names["l1"].shape == (4, 1)
    same_digits(names["l1"], UNTRAINED)


def test_the_untrained_error_is_the_published_one():
    error = course.run(course.notebook(4)).namespace["l1_error"]
    same_digits(error, np.subtract([0, 0, 1, 1], UNTRAINED))
    same_digits(np.mean(error**2), [UNTRAINED_ERROR], digits=10)


def test_one_step_lowers_the_error_as_published():
    first, second = train(published_start(), iterations=1), train(published_start(), iterations=2)
    same_digits(mean_squared_error(first), [0.3099], digits=4)
    same_digits(mean_squared_error(second), [0.2565], digits=4)


def test_the_step_of_notebook_05_is_the_step_of_the_loop():
    names = course.run(course.notebook(6)).after["story"]
    same_digits(names["W0"], train(published_start(), iterations=1)["W0"])


def test_the_step_is_minus_the_slope_of_the_loss():
    sigmoid, start = course.run(course.notebook(2)).namespace["sigmoid"], published_start()
    names, nudge = train(start, iterations=1), 1e-5

    def loss(weights):
        return np.sum((names["y"] - sigmoid(names["X"] @ weights)) ** 2) / 2

    slopes = [
        (loss(start + step) - loss(start - step)) / (2 * nudge)
        for step in nudge * np.eye(3)[:, :, None]
    ]
    step = (names["W0"] - start).ravel()
    assert np.linalg.norm(step + slopes) / np.linalg.norm(step) < 1e-8


def test_training_gives_the_published_predictions():
    same_digits(train(published_start())["l1"], TRAINED)
    same_digits(course.run(course.notebook(6)).namespace["l1"], TRAINED)


def test_the_diary_of_notebook_06_records_that_training():
    names = course.run(course.notebook(6)).namespace
    predictions, weights, errors = (
        names[name] for name in ("l1_history", "W0_history", "mse_history")
    )
    assert (predictions.shape, weights.shape, errors.shape) == (
        (ITERATIONS, 4),
        (ITERATIONS, 3),
        (ITERATIONS,),
    )
    same_digits(predictions[0], UNTRAINED)
    same_digits(predictions[-1], TRAINED)
    same_digits(weights[0], published_start())
    same_digits(errors[0], [UNTRAINED_ERROR], digits=10)
    assert 6e-5 < errors[-1] < 7e-5
    right = ((predictions > 0.5) == (names["y"].ravel() == 1)).all(axis=1)
    assert right.argmax() == 4 and right[4:].all(), "all four rows are right from iteration 4 on"


def test_unseen_inputs_get_the_published_answers():
    story = course.run(course.notebook(6)).after["story"]
    unseen = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
    answers = story["sigmoid"](unseen @ train(published_start())["W0"])
    same_digits(answers[:2], [0.99994, 0.99992], digits=5)
    same_digits(answers[2], [0.448], digits=3)
    assert answers[3] == 0.5


def test_a_start_at_minus_8_stays_stuck():
    same_digits(train([-8, 0, 0])["l1"], [0.0069, 0.0022, 0, 0], digits=4)


def test_a_thousand_starts_end_in_the_same_place():
    starts = 2 * np.random.RandomState(1).random_sample((3, 1000)) - 1
    predictions = train(starts)["l1"]
    assert predictions.shape == (4, 1000)
    assert np.abs(predictions - np.array(TRAINED)[:, None]).max() < 1e-4


def test_zeros_as_a_start_work_too():
    same_digits(train([0, 0, 0])["l1"], TRAINED, digits=4)


def test_larger_steps_are_better_until_100_breaks_the_network():
    rates = np.array([0.01, 0.1, 1, 10, 100])
    names = train(np.repeat(published_start(), 5, axis=1), learning_rate=rates)
    errors = mean_squared_error(names)
    assert (np.diff(errors[:4]) < 0).all(), errors
    same_digits(errors[4], [0.5], digits=4)
    same_digits(names["l1"][:, 4], [1, 1, 1, 1], digits=4)


def test_without_column_3_the_first_row_stays_at_one_half():
    predictions = train(published_start()[:2], columns=(0, 1))["l1"].ravel()
    assert predictions[0] == 0.5
    assert ((predictions[1:] > 0.5) == [False, True, True]).all()


@pytest.mark.parametrize("number", SHOWN, ids=lambda number: f"{number:02}")
def test_readers_see_the_published_numbers(number):
    course.expect_none(numbers_not_shown(course.notebook(number), SHOWN[number]))


def test_every_training_loop_is_made_of_the_pieces():
    loops = training_loops(course.notebook(6))
    assert loops, "notebook 06 must hold a `for` with the piece `W0 += …`"
    for loop in loops:
        steps = [
            ast.unparse(step).split(" ")[0]
            for step in loop.body
            if isinstance(step, (ast.Assign, ast.AugAssign))
        ]
        pieces = [step for step in steps if step in ("l0", "l1", "l1_error", "l1_delta", "W0")]
        assert pieces == ["l0", "l1", "l1_error", "l1_delta", "W0"], pieces


def test_a_number_that_is_not_shown_or_shown_with_fewer_digits_is_found():
    shown = course.sample(course.code("x", course.printed("[0.3099458 9,996]")))
    assert numbers_not_shown(shown, "0.3099 0.3099458 9,996") == []
    assert len(numbers_not_shown(shown, "0.30994585 0.31 0.2565")) == 2
