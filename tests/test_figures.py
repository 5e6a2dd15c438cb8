"""Every figure shows the right data, in the colour that has that meaning.

nbval compares no pictures, so what the notebooks draw is looked at here: the lines, bars and dots
of the figures that were drawn while the notebooks ran, against what they must show. They are
looked up by their colour, because a colour means the same thing in every figure of the course.
"""

from dataclasses import dataclass

import course
import matplotlib
import numpy as np
import prose_numbers
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from published import HIDDEN_TRAINED, ITERATIONS, START, TRAINED, UNTRAINED, UNTRAINED_ERROR

TARGET, PREDICTION, ERROR, WEIGHT, GRADIENT, OTHER = course.COLORS

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
Y = np.array([0, 0, 1, 1])
ROWS = [1, 2, 3, 4]
TARGETS = np.column_stack([ROWS, Y])


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))


def error_of(weights) -> float:
    """The mean squared error of the network with these weights."""
    return np.mean((Y - sigmoid(X @ weights)) ** 2)


@dataclass
class Panel:
    """One pair of axes, and the cell that drew it."""

    axes: Axes
    where: str

    def lines(self, color: str, count: int = 1) -> list[np.ndarray]:
        """The points (n, 2) of the lines or rows of dots in that colour: `count` of them."""
        with matplotlib.rc_context(course.STYLE):
            found = [
                line.get_xydata()
                for line in self.axes.lines
                if line.get_transform() == self.axes.transData and to_hex(line.get_color()) == color
            ]
        return self.counted(found, count, f"lines in the colour {color}")

    def line(self, color: str) -> np.ndarray:
        """The points (n, 2) of the only line in that colour."""
        return self.lines(color)[0]

    def bars(self, color: str, count: int) -> np.ndarray:
        """The lengths of the bars in that colour, upright or lying, in the order drawn."""
        found = [
            bar
            for bar in self.axes.patches
            if isinstance(bar, Rectangle) and to_hex(bar.get_facecolor()) == color
        ]
        lying = len({bar.get_x() for bar in found}) == 1 < len(found)
        lengths = [bar.get_width() if lying else bar.get_height() for bar in found]
        return np.array(self.counted(lengths, count, f"bars in the colour {color}"))

    def counted(self, found: list, count: int, what: str) -> list:
        assert len(found) == count, f"{self.where} draws {len(found)} {what}, expected {count}"
        return found

    @property
    def title(self) -> str:
        return self.axes.get_title("left")

    def title_numbers(self) -> list[float]:
        return [float(number.value) for number in prose_numbers.in_text(self.title)]

    @property
    def words(self) -> list[str]:
        """The texts inside the panel."""
        return [text.get_text() for text in self.axes.texts if text.get_text()]

    def shows(self, drawn, expected, tolerance: float = 1e-7) -> None:
        """Assert that what was drawn is what was expected."""
        np.testing.assert_allclose(
            drawn, expected, rtol=0, atol=tolerance, err_msg=f"{self.where}, “{self.title}”"
        )


def panels(number: int, cell_id: str, count: int = 1) -> list[Panel]:
    """The panels of the one figure that a cell draws, of which there must be `count`."""
    notebook = course.notebook(number)
    assert cell_id in course.run(notebook).figures, (
        f"{notebook.name} has no cell {cell_id}: renamed? Then here, too"
    )
    where = next(cell.where for cell in notebook.code if cell.id == cell_id)
    figures = course.run(notebook).figures[cell_id]
    assert len(figures) == 1, f"{where} draws {len(figures)} figures, expected one"
    found = [Panel(axes, where) for axes in figures[0].axes if axes.get_label() != "<colorbar>"]
    assert len(found) == count, f"{where} draws {len(found)} panels, expected {count}"
    return found


def panel(number: int, cell_id: str) -> Panel:
    """The only panel of the only figure that a cell draws."""
    return panels(number, cell_id)[0]


# 01 Data


