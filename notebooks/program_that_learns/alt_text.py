"""What a figure shows, in words: for readers who can't see it, and for tests that compare no pixels."""

import matplotlib
import numpy as np
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.path import Path

MEANINGS = ["target", "prediction", "error", "weight", "gradient"]  # of the colours C0 to C4
WHITE = "#ffffff"
FEW = 4  # so many numbers are read out one by one


def describe(figure, colors):
    """Say what a figure shows: its author's sentence first, if it has one (`figure.set_label`), then
    its title, its panels and what is drawn in them.

    `colors` is the course's cycle of colours; what is drawn in one of them is named by its meaning.
    Short data are read out in full, curves at a few places, pictures by their size alone. All but
    the author's sentence comes from the figure itself, so it can't disagree with the picture.
    """
    panels = [panel for panel in figure.axes if panel.get_visible()]
    drawn = [panel for panel in panels if panel.get_label() != "<colorbar>"]
    with matplotlib.rc_context({"axes.prop_cycle": colors}):
        told = [contents(panel, places=5 if len(drawn) == 1 else 3) for panel in drawn]
    parts = [figure.get_label(), figure.get_suptitle()]
    if len(drawn) == 1:
        parts += [title(drawn[0]), *told[0]]
    else:
        parts += [arrangement(drawn), *shared_parts(drawn, told)]
        for number, (panel, rest) in enumerate(zip(drawn, told), 1):
            if title(panel) or rest:
                parts += [f"Panel {number}" + (f": {title(panel)}" if title(panel) else ""), *rest]
    for bar in set(panels) - set(drawn):
        low, high = map(say, bar.get_ylim())
        parts.append(f"Colours from {low} to {high} show {bar.get_ylabel()}")
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def arrangement(panels):
    """How many panels there are, and in how many rows they stand."""
    rows, columns = panels[0].get_gridspec().get_geometry()
    return f"{len(panels)} panels" + (f" in {rows} rows of {columns}" if rows > 1 else "")


def shared_parts(panels, told):
    """What is said of all panels, and of those with the same axes: it is taken out of `told`, to be
    said once."""
    kinds = {"all": [*range(len(panels))]}
    for place, panel in enumerate(panels):
        kinds.setdefault((label(panel, "x"), label(panel, "y")), []).append(place)
    parts = []
    for places in kinds.values():
        same = [part for part in told[places[0]] if all(part in told[i] for i in places)]
        if len(places) == 1 or not same:
            continue
        numbers = " and ".join(str(place + 1) for place in places)
        if len(places) > 2:
            numbers = f"{places[0] + 1} to {places[-1] + 1}"
        parts += [f"In {'each' if len(places) == len(panels) else f'panels {numbers}'}: {same[0]}"]
        parts += same[1:]
        for place in places:
            told[place] = [part for part in told[place] if part not in same]
    return parts


def contents(panel, places):
    """The parts of `describe` about one pair of axes, as a list of texts."""
    words = [text for text in panel.texts if text.get_text().strip()]
    lines = [line for line in panel.lines if line.get_transform() == panel.transData]
    table, in_table = read_table(panel, words) if panel.images else ([], [])
    words = [text for text in words if text not in in_table]
    names = line_names(panel, lines, words)
    parts = [
        f"{way}: {label(panel, name)}"
        for way, name in [("Across", "x"), ("Down" if table else "Up", "y")]
        if panel.axison and label(panel, name)
    ]
    parts += table or [size(image) for image in panel.images]
    parts += [read_map(panel, drawn) for drawn in panel.collections if is_map(drawn)]
    for bars in panel.containers:
        if isinstance(bars, BarContainer):
            parts.append(read_bars(panel, bars.patches))
    for line in panel.lines:
        if line in lines:
            parts.append(read_line(panel, line, names.get(line, ""), places))
        elif line.get_transform() == panel.get_yaxis_transform(which="grid"):  # axhline
            height = line.get_ydata()[0]
            parts.append(f"Level line at {say(height)}" if height else "")
        else:
            parts.append(f"Upright line at {say(line.get_xdata()[0])}")
    arrows = [
        f"{pair(*text.xyann)} to {pair(*text.xy)}"
        for text in panel.texts
        if getattr(text, "arrow_patch", None) and text.xycoords == "data"
    ]
    parts.append(f"Arrows from {', '.join(arrows)}" if arrows else "")
    said = " ".join(parts)
    rest = [one_line(text.get_text()) for text in words] if not names else []
    rest = [word for word in rest if f"({word})" not in said]
    parts.append(f"Written in it: {', '.join(rest)}" if rest else "")
    return [part for part in parts if part]


