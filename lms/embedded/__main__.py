"""`python -m lms.embedded`: everything from the databases to the scheduler, until Ctrl-C."""

import argparse
import sys
from functools import partial

from lms.embedded.instance import PROJECT, Instance, Settings
from lms.embedded.processes import EmbeddedError
from lms.embedded.supervisor import Supervisor
from lms.process import die_with_parent

_MAILBOX = """
  Mailbox    http://localhost:{port}/sandbox/mailbox"""

_READY = """
The LMS is running. Ctrl-C stops it; the data stays in {directory}.

  API        http://localhost:{port}/api/v1
  Docs       http://localhost:{port}/docs
  Staff      http://localhost:{port}/admin{mailbox}

  Sign in    student@example.com, instructor@example.com
             and as staff admin@example.com, moderator@example.com, support@example.com
  Password   learn-by-doing

  Logs       {directory}/logs/<part>.log
"""


def main() -> int:
    """Run an instance until it is asked to end and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m lms.embedded", description="Run a development machine.")
    parser.add_argument("--die-with-parent", action="store_true", help="end when the parent process ends")
    if parser.parse_args().die_with_parent:
        die_with_parent()
    say = partial(print, flush=True)
    try:
        settings = Settings.read()
        instance = Instance(settings)
        instance.claim()
    except (EmbeddedError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    say(f"Starting the LMS in {_short(settings)} …")
    try:
        return Supervisor(instance.parts(), say).run(lambda: say(_welcome(settings)))
    finally:
        instance.release()


def _welcome(settings: Settings) -> str:
    mailbox = _MAILBOX.format(port=settings.port) if settings.mail_host is None else ""
    return _READY.format(port=settings.port, directory=_short(settings), mailbox=mailbox)


def _short(settings: Settings) -> str:
    directory = settings.directory
    return str(directory.relative_to(PROJECT) if directory.is_relative_to(PROJECT) else directory)


if __name__ == "__main__":
    sys.exit(main())
