"""A class on JupyterHub: nobody comes in uninvited, nobody reads another's files, saved work
stays.

The first tests read what binder/hub/ says. The others ask a real hub and need JupyterHub and root.
"""

import ast
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import course
import hub
import nbformat
import pytest
import requests
import yaml

FOLDER = hub.CONFIG.parent
needs_hub = pytest.mark.skipif(bool(hub.missing()), reason=f"No hub was tried: {hub.missing()}")


def settings(source: str) -> dict[str, object]:
    """The settings `c.Class.name = value` in a configuration, where the value is a literal."""
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("c."):
            try:
                found[ast.unparse(node.targets[0])[2:]] = ast.literal_eval(node.value)
            except ValueError:
                found[ast.unparse(node.targets[0])[2:]] = ast.unparse(node.value)
    return found


def missing_values(values: dict) -> list[str]:
    """What values.yaml should say and does not, in sentences."""
    wanted = {
        "hub.config.NativeAuthenticator.open_signup": False,
        "hub.config.JupyterHub.authenticator_class": "native",
        "proxy.https.enabled": True,
        "singleuser.memory.limit": "2G",
        "singleuser.cpu.limit": 1,
        "singleuser.storage.capacity": "1Gi",
        "singleuser.defaultUrl": "/lab/tree/course/notebooks/01_data.ipynb",
        "cull.enabled": True,
        "cull.timeout": 3600,
    }
    problems = []
    for path, expected in wanted.items():
        value = values
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value != expected:
            problems.append(f"values.yaml says {path}: {value}, expected {expected}")
    return problems


def test_on_one_computer_there_is_no_sign_up_and_no_open_door():
    said = settings(hub.CONFIG.read_text(encoding="utf-8"))
    assert said["NativeAuthenticator.enable_signup"] is False
    assert said["NativeAuthenticator.open_signup"] is False
    assert said["Authenticator.allow_existing_users"] is False
    assert said["Authenticator.allowed_users"] == "class_list()"
    assert "Authenticator.allow_all" not in said
    assert said["JupyterHub.bind_url"] == "http://127.0.0.1:8000", "open without HTTPS"


def test_servers_on_one_computer_have_limits_and_are_stopped_when_idle():
    said = settings(hub.CONFIG.read_text(encoding="utf-8"))
    assert said["Spawner.mem_limit"] == "1G"
    assert "--timeout=3600" in str(said["JupyterHub.services"])
    assert "delete:servers" in str(said["JupyterHub.load_roles"]), "the culler may stop nothing"


def test_a_server_that_is_slow_to_start_has_as_long_as_the_settings_say():
    tree = ast.parse(hub.CONFIG.read_text(encoding="utf-8"))
    said = [word for node in ast.walk(tree) if isinstance(node, ast.Call) for word in node.keywords]
    limits = {ast.unparse(word.value) for word in said if word.arg == "timeout"}
    assert limits == {"self.start_timeout"}, "a whole class needs minutes, and one alone seconds"


def test_kubernetes_gets_limits_culling_https_and_no_open_sign_up():
    values = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))
    course.expect_none(missing_values(values))
    values["hub"]["config"]["NativeAuthenticator"]["open_signup"] = True
    del values["cull"]
    assert len(missing_values(values)) == 3


def test_the_link_for_the_class_leads_to_the_first_notebook_where_the_server_puts_it():
    values = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    link = re.search(r"https://HUB\S+\s+&\S+", text)[0]
    asked = parse_qs(urlsplit(re.sub(r"\s", "", link)).query)
    _, repository, branch, folder = values["singleuser"]["lifecycleHooks"]["postStart"]["exec"][
        "command"
    ]
    assert asked["repo"] == [repository] and asked["branch"] == [branch]
    assert [
        f"{values['hub']['config']['KubeSpawner']['notebook_dir']}/{asked['targetpath'][0]}"
    ] == [folder]
    assert ["/" + asked["urlpath"][0]] == [values["singleuser"]["defaultUrl"]]
    assert (course.NOTEBOOKS / asked["urlpath"][0].rpartition("/")[2]).is_file()


def test_the_course_itself_needs_no_hub():
    for path in ["requirements.txt", "tests/requirements.txt", "binder/requirements.txt"]:
        assert "jupyterhub" not in (course.ROOT / path).read_text(encoding="utf-8"), path


def test_who_is_not_root_is_told_in_one_sentence():
    if not hasattr(os, "geteuid"):
        pytest.skip("Windows has no root, and the hub runs on Linux only.")
    code = f"import os; os.geteuid = lambda: 1000; exec(compile(open({str(hub.CONFIG)!r}).read(),"
    code += f" {str(hub.CONFIG)!r}, 'exec'), {{'__file__': {str(hub.CONFIG)!r}}})"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
    assert "must run as root on Linux" in done.stderr


