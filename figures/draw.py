"""Draw the course's pictures that are not made by a notebook's own cells: `make figures`.

Every function draws one picture into this folder. The numbers and the lines of code in a picture
come from running and reading the notebooks' own cells, so it can't disagree with the course.
"""

import io
import sys
import textwrap
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib

matplotlib.use("Agg")  # no window needed
sys.path.insert(0, str(Path(__file__).parent.parent / "notebooks"))  # for the course's own package

import contents
import matplotlib.pyplot as plt
import numpy as np
from animation import animation, powers_of_ten, preview
from matplotlib.patheffects import withStroke
from program_that_learns.look import ERROR, GRADIENT, OTHER, PREDICTION, TARGET, WEIGHT
from summary import summary

HERE = Path(__file__).parent


def sources(notebook):
    """The sources of a notebook's cells, by cell id. `notebook` is its file's name without number."""
    return {cell["id"]: cell["source"] for cell in contents.find(notebook).cells()}


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
    Source: the notebook on backprop.
    """
    return run("backprop", ["story", "delta", "transpose"])


def trained():
    """The names of the course after training.

    Among them `l1_history` (10000, 4), every prediction made, `W0_history` (10000, 3), the weights
    that made it, and `mse_history` (10000,). Source: the notebook on training.
    """
    names = run("training", ["story", "loop"])
    names["mse_history"] = np.mean((names["y"][:, 0] - names["l1_history"]) ** 2, axis=1)
    return names


def rounds():
    """How often the course's loop goes round, as a text: "10,000"."""
    return f"{int(line('iterations = ').split('= ')[1]):,}"


def line(beginning, notebook="training", cell="loop"):
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


def thickness(color):
    """How thick a line is drawn, in points: the pale colours thicker."""
    return 3 if color in (WEIGHT, GRADIENT) else 2


def node(panel, x, y, text, color=OTHER, **options):
    """Write a word in a box with rounded corners."""
    frame = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": color}
    frame["lw"] = thickness(color)
    word(panel, x, y, text, bbox=frame, **options)


def arrow(panel, start, end, color=OTHER, bend=0, **options):
    """Draw an arrow between two places; `bend` curves it."""
    look = {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0}
    look |= {"lw": thickness(color)}
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


def caption(panel, x, y, name, code):
    """Write what stands above in words, and below them in the notebooks' code."""
    word(panel, x, y, name)
    word(panel, x, y - 0.3, code, code=True, size=11)


def network(folder=HERE):
    """Draw the network: inputs, weights, sum, sigmoid, output, with the shape of each array."""
    names = untrained()
    sums = names["l0"] @ names["W0"]
    fig, panel = canvas(7, 4.0, "Three inputs, three weights, one answer")
    for i, y in enumerate([3.1, 2.3, 1.5]):
        arrow(panel, (0.9, y), (3.1, 2.3), WEIGHT, shrinkB=23)
        node(panel, 0.65, y, f"input {i + 1}")
        around = {"fc": "white", "ec": "none", "pad": 1}
        word(panel, 1.72, 2.3 + (y - 2.3) * 0.66, f"× weight {i + 1}", bbox=around)
    arrow(panel, (3.42, 2.3), (4.07, 2.3))
    arrow(panel, (5.13, 2.3), (5.78, 2.3), PREDICTION)
    node(panel, 3.1, 2.3, "add\nup")
    panel.add_patch(plt.Rectangle((4.15, 1.9), 0.9, 0.8, fc="white", ec=OTHER, lw=2))
    x = np.linspace(-6, 6, 50)
    panel.plot(4.6 + x * 0.06, 2.0 + 0.6 * names["sigmoid"](x), color=PREDICTION)
    word(panel, 4.6, 2.92, "squash")
    node(panel, 6.25, 2.3, "answer", PREDICTION)
    columns = [
        (0.65, "inputs", f"X {shape(names['X'])}"),
        (1.9, "weights", f"W0 {shape(names['W0'])}"),
        (3.1, "sums", shape(sums)),
        (4.6, "function", "sigmoid"),
        (6.25, "predictions", f"l1 {shape(names['l1'])}"),
    ]
    for x, name, code in columns:
        caption(panel, x, 0.95, name, code)
    gloss = "The 4 stands for four examples at once. The picture shows one."
    word(panel, 3.5, 0.22, gloss, size=11)
    save(
        fig,
        folder / "network.svg",
        "The network",
        "Three inputs on the left. Each is multiplied by its own weight. The three products are "
        "added up, the sum goes through the sigmoid, and out comes one answer. For four examples "
        "at once: " + ", ".join(f"{name} {code}" for _, name, code in columns) + ".",
    )


