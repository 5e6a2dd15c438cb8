"""Pictures to play with: one for each notebook, each made by a function of its own.

All of them are built the same way. A figure is drawn once; sliders or buttons then move a few of its
artists, and only these are drawn again. The network's own pieces are passed in, so that the
pictures show what the reader's code does and not a copy of it.
"""

import io

import numpy as np
from ipywidgets import HTML, Button, FloatSlider, HBox, Image, Layout, SelectionSlider, VBox
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image as Pixels

from program_that_learns.look import (
    ERROR,
    GRADIENT,
    OTHER,
    PREDICTION,
    TARGET,
    WEIGHT,
    bundle,
)

ROWS = np.arange(1, 5)
WIDE = {"layout": Layout(width="95%", max_width="640px")}


class Picture(VBox):
    """A picture that follows its controls, with a task above it and a sentence below it.

    `figure` is a Figure of its own, not one of pyplot's, so that running the cell again leaks none.
    `moving` are the artists that change. `show` is a function of the controls' values that changes
    them and returns the sentence. On a page without a kernel the picture shows as it is at first.
    """

    def __init__(self, task, figure, moving, controls, show):
        self.figure, self.moving, self.controls, self.show = figure, moving, controls, show
        self.canvas = FigureCanvasAgg(figure)
        for artist in moving:
            artist.set_animated(True)
        self.canvas.draw()  # everything that stays
        figure.set_layout_engine("none")
        self.canvas.draw()
        self.still = self.canvas.copy_from_bbox(figure.bbox)
        self.image = Image(format="png", layout=Layout(max_width="100%", object_fit="contain"))
        self.sentence = HTML()
        for control in controls:
            if hasattr(control, "value"):
                control.observe(lambda change: self.update(), "value")
        parts = [HTML(f"<p><b>Try:</b> {task}</p>"), *controls, self.image, self.sentence]
        super().__init__(parts, layout=Layout(align_items="flex-start"))
        self.update()

    def update(self):
        """Show what the controls say now."""
        values = [control.value for control in self.controls if hasattr(control, "value")]
        said = self.show(*values)
        self.canvas.restore_region(self.still)
        for artist in self.moving:
            self.figure.draw_artist(artist)
        png = io.BytesIO()
        pixels = np.asarray(self.canvas.buffer_rgba())[:, :, :3]
        Pixels.fromarray(pixels).save(png, "png", compress_level=1)
        self.image.value = png.getvalue()
        self.said = said
        self.sentence.value = f'<p role="status">{said}</p>'

    def _repr_mimebundle_(self, **options):
        """The live view where there is a kernel, and the picture with its text where there is none."""
        view = super()._repr_mimebundle_(**options) or {}
        titles = [panel.get_title("left") for panel in self.figure.axes]
        data, metadata = bundle(self.image.value, ". ".join(filter(None, [*titles, self.said])))
        return {**view, **data, "text/plain": f"Picture({self.said!r})"}, metadata


def slider(name, value, low, high, step=0.1):
    """A slider for a number."""
    style = {"description_width": "110px"}
    return FloatSlider(value, min=low, max=high, step=step, description=name, style=style, **WIDE)


def picker(name, options, **more):
    """A slider from one of some values to the next; `options` are pairs of a label and a value."""
    style = {"description_width": "110px"}
    return SelectionSlider(options=options, description=name, style=style, **more, **WIDE)


def line():
    """Tilt a line with a and lift it with b."""
    figure = Figure(figsize=(7, 3))
    panel = figure.subplots()
    panel.set(xlim=(-2, 2), ylim=(-4.2, 4.2), xlabel="x", ylabel="height")
    panel.set_title("a · x + b · 1")
    panel.plot(0, 1, "D", color=TARGET)
    panel.text(0.1, 1.3, "target", color=TARGET)
    x = np.array([-2, 2])
    (drawn,) = panel.plot(x, x, color=WEIGHT)

    def show(a, b):
        drawn.set_ydata(a * x + b)
        hit = "It goes through the target." if abs(b - 1) < 1e-9 else "It misses the target, at 1."
        return f"The line is {a:.1f} · x + {b:.1f}. At x = 0 its height is {b:.1f}. {hit}"

    task = "make the line go through the target. Then set b back to 0 and try it with a alone."
    return Picture(
        task, figure, [drawn], [slider("a (tilts)", 1, -2, 2), slider("b (lifts)", 0, -2, 2)], show
    )


