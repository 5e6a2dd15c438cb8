"""Draw the course's pictures that are not made by a notebook's own cells: `make figures`.

Every function draws one picture into this folder. The numbers and the lines of code in a picture
come from running and reading the notebooks' own cells, so it can't disagree with the course.
"""

import io
import json
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib

matplotlib.use("Agg")  # no window needed

import matplotlib.pyplot as plt
import numpy as np
from animation import animation
from summary import summary

HERE = Path(__file__).parent
TARGET, PREDICTION, ERROR, WEIGHT, GRADIENT, OTHER = "C0", "C1", "C2", "C3", "C4", "C5"
PIECES = [  # of part 1, one per notebook: its name, and what it hands on
    ("data", "X, y, W0"),
    ("sigmoid", "sigmoid"),
    ("forward\npass", "l1"),
    ("error", "l1_error"),
    ("backprop", "l1_delta"),
    ("training", "the loop"),
]
BEYOND = ["a bug lab", "a hidden layer", "digits"]  # part 2, one per notebook


def sources(notebook):
    """The sources of a notebook's code cells, by cell id. `notebook` is the name of its file."""
    text = (HERE / "../notebooks" / notebook).read_text(encoding="utf-8")
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(text)["cells"]}


def run(notebook, cells):
    """Run some cells of a notebook and return the names they make, as a dict.

    Raises KeyError, naming the cell, if one of them is missing.
    """
    names = {"np": np, "print": lambda *words: None}
    for cell in cells:
        exec(sources(notebook)[cell], names)
    return names


def untrained():
    """The names of the course after its first forward pass, error and delta, before any learning.

    `W0` (3, 1), `l1`, `l1_error` and `l1_delta` (4, 1), and `W0_update` (3, 1), the first step.
    Source: notebooks/05_backprop.ipynb.
    """
    return run("05_backprop.ipynb", ["story", "delta", "transpose"])


def trained():
    """The names of the course after training.

    Among them `l1_history` (10000, 4), every prediction made, `W0_history` (10000, 3), the weights
    that made it, and `mse_history` (10000,). Source: notebooks/06_training.ipynb.
    """
    names = run("06_training.ipynb", ["story", "loop"])
    names["mse_history"] = np.mean((names["y"][:, 0] - names["l1_history"]) ** 2, axis=1)
    return names


def line(beginning, notebook="06_training.ipynb", cell="loop"):
    """The course's line of code with that beginning, without its comment.

    Raises ValueError if the cell has no such line.
    """
    for text in sources(notebook)[cell].splitlines():
        if text.strip().startswith(beginning):
            return text.split("  #")[0].strip()
    raise ValueError(f"no line in cell {cell} of {notebook} begins with: {beginning}")


def canvas(width, height, title):
    """An empty sheet of that many inches, on which one unit is one inch, with a title on top."""
    fig = plt.figure(figsize=(width, height))
    panel = fig.add_axes([0, 0, 1, 1], xlim=(0, width), ylim=(0, height))
    panel.axis("off")
    panel.text(0.1, height - 0.12, title, size=13, va="top")
    return fig, panel


def word(panel, x, y, text, color="black", code=False, **options):
    """Write a word, centred on its place; `code` as the notebooks show it."""
    family = {"family": "monospace"} if code else {}
    options = {"ha": "center", "va": "center", "color": color} | family | options
    panel.text(x, y, text, **options)


def node(panel, x, y, text, color=OTHER, **options):
    """Write a word in a box with rounded corners."""
    frame = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": color, "lw": 2}
    word(panel, x, y, text, bbox=frame, **options)


def arrow(panel, start, end, color=OTHER, bend=0, **options):
    """Draw an arrow between two places; `bend` curves it."""
    look = {"arrowstyle": "-|>", "color": color, "lw": 2, "shrinkA": 0, "shrinkB": 0}
    look |= {"connectionstyle": f"arc3,rad={bend}", "mutation_scale": 14} | options
    panel.annotate("", end, start, arrowprops=look)


