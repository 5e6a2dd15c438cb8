"""Every figure shows what its text says of it, in the colour that has that meaning.

The alternative text of a figure, which is stored and compared like any printed text, holds the data
of its bars, lines, points and arrows. Here is what it is blind to: pictures made of squares, fields
of colour, sheets and bundles of lines, and what is said of more than the places that it reads out.
"""

import course
import matplotlib
import numpy as np
from course import names
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.contour import ContourSet
from matplotlib.path import Path
from prose_numbers import in_text
from published import HIDDEN_TRAINED, START, TRAINED, UNTRAINED, X, sigmoid

TARGET, PREDICTION, ERROR, WEIGHT, GRADIENT, OTHER = course.COLORS
Y, XOR = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0])
TARGETS = np.column_stack([range(4), Y])
same = np.testing.assert_allclose


def panels(which: str, cell: str) -> list[Axes]:
    """The panels of the one figure that a cell draws."""
    (figure,) = course.run(course.notebook(which)).figures[cell]
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]


def lines(axes: Axes, color: str) -> list[np.ndarray]:
    """The points (n, 2) of each line or row of dots in that colour."""
    with matplotlib.rc_context(course.STYLE):
        return [line.get_xydata() for line in axes.lines if to_hex(line.get_color()) == color]


def predicted(axes: Axes) -> np.ndarray:
    """The predictions (4,) that the panel shows, each joined by an error to its hollow target."""
    (targets,), (dots,) = lines(axes, TARGET), lines(axes, PREDICTION)
    same(targets, TARGETS)
    bundles = [one for one in axes.collections if isinstance(one, LineCollection)]
    (errors,) = [one for one in bundles if to_hex(one.get_color()[0]) == ERROR]
    same(errors.get_segments(), np.stack([targets, dots], axis=1))
    return dots[:, 1]


def title_numbers(axes: Axes) -> list[float]:
    return [float(number.value) for number in in_text(axes.get_title("left"))]


def digits_on(axes: Axes, columns: int) -> np.ndarray:
    """The images (count, 8, 8), from 0 for white to 1 for black, that are drawn side by side."""
    (sheet,) = axes.images
    assert sheet.get_cmap().name == "Greys" and sheet.get_clim() == (0, 1), "ink is dark"
    assert sheet.origin == "upper"
    framed = sheet.get_array().reshape(-1, 10, columns, 10).swapaxes(1, 2).reshape(-1, 10, 10)
    return framed[:, 1:-1, 1:-1]


def test_the_pictures_of_digits_are_the_ones_they_are_said_to_be():
    of = names("digits")
    same(digits_on(*panels("digits", "examples"), columns=10), of.images[:30] / 16)
    shown = [image for axes in panels("digits", "cat-plot") for image in axes.images]
    same([image.get_array() for image in shown], [of.images[of.test[0]], of.cat])
    assert {(image.origin, image.get_cmap().name) for image in shown} == {("upper", "Greys")}


def test_a_number_on_a_square_is_the_value_that_colours_it():
    for axes in panels("data", "goal"):
        values = np.zeros(axes.images[0].get_array().shape)
        for text in axes.texts:
            if text.get_text().isdigit():
                column, row = text.get_position()
                values[row, column] = int(text.get_text())
        same(axes.images[0].get_array(), values)
        assert axes.images[0].origin == "upper", "row 1 stands on top"


def test_the_table_of_the_goal_is_the_data():
    inputs, targets = (axes.images[0].get_array() for axes in panels("data", "goal"))
    same(inputs, X)
    same(targets[:, 0], Y)


