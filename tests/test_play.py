"""Every notebook has one picture to play with, which lives without a kernel and is safe wherever it is
moved.

test_execution.py compares the stored pictures with what the notebooks make of them now. So these
tests move the stored ones, in a browser with nothing else in the page, and compare what they show
with NumPy.
"""

import html
import itertools
import json
import re

import course
import matplotlib.pyplot as plt
import numpy as np
import pytest
from playing import BEGINS, cell_of, data, stored
from program_that_learns import live, play
from published import START, UNTRAINED, UNTRAINED_ERROR, X, Y, sigmoid

STATE = """picture => ({
    said: picture.sentence.textContent,
    shown: picture.shown,
    values: picture.inputs.map(input => Number(input.value)),
    parts: Object.fromEntries(Object.entries(picture.parts).map(([name, part]) => [
        name,
        {text: part.textContent, ...Object.fromEntries([...part.attributes].map(one => [one.name, one.value]))},
    ])),
})"""
MOVE = """(picture, values) => {
    picture.inputs.forEach((input, i) => { input.value = values[i] })
    picture.update()
}"""


class Shown:
    """A picture in the browser."""

    def __init__(self, page, block: str):
        self.page, self.data = page, data(block)
        page.goto("about:blank")  # else, after a click, Chromium keeps the pointer for the last one
        page.set_content(f'<html lang="en"><meta charset="utf-8"><body>{block}</body></html>')
        page.wait_for_function("() => document.querySelector('play-picture').show", timeout=20_000)
        self.element = page.query_selector("play-picture")

    said = property(lambda self: self.state()["said"])
    shown = property(lambda self: self.state()["shown"])
    values = property(lambda self: self.state()["values"])

    def state(self) -> dict:
        return self.element.evaluate(STATE)

    def move(self, *values) -> dict:
        return self.move_all([values])[0]

    def move_all(self, places: list) -> list[dict]:
        """The state at each of some places of the sliders, in turn."""
        visit = f"(picture, one) => (({MOVE})(picture, one), ({STATE})(picture))"
        each = f"(picture, places) => places.map(one => ({visit})(picture, one))"
        return self.element.evaluate(each, places)

    def comes_to(self, *values) -> None:
        """Wait until the sliders stand there: the browser hands on moves of the pointer with the
        next frame."""
        arrived = "([it, values]) => it.inputs.every((one, i) => +one.value === values[i])"
        self.page.wait_for_function(arrived, arg=[self.element, list(values)], timeout=20_000)

    def press(self, name: str) -> dict:
        self.page.get_by_role("button", name=name).click()
        return self.state()

    def pixel(self, panel: int, *values) -> list[float]:
        """Where a place of a panel's axes stands in the window."""
        box = self.page.query_selector("play-picture svg").bounding_box()
        scale = box["width"] / self.data["size"][0]
        across, up = self.drawn(panel, *values)
        return [box["x"] + scale * across, box["y"] + scale * up]

    def drawn(self, panel: int, *values) -> list[float]:
        """Where a place of a panel's axes stands in the picture."""
        scales = self.data["panels"][panel]["axes"]
        return [zero + one * value for (zero, one, _), value in zip(scales, values)]

    def places(self) -> list[list[float]]:
        """Of the one slider that has frames every place, else of each both ends and the middle."""
        found = []
        for one in self.data["controls"]:
            steps = round((one["high"] - one["low"]) / one["step"])
            shown = range(steps + 1) if self.data["frames"] else [0, steps // 2, steps]
            found.append([one["low"] + step * one["step"] for step in shown])
        return found


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_page(viewport={"width": 900, "height": 900})
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda said: said.type == "error" and page.errors.append(said.text))
    page.set_default_timeout(20_000)
    yield page
    page.close()


@pytest.fixture
def of(page):
    """A function that shows the picture of the notebook with that slug, or one made anew."""
    page.set_viewport_size({"width": 900, "height": 900})

    def show(which) -> Shown:
        if isinstance(which, live.Picture):
            return Shown(page, which._repr_mimebundle_()[0]["text/html"])
        return Shown(page, stored(course.notebook(which)))

    page.errors.clear()
    yield show
    assert page.errors == []