def shape(array):
    """An array's shape as the course writes it, for example (3, 1)."""
    return str(array.shape)


def weights(folder=HERE):
    """Draw why the weights have the shape (3, 1): one row per input, one column per output."""
    names = untrained()
    fig, panel = canvas(7, 4.6, "W0: one row per input, one column per output")
    table(panel, 0.9, 2.2, names["X"], OTHER, "d")
    table(panel, 4.2, 3.9, names["W0"], WEIGHT, ".3f", width=0.95)
    table(panel, 4.2, 2.2, names["l1"], PREDICTION, ".3f", width=0.95)
    for i, style in enumerate(["-", "--", ":"]):
        x, y = 1.26 + 0.72 * i, 3.72 - 0.36 * i
        panel.plot([x, x, 4.05], [2.56, y, y], style, color=WEIGHT)
        panel.plot(4.1, y, ">", color=WEIGHT)
        word(panel, x, 2.4, f"input {i + 1}", size=11)
        word(panel, 3.55, y + 0.13, f"weight {i + 1}", size=11)
    for row in range(4):
        y = 2.02 - 0.36 * row
        word(panel, 0.8, y, f"row {row + 1}", ha="right", size=10)
        arrow(panel, (3.15, y), (4.1, y), OTHER, lw=1.5)
    word(panel, 3.62, 0.46, "× weights,\nadd up,\nsquash", size=11)
    for x, name in [(1.98, "X"), (4.67, "l1")]:
        word(panel, x, 0.52, f"{name} {shape(names[name])}", code=True)
    notes = {"ha": "left", "va": "center"}
    word(panel, 5.3, 3.66, f"W0 {shape(names['W0'])}", code=True, **notes)
    panel.text(5.3, 3.28, "3 rows: 3 inputs\n1 column: 1 output", **notes)
    panel.text(5.3, 1.48, "4 rows: 4 examples\n1 column: 1 output", **notes)
    values = ", ".join(f"{value:.3f}" for value in names["W0"][:, 0])
    save(
        fig,
        folder / "weights.svg",
        "Why the weights have the shape (3, 1)",
        "From each of the three columns of X a line leads to a row of W0: input 1 to weight 1, "
        f"input 2 to weight 2, input 3 to weight 3. W0 holds {values}, one below the other: three "
        "rows for three inputs, one column for one output. Each of the four rows of X, times "
        "these weights, added up and squashed, gives one row of l1.",
    )


