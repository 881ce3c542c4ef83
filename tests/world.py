"""What tests are made of: people who are signed in, courses to attend, requests as a frontend makes them."""

import contextvars
import copy
import itertools
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Barrier, Thread
from typing import Any, ParamSpec, TypeVar

from bson import ObjectId
from flask import Flask
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from lms.extensions import queues
from lms.machinery import outbox, worker
from lms.machinery.registry import queue_names
from lms.models.accounts.profiles import profiles
from lms.models.accounts.sessions import sessions
from lms.models.accounts.users import Role, users
from lms.models.actors import Actor, acting_as
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import EnrollmentSource, enrollments
from lms.models.payments.ledger import ledger
from lms.models.system.finding import findable
from lms.services.accounts import passwords, tokens
from tests.authoring import Authoring, MadeCourse
from tests.buying import Buying
from tests.database import Snapshot, empty_stores
from tests.smtp import Inbox

PASSWORD = "a quiet green harbour"
API = "/api/v1"
BESIDE = ("/api", "/studynotion", "/sandbox", "/healthz", "/readyz", "/metrics", "/docs")
"""Where addresses are given whole."""
AS_BUILT_SECONDS = 300
"""A third of the life of the tokens that people are made with."""

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Person:
    id: ObjectId
    email: str
    token: str
    refresh_token: str
    session_id: ObjectId


def avatar_of(person: Person) -> str:
    """Where a person without a picture has one drawn of their initials."""
    return f"http://localhost:4000{API}/profile/avatar/{person.id}"


@dataclass
class AsBuilt:
    """What a function has made, and the database after that; `until` is a time of the monotonic clock."""

    result: Any
    snapshot: Snapshot
    number: int
    until: float


AS_BUILT: dict[Callable[..., Any], AsBuilt] = {}


def refused(answer: TestResponse) -> tuple[int, str]:
    """The status and the code of a failure, which has to come in the contract's envelope."""
    assert answer.mimetype == "application/json", answer.text
    assert answer.json["success"] is False
    assert answer.json["message"]
    assert set(answer.json) <= {"success", "message", "code", "errors"}
    return answer.status_code, answer.json["code"]


def faults(answer: TestResponse, code: str = "validation_failed") -> set[str]:
    """The fields that a refusal of what was sent names."""
    assert refused(answer) == (400, code)
    return set(answer.json["errors"])


def at_once(calls: Sequence[Callable[[], R]]) -> list[R]:
    """What the calls return, each made in a thread of its own, all let loose at the same moment."""
    barrier, contexts = Barrier(len(calls)), [contextvars.copy_context() for _ in calls]

    def run(call: Callable[[], R], context: contextvars.Context) -> R:
        barrier.wait()
        return context.run(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls, contexts))


def by(actor: Actor, decide: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What is decided when this actor does it."""
    with acting_as(actor):
        return decide(*args, **kwargs)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application behind a real port, which its settings name as its own address."""
    settings = app.config["SETTINGS"]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.port}"
    app.config["SETTINGS"] = settings.model_copy(update={"public_url": address})
    try:
        yield address
    finally:
        app.config["SETTINGS"] = settings
        server.shutdown()
        thread.join()
        server.server_close()


@cache
def password_hash() -> str:
    """Of everybody's password, made once: bcrypt takes a millisecond at its cheapest."""
    return passwords.hash_of(PASSWORD)


