"""Draw the whole network on one sheet of A4, to print and to keep. `make figures` calls it."""

import io
from contextlib import redirect_stdout

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch
from program_that_learns import look
from program_that_learns.look import ERROR, GRADIENT, OTHER, PREDICTION, TARGET, WEIGHT

A4 = 8.27, 11.69  # inches
LEFT, RIGHT = 0.45, 4.35  # where the two columns begin, in inches from the left
WIDTH, HEIGHT = 3.47, 2.15  # of a card
TOPS = 10.85, 8.36, 5.87  # of the rows of cards, in inches from below
CARDS = [  # a piece: column, row, colour, title, how its lines of code begin, formula
    (
        LEFT,
        0,
        OTHER,
        "1  Data",
        ["X = ", "y = ", "W0 = "],
        "start: weights at random, from −1 to 1",
    ),
    (
        RIGHT,
        0,
        OTHER,
        "2  Sigmoid",
        ["def sigmoid"],
        "σ(x) = 1 / (1 + e⁻ˣ);     slope = σ · (1 − σ)",
    ),
    (LEFT, 1, PREDICTION, "3  Forward pass", ["l0 = ", "l1 = "], "l1 = σ(x₁·w₁ + x₂·w₂ + x₃·w₃)"),
    (
        RIGHT,
        1,
        ERROR,
        "4  Error",
        ["l1_error = "],
        "error = target − prediction;     E = ½ Σ error²",
    ),
    (
        RIGHT,
        2,
        GRADIENT,
        "5  Backprop",
        ["l1_delta = ", "W0 += "],
        "delta = error · slope;     ΔW = Xᵀ · delta = −∂E/∂W",
    ),
    (LEFT, 2, WEIGHT, "6  Training", ["for i in "], "W ← W + ΔW, and round again"),
]


SYMBOLS = (
    "σ sigmoid     Σ sum     E loss     ΔW step of the weights     "
    "∂E/∂W slope of the loss for each weight"
)


def summary(whole, before, after, hidden):
    """Draw the sheet and return the figure, in A4.

    `whole` is the source of the course's whole network, whose lines stand on the sheet; `before`
    and `after` are the names of draw.untrained() and draw.trained(), and `hidden` are the lines of
    the loop with a hidden layer.
    Raises ValueError if a piece has no line in `whole`.
    """
    shapes = [
        shapes_of(before, ["X", "y", "W0"]),
        "result: the shape of x",
        shapes_of(before, ["l0", "l1"]),
        shapes_of(before, ["l1_error"]),
        shapes_of(before, ["l1_delta", "W0"]),
        f"{len(after['l1_history']):,} iterations",
    ]
    plots = [plot_data, plot_sigmoid, plot_forward, plot_error, plot_backprop, plot_training]
    fig = plt.figure(figsize=A4)
    sheet = in_inches(fig)
    sheet.text(LEFT, 11.25, "A program that learns: the whole network on one page", size=17)
    sheet.text(LEFT, 11.0, SYMBOLS, size=9)
    for (left, row, color, title, beginnings, formula), told, plot in zip(CARDS, shapes, plots):
        top, inside = TOPS[row], left + 0.12
        corner, frame = (left, top - HEIGHT), {"facecolor": "white", "edgecolor": color, "lw": 2.5}
        sheet.add_patch(
            FancyBboxPatch(corner, WIDTH, HEIGHT, "round,pad=0,rounding_size=0.1", **frame)
        )
        sheet.text(inside, top - 0.1, title, size=13, weight="bold", va="top")
        sheet.text(left + WIDTH - 0.12, top - 0.12, told, size=9, va="top", ha="right")
        sheet.text(inside, top - 0.36, formula, size=9, va="top")
        code = "\n".join(line(whole, beginning) for beginning in beginnings)
        sheet.text(inside, top - 0.55, code, size=7.5, family="monospace", va="top")
        height = HEIGHT - 0.93 - 0.125 * len(code.splitlines())
        place = np.array([left + 0.45, top - HEIGHT + 0.28, WIDTH - 0.65, height]) / [*A4, *A4]
        small = {"font.size": 8, "lines.markersize": 5, "path.simplify_threshold": 0.5}
        with plt.rc_context(small):
            panel = fig.add_axes(place)
            panel.tick_params(labelsize=8)
            plot(panel, before, after)
    add_cycle(sheet, len(after["l1_history"]))
    foot = in_inches(fig)
    add_code(foot, whole)
    add_hidden_layer(foot, hidden)
    return fig


