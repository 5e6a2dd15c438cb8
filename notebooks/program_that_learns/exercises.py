"""Checks for the exercises. Each says one of three things: not answered yet, correct and why it
matters, or not yet and a hint for this mistake. None raises, and none tells the answer.

What is right is computed with the network's own pieces, which the notebooks pass in.
"""

import functools

import numpy as np

CLOSE = 0.001  # answers are compared to three digits
LARGEST = 100_000  # no answer has anywhere near that many numbers


def safe(check):
    """Print what a check says, and a sentence if the check itself fails, for example because
    a piece of the network was changed further up."""

    @functools.wraps(check)
    def printing(*arguments):
        try:
            with np.errstate(all="ignore"):
                said = check(*arguments)
        except Exception:
            said = "Not yet. This can't be checked: run the notebook from the top, then try again."
        print(said)

    return printing


def judge(answer, right, why, mistakes=()):
    """Compare an answer with what is right, both numbers or arrays, and say what is to be said.

    `mistakes` are pairs of a wrong answer that is to be expected and the hint that fits it.
    """
    if answer is None or answer is Ellipsis:
        return "Not answered yet: put your answer in the place of None."
    given, problem = as_numbers(answer)
    if problem:
        return f"Not yet. {problem}"
    right = np.asarray(right, float)
    if same(given, right):
        return f"Correct. {why}"
    for wrong, hint in mistakes:
        if same(given, np.asarray(wrong, float)):
            return f"Not yet. {hint}"
    return f"Not yet. {general_hint(given, right)}"


def judge_function(answer, cases, right, why, mistakes=()):
    """The same for an answer that is a function: it is called once for each tuple in `cases`."""
    if answer is None or answer is Ellipsis:
        return "Not answered yet: put your answer in the place of None."
    if not callable(answer):
        return "Not yet. The answer is to be a function, without brackets after its name."
    for case in cases:
        try:
            result = answer(*(np.array(part) if np.ndim(part) else part for part in case))
        except (Exception, SystemExit) as error:
            return f"Not yet. Your function stops with {type(error).__name__}: {str(error)[:200]}"
        if result is None:
            return "Not answered yet: your function returns None. Let it return the result."
        wrongs = [(wrong(*case), hint) for wrong, hint in mistakes]
        said = judge(result, right(*case), why, wrongs)
        if not said.startswith("Correct"):
            return said
    return said


def as_numbers(answer):
    """An answer as an array of floats and "", or None and a sentence that says what it is not."""
    wanted = "The answer is to be a number or an array of numbers"
    if isinstance(answer, (str, bytes)):
        return None, f"{wanted}, and this is text: leave out the quotation marks."
    if isinstance(answer, (bool, np.bool_)):
        return None, f"{wanted}, and this is True or False."
    if callable(answer):
        return None, f"{wanted}, and this is a function: call it."
    try:
        if np.size(answer) > LARGEST:
            return None, "That is far more numbers than the question asks for."
        given = np.asarray(answer)
        if given.dtype.kind not in "iuf":
            return None, f"{wanted}."
        given = given.astype(float)
    except Exception:
        return None, f"{wanted}."
    if given.size == 0:
        return None, f"{wanted}, and this one is empty."
    if not np.isfinite(given).all():
        return (
            None,
            "There is a NaN or an infinity in it: did you divide by 0, or take the log of 0?",
        )
    return given, ""


def same(one, other):
    """Whether two arrays have the same shape and, to three digits, the same numbers."""
    return one.shape == other.shape and np.allclose(one, other, rtol=CLOSE, atol=CLOSE)


def general_hint(given, right):
    """A hint for mistakes that can happen anywhere: shape, sign, factor, whole numbers."""
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
    nonzero = np.abs(right) > CLOSE
    factors = given[nonzero] / right[nonzero]
    if (
        right.size > 1
        and np.allclose(factors, factors[0], rtol=CLOSE)
        and same(given[~nonzero], right[~nonzero])
    ):
        return (
            "Every number is off by the same factor: is something multiplied or divided once too"
            " often?"
        )
    if right.size > 1 and (hits := int(np.isclose(given, right, rtol=CLOSE, atol=CLOSE).sum())):
        return f"{hits} of the {right.size} numbers are right. Look at the others."
    return "Go through it in small steps, and print what each of them gives."


# 01 Data


