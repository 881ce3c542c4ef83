"""Ready answers: kept in Redis for every process, and the public ones in the memory of those that served them lately.

Every change of something that pages show gets the next number of one counter, and is noted under the keys of what
changed (`lms/models/freshness.py`). A page remembers the number that was current when it was begun, and what it was
made of: it is good while none of its keys has a higher number. So the very next read in any process finds an old page
old, a page that shows nothing of a change stays, and no key is searched for. Without Redis every page is made anew.
"""

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import structlog
from cachetools import TTLCache
from flask import Flask
from flask_caching.backends.rediscache import RedisCache
from redis.exceptions import RedisError

from lms.extensions import cache, queues
from lms.models import transactions
from lms.models.freshness import reading

log = structlog.get_logger()

PREFIX = "page:"
CHANGES = "changes"
"""The number of the latest change."""
BEGAN = "began"
"""The number before which every page is old."""

LIFETIME_SECONDS = 30
COMPUTE_SECONDS = 5
WAIT_SECONDS = 3
PAUSE_AFTER_FAILURE_SECONDS = 1
NOTED_SECONDS = 300
"""How long a change is noted: longer than a page made before it can be kept anywhere."""
MOST_KEYS = 500
"""Of one change; what touches more makes every page old."""
GZIP_LEVEL = 6
MOST_BYTES = 32 * 1024 * 1024
MOST_BYTES_A_PAGE = 512 * 1024
"""In the memory of a process: whoever makes up query strings gets others' pages dropped, and no more than this."""

NOTE_CHANGE = """
local function number(key)
    local value = redis.pcall('GET', key)
    return type(value) == 'string' and value:match('^%d+$')
end
if not (number(KEYS[1]) and number(KEYS[2])) then
    redis.call('SET', KEYS[1], ARGV[1])
    redis.call('SET', KEYS[2], ARGV[1])
end
if ARGV[3] == 'begin' then return end
redis.call('INCR', KEYS[1])
local latest = redis.call('GET', KEYS[1])
if ARGV[3] == 'all' then redis.call('SET', KEYS[2], latest) end
for place = 3, #KEYS do redis.call('SET', KEYS[place], latest, 'EX', ARGV[2]) end
"""
"""Numbers begin with the time in microseconds, so that those of a Redis that lost its data are higher than before."""


class Bytes:
    """A serializer that does nothing, so that nothing read from Redis is ever executed."""

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes | None) -> bytes | None:
        return value


class PageStore(RedisCache):
    """Flask-Caching's backend, for what it is good at: prefixed keys that run out, on the connection there is."""

    serializer = Bytes()  # type: ignore[assignment]

    @classmethod
    def factory(cls, app: Flask, config: dict[str, Any], args: list[Any], kwargs: dict[str, Any]) -> "PageStore":
        return cls(host=queues.redis, key_prefix=PREFIX)


@dataclass(frozen=True)
class CachedPage:
    """An answer's bytes and their weak entity tag; `number` is the change it was begun after, none if not kept."""

    body: bytes
    etag: str
    number: int | None = None
    keys: tuple[str, ...] = ()

    @cached_property
    def gzipped(self) -> bytes:
        """The body compressed, once for as long as the process remembers the page."""
        return gzip.compress(self.body, GZIP_LEVEL)


class _Pause:
    """Spares requests the wait for a Redis that failed a moment ago."""

    until = 0.0


def get_or_compute(address: str, compute: Callable[[], bytes]) -> CachedPage:
    """The page at an address, made by `compute` where no current one is kept, by one process at a time."""
    if time.monotonic() < _Pause.until:
        return _page(compute())
    try:
        return _look(address)[1] or _make(address, compute)
    except RedisError as error:
        _pause(error)
        return _page(compute())


def purge(keys: Iterable[str]) -> None:
    """Make old every page that shows something under these keys; after the write has been committed."""
    chosen = sorted(keys)
    _note("all" if len(chosen) > MOST_KEYS else "some", chosen[:MOST_KEYS])


def purge_all() -> None:
    """Make every page old."""
    _note("all", ())


def latest_change() -> int | None:
    """The number of the latest change; none when Redis does not say."""
    if time.monotonic() < _Pause.until:
        return None
    try:
        return _number(cache.get(CHANGES))
    except RedisError as error:
        _pause(error)
        return None


