"""Checks for the exercises. Each says one of three things: not answered yet, correct and why it
matters, or not yet and a hint for this mistake. None raises, and none tells the answer.

An exercise is a rule: a generator that gets the network's own pieces from the notebook and yields
first the right answer with why it matters, then wrong answers that are to be expected, each with
its hint. Where the answer is a function, the first yield also holds the arguments to call it with,
a tuple for each call. The wrong answers are computed only if they are looked for.

Whole numbers and shapes must be right exactly, all other numbers to 0.1 %: four significant digits
are always enough. Three are enough where they happen to be that near; where they are not, the
check says that the answer is rounded too far.
"""

import operator
from decimal import Decimal
from numbers import Real

import numpy as np

CLOSE = 0.001  # how far off an answer may be, relative to what is right
FLOOR = 1e-9  # how far off it may be where 0 is right; every other right answer is far above
LARGEST = 100_000  # no answer has anywhere near that many numbers
TRAINED = {}  # weights that were trained before, by what they were trained from

# The arrays that exercises start from, by their names in the rules. Answers are judged by these
# and not by what has become of the notebook's own, which a reader may work in: `guess -= y`.
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 0, 1, 1]]).T
W0 = 2 * np.random.RandomState(1).random_sample((3, 1)) - 1
l1 = 1 / (1 + np.exp(-X @ W0))
two_layers = np.random.RandomState(1)  # the same draws as the hidden layer's start
digits_start = np.random.RandomState(1)  # and as the start of the digits
KEPT = {
    "X": X,
    "y": y,
    "W0": W0,
    "start": W0,
    "l0": X,
    "l1": l1,
    "l1_error": y - l1,
    "l1_delta": (y - l1) * l1 * (1 - l1),
    "xor": np.array([[0, 1, 1, 0]]).T,
    "first_layer": 2 * two_layers.random_sample((3, 4)) - 1,
    "second_layer": 2 * two_layers.random_sample((4, 1)) - 1,
    "places": np.array([-2.0, 0.0, 2.0]),
    "other_weights": np.array([[2], [0], [-1]]),
    "new_row": np.array([1, 1, 0]),
    "lying": np.array([0, 1, 1, 0]),
    "guess": np.array([[0.1], [0.2], [0.7], [0.9]]),
    "to_units": 0.3 * (2 * digits_start.random_sample((65, 80)) - 1),
    "to_answers": 0.3 * (2 * digits_start.random_sample((80, 10)) - 1),
}


def exercise(rule):
    """Make a check of a rule: called with an answer and the pieces, it prints what is to be said.

    If the check itself fails, because a piece was changed further up for example, that is a
    sentence as well. An answer that fits the pieces as they are passed in is right, too: a reader
    may have changed them on purpose.
    """
    names = rule.__code__.co_varnames[: rule.__code__.co_argcount]

    def check(answer, *pieces):
        passed = dict(zip(names, pieces))
        kept = {name: np.copy(KEPT[name]) for name in names if name in KEPT}
        try:
            changed = [name for name in kept if not np.array_equal(passed[name], kept[name])]
            with np.errstate(all="ignore"):
                said = verdict(answer, rule(**passed | kept), changed and rule(**passed))
        except Exception:
            said = "Not yet. This can't be checked: run the notebook from the top, then try again."
        print(said)

    check.__name__, check.__doc__, check.rule = rule.__name__, rule.__doc__, rule
    return check


def verdict(answer, known, passed):
    """What is to be said to an answer.

    `known` yields what an exercise knows, from the pieces that are kept here; `passed` the same
    from the pieces as they were passed in, or is empty if those are no others.
    """
    if answer is None or answer is Ellipsis:
        blank = "None" if answer is None else "the three dots"
        return f"Not answered yet: put your answer in the place of {blank}."
    right, why, *calls = next(known)
    if calls:
        return verdict_on_function(answer, right, why, calls, known)
    given, problem = as_numbers(answer)
    if problem:
        return f"Not yet. {problem}"
    if same(given, right) or passed and same(given, next(passed)[0]):
        return f"Correct. {why}"
    return f"Not yet. {hint_for(given, right, known)}"


def verdict_on_function(answer, right, why, calls, mistakes):
    """The same for an answer that is a function: it is called with its own copies of the
    arguments, and each result compared with that of the function `right`."""
    if not callable(answer):
        return "Not yet. The answer is to be a function, without brackets after its name."
    for call in calls:
        wanted = right(*call)
        try:
            result = answer(*(np.array(part) if np.ndim(part) else part for part in call))
        except (Exception, SystemExit) as error:
            reason = " ".join(str(error).split())[:200]
            return f"Not yet. Your function stops with {type(error).__name__}: {reason}"
        if result is None or result is Ellipsis:
            return "Not answered yet: your function returns None. Let it return the result."
        given, problem = as_numbers(result)
        if problem:
            return f"Not yet. {problem}"
        if not same(given, wanted):
            results = ((wrong(*call), hint) for wrong, hint in mistakes)
            return f"Not yet. {hint_for(given, wanted, results)}"
    return f"Correct. {why}"


