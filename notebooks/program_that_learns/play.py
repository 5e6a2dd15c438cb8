"""Pictures to play with: one for each notebook, each made by a function of its own.

live.py says how such a picture is made. The network's own pieces are passed in, so that the pictures
show what the reader's code does and not a copy of it: either it is asked here for everything that
can be shown, or it is sampled, and the browser adds products and looks the samples up.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

from program_that_learns import look
from program_that_learns.live import Picture, panel, picker, sampled, scrubbed, sheet, slider
from program_that_learns.look import (
    ERROR,
    GRADIENT,
    NO_TO_YES,
    OTHER,
    PREDICTION,
    TARGET,
    WEIGHT,
)

REACH = 40  # sums are sampled from minus this to this; beyond, every answer stays as it is there
NAMES = "sticks", "targets", "dots"  # what look.rows draws


def numbers(values, digits=5):
    """An array as lists of short numbers."""
    return np.round(np.asarray(values, float), digits).tolist()


def read(values, form=".3f"):
    """Numbers as a reader reads them: "0.269, 0.364"."""
    return ", ".join(format(float(number), form) for number in np.ravel(values))


def line():
    """Tilt a line with a and lift it with b."""
    figure = sheet(7, 3)
    axes = panel(figure, 0.8, 0.6, 6, 2.0, "Does the line go through the target?")
    axes.set(xlim=(-2, 2), ylim=(-4.2, 4.2), xlabel="x", ylabel="height")
    axes.plot(0, 1, "D", color=TARGET)
    axes.text(0.1, 1.4, "target", color=TARGET)
    (drawn,) = axes.plot([-2, 2], [-2, 2], color=WEIGHT)
    said = "The line is 1.0 · x + 0.0. At x = 0 its height is 0.0. It misses the target, at 1."
    task = "make the line go through the target. Then set b back to 0 and try it with a alone."
    controls = [slider("a (tilts)", 1, -2, 2), slider("b (lifts)", 0, -2, 2)]
    return Picture(task, figure, {"line": drawn}, controls, said, rule="line", drag={0: [None, 1]})


def tangent(sigmoid):
    """Move x along the sigmoid and read off its value and its slope."""
    figure = sheet(7, 3.4)
    axes = panel(figure, 0.8, 0.6, 6, 2.4, "The sigmoid and its slope at one point")
    everywhere = np.linspace(-8, 8, 161)
    axes.plot(everywhere, sigmoid(everywhere), color=PREDICTION)
    axes.set(xlim=(-8, 8), ylim=(-0.1, 1.1), xlabel="x", ylabel="sigmoid(x)")
    (touching,) = axes.plot([0], [0], color=GRADIENT)
    (point,) = axes.plot([0], [0], "o", color=OTHER)

    def show(x):
        value = sigmoid(x)
        slope = sigmoid(value, deriv=True)
        reach = np.array([-2, 2])
        touching.set_data(x + reach, value + slope * reach)
        point.set_data([x], [value])
        return f"At x = {x:.1f} the value is {value:.4f} and the slope is {slope:.4f}."

    task = "find the steepest place. Then find out how far from 0 the slope falls below 0.01."
    moving = {"tangent": touching, "point": point}
    return scrubbed(task, figure, moving, slider("x", 1.5, -8, 8), show, drag={0: [0, None]})


def glyph(axes, X, y, predictions):
    """Draw four predictions, and return what moves, by name."""
    drawn = look.rows(axes, X, y, predictions)
    axes.axhline(0.5, color=OTHER, linestyle="--", linewidth=1)
    axes.set_ylabel("prediction")
    if axes.get_window_extent().width < 200:
        axes.tick_params(axis="x", labelsize=9)
    return dict(zip(NAMES, drawn))


def set_rows(moving, y, predictions):
    """Move the dots and the sticks to other predictions."""
    places, targets, predictions = range(len(y)), np.ravel(y), np.ravel(predictions)
    moving["dots"].set_ydata(predictions)
    ends = zip(places, targets, predictions)
    moving["sticks"].set_segments([[(place, low), (place, high)] for place, low, high in ends])


def be_the_network(X, y, sigmoid):
    """Three weights by hand, four predictions, and the score."""
    figure = sheet(7, 3.2)
    axes = panel(figure, 0.8, 0.45, 6, 2.35, "The predictions of your three weights")
    predictions = sigmoid(X @ np.zeros((3, 1)))
    moving = glyph(axes, X, y, predictions)
    error = np.abs(y - predictions)
    said = (
        f"Predictions {read(predictions)}. On the right side of 0.5: {(error < 0.5).sum()} of 4. "
        f"Within 0.02 of the target: {(error < 0.02).sum()} of 4."
    )
    task = "bring all four dots into their diamonds. Which weight can stay at 0?"
    controls = [slider(f"weight {i + 1}", 0, -10, 10, 0.5) for i in range(3)]
    given = forward(X, y, sigmoid, 0.5)  # every sum that the sliders can make is a sample
    return Picture(task, figure, moving, controls, said, rule="network", numbers=given)


def forward(X, y, sigmoid, step=1 / 8, **more):
    """What the browser needs to make predictions: the rows and the reader's sigmoid, sampled."""
    sums = sampled(sigmoid, -REACH, REACH, step)
    return {"X": X.tolist(), "y": np.ravel(y).tolist(), **more, "sigmoid": sums}