def test_01_the_goal_shows_the_inputs_and_the_targets():
    inputs, targets = panels(1, "goal", 2)
    for shown, values in [(inputs, X), (targets, Y[:, None])]:
        shown.shows(shown.axes.images[0].get_array(), values)
        assert [word for word in shown.words if word != "?"] == [
            str(value) for value in values.ravel()
        ]


def test_01_without_a_bias_every_line_goes_through_the_origin():
    tilting, shifting = panels(1, "bias", 2)
    for line in tilting.lines(WEIGHT, 3):
        tilting.shows(np.interp(0, *line.T), 0)
    crossings = [np.interp(0, *line.T) for line in shifting.lines(WEIGHT, 3)]
    assert len(set(crossings)) == 3, shifting.where
    for shown in (tilting, shifting):
        shown.shows(shown.line(OTHER), [[0, 0]])


def test_01_random_weights_spread_evenly_from_minus_1_to_1():
    shown = panel(1, "histogram")
    heights = shown.bars(WEIGHT, 20)
    assert heights.sum() == 10_000 and heights.max() < 1.2 * heights.min(), shown.where
    shown.shows(shown.axes.dataLim.intervalx, [-1, 1], 0.001)


# 02 Sigmoid


def test_02_the_sigmoid_rises_from_0_to_1_through_one_half():
    shown = panel(2, "curve")
    x, height = shown.line(PREDICTION).T
    shown.shows(height, sigmoid(x))
    shown.shows(np.interp(0, x, height), 0.5)
    shown.shows(shown.line(OTHER), [[0, 0.5]])


def test_02_the_gradient_peaks_at_one_quarter_over_0():
    shown = panel(2, "gradient")
    x, slope = shown.line(GRADIENT).T
    shown.shows([x[slope.argmax()], slope.max()], [0, 0.25])
    shown.shows(slope, np.gradient(sigmoid(x), x), 0.01)
    assert slope[np.abs(x) > 6].max() < 0.0025, shown.where
    shown.shows(shown.line(PREDICTION)[:, 1], sigmoid(x))


def test_02_the_trap_shows_the_right_slope_beside_the_wrong_one():
    shown = panel(2, "trap-plot")
    x, right = shown.line(GRADIENT).T
    shown.shows(right, sigmoid(x) * sigmoid(-x))
    shown.shows(shown.line(ERROR)[:, 1], x * (1 - x))


def test_02_each_tangent_touches_the_curve_with_the_slope_in_its_title():
    for shown in panels(2, "tangents", 3):
        x, value, slope = shown.title_numbers()
        ((dot_x, dot_y),) = shown.line(OTHER)
        (left, right) = shown.line(GRADIENT)
        shown.shows([dot_x, dot_y], [x, sigmoid(x)])
        shown.shows([value, slope], [dot_y, dot_y * (1 - dot_y)], 0.0005)
        shown.shows((right - left)[1] / (right - left)[0], dot_y * (1 - dot_y))
        shown.shows(np.interp(dot_x, [left[0], right[0]], [left[1], right[1]]), dot_y)


# 03 Forward pass


def test_03_the_contributions_of_a_row_are_its_inputs_times_the_weights():
    for shown, row in zip(panels(3, "contributions", 4), X, strict=True):
        shown.shows(shown.bars(WEIGHT, 3), row * START)
        shown.shows(shown.bars(OTHER, 1), [row @ START])
        assert shown.title_numbers() == row.tolist()


def test_03_the_untrained_predictions_stand_beside_their_targets():
    shown = panel(3, "untrained")
    shown.shows(shown.bars(PREDICTION, 4), UNTRAINED)
    shown.shows(shown.line(TARGET), TARGETS)


def test_03_three_attempts_show_what_the_weights_in_their_titles_predict():
    shown = panels(3, "hands", 3)
    for attempt in shown:
        attempt.shows(attempt.bars(PREDICTION, 4), sigmoid(X @ attempt.title_numbers()))
        attempt.shows(attempt.line(TARGET), TARGETS)
    right = [((attempt.bars(PREDICTION, 4) > 0.5) == Y).all() for attempt in shown]
    assert right[-1], f"{shown[-1].where}: the last attempt should solve the problem"


