"""The network gives the numbers that were published, run from the notebooks' own cells.

The pieces are taken out of the training loop of notebook 06 and run here, from the published start
and from others. The expected numbers are those of the posts of 2015 and 2017, to every digit
printed there, and those measured when the course was planned.
"""

import ast
import functools
import re

import course
import numpy as np
import prose_numbers
import pytest
from published import HIDDEN_TRAINED, ITERATIONS, START, TRAINED, UNTRAINED, UNTRAINED_ERROR

# By notebook: numbers that a reader must find in its outputs.
SHOWN = {
    1: "-0.16595599 0.44064899 -0.99977125",
    3: "0.2689864 0.36375058 0.23762817 0.3262757",
    4: "0.3099458499",
    5: "0.3099 0.2565 0.0069 0.0022",
    6: "0.00966449 0.00786506 0.99358898 0.99211957 0.99994 0.99992 0.448 0.50000 9,996",
    7: "6.5e-5 1.7e-8 3.2e-7 5.1e-5 0.67 0.11 0.16 9 -1.000 0.980",
    8: "0.00260572 0.99672209 0.99701711 0.00386759 100",
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


# 07: the wrong lines for the delta, and what the course was planned with: check and final error.
Y = np.array([[0, 0, 1, 1]]).T
LAB = {
    "A": (lambda z, o: (Y - o) * o, 0.16, 5.1e-5),
    "B": (lambda z, o: (Y - o) * o * (1 - o), 0.0, 6.5e-5),
    "C": (lambda z, o: (Y - o) / (2 + np.exp(o) + np.exp(-o)), 0.11, 3.2e-7),
    "D": (lambda z, o: Y - o, 0.67, 1.7e-8),
    "E": (lambda z, o: (o - Y) * o * (1 - o), 1.0, 0.9997),
    "F": (lambda z, o: (Y - o) * z * (1 - z), 1.0, np.nan),
    "G": (lambda z, o: 100 * (Y - o) * o * (1 - o), 0.98, 0.5),
}


@pytest.mark.parametrize("name", LAB)
def test_the_broken_networks_do_what_was_measured(name):
    """Trained here by lines of this file's own, and held against the notebook's."""
    find_delta, check, error = LAB[name]
    notebook = course.run(course.notebook(7)).namespace
    X, weights = notebook["X"], np.array(START)[:, None]
    right = X.T @ LAB["B"][0](None, 1 / (1 + np.exp(-X @ weights)))
    with np.errstate(all="ignore"):
        for i in range(ITERATIONS):
            sums = X @ weights
            outputs = 1 / (1 + np.exp(-sums))
            step = X.T @ find_delta(sums, outputs)
            if i == 0:
                apart = np.linalg.norm(step - right)
                measured = apart / (np.linalg.norm(step) + np.linalg.norm(right))
            weights = weights + step
    assert abs(measured - check) < 0.006
    assert abs(notebook["all_checks"][name] - measured) < 1e-6
    last = np.mean((Y - outputs) ** 2)
    np.testing.assert_allclose(last, error, rtol=0.02)
    np.testing.assert_allclose(
        (notebook["histories"] | notebook["failed"])[name][-1], outputs[:, 0], atol=1e-6
    )


def test_the_broken_network_without_column_3_leaves_row_1_at_one_half():
    notebook = course.run(course.notebook(7)).namespace
    assert notebook["failed"]["H"][-1][0] == 0.5 and notebook["check_of_h"] < 1e-9


def test_the_answers_of_the_clinic_are_the_patients_that_wait():
    (answers,) = (cell for cell in course.notebook(7).markdown if cell.id == "exercise-1-text")
    waiting = course.run(course.notebook(7)).namespace["waiting"]
    assert re.findall(r"^\d\. ([A-H]):", answers.source, re.MULTILINE) == waiting


def test_the_gradient_check_is_eight_lines_and_says_0_to_right_and_1_to_opposite():
    (cell,) = (cell for cell in course.notebook(7).code if cell.id == "gradient-check")
    assert len(cell.source.splitlines()) <= 8
    check = course.run(course.notebook(7)).namespace["gradient_check"]
    weights = np.array([[0.3, -0.8], [1.2, 0.1]])  # of the loss sum(weights ** 4) / 4
    right = -(weights**3)

    def loss(weights):
        return np.sum(weights**4) / 4

    assert check(right, loss, weights) < 1e-9
    assert check(-right, loss, weights) == pytest.approx(1)
    assert check(3 * right, loss, weights) == pytest.approx(0.5)
    assert check(right + [[0.01, 0], [0, 0]], loss, weights) > 1e-3
    assert min(check(100 * right, loss, weights), check(right / 100, loss, weights)) > 0.98


def turning(step, weights, nudge=1e-5):
    """How much the order of two nudges matters to a step: 0 if it goes down some loss."""
    nudges = nudge * np.eye(weights.size)
    slopes = np.array([step(weights + one) - step(weights - one) for one in nudges]) / (2 * nudge)
    return np.abs(slopes - slopes.T).max()


def test_with_one_layer_every_slope_of_the_lab_belongs_to_some_loss():
    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])

    for find_delta, *_ in LAB.values():

        def step(weights):
            sums = X @ weights[:, None]
            return (X.T @ find_delta(sums, 1 / (1 + np.exp(-sums))))[:, 0]

        assert turning(step, np.array(START)) < 1e-8


