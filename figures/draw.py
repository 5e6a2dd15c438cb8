"""Draw the course's pictures that are not made by a notebook's own cells: `make figures`.

Every function draws one SVG into this folder. The numbers come from running the notebooks' own
cells, so a picture can't disagree with the course.
"""

import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # no window needed

import matplotlib.pyplot as plt
import numpy as np

HERE = Path(__file__).parent
TARGET, PREDICTION = "C0", "C1"  # as in the notebooks' first cell


def trained():
    """Run notebook 06 up to its training loop and return its names.

    Returns a dict; in it `l1_history` has the shape (10000, 4): every prediction made.
    Source: the cells `story` and `loop` of notebooks/06_training.ipynb.
    Raises KeyError, naming the cell, if one of them is missing.
    """
    notebook = json.loads((HERE / "../notebooks/06_training.ipynb").read_text(encoding="utf-8"))
    sources = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    names = {"np": np, "print": lambda *words: None}
    for cell in ["story", "loop"]:
        exec(sources[cell], names)
    return names


def learning(path=HERE / "learning.svg"):
    """Draw the four predictions on their way to their targets, the picture of the README."""
    names = trained()
    iteration = np.arange(1, len(names["l1_history"]) + 1)
    fig, panel = plt.subplots(figsize=(8, 3.4))
    for row, style in enumerate([":", "-.", "--", "-"]):
        inputs = ", ".join(str(value) for value in names["X"][row])
        history = names["l1_history"][:, row]
        panel.plot(iteration, history, style, color=PREDICTION, label=inputs)
    for height, word in [(0, "target: no"), (1, "target: yes")]:
        panel.plot(iteration[-1] * 1.35, height, "D", color=TARGET, clip_on=False)
        panel.text(iteration[-1] * 1.7, height, word, va="center")
    panel.set_xscale("log")
    panel.set(xlim=(1, 6e4), ylim=(-0.03, 1.03), yticks=[0, 0.5, 1])
    panel.set(xlabel="iteration (log scale)", ylabel="prediction")
    panel.set_title("A program that learns: four examples, 10,000 tries")
    panel.legend(title="inputs", loc="center right")
    save(
        fig,
        path,
        "A program that learns",
        "Four lines against 10,000 iterations on a log scale. They start between 0.2 and 0.4. "
        "The two examples whose target is yes rise to almost 1, the two whose target is no rise "
        "a little at first and then sink to almost 0.",
    )


def save(fig, path, title, description):
    """Write a figure as an SVG whose text stays text, with its title and description inside,
    and the same bytes each time it is drawn by the same Matplotlib."""
    about = {"Date": None, "Title": title, "Description": description}
    fig.savefig(path, format="svg", metadata=about)
    plt.close(fig)


def look():
    """The style that every picture is drawn in: the course's, with text as text."""
    as_text = {"svg.fonttype": "none", "svg.hashsalt": "a program that learns"}
    return plt.style.context([HERE / "course.mplstyle", as_text])


if __name__ == "__main__":
    with look():
        learning()
