"""Lets the tests import the modules beside them, whatever folder and import mode pytest was started with."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("course")
