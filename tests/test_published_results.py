"""The network gives the numbers that were published, run from the notebooks' own cells.

The expected numbers are those of the posts of 2015 and 2017, to every digit printed there, those
measured when the course was planned, and those of other ways to compute the same.
"""

import ast
import re

import course
import numpy as np
import prose_numbers
import pytest
from published import HIDDEN_TRAINED, ITERATIONS, START, TRAINED, UNTRAINED, UNTRAINED_ERROR, X

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


def after(which: str, cell_id: str) -> dict:
    """The names as they are in a notebook after that cell."""
    return course.run(course.notebook(which)).after[cell_id]


def names_of(which: str) -> dict:
    """The names as they are at the end of a notebook."""
    return course.run(course.notebook(which)).namespace


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


def test_the_data_and_the_start_are_the_published_ones():
    names = names_of("data")
    assert names["X"].tolist() == X.tolist()
    assert names["y"].tolist() == [[0], [0], [1], [1]]
    assert names["W0"].shape == (3, 1)
    same_digits(names["W0"], START)


def test_the_untrained_predictions_and_their_error_are_the_published_ones():
    names = names_of("error")
    assert names["l0"].shape == (4, 3) and names["l1"].shape == (4, 1)
    same_digits(names["l1"], UNTRAINED)
    same_digits(names["l1_error"], np.subtract([0, 0, 1, 1], UNTRAINED))
    same_digits(np.mean(names["l1_error"] ** 2), [UNTRAINED_ERROR], digits=10)


def test_the_diary_records_the_published_training():
    names = names_of("training")
    predictions, weights, errors = (names[f"{name}_history"] for name in ("l1", "W0", "mse"))
    assert predictions.shape == (ITERATIONS, 4) and weights.shape == (ITERATIONS, 3)
    same_digits(predictions[[0, -1]], [UNTRAINED, TRAINED])
    same_digits(names["l1"], TRAINED)
    same_digits(weights[0], START)
    same_digits(weights[1], after("training", "story")["W0"])  # the one step of 05
    same_digits(errors[:2], [0.3099, 0.2565], digits=4)
    assert errors.shape == (ITERATIONS,) and 6e-5 < errors[-1] < 7e-5
    right = ((predictions > 0.5) == [False, False, True, True]).all(axis=1)
    assert right.argmax() == 4 and right[4:].all(), "all four rows are right from iteration 4 on"


def test_the_step_is_minus_the_slope_of_the_loss():
    names, nudge = names_of("training"), 1e-5
    start, second = names["W0_history"][:2]

    def loss(weights):
        return np.sum((names["y"][:, 0] - names["sigmoid"](names["X"] @ weights)) ** 2) / 2

    nudges = nudge * np.eye(3)
    slopes = [(loss(start + one) - loss(start - one)) / (2 * nudge) for one in nudges]
    assert np.linalg.norm(second - start + slopes) / np.linalg.norm(second - start) < 1e-8


def test_the_experiments_with_training_end_as_measured():
    answers = after("training", "unseen")["after"]
    same_digits(answers[:2], [0.99994, 0.99992], digits=5)
    same_digits(answers[2:], [0.448, 0.5], digits=3)
    names = names_of("experiments")
    X, sigmoid = names["X"], names["sigmoid"]
    same_digits(sigmoid(X @ names["caught"]), [0.0069, 0.0022, 0, 0], digits=4)
    assert names["steps"] == 2_942, "with the third weight held, the start at -8 gets free"
    thousand = after("experiments", "thousand")["predictions"]
    assert thousand.shape == (4, 1000)
    assert np.abs(thousand - np.array(TRAINED)[:, None]).max() < 1e-4
    same_digits(sigmoid(X @ names["from_zeros"]), TRAINED, digits=4)
    history = names["rate_history"]
    assert (np.diff(history[9_999, :4]) < 0).all(), "larger steps are better, until 100"
    same_digits(history[9_999, 4], [0.5], digits=4)
    assert names["back"] == 11_026 and history[-1, 4] < history[-1, 3]
    without_column_3 = sigmoid(names["two_inputs"] @ names["two_weights"])[:, 0]
    assert without_column_3[0] == 0.5
    assert ((without_column_3[1:] > 0.5) == [False, True, True]).all()


@pytest.mark.parametrize("slug", SHOWN)
def test_readers_see_the_published_numbers(slug):
    course.expect_none(numbers_not_shown(course.notebook(slug), SHOWN[slug]))


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
    notebook = names_of("when_it_goes_wrong")
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
    line = (notebook["four"] | notebook["never"])[name]
    their_step = X.T @ line(notebook["sums"], notebook["outputs"])
    compared = notebook["gradient_check"](their_step, notebook["loss"], notebook["start"])
    assert abs(compared[0] - measured) < 1e-6
    last = np.mean((Y - outputs) ** 2)
    np.testing.assert_allclose(last, error, rtol=0.02)
    np.testing.assert_allclose(
        (notebook["histories"] | notebook["failed"])[name][-1], outputs[:, 0], atol=1e-6
    )


