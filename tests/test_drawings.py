"""Every picture in figures/ is what its code draws, can be read, and shows the network's numbers."""

import contextlib
import importlib.metadata
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import animation
import contents
import course
import draw
import numpy as np
import pytest
from figure_checks import cut_off
from PIL import Image
from published import START, TRAINED, UNTRAINED, X

FIGURES = course.ROOT / "figures"
SVG = "{http://www.w3.org/2000/svg}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
SVGS = sorted(FIGURES.glob("*.svg"))
KILOBYTES = {".svg": 150, ".pdf": 200, ".gif": 600, ".png": 150}
POINTS = {"summary.svg": 7.5}  # the smallest letters; 10 in the others
A4 = [595, 842]  # PostScript points

DELTA = (X[:, 0] - UNTRAINED) * np.array(UNTRAINED) * (1 - np.array(UNTRAINED))

each_svg = pytest.mark.parametrize("path", SVGS, ids=lambda path: path.name)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A folder with every picture but the animation drawn anew, and what is cut off in them."""
    folder, problems = tmp_path_factory.mktemp("drawn"), []
    save = draw.save

    def save_and_look(fig, path, *texts):
        save(fig, path, *texts)
        fig.draw_without_rendering()
        problems.extend(f"{path.name}: {problem}" for problem in cut_off(fig))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "save", save_and_look)
        patch.setattr(draw, "learning_animation", lambda folder: None)
        draw.everything(folder)
    return folder, problems


def pinned() -> bool:
    """Whether the pictures are drawn by exactly the versions that Binder's lock names."""
    lock = (course.ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8")
    drawn_by = ["matplotlib", "pillow", "fonttools"]
    return all(f"\n{one}=={importlib.metadata.version(one)} " in lock for one in drawn_by)


def texts(path: Path) -> list[str]:
    """The lines of words of an SVG, spaces and all, in the order in which they were drawn."""
    root = ET.parse(path).getroot()
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def words(name: str) -> list[str]:
    """The lines of words of a stored drawing."""
    return texts(FIGURES / f"{name}.svg")


def numbers(name: str) -> list[str]:
    """The words of a drawing that are numbers, as they are written there. In a sum each has the
    sign before it."""
    signed = [re.sub(r"([-+]) ", r"\1", text.replace("−", "-")) for text in words(name)]
    return [number for text in signed for number in re.findall(r"[-+]?\d+\.\d{2,}", text)]


def curves(path: Path) -> list[np.ndarray]:
    """Where the long paths of an SVG begin and end."""
    lines = [line.get("d", "") for line in ET.parse(path).getroot().iter(f"{SVG}path")]
    points = [np.array(re.findall(r"-?\d+(?:\.\d+)?", line), float) for line in lines]
    return [points[[0, 1, -2, -1]] for points in points if len(points) > 50]


def drift(stored: Path, drawn: Path) -> list[str]:
    """What differs between two drawings, beyond what another Matplotlib draws a little differently:
    other words, or curves that begin or end somewhere else."""
    redraw = f"{stored.name} is not what its code draws: run `make figures`"
    if texts(stored) != texts(drawn):
        return [f"{redraw}: it says {texts(stored)}, its code {texts(drawn)}"]
    ends = [curves(path) for path in (stored, drawn)]
    if len(ends[0]) != len(ends[1]) or not np.allclose(*ends, atol=3):
        return [f"{redraw}: it has other curves"]
    return []


def page_size(path: Path) -> list[int]:
    """Width and height of a PDF's page, in points."""
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", path.read_bytes())
    return [round(float(number)) for number in box.groups()]


def svg_problems(path: Path) -> list[str]:
    """Why an SVG can't be read by everyone: no title or description for screen readers, spaces
    that collapse, letters drawn as shapes, letters too small, colours that are not the course's."""
    source, root = path.read_text(encoding="utf-8"), ET.parse(path).getroot()
    told = {part: (root.findtext(f"{SVG}{part}") or "").strip() for part in ["title", "desc"]}
    problems = [f"{path.name} has no {part}" for part, text in told.items() if not text]
    if re.search(r"[\[\]]", told["desc"]):
        problems.append(f"{path.name} has a bracket in its description, which breaks Markdown")
    labels = [part.get("id") for part in root if part.tag in (f"{SVG}title", f"{SVG}desc")]
    if root.get("role") != "img" or root.get("aria-labelledby") != " ".join(map(str, labels)):
        problems.append(f"{path.name} does not tell a screen reader its title and description")
    if not all(text.get(SPACE) == "preserve" for text in root.iter(f"{SVG}text")):
        problems.append(f"{path.name} loses the spaces before and between its words")
    if not texts(path) or "<image" in source:
        problems.append(f"{path.name} has letters that are no text")
    sizes = [float(size) for size in re.findall(r"font(?:-size)?: [^;\"]*?([\d.]+)px", source)]
    if min(sizes, default=0) < (smallest := POINTS.get(path.name, 10)):
        problems.append(f"{path.name} has letters of less than {smallest} points")
    for color in set(re.findall(r"#[0-9a-f]{6}\b", source)):
        grey = color[1:3] == color[3:5] == color[5:7]
        if not grey and color not in course.COLORS:
            problems.append(f"{path.name} uses {color}, which has no meaning in the course")
    return problems


def test_every_picture_has_code_that_draws_it_and_nothing_is_cut_off(drawn):
    folder, problems = drawn
    stored = {path.name for kind in ("svg", "pdf", "png") for path in FIGURES.glob(f"*.{kind}")}
    assert stored == {path.name for path in folder.iterdir()}
    course.expect_none(problems)


@each_svg
def test_every_drawing_is_what_its_code_draws_and_can_be_read_by_everyone(path, drawn):
    again = drawn[0] / path.name
    course.expect_none(drift(path, again) + svg_problems(path))
    if pinned():
        assert path.read_bytes() == again.read_bytes(), f"{path.name}: run `make figures`"


def test_every_picture_is_small():
    for path in FIGURES.iterdir():
        if path.suffix in KILOBYTES:
            assert path.stat().st_size < KILOBYTES[path.suffix] * 1000, path.name


def test_a_browser_shows_every_space_of_every_text(chromium):
    """A browser counts the letters that it shows. Spaces that it lets collapse are not among them."""
    lost = """texts => [...texts].map(text => text.textContent)
        .filter((words, i) => texts[i].getNumberOfChars() !== words.length)"""
    page, found = chromium.new_page(), {}
    for path in SVGS:
        page.goto(path.as_uri())
        found[path.name] = page.locator("text").evaluate_all(lost)
    page.close()
    course.expect_none([f"{name}: {text!r}" for name, lines in found.items() for text in lines])


def test_a_change_of_the_loop_reaches_every_drawing(monkeypatch):
    """How often it goes round, and how the pieces are written, stands in the notebooks alone."""
    cells = contents.Entry.cells

    def changed(entry):
        found = cells(entry)
        for cell in found:
            cell["source"] = cell["source"].replace("10_000", "5_000").replace("y - l1 ", "y-l1 ")
        return found

    said = {}
    monkeypatch.setattr(contents.Entry, "cells", changed)
    monkeypatch.setattr(draw, "save", lambda fig, at, title, about: said.update({at.name: about}))
    for make in [draw.cycle, draw.learning]:
        make()
    draw.course_map(1, Path("map"))
    draw.plt.close("all")
    assert len(said) == 3
    for name, about in said.items():
        assert "5,000" in about and "10,000" not in about, name
    assert "l1_error = y-l1." in said["cycle.svg"]


def test_the_network_shows_its_parts_and_their_shapes():
    found = words("network")
    for i in (1, 2, 3):
        assert f"input {i}" in found and f"× weight {i}" in found
    shapes = [word for word in found if word.endswith(")")]
    assert "answer" in found and shapes == ["X (4, 3)", "W0 (3, 1)", "(4, 1)", "l1 (4, 1)"]


def test_the_weights_and_the_dot_product_show_the_start_of_the_course():
    assert numbers("weights") == [f"{number:.3f}" for number in [*START, *UNTRAINED]]
    found = np.array(numbers("dot_product"), float)
    row, (start, sums, predictions) = found[:8], (found[8:11], found[11:15], found[15:])
    pairs = [[weight, on * weight] for on, weight in zip(X[2], start)]
    assert row.tolist() == [*np.ravel(pairs), sums[2], predictions[2]]
    for shown, right in [(start, START), (sums, X @ START), (predictions, UNTRAINED)]:
        np.testing.assert_allclose(shown, right, atol=0.0005)


def test_the_transpose_shows_four_deltas_and_what_each_weight_collects():
    expected = [f"{number:+.3f}" for number in DELTA]
    for column in X.T:
        collected = DELTA[column == 1]
        expected += [f"{number:+.3f}" for number in [*collected, collected.sum()]]
    assert numbers("transpose") == expected


def open_lines(name: str, color: str) -> list[tuple[float, list[float]]]:
    """The thickness of each open line in that colour, and its dashes, in the order of drawing."""
    source, found = (FIGURES / f"{name}.svg").read_text(encoding="utf-8"), []
    for style in re.findall(rf'style="(fill: none; [^"]*stroke: {color}[^"]*)"', source):
        thickness = float(re.search(r"stroke-width: ([\d.]+)", style)[1])
        dashes = [float(part) for part in re.findall(r"[\d.]+", style.split("stroke: ")[0])]
        found.append((thickness, dashes))
    return found


def test_a_delta_goes_to_a_weight_on_an_arrow_as_thick_as_it_is_large():
    expected = [48 * abs(number) for column in X.T for number in DELTA[column == 1]]
    thick = [thick for thick, _ in open_lines("transpose", course.COLORS[4]) if thick]
    np.testing.assert_allclose(list(dict.fromkeys(thick)), list(dict.fromkeys(expected)), rtol=1e-4)


def test_the_weights_are_told_apart_as_in_the_notebooks():
    solid, dashed, dotted = [dashes for _, dashes in open_lines("weights", course.COLORS[3])]
    assert solid == [] and dashed[0] > 2 * dashed[1] and dotted[0] < dotted[1]


def test_the_training_cycle_has_the_four_lines_of_the_loop_in_their_order():
    lines = [text.split("  #")[0].strip() for text in draw.sources("training")["loop"].splitlines()]
    found = [text for text in words("cycle") if " = " in text or " += " in text]
    assert len(found) == 4 and [line for line in lines if line in found] == found


def test_every_map_shows_every_notebook_and_highlights_its_own():
    entries = contents.entries()
    for here in entries:
        root = ET.parse(FIGURES / f"map_{here.number}.svg").getroot()
        dark = [text.text for text in root.iter(f"{SVG}text") if "#ffffff" in text.get("style")]
        assert dark[0].split()[0] == str(here.number), f"map_{here.number} highlights {dark}"
        description = root.findtext(f"{SVG}desc")
        assert all(f"{one.number} {one.name}" in description for one in entries)


def test_the_nudge_measures_the_slope_of_the_loss_at_the_start():
    slopes = dict(re.findall(r"nudge ([\d.]+): slope (-[\d.]+)", " ".join(words("nudge"))))
    assert list(slopes) == ["1.5", "0.00001"]
    assert slopes["0.00001"] == f"{-DELTA[2:].sum():.3f}" != slopes["1.5"]


def test_two_layers_show_one_row_on_its_way_forward():
    found, names = words("two_layers"), draw.deeper()
    assert [f"input {i}: {value}" for i, value in enumerate(names["X"][1], 1)] == found[1:4]
    shapes = [f"{name} {names[name].shape}" for name in ["l0", "W0", "l1", "W1", "l2"]]
    assert [word for word in found if word.endswith(")")] == shapes
    *pairs, answer = [float(number) for number in numbers("two_layers")]
    weights, units = np.reshape(pairs, (4, 2)).T[::-1]
    np.testing.assert_allclose(units, names["l1"][1], atol=0.0005)
    np.testing.assert_allclose(answer, names["sigmoid"](units @ weights), atol=0.0005)
    way_back = [word for word in words("blame") if word.startswith("×")]
    assert way_back == [f"× {weight:+.4f}" for weight in weights], "those of the way forward"


def test_blame_is_the_delta_times_each_weight():
    names = draw.deeper()
    *units, delta = [float(number) for number in numbers("blame")]
    weights, errors = units[1::2], units[::2]
    assert errors == [round(delta * weight, 3) for weight in weights], "as a reader multiplies them"
    np.testing.assert_allclose(weights, names["W1"][:, 0], atol=0.00005)
    np.testing.assert_allclose(errors, names["l1_error"][1], atol=0.0005)


def test_the_page_to_keep_is_a4_and_its_two_programs_run_as_they_stand():
    assert page_size(FIGURES / "summary.pdf") == A4
    found = words("summary")
    begin, end = (found.index(line) for line in ["import numpy as np", "print(l1)"])
    with contextlib.redirect_stdout(printed := io.StringIO()):
        exec("\n".join(found[begin : end + 1]), {})
    assert set(printed.getvalue().splitlines()) <= set(found)
    assert all(f"{number:.8f}" in printed.getvalue() for number in TRAINED)
    names = draw.deeper()
    np.random.seed(1)
    exec("\n".join(found[found.index("The loop with a hidden layer") + 1 :]), names)
    np.testing.assert_allclose(names["l2"], names["y"], atol=0.005)


def test_the_animation_is_drawn_from_the_training_loops_and_stays_on_its_last_picture():
    with Image.open(FIGURES / "learning.gif") as stored, draw.look():
        assert stored.info["loop"] == 0 and stored.n_frames >= 40
        names, durations = draw.trained(), []
        ends = {0: 0, stored.n_frames - 1: len(names["l1_history"]) - 1}
        for number in range(stored.n_frames):
            stored.seek(number)
            durations.append(stored.info["duration"])
            if number in ends:
                again = animation.frame(names, ends[number]).convert("L")
                apart = np.asarray(stored.convert("L"), float) - np.asarray(again, float)
                apart -= np.median(apart)  # the palette's white
                assert np.abs(apart).mean() < (0.5 if pinned() else 4.5), "run `make figures`"
    assert durations[-1] >= 2_000 and sum(durations) < 20_000


def test_the_picture_of_a_shared_link_is_what_its_code_draws(drawn):
    with (
        Image.open(FIGURES / "preview.png") as stored,
        Image.open(drawn[0] / "preview.png") as again,
    ):
        assert stored.size == again.size == (1200, 630)
        apart = np.asarray(stored.convert("L"), float) - np.asarray(again.convert("L"), float)
        assert np.abs(apart).mean() < (0.01 if pinned() else 4.5), "run `make figures`"


def test_the_readme_shows_a_still_picture_to_who_asked_for_no_motion():
    readme = (course.ROOT / "README.md").read_text(encoding="utf-8")
    still = '<source media="(prefers-reduced-motion: reduce)" srcset="figures/learning.svg">'
    assert still in readme and '<img src="figures/learning.gif" alt="A network' in readme


@pytest.mark.parametrize("right, wrong", [
    ("desc", "metadata"), ('role="img" ', ""), ('xml:space="preserve" ', ""),
    ("#0072b2", "#ff0000"), ("11px", "6px"), ("10,000", "9,000"),
])  # fmt: skip
def test_a_drawing_that_drifted_or_that_not_everyone_can_read_is_found(right, wrong, tmp_path):
    stored, changed = FIGURES / "cycle.svg", tmp_path / "cycle.svg"
    text = stored.read_text(encoding="utf-8")
    assert right in text
    changed.write_text(text.replace(right, wrong), encoding="utf-8")
    assert svg_problems(changed) or drift(stored, changed)
