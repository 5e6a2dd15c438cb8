"""The course keeps to itself: its server to its reader, its notebooks to their folder, its pages to
what the project wrote.

While a notebook runs here (course.run), it can't open a connection or start a program, and every
file that it opens to write is noted.
"""

import os
import re

import course
import nbformat
from program_that_learns.live import SCRIPT

IMAGE = r'<img src="data:image/png;base64,[A-Za-z0-9+/=]+" alt="[^"<>]*">'
# A picture, or one to play with: data that no tag can stand in, and the one script there is.
PICTURE = re.compile(
    rf"{IMAGE}|<play-picture>\n{IMAGE}\n<p>[^<]*</p>\n<p>[^<]*</p>\n"
    r'<script type="application/json">[^<>&]*</script>\n<script type="module">\n'
    + re.escape(SCRIPT)
    + "</script>\n</play-picture>"
)
KINDS = {"text/plain", "text/html", "image/png"}
TAGS = {"details", "summary"}  # what Markdown cells may hold of HTML
SITES_OWN = {f"binder/site/{name}.js" for name in "compile copies early keep python start".split()}
SCRIPTS = {"notebooks/program_that_learns/live.js", *SITES_OWN}  # all the JavaScript there is
# Lines of Python in them, and a worker's way to its own site's scripts.
KNOWN = ["import sys, micropip, piplite.piplite, pyodide_kernel", "import matplotlib.pyplot"]
KNOWN += ["importScripts", '"http://www.w3.org/2000/svg"']
OPEN_DOORS = re.compile(  # settings of Jupyter that let others in
    r"token=(?:''|\"\"|\s|$)|password|disable_check_xsrf|allow_origin|allow_remote|allow_unauth"
    r"|--ip\b|\.ip\s*=|0\.0\.0\.0|allow_root|--allow-root|--insecure"
)