def in_inches(fig):
    """A transparent sheet over the whole figure, on which one unit is one inch."""
    sheet = fig.add_axes([0, 0, 1, 1], xlim=(0, A4[0]), ylim=(0, A4[1]))
    sheet.axis("off")
    return sheet


def add_cycle(sheet, count):
    """Draw the arrows from card to card: into the cycle, and round it `count` times."""
    right, low, middle = LEFT + WIDTH, TOPS[1] - HEIGHT, [top - HEIGHT / 2 for top in TOPS]
    one, other = LEFT + WIDTH / 2, RIGHT + WIDTH / 2
    ways = [
        ((one, TOPS[0] - HEIGHT), (one, TOPS[1])),
        ((other, TOPS[0] - HEIGHT), (right - 0.3, TOPS[1])),
        ((right, middle[1]), (RIGHT, middle[1])),
        ((other, low), (other, TOPS[2])),
        ((RIGHT, middle[2]), (right, middle[2])),
        ((one, TOPS[2]), (one, low)),
    ]
    for start, end in ways:
        arrow = {"arrowstyle": "-|>", "color": OTHER, "lw": 3, "shrinkA": 3, "shrinkB": 3}
        sheet.annotate("", end, start, arrowprops=arrow | {"mutation_scale": 16})
    words = f"round and round, {count:,} times"
    sheet.text((right + RIGHT) / 2, low - 0.175, words, size=11, ha="center", va="center")


def add_code(foot, whole):
    """Write the whole program at the foot of the sheet, and beside it what it prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(whole, {})
    program = "\n".join(bare(whole.splitlines())).replace("\n\n\n", "\n\n")
    code = {"size": 8, "family": "monospace", "va": "top"}
    foot.text(LEFT, 3.5, "The whole program", size=13, weight="bold", va="top")
    foot.text(LEFT, 3.25, program, linespacing=1.2, **code)
    foot.text(RIGHT, 3.5, "What it prints", size=13, weight="bold", va="top")
    foot.text(RIGHT, 3.25, printed.getvalue(), **code)
    words = "Nobody told it the rule:\nthe answer is input 1."
    foot.text(RIGHT + 1.4, 3.25, words, size=9, va="top")


def add_hidden_layer(foot, lines):
    """Write the lines of the loop with a hidden layer, from which two layers of weights learn."""
    foot.text(RIGHT, 2.45, "The loop with a hidden layer", size=13, weight="bold", va="top")
    code = {"size": 7.5, "family": "monospace", "va": "top", "linespacing": 1.2}
    foot.text(RIGHT, 2.2, "\n".join(lines), **code)


def shapes_of(names, wanted):
    """The shapes of some arrays as one text, for example "X (4, 3)   y (4, 1)"."""
    return "   ".join(f"{name} {names[name].shape}" for name in wanted)


def bare(lines):
    """Lines of code without comments and docstrings of one line."""
    return [text.split("  #")[0] for text in lines if '"""' not in text]


def line(source, beginning):
    """The line of code with that beginning, with the lines that belong to it (those of a bracket,
    the body of a function below its head), without comments.

    Raises ValueError if there is none.
    """
    lines = bare(source.splitlines())
    for number, text in enumerate(lines):
        if text.strip().startswith("def ") and text.strip().startswith(beginning):
            return "\n".join(lines[number : lines.index("", number)])
        if text.strip().startswith(beginning):
            while text.count("(") > text.count(")"):
                number += 1
                text += "\n" + lines[number]
            return text.strip()
    raise ValueError(f"no line of the network begins with: {beginning}")


def plot_data(panel, before, after):
    """Write the four examples: inputs, and the target of each."""
    panel.axis("off")
    panel.set(xlim=(0, 4), ylim=(0.9, 4.6))
    table = np.column_stack([before["X"], before["y"]])
    for column, head in enumerate(["input 1", "input 2", "input 3", "target"]):
        panel.text(column + 0.4, 4, head, ha="center", va="center")
        color = TARGET if head == "target" else "black"
        for row, value in enumerate(table[:, column]):
            panel.text(column + 0.4, 3 - row, value, ha="center", va="center", color=color)


