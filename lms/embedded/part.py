"""One process of an instance: how it starts, when it is usable, how it ends."""

import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lms.embedded import processes
from lms.embedded.processes import EmbeddedError, last_lines, wait_until


class Part:
    """A long-running process whose output goes to `<directory>/logs/<name>.log`; times are in seconds."""

    started_is = "ready"
    start_timeout = 60.0
    stop_timeout = 15.0

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        directory: Path,
        ready: Callable[[], bool] = lambda: True,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = directory / "logs" / f"{name}.log"
        self.ready = ready
        self.process: subprocess.Popen[bytes] | None = None
        self._env = env
        self._cwd = cwd

    def start(self, interrupt: Callable[[], None] = lambda: None) -> None:
        """Start the process and return when it is usable; `interrupt`, called meanwhile, may raise."""
        self.spawn()

        def usable() -> bool:
            interrupt()
            return self._usable()

        wait_until(usable, self.start_timeout, f"The start of {self.name} (log: {self.log})")

    def spawn(self) -> None:
        """Start the process without waiting for it, ending first what is left of an earlier one."""
        self.kill()
        self.process = processes.spawn(self.command, self.log, self._env, self._cwd)

    def stop(self) -> None:
        """Ask the process to end and wait until it has."""
        if self.process is not None:
            processes.stop(self.process, self.stop_timeout)
            self.process = None

    def kill(self) -> None:
        """End the process and its group at once, as a crash would."""
        if self.process is not None:
            processes.kill(self.process)
            self.process = None

    def pause(self) -> None:
        """Freeze the process: it keeps its connections and answers nothing."""
        self._running().send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused process go on."""
        self._running().send_signal(signal.SIGCONT)

    def has_ended(self) -> bool:
        """Say whether the process was started and has ended without being asked to."""
        return self.process is not None and self.process.poll() is not None

    def cause_of_death(self) -> str:
        """Say in one sentence, followed by the end of the log, how the process ended."""
        code = self._running().returncode
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        end = last_lines(self.log)
        return f"{self.name} {how}; the end of {self.log}:\n{end}" if end else f"{self.name} {how} and said nothing."

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            raise EmbeddedError(f"{self.name} has not been started.")
        return self.process

    def _usable(self) -> bool:
        if self.has_ended():
            raise EmbeddedError(self.cause_of_death())
        return self.ready()


class Task(Part):
    """A command that does its work and ends; starting it waits for that, and a failure is an error."""

    started_is = "done"
    start_timeout = 600.0

    def _usable(self) -> bool:
        if not self.has_ended():
            return False
        if self._running().returncode != 0:
            raise EmbeddedError(self.cause_of_death())
        self.process = None
        return True
