"""A real JupyterLab in a real browser, for test_browser.py and bench.py; and any Jupyter server."""

import atexit
import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import course
import pytest
from playwright.sync_api import Page, sync_playwright

sys.path.append(str(course.ROOT / "binder" / "site"))

from chromium import browser_path  # noqa: E402

ADVICE = "no Chromium found, so the course was not opened in a browser"
ADVICE += ": install it, or name it in CHROMIUM"
TOKEN = "course"
FOLDERS = ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"]
FOLDERS += ["JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"]
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # all cells are in the page at once
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"  # the notebook in front
PICTURE = f"{PANEL} .jp-OutputArea play-picture"
READY = """() => {
    const panel = window.jupyterapp?.shell.currentWidget
    return panel?.sessionContext?.session?.kernel?.status === 'idle'
}"""
WITHIN = """([seconds, argument]) => Promise.race([
    (ACTION)(argument),
    new Promise((_, reject) => setTimeout(
        () => reject(new Error(`JupyterLab was not done after ${seconds} seconds`)), 1000 * seconds
    )),
])"""

OUTPUTS = """() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells
    .filter(cell => cell.cell_type === 'code').map(cell => cell.outputs)"""
STATE = """() => {
    const panel = window.jupyterapp.shell.currentWidget
    const cells = panel.content.model.toJSON().cells
    const outputs = cells.flatMap(cell => cell.outputs ?? [])
    const images = [...panel.node.querySelectorAll('.jp-Notebook img')]
    return {
        counts: cells.filter(cell => cell.cell_type === 'code').map(cell => cell.execution_count),
        complaints: outputs.filter(output => output.output_type === 'error' || output.name === 'stderr'),
        images: images.length,
        broken: images.filter(image => !image.naturalWidth).length,
        silent: images.filter(image => !image.alt).length,
        formulas: panel.node.querySelectorAll('mjx-merror').length,
    }
}"""
RUN_CELL = """async ([id, source]) => {
    const notebook = window.jupyterapp.shell.currentWidget.content
    const index = notebook.widgets.findIndex(cell => cell.model.id === id)
    notebook.activeCellIndex = index
    if (source) notebook.widgets[index].model.sharedModel.setSource(source)
    await window.jupyterapp.commands.execute('notebook:run-cell')
    return notebook.widgets[index].node.querySelector('.jp-OutputArea').innerText
}"""


# In continuous integration a missing browser is an error; elsewhere these tests are left out.
needs_browser = pytest.mark.skipif(
    browser_path() is None and not os.environ.get("CI"), reason=ADVICE
)


@contextlib.contextmanager
def server(command: list[str], runtime: Path, log: Path, **options) -> Iterator[dict]:
    """Start a Jupyter server, wait until it answers, and stop it in the end.

    Gives what it writes about itself into the folder `runtime`: its "url" and "token" among it.
    Fails with all that it said, which is kept in `log`, when it ends or takes a minute. `options`
    are those of subprocess.Popen.
    """
    earlier = set(runtime.glob("jpserver-*.json"))
    options["start_new_session"] = True
    with open(log, "w", encoding="utf-8") as file:
        running = subprocess.Popen(command, stdout=file, stderr=file, **options)
    try:
        end = time.monotonic() + 60
        while True:
            if running.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"no server came up: {log.read_text(encoding='utf-8')}")
            with contextlib.suppress(ValueError, OSError):  # half written, or not listening yet
                (path,) = set(runtime.glob("jpserver-*.json")) - earlier
                info = json.loads(path.read_text(encoding="utf-8"))
                urllib.request.urlopen(f"{info['url']}api?token={info['token']}", timeout=5).close()
                break
            time.sleep(0.1)
        yield info
    finally:
        with contextlib.suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(running.pid, signal.SIGTERM)  # what it started, too
            else:
                running.terminate()
        running.wait(30)