@safe
def photo_weights(answer, inputs, outputs):
    """01: the shape of the weights for a network with that many inputs and outputs."""
    return judge(
        answer,
        (inputs, outputs),
        "One row per input, one column per output. The number of examples has no part in it.",
        [
            ((outputs, inputs), "The two are swapped: rows belong to inputs, columns to outputs."),
            (inputs * outputs, "That is how many weights there are. A shape keeps both numbers."),
            ((inputs,), "That has room for one output only. Where are the other columns?"),
            ((inputs, 1), "That has room for one output only. Here are more."),
        ],
    )


@safe
def opposite(answer, X, y):
    """01: the targets of the opposite rule."""
    return judge(
        answer,
        1 - y,
        "The same shape as y, and every yes is a no. The network could learn this rule as well.",
        [
            (y, "These are the old targets. The new ones are 1 where the old ones are 0."),
            (1 - y[:, 0], "The numbers are right, but the shape is (4,). Targets are a column."),
            ((1 - y).T, "The numbers are right, but they lie on their side. Targets are a column."),
            (-y, "A minus turns 1 into -1. Targets are 0 or 1: subtract from 1."),
        ],
    )


@safe
def possible_inputs(answer, columns):
    """01: how many different rows of zeros and ones there are."""
    return judge(
        answer,
        2**columns,
        "Every new column doubles them. Soon nobody can show a network all there is: it must"
        " generalise.",
        [
            (2 * columns, "Not 2 times the columns: each new column doubles what was there."),
            (columns**2, "The other way round: 2 choices, as often as there are columns."),
            (2 ** (columns - 1), "That is for one column less. The new one doubles it."),
        ],
    )


# 02 Sigmoid


@safe
def slope_at_output(answer, output, sigmoid):
    """02: the slope where the sigmoid gives that output."""
    return judge(
        answer,
        sigmoid(output, deriv=True),
        "Output times one minus output: with the output at hand, the slope costs one"
        " multiplication.",
        [
            (
                sigmoid(sigmoid(output), deriv=True),
                "You took the number for an input. It is an output already.",
            ),
            (output, "That is the output itself. The slope is output times something."),
            (1 - output, "That is half of it: multiply it by the output."),
            (output**2, "Not the output squared: output times (1 - output)."),
        ],
    )


@safe
def slopes_at_inputs(answer, places, sigmoid):
    """02: the slopes of the sigmoid at some inputs."""
    return judge(
        answer,
        sigmoid(sigmoid(places), deriv=True),
        "First the outputs, then their slopes. Left and right of 0 they are the same: the curve is"
        " symmetric.",
        [
            (
                sigmoid(places, deriv=True),
                "You gave the inputs to deriv=True. It expects outputs: squash first.",
            ),
            (sigmoid(places), "These are the outputs. Now take the slope of each."),
        ],
    )


@safe
def unsquash(answer, sigmoid):
    """02: a function that takes the sigmoid back."""
    places = np.array([-3.0, -0.5, 0.0, 2.0])
    return judge_function(
        answer,
        [(sigmoid(places),), (sigmoid(4.0),)],
        lambda p: np.log(p / (1 - p)),
        "It has a name, the logit. It turns a probability into a sum, and the sigmoid turns it"
        " back.",
        [
            (lambda p: np.log(p), "Only half: the log is to be taken of p / (1 - p)."),
            (lambda p: 1 / p, "This takes back 1 / x, the last of three steps. Go on backwards."),
            (
                lambda p: p / (1 - p),
                "Nearly: this is e to the x. Which function takes back the exponential?",
            ),
            (
                lambda p: np.log10(p / (1 - p)),
                "The log to base 10 does not take back exp: use np.log.",
            ),
            (
                lambda p: 1 / sigmoid(p),
                "One divided by a function is not its inverse. Solve p = 1 / (1 + exp(-x)) for x.",
            ),
        ],
    )


# 03 Forward pass


@safe
def sum_of_row_4(answer, X, W0, sigmoid):
    """03: the sum of the fourth row."""
    total = float((X[3] @ W0)[0])
    return judge(
        answer,
        total,
        "All three inputs are on, so the sum is that of all three weights.",
        [
            ([total], "The number is right, in an array of one: take it out with [0]."),
            (
                sigmoid(total),
                "That is the prediction. The question asks for the sum before the sigmoid.",
            ),
            (float((X[2] @ W0)[0]), "That is row 3: Python counts from 0, so row 4 is X[3]."),
            (float(W0[0, 0] + W0[1, 0]), "Input 3 is on as well. Its weight belongs to the sum."),
        ],
    )