def dot_product(folder=HERE):
    """Draw the dot product: one row of X times the weights, then all four rows at once."""
    names = untrained()
    X, W0, row = names["X"], names["W0"], 2  # the row worked out by hand
    sums = X @ W0
    fig, panel = canvas(7, 5.2, f"Row {row + 1}: multiply pair by pair, add up, squash")
    for i in range(3):
        y = 4.4 - 0.5 * i
        word(panel, 0.5, y, f"input {i + 1}", size=11)
        node(panel, 1.15, y, f"{X[row, i]}")
        word(panel, 1.6, y, "×")
        node(panel, 2.2, y, f"{W0[i, 0]:.3f}", WEIGHT)
        word(panel, 2.8, y, "=")
        word(panel, 3.5, y, f"{X[row, i] * W0[i, 0] + 0:.3f}", ha="right")
        arrow(panel, (3.6, y), (4.1, 3.9 + 0.12 * (1 - i)))
    node(panel, 4.55, 3.9, f"sum\n{sums[row, 0]:.3f}")
    squash(panel, 5.0, 5.65, 3.9)
    node(panel, 6.25, 3.9, f"prediction\n{names['l1'][row, 0]:.3f}", PREDICTION)
    panel.text(0.1, 2.9, "All four rows at once: a matrix product", size=13, va="top")
    panel.text(0.1, 2.6, "@ multiplies and adds up, as above, for every row.", size=12, va="top")
    top = 2.15
    table(panel, 0.3, top, X, OTHER, "d", width=0.5, strong=row)
    word(panel, 2.05, top - 0.72, "@", code=True, size=15)
    table(panel, 2.3, top - 0.18, W0, WEIGHT, ".3f", width=0.85)
    word(panel, 3.45, top - 0.72, "=", size=15)
    table(panel, 3.75, top, sums, OTHER, ".3f", width=0.85, strong=row)
    squash(panel, 4.75, 5.6, top - 0.72)
    table(panel, 5.7, top, names["l1"], PREDICTION, ".3f", width=0.85, strong=row)
    for x, name, array in [
        (1.05, "l0 = X", X),
        (2.72, "W0", W0),
        (4.17, "sums", sums),
        (6.12, "l1", names["l1"]),
    ]:
        word(panel, x, 0.3, f"{name} {shape(array)}", code=True, size=11)
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


def squash(panel, start, end, y):
    """Draw the arrow that stands for the sigmoid, with its name on it."""
    arrow(panel, (start, y), (end, y), PREDICTION)
    word(panel, (start + end) / 2, y + 0.16, "sigmoid", size=11)


def cycle(folder=HERE):
    """Draw the training cycle: forward, error, delta, update, each with its line of code."""
    fig, panel = canvas(7, 4.4, "Four steps, round and round")
    steps = [
        (3.5, 3.4, "forward", "predict", "l1 = ", PREDICTION),
        (5.75, 2.15, "error", "compare with y", "l1_error = ", ERROR),
        (3.5, 0.65, "delta", "find the blame", "l1_delta = ", GRADIENT),
        (1.25, 2.15, "update", "change the weights", "W0 += ", WEIGHT),
    ]
    for x, y, name, what, beginning, color in steps:
        word(panel, x, y + 0.25, f"{name}: {what}", size=11)
        node(panel, x, y - 0.12, line(beginning), color, code=True, size=11)
    arrow(panel, (4.7, 3.3), (5.75, 2.6), bend=-0.3)
    arrow(panel, (5.75, 1.75), (4.85, 0.85), bend=-0.3)
    arrow(panel, (2.15, 0.85), (1.25, 1.75), bend=-0.3)
    arrow(panel, (1.25, 2.6), (2.3, 3.3), bend=-0.3)
    word(panel, 3.5, 2.1, f"{rounds()}\ntimes", size=15)
    save(
        fig,
        folder / "cycle.svg",
        "The training cycle",
        f"Four steps in a circle, {rounds()} times. "
        + " ".join(
            f"{name.capitalize()}, {what}: {line(begins)}." for _, _, name, what, begins, _ in steps
        )
        + " Then round again.",
    )


def transpose(folder=HERE):
    """Draw which deltas reach which weight, with the numbers of the first step. An arrow is as thick
    as its delta is large, and a flat head says minus."""
    names = untrained()
    X, delta, update = names["X"], names["l1_delta"][:, 0], names["W0_update"][:, 0]
    title = "Each weight collects the deltas of the rows where its input was on"
    fig, panel = canvas(7, 4.7, title)
    word(panel, 1.15, 4.1, "row (its inputs): its delta", size=11)
    word(panel, 5.6, 4.1, "step of each weight", size=11)
    rows = 3.5 - 0.75 * np.arange(4)
    for row, y in enumerate(rows):
        inputs = ", ".join(str(value) for value in X[row])
        node(panel, 1.15, y, f"row {row + 1} ({inputs}): {delta[row]:+.3f}", size=11)
    y = 3.78
    for i in range(3):
        top = y
        for row in np.flatnonzero(X[:, i]):
            collect(panel, (2.3, rows[row]), (3.75, y), delta[row])
            word(panel, 3.85, y, f"{delta[row]:+.3f}", ha="left", size=11)
            y -= 0.32
        panel.plot([4.5, 4.5], [top + 0.12, y + 0.2], color=OTHER, lw=1)
        middle = (top + y + 0.32) / 2
        node(panel, 5.6, middle, f"weight {i + 1}: {update[i]:+.3f}", WEIGHT)
        y -= 0.22
    word(panel, 3.5, 0.55, line("W0 += ").split("+= ")[1], code=True)
    shapes = f"{shape(names['l0'].T)} @ {shape(names['l1_delta'])} → {shape(names['W0_update'])}"
    word(panel, 3.5, 0.23, shapes, code=True)
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
        + ", ".join(
            f"row {row + 1}, inputs {', '.join(map(str, X[row]))}: {delta[row]:+.3f}"
            for row in range(4)
        )
        + ". Arrows, as thick as the delta is large and with a flat head for a minus, lead from each "
        "to the weights whose input was on in that row: " + ", ".join(sums) + ".",
    )


