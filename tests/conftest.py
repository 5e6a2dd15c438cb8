"""Shares the tests among as many processes as there are cores, and says what was left out."""

import os

import clean_settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the other cores have tests of their own to run
if "PYTEST_XDIST_WORKER" not in os.environ:  # who has the settings of the process that started it
    clean_settings.start_clean()

import lab  # noqa: E402
import pytest  # noqa: E402
from xdist.scheduler import LoadScopeScheduling  # noqa: E402

# What needs no notebook run in the test's own process. All other tests stay in one process,
# and share what course.run gives them.
ELSEWHERE = (
    "notebooks/",
    "tests/test_accessibility.py",
    "tests/test_alt_text.py::test_every_image_of_an_exported_page",
    "tests/test_binder.py",
    "tests/test_class.py",
    "tests/test_code_style.py",
    "tests/test_drawings.py",
    "tests/test_execution.py",
    "tests/test_generated.py",
    "tests/test_links.py",
    "tests/test_make_lab.py",
    "tests/test_readability.py",
    "tests/test_settings.py",
    "tests/test_site.py",
)


class Shares(LoadScopeScheduling):
    """Gives whole files, a notebook's cells among them, to whichever process is free."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("::")[0] if nodeid.startswith(ELSEWHERE) else "in one process"


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> Shares:
    return Shares(config, log)


def pytest_terminal_summary(terminalreporter) -> None:
    """Say how to read a cell that failed, and that no browser was found."""
    if any(".ipynb::Cell" in report.nodeid for report in terminalreporter.stats.get("failed", [])):
        terminalreporter.write_line(
            "Note: a notebook's code cells are counted from 0. The stored output (-) stands before"
            " what came out now (+): if the new one is right, run `make refresh`."
        )
    if lab.browser_path() is None:
        terminalreporter.write_line(f"Note: {lab.ADVICE}")
