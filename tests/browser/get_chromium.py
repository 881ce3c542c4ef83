"""The browser that tests drive: which it is, and getting one where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
PLAYWRIGHTS = (sys.executable, "-m", "playwright", "install", "chromium")


def find(playwrights: str) -> str | None:
    """The path of the first Chromium that starts: Playwright's own, which would lie there, or one on PATH."""
    return next(
        (path for path in (playwrights, *map(shutil.which, NAMES)) if path and _succeeds(path, "--version")), None
    )


def _succeeds(*command: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(command, capture_output=True, env=environment, check=False).returncode == 0
    except OSError:
        return False


def _attempts() -> Iterator[bool]:
    """Ways to get one, each told before it is tried."""
    print("No Chromium was found for the tests: getting Playwright's, about 300 MB …", flush=True)
    yield _succeeds(*PLAYWRIGHTS)
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("That failed: installing Debian's with apt-get …", flush=True)
        yield _succeeds("apt-get", "update") and _succeeds("apt-get", "install", "--yes", "chromium")


def main() -> int:
    """Make sure that there is one; 1 when there is none and none can be had."""
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if find(own) or any(succeeded and find(own) for succeeded in _attempts()):
        return 0
    print(
        "The tests drive a real browser, and no Chromium could be had: install one that is called "
        f"{', '.join(NAMES[:-1])} or {NAMES[-1]} (on Debian: apt-get install chromium).",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
