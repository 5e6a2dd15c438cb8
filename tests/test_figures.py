"""Every figure shows what its text says of it, in the colour that has that meaning.

The alternative text of a figure, which is stored and compared like any printed text, holds the data
of its bars, lines and points. Here is what it is blind to, pictures made of squares, and what
readers rely on: each claim of a figure, worked out again from what is drawn.
"""

import course
import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from prose_numbers import in_text
from published import HIDDEN_TRAINED, START, TRAINED, UNTRAINED, UNTRAINED_ERROR, X

TARGET, PREDICTION, ERROR, WEIGHT, GRADIENT, OTHER = course.COLORS
Y, XOR = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0])
TARGETS = np.column_stack([[1, 2, 3, 4], Y])
same = np.testing.assert_allclose


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))


def names(which: str) -> dict:
    """The names of a notebook after its last cell."""
    return course.run(course.notebook(which)).namespace


def panels(which: str, cell: str) -> list[Axes]:
    """The panels of the one figure that a cell draws."""
    (figure,) = course.run(course.notebook(which)).figures[cell]
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]


def lines(axes: Axes, color: str) -> list[np.ndarray]:
    """The points (n, 2) of each line or row of dots in that colour."""
    with matplotlib.rc_context(course.STYLE):
        return [line.get_xydata() for line in axes.lines if to_hex(line.get_color()) == color]


def bars(axes: Axes, color: str) -> np.ndarray:
    """The heights of the bars in that colour."""
    groups = [group for group in axes.containers if isinstance(group, BarContainer)]
    found = [bar for group in groups for bar in group if to_hex(bar.get_facecolor()) == color]
    return np.array([bar.get_height() for bar in found])


def title_numbers(axes: Axes) -> list[float]:
    return [float(number.value) for number in in_text(axes.get_title("left"))]


@pytest.mark.parametrize(
    "cell, expected",
    [
        ("examples", lambda of: of["images"][:30]),
        ("worst", lambda of: of["images"][of["worst"]]),
        ("cat-plot", lambda of: [of["images"][of["test"][0]], of["cat"]]),
    ],
    ids=["examples", "worst", "cat-plot"],
)
def test_the_pictures_of_digits_are_the_ones_they_are_said_to_be(cell, expected):
    shown = [image for axes in panels("digits", cell) for image in axes.images]
    same([image.get_array() for image in shown], expected(names("digits")))
    assert {image.origin for image in shown} == {"upper"}
    assert {image.get_cmap().name for image in shown} == {"Greys"}, "ink is dark"


@pytest.mark.parametrize("which, cell", [("data", "goal"), ("digits", "confusion")])
def test_a_number_on_a_square_is_the_value_that_colours_it(which, cell):
    for axes in panels(which, cell):
        values = np.zeros(axes.images[0].get_array().shape)
        for text in axes.texts:
            if text.get_text().isdigit():
                column, row = text.get_position()
                values[row, column] = int(text.get_text())
        same(axes.images[0].get_array(), values)
        assert axes.images[0].origin == "upper", "row 1 stands on top"


def test_the_table_of_the_goal_is_the_data_and_that_of_the_mistakes_counts_each_once():
    inputs, targets = panels("data", "goal")
    same(inputs.images[0].get_array(), X)
    same(targets.images[0].get_array()[:, 0], Y)
    (mistakes,), of = panels("digits", "confusion"), names("digits")
    expected = np.zeros((10, 10))
    np.add.at(expected, (of["labels"][of["wrong"]], of["said"][of["wrong"]]), 1)
    same(mistakes.images[0].get_array(), expected)


def test_predictions_and_targets_are_the_published_ones_in_their_colours():
    (untrained,), (before, after) = (
        panels("forward_pass", "untrained"),
        panels("training", "before-after"),
    )
    for axes, expected in [(untrained, UNTRAINED), (before, UNTRAINED), (after, TRAINED)]:
        same(bars(axes, PREDICTION), expected, atol=1e-7)
        same(lines(axes, TARGET), [TARGETS])
    (way,), (error,), (deep,) = (
        panels("training", "l1-plot"),
        panels("training", "mse-plot"),
        panels("hidden_layer", "error-plot"),
    )
    ends = [line[[0, -1], 1] for line in lines(way, PREDICTION)]
    same(ends, np.transpose([UNTRAINED, TRAINED]), atol=1e-7)
    (fall,), (deep_fall,) = lines(error, ERROR), lines(deep, ERROR)
    same(fall[[0, -1], 1], [UNTRAINED_ERROR, np.mean((Y - TRAINED) ** 2)], atol=1e-7)
    assert (np.diff(fall[:, 1]) < 0).all(), "its title says that it keeps falling"
    same(deep_fall[-1, 1], np.mean((XOR - HIDDEN_TRAINED) ** 2), atol=1e-7)


