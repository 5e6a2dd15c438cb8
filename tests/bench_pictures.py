"""How long a picture takes to follow a key, for bench.py.

For each notebook, in a real JupyterLab in Chromium: milliseconds from the key press to the loaded
picture, and the kernel's share of them (computing, drawing, PNG).
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import course
import lab
from playing import picture

PRESSES = 60
WATCH = """selector => {
    window.times = []
    document.addEventListener('keydown', () => { window.pressed = performance.now() }, true)
    document.querySelector(selector).addEventListener('load', () => requestAnimationFrame(
        () => window.times.push(performance.now() - window.pressed)))
}"""


def in_the_browser(page) -> list[float]:
    """Milliseconds from each key press to the changed picture."""
    keys = ["ArrowRight", "ArrowLeft"]
    panel = page.locator(lab.PANEL)
    sliders, sheet = panel.locator(".jp-OutputArea .noUi-handle"), panel.locator("canvas.pad")
    if sliders.count():
        sliders.first.focus()
    elif sheet.count():
        sheet.focus()
        keys = ["Space", "Space"]
    else:
        panel.get_by_role("button", name="One step").focus()
        keys = ["Enter", "Enter"]
    page.evaluate(WATCH, f"{lab.PANEL} .jp-OutputArea .widget-image")
    turns = 3 if sliders.count() else 1
    for press in range(PRESSES):
        page.keyboard.press(keys[press // turns % 2])
        page.wait_for_function(f"() => window.times.length > {press}", timeout=10_000)
        page.wait_for_timeout(30)
    return page.evaluate("() => window.times")


def in_the_kernel(notebook: course.Notebook) -> list[float]:
    """Milliseconds of each update, without the way to the browser and back."""
    made, times = picture(notebook), []
    for _ in range(PRESSES):
        start = time.perf_counter()
        made.update()
        times.append(1000 * (time.perf_counter() - start))
    return times


def summary(times: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def measure() -> Iterator[tuple[str, tuple, tuple]]:
    """For each notebook: its name, and median and p95 in the browser and in the kernel."""
    if lab.browser_path() is None:
        raise SystemExit(lab.ADVICE)
    with tempfile.TemporaryDirectory() as folder, lab.jupyterlab(Path(folder)) as address:
        with lab.browser() as opened:
            for notebook in course.notebooks():
                page = opened.new_page(viewport={"width": 1200, "height": 900})
                lab.open_lab(page, address)
                lab.begin(page, notebook.name)
                lab.has_run(page, notebook.name)
                browser, kernel = in_the_browser(page), in_the_kernel(notebook)
                yield notebook.name, summary(browser), summary(kernel)
                page.close()
