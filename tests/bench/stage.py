"""A production-like server on demo data of a given size, and the bare one beside it."""

import json
import os
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pymongo

from lms.demo.seeding import PASSWORD
from lms.embedded.servers import Servers
from tests.credentials import KEY
from tests.processes import PROJECT, gunicorn, gunicorn_process


@dataclass(frozen=True)
class Stage:
    api: str
    bare: str
    database: pymongo.database.Database
    environment: dict[str, str]
    roots: tuple[int, ...]
    """The processes whose time, and that of those below them, is what a request costs: the API's and its databases'."""


@contextmanager
def stage(folder: Path, scale: int) -> Iterator[Stage]:
    """Databases filled by `flask seed --scale`, gunicorn in production mode, and the bare application."""
    with Servers(folder) as servers:
        stores = {"MONGODB_URL": servers.mongodb_url.replace("/?", "/lms?"), "REDIS_URL": servers.redis_url}
        environment = {**os.environ, **stores, "INSTANCE_DIR": str(folder), "CREDENTIAL_KEYS": KEY}
        environment["PUBLIC_URL"] = "https://api.example.org"
        for command in (["db", "upgrade"], ["seed", "--scale", str(scale)]):
            subprocess.run(
                [sys.executable, "-m", "flask", "--app", "wsgi", *command], env=environment, check=True, cwd=PROJECT
            )
        with pymongo.MongoClient(stores["MONGODB_URL"]) as client:
            database = client.get_default_database()
            user = database.users.find_one({"email": "student@example.com"})
            environment |= production() | {"BENCH_USER": str(user["_id"])}
            databases = [part.process.pid for part in servers.parts if part.process]
            with (
                gunicorn_process("wsgi:app", environment, anew=True) as (api, pid),
                gunicorn("tests.bench.bare:app", environment, anew=True) as bare,
            ):
                yield Stage(api, bare, database, environment, (pid, *databases))


def sign_in(made: Stage, email: str) -> str:
    """The access token of somebody of the demo data."""
    body = json.dumps({"email": email, "password": PASSWORD}).encode()
    request = urllib.request.Request(
        f"{made.api}/api/v1/auth/login", body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        token: str = json.load(answer)["token"]
    return token


def administrator(made: Stage) -> str:
    """The access token of the demo data's administrator, who needs no second step for the moment."""
    made.database.users.update_one({"email": "admin@example.com"}, {"$unset": {"totp": ""}})
    token = sign_in(made, "admin@example.com")
    made.database.sessions.update_many({"role": "admin"}, {"$unset": {"awaits": ""}})
    return token


def production() -> dict[str, str]:
    """What production refuses to start without, made up."""
    names = (
        "JWT_SECRET",
        "MAIL_PASS",
        "RAZORPAY_SECRET",
        "RAZORPAY_WEBHOOK_SECRET",
        "API_SECRET",
        "API_KEY",
        "RAZORPAY_KEY",
    )
    return {
        "APP_ENV": "production",
        "MAIL_HOST": "127.0.0.1",
        "MAIL_USER": "bench",
        "MAIL_FROM": "no-reply@example.org",
        "FRONTEND_URL": "https://learn.example.org",
        "CORS_ORIGINS": "https://learn.example.org",
        "CLOUD_NAME": "bench",
        "LOG_LEVEL": "WARNING",
        **{name: "b" + secrets.token_urlsafe(40) for name in names},
    }