def as_numbers(answer):
    """An answer as an array of floats and "", or None and a sentence that says what it is not."""
    wanted = "The answer is to be a number or an array of numbers"
    if isinstance(answer, (str, bytes)):
        return None, f"{wanted}, and this is text: leave out the quotation marks."
    if callable(answer):
        return None, f"{wanted}, and this is a function: call it."
    try:
        if operator.length_hint(answer) > LARGEST or np.size(answer) > LARGEST:
            return None, "That is far more numbers than the question asks for."
        given = np.asarray(answer)
        kinds = {type(number) for number in given.ravel().tolist()}
        if kinds and kinds <= {bool, np.bool_}:
            return None, (
                f"{wanted}, and this is True or False: np.array(…) + 0, with yours in the"
                " brackets, makes 1 and 0 of them."
            )
        if not all(issubclass(kind, (Real, Decimal)) for kind in kinds):
            return None, f"{wanted}."
        given = given.astype(float)
    except Exception:
        return None, f"{wanted}."
    if given.size == 0:
        return None, f"{wanted}, and this one is empty."
    if not np.isfinite(given).all():
        return None, (
            "There is a NaN or an infinity in it: did you divide by 0, or take the log of 0?"
        )
    return given, ""


def close(given, right):
    """Which numbers are right: whole ones exactly, but for what computing leaves of 32.0."""
    whole = np.asarray(right).dtype.kind in "iu"
    return np.isclose(given, right, rtol=FLOOR if whole else CLOSE, atol=FLOOR)


def same(given, right):
    """Whether an array of floats has the shape and the numbers of what is right."""
    return given.shape == np.shape(right) and bool(close(given, right).all())


def hint_for(given, right, mistakes):
    """The hint for a wrong answer: that of the mistake it is, or one for what can happen anywhere:
    shape, sign, whole numbers, factor, rounding."""
    for wrong, hint in mistakes:
        if same(given, wrong):
            return hint
    if isinstance(right, tuple) and given.ndim > 1:
        return "That is an array, and the question asks for a shape: give its .shape."
    right = np.asarray(right)
    if given.shape != right.shape:
        if right.ndim == 2 and given.shape == right.shape[::-1]:
            return (
                f"The shape is {given.shape}, the transpose of what is asked for: use .T, or turn"
                " the product around."
            )
        wanted = right.shape or "a single number"
        return f"The shape is {given.shape}, and the question asks for {wanted}."
    if same(given, -right):
        return "The size is right and the sign is not: what minus what?"
    if same(given, np.trunc(right)):
        return (
            "These are whole numbers: an array of integers cuts off what stands behind the point."
        )
    if any(same(given, np.round(right, digits)) for digits in (2, 3, 4)):
        return "That is rounded too far: hand over the numbers with all their digits."
    factor = np.sum(given * right) / np.sum(right * right)
    if right.size > 1 and abs(factor - 1) > 10 * CLOSE and same(given, factor * right):
        return (
            "Every number is off by the same factor: is something multiplied or divided once too"
            " often?"
        )
    if right.size > 1 and (hits := int(close(given, right).sum())):
        return f"{hits} of the {right.size} numbers are right. Look at the others."
    return "Go through it in small steps, and print what each of them gives."


# Data


@exercise
def photo_weights(inputs, outputs):
    """The shape of the weights for a network with that many inputs and outputs."""
    yield (
        (inputs, outputs),
        "One row per input, one column per output. The number of examples has no part in it.",
    )
    yield (outputs, inputs), "The two are swapped: rows belong to inputs, columns to outputs."
    yield inputs * outputs, "That is how many weights there are. A shape keeps both numbers."
    yield (inputs,), "That has room for one output only. Where are the other columns?"
    yield (inputs, 1), "That has room for one output only. Here are more."


@exercise
def opposite(X, y):
    """The targets of the opposite rule."""
    yield (
        1 - y,
        "The same shape as y, and every yes is a no. The network could learn this rule as well.",
    )
    yield y, "These are the old targets. The new ones are 1 where the old ones are 0."
    yield 1 - y[:, 0], "The numbers are right, but the shape is (4,). Targets are a column."
    yield (1 - y).T, "The numbers are right, but they lie on their side. Targets are a column."
    yield -y, "A minus turns 1 into -1. Targets are 0 or 1: subtract from 1."


