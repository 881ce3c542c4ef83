"""The platform as it is deployed, every process of which may be killed, and beside it a gateway that always lives."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pymongo
import redis
from pymongo.database import Database

from lms.embedded.part import Part
from lms.embedded.processes import wait_until
from lms.embedded.servers import Servers
from tests.chaos.nursery import ForkedPart, Nursery
from tests.credentials import KEY
from tests.processes import PROJECT, answers
from tests.smtp import Inbox, free_port
from tests.waiting import PATIENCE_SECONDS

RECONCILER = "payments.reconcile"
TRANSACTION_SECONDS = 2
LONG_AGO = timedelta(minutes=1)


class Gunicorn(ForkedPart):
    """gunicorn as `deploy/gunicorn.py` has it: the master, and its workers in the same group of processes."""

    def __init__(self, name: str, folder: Path, environment: dict[str, str], workers: int) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.py", "--log-level", "warning", "wsgi:app"]
        own = {**environment, "PORT": str(self.port), "BIND": f"127.0.0.1:{self.port}", "WEB_CONCURRENCY": str(workers)}
        super().__init__(name, command, folder, lambda: answers(self.address), own)

    def workers(self) -> list[int]:
        """The ids of the processes that answer requests."""
        master = self._running().pid
        return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


class Stage:
    """What there is to kill: `api`, `worker`, `mailer`, `scheduler`, and the servers' `mongod` and `redis`."""

    def __init__(self, folder: Path, servers: Servers, gateway_url: str, inbox: Inbox, api_workers: int) -> None:
        self.servers, self.inbox = servers, inbox
        environment = {
            **os.environ,
            "APP_ENV": "development",
            "REDIS_URL": servers.redis_url,
            "MAIL_HOST": inbox.host,
            "MAIL_PORT": str(inbox.port),
            "JOB_TIMEOUT": "20",
            "JOB_RETRY_SECONDS": ",".join(["0"] * 20),
            "TRUSTED_PROXIES": "127.0.0.1",
            "INSTANCE_DIR": str(folder),
            "LOG_LEVEL": "WARNING",
            "RAZORPAY_KEY": "",
            "CREDENTIAL_KEYS": KEY,
        }
        self.gateway = Gunicorn("gateway", folder, {**environment, "MONGODB_URL": gateway_url}, workers=1)
        self.mongodb_url = servers.mongodb_url.replace("/?", "/lms?")
        # Nothing but its address says to the platform where the gateway is.
        self.environment = {**environment, "MONGODB_URL": self.mongodb_url, "PUBLIC_URL": self.gateway.address}
        self.api = Gunicorn("api", folder, self.environment, api_workers)
        self.worker = self._flask("worker", "worker", "default")
        self.mailer = self._flask("mailer", "worker", "mail")
        self.fast_workers = [
            self._python("fast-default", "-m", "tests.chaos.inline_worker", "default", "default"),
            self._python("fast-mail", "-m", "tests.chaos.inline_worker", "mail"),
        ]
        self.worker_of_tables = self._python("fast-bulk", "-m", "tests.chaos.inline_worker", "bulk")
        self.scheduler = self._flask("scheduler", "scheduler")
        self.reconciler = self._python("reconciler", "-m", "tests.chaos.reconciler")
        self.client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(self.mongodb_url)
        self.gateway_client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(gateway_url)

    @property
    def db(self) -> Database[dict[str, Any]]:
        return self.client.get_default_database()

    @property
    def gateway_db(self) -> Database[dict[str, Any]]:
        """What the gateway knows, which is what really happened."""
        return self.gateway_client.get_default_database()

    def end_transactions_soon(self) -> None:
        """Have mongod end within three seconds what a killed process has begun, and what holds all others up."""
        self._end_transactions_after(TRANSACTION_SECONDS)

    @contextmanager
    def patient(self) -> Iterator[None]:
        """What begins meanwhile may last as long as a test waits for anything."""
        self._end_transactions_after(2 * PATIENCE_SECONDS)
        try:
            yield
        finally:
            self.end_transactions_soon()

    def _end_transactions_after(self, seconds: int) -> None:
        self.client.admin.command("setParameter", 1, transactionLifetimeLimitSeconds=seconds)

    def rest(self) -> None:
        """End every process but those that are always there."""
        for part in (self.reconciler, self.worker, self.mailer, self.worker_of_tables, *self.fast_workers):
            part.kill()

    def empty(self) -> None:
        """Begin again with nothing."""
        self.rest()
        for db in (self.db, self.gateway_db):
            for name in db.list_collection_names():
                if name != "migrations":
                    db[name].delete_many({})
        with redis.Redis.from_url(self.servers.redis_url) as connection:
            connection.flushdb()
        self.inbox.clear()
        self.end_transactions_soon()

    @property
    def parts(self) -> list[Part]:
        """Whatever may be running, in the order in which to stop it."""
        workers = [self.worker, self.mailer, self.worker_of_tables, *self.fast_workers]
        return [self.api, self.scheduler, self.reconciler, *workers, self.gateway]

    def turn_clock(self, dead: str = "") -> None:
        """Have everything due that waits for a time, and the leases of a `dead` queue's worker run out.

        The reconciler asks about an order a minute after its creation at the earliest, and a lease lasts as long as a
        job may take: tests do not wait for that, they write down other times.
        """
        past = datetime.now(UTC) - LONG_AGO
        self.db.orders.update_many({"nextCheckAt": {"$type": "date"}}, {"$set": {"nextCheckAt": past}})
        self.db.refunds.update_many({"nextCheckAt": {"$type": "date"}}, {"$set": {"nextCheckAt": past}})
        if dead:
            self.db.outbox.update_many({"state": "pending", "queue": dead}, {"$set": {"leasedUntil": None}})
        self.db.outbox.update_many({"state": "pending", "leasedUntil": None}, {"$set": {"dueAt": past}})
        self.db.scheduledJobs.update_many({"_id": RECONCILER}, {"$set": {"nextRunAt": past}})

    def _flask(self, name: str, *command: str) -> Part:
        return self._python(name, "-m", "flask", "--app", "wsgi", *command)

    def _python(self, name: str, *command: str) -> Part:
        return ForkedPart(name, [sys.executable, *command], self.servers.directory, env=self.environment)


