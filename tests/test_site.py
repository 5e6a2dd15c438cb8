"""The web site runs the course as it is: in the browser alone, every output is the stored one, and no
request leaves the site.

What needs the built site is run by `make test-site`, and for one notebook by `make test`.
"""

import json
import os
import re
import shutil
import subprocess
import zipfile
from base64 import urlsafe_b64encode
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, urlsplit

import browser_python
import course
import export
import finish
import installed
import lab
import nbformat
import pages
import pytest
from axe_playwright_python.sync_playwright import Axe
from exercise_cells import EXERCISES, answer_name, solution
from served import MISSING, SITE, Quiet, serve

PAGES = [*sorted(SITE.glob("*.html")), *sorted(SITE.glob("notebooks/*.html"))]  # those to read
CHECKED = course.ROOT / ".venv-site" / "checked"  # what Python was shipped from
BUILDER = course.ROOT / "binder" / "site"
SHIPPED = ["furo", "Sphinx", "sphinx-basic-ng", "myst-nb", "Pygments"]  # the site has files of them
SHIPPED += ["jupyterlite-core", "jupyterlite-pyodide-kernel"]
SAMPLE = "sigmoid"  # `make test` runs this one notebook in the site, too
SECONDS = 300  # for the longest: starting Python, and running the digits
SOURCE = "() => window.jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel.source"
PRINTED = "() => [...document.querySelectorAll('.jp-RenderedText pre')].map(one => one.innerText)"
COMMA = re.compile(r"^\s*,", re.MULTILINE)  # stands where lines of a list were joined
CHANGE = """async (text) => {
    const panel = window.jupyterapp.shell.currentWidget
    panel.content.model.cells.get(0).sharedModel.setSource(text)
    await panel.context.save()
}"""
CLEAR = """async () => {
    await window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')
    await window.jupyterapp.shell.currentWidget.context.save()
}"""
TEXT = """async (path) => {
    return (await window.jupyterapp.serviceManager.contents.get(path, { content: true })).content
}"""
SAVE_TEXT = "() => window.jupyterapp.shell.currentWidget.context.save()"
CHANGE_TEXT = """async () => {
    const { context } = window.jupyterapp.shell.currentWidget
    context.model.fromString('# Mine')
    await context.save()
}"""
ATTACK = "parent.document.title = 'taken over'"
FOREIGN = f"""<p>A foreign output</p><script>{ATTACK}</script><img src="data:," onerror="{ATTACK}">
<svg onload="{ATTACK}"><script>{ATTACK}</script></svg><iframe src="javascript:{ATTACK}"></iframe>
<iframe srcdoc="<script>{ATTACK}</script>"></iframe><a href="javascript:{ATTACK}">A foreign link</a>
<meta http-equiv="refresh" content="0;url=http://course.example/">"""
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{ATTACK}"><script>{ATTACK}</script></svg>'
UPLOAD = """([path, content]) => window.jupyterapp.serviceManager.contents.save(path, {
    type: 'notebook', format: 'json', name: path, content,
})"""
INSERT = """html => window.jupyterapp.shell.currentWidget.content.model.sharedModel.insertCell(0, {
    cell_type: 'code', source: '', metadata: { trusted: true },
    outputs: [{ output_type: 'display_data', data: { 'text/html': html }, metadata: {} }],
})"""
# Fetches all pictures of a page, though they are not in sight; fails if one is broken.
PICTURES = """() => Promise.all([...document.querySelectorAll('article img')].map(image => {
    image.loading = 'eager'
    return image.decode()
}))"""


# What is shipped is what was tested.


def test_the_pins_are_those_of_the_one_place_that_names_the_versions():
    versions = browser_python.VERSIONS
    tools = (BUILDER / "requirements.txt").read_text(encoding="utf-8")
    wheels = (BUILDER / "wheels.txt").read_text(encoding="utf-8")
    lock = json.loads((BUILDER / "pyodide-lock.json").read_text(encoding="utf-8"))
    assert versions["pyodide"]["npm"] == f"pyodide@{lock['info']['version']}"
    for tool in versions["tools"]:
        if "==" in tool:
            assert f"{tool} \\" in tools
    for wheel in [versions["pyodide"]["files"], *versions["pyodide"]["pypi"]]:
        assert f"{wheel} \\" in wheels
    named = [name for key in ["packages", "kernel", "later"] for name in versions["pyodide"][key]]
    assert set(named) <= set(lock["packages"])
    for package in lock["packages"].values():
        assert set(package["depends"]) <= {*lock["packages"], "prompt_toolkit"}