@contextlib.contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """Serve a copy of the course with settings of its own; gives the address of JupyterLab.

    The reader's own settings and the stored notebooks stay as they are.
    """
    served = folder / "course"
    for part in ["notebooks", "figures"]:
        ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(course.ROOT / part, served / part, ignore=ignore)
    environment = dict(os.environ)
    for name in FOLDERS:
        environment[name] = str(folder / name.lower())
        Path(environment[name]).mkdir()
    settings = Path(environment["JUPYTERLAB_SETTINGS_DIR"], "@jupyterlab")
    for name, values in SETTINGS.items():
        path = settings / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--allow-root"]
    command += [f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True"]
    runtime, log = Path(environment["JUPYTER_RUNTIME_DIR"]), folder / "server.log"
    with server(command, runtime, log, cwd=served, env=environment) as info:
        yield f"{info['url']}lab"


@functools.cache
def playwright():
    """What drives browsers, of which a process can have one only."""
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started


@contextlib.contextmanager
def browser(*arguments: str) -> Iterator:
    """A Chromium without a window."""
    if browser_path() is None:
        pytest.fail(ADVICE, pytrace=False)
    options = {"executable_path": browser_path(), "args": ["--no-sandbox", *arguments]}
    opened = playwright().chromium.launch(**options)
    yield opened
    opened.close()


def open_lab(page: Page, address: str) -> None:
    """Open JupyterLab with no notebook."""
    page.goto(f"{address}?token={TOKEN}&reset", timeout=60_000, wait_until="commit")
    page.wait_for_function("() => window.jupyterapp?.restored", timeout=60_000)
    within(page, 60, "async () => { await window.jupyterapp.restored }")


def within(page: Page, seconds: float, action: str, argument=None):
    """What a JavaScript function gives in the page. Fails when it takes longer: page.evaluate alone
    would wait for ever."""
    return page.evaluate(WITHIN.replace("ACTION", action), [seconds, argument])


def bring_forward(page: Page, name: str) -> None:
    """Open a notebook in a tab, or bring its tab to the front."""
    open_it = "path => { window.jupyterapp.commands.execute('docmanager:open', { path }) }"
    page.evaluate(open_it, f"notebooks/{name}")
    in_front = "path => window.jupyterapp.shell.currentWidget?.context?.path === path"
    page.wait_for_function(in_front, arg=f"notebooks/{name}", timeout=60_000)


def run_all(page: Page, seconds: float = 120) -> None:
    """Run all cells of the notebook in front, and wait for the last one."""
    page.wait_for_function(READY, timeout=1000 * seconds)
    within(page, seconds, "() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(READY, timeout=60_000)


def expect_whole(page: Page, notebook: course.Notebook) -> None:
    """The notebook in front has run whole: every cell in order, nothing complained, every picture and
    formula is there, and every picture has a text."""
    state = page.evaluate(STATE)
    assert state["counts"] == list(range(1, len(notebook.code) + 1))
    assert state["complaints"] == []
    in_text = sum(cell.source.count("![") for cell in notebook.markdown)
    assert state["images"] == in_text + sum(len(cell.pictures) for cell in notebook.code)
    assert state["broken"] == state["silent"] == state["formulas"] == 0


def moves(page: Page, where: str = PICTURE) -> None:
    """Move the picture by its keyboard: there is one, and its sentence follows."""
    page.wait_for_function(f"() => document.querySelector('{where}')?.show", timeout=20_000)
    picture = page.locator(where)
    assert picture.count() == 1
    sentence = picture.get_by_role("status")
    before = sentence.inner_text()
    sliders = picture.get_by_role("slider")
    if sliders.count():
        sliders.first.focus()
        low = sliders.first.input_value() == sliders.first.get_attribute("min")
        page.keyboard.press("ArrowRight" if low else "ArrowLeft")
    else:
        picture.get_by_role("button").last.focus()
        page.keyboard.press("Enter")
    assert sentence.inner_text() != before