@pytest.mark.parametrize("name", "ABCD")
def test_with_two_layers_a_wrong_slope_belongs_to_no_loss_and_most_starts_fail_with_a_or_d(name):
    names = course.run(course.notebook(8)).namespace
    X, targets, sigmoid = names["X"], names["y"], names["sigmoid"]
    slope = {
        "A": lambda o: o,
        "B": lambda o: o * (1 - o),
        "C": lambda o: sigmoid(o) * (1 - sigmoid(o)),
        "D": np.ones_like,
    }[name]

    def steps(W0, W1):
        l1 = sigmoid(X @ W0)
        l2 = sigmoid(l1 @ W1)
        l2_delta = (targets - l2) * slope(l2)
        l1_delta = l2_delta @ W1.swapaxes(-1, -2) * slope(l1)
        return X.T @ l1_delta, l1.swapaxes(-1, -2) @ l2_delta, l2

    def step(weights):
        first, second, _ = steps(weights[:12].reshape(3, 4), weights[12:].reshape(4, 1))
        return np.append(first, second)

    random = np.random.RandomState(0)
    W0, W1 = 2 * random.random_sample((100, 3, 4)) - 1, 2 * random.random_sample((100, 4, 1)) - 1
    whole = turning(step, np.append(W0[0], W1[0]))
    assert whole < 1e-8 if name == "B" else whole > 1e-3
    with np.errstate(over="ignore"):
        for _ in range(ITERATIONS):
            change_W0, change_W1, l2 = steps(W0, W1)
            W0, W1 = W0 + change_W0, W1 + change_W1
    failed = (np.abs(targets - l2) > 0.5).any(axis=(1, 2)).mean()
    assert failed > 0.5 if name in "AD" else failed < 0.1


def test_one_layer_ends_at_one_half_and_two_layers_learn_xor():
    notebook = course.run(course.notebook(8))
    same_digits(notebook.after["one-layer"]["outputs"], [0.5] * 4)
    same_digits(notebook.namespace["l2"], HIDDEN_TRAINED)
    assert notebook.after["try"]["rows_right"].max() == 3
    assert notebook.namespace["iterations"] == 60_000


def test_backprop_through_two_layers_is_minus_the_slope_of_the_loss():
    """By complex steps, which are exact to the last digits and share nothing with the notebook."""
    names = course.run(course.notebook(8)).after["hidden-layer"]
    X, y, layers = names["X"], names["y"], [names["W0"], names["W1"]]
    steps = [names["l0"].T @ names["l1_delta"], names["l1"].T @ names["l2_delta"]]
    for layer, step in enumerate(steps):
        for place in np.ndindex(step.shape):
            moved = [weights.astype(complex) for weights in layers]
            moved[layer][place] += 1e-30j
            hidden = 1 / (1 + np.exp(-X @ moved[0]))
            outputs = 1 / (1 + np.exp(-hidden @ moved[1]))
            slope = np.sum((y - outputs) ** 2).imag / 2 / 1e-30
            assert slope == pytest.approx(-step[place], rel=1e-9), (layer, place)


def test_a_hundred_seeds_are_a_hundred_networks_trained_as_one():
    names = course.run(course.notebook(8)).namespace
    together = names["train_hundred"](2, steps=200)
    for seed in [0, 57]:
        first, second = names["draw"](seed, 2)
        for _ in range(200):
            hidden = names["sigmoid"](names["X"] @ first)
            outputs = names["sigmoid"](hidden @ second)
            delta = (names["y"] - outputs) * outputs * (1 - outputs)
            blame = (delta @ second.T) * hidden * (1 - hidden)
            second, first = second + hidden.T @ delta, first + names["X"].T @ blame
        np.testing.assert_allclose(together[seed], outputs, atol=1e-9)
    assert names["learned"][names["sizes"].index(4)] == 100
    assert names["learned"][0] == 0 and names["learned"] == sorted(names["learned"])