def test_every_misread_digit_stands_in_the_line_of_what_it_is_below_what_it_was_read_as():
    of, seen, lengths = names("digits"), [], []
    for axes in panels("digits", "misread"):
        digit, *read = [int(text.get_text()) for text in axes.texts]
        places = [
            next(i for i in of.wrong if (of.images[i] / 16 == picture).all())
            for picture in digits_on(axes, columns=len(read))
        ]
        assert (of.labels[places] == digit).all() and (of.said[places] == read).all()
        assert (np.diff(of.certainty[places]) <= 0).all(), "the surest first"
        seen, lengths = seen + places, [*lengths, len(read)]
    assert sorted(seen) == list(of.wrong) and lengths == sorted(lengths, reverse=True)


def test_a_mini_batch_goes_through_the_layers_and_is_shown_clean_and_with_noise():
    of = names("digits", "noisy")
    layers = [axes.images[0] for axes in panels("digits", "through")]
    for image, layer in zip(layers, ["l0", "l1", "l2"], strict=True):
        same(image.get_array(), getattr(of, layer))
        assert image.get_clim() == (0, 1)
    clean, noisy = [digits_on(axes, columns=4) for axes in panels("digits", "noisy")]
    same(clean, of.l0[:, :64].reshape(16, 8, 8))
    apart = noisy - clean
    assert abs(apart.std() - 0.2) < 0.02 and abs(apart.mean()) < 0.02


def test_certainty_stands_beside_how_often_it_is_right_with_the_size_of_each_group():
    (axes,), of = panels("digits", "calibration-plot"), names("digits")
    certain, right = lines(axes, "#000000") + lines(axes, PREDICTION)
    group_of = np.digitize(of.certainty, of.edges[1:-1])
    inside = [group_of == group for group in range(len(of.edges) - 1)]
    same(certain, [(i, 100 * of.certainty[group].mean()) for i, group in enumerate(inside)])
    same(right, [(i, 100 * (of.said == of.labels)[group].mean()) for i, group in enumerate(inside)])
    sizes = [label.get_text().split("n = ")[1].replace(",", "") for label in axes.get_xticklabels()]
    assert list(map(int, sizes)) == [group.sum() for group in inside]
    ends = 100 * np.array(of.interval(right[:, 1] / 100 * of.counts, of.counts))
    same(axes.collections[0].get_segments(), [[(i, end) for end in ends[:, i]] for i in range(6)])


def test_predictions_and_targets_are_the_published_ones_in_their_colours():
    before = [("forward_pass", "untrained"), ("error", "arrows"), ("backprop", "step-plot")]
    for place in before:
        same([predicted(axes) for axes in panels(*place)], [UNTRAINED], atol=1e-7)
    both = [predicted(axes) for axes in panels("training", "before-after")]
    same(both, [UNTRAINED, TRAINED], atol=1e-7)
    for axes in panels("forward_pass", "hands"):
        same(predicted(axes), sigmoid(X @ title_numbers(axes)))


def test_the_error_of_two_layers_ends_where_it_was_published():
    (axes,) = panels("hidden_layer", "error-plot")
    (fall,) = lines(axes, ERROR)
    same(fall[-1, 1], np.mean((XOR - HIDDEN_TRAINED) ** 2), atol=1e-7)


@course.each_notebook
def test_rows_stand_above_their_inputs(notebook):
    figures = sum(course.run(notebook).figures.values(), [])
    for axes in [axes for figure in figures for axes in figure.axes]:
        below = [label.get_text().split("\u2009") for label in axes.get_xticklabels()]
        if any(len(inputs) == 3 for inputs in below):
            assert below == [[f"{number}" for number in row] for row in X], axes.get_title("left")


def test_a_guide_leads_from_each_tangent_to_its_slope():
    places, (above, below) = np.array([-4, 0, 1.5]), panels("sigmoid", "gradient")
    slopes = sigmoid(sigmoid(places), deriv=True)
    for axes, low, high in [(above, [-0.2] * 3, sigmoid(places)), (below, slopes, [0.32] * 3)]:
        guides = np.concatenate([guide.get_segments() for guide in axes.collections])
        same(guides, np.stack([np.stack([places, low], 1), np.stack([places, high], 1)], 1))


