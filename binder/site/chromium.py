"""The browser that prints the pages, and that the tests open them in."""

import os
import shutil
from pathlib import Path

ADVICE = "no Chromium or Chrome was found: install one, or name it in CHROMIUM"
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
APPS = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
]


def browser_path() -> str | None:
    """The installed Chromium or Chrome, or None. The variable CHROMIUM names another one."""
    names = [os.environ.get("CHROMIUM", ""), *BROWSERS]
    found = [shutil.which(name) for name in names if name]
    return next(filter(None, [*found, *(app for app in APPS if Path(app).exists())]), None)
