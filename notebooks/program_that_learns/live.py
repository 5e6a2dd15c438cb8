"""A picture that its reader can move, without a kernel: Matplotlib draws it, the browser moves it.

The picture is drawn twice: as it is at first (the still), and without the parts that move (the
background). These are handed over as SVG in the background's pixels, and live.js moves them.
"""

import html
import io
import json
from pathlib import Path

import numpy as np
from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.text import Text

from program_that_learns.look import bundle, smaller

SCRIPT = Path(__file__).with_name("live.js").read_text(encoding="utf-8")
ADVICE = "To move this picture, run its cell: the one above it."
DASHES = {"--": "lines.dashed_pattern", ":": "lines.dotted_pattern"}
BLOCK = """<play-picture>
{still}
<p>{said}</p>
<p>{advice}</p>
<script type="application/json">{data}</script>
<script type="module">
{script}</script>
</play-picture>"""


class Picture:
    """A picture to play with. What it shows at first stands in `said`, all else in `data`.

    `figure` comes from `sheet`, and `moving` are its artists that move, by name. `controls` and
    `buttons` are made by the functions below. Either `frames` holds, for each place of the one
    slider, what `attributes` gives for the parts, and the sentence; or `rule` names the function
    in live.js that works them out from `numbers`. `drag` says, by the number of a panel, which
    controls follow the pointer in it, across and up (None: no one), and `label` what the
    panel is called where it takes keys.
    """

    def __init__(self, task, figure, moving, controls, said, *, buttons=(), frames=None,
                 rule=None, drag=None, label=None, numbers=None):  # fmt: skip
        self.figure, self.moving, self.said = figure, moving, said
        self.still = png(figure)
        for artist in moving.values():
            artist.set_visible(False)
        background = bundle(png(figure), "")[0]["image/png"]
        for artist in moving.values():
            artist.set_visible(True)
        panels = [{"box": corners(panel), "axes": scales(panel)} for panel in figure.axes]
        for number, moves in (drag or {}).items():
            panels[number] |= {"moves": moves, "label": label}
        self.data = {
            "task": task,
            "size": size(figure),
            "panels": panels,
            "parts": [
                part(name, artist)
                for name, artist in moving.items()
                if not isinstance(artist, AxesImage)  # live.js paints those itself
            ],
            "controls": controls,
            "buttons": list(buttons),
            "frames": frames,
            "rule": rule,
            "numbers": numbers,
            "background": f"data:image/png;base64,{background}",
        }

    def __repr__(self):
        return f"Picture({self.said!r})"

    def _repr_mimebundle_(self, **options):
        titles = [panel.get_title("left") for panel in self.figure.axes]
        alt = ". ".join([*filter(None, titles), self.said])
        data, metadata = bundle(self.still, alt)
        data["text/html"] = BLOCK.format(
            still=data["text/html"],
            said=html.escape(self.said),
            advice=ADVICE,
            data=as_json(self.data),
            script=SCRIPT,
        )
        return data | {"text/plain": repr(self)}, metadata


def as_json(data):
    """JSON that can't leave a script block, with short numbers. Raises ValueError at a NaN."""
    text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def scrubbed(task, figure, moving, control, show, **more):
    """A picture with one slider. `show` is a function of its value that changes the artists in
    `moving` and returns the sentence; it is asked here for each place of the slider."""
    count = round((control["high"] - control["low"]) / control["step"]) + 1
    places = np.linspace(control["low"], control["high"], count).round(6)
    show(control["value"])
    first = [part(name, artist)["attributes"] for name, artist in moving.items()]
    frames = []
    for place in places.tolist():
        said = show(place)
        now = [part(name, artist)["attributes"] for name, artist in moving.items()]
        frames.append([now, said])
    same = [
        {name for name in one if all(now[i].get(name) == one[name] for now, _ in frames)}
        for i, one in enumerate(first)
    ]
    short, last = [], [{}] * len(first)
    for now, said in frames:
        shown = [
            {name: value for name, value in one.items() if name not in same[i]}
            for i, one in enumerate(now)
        ]
        for one, before in zip(shown, last):
            if (
                "d" in one and before.get("d") and one["d"].startswith(before["d"])
            ):  # it goes on from the last one
                one["d"] = "…" + one["d"].removeprefix(before["d"])
        short.append([shown, said])
        last = now
    frames = short
    said = show(control["value"])
    return Picture(task, figure, moving, [control], said, frames=frames, **more)


def slider(name, value, low, high, step=0.1, digits=1):
    """A slider for a number."""
    return {"name": name, "value": value, "low": low, "high": high, "step": step, "digits": digits}


def picker(name, labels, value=0):
    """A slider from one of some places to the next; its value is the place, counted from 0."""
    high = len(labels) - 1
    return {"name": name, "value": value, "low": 0, "high": high, "step": 1, "labels": labels}


def sampled(function, low, high, step, digits=9):
    """A function of one number, sampled for the browser, which interpolates between the samples."""
    count = round((high - low) / step) + 1
    samples = np.asarray(function(np.linspace(low, high, count)), float)
    return {
        "low": low,
        "step": step,
        "samples": [float(f"{value:.{digits}g}") for value in samples],
    }


def sheet(width, height):
    """A Figure of that many inches, not one of pyplot's, so that running a cell again leaks none.

    Its panels stand where `panel` puts them: the same in every version of Matplotlib.
    """
    figure = Figure(figsize=(width, height))
    figure.set_layout_engine("none")
    FigureCanvasAgg(figure)
    return figure