@pytest.fixture(scope="module")
def learners(tmp_path_factory):
    """A running hub with two learners, both logged in, with started servers."""
    folder = tmp_path_factory.mktemp("hub")
    names = ["ada", "root"]

    def begin(learner: hub.Learner) -> None:
        assert learner.log_in(), f"{learner.name} was not let in"
        learner.start_server()

    with hub.running(folder, names) as class_list:
        with ThreadPoolExecutor() as pool:  # both at once
            list(pool.map(begin, [class_list[name] for name in names]))
        yield class_list, folder


@needs_hub
def test_nobody_comes_in_without_a_password_and_nobody_signs_up(learners):
    ada = learners[0]["ada"]
    assert requests.get(f"{ada.address}/hub/signup", timeout=10).status_code == 404
    for name, password in [("ada", "wrong"), ("mallory", ada.password), ("teacher", "teacher")]:
        assert not hub.Learner(ada.address, name, password, "").log_in(), f"{name} was let in"
    for address in [f"{ada.address}/user/ada/api/contents", f"{ada.address}/hub/api/users"]:
        assert requests.get(address, timeout=10).status_code == 403, address


@needs_hub
def test_every_learner_gets_the_whole_course_and_stored_results(learners):
    ada = learners[0]["ada"]
    kernel = ada.start_kernel("notebooks/01_data.ipynb")
    cells = course.notebook(1).code
    printed = list(ada.run(kernel, *[cell.source for cell in cells]))
    assert [text.strip() for text in printed] == [hub.expected(cell).strip() for cell in cells]


@needs_hub
def test_a_learner_cannot_read_another_ones_files(learners):
    class_list, folder = learners
    ada, other = class_list["ada"], class_list["root"]
    home = f"/home/{ada.account}"
    secret = f"{home}/course/notebooks/secret.ipynb"
    ada.save("notebooks/secret.ipynb", nbformat.v4.new_notebook())
    kernel = ada.start_kernel("notebooks/secret.ipynb")
    files = [home, secret, f"{home}/.local/share/jupyter/runtime", folder / "passwords.csv"]
    files += [folder / "jupyterhub.sqlite", folder / "cookie_secret"]
    files += [ada.processes(hub.SERVER)[0] / "environ"]
    assert all(os.path.exists(path) for path in files), "nothing there to read"
    program = (
        "import os, pathlib\n"
        f"for path in map(pathlib.Path, {[str(path) for path in files]}):\n"
        "    try:\n"
        "        list(path.iterdir()) if os.path.isdir(path) else path.read_bytes()\n"
        "        print('read', path)\n"
        "    except PermissionError:\n"
        "        pass\n"
        "print(os.getuid() != 0, oct(os.umask(0o77)))"
    )
    nosy = other.start_kernel("notebooks/01_data.ipynb")
    assert list(other.run(nosy, program)) == ["True 0o77\n"]
    for path in ["contents/notebooks/secret.ipynb", f"kernels/{kernel}"]:
        url = f"{ada.address}/user/ada/api/{path}"
        assert other._ask("GET", url).status_code in (403, 404), f"{path} through the hub"
    assert list((folder / "passwords.csv").parent.glob("*")), "the hub's own files are gone"


@needs_hub
def test_kernels_listen_where_only_their_learner_can_hear(learners):
    ada = learners[0]["ada"]
    kernel = ada.start_kernel("notebooks/02_sigmoid.ipynb")
    source = "import json, ipykernel\nprint(json.load(open(ipykernel.get_connection_file())))"
    assert "'transport': 'ipc'" in next(ada.run(kernel, source))


@needs_hub
def test_too_much_memory_ends_in_an_error_and_not_in_a_dead_kernel(learners):
    ada = learners[0]["ada"]
    kernel = ada.start_kernel("notebooks/03_forward_pass.ipynb")
    with pytest.raises(AssertionError, match="MemoryError"):
        list(ada.run(kernel, "x = bytearray(2 * 10**9)"))
    assert list(ada.run(kernel, "print('alive')")) == ["alive\n"]


@needs_hub
def test_saved_work_is_there_after_the_server_stopped_and_a_deleted_notebook_is_back(learners):
    ada = learners[0]["ada"]
    mine = ada.read("notebooks/04_error.ipynb")
    mine.cells.append(nbformat.v4.new_code_cell("# mine"))
    ada.save("notebooks/04_error.ipynb", mine)
    ada.ask("DELETE", "contents/notebooks/05_backprop.ipynb")
    ada.stop_server()
    ada.start_server()
    assert ada.read("notebooks/04_error.ipynb").cells[-1].source == "# mine"
    assert ada.read("notebooks/05_backprop.ipynb").cells
