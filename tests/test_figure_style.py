"""Every figure can be read: it has titles and labels, nothing is cut off, and its colours are the
course's.

The notebooks are run in this process, with the figures kept instead of shown. What single figures
must show says test_figures.py.
"""

import re

import course
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from figure_checks import cut_off
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

COLOR_MAPS = {course.STYLE["image.cmap"], "Greys", "no to yes"}


def unlabelled(figure: Figure) -> list[str]:
    """Panels without a title, and axes with numbers on them but no word for what they count."""
    problems = []
    for number, panel in enumerate(figure.axes, 1):
        colorbar = panel.get_label() == "<colorbar>"
        titles = [panel.get_title(place) for place in ("left", "center", "right")]
        if not (colorbar or any(titles) or figure.get_suptitle()):
            problems.append(f"panel {number} has no title")
        for name, axis in [("x", panel.xaxis), ("y", panel.yaxis)]:
            sharing = getattr(panel, f"get_shared_{name}_axes")().get_siblings(panel)
            labelled = any(getattr(other, f"get_{name}label")() for other in sharing)
            if panel.axison and has_numbers(axis) and not labelled:
                problems.append(f"panel {number} has numbers on its {name} axis, and no label")
    return problems


def has_numbers(axis) -> bool:
    """Whether the axis shows tick labels that are not words."""
    shown = [label.get_text() for label in axis.get_ticklabels() if label.get_visible()]
    return axis.get_visible() and any(
        text.strip() and (text.startswith("$") or not re.search(r"[^\W\d_]", text))
        for text in shown
    )


def not_drawable(figure: Figure) -> list[str]:
    """Numbers that have no place: not finite, or not positive on a logarithmic axis."""
    problems = []
    for number, panel in enumerate(figure.axes, 1):
        in_data = [line for line in panel.lines if line.get_transform() == panel.transData]
        lines = [line.get_xydata() for line in in_data]
        values = lines + [image.get_array() for image in panel.images]
        values += [patch.get_extents().get_points() for patch in panel.patches]
        if not all(np.isfinite(np.asarray(value, dtype=float)).all() for value in values):
            problems.append(f"panel {number} draws values that are not finite")
        for column, name in enumerate("xy"):
            logarithmic = getattr(panel, f"get_{name}scale")() == "log"
            if logarithmic and any((line[:, column] <= 0).any() for line in lines):
                problems.append(f"panel {number} has values ≤ 0 on its logarithmic {name} axis")
    return problems


def foreign_colors(figure: Figure) -> list[str]:
    """Colours and colour maps that are not the course's; greys, black and white are."""
    problems = []
    for artist in figure.findobj(lambda artist: artist.get_visible()):
        mapped = isinstance(artist, (AxesImage, Collection)) and artist.get_array() is not None
        if mapped and artist.get_cmap().name in COLOR_MAPS:
            continue
        foreign = {to_hex(color) for color in colors_of(artist) if not in_palette(color)}
        if foreign:
            problems.append(f"{artist} has colours that the style does not know: {sorted(foreign)}")
    return problems


def colors_of(artist) -> list:
    """The colours that an artist is drawn in."""
    match artist:
        case Line2D() if artist.get_marker() not in ("None", "", " ", None):
            return [artist.get_color(), artist.get_markerfacecolor(), artist.get_markeredgecolor()]
        case Line2D():
            return [artist.get_color()]
        case Patch():
            return [artist.get_facecolor(), artist.get_edgecolor()]
        case Collection():
            return [*artist.get_facecolor(), *artist.get_edgecolor()]
        case AxesImage():
            return list(artist.get_cmap()(np.linspace(0, 1, 5)))
        case Text():
            box = artist.get_bbox_patch()
            return [artist.get_color(), *(colors_of(box) if box else [])]
    return []


def in_palette(color) -> bool:
    *mixed, alpha = to_rgba(color)
    return alpha == 0 or max(mixed) - min(mixed) < 0.01 or to_hex(color) in course.COLORS


def faults(figure: Figure) -> list[str]:
    """What is wrong with one figure. The style of the course says what "C0" means."""
    with matplotlib.rc_context(course.STYLE):
        found = unlabelled(figure) + cut_off(figure)
        return found + not_drawable(figure) + foreign_colors(figure)


@course.each_notebook
def test_every_figure_is_labelled_complete_and_in_the_colours_of_the_course(notebook):
    drawn = course.run(notebook).figures
    problems = [
        f"{cell.where}: {fault}"
        for cell in notebook.code
        for figure in drawn[cell.id]
        for fault in faults(figure)
    ]
    assert any(drawn.values()), f"{notebook.name} draws nothing"
    course.expect_none(problems)


def draw(source: str) -> list[str]:
    """What is wrong with what this code draws, in the course's style without its slow layout."""
    quick = {"figure.constrained_layout.use": False, "figure.subplot.bottom": 0.2}
    with course.as_in_a_kernel():
        plt.style.use([course.STYLE, quick])
        exec(source, {"plt": plt, "np": np})
        plt.gcf().draw_without_rendering()
        return faults(plt.gcf())


LABELLED = "plt.title('t'); plt.xlabel('x'); plt.ylabel('y')"


def test_figures_with_a_fault_are_found():
    assert draw(f"plt.plot([1, 2], 'o', color='C1', mec='white'); {LABELLED}") == []
    for source, fault in [
        (f"plt.plot([1, 2]); {LABELLED.replace('title', 'xlabel')}", "no title"),
        (f"plt.plot([1, 2]); {LABELLED.replace('xlabel', 'title')}", "x axis, and no label"),
        (f"plt.colorbar(plt.contourf(np.eye(3))); {LABELLED}", "y axis, and no label"),
        (f"plt.plot([1, np.nan]); {LABELLED}", "not finite"),
        (f"plt.bar([1, 2], [1, np.nan]); {LABELLED}", "not finite"),
        (f"plt.imshow([[1, np.nan]]); {LABELLED}", "not finite"),
        (f"plt.semilogx([0, 1], [0, 1]); {LABELLED}", "logarithmic x axis"),
        (f"plt.plot([1, 2], 'o', markeredgecolor='red'); {LABELLED}", "#ff0000"),
        (f"plt.bar([1, 2], [1, 2], color='tab:blue'); {LABELLED}", "#1f77b4"),
        (f"plt.scatter([1, 2], [1, 2], color='lime'); {LABELLED}", "#00ff00"),
        (f"plt.plot([1, 2]); plt.text(0, 1, 'a', color='red'); {LABELLED}", "#ff0000"),
        (f"plt.plot([1, 2]); plt.text(0, 1, 'a', bbox={{'fc': 'yellow'}}); {LABELLED}", "#ffff00"),
        (f"plt.imshow(np.eye(2), cmap='jet'); {LABELLED}", "#7dff7a"),
        (f"plt.contourf(np.eye(3), cmap='viridis'); {LABELLED}", "contour"),
        (f"plt.plot([1, 2]); plt.figtext(0.99, 0.5, 'cut'); {LABELLED}", "beyond"),
    ]:
        assert any(fault in problem for problem in draw(source)), (source, draw(source))
