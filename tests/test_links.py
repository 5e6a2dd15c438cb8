"""Links arrive where they say: what pytest-check-links, which checks that files exist, does not
look at.

It skips anchors (`#heading`) in notebooks and Markdown files, pictures in `<source srcset>`,
references that nobody defined, and takes a file outside the repository for a good target. Nor does
it read a link's text.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

import course

LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>(?:[^()\s]|\([^()\s]*\))+)[^)]*\)")
OTHER_TARGETS = re.compile(r"""!\[[^\]]*\]\(([^)\s]+)|\b(?:src|href|srcset)\s*=\s*["']([^"'\s]+)""")
REFERENCE = re.compile(r"(?<!!)\[[^\]]+\]\[([^\]]*)\]")


@dataclass(frozen=True)
class Page:
    """A notebook or a Markdown file: its path from the repository's root, and its text."""

    path: str
    sources: dict[str, str]  # by place, for messages

    @property
    def headings(self) -> list[str]:
        """The text of the headings, without markup."""
        found = re.findall(r"^#{1,6} +(.*?)\s*$", "\n".join(self.sources.values()), re.MULTILINE)
        return [re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading) for heading in found]

    @property
    def anchors(self) -> set[str]:
        """As JupyterLab makes them for a notebook, and GitHub for a Markdown file."""
        if self.path.endswith(".ipynb"):
            return {heading.replace(" ", "-") for heading in self.headings}
        return {
            re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in self.headings
        }


def course_pages() -> dict[str, Page]:
    """All notebooks, and the Markdown files beside the folder of the notebooks."""
    pages = {
        f"notebooks/{notebook.name}": {cell.where: cell.source for cell in notebook.markdown}
        for notebook in course.notebooks()
    }
    for path in sorted(course.ROOT.glob("*.md")):
        pages[path.name] = {
            path.name: re.sub(
                r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.S | re.M
            )
        }
    return {path: Page(path, sources) for path, sources in pages.items()}


def link_problems(pages: dict[str, Page]) -> tuple[int, list[str]]:
    """How many links to places in this repository there are, and which of them mislead."""
    count, problems = 0, []
    for page in pages.values():
        for where, source in page.sources.items():
            links = [(found["text"], found["target"]) for found in LINK.finditer(source)]
            links += [("", first or second) for first, second in OTHER_TARGETS.findall(source)]
            for text, target in links:
                if not re.match(r"[a-z]+:", target):
                    count += 1
                    problems += [
                        f"{where} links to {target}: {problem}"
                        for problem in misleads(text, target, page, pages)
                    ]
            for name in REFERENCE.findall(
                re.sub(r"`[^`\n]*`|\$[^$\n]*\$|^```.*?^```", "", source, flags=re.S | re.M)
            ):
                if not re.search(rf"^\[{re.escape(name)}\]:", source, re.MULTILINE):
                    problems.append(
                        f"{where} uses the reference [{name}], which it does not define"
                    )
    return count, problems


def misleads(text: str, target: str, page: Page, pages: dict[str, Page]) -> list[str]:
    """What is wrong with one link."""
    file, _, anchor = unquote(target).partition("#")
    path = (
        (course.ROOT / page.path).parent.joinpath(file).resolve()
        if file
        else course.ROOT / page.path
    )
    if not path.is_relative_to(course.ROOT):
        return ["that lies outside the repository"]
    name = path.relative_to(course.ROOT).as_posix()
    if name not in pages:
        return [] if path.exists() else ["there is no such file"]
    problems = []
    if anchor and anchor not in pages[name].anchors:
        problems.append(f"{name} has no such heading, but {sorted(pages[name].anchors)}")
    title = next(iter(pages[name].headings), "")
    if re.match(r"\d+ · ", text) and not re.match(rf"{re.escape(text)}(?!\w)", title):
        problems.append(f"the link says “{text}”, the title there is “{title}”")
    return problems


def test_links_arrive_at_the_place_that_they_name():
    count, problems = link_problems(course_pages())
    assert count > 10, f"only {count} links in the course"
    course.expect_none(problems)


def test_links_that_mislead_are_found():
    def pages(source):
        sample = Page(
            "notebooks/02_b.ipynb",
            {"02_b, cell 1": "# 2 · Go on: again\n## Why (3, 1)", "cell 2": "## In `code`"},
        )
        readme = Page("README.md", {"README.md": "# Read me\n## How to: run `it`"})
        here = Page(
            "notebooks/01_a.ipynb", {"01_a, cell 1": f"# 1 · Begin\n## Own heading\n{source}"}
        )
        return {page.path: page for page in (sample, readme, here)}

    for source in [
        "[x](02_b.ipynb)",
        "[x](02_b.ipynb#Why-(3%2C-1))",
        "[x](#Own-heading)",
        "[x](../README.md#how-to-run-it)",
        "[2 · Go on](02_b.ipynb)",
        "[2 · Go on: again](02_b.ipynb#In-code)",
        "[x](https://example.com/#x)",
        "[a][b]\n\n[b]: https://example.com",
        "`a[0][1]`",
        "![x](../figures/course.mplstyle)",
        '<source srcset="../figures/course.mplstyle">',
    ]:
        assert link_problems(pages(source))[1] == [], source
    for source in [
        "[x](02_b.ipynb#Why)",
        "[x](02_b.ipynb#why-(3%2C-1))",
        "[x](#nope)",
        "[x](../README.md#How-to)",
        "[2 · Go](02_b.ipynb#x)",
        "[3 · Go on](02_b.ipynb)",
        "[2 · Go o](02_b.ipynb)",
        "[1 · Begin](02_b.ipynb)",
        "[x](../../other/README.md)",
        "[a][b]",
        '<source srcset="dark.svg">',
        "![x](nope.png)",
        '<img src="nope.png">',
    ]:
        assert len(link_problems(pages(source))[1]) == 1, source
