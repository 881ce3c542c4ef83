"""Goes on copying while their server goes on writing."""

import time
from collections.abc import Callable
from typing import Any

from pymongo.change_stream import ChangeStream
from pymongo.errors import OperationFailure

from lms.moving.became import Options
from lms.moving.run import Stage, copy, silent
from lms.moving.source import Source
from lms.moving.tally import Tally

GATHER_SECONDS = 5
"""How long changes are gathered at the most before they are copied together."""

HISTORY_LOST = 286
"""So much has been written there meanwhile that MongoDB has forgotten the beginning of it."""


def follow(
    source: Source,
    options: Options,
    told: Callable[[Tally], None],
    stopped: Callable[[], bool],
    stage: Stage = silent,
) -> None:
    """Copy, and copy again whenever something has changed there, until `stopped`; what each round did is `told`.

    A round compares everything, so it does not matter what was changed or how often, nor in which order it is told.
    Raises NoChangeStream where their MongoDB does not tell of changes.
    """
    while True:
        try:
            with source.changes() as stream:
                # Begun before the first copy, so that nothing is written unseen between the two.
                told(copy(source, options, stage, count_days=False))
                while (changed := _has_changed(stream)) or not stopped():
                    if changed:
                        told(copy(source, options, count_days=False))
                told(copy(source, options, stage))
                return
        except OperationFailure as error:
            if error.code != HISTORY_LOST:
                raise


def _has_changed(stream: ChangeStream[Any]) -> bool:
    """Wait a moment for a change; of many at once, take in what comes within seconds."""
    if stream.try_next() is None:
        return False
    until = time.monotonic() + GATHER_SECONDS
    while time.monotonic() < until and stream.try_next() is not None:
        pass
    return True
