"""Long work in rounds: a job does as much as it has time for, and the next one goes on."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from bson import ObjectId

from lms.extensions import current_settings
from lms.process import give_way

T = TypeVar("T")

FROM_THE_FIRST = ObjectId("0" * 24)
"""Before every id: where work in the order of ids begins."""

SHARE = 2 / 3
"""Of what a job may take: 20 of 30 seconds."""


def within_a_round(items: Iterable[T]) -> Iterator[T]:
    """The items, until the round is over; what it does not come to is not taken from them.

    Nobody waits for it: where a process does nothing else, it gives way to those that answer callers.
    """
    give_way()
    ends, source = time.monotonic() + current_settings().job_timeout * SHARE, iter(items)
    while time.monotonic() < ends:
        try:
            item = next(source)
        except StopIteration:
            return
        yield item
