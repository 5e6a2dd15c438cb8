"""Binder installs exactly what the tests ran with: every package in one version, known by its
hash.

That the hashes are right, and that nothing is missing, pip says itself (`--require-hashes`) in
continuous integration, which then runs all tests with these versions.
"""

import ast
import re
import sys
from importlib.metadata import packages_distributions

import course
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = course.ROOT / "binder" / "requirements.txt"
RUNTIME = (course.ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8")
PIN = re.compile(r"([\w.-]+)==([\w.!+]+)( ;.*)?( --hash=sha256:[0-9a-f]{64})+")


def lines(text: str) -> list[str]:
    """The lines of a requirements file, without comments, continued ones joined."""
    text = re.sub(r"(^|\s)#.*", "", re.sub(r"\s*\\\n\s*", " ", text), flags=re.MULTILINE)
    return [line.strip() for line in text.splitlines() if line.strip()]


def required(path: str) -> list[Requirement]:
    """The requirements that stand in a file itself."""
    text = (course.ROOT / path).read_text(encoding="utf-8")
    return [Requirement(line) for line in lines(text) if not line.startswith("-r")]


def lock_problems(lock: str, requirements: list[Requirement]) -> list[str]:
    """What is no exact pin with its hashes, and requirements that no pin satisfies."""
    pins = {line: PIN.fullmatch(line) for line in lines(lock)}
    versions = {canonicalize_name(pin[1]): pin[2] for pin in pins.values() if pin}
    return [f"“{line[:60]}” is no version with hashes" for line, pin in pins.items() if not pin] + [
        f"{one} is not satisfied by {versions.get(canonicalize_name(one.name))}"
        for one in requirements
        if not one.specifier.contains(versions.get(canonicalize_name(one.name), "0"))
    ]


def test_binder_pins_what_the_notebooks_need_for_a_python_that_the_course_supports():
    assert re.fullmatch(r"python-3\.1\d\n", RUNTIME), RUNTIME
    python = {"python_version": RUNTIME.strip().removeprefix("python-")}
    all_of_them = required("requirements.txt")
    needed = [one for one in all_of_them if not one.marker or one.marker.evaluate(python)]
    found = lock_problems(LOCK.read_text(encoding="utf-8"), needed)
    course.expect_none([f"binder/requirements.txt: {one}: run `make lock`" for one in found])


def imported(source: str) -> set[str]:
    """The packages that a source imports, by their first names."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_every_package_that_is_imported_is_required():
    """By requirements.txt for notebooks, helpers and drawings, for tests by theirs as well."""
    readers, tests = required("requirements.txt"), required("tests/requirements.txt")
    sources = [(cell.where, cell.python) for one in course.notebooks() for cell in one.code]
    paths = [path for path in course.ROOT.rglob("*.py") if ".venv" not in str(path)]
    apart = course.ROOT / "binder" / "site"  # what builds the site has an environment of its own
    here = [path for path in paths if path.parent != apart]
    sources += [(path.parent.name, path.read_text(encoding="utf-8")) for path in here]
    ours = {path.stem for path in paths} | {"program_that_learns"}
    known = {"tomllib": ["tomli"], "sklearn": ["scikit-learn"]}  # unknown to Python 3.10
    known |= packages_distributions()
    for where, source in sources:
        names = {canonicalize_name(one.name) for one in readers + tests * (where == "tests")}
        for package in imported(source) - set(sys.stdlib_module_names) - ours:
            distributions = {canonicalize_name(one) for one in known.get(package, [package])}
            assert distributions & names, f"{where} imports {package}, which is not required"


def test_faults_of_a_lock_are_found():
    hashes = " \\\n    --hash=sha256:" + "0" * 64
    needed = [Requirement("NumPy>=1.26,<3")]
    good = f"# made by uv\nnumpy==2.4.6{hashes}{hashes}\n    # via a/b\nx==3 ; a == 'b'{hashes}\n"
    assert lock_problems(good, needed) == []
    for bad in ["numpy==2.4.6", f"numpy==3.0{hashes}", f"x==1{hashes}"]:
        assert lock_problems(bad, needed), bad
    for bad in ["--index-url https://x.org", "y @ https://x.org/y.whl", f"y>=2{hashes}", "./y.whl"]:
        assert len(lock_problems(good + bad, needed)) == 1, bad