def collect(panel, start, end, delta):
    """Draw the arrow on which a delta goes to a weight, as thick as it is large; a flat head says
    minus."""
    thick = 48 * abs(delta)
    head = "-|>,head_length=0.4,head_width=0.2" if delta > 0 else "|-|,widthA=0,widthB=0.4"
    edge = [withStroke(linewidth=thick + 2, foreground="white")]
    form = {"arrowstyle": head, "mutation_scale": 20, "joinstyle": "miter"}
    arrow(panel, start, end, GRADIENT, lw=thick, path_effects=edge, **form)


def maps(folder=HERE):
    """Draw the map of the course once for each notebook, with that one highlighted."""
    for here in range(1, len(contents.entries()) + 1):
        course_map(here, folder / f"map_{here}.svg")


def course_map(here, path):
    """Draw the map of the course, with the notebook number `here` (from 1) highlighted."""
    entries = contents.entries()
    pieces, beyond = [[one for one in entries if (one.part == 1) is core] for core in (True, False)]
    fig, panel = canvas(7, 2.7, "")
    places = {one.file: 0.62 + 5.76 * i / (len(pieces) - 1) for i, one in enumerate(pieces)}
    for one, x in zip(pieces, places.values()):
        name = textwrap.fill(one.name, 9)
        stop(panel, x, 2.0, 0.96, 0.8, f"{one.number}\n{name}", one.number - here, 2.52)
        if one != pieces[-1]:
            arrow(panel, (x + 0.48, 2.0), (x + 0.672, 2.0), mutation_scale=10)
        piece = textwrap.fill(one.piece.replace("`", ""), 11)
        word(panel, x, 1.54, piece, size=10, code=True, va="top")
    last, back = places[pieces[-1].file], places[contents.find("forward_pass").file]
    panel.plot([last, last, back], [1.32, 1.02, 1.02], color=OTHER, lw=2)
    arrow(panel, (back, 1.02), (back, 1.32), mutation_scale=10)
    around = {"fc": "white", "ec": "none", "pad": 2}
    word(panel, (last + back) / 2, 1.02, f"{rounds()} times round", size=10, bbox=around)
    word(panel, 0.5, 0.47, "and then:", size=11)
    left, gap = 1.0, 0.1
    width = (6.9 - left - gap * (len(beyond) - 1)) / len(beyond)
    for i, one in enumerate(beyond):
        x = left + width / 2 + (width + gap) * i
        stop(panel, x, 0.47, width, 0.4, f"{one.number}  {one.name}", one.number - here, 0.15)
    told = [", ".join(f"{one.number} {one.name}" for one in row) for row in (pieces, beyond)]
    save(
        fig,
        path,
        "Map of the course",
        f"Map of the course. {len(pieces)} pieces in a row, each handing on to the next: {told[0]}. "
        f"From training an arrow leads back to the forward pass, {rounds()} times round. Below "
        f"them, what comes after: {told[1]}. You are at {here} {entries[here - 1].name}.",
    )


