"""The web site as `make site` built it, or another folder, served on loopback."""

import functools
import http.server
import threading

import course

SITE = course.ROOT / "_site"
MISSING = None if (SITE / "index.html").is_file() else "there is no site yet: make site"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Hands out the files of a folder."""

    def log_message(self, *_) -> None:
        pass


def serve(handler=Quiet, folder=SITE) -> http.server.ThreadingHTTPServer:
    """Serve a folder, at `.address`, until the tests end."""
    handler = functools.partial(handler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.address = f"http://127.0.0.1:{server.server_port}"
    return server