def title(panel):
    """The titles of a panel in one line."""
    titles = [panel.get_title(where) for where in ["left", "center", "right"]]
    return ", ".join(line.strip() for text in titles for line in text.splitlines() if line.strip())


def label(panel, name):
    """What the x or y axis counts; panels that share an axis name it once."""
    siblings = getattr(panel, f"get_shared_{name}_axes")().get_siblings(panel)
    labels = [getattr(one, f"get_{name}label")() for one in [panel, *siblings]]
    return one_line(next(filter(None, labels), "")) if panel.axison else ""


def ticks(axis):
    """The texts at an axis's ticks, by their places."""
    places = axis.get_ticklocs()
    return dict(zip(places, axis.get_major_formatter().format_ticks(places)))


def size(image):
    """What can be said of a picture made of squares."""
    rows, columns = image.get_array().shape[:2]
    return f"A picture of {rows} by {columns} squares"


def read_table(panel, words):
    """Read out the numbers written on the squares of a picture, row by row, and return the words
    that these are; nothing where most of the words stand elsewhere."""
    rows, columns = panel.images[0].get_array().shape[:2]
    on = {
        (int(y), int(x)): text
        for text in words
        if text.get_transform() == panel.transData
        for x, y in [text.get_position()]
        if x in range(columns) and y in range(rows)
    }
    if 2 * len(on) <= len(words):
        return [], []
    across, down, parts = ticks(panel.xaxis), ticks(panel.yaxis), []
    for row in range(rows):
        found = {
            column: on[row, column].get_text() for column in range(columns) if (row, column) in on
        }
        name = down.get(row, str(row))
        name = name if name[0].isalpha() else f"row {name}"
        if len(found) == columns:
            parts.append(f"{name}: {', '.join(found.values())}")
        elif found:
            cells = [f"{text} in column {across.get(at, at)}" for at, text in found.items()]
            parts.append(f"{name}: {', '.join(cells)}")
    kind = "Table" if len(on) == rows * columns else f"Table of {rows} by {columns}, mostly empty"
    return [f"{kind}, {'; '.join(parts)}"], list(on.values())


def is_map(drawn):
    """Whether this is a filled map of levels."""
    return isinstance(drawn, ContourSet) and drawn.filled


def read_map(panel, drawn):
    """Read a map at four places, each half-way from the middle to a corner."""
    (left, right), (low, high) = panel.get_xlim(), panel.get_ylim()
    levels = list(zip(drawn.levels, drawn.levels[1:], drawn.get_paths()))
    found = []
    for side, up in [("lower", 0.25), ("upper", 0.75)]:
        for hand, along in [("left", 0.25), ("right", 0.75)]:
            place = left + along * (right - left), low + up * (high - low)
            inside = [
                f"{(bottom + top) / 2:.2g}" if len(levels) > FEW else f"{bottom:.2g} to {top:.2g}"
                for bottom, top, area in levels
                if sum(Path(ring).contains_point(place) for ring in area.to_polygons()) % 2
            ]
            found.append(f"{side} {hand} {inside[0] if inside else 'nothing'}")
    return f"Map, half-way to its corners: {', '.join(found)}"


def read_bars(panel, bars):
    """Read out the bars of one group: all, or the two highest; of a histogram where its mass is."""
    edges = np.array([[bar.get_x(), bar.get_x() + bar.get_width()] for bar in bars])
    hollow = to_hex(bars[0].get_facecolor()) == WHITE
    name = meaning(bars[0].get_edgecolor() if hollow else bars[0].get_facecolor())
    kind = "Hollow bars" if hollow else "Bars"
    axis = panel.xaxis
    if all(edges[:, 0] == 0):
        sizes, centers = edges[:, 1], [bar.get_y() + bar.get_height() / 2 for bar in bars]
        axis = panel.yaxis
    else:
        sizes, centers = [bar.get_y() + bar.get_height() for bar in bars], edges.mean(axis=1)
    if len(bars) == 1:
        return f"Bar{name} {ticks(axis).get(centers[0], say(centers[0]))}: {say(sizes[0])}"
    if len(bars) <= FEW:
        in_order = [say(sizes[i]) for i in np.argsort(centers, kind="stable")]
        return f"{kind}{name}: {', '.join(in_order)}"
    if np.allclose(edges[1:, 0], edges[:-1, 1]):
        shares = np.cumsum([0, *sizes]) / np.sum(sizes)
        quarters = np.interp([0.25, 0.5, 0.75], shares, [edges[0, 0], *edges[:, 1]])
        return (
            f"{len(bars)} bars{name} side by side from {say(edges[0, 0])} to {say(edges[-1, 1])},"
            f" {say(min(sizes))} to {say(max(sizes))} high. A quarter of all lies below"
            " {}, half below {}, three quarters below {}".format(*map(say, quarters))
        )
    first, second, third, *_ = np.argsort(-np.array(sizes), kind="stable")
    highest = [f"{say(sizes[i])} at {say(centers[i])}" for i in [first, second]]
    return f"{len(bars)} bars{name}: {' and '.join(highest)}, the others up to {say(sizes[third])}"


