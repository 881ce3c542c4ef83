"""/healthz, /readyz and /metrics, for those who run the server."""

import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pymongo
from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from pymongo.errors import PyMongoError
from redis.exceptions import RedisError
from rq import worker_registration

from lms.errors import UnknownPath
from lms.extensions import current_settings, mongo, queues
from lms.machinery.registry import queue_names
from lms.models.payments.stray_payments import stray_payments

bp = Blueprint("health", __name__)

CHECK_SECONDS = 0.4

STRAY = "Captured payments of no order known here, by what was decided on them."


@bp.get("/healthz")
def alive() -> Response:
    return jsonify({"status": "ok"})


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether MongoDB, Redis and the queue's workers answer; 503 names the one that does not."""
    checks: dict[str, Callable[[], str]] = {"mongo": _mongo, "redis": _redis, "queue": _queue}
    with ThreadPoolExecutor(len(checks)) as pool:
        found = dict(zip(checks, pool.map(lambda check: check(), checks.values()), strict=True))
    good = all(state == "ok" for state in found.values())
    return jsonify({"status": "ok" if good else "unavailable", **found}), 200 if good else 503


def _mongo() -> str:
    assert mongo.cx is not None
    try:
        with pymongo.timeout(CHECK_SECONDS):
            mongo.cx.admin.command("ping")
    except PyMongoError as error:
        return type(error).__name__
    return "ok"


def _redis() -> str:
    try:
        queues.redis.ping()
    except RedisError as error:
        return type(error).__name__
    return "ok"


def _queue() -> str:
    try:
        idle = [name for name in queue_names() if not _has_worker(name)]
    except RedisError as error:
        return type(error).__name__
    return f"no worker for {', '.join(idle)}" if idle else "ok"


def _has_worker(queue: str) -> bool:
    """Whether anybody works on the queue: RQ goes on listing workers that were killed."""
    keys = worker_registration.get_keys(queue=queues.get(queue))
    return bool(keys) and queues.redis.exists(*keys) > 0


@bp.get("/metrics")
def metrics() -> Any:
    """Prometheus' text format, for who holds `METRICS_TOKEN`; open in development only."""
    settings = current_settings()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.metrics_token:
        if not hmac.compare_digest(given.encode(), settings.metrics_token.encode()):
            raise UnknownPath
    elif settings.production:
        raise UnknownPath
    return Response(generate_latest(_registry()) + _of_the_database(), content_type=CONTENT_TYPE_LATEST)


def _of_the_database() -> bytes:
    """Figures that no process counts for itself; nothing while MongoDB does not answer."""
    registry = CollectorRegistry()
    try:
        with pymongo.timeout(CHECK_SECONDS):
            found = stray_payments.by_state()
    except PyMongoError:
        return b""
    payments = Gauge("payments_without_order", STRAY, ["state"], registry=registry)
    for state, number in found.items():
        payments.labels(state).set(number)
    return generate_latest(registry)


def _registry() -> CollectorRegistry:
    """This process's counters, or those of all workers where gunicorn has set up a directory for them."""
    if not current_settings().prometheus_multiproc_dir:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