@exercise
def possible_inputs(columns):
    """How many different rows of zeros and ones there are."""
    yield (
        2**columns,
        "Every new column doubles them. Soon nobody can show a network all there is: it must"
        " generalise.",
    )
    yield 2 * columns, "Not 2 times the columns: each new column doubles what was there."
    yield columns**2, "The other way round: 2 choices, as often as there are columns."
    yield 2 ** (columns - 1), "That is for one column less. The new one doubles it."


# Sigmoid


@exercise
def slope_at_output(output, sigmoid):
    """The slope where the sigmoid gives that output."""
    yield (
        sigmoid(output, deriv=True),
        "Output times one minus output: with the output at hand, the slope costs one"
        " multiplication.",
    )
    yield (
        sigmoid(sigmoid(output), deriv=True),
        "You took the number for an input. It is an output already.",
    )
    yield output, "That is the output itself. The slope is output times something."
    yield 1 - output, "That is half of it: multiply it by the output."
    yield output**2, "Not the output squared: output times (1 - output)."


@exercise
def slopes_at_inputs(places, sigmoid):
    """The slopes of the sigmoid at some inputs."""
    yield (
        sigmoid(sigmoid(places), deriv=True),
        "First the outputs, then their slopes. Left and right of 0 they are the same: the curve"
        " is symmetric.",
    )
    yield (
        sigmoid(places, deriv=True),
        "You gave the inputs to deriv=True. It expects outputs: squash first.",
    )
    yield sigmoid(places), "These are the outputs. Now take the slope of each."


@exercise
def unsquash(sigmoid):
    """A function that takes the sigmoid back."""
    places = np.array([-3.0, -0.5, 0.0, 2.0])
    yield (
        lambda p: np.log(p / (1 - p)),
        "It has a name, the logit. It turns a probability into a sum, and the sigmoid turns it"
        " back.",
        (sigmoid(places),),
        (sigmoid(4.0),),
    )
    yield lambda p: np.log(p), "Only half: the log is to be taken of p / (1 - p)."
    yield lambda p: 1 / p, "This takes back 1 / x, the last of three steps. Go on backwards."
    yield (
        lambda p: p / (1 - p),
        "Nearly: this is e to the x. Which function takes back the exponential?",
    )
    yield lambda p: np.log10(p / (1 - p)), "The log to base 10 does not take back exp: use np.log."
    yield (
        lambda p: 1 / sigmoid(p),
        "One divided by a function is not its inverse. Solve p = 1 / (1 + exp(-x)) for x.",
    )


# Forward pass


@exercise
def sum_of_row(new_row, X, W0, sigmoid):
    """The sum of a row that the network was never shown."""
    total = float((new_row @ W0)[0])
    yield (
        total,
        "Only the weights whose inputs are on count. The network was never shown this row, and"
        " answers all the same.",
    )
    yield [total], "The number is right, in an array of one: take it out with [0]."
    yield (
        sigmoid(total),
        "That is the prediction. The question asks for the sum before the sigmoid.",
    )
    yield float(W0.sum()), "Input 3 is off in this row. Its weight stays out of the sum."
    yield float(W0[0, 0]), "Input 2 is on as well. Its weight belongs to the sum."
    yield float((X[2] @ W0)[0]), "That is row 3 of the table. This row is another one."


@exercise
def with_other_weights(X, other_weights, sigmoid):
    """The predictions for other weights."""
    right = sigmoid(X @ other_weights)
    yield (
        right,
        "The same line with other weights: what the network knows is in them, and nowhere else.",
    )
    yield X @ other_weights, "These are the sums. Squash them."
    yield right[:, 0], "The numbers are right, but the shape is (4,): give @ the column of weights."
    yield sigmoid(X), "The inputs were squashed without having met the weights."
    yield sigmoid(X @ other_weights, deriv=True), "deriv=True gives slopes. Leave it out."


@exercise
def predict_function(X, W0, sigmoid):
    """A function that predicts for any rows and any weights."""
    yield (
        lambda inputs, weights: sigmoid(inputs @ weights),
        "It takes its inputs and weights from its arguments, so it works for rows that it has"
        " never seen.",
        (1 - X, -2 * W0),
        (np.array([[1, 0, 0]]), W0),
        (X, W0),
    )
    yield (
        lambda inputs, weights: sigmoid(X @ W0),
        "It gives the same answer whatever it is given: use the arguments, not X and W0.",
    )
    yield (
        lambda inputs, weights: sigmoid(inputs @ W0),
        "It ignores the weights that it is given: use the argument, not W0.",
    )
    yield (
        lambda inputs, weights: sigmoid(X @ weights),
        "It ignores the inputs that it is given: use the argument, not X.",
    )
    yield lambda inputs, weights: inputs @ weights, "These are the sums. Squash them."


