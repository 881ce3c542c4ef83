"""Kills an import again and again, each time further on, and lets the last one finish.

`python -m tests.moving.killing <times>` with the environment of a server, and THEIR_URL; each import is a process of
its own, forked from one that has loaded the application, and dies at a counted write to our database.
"""

import os
import signal
import sys
import traceback
from itertools import chain, cycle, islice
from typing import Any

import pymongo.monitoring

import lms.cli
import lms.routes  # noqa: F401  (loaded before the first fork)
from lms import create_app
from lms.models.actors import OPERATOR, acting_as
from lms.moving import source as their_source
from lms.moving.became import Options
from lms.moving.run import copy
from lms.moving.source import Source

WRITES = frozenset({"insert", "update", "delete"})
COUNTING = 0
POINTS = (9, 26, 33, 21)
"""At which write each import dies, before or after it: further and further on; and one when all is copied."""
THEN = (3, 4, 5, 6, 7)
IN_A_BATCH = 8


class Death(pymongo.monitoring.CommandListener):
    """Ends the process at the n-th write, or before the first counter is set, without a word."""

    def __init__(self, database: str, at: int) -> None:
        self._database, self._at, self._left = database, at, at

    def started(self, event: Any) -> None:
        if event.command_name in WRITES and event.database_name == self._database:
            self._die(self._at == COUNTING and event.command.get("update") == "courses")
            self._left -= 1
            self._die(self._left == 0 and self._at > 0 and event.request_id % 2 == 1)

    def succeeded(self, event: Any) -> None:
        self._die(
            self._left == 0 and self._at > 0 and event.command_name in WRITES and event.database_name == self._database
        )

    def failed(self, event: Any) -> None:
        return

    def _die(self, now: bool) -> None:
        if now:
            os.kill(os.getpid(), signal.SIGKILL)


def import_once(point: int | None) -> None:
    """Import in this process, which dies at the point."""
    their_source.BATCH = IN_A_BATCH
    if point is not None:
        name = pymongo.uri_parser.parse_uri(os.environ["MONGODB_URL"])["database"]
        pymongo.monitoring.register(Death(name, point))
    with create_app().app_context(), acting_as(OPERATOR):
        source = Source(os.environ["THEIR_URL"])
        copy(source, Options())
        source.close()


def in_a_process(point: int | None) -> bool:
    """Whether an import came to its end."""
    process = os.fork()
    if process == 0:
        try:
            import_once(point)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(process, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, -signal.SIGKILL), code
    return code == 0


def main(times: int) -> None:
    killed = sum(not in_a_process(point) for point in islice(chain(POINTS, (COUNTING,), cycle(THEN)), times))
    assert in_a_process(None)
    print(killed)


if __name__ == "__main__":
    main(int(sys.argv[1]))