def stop(panel, x, y, width, height, text, ahead, note):
    """Draw one notebook of the map; `ahead` is how many notebooks lie between it and here, and
    `note` the height for the words "you are here"."""
    face, ink = ("#595959", "white") if ahead == 0 else ("white", "black")
    style = "--" if ahead > 0 else "-"
    corner = (x - width / 2, y - height / 2)
    panel.add_patch(plt.Rectangle(corner, width, height, fc=face, ec="#595959", lw=2, ls=style))
    word(panel, x, y, text, ink, size=11)
    if ahead == 0:
        word(panel, x, note, "you are here", size=10)


def nudge(folder=HERE):
    """Draw how the slope of the loss is measured: two nudges, the line through both, and beside
    it the line of a nudge too small to be seen."""
    names = run("when_it_goes_wrong", ["story", "loss"])
    start, size, tiny = names["start"], 1.5, 1e-5

    def loss(first):
        return names["loss"](np.array([[first], *start[1:]]))

    def slope(size):
        return (loss(start[0, 0] + size) - loss(start[0, 0] - size)) / (2 * size)

    here, firsts = start[0, 0], np.linspace(-5, 5, 101)
    ends = here + np.array([-size, size])
    heights = [loss(end) for end in ends]
    fig, panel = plt.subplots(figsize=(7, 4.0), layout="constrained")
    panel.plot(firsts, [loss(first) for first in firsts], color=ERROR)
    panel.plot(ends + [-1.2, 1.2], heights + slope(size) * np.array([-1.2, 1.2]), color=GRADIENT)
    around = np.array([-2.3, 2.3])
    panel.plot(here + around, loss(here) + slope(tiny) * around, ":", color=GRADIENT)
    panel.plot(ends, heights, "o", color=OTHER)
    panel.plot(here, loss(here), "o", color="white", markeredgecolor=OTHER)
    notes = [(-0.25, -0.05, "one nudge to the left"), (0.15, 0.04, "one to the right")]
    for end, height, (right, up, text) in zip(ends, heights, notes):
        panel.text(end + right, height + up, text, ha="left" if right > 0 else "right", va="center")
    panel.text(here - 0.25, loss(here) - 0.05, "the weight now", ha="right", va="center")
    panel.text(-3, 1.17, f"nudge {size:g}:\nslope {slope(size):.3f}", ha="right")
    panel.text(-1.8, 1.17, f"nudge {tiny:.5f}: slope {slope(tiny):.3f},\nthe better value")
    panel.set(xlabel="first weight", ylabel="loss E", xlim=(-5, 5), ylim=(-0.1, 1.45))
    panel.set_title("Measure a slope: nudge the weight both ways, look at the loss")
    save(
        fig,
        folder / "nudge.svg",
        "How the slope of the loss is measured",
        "The loss falls as the first weight grows. Two dots on the curve, one nudge to the left "
        "and one to the right of where the weight is now, and the straight line through them. "
        f"Its slope is {slope(size):.3f} for a nudge of {size:g}, large enough to be seen. A "
        f"dotted line touches the curve where the weight is now: a nudge of {tiny:.5f} gives its "
        f"slope, {slope(tiny):.3f}, which is the better value.",
    )


def deeper():
    """The names of the network with a hidden layer, before any learning.

    `W0` (3, 4), `W1` (4, 1), `l1` and `l1_error` (4, 4), `l2` and `l2_delta` (4, 1). Source: the
    notebook on the hidden layer.
    """
    cells = ["story", "xor", "forward", "last-layer", "hidden-layer"]
    return run("hidden_layer", cells)


def hidden_units(panel, units, weights, end, back=False):
    """Draw the four hidden units with a value each, and its weight in W1 on the way to the box
    `end`, a text: the sum comes this way, and when `back`, the blame goes back."""
    before, behind = (ERROR, GRADIENT) if back else (OTHER, PREDICTION)
    for i, y in enumerate([3.6, 2.9, 2.2, 1.5]):
        ends = [(3.55, y), (5.75, 2.55)]
        arrow(panel, *(ends[::-1] if back else ends), WEIGHT)
        node(panel, 2.8, y, f"unit {i + 1}: {units[i]:{'+' if back else ''}.3f}", before)
        around = {"fc": "white", "ec": "none", "pad": 2}
        place = (4.5, 2.55 + (y - 2.55) * 0.57)
        word(panel, *place, f"× {weights[i]:+.4f}", size=11, bbox=around)
    node(panel, 6.3, 2.55, end, behind)


