"""The network gives the numbers that were published, run from the notebooks' own cells.

The expected numbers are those of the posts of 2015 and 2017, to every digit printed there, those
measured when the course was planned, and those of other ways to compute the same.
"""

import ast
import re

import course
import numpy as np
import prose_numbers
import published
import pytest
from course import names
from published import START, TRAINED, UNTRAINED, X, Y, sigmoid

# By notebook: numbers that a reader must find in its outputs.
SHOWN = {
    "data": "-0.16595599 0.44064899 -0.99977125",
    "forward_pass": "0.2689864 0.36375058 0.23762817 0.3262757",
    "error": "0.3099458499",
    "backprop": "0.3099 0.2565",
    "training": "0.00966449 0.00786506 0.99358898 0.99211957 0.99994 0.99992 0.448 0.50000 9,996",
    "when_it_goes_wrong": "6.5e-5 1.7e-8 3.2e-7 5.1e-5 0.67 0.11 0.16 9 -1.000 0.980",
    "hidden_layer": "0.00260572 0.99672209 0.99701711 0.00386759 100",
}


def same_digits(values, wanted, digits: int = 8) -> None:
    """Assert that the values are the published numbers, as far as that many decimals show."""
    off = {"rtol": 0, "atol": 0.501 * 10.0**-digits}
    np.testing.assert_allclose(np.ravel(values), np.ravel(wanted), **off)


def numbers_not_shown(notebook: course.Notebook, expected: str) -> list[str]:
    """Which of the expected numbers stand in no text output of the notebook, with all their digits."""
    texts = [text for cell in notebook.code for text in cell.texts]
    shown = [number for text in texts for number in prose_numbers.in_text(text)]
    return [
        f"{notebook.name} must show {one.text} in an output, and does not"
        for one in prose_numbers.in_text(expected)
        if not any(one.stands_for(it.value) for it in shown if it.half_unit <= one.half_unit)
    ]


@pytest.mark.parametrize("slug", SHOWN)
def test_readers_see_the_published_numbers(slug):
    course.expect_none(numbers_not_shown(course.notebook(slug), SHOWN[slug]))


def test_a_number_that_is_not_shown_or_shown_with_fewer_digits_is_found():
    shown = course.sample(course.code("x", course.printed("[0.3099458 9,996]")))
    assert numbers_not_shown(shown, "0.3099 0.3099458 9,996") == []
    assert len(numbers_not_shown(shown, "0.30994585 0.31 0.2565")) == 2


def test_the_data_the_start_and_the_untrained_predictions_are_the_published_ones():
    data, error = names("data"), names("error")
    assert data.X.tolist() == X.tolist() and data.y.tolist() == Y.tolist()
    same_digits(data.W0, START)
    assert data.W0.shape == (3, 1) and error.l0.shape == (4, 3) and error.l1.shape == (4, 1)
    same_digits(error.l1, UNTRAINED)
    same_digits(error.l1_error, np.subtract([0, 0, 1, 1], UNTRAINED))
    same_digits(np.mean(error.l1_error**2), [published.UNTRAINED_ERROR], digits=10)


def test_the_diary_records_the_published_training():
    of, steps = names("training"), published.ITERATIONS
    assert of.l1_history.shape == (steps, 4) and of.W0_history.shape == (steps, 3)
    same_digits(of.l1_history[[0, -1]], [UNTRAINED, TRAINED])
    same_digits(of.l1, TRAINED)
    same_digits(of.W0_history[:2], [START, names("training", "story").W0[:, 0]])  # one step
    same_digits(of.mse_history[:2], [0.3099, 0.2565], digits=4)
    assert of.mse_history.shape == (steps,) and 6e-5 < of.mse_history[-1] < 7e-5
    right = ((of.l1_history > 0.5) == [False, False, True, True]).all(axis=1)
    assert right.argmax() == 4 and right[4:].all(), "all four rows are right from iteration 4 on"


