"""Sixty sign-ins at once: gunicorn as operators start it, and passwords as dear as they are in production."""

import itertools
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

import pytest

from tests.processes import gunicorn
from tests.waiting import at_most
from tests.world import World

AT_ONCE = 60
EVERY_SECONDS = 0.05
"""Others come by the clock, not when the one before has had its answer."""


@pytest.fixture
def api(world: World, environment: dict[str, str]) -> Iterator[str]:
    """Two processes of sixteen threads each."""
    dear = {"BCRYPT_ROUNDS": "12", "PASSWORDS_AT_ONCE": "8", "WEB_CONCURRENCY": "2", "LOG_LEVEL": "ERROR"}
    with gunicorn("wsgi:app", {**os.environ, **environment, **dear}) as address:
        yield address


def call(address: str, body: Any = None, token: str | None = None) -> tuple[int, dict[str, str], float]:
    """Status, headers and seconds."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    began = time.monotonic()
    request = urllib.request.Request(address, None if body is None else json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, dict(answer.headers), time.monotonic() - began
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), time.monotonic() - began


def test_sixty_sign_ins_at_once_hold_up_no_other_call(world: World, api: str) -> None:
    person = world.person()
    others = (f"{api}/api/v1/profile/getUserDetails/me", f"{api}/api/v1/auth/sessions", f"{api}/healthz")
    for address in others * 4:
        assert call(address, token=person.token)[0] == 200

    def sign_in(number: int) -> tuple[int, dict[str, str], float]:
        return call(f"{api}/api/v1/auth/login", {"email": f"p{number}@example.com", "password": "no such thing"})

    with ThreadPoolExecutor(AT_ONCE) as crowd, ThreadPoolExecutor(AT_ONCE) as bystanders:
        signing_in = [crowd.submit(sign_in, number) for number in range(AT_ONCE)]
        asked = []
        for address in itertools.cycle(others):
            asked.append(bystanders.submit(call, address, token=person.token))
            if not wait(signing_in, EVERY_SECONDS, FIRST_EXCEPTION).not_done:
                break
        answers = [each.result() for each in signing_in]
        met = [each.result() for each in asked]
    assert {status for status, _, _ in met} == {200}
    seconds = [took for *_, took in met]
    slowest = sorted(seconds)[int(len(seconds) * 0.99)]
    told = f"{len(seconds)} calls, p50 {sorted(seconds)[len(seconds) // 2]:.3f} s, p99 {slowest:.3f} s"
    print(told, sorted({status for status, _, _ in answers}), f"{max(took for *_, took in answers):.2f} s")
    assert slowest < at_most(1), told
    assert {status for status, _, _ in answers} == {401, 503}
    assert all("Retry-After" in headers for status, headers, _ in answers if status == 503)
    assert sum(status == 401 for status, _, _ in answers) >= 8