# 04 Error


def test_04_each_arrow_points_from_the_prediction_to_the_target():
    shown = panel(4, "arrows")
    shown.shows(shown.line(TARGET), TARGETS)
    shown.shows(shown.line(PREDICTION)[:, 1], UNTRAINED)
    arrows = [text for text in shown.axes.texts if getattr(text, "arrow_patch", None)]
    shown.shows([arrow.xy for arrow in arrows], TARGETS)
    shown.shows([arrow.xyann for arrow in arrows], np.column_stack([ROWS, UNTRAINED]))
    shown.shows([float(word) for word in shown.words], Y - UNTRAINED, 0.0005)


def test_04_the_slice_falls_to_the_right_of_the_start():
    shown = panel(4, "slice")
    first, error = shown.line(ERROR).T
    shown.shows(error[::50], [error_of([weight, *START[1:]]) for weight in first[::50]])
    shown.shows(shown.line(OTHER), [[START[0], UNTRAINED_ERROR]])
    assert (np.diff(error[first > 0]) < 0).all(), shown.where


def test_04_the_marked_places_are_a_valley_a_plateau_and_a_summit():
    shown = panel(4, "map")
    places = {
        text.get_text(): line.get_xydata()[0]
        for text, line in zip(shown.axes.texts, shown.axes.lines, strict=True)
    }
    errors = {name: error_of([first, START[1], third]) for name, (first, third) in places.items()}
    shown.shows(places["start"], [START[0], START[2]])
    assert (
        errors["valley"]
        < 0.01
        < errors["start"]
        < 0.49
        < errors["plateau"]
        < 0.51
        < 0.9
        < errors["summit"]
    )
    (filled, *_) = shown.axes.collections
    levels = np.ravel(filled.levels)
    assert levels.min() <= 0 and levels.max() >= errors["summit"], shown.where


def test_04_the_map_is_high_where_the_error_is_high():
    names = course.run(course.notebook(4)).after["map"]
    for down, across in [(0, 0), (50, 50), (80, 10), (30, 85)]:
        weights = names["first"][down, across], START[1], names["third"][down, across]
        assert names["landscape"][down, across] == pytest.approx(error_of(weights), abs=1e-7)


def test_04_each_place_predicts_what_its_weights_predict():
    places = {"start": (START[0], START[2]), **course.run(course.notebook(4)).after["map"]["spots"]}
    for shown in panels(4, "walk", 4):
        first, third = places[shown.title.split("\n")[0]]
        shown.shows(shown.bars(PREDICTION, 4), sigmoid(X @ [first, START[1], third]))
        shown.shows(shown.title_numbers(), [error_of([first, START[1], third])], 0.0005)
        shown.shows(shown.line(TARGET), TARGETS)


# 05 Backprop


def test_05_delta_is_error_times_slope():
    error, slope, delta = panels(5, "delta-plot", 3)
    error.shows(error.bars(ERROR, 4), Y - UNTRAINED)
    slope.shows(slope.bars(GRADIENT, 4), np.multiply(UNTRAINED, np.subtract(1, UNTRAINED)))
    delta.shows(delta.bars(OTHER, 4), error.bars(ERROR, 4) * slope.bars(GRADIENT, 4))


def test_05_the_unsure_move_most():
    shown = panel(5, "unsure")
    prediction, delta = shown.line(OTHER).T
    shown.shows(delta[[0, -1]], [0, 0])
    shown.shows([prediction[delta.argmax()], delta.max()], [1 / 3, 4 / 27], 0.001)
    shown.shows(shown.line(ERROR)[:, 1], 1 - prediction)


def test_05_one_step_moves_the_yes_rows_up():
    shown = panel(5, "step-plot")
    before, after = (line[:, 1] for line in shown.lines(PREDICTION, 2))
    shown.shows(before, UNTRAINED)
    shown.shows([np.mean((Y - before) ** 2), np.mean((Y - after) ** 2)], [0.3099, 0.2565], 0.00005)
    assert (after[2:] > before[2:]).all(), shown.where