def tangent(sigmoid):
    """Move x along the sigmoid and read off its value and its slope."""
    figure = Figure(figsize=(7, 3.4))
    panel = figure.subplots()
    everywhere = np.linspace(-8, 8, 161)
    panel.plot(everywhere, sigmoid(everywhere), color=PREDICTION)
    panel.set(xlim=(-8, 8), ylim=(-0.1, 1.1), xlabel="x", ylabel="sigmoid(x)")
    panel.set_title("The sigmoid and its slope at one point")
    (touching,) = panel.plot([], [], color=GRADIENT)
    (point,) = panel.plot([], [], "o", color=OTHER)

    def show(x):
        value = sigmoid(x)
        slope = sigmoid(value, deriv=True)
        reach = np.array([-2, 2])
        touching.set_data(x + reach, value + slope * reach)
        point.set_data([x], [value])
        return f"At x = {x:.1f} the value is {value:.4f} and the slope is {slope:.4f}."

    task = "find the steepest place. Then find out how far from 0 the slope falls below 0.01."
    return Picture(task, figure, [touching, point], [slider("x", 1.5, -8, 8)], show)


def bars_and_targets(panel, y):
    """Draw four bars without height, and the targets; return both, the targets last."""
    bars = panel.bar(ROWS, 0 * ROWS, color=PREDICTION, width=0.4)
    targets = panel.plot(ROWS, y[:, 0], "D", color=TARGET, markeredgecolor="white")
    panel.axhline(0.5, color=OTHER, linestyle="--", linewidth=1)
    panel.set(ylim=(-0.08, 1.08), xlabel="row", ylabel="prediction", xticks=ROWS)
    return [*bars, *targets]


def set_heights(bars, heights):
    """Give each bar its height."""
    for bar, height in zip(bars, heights):
        bar.set_height(height)


def read(numbers, form=".3f"):
    """Numbers as a reader reads them: "0.269, 0.364"."""
    return ", ".join(format(float(number), form) for number in np.ravel(numbers))


def be_the_network(X, y, sigmoid):
    """Three weights by hand, four predictions, and the score."""
    figure = Figure(figsize=(7, 3.2))
    panel = figure.subplots()
    bars = bars_and_targets(panel, y)
    panel.set_title("Predictions (bars) and targets (diamonds)")

    def show(*weights):
        predictions = sigmoid(X @ np.reshape(weights, (3, 1)))
        set_heights(bars, predictions[:, 0])
        score = int((np.abs(y - predictions) < 0.5).sum())
        close = int((np.abs(y - predictions) < 0.05).sum())
        return (
            f"Predictions {read(predictions)}. On the right side of 0.5: {score} of 4. "
            f"Within 0.05 of the target: {close} of 4."
        )

    task = "make all four bars match their diamonds. Which weight can stay at 0?"
    controls = [slider(f"weight {i + 1}", 0, -10, 10, 0.5) for i in range(3)]
    return Picture(task, figure, bars, controls, show)


def draw_landscape(panel, X, y, W0, sigmoid, firsts, thirds):
    """Draw the mean squared error over the first and the third weight; the second stays."""
    grid = np.stack(np.meshgrid(firsts, thirds), axis=-1)  # (thirds, firsts, 2)
    sums = grid[..., :1] * X[:, 0] + W0[1, 0] * X[:, 1] + grid[..., 1:] * X[:, 2]
    error = np.mean((y[:, 0] - sigmoid(sums)) ** 2, axis=-1)  # (thirds, firsts)
    filled = panel.contourf(firsts, thirds, error, levels=np.linspace(0, 1, 20), cmap="cividis")
    ticks = [0, 0.25, 0.5, 0.75, 1]
    panel.figure.colorbar(filled, ax=panel, label="mean squared error", ticks=ticks)
    panel.set(xlabel="first weight", ylabel="third weight")
    panel.grid(False)


