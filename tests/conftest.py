"""Lets the slow kernels of test_run_twice work while nbval waits for its own, and says what was left
out."""

import hub
import lab
import pytest


def pytest_runtestloop(session: pytest.Session) -> None:
    """Start the kernels of test_run_twice now: they need one core, nbval the other."""
    for module in _modules(session, "in_background"):
        if not session.config.option.collectonly:
            module.in_background()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Do not wait for kernels that nobody will ask, after `-x` or Ctrl-C."""
    for module in _modules(session, "in_background"):
        for future in (
            module.in_background.cache_info().currsize and module.in_background().values()
        ):
            future.cancel()


def pytest_terminal_summary(terminalreporter) -> None:
    """Say in a line each that no browser was found, and that no hub was tried."""
    if lab.browser_path() is None:
        terminalreporter.write_line(f"Note: {lab.ADVICE}")
    if missing := hub.missing():
        terminalreporter.write_line(f"Note: no hub was tried: {missing}")


def _modules(session: pytest.Session, function: str) -> set:
    modules = {getattr(item, "module", None) for item in getattr(session, "items", [])}
    return {module for module in modules if hasattr(module, function)}