def test_05_the_path_begins_at_the_start_and_goes_downhill():
    shown = panel(5, "path-map")
    path = shown.line(WEIGHT)
    assert len(path) == 9, f"{shown.where}: the start and eight steps, found {len(path)} points"
    shown.shows(path[0], [START[0], START[2]])
    shown.shows(path[1] - path[0], [0.28621005, 0.14913351])
    errors = [error_of([first, START[1], third]) for first, third in path]
    assert (np.diff(errors) < 0).all(), (shown.where, errors)


# 06 Training


def test_06_before_and_after_are_the_published_predictions():
    for shown, predictions in zip(panels(6, "before-after", 2), [UNTRAINED, TRAINED], strict=True):
        shown.shows(shown.bars(PREDICTION, 4), predictions)
        shown.shows(shown.line(TARGET), TARGETS)


def test_06_the_predictions_go_from_the_untrained_to_the_trained():
    shown = panel(6, "l1-plot")
    lines = shown.lines(PREDICTION, 4)
    shown.shows([line[0, 1] for line in lines], UNTRAINED)
    shown.shows([line[-1, 1] for line in lines], TRAINED)
    shown.shows([len(line) for line in lines], [ITERATIONS] * 4)


def test_06_the_error_falls_from_first_to_last():
    shown = panel(6, "mse-plot")
    error = shown.line(ERROR)[:, 1]
    shown.shows(error[[0, -1]], [UNTRAINED_ERROR, np.mean((Y - TRAINED) ** 2)])
    assert (np.diff(error) < 0).all(), shown.where


def test_06_one_weight_grows_one_stays_out_of_it_one_balances():
    shown = panel(6, "weights-plot")
    lines = shown.lines(WEIGHT, 3)
    shown.shows([line[0, 1] for line in lines], START)
    shown.shows([line[-1, 1] for line in lines], [9.67, -0.21, -4.63], 0.006)
    shown.shows(sigmoid(X @ [line[-1, 1] for line in lines]), TRAINED, 1e-5)


def test_06_at_every_moment_the_weights_give_the_predictions_above():
    shown = panels(6, "snapshots", 12)
    moments = [int(top.title_numbers()[0]) for top in shown[:6]]
    assert moments[0] == 0 and moments[-1] == ITERATIONS - 1 and moments == sorted(moments)
    for top, bottom in zip(shown[:6], shown[6:], strict=True):
        top.shows(top.bars(PREDICTION, 4), sigmoid(X @ bottom.bars(WEIGHT, 3)))
        top.shows(top.line(TARGET), TARGETS)
    shown[0].shows(shown[0].bars(PREDICTION, 4), UNTRAINED)
    shown[5].shows(shown[5].bars(PREDICTION, 4), TRAINED)


def test_06_a_thousand_networks_end_in_one_place():
    shown = panel(6, "thousand-plot")
    starts, ends = shown.line(OTHER), shown.line(WEIGHT)
    assert starts.shape == ends.shape == (1000, 2)
    assert np.ptp(starts, axis=0).min() > 1.9, shown.where
    shown.shows(ends, np.tile([9.67, -4.63], (1000, 1)), 0.02)


def test_06_of_five_learning_rates_the_largest_never_recovers():
    shown = panel(6, "rates-plot")
    ends = [line[-1, 1] for line in shown.lines(ERROR, 5)]
    assert ends[0] > ends[1] > ends[2] > ends[3], (shown.where, ends)
    shown.shows(ends[4], 0.5, 0.0001)
    shown.shows(ends[2], np.mean((Y - TRAINED) ** 2))


# 07 When it goes wrong


def names_of(number: int) -> dict:
    """The names of a notebook after its last cell."""
    return course.run(course.notebook(number)).namespace


def test_07_four_networks_learn_and_three_end_lower_than_the_right_one():
    shown = panel(7, "learned-plot")
    ends = [line[-1, 1] for line in shown.lines(ERROR, 4)]
    np.testing.assert_allclose(ends, [5.1e-5, 6.5e-5, 3.2e-7, 1.7e-8], rtol=0.02)
    assert shown.words == list("ABCD") and max(ends) == ends[1], shown.where


