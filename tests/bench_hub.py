"""How a hub bears a class at once: `make bench-hub LEARNERS=20`, as root. A measurement, no test.

That many learners log in and start their servers at the same moment, then run notebook 06 in
them at the same moment. Meanwhile one learner's kernel and another one's server are killed. The
learners' browsers are threads of this program, on the same computer.
"""

import os
import re
import signal
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import course
import hub
import nbformat

MINE = "# What I found out myself."
CELLS = course.notebook(6).code


@dataclass
class Story:
    """What happened to one learner: seconds for each part, and the first thing that went wrong."""

    learner: hub.Learner
    seconds: dict[str, float] = field(default_factory=dict)
    problem: str = ""
    killed: str = ""  # the part of this learner's that is killed, mid-run
    kernel: str = ""
    pids: set[Path] = field(default_factory=set)

    def timed(self, part: str, action, *arguments) -> None:
        """Do it and keep how long it took. Nothing is done once something went wrong."""
        if self.problem:
            return
        start = time.monotonic()
        try:
            action(*arguments)
        except Exception as error:
            text = " ".join(str(error).split())
            self.problem = f"{self.learner.name}, {part}: {type(error).__name__}: {text}"[:200]
        self.seconds[part] = time.monotonic() - start

    def log_in(self) -> None:
        assert self.learner.log_in(), "not let in"

    def work(self) -> None:
        """Open the notebook and run it, as stored; compare what each cell prints; save it."""
        self.kernel = self.learner.start_kernel(hub.NOTEBOOK)
        self.pids = set(self.learner.processes())
        if self.killed:
            self.lose_it()
        sources = [cell.source for cell in CELLS]
        printed = self.learner.run(self.kernel, *sources)
        for cell, text in zip(CELLS, printed, strict=True):
            assert text.strip() == hub.expected(cell).strip(), f"{cell.where} prints {text!r}"
        self.learner.save(hub.NOTEBOOK, self.learner.read(hub.NOTEBOOK))

    def lose_it(self) -> None:
        """Run half of it, save, lose the kernel or the server, come back to the saved work."""
        notebook = self.learner.read(hub.NOTEBOOK)
        notebook.cells.append(nbformat.v4.new_code_cell(MINE))
        self.learner.save(hub.NOTEBOOK, notebook)
        half = [cell.source for cell in CELLS[: len(CELLS) // 2]]
        for _ in self.learner.run(self.kernel, *half):
            pass
        processes = self.learner.processes(self.killed)
        assert processes, f"no {self.killed} to kill"
        for process in processes:
            os.kill(int(process.name), signal.SIGKILL)
        self.wait_until(lambda: not set(processes) & set(self.learner.processes(self.killed)))
        if self.killed == hub.SERVER:
            self.learner.start_server()
            self.kernel = self.learner.start_kernel(hub.NOTEBOOK)
        else:  # Jupyter starts a new one by itself
            self.wait_until(lambda: self.learner.processes(hub.KERNEL))
        cells = self.learner.read(hub.NOTEBOOK).cells
        assert cells[-1].source == MINE, "the saved work is gone"

    def wait_until(self, condition) -> None:
        end = time.monotonic() + hub.WAIT
        while not condition():
            assert time.monotonic() < end, f"nothing happened for {hub.WAIT} s"
            time.sleep(0.2)

    @property
    def noticed(self) -> bool:
        """Whether a process that the learner began with is no longer there."""
        return not self.pids <= set(self.learner.processes())


def memory(processes: list[Path], kind: str) -> float:
    """MiB of these processes together; Pss shares what several use among them."""
    rolls = [process / "smaps_rollup" for process in processes]
    lines = "".join(roll.read_text() for roll in rolls).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024


def gibibytes(kind: str) -> float:
    """GiB of memory that the computer has: MemTotal, or MemAvailable for what is left."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 2**20


def summary(numbers: list[float], unit: str) -> str:
    if len(numbers) < 2:
        return "too few"
    p95 = statistics.quantiles(numbers, n=20, method="inclusive")[-1]
    return f"median {statistics.median(numbers):6.1f}, p95 {p95:6.1f} {unit}"


def everyone(stories: list[Story], *parts: tuple[str, str]) -> None:
    """All learners at the same moment, each doing the parts one after the other."""
    ready = threading.Barrier(len(stories))

    def one(story: Story) -> None:
        ready.wait()
        for part, action in parts:
            story.timed(part, getattr(story, action, None) or getattr(story.learner, action))

    with ThreadPoolExecutor(len(stories)) as pool:
        list(pool.map(one, stories))


def report(stories: list[Story], before: float) -> list[str]:
    """Print the figures; gives what went wrong."""
    problems = [story.problem for story in stories if story.problem]
    fine = [story for story in stories if not story.problem]
    print(f"{len(fine)} of {len(stories)} learners got notebook 06's stored results")
    for part in ["log in", "server", "notebook"]:
        undisturbed = [one for one in fine if part != "notebook" or not one.killed]
        print(f"{part:9} {summary([one.seconds[part] for one in undisturbed], 's')}")
    for kind in ["Pss", "Rss"]:
        each = [memory(one.learner.processes(), kind) for one in fine]
        print(f"{kind:9} {summary(each, 'MiB a learner (server and kernel)')}")
    left = gibibytes("MemAvailable")
    print(f"memory    {before - left:.1f} GiB for all, {left:.1f} GiB left")
    for story in stories:
        if story.killed and not story.problem:
            print(f"{story.learner.name}: {story.killed} killed mid-run; saved work there, done")
        elif not story.problem and story.noticed:
            problems.append(f"{story.learner.name}: lost a process when a neighbour was killed")
    verdict = f"{len(problems)} problems" if problems else "all succeeded"
    computer = f"{os.cpu_count()} cores, {gibibytes('MemTotal'):.1f} GiB"
    print(f"N = {len(stories)}: {verdict} ({computer})")
    return problems


def complaints(log: str) -> list[str]:
    """The errors in a hub's log: how each begins, and the line that tells what was raised."""
    entries = re.split(r"^(?=\[[A-Z] |\d{4}-)", log, flags=re.MULTILINE)
    serious = [one.strip().split("\n") for one in entries if re.match(r"\[[EC] .*[^{]\n", one)]
    return [
        " … ".join({line.strip()[:200]: "" for line in (lines[0], lines[-1])}) for lines in serious
    ]


def main(learners: int) -> None:
    if missing := hub.missing():
        raise SystemExit(f"Nothing measured: {missing}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))  # and leave nothing behind
    names = [f"learner{number:03}" for number in range(1, learners + 1)]
    before = gibibytes("MemAvailable")
    print(f"{learners} learners at once; {os.cpu_count()} cores, {before:.1f} GiB of memory free")
    with (
        tempfile.TemporaryDirectory() as folder,
        hub.running(Path(folder), names) as class_list,
    ):
        stories = [Story(class_list[name]) for name in names]
        if learners >= 3:
            stories[0].killed, stories[1].killed = hub.KERNEL, hub.SERVER
        start = time.monotonic()
        everyone(stories, ("log in", "log_in"), ("server", "start_server"))
        everyone(stories, ("notebook", "work"))
        print(f"all done after {time.monotonic() - start:.0f} s")
        problems = report(stories, before)
        if problems:
            log = (Path(folder) / "hub.log").read_text(errors="replace")
            raise SystemExit("\n".join([*problems, "The hub's log:", *complaints(log)[-20:]]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