def test_a_file_with_one_other_byte_stops_the_build(tmp_path):
    (tmp_path / "comm.whl").write_bytes(b"as it was tested")
    expected = browser_python.sha256(b"as it was tested")
    assert browser_python.checked("comm.whl", expected, tmp_path)[0] == b"as it was tested"
    (tmp_path / "comm.whl").write_bytes(b"as it was tasted")
    with pytest.raises(browser_python.Mismatch, match="comm.whl, .* is not the file that was tes"):
        browser_python.checked("comm.whl", expected, tmp_path)
    with pytest.raises(browser_python.Mismatch, match="in none of the packages"):
        browser_python.checked("other.whl", expected, tmp_path)


# For whoever is not there yet: search engines, shared links, old addresses.

PAGE = """<html><head><link rel="stylesheet" type="text/css" href="../_static/a.css?v=1" />
<link rel="stylesheet" type="text/css" href="../_static/b.css" /></head><body>
<img alt="x" src="../figures/learning.gif" /><pre><span class="n">X</span><span class="k">if</span></pre>
</body></html>"""
ADDRESS = "https://course.example.org/sub/"


@pytest.fixture
def finished(tmp_path):
    """A folder with one page of a site that has an address, as finish.py leaves it."""
    for folder in ["_static", "figures", "notebooks"]:
        (tmp_path / folder).mkdir()
    (tmp_path / "_static" / "a.css").write_text("a { color: red }")
    (tmp_path / "_static" / "b.css").write_text("b { color: red }")
    shutil.copy(course.ROOT / "figures" / "learning.gif", tmp_path / "figures")
    (tmp_path / "notebooks" / "02_new.html").write_text(PAGE)
    moved = pages.moved([{"file": "02_new.ipynb", "earlier": ["07_old"]}, {"file": "03_x.ipynb"}])
    finish.finish(tmp_path, ADDRESS, moved)
    return tmp_path


def test_a_page_waits_for_one_style_sheet_and_its_pictures_keep_their_place(finished):
    text = (finished / "notebooks" / "02_new.html").read_text()
    (style,) = (finished / "_static").iterdir()
    assert text.count("stylesheet") == text.count(style.name) == 1
    assert style.read_text().split() == "a { color: red } b { color: red }".split()
    assert '<img loading="lazy" width="800" height="380" alt="x"' in text
    assert '<pre>X<span class="k">if</span></pre>' in text


def test_robots_find_every_page_where_the_site_has_an_address(finished):
    assert (finished / "robots.txt").read_text().endswith(f"Sitemap: {ADDRESS}sitemap.xml\n")
    found = re.findall("<loc>(.*)</loc>", (finished / "sitemap.xml").read_text())
    assert found == [f"{ADDRESS}notebooks/02_new.html"]


def test_an_address_that_is_none_stops_the_build(monkeypatch):
    monkeypatch.setenv("SITE_ADDRESS", "course.example.org")
    with pytest.raises(SystemExit, match="should be like https://course.example.org"):
        pages.site_address()
    for given, expected in [(ADDRESS[:-1], ADDRESS), (ADDRESS, ADDRESS), ("", "")]:
        monkeypatch.setenv("SITE_ADDRESS", given)
        assert pages.site_address() == expected


def test_a_link_leads_to_the_page_of_the_site_or_is_words_only():
    text = (
        "[a](../../README.md#the-notebooks) [b](values.yaml) [c](https://x.org) [d](#On-a-Cluster)"
        " [e](../../notebooks/01_data.ipynb#Why-(3,-1)) [f](../../README.md#when-something-fails)"
    )
    assert pages.on_site(text.replace("(3,-1)", "%283,-1%29"), "binder/hub/README.md") == (
        "[a](index.md#the-notebooks) b [c](https://x.org) [d](#on-a-cluster)"
        " [e](notebooks/01_data.ipynb#why-3-1) f"
    )