def test_each_product_begins_where_the_last_one_ended():
    for axes, inputs in zip(panels("forward_pass", "contributions"), X, strict=True):
        ends = np.cumsum(inputs * START)
        bars = [(bar.get_x() + bar.get_width() / 2, bar.get_y()) for bar in axes.patches]
        same(bars, list(enumerate([0, *ends[:-1]])), atol=1e-7)
        (guides,) = axes.collections
        same(guides.get_segments(), [[(i, end), (i + 1, end)] for i, end in enumerate(ends)])


def test_every_place_of_the_map_is_as_high_as_its_network_is_wrong():
    of = names("error")
    for place in [(0, 0), (50, 50), (80, 10), (30, 85)]:
        weights = of.first[place], START[1], of.third[place]
        same(of.landscape[place], np.mean((Y - sigmoid(X @ weights)) ** 2), atol=1e-7)


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


def test_only_the_right_slope_goes_through_the_measured_dots():
    (axes,) = panels("when_it_goes_wrong", "slopes")
    ((x, measured),) = [dots.T for dots in lines(axes, OTHER)]
    off = [np.abs(np.interp(x, *line.T) - measured).max() for line in lines(axes, GRADIENT)]
    assert off[1] < 0.001 < 0.01 < min(off[0], *off[2:]), off


def field(axes: Axes) -> ContourSet:
    """What a network says to the plane, from white for no to blue for yes."""
    (found,) = [one for one in axes.collections if isinstance(one, ContourSet) and one.filled]
    assert [to_hex(found.cmap(end)) for end in (0.0, 1.0)] == ["#ffffff", PREDICTION]
    return found


def answers(axes: Axes) -> list[float]:
    """What the field of a network says to the four rows, to half a level."""
    drawn = field(axes)
    levels = list(zip(drawn.levels, drawn.levels[1:], drawn.get_paths()))
    return [
        next(
            (low + high) / 2
            for low, high, area in levels
            if sum(Path(ring).contains_point(row) for ring in area.to_polygons()) % 2
        )
        for row in X[:, :2]
    ]


def test_each_line_gets_three_of_four_right_and_two_questions_make_xor():
    of = names("hidden_layer")
    for column, axes in enumerate(panels("hidden_layer", "lines")):
        expected = sigmoid(X @ of.attempts[:, column])
        same(answers(axes), expected, atol=0.03)
        assert ((expected > 0.5) == XOR).sum() == 3, axes.get_title("left")
    least, most, both = map(answers, panels("hidden_layer", "both"))
    same(np.round(least), X[:, :2].any(axis=1))
    same(np.round(most), ~X[:, :2].all(axis=1))
    same(np.round(both), XOR)


def test_every_unit_is_shown_with_what_it_asks_its_weight_and_what_comes_of_all():
    of = names("hidden_layer")
    asked = {"not only input 2": [1, 0, 1, 1], "only input 1": [0, 0, 1, 0]}
    asked |= {"neither": [1, 0, 0, 0], "not both": [1, 1, 1, 0]}
    drawn = panels("hidden_layer", "units")
    whole = [axes for axes in drawn if ":" not in axes.get_title("left")]
    same(np.round(answers(*whole)), XOR)
    units = [axes for axes in drawn if axes not in whole]
    for unit, (axes, (question, says)) in enumerate(zip(units, asked.items(), strict=True)):
        same(answers(axes), of.units[:, unit], atol=0.03)
        same(np.round(of.units[:, unit]), says)
        assert axes.get_title("left") == f"{question}: {of.W1[unit, 0]:+.1f}"


