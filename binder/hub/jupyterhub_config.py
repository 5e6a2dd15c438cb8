"""The course for a class, on one Linux computer: started as root by `make hub`.

Every learner works as a system user of their own, in a home that only they may read.
README.md beside this file says how to use it.
"""

import asyncio
import contextlib
import csv
import io
import os
import pwd
import re
import resource
import secrets
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STATE = Path(os.environ.get("HUB_STATE", ROOT / ".hub"))  # names, passwords, the database
PREFIX = os.environ.get("HUB_PREFIX", "course-")  # learner “root” works as course-root
PARTS = ["notebooks", "figures", "README.md", "LICENSE"]
TEACHER = "teacher"
NAME = r"[a-z][a-z0-9-]{0,23}\Z"
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # for passwords that are handed out on paper
PROCESSES = 300  # and threads of one learner: a server and six kernels have about 100

if not sys.platform.startswith("linux") or os.geteuid() != 0:
    sys.exit(
        "The hub must run as root on Linux, because it gives every learner a system user of their"
        " own: run it with sudo, or use Kubernetes (binder/hub/README.md)."
    )

import bcrypt  # noqa: E402
from jupyterhub.spawner import LocalProcessSpawner  # noqa: E402
from jupyterhub.utils import can_connect, exponential_backoff  # noqa: E402
from nativeauthenticator import NativeAuthenticator  # noqa: E402
from nativeauthenticator.orm import UserInfo  # noqa: E402


def class_list() -> set[str]:
    """The names in class.txt. Stops with a sentence when there are none or one will not do."""
    path = STATE / "class.txt"
    names = path.read_text(encoding="utf-8").split() if path.exists() else []
    if not names:
        sys.exit(f"Write your learners' names into {path}, one a line, and run make hub again.")
    for name in names:
        if not re.match(NAME, name):
            sys.exit(
                f"{path}: “{name}” cannot be a name here. Use up to 24 of a–z, 0–9 and -, with a"
                " letter first."
            )
    return {*names, TEACHER}


def check_python() -> None:
    """Stop when learners may not read the Python that their servers run with."""
    command = [sys.executable, "-c", "import jupyterhub"]
    try:
        done = subprocess.run(command, user="nobody", group="nogroup", extra_groups=[], cwd="/")
        readable = done.returncode == 0
    except PermissionError:
        readable = False
    if not readable:
        sys.exit(
            f"Learners may not read {sys.prefix}, or the Python it was made with: move the course"
            " to a folder that everyone may read (/opt/course), run `make clean` and then"
            " `make hub PYTHON=/usr/bin/python3`."
        )