def test_each_patient_is_what_the_waiting_room_says_it_is():
    notebook = names_of("when_it_goes_wrong")
    checks, newcomers = notebook["all_checks"], notebook["newcomers"]
    np.testing.assert_allclose(checks["I"], [0.6, 1, 0.25], atol=1e-6)
    np.testing.assert_allclose(checks["J"], [0, 1, 1], atol=1e-6)
    assert checks["K"][1] < 0.9 and checks["A"][1] < 0.9999
    assert (newcomers["J"] == newcomers["J"][-1]).all(), "every page shows the end"
    np.testing.assert_allclose(newcomers["J"][-1], notebook["histories"]["B"][-1], rtol=1e-3)
    assert ((newcomers["K"][-1] > 0.5) == [False, True, False, True]).all()


def test_the_broken_network_without_column_3_leaves_row_1_at_one_half():
    notebook = names_of("when_it_goes_wrong")
    assert notebook["failed"]["H"][-1][0] == 0.5 and notebook["check_of_h"][0] < 1e-9


def test_the_answers_of_the_clinic_are_the_patients_that_wait():
    (answers,) = (
        cell
        for cell in course.notebook("when_it_goes_wrong").markdown
        if cell.id == "exercise-1-text"
    )
    waiting = names_of("when_it_goes_wrong")["waiting"]
    assert re.findall(r"^\d\. ([A-K]):", answers.source, re.MULTILINE) == waiting


def test_the_gradient_check_is_ten_lines_and_tells_a_rate_from_a_wrong_direction():
    (cell,) = (
        cell for cell in course.notebook("when_it_goes_wrong").code if cell.id == "gradient-check"
    )
    assert len(cell.source.splitlines()) <= 10
    check = names_of("when_it_goes_wrong")["gradient_check"]
    weights = np.array([[0.3, -0.8], [1.2, 0.1]])  # of the loss sum(weights ** 4) / 4
    right = -(weights**3)

    def loss(weights):
        return np.sum(weights**4) / 4

    np.testing.assert_allclose(check(right, loss, weights), [0, 1, 1], atol=1e-9)
    np.testing.assert_allclose(check(-right, loss, weights), [1, -1, 1], atol=1e-9)
    np.testing.assert_allclose(check(3 * right, loss, weights), [0.5, 1, 3], atol=1e-9)
    np.testing.assert_allclose(check(right / 4, loss, weights), [0.6, 1, 0.25], atol=1e-9)
    off = check(right + [[0.01, 0], [0, 0]], loss, weights)
    assert off[0] > 1e-3 and off[1] < 1 - 1e-6


def turning(step, weights, nudge=1e-5):
    """How much the order of two nudges matters to a step: 0 if it goes down some loss."""
    nudges = nudge * np.eye(weights.size)
    slopes = np.array([step(weights + one) - step(weights - one) for one in nudges]) / (2 * nudge)
    return np.abs(slopes - slopes.T).max()


def test_with_one_layer_every_slope_of_the_lab_belongs_to_some_loss():
    for find_delta, *_ in LAB.values():

        def step(weights):
            sums = X @ weights[:, None]
            return (X.T @ find_delta(sums, 1 / (1 + np.exp(-sums))))[:, 0]

        assert turning(step, np.array(START)) < 1e-8


@pytest.mark.parametrize("name", "ABCD")
def test_with_two_layers_a_wrong_slope_belongs_to_no_loss_and_most_starts_fail_with_a_or_d(name):
    names = names_of("hidden_layer")
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
    notebook = course.run(course.notebook("hidden_layer"))
    same_digits(notebook.after["one-layer"]["outputs"], [0.5] * 4)
    same_digits(notebook.namespace["l2"], HIDDEN_TRAINED)
    assert notebook.after["try"]["rows_right"].max() == 3
    assert notebook.namespace["iterations"] == 60_000


def test_backprop_through_two_layers_is_minus_the_slope_of_the_loss():
    """By complex steps, which are exact to the last digits and share nothing with the notebook."""
    names = after("hidden_layer", "hidden-layer")
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


def pass_through(layers, X, targets):
    """The predictions of one network of sigmoids, and the step of each layer, with ordinary loops."""
    said = [X]
    for weights in layers:
        said.append(1 / (1 + np.exp(-said[-1] @ weights)))
    delta = (targets - said[-1]) * said[-1] * (1 - said[-1])
    steps = []
    for weights, units in reversed(list(zip(layers, said))):
        steps.insert(0, units.T @ delta)
        delta = delta @ weights.T * units * (1 - units)
    return said[-1], steps


@pytest.mark.parametrize("sizes", [[3, 2, 1], [3, 4, 4, 4, 1]])
def test_a_hundred_seeds_are_a_hundred_networks_trained_as_one(sizes):
    names = names_of("hidden_layer")
    together = names["train_deep"](sizes, steps=200)
    if len(sizes) == 3:
        also = names["train_hundred"](sizes[1], steps=200)
        np.testing.assert_allclose(also, together, atol=1e-9)
    for seed in [0, 57]:
        random = np.random.RandomState(seed)
        layers = [2 * random.random_sample(shape) - 1 for shape in zip(sizes, sizes[1:])]
        for _ in range(200):
            outputs, steps = pass_through(layers, names["X"], names["y"])
            layers = [weights + step for weights, step in zip(layers, steps)]
        np.testing.assert_allclose(together[seed], outputs, atol=1e-9)
    assert names["learned"][names["sizes"].index(4)] == 100
    assert names["learned"][0] == 0 and names["learned"] == sorted(names["learned"])


