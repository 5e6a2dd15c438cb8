"""Lets pytest be started in any folder."""

from pathlib import Path


def pytest_configure(config) -> None:
    """nbval looks for the file that pyproject.toml names in the folder where pytest was started."""
    path = config.option.nbval_sanitize_with
    config.option.nbval_sanitize_with = path and str(Path(config.rootpath, path))
