"""bcrypt behind a short queue, and the passwords too common to allow."""

import os
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import bcrypt
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from lms.errors import Busy
from lms.extensions import current_settings

CORES = threading.BoundedSemaphore(os.cpu_count() or 1)
"""One password a core at a time: those who wait would only slow down those who are at work, and every other request."""

MOST_BYTES = 72
"""bcrypt reads no further."""

HASH = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}", re.ASCII)
LEAST_COST, MOST_COST = 4, 16
"""Of a hash that is looked at: bcrypt knows none below, and above it one comparison takes longer than anyone waits."""

RETRY_SECONDS = 2
"""By then a full queue has been worked off."""


class _Queue:
    """Counts the calls of this process that work on a password or wait to."""

    def __init__(self) -> None:
        self._lock, self._taken = threading.Lock(), 0

    def enter(self, places: int) -> None:
        with self._lock:
            if self._taken >= places:
                raise Busy(retry_after=RETRY_SECONDS)
            self._taken += 1

    def leave(self) -> None:
        with self._lock:
            self._taken -= 1


QUEUE = _Queue()

_has_place: ContextVar[bool] = ContextVar("has_place", default=False)


@contextmanager
def place() -> Iterator[None]:
    """A place in the queue for all that is done within; raises Busy when `PASSWORDS_AT_ONCE` calls have one.

    Taken before what cannot be undone, such as the use of a code.
    """
    if _has_place.get():
        yield
        return
    QUEUE.enter(current_settings().passwords_at_once)
    token = _has_place.set(True)
    try:
        yield
    finally:
        _has_place.reset(token)
        QUEUE.leave()


COMMONEST = frozenset([word for word in FREQUENCY_LISTS["passwords"] if len(word) >= 8][:3000])
"""The 3,000 commonest that would be long enough (zxcvbn's list, in order of frequency)."""


def normalized(password: str) -> str:
    """The one form of what looks the same when typed: composed letters, and U+0020 for every other space.

    These are the mapping rules of OpaqueString (RFC 8265, section 4.2.1); NIST SP 800-63B asks for them before hashing.
    """
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in password)
    return unicodedata.normalize("NFC", spaced)


def hash_of(password: str) -> str:
    rounds = current_settings().bcrypt_rounds
    with place(), CORES:
        return bcrypt.hashpw(normalized(password).encode(), bcrypt.gensalt(rounds)).decode()


def matches(password: str, password_hash: str | None) -> bool:
    """Compare in like time whether or not there is a password to compare with, and a wrong one with a cheaper hash.

    What is stored and is no bcrypt hash is nobody's password.
    """
    rounds, cost = current_settings().bcrypt_rounds, _cost(password_hash)
    compared = _nobodys(rounds) if password_hash is None or cost is None else password_hash
    with place():
        forms = _forms(password)
        found = [_is_hashed(form, compared) for form in forms]
        if any(found):
            return cost is not None
        for left in range(cost or rounds, rounds):  # 2^c + 2^c + 2^(c+1) + … + 2^(r-1) = 2^r
            for form in forms:
                _is_hashed(form, _nobodys(left))
    return False


def is_of_another_cost(password_hash: str) -> bool:
    """Whether the hash of a password that was right just now is to be made anew."""
    return _cost(password_hash) != current_settings().bcrypt_rounds


def _cost(password_hash: str | None) -> int | None:
    """The binary logarithm of what the hash costs; none for what is no hash."""
    found = HASH.fullmatch(password_hash or "")
    cost = int(found[1]) if found else 0
    return cost if LEAST_COST <= cost <= MOST_COST else None


def _forms(password: str) -> list[str]:
    """The normalized form, and those in which older hashes may have been made of the same password."""
    older = (password, *(unicodedata.normalize(form, password) for form in ("NFC", "NFD")))
    return list(dict.fromkeys([normalized(password), *older]))


def _is_hashed(password: str, password_hash: str) -> bool:
    given = password.encode()
    with CORES:
        return bcrypt.checkpw(given[:MOST_BYTES], password_hash.encode()) and len(given) <= MOST_BYTES


def is_common(password: str) -> bool:
    return password.lower() in COMMONEST


def _nobodys(cost: int) -> str:
    """A well-formed hash that no password has."""
    return f"$2b${cost:02d}$" + "u" * 53