def draw_landscape(axes, bar, X, y, W0, sigmoid, firsts, thirds):
    """Draw the mean squared error over the first and the third weight; the second stays.

    `bar` are the axes for the scale of the colours, or None.
    """
    grid = np.stack(np.meshgrid(firsts, thirds), axis=-1)  # (thirds, firsts, 2)
    sums = grid[..., :1] * X[:, 0] + W0[1, 0] * X[:, 1] + grid[..., 1:] * X[:, 2]
    error = np.mean((y[:, 0] - sigmoid(sums)) ** 2, axis=-1)  # (thirds, firsts)
    filled = look.landscape(axes, grid[..., 0], grid[..., 1], error)
    if bar is not None:
        ticks = [0, 0.25, 0.5, 0.75, 1]
        axes.figure.colorbar(filled, cax=bar, label="mean squared error", ticks=ticks)
    axes.set(xlabel="first weight", ylabel="third weight")
    axes.locator_params(integer=True, nbins=5)
    axes.grid(False)


def map_and_rows(X, y, weights, sigmoid, firsts, thirds, titles):
    """A sheet with the landscape, and beside it the predictions with some weights (3, 1). Returns the
    figure, the axes of the landscape, the predictions (4, 1), and what moves of them, by name."""
    figure = sheet(7, 3.7)
    left = panel(figure, 0.75, 0.6, 2.75, 2.75, titles[0])
    right = panel(figure, 5.05, 0.6, 1.85, 2.75, titles[1])
    bar = panel(figure, 3.6, 0.6, 0.12, 2.75)
    draw_landscape(left, bar, X, y, weights, sigmoid, firsts, thirds)
    predictions = sigmoid(X @ weights)
    moving = glyph(right, X, y, predictions)
    right.set_ylabel("")
    return figure, left, predictions, moving


