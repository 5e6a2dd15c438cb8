"""Binder installs exactly what the tests ran with: every package in one version, known by its
hash."""

import re
from pathlib import Path

import course
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

REQUIREMENTS = course.ROOT / "tests" / "requirements.txt"
LOCK = course.ROOT / "binder" / "requirements.txt"
RUNTIME = course.ROOT / "binder" / "runtime.txt"
PYTHONS = SpecifierSet(">=3.10")

ENTRY = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[\w.!+]+)(?: ; (?P<marker>[^\\]+?))?"
    r"(?: --hash=sha256:[0-9a-f]{64})+"
)


def required(path: Path) -> list[Requirement]:
    """The requirements in a file and in those that it includes with `-r`."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        line = re.sub(r"(^|\s)#.*", "", line).strip()
        if line.startswith("-r"):
            found += required(path.parent / line[2:].strip())
        elif line:
            found.append(Requirement(line))
    return found


def locked(text: str) -> tuple[dict[str, Version], list[str]]:
    """The pinned versions by package, and the entries that are no exact pin with hashes."""
    pins, problems = {}, []
    joined = re.sub(r"\s*\\\n\s*", " ", text)
    for line in joined.splitlines():
        line = re.sub(r"(^|\s)#.*", "", line).strip()
        if entry := ENTRY.fullmatch(line):
            pins[canonicalize_name(entry["name"])] = Version(entry["version"])
        elif line:
            problems.append(
                f"binder/requirements.txt: “{line[:60]}” is no version with hashes: run `make lock`"
            )
    return pins, problems


def unlocked(requirements: list[Requirement], pins: dict[str, Version]) -> list[str]:
    """Requirements that have no pin, or one that does not satisfy them."""
    problems = []
    for requirement in requirements:
        version = pins.get(canonicalize_name(requirement.name))
        if version is None:
            problems.append(f"binder/requirements.txt lacks {requirement.name}: run `make lock`")
        elif not requirement.specifier.contains(version, prereleases=True):
            problems.append(
                f"binder/requirements.txt has {requirement.name} {version}, "
                f"the tests need {requirement.specifier}: run `make lock`"
            )
    return problems


def foreign_places(text: str) -> list[str]:
    """Addresses, index options and folders: Binder knows best where to find PyPI."""
    found = re.findall(
        r"\S*(?:://|\bfile:|--(?:index|extra-index|find-links|trusted)\S*|(?:^|\s)(?:/|\./|[A-Z]:\\))\S*",
        text,
        re.MULTILINE,
    )
    return [
        f"binder/requirements.txt names the place “{place.strip()}”: run `make lock`"
        for place in found
    ]


def python_problems(runtime: str) -> list[str]:
    """What is wrong with binder/runtime.txt."""
    found = re.fullmatch(r"python-(3\.\d+)\n?", runtime)
    if found and PYTHONS.contains(found[1]):
        return []
    return [f"binder/runtime.txt says “{runtime.strip()}”, expected python-3.N with N at least 10"]


def test_binder_pins_every_package_to_one_version_with_hashes():
    pins, problems = locked(LOCK.read_text(encoding="utf-8"))
    assert len(pins) > 20, f"only {len(pins)} packages in {LOCK}"
    course.expect_none(problems)


def test_binder_has_everything_that_the_tests_need():
    requirements = required(REQUIREMENTS)
    assert {"numpy", "matplotlib", "jupyterlab", "nbval", "pytest"} <= {
        found.name for found in requirements
    }
    course.expect_none(unlocked(requirements, locked(LOCK.read_text(encoding="utf-8"))[0]))


def test_binder_installs_from_no_particular_place():
    course.expect_none(foreign_places(LOCK.read_text(encoding="utf-8")))


def test_binder_runs_a_python_that_the_course_supports():
    course.expect_none(python_problems(RUNTIME.read_text(encoding="utf-8")))


HASHES = " \\\n    --hash=sha256:" + "0" * 64


def test_entries_that_are_no_exact_pin_are_found():
    good = (
        f"# made by uv\nnumpy==2.4.6{HASHES}{HASHES}\n    # via matplotlib\n"
        f"pywin32==3 ; sys_platform == 'win32'{HASHES}\n"
    )
    assert locked(good) == ({"numpy": Version("2.4.6"), "pywin32": Version("3")}, [])
    for line in [
        "numpy==2.4.6",
        f"numpy>=2{HASHES}",
        f"numpy{HASHES}",
        "numpy @ https://x.org/n.whl",
        "-e .",
        "./numpy.whl",
        f"numpy==2.*{HASHES}",
        "--index-url https://x.org",
    ]:
        assert len(locked(line)[1]) == 1, line


def test_missing_and_unsuitable_versions_are_found():
    requirements = [Requirement("NumPy>=1.26,<3"), Requirement("nb_val==0.11.*")]
    assert unlocked(requirements, {"numpy": Version("2.4.6"), "nb-val": Version("0.11.0")}) == []
    for pins in [
        {"numpy": "2.4.6"},
        {"numpy": "3.0", "nb-val": "0.11.0"},
        {"numpy": "1.25", "nb-val": "0.11.0"},
    ]:
        assert (
            len(unlocked(requirements, {name: Version(version) for name, version in pins.items()}))
            == 1
        ), pins


def test_requirements_of_included_files_count(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "base.txt").write_text("numpy>=1  # arrays\n\n# nothing\n", encoding="utf-8")
    (tmp_path / "sub" / "top.txt").write_text("-r ../base.txt\npytest\n", encoding="utf-8")
    assert [str(found) for found in required(tmp_path / "sub" / "top.txt")] == [
        "numpy>=1",
        "pytest",
    ]


@pytest.mark.parametrize("line", [
    "--index-url https://pypi.example.org/simple", "x @ file:///home/me/x.whl", "./x.whl",
    "--find-links wheels", "# from http://mirror.local", "/tmp/x.whl", "--trusted-host mirror",
])  # fmt: skip
def test_places_are_found(line):
    assert foreign_places(f"numpy==2.4.6{HASHES}\n    # via\n    #   a/b\n") == []
    assert foreign_places(line)


@pytest.mark.parametrize("runtime", ["python-3.9", "3.13", "python-3", "", "python-2.7\n"])
def test_unsuitable_pythons_are_found(runtime):
    assert python_problems("python-3.13\n") == python_problems("python-3.10") == []
    assert python_problems(runtime)
