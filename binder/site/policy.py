"""What a page of the site may load and run: a Content-Security-Policy in its head.

It does not bind Python, which runs in a worker: a learner's own code may ask any host.
"""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

INLINE = re.compile(r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", re.DOTALL)
SAME = (
    "default-src 'self'; object-src 'none'; frame-src 'none'; base-uri 'self'; form-action 'self'"
)
SHOWN = "img-src 'self' data: blob:; font-src 'self' data:; style-src 'self' 'unsafe-inline'"
TAG = '<meta http-equiv="Content-Security-Policy" content="{policy}">'


def protect(path: Path, scripts: list[str] = (), runs: bool = False) -> None:
    """Let a page run the scripts that stand in it, those given, and no others.

    `runs` is for JupyterLite's pages, which need more: code made from text, workers, and blobs.
    """
    text = path.read_text(encoding="utf-8")
    inside = [code for attributes, code in INLINE.findall(text) if "json" not in attributes]
    allowed = sorted({f"'sha256-{digest(code)}'" for code in [*inside, *scripts]})
    policy = [SAME, SHOWN, " ".join(["script-src 'self'", *["'unsafe-eval'"] * runs, *allowed])]
    if runs:
        policy += ["connect-src 'self' data: blob:", "worker-src 'self' blob:"]
    tag = TAG.format(policy="; ".join(policy))
    made, count = re.subn(r"<head(\s[^>]*)?>", lambda head: head[0] + tag, text, count=1)
    assert count == 1, f"{path} has no head"
    path.write_text(made, encoding="utf-8")


def digest(code: str) -> str:
    """The hash of a script, as a policy names it."""
    return b64encode(sha256(code.encode()).digest()).decode()