def landscape(X, y, W0, sigmoid):
    """Walk the error landscape with two weights, the second one held."""
    first, third, places = -0.2, -1.0, np.linspace(-10, 10, 81)
    weights, titles = np.array([[first], W0[1], [third]]), ["You are at the dot", "Its predictions"]
    figure, left, predictions, moving = map_and_rows(X, y, weights, sigmoid, places, places, titles)
    dot = {"color": "white", "markeredgecolor": "black", "markersize": 10, "clip_on": False}
    (moving["here"],) = left.plot(first, third, "o", **dot)
    error = np.mean((y - predictions) ** 2)
    said = f"Mean squared error {error:.4f}. Predictions {read(predictions)}."
    task = "walk until the error is below 0.01. Then find a place where small moves change nothing."
    controls = [
        slider("first weight", first, -10, 10, 0.2),
        slider("third weight", third, -10, 10, 0.2),
    ]
    given = forward(X, y, sigmoid, held=float(W0[1, 0]))
    return Picture(
        task, figure, moving, controls, said, rule="landscape", drag={0: [0, 1]}, numbers=given
    )


MOST_STEPS = 100


def own_path(step, start):
    """The weights (3, 1) after each of the steps that the reader's function takes, the start first;
    and what is wrong with its first result that is no column of three numbers, if anything."""
    path = [np.array(start, float)]
    for _ in range(MOST_STEPS):
        found = step(path[-1].copy())
        try:
            weights = np.array(found, float)
        except (TypeError, ValueError):
            weights = None
        if weights is None or weights.shape != np.shape(start) or not np.isfinite(weights).all():
            what = "nothing" if found is None else f"this: {str(found)[:60]}"
            return path, (
                f" Here it ends: your function returns {what}. It should return the new weights,"
                " a column of three numbers, shape (3, 1)."
            )
        path.append(weights)
    return path, " That is enough here: the next notebook goes on."


def descent(X, y, start, step, sigmoid):
    """The reader's own steps, one at each press of a button.

    `step` is a function of the weights (3, 1) that returns the weights after one step.
    """
    sides, titles = np.linspace([-1, -5], [6, 2], 71).T, ["The way so far", "The predictions"]
    figure, left, _, rows = map_and_rows(X, y, start, sigmoid, *sides, titles)
    path, end = own_path(step, start)
    (edge,) = left.plot([0], [0], color="white", linewidth=4)
    (way,) = left.plot([0], [0], color=WEIGHT)
    (dots,) = left.plot([0], [0], "o", color=WEIGHT, markeredgecolor="white", markersize=8)
    moving = {"edge": edge, "way": way, "steps": dots} | rows

    def show(taken):
        taken = int(taken)
        so_far = np.array(path)[: taken + 1, [0, 2], 0]
        for drawn in [edge, way, dots]:
            drawn.set_data(so_far.T)
        predictions = sigmoid(X @ path[taken])
        set_rows(moving, y, predictions)
        return (
            f"After {taken} step{'' if taken == 1 else 's'}: mean squared error"
            f" {np.mean((y - predictions) ** 2):.4f}, weights {read(path[taken], '.2f')}."
            f"{end if taken == len(path) - 1 else ''}"
        )

    buttons = [
        {"name": "One step", "add": 1},
        {"name": "Ten steps", "add": 10},
        {"name": "Start again", "to": 0},
    ]
    task = "take single steps until all four dots are on the right side of the dashed line."
    control = picker("steps taken", [f"{taken}" for taken in range(len(path))])
    return scrubbed(task, figure, moving, control, show, buttons=buttons)


