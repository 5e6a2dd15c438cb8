"""Draw the whole network on one sheet of A4, to print and to keep. `make figures` calls it."""

import io
from contextlib import redirect_stdout

import matplotlib.pyplot as plt
import numpy as np
from animation import powers_of_ten
from program_that_learns.look import ERROR, GRADIENT, OTHER, PREDICTION, TARGET

ROWS = np.arange(1, 5)
A4 = 8.27, 11.69  # inches
CARDS = [  # a piece: its title, how its lines of code begin, its formula
    ("1  Data", ["X = ", "y = ", "W0 = "], "start: weights at random, from −1 to 1"),
    ("2  Sigmoid", ["def sigmoid"], "σ(x) = 1 / (1 + e⁻ˣ);     slope = σ · (1 − σ)"),
    ("3  Forward pass", ["l0 = ", "l1 = "], "l1 = σ(x₁·w₁ + x₂·w₂ + x₃·w₃)"),
    ("4  Error", ["l1_error = "], "error = target − prediction;     E = ½ Σ error²"),
    (
        "5  Backprop",
        ["l1_delta = ", "W0 += "],
        "delta = error · slope;     ΔW = Xᵀ · delta = −∂E/∂W",
    ),
    ("6  Training", ["for i in "], "W ← W + ΔW, and round again"),
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
    fig.text(0.06, 0.963, "A program that learns: the whole network on one page", size=17)
    fig.text(0.06, 0.943, SYMBOLS, size=9)
    for number, (title, beginnings, formula) in enumerate(CARDS):
        left, top = 0.06 + 0.46 * (number % 2), 0.93 - 0.195 * (number // 2)
        fig.text(left, top, title, size=13, weight="bold", va="top")
        fig.text(left + 0.41, top, shapes[number], size=9, va="top", ha="right")
        fig.text(left, top - 0.021, formula, size=9, va="top")
        code = "\n".join(line(whole, beginning) for beginning in beginnings)
        fig.text(left, top - 0.038, code, size=7.5, family="monospace", va="top")
        panel = fig.add_axes([left + 0.05, top - 0.167, 0.355, 0.077])
        panel.tick_params(labelsize=8)
        panel.set_axisbelow(True)
        plots[number](panel, before, after)
    add_code(fig, whole)
    add_hidden_layer(fig, hidden)
    return fig


def add_code(fig, whole):
    """Write the whole program at the foot of the sheet, and beside it what it prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(whole, {})
    program = "\n".join(bare(whole.splitlines())).replace("\n\n\n", "\n\n")
    fig.add_artist(plt.Line2D([0.06, 0.93], [0.342, 0.342], color=OTHER, lw=1))
    fig.text(0.06, 0.33, "The whole program", size=13, weight="bold", va="top")
    fig.text(0.06, 0.307, program, size=8, family="monospace", va="top", linespacing=1.25)
    fig.text(0.56, 0.33, "What it prints", size=13, weight="bold", va="top")
    fig.text(0.56, 0.307, printed.getvalue(), size=8, family="monospace", va="top")
    fig.text(0.72, 0.307, "Nobody told it the rule:\nthe answer is input 1.", size=9, va="top")


def add_hidden_layer(fig, lines):
    """Write the lines of the loop with a hidden layer, from which two layers of weights learn."""
    fig.text(0.56, 0.24, "The loop with a hidden layer", size=13, weight="bold", va="top")
    code = "\n".join(lines)
    fig.text(0.56, 0.217, code, size=7.5, family="monospace", va="top", linespacing=1.25)


def shapes_of(names, wanted):
    """The shapes of some arrays as one text, for example "X (4, 3)   y (4, 1)"."""
    return "   ".join(f"{name} {names[name].shape}" for name in wanted)


def bare(lines):
    """Lines of code without comments and docstrings of one line."""
    return [text.split("  #")[0] for text in lines if '"""' not in text]


def line(source, beginning):
    """The line of code with that beginning, with the lines that belong to it (brackets on one
    line, the body of a function below its head), without comments.

    Raises ValueError if there is none.
    """
    lines = bare(source.splitlines())
    for number, text in enumerate(lines):
        if text.strip().startswith("def ") and text.strip().startswith(beginning):
            return "\n".join(lines[number : lines.index("", number)])
        if text.strip().startswith(beginning):
            while text.count("(") > text.count(")"):
                number += 1
                text += " " + lines[number].strip()
            return text.strip()
    raise ValueError(f"no line of the network begins with: {beginning}")


def plot_data(panel, before, after):
    """Write the four examples: inputs, and the target of each."""
    panel.axis("off")
    panel.set(xlim=(0, 5), ylim=(-0.6, 4.4))
    for column, head in enumerate(["input 1", "input 2", "input 3", "target"]):
        panel.text(column + 0.4, 4, head, ha="center", va="center", size=8)
        table = np.column_stack([before["X"], before["y"]])
        for row, value in enumerate(table[:, column]):
            color = TARGET if head == "target" else "black"
            weight = "bold" if head == "target" else "normal"
            place = (column + 0.4, 3 - row)
            panel.text(*place, value, ha="center", va="center", size=9, color=color, weight=weight)


def plot_sigmoid(panel, before, after):
    """Draw the curve and its slope."""
    x = np.linspace(-6, 6, 60)
    curve = before["sigmoid"](x)
    panel.plot(x, curve, color=PREDICTION)
    panel.plot(x, before["sigmoid"](curve, deriv=True), "--", color=GRADIENT)
    panel.text(2.2, 0.7, "sigmoid", size=8)
    panel.text(-5.8, 0.2, "slope", size=8)
    panel.set(yticks=[0, 0.5, 1])


def plot_bars(panel, heights, color, name):
    """Draw one bar for each of the four rows, with its height beside it."""
    bars = panel.bar(ROWS, heights, color=color, width=0.5)
    panel.bar_label(bars, [f"{height:.2f}" for height in heights], size=8, padding=2)
    panel.margins(y=0.4)
    panel.axhline(0, color=OTHER, lw=1)
    panel.set_xticks(ROWS, [f"row {row}" for row in ROWS])
    panel.set_ylabel(name, size=8)


def plot_forward(panel, before, after):
    """Draw the four untrained predictions, and the targets."""
    plot_bars(panel, before["l1"][:, 0], PREDICTION, "prediction")
    panel.plot(ROWS, before["y"][:, 0], "D", color=TARGET, markersize=6)
    panel.text(2.6, 0.92, "target", size=8, ha="right", va="center")
    panel.set(ylim=(-0.15, 1.2))


def plot_error(panel, before, after):
    """Draw the four errors."""
    plot_bars(panel, before["l1_error"][:, 0], ERROR, "error")


def plot_backprop(panel, before, after):
    """Draw the four deltas."""
    plot_bars(panel, before["l1_delta"][:, 0], OTHER, "delta")


def plot_training(panel, before, after):
    """Draw the four predictions over all iterations."""
    history = after["l1_history"]
    shown = np.unique(np.geomspace(1, len(history), 80).round().astype(int)) - 1
    for row, style in enumerate([":", "-.", "--", "-"]):
        panel.semilogx(shown + 1, history[shown, row], style, color=PREDICTION, lw=2)
    for target, rows, height in [(0, "rows 1, 2", 0.22), (1, "rows 3, 4", 0.78)]:
        panel.text(len(history) / 10, height, rows, size=8, ha="center", va="center")
        panel.plot(len(history), target, "D", color=TARGET, markersize=6, clip_on=False)
    panel.set_xticks(*powers_of_ten(len(history)))
    panel.set(yticks=[0, 0.5, 1])
    panel.set_ylabel("prediction", size=8)
    panel.set_title("iteration →", size=8, loc="right", pad=2)
