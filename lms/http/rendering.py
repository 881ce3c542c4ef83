"""The one place where refusals become responses: JSON for programs, pages for people."""

from collections.abc import Callable

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, request
from pymongo.errors import ConnectionFailure, PyMongoError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from werkzeug.exceptions import HTTPException

from lms.errors import (
    Crashed,
    Refusal,
    TooLarge,
    Unavailable,
    UnknownPath,
    VerbNotAllowed,
    WrongContentType,
)

log = structlog.get_logger()

HTTP_REFUSALS: dict[int, type[Refusal]] = {
    404: UnknownPath,
    405: VerbNotAllowed,
    413: TooLarge,
    415: WrongContentType,
}


PageOf = Callable[["Refusal"], Response]


def render_below(app: Flask, prefix: str, page_of: PageOf) -> None:
    """Have refusals of addresses below the prefix answered by pages for people instead of JSON."""
    app.extensions.setdefault("refusal_pages", {})[prefix] = page_of


def render(refusal: Refusal) -> Response:
    """Turn a refusal into the contract's failure envelope, or the page that people see there."""
    pages: dict[str, PageOf] = current_app.extensions.get("refusal_pages", {})
    for prefix, page_of in pages.items():
        if request.path == prefix or request.path.startswith(f"{prefix}/"):
            return page_of(refusal)
    body: dict[str, object] = {"success": False, "message": refusal.sentence, "code": refusal.code}
    if refusal.errors:
        body["errors"] = refusal.errors
    response = make_response(jsonify(body), refusal.status)
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, refusal.retry_after))
    return response


def _http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response())
    refusal = HTTP_REFUSALS.get(error.code or 500, Refusal)()
    refusal.status = error.code or 500
    response = render(refusal)
    if error.code == 405:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "")
    return response


def _mongo(error: PyMongoError) -> Response:
    return _store_down(error) if error.timeout or isinstance(error, ConnectionFailure) else _crash(error)


def _store_down(error: Exception) -> Response:
    log.error("store_down", error=type(error).__name__, reason=str(error)[:300])
    return render(Unavailable(retry_after=5))


def _crash(error: Exception) -> Response:
    log.error("crash", path=request.path, exc_info=error)
    return render(Crashed())


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, render)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(PyMongoError, _mongo)
    app.register_error_handler(RedisConnectionError, _store_down)
    app.register_error_handler(RedisTimeoutError, _store_down)
    app.register_error_handler(Exception, _crash)