def training(X, y, l1_history, W0_history):
    """Scrub through the training, on a logarithmic scale."""
    figure = sheet(7, 3.2)
    left = panel(figure, 0.2, 0.45, 3, 2.35, "The weights, as lines")
    right = panel(figure, 4, 0.45, 2.8, 2.35, "The predictions")
    left.set(xlim=(-0.4, 3.4), ylim=(-0.5, 2.5))
    left.axis("off")
    moving, circle = {}, {"color": "white", "markersize": 22}
    for i, height in enumerate([2, 1, 0]):
        (moving[f"line{i}"],) = left.plot([0, 3], [height, 1], ["-", "--", ":"][i], color=WEIGHT)
    for i, height in enumerate([2, 1, 0]):
        (moving[f"node{i}"],) = left.plot(0, height, "o", markeredgecolor=OTHER, **circle)
        moving[f"input{i}"] = left.text(0, height, f"{i + 1}", ha="center", va="center")
        place, white = (1.2, height + (1 - height) * 0.4), {"fc": "white", "ec": "none", "pad": 1}
        moving[f"weight{i}"] = left.text(*place, "", ha="center", va="center", bbox=white)
    (moving["output"],) = left.plot(3, 1, "o", markeredgecolor=PREDICTION, **circle)
    moving |= glyph(right, X, y, l1_history[0])
    count = len(l1_history)
    shown = [0, *np.unique(np.geomspace(1, count - 1, 60).round().astype(int)).tolist()]

    def show(place):
        i = shown[int(place)]
        for number, weight in enumerate(W0_history[i]):
            moving[f"line{number}"].set_linewidth(1 + abs(weight))
            moving[f"weight{number}"].set_text(f"{weight:+.2f}")
        set_rows(moving, y, l1_history[i])
        error = np.mean((y[:, 0] - l1_history[i]) ** 2)
        right_rows = int((np.abs(y[:, 0] - l1_history[i]) < 0.5).sum())
        return (
            f"Iteration {i:,}: mean squared error {error:.6f}, {right_rows} of 4 rows right. "
            f"Weights {read(W0_history[i], '+.2f')}. Predictions {read(l1_history[i])}."
        )

    task = (
        "find the first iteration where all four rows are right, and the one where weight 2 becomes"
        " negative."
    )
    return scrubbed(task, figure, moving, picker("iteration", [f"{i:,}" for i in shown]), show)


RATES = [step * 10**power for power in [-2, -1, 0, 1] for step in [1, 2, 5]] + [100]
STEPS = 10_000


def far_enough(pixels, apart=0.7):
    """Which of some pixels (n, 2) to draw, so that each is apart from the last one drawn."""
    seen = [0]
    for place in range(1, len(pixels)):
        if np.sum((pixels[place] - pixels[seen[-1]]) ** 2) > apart**2:
            seen.append(place)
    return seen


def log_spaced(count, factor=1.04):
    """Places from 0 to count - 1, ever further apart, as a logarithmic axis shows them."""
    places, following = [], 1
    for place in range(count):
        if place + 1 >= following:
            places.append(place)
            following *= factor
    return np.array(places)


