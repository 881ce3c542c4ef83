"""The codes of certificates: 60 random bits in Crockford's base 32, which nobody misreads."""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
BLANKS = re.compile(r"[\s\-\u2010-\u2015\u2212]")
MISREAD = str.maketrans("OIL", "011")


def new() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read(given: str) -> str | None:
    """The code as it is stored, however it was typed; none for what is no code."""
    code = BLANKS.sub("", given[: 4 * LENGTH]).upper().translate(MISREAD)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def shown(code: str) -> str:
    """In groups of four, as people read it."""
    return "-".join(code[place : place + 4] for place in range(0, LENGTH, 4))