def test_a_tool_with_one_other_byte_stops_the_build(tmp_path):
    folder = tmp_path / "theme-1.dist-info"
    folder.mkdir()
    (tmp_path / "theme.js").write_bytes(b"shipped")
    digest = urlsafe_b64encode(bytes.fromhex(browser_python.sha256(b"shipped"))).decode()
    (folder / "METADATA").write_text("Name: theme\nVersion: 1\n", encoding="utf-8")
    record = f"theme.js,sha256={digest.rstrip('=')},7\ntheme-1.dist-info/RECORD,,\n"
    (folder / "RECORD").write_text(record, encoding="utf-8")
    tools = list(metadata.distributions(path=[str(tmp_path)]))
    installed.check(tools)
    (tmp_path / "theme.js").write_bytes(b"skipped")
    with pytest.raises(browser_python.Mismatch, match="theme.js of theme is not the file that"):
        installed.check(tools)


# The site in a browser.


# What Chromium asks its maker by itself, whatever page is open.
ITS_OWN = {
    "accounts.google.com",
    "android.clients.google.com",
    "clients2.google.com",
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
    "redirector.gvt1.com",
    "update.googleapis.com",
}


class Outside(Quiet):
    """Stands for all other hosts: notes what is asked of them, and refuses."""

    asked: list[str] = []

    def do_GET(self) -> None:
        address = self.path if "//" in self.path else f"//{self.path}"  # of CONNECT, host and port
        if urlsplit(address).hostname not in ITS_OWN:
            self.asked.append(self.path)
        self.send_error(403)

    do_CONNECT = do_POST = do_HEAD = do_GET


@pytest.fixture(scope="module")
def site():
    """The address of the site."""
    if MISSING:
        pytest.fail(MISSING, pytrace=False)
    return serve().address


@pytest.fixture(scope="module")
def context(site):
    """A browser that has never seen the site, and for which there are no other hosts."""
    with lab.browser(f"--proxy-server={serve(Outside).address}") as chromium:
        yield chromium.new_context(viewport={"width": 1200, "height": 900})


@pytest.fixture
def page(context):
    """A new tab. In the end nothing has failed in it, and nothing was asked of another host."""
    Outside.asked.clear()
    page = context.new_page()
    page.failed = []
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: page.failed.append(str(error)))
    page.on(
        "console", lambda said: "Content Security" in said.text and page.failed.append(said.text)
    )
    page.on("response", lambda got: got.status >= 400 and page.failed.append(got.url))
    yield page
    page.close()
    assert page.failed == []
    assert Outside.asked == []


def start(page, site: str, name: str) -> None:
    """Open a notebook that runs, and wait for its Python."""
    page.goto(f"{site}/run/notebooks/index.html?path=notebooks/{name}")
    page.get_by_text("Python is starting.").wait_for()
    page.wait_for_function(lab.READY, timeout=1000 * SECONDS)


@pytest.mark.site
@lab.needs_browser
def test_a_request_to_another_host_would_be_noticed(context, site):
    page = context.new_page()
    page.goto(f"{site}/run/start.js")  # no page of the site, whose policy would refuse the request
    page.evaluate("() => fetch('http://course.example/', { mode: 'no-cors' }).catch(() => 0)")
    page.evaluate("""() => new Promise(done => {
        const script = "fetch('http://worker.example/').catch(() => 0).then(() => postMessage(0))"
        const worker = new Worker(URL.createObjectURL(new Blob([script])))
        worker.onmessage = done
    })""")
    page.close()
    assert Outside.asked == ["http://course.example/", "http://worker.example/"]


def a_stroke(page) -> str:
    """Draw a line from top to bottom on the empty sheet; gives what the picture says then."""
    picture = page.locator(lab.PICTURE)
    picture.get_by_role("button", name="Empty sheet").click()
    box = picture.locator("[tabindex='0']").bounding_box()
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 0.1 * box["height"])
    page.mouse.down()
    page.mouse.move(middle, box["y"] + 0.9 * box["height"], steps=12)
    page.mouse.up()
    return picture.get_by_role("status").inner_text()