def paths(X, y, start, sigmoid):
    """Choose a start on the landscape and a rate, and see all the steps from there.

    `start` (3, 1) gives the second weight at the start, and the place on the map at first.
    """
    figure = sheet(7, 4.3)
    left = panel(figure, 0.75, 0.6, 3.1, 3.1, "The way from your start")
    upper = panel(figure, 4.95, 2.45, 1.75, 1.25, "Mean squared error")
    lower = panel(figure, 4.95, 0.3, 1.75, 1.25, "Predictions")
    places = np.linspace(-10, 10, 81)
    draw_landscape(left, None, X, y, start, sigmoid, places, places)
    logarithmic(upper, xlim=(1, STEPS), ylim=(1e-6, 2), xlabel="step")

    def push(target):
        """Error times slope, by the sum."""

        def delta(sums):
            outputs = sigmoid(sums)
            return (target - outputs) * sigmoid(outputs, deriv=True)

        return sampled(delta, -REACH, REACH, 1 / 16, digits=13)

    first, third = (round(float(start[i, 0]), 1) for i in [0, 2])
    weights = np.array([[first], [start[1, 0]], [third]])
    way, errors = [weights], []
    for step in range(STEPS + 1):
        outputs = sigmoid(X @ way[-1])
        errors.append(np.mean((y - outputs) ** 2))
        if step < STEPS:
            way.append(way[-1] + X.T @ ((y - outputs) * sigmoid(outputs, deriv=True)))
    way = np.array(way)[:, :, 0]
    seen = far_enough(left.transData.transform(way[:, [0, 2]]))
    told = log_spaced(STEPS + 1)
    ends = {"markeredgecolor": "black", "markersize": 8}
    (edge,) = left.plot(*way[seen][:, [0, 2]].T, color="white", linewidth=4.5)
    (drawn,) = left.plot(*way[seen][:, [0, 2]].T, color=WEIGHT)
    (begun,) = left.plot(first, third, "o", color="white", clip_on=False, **ends)
    (ended,) = left.plot(*way[-1, [0, 2]], "o", color=WEIGHT, **ends)
    (curve,) = upper.plot(told + 1, np.array(errors)[told], color=ERROR)
    moving = glyph(lower, X, y, outputs)
    lower.set_ylabel("")
    moving |= {"edge": edge, "way": drawn, "start": begun, "end": ended, "curve": curve}
    correct, rose = (np.abs(y - outputs) < 0.5).sum(), (np.diff(errors) > 1e-7).sum()
    said = (
        f"From weights {read(way[0], '.1f')} at rate 1: after {STEPS:,} steps the mean squared error"
        f" is {errors[-1]:.6f}, with {correct} of 4 rows right and weights {read(way[-1], '.2f')}."
        f" On the way the error {['never rose', 'rose once', 'rose more than once'][min(rose, 2)]}."
    )
    controls = [
        slider("first weight", first, -10, 10),
        slider("third weight", third, -10, 10),
        picker("learning rate", [f"{rate:g}" for rate in RATES], RATES.index(1)),
    ]
    given = forward(X, y, sigmoid, held=float(start[1, 0]))
    given |= {"push": [push(0), push(1)], "rates": RATES, "steps": STEPS}
    task = (
        "choose a start: press on the map. Find one that is stuck, the largest rate whose error"
        " never rises, and a rate that leaps onto a plateau."
    )
    return Picture(
        task, figure, moving, controls, said, rule="paths", drag={0: [0, 1]}, numbers=given
    )


def logarithmic(axes, **settings):
    """Axes for an error after so many steps."""
    axes.set(xscale="log", yscale="log", **settings)
    axes.set(xticks=[1, 100, 10_000], yticks=[1e-4, 1e-2, 1])
    axes.minorticks_off()
    look.plain(axes.xaxis, axes.yaxis)


def clinic(X, y, histories, checks):
    """Go from patient to patient; how each network fared, and its gradient check.

    `histories` are the predictions (iterations, 4) of each network, `checks` the three numbers of
    each one's gradient check: the check itself, direction, length.
    """
    figure = sheet(7, 3.4)
    left = panel(figure, 1.05, 0.6, 2.4, 2.4, "The error")
    right = panel(figure, 4.4, 0.6, 2.4, 2.4, "The last predictions")
    iterations = len(histories[0])
    logarithmic(left, xlim=(1, iterations), ylim=(1e-5, 3), xlabel="iteration")
    left.set_ylabel("mean squared error")
    (curve,) = left.plot([1], [1], color=ERROR)
    moving = {"curve": curve} | glyph(right, X, y, histories[0][-1])
    shown = np.unique(np.geomspace(1, iterations, 300).astype(int)) - 1

    def show(patient):
        patient = int(patient)
        history = histories[patient]
        error = np.mean((y[:, 0] - history) ** 2, axis=1)
        curve.set_data(shown + 1, error[shown])
        set_rows(moving, y, history[-1])
        correct = int((np.abs(y[:, 0] - history[-1]) < 0.5).sum())
        check, direction, length = checks[patient]
        return (
            f"Patient {patient + 1}: gradient check {check:.2f}, direction {direction:.4f},"
            f" {length:.2f} times as long. The last mean squared error is {error[-1]:.2g},"
            f" {correct} of 4 rows right."
        )

    task = (
        "find the patient who is healthy, the one who lacks something, and the one whose diary is"
        " broken."
    )
    patients = [f"{number + 1}" for number in range(len(histories))]
    return scrubbed(task, figure, moving, picker("patient", patients), show)


