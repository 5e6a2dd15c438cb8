"""Finds the numbers in a text, and leaves out the digits that claim nothing.

A number keeps how precisely it was written: 0.43 stands for anything that rounds to it. In
Markdown these digits are no numbers, and nothing else is exempt:

- link targets and bare addresses; the text of a link to a notebook or to another site (a title);
- digits in names: `W0`, `l1_error`, `$x_1$`, H2O; `notebook 06`, `notebooks 01 to 03`, a bare
  `06`; `Part 2`;
- the numbering of an ordered list, and of the notebook in its main heading;
- the minutes in "12 minutes to read, 24 with everything", and what a drawing says of itself, both of
  which `make refresh` writes;
- a year, 1900 to 2099, in a paragraph that also links to another site, names one of the two
  authors, or says "published in".

HTML tags are left out, except for an image's alt text.
"""

import html
import re
from dataclasses import dataclass
from decimal import Decimal

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
THIN_SPACES = "\u2009\u202f\u00a0"

TINY = Decimal("1e-8")  # room for what floats lose

NUMBER = re.compile(
    r"""
    (?<![\w.\\])                        # not inside a name or another number
    (?P<sign> (?<![\w)\]}'`"’.%]) - )?  # a hyphen after a word, a number or a bracket is no minus
    (?P<digits> \d{1,3} (?:[,_]\d{3})+ (?![\d_]) | \d+ )
    (?P<decimals> \.\d+ )?
    (?P<exponent> [eE][+-]?\d+ )?
    (?P<percent> \s? (?:%|per\ ?cent\b) )?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Number:
    """A number as it was written."""

    text: str
    value: Decimal
    half_unit: Decimal  # half a unit of the last written digit
    percent: bool

    def stands_for(self, value: float) -> bool:
        """Whether the value, rounded as this number was written, gives this number."""
        exact = Decimal(value)
        slack = self.half_unit * (1 + TINY) + abs(exact) * TINY**2
        values = (exact, 100 * exact) if self.percent else (exact,)
        return any(abs(value - self.value) <= slack for value in values)


def in_text(text: str) -> list[Number]:
    """All numbers in plain text, such as a cell's output."""
    text = _one_notation(text)
    numbers = []
    for found in NUMBER.finditer(text):
        decimals, exponent = found["decimals"] or "", found["exponent"] or ""
        digits = re.sub(r"[,_]", "", found["digits"])
        value = Decimal((found["sign"] or "") + digits + decimals + exponent)
        half_unit = Decimal(5).scaleb(value.as_tuple().exponent - 1)
        numbers.append(Number(found[0].strip(), value, half_unit, bool(found["percent"])))
    return numbers


def in_markdown(source: str) -> list[Number]:
    """All numbers that a Markdown cell claims, in order."""
    paragraphs = re.split(r"\n\s*\n", html.unescape(source))
    return [number for paragraph in paragraphs for number in in_text(_without_exempt(paragraph))]


def _one_notation(text: str) -> str:
    """Minus signs, fractions, powers of ten and thousands, as Python writes them."""
    text = text.replace("−", "-")
    text = re.sub(r"(?<![\w)\]}])_(?=[-\d])", " ", text)  # emphasis, not a subscript
    text = re.sub(r"_\{\d+\}", "_", text)
    raised = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
    text = raised.sub(lambda found: "^{" + found[0].translate(SUPERSCRIPTS) + "}", text)
    text = text.replace("½", " 1/2 ").replace("¼", " 1/4 ").replace("¾", " 3/4 ")
    text = re.sub(r"\\[dt]?frac\s*(\d)\s*(\d)", r" \1/\2 ", text)
    text = re.sub(rf"(?<=\d)(\{{,\}}|\\,|[{THIN_SPACES}])(?=\d{{3}}\b)", ",", text)
    text = text.replace(r"\,", " ").replace(r"\%", "%")
    power = r"10\s*(?:\^|\*\*)\s*\{?\s*(-?\d+)\s*\}?"
    text = re.sub(rf"(?<=\d)\s*(?:×|·|\*|\\times|\\cdot)\s*{power}", r"e\1", text)
    return re.sub(rf"(?<![\d.]){power}", r"1e\1", text)


def _without_exempt(paragraph: str) -> str:
    """The paragraph without the digits that claim nothing (see the top of this file)."""
    links_out = re.search(r"\]\(https?:|<https?:|(?<!\()https?://", paragraph)
    dated = links_out or re.search(r"\b[Tt]rask\b|\b[Bb]yanofsky\b|published\s+in\b", paragraph)
    for pattern, left in [
        (r"<img\b[^>]*?\balt=([\"'])(.*?)\1[^>]*>", r" \2 "),
        (r"!\[[^\]]*\]\(\.\./figures/\w+\.svg\)", " "),  # a drawing: said by what draws it
        (r"!\[([^\]]*)\]\([^)]*\)", r" \1 "),  # an image: its alt text
        (r"\[[^\]]*\]\((?:https?:[^)]*|[^)]*\.ipynb[^)]*)\)", " "),  # a title
        (r"\]\([^)]*\)", "]"),  # any other link: its text
        (r"^\s*\[[^\]]+\]:\s*\S+", " "),
        (r"<?https?://[^\s>)]*>?", " "),
        (r"</?[a-zA-Z][^>]*>|<!--.*?-->", " "),
        (r"^# \d+", "# "),
        (r"^\s*\d+[.)]\s", " "),
        (r"\d+ minutes to read, \d+ with everything", " "),
        (r"\b[Nn]otebooks?\s+\d+(?:(?:\s*,|\s+and|\s+to|\s*–)\s*\d+\b)*", " "),
        (r"\b[Pp]arts?\s+\d+\b", " "),
        (r"(?<![\w.,-])0\d\b(?![.,]\d)", " "),
        (r"(?<![\w.,$-])(?:19|20)\d\d\b(?![.,]\d)", " " if dated else r"\g<0>"),
    ]:
        paragraph = re.sub(pattern, left, paragraph, flags=re.MULTILINE | re.DOTALL)
    return paragraph