def test_the_sheet_of_inputs_bends_until_one_cut_divides_it():
    of = names("hidden_layer")
    for axes, moment in zip(panels("hidden_layer", "plane"), [0, 300, 1_000, 59_999], strict=True):
        assert axes.get_title("left") == f"iteration {moment:,}"
        first, second = of.snapshots[of.moments.index(moment)]
        (mesh,) = axes.collections
        sheet = mesh.get_coordinates()  # (9, 9, 2): along one side of the square, then the other
        corners = sigmoid(X @ first)[:, 2:]
        found = [sheet[0, 0], sheet[0, -1], sheet[-1, 0], sheet[-1, -1]]
        assert any(np.allclose(found, corners[order]) for order in ([0, 1, 2, 3], [0, 2, 1, 3]))
        inputs = np.stack([*np.mgrid[:8, :8] / 8, np.ones((8, 8))], axis=-1)  # one of each square
        colours = sigmoid(sigmoid(inputs @ first) @ second)[..., 0]
        same(mesh.get_array().reshape(8, 8), colours)
        no, yes = lines(axes, TARGET)
        same(yes, corners[XOR == 1])
        same(no, corners[XOR == 0])
    (cut,) = lines(axes, OTHER)
    height = np.poly1d(np.polyfit(*cut.T, 1))  # of the straight line, anywhere
    assert (yes[:, 1] > height(yes[:, 0])).all() and (no[:, 1] < height(no[:, 0])).all()


def test_thirty_ways_lead_from_thirty_starts_to_one_end_in_the_valley():
    (axes,), of = panels("experiments", "thousand-plot"), names("experiments")
    (drawn,) = [one for one in axes.collections if isinstance(one, LineCollection)]
    ways = np.array(drawn.get_segments())  # (30, moments, 2)
    same(ways[:, 0], of.thousand_start[[0, 2], :30].T)
    same(ways[:, -1], of.thousand[[0, 2], :30].T)
    same(ways[:, -1], np.tile(of.trained[[0, 2], 0], (30, 1)), atol=0.01)
    for place in [(0, 0), (40, 60), (80, 130)]:
        weights = of.first[place], of.trained[1, 0], of.third[place]
        same(of.errors[place], np.mean((Y - sigmoid(X @ weights)) ** 2))


def test_the_four_that_fail_have_their_rows_where_they_end_and_a_cross_where_they_die():
    of = names("when_it_goes_wrong")
    for axes, name in zip(panels("when_it_goes_wrong", "never-plot"), "EFGH", strict=True):
        assert axes.get_title("left").startswith(f"{name}: ")
        *curves, end = axes.lines if name == "F" else [*axes.lines, None]
        for row, (curve, text) in enumerate(zip(curves, axes.texts, strict=True)):
            history = of.failed[name][:, row]
            same(curve.get_ydata(), history[np.isfinite(history)])
            assert text.get_text() == str(row + 1)
            same(text.get_position()[1], curve.get_ydata()[-1])
            wrong = not abs(history[-1] - Y[row]) < 0.5
            assert (text.get_color() == "C2", text.get_weight() == "bold") == (wrong, wrong)
        if end:
            assert end.get_marker() == "x" and end.get_xdata() == [len(curve.get_xdata())]


def test_the_error_of_the_training_keeps_falling_and_a_line_marks_where_all_rows_are_right():
    way, error, weights = panels("training", "history")
    (fall,) = lines(error, ERROR)
    assert (np.diff(fall[:, 1]) < 0).all(), "its title says that it keeps falling"
    right = ((np.array(lines(way, PREDICTION))[:, :, 1].T > 0.5) == Y).all(axis=1)
    for axes in [way, error, weights]:
        ((at, _), _) = lines(axes, OTHER)[-1]
        assert at == 1 + right.argmax() == 1 + title_numbers(way)[0]
    assert right[right.argmax() :].all()


def test_data_in_another_colour_are_not_found():
    source = f"import matplotlib.pyplot as plt\nplt.plot([1, 2], [5, 6], color='{WEIGHT}')"
    (figure,) = course.run(course.sample(course.code(source))).figures["code"]
    same(lines(figure.axes[0], WEIGHT), [[[1, 5], [2, 6]]])
    assert lines(figure.axes[0], TARGET) == []
