"""Who acts: known once for whatever is going on, be it a call of the API, a staff page, a command or a job."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from bson import ObjectId

ActorRole = Literal["admin", "moderator", "support", "operator", "system", "user"]

SENIOR = frozenset({"admin", "operator"})
"""Who decides about staff."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever changes something, and from where; `id` is none for an operator at the command line and for jobs."""

    id: ObjectId | None
    name: str
    role: ActorRole
    address: str = ""
    device: str = ""

    @property
    def senior(self) -> bool:
        """Whether this may decide about staff and roles."""
        return self.role in SENIOR


OPERATOR = Actor(None, "command line", "operator")


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts (`who`, asked for when it is needed), and how.

    With an `action` every transaction leaves a row in the audit log, by that name where its controller gives none;
    `about` are the documents that the call names.
    """

    who: Callable[[], Actor]
    action: str | None = None
    about: frozenset[ObjectId] = frozenset()


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(
    who: Actor | Callable[[], Actor], action: str | None = None, about: Iterable[ObjectId] = ()
) -> Iterator[None]:
    """Let what is done within be the doing of this actor."""
    asked = (lambda: who) if isinstance(who, Actor) else who
    token = _acting.set(Acting(asked, action, frozenset(about)))
    try:
        yield
    finally:
        _acting.reset(token)


def actor() -> Actor:
    """Who acts now; only where somebody does, as in everything that staff decide."""
    acting = _acting.get()
    assert acting is not None, "Nobody is known to act: enter acting_as(…) first."
    return acting.who()


def staff_act() -> bool:
    """Whether what is done now is the doing of staff, or of ours: authors leave no rows in the audit log."""
    return _acting.get() is not None


def on_record() -> Acting | None:
    """Who acts, where everything that they change goes on record."""
    acting = _acting.get()
    return acting if acting and acting.action else None
