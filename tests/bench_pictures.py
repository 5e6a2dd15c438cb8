"""How long a picture takes to follow a key, for bench.py.

For each notebook, in a real JupyterLab and on the exported page, in Chromium: milliseconds from the
key press to the frame that shows the changed picture.
"""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

import course
import lab
from nbconvert import HTMLExporter

PRESSES = 60
WATCH = """picture => {
    window.times = []
    document.addEventListener('keydown', () => { window.pressed = performance.now() }, true)
    new MutationObserver(() => requestAnimationFrame(
        () => window.times.push(performance.now() - window.pressed)
    )).observe(picture.sentence, { childList: true, characterData: true, subtree: true })
}"""


def follow(page, place: str) -> list[float]:
    """Milliseconds from each key press to the frame with the changed picture."""
    page.wait_for_function("place => document.querySelector(place)?.show", arg=place)
    picture = page.locator(place)
    slider, keys = picture.get_by_role("slider"), ["ArrowRight", "ArrowLeft"]
    if slider.count():
        slider.first.focus()
    else:  # the sheet to draw a digit on
        picture.locator("[tabindex='0']").focus()
        keys = ["Space", "Space"]
    picture.evaluate(WATCH)
    for press in range(PRESSES):
        page.keyboard.press(keys[press // 3 % 2])
        page.wait_for_function(f"() => window.times.length > {press}", timeout=10_000)
        page.wait_for_timeout(30)
    return page.evaluate("() => window.times")


def summary(times: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def measure() -> Iterator[tuple[str, tuple, tuple]]:
    """For each notebook: its name, and median and p95 in JupyterLab and on the exported page."""
    if lab.browser_path() is None:
        raise SystemExit(lab.ADVICE)
    with tempfile.TemporaryDirectory() as folder, lab.jupyterlab(Path(folder)) as address:
        with lab.browser() as opened:
            for notebook in course.notebooks():
                page = opened.new_page(viewport={"width": 1200, "height": 900})
                lab.open_lab(page, address)
                lab.bring_forward(page, notebook.name)
                lab.run_all(page)
                live = follow(page, f"{lab.PANEL} .jp-OutputArea play-picture")
                html, _ = HTMLExporter(template_name="lab").from_notebook_node(notebook.node)
                page.goto("about:blank")
                page.set_content(html, wait_until="domcontentloaded")
                yield notebook.name, summary(live), summary(follow(page, "play-picture"))
                page.close()
