"""One look for every figure, and a text with each for readers who can't see it."""

import html
import io
from base64 import b64encode
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from IPython.core.pylabtools import print_figure
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib_inline.config import InlineBackend
from PIL import Image

from program_that_learns import alt_text

# What a colour means, in every figure. Which colours these are says the style file.
COLORS = TARGET, PREDICTION, ERROR, WEIGHT, GRADIENT, OTHER = "C0", "C1", "C2", "C3", "C4", "C5"
STYLE = Path(__file__).parent / "../../figures/course.mplstyle"
CYCLE = matplotlib.rc_params_from_file(STYLE, use_default_template=False)["axes.prop_cycle"]
NO_TO_YES = LinearSegmentedColormap.from_list("no to yes", ["white", CYCLE.by_key()["color"][1]])
NUMPY = {
    "precision": 8,
    "threshold": 1000,
    "edgeitems": 3,
    "linewidth": 75,
    "suppress": False,
    "nanstr": "nan",
    "infstr": "inf",
    "sign": "-",
    "formatter": None,
    "floatmode": "maxprec",
    "legacy": False,
}  # NumPy's own defaults, which it offers no way to go back to


def use():
    """Draw all figures in the course's style, and show each with an alternative text.

    Whatever settings readers have for Matplotlib, IPython and NumPy: every cell prints and draws
    what the course says. Plain `plt.show()` goes on to work as before. Outside a notebook only the
    style and NumPy's way to print are set.
    """
    shell = get_ipython()
    if shell is not None:
        formatter = shell.display_formatter
        for part in [InlineBackend.instance(parent=shell), formatter.formatters["text/plain"]]:
            forget_settings(part)
        shell.ast_node_interactivity = "last_expr"
        shell.run_line_magic("matplotlib", "inline")
        for one in formatter.formatters.values():
            one.pop(Figure, None)
        formatter.mimebundle_formatter.for_type(Figure, both)
    plt.style.use(["default", STYLE])
    np.set_printoptions(**NUMPY)
    np.seterr(all="warn", under="ignore")


def forget_settings(part):
    """Give everything that can be configured about a part of IPython its value at first."""
    for name, trait in part.traits(config=True).items():
        setattr(part, name, trait.default(part))


def both(figure, include=None, exclude=None):
    """The data and metadata of a figure by MIME type, as IPython asks for them.

    It offers `include` and `exclude` to every function of this kind; a figure needs neither.
    """
    return bundle(smaller(print_figure(figure, "png")), describe(figure))


def smaller(png):
    """A PNG, as bytes, with 256 colours at most: a third of the size, and the same to the eye."""
    written = io.BytesIO()
    pixels = Image.open(io.BytesIO(png)).convert("RGB")
    pixels.quantize(256, dither=Image.Dither.NONE).save(written, "png", optimize=True)
    return written.getvalue()


def bundle(png, alt):
    """A picture as HTML with its alternative text, and as a bare PNG for whoever shows no HTML.

    `png` are bytes. The PNG alone would not do: JupyterLab and nbconvert give it no alternative
    text, whatever its metadata say.
    """
    png = b64encode(png).decode()
    tag = f'<img src="data:image/png;base64,{png}" alt="{html.escape(alt)}">'
    return {"text/html": tag, "image/png": png}, {"image/png": {"alt": alt}}


def describe(figure):
    """Say in words what a figure shows (see alt_text.py)."""
    return alt_text.describe(figure, CYCLE)


def rows(panel, X, y, l1, size=9):
    """Draw the predictions of some rows: a dot each, its target a hollow diamond, its error the
    stick between them.

    `X` (rows, 3), whose inputs stand below, `y` (rows, 1) or (rows,), and `l1` (rows, 1) or
    (rows,); `size` is that of a diamond in points. Returns the sticks, the diamonds and the dots.
    """
    places, targets, predictions = np.arange(len(X)), np.ravel(y), np.ravel(l1)
    sticks = panel.vlines(places, targets, predictions, color=ERROR, linewidth=size / 4)
    hollow = diamonds(panel, places, targets, False, size)
    (dots,) = panel.plot(places, predictions, "o", color=PREDICTION, markersize=size * 0.8)
    labels = ["\u2009".join(f"{number}" for number in inputs) for inputs in X]  # thin spaces
    panel.set_xticks(places, labels, size=11)
    panel.set(xlim=(-0.6, len(X) - 0.4), ylim=(-0.1, 1.1))
    panel.grid(axis="x", visible=False)
    return sticks, hollow, dots


def diamonds(panel, across, up, filled, size, **edge):
    """Draw targets as diamonds at some places, (n,) each: hollow where they want no, filled where they
    want yes. `size` is in points. Returns the line of diamonds."""
    face = {"markerfacecolor": TARGET if filled else "white", "markeredgewidth": size / 5}
    return panel.plot(across, up, "D", color=TARGET, markersize=size, **face | edge)[0]