def test_a_unit_that_is_always_on_is_a_bias_and_helps_two_hidden_units():
    names = course.run(course.notebook(8)).namespace
    outputs = names["train_hundred"](3, steps=50, always_on=True)[7]
    first, second = names["draw"](7, 3)
    first, bias, second = first[:, :2], second[2:], second[:2]
    for _ in range(50):
        hidden = names["sigmoid"](names["X"] @ first)
        expected = names["sigmoid"](hidden @ second + bias)
        delta = (names["y"] - expected) * expected * (1 - expected)
        blame = (delta @ second.T) * hidden * (1 - hidden)
        bias, second = bias + delta.sum(), second + hidden.T @ delta
        first = first + names["X"].T @ blame
    np.testing.assert_allclose(outputs, expected, atol=1e-9)
    assert names["with_bias"] > 2 * names["learned"][names["sizes"].index(2)]


def test_the_digits_are_read_as_well_as_promised_on_digits_never_seen():
    names = course.run(course.notebook(9)).namespace
    misread = {name: (said != names["labels"]).sum() for name, said in names["others_say"].items()}
    assert misread["nearest neighbour"] == 23 and misread["logistic regression"] == 59
    assert len(names["wrong"]) < misread["MLP"] < 1797 * 0.025
    assert (names["together"] != names["labels"]).sum() < misread["nearest neighbour"]
    held_back, seen = set(names["test"]), set(names["rows"])
    assert len(held_back) == 360 and not held_back & seen and len(held_back | seen) == 1797
    assert set(names["training"]) | set(names["validation"]) == seen


def test_nearest_neighbour_says_what_the_closest_digit_of_the_other_piles_is():
    names = course.run(course.notebook(9)).namespace
    pixels, labels, pile = names["pixels"], names["labels"], names["test"]
    others = np.setdiff1d(names["order"], pile)
    apart = ((pixels[pile, None] - pixels[others]) ** 2).sum(axis=2)
    found = labels[others[apart.argmin(axis=1)]]
    assert (names["others_say"]["nearest neighbour"][pile] == found).all()


@pytest.mark.parametrize("right, count", [(0, 5), (3, 5), (1774, 1797), (1797, 1797)])
def test_the_interval_is_wilsons(right, count):
    from scipy.stats import binomtest  # scikit-learn brings it

    interval = course.run(course.notebook(9)).namespace["interval"]
    expected = binomtest(int(right), count).proportion_ci(method="wilson")
    np.testing.assert_allclose(interval(right, count), expected, atol=1e-4)


def test_moved_digits_keep_their_bias_and_lose_only_what_leaves_the_sheet():
    names = course.run(course.notebook(9)).namespace
    np.random.seed(3)
    image = names["inputs"][:1]
    for _ in range(20):
        moved = names["disturb"](image, noise=0, moves=1)[0]
        assert moved[64] == 1
        squares, before = moved[:64].reshape(8, 8), image[0, :64].reshape(8, 8)
        fits = [
            (squares[1:] == before[:-1]).all() and not squares[0].any(),
            (squares[:-1] == before[1:]).all() and not squares[-1].any(),
            (squares[:, 1:] == before[:, :-1]).all() and not squares[:, 0].any(),
            (squares[:, :-1] == before[:, 1:]).all() and not squares[:, -1].any(),
        ]
        assert sum(fits) == 1


def test_nothing_is_chosen_by_the_test_digits():
    """No cell before the final training reads the test pile, but the one that deals it."""
    notebook = course.notebook(9)
    cells = [cell.id for cell in notebook.code]
    early = [cell for cell in notebook.code if cells.index(cell.id) < cells.index("watch")]
    users = [
        cell.id
        for cell in early
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.Name) and node.id in ("test", "order") and cell.id != "train"
    ]
    assert set(users) == {"split"}


def test_every_digit_of_the_cross_validation_was_read_by_a_network_that_never_saw_it():
    names = course.run(course.notebook(9)).namespace
    piles = np.array_split(names["order"], 5)
    assert sorted(np.concatenate(piles)) == list(range(1797))
    others = np.setdiff1d(names["order"], piles[2])
    assert not set(others) & set(piles[2])
    trained = names["train"](others)
    np.testing.assert_allclose(
        names["certainties"][piles[2]], names["predict"](names["inputs"][piles[2]], trained)
    )


def test_backprop_of_the_digits_is_minus_the_slope_of_the_cross_entropy():
    names = course.run(course.notebook(9)).after["batch"]
    layers = [names["W0"].astype(complex), names["W1"].astype(complex)]
    wanted = names["targets"][names["chosen"]]
    for layer, step, place in [(0, names["W0_step"], (20, 3)), (1, names["W1_step"], (7, 9))]:
        moved = [weights.copy() for weights in layers]
        moved[layer][place] += 1e-30j
        hidden = 1 / (1 + np.exp(-names["l0"] @ moved[0]))
        outputs = 1 / (1 + np.exp(-hidden @ moved[1]))
        loss = -np.sum(wanted * np.log(outputs) + (1 - wanted) * np.log(1 - outputs))
        assert loss.imag / 1e-30 == pytest.approx(-step[place], rel=1e-8)


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