# Error


@exercise
def constant_error(constant, y):
    """The mean squared error of a network that says the same to everything."""
    error = y - constant
    yield (
        np.mean(error**2),
        "Being so sure costs more than shrugging, where half of the answers are no. Being as sure"
        " of a no would cost the same.",
    )
    yield np.mean(np.abs(error)), "That is the mean size of the errors. Square them."
    yield np.mean(error), "Errors above and below cancel. Square them first."
    yield np.mean(error) ** 2, "That is the mean, squared. Take the mean of the squares."
    yield np.sum(error**2), "That is the sum of the squares. Take their mean."
    yield np.sum(error**2) / 2, "That is the loss. Here the mean of the squares is asked for."


@exercise
def error_of_guess(y, guess):
    """The mean squared error of some predictions."""
    yield (
        np.mean((y - guess) ** 2),
        "One number for four errors, and it does not matter in which direction each of them"
        " points.",
    )
    yield np.mean(y - guess), "Without the square, errors above and below cancel."
    yield (
        np.mean(np.abs(y - guess)),
        "That is the mean size of the errors. Square them in place of taking their size.",
    )
    yield (
        np.sum((y - guess) ** 2),
        "That is the sum. Divide it by the number of rows, or use np.mean.",
    )
    yield (
        np.mean((y[:, 0] - guess) ** 2),
        "Somewhere a (4,) met a (4, 1) and became (4, 4). Keep both as columns.",
    )
    yield (y - guess) ** 2, "These are the four squares. Take their mean."


@exercise
def column_of(lying, y):
    """A flat list of targets, made into a column."""
    yield (
        lying[:, np.newaxis],
        "Now a column meets a column, and a difference goes row by row.",
    )
    yield lying, "That is still a flat list: .T leaves it as it is, since it has no second side."
    yield lying[np.newaxis], "That is a table with one row. Now turn it."
    yield y, "These are the targets of the course. Take those in the cell."


# Backprop

NUDGE = 1e-5


def loss_of_rows(sums, y, sigmoid):
    """Each row's part of the loss (4, 1), from the sums (4, 1) before the sigmoid."""
    return (y - sigmoid(sums)) ** 2 / 2


@exercise
def delta_line(l1, y, sigmoid):
    """The deltas, judged by how far the loss falls when the sum of a row is nudged."""
    sums = np.log(l1 / (1 - l1))  # (4, 1)
    before, after = (loss_of_rows(sums + by, y, sigmoid) for by in (-NUDGE, NUDGE))
    error, slope = y - l1, sigmoid(l1, deriv=True)
    yield (
        (before - after) / (2 * NUDGE),
        "Nudging the sum of each row and measuring the loss gives these four numbers. Your line"
        " needs no measuring.",
    )
    yield error, "These are the errors alone: by how much does a prediction move with its sum?"
    yield slope, "These are the slopes alone: how much does it matter that a prediction moves?"
    yield (
        error * sigmoid(sigmoid(l1), deriv=True),
        "You squashed l1 again on the way to the slope. It is an output already.",
    )
    yield (
        error * sigmoid(sums, deriv=True),
        "The slope was taken of the sums. deriv=True expects what has been through the sigmoid.",
    )
    yield error * l1, "That is times the outputs. The slope is output times (1 - output)."
    yield error + slope, "The two are to be multiplied, not added."
    yield error.T @ slope, "@ adds the rows up. Here each row keeps its own number: use *."


@exercise
def update_line(l0, l1, y, sigmoid):
    """The steps of the weights, judged by how far the loss falls when a weight is nudged."""
    sums = np.log(l1 / (1 - l1))  # (4, 1)
    falls = []
    for column in l0.T:
        by = NUDGE * column[:, np.newaxis]
        falls.append(loss_of_rows(sums - by, y, sigmoid) - loss_of_rows(sums + by, y, sigmoid))
    delta = (y - l1) * sigmoid(l1, deriv=True)
    right = np.sum(falls, axis=1) / (2 * NUDGE)  # (3, 1)
    yield (
        right,
        "Nudging each weight and measuring the loss gives these three numbers. Your line gets"
        " them all at once.",
    )
    yield l0 * delta, "That multiplies each delta by its inputs, and adds nothing up: use @."
    yield (
        delta.T @ l0,
        "The numbers are right, but they lie on their side: the weights are a column.",
    )
    yield l0.T @ (y - l1), "These are the errors, collected. Collect the deltas."
    yield (
        np.full((3, 1), delta.sum()),
        "That adds up all deltas for every weight. A row counts where the input is on.",
    )
    yield right / len(l0), "That is the mean over the rows. The effects are added."
    yield l0.T @ sigmoid(l1, deriv=True), "These are the slopes, collected. Collect the deltas."