@safe
def with_other_weights(answer, X, weights, sigmoid):
    """03: the predictions for other weights."""
    right = sigmoid(X @ weights)
    return judge(
        answer,
        right,
        "The same line with other weights: what the network knows is in them, and nowhere else.",
        [
            (X @ weights, "These are the sums. Squash them."),
            (
                right[:, 0],
                "The numbers are right, but the shape is (4,): give @ the column of weights.",
            ),
            (sigmoid(X), "The inputs were squashed without having met the weights."),
            (sigmoid(X @ weights, deriv=True), "deriv=True gives slopes. Leave it out."),
        ],
    )


@safe
def predict_function(answer, X, W0, sigmoid):
    """03: a function that predicts for any rows and any weights."""
    return judge_function(
        answer,
        [(1 - X, -2 * W0), (np.array([[1, 0, 0]]), W0), (X, W0)],
        lambda inputs, weights: sigmoid(inputs @ weights),
        "It takes its inputs and weights from its arguments, so it works for rows that it has never"
        " seen.",
        [
            (
                lambda inputs, weights: sigmoid(X @ W0),
                "It gives the same answer whatever it is given: use the arguments, not X and W0.",
            ),
            (
                lambda inputs, weights: sigmoid(inputs @ W0),
                "It ignores the weights that it is given: use the argument, not W0.",
            ),
            (
                lambda inputs, weights: sigmoid(X @ weights),
                "It ignores the inputs that it is given: use the argument, not X.",
            ),
            (lambda inputs, weights: inputs @ weights, "These are the sums. Squash them."),
        ],
    )


# 04 Error


@safe
def undecided_error(answer, y):
    """04: the mean squared error of a network that says 0.5 to everything."""
    error = y - 0.5
    return judge(
        answer,
        np.mean(error**2),
        "A quarter is what you get for shrugging. The untrained network, at 0.31, is worse than"
        " that.",
        [
            (np.mean(np.abs(error)), "That is the size of each error. Square it."),
            (np.mean(error), "The errors of the two halves cancel. Square them first."),
            (np.sum(error**2), "That is the sum of the squares. Take their mean."),
            (
                np.mean(error**2) / 2,
                "Half of it is the loss of one row. Here the mean of the squares is asked for.",
            ),
        ],
    )


@safe
def error_of_guess(answer, y, guess):
    """04: the mean squared error of some predictions."""
    return judge(
        answer,
        np.mean((y - guess) ** 2),
        "One number for four errors, and it does not matter in which direction each of them"
        " points.",
        [
            (np.mean(y - guess), "Without the square, errors above and below cancel."),
            (
                np.mean(np.abs(y - guess)),
                "That is the mean size of the errors. Square them in place of taking their size.",
            ),
            (
                np.sum((y - guess) ** 2),
                "That is the sum. Divide it by the number of rows, or use np.mean.",
            ),
            (
                np.mean((y[:, 0] - guess) ** 2),
                "Somewhere a (4,) met a (4, 1) and became (4, 4). Keep both as columns.",
            ),
            ((y - guess) ** 2, "These are the four squares. Take their mean."),
        ],
    )


@safe
def shape_of_mix(answer, y, l1):
    """04: the shape of a row minus a column."""
    return judge(
        answer,
        (y[:, 0] - l1).shape,
        "Each of four meets each of four, sixteen differences, and NumPy says nothing. It is called"
        " broadcasting.",
        [
            (
                y.shape,
                (
                    "So one would think. But a (4,) counts as a row, and a row minus a column is a"
                    " table."
                ),
            ),
            (y[:, 0].shape, "The result has more dimensions: a row minus a column is a table."),
            (y.size**2, "That is how many numbers it has. A shape has one number per dimension."),
        ],
    )


# 05 Backprop


@safe
def one_delta(answer, prediction, target, sigmoid):
    """05: the delta of one row."""
    error, slope = target - prediction, sigmoid(prediction, deriv=True)
    return judge(
        answer,
        error * slope,
        "Nearly right and rather sure: a small error times a small slope. Such a row hardly moves"
        " the weights.",
        [
            (error, "That is the error alone. Multiply it by the slope."),
            (slope, "That is the slope alone. Multiply it by the error."),
            (
                error * sigmoid(sigmoid(prediction), deriv=True),
                "You took the slope as if the prediction were an input. It is an output already.",
            ),
            (-error * slope, "The sign is flipped: the error is target minus prediction."),
        ],
    )


