"""Transactions, and what they gather on the way: the documents they touched, and what follows from the commit."""

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pymongo
from pymongo.client_session import ClientSession

from lms.extensions import mongo

P = ParamSpec("P")
R = TypeVar("R")

Document = Mapping[str, Any]

TRANSACTION_SECONDS = 5


@dataclass
class Unit:
    """One transaction under way.

    `cache_keys` name what its writes have made old, `effects` run after the commit, `before` holds each document whose
    change goes on record as it was at first (none for a new one), by its collection and id; `recorded` says whether a
    row of the audit log tells of it.
    """

    cache_keys: set[str] = field(default_factory=set)
    effects: list[Callable[[], None]] = field(default_factory=list)
    before: dict[tuple[str, Any], Document | None] = field(default_factory=dict)
    recorded: bool = False

    def clear(self) -> None:
        """Begin again, as the function does on a conflict."""
        self.cache_keys.clear()
        self.effects.clear()
        self.before.clear()
        self.recorded = False


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)

purge: Callable[[Iterable[str]], None] = lambda keys: None  # noqa: E731
"""Makes old the pages under these keys; the page store puts itself here when the application is made."""

before_commit: list[Callable[[Unit], None]] = []
"""What a transaction does last, still inside it."""


def purge_with(purges: Callable[[Iterable[str]], None]) -> None:
    """Have this called with the keys of what was written, once the write has been committed."""
    global purge
    purge = purges


def present() -> Unit | None:
    """The transaction around this, if there is one."""
    return _unit.get()


def made_old(cache_keys: Iterable[str]) -> None:
    """Have the pages under these keys made anew, after the commit of the transaction around this or else now."""
    if unit := _unit.get():
        unit.cache_keys.update(cache_keys)
    elif keys := set(cache_keys):
        purge(keys)


def after_commit(effect: Callable[[], None]) -> None:
    """Run `effect` once the transaction around this has been committed, or now when there is none."""
    if unit := _unit.get():
        unit.effects.append(effect)
    else:
        effect()


def transactional(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function in one MongoDB transaction; it may run again on a conflict, so it touches nothing else."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _unit.get() is not None:
            return function(*args, **kwargs)
        unit = Unit()

        def attempt(session: ClientSession) -> R:
            unit.clear()
            token = _unit.set(unit)
            try:
                with session.bind(end_session=False):
                    result = function(*args, **kwargs)
                    for finish in before_commit:
                        finish(unit)
                    return result
            finally:
                _unit.reset(token)

        assert mongo.cx is not None, "The application has not been created yet."
        with pymongo.timeout(TRANSACTION_SECONDS), mongo.cx.start_session() as session:
            result = session.with_transaction(attempt)
        if unit.cache_keys:
            purge(unit.cache_keys)
        for effect in unit.effects:
            effect()
        return result

    return run
