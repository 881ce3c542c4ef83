"""`python -m tests.chaos.inline_worker <queue> …`: a worker for each, which forks for no job and so is fast."""

import os
import sys

from lms import create_app
from lms.machinery import worker
from lms.process import die_with_parent


def main(queue: str, *others: str) -> None:
    app, parent = create_app(), os.getpid()
    for other in others:
        if os.fork() == 0:
            die_with_parent(parent)
            queue = other
            break
    worker.make(app, queue, inline=True).work(logging_level="WARNING")


if __name__ == "__main__":
    main(*sys.argv[1:])