@pytest.fixture(autouse=True)
def in_the_style_of_the_course():
    with plt.style.context(course.STYLE):
        yield


def numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)]


def odd(state: dict) -> list[str]:
    """What can't be drawn or read: an infinite number, one that is none."""
    texts = [state["said"], *(text for part in state["parts"].values() for text in part.values())]
    return [text for text in texts if re.search(r"(?i)nan|infinity|undefined|\binf\b", text)]


@course.each_notebook
def test_the_picture_to_play_with_follows_a_plain_one(notebook):
    cell = cell_of(notebook)
    before = notebook.cells[: cell.position - 1]
    assert before[-1].node.cell_type == "markdown" and before[-1].source.startswith("## Your turn")
    last = [one for one in before if one.node.cell_type == "code"][-1]
    assert last.plots, f"{cell.where}: the code cell before it, {last.id}, draws no plain picture"


@course.each_notebook
def test_where_no_script_runs_the_still_its_sentence_and_advice_are_there(notebook):
    (output,) = cell_of(notebook).node.outputs
    assert sorted(output.data) == ["image/png", "text/html", "text/plain"]
    said = re.fullmatch(r"Picture\(['\"](.*)['\"]\)", output.data["text/plain"])[1]
    assert output.metadata["image/png"]["alt"].endswith(said)
    still = re.sub(r"<script.*?</script>", "", output.data["text/html"], flags=re.DOTALL)
    shape = r'<play-picture>\n<img src="[^"]+" alt="([^"]+)">\n<p>([^<]+)</p>\n<p>([^<]+)</p>\s+</play-picture>'
    alt, sentence, advice = map(html.unescape, re.fullmatch(shape, still).groups())
    assert alt.endswith(said) and sentence == said and advice == live.ADVICE
    sizes = {kind: len(json.dumps(value)) for kind, value in output.data.items()}
    assert sum(sizes.values()) <= 150 * 1024, sizes


@course.each_notebook
def test_the_picture_begins_as_it_was_drawn_and_every_control_is_safe_and_moves_it(notebook, of):
    shown = of(notebook.slug)
    at_first = shown.state()
    assert at_first["said"] == html.unescape(re.search(r"<p>(.*?)</p>", stored(notebook))[1])
    for part in shown.data["parts"]:
        for name, value in part["attributes"].items():
            drawn, wanted = at_first["parts"][part["name"]].get(name, ""), str(value)
            if name in ["d", "text", "x", "y", "stroke-width"]:
                where = f"{part['name']}: {name}"
                assert np.allclose(numbers(drawn), numbers(wanted), atol=0.15), where
    for i, control in enumerate(shown.data["controls"]):
        away = list(at_first["values"])
        away[i] = control["high"] if away[i] != control["high"] else control["low"]
        moved = shown.move(*away)
        assert moved["said"] != at_first["said"], f"{control['name']} changes no word"
        assert moved["parts"] != at_first["parts"], f"{control['name']} changes nothing to be seen"
        assert shown.move(*at_first["values"]) == at_first
        the_keyboard_moves_it_by_one_step_and_its_value_is_named(shown, i, control)
    places = list(itertools.product(*shown.places()))  # in every combination
    for place, state in zip(places, shown.move_all(places)):
        assert odd(state) == [], place
    shown.move(*at_first["values"])
    for button in shown.data["buttons"]:
        before = shown.state()
        moved = shown.press(button["name"])
        assert moved["said"] != before["said"], f"{button['name']} changes no word"
    shown.page.set_viewport_size({"width": 360, "height": 740})
    assert shown.page.evaluate("() => document.documentElement.scrollWidth") <= 360


def the_keyboard_moves_it_by_one_step_and_its_value_is_named(shown, i: int, control: dict) -> None:
    slider = shown.page.get_by_role("slider", name=control["name"])
    slider.focus()
    before = shown.values[i]
    key = "ArrowRight" if before < control["high"] else "ArrowLeft"
    shown.page.keyboard.press(key)
    step = control["step"] if key == "ArrowRight" else -control["step"]
    assert np.isclose(shown.values[i], before + step)
    named = slider.get_attribute("aria-valuetext")
    if "labels" in control:
        assert named == control["labels"][round(before + step)]
    else:
        assert float(named) == round(before + step, control["digits"])


