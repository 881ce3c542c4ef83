"""`python -m tests.cost make test`: what a command costs, with every process that comes of it, however it ends.

Orphans are handed to this process (PR_SET_CHILD_SUBREAPER, prctl(2)), so that what was killed counts as well.
"""

import ctypes
import os
import resource
import subprocess
import sys
import time
from contextlib import suppress

SET_CHILD_SUBREAPER = 36


def main() -> int:
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.monotonic()
    code = subprocess.run(sys.argv[1:], check=False).returncode
    seconds = time.monotonic() - began
    with suppress(ChildProcessError):
        while True:
            os.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{seconds:.0f} s, in which the processes used {used.ru_utime + used.ru_stime:.0f} s of CPU.")
    return code


if __name__ == "__main__":
    sys.exit(main())
