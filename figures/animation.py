"""Draw the README's animation, the network while it learns, and the picture that goes along when
someone shares a link. `make figures` calls it."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image
from program_that_learns.look import ERROR, OTHER, PREDICTION, TARGET, WEIGHT

FRAME = 120  # milliseconds
LAST_FRAME = 3_000
TITLE = 1.02  # height of the titles: said once, it need not be looked for in every frame


def animation(names, path):
    """Draw the network at about 70 iterations, from the first to the last, as a GIF that loops.

    What it shows is said in its comment, from which `make refresh` writes the README's text.

    `names` are those of draw.trained(): `X` (4, 3), `y` (4, 1), `l1_history` (10000, 4),
    `W0_history` (10000, 3) and `mse_history` (10000,).
    """
    count = len(names["mse_history"])
    shown = np.unique(np.geomspace(1, count, 80).round().astype(int)) - 1
    frames = [frame(names, i) for i in shown]
    ends = Image.new("RGB", (frames[0].width, 2 * frames[0].height))
    ends.paste(frames[0])
    ends.paste(frames[-1], (0, frames[0].height))
    palette = ends.quantize(64)  # one for all frames, so that no colour flickers
    frames = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in frames]
    durations = [4 * FRAME] * 6 + [FRAME] * (len(frames) - 7) + [LAST_FRAME]
    frames[0].save(
        Path(path),
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
        comment=(
            f"A network with three weights learns from four examples in {count:,} iterations. The"
            " first weight grows thick, the second stays thin, the third turns strongly negative."
            " The four predictions start near the middle and move to their targets, two to 0 and"
            " two to 1, while the error falls in a nearly straight line."
        ),
    )


def frame(names, i):
    """Draw the network as it was at iteration `i`, and return it as a picture."""
    fig = plt.figure(figsize=(8, 3.8))
    fig.text(0.02, 0.91, f"Iteration {i:,}", size=16)
    draw_network(fig.add_axes([0.01, 0.06, 0.31, 0.7]), names["W0_history"][i])
    draw_rows(fig.add_axes([0.39, 0.31, 0.25, 0.53]), names, i)
    draw_error(fig.add_axes([0.76, 0.31, 0.2, 0.53]), names["mse_history"], i)
    fig.canvas.draw()
    picture = Image.fromarray(np.asarray(fig.canvas.buffer_rgba())).convert("RGB")
    plt.close(fig)
    return picture


def preview(names, path):
    """Draw the last iteration below the name of the course, 1200 by 630 pixels, as a PNG.

    `names` are those of animation().
    """
    fig = plt.figure(figsize=(8, 4.2), dpi=150)
    fig.text(0.5, 0.88, "A program that learns", size=27, weight="bold", ha="center")
    said = "Build a neural network from nothing but NumPy"
    fig.text(0.5, 0.785, said, size=15, ha="center")
    draw_network(fig.add_axes([0.01, 0.06, 0.31, 0.57]), names["W0_history"][-1])
    draw_rows(fig.add_axes([0.39, 0.26, 0.25, 0.4]), names, -1)
    last = len(names["mse_history"]) - 1
    draw_error(fig.add_axes([0.76, 0.26, 0.2, 0.4]), names["mse_history"], last)
    fig.savefig(path, metadata={"Software": None})
    plt.close(fig)


def draw_network(panel, weights):
    """Draw three inputs and one answer, joined by lines as thick as the weights (3,)."""
    panel.set(xlim=(-0.5, 3.4), ylim=(-0.5, 2.6))
    panel.set_title("inputs × weights → answer", x=0.03, y=TITLE)
    panel.axis("off")
    for number, (weight, y) in enumerate(zip(weights, [2, 1, 0]), 1):
        color, style = (WEIGHT, "-") if weight > 0 else (OTHER, "--")
        panel.plot([0, 3], [y, 1], style, color=color, lw=1 + 1.2 * abs(weight), zorder=1)
        panel.plot(0, y, "o", color="white", markeredgecolor=OTHER, markersize=24)
        panel.text(0, y, str(number), ha="center", va="center", size=13)
        label = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        place = (1.35, y + (1 - y) * 0.45)
        panel.text(*place, f"{weight:+.1f}", ha="center", va="center", size=14, bbox=label)
    panel.plot(3, 1, "o", color="white", markeredgecolor=PREDICTION, markersize=24)
    panel.text(3, 1, "?", ha="center", va="center", size=13)


def draw_rows(panel, names, i):
    """Draw the four predictions and their targets; the line that joins the two is the error."""
    for row, (inputs, target) in enumerate(zip(names["X"], names["y"][:, 0])):
        prediction = names["l1_history"][i, row]
        panel.plot([row, row], [prediction, target], color=ERROR, lw=3, zorder=1)
        panel.plot(row, target, "D", color="white", markeredgecolor=TARGET, ms=13, mew=2.5)
        panel.plot(row, prediction, "o", color=PREDICTION, markersize=9)
    labels = ["\n".join(str(value) for value in inputs) for inputs in names["X"]]
    panel.set_xticks(range(4), labels)
    panel.set(xlim=(-0.5, 3.5), ylim=(-0.12, 1.12), yticks=[0, 0.5, 1], xlabel="inputs")
    panel.set_title("predictions ● → targets ◇", y=TITLE)


def draw_error(panel, mse_history, i):
    """Draw the mean squared error up to iteration `i`."""
    iteration = np.arange(1, len(mse_history) + 1)
    drawn = np.unique(np.geomspace(1, i + 1, 60).round().astype(int)) - 1
    panel.loglog(iteration[drawn], mse_history[drawn], color=ERROR)
    panel.loglog(iteration[i], mse_history[i], "o", color=ERROR)
    panel.set(xlim=(0.7, 2 * len(mse_history)), ylim=(mse_history.min() / 3, 1))
    panel.set(xlabel="iteration")
    ticks, labels = powers_of_ten(len(mse_history))
    panel.set_xticks(ticks[::2], labels[::2])
    panel.minorticks_off()
    panel.set_title(f"error {mse_history[i]:.5f}", y=TITLE)


def powers_of_ten(count):
    """The places 1, 10, 100 … up to a number of iterations, and what to write there."""
    places = [10**power for power in range(len(str(count)))]
    return places, [f"{place:,}" for place in places]