def table(panel, x, y, values, color, form, width=0.72, height=0.36, strong=None):
    """Draw an array (rows, columns) as a table whose top left corner is at (x, y).

    `form` is the format of one value. The row `strong`, if any, is written in bold on grey.
    """
    rows, columns = values.shape
    for (row, column), value in np.ndenumerate(values):
        face = "0.9" if row == strong else "white"
        corner = (x + column * width, y - (row + 1) * height)
        panel.add_patch(plt.Rectangle(corner, width, height, fc=face, ec=color, lw=1.5))
        weight = "bold" if row == strong else "normal"
        place = (corner[0] + width / 2, corner[1] + height / 2)
        word(panel, *place, format(value, form), weight=weight)


def network(folder=HERE):
    """Draw the network: inputs, weights, sum, sigmoid, output, with the shape of each."""
    names = untrained()
    sums = names["l0"] @ names["W0"]
    fig, panel = canvas(7, 3.7, "Three inputs, three weights, one answer")
    for i, y in enumerate([2.8, 2.0, 1.2]):
        arrow(panel, (0.9, y), (3.1, 2.0), WEIGHT, shrinkB=23)
        node(panel, 0.65, y, f"input {i + 1}")
        panel.text(
            1.72,
            2 + (y - 2) * 0.66,
            f"× weight {i + 1}",
            ha="center",
            va="center",
            color="black",
            bbox={"fc": "white", "ec": "none", "pad": 1},
        )
    arrow(panel, (3.45, 2), (4.15, 2))
    arrow(panel, (5.05, 2), (5.72, 2), PREDICTION)
    node(panel, 3.1, 2, "add\nup")
    panel.add_patch(plt.Rectangle((4.15, 1.6), 0.9, 0.8, fc="white", ec=OTHER, lw=2))
    x = np.linspace(-6, 6, 50)
    panel.plot(4.6 + x * 0.06, 1.7 + 0.6 * names["sigmoid"](x), color=PREDICTION)
    word(panel, 4.6, 2.62, "squash")
    node(panel, 6.25, 2, "answer", PREDICTION)
    columns = [
        (0.65, "inputs", "X", names["X"]),
        (1.85, "weights", "W0", names["W0"]),
        (3.1, "sums", "", sums),
        (4.6, "sigmoid", "", names["sigmoid"](sums)),
        (6.25, "predictions", "l1", names["l1"]),
    ]
    for x, name, code, array in columns:
        word(panel, x, 0.62, f"{name} {code}".strip())
        word(panel, x, 0.3, str(array.shape))
    save(
        fig,
        folder / "network.svg",
        "The network",
        "Three inputs on the left. Each is multiplied by its own weight. The three products are "
        "added up, the sum goes through the sigmoid, and out comes one answer. For four examples "
        "at once: " + ", ".join(f"{n} {a.shape}" for _, n, _, a in columns) + ".",
    )


def shape(array):
    """An array's shape as the course writes it, for example (3, 1)."""
    return str(array.shape)


def weights(folder=HERE):
    """Draw why the weights have the shape (3, 1): one row per input, one column per output."""
    names = untrained()
    fig, panel = canvas(7, 4.3, "One row per input, one column per output")
    table(panel, 0.9, 1.95, names["X"], OTHER, "d")
    table(panel, 4.2, 3.6, names["W0"], WEIGHT, ".3f", width=0.95)
    table(panel, 4.2, 1.95, names["l1"], PREDICTION, ".3f", width=0.95)
    for i, style in enumerate([":", "--", "-"]):
        x, y = 1.26 + 0.72 * i, 3.42 - 0.36 * i
        panel.plot([x, x, 4.0], [2.0, y, y], style, color=WEIGHT)
        arrow(panel, (3.95, y), (4.18, y), WEIGHT)
        node(panel, x, 2.3, f"input {i + 1}", "white", size=10)
        word(panel, 2.95, y, f"weight {i + 1}", bbox={"fc": "white", "ec": "none", "pad": 2})
    for row in range(4):
        y = 1.77 - 0.36 * row
        word(panel, 0.8, y, f"row {row + 1}", ha="right", size=10)
        arrow(panel, (3.15, y), (4.1, y), OTHER, lw=1.5)
    word(panel, 3.62, 0.25, "add up, squash", size=10)
    word(panel, 1.98, 0.25, f"X {shape(names['X'])}")
    word(panel, 4.67, 0.25, f"l1 {shape(names['l1'])}")
    notes = {"ha": "left", "va": "center"}
    panel.text(5.3, 3.06, f"W0 {shape(names['W0'])}\n3 rows: 3 inputs\n1 column: 1 output", **notes)
    panel.text(5.3, 1.23, "4 rows: 4 examples\n1 column: 1 output", **notes)
    values = ", ".join(f"{value:.3f}" for value in names["W0"][:, 0])
    save(
        fig,
        folder / "weights.svg",
        "Why the weights have the shape (3, 1)",
        "From each of the three columns of X a line leads to a row of W0: input 1 to weight 1, "
        f"input 2 to weight 2, input 3 to weight 3. W0 holds {values}, one below the other: three "
        "rows for three inputs, one column for one output. Each of the four rows of X, added up "
        "with these weights and squashed, gives one row of l1.",
    )


