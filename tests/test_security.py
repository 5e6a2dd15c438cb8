"""The course keeps to itself: its server to its reader, its notebooks to their folder, its pages to
what the project wrote.

While a notebook runs here (course.run), it can't open a connection or start a program, and every
file that it opens to write is noted.
"""

import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import course
import lab
import matplotlib
import nbformat
import pytest

PICTURE = re.compile(r'<img src="data:image/png;base64,[A-Za-z0-9+/=]+" alt="[^"<>]*">')
KINDS = {"text/plain", "text/html", "image/png"}
TAGS = {"details", "summary"}  # what Markdown cells may hold of HTML
SCRIPTS = {"notebooks/program_that_learns/pad.js"}  # all the JavaScript there is
OPEN_DOORS = re.compile(  # settings of Jupyter that let others in
    r"token=(?:''|\"\"|\s|$)|password|disable_check_xsrf|allow_origin|allow_remote|allow_unauth"
    r"|--ip\b|\.ip\s*=|0\.0\.0\.0|allow_root|--allow-root|--insecure"
)


def lab_command() -> list[str]:
    """What `make lab` runs, without the Python that runs it."""
    makefile = (course.ROOT / "Makefile").read_text(encoding="utf-8")
    line = re.search(r"^\t\$\(VENV\) (-m jupyterlab .*) \$\(LAB_FLAGS\)$", makefile, re.MULTILINE)
    return shlex.split(line[1])


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
    """What the notebook tried that it may not: connections, programs, files outside its folder."""
    caches = [Path(matplotlib.get_cachedir()), Path(matplotlib.get_configdir())]
    problems = []
    for cell, event, what in course.run(notebook).reached:
        if event == "open" and any(cache in Path(what).parents for cache in caches):
            continue
        problems.append(f"{notebook.name}, cell {cell}: {event} {what}")
    return problems


def test_make_lab_and_binder_open_no_door():
    assert lab_command()[:2] == ["-m", "jupyterlab"]
    for path in ["Makefile", "binder/start", "README.md"]:
        text = (course.ROOT / path).read_text(encoding="utf-8")
        assert open_doors(text) == [], path


def test_the_server_asks_for_its_token_and_listens_to_this_computer_only(tmp_path):
    """The command of `make lab`, with none of this computer's settings."""
    environment = dict(os.environ)
    for name in lab.FOLDERS:
        environment[name] = str(tmp_path / name.lower())
        Path(environment[name]).mkdir()
    root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    command = [sys.executable, *lab_command(), "--no-browser", f"--port={lab.free_port()}", *root]
    with open(tmp_path / "log", "w") as log:
        server = subprocess.Popen(command, cwd=course.ROOT, env=environment, stdout=log, stderr=log)
    try:
        info = server_info(Path(environment["JUPYTER_RUNTIME_DIR"]), server)
        assert info["hostname"] in ("localhost", "127.0.0.1")
        assert len(info["token"]) >= 32
        address = info["url"] + "api/contents"
        assert answer_to(address, server) == 403
        with urllib.request.urlopen(f"{address}?token={info['token']}", timeout=20) as answer:
            assert answer.status == 200
    finally:
        server.terminate()
        server.wait(30)


def server_info(folder: Path, server: subprocess.Popen) -> dict:
    """What a starting server writes about itself, once it is there."""
    for _ in range(200):
        for path in folder.glob("jpserver-*.json"):
            with contextlib.suppress(ValueError):  # half written
                return json.loads(path.read_text(encoding="utf-8"))
        assert server.poll() is None, f"the server ended: see {folder.parent / 'log'}"
        time.sleep(0.1)
    raise AssertionError("the server did not start in 20 seconds")