SIDE = (-0.5, 1.5)  # of the plane of inputs that is shown


def best_pair(units, y):
    """The two hidden units in whose answers (rows, units) a straight line fits the targets best."""

    def miss(pair):
        inputs = np.hstack([units[:, pair], np.ones((len(units), 1))])
        return np.sum((inputs @ np.linalg.lstsq(inputs, y, rcond=None)[0] - y) ** 2)

    pairs = [[i, j] for i in range(units.shape[1]) for j in range(i + 1, units.shape[1])]
    return min(pairs, key=miss)


def hidden(X, y, sigmoid, moments, snapshots):
    """Scrub through the training of a hidden layer: what each of its four units says to every point
    of the plane, what the network makes of it, and how two units fold the sheet of inputs.

    `snapshots` are pairs of weights, (3, 4) and (4, 1), one for each iteration in `moments`.
    """
    figure = sheet(7, 5)
    square = {"xlim": SIDE, "ylim": SIDE, "xticks": [], "yticks": []}
    four = [panel(figure, 0.2, 3.7 - 1.12 * unit, 0.98, 0.98, **square) for unit in range(4)]
    four[0].set_title("Four units")
    out = panel(figure, 2.65, 1.6, 1.6, 1.6, "Their answer", **square)
    out.set(xlabel="input 1", ylabel="input 2", xticks=[0, 1], yticks=[0, 1])
    pair = best_pair(sigmoid(X @ snapshots[-1][0]), y)
    folded = panel(figure, 5.1, 2.9, 1.75, 1.75, "The sheet, folded", xlim=(-0.1, 1.1))
    folded.set(ylim=(-0.1, 1.1), xlabel=f"unit {pair[0] + 1}", ylabel=f"unit {pair[1] + 1}")
    folded.set(xticks=[0, 1], yticks=[0, 1])
    lower = panel(figure, 5.1, 0.45, 1.75, 1.3, "The predictions")
    start = next(place for place, i in enumerate(moments) if i >= 200)
    first, second = snapshots[start]

    def answers(inputs):
        return sigmoid(sigmoid(inputs @ first) @ second)

    ticks = np.linspace(*SIDE, 41)
    plane = np.stack([*np.meshgrid(ticks, ticks), np.ones((41, 41))], axis=-1)  # (41, 41, 3)
    fields = [*np.moveaxis(sigmoid(plane @ first), -1, 0), answers(plane)[..., 0]]
    moving = {}
    for i, (axes, field) in enumerate(zip([*four, out], fields)):
        blurred = {"interpolation": "bilinear", "extent": SIDE * 2, "origin": "lower"}
        moving[f"field{i}"] = axes.imshow(field, vmin=0, vmax=1, cmap=NO_TO_YES, **blurred)
        axes.grid(False)
        for target in [0, 1]:
            corners, size = X[y[:, 0] == target, :2].T, 4 if axes in four else 8
            moving[f"corners{i}{target}"] = look.diamonds(axes, *corners, target, size)
    for unit, weight in enumerate(second[:, 0]):
        ends = np.array([[1.22, 4.19 - 1.12 * unit], [2.05, 2.4]]) / figure.get_size_inches()
        line = Line2D(*ends.T, color=WEIGHT, linewidth=thick(weight), transform=figure.transFigure)
        moving[f"line{unit}"] = figure.add_artist(line)
        white = {"fc": "white", "ec": "none", "pad": 1}
        middle = {"ha": "center", "va": "center", "size": 10, "bbox": white}
        moving[f"weight{unit}"] = figure.text(*ends.mean(axis=0), f"{weight:+.1f}", **middle)

    def fold(inputs):
        return sigmoid(inputs @ first)[..., pair]

    steps = np.linspace(0, 1, 21)
    lines = [[[c, t, 1] for t in steps] for c in steps[::2]]
    lines += [[[t, c, 1] for t in steps] for c in steps[::2]]
    moving["sheet"] = folded.add_collection(
        LineCollection(fold(np.array(lines)), colors=OTHER, lw=0.6)
    )
    for name, target in [("no", 0), ("yes", 1)]:
        moving[name] = look.diamonds(folded, *fold(X[y[:, 0] == target]).T, target, 8)
    moving |= glyph(lower, X, y, answers(X))
    said = []
    for i, (first, second) in zip(moments, snapshots):
        error = np.mean((y - answers(X)) ** 2)
        correct = int((np.abs(y - answers(X)) < 0.5).sum())
        said.append(
            f"Iteration {i:,}: mean squared error {error:.6f}, {correct} of 4 rows"
            f" right. Predictions {read(answers(X))}."
        )
    given = forward(X, y, sigmoid) | {
        "snapshots": [[numbers(first.T), numbers(second[:, 0])] for first, second in snapshots],
        "said": said,
        "fold": pair,
        "side": SIDE,
        "color": [round(255 * part) for part in to_rgb(PREDICTION)],
    }
    scrub = picker("iteration", [f"{i:,}" for i in moments], start)
    task = "go back to the start. Find where the picture first bends: how far is the error down?"
    return Picture(task, figure, moving, [scrub], said[start], rule="hidden", numbers=given)


