"""`pytest -p tests.measuring`: every process of pytest writes down which lines and branches of `lms` it ran.

It is a plugin, so as to be there before anything of `lms` is; `tests/coverage_floors.py` puts together what is written.
The processes that tests start are not measured: in each of them it would take seconds to prepare the modules for it.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
import slipcover

FOLDER = Path(".coverage-data")
EXCLUDED = ["raise NotImplementedError", "@overload"]
"""Beside `if TYPE_CHECKING:` and what says `# pragma: no cover`, which are left out anyway."""
NEVER = sys.maxsize >> 32
"""After how many runs of a line its probe is taken out: that is not worth it, for probes cost next to nothing."""

measured = slipcover.Slipcover(branch=True, d_miss_threshold=NEVER, exclude_also=EXCLUDED)
slipcover.ImportManager(measured, slipcover.FileMatcher(sources=["lms"])).__enter__()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir()
        measured.source = ["lms"]


def pytest_unconfigure() -> None:
    process = os.environ.get("PYTEST_XDIST_WORKER", "controller")
    (FOLDER / f"{process}.json").write_text(json.dumps(measured.get_coverage()))