@pytest.mark.site
@lab.needs_browser
@pytest.mark.parametrize(
    "notebook",
    [
        pytest.param(one, marks=[pytest.mark.sample] * (one.slug == SAMPLE), id=one.name)
        for one in course.notebooks()
    ],
)
def test_a_notebook_runs_in_the_tab_and_shows_what_is_stored(notebook, page, site):
    start(page, site, notebook.name)
    assert page.locator(".jp-OutputArea-output", has_text=COMMA).count() == 0
    stored = page.evaluate(PRINTED)
    lab.run_all(page, SECONDS)
    assert page.evaluate(PRINTED) == stored  # as it is shown
    course.expect_none(course.differences(notebook, page.evaluate(lab.OUTPUTS)))
    lab.expect_whole(page, notebook)
    lab.moves(page)
    if notebook.slug == "digits":
        assert "It says 1," in a_stroke(page)
    for name, (owner, cell) in EXERCISES.items():
        if owner is notebook:
            starter, _, call = cell.source.rpartition("\n")
            wrong, right = f"{answer_name(name)} = 'no idea'", solution(name)
            for answer, expected in [(wrong, "Not yet. "), (right, "Correct. ")]:
                source = f"{starter}\n{answer}\n{call}"
                verdict = lab.within(page, 60, lab.RUN_CELL, [cell.id, source]).strip()
                assert verdict.splitlines()[-1].startswith(expected), f"{name}: {verdict}"


@pytest.mark.site
@lab.needs_browser
def test_a_changed_notebook_survives_a_reload_and_a_fresh_copy_is_put_beside_it(page, site):
    name = course.notebook(1).name
    start(page, site, name)
    lab.within(page, 60, CHANGE, "# Mine")
    page.reload()
    page.wait_for_function(lab.READY, timeout=1000 * SECONDS)
    assert page.evaluate(SOURCE) == "# Mine"
    page.get_by_role("button", name="Fresh copy").click()
    page.get_by_text("Yours is kept as").wait_for()
    assert page.evaluate(SOURCE) == course.notebook(1).cells[0].source
    mine = lab.within(page, 60, TEXT, f"notebooks/{name[:-6]} (mine).ipynb")
    assert "".join(mine["cells"][0]["source"]) == "# Mine"


# A copy in the reader's browser, and a newer version of the course.


class Editions:
    """A site that is published again and again; without Python, which would take its time."""

    def __init__(self, folder) -> None:
        self.run = folder / "run"
        shutil.copytree(SITE / "run", self.run, ignore=shutil.ignore_patterns("*.whl", "pyodide*"))
        settings = json.loads((self.run / "jupyter-lite.json").read_text(encoding="utf-8"))
        settings["jupyter-config-data"]["federated_extensions"] = []
        self.replace("jupyter-lite.json", json.dumps(settings))
        self.replace("python.js", "")
        self.address = serve(folder=folder).address

    def replace(self, path: str, text: str) -> None:
        """Another edition, in which a file says something else."""
        file, hashes = self.run / path, self.run / "hashes.json"
        file.write_text(text, encoding="utf-8")
        listed = json.loads(hashes.read_text(encoding="utf-8"))
        listed[path] = browser_python.sha256(file.read_bytes())[:16]
        hashes.write_text(json.dumps(listed), encoding="utf-8")

    def replace_notebook(self, number: int, first: str) -> None:
        """Another edition, in which a notebook's first cell says something else."""
        path = f"files/notebooks/{course.notebook(number).name}"
        notebook = json.loads((self.run / path).read_text(encoding="utf-8"))
        notebook["cells"][0]["source"] = first
        self.replace(path, json.dumps(notebook))


@pytest.fixture
def editions(tmp_path):
    yield Editions(tmp_path)
    shutil.rmtree(tmp_path / "run")


def look_at(page, site: str, path: str, app: str = "notebooks") -> None:
    """Open a file of the course without waiting for Python."""
    # "commit": a page that leads on while it loads would interrupt a longer wait
    page.goto(f"{site}/run/{app}/index.html?path={path}", wait_until="commit")
    page.wait_for_function("() => document.body?.dataset.settled")


