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
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from prose_numbers import in_text
from published import HIDDEN_TRAINED, START, TRAINED, UNTRAINED, UNTRAINED_ERROR, X

TARGET, PREDICTION, ERROR, WEIGHT, GRADIENT, OTHER = course.COLORS
Y, XOR = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0])
TARGETS = np.column_stack([range(4), Y])
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


def bars(axes: Axes, color: str) -> list:
    """The bars in that colour, or with an edge in it."""
    groups = [group for group in axes.containers if isinstance(group, BarContainer)]
    found = [bar for group in groups for bar in group]
    return [
        bar for bar in found if color in map(to_hex, [bar.get_facecolor(), bar.get_edgecolor()])
    ]


def predicted(axes: Axes) -> np.ndarray:
    """The predictions (4,) that the panel shows, each joined by an error to its hollow target."""
    (targets,), (dots,) = lines(axes, TARGET), lines(axes, PREDICTION)
    same(targets, TARGETS)
    (errors,) = [
        one
        for one in axes.collections
        if isinstance(one, LineCollection) and to_hex(one.get_color()[0]) == ERROR
    ]
    same(errors.get_segments(), np.stack([targets, dots], axis=1))
    return dots[:, 1]


def arrows(axes: Axes) -> list[tuple]:
    """Where each arrow of a panel begins and ends."""
    found = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
    return [(arrow.xyann, arrow.xy) for arrow in found]


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
    for which, cell, expected in [
        ("forward_pass", "untrained", [UNTRAINED]),
        ("error", "arrows", [UNTRAINED]),
        ("backprop", "step-plot", [UNTRAINED]),
        ("training", "before-after", [UNTRAINED, TRAINED]),
    ]:
        same([predicted(axes) for axes in panels(which, cell)], expected, atol=1e-7)
    for axes in panels("forward_pass", "hands"):
        same(predicted(axes), sigmoid(X @ title_numbers(axes)))
    (deep,) = panels("hidden_layer", "error-plot")
    (deep_fall,) = lines(deep, ERROR)
    same(deep_fall[-1, 1], np.mean((XOR - HIDDEN_TRAINED) ** 2), atol=1e-7)


def test_the_history_of_the_training_begins_and_ends_as_published_and_is_right_from_its_line_on():
    way, error, weights = panels("training", "history")
    ways = np.array(lines(way, PREDICTION))  # (4, 10000, 2)
    same(ways[:, [0, -1], 1], np.transpose([UNTRAINED, TRAINED]), atol=1e-7)
    (fall,) = lines(error, ERROR)
    same(fall[[0, -1], 1], [UNTRAINED_ERROR, np.mean((Y - TRAINED) ** 2)], atol=1e-7)
    assert (np.diff(fall[:, 1]) < 0).all(), "its title says that it keeps falling"
    same([line[0, 1] for line in lines(weights, WEIGHT)], START, atol=1e-7)
    drawn = [line.get_linestyle() for line in weights.lines]
    assert drawn[:3] == ["-", "--", ":"], "weights 1, 2 and 3, as everywhere"
    right = ((ways[:, :, 1].T > 0.5) == Y).all(axis=1)
    for axes in [way, error, weights]:
        ((at, _), _) = lines(axes, OTHER)[-1]
        assert (
            at == 1 + right.argmax() == 1 + title_numbers(way)[0] and right[right.argmax() :].all()
        )


def test_each_tangent_touches_the_curve_with_the_slope_that_is_drawn_and_written_below():
    above, below = panels("sigmoid", "gradient")
    (hill,), places = lines(below, GRADIENT), [-4, 0, 1.5]
    for (left, right), x, dot, words in zip(
        lines(above, GRADIENT), places, lines(below, OTHER), below.texts
    ):
        slope = sigmoid(x) * sigmoid(-x)
        same((left + right) / 2, [x, sigmoid(x)])
        same((right - left)[1] / (right - left)[0], slope)
        same(dot, [[x, slope]])
        same(np.interp(x, *hill.T), slope, atol=1e-9)
        assert words.get_text().strip() == f"{slope:.3f}"


def test_the_hard_step_is_flat_on_both_sides():
    step, slope = panels("sigmoid", "step-plot")
    for low, high in [(step, 1), (slope, 0)]:
        (no, yes) = lines(low, PREDICTION if low is step else GRADIENT)
        assert (no[:, 1] == 0).all() and (yes[:, 1] == high).all()
        assert no[:, 0].max() < 0 < yes[:, 0].min()