def plot_sigmoid(panel, before, after):
    """Draw the curve and its slope."""
    x = np.linspace(-6, 6, 60)
    curve = before["sigmoid"](x)
    panel.plot(x, curve, color=PREDICTION)
    panel.plot(x, before["sigmoid"](curve, deriv=True), color=GRADIENT)
    panel.text(1.6, 0.6, "sigmoid")
    panel.text(-2.2, 0.3, "slope", ha="right")
    panel.set(yticks=[0, 0.5, 1])


def plot_forward(panel, before, after):
    """Draw the network, with the numbers of row 3 as it answers before it has learned."""
    panel.axis("off")
    panel.set(xlim=(0, 6), ylim=(-0.6, 2.2))
    inputs, weights, answer = before["X"][2], before["W0"][:, 0], before["l1"][2, 0]
    for height, value, weight, style in zip([2, 1, 0], inputs, weights, ["-", "--", ":"]):
        panel.plot([0.3, 3], [height, 1], style, color=WEIGHT, zorder=1)
        label = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        place = 1.45, height + (1 - height) * 0.43
        panel.text(*place, f"× {weight:.2f}", ha="center", va="center", bbox=label)
        circle(panel, 0.3, height, value, OTHER)
    panel.plot([3, 5.3], [1, 1], color=PREDICTION, zorder=1)
    circle(panel, 3, 1, f"{inputs @ weights:.2f}", OTHER)
    circle(panel, 5.3, 1, f"{answer:.2f}", PREDICTION)
    for x, word in [(0.3, "row 3"), (3, "sum"), (5.3, "prediction")]:
        panel.text(x, -0.75, word, ha="center", va="center")
    panel.text(4.15, 1.2, "σ", ha="center")


def circle(panel, x, y, value, color):
    """Write a value into a frame with rounded corners."""
    frame = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": color, "lw": 1.5}
    panel.text(x, y, value, ha="center", va="center", bbox=frame)


def plot_error(panel, before, after):
    """Draw the four untrained predictions, their targets, and the errors between them."""
    look.rows(panel, before["X"], before["y"], before["l1"], size=7)
    for row, error in enumerate(before["l1_error"][:, 0]):
        panel.text(row + 0.12, 0.55, f"{error:+.2f}", va="center")
    panel.set(ylim=(-0.15, 1.15), yticks=[0, 0.5, 1])
    panel.tick_params(labelsize=8)


def plot_backprop(panel, before, after):
    """Draw the four deltas as parts of their errors."""
    error, delta = before["l1_error"][:, 0], before["l1_delta"][:, 0]
    panel.barh(range(4), error, color="white", edgecolor=ERROR, lw=1.5)
    panel.barh(range(4), delta, height=0.6, color=GRADIENT)
    for row, value in enumerate(delta):
        panel.text(max(error[row], 0) + 0.02, row, f"{value:+.3f}", va="center")
    panel.axvline(0, color=OTHER, lw=1)
    panel.set_yticks(range(4), [" ".join(map(str, row)) for row in before["X"]])
    panel.invert_yaxis()
    panel.set(xlim=(-0.45, 1.05))


def plot_training(panel, before, after):
    """Draw the way of the training over the map of the error."""
    X, y, history = before["X"], before["y"], after["W0_history"]
    first, third = np.meshgrid(np.linspace(-2, 12, 43), np.linspace(-6, 1, 29))
    columns = np.array([first.ravel(), np.full(first.size, history[0, 1]), third.ravel()])
    errors = np.mean((y - before["sigmoid"](X @ columns)) ** 2, axis=0).reshape(first.shape)
    with plt.rc_context({"image.cmap": "gray"}):
        look.landscape(panel, first, third, errors)
    path = np.append(history, after["W0"].T, axis=0)
    look.journey(panel, path[:, 0], path[:, 2])
    left, low, width, height = panel.get_position().bounds
    panel.set_position([left, low, width, height * 0.9])  # room for its title
    panel.set_title("→ weight 1   ↑ weight 3   dark: low error", size=8, pad=2, loc="right")
