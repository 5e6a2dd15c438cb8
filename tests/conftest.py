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

# A file is run in one process, for what its tests share. But in all other files than these the tests
# of a notebook are run where that one is (course.run), the first seven together: they are quick.
ALONE = re.compile(r"tests/test_(accessibility|browser|drawings|play)\.py")
SLUGS = [notebook.slug for notebook in course.notebooks()]
LONGEST = ["tests/test_browser.py", "10", "9", "7", "tests/test_play.py", "8"]


@functools.cache
def text(path: str) -> str:
    return (course.ROOT / path).read_text(encoding="utf-8")


@functools.cache
def share(test: str) -> str:
    """The name of what is to run in one process: a notebook that the test names, or its file."""
    path, _, name = test.partition("::")
    if ALONE.match(path):
        return path
    body = text(path).partition(f"def {name.partition('[')[0]}(")[2].partition("\n\n\n")[0]
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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest. What nbval runs is long."""
    for item in items:
        if ".ipynb::" in item.nodeid:
            item.add_marker("long")
    if "PYTEST_XDIST_WORKER" in os.environ:  # in one process files stay together
        shares = [*LONGEST, *sorted({share(item.nodeid) for item in items} - {*LONGEST})]
        items.sort(key=lambda item: shares.index(share(item.nodeid)))


@pytest.fixture(scope="session")
def chromium():
    """A browser. In continuous integration a missing one is an error; elsewhere tests are left out."""
    if lab.browser_path() is None and not os.environ.get("CI"):
        pytest.skip(lab.ADVICE)
    with lab.browser() as opened:
        yield opened


def pytest_terminal_summary(terminalreporter) -> None:
    """Say that no browser was found."""
    if lab.browser_path() is None:
        terminalreporter.write_line(f"Note: {lab.ADVICE}")