def test_each_product_begins_where_the_last_one_ended_and_they_end_in_the_sum():
    for axes, inputs in zip(panels("forward_pass", "contributions"), X):
        assert title_numbers(axes) == inputs.tolist()
        ends = np.cumsum(inputs * START)
        same([bar.get_y() + bar.get_height() for bar in bars(axes, WEIGHT)], ends)
        same([bar.get_y() for bar in bars(axes, WEIGHT)], [0, *ends[:2]])
        same(lines(axes, OTHER)[0], [[3, ends[2]]])


def test_each_arrow_points_from_the_prediction_to_the_target():
    starts, ends = zip(*arrows(panels("error", "arrows")[0]))
    same(starts, np.column_stack([range(4), UNTRAINED]), atol=1e-7)
    same(ends, TARGETS)


def test_the_arrows_of_the_step_are_as_long_as_the_predictions_move():
    (axes,), of = panels("backprop", "step-plot"), names("backprop")
    starts, ends = np.swapaxes(arrows(axes), 0, 1)
    same(starts[:, 1], UNTRAINED, atol=1e-7)
    same(ends[:, 1], of["after"][:, 0])
    moves = ends[:, 1] - starts[:, 1]
    assert [text.get_text() for text in axes.texts if text.get_text()] == [
        f"{move:+.3f}" for move in moves
    ]


def test_every_place_of_the_map_is_as_high_as_its_network_is_wrong():
    of = names("error")
    for place in [(0, 0), (50, 50), (80, 10), (30, 85)]:
        weights = of["first"][place], START[1], of["third"][place]
        same(of["landscape"][place], np.mean((Y - sigmoid(X @ weights)) ** 2), atol=1e-7)


def test_each_card_of_the_map_shows_the_network_at_its_dot():
    (axes,) = panels("error", "map")
    dots = [line.get_xydata()[0] for line in axes.lines]
    said = {}
    for (first, third), card in zip(dots, axes.child_axes, strict=True):
        expected = sigmoid(X @ [first, START[1], third])
        same(predicted(card), expected, atol=1e-7)
        said[card.texts[0].get_text()] = (expected > 0.5).astype(int).tolist()
    assert said["valley"] == Y.tolist() and said["summit"] == (1 - Y).tolist()
    assert said["all no"] == [0] * 4 and said["all yes"] == [1] * 4 and said["start"] == [0] * 4


def test_delta_is_the_part_of_the_error_that_its_slope_says():
    (axes,) = panels("backprop", "delta-plot")
    errors, deltas = [
        np.array([bar.get_width() for bar in bars(axes, color)]) for color in (ERROR, GRADIENT)
    ]
    slopes = np.array(UNTRAINED) * (1 - np.array(UNTRAINED))
    same(errors, Y - UNTRAINED, atol=1e-7)
    same(deltas, errors * slopes, atol=1e-7)
    assert [text.get_text() for text in axes.texts] == [
        f"{error:+.3f} × {slope:.3f} = {delta:+.3f}"
        for error, slope, delta in zip(errors, slopes, deltas)
    ]


def test_the_chain_ends_in_the_measured_fall_of_the_loss():
    (axes,), of = panels("backprop", "chain"), names("backprop")
    widths = [bars(axes, color)[0].get_width() for color in (WEIGHT, OTHER, PREDICTION, ERROR)]
    same(widths, [0.001, 0.001, of["rise"], of["fall"]], rtol=0.001)


def test_the_path_goes_downhill_and_is_marked_where_it_was():
    (axes,) = panels("backprop", "path-map")
    path, dots = lines(axes, WEIGHT)
    same(
        path[[0, 1]],
        [[START[0], START[2]], np.add([START[0], START[2]], [0.28621, 0.149134])],
        atol=1e-6,
    )
    errors = [np.mean((Y - sigmoid(X @ [first, START[1], third])) ** 2) for first, third in dots]
    same(dots, path[:9])
    assert (np.diff(errors) < 0).all()
    ((begin, end),) = arrows(axes)
    same([begin, end], [path[0], path[0] + 5 * (path[1] - path[0])])
    marks = [line.get_xydata()[0] for line in axes.lines[2:]]
    same(marks, path[[100, 1_000, 10_000]])
    assert [text.get_text() for text in axes.texts][:3] == ["100", "1,000", "10,000"]


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
    same([bar.get_height() for bar in bars(figure.axes[0], WEIGHT)], [5, 6])
    assert len(bars(figure.axes[0], TARGET)) == len(lines(figure.axes[0], WEIGHT)) == 0