def thick(weight):
    """The width of a weight's line in points."""
    return 1 + abs(weight) / 2


def digits(weights, sigmoid, images):
    """Draw a digit, and see the ten certainties of the trained network.

    `weights` are both layers, (65, hidden) and (hidden, 10): 64 squares from 0 to 1 and a bias.
    `images` (n, 8, 8), from 0 to 16, are digits that a button puts on the sheet.
    """
    figure = sheet(5, 5.6)
    upper = panel(figure, 0.7, 2.2, 3, 3, "Draw here", xticks=[], yticks=[])
    lower = panel(figure, 0.7, 0.6, 4.1, 1.1, "What the network says")
    upper.grid(False)
    upper.spines[:].set_visible(True)
    certainties = sigmoid(sigmoid(np.append(images[0] / 16, 1) @ weights[0]) @ weights[1])
    grid = {"color": "0.75", "linewidth": 0.7}
    moving = {
        "drawn": upper.imshow(images[0] / 16, cmap="Greys", vmin=0, vmax=1),
        "upright": upper.vlines(np.arange(0.5, 7), -0.5, 7.5, **grid),
        "level": upper.hlines(np.arange(0.5, 7), -0.5, 7.5, **grid),
        "here": upper.plot([], [], color=ERROR)[0],
        "bars": lower.vlines(np.arange(10), 0, certainties, color=PREDICTION, linewidth=16),
    }
    lower.set(xlim=(-0.6, 9.6), ylim=(0, 1), xticks=np.arange(10), xlabel="digit")
    lower.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    best, second = (int(digit) for digit in np.argsort(-certainties)[:2])
    said = (
        f"It says {best}, {100 * certainties[best]:.0f} % certain. Next comes {second}, with"
        f" {100 * certainties[second]:.0f} %."
    )
    given = {
        "weights": [numbers(layer.T) for layer in weights],  # a list for each unit
        "sigmoid": sampled(sigmoid, -REACH, REACH, 1 / 8),
        "images": images.reshape(len(images), 64).astype(int).tolist(),
    }
    return Picture(
        task="write each of the ten digits. Which do you have to write its way?",
        figure=figure,
        moving=moving,
        controls=[],
        said=said,
        buttons=[{"name": "Empty sheet"}, {"name": "Another digit"}],
        rule="digits",
        drag={0: [None, None]},
        label="A sheet of 8 by 8 squares to draw a digit on. Arrow keys move, the space bar turns a"
        " square black or white.",
        numbers=given,
    )
