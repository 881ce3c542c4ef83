"""The id of the request that caused what is happening now; jobs carry on that of the request they come from."""

from contextvars import ContextVar

current: ContextVar[str | None] = ContextVar("request_id", default=None)
