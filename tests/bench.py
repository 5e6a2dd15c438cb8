"""What the course costs in time and memory, beside others: `make bench`. Measurements, not tests.

    python tests/bench.py               everything, as one table
    python tests/bench.py loop digits   some of it

`lighthouse` gives performance, accessibility, best practices and SEO of each page of the site that
`make site` has built, and what came over the line until it was loaded.

What is compared is run in turns, and the middle of the times counts, because other work runs on
this computer, too. Every contender has to reach the published results first.
"""

import contextlib
import ctypes
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import bench_lighthouse
import bench_pictures
import bench_readers
import bench_site
import course
import nbformat
import numpy as np
import refresh
from nbclient import NotebookClient
from published import ITERATIONS, START, TRAINED, X

ROUNDS = 7
AUTHORS = """
np.random.seed(1)
weights = 2 * np.random.random((3, 1)) - 1
for step in range(10000):
    layer0 = inputs
    layer1 = squash(np.dot(layer0, weights))
    error = outputs - layer1
    if (step % 2000) == 0:
        print(layer1)
    delta = error * squash(layer1, True)
    weights += np.dot(layer0.T, delta)
"""  # written like the posts of 2015 and 2017, in names of our own


def source(slug: str, cell_id: str) -> str:
    """The source of a notebook's cell."""
    return next(cell.source for cell in course.notebook(slug).code if cell.id == cell_id)


def in_turns(contenders: dict, rounds: int = ROUNDS) -> dict[str, float]:
    """The median of each contender's seconds; all of them run once in every round."""
    times = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            start = time.perf_counter()
            with contextlib.redirect_stdout(io.StringIO()):
                work()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def row(what: str, value: str, beside: str = "", goal: str = "") -> None:
    """One line of the table."""
    print(f"{what:52} {value:>12}  {beside:24} {goal}".rstrip(), flush=True)


def with_course(kind: type = int) -> np.ndarray:
    """The cell of the notebook, which also keeps every prediction and all weights.

    NumPy turns whole numbers into floats again in every step: with `kind` float they are, before.
    """
    names = dict(course.run(course.notebook("training")).after["story"])
    names |= {name: names[name].astype(kind) for name in ["X", "y"]}
    exec(compile(source("training", "loop"), "<loop>", "exec"), names)
    return names["l1"]


def with_authors() -> np.ndarray:
    """The loop of the posts: whole numbers as inputs, np.dot, nothing kept."""

    def squash(x, deriv=False):
        return x * (1 - x) if deriv else 1 / (1 + np.exp(-x))

    inputs = X
    names = {"np": np, "squash": squash, "inputs": inputs, "outputs": np.array([[0, 0, 1, 1]]).T}
    exec(compile(AUTHORS, "<posts>", "exec"), names)
    return names["layer1"]


def with_scalars() -> list[float]:
    """Plain Python: numbers, lists and loops, no NumPy."""
    from math import exp

    inputs, targets = [(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1)], (0, 0, 1, 1)
    a, b, c = START
    for _ in range(ITERATIONS):
        outputs, step_a, step_b, step_c = [], 0.0, 0.0, 0.0
        for (first, second, third), target in zip(inputs, targets):
            output = 1 / (1 + exp(-(first * a + second * b + third * c)))
            outputs.append(output)
            delta = (target - output) * output * (1 - output)
            step_a += first * delta
            step_b += second * delta
            step_c += third * delta
        a, b, c = a + step_a, b + step_b, c + step_c
    return outputs


def compiled(folder: str):
    """bench.c as a function of a number of networks and their weights, or None without a compiler.

    It gives the predictions (networks, 4) and changes the weights (networks, 3).
    """
    compiler = next(filter(None, map(shutil.which, ["cc", "gcc", "clang"])), None)
    if compiler is None:
        return None
    library = Path(folder) / "bench.so"
    code = Path(__file__).with_name("bench.c")
    flags = ["-O2", "-shared", "-fPIC"]
    subprocess.run([compiler, *flags, str(code), "-o", str(library), "-lm"], check=True)
    pointer = np.ctypeslib.ndpointer(float, flags="C_CONTIGUOUS")
    train = ctypes.CDLL(str(library)).train
    train.argtypes = [ctypes.c_int, ctypes.c_int, pointer, pointer]

    def work(weights: np.ndarray) -> np.ndarray:
        predictions = np.zeros((len(weights), 4))
        train(len(weights), ITERATIONS, weights, predictions)
        return predictions

    return work


def loop() -> None:
    """10,000 iterations of one network, by different means."""
    with tempfile.TemporaryDirectory() as folder:
        in_c = compiled(folder)
        contenders = {"the course, keeping everything": with_course, "the posts": with_authors}
        contenders["the course, with inputs as floats"] = lambda: with_course(float)
        contenders["plain Python, no NumPy"] = with_scalars
        if in_c:
            contenders["C"] = lambda: in_c(np.array([START]))
        for name, work in contenders.items():  # also warms up
            with contextlib.redirect_stdout(io.StringIO()):
                found = np.ravel(work())
            np.testing.assert_allclose(found, TRAINED, atol=1e-7, err_msg=name)
        found = in_turns(contenders)
    for name, seconds in found.items():
        beside = f"{seconds / found['the posts']:.2f} of the posts"
        goal = "at most 1.0 of the posts" if name == "the course, keeping everything" else ""
        row(f"loop: {name}", f"{1000 * seconds:.1f} ms", beside, goal)


