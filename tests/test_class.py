"""A class with accounts: the hub that values.yaml sets up lets in whom it names and keeps their work."""

import contextlib
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import course
import pytest
import requests
import yaml

pytestmark = pytest.mark.skipif(os.name == "nt", reason="JupyterHub does not run on Windows.")
VALUES = (course.ROOT / "binder" / "hub" / "values.yaml").read_text(encoding="utf-8")
NOTEBOOK = "api/contents/course/notebooks/01_data.ipynb"
# What the chart adds, but without a cluster: servers are processes, and nobody needs a proxy.
LOCAL = """
import sys
from jupyterhub.proxy import Proxy
class NoProxy(Proxy):
    should_start, routes = False, {}
    async def add_route(self, routespec, target, data):
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}
    async def delete_route(self, routespec):
        self.routes.pop(routespec, None)
    async def get_all_routes(self):
        return dict(self.routes)
for name, settings in CONFIG.items():
    c[name].update(settings)
c.JupyterHub.update(proxy_class=NoProxy, spawner_class="simple", hub_bind_url=HUB)
c.SimpleLocalProcessSpawner.update(home_dir_template=HOMES, interrupt_timeout=1)
c.Spawner.update(start_timeout=120, http_timeout=120)  # tests beside it need the computer, too
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser", "--allow-root"]
exec(EXTRA)
"""


class Login(http.server.BaseHTTPRequestHandler):
    """The school's login. Who sits at the keyboard stands in a header that the browser sends."""

    def do_GET(self) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query))
        name = self.headers["X-Name"] or self.headers["Authorization"].split()[1]
        back = f"{asked.get('redirect_uri')}?code={name}&state={asked.get('state')}"
        self.tell(302 if asked else 200, back, preferred_username=name)

    def do_POST(self) -> None:
        asked = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.tell(200, "", access_token=asked["code"], token_type="Bearer")

    def tell(self, status: int, location: str, **values: str) -> None:
        self.send_response(status)
        self.send_header("Location", location)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(values).encode())


