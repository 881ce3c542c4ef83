"""Rate limits an endpoint can state: by the account named in the body, by the client's address, or by the caller."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import Any, NoReturn

from flask import g
from flask_limiter import RequestLimit

from lms.errors import RateLimited, Refusal
from lms.extensions import limiter
from lms.middlewares import client_address

Handler = Callable[..., Any]


@dataclass(frozen=True)
class Limit:
    """At most so many calls a time (`"10 per 15 minutes"`), counted apart for each key, together for each scope."""

    rate: str
    key: Callable[[], str]
    scope: str
    refusal: type[Refusal] = RateLimited
    exempt: Callable[[], bool] | None = None

    def around(self, handler: Handler) -> Handler:
        limited = limiter.shared_limit(
            self.rate, scope=self.scope, key_func=self.key, on_breach=self._refuse, exempt_when=self.exempt
        )
        wrapped: Handler = limited(handler)
        return wrapped

    def unless(self, condition: Callable[[Any], bool]) -> "Limit":
        """The same limit, not counting calls whose body meets the condition."""
        return replace(self, exempt=lambda: condition(g.body))

    def _refuse(self, breached: RequestLimit) -> NoReturn:
        raise self.refusal(retry_after=int(breached.reset_at - time.time()))


def _account() -> str:
    return str(g.body.email)


def _address() -> str:
    """The client's address; of IPv6 the network of 64 bits, which one client has all of."""
    address = client_address.client().address
    if ":" not in address:
        return address
    return str(ip_network(f"{address}/64", strict=False))


def _account_and_address() -> str:
    return f"{_account()} {_address()}"


def _caller() -> str:
    return str(g.caller.id)


def per_account(rate: str, scope: str, refusal: type[Refusal] = RateLimited) -> Limit:
    return Limit(rate, _account, f"{scope} account", refusal)


def per_address(rate: str, scope: str) -> Limit:
    return Limit(rate, _address, f"{scope} address")


def per_account_and_address(rate: str, scope: str) -> Limit:
    return Limit(rate, _account_and_address, f"{scope} account address")


def per_caller(rate: str, scope: str) -> Limit:
    return Limit(rate, _caller, f"{scope} caller")