@safe
def small_step(answer, l0, l1_error, l1_delta, rate):
    """05: the change of the weights at a learning rate."""
    step = l0.T @ l1_delta
    return judge(
        answer,
        rate * step,
        "The same direction, a tenth of the way. The learning rate changes how far, not where to.",
        [
            (step, "That is the step at learning rate 1. Make it shorter."),
            (-rate * step, "That goes uphill: with y - l1 the step is added as it is."),
            (
                rate * step[:, 0],
                "The numbers are right, but the shape is (3,). The weights are a column.",
            ),
            (rate * (l0.T @ l1_error), "The slope is missing: use the deltas, not the errors."),
            (
                rate * (l1_delta.T @ l0),
                "The numbers are right, but they lie on their side: the weights are a column.",
            ),
            (step / rate, "Multiply by the rate. Dividing makes the step longer."),
        ],
    )


@safe
def step_of_row_2(answer, l0, l1_delta):
    """05: the step that the weights would take if only row 2 counted."""
    step = l0[1:2].T @ l1_delta[1:2]
    return judge(
        answer,
        step,
        "Row 2 pulls down the weights whose inputs were on, and leaves the first one alone: it had"
        " no part in the mistake.",
        [
            (l0.T @ l1_delta, "That is the step for all four rows. Take row 2 alone."),
            (l0[2:3].T @ l1_delta[2:3], "That is row 3: Python counts from 0."),
            (
                step[:, 0],
                (
                    "The numbers are right, but the shape is (3,). Slice with 1:2 to keep the row a"
                    " table."
                ),
            ),
            (
                step.T,
                "The numbers are right, but they lie on their side: the weights are a column.",
            ),
            (
                np.full((3, 1), l1_delta[1, 0]),
                "Input 1 is off in row 2. Multiply the delta by the inputs.",
            ),
        ],
    )


# 06 Training


@safe
def iterations_until(answer, mse_history, limit):
    """06: the first iteration with an error below a limit."""
    first = int(np.argmax(np.asarray(mse_history) < limit))
    return judge(
        answer,
        first,
        "Less than one hundredth of the training. The rest makes the good better.",
        [
            (mse_history[first], "That is the error there. The question asks for the iteration."),
            (first + 1, "One too many: the first iteration has the number 0."),
            (first - 1, "One too few: there the error is still above the limit."),
            (
                int(np.sum(np.asarray(mse_history) < limit)),
                "That is how many iterations are below the limit. Where is the first?",
            ),
        ],
    )


def train(inputs, targets, steps, sigmoid, slope=True, sign=1):
    """The weights (3, 1) after some steps from zero weights. The switches make mistakes."""
    weights = np.zeros((np.shape(inputs)[1], 1))
    for _ in range(steps):
        outputs = sigmoid(inputs @ weights)
        blame = (targets - outputs) * (sigmoid(outputs, deriv=True) if slope else 1)
        weights = weights + sign * inputs.T @ blame
    return weights


@safe
def train_function(answer, X, y, sigmoid):
    """06: a function that trains a network from zero weights."""
    return judge_function(
        answer,
        [(X, y, 3), (X, 1 - y, 40)],
        lambda inputs, targets, steps: train(inputs, targets, steps, sigmoid),
        "That is a program that learns, from memory. It works for any inputs and targets of these"
        " shapes.",
        [
            (
                lambda i, t, steps: train(i, t, steps, sigmoid, slope=False),
                "The slope is missing in the delta.",
            ),
            (
                lambda i, t, steps: train(i, t, steps, sigmoid, sign=-1),
                "It walks uphill: check the sign of the error or of the step.",
            ),
            (
                lambda i, t, steps: train(i, t, 1, sigmoid),
                "It takes one step, however many are asked for: does return stand inside the loop?",
            ),
            (
                lambda i, t, steps: sigmoid(i @ train(i, t, steps, sigmoid)),
                "These are the predictions. Return the weights.",
            ),
            (
                lambda i, t, steps: np.zeros((3, 1)),
                "The weights never change. Are they integers, or is the step not added?",
            ),
        ],
    )


@safe
def opposite_weights(answer, X, y, sigmoid, start, iterations):
    """06: the predictions after training on the opposite targets, from the course's start."""
    weights = [start.copy(), start.copy()]
    for _ in range(iterations):
        for one, targets in zip(weights, [1 - y, y]):
            outputs = sigmoid(X @ one)
            one += X.T @ ((targets - outputs) * sigmoid(outputs, deriv=True))
    right, usual = weights
    return judge(
        answer,
        right,
        "To three digits these are the old weights with their signs turned around, although the"
        " start was not mirrored: training forgets where it began.",
        [
            (usual, "These are the weights for the old targets. Train on 1 - y."),
            (start, "These are the weights before training. Run the loop."),
            (sigmoid(X @ right), "These are the predictions. The question asks for the weights."),
            (
                right[:, 0],
                "The numbers are right, but the shape is (3,): the weights are a column.",
            ),
        ],
    )


