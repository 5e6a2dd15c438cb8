"""Shares the tests among as many processes as there are cores, and says what was left out."""

import functools
import os
import re

import clean_settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the other cores have tests of their own to run
if "PYTEST_XDIST_WORKER" not in os.environ:  # who has the settings of the process that started it
    clean_settings.start_clean()

import course  # noqa: E402
import lab  # noqa: E402
import pytest  # noqa: E402
from xdist.scheduler import LoadScopeScheduling  # noqa: E402

# What all tests of these share is started once: a kernel, a browser, the drawings.
TOGETHER = re.compile(r"notebooks/|tests/test_(accessibility|browser|drawings)\.py")
SLUGS = [notebook.slug for notebook in course.notebooks()]


@functools.cache
def share(test: str) -> str:
    """The name of what is to run in one process: a test belongs to its file, but where it names a
    notebook to the tests of that one, which then runs there only (course.run); the first seven
    are quick, and run in one process."""
    path, _, name = test.partition("::")
    if TOGETHER.match(path):
        return path
    text = (course.ROOT / path).read_text(encoding="utf-8")
    body = text.partition(f"def {name.partition('[')[0]}(")[2].partition("\n\n\n")[0]
    named = [
        number
        for number, slug in enumerate(SLUGS, 1)
        if re.search(rf"[\[-](\d\d_)?{slug}\b", name) or f'"{slug}"' in body
    ]
    return str(max(7, *named)) if named else path


class Shares(LoadScopeScheduling):
    """Gives each share to whichever process is free, in the order of the collected tests."""

    def __init__(self, config: pytest.Config, log) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> Shares:
    return Shares(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: the browser, then the notebooks from the last to the first."""
    if "PYTEST_XDIST_WORKER" in os.environ:  # in one process files stay together
        number = [re.search(r"\b(\d\d)_\w+\.ipynb", item.nodeid) for item in items]
        order = {item: -int(found[1]) if found else 0 for item, found in zip(items, number)}
        items.sort(key=lambda item: ("test_browser" not in item.nodeid, order[item]))


def pytest_terminal_summary(terminalreporter) -> None:
    """Say how to read a cell that failed, and that no browser was found."""
    if any(".ipynb::Cell" in report.nodeid for report in terminalreporter.stats.get("failed", [])):
        terminalreporter.write_line(
            "Note: a notebook's code cells are counted from 0. The stored output (-) stands before"
            " what came out now (+): if the new one is right, run `make refresh`."
        )
    if lab.browser_path() is None:
        terminalreporter.write_line(f"Note: {lab.ADVICE}")
