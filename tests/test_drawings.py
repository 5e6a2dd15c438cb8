"""Every picture in figures/ is what its code draws, can be read, and shows the network's numbers."""

import contextlib
import importlib.metadata
import io
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import course
import lab
import numpy as np
import pytest
from figure_checks import cut_off
from PIL import Image
from published import START, TRAINED, UNTRAINED

FIGURES = course.ROOT / "figures"
sys.path.insert(0, str(FIGURES))
import draw  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
KINDS = [".svg", ".pdf", ".gif"]
STORED = sorted(path for path in FIGURES.iterdir() if path.suffix in KINDS)
SVGS = [path for path in STORED if path.suffix == ".svg"]
KILOBYTES = {".svg": 120, ".pdf": 200, ".gif": 600}
POINTS = {"summary.svg": 7.5}  # the smallest letters; 10 in the others
A4 = [595, 842]  # PostScript points

each_svg = pytest.mark.parametrize("path", SVGS, ids=lambda path: path.name)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A folder with every picture drawn anew, and what is cut off in them."""
    folder, problems = tmp_path_factory.mktemp("drawn"), []
    save = draw.save

    def save_and_look(fig, path, *texts):
        save(fig, path, *texts)
        fig.draw_without_rendering()
        problems.extend(f"{path.name}: {problem}" for problem in cut_off(fig))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "save", save_and_look)
        draw.everything(folder)
    return folder, problems


def pinned() -> bool:
    """Whether the pictures are drawn by exactly the versions that Binder's lock names."""
    lock = (course.ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8")
    return all(
        f"\n{name}=={importlib.metadata.version(name)} " in lock
        for name in ["matplotlib", "pillow", "fonttools"]
    )


def texts(path: Path) -> list[str]:
    """The lines of words of an SVG, spaces and all, in the order in which they were drawn."""
    root = ET.parse(path).getroot()
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def numbers(path: Path) -> list[str]:
    """The words of an SVG that are numbers, as they are written there. In a sum each has the sign
    before it."""
    signed = [re.sub(r"([-+]) ", r"\1", text.replace("−", "-")) for text in texts(path)]
    return [number for text in signed for number in re.findall(r"[-+]?\d+\.\d{2,}", text)]


def curves(path: Path) -> list[np.ndarray]:
    """The points of an SVG's long paths."""
    lines = [line.get("d") for line in ET.parse(path).getroot().iter(f"{SVG}path")]
    points = [np.array(re.findall(r"-?\d+(?:\.\d+)?", line), float) for line in lines]
    return [numbers for numbers in points if len(numbers) > 50]


def drift(stored: Path, drawn: Path) -> list[str]:
    """What differs between two pictures, beyond what another Matplotlib draws a little
    differently: another size, other words, or curves that begin or end somewhere else."""
    redraw = f"{stored.name} is not what its code draws: run `make figures`"
    if stored.suffix == ".gif":
        with Image.open(stored) as one, Image.open(drawn) as other:
            if (one.size, one.n_frames) != (other.size, other.n_frames):
                return [redraw]
            one.seek(one.n_frames - 1)
            other.seek(other.n_frames - 1)
            pixels = [np.asarray(picture.convert("L"), float) for picture in (one, other)]
        return [redraw] if np.abs(pixels[0] - pixels[1]).mean() > 5 else []
    if stored.suffix == ".pdf":  # its words and curves are those of the SVG beside it
        return [] if page_size(stored) == page_size(drawn) else [redraw]
    if texts(stored) != texts(drawn):
        return [f"{redraw}: it says {texts(stored)}, its code {texts(drawn)}"]
    ends = [[line[[0, 1, -2, -1]] for line in curves(path)] for path in (stored, drawn)]
    if len(ends[0]) != len(ends[1]) or not np.allclose(*ends, atol=3):
        return [f"{redraw}: it has other curves"]
    return []


def bare(source: str) -> list[str]:
    """Lines of code without their comments."""
    return [line.split("  #")[0] for line in source.splitlines()]


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
    labels = [part.get("id") for part in root if part.tag in (f"{SVG}title", f"{SVG}desc")]
    if root.get("role") != "img" or root.get("aria-labelledby") != " ".join(map(str, labels)):
        problems.append(f"{path.name} does not tell a screen reader its title and description")
    kept = [text.get(SPACE) == "preserve" for text in root.iter(f"{SVG}text")]
    if not all(kept):
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


def test_every_picture_has_code_that_draws_it(drawn):
    folder, _ = drawn
    assert [path.name for path in STORED] == sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.name)
def test_every_picture_is_what_its_code_draws(path, drawn):
    again = drawn[0] / path.name
    course.expect_none(drift(path, again))
    if pinned():
        assert path.read_bytes() == again.read_bytes(), (
            f"{path.name} differs by some bytes from what its code draws: run `make figures`"
        )


def test_nothing_is_cut_off(drawn):
    course.expect_none(drawn[1])


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.name)
def test_every_picture_is_small(path):
    assert path.stat().st_size < KILOBYTES[path.suffix] * 1000, path.name