def test_07_only_the_right_slope_goes_through_the_measured_dots():
    shown = panel(7, "slopes")
    (dots,) = shown.lines(OTHER, 1)
    shown.shows(dots[:, 0], UNTRAINED)
    off = []
    for line in shown.lines(GRADIENT, 4):
        off.append(np.abs(np.interp(dots[:, 0], *line.T) - dots[:, 1]).max())
    assert np.array(off).argmin() == 1 and off[1] < 0.001 < 0.01 < sorted(off)[1], off


def test_07_four_networks_fail_each_in_its_own_way():
    shown = panels(7, "never-plot", 4)
    ends = [[line[-1, 1] for line in one.lines(PREDICTION, 4)] for one in shown]
    assert (np.round(ends[0]) == [1, 1, 0, 0]).all() and (np.round(ends[2]) == 1).all()
    assert len(shown[1].lines(PREDICTION, 4)[0]) == 9, "F ends at iteration 9"
    shown[3].shows(ends[3][0], 0.5)
    for one in shown:
        one.shows(one.line(TARGET)[:, 1], Y)


def test_07_the_waiting_room_holds_all_eight():
    histories = names_of(7)["histories"] | names_of(7)["failed"]
    waiting, checks = names_of(7)["waiting"], names_of(7)["all_checks"]
    assert sorted(waiting) == list("ABCDEFGH")
    for number, (one, name) in enumerate(zip(panels(7, "clinic", 8), waiting, strict=True), 1):
        one.shows(one.title_numbers(), [number, checks[name]], 0.006)
        error = np.mean((Y - histories[name]) ** 2, axis=1)
        one.shows(one.line(ERROR)[:, 1], error[np.isfinite(error)])


# 08 Hidden layer

XOR = np.array([0, 1, 1, 0])


def test_08_each_line_gets_three_of_four_right():
    for shown in panels(8, "lines", 3):
        weights = shown.title_numbers()
        right = ((sigmoid(X @ weights) > 0.5) == XOR).sum()
        assert right == 3, (shown.where, weights)
        full, hollow = shown.lines(TARGET, 2)
        shown.shows(full, X[XOR == 1][:, :2])
        shown.shows(hollow, X[XOR == 0][:, :2])


def test_08_the_error_stays_near_one_quarter_and_then_falls():
    shown = panel(8, "error-plot")
    error = shown.line(ERROR)[:, 1]
    assert len(error) == 60_000 and error[0] > 0.24 and error[99] > 0.2 and error[999] < 0.002
    shown.shows(error[-1], np.mean((XOR - HIDDEN_TRAINED) ** 2))


def test_08_the_hidden_units_are_shown_with_their_weights():
    names = names_of(8)
    for unit, shown in enumerate(panels(8, "units", 4)):
        shown.shows(shown.bars(OTHER, 4), names["l1"][:, unit])
        shown.shows(shown.title_numbers()[1], names["W1"][unit, 0], 0.05)


def test_08_one_line_cuts_the_moved_rows_apart():
    shown = panel(8, "plane")
    (cut,) = shown.lines(OTHER, 1)
    (x0, y0), (x1, y1) = cut
    full, hollow = shown.lines(TARGET, 2)
    above = [point[1] > y0 + (y1 - y0) / (x1 - x0) * (point[0] - x0) for point in [*full, *hollow]]
    assert above == [True, True, False, False], shown.where
    shown.shows([*full, *hollow], names_of(8)["l1"][[1, 2, 0, 3]][:, 2:])


def test_08_the_regions_end_with_xor_in_the_corners():
    names = names_of(8)
    last = names["answers"](*names["snapshots"][-1])
    corners = [last[place] for place in [(20, 20), (60, 20), (20, 60), (60, 60)]]
    np.testing.assert_allclose(corners, HIDDEN_TRAINED, atol=1e-4)
    titles = [shown.title_numbers()[0] for shown in panels(8, "regions", 6)]
    assert titles[0] == 0 and titles[-1] == 59_999 and titles == sorted(titles)


