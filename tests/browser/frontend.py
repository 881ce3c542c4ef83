"""A real Chromium, and the page in it that does what a React frontend does."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Response, ViewportSize, sync_playwright

from tests.browser.get_chromium import find
from tests.waiting import PATIENCE_SECONDS

MOST_MILLISECONDS = PATIENCE_SECONDS * 1000
WINDOW: ViewportSize = {"width": 760, "height": 900}


class Files(SimpleHTTPRequestHandler):
    """Hands out the page, saying nothing; a connection on which nothing is asked is given up."""

    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def page_server() -> Iterator[str]:
    """The origin of the page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=Path(__file__).parent))
    server.daemon_threads = False
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Frontend:
    """The page in a window of somebody's."""

    page: Page
    answers: list[Response] = field(default_factory=list)

    def run(self, function: str, *arguments: Any) -> Any:
        """What one of the page's functions returns."""
        return self.page.evaluate(f"given => {function}(...given)", arguments)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What the API gives; it has to grant what is asked."""
        answer = self.run("call", method, path, body)
        assert answer["success"], (method, path, answer)
        return answer.get("data")

    def refusal(self, method: str, path: str) -> tuple[int, str]:
        answer = self.run("call", method, path)
        return answer["status"], answer["code"]

    def status(self, address: str) -> int:
        status: int = self.run("peek", address)["status"]
        return status

    def wait(self, condition: str) -> None:
        """Until an expression is true in the page."""
        self.page.wait_for_function(condition, polling=50)

    def until(self, condition: Callable[[], bool]) -> None:
        """Until something is true here; what happens in the browser is heard of meanwhile."""
        deadline = time.monotonic() + MOST_MILLISECONDS / 1000
        while not condition():
            assert time.monotonic() < deadline, "it did not come about in time"
            self.page.wait_for_timeout(100)

    def ranges(self) -> list[range]:
        """The parts of files that were handed out as such."""
        partial_answers = [answer for answer in self.answers if answer.status == 206]
        return [_range(answer.headers["content-range"]) for answer in partial_answers]


def _range(header: str) -> range:
    first, last = header.removeprefix("bytes ").partition("/")[0].split("-")
    return range(int(first), int(last) + 1)


class Browser:
    """Opens windows; each is somebody else's."""

    def __init__(self, browser: Chromium, address: str) -> None:
        self._browser, self._address = browser, address

    @property
    def api(self) -> str:
        """Where the page finds the API."""
        return self._address.partition("?api=")[2]

    def window(self, size: ViewportSize) -> Page:
        """An empty window with cookies of its own."""
        page: Page = self._browser.new_page(viewport=size)
        page.set_default_timeout(MOST_MILLISECONDS)
        return page

    def open(self, email: str, password: str) -> Frontend:
        page = self.window(WINDOW)
        frontend = Frontend(page)
        page.on("response", lambda answer: frontend.answers.append(answer))
        page.goto(self._address)
        frontend.run("signIn", email, password)
        return frontend


@contextmanager
def chromium() -> Iterator[Chromium]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        found = find(playwright.chromium.executable_path)
        assert found, "No Chromium was found: `make test` gets one."
        browser = playwright.chromium.launch(executable_path=found, timeout=MOST_MILLISECONDS)
        try:
            yield browser
        finally:
            browser.close()


def close_windows(browser: Chromium) -> None:
    for each in browser.contexts:
        each.close()