@each_svg
def test_every_svg_can_be_read_by_everyone(path):
    course.expect_none(svg_problems(path))


@lab.needs_browser
def test_a_browser_shows_every_space_of_every_text():
    """A browser counts the letters that it shows. Spaces that it lets collapse are not among them."""
    lost = """texts => [...texts].map(text => text.textContent)
        .filter((words, i) => texts[i].getNumberOfChars() !== words.length)"""
    with lab.browser() as opened:
        page = opened.new_page()
        found = {}
        for path in SVGS:
            page.goto(path.as_uri())
            found[path.name] = page.locator("text").evaluate_all(lost)
    course.expect_none([f"{name}: {text!r}" for name, lines in found.items() for text in lines])


def test_the_network_shows_its_parts_and_their_shapes():
    words = texts(FIGURES / "network.svg")
    parts = ["input 1", "input 2", "input 3", "× weight 1", "× weight 2", "× weight 3", "answer"]
    assert [word for word in words if word in parts] == [
        "input 1",
        "× weight 1",
        "input 2",
        "× weight 2",
        "input 3",
        "× weight 3",
        "answer",
    ]
    shapes = [word for word in words if word.endswith(")")]
    assert shapes == ["X (4, 3)", "W0 (3, 1)", "(4, 1)", "l1 (4, 1)"]


def test_the_weights_are_those_that_the_course_starts_from():
    expected = [f"{number:.3f}" for number in [*START, *UNTRAINED]]
    assert numbers(FIGURES / "weights.svg") == expected


def test_the_dot_product_is_that_of_the_row_worked_out_by_hand_and_adds_up():
    by_hand = next(cell for cell in course.notebook(3).code if cell.id == "one-row").source
    assert "X[2, i]" in by_hand and texts(FIGURES / "dot_product.svg")[0].startswith("Row 3:")
    found = [float(number) for number in numbers(FIGURES / "dot_product.svg")]
    row, (weights, sums, predictions) = found[:8], (found[8:11], found[11:15], found[15:])
    pairs = [(weight, on * weight) for on, weight in zip([1, 0, 1], weights)]
    assert row == [number for pair in pairs for number in pair] + [sums[2], predictions[2]]
    np.testing.assert_allclose(weights, START, atol=0.0005)
    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    np.testing.assert_allclose(sums, X @ START, atol=0.0005)
    np.testing.assert_allclose(predictions, UNTRAINED, atol=0.0005)


def test_the_transpose_shows_four_deltas_and_what_each_weight_collects():
    untrained = np.array(UNTRAINED)
    delta = (np.array([0, 0, 1, 1]) - untrained) * untrained * (1 - untrained)
    collects = [[2, 3], [1, 3], [0, 1, 2, 3]]
    words = texts(FIGURES / "transpose.svg")
    rows = [word.split(":")[0] for word in words if word.startswith("row ") and ":" in word][1:]
    X = ["0, 0, 1", "0, 1, 1", "1, 0, 1", "1, 1, 1"]
    assert rows == [f"row {row} ({inputs})" for row, inputs in enumerate(X, 1)]
    expected = [f"{number:+.3f}" for number in delta]
    for rows in collects:
        expected += [f"{delta[row]:+.3f}" for row in rows] + [f"{delta[rows].sum():+.3f}"]
    assert numbers(FIGURES / "transpose.svg") == expected


def test_the_training_cycle_has_the_four_lines_of_the_loop_in_their_order():
    loop = next(cell for cell in course.notebook(6).code if cell.id == "loop").source
    lines = [text.split("  #")[0].strip() for text in loop.splitlines()]
    found = [text for text in texts(FIGURES / "cycle.svg") if " = " in text or " += " in text]
    assert len(found) == 4
    assert [line for line in lines if line in found] == found


@course.each_notebook
def test_every_notebook_begins_with_the_map_and_its_own_place_on_it(notebook):
    first = notebook.cells[1].source
    path = FIGURES / f"map_{notebook.number}.svg"
    assert f"(../figures/{path.name})" in first, f"{notebook.name} has another map"
    root = ET.parse(path).getroot()
    dark = [text.text for text in root.iter(f"{SVG}text") if "#ffffff" in text.get("style")]
    assert dark[0].split()[0] == str(notebook.number), f"{path.name} highlights {dark}"
    description = root.findtext(f"{SVG}desc")
    assert description.endswith(f"You are at number {notebook.number}.")


def test_the_nudge_measures_the_slope_of_the_loss_at_the_start():
    untrained = np.array(UNTRAINED)
    delta = (np.array([0, 0, 1, 1]) - untrained) * untrained * (1 - untrained)
    words = " ".join(texts(FIGURES / "nudge.svg"))
    slopes = dict(re.findall(r"nudge ([\d.]+): slope (-[\d.]+)", words))
    assert list(slopes) == ["1.5", "0.00001"]
    assert slopes["0.00001"] == f"{-delta[2:].sum():.3f}" != slopes["1.5"]