# 09 Digits


def test_09_the_examples_are_the_first_thirty_digits():
    for shown, image in zip(panels(9, "examples", 30), names_of(9)["images"]):
        shown.shows(shown.axes.images[0].get_array(), image)


def test_09_both_curves_end_at_the_accuracies_of_the_trained_network():
    shown, names = panel(9, "curves"), names_of(9)
    ends = [line[-1, 1] for line in shown.lines(ERROR, 2)]
    expected = [names["accuracy"](names[pile], names["weights"]) for pile in ["rows", "test"]]
    shown.shows(ends, 100 * (1 - np.array(expected)))
    assert shown.words == ["learned from", "test"]


def test_09_the_confusion_counts_every_mistake_once():
    shown, names = panel(9, "confusion"), names_of(9)
    expected = np.zeros((10, 10))
    for label, said in zip(names["labels"], names["said"]):
        expected[label, said] += label != said
    shown.shows(shown.axes.images[0].get_array(), expected)
    assert sum(map(int, shown.words)) == len(names["wrong"]) == expected.sum()


def test_09_the_worst_mistakes_are_the_most_certain_ones():
    names = names_of(9)
    certainties = []
    for shown, number in zip(panels(9, "worst", 10), names["worst"], strict=True):
        shown.shows(shown.axes.images[0].get_array(), names["images"][number])
        said, percent, label = shown.title_numbers()
        assert said == names["said"][number] != label == names["labels"][number]
        certainties.append(percent)
    assert certainties == sorted(certainties, reverse=True)
    assert certainties[0] == round(100 * names["certainty"][names["wrong"]].max(), 1)


def test_09_the_calibration_shows_shares_of_right_answers():
    shown, names = panel(9, "calibration-plot"), names_of(9)
    edges, right = [0, 0.5, 0.7, 0.85, 0.95, 0.99, 1.01], names["said"] == names["labels"]
    for (place, share), low, high in zip(shown.line(PREDICTION), edges, edges[1:]):
        members = (names["certainty"] >= low) & (names["certainty"] < high)
        shown.shows([place, share], [names["certainty"][members].mean(), right[members].mean()])
    shown.shows(shown.line(OTHER), [[0, 0], [1, 1]])


def test_09_the_cat_is_shown_with_what_the_network_says():
    names, shown = names_of(9), panels(9, "cat-plot", 4)
    for sheet, bars, image in zip(
        shown[::2], shown[1::2], [names["images"][names["test"][0]], names["cat"]]
    ):
        sheet.shows(sheet.axes.images[0].get_array(), image)
        says = names["predict"](np.append(image.ravel() / 16, 1), names["weights"])
        bars.shows(bars.bars(PREDICTION, 10), says)


def test_wrong_data_and_a_wrong_colour_are_found():
    run = course.run(
        course.sample(
            course.code(f"""import matplotlib.pyplot as plt
plt.plot([1, 2], [3, 4], color="{PREDICTION}")
plt.bar([1, 2], [5, 6], color="{WEIGHT}")
plt.axhline(3, color="{ERROR}")""")
        )
    )
    shown = Panel(run.figures["code"][0].axes[0], "here")
    shown.shows(shown.line(PREDICTION), [[1, 3], [2, 4]])
    shown.shows(shown.bars(WEIGHT, 2), [5, 6])
    for wrong in [
        lambda: shown.shows(shown.line(PREDICTION), [[1, 3], [2, 5]]),
        lambda: shown.shows(shown.bars(WEIGHT, 2), [6, 5]),
        lambda: shown.line(TARGET),
        lambda: shown.line(ERROR),  # a line across the panel shows no data
        lambda: shown.bars(WEIGHT, 3),
        lambda: panel(1, "no-such-cell"),
        lambda: panels(1, "goal", 3),
        lambda: panel(1, "setup"),
    ]:  # fmt: skip
        with pytest.raises(AssertionError):
            wrong()