def _note(how: str, keys: Iterable[str]) -> None:
    names = [PREFIX + name for name in (CHANGES, BEGAN, *keys)]
    try:
        queues.redis.eval(NOTE_CHANGE, len(names), *names, time.time_ns() // 1000, NOTED_SECONDS, how)
    except RedisError as error:
        _pause(error)


def _look(address: str) -> tuple[int, CachedPage | None]:
    """The number of the latest change, and the page if a current one is kept."""
    entry, latest, began = cache.get_many(address, CHANGES, BEGAN)
    number = _number(latest)
    if number is None or _number(began) is None:
        _note("begin", ())
        number = _number(cache.get(CHANGES)) or 0
    page = _parsed(entry)
    if page is None or (page.number != number and not _is_current(page)):
        return number, None
    return number, page


def _is_current(page: CachedPage) -> bool:
    """Whether nothing that the page shows has changed since; one that says of nothing what it shows is not."""
    began, *noted = cache.get_many(BEGAN, *page.keys)
    numbers = [_number(began), *(_number(each) or 0 for each in noted)]
    return bool(page.keys) and page.number is not None and all(n is not None and n <= page.number for n in numbers)


def _make(address: str, compute: Callable[[], bytes]) -> CachedPage:
    """Compute under a lock; those who come meanwhile wait for the one who holds it."""
    lock, deadline = f"lock:{address}", time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if cache.add(lock, b"1", timeout=COMPUTE_SECONDS):
            try:
                number, page = _look(address)
                return page or _keep(address, number, compute)
            finally:
                cache.delete(lock)
        time.sleep(0.01)
        if page := _look(address)[1]:
            return page
    return _page(compute())


def _keep(address: str, number: int, compute: Callable[[], bytes]) -> CachedPage:
    """The page that is made now, kept unless something it shows has changed meanwhile."""
    with reading() as keys:
        plain = _page(compute())
    page = replace(plain, number=number, keys=tuple(sorted(keys)))
    if page.keys and not _is_current(page):
        return plain
    head = [str(number).encode(), " ".join(page.keys).encode(), page.etag.encode()]
    cache.set(address, b"\n".join([*head, page.body]), timeout=LIFETIME_SECONDS)
    return page


def _parsed(entry: bytes | None) -> CachedPage | None:
    """The page of an entry in Redis, unless that is anything else."""
    parts = (entry or b"").split(b"\n", 3)
    if len(parts) < 4 or _number(parts[0]) is None or not all(part.isascii() for part in parts[:3]):
        return None
    return CachedPage(parts[3], parts[2].decode(), _number(parts[0]), tuple(parts[1].decode().split()))


def _number(value: bytes | None) -> int | None:
    return int(value) if value is not None and value.isdigit() else None


def _page(body: bytes) -> CachedPage:
    return CachedPage(body, f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')


def _pause(error: RedisError) -> None:
    _Pause.until = time.monotonic() + PAUSE_AFTER_FAILURE_SECONDS
    log.warning("page_store_down", reason=str(error)[:200])


@dataclass
class Remembered:
    """A public page in the memory of the process; `found_current_at` is the change after which that was seen."""

    page: CachedPage
    endpoint: str
    found_current_at: int

    @property
    def size(self) -> int:
        """In bytes, as sent and compressed together."""
        return len(self.page.body) + len(self.page.gzipped)


_memory: TTLCache[str, Remembered] = TTLCache(MOST_BYTES, LIFETIME_SECONDS, getsizeof=lambda each: each.size)
_lock = threading.Lock()


def remember(address: str, page: CachedPage, endpoint: str) -> None:
    """Let this process keep a public page, if it is known to be current."""
    if page.number is None:
        return
    remembered = Remembered(page, endpoint, page.number)
    if remembered.size + len(address) <= MOST_BYTES_A_PAGE:
        with _lock:
            _memory[address] = remembered


def recall(address: str) -> Remembered | None:
    """The page this process keeps of an address, while it is current; that is asked of Redis every time."""
    with _lock:
        found = _memory.get(address)
    if found is None or (latest := latest_change()) is None:
        return None
    if found.found_current_at != latest:
        try:
            if not _is_current(found.page):
                return None
        except RedisError as error:
            _pause(error)
            return None
        found.found_current_at = latest
    return found


def init_app(app: Flask) -> None:
    """Have every write make old the pages that show what it changed."""
    transactions.purge_with(purge)