def landscape(X, y, W0, sigmoid):
    """Walk the error landscape with two weights, the second one held."""
    figure = Figure(figsize=(7, 3.6))
    left, right = figure.subplots(1, 2, width_ratios=[3, 2])
    places = np.linspace(-10, 10, 81)
    draw_landscape(left, X, y, W0, sigmoid, places, places)
    left.set_title("You are at the dot")
    (dot,) = left.plot([], [], "o", color="white", markeredgecolor="black", clip_on=False)
    bars = bars_and_targets(right, y)
    right.set_title("Its predictions")

    def show(first, third):
        predictions = sigmoid(X @ np.array([[first], [W0[1, 0]], [third]]))
        error = np.mean((y - predictions) ** 2)
        dot.set_data([first], [third])
        set_heights(bars, predictions[:, 0])
        return f"Mean squared error {error:.4f}. Predictions {read(predictions)}."

    task = "walk until the error is below 0.01. Then find a place where small moves change nothing."
    controls = [
        slider("first weight", -0.2, -10, 10, 0.2),
        slider("third weight", -1, -10, 10, 0.2),
    ]
    return Picture(task, figure, [dot, *bars], controls, show)


MOST_STEPS = 100


def descent(X, y, W0, sigmoid):
    """A button takes one step of gradient descent, another one ten, a third starts again."""
    figure = Figure(figsize=(7, 3.6))
    left, right = figure.subplots(1, 2, width_ratios=[3, 2])
    draw_landscape(left, X, y, W0, sigmoid, np.linspace(-1, 6, 71), np.linspace(-4, 1, 51))
    left.set_title("The way so far")
    (way,) = left.plot([], [], "o-", color=WEIGHT, markeredgecolor="white", markersize=6)
    bars = bars_and_targets(right, y)
    right.set_title("The predictions")
    path = [W0.copy()]

    def show():
        predictions = sigmoid(X @ path[-1])
        way.set_data([place[0, 0] for place in path], [place[2, 0] for place in path])
        set_heights(bars, predictions[:, 0])
        end = "" if len(path) <= MOST_STEPS else " That is enough here: the next notebook goes on."
        return (
            f"After {len(path) - 1} step{'' if len(path) == 2 else 's'}: mean squared error"
            f" {np.mean((y - predictions) ** 2):.4f}, weights {read(path[-1], '.2f')}.{end}"
        )

    def go(steps):
        for _ in range(min(steps, MOST_STEPS + 1 - len(path))):
            l1 = sigmoid(X @ path[-1])
            path.append(path[-1] + X.T @ ((y - l1) * sigmoid(l1, deriv=True)))
        picture.update()

    def start_again(button):
        del path[1:]
        picture.update()

    buttons = [Button(description=name) for name in ["One step", "Ten steps", "Start again"]]
    buttons[0].on_click(lambda button: go(1))
    buttons[1].on_click(lambda button: go(10))
    buttons[2].on_click(start_again)
    task = "take single steps until all four bars are on the right side of the dashed line."
    picture = Picture(task, figure, [way, *bars], [HBox(buttons)], show)
    picture.buttons = buttons
    return picture


def training(y, l1_history, W0_history):
    """Scrub through the training, on a logarithmic scale."""
    figure = Figure(figsize=(7, 3.2))
    left, right = figure.subplots(1, 2)
    left.set(xlim=(-0.4, 3.4), ylim=(-0.5, 2.5), title="The weights, as lines")
    left.axis("off")
    lines, labels, nodes = [], [], []
    circle = {"color": "white", "markersize": 22}
    for i, height in enumerate([2, 1, 0]):
        lines += left.plot([0, 3], [height, 1], color=WEIGHT)
        nodes += left.plot(0, height, "o", markeredgecolor=OTHER, **circle)
        nodes.append(left.text(0, height, f"{i + 1}", ha="center", va="center"))
        box = {"fc": "white", "ec": "none", "pad": 1}
        labels.append(left.text(1.2, height + (1 - height) * 0.4, "", va="center", bbox=box))
    nodes += left.plot(3, 1, "o", markeredgecolor=PREDICTION, **circle)
    bars = bars_and_targets(right, y)
    right.set_title("The predictions")
    count = len(l1_history)
    shown = [0, *np.unique(np.geomspace(1, count - 1, 60).round().astype(int))]

    def show(i):
        for weight, drawn, label in zip(W0_history[i], lines, labels):
            drawn.set(linewidth=1 + abs(weight), linestyle="-" if weight > 0 else "--")
            label.set_text(f"{weight:+.2f}")
        set_heights(bars, l1_history[i])
        error = np.mean((y[:, 0] - l1_history[i]) ** 2)
        right_rows = int((np.abs(y[:, 0] - l1_history[i]) < 0.5).sum())
        return (
            f"Iteration {i:,}: mean squared error {error:.6f}, {right_rows} of 4 rows right. "
            f"Weights {read(W0_history[i], '+.2f')}. Predictions {read(l1_history[i])}."
        )

    scrub = picker("iteration", [(f"{i:,}", int(i)) for i in shown])
    task = (
        "find the first iteration where all four rows are right, and the one where weight 2 becomes"
        " negative."
    )
    return Picture(task, figure, [*lines, *labels, *nodes, *bars], [scrub], show)


