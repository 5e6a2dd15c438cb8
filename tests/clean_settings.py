"""What runs the notebooks starts from no settings but the course's, whoever runs it."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def start_clean() -> None:
    """Point this process, and all that it starts, to configuration folders with nothing in them.

    To be called before anything imports Matplotlib. Its cache of fonts stays where it is: making one
    takes seconds, and says so in the first cell.
    """
    folder = Path(tempfile.mkdtemp(prefix="settings-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ["IPYTHONDIR", "JUPYTER_CONFIG_DIR"]:
        (folder / name).mkdir()
        os.environ[name] = str(folder / name)
    (folder / "matplotlibrc").touch()
    os.environ["MATPLOTLIBRC"] = str(folder / "matplotlibrc")
    for name in ["JUPYTER_CONFIG_PATH", "MPLBACKEND"]:
        os.environ.pop(name, None)

    # Makes the cache where there is none. Where the home can't be written to, Matplotlib takes
    # another folder and names it in MPLCONFIGDIR, for the kernels; else each of them would say so.
    import matplotlib.pyplot  # noqa: F401