def landscape(panel, first, third, errors):
    """Draw the map of the error over two weights: dark is low, bright is high, a white line joins
    networks of the same error, each a tenth above the last.

    `first`, `third` and `errors`, (rows, columns) each: the two weights of every network and its
    mean squared error. Returns the filled map, for a bar of its colours.
    """
    filled = panel.contourf(first, third, errors, levels=np.linspace(0, 1, 20))
    tenths = [0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9]  # the plateaus lie at 0.5
    panel.contour(first, third, errors, levels=tenths, colors="white", linewidths=0.8)
    return filled


def card(panel, place, name, X, y, l1, size=3.6):
    """Mark a network on a map, and lay a card with its name and its predictions below.

    `place` is its two weights, `size` the card's width in units of the map; `X` (rows, 3), `y` and
    `l1` as `rows` takes them.
    """
    across, up = place
    panel.plot(across, up, "o", color="white", markeredgecolor="black")
    corner = across - size / 2, up - 1.45 * size
    inside = panel.inset_axes([*corner, size, 1.3 * size], transform=panel.transData)
    rows(inside, X, y, l1, size=7)
    inside.text(1.5, 1.9, name, ha="center", va="top", size=11)
    inside.set(xticks=[], yticks=[], ylim=(-0.25, 2))


def journey(panel, first, third):
    """Draw the way of a training over the map: eight steps as dots, then a line, and where it was
    after 100, 1,000 and 10,000 steps.

    `first` and `third` (steps + 1,): the two weights, from the start on.
    """
    edge = [withStroke(linewidth=5.5, foreground="white")]
    panel.plot(first, third, color=WEIGHT, linewidth=3, path_effects=edge)
    panel.plot(first[:9], third[:9], "o", color=WEIGHT, markeredgecolor="white")
    for count in [100, 1_000, 10_000]:
        panel.plot(first[count], third[count], "o", color="white", markeredgecolor="black")
        panel.text(first[count] + 0.15, third[count] + 0.25, f"{count:,}", color="white")


def plain(*axes):
    """Write the numbers at logarithmic axes as 0.001, 1 and 1,000, and not as powers of ten."""
    for axis in axes:
        axis.set_major_formatter(lambda number, place: f"{number:,.12f}".rstrip("0").rstrip("."))


def plane(panel, X, y, network):
    """Draw what a network says to every point of the plane of inputs 1 and 2: white is no, blue is
    yes, and a thin dashed line is undecided. Hollow diamonds want no, filled ones yes.

    `network` takes inputs (…, 3), whose third is 1, and returns answers (…, 1) from 0 to 1; `X`
    (rows, 3) and `y` (rows, 1) are the rows to mark. Returns the field, a ContourSet.
    """
    side = np.linspace(-0.5, 1.5, 81)
    across, up = np.meshgrid(side, side)
    answers = network(np.stack([across, up, np.ones_like(up)], axis=-1))[..., 0]
    field = panel.contourf(across, up, answers, np.linspace(0, 1, 21), cmap=NO_TO_YES)
    panel.contour(across, up, answers, [0.5], colors=OTHER, linestyles="--", linewidths=1)
    wanted(panel, *X[:, :2].T, y)
    panel.set(xticks=[0, 1], yticks=[0, 1], aspect="equal")
    panel.grid(False)
    return field


def wanted(panel, across, up, y):
    """Mark rows at their places in a plane, (rows,) each, by their targets `y` (rows, 1): hollow
    diamonds want no, filled ones yes. Returns both lines of diamonds."""
    marks = []
    for target, color in enumerate([TARGET, "white"]):
        rows, edge = np.ravel(y) == target, {"markeredgecolor": color, "markeredgewidth": 1.5}
        marks.append(diamonds(panel, across[rows], up[rows], target, 11, **edge))
    return marks


def ways(panel, first, third):
    """Draw the ways of many trainings over the map, from white dots to dark ones.

    `first` and `third` (moments, networks): the two weights of every network at every moment.
    """
    edge = [withStroke(linewidth=4, foreground="white")]
    lines = np.stack([first, third], axis=-1).swapaxes(0, 1)  # (networks, moments, 2)
    panel.add_collection(LineCollection(lines, colors=WEIGHT, linewidths=2, path_effects=edge))
    panel.plot(first[0], third[0], "o", color="white", markeredgecolor="black", markersize=5)
    panel.plot(first[-1], third[-1], "o", color="black", markeredgecolor="white")


def digits(panel, images, columns):
    """Draw images (count, 8, 8), 0 for white and 1 for black, side by side in lines of so many."""
    framed = np.pad(images, [(0, 0), (1, 1), (1, 1)])  # a white margin around each
    lines = framed.reshape(-1, columns, 10, 10).swapaxes(1, 2)
    panel.imshow(lines.reshape(-1, 10 * columns), cmap="Greys", vmin=0, vmax=1)
    panel.axis("off")