def test_each_tangent_touches_the_curve_with_the_slope_in_its_title():
    for axes in panels("sigmoid", "tangents"):
        x, value, slope = title_numbers(axes)
        ((left, right),) = lines(axes, GRADIENT)
        same([value, slope], [sigmoid(x), sigmoid(x) * sigmoid(-x)], atol=0.0005)
        same((left + right) / 2, [x, sigmoid(x)])
        same((right - left)[1] / (right - left)[0], sigmoid(x) * sigmoid(-x))


def test_each_arrow_points_from_the_prediction_to_the_target():
    arrows = [
        text for text in panels("error", "arrows")[0].texts if getattr(text, "arrow_patch", None)
    ]
    same([arrow.xyann[1] for arrow in arrows], UNTRAINED, atol=1e-7)
    same([arrow.xy for arrow in arrows], TARGETS)


def test_every_place_of_the_map_is_as_high_as_its_network_is_wrong():
    of = names("error")
    for place in [(0, 0), (50, 50), (80, 10), (30, 85)]:
        weights = of["first"][place], START[1], of["third"][place]
        same(of["landscape"][place], np.mean((Y - sigmoid(X @ weights)) ** 2), atol=1e-7)


def test_delta_is_error_times_slope():
    error, slope, delta = panels("backprop", "delta-plot")
    same(bars(delta, OTHER), bars(error, ERROR) * bars(slope, GRADIENT))
    same(bars(error, ERROR), Y - UNTRAINED, atol=1e-7)


def test_the_path_goes_downhill():
    (path,) = lines(panels("backprop", "path-map")[0], WEIGHT)
    errors = [np.mean((Y - sigmoid(X @ [first, START[1], third])) ** 2) for first, third in path]
    assert len(path) == 9 and (np.diff(errors) < 0).all()


def test_only_the_right_slope_goes_through_the_measured_dots():
    (axes,) = panels("when_it_goes_wrong", "slopes")
    ((x, measured),) = [dots.T for dots in lines(axes, OTHER)]
    off = [np.abs(np.interp(x, *line.T) - measured).max() for line in lines(axes, GRADIENT)]
    assert off[1] < 0.001 < 0.01 < min(off[0], *off[2:]), off


def test_each_line_gets_three_of_four_right_and_in_the_hidden_layer_one_gets_all():
    for axes in panels("hidden_layer", "lines"):
        assert ((sigmoid(X @ title_numbers(axes)) > 0.5) == XOR).sum() == 3, axes.get_title("left")
        no, yes = axes.collections[0].get_facecolor()
        assert no[0] < yes[0] == 1, "white says yes"
    (axes,) = panels("hidden_layer", "plane")
    (cut,), (yes, no) = lines(axes, OTHER), lines(axes, TARGET)
    height = np.poly1d(np.polyfit(*cut.T, 1))  # of the straight line, anywhere
    assert (yes[:, 1] > height(yes[:, 0])).all() and (no[:, 1] < height(no[:, 0])).all()


def test_the_blame_that_arrives_shrinks_layer_by_layer_and_less_with_relu():
    of = names("hidden_layer")
    for line, squash in zip(
        lines(panels("hidden_layer", "arrived")[0], OTHER), ["sigmoid", "relu"]
    ):
        deltas = of["deep_pass"](of["eight"], of[squash])[2]
        same(line[:, 1], [np.abs(delta).mean() for delta in deltas])
        assert (np.diff(line[:, 1]) > 0).all()


def test_the_worst_mistakes_are_the_most_certain_ones():
    of, shown = (
        names("digits"),
        np.array([title_numbers(axes) for axes in panels("digits", "worst")]),
    )
    same(shown[:, 0], of["said"][of["worst"]])
    same(shown[:, 2], of["labels"][of["worst"]])
    same(shown[:, 1], np.sort(100 * of["certainty"][of["wrong"]])[::-1][:10], atol=0.051)


def test_data_in_another_colour_are_not_found():
    source = f"import matplotlib.pyplot as plt\nplt.bar([1, 2], [5, 6], color='{WEIGHT}')"
    (figure,) = course.run(course.sample(course.code(source))).figures["code"]
    same(bars(figure.axes[0], WEIGHT), [5, 6])
    assert len(bars(figure.axes[0], TARGET)) == len(lines(figure.axes[0], WEIGHT)) == 0