def course() -> bytes:
    """The course as a tar archive, without what a teacher's own session left in it."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for part in PARTS:
            tar.add(ROOT / part, part, filter=as_given)
    return archive.getvalue()


def as_given(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if entry.name.endswith((".ipynb_checkpoints", "__pycache__")) else entry


class ClassList(NativeAuthenticator):
    """Lets in the teacher and the names in class.txt, and nobody else."""

    def __init__(self, **settings):
        super().__init__(**settings)
        with open(STATE / "passwords.csv", "a", encoding="utf-8") as file:
            for name in sorted(self.allowed_users):
                if not self.user_exists(name):
                    password = "".join(secrets.choice(READABLE) for _ in range(12))
                    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(10))
                    self.db.add(UserInfo(username=name, password=hashed, is_authorized=True))
                    csv.writer(file).writerow([name, password])
        self.db.commit()

    async def refresh_user(self, user, handler=None):
        """Who is no longer in the list is logged out."""
        return user.name in self.allowed_users


class LearnerSpawner(LocalProcessSpawner):
    """Runs a learner's server as a system user of their own, within limits."""

    turns = asyncio.Semaphore(2 * os.cpu_count())
    adding = threading.Lock()  # useradd locks its files, and gives up when it has to wait

    @property
    def account(self) -> str:
        return PREFIX + self.user.name

    def prepare(self) -> None:
        """Make the system user and the copy of the course, if missing."""
        with self.adding:
            try:
                pwd.getpwnam(self.account)
            except KeyError:
                # No shell and no password: the only way in is the hub.
                shell = ["--shell", "/usr/sbin/nologin"]
                subprocess.run(
                    ["useradd", "--create-home", "--user-group", *shell, self.account], check=True
                )
        home = pwd.getpwnam(self.account).pw_dir
        os.chmod(home, 0o700)
        # Unpacked by the learner's own user: root never writes where a learner could lay a
        # link. What is there stays as it is, what is missing comes back.
        subprocess.run(
            ["sh", "-c", "mkdir -p course && tar -x --skip-old-files -C course"],
            input=COURSE,
            cwd=home,
            check=True,
            user=self.account,
            group=self.account,
            extra_groups=[],
        )

    async def start(self):
        # In turn: when a whole class starts, the first are served at once and the hub keeps
        # answering, instead of everyone waiting for the last.
        async with self.turns:
            await asyncio.to_thread(self.prepare)
            ip, port = await super().start()
            # With a time limit of its own, a server that starts while a whole class
            # computes would be given up although it is on its way: seconds become minutes.
            await exponential_backoff(
                lambda: self.answers(ip, port),
                f"{self.account}: no answer at port {port}",
                max_wait=0.5,
                timeout=self.start_timeout,
            )
        return ip, port

    async def answers(self, ip: str, port: int) -> bool:
        """Whether the server can be reached. One that has ended is an error at once."""
        if (status := await self.poll()) is not None:
            raise RuntimeError(f"{self.account}: the server ended with {status} as it started")
        return can_connect(ip, port)

    def make_preexec_fn(self, name):
        become_learner = super().make_preexec_fn(self.account)
        # RLIMIT_DATA counts what a process writes to, wherever it got it. RLIMIT_AS would
        # also count libraries and what is only reserved; limits for a learner's processes
        # together need systemd or containers. So this holds for each kernel by itself.
        limits = {
            resource.RLIMIT_DATA: self.mem_limit,
            resource.RLIMIT_NPROC: PROCESSES,
            resource.RLIMIT_CORE: 0,
        }

        def start():
            for kind, limit in limits.items():
                resource.setrlimit(kind, (limit, limit))
            # The hub and its proxy go first, or they answer too late when a class starts.
            os.nice(10)
            # When memory runs out all the same, a learner's process goes, never the hub.
            Path("/proc/self/oom_score_adj").write_text("500")
            become_learner()

        return start

    def user_env(self, env):
        home = pwd.getpwnam(self.account).pw_dir
        return env | {"USER": self.account, "HOME": home, "SHELL": "/bin/bash"}


# Every learner's server asks the hub who comes in, and gives up after 20 seconds. Most Linux
# systems share the processor among sessions, whatever their processes' niceness: then the hub
# has to go first as a session.
with contextlib.suppress(OSError):
    Path("/proc/self/autogroup").write_text("-10")

os.umask(0o077)  # for the hub's files and for the learners'
STATE.mkdir(exist_ok=True)
STATE.chmod(0o700)
COURSE = course()

c = get_config()  # noqa: F821

# Who may come in. There is no sign-up: the teacher's word is the list of names.
c.JupyterHub.authenticator_class = ClassList
c.Authenticator.allowed_users = class_list()
c.Authenticator.admin_users = {TEACHER}
c.Authenticator.allow_existing_users = False  # a name taken off the list is out
c.Authenticator.username_pattern = NAME
c.NativeAuthenticator.enable_signup = False
c.NativeAuthenticator.open_signup = False
c.NativeAuthenticator.minimum_password_length = 10
c.NativeAuthenticator.check_common_password = True
c.NativeAuthenticator.allowed_failed_logins = 10
c.NativeAuthenticator.seconds_before_next_try = 60

# What they get: a server each, in their own copy of the course.
check_python()
c.JupyterHub.spawner_class = LearnerSpawner
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
# Kernels listen on files in the learner's home: at a port anyone on the computer could
# read what they print.
c.Spawner.args = ["--KernelManager.transport=ipc"]
c.Spawner.notebook_dir = "~/course"
c.Spawner.default_url = "/lab/tree/notebooks/01_data.ipynb"
c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL"]
c.Spawner.environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
c.Spawner.mem_limit = "1G"
c.Spawner.start_timeout = 600  # seconds, with the wait for one's turn when a class starts
c.Spawner.http_timeout = 300

# Servers that nobody used for an hour are stopped. Saved work stays.
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]

# Where it listens: on this computer only, until you say otherwise (README.md: HTTPS).
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.db_url = f"sqlite:///{STATE}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
PROXY = "node_modules/configurable-http-proxy/bin/configurable-http-proxy"
c.ConfigurableHTTPProxy.command = ["node", f"{sys.prefix}/{PROXY}", "--log-level=warn"]
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
