"""Starts the parts of an instance in order, keeps them alive, and ends them in reverse order."""

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from types import FrameType

from lms.embedded.part import Part
from lms.embedded.processes import EmbeddedError, kill_group

RESTARTS_A_MINUTE = 5
_FIRST_BACK_OFF_SECONDS = 0.2
ECHO_SECONDS = 0.5
"""One request to end may arrive twice within this time, from the terminal and passed on by make."""


class _EndAsked(Exception):
    """The first signal to end has come."""


class Supervisor:
    """Runs parts until it is asked to end or one of them cannot be kept alive."""

    def __init__(
        self,
        parts: Sequence[Part],
        say: Callable[[str], None] = print,
        restarts_a_minute: int = RESTARTS_A_MINUTE,
        echo_seconds: float = ECHO_SECONDS,
    ) -> None:
        self._parts = parts
        self._say = say
        self._restarts_a_minute = restarts_a_minute
        self._echo_seconds = echo_seconds
        self._started: list[Part] = []
        self._deaths: dict[str, deque[float]] = {part.name: deque() for part in parts}
        self._due: dict[str, float] = {}
        self._asked_at: float | None = None

    def run(self, when_ready: Callable[[], None]) -> int:
        """Start all parts, call `when_ready`, keep them running; return the exit code once all have ended."""
        code = 0
        try:
            self._listen()
            self._start()
            when_ready()
            self._watch()
        except _EndAsked:
            self._say("Stopping …")
        except EmbeddedError as error:
            self._say(str(error))
            code = 1
        finally:
            # From here on a signal is the second one, also when none came before.
            self._asked_at = self._asked_at or 0.0
            self._stop()
        return code

    def _listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup and the like have asked for SIGHUP to be ignored.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
        elif now - self._asked_at > self._echo_seconds:
            for part in self._started:
                if part.process is not None:
                    kill_group(part.process)
            os._exit(128 + number)

    def _start(self) -> None:
        for part in self._parts:
            begin = time.monotonic()
            self._announce(part)
            self._started.append(part)
            part.start(interrupt=self._check_asked)
            self._say(f"  {part.name:<18} {part.started_is} after {time.monotonic() - begin:.1f} s")

    def _announce(self, part: Part) -> None:
        # Overwritten by the line that says it is ready.
        if sys.stdout.isatty():
            sys.stdout.write(f"  {part.name:<18} …\r")
            sys.stdout.flush()

    def _watch(self) -> None:
        while True:
            self._check_asked()
            for part in self._started:
                if part.name in self._due:
                    self._restart_when_due(part)
                elif part.has_ended():
                    self._plan_restart(part)
            time.sleep(0.1)

    def _check_asked(self) -> None:
        # The handler itself raises nothing: in a finalizer or a fork hook nobody would hear it.
        if self._asked_at is not None:
            raise _EndAsked

    def _plan_restart(self, part: Part) -> None:
        now = time.monotonic()
        deaths = self._deaths[part.name]
        while deaths and deaths[0] < now - 60:
            deaths.popleft()
        deaths.append(now)
        if len(deaths) > self._restarts_a_minute:
            raise EmbeddedError(f"Giving up after {len(deaths)} ends within a minute: {part.cause_of_death()}")
        delay = _FIRST_BACK_OFF_SECONDS * 2 ** (len(deaths) - 1)
        self._due[part.name] = now + delay
        self._say(f"Starting {part.name} again in {delay:.1f} s: {part.cause_of_death()}")

    def _restart_when_due(self, part: Part) -> None:
        if time.monotonic() >= self._due[part.name]:
            del self._due[part.name]
            part.spawn()

    def _stop(self) -> None:
        for part in reversed(self._started):
            part.stop()
