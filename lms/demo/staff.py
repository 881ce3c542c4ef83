"""The staff beside the demo administrator, and whom they have to do with: one suspended, one who wants to teach."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from lms.demo.ids import demo_id
from lms.demo.people import account, profile_of
from lms.models.system.audit_log import AuditEntry
from lms.models.system.finding import findable

PROFILES_FROM = 3_000_000

SPAM = "Advertisements for a betting site in six reviews, also after a warning."

Document = dict[str, Any]


def people(midnight: datetime, password_hash: str) -> Iterator[tuple[Document, Document]]:
    """The user and the profile of each of them."""
    long_ago, lately = midnight - timedelta(days=400), midnight - timedelta(days=3, hours=5)
    known: list[tuple[str, str, str, datetime, Document]] = [
        ("Kabir", "Anand", "moderator", long_ago, {"staffRole": "moderator"}),
        ("Divya", "Ramesh", "support", long_ago, {"staffRole": "support"}),
        ("Prem", "Sood", "prem.sood", long_ago, {"status": "suspended", "updatedAt": midnight - timedelta(days=2)}),
        ("Farida", "Merchant", "farida.merchant", lately, {"role": "instructor", "appliedAt": lately}),
    ]
    for number, (first, last, mailbox, joined, own) in enumerate(known):
        user = account("student", number, first, last, f"{mailbox}@example.com", joined, password_hash)
        user |= {**own, "_id": demo_id("staff", number)}
        yield user, profile_of(user, PROFILES_FROM + number, None, None)


def decision(midnight: datetime) -> AuditEntry:
    """Why the suspended one is suspended."""
    name, who = "Prem Sood", "Asha Menon"
    suspended = demo_id("staff", 2)
    return {
        "_id": demo_id("decision", 0),
        "at": midnight - timedelta(days=2),
        "actor": demo_id("admin", 0),
        "actorName": who,
        "actorRole": "admin",
        "action": "user.suspend",
        "collection": "users",
        "subject": str(suspended),
        "label": name,
        "before": {"status": "active"},
        "after": {"status": "suspended"},
        "reason": SPAM,
        **findable(who, name, str(suspended), SPAM),  # type: ignore[typeddict-item]
        "address": "203.0.113.20",
        "device": "Demo browser",
        "requestId": None,
    }
