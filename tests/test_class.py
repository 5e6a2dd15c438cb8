"""A class with accounts: the hub that values.yaml sets up lets in whom it names and keeps their work."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import course
import pytest
import requests
import yaml
from traitlets.config import Config

pytestmark = pytest.mark.skipif(os.name == "nt", reason="JupyterHub does not run on Windows.")
VALUES = (course.ROOT / "binder" / "hub" / "values.yaml").read_text(encoding="utf-8")
# What the chart adds, but without a cluster: servers are processes, nobody needs a proxy, and the
# school's login believes whoever says a name. Before, rosa was in charge and grace on the list.
LOCAL = """
import sys
from jupyterhub import orm
from jupyterhub.proxy import Proxy
from oauthenticator.generic import GenericOAuthenticator
class Login(GenericOAuthenticator):
    async def get_token_info(self, handler, params):
        return {"access_token": params["code"]}
    async def token_to_user(self, token_info):
        return {"preferred_username": token_info["access_token"]}
class NoProxy(Proxy):
    should_start = False
    async def no_route(self, *ignored):
        return {}
    add_route = delete_route = get_all_routes = no_route
before = orm.new_session_factory("sqlite:///jupyterhub.sqlite")()
admin, user = orm.Role(name="admin"), orm.Role(name="user")
before.add(orm.User(name="rosa", admin=True, roles=[admin, user]))
before.add(orm.User(name="grace", roles=[user]))
before.commit()
for name, settings in CONFIG.items():
    c[name].update(settings)
assert c.JupyterHub.authenticator_class == "generic-oauth"
c.JupyterHub.update(authenticator_class=Login, proxy_class=NoProxy, spawner_class="simple")
c.JupyterHub.hub_bind_url = HUB
c.SimpleLocalProcessSpawner.update(home_dir_template=HOMES, interrupt_timeout=1)
c.Spawner.update(start_timeout=120, http_timeout=120)  # tests beside it need the computer, too
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser", "--allow-root"]
exec(EXTRA)
"""


def filled(**known: str) -> tuple[dict, str]:
    """What values.yaml sets and runs in the hub, with these in place of each YOUR_..."""
    text = re.sub("YOUR_([A-Z_]+)", lambda found: known.get(found[1], "some"), VALUES)
    hub = yaml.safe_load(text.replace("https://", "http://"))["hub"]
    return hub["config"], hub["extraConfig"]["course"]


def wait(log: Path, until) -> None:
    """Wait for at most two minutes until something is true."""
    end = time.monotonic() + 120
    while not until():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.2)


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """The folder, the log and the address of a hub that values.yaml sets up for a teacher, ada and
    rosa."""
    folder = tmp_path_factory.mktemp("class")
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    known = {"HUB": f"http://{place}", "HOMES": f"{folder}/{{username}}"}
    known["CONFIG"], known["EXTRA"] = filled(HUB=place, NAME="teacher", LEARNERS="ada, rosa")
    (folder / "config.py").write_text(f"globals().update({known!r})\n{LOCAL}", encoding="utf-8")
    command, log = [sys.executable, "-m", "jupyterhub", "--config=config.py"], folder / "log"
    with open(log, "w") as file:
        process = subprocess.Popen(command, cwd=folder, stdout=file, stderr=file)
    try:
        wait(log, lambda: process.poll() is not None or "is now running" in log.read_text())
        assert process.poll() is None, log.read_text()
        yield folder, log, f"http://{place}/hub"
    finally:
        process.terminate()
        process.wait(60)


def enter(hub: str, name: str) -> tuple[requests.Session, list[str]]:
    """The browser of a person who went to the hub, and their roles there, if they were let in."""
    session = requests.Session()
    login = session.get(f"{hub}/oauth_login?next=/hub/home", allow_redirects=False, timeout=60)
    state = login.headers["Location"].partition("state=")[2]
    session.get(f"{hub}/oauth_callback?code={name}&state={state}", timeout=60)
    session.headers["X-XSRFToken"] = session.cookies.get("_xsrf", path="/hub/")
    return session, sorted(session.get(f"{hub}/api/user", timeout=60).json().get("roles", []))


def test_the_hub_does_not_start_without_its_administrator_and_says_why():
    config, extra = filled(NAME="YOUR_NAME")
    with pytest.raises(SystemExit, match="while values.yaml says YOUR_NAME$"):
        exec(extra, {"c": Config(config)})


def test_the_listed_come_in_and_only_the_named_one_is_in_charge_and_no_link_lets_strangers_in(hub):
    _, log, address = hub
    found = {name: enter(address, name)[1] for name in ["teacher", "ada", "rosa", "grace", "eve"]}
    listed = {"teacher": ["admin", "user"], "ada": ["user"], "rosa": ["user"]}
    assert found == listed | {"grace": [], "eve": []}
    assert "not recognized" not in log.read_text(), "a setting is misspelt"
    eve = enter(address, "eve")[0]
    for page in ["home", "signup", "authorize/eve"]:
        assert eve.get(f"{address}/{page}", timeout=60).status_code in (403, 404), page


def test_the_course_is_there_and_saved_work_after_a_stop_too(hub):
    folder, log, address = hub
    hook = yaml.safe_load(VALUES)["singleuser"]["lifecycleHooks"]["postStart"]["exec"]["command"][2]
    hook = hook.replace("/home/jovyan", f"{folder}/ada").replace("/srv/course", str(course.ROOT))
    people, sessions = f"{address}/api/users", []
    for name in ["ada", "rosa"]:
        made = enter(address, name)[0].post(f"{people}/{name}/tokens", json={}, timeout=60).json()
        sessions.append(requests.Session())
        sessions[-1].headers["Authorization"] = f"token {made['token']}"
    ada, rosa = sessions

    def server() -> dict:
        return ada.get(f"{people}/ada", timeout=60).json()["servers"].get("", {})

    ada.post(f"{people}/ada/server", timeout=60).raise_for_status()
    exec(hook, {})
    wait(log, lambda: server().get("ready"))
    origin, place = re.findall(r"to proxy (\S+) => (\S+)", log.read_text())[-1]
    assert origin == "ada.127.0.0.1/user/ada/", "not an origin of its own"
    notebook = f"{place}/user/ada/api/contents/course/notebooks/01_data.ipynb"
    assert rosa.get(notebook, timeout=60).status_code == 403
    mine = ada.get(notebook, timeout=60).json()["content"]  # the course is there
    mine["cells"][0]["source"] = "# Mine"
    ada.put(notebook, json={"type": "notebook", "content": mine}, timeout=60).raise_for_status()
    ada.delete(f"{people}/ada/server", timeout=60).raise_for_status()
    wait(log, lambda: not server())
    exec(hook, {})  # as at the next start
    saved = folder / "ada" / "course" / "notebooks" / "01_data.ipynb"
    assert "# Mine" in saved.read_text(encoding="utf-8")
