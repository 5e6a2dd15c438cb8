"""No word is misspelt: not in the notebooks' texts and outputs, not on the pages, not in the helpers.

Words of our own go into ignore-words-list in pyproject.toml.
"""

import codespell_lib
import course

FOLDERS = [".github", "binder", "figures", "notebooks", "tests"]


def misspelt(capsys, *paths) -> list[str]:
    """The lines that codespell prints of these files and folders, each with a word and what it may
    have meant to be."""
    settings = course.ROOT / "pyproject.toml"
    codespell_lib.main("--toml", str(settings), *map(str, paths))
    return capsys.readouterr().out.splitlines()


def test_no_word_is_misspelt(capsys, monkeypatch):
    monkeypatch.chdir(course.ROOT)
    pages = [path.name for path in course.ROOT.iterdir() if path.is_file()]
    course.expect_none(misspelt(capsys, *FOLDERS, *sorted(pages)))


def test_a_misspelt_word_is_found_in_a_notebook_and_not_in_its_pictures(capsys, tmp_path):
    text, wrong = (course.NOTEBOOKS / "04_error.ipynb").read_text(encoding="utf-8"), "netw" + "rok"
    (tmp_path / "x.ipynb").write_text(
        text.replace("network is wrong", f"{wrong} is wrong"), "utf-8"
    )
    (line,) = misspelt(capsys, tmp_path)
    assert line.endswith(f"x.ipynb:10: {wrong} ==> network")
