"""`python -m tests.chaos.inline_worker <queue>`: a worker that does not fork, much faster than `flask worker`."""

import sys

from lms import create_app
from lms.machinery import worker


def main() -> None:
    worker.make(create_app(), sys.argv[1], inline=True).work(logging_level="WARNING")


if __name__ == "__main__":
    main()