def panel(figure, left, bottom, width, height, title="", **settings):
    """Axes in a sheet, at that many inches from its lower left corner."""
    across, up = figure.get_size_inches()
    made = figure.add_axes([left / across, bottom / up, width / across, height / up])
    made.set(title=title, **settings)
    return made


def png(figure):
    """The figure as the bytes of a PNG."""
    written = io.BytesIO()
    figure.savefig(written, format="png")
    return smaller(written.getvalue())


def size(figure):
    """Width and height of a figure in pixels."""
    return [round(inches * figure.dpi) for inches in figure.get_size_inches()]


def corners(axes):
    """Left, top, width and height of a panel, in pixels from the upper left corner."""
    box, height = axes.get_window_extent(), size(axes.figure)[1]
    return [round(number, 2) for number in [box.x0, height - box.y1, box.width, box.height]]


def scales(axes):
    """For x and y: the pixel of 0 (of 1, on a logarithmic axis), the pixels of a step of 1 (of a
    factor of 10), and whether the axis is logarithmic."""
    height, found = size(axes.figure)[1], []
    for i, scale in enumerate([axes.get_xscale(), axes.get_yscale()]):
        ends = [1, 10] if scale == "log" else [0, 1]
        places = [[1, 1], [1, 1]]
        for place, end in zip(places, ends):
            place[i] = end
        zero, one = axes.transData.transform(places)[:, i]
        zero, one = (height - zero, height - one) if i else (zero, one)
        found.append([round(zero, 3), round(one - zero, 3), scale == "log"])
    return found


def part(name, artist):
    """What live.js needs to know of an artist: a line, a line of markers, sticks, a bar or a text."""
    figure = artist.figure
    tag, attributes = "path", {}
    scale = figure.dpi / 72  # pixels for a point
    if isinstance(artist, Text):
        tag = "text"
        ((x, y),) = pixels(artist, [artist.get_position()])
        attributes = {
            "text": artist.get_text(),
            "x": x,
            "y": y,
            "font-family": "DejaVu Sans, Verdana, sans-serif",
            "font-size": round(artist.get_fontsize() * scale, 1),
            "text-anchor": {"left": "start", "center": "middle", "right": "end"}[artist.get_ha()],
            "dominant-baseline": "central" if artist.get_va() == "center" else "auto",
            "fill": to_hex(artist.get_color()),
        }
        if artist.get_bbox_patch():
            halo = {"stroke": "white", "stroke-width": 5, "stroke-linejoin": "round"}
            attributes |= halo | {"paint-order": "stroke"}
    elif hasattr(artist, "get_segments"):
        sticks = [line(pixels(artist, ends)) for ends in artist.get_segments()]
        color, width = artist.get_color()[0], artist.get_linewidth()[0]
        attributes = {"d": "".join(sticks), **stroke(color, width * scale)}
    elif hasattr(artist, "get_markersize") and artist.get_marker() not in [None, "None", ""]:
        shape = {"o": circle, "D": diamond}[artist.get_marker()]
        places, r = pixels(artist, artist.get_xydata()), radius(artist)
        edge, width = artist.get_markeredgecolor(), artist.get_markeredgewidth()
        attributes = {
            "d": "".join(shape(x, y, r) for x, y in places),
            **stroke(edge, width * scale),
            "fill": to_hex(artist.get_markerfacecolor()),
        }
    else:
        points = pixels(artist, artist.get_xydata())
        attributes = {
            "d": line(points),
            **stroke(artist.get_color(), artist.get_linewidth() * scale),
        }
        attributes |= {"stroke-linejoin": "round"}
        if artist.get_linestyle() in DASHES:
            pattern = rcParams[DASHES[artist.get_linestyle()]]
            width = attributes["stroke-width"]
            attributes["stroke-dasharray"] = " ".join(f"{one * width:.1f}" for one in pattern)
    place = figure.axes.index(artist.axes) if artist.axes and artist.get_clip_on() else None
    made = {"name": name, "panel": place, "tag": tag, "attributes": attributes}
    return made | ({"radius": radius(artist)} if hasattr(artist, "get_markersize") else {})


def stroke(color, width):
    """How a line is drawn, in SVG."""
    return {"fill": "none", "stroke": to_hex(color), "stroke-width": round(float(width), 2)}


def radius(artist):
    """From the middle of a marker to its corner or edge, in pixels."""
    half = artist.get_markersize() / 2 * artist.figure.dpi / 72
    return round(half * (2**0.5 if artist.get_marker() == "D" else 1), 2)


def pixels(artist, places):
    """Places of an artist in pixels from the upper left corner: finite ones, to a tenth."""
    places = np.asarray(places, float).reshape(-1, 2)
    found = artist.get_transform().transform(places[np.isfinite(places).all(axis=1)])
    return [[round(x, 1), round(size(artist.figure)[1] - y, 1)] for x, y in found.tolist()]


def line(places):
    """The path of SVG along some places."""
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in places) if places else ""


def circle(x, y, r):
    """The path of SVG of a circle."""
    return f"M{x - r:.2f} {y:g}a{r} {r} 0 1 0 {2 * r:.2f} 0a{r} {r} 0 1 0 {-2 * r:.2f} 0z"


def diamond(x, y, r):
    """The path of SVG of a diamond."""
    return f"M{x - r:.2f} {y:g}l{r} {-r} {r} {r} {-r} {r}z"