def test_the_step_is_minus_the_slope_of_the_loss():
    (start, second), nudge = names("training").W0_history[:2], 1e-5

    def loss(weights):
        return np.sum((Y[:, 0] - sigmoid(X @ weights)) ** 2) / 2

    nudges = nudge * np.eye(3)
    slopes = [(loss(start + one) - loss(start - one)) / (2 * nudge) for one in nudges]
    assert np.linalg.norm(second - start + slopes) / np.linalg.norm(second - start) < 1e-8


def test_the_experiments_with_training_end_as_measured():
    same_digits(names("training", "unseen").after[:2], [0.99994, 0.99992], digits=5)
    same_digits(names("training", "unseen").after[2:], [0.448, 0.5], digits=3)
    of, thousand = names("experiments"), names("experiments", "thousand").predictions
    same_digits(sigmoid(X @ of.caught), [0.0069, 0.0022, 0, 0], digits=4)
    assert of.steps == 2_942, "with the third weight held, the start at -8 gets free"
    assert thousand.shape == (4, 1000)
    assert np.abs(thousand - np.array(TRAINED)[:, None]).max() < 1e-4
    same_digits(sigmoid(X @ of.from_zeros), TRAINED, digits=4)
    after, end = of.rate_history[9_999], of.rate_history[-1]
    assert (np.diff(after[:4]) < 0).all(), "larger steps are better, until 100"
    same_digits(after[4], [0.5], digits=4)
    assert of.back == 11_026 and end[4] < end[3]
    without_column_3 = sigmoid(of.two_inputs @ of.two_weights)[:, 0]
    assert without_column_3[0] == 0.5
    assert ((without_column_3[1:] > 0.5) == [False, True, True]).all()


# The wrong lines for the delta, and what the course was planned with: check and final error.
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
    (find_delta, check, error), of = LAB[name], names("when_it_goes_wrong")
    weights = np.array(START)[:, None]
    start = X @ weights, sigmoid(X @ weights)
    first, right = X.T @ find_delta(*start), X.T @ LAB["B"][0](*start)
    measured = np.linalg.norm(first - right) / (np.linalg.norm(first) + np.linalg.norm(right))
    with np.errstate(all="ignore"):
        for _ in range(published.ITERATIONS):
            outputs = sigmoid(X @ weights)
            weights = weights + X.T @ find_delta(X @ weights, outputs)
    assert abs(measured - check) < 0.006
    theirs = X.T @ (of.four | of.never)[name](of.sums, of.outputs)
    assert abs(of.gradient_check(theirs, of.loss, of.start)[0] - measured) < 1e-6
    np.testing.assert_allclose(np.mean((Y - outputs) ** 2), error, rtol=0.02)
    last = (of.histories | of.failed)[name][-1]
    np.testing.assert_allclose(last, outputs[:, 0], atol=1e-6)


def test_each_patient_is_what_the_waiting_room_says_it_is():
    of = names("when_it_goes_wrong")
    np.testing.assert_allclose(of.all_checks["I"], [0.6, 1, 0.25], atol=1e-6)
    np.testing.assert_allclose(of.all_checks["J"], [0, 1, 1], atol=1e-6)
    assert of.all_checks["K"][1] < 0.9 and of.all_checks["A"][1] < 0.9999
    assert of.failed["H"][-1][0] == 0.5 and of.check_of_h[0] < 1e-9, "without column 3"
    assert (of.newcomers["J"] == of.newcomers["J"][-1]).all(), "every page shows the end"
    np.testing.assert_allclose(of.newcomers["J"][-1], of.histories["B"][-1], rtol=1e-3)
    assert ((of.newcomers["K"][-1] > 0.5) == [False, True, False, True]).all()
    answers = course.notebook("when_it_goes_wrong").cell("exercise-1-text").source
    assert re.findall(r"^\d\. ([A-K]):", answers, re.MULTILINE) == of.waiting