@exercise
def one_delta(prediction, target, sigmoid):
    """The delta of one row."""
    error, slope = target - prediction, sigmoid(prediction, deriv=True)
    yield (
        error * slope,
        "Nearly right and rather sure: a small error times a small slope. Such a row hardly moves"
        " the weights.",
    )
    yield error, "That is the error alone. Multiply it by the slope."
    yield slope, "That is the slope alone. Multiply it by the error."
    yield (
        error * sigmoid(sigmoid(prediction), deriv=True),
        "You took the slope as if the prediction were an input. It is an output already.",
    )
    yield error**2, "That is the error squared. A delta is the error times the slope."
    yield -error * slope, "The sign is flipped: the error is target minus prediction."


@exercise
def small_step(l0, l1_error, l1_delta, rate):
    """The change of the weights at a learning rate."""
    step = l0.T @ l1_delta
    yield (
        rate * step,
        "The same direction, a tenth of the way. The learning rate changes how far, not where to.",
    )
    yield step, "That is the step at learning rate 1. Make it shorter."
    yield -rate * step, "That goes uphill: with y - l1 the step is added as it is."
    yield (
        rate * step[:, 0],
        "The numbers are right, but the shape is (3,). The weights are a column.",
    )
    yield rate * (l0.T @ l1_error), "The slope is missing: use the deltas, not the errors."
    yield (
        rate * (l1_delta.T @ l0),
        "The numbers are right, but they lie on their side: the weights are a column.",
    )
    yield step / rate, "Multiply by the rate. Dividing makes the step longer."


@exercise
def step_of_row_2(l0, l1_delta):
    """The step that the weights would take if only row 2 counted."""
    step = l0[1:2].T @ l1_delta[1:2]
    yield (
        step,
        "Row 2 pulls down the weights whose inputs were on, and leaves the first one alone: it"
        " had no part in the mistake.",
    )
    yield l0.T @ l1_delta, "That is the step for all four rows. Take row 2 alone."
    yield l0[2:3].T @ l1_delta[2:3], "That is row 3: Python counts from 0."
    yield (
        step[:, 0],
        "The numbers are right, but the shape is (3,). Slice with 1:2 to keep the row a table.",
    )
    yield step.T, "The numbers are right, but they lie on their side: the weights are a column."
    yield (
        np.full((3, 1), l1_delta[1, 0]),
        "Input 1 is off in row 2. Multiply the delta by the inputs.",
    )


# Training


@exercise
def iterations_until(mse_history, limit):
    """The first iteration with an error below a limit."""
    first = int(np.argmax(np.asarray(mse_history) < limit))
    yield first, "Less than one hundredth of the training. The rest makes the good better."
    yield mse_history[first], "That is the error there. The question asks for the iteration."
    yield first + 1, "One too many: the first iteration has the number 0."
    yield first - 1, "One too few: there the error is still above the limit."
    yield (
        int(np.sum(np.asarray(mse_history) < limit)),
        "That is how many iterations are below the limit. Where is the first?",
    )


def train(inputs, targets, steps, sigmoid, start=0.0, slope=True, sign=1):
    """The weights (3, 1) after some steps from a start. The last two switches make mistakes."""
    weights = np.zeros((np.shape(inputs)[1], 1)) + start
    key = [np.asarray(one).tobytes() for one in (inputs, targets, weights)]
    key = (*key, steps, sigmoid, slope, sign)
    if key not in TRAINED:  # who asks again need not wait again
        for _ in range(steps):
            outputs = sigmoid(inputs @ weights)
            blame = (targets - outputs) * (sigmoid(outputs, deriv=True) if slope else 1)
            weights = weights + sign * inputs.T @ blame
        TRAINED[key] = weights
    return TRAINED[key].copy()


@exercise
def train_function(X, y, sigmoid):
    """A function that trains a network from zero weights."""
    yield (
        lambda inputs, targets, steps: train(inputs, targets, steps, sigmoid),
        "That is a program that learns. It works for any inputs and targets of these shapes.",
        (X, y, 3),
        (X, 1 - y, 40),
    )
    yield (
        lambda i, t, steps: train(i, t, steps, sigmoid, slope=False),
        "The slope is missing in the delta.",
    )
    yield (
        lambda i, t, steps: train(i, t, steps, sigmoid, sign=-1),
        "It walks uphill: check the sign of the error or of the step.",
    )
    yield (
        lambda i, t, steps: train(i, t, 1, sigmoid),
        "It takes one step, however many are asked for: does return stand inside the loop?",
    )
    yield (
        lambda i, t, steps: sigmoid(i @ train(i, t, steps, sigmoid)),
        "These are the predictions. Return the weights.",
    )
    yield (
        lambda i, t, steps: np.zeros((3, 1)),
        "The weights never change. Are they integers, or is the step not added?",
    )