def dot_product(folder=HERE):
    """Draw the dot product: one row of X times the weights, then all four rows at once."""
    names = untrained()
    X, W0, row = names["X"], names["W0"], 1
    sums = X @ W0
    fig, panel = canvas(7, 5.0, f"Row {row + 1}: multiply pair by pair, add up, squash")
    for i in range(3):
        y = 4.2 - 0.5 * i
        word(panel, 0.55, y, f"input {i + 1}", size=10)
        node(panel, 1.2, y, f"{X[row, i]}")
        word(panel, 1.65, y, "×")
        node(panel, 2.3, y, f"{W0[i, 0]:.3f}", WEIGHT)
        word(panel, 2.95, y, "=")
        word(panel, 3.65, y, f"{X[row, i] * W0[i, 0] + 0:.3f}", ha="right")
        arrow(panel, (3.75, y), (4.35, 3.7 + 0.12 * (1 - i)), shrinkB=2)
    node(panel, 4.8, 3.7, f"sum\n{sums[row, 0]:.3f}")
    arrow(panel, (5.2, 3.7), (5.7, 3.7), PREDICTION)
    node(panel, 6.25, 3.7, f"prediction\n{names['l1'][row, 0]:.3f}", PREDICTION)
    word(panel, 5.45, 4.3, "sigmoid", size=10)
    panel.text(0.1, 2.75, "All four rows at once: a matrix product", size=13, va="top")
    top = 2.15
    table(panel, 0.3, top, X, OTHER, "d", width=0.5, strong=row)
    word(panel, 2.05, top - 0.72, "@", code=True, size=15)
    table(panel, 2.3, top - 0.18, W0, WEIGHT, ".3f", width=0.85)
    word(panel, 3.45, top - 0.72, "=", size=15)
    table(panel, 3.75, top, sums, OTHER, ".3f", width=0.85, strong=row)
    arrow(panel, (4.75, top - 0.72), (5.55, top - 0.72), PREDICTION)
    word(panel, 5.15, top - 0.5, "sigmoid", size=10)
    table(panel, 5.7, top, names["l1"], PREDICTION, ".3f", width=0.85, strong=row)
    for x, name, array in [
        (1.05, "l0", X),
        (2.72, "W0", W0),
        (4.17, "sums", sums),
        (6.12, "l1", names["l1"]),
    ]:
        word(panel, x, 0.3, f"{name} {shape(array)}")
    save(
        fig,
        folder / "dot_product.svg",
        "The dot product",
        f"Above, row {row + 1}: its inputs "
        + ", ".join(f"{X[row, i]} times weight {W0[i, 0]:.3f}" for i in range(3))
        + f" add up to {sums[row, 0]:.3f}, and the sigmoid makes {names['l1'][row, 0]:.3f} of it. "
        "Below, all four rows as a matrix product: (4, 3) @ (3, 1) gives (4, 1), then the sigmoid "
        "row by row.",
    )


