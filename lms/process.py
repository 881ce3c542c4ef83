"""What a process asks of the kernel; as a script, it becomes a command that dies with its parent."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1

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


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the caller names the command