def test_the_gradient_check_is_ten_lines_and_tells_a_rate_from_a_wrong_direction():
    cell = course.notebook("when_it_goes_wrong").cell("gradient-check")
    assert len(cell.source.splitlines()) <= 10
    weights = np.array([[0.3, -0.8], [1.2, 0.1]])  # of the loss sum(weights ** 4) / 4
    right = -(weights**3)

    def check(step):
        loss = lambda weights: np.sum(weights**4) / 4  # noqa: E731
        return names("when_it_goes_wrong").gradient_check(step, loss, weights)

    for factor, expected in [(1, [0, 1, 1]), (-1, [1, -1, 1]), (3, [0.5, 1, 3])]:
        np.testing.assert_allclose(check(factor * right), expected, atol=1e-9)
    off = check(right + [[0.01, 0], [0, 0]])
    assert off[0] > 1e-3 and off[1] < 1 - 1e-6


def test_one_layer_ends_at_one_half_and_two_layers_learn_xor():
    same_digits(names("hidden_layer", "one-layer").outputs, [0.5] * 4)
    same_digits(names("hidden_layer").l2, published.HIDDEN_TRAINED)
    assert names("hidden_layer", "try").rows_right.max() == 3
    assert names("hidden_layer").iterations == 60_000


def slope_at(of, loss, layer: int, place: tuple) -> float:
    """The slope of a loss of two layers' predictions, by a complex step: exact to the last digits."""
    moved = [of.W0.astype(complex), of.W1.astype(complex)]
    moved[layer][place] += 1e-30j
    return loss(sigmoid(sigmoid(of.l0 @ moved[0]) @ moved[1])).imag / 1e-30


def test_backprop_through_two_layers_is_minus_the_slope_of_the_loss():
    of = names("hidden_layer", "hidden-layer")
    steps = [of.l0.T @ of.l1_delta, of.l1.T @ of.l2_delta]
    for layer, step in enumerate(steps):
        for place in np.ndindex(step.shape):
            slope = slope_at(of, lambda l2: np.sum((of.y - l2) ** 2) / 2, layer, place)
            assert slope == pytest.approx(-step[place], rel=1e-9), (layer, place)


def pass_through(layers, X, targets, last_slope=True, hidden_slope=True):
    """The predictions of one network of sigmoids, and the step of each layer, with ordinary loops."""
    said = [X]
    for weights in layers:
        said.append(sigmoid(said[-1] @ weights))
    delta = (targets - said[-1]) * (said[-1] * (1 - said[-1]) if last_slope else 1)
    steps = []
    for weights, units in reversed(list(zip(layers, said))):
        steps.insert(0, units.T @ delta)
        delta = delta @ weights.T * (units * (1 - units) if hidden_slope else 1)
    return said[-1], steps


@pytest.mark.parametrize("sizes, switches", [
    ([3, 2, 1], {}),
    ([3, 4, 1], {"last_slope": False}),
    ([3, 4, 1], {"hidden_slope": False}),
    ([3, 4, 4, 4, 1], {}),
])  # fmt: skip
def test_a_hundred_seeds_are_a_hundred_networks_trained_as_one(sizes, switches):
    of, together = names("hidden_layer"), []
    if len(sizes) == 3:
        together.append(of.train_hundred(sizes[1], steps=200, **switches))
    if not switches:
        together.append(of.train_deep(sizes, steps=200))
    for seed in [0, 57]:
        random = np.random.RandomState(seed)
        layers = [2 * random.random_sample(shape) - 1 for shape in zip(sizes, sizes[1:])]
        for _ in range(200):
            outputs, steps = pass_through(layers, of.X, of.y, **switches)
            layers = [weights + step for weights, step in zip(layers, steps)]
        for found in together:
            np.testing.assert_allclose(found[seed], outputs, atol=1e-9)


def test_every_network_with_four_hidden_units_learns_and_none_with_one():
    of = names("hidden_layer")
    assert of.learned[of.sizes.index(4)] == 100
    assert of.learned[0] == 0 and of.learned == sorted(of.learned)


def test_a_unit_that_is_always_on_is_a_bias_and_helps_two_hidden_units():
    of = names("hidden_layer")
    outputs = of.train_hundred(3, steps=50, always_on=True)[7]
    first, second = (stack[7] for stack in of.draw_hundred([3, 3, 1]))
    first, bias, second = first[:, :2], second[2:], second[:2]
    for _ in range(50):
        hidden = sigmoid(of.X @ first)
        expected = sigmoid(hidden @ second + bias)
        delta = (of.y - expected) * expected * (1 - expected)
        blame = (delta @ second.T) * hidden * (1 - hidden)
        bias, second = bias + delta.sum(), second + hidden.T @ delta
        first = first + of.X.T @ blame
    np.testing.assert_allclose(outputs, expected, atol=1e-9)
    assert of.with_bias > 2 * of.learned[of.sizes.index(2)]


