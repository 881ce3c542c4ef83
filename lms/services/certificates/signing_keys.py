"""The school's private keys for certificates (Ed25519), as `CREDENTIAL_KEYS` gives them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

PEM = re.compile(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", re.DOTALL)
ED25519 = b"\xed\x01"
"""What a multikey of that kind begins with (https://www.w3.org/TR/cid-1.0/#Multikey)."""
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class KeysUnusable(Exception):
    """A key cannot be read, or is of another kind; the message says which and why."""


@dataclass(frozen=True)
class SigningKey:
    """A private key and what tells its public half."""

    pem: str = field(repr=False)
    multibase: str


def split(given: str) -> tuple[str, ...]:
    """Keys one after the other as PEM, where `\\n` may stand for a line's end, or the paths of files with commas."""
    if "-----BEGIN" in given:
        return tuple(PEM.findall(given.replace("\\n", "\n")))
    return tuple(part.strip() for part in given.split(",") if part.strip())


def read(given: Iterable[str]) -> list[SigningKey]:
    """The keys, in their order; raises KeysUnusable."""
    return [_key(pem) for each in given for pem in _texts(each)]


def _texts(given: str) -> list[str]:
    if given.startswith("-----BEGIN"):
        return [given]
    try:
        found = PEM.findall(Path(given).read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise KeysUnusable(f"CREDENTIAL_KEYS: {given} cannot be read ({type(error).__name__}).") from None
    if not found:
        raise KeysUnusable(f"CREDENTIAL_KEYS: {given} has no key in PEM.")
    return found


def _key(pem: str) -> SigningKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeysUnusable("CREDENTIAL_KEYS: a key cannot be read, or is encrypted.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeysUnusable("CREDENTIAL_KEYS: a key is not of the kind Ed25519.")
    return SigningKey(pem, multibase(key.public_key().public_bytes_raw()))


def multibase(public: bytes) -> str:
    """A public key as `publicKeyMultibase` has it: base 58 of the kind and the 32 bytes."""
    number, digits = int.from_bytes(ED25519 + public), ""
    while number:
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    return f"z{digits}"
