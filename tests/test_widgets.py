"""Every notebook has one picture to play with, right after a plain one, safe wherever it is moved."""

import io
import itertools
import warnings

import course
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image
from playing import cell_of, picture, sliders
from program_that_learns import play
from published import START, UNTRAINED, UNTRAINED_ERROR
from traitlets import TraitError


@pytest.fixture(autouse=True)
def in_the_style_of_the_course():
    with plt.style.context(course.STYLE):
        yield


def of(slug: str) -> play.Picture:
    """The picture of the notebook with that name after its number."""
    return picture(course.notebook(slug))


def places(control: ipywidgets.Widget) -> list:
    """Both ends of a slider and its middle."""
    if hasattr(control, "options"):
        values = [value for _, value in control.options]
        return [values[0], values[len(values) // 2], values[-1]]
    return [control.min, (control.min + control.max) / 2, control.max]


def pixels(made: play.Picture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(made.image.value)).convert("RGB"), int)


def off_the_axes(made: play.Picture) -> list[str]:
    """Lines' points and bars' ends that are not finite or leave their panel's height."""
    problems = []
    for artist in made.moving:
        if hasattr(artist, "get_height"):
            heights, panel = [artist.get_height()], artist.axes
        elif hasattr(artist, "get_ydata"):
            heights, panel = np.asarray(artist.get_ydata(), float), artist.axes
        else:
            continue
        low, high = panel.get_ylim()
        margin = 0.6 * (high - low)  # a tangent may reach beyond the panel, and is clipped there
        for height in heights:
            if not np.isfinite(height) or not low - margin <= height <= high + margin:
                problems.append(f"{height} is not between {low} and {high}")
    return problems


@course.each_notebook
def test_the_picture_to_play_with_follows_a_plain_one_and_a_task(notebook):
    cell = cell_of(notebook)
    before = notebook.cells[: cell.position - 1]
    assert before[-1].node.cell_type == "markdown" and before[-1].source.startswith("## Your turn")
    last = [one for one in before if one.node.cell_type == "code"][-1]
    assert last.plots, f"{cell.where}: the code cell before it, {last.id}, draws no plain picture"
    assert "<b>Try:</b>" in picture(notebook).children[0].value


@course.each_notebook
def test_without_a_kernel_the_picture_shows_and_no_dead_slider(notebook):
    (output,) = cell_of(notebook).node.outputs
    assert sorted(output.data) == ["image/png", "text/html", "text/plain"]
    assert len(output.data["text/plain"]) < 300
    assert "widgets" not in notebook.node.metadata
    made = picture(notebook)
    assert output.metadata["image/png"]["alt"].endswith(made.said), "run `make refresh`"


@course.each_notebook
def test_sliders_are_safe_at_their_ends_in_every_combination(notebook):
    made = picture(notebook)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for place in itertools.product(*map(places, sliders(made))):
            for control, value in zip(sliders(made), place, strict=True):
                control.value = value
            problems = off_the_axes(made)
            assert not problems, f"{notebook.name} at {place}: {problems}"
            assert "nan" not in made.said and "inf" not in made.said, made.said
            assert made.sentence.value == f'<p role="status">{made.said}</p>'


@course.each_notebook
def test_every_control_changes_the_picture_and_what_is_said(notebook):
    made = picture(notebook)
    for control in sliders(made):
        before, said = pixels(made), made.said
        control.value = places(control)[-1]
        assert made.said != said, f"{control.description} changes no word"
        assert (pixels(made) != before).any(), f"{control.description} changes no pixel"
    for button in getattr(made, "buttons", [])[:2]:
        before = pixels(made)
        button.click()
        assert (pixels(made) != before).any(), f"{button.description} changes no pixel"


@course.each_notebook
def test_running_the_cell_again_leaks_no_figure(notebook):
    plt.close("all")
    picture(notebook)
    picture(notebook)
    assert plt.get_fignums() == []


@course.each_notebook
def test_going_there_and_back_shows_the_same_picture(notebook):
    made = picture(notebook)
    at_first = pixels(made)
    for control in sliders(made):
        start = control.value
        control.value = places(control)[-1]
        control.value = start
    for button in getattr(made, "buttons", []):
        button.click()
    if notebook.slug == "digits":
        sheet(made).value = (
            course.run(notebook).namespace["inputs"][shown(notebook), :64]
        ).tolist()
    assert (pixels(made) == at_first).all()


def test_the_line_says_when_it_hits_the_target():
    made = of("data")
    assert "misses" in made.said
    made.controls[1].value = 1
    assert "goes through" in made.said and "height is 1.0" in made.said


def test_the_tangent_reads_off_value_and_slope():
    made = of("sigmoid")
    made.controls[0].value = 0
    assert made.said == "At x = 0.0 the value is 0.5000 and the slope is 0.2500."
    x, height = made.moving[0].get_data()
    assert np.isclose(np.diff(height) / np.diff(x), 0.25)


def test_the_weights_found_by_hand_solve_the_problem():
    made = of("forward_pass")
    assert "right side of 0.5: 0 of 4" in made.said
    for control, weight in zip(made.controls, [10, 0, -5], strict=True):
        control.value = weight
    assert "right side of 0.5: 4 of 4. Within 0.05 of the target: 4 of 4" in made.said
    np.testing.assert_allclose(
        [bar.get_height() for bar in made.moving[:4]],
        1 / (1 + np.exp([5, 5, -5, -5])),
    )


def test_the_landscape_gives_the_published_error_at_the_start():
    made = of("error")
    error, *_ = made.show(START[0], START[2]).split(". Predictions")
    assert error == f"Mean squared error {UNTRAINED_ERROR:.4f}"


def test_the_button_takes_the_steps_of_the_course():
    made = of("backprop")
    assert made.said.startswith("After 0 steps: mean squared error 0.3099")
    made.buttons[0].click()
    assert made.said.startswith("After 1 step: mean squared error 0.2565")
    for _ in range(20):
        made.buttons[1].click()
    assert made.said.startswith("After 100 steps") and "That is enough here" in made.said
    made.buttons[2].click()
    assert made.said.startswith("After 0 steps: mean squared error 0.3099")


def test_the_training_is_scrubbed_from_the_untrained_to_the_trained_network():
    made = of("training")
    assert made.said.endswith(", ".join(f"{value:.3f}" for value in UNTRAINED) + ".")
    made.controls[0].index = len(made.controls[0].options) - 1
    assert made.said.startswith("Iteration 9,999: mean squared error 0.000065, 4 of 4 rows right")


def test_the_clinic_shows_each_patient_with_its_own_check():
    made, names = (
        of("when_it_goes_wrong"),
        course.run(course.notebook("when_it_goes_wrong")).namespace,
    )
    for patient, name in enumerate(names["waiting"]):
        made.controls[0].index = patient
        check, direction, length = names["all_checks"][name]
        assert made.said.startswith(
            f"Patient {patient + 1}: gradient check {check:.2f}, direction {direction:.4f}, "
            f"{length:.2f} times as long."
        )
        np.testing.assert_allclose(
            [bar.get_height() for bar in made.moving[1:5]], names["six"][patient][-1]
        )


def test_the_hidden_layer_is_scrubbed_from_shrugging_to_xor():
    made = of("hidden_layer")
    assert made.said.startswith("Iteration 0: mean squared error 0.2475")
    made.controls[0].index = len(made.controls[0].options) - 1
    assert "Iteration 59,999: mean squared error 0.000010, 4 of 4 rows right" in made.said
    answers = made.moving[0].get_array()
    corners_of_the_square = [answers[place] for place in [(15, 15), (45, 15), (15, 45), (45, 45)]]
    np.testing.assert_allclose(corners_of_the_square, [0.0026, 0.9967, 0.9970, 0.0039], atol=0.0001)


def shown(notebook: course.Notebook) -> int:
    """The place of the digit that is on the sheet at first."""
    return course.run(notebook).namespace["test"][0]


def sheet(made: play.Picture) -> ipywidgets.DOMWidget:
    """The sheet to draw on."""
    return next(control for control in made.controls if hasattr(control, "_esm"))


def test_a_digit_on_the_sheet_is_read_as_the_network_reads_it():
    made, names = of("digits"), course.run(course.notebook("digits")).namespace
    for place in [3, 5]:
        drawn = names["inputs"][names["test"][place], :64]
        sheet(made).value = drawn.tolist()
        certainties = names["predict"](np.append(drawn, 1), names["weights"])
        assert made.said.startswith(
            f"It says {certainties.argmax()}, {certainties.max():.0%} certain. Next comes "
        )
        np.testing.assert_allclose([bar.get_height() for bar in made.moving[1:]], certainties)
        assert (made.moving[0].get_array() == drawn.reshape(8, 8)).all()


@pytest.mark.parametrize("ink", [0.0, 0.5, 1.0])
def test_an_empty_a_grey_and_a_black_sheet_are_safe(ink):
    made = of("digits")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sheet(made).value = [ink] * 64
    assert off_the_axes(made) == []
    assert made.said.startswith("It says" if ink else "The sheet is empty.")


@pytest.mark.parametrize("wrong", [[0.0] * 63, [2.0] * 64, [-0.1] * 64, None])
def test_the_sheet_takes_nothing_but_64_squares_from_white_to_black(wrong):
    made = of("digits")
    before, said = sheet(made).value, made.said
    with pytest.raises(TraitError):
        sheet(made).value = wrong
    assert sheet(made).value == before and made.said == said


def test_the_buttons_empty_the_sheet_and_put_the_next_digit_on_it():
    made, names = of("digits"), course.run(course.notebook("digits")).namespace
    made.buttons[0].click()
    assert sheet(made).value == [0.0] * 64
    made.buttons[1].click()
    assert sheet(made).value == (names["images"][names["test"][1]].ravel() / 16).tolist()


def test_a_picture_that_leaves_its_panel_is_found():
    made = of("forward_pass")
    made.moving[0].set_height(5)
    assert off_the_axes(made)
    made.moving[0].set_height(float("nan"))
    assert off_the_axes(made)
