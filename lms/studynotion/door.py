"""What a call of the family's frontends declares, and how it is answered.

These frontends were written for another server: for its paths, verbs, names and shapes. A call says which of our
operations it is made of; who may call, what is limited and what is audited is what those declare.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from flask import Response, request
from prometheus_client import Counter

from lms.errors import Refusal
from lms.http import responses
from lms.http.operations import Operation
from lms.json_provider import to_bytes
from lms.middlewares import any_case
from lms.results import Part, Redirect
from lms.services.system import page_store
from lms.studynotion.asking import Ask
from lms.studynotion.operations import operation_of

PREFIX = any_case.STUDYNOTION

log = structlog.get_logger("studynotion")

COUNTED = Counter("studynotion_calls", "Calls of frontends of the StudyNotion family.", ["call", "dialect", "status"])


@dataclass(frozen=True)
class Answer:
    """What such a frontend reads: `data` and the sentence, and what stands beside them at the top."""

    data: Any = None
    message: str = "Done."
    success: bool = True
    status: int = 200
    beside: dict[str, Any] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        return {"success": self.success, "message": self.message, "data": self.data, **self.beside}


class Failed(Exception):
    """A failure with more in it than a sentence, which is kept nowhere."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.message)
        self.answer = answer


Found = Answer | Part | Redirect
Handler = Callable[[Ask], Found]


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: the verbs and paths it comes by (the first is the main line's), and what it is made of.

    `kept_by` has the names of the id that a public page is kept by, none where there is one page; `upload_bytes` is the
    most that a file may have.
    """

    verbs: tuple[str, ...]
    paths: tuple[str, ...]
    onto: tuple[Operation, ...]
    handler: Handler
    kept_by: tuple[str, ...] | None
    upload_bytes: int

    @property
    def name(self) -> str:
        return self.handler.__name__

    @property
    def asks_for_a_token(self) -> bool:
        return any(operation.allow.signed_in for operation in self.onto)

    @property
    def summary(self) -> str:
        return (self.handler.__doc__ or "").strip()

    def view(self, **path: str) -> Response:
        ask = Ask(self.onto, self.upload_bytes, path)
        status = "crashed"
        try:
            response = self._response(ask)
            status = str(response.status_code)
            return response
        except Failed as failed:
            status = str(failed.answer.status)
            return _sent(failed.answer)
        except Refusal as refusal:
            status = str(refusal.status)
            raise
        finally:
            COUNTED.labels(self.name, ask.dialect, status).inc()
            log.info("studynotion_call", call=self.name, path=request.path, dialect=ask.dialect, status=status)

    def _response(self, ask: Ask) -> Response:
        if self.asks_for_a_token:
            ask.identify()
        if self.kept_by is None:
            return _sent(self.handler(ask))
        page = page_store.get_or_compute(self._address(ask), lambda: to_bytes(_plain(self.handler(ask)).content()))
        return responses.own_response(page.body)

    def _address(self, ask: Ask) -> str:
        """What a page is kept under: the call, and the id that it is about, by whichever name."""
        return f"{PREFIX}{self.paths[0]}?{ask.id(*self.kept_by) if self.kept_by else ''}"


CALLS: list[Call] = []
"""Every call there is: the routes, the document and the tests walk it."""


def call(
    verbs: str, *paths: str, onto: tuple[str, ...], kept_by: tuple[str, ...] | None = None, upload_bytes: int = 0
) -> Callable[[Handler], Handler]:
    """Declare a call by its verbs (`"PUT POST"`), its paths in small letters, and the names of our operations."""

    def declare(handler: Handler) -> Handler:
        own = tuple(operation_of(name) for name in onto)
        if kept_by is not None and any(operation.allow.signed_in for operation in own):
            raise TypeError(f"{handler.__name__}: what is kept for everyone is not made for a caller.")
        CALLS.append(
            Call(
                verbs=tuple(verbs.split()),
                paths=paths,
                onto=own,
                handler=handler,
                kept_by=kept_by,
                upload_bytes=upload_bytes,
            )
        )
        return handler

    return declare


def count_unknown(path: str) -> None:
    """Note a path that this server has no call for, so that an owner sees what their frontend misses."""
    COUNTED.labels("unknown", "", "404").inc()
    log.warning("studynotion_unknown_call", path=path[:200])


def _plain(found: Found) -> Answer:
    assert isinstance(found, Answer), "Only what is JSON is kept."
    return found


def _sent(found: Found) -> Response:
    if isinstance(found, Redirect):
        return Response(status=302, headers={"Location": found.address})
    if isinstance(found, Part):
        return responses.part(found)
    return responses.own_response(to_bytes(found.content()), found.status)
