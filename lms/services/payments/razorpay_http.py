"""How the gateway is asked: with which keys, for how long, and what counts as an answer."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

import requests
import structlog
from razorpay import Client
from razorpay.constants.url import URL
from razorpay.errors import BadRequestError

from lms.errors import GatewayUnavailable
from lms.extensions import current_settings

log = structlog.get_logger("gateway")

R = TypeVar("R")


@dataclass(frozen=True)
class Account:
    """Whom to talk to, and the secrets that prove who is talking."""

    key_id: str
    key_secret: str
    webhook_secret: str
    base_url: str = URL.BASE_URL


SANDBOX = Account("rzp_test_sandbox", "sandbox-key-secret", "sandbox-webhook-secret", "/sandbox/razorpay")

CONNECT_SECONDS, READ_SECONDS = 2.0, 6.0
WHOLE_SECONDS = 8.5
"""What a call may take with everything: slow name servers, several addresses and dripping bytes have no other limit."""

PLACES = threading.BoundedSemaphore(6)
"""How many requests of a process may wait for the gateway at a time, so that a hanging one leaves threads to others."""
PLACE_SECONDS = 1.0

NO_ANSWER = frozenset([401, 403, 407, 408, 409, 425, 429])
"""Statuses that say nothing about what was asked: the keys are wrong, it is under way already, or there is too much."""


class GatewayRefused(Exception):
    """The gateway understood, and said no."""


class NoAnswer(Exception):
    """What came back, if anything, is no answer."""


def account() -> Account:
    settings = current_settings()
    if settings.razorpay_key:
        return Account(settings.razorpay_key, settings.razorpay_secret, settings.razorpay_webhook_secret)
    return Account(SANDBOX.key_id, SANDBOX.key_secret, SANDBOX.webhook_secret, settings.base_url + SANDBOX.base_url)


def ask(question: Callable[[Client], R]) -> R:
    """What the gateway answers, within ten seconds; raises GatewayRefused or GatewayUnavailable."""
    if not PLACES.acquire(timeout=PLACE_SECONDS):
        raise GatewayUnavailable("The payment gateway is busy. Try again in a moment.", retry_after=5)
    answer: Future[R] = Future()
    try:
        threading.Thread(target=_call, args=(question, account(), answer), name="gateway", daemon=True).start()
    except BaseException:
        PLACES.release()
        raise
    try:
        return answer.result(WHOLE_SECONDS)
    except BadRequestError as error:
        log.warning("gateway_refused", reason=str(error)[:300])
        raise GatewayRefused(str(error)) from error
    except Exception as error:  # of what is no answer, the shapes have no end
        reason = str(error) if isinstance(error, NoAnswer) else ""
        log.error("gateway_down", error=type(error).__name__, reason=reason)
        raise GatewayUnavailable(retry_after=5) from error


def _call(question: Callable[[Client], R], to: Account, answer: Future[R]) -> None:
    """Ask, in a thread of its own that keeps its place until it is really done."""
    try:
        with Session() as session:
            session.trust_env = to.base_url == URL.BASE_URL  # no proxy stands before the stand-in
            answer.set_result(question(Client(session, (to.key_id, to.key_secret), base_url=to.base_url)))
    except BaseException as error:
        answer.set_exception(error)
    finally:
        PLACES.release()


class Session(requests.Session):
    """The connection of one call: it follows no redirect, and takes nothing for an answer but a JSON object."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        options |= {"timeout": (CONNECT_SECONDS, READ_SECONDS), "allow_redirects": False}
        try:
            answer = super().send(request, **options)
            is_object = isinstance(answer.json(), dict)
        except (requests.RequestException, ValueError) as error:
            raise NoAnswer(type(error).__name__) from error  # those of the library the SDK would print
        if not is_object or answer.status_code >= 500 or answer.status_code in NO_ANSWER:
            raise NoAnswer(f"status {answer.status_code}")
        return answer
