"""The tests' client: holds every answer of the API against what its endpoint declares."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from pydantic import TypeAdapter
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from lms.http.operations import OPERATIONS, Operation
from lms.http.responses import JSON
from lms.services.system import page_store
from tests import database


class ContractClient(FlaskClient):
    """Fails with AssertionError or ValidationError at an answer that the OpenAPI document does not tell of."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer: TestResponse = super().open(*args, **kwargs)
        answer.request.environ["wsgi.input"].close()
        if operation := operation_of(self.application, answer.request.path, answer.request.method):
            expect_declared(operation, answer)
            if operation.cached and answer.status_code == 200 and may_ask_again():
                self._expect_fresh(answer)
        return answer

    def _expect_fresh(self, answer: TestResponse) -> None:
        """What was kept ready is what would be made now: nothing that the page shows has been forgotten in a write."""
        asked = answer.request
        with made_anew():
            again = super().open(asked.path, query_string=asked.query_string.decode(), headers=dict(asked.headers))
        assert _content(again) == _content(answer), f"{asked.full_path} is not as fresh as it says"


def may_ask_again() -> bool:
    """Not where requests come at once, or where it is counted what they ask of the database."""
    return threading.current_thread() is threading.main_thread() and not database.counted


@contextmanager
def made_anew() -> Iterator[None]:
    """Pages are neither taken from the store nor kept there."""
    before, page_store._Pause.until = page_store._Pause.until, float("inf")
    try:
        yield
    finally:
        page_store._Pause.until = before


def operation_of(app: Flask, path: str, method: str) -> Operation | None:
    """Whose endpoint is at the address, if it is one of the API's."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path, method)
    except HTTPException:
        return None
    return _operations().get(endpoint)


@cache
def _operations() -> dict[str, Operation]:
    return {operation.endpoint: operation for operation in OPERATIONS}


def expect_declared(operation: Operation, answer: TestResponse) -> None:
    where = f"{operation.method} {operation.path}"
    if answer.status_code >= 400:
        declared = {(refusal.status, refusal.code) for refusal in operation.every_refusal()}
        assert (answer.status_code, answer.json["code"]) in declared, f"{where} does not declare {answer.json}"
        return
    assert answer.status_code in {operation.status, *operation.also_status, 304}, (where, answer.status_code)
    if operation.media_type == JSON and answer.status_code not in {204, 206, 302, 304}:
        _expect_fields(operation, _content(answer))


def _content(answer: TestResponse) -> dict[str, Any]:
    body = gzip.decompress(answer.data) if answer.content_encoding == "gzip" else answer.data
    content: dict[str, Any] = _adapter(dict[str, Any]).validate_json(body)
    return content


def _expect_fields(operation: Operation, content: dict[str, Any]) -> None:
    if operation.returns is not None and content["data"] is not None:
        _adapter(operation.returns).validate_python(content["data"], extra="forbid")
    if operation.top_level is not None and "token" in content:
        operation.top_level.model_validate(content, extra="ignore")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