def cycle(folder=HERE):
    """Draw the training cycle: forward, error, delta, update, each with its line of code."""
    fig, panel = canvas(7, 4.4, "Four steps, round and round")
    steps = [
        (3.5, 3.4, "1 forward", "predict", "l1 = ", PREDICTION),
        (5.75, 2.15, "2 error", "compare with y", "l1_error = ", ERROR),
        (3.5, 0.75, "3 delta", "find the blame", "l1_delta = ", OTHER),
        (1.25, 2.15, "4 update", "turn the weights", "W0 += ", WEIGHT),
    ]
    for x, y, name, what, beginning, color in steps:
        word(panel, x, y + 0.23, f"{name}: {what}", size=11)
        node(panel, x, y - 0.12, line(beginning), color, code=True, size=11)
    arrow(panel, (4.95, 3.3), (5.9, 2.65), bend=-0.3)
    arrow(panel, (5.9, 1.7), (5.65, 0.75), bend=-0.3)
    arrow(panel, (1.35, 0.75), (1.15, 1.7), bend=-0.3)
    arrow(panel, (1.15, 2.65), (2.05, 3.35), bend=-0.3)
    word(panel, 3.5, 2.05, "10,000\ntimes", size=15)
    save(
        fig,
        folder / "cycle.svg",
        "The training cycle",
        "Four steps in a circle, 10,000 times. "
        + " ".join(f"{name}, {what}: {line(begins)}." for _, _, name, what, begins, _ in steps)
        + " Then round again.",
    )


def transpose(folder=HERE):
    """Draw which deltas reach which weight, with the numbers of the first step."""
    names = untrained()
    X, delta, update = names["X"], names["l1_delta"][:, 0], names["W0_update"][:, 0]
    fig, panel = canvas(
        7, 4.2, "Each weight collects the deltas of the rows where its input was on"
    )
    word(panel, 1.0, 3.55, "deltas, row by row", size=11)
    word(panel, 5.2, 3.55, "step of each weight", size=11)
    rows, columns = 3.1 - 0.62 * np.arange(4), 2.9 - 0.75 * np.arange(3)
    for (row, i), on in np.ndenumerate(X):
        if on:
            style = [":", "--", "-"][i]
            panel.plot([1.55, 3.55], [rows[row], columns[i]], style, color=GRADIENT, zorder=1)
    for row, y in enumerate(rows):
        node(panel, 1.0, y, f"row {row + 1}: {delta[row]:+.3f}")
    for i, y in enumerate(columns):
        on = [row for row in range(4) if X[row, i]]
        sum_ = " ".join(f"{delta[row]:+.3f}" for row in on)
        node(panel, 4.0, y, f"weight {i + 1}", WEIGHT)
        panel.text(4.6, y, f"{sum_}\n= {update[i]:+.3f}", va="center", size=11)
    word(panel, 3.5, 0.6, line("W0 += ").split("+= ")[1], code=True)
    shapes = f"{shape(names['l0'].T)} @ {shape(names['l1_delta'])} → {shape(names['W0_update'])}"
    word(panel, 3.5, 0.28, shapes)
    sums = [
        f"weight {i + 1} collects those of rows "
        + ", ".join(str(row + 1) for row in range(4) if X[row, i])
        + f" and steps by {update[i]:+.3f}"
        for i in range(3)
    ]
    save(
        fig,
        folder / "transpose.svg",
        "The transpose: which deltas reach which weight",
        "On the left four deltas: "
        + ", ".join(f"row {row + 1} {delta[row]:+.3f}" for row in range(4))
        + ". Lines lead from each to the weights whose input was on in that row: "
        + ", ".join(sums)
        + ".",
    )


def maps(folder=HERE):
    """Draw the map of the course once for each notebook, with that one highlighted."""
    for here in range(1, len(PIECES) + len(BEYOND) + 1):
        course_map(here, folder / f"map_{here}.svg")


