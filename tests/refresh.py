"""Run notebooks from a clean kernel and store what comes out, without what changes from run to
run. Then draw the pictures in figures/ again, and write what is generated (generated.py).

    python tests/refresh.py                        all notebooks of the course
    python tests/refresh.py notebooks/04*.ipynb    these

A notebook with an error is left as it was, and then nothing is drawn or written.
"""

import copy
import glob
import subprocess
import sys
from pathlib import Path

import clean_settings
import generated
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets import default

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
SECONDS_PER_CELL = 120

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
IMAGE_KEYS = {"alt", "height", "width"}


class OwnPython(AsyncKernelManager):
    """Starts the Python that runs this script, even if another "python3" kernel is installed."""

    @default("kernel_spec_manager")
    def _no_installed_kernels(self) -> KernelSpecManager:
        return KernelSpecManager(parent=self, kernel_dirs=[])


class CellFailed(Exception):
    """A cell raised an error, took too long or ended its kernel: which and what, in one line."""


def execute(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy of the notebook, its code cells run in a new kernel in the folder of the notebooks.

    Raises CellFailed at the first cell that fails.
    """
    notebook = copy.deepcopy(notebook)
    begun = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        kernel_manager_class=OwnPython,
        timeout=SECONDS_PER_CELL,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(NOTEBOOKS)}},
        on_cell_execute=lambda cell, cell_index: begun.append(
            f"cell {cell_index + 1} (id {cell.id})"
        ),
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise CellFailed(f"{begun[-1]}: {error.ename}: {error.evalue}") from error
    except CellTimeoutError as error:
        raise CellFailed(f"{begun[-1]}: not done after {SECONDS_PER_CELL} seconds") from error
    except DeadKernelError as error:
        raise CellFailed(f"{begun[-1]}: the kernel died") from error
    return notebook


def clean(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy with sources, ids, tags, counts and outputs, without what depends on who ran it."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(
            {"tags": cell.metadata.tags} if cell.metadata.get("tags") else {}
        )
        if cell.cell_type == "code":
            cell.outputs = _clean_outputs(cell.outputs)
    return notebook


def _clean_outputs(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Text printed in one go is one output; an image keeps alt text and size."""
    cleaned = []
    for output in outputs:
        if output.output_type == "stream" and cleaned and cleaned[-1].get("name") == output.name:
            cleaned[-1].text += output.text
            continue
        if "data" in output:
            output.metadata = nbformat.from_dict(
                {
                    kind: {key: value for key, value in entries.items() if key in IMAGE_KEYS}
                    for kind, entries in output.metadata.items()
                    if kind.startswith("image/") and IMAGE_KEYS.intersection(entries)
                }
            )
        cleaned.append(output)
    return cleaned


def to_bytes(notebook: nbformat.NotebookNode) -> bytes:
    """The notebook as it stands in its file: UTF-8, indented by 1, a newline at the end."""
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode("utf-8")


def refresh(path: Path) -> None:
    """Run, clean and write one notebook. Raises CellFailed, and then the file is as it was."""
    path.write_bytes(to_bytes(clean(execute(nbformat.read(path, as_version=4)))))


def main(arguments: list[str]) -> int:
    """Refresh the notebooks that the arguments name (or match), or all, and then what depends on
    them. Returns the exit code."""
    try:
        generated.contents.entries()
    except ValueError as error:
        print(f"{error}. Nothing was run.")
        return 1
    failed = 0
    for pattern in arguments or [str(NOTEBOOKS / "*.ipynb")]:
        for path in sorted(glob.glob(pattern)) or [pattern]:
            try:
                refresh(Path(path))
                print(f"{path}: refreshed")
            except FileNotFoundError:
                print(f"{path}: no such notebook")
                failed = 1
            except CellFailed as error:
                print(f"{path}, {error}\n    The file is as it was. Mend the cell, refresh again.")
                failed = 1
    if failed:
        return 1
    if subprocess.run([sys.executable, NOTEBOOKS.parent / "figures" / "draw.py"]).returncode:
        print("figures/draw.py stopped, see above: mend it, or the cell that it draws from.")
        return 1
    try:
        for path in generated.write():
            print(f"{path.name}: what is generated in it was renewed")
    except ValueError as error:
        print(f"{error}. Nothing more was generated.")
        return 1
    return 0


if __name__ == "__main__":
    clean_settings.start_clean()
    sys.exit(main(sys.argv[1:]))
