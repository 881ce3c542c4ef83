"""Ready answers of public pages in Redis, all dropped at once when anything they show has changed.

Every entry begins with the version it was made under. A write moves the version, so that the very next read in any
process finds the entry old; no key is ever searched for. Without Redis every page is simply made anew.
"""

import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask
from flask_caching.backends.rediscache import RedisCache
from redis.exceptions import RedisError

from lms.extensions import cache, queues

log = structlog.get_logger()

VERSION = "catalogue:version"
LIFETIME_SECONDS = 30
COMPUTE_SECONDS = 5
WAIT_SECONDS = 3
PAUSE_AFTER_FAILURE_SECONDS = 1


class Bytes:
    """A serializer that does nothing, so that nothing read from Redis is ever executed."""

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes | None) -> bytes | None:
        return value


class PageStore(RedisCache):
    serializer = Bytes()  # type: ignore[assignment]

    @classmethod
    def factory(cls, app: Flask, config: dict[str, Any], args: list[Any], kwargs: dict[str, Any]) -> "PageStore":
        return cls(host=queues.redis, key_prefix="page:")


@dataclass(frozen=True)
class CachedPage:
    """An answer's bytes and their weak entity tag."""

    body: bytes
    etag: str


class _Pause:
    """Spares requests the wait for a Redis that failed a moment ago."""

    until = 0.0


def get_or_compute(key: str, compute: Callable[[], bytes]) -> CachedPage:
    """The page under `key`, made by `compute` where no current one is kept, by one process at a time."""
    if time.monotonic() < _Pause.until:
        return _page(compute())
    try:
        version, entry = _look(key)
    except RedisError as error:
        _pause(error)
        return _page(compute())
    return _current(version, entry) or _make(key, compute)


def moved() -> None:
    """Make every kept page old; called after a write to anything public has been committed."""
    try:
        cache.set(VERSION, _new_version(), timeout=0)
    except RedisError as error:
        _pause(error)


def _new_version() -> bytes:
    return uuid.uuid4().hex.encode()


def _look(key: str) -> tuple[bytes, bytes | None]:
    version, entry = cache.get_many(VERSION, key)
    if version is None:
        cache.add(VERSION, _new_version(), timeout=0)
        version = cache.get(VERSION)
    return version, entry


def _current(version: bytes, entry: bytes | None) -> CachedPage | None:
    if entry is None or not entry.startswith(version):
        return None
    etag, _, body = entry[len(version) :].partition(b"\n")
    return CachedPage(body, etag.decode())


def _make(key: str, compute: Callable[[], bytes]) -> CachedPage:
    """Compute under a lock; those who come meanwhile wait for the one who holds it."""
    lock, deadline = f"{key}#lock", time.monotonic() + WAIT_SECONDS
    try:
        while time.monotonic() < deadline:
            version, entry = _look(key)
            if page := _current(version, entry):
                return page
            if cache.add(lock, b"1", timeout=COMPUTE_SECONDS):
                try:
                    return _store(key, version, _page(compute()))
                finally:
                    cache.delete(lock)
            time.sleep(0.01)
    except RedisError as error:
        _pause(error)
    return _page(compute())


def _store(key: str, version: bytes, page: CachedPage) -> CachedPage:
    cache.set(key, version + page.etag.encode() + b"\n" + page.body, timeout=LIFETIME_SECONDS)
    return page


def _page(body: bytes) -> CachedPage:
    return CachedPage(body, f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')


def _pause(error: RedisError) -> None:
    _Pause.until = time.monotonic() + PAUSE_AFTER_FAILURE_SECONDS
    log.warning("page_cache_down", reason=str(error)[:200])
