"""Rate limits an endpoint can state: by the account named in the body, by the client's address, or by the caller."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from limits import RateLimitItem, parse

from lms.errors import RateLimited, Refusal
from lms.extensions import limiter
from lms.middlewares import client_address
from lms.models.accounts.sessions import Caller
from lms.models.system.limit_windows import limit_windows

Need = Literal["email", "caller", "body"]


@dataclass(frozen=True)
class Attempt:
    """What a call can be counted by."""

    caller: Caller | None = None
    body: Any = None


@dataclass(frozen=True)
class Limit:
    """At most so many calls a time (`"10 per 15 minutes"`), counted apart for each key, together for each scope."""

    rate: str
    key: Callable[[Attempt], str]
    scope: str
    refusal: type[Refusal] = RateLimited
    needs: frozenset[Need] = frozenset()
    """What an endpoint must have for its calls to be counted like this: a body, one with an `email`, a caller."""
    exempt: Callable[[Any], bool] | None = None
    window: RateLimitItem = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "window", parse(self.rate))

    def unless(self, condition: Callable[[Any], bool]) -> "Limit":
        """The same limit, not counting calls whose body meets the condition."""
        return replace(self, exempt=condition, needs=self.needs | {"body"})

    def count(self, attempt: Attempt) -> None:
        """Count the call; raise the refusal when it is one too many."""
        if self.exempt and self.exempt(attempt.body):
            return
        counted = (self.window, limit_windows.key(self.key(attempt)), self.scope)
        if not limiter.limiter.hit(*counted):
            free_at = limiter.limiter.get_window_stats(*counted).reset_time
            raise self.refusal(retry_after=int(free_at + 1 - time.time()))


def count(limits: Iterable[Limit], caller: Caller | None = None, body: Any = None) -> None:
    """Count a call against the limits, the shortest windows first, and stop at the first that is breached."""
    attempt = Attempt(caller, body)
    for limit in sorted(limits, key=lambda each: each.window):
        limit.count(attempt)


def _account(attempt: Attempt) -> str:
    return str(attempt.body.email)


def _address(attempt: Attempt) -> str:
    return client_address.client().network


def _account_and_address(attempt: Attempt) -> str:
    return f"{_account(attempt)} {_address(attempt)}"


def _caller(attempt: Attempt) -> str:
    assert attempt.caller is not None, "The declaration sees to it."
    return str(attempt.caller.id)


def per_account(rate: str, scope: str, refusal: type[Refusal] = RateLimited) -> Limit:
    return Limit(rate, _account, f"{scope} account", refusal, frozenset({"email"}))


def per_address(rate: str, scope: str) -> Limit:
    return Limit(rate, _address, f"{scope} address")


def per_account_and_address(rate: str, scope: str) -> Limit:
    return Limit(rate, _account_and_address, f"{scope} account address", needs=frozenset({"email"}))


def per_caller(rate: str, scope: str) -> Limit:
    return Limit(rate, _caller, f"{scope} caller", needs=frozenset({"caller"}))
