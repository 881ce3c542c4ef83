"""The one door to `openbadgeslib`: embedded proofs (Data Integrity, `eddsa-rdfc-2022`) and lists of states.

Its contexts come with it, so nothing is fetched. It is imported when something is signed: no other process needs it.
"""

import base64
import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lms.services.certificates.open_badges import Issuer
from lms.services.certificates.signing_keys import SigningKey

Document = dict[str, Any]

LIST_SIZE = 131_072
"""The least a list of states may have, so that an index tells nothing (Bitstring Status List, "Group Privacy")."""


@dataclass(frozen=True)
class Signer:
    """A key, and its name in the school's DID document."""

    key: SigningKey
    name: str


def sign(document: Document, signer: Signer, issuer: Issuer, created: datetime) -> bytes:
    """The document with its proof; the same bytes whenever it is signed with this key as of this moment (UTC)."""
    from openbadgeslib.ob3.ldp import add_data_integrity_proof

    method = f"{issuer.did}#{signer.name}"
    signed = add_data_integrity_proof(document, signer.key.pem, method, created=_whole_second(created))
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()


def status_list(issuer: Issuer, number: int, indices: Iterable[int], begins: datetime, ends: datetime) -> Document:
    """The list in which a bit is set for each certificate that is revoked; unsigned."""
    from openbadgeslib.ob3.status_list import build_status_list_credential

    url = issuer.list_url(number)
    first, last = _whole_second(begins), _whole_second(ends)
    return build_status_list_credential(issuer.did, url, "revocation", indices, LIST_SIZE, first, last)


def indices_of(signed: bytes) -> set[int]:
    """The bits that are set in a list that was signed."""
    encoded = json.loads(signed)["credentialSubject"]["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return {8 * place + bit for place, byte in enumerate(bits) if byte for bit in range(8) if byte & 0x80 >> bit}


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0, tzinfo=UTC)
