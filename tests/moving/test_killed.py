"""An import that is killed goes on where it was, and ends as if nothing had been."""

import os
import subprocess
import sys

from tests.moving.conftest import Theirs, imported
from tests.moving.state import every_document
from tests.processes import PROJECT
from tests.world import World

TIMES = 5


def test_killed_imports_end_as_one_that_was_not(world: World, theirs: Theirs, environment: dict[str, str]) -> None:
    imported(theirs.url)
    expected = every_document()
    world.empty()
    process = subprocess.run(
        [sys.executable, "-m", "tests.moving.killing", str(TIMES)],
        env={**os.environ, **environment, "THEIR_URL": theirs.url},
        cwd=PROJECT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.split()[-1] == str(TIMES)
    assert every_document() == expected
