"""What is left when a part is gone: real gunicorn, worker, scheduler, MongoDB, Redis and SMTP, killed and stopped."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymongo
import pytest
import redis
from rq.job import Job
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from lms.embedded.servers import Servers
from tests.processes import flask, gunicorn, running
from tests.smtp import Inbox
from tests.waiting import PATIENCE_SECONDS, at_most, eventually
from tests.world import PASSWORD

ASHA = "asha@example.com"


@dataclass
class Stack:
    servers: Servers
    environment: dict[str, str]
    inbox: Inbox
    api: str

    def call(self, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any, float]:
        """Status, JSON and seconds of a request."""
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.api + path, data, headers)
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, json.load(answer), time.monotonic() - began
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error), time.monotonic() - began

    def log_in(self) -> tuple[int, Any, float]:
        return self.call("/api/v1/auth/login", {"email": ASHA, "password": PASSWORD})

    def database(self) -> pymongo.MongoClient:
        return pymongo.MongoClient(self.environment["MONGODB_URL"])


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Stack]:
    folder, inbox = tmp_path_factory.mktemp("stack"), Inbox()
    with Servers(folder) as servers, ExitStack() as processes:
        inbox.start()
        processes.callback(inbox.stop)
        own = {
            **os.environ,
            **environment,
            "APP_ENV": "development",
            "MONGODB_URL": servers.mongodb_url.replace("/?", "/lms?"),
            "REDIS_URL": servers.redis_url,
            "MAIL_PORT": str(inbox.port),
            "MAIL_TIMEOUT": str(PATIENCE_SECONDS),
            "JOB_TIMEOUT": "3",
            "INSTANCE_DIR": str(folder),
            "LOG_LEVEL": "ERROR",
            "WEB_CONCURRENCY": "1",
        }
        make_account(own, folder)
        api = processes.enter_context(gunicorn("wsgi:app", own))
        yield Stack(servers, own, inbox, api)


@pytest.fixture
def quiet(stack: Stack) -> Stack:
    """The stack with nothing left to do."""
    with stack.database() as client:
        client.lms.outbox.delete_many({})
        client.lms.otps.delete_many({})
    with redis.Redis.from_url(stack.servers.redis_url) as connection:
        connection.flushdb()
    stack.inbox.clear()
    return stack


def make_account(environment: dict[str, str], folder: Path) -> None:
    create = [
        "create-admin",
        "--email",
        ASHA,
        "--first-name",
        "Asha",
        "--last-name",
        "Rao",
        "--password",
        PASSWORD,
        "--yes",
    ]
    for command in (["db", "upgrade"], create):
        with running(["-m", "flask", "--app", "wsgi", *command], environment) as process:
            assert process.wait() == 0


def test_without_redis_reads_and_sign_in_work_and_codes_are_503(stack: Stack) -> None:
    stack.servers.redis.kill()
    try:
        assert stack.call("/api/v1/courses/getAllCourses")[0] == 200
        status, answer, _ = stack.log_in()
        assert status == 200
        assert stack.call("/api/v1/profile/getUserDetails/me", token=answer["token"])[0] == 200
        signup = {"firstName": "A", "lastName": "B", "email": "i@example.com"}
        for path, body in (
            ("/auth/sendotp", {"email": "b@example.com"}),
            ("/auth/loginUser", {"email": "c@example.com"}),
            ("/auth/verifyotp", {"email": ASHA, "otp": "123456"}),
            ("/auth/resetpasswordtoken", {"email": "d@example.com"}),
            ("/auth/signup", {**signup, "password": PASSWORD, "confirmPassword": PASSWORD}),
        ):
            status, answer, seconds = stack.call(f"/api/v1{path}", body)
            assert (status, answer["code"]) == (503, "unavailable"), path
            assert seconds < at_most(1), path
    finally:
        stack.servers.redis.start()
    eventually(lambda: stack.call("/api/v1/auth/sendotp", {"email": "e@example.com"})[0] == 200)


def test_a_redis_that_hangs_holds_up_no_read_for_long(stack: Stack) -> None:
    stack.call("/api/v1/courses/getAllCourses")
    stack.servers.redis.pause()
    try:
        status, _, seconds = stack.call("/api/v1/courses/getAllCourses")
        assert status == 200
        assert seconds < at_most(1.5)
        status, answer, seconds = stack.call("/api/v1/auth/sendotp", {"email": "f@example.com"})
        assert (status, answer["code"]) == (503, "unavailable")
        assert seconds < at_most(1)
    finally:
        stack.servers.redis.resume()


@pytest.mark.parametrize("outage", ["killed", "hanging"])
def test_without_mongodb_everything_is_503_within_five_seconds_and_recovers(stack: Stack, outage: str) -> None:
    token = stack.log_in()[1]["token"]
    mongod = stack.servers.mongod
    mongod.kill() if outage == "killed" else mongod.pause()
    try:
        for path, body in (
            ("/api/v1/auth/login", {"email": ASHA, "password": PASSWORD}),
            ("/api/v1/profile/getUserDetails/me", None),
            ("/api/v1/courses/getReviews", None),
            ("/api/v1/auth/sendotp", {"email": "g@example.com"}),
        ):
            status, answer, seconds = stack.call(path, body, token)
            assert (status, answer["code"], answer["success"]) == (503, "unavailable", False), path
            assert seconds < at_most(5), path
        status, answer, seconds = stack.call("/readyz")
        assert (status, answer["mongo"] != "ok", answer["redis"]) == (503, True, "ok")
        assert seconds < at_most(1)
        assert stack.call("/healthz")[0] == 200
    finally:
        mongod.start() if outage == "killed" else mongod.resume()
    eventually(lambda: stack.call("/api/v1/profile/getUserDetails/me", token=token)[0] == 200)


def test_a_worker_killed_during_a_mail_loses_none(quiet: Stack) -> None:
    quiet.inbox.silent = True
    with flask("scheduler", environment=quiet.environment):
        with flask("worker", "mail", environment=quiet.environment) as worker:
            assert quiet.call("/api/v1/auth/loginUser", {"email": ASHA})[0] == 200
            eventually(lambda: quiet.inbox.asked > 0)
            worker.kill()
            worker.wait()
        quiet.inbox.silent = False
        with flask("worker", "mail", environment=quiet.environment), quiet.database() as client:
            eventually(lambda: client.lms.otps.find_one({"email": ASHA})["status"] == "sent")
            assert client.lms.otps.find_one({"email": ASHA})["attempts"] == 2
    assert quiet.inbox.asked == 2
    assert quiet.inbox.to(ASHA)[-1].subject == "Your code to sign in"


def test_a_mail_that_is_refused_is_tried_again_and_then_rests_with_its_reason(quiet: Stack) -> None:
    quiet.inbox.clear()
    quiet.inbox.refusal = "451 try again later"
    address = "h@example.com"
    with (
        flask("scheduler", environment=quiet.environment),
        flask("worker", "mail", environment=quiet.environment),
        quiet.database() as client,
    ):
        assert quiet.call("/api/v1/auth/sendotp", {"email": address})[0] == 200
        eventually(lambda: client.lms.outbox.find_one({"state": "failed"}) is not None)
        row = client.lms.otps.find_one({"email": address})
    assert (row["status"], row["attempts"]) == ("failed", 6)
    assert "451" in row["reason"]
    with redis.Redis.from_url(quiet.servers.redis_url) as connection:
        (dead,) = FailedJobRegistry("mail", connection=connection, serializer=JSONSerializer).get_job_ids()
        assert "451" in str(Job.fetch(dead, connection, JSONSerializer).latest_result().exc_string)
    assert quiet.inbox.asked == 6
