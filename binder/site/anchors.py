"""How a link names a heading: as GitHub does, whoever wrote the link."""

import re
from urllib.parse import unquote


def anchor(title: str) -> str:
    """The anchor of a heading. Of an anchor, GitHub's or Jupyter's, it makes the same."""
    return re.sub(r"[^\w\- ]", "", unquote(title).strip().lower()).replace(" ", "-")
