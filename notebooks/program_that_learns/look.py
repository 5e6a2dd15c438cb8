"""One look for every figure, and a text with each for readers who can't see it."""

import html
from base64 import b64encode
from pathlib import Path

import matplotlib.pyplot as plt
from IPython import get_ipython
from IPython.core.pylabtools import print_figure
from matplotlib.container import BarContainer
from matplotlib.figure import Figure

# What a colour means, in every figure. Which colours these are says the style file.
COLORS = TARGET, PREDICTION, ERROR, WEIGHT, GRADIENT, OTHER = "C0", "C1", "C2", "C3", "C4", "C5"
STYLE = Path(__file__).parent / "../../figures/course.mplstyle"


def use():
    """Draw all figures in the course's style, and show each with an alternative text.

    Plain `plt.show()` goes on to work as before. Outside a notebook only the style is set.
    """
    shell = get_ipython()
    if shell is not None:
        shell.run_line_magic("matplotlib", "inline")
        shell.display_formatter.formatters["image/png"].pop(Figure, None)
        shell.display_formatter.mimebundle_formatter.for_type(Figure, both)
    plt.style.use(STYLE)


def both(figure, include=None, exclude=None):
    """The data and metadata of a figure by MIME type, as IPython asks for them.

    It offers `include` and `exclude` to every function of this kind; a figure needs neither.
    """
    return bundle(print_figure(figure, "png"), describe(figure))


def bundle(png, alt):
    """A picture as HTML with its alternative text, and as a bare PNG for whoever shows no HTML.

    `png` are bytes. The PNG alone would not do: JupyterLab and nbconvert give it no alternative
    text, whatever its metadata say.
    """
    png = b64encode(png).decode()
    tag = f'<img src="data:image/png;base64,{png}" alt="{html.escape(alt)}">'
    return {"text/html": tag, "image/png": png}, {"image/png": {"alt": alt}}


def describe(figure):
    """Say in words what a figure shows: its titles, its axes and what is drawn between them.

    Short data are read out in full, long curves by their first and last value. All of it comes
    from the figure itself, so it can't disagree with the picture.
    """
    panels = [panel for panel in figure.axes if panel.get_visible()]
    drawn = [panel for panel in panels if panel.get_label() != "<colorbar>"]
    parts = [figure.get_suptitle()]
    for number, panel in enumerate(drawn, 1):
        parts.append(f"Panel {number} of {len(drawn)}" if len(drawn) > 1 else "")
        parts += describe_panel(panel)
    for panel in set(panels) - set(drawn):
        parts.append(f"Colours from {span(panel.get_ylim())} show {panel.get_ylabel()}")
    return ". ".join(" ".join(part.split()) for part in parts if part) + "."


def describe_panel(panel):
    """The parts of `describe` about one pair of axes, as a list of texts."""
    parts = [panel.get_title(where) for where in ["left", "center", "right"]]
    if panel.axison:
        for name, axis in [("Across", panel.xaxis), ("Up", panel.yaxis)]:
            parts.append(f"{name}: {axis.get_label_text()}" if axis.get_label_text() else "")
    bars = [
        patch
        for group in panel.containers
        for patch in group.patches
        if isinstance(group, BarContainer)
    ]
    if bars:
        flat = all(bar.get_x() == 0 for bar in bars)
        sizes = [bar.get_width() if flat else bar.get_y() + bar.get_height() for bar in bars]
        parts.append(f"Bars: {values(sizes)}")
    for line in panel.lines:
        if len(set(line.get_ydata())) > 1 or line.get_linestyle() == "None":
            parts.append(describe_line(line))
    words = [text.get_text() for text in panel.texts if text.get_text().strip()]
    parts.append(f"Words in the picture: {', '.join(words)}" if words else "")
    return [part for part in parts if part]


def describe_line(line):
    """The part of `describe` about one line, or about points that nothing joins."""
    across, up = line.get_data()
    label = "" if str(line.get_label()).startswith("_") else f" {line.get_label()}"
    if line.get_linestyle() == "None":
        return f"Points{label}: {values(up) if len(up) > 1 else f'{up[0]:.3g} at {across[0]:.3g}'}"
    ends = f"from {up[0]:.3g} at {across[0]:.3g} to {up[-1]:.3g} at {across[-1]:.3g}"
    return f"Line{label}: {ends}{extremes(up)}"


def values(numbers):
    """Read numbers out: all of them when they are few, or else the first and the last."""
    numbers = list(numbers)
    if len(numbers) <= 4:
        return ", ".join(f"{number:.3g}" for number in numbers)
    return f"from {numbers[0]:.3g} to {numbers[-1]:.3g}{extremes(numbers)}"


def extremes(numbers):
    """Name the lowest and the highest number, unless they stand at the ends."""
    ends = [numbers[0], numbers[-1]]
    lowest = "" if min(numbers) in ends else f", lowest {min(numbers):.3g}"
    return lowest + ("" if max(numbers) in ends else f", highest {max(numbers):.3g}")


def span(limits):
    """Read out the two ends of an axis."""
    return " to ".join(f"{limit:.3g}" for limit in limits)