@exercise
def hardest_row(y, trained_l1):
    """The row that is furthest from its target after training, from 1."""
    misses = np.abs(y - trained_l1)
    worst = int(misses.argmax())
    yield (
        worst + 1,
        "Its no hangs on the third weight alone. That weight serves the other rows as well.",
    )
    yield worst, "Python counts from 0, and the rows of the plots do not."
    yield int(misses.argmin()) + 1, "That is the row that is nearest to its target."
    yield int((y - trained_l1).argmax()) + 1, "Without their signs: a no may be far off, too."
    yield misses.max(), "That is how far off it is. Which row is it?"


# Experiments


@exercise
def opposite_weights(X, y, sigmoid, start, iterations):
    """The weights after training on the opposite targets, from the course's start."""
    right = train(X, 1 - y, iterations, sigmoid, start=start)
    yield (
        right,
        "To two decimals these are the old weights with their signs turned around, although the"
        " start was not mirrored: training forgets where it began.",
    )
    yield start, "These are the weights before training. Run the loop."
    yield sigmoid(X @ right), "These are the predictions. The question asks for the weights."
    yield right[:, 0], "The numbers are right, but the shape is (3,): the weights are a column."
    usual = train(X, y, iterations, sigmoid, start=start)
    yield usual, "These are the weights for the old targets. Train on 1 - y."
    yield -usual, "A good prediction, and right to two decimals. Train, and see what comes out."


@exercise
def half_an_input(trained, sigmoid):
    """What the trained network says to a row with half of input 1."""
    row = np.array([0.5, 0, 1])
    yield (
        float(sigmoid(row @ trained)[0]),
        "Halfway between a no and a yes, since the third weight is about minus half of the first.",
    )
    yield float((row @ trained)[0]), "That is the sum. Squash it."
    yield sigmoid(row @ trained), "The number is right, in an array of one: take it out with [0]."
    yield float(sigmoid(np.array([1, 0, 1]) @ trained)[0]), "Input 1 is half on: 0.5, not 1."
    yield float(sigmoid(np.array([0.5, 0, 0]) @ trained)[0]), "Input 3 is on in this row."


@exercise
def largest_weight(X, sigmoid, start):
    """The number of the largest weight, from 1, after training on a copy of input 2."""
    weights = train(X, X[:, 1:2], 10_000, sigmoid, start=start)
    yield (
        int(weights.argmax()) + 1,
        "The same lines find another rule: nothing in them knows which input is the answer.",
    )
    yield int(weights.argmax()), "Python counts from 0. The weights are counted from 1."
    yield int(weights.argmin()) + 1, "That one is the most negative: it does the work of the bias."
    yield weights.max(), "That is the weight itself. Which of the three is it?"


# When it goes wrong


@exercise
def who_is_who(waiting):
    """The numbers, from 1, of the patients A, B, H, I, J, K in the waiting room."""
    names = sorted(waiting)
    right = np.array([waiting.index(name) + 1 for name in names])

    def swapped(one, other):
        order = np.arange(len(names))
        order[[names.index(one), names.index(other)]] = names.index(other), names.index(one)
        return right[order]

    yield (
        right,
        "The curves showed some of them, and the check was needed to tell the others apart.",
    )
    yield swapped("A", "B"), "Nearly: only the healthy one of A and B passes the check."
    yield swapped("B", "H"), "Nearly: B and H both pass. Which of them learns all four rows?"
    yield swapped("B", "I"), "Nearly: I's step has the right direction, and not the right length."
    yield (
        swapped("A", "I"),
        "Nearly: a mean changes the length of a step and leaves its direction.",
    )
    yield swapped("B", "J"), "Nearly: B and J both pass. J's diary shows the end on every page."
    yield swapped("H", "K"), "Nearly: one of H and K goes downhill on its own loss, and passes."
    yield right - 1, "The patients are numbered from 1."
    yield (
        np.argsort(right) + 1,
        "That goes the other way: the place of each patient in the list A, B, H, I, J, K. The"
        " question is which patient is A, then which is B, and so on.",
    )


