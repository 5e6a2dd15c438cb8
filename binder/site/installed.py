"""Whether the tools that build the site are still what pip put there, once it had checked their hashes:
the site ships files of them, JupyterLite and the theme."""

import hashlib
from base64 import urlsafe_b64encode
from importlib import metadata
from pathlib import Path

from browser_python import Mismatch


def check(installed: list[metadata.Distribution]) -> None:
    """Compare each file with its hash in the list that pip wrote. Raises Mismatch."""
    for tool in installed:
        for file in tool.files or []:
            if file.hash:
                path = Path(file.locate())
                content = path.read_bytes() if path.is_file() else b""
                digest = urlsafe_b64encode(hashlib.new(file.hash.mode, content).digest())
                if digest.decode().rstrip("=") != file.hash.value:
                    raise Mismatch(
                        f"{file} of {tool.name} is not the file that was installed. Delete"
                        " .venv-site, and `make site` installs it again."
                    )
