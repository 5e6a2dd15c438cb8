"""Every picture in figures/ is what its code draws: a stored file and its code don't drift apart."""

import re
import runpy
import xml.etree.ElementTree as ET
from pathlib import Path

import course
import numpy as np

SVG = "{http://www.w3.org/2000/svg}"
FIGURES = course.ROOT / "figures"


def words_and_curves(path: Path) -> tuple[list[str], list[np.ndarray]]:
    """What a picture says and what it plots: its texts, and the points of its long paths."""
    root = ET.parse(path).getroot()
    words = ["".join("".join(text.itertext()).split()) for text in root.iter(f"{SVG}text")]
    paths = [re.findall(r"-?\d+(?:\.\d+)?", line.get("d")) for line in root.iter(f"{SVG}path")]
    return words, [np.array(numbers, float) for numbers in paths if len(numbers) > 50]


def drift(stored: Path, drawn: Path) -> list[str]:
    """What differs between two pictures, beyond what another Matplotlib lays out a little
    differently: other words, another number of curves, or a curve that ends somewhere else."""
    words, curves = words_and_curves(stored)
    drawn_words, drawn_curves = words_and_curves(drawn)
    if words != drawn_words:
        return [f"{stored.name} says {words}, its code {drawn_words}: run `make figures`"]
    ends = [np.concatenate([curve[:2], curve[-2:]]) for curve in curves]
    drawn_ends = [np.concatenate([curve[:2], curve[-2:]]) for curve in drawn_curves]
    if len(ends) != len(drawn_ends) or not np.allclose(ends, drawn_ends, atol=3):
        return [f"{stored.name} has other curves than its code draws: run `make figures`"]
    return []


def test_the_readmes_picture_is_what_its_code_draws(tmp_path):
    stored, drawn = FIGURES / "learning.svg", tmp_path / "learning.svg"
    names = runpy.run_path(str(FIGURES / "draw.py"))
    with names["look"]():
        names["learning"](drawn)
    assert len(words_and_curves(stored)[1]) == 4, "one curve for each of the four examples"
    course.expect_none(drift(stored, drawn))


def test_a_picture_that_drifted_is_found(tmp_path):
    stored, other = FIGURES / "learning.svg", tmp_path / "learning.svg"
    text = stored.read_text(encoding="utf-8")
    curve = max(re.findall(r' d="([^"]+)"', text), key=len)
    moved = re.sub(r"\d+\.\d+", lambda number: str(float(number[0]) + 20), curve)
    for changed in [text.replace("10,000 tries", "100 tries"), text.replace(curve, moved)]:
        assert changed != text
        other.write_text(changed, encoding="utf-8")
        assert drift(stored, other)
