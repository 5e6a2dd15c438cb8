"""What runs the notebooks starts from no settings but the course's, whoever runs it."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path


def start_clean() -> None:
    """Point this process, and all that it starts, to configuration folders with nothing in them.

    To be called before anything imports Matplotlib. Its cache of fonts stays where it is: making one
    takes seconds, and says so in the first cell.
    """
    folder = Path(tempfile.mkdtemp(prefix="settings-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ["IPYTHONDIR", "JUPYTER_CONFIG_DIR", "PYTHONPATH"]:
        (folder / name).mkdir()
    os.environ |= {name: str(folder / name) for name in ["IPYTHONDIR", "JUPYTER_CONFIG_DIR"]}
    (folder / "matplotlibrc").touch()
    os.environ["MATPLOTLIBRC"] = str(folder / "matplotlibrc")
    for name in ["JUPYTER_CONFIG_PATH", "MPLBACKEND"]:
        os.environ.pop(name, None)

    # nbformat would load a check of international addresses, which costs every process 2 seconds
    # and which it does without, too.
    (folder / "PYTHONPATH" / "rfc3987_syntax.py").write_text("raise ImportError")
    paths = [str(folder / "PYTHONPATH"), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    sys.path.insert(0, paths[0])

    # Makes the cache where there is none. Where the home can't be written to, Matplotlib takes
    # another folder and names it in MPLCONFIGDIR, for the kernels; else each of them would say so.
    import matplotlib.pyplot  # noqa: F401
