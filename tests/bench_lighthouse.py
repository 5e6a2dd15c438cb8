"""What Lighthouse says of the pages to read, on a phone's profile, for bench.py.

Lighthouse comes from npm. The pages are handed out compressed, as ordinary static hosts do.
"""

import gzip
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import lab
from served import MISSING, SITE, Quiet, serve

VERSION = "lighthouse@12.8.2"  # the last that runs on Node.js 20
GOAL, ATTEMPTS = 95, 4
KINDS = ["performance", "accessibility", "best-practices", "seo"]
COMPRESSED = {".html", ".css", ".js", ".svg", ".xml", ".txt", ".json"}


class Compressing(Quiet):
    """Hands out the site, text compressed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        found = path.is_file()
        content = path.read_bytes() if found else (SITE / "404.html").read_bytes()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", self.guess_type(path if found else "404.html"))
        self.send_header("Cache-Control", "max-age=600")  # as GitHub Pages says
        if path.suffix in COMPRESSED:
            content = gzip.compress(content, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def missing() -> str | None:
    """What is not there, without which nothing can be measured."""
    if shutil.which("npm") is None:
        return "no npm, from which Lighthouse comes: install Node.js"
    return MISSING or (None if lab.browser_path() else lab.ADVICE)


def measure() -> Iterator[tuple[str, list[int], int, list[str]]]:
    """For each page: its name, the scores of KINDS, the bytes that came until it was loaded, and what
    keeps a score below GOAL.

    A page below it is measured again, and the best counts: other work makes a page slow, never quick.
    """
    server = serve(Compressing)
    names = [
        path.relative_to(SITE).as_posix()
        for path in sorted([*SITE.glob("*.html"), *SITE.glob("notebooks/*.html")])
        if path.name != "404.html"
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            found = []
            while len(found) < ATTEMPTS and not (found and min(max(found)[0]) >= GOAL):
                address = f"{server.address}/{name}"
                found.append(summary(report(address, Path(folder))))
            yield name, *max(found)


def report(address: str, folder: Path) -> dict:
    """What Lighthouse says of one page."""
    path = folder / "report.json"
    command = [shutil.which("npm"), "exec", "--yes", VERSION, "--", address, "--quiet"]
    command += ["--output=json", f"--output-path={path}"]
    command += [f"--only-categories={','.join(KINDS)}"]
    command += ["--chrome-flags=--headless=new --no-sandbox"]
    environment = os.environ | {"CHROME_PATH": lab.browser_path()}
    subprocess.run(command, check=True, cwd=folder, env=environment)
    return json.loads(path.read_text(encoding="utf-8"))


def summary(report: dict) -> tuple[list[int], int, list[str]]:
    """The scores, the bytes and the complaints in a report of Lighthouse."""
    kinds, audits = report["categories"], report["audits"]
    scores = [round(100 * (kinds[kind]["score"] or 0)) for kind in KINDS]
    complaints = [
        f"{one['id']} {audits[one['id']].get('displayValue', '')}".strip()
        for kind, score in zip(KINDS, scores)
        for one in kinds[kind]["auditRefs"]
        if score < GOAL and one["weight"] and (audits[one["id"]]["score"] or 0) < 0.9
    ]
    return scores, round(audits["total-byte-weight"]["numericValue"]), complaints