def test_the_two_layers_show_every_unit_and_every_shape():
    words = texts(FIGURES / "two_layers.svg")
    units = [word for word in words if word.startswith(("input ", "unit ", "answer"))]
    assert units == [
        *(f"input {i}" for i in (1, 2, 3)),
        *(f"unit {i}" for i in (1, 2, 3, 4)),
        "answer",
    ]
    names = draw.deeper()
    shapes = [f"{name} {names[name].shape}" for name in ["l0", "W0", "l1", "W1", "l2"]]
    assert [word for word in words if word.endswith(")")] == shapes


def test_the_blame_is_the_delta_times_each_weight():
    *units, delta = [float(number) for number in numbers(FIGURES / "blame.svg")]
    weights, errors = units[1::2], units[::2]
    assert errors == [round(delta * weight, 3) for weight in weights], "as a reader multiplies them"
    names = draw.deeper()
    np.testing.assert_allclose(weights, names["W1"][:, 0], atol=0.00005)
    np.testing.assert_allclose(errors, names["l1_error"][1], atol=0.0005)
    told = f"Its inputs are {', '.join(map(str, names['X'][1]))}, its target is {names['y'][1, 0]}."
    assert told in texts(FIGURES / "blame.svg")


def test_the_page_to_keep_is_a4_and_holds_the_whole_program_and_its_results():
    assert page_size(FIGURES / "summary.pdf") == A4
    words = texts(FIGURES / "summary.svg")
    whole = next(cell for cell in course.notebook(6).code if cell.id == "whole").source
    for line in bare(whole):
        assert '"""' in line or line in ["", *words], f"summary.svg lacks the line {line}"
    assert all(any(f"{number:.8f}" in word for word in words) for number in TRAINED)
    begin, end = (words.index(line) for line in ["import numpy as np", "print(l1)"])
    with contextlib.redirect_stdout(printed := io.StringIO()):
        exec("\n".join(words[begin : end + 1]), {})
    assert set(printed.getvalue().splitlines()) <= set(words)


def test_the_page_to_keep_has_the_loop_with_a_hidden_layer_ready_to_run():
    words = texts(FIGURES / "summary.svg")
    deeper = words[words.index("The loop with a hidden layer") + 1 :]
    loop = next(cell for cell in course.notebook(8).code if cell.id == "loop").source
    assert [line for line in bare(loop) if line in deeper] == deeper
    names = draw.deeper()
    np.random.seed(1)
    exec("\n".join(deeper), names)
    np.testing.assert_allclose(names["l2"], names["y"], atol=0.005)


def test_the_animation_loops_and_stays_long_enough_on_its_last_picture():
    with Image.open(FIGURES / "learning.gif") as animation:
        assert animation.info["loop"] == 0 and animation.n_frames >= 40
        durations = []
        for number in range(animation.n_frames):
            animation.seek(number)
            durations.append(animation.info["duration"])
    assert durations[-1] >= 2_000 and sum(durations) < 20_000


def test_the_readme_shows_a_still_picture_to_who_asked_for_no_motion():
    readme = (course.ROOT / "README.md").read_text(encoding="utf-8")
    still = '<source media="(prefers-reduced-motion: reduce)" srcset="figures/learning.svg">'
    assert re.search(
        rf'<picture>\s*{re.escape(still)}\s*<img src="figures/learning.gif" alt="[^"]{{80,}}">',
        readme,
    )


def test_a_picture_that_drifted_is_found(tmp_path):
    stored, other = FIGURES / "learning.svg", tmp_path / "learning.svg"
    text = stored.read_text(encoding="utf-8")
    curve = max(re.findall(r' d="([^"]+)"', text), key=len)
    moved = re.sub(r"\d+\.\d+", lambda number: str(float(number[0]) + 20), curve)
    for changed in [text.replace("10,000 it", "100 it"), text.replace(curve, moved)]:
        assert changed != text
        other.write_text(changed, encoding="utf-8")
        assert drift(stored, other)


def test_an_animation_that_drifted_is_found(tmp_path):
    other = tmp_path / "learning.gif"
    with Image.open(FIGURES / "learning.gif") as animation:
        animation.save(other, save_all=True, append_images=[animation.copy()])
    assert drift(FIGURES / "learning.gif", other)


@pytest.mark.parametrize(
    "wrong",
    [
        ("<title ", "<metadata "),
        ('<desc id="desc">', '<desc id="desc"></desc><desc>'),
        ('role="img" ', ""),
        ('xml:space="preserve" ', ""),
        ("#0072b2", "#ff0000"),
        ("11px", "6px"),
    ],
    ids=["no title", "no description", "no role", "no spaces", "a foreign colour", "tiny letters"],
)
def test_an_svg_that_not_everyone_can_read_is_found(wrong, tmp_path):
    text = (FIGURES / "cycle.svg").read_text(encoding="utf-8")
    assert wrong[0] in text
    changed = text.replace(*wrong)
    if wrong[0] == "<title ":
        changed = changed.replace("</title>", "</metadata>")
    (tmp_path / "cycle.svg").write_text(changed, encoding="utf-8")
    assert svg_problems(tmp_path / "cycle.svg")