# 07 When it goes wrong


@safe
def who_is_who(answer, waiting):
    """07: the numbers, from 1, of the patients A to H in the waiting room."""
    right = np.array([waiting.index(name) + 1 for name in sorted(waiting)])

    def swapped(one, other):
        names = sorted(waiting)
        order = np.arange(len(names))
        order[[names.index(one), names.index(other)]] = names.index(other), names.index(one)
        return right[order]

    return judge(
        answer,
        right,
        "The curves showed four of them, and the check was needed to tell the other four apart.",
        [
            (swapped("A", "B"), "Nearly: only the healthy one of A and B passes the check."),
            (swapped("A", "C"), "Nearly: A's slope is further off than C's, as its curve shows."),
            (swapped("B", "H"), "Nearly: B and H both pass. Which of them learns all four rows?"),
            (swapped("E", "G"), "Nearly: E turns every answer around, and G makes all the same."),
            (right - 1, "The patients are numbered from 1."),
            (
                np.argsort(right) + 1,
                "These are the networks of patients 1 to 8. The question goes the other way: the"
                " patient of A first, then that of B.",
            ),
        ],
    )


@safe
def check_of_wrong_slope(answer, X, y, sigmoid, loss, start, gradient_check):
    """07: the gradient check of a network that takes outputs * (1 + outputs) for the slope."""
    outputs = sigmoid(X @ start)

    def check(slope, sign=1):
        return gradient_check(sign * X.T @ ((y - outputs) * slope), loss, start)

    return judge(
        answer,
        check(outputs * (1 + outputs)),
        "Far from 0, though such a network would learn as well: this slope is positive, too.",
        [
            (check(outputs * (1 - outputs)), "That is the right slope. Change the sign in it."),
            (check(outputs), "That is A, which has no brackets at all."),
            (
                check(outputs * (1 + outputs), -1),
                "The error is target minus prediction, and the step is added.",
            ),
            (check(1 + outputs), "Multiply by the outputs as well."),
            (
                check(outputs * (1 + outputs) * outputs * (1 - outputs)),
                "The wrong slope takes the place of the right one. You multiplied by both.",
            ),
        ],
    )


@safe
def repaired_delta(answer, y, sigmoid):
    """07: a function that gives the delta, from targets and outputs."""
    outputs = np.array([[0.2], [0.6], [0.3], [0.9]])
    return judge_function(
        answer,
        [(y, outputs), (1 - y, sigmoid(3 * outputs))],
        lambda t, o: (t - o) * sigmoid(o, deriv=True),
        "Error times slope, with the sign that belongs to +=. The gradient check would agree.",
        [
            (lambda t, o: (o - t) * o * 1 - o, "That is still the broken line."),
            (lambda t, o: (t - o) * o * 1 - o, "The sign is mended. Now look at the brackets."),
            (
                lambda t, o: (o - t) * o * (1 - o),
                "The brackets are mended. Now look at the sign: += wants target minus prediction.",
            ),
            (lambda t, o: t - o, "That is D: the slope is missing."),
            (lambda t, o: (t - o) * o, "That is A: the (1 - outputs) is missing."),
            (
                lambda t, o: (t - o) * sigmoid(sigmoid(o), deriv=True),
                "That is C: the outputs are squashed already.",
            ),
        ],
    )


# 08 Hidden layer


@safe
def shape_of_second_layer(answer, inputs, hidden, outputs):
    """08: the shape of W1 for a network with that many inputs, hidden units and outputs."""
    return judge(
        answer,
        (hidden, outputs),
        "It joins the hidden layer to the outputs. The number of inputs has no part in it.",
        [
            ((inputs, hidden), "That is W0, from the inputs to the hidden units."),
            ((outputs, hidden), "The two are swapped: rows for what comes in, columns for out."),
            ((inputs, outputs), "The inputs don't reach the second layer. What does?"),
            ((hidden, 1), "That has room for one output only. Here are more."),
            (hidden * outputs, "That is how many weights there are. A shape keeps both numbers."),
        ],
    )