@pytest.mark.site
@lab.needs_browser
def test_a_newer_version_is_shown_at_the_next_visit_and_no_work_is_lost(page, editions):
    changed, ran, read = [f"notebooks/{course.notebook(number).name}" for number in [1, 2, 3]]
    for path, action in [(changed, [CHANGE, "# Mine"]), (ran, [CLEAR]), (read, ["() => 0"])]:
        look_at(page, editions.address, path)
        lab.within(page, 60, *action)
    for number in [1, 2, 3]:
        editions.replace_notebook(number, "# The second")
    for path in [ran, read]:
        look_at(page, editions.address, path)
        assert page.evaluate(SOURCE) == "# The second"

    asks = page.get_by_text("The course has a newer version")
    look_at(page, editions.address, changed)
    assert page.evaluate(SOURCE) == "# Mine"
    asks.wait_for()
    page.keyboard.press("Enter")  # go on with mine
    look_at(page, editions.address, changed)
    assert not asks.count()
    assert page.evaluate(SOURCE) == "# Mine"

    editions.replace_notebook(1, "# The third")
    look_at(page, editions.address, changed)
    asks.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the new one
    page.get_by_text("Yours is kept as").wait_for()
    assert page.evaluate(SOURCE) == "# The third"
    page.keyboard.press("Enter")  # the link to mine
    page.wait_for_url("**mine**")
    page.wait_for_function("() => document.body.dataset.settled")
    assert page.evaluate(SOURCE) == "# Mine"


@pytest.mark.site
@lab.needs_browser
def test_python_gets_the_newest_helpers_whatever_copies_the_browser_keeps(page, editions):
    saved, changed = [f"notebooks/program_that_learns/{name}.py" for name in ["play", "look"]]
    for path, action in [(saved, SAVE_TEXT), (changed, CHANGE_TEXT)]:
        look_at(page, editions.address, path, "edit")
        lab.within(page, 60, action)
    look_at(page, editions.address, f"notebooks/{course.notebook(1).name}")
    assert lab.within(page, 60, TEXT, changed) == "# Mine"  # as long as nothing newer is there
    for path in [saved, changed]:
        editions.replace(f"files/{path}", "# The second")
    look_at(page, editions.address, f"notebooks/{course.notebook(1).name}")
    page.get_by_text("The course has a newer look.py, which is used now.").wait_for()
    for path in [saved, changed]:
        assert lab.within(page, 60, TEXT, path) == "# The second"
    assert lab.within(page, 60, TEXT, changed.replace(".py", " (mine).py")) == "# Mine"


@pytest.mark.site
@lab.needs_browser
@pytest.mark.parametrize("first, then", [("data", "forward_pass"), ("digits", "digits")])
def test_after_one_visit_the_notebooks_run_without_a_network(first, then, page):
    server = serve()
    start(page, server.address, course.notebook(first).name)
    page.get_by_text("From now on this page works without a network, too.").wait_for()
    server.shutdown()
    server.server_close()
    notebook = course.notebook(then)
    start(page, server.address, notebook.name)
    lab.run_all(page, SECONDS)
    course.expect_none(course.differences(notebook, page.evaluate(lab.OUTPUTS)))
    lab.expect_whole(page, notebook)


@pytest.mark.site
@lab.needs_browser
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_to_read_is_whole_and_its_button_leads_to_its_notebook(path, page, site):
    page.goto(f"{site}/{path.relative_to(SITE).as_posix()}")
    for name in ["meta[name=description]", "meta[property='og:title']"]:
        assert page.locator(name).count() == 1 and page.locator(name).get_attribute("content")
    assert page.locator("article img:not([width])").count() == 0, "what is below would jump"
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
    lab.within(page, 60, PICTURES)
    assert page.locator("article img:not([alt])").count() == 0
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    button = page.get_by_role("link", name="Run this notebook here")
    assert button.count() == (path.parent.name == "notebooks" and path.stem != "glossary")
    for wide in [1200, 360]:
        page.set_viewport_size({"width": wide, "height": 800})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= wide
    if button.count():
        notebook = course.notebook(int(path.name[:2]))
        assert button.get_attribute("href").endswith(f"?path=notebooks/{notebook.name}")
        lab.moves(page, "play-picture")


