"""The Flask extensions and the connections, made here unbound and bound in create_app."""

from typing import Any

import redis
import rq
from flask import Flask, current_app
from flask_caching import Cache
from flask_jwt_extended import JWTManager
from flask_limiter import Limiter
from flask_mail import Mail
from flask_pymongo import PyMongo
from limits.storage import MongoDBStorage
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq.serializers import JSONSerializer

from config import Settings
from lms import json_provider

MONGO_MILLISECONDS = 3000
REDIS_SECONDS = 0.4


class Queues:
    """The Redis connection and the RQ queues on it."""

    redis: redis.Redis
    _url: str

    def init_app(self, app: Flask) -> None:
        self._url = settings_of(app).redis_url
        self.redis = redis.Redis.from_url(
            self._url,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def get(self, name: str) -> rq.Queue:
        return rq.Queue(name, connection=self.redis, serializer=JSONSerializer)

    def get_patient(self, name: str) -> rq.Queue:
        """The queue on a connection of its own that may wait, as a worker's has to."""
        return rq.Queue(name, connection=redis.Redis.from_url(self._url), serializer=JSONSerializer)


class CountersInMongo(MongoDBStorage):
    """Rate-limit counters on the application's own MongoDB connection, so that a Redis outage changes no limit."""

    STORAGE_SCHEME = ["app+mongodb"]

    def __init__(self, uri: str, **options: Any) -> None:
        super().__init__(
            uri,
            database_name="",
            counter_collection_name="limitCounters",
            window_collection_name="limitWindows",
            **options,
        )

    def _init_mongo_client(self, uri: str | None, **options: Any) -> Any:
        return mongo.cx

    @property
    def _database(self) -> Any:
        return mongo.db

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Take a place in the window; two first requests at once collide on a new key, so a refusal is asked twice."""
        return any(super(CountersInMongo, self).acquire_entry(key, limit, expiry, amount) for _ in range(2))


mongo = PyMongo()
jwt = JWTManager()
mail = Mail()
cache = Cache()
queues = Queues()
limiter = Limiter(key_func=lambda: "")


def current_settings() -> Settings:
    """The present application's settings."""
    return settings_of(current_app)


def settings_of(app: Flask) -> Settings:
    """The application's settings."""
    settings: Settings = app.config["SETTINGS"]
    return settings


def init_app(app: Flask) -> None:
    mongo.init_app(app, timeoutMS=MONGO_MILLISECONDS, serverSelectionTimeoutMS=1500, tz_aware=False)
    json_provider.init_app(app)
    queues.init_app(app)
    jwt.init_app(app)
    mail.init_app(app)
    cache.init_app(app)
    _init_limiter(app)


def _init_limiter(app: Flask) -> None:
    """Bind the limiter without its hooks: endpoints that declare a limit check it, all others spend nothing on it."""
    app.extensions["limiter"] = {limiter}
    limiter.init_app(app)