def thousand() -> None:
    """A thousand networks in one loop, beside C, time per network; and the memory that it takes."""
    names = course.run(course.notebook("experiments")).namespace | {"iterations": ITERATIONS}
    code = compile(source("experiments", "thousand"), "<thousand>", "exec")
    tracemalloc.start()
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, names)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    contenders = {"NumPy": lambda: exec(code, names)}
    with tempfile.TemporaryDirectory() as folder:
        in_c = compiled(folder)
        if in_c:
            starts = np.ascontiguousarray(names["thousand_start"].T)
            in_c(trained := starts.copy())
            np.testing.assert_allclose(trained.T, names["thousand"], atol=1e-9)
            contenders["C"] = lambda: in_c(starts.copy())
        found = in_turns(contenders, 3)
    beside = f"{found['NumPy'] / found['C']:.2f} of C" if in_c else "C: no compiler"
    for name, seconds in found.items():
        goal = "at most 2.0" if name == "NumPy" else ""
        row(f"a thousand networks: {name}, per network", f"{seconds:.3f} ms", beside, goal)
    row("a thousand networks: most memory at once", f"{peak:.2f} MiB")


class KeepsItsKernel(NotebookClient):
    """Runs a notebook, then asks its kernel how much memory it uses."""

    def memory(self) -> float:
        asked = "print(open('/proc/self/smaps_rollup').read())"
        cell = nbformat.v4.new_code_cell(asked)
        self.nb.cells.append(cell)
        self.execute_cell(cell, len(self.nb.cells) - 1)
        line = next(one for one in cell.outputs[0].text.splitlines() if one.startswith("Rss"))
        return int(line.split()[1]) / 1024


def memory() -> None:
    """What the kernel of each notebook holds after its last cell."""
    if not Path("/proc/self/smaps_rollup").exists():
        return row("memory of the kernels", "only on Linux")
    total = 0.0
    for notebook in course.notebooks():
        client = KeepsItsKernel(
            nbformat.from_dict(notebook.node),
            kernel_manager_class=refresh.OwnPython,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": str(course.NOTEBOOKS)}},
        )
        with client.setup_kernel():
            for place, cell in enumerate(client.nb.cells):
                client.execute_cell(cell, place)
            found = client.memory()
        total += found
        goal = "at most 200 MiB" if notebook.slug == "training" else ""
        row(f"memory of the kernel: {notebook.name}", f"{found:.0f} MiB", goal=goal)
    row("memory: all of them open at once", f"{total:.0f} MiB")


def digits() -> None:
    """Training of the digits beside scikit-learn's, on one core."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    names = course.run(course.notebook("digits")).namespace
    pixels, rows, test = names["pixels"], names["rows"], names["test"]
    labels, scores = names["labels"], {}

    def theirs(kind, **settings):
        def work():
            of = scores.setdefault(kind.__name__, [])
            model = kind(random_state=len(of), **settings).fit(pixels[rows], labels[rows])
            of.append(model.score(pixels[test], labels[test]))

        return work

    def ours():
        of = scores.setdefault("the course", [])
        of.append(names["accuracy"](test, names["train"](rows, seed=len(of))))

    contenders = {
        "the course": ours,
        "MLPClassifier": theirs(MLPClassifier, max_iter=500),
        "LogisticRegression": theirs(LogisticRegression, max_iter=1000),
    }
    with threadpool_limits(1):
        found = in_turns(contenders, 10)
    for name, seconds in found.items():
        spread = f"{np.mean(scores[name]):.1%} ± {np.std(scores[name]):.1%} right"
        goal = "1.5 s, 97.5%" if name == "the course" else ""
        row(f"digits, one core: {name}", f"{seconds:.2f} s", spread, goal)


def pictures() -> None:
    """From a key to the picture, in Chromium."""
    for name, *places in bench_pictures.measure():
        for place, (median, p95) in zip(["in JupyterLab", "on the exported page"], places):
            title = f"key to picture {place}: {name}"
            row(title, f"{median:.1f} ms", f"p95 {p95:.1f} ms", "17, 34 ms")


def lighthouse() -> None:
    """What Lighthouse says of the pages to read, on a phone's profile."""
    if reason := bench_lighthouse.missing():
        return row("Lighthouse", reason)
    for name, scores, size, complaints in bench_lighthouse.measure():
        told = "; ".join(complaints) or f"each {bench_lighthouse.GOAL}, at most 500 KB"
        row(f"Lighthouse: {name}", " ".join(map(str, scores)), f"{size / 1000:.0f} KB", told)


def readers() -> None:
    """A thousand readers of the web site at once."""
    for of_row in bench_readers.measure():
        row(*of_row)


def site() -> None:
    """How long a reader of the web site waits."""
    for of_row in bench_site.measure():
        row(*of_row)


PARTS = {
    part.__name__: part
    for part in [loop, thousand, digits, memory, pictures, readers, site, lighthouse]
}


def main(names: list[str]) -> None:
    """Measure these parts, or all."""
    if unknown := set(names) - set(PARTS):
        raise SystemExit(f"no part is called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    versions = {"numpy": np.__version__, "python": sys.version.split()[0], "cores": os.cpu_count()}
    print(json.dumps(versions))
    for name in names or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