def test_a_unit_that_is_always_on_is_a_bias_and_helps_two_hidden_units():
    names = names_of("hidden_layer")
    outputs = names["train_hundred"](3, steps=50, always_on=True)[7]
    first, second = (stack[7] for stack in names["draw_hundred"]([3, 3, 1]))
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


def test_relu_is_what_its_slope_says_and_brings_more_blame_to_the_first_layer():
    names = names_of("hidden_layer")
    x = np.array([-2.0, -0.1, 0.1, 2.0])
    relu = names["relu"]
    measured = (relu(x + 1e-6) - relu(x - 1e-6)) / 2e-6
    np.testing.assert_allclose(relu(relu(x), deriv=True), measured, atol=1e-6)
    first = [
        np.abs(names["deep_pass"](names["eight"], squash)[2][0]).mean()
        for squash in [names["sigmoid"], relu]
    ]
    assert first[1] > 1000 * first[0]


def test_the_digits_are_read_as_well_as_promised_on_digits_never_seen():
    names = names_of("digits")
    misread = {name: (said != names["labels"]).sum() for name, said in names["others_say"].items()}
    assert misread["nearest neighbour"] == 23 and misread["logistic regression"] == 59
    assert len(names["wrong"]) < misread["MLP"] < 1797 * 0.025
    held_back, seen = set(names["test"]), set(names["rows"])
    assert len(held_back) == 360 and not held_back & seen and len(held_back | seen) == 1797
    assert set(names["training"]) | set(names["validation"]) == seen


def test_nearest_neighbour_says_what_the_closest_digit_of_the_other_piles_is():
    names = names_of("digits")
    pixels, labels, pile = names["pixels"], names["labels"], names["test"]
    others = np.setdiff1d(names["order"], pile)
    apart = ((pixels[pile, None] - pixels[others]) ** 2).sum(axis=2)
    found = labels[others[apart.argmin(axis=1)]]
    assert (names["others_say"]["nearest neighbour"][pile] == found).all()


@pytest.mark.parametrize("right, count", [(0, 5), (3, 5), (1774, 1797), (1797, 1797)])
def test_the_interval_is_wilsons(right, count):
    from scipy.stats import binomtest  # scikit-learn brings it

    interval = names_of("digits")["interval"]
    expected = binomtest(int(right), count).proportion_ci(method="wilson")
    np.testing.assert_allclose(interval(right, count), expected, atol=1e-4)


def test_noise_reaches_every_square_and_leaves_the_bias_alone():
    names = names_of("digits")
    np.random.seed(3)
    noisy = names["disturb"](names["inputs"], noise=0.2)
    apart = noisy - names["inputs"]
    assert (apart[:, 64] == 0).all() and (apart[:, :64] != 0).all()
    assert abs(apart[:, :64].std() - 0.2) < 0.002 and abs(apart.mean()) < 0.002


def test_nothing_is_chosen_by_the_test_digits():
    """No cell before the final training reads the test pile, but the one that deals it."""
    notebook = course.notebook("digits")
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
    names = names_of("digits")
    piles = np.array_split(names["order"], 5)
    assert sorted(np.concatenate(piles)) == list(range(1797))
    others = np.setdiff1d(names["order"], piles[2])
    assert not set(others) & set(piles[2])
    trained = names["train"](others)
    np.testing.assert_allclose(
        names["certainties"][piles[2]], names["predict"](names["inputs"][piles[2]], trained)
    )


def test_backprop_of_the_digits_is_minus_the_slope_of_the_cross_entropy():
    names = after("digits", "batch")
    layers = [names["W0"].astype(complex), names["W1"].astype(complex)]
    wanted = names["targets"][names["chosen"]]
    for layer, step, place in [(0, names["W0_step"], (20, 3)), (1, names["W1_step"], (7, 9))]:
        moved = [weights.copy() for weights in layers]
        moved[layer][place] += 1e-30j
        hidden = 1 / (1 + np.exp(-names["l0"] @ moved[0]))
        outputs = 1 / (1 + np.exp(-hidden @ moved[1]))
        loss = -np.sum(wanted * np.log(outputs) + (1 - wanted) * np.log(1 - outputs))
        assert loss.imag / 1e-30 == pytest.approx(-step[place], rel=1e-8)


def test_a_number_that_is_not_shown_or_shown_with_fewer_digits_is_found():
    shown = course.sample(course.code("x", course.printed("[0.3099458 9,996]")))
    assert numbers_not_shown(shown, "0.3099 0.3099458 9,996") == []
    assert len(numbers_not_shown(shown, "0.30994585 0.31 0.2565")) == 2
