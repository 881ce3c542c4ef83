"""Structured JSON logs on standard output, the request's id on every line, no secret and no e-mail address on any."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask

from lms import redaction, request_id
from lms.extensions import settings_of
from lms.json_provider import to_bytes

SECRET_WORDS = ("password", "token", "secret", "otp", "code", "authorization")
HARMLESS = {"status_code", "code"}


def _add_request_id(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["request_id"] = request_id.current.get()
    return event


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if name not in HARMLESS and any(word in name.lower() for word in SECRET_WORDS):
            event[name] = "[redacted]"
        elif isinstance(value, str):
            event[name] = redaction.without_addresses(value)
    return event


def _to_json(event: dict[str, Any], **_: Any) -> str:
    return to_bytes(event).decode()


SHARED: list[Any] = [
    _add_request_id,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    _redact,
]

PROCESSORS: list[Any] = [
    _add_request_id,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    _redact,
    structlog.processors.JSONRenderer(serializer=_to_json),
]


def init_app(app: Flask) -> None:
    level = logging.getLevelNamesMapping()[settings_of(app).log_level]
    structlog.configure(
        processors=PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_to_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.INFO))