def course_map(here, path):
    """Draw the map of the course, with the notebook number `here` (from 1) highlighted."""
    fig, panel = canvas(7, 2.3, "")
    for number, (name, piece) in enumerate(PIECES, 1):
        x = 0.62 + 1.152 * (number - 1)
        stop(panel, x, 1.67, 0.96, 0.8, f"{number}\n{name}", number - here)
        if number < len(PIECES):
            arrow(panel, (x + 0.48, 1.67), (x + 0.672, 1.67), mutation_scale=10)
        word(panel, x, 1.1, piece, size=10, code=True)
    last, third = 0.62 + 1.152 * 5, 0.62 + 1.152 * 2
    panel.plot([last, last, third], [0.97, 0.75, 0.75], color=OTHER, lw=2)
    arrow(panel, (third, 0.75), (third, 0.99), mutation_scale=10)
    around = {"fc": "white", "ec": "none", "pad": 2}
    word(panel, (last + third) / 2, 0.75, "10,000 times round", size=10, bbox=around)
    word(panel, 0.62, 0.3, "and then:", size=11)
    for number, name in enumerate(BEYOND, len(PIECES) + 1):
        x = 2.156 + 1.92 * (number - len(PIECES) - 1)
        stop(panel, x, 0.3, 1.728, 0.4, f"{number}  {name}", number - here)
    pieces = ", ".join(f"{n} {name}".replace("\n", " ") for n, (name, _) in enumerate(PIECES, 1))
    beyond = ", ".join(f"{n} {name}" for n, name in enumerate(BEYOND, len(PIECES) + 1))
    save(
        fig,
        path,
        "Map of the course",
        f"Six pieces in a row, each handing on to the next: {pieces}. From training an arrow leads "
        f"back to the forward pass, 10,000 times round. Below them, what comes after: {beyond}. "
        f"You are at number {here}.",
    )


def stop(panel, x, y, width, height, text, ahead):
    """Draw one notebook of the map; `ahead` is how many notebooks lie between it and here."""
    face, ink = ("#595959", "white") if ahead == 0 else ("white", "black")
    style = "--" if ahead > 0 else "-"
    corner = (x - width / 2, y - height / 2)
    panel.add_patch(plt.Rectangle(corner, width, height, fc=face, ec="#595959", lw=2, ls=style))
    word(panel, x, y, text, ink, size=11)


def nudge(folder=HERE):
    """Draw how the slope of the loss is measured: two nudges, and the line through both."""
    names = run("07_when_it_goes_wrong.ipynb", ["story", "loss"])
    start, size = names["start"], 1.5

    def loss(first):
        return names["loss"](np.array([[first], *start[1:]]))

    def slope(size):
        return (loss(start[0, 0] + size) - loss(start[0, 0] - size)) / (2 * size)

    firsts = np.linspace(-5, 5, 101)
    ends = start[0, 0] + np.array([-size, size])
    heights = [loss(end) for end in ends]
    fig, panel = plt.subplots(figsize=(7, 3.6), layout="constrained")
    panel.plot(firsts, [loss(first) for first in firsts], color=ERROR)
    panel.plot(ends + [-1.2, 1.2], heights + slope(size) * np.array([-1.2, 1.2]), color=GRADIENT)
    panel.plot(ends, heights, "o", color=OTHER)
    panel.plot(start[0, 0], loss(start[0, 0]), "o", color="white", markeredgecolor=OTHER)
    notes = [(-0.3, -0.09, "one nudge to the left"), (0.1, 0.04, "one to the right")]
    for end, height, (right, up, text) in zip(ends, heights, notes):
        panel.text(end + right, height + up, text, ha="left" if right > 0 else "right")
    panel.text(start[0, 0] - 0.15, loss(start[0, 0]) - 0.05, "the weight now", ha="right")
    panel.text(0.9, 0.93, f"nudge {size:g}: slope {slope(size):.3f}")
    panel.text(0.9, 0.82, f"nudge 0.00001: slope {slope(1e-5):.3f}")
    panel.set(xlabel="first weight", ylabel="loss E", xlim=(-5, 5))
    panel.set_title("Measure a slope: nudge the weight both ways, look at the loss")
    save(
        fig,
        folder / "nudge.svg",
        "How the slope of the loss is measured",
        "The loss falls as the first weight grows. Two dots on the curve, one nudge to the left "
        "and one to the right of where the weight is now, and the straight line through them. "
        f"Its slope is {slope(size):.3f} for a nudge of {size:g}, large enough to be seen, and "
        f"{slope(1e-5):.3f} for one of 0.00001.",
    )


