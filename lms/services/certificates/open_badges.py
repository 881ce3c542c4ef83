"""What our documents of Open Badges 3.0 say; unsigned, and of plain facts.

https://www.imsglobal.org/spec/ob/v3p0 on https://www.w3.org/TR/vc-data-model-2.0
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

Document = dict[str, Any]

VC = "https://www.w3.org/ns/credentials/v2"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
"""No third context, and so no `credentialSchema`: its type is a term of that one, and would be left unsigned."""
DID_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


@dataclass(frozen=True)
class Issuer:
    """The school; `host` is what stands in its DID, `base` where its pages are."""

    host: str
    base: str
    name: str

    @property
    def did(self) -> str:
        return f"did:web:{self.host}"

    def list_url(self, number: int) -> str:
        return f"{self.base}/credentials/status/revocation/{number}"


@dataclass(frozen=True)
class Achieved:
    """What a certificate says."""

    code: str
    recipient: str
    email_hash: str
    email_salt: str
    course_id: str
    course: str
    about: str
    criteria: str
    completed_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    list: int
    index: int


def host_of(base: str) -> str:
    """The part of a `did:web` that an address gives (https://w3c-ccg.github.io/did-method-web)."""
    parts = urlsplit(base)
    folders = [quote(each, safe="") for each in parts.path.split("/") if each]
    return ":".join([quote(parts.netloc, safe=""), *folders])


def email_hash(email: str, salt: str) -> str:
    """How a badge names a mailbox so that only who knows it recognises it (Open Badges 3.0, `IdentityHash`)."""
    return f"sha256${hashlib.sha256((email + salt).encode()).hexdigest()}"


def credential(issuer: Issuer, facts: Achieved) -> Document:
    """The certificate, to be signed."""
    ends = {"validUntil": _moment(facts.valid_until)} if facts.valid_until else {}
    return {
        "@context": [VC, BADGES],
        "id": f"{issuer.base}/credentials/{facts.code}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": _profile(issuer),
        "validFrom": _moment(facts.valid_from),
        **ends,
        "name": facts.course,
        "awardedDate": _moment(facts.completed_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                _identity("name", facts.recipient),
                {**_identity("emailAddress", facts.email_hash), "hashed": True, "salt": facts.email_salt},
            ],
            "achievement": {
                "id": f"{issuer.base}/credentials/issuer#course-{facts.course_id}",
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": facts.course,
                "description": facts.about,
                "criteria": {"narrative": facts.criteria},
            },
        },
        "credentialStatus": _status(issuer, facts),
    }


def _identity(kind: str, value: str) -> Document:
    return {"type": "IdentityObject", "identityType": kind, "hashed": False, "identityHash": value}


def _status(issuer: Issuer, facts: Achieved) -> Document:
    """One alone: the official schema takes no list of them."""
    url = issuer.list_url(facts.list)
    return {
        "id": f"{url}#{facts.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(facts.index),
        "statusListCredential": url,
    }


def _profile(issuer: Issuer) -> Document:
    return {"id": issuer.did, "type": ["Profile"], "name": issuer.name, "url": issuer.base}


def profile(issuer: Issuer) -> Document:
    """The school by itself."""
    return {"@context": [VC, BADGES], **_profile(issuer)}


def did_document(did: str, keys: Iterable[tuple[str, str, bool]]) -> Document:
    """The school's keys: of each its name, its `publicKeyMultibase`, and whether what it signed is to be believed."""
    every = list(keys)
    methods = [
        {"id": f"{did}#{name}", "type": "Multikey", "controller": did, "publicKeyMultibase": multibase}
        for name, multibase, _ in every
    ]
    believed = [f"{did}#{name}" for name, _, good in every if good]
    return {"@context": DID_CONTEXTS, "id": did, "verificationMethod": methods, "assertionMethod": believed}


def _moment(moment: datetime) -> str:
    return f"{moment.replace(microsecond=0).isoformat()}Z"