@contextlib.contextmanager
def running(folder: Path, admin: str, learners: str) -> Iterator[tuple[subprocess.Popen, str, str]]:
    """A hub as values.yaml says, its address, and what it has said once it answered or ended."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Login) as login:
        threading.Thread(target=login.serve_forever, daemon=True).start()
        known = {"HUB": place, "NAME": admin, "LEARNERS": learners}
        school = f"http://127.0.0.1:{login.server_port}"
        known |= dict.fromkeys(["AUTHORIZE_URL", "TOKEN_URL", "USERINFO_URL"], school)
        text = re.sub("YOUR_([A-Z_]+)", lambda found: known.get(found[1], "some"), VALUES)
        hub = yaml.safe_load(text.replace("https://", "http://"))["hub"]
        known = {"CONFIG": hub["config"], "EXTRA": "\n".join(hub["extraConfig"].values())}
        known |= {"HUB": f"http://{place}", "HOMES": f"{folder}/{{username}}"}
        (folder / "config.py").write_text(f"globals().update({known!r})\n{LOCAL}", encoding="utf-8")
        # A check of international addresses costs every process 2 seconds; nobody needs it here.
        (folder / "rfc3987_syntax.py").write_text("raise ImportError", encoding="utf-8")
        with open(folder / "log", "w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "--config=config.py"],
                **{"cwd": folder, "env": os.environ | {"PYTHONPATH": str(folder)}},
                **{"stdout": log, "stderr": log},
            )
        try:
            end = time.monotonic() + 120
            while process.poll() is None and time.monotonic() < end:
                with contextlib.suppress(requests.ConnectionError):
                    if requests.get(f"http://{place}/hub/api", timeout=10).ok:
                        break
                time.sleep(0.1)
            yield process, f"http://{place}/hub", (folder / "log").read_text()
        finally:
            process.terminate()
            process.wait(60)
            login.shutdown()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("class")


@pytest.fixture(scope="module")
def hub(folder) -> Iterator[str]:
    with running(folder, "teacher", "ada, grace") as (process, hub, log):
        assert process.poll() is None, log
        yield hub


def browser(hub: str, name: str) -> tuple[requests.Session, list[str]]:
    """The browser of a person who has just gone to the hub, and their roles there, if let in."""
    session = requests.Session()
    session.headers["X-Name"] = name
    entered = session.get(f"{hub}/home", timeout=60)
    assert entered.status_code in (200, 403), entered.text
    session.headers["X-XSRFToken"] = session.cookies.get("_xsrf", path="/hub/")
    return session, sorted(session.get(f"{hub}/api/user", timeout=60).json().get("roles", []))


def test_the_hub_does_not_start_without_its_administrator_and_says_why(tmp_path):
    with running(tmp_path, "YOUR_NAME", "ada, grace") as (process, _, log):
        assert process.poll() == 1 and log.endswith("while values.yaml says YOUR_NAME\n"), log


def test_strangers_stay_out_and_no_link_lets_them_in(hub):
    for page in ["home", "signup", "authorize/mallory"]:
        session, roles = browser(hub, "mallory")
        assert session.get(f"{hub}/{page}", timeout=60).status_code in (403, 404) and not roles


def test_the_listed_come_in_and_only_the_named_one_is_in_charge(hub, folder, tmp_path):
    found = {name: browser(hub, name)[1] for name in ["teacher", "ada", "grace"]}
    assert found == {"teacher": ["admin", "user"], "ada": ["user"], "grace": ["user"]}
    # Another list and another teacher, while the hub remembers the old ones.
    shutil.copy(folder / "jupyterhub.sqlite", tmp_path)
    with running(tmp_path, "rosa", "ada, teacher") as (_, hub, _):
        found = {name: browser(hub, name)[1] for name in ["rosa", "teacher", "grace"]}
    assert found == {"rosa": ["admin", "user"], "teacher": ["user"], "grace": []}


def test_the_course_is_there_and_saved_work_after_a_stop_too(hub, folder):
    hook = yaml.safe_load(VALUES)["singleuser"]["lifecycleHooks"]["postStart"]["exec"]["command"]
    code = hook[2].replace("/home/jovyan", f"{folder}/ada").replace("/srv/course", str(course.ROOT))
    people, tokens = f"{hub}/api/users", {}
    for name in ["ada", "grace"]:
        made = browser(hub, name)[0].post(f"{people}/{name}/tokens", json={}, timeout=60).json()
        tokens[name] = {"Authorization": f"token {made['token']}"}

    def ask(method: str, url: str, name: str = "ada", **body) -> requests.Response:
        return requests.request(method, url, headers=tokens[name], timeout=60, **body)

    def wait(until, end: float) -> None:
        while not until(ask("GET", f"{people}/ada").json()["servers"]):
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.3)

    def start() -> str:
        subprocess.run([sys.executable, "-c", code], check=True)
        ask("POST", f"{people}/ada/server").raise_for_status()
        wait(lambda servers: servers.get("", {}).get("ready"), time.monotonic() + 120)
        found = re.findall(r"to proxy (\S+) => (\S+)", (folder / "log").read_text())[-1]
        assert found[0] == "ada.127.0.0.1/user/ada/", "not an origin of its own"
        return f"{found[1]}/user/ada/{NOTEBOOK}"

    notebook = start()
    assert ask("GET", notebook, "grace").status_code == 403
    found = ask("GET", notebook)
    assert found.ok, "the course is not there"
    mine = found.json()["content"]
    stored = json.loads((course.NOTEBOOKS / "01_data.ipynb").read_text(encoding="utf-8"))
    assert [cell["id"] for cell in mine["cells"]] == [cell["id"] for cell in stored["cells"]]
    mine["metadata"]["mine"] = True
    ask("PUT", notebook, json={"type": "notebook", "content": mine}).raise_for_status()
    ask("DELETE", f"{people}/ada/server").raise_for_status()
    wait(lambda servers: not servers, time.monotonic() + 60)
    assert ask("GET", start()).json()["content"]["metadata"]["mine"]