def freeze(part: Part) -> None:
    """Stop a part and its children where they are."""
    _signal(part, signal.SIGSTOP)


def thaw(part: Part) -> None:
    _signal(part, signal.SIGCONT)


def _signal(part: Part, number: signal.Signals) -> None:
    assert part.process is not None
    with suppress(ProcessLookupError):
        os.killpg(part.process.pid, number)


@contextmanager
def stage(folder: Path, gateway_url: str, api_workers: int) -> Iterator[Stage]:
    """Everything set up in the folder; of the platform's processes only the API runs already."""
    inbox = Inbox()
    with Servers(folder) as servers, ExitStack() as cleanup:
        inbox.start()
        cleanup.callback(inbox.stop)
        made = Stage(folder, servers, gateway_url, inbox, api_workers)
        cleanup.callback(made.client.close)
        cleanup.callback(made.gateway_client.close)
        cleanup.callback(lambda: made.gateway_client.drop_database(made.gateway_db.name))
        nursery = cleanup.enter_context(Nursery(folder, made.environment, PROJECT).open())
        for part in made.parts:
            part.nursery = nursery
            cleanup.callback(part.kill)
        upgrade = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        subprocess.run(upgrade, env=made.environment, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
        made.end_transactions_soon()
        made.gateway.spawn()
        made.scheduler.spawn()
        made.api.start()
        wait_until(made.gateway.ready, 60, "The start of the gateway")
        yield made