@exercise
def check_of_wrong_slope(X, y, sigmoid, loss, start, gradient_check):
    """The gradient check of a network that takes outputs * (1 + outputs) for the slope."""
    outputs = sigmoid(X @ start)

    def check(slope, sign=1):
        return gradient_check(sign * X.T @ ((y - outputs) * slope), loss, start)

    yield (
        check(outputs * (1 + outputs)),
        "Far from 0, though such a network would learn as well: this slope is positive, too.",
    )
    yield check(outputs * (1 - outputs)), "That is the right slope. Change the sign in it."
    yield check(outputs), "That is A, which has no brackets at all."
    yield (
        check(outputs * (1 + outputs), -1),
        "The error is target minus prediction, and the step is added.",
    )
    yield check(1 + outputs), "Multiply by the outputs as well."
    yield (
        check(outputs * (1 + outputs) * outputs * (1 - outputs)),
        "The wrong slope takes the place of the right one. You multiplied by both.",
    )


@exercise
def repaired_delta(y, sigmoid):
    """A function that gives the delta, from targets and outputs."""
    outputs = np.array([[0.2], [0.6], [0.3], [0.9]])
    yield (
        lambda t, o: (t - o) * sigmoid(o, deriv=True),
        "Error times slope, with the sign that belongs to +=. The gradient check would agree.",
        (y, outputs),
        (1 - y, sigmoid(3 * outputs)),
    )
    yield lambda t, o: (o - t) * o * 1 - o, "That is still the broken line."
    yield lambda t, o: (t - o) * o * 1 - o, "The sign is mended. Now look at the brackets."
    yield (
        lambda t, o: (o - t) * o * (1 - o),
        "The brackets are mended. Now look at the sign: += wants target minus prediction.",
    )
    yield lambda t, o: t - o, "That is D: the slope is missing."
    yield lambda t, o: (t - o) * o, "That is A: the (1 - outputs) is missing."
    yield (
        lambda t, o: (t - o) * sigmoid(sigmoid(o), deriv=True),
        "That is C: the outputs are squashed already.",
    )


# Hidden layer


@exercise
def hidden_layer_step(X, xor, first_layer, second_layer, sigmoid):
    """The step of the first layer of weights, (3, 4), judged by nudging each of them."""

    def loss(weights):
        return np.sum((xor - sigmoid(sigmoid(X @ weights) @ second_layer)) ** 2) / 2

    measured = np.zeros(first_layer.shape)
    for place in np.ndindex(first_layer.shape):
        moved = np.zeros(first_layer.shape)
        moved[place] = 1e-5
        measured[place] = (loss(first_layer - moved) - loss(first_layer + moved)) / 2e-5
    yield measured, "The measurement agrees, weight by weight: this step goes straight downhill."
    units = sigmoid(X @ first_layer)
    said = sigmoid(units @ second_layer)
    error = xor - said
    delta = error * sigmoid(said, deriv=True)
    blame, slope = delta @ second_layer.T, sigmoid(units, deriv=True)
    yield blame, "That is the error of each hidden unit. Next: times slope."
    yield (
        blame * slope,
        "That is the delta of each hidden unit. Next: collect them for each weight.",
    )
    yield X.T @ blame, "The slope of the hidden units is missing: error times slope."
    yield (
        X.T @ (error @ second_layer.T * slope),
        "What travels back is the delta of the last layer, not its error.",
    )
    yield (
        X.T @ (blame * sigmoid(units * (1 - units), deriv=True)),
        "That took the slope of a slope.",
    )
    yield (
        X.T @ (blame * sigmoid(sigmoid(units), deriv=True)),
        "l1 is squashed already: don't squash it again.",
    )
    yield (
        X.T @ (blame * sigmoid(said, deriv=True)),
        "That is the slope of the predictions. Take that of the hidden units, l1.",
    )
    yield (
        units.T @ (blame * slope),
        "That was collected with l1. The weights of W0 lead there from the inputs, l0.",
    )
    yield (
        first_layer + measured,
        "That is W0 after the step. The question asks for the step alone.",
    )


@exercise
def shape_of_second_layer(inputs, hidden, outputs):
    """The shape of W1 for a network with that many inputs, hidden units and outputs."""
    yield (
        (hidden, outputs),
        "It joins the hidden layer to the outputs. The number of inputs has no part in it.",
    )
    yield (inputs, hidden), "That is W0, from the inputs to the hidden units."
    yield (outputs, hidden), "The two are swapped: rows for what comes in, columns for out."
    yield (inputs, outputs), "The inputs don't reach the second layer. What does?"
    yield (hidden, 1), "That has room for one output only. Here are more."
    yield hidden * outputs, "That is how many weights there are. A shape keeps both numbers."