RATES = [step * 10**power for power in [-2, -1, 0, 1] for step in [1, 2, 5]] + [100]
RATE_STEPS = 1_000


def rates(X, y, start, sigmoid):
    """Turn the learning rate; the error of a thousand iterations, and the last predictions."""
    figure = Figure(figsize=(7, 3.4))
    left, right = figure.subplots(1, 2, width_ratios=[3, 2])
    left.set(xscale="log", yscale="log", xlim=(1, RATE_STEPS), ylim=(1e-7, 2))
    left.set(xlabel="iteration (log scale)", ylabel="mean squared error (log scale)")
    left.set_title("The error")
    (curve,) = left.plot([], [], color=ERROR)
    bars = bars_and_targets(right, y)
    right.set_title("The last predictions")

    def show(rate):
        weights, errors = start.astype(float), np.zeros(RATE_STEPS)
        for i in range(RATE_STEPS):
            predictions = sigmoid(X @ weights)
            errors[i] = np.mean((y - predictions) ** 2)
            weights = weights + rate * X.T @ ((y - predictions) * sigmoid(predictions, deriv=True))
        curve.set_data(np.arange(1, RATE_STEPS + 1), errors)
        set_heights(bars, predictions[:, 0])
        rose = int((np.diff(errors) > 0).sum())
        return (
            f"Rate {rate:g}: after {RATE_STEPS:,} iterations the mean squared error is"
            f" {errors[-1]:.6f}. On the way it rose {rose} time{'' if rose == 1 else 's'}."
            f" Predictions {read(predictions)}."
        )

    knob = picker("learning rate", [(f"{rate:g}", rate) for rate in RATES], value=1)
    task = "find the largest rate whose error never rises. Then find the leap onto the plateau."
    return Picture(task, figure, [curve, *bars], [knob], show)


def clinic(y, histories, checks):
    """Go from patient to patient; how each network fared, and its gradient check.

    `histories` are the predictions (iterations, 4) of each network, `checks` the three numbers of
    each one's gradient check: the check itself, direction, length.
    """
    figure = Figure(figsize=(7, 3.4))
    left, right = figure.subplots(1, 2)
    iterations = len(histories[0])
    left.set(xscale="log", yscale="log", xlim=(1, iterations), ylim=(1e-5, 3))
    left.set(xlabel="iteration (log scale)", ylabel="mean squared error (log scale)")
    left.set_title("The error")
    (curve,) = left.plot([], [], color=ERROR)
    bars = bars_and_targets(right, y)
    right.set_title("The last predictions")
    shown = np.unique(np.geomspace(1, iterations, 300).astype(int)) - 1

    def show(patient):
        history = histories[patient]
        error = np.mean((y[:, 0] - history) ** 2, axis=1)
        curve.set_data(shown + 1, error[shown])
        set_heights(bars, history[-1])
        correct = int((np.abs(y[:, 0] - history[-1]) < 0.5).sum())
        check, direction, length = checks[patient]
        return (
            f"Patient {patient + 1}: gradient check {check:.2f}, direction {direction:.4f},"
            f" {length:.2f} times as long. The last mean squared error is {error[-1]:.2g},"
            f" {correct} of 4 rows right."
        )

    scrub = picker("patient", [(f"{number + 1}", number) for number in range(len(histories))])
    task = (
        "find the patient who is healthy, the one who lacks something, and the one whose diary is"
        " broken."
    )
    return Picture(task, figure, [curve, *bars], [scrub], show)