def foreign_notebook() -> dict:
    """A notebook that says it is trusted, and tries what a stranger's notebook may try."""
    outputs = [{"text/html": FOREIGN}, {"image/svg+xml": SVG}, {"application/javascript": ATTACK}]
    outputs.append({"application/json": ["a", "list"]})
    prose = nbformat.v4.new_markdown_cell(f"[A foreign link](javascript:{ATTACK})\n\n{FOREIGN}")
    code = course.code("1", *[nbformat.v4.new_output("display_data", data) for data in outputs])
    notebook = course.sample(prose, code).node
    for holder in [notebook, *notebook["cells"]]:
        holder["metadata"]["trusted"] = True
    return json.loads(json.dumps(notebook))


@pytest.mark.site
@lab.needs_browser
def test_a_renamed_notebook_is_found_at_its_old_address(finished, page, site):
    moved = (finished / "notebooks" / "07_old.html").read_text().replace("02_new", "02_sigmoid")
    assert f'<link rel="canonical" href="{ADDRESS}notebooks/02_sigmoid.html">' in moved
    page.route("**/07_old.html", lambda route: route.fulfill(body=moved, content_type="text/html"))
    page.goto(f"{site}/notebooks/07_old.html")
    page.wait_for_url("**/02_sigmoid.html")


@pytest.mark.site
@lab.needs_browser
def test_a_renamed_notebook_runs_at_its_old_address_and_a_copy_of_the_old_one_is_kept(
    page, editions
):
    now = f"notebooks/{course.notebook('sigmoid').name}"
    first, _, program = (SITE / "run" / "copies.js").read_text(encoding="utf-8").partition("\n")
    assert first.startswith("const MOVED = {")
    moved = json.dumps({"notebooks/07_old.ipynb": now})
    editions.replace("copies.js", f"const MOVED = {moved}\n{program}")
    look_at(page, editions.address, "notebooks/07_old.ipynb")
    assert page.url.endswith(f"?path={quote(now, safe='')}")
    page.failed.clear()  # the old one was looked for
    lab.within(page, 60, UPLOAD, ["notebooks/07_old.ipynb", foreign_notebook()])
    look_at(page, editions.address, "notebooks/07_old.ipynb")
    assert page.url.endswith("07_old.ipynb")


@pytest.mark.site
@lab.needs_browser
def test_from_a_page_that_is_not_there_a_way_leads_back(page, site):
    missing = (SITE / "404.html").read_text(encoding="utf-8")
    page.route("**/no/such", lambda route: route.fulfill(body=missing, content_type="text/html"))
    page.goto(f"{site}/no/such")
    page.get_by_role("heading", name="There is no such page").wait_for()
    page.locator("article").get_by_role("link", name="front page").click()
    page.get_by_role("heading", name="A program that learns").wait_for()


@pytest.mark.site
@lab.needs_browser
def test_a_word_typed_into_the_search_finds_its_pages(page, site):
    page.goto(f"{site}/notebooks/01_data.html")
    page.get_by_role("textbox", name="Search").fill("backpropagation")
    page.keyboard.press("Enter")
    page.locator("#search-results li a", has_text="Find the blame").first.click()
    page.get_by_role("heading", name="Find the blame").wait_for()


@pytest.mark.site
@lab.needs_browser
def test_on_paper_solutions_are_open_and_there_is_nothing_to_press(page, site):
    page.goto(f"{site}/notebooks/01_data.html")
    page.wait_for_function("() => document.querySelector('play-picture').show")
    seen = "() => document.querySelector('details:not([open]) p').checkVisibility()"
    assert not page.evaluate(seen)
    page.emulate_media(media="print")
    assert page.evaluate(seen)
    assert page.get_by_role("button").count() == page.get_by_role("slider").count() == 0
    for name in [".sidebar-drawer", ".toc-drawer", ".skip-to-content", ".run", "footer"]:
        assert page.locator(name).count() and not page.locator(name).first.is_visible(), name


