"""What is generated is fresh: numbers, links, minutes, tables and alternative texts say what their one
source says."""

import re

import contents
import course
import draw
import generated
import numpy as np
import pytest
import refresh


@pytest.mark.parametrize("made", [generated.notebooks, generated.pages])
def test_what_is_generated_is_what_make_refresh_writes(made):
    stale = [str(path.relative_to(course.ROOT)) for path in generated.stale(made())]
    assert not stale, f"run `make refresh`: {stale} differ from what it writes"


def test_every_notebook_has_all_that_is_generated():
    for entry in contents.entries():
        texts = [cell["source"] for cell in entry.cells() if cell["cell_type"] == "markdown"]
        assert texts[0].startswith(f"# {entry.number} · ") and generated.TIME.search(texts[0])
        assert f"](../figures/map_{entry.number}.svg)" in texts[1], f"{entry.file} has no map"
        assert texts[-1].endswith(generated.neighbours(entry)), f"{entry.file} leads nowhere"
        assert contents.minutes(entry.cells())[1] <= 35, f"{entry.file} is too long for a sitting"


def test_a_number_of_a_notebook_stands_in_a_link_or_is_left_out():
    """Where `make refresh` can't correct it, it would be wrong after the next new notebook."""
    bare = re.compile(r"(?<!\[)\b[Nn]otebooks? \d+\b")
    for notebook in course.notebooks():
        for cell in notebook.cells:
            assert not bare.search(cell.source), f"{cell.where}: {bare.search(cell.source)[0]}"


def test_files_that_pages_name_are_there():
    for path, data in generated.pages().items():
        for name in re.findall(r"\b(?:notebooks|figures|tests|binder)/[\w/]+\.\w+", data.decode()):
            assert (course.ROOT / name).exists(), f"{path.name} names {name}, which is not there"


def test_a_stale_number_link_text_and_way_are_written_anew():
    entry, other = contents.entries()[:2]
    title, once = other.title(), f"77_{other.file[3:]}"
    short = title.split(":")[0]
    stale = [
        "# 7 · Old\n\n9 minutes to read, 9 with everything",
        f"![old](../figures/map_7.svg)\n\n[9 · Old]({once}) [notebook 9]({once})",
        "**Next:** [old](old)",
    ]
    node = course.sample(*map(course.markdown, stale, "abc")).node
    generated.notebook(entry, node)
    assert [cell.source for cell in node.cells] == [
        "# 1 · Old\n\n1 minutes to read, 1 with everything",
        f"![{generated.description('map_1')}](../figures/map_1.svg)\n\n"
        f"[2 · {short}]({other.file}) [notebook 2]({other.file})",
        f"**Next:** [2 · {title}]({other.file})",
    ]


@pytest.mark.parametrize("notebook, said", [
    ("", "01_data"),
    ("{file = '01_data.ipynb', name = '', piece = '', question = ''}", "01_data.* missing .* 'stop'"),
    ("{path = '01_data.ipynb'}", "unexpected .* 'path'"),
    ("{", "course.toml: Invalid"),
])  # fmt: skip
def test_a_table_that_does_not_fit_stops_the_refresh(notebook, said, monkeypatch, tmp_path, capsys):
    (tmp_path / "course.toml").write_text(f'[[part]]\ntitle = "x"\nnotebook = [{notebook}]\n')
    (tmp_path / "01_data.ipynb").touch()
    monkeypatch.setattr(contents, "NOTEBOOKS", tmp_path)
    assert refresh.main([]) == 1
    assert re.search(f"{said}.*Nothing was run", capsys.readouterr().out)


def test_the_glossary_has_every_term_that_is_explained_in_bold_and_no_other():
    told = {term.lower() for term in contents.glossary()["terms"]}
    assert told == set(generated.terms()), "notebooks/glossary.toml has a line for each term"


def test_the_notation_of_the_glossary_is_that_of_the_first_step():
    names = {**draw.untrained(), "np": np}
    for one in contents.glossary()["notation"]:
        if one["code"] in names and one["shape"].startswith("("):
            assert str(names[one["code"]].shape) == one["shape"], one["code"]
