"""A key for the tests, and a verifier of certificates that shares nothing with what signs them but JSON-LD.

It does what https://www.w3.org/TR/vc-di-eddsa/#verify-proof-eddsa-rdfc-2022 says, from what anybody has: the document,
the school's keys (`did.json`) and a list of states. The contexts are those of W3C and 1EdTech, word for word.
"""

import base64
import gzip
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld

Document = dict[str, Any]


def pem_of(secret: bytes) -> str:
    """A private key of 32 bytes, as `openssl genpkey -algorithm ed25519` writes it."""
    body = base64.b64encode(bytes.fromhex("302e020100300506032b657004220420") + secret).decode()
    return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"


KEY, NEXT_KEY = pem_of(bytes(range(32))), pem_of(bytes(range(32, 64)))
ANOTHER_KIND = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPLxz7cpO3m+eNiGv
ZXSFgO4W+MPyBYrKMaSfNrVjATChRANCAATeA4lH+vzij+Wq+15zYVw3qoEkUE7r
UQ2l1BdJVtLnASPrl/o4RzeRiz990ZmRbFKynh6A1yLMdIrxXUY7pSOw
-----END PRIVATE KEY-----
"""

CONTEXTS = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-v3p0-context-3.0.3.json",
}
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class Unverified(Exception):
    """Why a document is not to be believed."""


@cache
def _context(url: str) -> Document:
    if url not in CONTEXTS:
        raise Unverified(f"nothing is known of {url}")
    found = json.loads(files("openbadgeslib.ob3.contexts").joinpath(CONTEXTS[url]).read_text())
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": found}


def _hash(document: Document) -> bytes:
    """SHA-256 of its canonical quads (RDFC-1.0); refuses what no context knows, for that would be left out of them."""
    given = {"documentLoader": lambda url, options: _context(url)}
    [expanded] = jsonld.expand(document, given)
    compacted = jsonld.compact(expanded, document["@context"], given)
    if _leaves(compacted) != _leaves(document):
        raise Unverified("it says more than was signed")
    canonical = jsonld.normalize(document, {**given, "algorithm": "URDNA2015", "format": "application/n-quads"})
    return hashlib.sha256(canonical.encode()).digest()


def _leaves(value: Any) -> list[str]:
    """Everything that is said somewhere in it, whatever the order, but for its contexts."""
    if isinstance(value, dict):
        return sorted(each for name, part in value.items() if name != "@context" for each in _leaves(part))
    if isinstance(value, list):
        return sorted(each for part in value for each in _leaves(part))
    return [str(value)]


def _decoded(base58: str) -> bytes:
    number = 0
    for digit in base58.removeprefix("z"):
        number = number * 58 + BASE58.index(digit)
    return number.to_bytes((number.bit_length() + 7) // 8)


def verify(document: Document, did: Document) -> None:
    """Raise Unverified unless the school whose keys these are has signed exactly this."""
    unsigned, proof = dict(document), dict(document["proof"])
    del unsigned["proof"]
    signature, method = proof.pop("proofValue"), proof["verificationMethod"]
    if (proof["type"], proof["cryptosuite"], proof["proofPurpose"]) != (
        "DataIntegrityProof",
        "eddsa-rdfc-2022",
        "assertionMethod",
    ):
        raise Unverified("it is signed in another way")
    issuer = document["issuer"] if isinstance(document["issuer"], str) else document["issuer"]["id"]
    if issuer != did["id"] or method not in did["assertionMethod"]:
        raise Unverified("its issuer has no such key")
    [key] = [each for each in did["verificationMethod"] if each["id"] == method]
    public = Ed25519PublicKey.from_public_bytes(_decoded(key["publicKeyMultibase"])[2:])
    hashed = _hash({"@context": document["@context"], **proof}) + _hash(unsigned)
    try:
        public.verify(_decoded(signature).rjust(64, b"\0"), hashed)
    except (InvalidSignature, ValueError):
        raise Unverified("the signature is of something else") from None


def is_set(document: Document, status_list: Document, did: Document) -> bool:
    """Whether the list, which is signed as well, says of the document what it is a list of."""
    verify(status_list, did)
    subject, entry = status_list["credentialSubject"], document["credentialStatus"]
    if (entry["statusListCredential"], entry["statusPurpose"]) != (status_list["id"], subject["statusPurpose"]):
        raise Unverified("this is another list")
    encoded = subject["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    place = int(entry["statusListIndex"])
    return bool(bits[place // 8] & 0x80 >> place % 8)
