"""What a process asks of the kernel; as a script, it becomes a command that dies with its parent."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1

NICER = 5
"""By how much a process gives way to those that somebody waits for (nice(2))."""

_does_one_job = False

# Loaded at import: a process that has just been forked must not take the loader's locks.
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int | None = None) -> None:
    """Have the kernel kill this process when its parent ends; end now if the parent is not `parent` (a pid).

    Does nothing but on Linux. The parent's death is that of the thread that forked: fork from one that stays.
    """
    if sys.platform != "linux":
        return
    if _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def do_one_job() -> None:
    """Note that this process ends with the job that it does."""
    global _does_one_job
    _does_one_job = True


def give_way() -> None:
    """Let others go first from now on, once; only where this process does one job, for it cannot be taken back."""
    global _does_one_job
    if _does_one_job:
        os.nice(NICER)
    _does_one_job = False


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the caller names the command
