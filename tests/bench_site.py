"""How long a reader of the web site waits, for bench.py: in Chromium, with everything on loopback.

From the click on "Run this notebook here" to a Python that answers, on the first visit and on the
next; and Run All of each notebook, in the site and in JupyterLab.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import course
import lab
from served import MISSING, serve

SECONDS = 600  # at most


def click(page, address: str) -> float:
    """Seconds from the click to a Python that answers."""
    page.goto(f"{address}/notebooks/{course.notebook(1).name[:-6]}.html")
    start = time.perf_counter()
    page.get_by_role("link", name="Run this notebook here").click()
    page.wait_for_function(lab.READY, timeout=1000 * SECONDS)
    return time.perf_counter() - start


def run_all(page) -> float:
    """Seconds that Run All takes in the notebook in front."""
    page.wait_for_function(lab.READY, timeout=1000 * SECONDS)
    start = time.perf_counter()
    lab.run_all(page, SECONDS)
    return time.perf_counter() - start


def measure() -> Iterator[tuple[str, str, str, str]]:
    """The rows of the table: what, seconds, beside, goal."""
    if MISSING:
        raise SystemExit(MISSING)
    server = serve()
    address = server.address
    with tempfile.TemporaryDirectory() as folder, lab.jupyterlab(Path(folder)) as theirs:
        with lab.browser() as opened:
            context = opened.new_context(viewport={"width": 1200, "height": 900})
            page = context.new_page()
            yield "site: click to Python, first visit", f"{click(page, address):.1f} s", "", "15 s"
            page.get_by_text("From now on").wait_for()
            yield "site: click to Python, next visit", f"{click(page, address):.1f} s", "", "6 s"
            page.close()
            for notebook in course.notebooks():
                page = context.new_page()
                page.goto(f"{address}/run/notebooks/index.html?path=notebooks/{notebook.name}")
                there = run_all(page)
                page.close()
                page = context.new_page()
                lab.open_lab(page, theirs)
                lab.bring_forward(page, notebook.name)
                here = run_all(page)
                page.close()
                goal = "at most 60 s" if notebook.slug == "digits" else "at most 3.0"
                beside = f"{there / here:.1f} of JupyterLab's {here:.1f} s"
                yield f"site: Run All of {notebook.name}", f"{there:.1f} s", beside, goal
    server.shutdown()