@exercise
def predict_two_layers(X, weights, more_weights, sigmoid):
    """A function that predicts through two layers."""
    yield (
        lambda inputs, first, second: sigmoid(sigmoid(inputs @ first) @ second),
        "One layer's output is the next one's input. A third layer would be one more of the same.",
        (1 - X, -weights, 2 * more_weights),
        (X[:1], weights[:, :2], np.ones((2, 5))),
        (X, weights, more_weights),
    )
    yield (
        lambda inputs, first, second: sigmoid(inputs @ first @ second),
        "Without a sigmoid in between two layers are no better than one: squash twice.",
    )
    yield (
        lambda inputs, first, second: sigmoid(inputs @ first) @ second,
        "These are the sums of the last layer. Squash them as well.",
    )
    yield (
        lambda inputs, first, second: sigmoid(inputs @ first),
        "That is the hidden layer. Go on from there.",
    )
    yield (
        lambda inputs, first, second: sigmoid(sigmoid(X @ weights) @ more_weights),
        "It gives the same answer whatever it is given: use the arguments.",
    )


# Digits


@exercise
def first_layer_step(batch, wanted, to_units, to_answers, sigmoid):
    """The step of the first layer of weights for one mini-batch, judged by nudging each."""
    units = sigmoid(batch @ to_units)
    answers = sigmoid(units @ to_answers)

    def fall(unit, nudge=1e-4):
        """How far cross-entropy falls for each weight (65,) that leads to this hidden unit: to
        nudge one nudges the sum of this unit alone, so the others are not computed again."""
        losses = []
        for by in [-nudge, nudge]:
            moved = sigmoid((batch @ to_units[:, unit])[:, None] + by * batch) - units[:, [unit]]
            sums = (units @ to_answers)[:, None] + moved[:, :, None] * to_answers[unit]
            said = sigmoid(np.where(wanted[:, None] == 1, sums, -sums))  # to what is right
            losses.append(-np.log(said).sum(axis=2))
        return (losses[0] - losses[1]).sum(axis=0) / (2 * nudge)

    yield (
        np.transpose([fall(unit) for unit in range(units.shape[1])]),
        "The measurement agrees, weight by weight. The lines are those of three hidden units or"
        " three thousand.",
    )
    delta, slope = wanted - answers, units * (1 - units)
    blame = delta @ to_answers.T
    yield delta, "That is the last delta. Next: send it back to the hidden units."
    yield blame, "That is the error of each hidden unit. Next: times slope."
    yield blame * slope, "These are the deltas of the hidden units. Next: collect them."
    yield units.T @ delta, "That is the step of W1. The weights of W0 start from the inputs, l0."
    yield (
        batch.T @ ((delta * answers * (1 - answers)) @ to_answers.T * slope),
        "The last delta has a slope in it. That belongs to squared errors: here it has none.",
    )
    yield batch.T @ blame, "The slope of the hidden units is missing: error times slope."
    yield (
        batch.T @ (blame * units),
        "That is times the outputs of the hidden units. The slope is output times (1 - output).",
    )
    yield (
        batch.T @ (blame * sigmoid(sigmoid(units), deriv=True)),
        "l1 is squashed already: don't squash it again.",
    )
    yield (
        batch.T @ (blame * slope) / len(batch),
        "That is the mean over the images of the mini-batch. The loss is their sum.",
    )


@exercise
def steps_of_training(rows, batch, epochs):
    """How many steps the training takes."""
    whole = rows // batch
    yield (
        epochs * -(-rows // batch),
        "Each of them looks at a handful of digits only. That is what makes them quick.",
    )
    yield epochs * whole, "The digits left over at the end of an epoch make a step as well."
    yield (
        epochs * rows / batch,
        "A step is a step: the last one of an epoch is smaller, not part of one.",
    )
    yield -(-rows // batch), "That is one epoch. How many are there?"
    yield epochs, "That is the number of epochs. Each has many steps."
    yield epochs * rows, "A step looks at several digits at once."


@exercise
def share_right(labels, answers):
    """For each digit, the share of its images that were read right."""
    labels, answers = np.asarray(labels), np.asarray(answers)
    count = np.array([(labels == digit).sum() for digit in range(10)])
    right = np.array([((labels == digit) & (answers == digit)).sum() for digit in range(10)])
    given = np.array([(answers == digit).sum() for digit in range(10)])
    yield (
        right / count,
        "One number for all of them would have hidden that some digits are harder than others.",
    )
    yield right, "That is how many. Divide by how many images of that digit there are."
    yield 1 - right / count, "That is the share that was misread."
    yield (
        right / given,
        "You divided by how often each digit was said, not by how often it is there.",
    )
    yield np.mean(labels == answers), "That is one number for all digits. Take them one by one."
    yield 100 * right / count, "The shares are right, but as per cent. They were to be from 0 to 1."