def deeper():
    """The names of the network with a hidden layer, before any learning.

    `W0` (3, 4), `W1` (4, 1), `l1` and `l1_error` (4, 4), `l2` and `l2_delta` (4, 1). Source:
    notebooks/08_hidden_layer.ipynb.
    """
    cells = ["story", "xor", "forward", "last-layer", "hidden-layer"]
    return run("08_hidden_layer.ipynb", cells)


def two_layers(folder=HERE):
    """Draw the network with a hidden layer, with the shape of every array."""
    names = deeper()
    fig, panel = canvas(7, 4.2, "Three inputs, four hidden units, one answer")
    inputs, hidden = [3.2, 2.3, 1.4], [3.5, 2.7, 1.9, 1.1]
    for x, width, starts, ends in [(0.65, 2.6, inputs, hidden), (3.5, 2.7, hidden, [2.3])]:
        for start in starts:
            for end in ends:
                panel.plot([x, x + width], [start, end], color=WEIGHT, lw=1.5, zorder=1)
    for i, y in enumerate(inputs):
        node(panel, 0.65, y, f"input {i + 1}")
    for i, y in enumerate(hidden):
        node(panel, 3.4, y, f"unit {i + 1}")
    node(panel, 6.25, 2.3, "answer", PREDICTION)
    columns = [
        (0.65, "inputs", "l0"),
        (2.0, "weights", "W0"),
        (3.4, "hidden units", "l1"),
        (4.85, "weights", "W1"),
        (6.25, "predictions", "l2"),
    ]
    for x, name, code in columns:
        word(panel, x, 0.6, f"{name} {code}")
        word(panel, x, 0.28, shape(names[code]))
    save(
        fig,
        folder / "two_layers.svg",
        "The network with a hidden layer",
        "Three inputs on the left, four hidden units in the middle, one answer on the right. "
        "Every input is joined to every hidden unit, every hidden unit to the answer. For four "
        "examples at once: "
        + ", ".join(f"{name} {code} {shape(names[code])}" for _, name, code in columns)
        + ".",
    )


def blame(folder=HERE):
    """Draw how the delta of one row goes back through W1 to the hidden units."""
    names, row = deeper(), 1
    delta, weights = names["l2_delta"][row, 0], names["W1"][:, 0]
    errors = names["l1_error"][row]
    fig, panel = canvas(7, 4.2, f"Row {row + 1}: the blame goes back the way the sum came")
    word(panel, 1.1, 3.6, "error of each hidden unit", size=11)
    word(panel, 5.9, 2.65, "delta of the prediction", size=11)
    for i, y in enumerate([3.15, 2.4, 1.65, 0.9]):
        arrow(panel, (5.3, 2.1), (1.95, y), WEIGHT)
        node(panel, 1.1, y, f"unit {i + 1}: {errors[i]:+.3f}")
        text = f"× {weights[i]:+.3f}"
        around = {"fc": "white", "ec": "none", "pad": 2}
        word(panel, 3.4, 2.1 + (y - 2.1) * 0.57, text, size=11, bbox=around)
    node(panel, 5.9, 2.1, f"{delta:+.3f}")
    code = line("l1_error = ", "08_hidden_layer.ipynb", "hidden-layer")
    word(panel, 3.5, 0.4, code, code=True)
    save(
        fig,
        folder / "blame.svg",
        "The blame goes back through W1",
        f"On the right the delta of row {row + 1}, {delta:+.3f}. Four arrows lead back from it to "
        "the hidden units, each with its weight: "
        + ", ".join(
            f"times {weight:+.3f} gives unit {i} the error {error:+.3f}"
            for i, (weight, error) in enumerate(zip(weights, errors), 1)
        )
        + ".",
    )


