"""A real JupyterHub with learners who use it through HTTP, for test_hub.py and bench_hub.py."""

import contextlib
import csv
import json
import os
import re
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import course
import nbformat
import requests
import websocket

with contextlib.suppress(ImportError):  # Windows
    import pwd

CONFIG = course.ROOT / "binder" / "hub" / "jupyterhub_config.py"
NOTEBOOK = "notebooks/06_training.ipynb"
SERVER, KERNEL = "jupyterhub.singleuser", "ipykernel_launcher"  # in a process's command
PYTHON = course.ROOT / ".venv-hub" / "bin" / "python"  # made by `make hub`
WAIT = 300  # seconds, for a server to start or a cell to run


def missing() -> str:
    """What a live hub lacks here, in a sentence; empty when nothing."""
    if not PYTHON.exists():
        return "JupyterHub is not installed: `make hub-requirements` puts it into .venv-hub"
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "a hub gives every learner a system user of their own, which only root may do"
    return ""


@dataclass
class Learner:
    """One learner's browser: a session at the hub, and a token for the learner's server."""

    address: str
    name: str
    password: str
    account: str  # the system user that the server runs as
    session: requests.Session = field(default_factory=requests.Session)

    def log_in(self) -> bool:
        """Send the log-in form; whether the hub let the learner in."""
        form = self.session.get(f"{self.address}/hub/login", timeout=WAIT)
        token = re.search(r'name="_xsrf" value="([^"]+)"', form.text)
        answer = self.session.post(
            f"{self.address}/hub/login",
            data={"username": self.name, "password": self.password, "_xsrf": token[1]},
            allow_redirects=False,
            timeout=WAIT,
        )
        if answer.status_code != 302:
            return False
        self.session.get(f"{self.address}/hub/home", timeout=WAIT)
        token = self.session.cookies.get("_xsrf", path="/hub/")
        made = self.session.post(
            f"{self.address}/hub/api/users/{self.name}/tokens",
            params={"_xsrf": token},
            json={"note": "tests"},
            timeout=WAIT,
        )
        made.raise_for_status()
        self.token = made.json()["token"]
        return True

    def processes(self, command: str = "") -> list[Path]:
        """The folders in /proc of the learner's processes whose command holds that word."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has just ended
                mine = folder.stat().st_uid == pwd.getpwnam(self.account).pw_uid
                if mine and command in (folder / "cmdline").read_text().replace("\0", " "):
                    found.append(folder)
        return found

    def hub(self, method: str, path: str = "") -> requests.Response:
        """Ask the hub about this learner."""
        return self._ask(method, f"{self.address}/hub/api/users/{self.name}{path}")

    def ask(self, method: str, path: str, **body) -> requests.Response:
        """Ask the learner's server; an error of its is one here."""
        answer = self._ask(method, f"{self.address}/user/{self.name}/api/{path}", **body)
        answer.raise_for_status()
        return answer

    def _ask(self, method: str, url: str, **body) -> requests.Response:
        headers = {"Authorization": f"token {self.token}"}
        return requests.request(method, url, headers=headers, timeout=WAIT, **body)

    def start_server(self) -> None:
        """Start the server, and wait until the hub says that it is ready."""
        end = time.monotonic() + WAIT
        while (answer := self.hub("POST", "/server")).status_code == 429:  # too many at once
            assert time.monotonic() < end, f"{self.name}: {answer.text}"
            time.sleep(5)
        assert answer.ok or "already running" in answer.text, f"{self.name}: {answer.text}"
        while not (servers := self.hub("GET").json()["servers"]).get("", {}).get("ready"):
            assert servers, f"{self.name}: the hub gave the server up"
            assert time.monotonic() < end, f"{self.name}: the server did not start in {WAIT} s"
            time.sleep(0.5)

    def stop_server(self) -> None:
        """Stop the server, and wait until it is gone: on a busy computer the hub answers earlier."""
        self.hub("DELETE", "/server").raise_for_status()
        end = time.monotonic() + WAIT
        while self.hub("GET").json()["servers"]:
            assert time.monotonic() < end, f"{self.name}: the server did not stop in {WAIT} s"
            time.sleep(0.2)

    def read(self, path: str) -> nbformat.NotebookNode:
        """A notebook of the learner's own copy."""
        return nbformat.from_dict(self.ask("GET", f"contents/{path}").json()["content"])

    def save(self, path: str, notebook: nbformat.NotebookNode) -> None:
        self.ask("PUT", f"contents/{path}", json={"type": "notebook", "content": notebook})

    def start_kernel(self, path: str) -> str:
        """Open a notebook as JupyterLab does; gives the kernel's id."""
        body = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        return self.ask("POST", "sessions", json=body).json()["kernel"]["id"]

    def run(self, kernel: str, *sources: str) -> Iterator[str]:
        """Run pieces of code one after the other; gives what each prints."""
        url = f"ws{self.address[4:]}/user/{self.name}/api/kernels/{kernel}/channels"
        header = {"Authorization": f"token {self.token}"}
        channel = websocket.create_connection(url, timeout=WAIT, header=header)
        with contextlib.closing(channel):
            for source in sources:
                yield self._run_one(channel, source)

    def _run_one(self, channel: websocket.WebSocket, source: str) -> str:
        asked = uuid.uuid4().hex
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        header = {
            "msg_id": asked,
            "msg_type": "execute_request",
            "session": asked,
            "username": self.name,
            "version": "5.3",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        channel.send(json.dumps(message | {"channel": "shell"}))
        printed, replied, idle = "", False, False
        while not (replied and idle):
            received = channel.recv()
            if isinstance(received, bytes):  # a widget's picture
                continue
            answer = json.loads(received)
            if answer["parent_header"].get("msg_id") != asked:
                continue
            kind, content = answer["msg_type"], answer["content"]
            if kind == "stream" and content["name"] == "stdout":
                printed += content["text"]
            elif kind == "execute_result":
                printed += content["data"]["text/plain"]
            elif kind == "error":
                raise AssertionError(f"{self.name}: {content['ename']}: {content['evalue']}")
            replied |= kind == "execute_reply"
            idle |= kind == "status" and content["execution_state"] == "idle"
        return printed


def expected(cell: course.Cell) -> str:
    """What a cell prints, as the notebook stores it."""
    texts = (output.get("text") or "" for output in cell.node.outputs)
    values = (
        output.data["text/plain"]
        for output in cell.node.outputs
        if output.output_type == "execute_result"
    )
    return "".join([*texts, *values])


@contextlib.contextmanager
def running(folder: Path, names: list[str], *flags: str) -> Iterator[dict[str, Learner]]:
    """A hub for these learners and the teacher, with a state, a port and system users of its own.

    Those users and their homes are deleted at the end.
    """
    prefix = f"t{os.getpid() % 100_000}-"
    (folder / "class.txt").write_text("\n".join(names))
    address = f"http://127.0.0.1:{free_port()}"
    command = [
        str(PYTHON),
        *("-m", "jupyterhub", "-f", str(CONFIG)),
        f"--JupyterHub.bind_url={address}",
        f"--JupyterHub.hub_port={free_port()}",
        f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{free_port()}",
        *flags,
    ]
    environment = os.environ | {"HUB_STATE": str(folder), "HUB_PREFIX": prefix}
    log_path = folder / "hub.log"
    with open(log_path, "w") as log:
        hub = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,  # as a hub is one, apart from its learners' browsers
        )
    try:
        for _ in range(300):
            assert hub.poll() is None, f"the hub did not start: {log_path.read_text()}"
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(f"{address}/hub/login", timeout=5).ok:
                    break
            time.sleep(0.1)
        passwords = dict(csv.reader((folder / "passwords.csv").read_text().splitlines()))
        yield {
            name: Learner(address, name, password, prefix + name)
            for name, password in passwords.items()
        }
    finally:
        accounts = [user for user in pwd.getpwall() if user.pw_name.startswith(prefix)]
        end_processes({user.pw_uid for user in accounts})
        hub.terminate()
        hub.wait(120)
        for user in accounts:
            delete_user(user.pw_name)


def end_processes(owners: set[int]) -> None:
    """Kill what these users run: nobody needs it any more, and to end in peace takes seconds."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            if folder.stat().st_uid in owners:
                os.kill(int(folder.name), signal.SIGKILL)


def delete_user(account: str) -> None:
    """Delete a system user and its home, as soon as its last process has ended."""
    for _ in range(200):
        if subprocess.run(["userdel", "--remove", account], capture_output=True).returncode != 8:
            return
        time.sleep(0.1)  # 8: still in use
    subprocess.run(["userdel", "--remove", "--force", account], capture_output=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