def two_layers(folder=HERE):
    """Draw how one row goes forward through both layers, with the shape of every array."""
    names, row = deeper(), 1
    X, units, weights = names["X"], names["l1"][row], names["W1"][:, 0]
    answer = f"{names['l2'][row, 0]:.4f}"
    fig, panel = canvas(
        7, 4.9, f"Row {row + 1} goes forward: three inputs, four hidden units, one answer"
    )
    for i, y in enumerate([3.25, 2.55, 1.85]):
        for end in [3.6, 2.9, 2.2, 1.5]:
            tip = (2.05, end + 0.1 * (y - 2.55))
            arrow(panel, (1.15, y), tip, WEIGHT, lw=2.5, mutation_scale=10)
        node(panel, 0.6, y, f"input {i + 1}: {X[row, i]}")
    hidden_units(panel, units, weights, answer)
    for x, y in [(2.8, 4.0), (6.24, 2.95)]:
        word(panel, x, y, "add up, squash", size=11)
    columns = [
        (0.6, "inputs", "l0"),
        (1.65, "weights", "W0"),
        (2.8, "hidden units", "l1"),
        (4.5, "weights", "W1"),
        (6.3, "predictions", "l2"),
    ]
    for x, name, code in columns:
        caption(panel, x, 0.95, name, f"{code} {shape(names[code])}")
    examples, hidden = names["l1"].shape
    gloss = f"l1 {shape(names['l1'])}: {examples} examples, {hidden} hidden units for each"
    word(panel, 2.8, 0.22, gloss, size=11)
    save(
        fig,
        folder / "two_layers.svg",
        "The network with a hidden layer",
        f"Row {row + 1}: three inputs on the left, {', '.join(map(str, X[row]))}. An arrow leads "
        "from every input to every hidden unit. What arrives is added up and squashed: "
        + ", ".join(f"unit {i} is {unit:.3f}" for i, unit in enumerate(units, 1))
        + ". Four arrows lead on to the answer, each with its weight of W1: "
        + ", ".join(f"{weight:+.4f}" for weight in weights)
        + f". Added up and squashed, they give the answer {answer}. For four examples at once: "
        + ", ".join(f"{name} {code} {shape(names[code])}" for _, name, code in columns)
        + ".",
    )


def blame(folder=HERE):
    """Draw how the delta of one row goes back through W1 to the hidden units: `two_layers`, the
    other way."""
    names, row = deeper(), 1
    delta, weights = names["l2_delta"][row, 0], names["W1"][:, 0]
    X, errors, target = names["X"], names["l1_error"][row], names["y"][row, 0]
    inputs = ", ".join(map(str, X[row]))
    fig, panel = canvas(7, 4.9, f"Row {row + 1}: the blame goes back the way the sum came")
    panel.text(0.1, 4.48, f"Its inputs are {inputs}, its target is {target}.", va="top")
    for i, y in enumerate([3.25, 2.55, 1.85]):
        node(panel, 0.6, y, f"input {i + 1}: {X[row, i]}", "0.85")
    hidden_units(panel, errors, weights, f"{delta:+.4f}", back=True)
    word(panel, 2.8, 4.0, "error of each hidden unit", size=11)
    word(panel, 4.6, 4.0, "weights W1", size=11)
    word(panel, 6.3, 3.03, "delta of the\nprediction", size=11)
    code = line("l1_error = ", "hidden_layer", "hidden-layer")
    word(panel, 3.5, 0.7, code, code=True)
    save(
        fig,
        folder / "blame.svg",
        "The blame goes back through W1",
        f"Row {row + 1}: inputs {inputs}, target {target}. On the right the delta of its "
        f"prediction, {delta:+.4f}. Four arrows lead back from it to the hidden units, each with "
        "its weight of W1: "
        + ", ".join(
            f"times {weight:+.4f} gives unit {i} the error {error:+.3f}"
            for i, (weight, error) in enumerate(zip(weights, errors), 1)
        )
        + ".",
    )