@safe
def hidden_deltas(answer, output_delta, weights_on, said, sigmoid):
    """08: the deltas of two hidden units, from the delta of the next layer."""
    blame = output_delta @ weights_on.T
    right = blame * sigmoid(said, deriv=True)
    return judge(
        answer,
        right,
        "Sent back along the weights, then times the slope. The unit that was surer moves less than"
        " its large weight suggests.",
        [
            (blame, "These are the errors of the two units. Times slope, they are deltas."),
            (right[0], "The numbers are right, but the shape is (2,). Keep the row a table."),
            (
                blame * sigmoid(sigmoid(said), deriv=True),
                "What the units said are outputs already: don't squash it again.",
            ),
            (
                output_delta * sigmoid(said, deriv=True),
                "The next layer's delta was not multiplied by the weights that lead there.",
            ),
            (blame * said, "That is times the outputs. The slope is output times (1 - output)."),
        ],
    )


@safe
def predict_two_layers(answer, X, W0, W1, sigmoid):
    """08: a function that predicts through two layers."""
    return judge_function(
        answer,
        [(1 - X, -W0, 2 * W1), (X[:1], W0[:, :2], np.ones((2, 5))), (X, W0, W1)],
        lambda inputs, first, second: sigmoid(sigmoid(inputs @ first) @ second),
        "One layer's output is the next one's input. A third layer would be one more of the same.",
        [
            (
                lambda inputs, first, second: sigmoid(inputs @ first @ second),
                "Without a sigmoid in between two layers are no better than one: squash twice.",
            ),
            (
                lambda inputs, first, second: sigmoid(inputs @ first) @ second,
                "These are the sums of the last layer. Squash them as well.",
            ),
            (
                lambda inputs, first, second: sigmoid(inputs @ first),
                "That is the hidden layer. Go on from there.",
            ),
            (
                lambda inputs, first, second: sigmoid(sigmoid(X @ W0) @ W1),
                "It gives the same answer whatever it is given: use the arguments.",
            ),
        ],
    )


# 09 Digits


@safe
def number_of_weights(answer, weights):
    """09: how many weights both layers have together."""
    first, second = (layer.shape for layer in weights)
    return judge(
        answer,
        first[0] * first[1] + second[0] * second[1],
        "Two thousand times as many as in part 1, and not one line of code more for it.",
        [
            (first[0] * first[1], "That is the first layer. The second has weights as well."),
            (second[0] * second[1], "That is the second layer. The first has weights as well."),
            (
                (first[0] - 1) * first[1] + second[0] * second[1],
                "The bias is an input, too: it has a weight for each hidden unit.",
            ),
            (
                first[0] + first[1] + second[1],
                "These are the units. Each pair of them has a weight.",
            ),
            (
                first[0] * first[1] * second[0] * second[1],
                "Each layer has its own weights: add the layers, don't multiply them.",
            ),
        ],
    )


@safe
def steps_of_training(answer, rows, batch, epochs):
    """09: how many steps the training takes."""
    whole = rows // batch
    return judge(
        answer,
        epochs * -(-rows // batch),
        "Each of them looks at a handful of digits only. That is what makes them quick.",
        [
            (epochs * whole, "The digits left over at the end of an epoch make a step as well."),
            (
                epochs * rows / batch,
                "A step is a step: the last one of an epoch is smaller, not part of one.",
            ),
            (-(-rows // batch), "That is one epoch. How many are there?"),
            (epochs, "That is the number of epochs. Each has many steps."),
            (epochs * rows, "A step looks at several digits at once."),
        ],
    )


@safe
def share_right(answer, labels, said):
    """09: for each digit, the share of its images that were read right."""
    labels, said = np.asarray(labels), np.asarray(said)
    count = np.array([(labels == digit).sum() for digit in range(10)])
    right = np.array([((labels == digit) & (said == digit)).sum() for digit in range(10)])
    answers = np.array([(said == digit).sum() for digit in range(10)])
    return judge(
        answer,
        right / count,
        "One number for all of them would have hidden that some digits are harder than others.",
        [
            (right, "That is how many. Divide by how many images of that digit there are."),
            (1 - right / count, "That is the share that was misread."),
            (
                right / answers,
                "You divided by how often each digit was said, not by how often it is there.",
            ),
            (np.mean(labels == said), "That is one number for all digits. Take them one by one."),
            (
                100 * right / count,
                "The shares are right, but as per cent. They were to be from 0 to 1.",
            ),
        ],
    )