@pytest.mark.site
def test_with_an_address_a_shared_link_brings_its_picture(tmp_path):
    code = "import sys, pathlib, pages; pages.build(*map(pathlib.Path, sys.argv[1:]))"
    subprocess.run(
        [course.ROOT / ".venv-site/bin/python", "-c", code, tmp_path, tmp_path / "site"],
        check=True,
        env=os.environ | {"SITE_ADDRESS": ADDRESS, "PYTHONPATH": str(BUILDER)},
    )
    assert (tmp_path / "site" / "figures" / "preview.png").is_file()
    for path in ["index.html", "notebooks/01_data.html"]:
        text = (tmp_path / "site" / path).read_text(encoding="utf-8")
        assert f'<meta property="og:image" content="{ADDRESS}figures/preview.png">' in text
        assert f'<link rel="canonical" href="{ADDRESS}{path}">' in text
    assert "<base href='/sub/'>" in (tmp_path / "site" / "404.html").read_text(encoding="utf-8")


# The exports.


def test_in_the_book_what_was_folded_stands_at_the_end():
    text = "<h2>By hand</h2><p>?</p><details><summary>Solution</summary><p>42</p></details><p>!</p>"
    chapter, answers = export.folded_last(text, "01_data")
    assert "42" not in chapter and "42" in answers[0] and "<p>!</p>" in chapter
    assert 'href="#01_data--answer-0"' in chapter and 'id="01_data--answer-0"' in answers[0]
    assert "By hand" in answers[0]


@pytest.mark.site
@lab.needs_browser
def test_an_exported_page_holds_all_its_pictures_and_asks_nothing(page, site, tmp_path):
    export.export(SITE, tmp_path / "made")
    page.on(
        "request",
        lambda asked: asked.url.startswith("data:") or page.failed.append(asked.url),
    )
    for path in sorted((tmp_path / "made").rglob("*.html")):
        alone = tmp_path / path.name
        shutil.copy(path, alone)
        page.goto(alone.as_uri())
        page.failed = [url for url in page.failed if not url.startswith((alone.as_uri(), "blob:"))]
        assert page.failed == []
        assert page.get_by_role("link", name="Run this notebook here").count() == 0
        lab.within(page, 60, PICTURES)
        stored = (SITE / path.relative_to(tmp_path / "made")).read_text(encoding="utf-8")
        assert page.locator("article img").count() == stored.count("<img")
        if path.stem[:2].isdigit():
            lab.moves(page, "play-picture")
    printed = (tmp_path / "made" / "course.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", printed)) > 100


@pytest.mark.site
@lab.needs_browser
def test_a_foreign_notebook_that_says_it_is_trusted_runs_no_script(page, site):
    look_at(page, site, f"notebooks/{course.notebook(2).name}")
    lab.within(page, 60, UPLOAD, ["foreign.ipynb", foreign_notebook()])
    look_at(page, site, "foreign.ipynb")
    page.get_by_text("A foreign output").last.wait_for()
    assert page.evaluate(TEXT, "foreign.ipynb")["cells"][1]["outputs"][-1]["data"] == {
        "application/json": ["a", "list"]
    }
    page.wait_for_timeout(1000)
    assert page.locator(".jp-Notebook").locator("script, iframe, meta, a[href^=java]").count() == 0
    assert page.title() != "taken over"
    assert page.failed == []
    # Were it trusted, the policy of the page would still stand in its way.
    lab.within(page, 60, INSERT, FOREIGN.partition("<svg")[0])
    page.wait_for_timeout(1000)
    assert page.title() != "taken over"
    assert len([said for said in page.failed if "violates" in said]) == 2
    page.failed.clear()


@pytest.mark.site
@lab.needs_browser
@pytest.mark.parametrize(
    "path", ["../../x", "http://course.example/x.ipynb", f"javascript:{ATTACK}"]
)
def test_a_link_opens_nothing_but_files_of_the_course(path, page, site):
    page.goto(f"{site}/run/notebooks/index.html?path={path}#{ATTACK}")
    page.get_by_text("File Load Error").wait_for()
    assert page.title() != "taken over"
    assert page.url.startswith(site)
    page.failed.clear()  # what is not there was looked for