def learning(folder=HERE):
    """Draw the four predictions on their way to their targets, the picture of the README."""
    names = trained()
    iteration = np.arange(1, len(names["l1_history"]) + 1)
    fig, panel = plt.subplots(figsize=(8, 3.4), layout="constrained")
    for row, style in enumerate([":", "-.", "--", "-"]):
        inputs = ", ".join(str(value) for value in names["X"][row])
        history = names["l1_history"][:, row]
        panel.plot(iteration, history, style, color=PREDICTION, label=inputs)
    for height, word in [(0, "target: no"), (1, "target: yes")]:
        panel.plot(iteration[-1] * 1.35, height, "D", color=TARGET, clip_on=False)
        panel.text(iteration[-1] * 1.7, height, word, va="center")
    panel.set_xscale("log")
    panel.set_xticks([1, 10, 100, 1_000, 10_000], ["1", "10", "100", "1,000", "10,000"])
    panel.set(xlim=(1, 6e4), ylim=(-0.03, 1.03), yticks=[0, 0.5, 1])
    panel.set(xlabel="iteration (log scale)", ylabel="prediction")
    panel.set_title("A program that learns: four examples, 10,000 tries")
    panel.legend(title="inputs", loc="center right")
    save(
        fig,
        folder / "learning.svg",
        "A program that learns",
        "Four lines against 10,000 iterations on a log scale. They start between 0.2 and 0.4. "
        "The two examples whose target is yes rise to almost 1, the two whose target is no rise "
        "a little at first and then sink to almost 0.",
    )


def save(fig, path, title, description):
    """Write a figure as an SVG whose text stays text, spaces and all (code is indented), with its
    title and description inside for screen readers, and the same bytes each time it is drawn by
    the same Matplotlib."""
    drawn = io.StringIO()
    fig.savefig(drawn, format="svg", metadata={"Date": None, "Title": title})
    plt.close(fig)
    inside = f"<title>{escape(title)}</title>"
    about = (
        f'<title id="title">{escape(title)}</title>\n <desc id="desc">{escape(description)}</desc>'
    )
    picture = drawn.getvalue().replace(inside, about, 1)
    picture = picture.replace("<svg ", '<svg role="img" aria-labelledby="title desc" ', 1)
    picture = picture.replace("<text ", '<text xml:space="preserve" ')  # browsers: on each text
    path.write_text(picture, encoding="utf-8", newline="\n")


def look():
    """The style that every picture is drawn in: the course's, with text as text, and with the
    places of things as they are given."""
    settings = {
        "svg.fonttype": "none",
        "svg.hashsalt": "a program that learns",
        "pdf.fonttype": 42,
        "pdf.compression": 0,
        "figure.constrained_layout.use": False,
    }
    return plt.style.context([HERE / "course.mplstyle", settings])


def one_page(folder=HERE):
    """Draw the whole network on one page, as an SVG and as a PDF to print."""
    whole, before, after = sources("06_training.ipynb")["whole"], untrained(), trained()
    title = "A program that learns: the whole network on one page"
    about = {"CreationDate": None, "Title": title, "Subject": "Six pieces of a neural network"}
    start = ["iterations = ", "W0 = ", "W1 = ", "for i in "]
    loop = ["l0 = ", "l1 = ", "l2 = ", "l2_error = ", "l2_delta = "]
    loop += ["l1_error = ", "l1_delta = ", "W1 += ", "W0 += "]
    hidden = [line(beginning, "08_hidden_layer.ipynb") for beginning in start]
    hidden += ["    " + line(beginning, "08_hidden_layer.ipynb") for beginning in loop]
    fig = summary(whole, before, after, hidden)
    fig.savefig(folder / "summary.pdf", metadata=about)
    plt.close(fig)
    save(
        summary(whole, before, after, hidden),
        folder / "summary.svg",
        title,
        "Six cards, one for each piece of the network: data, sigmoid, forward pass, error, "
        "backprop, training. Each has its lines of code, its formula, the shapes of its arrays "
        "and a small plot. Below them the whole program, the four predictions that it prints, and "
        "the loop with a hidden layer, from how its weights start to how they step.",
    )


def learning_animation(folder=HERE):
    """Draw the network while it learns, the README's animation."""
    animation(trained(), folder / "learning.gif")


def everything(folder=HERE):
    """Draw all pictures into a folder, in the course's style."""
    pictures = [network, weights, dot_product, cycle, transpose, maps, nudge]
    pictures += [two_layers, blame, one_page]
    with look():
        for draw in [*pictures, learning, learning_animation]:
            draw(folder)


if __name__ == "__main__":
    everything()