def learning(folder=HERE):
    """Draw the four predictions on their way to their targets, the picture of the README."""
    names = trained()
    count = len(names["l1_history"])
    iteration = np.arange(1, count + 1)
    fig, panel = plt.subplots(figsize=(8, 3.6), layout="constrained")
    panel.set(xlim=(1, 12 * count), ylim=(-0.03, 1.03), yticks=[0, 0.5, 1])
    panel.set_xscale("log")
    lines = []
    for row, style in enumerate([":", "-.", "--", "-"]):
        inputs = ", ".join(str(value) for value in names["X"][row])
        history = names["l1_history"][:, row]
        lines += panel.plot(iteration, history, style, color=PREDICTION, label=inputs)
    for target, answer in enumerate(["no", "yes"]):
        panel.plot(count * 1.35, target, "D", color=TARGET, clip_on=False)
        panel.text(count * 1.7, target, f"target: {answer}", va="center")
        pair = [lines[row] for row in range(4) if names["y"][row, 0] == target]
        place = {"loc": "center left", "bbox_to_anchor": (0.79, 0.74 if target else 0.27)}
        panel.add_artist(panel.legend(handles=pair, title="inputs", **place))
    panel.set_xticks(*powers_of_ten(count))
    panel.set(xlabel="iteration (log scale)", ylabel="prediction")
    panel.set_title(f"A program that learns: four examples, {count:,} iterations")
    save(
        fig,
        folder / "learning.svg",
        "A program that learns",
        f"Four lines against {count:,} iterations on a log scale. They start between 0.2 and 0.4. "
        "The two examples whose target is yes, inputs 1, 0, 1 and 1, 1, 1, rise to almost 1. The "
        "two whose target is no, inputs 0, 0, 1 and 0, 1, 1, rise a little at first and then sink "
        "to almost 0.",
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
    return plt.style.context(["default", HERE / "course.mplstyle", settings])


def one_page(folder=HERE):
    """Draw the whole network on one page, as an SVG and as a PDF to print."""
    whole, before, after = sources("training")["whole"], untrained(), trained()
    title = "A program that learns: the whole network on one page"
    about = {"CreationDate": None, "Title": title, "Subject": "Six pieces of a neural network"}
    start = ["iterations = ", "W0 = ", "W1 = ", "for i in "]
    loop = ["l0 = ", "l1 = ", "l2 = ", "l2_error = ", "l2_delta = "]
    loop += ["l1_error = ", "l1_delta = ", "W1 += ", "W0 += "]
    hidden = [line(beginning, "hidden_layer") for beginning in start]
    hidden += ["    " + line(beginning, "hidden_layer") for beginning in loop]
    fig = summary(whole, before, after, hidden)
    fig.savefig(folder / "summary.pdf", metadata=about)
    plt.close(fig)
    save(
        summary(whole, before, after, hidden),
        folder / "summary.svg",
        title,
        "Six cards, one for each piece of the network. Data and sigmoid lead into a cycle that goes "
        f"round {rounds()} times: forward pass, error, backprop, training. Each card has its lines "
        "of code, its formula, the shapes of its arrays and a small picture: the four examples, the "
        "curve and its slope, the network with the numbers of row 3, predictions and errors, deltas "
        "as parts of the errors, the way of the training into the valley of the error. Below them "
        "the whole program, the four predictions that it prints, and the loop with a hidden layer, "
        "from how its weights start to how they step.",
    )


def learning_preview(folder=HERE):
    """Draw the trained network as the picture that goes along when someone shares a link."""
    preview(trained(), folder / "preview.png")


def learning_animation(folder=HERE):
    """Draw the network while it learns, the README's animation."""
    animation(trained(), folder / "learning.gif")


def everything(folder=HERE):
    """Draw all pictures into a folder, in the course's style."""
    pictures = [network, weights, dot_product, cycle, transpose, maps, nudge]
    pictures += [two_layers, blame, one_page]
    with look():
        for draw in [*pictures, learning, learning_preview, learning_animation]:
            draw(folder)


if __name__ == "__main__":
    everything()