def line_names(panel, lines, words):
    """The words that name the lines: as many as there are lines, in the order drawn, each near its
    line and none in the colour of another."""
    joined = [line for line in lines if line.get_linestyle() != "None"]
    named = lines if len(lines) == len(words) else joined
    pairs = list(zip(named, words))
    foreign = [
        meaning(word.get_color()) not in ("", meaning(color_of(line))) for line, word in pairs
    ]
    if not len(words) == len(named) > 1 or any(foreign):
        return {}
    if not all(near(panel, line, word) for line, word in pairs):
        return {}
    return {line: one_line(word.get_text()) for line, word in pairs}


def near(panel, line, word):
    """Whether a word begins no further from a line's points than a fifth of the panel."""
    panel.get_xlim()  # brings the scales up to date
    to_panel = panel.transData + panel.transAxes.inverted()
    across, up = line.get_data(orig=False)
    points = to_panel.transform(np.column_stack([across, up]).astype(float))
    return np.hypot(*(points - to_panel.transform(word.get_unitless_position())).T).min() < 0.2


def read_line(panel, line, name, places):
    """Read out a line at a few places of the axis, or points that nothing joins."""
    across, up = (np.asarray(values, float) for values in line.get_data(orig=False))
    label = str(line.get_label())
    name = name or ("" if label.startswith("_") else label)
    stands_for = meaning(color_of(line))
    name = (f" {name}" if name else "") + ("" if stands_for[2:-1] in name else stands_for)
    steps = set(np.diff(across))
    if line.get_linestyle() == "None":
        kind = "point" if len(up) == 1 else "points"
        hollow = stands_for and to_hex(line.get_markerfacecolor()) == WHITE
        kind = f"hollow {kind}" if hollow else kind
        counted = steps == {1} and (across[0] == 1 or across[0] == 0 and len(up) <= FEW)
        if len(up) > 1 and (steps == {0} or counted):
            return f"{kind.capitalize()}{name}: {', '.join(map(say, up))}"
        if len(up) <= FEW:
            return f"{kind.capitalize()}{name} at {', '.join(map(pair, across, up))}"
        middle = pair(np.median(across), np.median(up))
        (left, right), (low, high) = [(say(min(v)), say(max(v))) for v in (across, up)]
        return f"{len(up):,} {kind}{name}: around {middle}, across {left} to {right}, up {low} to {high}"
    if len(set(up)) == 1:
        return f"Line{name}: {say(up[0])} throughout"
    if len(steps) and min(steps) > 0:
        scale = panel.xaxis.get_transform()
        begin, end = scale.transform([across[0], across[-1]])
        at = scale.inverted().transform(np.linspace(begin, end, min(places, len(up))))
        values = np.interp(at, across, up)
        read = [f"{say(value)} at {say(place)}" for value, place in zip(values, at)]
    else:
        chosen = np.linspace(0, len(up) - 1, min(places, len(up))).astype(int)
        values, read = up[chosen], list(map(pair, across[chosen], up[chosen]))
    said = set(map(say, values))
    for word, value in [("lowest", say(min(up))), ("highest", say(max(up)))]:
        read += [f"{word} {value}"] if value not in said else []
    return f"Line{name}: {', '.join(read)}"


def color_of(line):
    """The colour of a line, of its dots where nothing joins them, of their edge where hollow."""
    if line.get_linestyle() != "None":
        return line.get_color()
    face = line.get_markerfacecolor()
    return line.get_markeredgecolor() if to_hex(face) == WHITE else face


def meaning(color):
    """What a colour stands for in the course, in brackets; nothing for black, white and greys."""
    names = {to_hex(f"C{number}"): f" ({name})" for number, name in enumerate(MEANINGS)}
    return names.get(to_hex(color), "")


def say(number):
    """A number with three digits, as it is read aloud."""
    if abs(number) < 1e-12:
        return "0"
    text = f"{number:.3g}"
    return f"{float(text):,.0f}" if "e+" in text else text


def pair(across, up):
    """A place in a panel."""
    return f"({say(across)}, {say(up)})"


def one_line(text):
    """A text without line breaks."""
    return " ".join(text.split())
