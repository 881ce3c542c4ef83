"""Ready answers of public pages in Redis, all dropped at once when anything they show has changed.

Every entry begins with the version it was made under. A write moves the version, so that the very next read in any
process finds the entry old; no key is ever searched for. Without Redis every page is simply made anew.
"""

import gzip
import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import structlog
from flask import Flask
from flask_caching.backends.rediscache import RedisCache
from redis.exceptions import RedisError

from lms.extensions import cache, queues

log = structlog.get_logger()

PREFIX = "page:"
VERSION = "catalogue:version"
LIFETIME_SECONDS = 30
COMPUTE_SECONDS = 5
WAIT_SECONDS = 3
PAUSE_AFTER_FAILURE_SECONDS = 1
READER_SECONDS = 86_400
GZIP_LEVEL = 6


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
        return cls(host=queues.redis, key_prefix=PREFIX)


@dataclass(frozen=True)
class CachedPage:
    """An answer's bytes and their weak entity tag."""

    body: bytes
    etag: str
    version: bytes = b""
    """What it was made under; empty when it could not be kept."""

    @cached_property
    def gzipped(self) -> bytes:
        """The body compressed, once for as long as the process remembers the page."""
        return gzip.compress(self.body, GZIP_LEVEL)


class _Pause:
    """Spares requests the wait for a Redis that failed a moment ago."""

    until = 0.0


def get_or_compute(key: str, compute: Callable[[], bytes], reader: str = "") -> CachedPage:
    """The page under `key`, made by `compute` where no current one is kept, by one process at a time.

    A page for one `reader` (a user's id) is current until something of theirs or something public has moved.
    """
    if time.monotonic() < _Pause.until:
        return _page(compute())
    shelf = Shelf(reader)
    try:
        return shelf.look(key)[1] or _make(shelf, key, compute)
    except RedisError as error:
        _pause(error)
        return _page(compute())


def current_version() -> bytes:
    """The version public pages are kept under now; empty when Redis does not say."""
    if time.monotonic() < _Pause.until:
        return b""
    try:
        found: bytes | None = queues.redis.get(PREFIX + VERSION)  # type: ignore[assignment]
    except RedisError as error:
        _pause(error)
        return b""
    return found or b""


def moved(reader: str = "") -> None:
    """Make old every kept page, or every page of one reader; called after the write has been committed."""
    try:
        cache.set(_version_key(reader), _new_version(), timeout=READER_SECONDS if reader else 0)
    except RedisError as error:
        _pause(error)


def _version_key(reader: str) -> str:
    return f"{VERSION}:{reader}" if reader else VERSION


def _new_version() -> bytes:
    return uuid.uuid4().hex.encode()


class Shelf:
    """Where the pages of one reader, or of everyone, stand in Redis."""

    def __init__(self, reader: str) -> None:
        self.reader = reader
        self.version_keys = [VERSION, _version_key(reader)] if reader else [VERSION]

    def look(self, key: str) -> tuple[bytes, CachedPage | None]:
        """The version that is current, and the page if one is kept under it."""
        *versions, entry = cache.get_many(*self.version_keys, self._own(key))
        version = self._version(versions)
        return version, self._page(version, entry)

    def keep(self, key: str, version: bytes, page: CachedPage) -> CachedPage:
        entry = b"\n".join([version, page.etag.encode(), page.body])
        cache.set(self._own(key), entry, timeout=LIFETIME_SECONDS)
        return replace(page, version=version)

    def _own(self, key: str) -> str:
        return f"{self.reader}{key}"

    def _version(self, found: list[bytes | None]) -> bytes:
        """The versions as one; a missing one is made up, so that nothing kept before it was lost is taken for new."""
        if None in found:
            for key in self.version_keys:
                cache.add(key, _new_version(), timeout=READER_SECONDS if key != VERSION else 0)
            found = cache.get_many(*self.version_keys)
        return b".".join(each or b"" for each in found)

    def _page(self, version: bytes, entry: bytes | None) -> CachedPage | None:
        kept_under, _, rest = (entry or b"").partition(b"\n")
        etag, whole, body = rest.partition(b"\n")
        if kept_under != version or not whole or not etag.isascii():
            return None
        return CachedPage(body, etag.decode(), version)


def _make(shelf: Shelf, key: str, compute: Callable[[], bytes]) -> CachedPage:
    """Compute under a lock; those who come meanwhile wait for the one who holds it."""
    lock, deadline = f"lock:{shelf.reader}{key}", time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if cache.add(lock, b"1", timeout=COMPUTE_SECONDS):
            try:
                version, page = shelf.look(key)
                return page or shelf.keep(key, version, _page(compute()))
            finally:
                cache.delete(lock)
        time.sleep(0.01)
        if page := shelf.look(key)[1]:
            return page
    return _page(compute())


def _page(body: bytes) -> CachedPage:
    return CachedPage(body, f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')


def _pause(error: RedisError) -> None:
    _Pause.until = time.monotonic() + PAUSE_AFTER_FAILURE_SECONDS
    log.warning("page_cache_down", reason=str(error)[:200])
