"""Learners who buy: over HTTP at the platform, and at the gateway's checkout."""

import hashlib
import hmac
import itertools
import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import urllib3
from bson import ObjectId

from config import DEVELOPMENT_SECRET
from lms.models.accounts.users import User
from lms.models.catalogue.courses import Course
from lms.sandbox.razorpay_entities import shown
from lms.services.payments.razorpay import SANDBOX as SANDBOX_KEYS
from tests.chaos.stage import Stage
from tests.documents import whole
from tests.waiting import PATIENCE_SECONDS

API = "/api/v1/payments"
SANDBOX = "/sandbox/razorpay"
PRICE = 49900
NO_ANSWER = 0
"""In place of a status, when the connection broke or nobody listened."""


@dataclass(frozen=True)
class Person:
    id: ObjectId
    email: str
    token: str


@dataclass(frozen=True)
class Answer:
    status: int
    json: Any

    @property
    def data(self) -> Any:
        assert 200 <= self.status < 300, (self.status, self.json)
        return self.json["data"]


class Shop:
    """What people do; every call may be answered by nothing (`NO_ANSWER`) while a process is dead."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._http = urllib3.PoolManager(retries=False, maxsize=64, timeout=PATIENCE_SECONDS)
        self._numbers = itertools.count(1)
        self.admin = self.people(1, "admin")[0]
        self.teacher = self.people(1, "instructor")[0]

    def close(self) -> None:
        self._http.clear()

    def people(self, count: int, role: str = "student") -> list[Person]:
        """Proven accounts, signed in."""
        moment, made = datetime.now(UTC), []
        users, sessions = [], []
        for number in itertools.islice(self._numbers, count):
            person, session = ObjectId(), ObjectId()
            email = f"{role}{number}@example.com"
            names = {"firstName": "Asha", "lastName": f"Rao {number}"}
            users.append(whole(User, _id=person, email=email, **names, role=role, status="active"))
            ends = {"idleExpiresAt": moment + timedelta(days=1), "expiresAt": moment + timedelta(days=1)}
            owner = {"user": person, "role": role, "device": "Tests", "address": "127.0.0.1"}
            times = {"createdAt": moment, "lastUsedAt": moment, "endedAt": None}
            sessions.append({"_id": session, **owner, **times, **ends})
            made.append(Person(person, email, _token(person, session)))
        self.stage.db.users.insert_many(users)
        self.stage.db.sessions.insert_many(sessions)
        return made

    def courses(self, count: int, price: int = PRICE) -> list[ObjectId]:
        """Published courses for sale."""
        sold = {"amount": price, "currency": "INR", "instructor": self.teacher.id, "status": "published"}
        rows = [whole(Course, title=f"Course {number}", **sold) for number in itertools.islice(self._numbers, count)]
        self.stage.db.courses.insert_many(rows)
        return [row["_id"] for row in rows]

    def order(
        self, buyer: Person, courses: list[ObjectId], coupon: str | None = None, key: str | None = None
    ) -> Answer:
        body: dict[str, Any] = {"courses": [str(course) for course in courses]}
        if coupon:
            body["coupon"] = coupon
        return self._platform(f"{API}/capturePayment", body, buyer, {"Idempotency-Key": key} if key else {})

    def pay(self, order_id: str, outcome: str = "captured_silently") -> dict[str, Any]:
        """What the checkout hands the browser; unless told otherwise the gateway tells the platform nothing."""
        answer = self._gateway("POST", "/pay", {"order_id": order_id, "outcome": outcome})
        assert answer.status == 200, answer
        paid: dict[str, Any] = answer.json
        return paid

    def verify(self, buyer: Person, paid: dict[str, Any]) -> Answer:
        return self._platform(f"{API}/verifySignature", paid, buyer)

    def refund(self, order_id: str, amount: int | None = None, reason: str = "Asked for") -> Answer:
        body = {"orderId": order_id, "reason": reason, **({"amount": amount} if amount else {})}
        return self._platform(f"{API}/refund", body, self.admin, {"Idempotency-Key": uuid.uuid4().hex})

    def behave(self, **how: Any) -> None:
        assert self._gateway("POST", "/behaviour", how).status == 200

    def events(self, **where: str) -> list[dict[str, Any]]:
        """What the gateway has told or would have told, oldest first."""
        query = "&".join(f"{name}={value}" for name, value in where.items())
        found: list[dict[str, Any]] = self._gateway("GET", f"/webhooks?{query}").json["items"]
        return found

    def deliver(self, event: dict[str, Any]) -> Answer:
        """Bring the platform an event just as the gateway would."""
        return self._request(
            "POST", self.stage.api.address + f"{API}/webhook", event["body"].encode(), event["headers"]
        )

    def settle_refund(self, refund_id: str, outcome: str = "processed") -> None:
        """Play the bank."""
        assert self._gateway("POST", f"/refunds/{refund_id}/settle", {"outcome": outcome}).status == 200

    def post(self, path: str, body: Any, by: Person) -> Answer:
        """Call the platform as somebody."""
        return self._platform(path, body, by)

    def _platform(self, path: str, body: Any, by: Person, headers: dict[str, str] | None = None) -> Answer:
        return self._request(
            "POST", self.stage.api.address + path, body, {"Authorization": f"Bearer {by.token}", **(headers or {})}
        )

    def _gateway(self, method: str, path: str, body: Any = None) -> Answer:
        return self._request(method, self.stage.gateway.address + SANDBOX + path, body, {})

    def _request(self, method: str, url: str, body: Any, headers: dict[str, str]) -> Answer:
        how: dict[str, Any] = {"body": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
        if "json" in how:
            headers = {"Content-Type": "application/json", **headers}
        # A connection kept from an earlier request may be one to a process that has been killed since.
        headers = {"Connection": "close", **headers}
        try:
            answer = self._http.request(method, url, headers=headers, **how)
        except urllib3.exceptions.HTTPError:
            return Answer(NO_ANSWER, None)
        return Answer(answer.status, answer.json())


def event(name: str, **about: dict[str, Any]) -> dict[str, Any]:
    """An event as the gateway would tell it, for `Shop.deliver`."""
    payload = {kind: {"entity": shown(document)} for kind, document in about.items()}
    body = json.dumps({"entity": "event", "event": name, "contains": list(about), "payload": payload})
    signature = hmac.new(SANDBOX_KEYS.webhook_secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    headers = {"X-Razorpay-Signature": signature, "x-razorpay-event-id": uuid.uuid4().hex}
    return {"event": name, "body": body, "headers": {"Content-Type": "application/json", **headers}}


def signed(payment: dict[str, Any]) -> dict[str, Any]:
    """What the checkout hands the browser for a payment."""
    text = f"{payment['order_id']}|{payment['_id']}".encode()
    signature = hmac.new(SANDBOX_KEYS.key_secret.encode(), text, hashlib.sha256).hexdigest()
    ids = {"razorpay_payment_id": payment["_id"], "razorpay_order_id": payment["order_id"]}
    return {**ids, "razorpay_signature": signature}


def _token(person: ObjectId, session: ObjectId) -> str:
    """An access token as the platform makes them."""
    moment = int(time.time())
    whose = {"sub": str(person), "sid": str(session), "type": "access", "fresh": False, "jti": uuid.uuid4().hex}
    when = {"iat": moment, "nbf": moment, "exp": moment + 24 * 3600}
    return jwt.encode({**whose, **when, "iss": "lms", "aud": "lms-api"}, DEVELOPMENT_SECRET, "HS256")