def test_the_line_says_when_it_hits_the_target(of):
    shown = of("data")
    assert "misses" in shown.said
    assert shown.move(1, 1)["said"].endswith("It goes through the target.")


def test_the_tangent_reads_off_value_and_slope(of):
    state = of("sigmoid").move(0)
    assert state["said"] == "At x = 0.0 the value is 0.5000 and the slope is 0.2500."
    (x, up), (right, high) = np.reshape(numbers(state["parts"]["tangent"]["d"]), (2, 2))
    (_, across, _), (_, upward, _) = of("sigmoid").data["panels"][0]["axes"]
    assert np.isclose((high - up) / upward / ((right - x) / across), 0.25, atol=0.002)


def test_the_weights_found_by_hand_solve_the_problem(of):
    shown = of("forward_pass")
    assert "right side of 0.5: 0 of 4" in shown.said
    state = shown.move(10, 0, -5)
    assert "right side of 0.5: 4 of 4. Within 0.02 of the target: 4 of 4" in state["said"]
    expected = sigmoid(np.array([-5, -5, 5, 5]))
    np.testing.assert_allclose(state["shown"]["predictions"], expected, atol=1e-6)


@pytest.mark.parametrize("place", [(-0.2, -1.0), (10, -10), (-10, 10), (3.4, -1.8)])
def test_the_landscape_makes_the_predictions_of_numpy(place, of):
    state = of("error").move(*place)
    outputs = sigmoid(X @ [place[0], START[1], place[1]])
    np.testing.assert_allclose(state["shown"]["predictions"], outputs, atol=1e-6)
    assert np.isclose(state["shown"]["error"], np.mean((Y[:, 0] - outputs) ** 2), atol=1e-6)


def test_the_map_is_pressed_and_dragged_and_speaks_once(of):
    shown = of("error")
    mouse, page = shown.page.mouse, shown.page
    mouse.move(*shown.pixel(0, 4, -2))
    mouse.down()
    shown.comes_to(4, -2)
    mouse.move(*shown.pixel(0, 6, 3), steps=5)
    shown.comes_to(6, 3)
    status = page.get_by_role("status")
    assert status.get_attribute("aria-busy") == "true"
    mouse.move(*shown.pixel(0, 13, -12), steps=5)  # outside
    shown.comes_to(10, -10)
    mouse.up()
    assert status.get_attribute("aria-busy") == "false"
    mouse.move(*shown.pixel(0, 0, 0))
    assert shown.values == [10, -10]


def test_the_steps_are_those_of_the_readers_own_function(of):
    shown = of("backprop")
    assert shown.said.startswith("After 0 steps: mean squared error 0.3099")
    assert shown.press("One step")["said"].startswith("After 1 step: mean squared error 0.2565")
    assert shown.press("Ten steps")["said"].startswith("After 11 steps")
    assert "That is enough here" in shown.move(100)["said"]
    assert shown.press("Start again")["said"].startswith("After 0 steps")
    start = np.reshape(START, (3, 1))
    shown = of(play.descent(X, Y, start, lambda weights: weights + 1, sigmoid))
    assert "weights 2.83, 3.44, 2.00" in shown.move(3)["said"]
    assert "returns nothing" in play.descent(X, Y, start, lambda weights: None, sigmoid).said


@pytest.mark.parametrize("step, told", [
    (lambda weights: None, "your function returns nothing"),
    (lambda weights: weights.ravel(), "returns this: [-0.1"),
    (lambda weights: weights * np.nan, "returns this: [[nan]"),
    (lambda weights: "left", "returns this: left"),
])  # fmt: skip
def test_a_step_that_is_no_column_of_weights_gets_a_sentence(step, told):
    path, said = play.own_path(step, np.reshape(START, (3, 1)))
    assert len(path) == 1 and told in said and "a column of three numbers, shape (3, 1)" in said


