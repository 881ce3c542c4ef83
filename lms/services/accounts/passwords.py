"""bcrypt, and the passwords too common to allow."""

import os
import threading

import bcrypt
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from lms.extensions import current_settings

CORES = threading.BoundedSemaphore(os.cpu_count() or 1)
"""One password a core at a time: those who wait would only slow down those who are at work, and every other request."""

MOST_BYTES = 72
"""bcrypt reads no further."""

COMMONEST = frozenset([word for word in FREQUENCY_LISTS["passwords"] if len(word) >= 8][:3000])
"""The 3,000 commonest that would be long enough (zxcvbn's list, in order of frequency)."""


def hash_of(password: str) -> str:
    rounds = current_settings().bcrypt_rounds
    with CORES:
        return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds)).decode()


def matches(password: str, password_hash: str | None) -> bool:
    """Compare in like time whether or not there is a password to compare with."""
    given = password.encode()
    with CORES:
        found = bcrypt.checkpw(given[:MOST_BYTES], (password_hash or _nobodys()).encode())
    return found and password_hash is not None and len(given) <= MOST_BYTES


def is_common(password: str) -> bool:
    return password.lower() in COMMONEST


def _nobodys() -> str:
    """A well-formed hash of the usual cost that no password has."""
    return f"$2b${current_settings().bcrypt_rounds:02d}$" + "u" * 53