class World(Authoring, Buying):
    def __init__(self, app: Flask, inbox: Inbox) -> None:
        self.app, self.inbox = app, inbox
        self.client = app.test_client(use_cookies=False)
        self._numbers = itertools.count(1)
        self._addresses = (f"10.{a}.{b}.{c}" for a in range(256) for b in range(256) for c in range(1, 255))

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        by: Person | str | None = None,
        address: str | None = None,
        **kwargs: Any,
    ) -> TestResponse:
        """Call the API as a frontend does, from a network address of its own unless one is given."""
        headers = {"X-Forwarded-For": address or next(self._addresses), **kwargs.pop("headers", {})}
        if by is not None:
            headers["Authorization"] = f"Bearer {by if isinstance(by, str) else by.token}"
        url = path if path.startswith(BESIDE) else API + path
        if body is not None:
            kwargs["json"] = body
        client = kwargs.pop("client", self.client)
        return contextvars.Context().run(client.open, url, method=method, headers=headers, **kwargs)

    def empty(self) -> None:
        """Begin again with nothing."""
        empty_stores()
        self.inbox.clear()

    def once(self, build: Callable[["World"], R]) -> R:
        """Begin again with what `build` makes: made when it is first asked for, then put back from a copy."""
        self.empty()
        made = AS_BUILT.get(build)
        if made is None or made.until < time.monotonic():
            result = build(self)
            AS_BUILT[build] = made = AsBuilt(
                result, Snapshot(), next(self._numbers), time.monotonic() + AS_BUILT_SECONDS
            )
        else:
            made.snapshot.restore()
            self._numbers = itertools.count(made.number)
        return copy.deepcopy(made.result)

    def together(self, *calls: tuple[str, str, Any, Person]) -> list[TestResponse]:
        """Make the calls (method, path, body, person) at the same moment, each by a client of its own."""

        def ready(method: str, path: str, body: Any, by: Person) -> Callable[[], TestResponse]:
            own = {"address": next(self._addresses), "client": self.app.test_client(use_cookies=False)}
            return lambda: self.request(method, path, body, by, **own)

        return at_once([ready(*call) for call in calls])

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.request("GET", path, **kwargs)

    def post(self, path: str, body: Any = None, **kwargs: Any) -> TestResponse:
        return self.request("POST", path, body, **kwargs)

    def put(self, path: str, body: Any = None, **kwargs: Any) -> TestResponse:
        return self.request("PUT", path, body, **kwargs)

    def delete(self, path: str, body: Any = None, **kwargs: Any) -> TestResponse:
        return self.request("DELETE", path, body, **kwargs)

    def run_jobs(self) -> None:
        """Run everything that is queued or due, with a real RQ worker, until nothing is left."""
        while True:
            outbox.relay()
            waiting = [name for name in queue_names() if queues.get(name).count]
            if not waiting:
                return
            for name in waiting:
                worker.make(self.app, name, inline=True).work(burst=True, logging_level="ERROR")

    def code_for(self, email: str) -> str:
        """The six digits of the newest mail to the address."""
        found = re.search(r"^ {4}(\d{6})$", self.inbox.to(email)[-1].text, re.MULTILINE)
        assert found is not None
        return found[1]

    def person(self, role: Role = "student", **fields: Any) -> Person:
        """A proven account, signed in."""
        number, moment = next(self._numbers), now()
        email = fields.pop("email", f"{role}{number}@example.com")
        first, last = fields.get("firstName", f"{role.title()}{number}"), fields.get("lastName", "Sharma")
        user_id = users.insert(
            {
                "_id": ObjectId(),
                "firstName": first,
                "lastName": last,
                "email": email,
                **findable(first, last, email),
                "passwordHash": password_hash(),
                "credentialsChangedAt": moment,
                "role": role,
                "status": "active",
                "image": None,
                "emailVerifiedAt": moment,
                "createdAt": moment,
                "updatedAt": moment,
                **fields,
            }
        )
        profiles.set(user_id, {"user": user_id})
        session = sessions.open(user_id, role, "Tests", "127.0.0.1")
        pair = tokens.pair(session)
        return Person(user_id, email, pair["token"], pair["refreshToken"], session["_id"])

    def book(self, person: Person, course: MadeCourse, amount: int) -> None:
        """Money of the person's that arrived for the course, or went back."""
        teacher = courses.raw.find_one({"_id": course.id}, {"instructor": 1})["instructor"]
        payment = f"pay_{next(self._numbers):014d}"
        line = {"course": course.id, "instructor": teacher, "amount": amount}
        facts = {"order": ObjectId(), "user": person.id, "payment": payment, "currency": "INR", "lines": [line]}
        ledger.add("capture" if amount > 0 else "refund", payment, amount, facts)

    def enroll(self, person: Person, course: MadeCourse, source: EnrollmentSource = "free", paid: int = 0) -> None:
        enrollments.enroll(person.id, course.id, source, paid)
        if paid:
            self.book(person, course, paid)
        courses.count_student(course.id, 1)