def open_doors(text: str) -> list[str]:
    """The settings in a text that would let others in."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [line.strip() for line in lines if OPEN_DOORS.search(line)]


def foreign_outputs(notebook: course.Notebook) -> list[str]:
    """Outputs that are no text, no picture, or HTML that is more than a picture with its text."""
    problems = []
    for cell in notebook.code:
        for output in cell.node.get("outputs", []):
            data = output.get("data", {})
            if other := set(data) - KINDS:
                problems.append(f"{cell.where} stores {sorted(other)}: text and pictures will do")
            html = data.get("text/html")
            if html is not None and not PICTURE.fullmatch(html):
                problems.append(f"{cell.where} stores HTML that is no picture: {html[:80]}")
            if "\x1b" in output.get("text", ""):
                problems.append(f"{cell.where} stores control characters of a terminal")
    return problems


def foreign_markup(notebook: course.Notebook) -> list[str]:
    """Tags in the prose other than those that fold an answer away, and links that run a script."""
    problems = []
    for cell in notebook.markdown:
        prose = re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL)
        for tag, rest in re.findall(r"</?([a-zA-Z][\w-]*)([^>]*)>", prose):
            if tag not in TAGS or rest.strip():
                problems.append(f"{cell.where} holds <{tag}{rest}>: Markdown can do without")
        if re.search(r"\]\(\s*(javascript|data):", prose, re.IGNORECASE):
            problems.append(f"{cell.where} has a link that runs a script")
    return problems


def reaches_out(notebook: course.Notebook) -> list[str]:
    """What the notebook tried that it may not: connections, programs, changes to files."""
    return [
        f"{notebook.name}, cell {cell}: {event} {what}"
        for cell, event, what in course.run(notebook).reached
    ]


def test_make_lab_and_binder_open_no_door():
    for path in ["Makefile", "binder/start", "README.md"]:
        text = (course.ROOT / path).read_text(encoding="utf-8")
        assert open_doors(text) == [], path


@course.each_notebook
def test_no_notebook_reaches_the_network_starts_a_program_or_writes_a_file(notebook):
    course.expect_none(reaches_out(notebook))


@course.each_notebook
def test_outputs_hold_nothing_but_text_and_pictures(notebook):
    course.expect_none(foreign_outputs(notebook))


@course.each_notebook
def test_the_prose_holds_no_html_but_folded_answers(notebook):
    course.expect_none(foreign_markup(notebook))


def test_the_only_javascript_is_the_courses_own_and_talks_to_nobody():
    ours = ["notebooks", "figures", "tests", "binder"]
    found = {
        path.relative_to(course.ROOT).as_posix()
        for folder in ours
        for kind in ["*.js", "*.mjs", "*.html"]
        for path in (course.ROOT / folder).rglob(kind)
        if ".ipynb_checkpoints" not in path.parts
    }
    assert found == SCRIPTS
    words = "fetch XMLHttp WebSocket import eval Function( innerHTML outerHTML insertAdjacent ://"
    for path in SCRIPTS:
        source = (course.ROOT / path).read_text(encoding="utf-8")
        for known in KNOWN:
            source = source.replace(known, "")
        code = re.sub(r"//.*", "", source)
        if path in SITES_OWN:  # it fetches its own files: no address of another host stands in it
            code = code.replace("fetch", "")
        for word in [*words.split(), "document.write", "</script", "<!--", ".cookie"]:
            assert word not in code, f"{path}: {word}"


def test_open_doors_are_found():
    words = "--IdentityProvider.token='' --ServerApp.token= --ServerApp.password=x --ip=0.0.0.0"
    words += " --ServerApp.disable_check_xsrf=True --ServerApp.allow_origin='*' --allow-root"
    for line in [*words.split(), "c.ServerApp.ip = '*'"]:
        assert open_doors(line), line
    assert open_doors("# never --ip=0.0.0.0\n--LabApp.default_url=/lab?token=abc") == []


def test_foreign_outputs_and_markup_are_found():
    def output(**data):
        data = {kind.replace("_", "/"): value for kind, value in data.items()}
        return course.sample(course.code("1", nbformat.v4.new_output("display_data", data)))

    good = '<img src="data:image/png;base64,aWk=" alt="a &lt; b">'
    assert foreign_outputs(output(text_html=good, image_png="aWk=", text_plain="x")) == []
    data = '<script type="application/json">{}</script>\n<script type="module">\n'
    block = f"<play-picture>\n{good}\n<p>1</p>\n<p>2</p>\n{data}{SCRIPT}</script>\n</play-picture>"
    assert foreign_outputs(output(text_html=block)) == []
    for bad in [
        {"text_html": block.replace("const SVG", "fetch('x'); const SVG")},
        {"text_html": block.replace("{}", "{}</script><script>1")},
        {"text_html": good + "<script>1</script>"},
        {"text_html": good.replace(">", ' onload="1">')},
        {"application_javascript": "1"},
    ]:
        assert foreign_outputs(output(**bad)), bad
    assert foreign_outputs(course.sample(course.code("1", course.printed("\x1b[31mred"))))
    fine = "<details><summary>A</summary>\n\n`<b>` a < b\n\n```html\n<i>\n```\n</details>"
    assert foreign_markup(course.sample(course.markdown(fine))) == []
    for bad in ["<b>x</b>", '<details open="">', "[x](javascript:1)"]:
        assert foreign_markup(course.sample(course.markdown(bad))), bad


WAYS_OUT = """
socket.create_connection(("127.0.0.1", 9))
socket.socket(type=socket.SOCK_DGRAM).sendto(b"", ("127.0.0.1", 9))
socket.socket().listen()
socket.gethostbyname("example.org")
subprocess.run(["true"])
os.system("true")
os.execv("nowhere", ["true"])
os.spawnv(os.P_WAIT, "nowhere", ["true"])
os.posix_spawn("nowhere", ["true"], {})
os.fork() or os._exit(0)
os.forkpty()[0] or os._exit(0)
os.startfile("nowhere")
ctypes.CDLL("nowhere")
ctypes.pythonapi.Py_GetVersion
open("new", "w")
np.save("new", [1])
os.open("new", os.O_CREAT)
sqlite3.connect("new")
os.mkdir("new")
os.link("old", "new")
os.symlink("old", "new")
shutil.copy("old", "new")
os.rename("old", "new")
os.remove("old")
os.rmdir("folder")
os.truncate("old", 0)
os.chmod("old", 0)
os.chown("old", 0, 0)
os.utime("old")
"""


def test_every_way_out_is_blocked_and_found(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "NOTEBOOKS", tmp_path)
    (tmp_path / "old").write_text("text", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    before = [(path, path.stat()) for path in sorted(tmp_path.iterdir())]
    imports, found = "import ctypes, os, shutil, socket, sqlite3, subprocess, numpy as np", {}
    for line in WAYS_OUT.split("\n")[1:-1]:
        if hasattr(os, re.search(r"(?<=^os\.)\w+|$", line)[0] or "path"):
            source = f"{imports}\ntry:\n  {line}\nexcept OSError:\n  pass"
            found[line] = reaches_out(course.sample(course.code(source)))
    assert [line for line in found if not found[line]] == []
    assert [(path, path.stat()) for path in sorted(tmp_path.iterdir())] == before
    events = " ".join(sum(found.values(), []))
    windows_only = {"os.spawn", "os.startfile"}
    assert {one for one in course.BLOCKED if f" {one}" not in events} <= windows_only
