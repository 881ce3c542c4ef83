"""The pages that are kept ready in Redis, as staff look at them."""

from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError

from lms.errors import Unavailable
from lms.extensions import queues
from lms.models.base import Subject
from lms.models.system.audit_log import audit_log
from lms.services.system import page_store


@dataclass(frozen=True)
class CacheState:
    """`latest_change` is the number of the last change of what pages show; the rest is of the whole Redis server."""

    latest_change: int | None
    keys: int
    memory: str
    hits: int
    misses: int


def state() -> CacheState | None:
    """The cache as it is now; none when Redis does not answer."""
    try:
        facts: Any = queues.redis.info()
        keys: Any = queues.redis.dbsize()
    except RedisError:
        return None
    return CacheState(
        page_store.latest_change(), keys, facts["used_memory_human"], facts["keyspace_hits"], facts["keyspace_misses"]
    )


def clear() -> None:
    """Have every page made anew; raises Unavailable when Redis cannot be told."""
    try:
        queues.redis.ping()
    except RedisError as error:
        raise Unavailable("Redis does not answer, so there is nothing to clear.") from error
    audit_log.record("cache.clear", Subject("cache", "pages", "pages"))
    page_store.purge_all()