def test_relu_is_what_its_slope_says_and_brings_more_blame_to_the_first_layer():
    of, x = names("hidden_layer"), np.array([-2.0, -0.1, 0.1, 2.0])
    measured = (of.relu(x + 1e-6) - of.relu(x - 1e-6)) / 2e-6
    np.testing.assert_allclose(of.relu(of.relu(x), deriv=True), measured, atol=1e-6)
    blame = [np.abs(of.deep_pass(of.eight, f)[2][0]).mean() for f in (of.sigmoid, of.relu)]
    assert blame[1] > 1000 * blame[0]


def test_the_digits_are_read_as_well_as_promised_on_digits_never_seen():
    of = names("digits")
    misread = {name: (said != of.labels).sum() for name, said in of.others_say.items()}
    assert misread["nearest neighbour"] == 23 and misread["logistic regression"] == 59
    assert len(of.wrong) < misread["MLP"] < 1797 * 0.025
    held_back, seen = set(of.test), set(of.rows)
    assert len(held_back) == 360 and not held_back & seen and len(held_back | seen) == 1797
    assert set(of.training) | set(of.validation) == seen


def test_nearest_neighbour_says_what_the_closest_digit_of_the_other_piles_is():
    of = names("digits")
    others = np.setdiff1d(of.order, of.test)
    apart = ((of.pixels[of.test, None] - of.pixels[others]) ** 2).sum(axis=2)
    found = of.labels[others[apart.argmin(axis=1)]]
    assert (of.others_say["nearest neighbour"][of.test] == found).all()


def test_the_interval_is_wilsons():
    from scipy.stats import binomtest  # scikit-learn brings it

    for right, count in [(0, 5), (3, 5), (1774, 1797)]:
        expected = binomtest(right, count).proportion_ci(method="wilson")
        np.testing.assert_allclose(names("digits").interval(right, count), expected, atol=1e-4)


def test_noise_reaches_every_square_and_leaves_the_bias_alone():
    of = names("digits")
    np.random.seed(3)
    apart = of.disturb(of.inputs, noise=0.2) - of.inputs
    assert (apart[:, 64] == 0).all() and (apart[:, :64] != 0).all()
    assert abs(apart[:, :64].std() - 0.2) < 0.002 and abs(apart.mean()) < 0.002


def test_nothing_is_chosen_by_the_test_digits():
    """No cell before the final training reads the test pile, but the one that deals it."""
    cells = course.notebook("digits").code
    early = cells[: [cell.id for cell in cells].index("watch")]
    nodes = [(cell.id, node) for cell in early for node in ast.walk(cell.tree)]
    names = [(cell, one.id) for cell, one in nodes if isinstance(one, ast.Name)]
    assert {cell for cell, name in names if name in ("test", "order")} == {"split", "train"}


def test_every_digit_of_the_cross_validation_was_read_by_a_network_that_never_saw_it():
    of = names("digits")
    piles = np.array_split(of.order, 5)
    assert sorted(np.concatenate(piles)) == list(range(1797))
    trained = of.train(np.setdiff1d(of.order, piles[2]))
    said = of.predict(of.inputs[piles[2]], trained)
    np.testing.assert_allclose(of.certainties[piles[2]], said)


def test_backprop_of_the_digits_is_minus_the_slope_of_the_cross_entropy():
    of = names("digits", "batch")
    wanted = of.targets[of.chosen]

    def loss(said):
        return -np.sum(wanted * np.log(said) + (1 - wanted) * np.log(1 - said))

    for layer, step, place in [(0, of.W0_step, (20, 3)), (1, of.W1_step, (7, 9))]:
        slope = slope_at(of, loss, layer, place)
        assert slope == pytest.approx(-step[place], rel=1e-8)