def hidden(X, y, sigmoid, moments, snapshots):
    """Scrub through the training of a hidden layer and see its answers over the plane.

    `snapshots` are pairs of weights, (3, hidden) and (hidden, 1), one for each iteration in
    `moments`.
    """
    figure = Figure(figsize=(7, 3.4))
    left, right = figure.subplots(1, 2)
    side = np.linspace(-0.5, 1.5, 61)
    grid = np.stack([*np.meshgrid(side, side), np.ones((61, 61))], axis=-1)  # (61, 61, 3)
    extent = (-0.5, 1.5, -0.5, 1.5)
    drawn = left.imshow(np.zeros((61, 61)), extent=extent, origin="lower", vmin=0, vmax=1)
    left.set(xlabel="input 1", ylabel="input 2", xticks=[0, 1], yticks=[0, 1])
    left.grid(False)
    left.set_title("Its answers: light yes, dark no")
    points = []
    for inputs, target in zip(X, y[:, 0]):
        face = TARGET if target else "white"
        edge = "white" if target else TARGET
        points += left.plot(*inputs[:2], "D", color=face, markeredgecolor=edge, markersize=10)
    bars = bars_and_targets(right, y)
    right.set_title("The four predictions")

    def show(moment):
        first, second = snapshots[moment]
        drawn.set_data(sigmoid(sigmoid(grid @ first) @ second)[..., 0])
        predictions = sigmoid(sigmoid(X @ first) @ second)
        set_heights(bars, predictions[:, 0])
        error = np.mean((y - predictions) ** 2)
        correct = int((np.abs(y - predictions) < 0.5).sum())
        return (
            f"Iteration {moments[moment]:,}: mean squared error {error:.6f}, {correct} of 4 rows"
            f" right. Predictions {read(predictions)}."
        )

    scrub = picker("iteration", [(f"{i:,}", number) for number, i in enumerate(moments)])
    task = "find where the picture first bends. How far is the error down by then?"
    return Picture(task, figure, [drawn, *points, *bars], [scrub], show)


def digits(predict, images):
    """Draw a digit; what the network sees, and its ten certainties.

    `predict` takes 64 inputs from 0 to 1 and returns ten certainties. `images` (n, 8, 8) are
    digits that a button puts on the sheet, one after the other.
    """
    from program_that_learns.pad import Pad  # no other notebook needs what it needs

    figure = Figure(figsize=(7, 3))
    left, right = figure.subplots(1, 2, width_ratios=[2, 3])
    seen = left.imshow(images[0], cmap="Greys", vmin=0, vmax=1)
    left.set(xticks=[], yticks=[])
    left.grid(False)
    left.set_title("What the network sees")
    places = np.arange(10)
    bars = right.bar(places, 0 * places, color=PREDICTION)
    right.set(ylim=(0, 1), xticks=places, xlabel="digit", ylabel="certainty")
    right.set_title("What it says")
    turn = [0]

    def show(value):
        seen.set_data(np.reshape(value, (8, 8)))
        certainties = np.ravel(predict(np.array(value)))
        set_heights(bars, certainties)
        best, second = (int(place) for place in np.argsort(-certainties)[:2])
        if not any(value):
            return "The sheet is empty. Draw a digit, or put one of the test pile on it."
        return (
            f"It says {best}, {certainties[best]:.0%} certain. Next comes {second}, with"
            f" {certainties[second]:.0%}."
        )

    pad = Pad(value=images[0].ravel().tolist())

    def put(image):
        pad.value = np.ravel(image).astype(float).tolist()

    def next_digit(button):
        turn[0] = (turn[0] + 1) % len(images)
        put(images[turn[0]])

    buttons = [Button(description=name) for name in ["Empty sheet", "Another digit"]]
    buttons[0].on_click(lambda button: put(np.zeros((8, 8))))
    buttons[1].on_click(next_digit)
    task = "write each of the ten digits. Which do you have to write its way?"
    picture = Picture(task, figure, [seen, *bars], [HBox(buttons), pad], show)
    picture.buttons = buttons
    return picture