def answer_to(address: str, server: subprocess.Popen) -> int:
    """The status with which a starting server answers, once it does."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
    raise AssertionError(f"no answer from {address} in 20 seconds")


@course.each_notebook
def test_no_notebook_reaches_the_network_starts_a_program_or_writes_a_file(notebook):
    course.expect_none(reaches_out(notebook))


@course.each_notebook
def test_outputs_hold_nothing_but_text_and_pictures(notebook):
    course.expect_none(foreign_outputs(notebook))


@course.each_notebook
def test_the_prose_holds_no_html_but_folded_answers(notebook):
    course.expect_none(foreign_markup(notebook))


def test_the_only_javascript_is_that_of_the_sheet_and_it_talks_to_nobody():
    ours = ["notebooks", "figures", "tests", "binder"]
    found = {
        path.relative_to(course.ROOT).as_posix()
        for folder in ours
        for kind in ["*.js", "*.mjs", "*.html"]
        for path in (course.ROOT / folder).rglob(kind)
        if ".ipynb_checkpoints" not in path.parts
    }
    assert found == SCRIPTS
    source = (course.ROOT / "notebooks" / "program_that_learns" / "pad.js").read_text(
        encoding="utf-8"
    )
    code = re.sub(r"//.*", "", source)
    for word in [
        "fetch",
        "XMLHttp",
        "WebSocket",
        "import",
        "eval",
        "Function(",
        "innerHTML",
        "http",
    ]:
        assert word not in code, word


def test_open_doors_are_found():
    for line in [
        "jupyter lab --IdentityProvider.token='' ",
        "--ServerApp.token=",
        "--ip=0.0.0.0",
        "c.ServerApp.ip = '*'",
        "--ServerApp.disable_check_xsrf=True",
        "--ServerApp.allow_origin='*'",
        "--allow-root",
        "--ServerApp.password=''",
    ]:
        assert open_doors(line), line
    assert open_doors("# never --ip=0.0.0.0\n--LabApp.default_url=/lab?token=abc") == []


def test_foreign_outputs_and_markup_are_found():
    def output(**data):
        data = {kind.replace("_", "/"): value for kind, value in data.items()}
        return course.sample(course.code("1", nbformat.v4.new_output("display_data", data)))

    good = '<img src="data:image/png;base64,aWk=" alt="a &lt; b">'
    assert foreign_outputs(output(text_html=good, image_png="aWk=", text_plain="x")) == []
    for bad in [
        {"text_html": good + "<script>1</script>"},
        {"text_html": '<img src="https://x.org/a.png" alt="a">'},
        {"text_html": '<img src="data:image/png;base64,aWk=" alt="a" onload="1">'},
        {"application_javascript": "1"},
        {"image_svg+xml": "<svg/>"},
    ]:
        assert foreign_outputs(output(**bad)), bad
    assert foreign_outputs(course.sample(course.code("1", course.printed("\x1b[31mred"))))
    fine = "<details><summary>A</summary>\n\n`<b>` a < b\n\n```html\n<i>\n```\n</details>"
    assert foreign_markup(course.sample(course.markdown(fine))) == []
    for bad in ["<b>x</b>", '<details open="">', "<iframe>", "[x](javascript:1)", "<p onclick=1>"]:
        assert foreign_markup(course.sample(course.markdown(bad))), bad


@pytest.mark.parametrize(
    "source",
    [
        "import socket\nsocket.create_connection(('127.0.0.1', 9))",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')",
        "import socket\nsocket.getaddrinfo('example.org', 80)",
        "import subprocess\nsubprocess.run(['true'])",
        "import os\nos.system('true')",
        "open('../written.txt', 'w').close()",
        "import numpy as np\nnp.save('../written.npy', [1])",
        "from pathlib import Path\nPath('../written.txt').write_text('x')",
    ],
)
def test_reaching_out_is_blocked_and_found(source, tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setattr(course, "NOTEBOOKS", tmp_path / "notebooks")
    tried = f"try:\n    exec({source!r})\nexcept OSError:\n    pass"
    assert reaches_out(course.sample(course.code(tried)))