@pytest.mark.site
@lab.needs_browser
def test_a_browser_that_stores_nothing_is_told_so(page, site):
    page.add_init_script("delete window.indexedDB; window.indexedDB = { open() { throw 0 } }")
    page.goto(f"{site}/run/start.js")
    page.set_content("<body></body>")
    page.add_script_tag(url=f"{site}/run/start.js")
    page.get_by_text("This browser stores nothing for this site, so this notebook").wait_for()


@pytest.mark.site
@lab.needs_browser
def test_who_waits_in_vain_is_told_what_to_do(page, site):
    page.goto(f"{site}/run/start.js")
    page.clock.install()
    page.set_content("<body></body>")
    page.add_script_tag(url=f"{site}/run/start.js")
    page.get_by_text("Python is starting.").wait_for()
    page.clock.fast_forward("03:05")
    page.get_by_text("Python has not answered for three minutes").wait_for()


@pytest.mark.site
@lab.needs_browser
def test_from_a_usb_stick_it_can_be_read_and_what_runs_says_what_it_needs(page):
    page.goto((SITE / "index.html").as_uri())
    page.get_by_role("link", name="Squash any number").first.click()
    lab.moves(page, "play-picture")
    with page.expect_event("pageerror"):  # JupyterLite's modules are not loaded there
        page.get_by_text("Run this notebook here").first.click()
    page.get_by_text("This page was opened as a file").wait_for()
    page.failed.clear()


def contents(path: Path) -> dict[str, bytes]:
    """A file's content by its name; of an archive, that of each file in it but for modules, which are
    compiled when they are shipped: of these the name."""
    if not zipfile.is_zipfile(path):
        return {path.name: path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return {
        re.sub(r"\.pyc?$", ".py", name): b"" if name.endswith((".py", ".pyc")) else content
        for name, content in files.items()
    }


@pytest.mark.site
def test_every_shipped_file_of_python_was_checked_and_only_modules_differ_as_they_are_compiled():
    lock = (BUILDER / "pyodide-lock.json").read_text(encoding="utf-8")
    shipped = SITE / "run" / "static" / "pyodide"
    pinned = browser_python.pinned(lock)
    assert {path.name for path in shipped.iterdir()} == {*pinned, "pyodide-lock.json"}
    for name, expected in pinned.items():
        assert browser_python.sha256((CHECKED / name).read_bytes()) == expected, name
        assert contents(shipped / name) == contents(CHECKED / name)


@pytest.mark.site
def test_one_flipped_bit_in_any_file_of_python_stops_the_build(tmp_path, monkeypatch):
    def flipped(name, _):
        content = bytearray((CHECKED / name).read_bytes())
        content[len(content) // 2] ^= 1
        return bytes(content), "another mirror"

    monkeypatch.setattr(browser_python, "find", flipped)
    lock = (BUILDER / "pyodide-lock.json").read_text(encoding="utf-8")
    for name, expected in browser_python.pinned(lock).items():
        with pytest.raises(
            browser_python.Mismatch, match=f"^{re.escape(name)}, from another mirror"
        ):
            browser_python.checked(name, expected, tmp_path)


@pytest.mark.site
def test_one_flipped_bit_in_any_file_of_a_tool_stops_the_build(monkeypatch):
    folders = map(str, course.ROOT.glob(".venv-site/lib/*/site-packages"))
    tools = {tool.name: tool for tool in metadata.distributions(path=folders)}
    read = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: bytes([read(path)[0] ^ 1]) + read(path)[1:]
    )
    for name in SHIPPED:
        for file in tools[name].files:
            if file.hash and Path(file.locate()).stat().st_size:
                with pytest.raises(browser_python.Mismatch):
                    installed.check([SimpleNamespace(name=name, files=[file])])


@pytest.mark.site
def test_the_site_is_small_and_runs_no_code_from_a_link():
    size = sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file())
    assert size <= 120e6
    assert not any((SITE / "run" / app).exists() for app in ["repl", "lab", "consoles"])
