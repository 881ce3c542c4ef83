"""Waiting for what has to come about, and limits that a loaded machine cannot break.

Nothing here waits for a time to pass: `eventually` ends with what it waits for, and gives up so late that only what
never comes is missed. A limit in seconds that is part of a promise holds on a machine that has time for us; on one that
has not, it is stretched by as much as the machine is slower just then.
"""

import os
import time
from collections.abc import Callable
from typing import Any

PATIENCE_SECONDS = 180
POLL_SECONDS = 0.02
SAMPLE_SECONDS = 0.02
QUIET = 1.5
"""A machine on which work takes half as long again has time enough."""
CROWDED = 4
"""So many processes that want each core, on average of a minute, are others' work: a run of the tests has fewer."""
MARGIN = 4
"""Several processes take part in what is measured, and each waits for its turn."""


def eventually(check: Callable[[], Any], what: str = "It") -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not check():
        assert time.monotonic() < deadline, f"{what} did not come about in {PATIENCE_SECONDS} seconds."
        time.sleep(POLL_SECONDS)


def slowness() -> float:
    """How long a moment of work takes now, or took lately, in what it takes on a machine with nothing else to do."""
    began, worked = time.monotonic(), time.thread_time()
    while time.thread_time() - worked < SAMPLE_SECONDS:
        pass
    crowd = os.getloadavg()[0] / (os.cpu_count() or 1)
    return max((time.monotonic() - began) / SAMPLE_SECONDS, crowd if crowd >= CROWDED else 0)


def at_most(seconds: float) -> float:
    """The limit as it stands on a machine with time for us, or stretched on one that has none."""
    slower = slowness()
    return seconds if slower < QUIET else seconds * slower * MARGIN