def test_the_training_is_scrubbed_from_the_untrained_to_the_trained_network(of):
    shown = of("training")
    assert shown.said.endswith(", ".join(f"{value:.3f}" for value in UNTRAINED) + ".")
    assert f"mean squared error {UNTRAINED_ERROR:.4f}" in shown.said
    last = shown.data["controls"][0]["high"]
    said = shown.move(last)["said"]
    assert said.startswith("Iteration 9,999: mean squared error 0.000065, 4 of 4 rows right")


def walk(first: float, third: float, rate: float, count: int) -> tuple:
    """Weights (3,), predictions (4,) and all errors after that many steps, by NumPy."""
    weights, errors = np.array([first, START[1], third]), []
    for step in range(count + 1):
        outputs = sigmoid(X @ weights)
        errors.append(np.mean((Y[:, 0] - outputs) ** 2))
        if step < count:
            delta = (Y[:, 0] - outputs) * sigmoid(outputs, deriv=True)
            weights = weights + rate * X.T @ delta
    return weights, outputs, errors


# The last one leaps off a plateau at step 9,456: what it was before, to the tenth digit, then decides
# where it lands.
@pytest.mark.parametrize(
    "first, third, rate, near",
    [(-0.2, -1, 1, 1e-3), (-8, -1, 1, 1e-3), (3, 3, 20, 1e-3), (-0.2, -1, 100, 0.5)],
)
def test_the_way_of_ten_thousand_steps_is_that_of_numpy(first, third, rate, near, of):
    weights, outputs, errors = walk(first, third, rate, 10_000)
    state = of("experiments").move(first, third, play.RATES.index(rate))
    np.testing.assert_allclose(state["shown"]["weights"], weights, atol=near)
    np.testing.assert_allclose(state["shown"]["predictions"], outputs, atol=1e-4)
    correct = (np.abs(Y[:, 0] - outputs) < 0.5).sum()
    assert f"error is {errors[-1]:.6f}, with {correct} of 4 rows right" in state["said"]
    rose = min((np.diff(errors) > 1e-7).sum(), 2)
    assert state["said"].endswith(["never rose.", "rose once.", "rose more than once."][rose])


def test_two_steps_of_the_browser_are_those_of_numpy(of, monkeypatch):
    monkeypatch.setattr(play, "STEPS", 2)
    shown = of(play.paths(X, Y, np.reshape(START, (3, 1)), sigmoid))
    for place in [(-0.2, -1.0), (5, -8), (-7, 2)]:
        weights = shown.move(*place, play.RATES.index(1))["shown"]["weights"]
        np.testing.assert_allclose(weights, walk(*place, 1, 2)[0], atol=1e-6)


def test_the_clinic_shows_each_patient_with_its_own_check(of):
    shown = of("when_it_goes_wrong")
    states = [shown.move(patient) for patient in range(6)]
    assert [one["said"].split(":")[0] for one in states] == [f"Patient {i}" for i in range(1, 7)]
    assert len({one["parts"]["curve"]["d"] for one in states}) == 6


def test_the_hidden_layer_is_scrubbed_from_shrugging_to_xor(of):
    shown = of("hidden_layer")
    given = shown.data["numbers"]
    for moment in [0, 20, len(given["snapshots"]) - 1]:
        first, second = map(np.array, given["snapshots"][moment])
        state = shown.move(moment)
        outputs = sigmoid(sigmoid(X @ first.T) @ second)
        np.testing.assert_allclose(state["shown"]["predictions"], outputs, atol=1e-6)
        assert state["said"].endswith(", ".join(f"{one:.3f}" for one in outputs) + ".")
    assert "0.000010, 4 of 4 rows right" in state["said"]
    look = """(picture, places) => places.map(([x, y]) =>
        [...picture.canvas.getContext('2d').getImageData(2 * x, 2 * y, 1, 1).data])"""
    corners = [shown.drawn(4, *corner) for corner in X[:, :2].tolist()]
    colours = shown.element.evaluate(look, corners)
    blue = [sum(colour[:3]) < 450 for colour in colours]
    assert blue == [False, True, True, False]


def certainties(shown: Shown) -> np.ndarray:
    """What NumPy says to the sheet."""
    first, second = map(np.array, shown.data["numbers"]["weights"])
    return sigmoid(sigmoid(np.append(shown.shown["sheet"], 1) @ first.T) @ second.T)


