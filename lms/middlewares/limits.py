"""Rate limits an endpoint can state: by the account named in the body, by the client, or by the caller.

Strangers cannot use up somebody's tries: they are counted by account and client. What is counted by the account alone,
or by the network alone, does not hold for a browser that is known to the account, and is a setting.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from limits import RateLimitItem, parse

from lms.errors import RateLimited, Refusal
from lms.extensions import current_settings, limiter
from lms.middlewares import client_address
from lms.models.accounts.sessions import Caller
from lms.models.system.limit_windows import limit_windows
from lms.services.accounts import tokens

Need = Literal["email", "caller", "body"]


@dataclass(frozen=True)
class Attempt:
    """What a call can be counted by."""

    caller: Caller | None = None
    body: Any = None

    @property
    def email(self) -> str | None:
        """The account that the body names, if it names one."""
        email: str | None = getattr(self.body, "email", None)
        return email

    @cached_property
    def device(self) -> str | None:
        """The browser, where it is known to that account."""
        return tokens.known_as(client_address.client(), self.email) if self.email else None


@dataclass(frozen=True)
class Setting:
    """A figure that operators set, by the name of its setting."""

    name: str


@dataclass(frozen=True)
class Limit:
    """At most so many calls a time (`"10 per 15 minutes"`), counted apart for each key, together for each scope."""

    rate: str | Setting
    key: Callable[[Attempt], tuple[str, ...]]
    scope: str
    refusal: type[Refusal] = RateLimited
    needs: frozenset[Need] = frozenset()
    """What an endpoint must have for its calls to be counted like this: a body, one with an `email`, a caller."""
    exempt: Callable[[Any], bool] | None = None
    strangers_only: bool = False
    """Whether a browser that is known to the account is not counted."""

    def __post_init__(self) -> None:
        if isinstance(self.rate, str):
            parse(self.rate)

    @property
    def by_caller_alone(self) -> bool:
        """Whether a call can be counted before anything of it is read."""
        return self.needs == {"caller"}

    @property
    def window(self) -> RateLimitItem:
        return parse(self.rate if isinstance(self.rate, str) else getattr(current_settings(), self.rate.name))

    def unless(self, condition: Callable[[Any], bool]) -> "Limit":
        """The same limit, not counting calls whose body meets the condition."""
        return replace(self, exempt=condition, needs=self.needs | {"body"})

    def count(self, attempt: Attempt) -> None:
        """Count the call; raise the refusal when it is one too many."""
        if (self.exempt and self.exempt(attempt.body)) or (self.strangers_only and attempt.device):
            return
        counted = (self.window, limit_windows.key(*self.key(attempt)), self.scope)
        if not limiter.limiter.hit(*counted):
            free_at = limiter.limiter.get_window_stats(*counted).reset_time
            raise self.refusal(retry_after=int(free_at + 1 - time.time()))


def count(limits: Iterable[Limit], caller: Caller | None = None, body: Any = None) -> None:
    """Count a call against the limits, the shortest windows first, and stop at the first that is breached."""
    attempt = Attempt(caller, body)
    for limit in sorted(limits, key=lambda each: each.window):
        limit.count(attempt)


def _account(attempt: Attempt) -> tuple[str, ...]:
    return (str(attempt.email),)


def _address(_: Attempt) -> tuple[str, ...]:
    return (client_address.client().network,)


def _account_and_client(attempt: Attempt) -> tuple[str, ...]:
    return str(attempt.email), attempt.device or client_address.client().network


def _caller(attempt: Attempt) -> tuple[str, ...]:
    assert attempt.caller is not None, "The declaration sees to it."
    return (str(attempt.caller.id),)


def per_account(rate: str | Setting, scope: str, refusal: type[Refusal] = RateLimited) -> Limit:
    """From everywhere together; high, for strangers can use it up, and not for browsers known to the account."""
    return Limit(rate, _account, f"{scope} account", refusal, frozenset({"email"}), strangers_only=True)


def per_address(rate: str | Setting, scope: str) -> Limit:
    """From one network, whatever the account, but for browsers that are known to the account."""
    return Limit(rate, _address, f"{scope} address", strangers_only=True)


def per_account_and_address(rate: str | Setting, scope: str, refusal: type[Refusal] = RateLimited) -> Limit:
    """From one client: a browser that is known to the account, or else all that is in one network."""
    return Limit(rate, _account_and_client, f"{scope} account client", refusal, frozenset({"email"}))


def per_caller(rate: str, scope: str, refusal: type[Refusal] = RateLimited) -> Limit:
    return Limit(rate, _caller, f"{scope} caller", refusal, needs=frozenset({"caller"}))
