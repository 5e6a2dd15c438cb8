"""What a class costs the server of the web site, for bench.py: a thousand readers at once.

What one reader's browser asks for, on the first visit and on the next, is noted by a server; then a
thousand clients ask an ordinary static server (nginx) for all of it, at once, on this computer.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import course
import lab
from served import MISSING, SITE, Quiet, serve

READERS = 1000
SECONDS = 1500  # at most
SETTINGS = """
daemon off;
error_log FOLDER/error.log;
pid FOLDER/pid;
worker_processes auto;
worker_rlimit_nofile 4096;
events { worker_connections 2048; }
http {
    include /etc/nginx/mime.types;
    access_log off;
    sendfile on;
    keepalive_requests 100000;
    server { listen 127.0.0.1:PORT backlog=2048; root SITE; }
}
"""


class Noted(Quiet):
    """Hands out the site, and notes what was asked for."""

    asked: list[tuple[str, int]] = []  # path and bytes

    def log_request(self, code: int = 0, size: int = 0) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        self.asked.append((self.path, path.stat().st_size if code == 200 else 0))


def visit(context, address: str) -> list[tuple[str, int]]:
    """Read the front page and the first notebook, and run it here, until Python answers."""
    Noted.asked.clear()
    page = context.new_page()
    page.goto(address)
    notebook = course.notebook(1)
    page.goto(f"{address}/notebooks/{notebook.name[:-6]}.html")
    page.get_by_role("link", name="Run this notebook here").click()
    page.wait_for_function(lab.READY, timeout=300_000)
    lab.run_all(page, 300)
    page.close()
    return list(Noted.asked)


def one_reader() -> tuple[list, list]:
    """What a browser asks for on the first visit and on the next: path and bytes of each request."""
    server = serve(Noted)
    with lab.browser() as chromium:
        context = chromium.new_context()
        found = visit(context, server.address), visit(context, server.address)
    server.shutdown()
    return found


def all_at_once(paths: list[str]) -> tuple[int, int, float, float]:
    """A thousand clients ask for all of it. Gives requests, failures, gigabytes and seconds."""
    port = 8765
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx' workers are another user
        shutil.copytree(SITE, folder / "site")
        settings = SETTINGS.replace("FOLDER", name).replace("PORT", str(port))
        (folder / "nginx.conf").write_text(settings.replace("SITE", f"{name}/site"))
        (folder / "paths").write_text("".join(f"http://127.0.0.1:{port}{one}\n" for one in paths))
        nginx = subprocess.Popen(["nginx", "-c", folder / "nginx.conf"])
        try:
            command = ["h2load", "--h1", f"--clients={READERS}", "--threads=1"]
            command += [f"--requests={READERS * len(paths)}", f"--input-file={folder / 'paths'}"]
            said = subprocess.run(
                command, capture_output=True, text=True, check=True, timeout=SECONDS
            ).stdout
        finally:
            nginx.terminate()
            nginx.wait(30)
    seconds, unit = re.search(r"finished in ([\d.]+)(ms|s|m)", said).groups()
    done = int(re.search(r"(\d+) succeeded", said)[1])
    size = int(re.search(r"traffic: .*?\((\d+)\) total", said)[1])
    scale = {"ms": 0.001, "s": 1, "m": 60}[unit]
    return done, READERS * len(paths) - done, size / 1e9, float(seconds) * scale


def measure():
    """Rows of the table: what, how many requests, how many bytes, and what came of it."""
    if MISSING:
        raise SystemExit(MISSING)
    missing = [one for one in ["nginx", "h2load"] if shutil.which(one) is None]
    if missing:
        raise SystemExit(
            f"{' and '.join(missing)} not found: install nginx and nghttp2-client first."
        )
    first, next_time = one_reader()
    for title, asked in [("first visit", first), ("next visit", next_time)]:
        paths = [path for path, size in asked if size]
        megabytes = sum(size for _, size in asked) / 1e6
        yield f"one reader, {title}", f"{len(asked)} requests", f"{megabytes:.1f} MB"
        done, failed, gigabytes, seconds = all_at_once(paths)
        yield (
            f"{READERS} readers at once, {title}",
            f"{done} requests, {failed} failed",
            f"{gigabytes:.1f} GB in {seconds:.0f} s",
        )