def test_digits_on_the_sheet_are_read_as_numpy_reads_them(of):
    shown = of("digits")
    for _ in range(5):
        state = shown.press("Another digit")
        expected = certainties(shown)
        np.testing.assert_allclose(state["shown"]["certainties"], expected, atol=1e-6)
        assert state["said"].startswith(f"It says {expected.argmax()}, ")
    assert shown.press("Empty sheet")["said"].startswith("The sheet is empty.")
    assert sum(shown.shown["sheet"]) == 0


CIRCLE = [(3.5 + 2.1 * np.sin(turn / 4), 3.5 - 3.6 * np.cos(turn / 4)) for turn in range(26)]
SEVEN = [(2, 0.5), (5.5, 0.5), (3.2, 3.6), (1.8, 3.6), (5.6, 3.6), (3.2, 3.6), (2.5, 7.3)]
STROKES = {0: CIRCLE, 7: SEVEN}  # in squares, across and down


@pytest.mark.parametrize("digit", STROKES)
def test_a_digit_drawn_with_the_pointer_is_read(digit, of):
    shown = of("digits")
    shown.press("Empty sheet")
    places = [shown.pixel(0, *place) for place in STROKES[digit]]
    shown.page.mouse.move(*places[0])
    shown.page.mouse.down()
    for place in places[1:]:
        shown.page.mouse.move(*place, steps=4)
    shown.page.mouse.up()
    assert shown.said.startswith(f"It says {digit}, ")
    np.testing.assert_allclose(shown.shown["certainties"], certainties(shown), atol=1e-6)


def test_the_sheet_is_drawn_on_by_keyboard_and_says_where_it_is(of):
    shown = of("digits")
    shown.press("Empty sheet")
    keyboard = shown.page.keyboard
    shown.page.locator("[role=application]").focus()
    for key, spoken in [
        ("ArrowRight", "Row 4, column 5: 0 % ink. The sheet is empty."),
        ("Space", "Row 4, column 5: 100 % ink. It says "),
        ("ArrowDown", "Row 5, column 5: 0 % ink. It says "),
        ("ArrowUp", "Row 4, column 5: 100 % ink. It says "),
        ("Space", "Row 4, column 5: 0 % ink. The sheet is empty."),
    ]:
        keyboard.press(key)
        assert shown.said.startswith(spoken), key
    for _ in range(9):
        keyboard.press("ArrowLeft")
    assert shown.said.startswith("Row 4, column 1: 0 % ink.")


def test_a_finger_draws_and_does_not_scroll(of):
    shown = of("digits")
    surface = shown.page.query_selector("[role=application]")
    assert surface.evaluate("one => getComputedStyle(one).touchAction") == "none"


def test_the_pictures_follow_another_sigmoid(of):
    def steep(x, deriv=False):
        return 10 * x * (1 - x) if deriv else 1 / (1 + np.exp(-10 * x))

    state = of(play.be_the_network(X, Y, steep)).move(0.5, 0, 0)
    np.testing.assert_allclose(state["shown"]["predictions"], steep(X @ [0.5, 0, 0]), atol=1e-6)
    assert "the slope is 2.5000" in of(play.tangent(steep)).move(0)["said"]


def test_data_are_data_and_words_are_words(of):
    hostile = "</script><img src=x onerror=alert(1)><!--<script>&amp;"
    made = play.line()
    made.data["task"] = made.data["controls"][0]["name"] = made.said = hostile
    shown = of(made)
    assert shown.page.query_selector_all("play-picture img[onerror]") == []
    assert hostile in shown.page.inner_text("play-picture")
    with pytest.raises(ValueError):
        live.as_json({"number": float("nan")})
    block = made._repr_mimebundle_()[0]["text/html"].split(BEGINS)[1]
    assert not set("<>&") & set(block.split("</script>")[0])


def test_what_can_not_be_drawn_is_found():
    assert odd({"said": "error NaN", "parts": {}})
    assert odd({"said": "", "parts": {"a": {"d": "MInfinity,1"}}})
