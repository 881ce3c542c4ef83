"""Two accounts of one person made one: what would become of everything, and doing it, in one transaction."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.controllers.accounts import merging_people as people
from lms.controllers.accounts.pairs import Collision, Pair, Part
from lms.controllers.assessment import merging as assessment
from lms.controllers.authoring import merging as authoring
from lms.controllers.certificates import merging as certificates
from lms.controllers.learning import merging as learning
from lms.controllers.learning import progress
from lms.controllers.payments import merging as payments
from lms.errors import ChangedMeanwhile, Refusal, TooMuchToMerge
from lms.jobs.accounts import users as jobs
from lms.models.accounts import merged_accounts
from lms.models.accounts.users import User, name_of, users
from lms.models.base import COLLECTIONS, now
from lms.models.merging import Ends, Follows, Stays
from lms.models.payments.orders import orders
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional

MOST = 10_000
"""Documents that one transaction moves, what both have counting for BOTH of them: that is decided on one by one.

On two busy cores 10,000 that follow take two seconds, and 1,000 that both have 1.6, of the five that there are.
"""
BOTH = 10

UNDER_WAY = timedelta(hours=1)

LABELS = {
    "users": "Accounts merged into it before",
    "ratingAndReviews": "Reviews",
    "courseProgress": "Progress in courses",
    "enrollments": "Enrolments",
    "courses": "Courses that they teach",
    "media": "Uploads",
    "ledger": "Rows of the ledger",
    "otps": "Changes of address asked for",
    "sessions": "Sign-ins",
    "staffSessions": "Sign-ins of staff",
}


@dataclass(frozen=True)
class Row:
    """What becomes of one collection: how many documents follow, how many end, and what both have."""

    label: str
    follow: int
    end: int
    collisions: tuple[Collision, ...]


@dataclass(frozen=True)
class Look:
    """What a merge would do, `refusal` what forbids it, `seen` what changes when any of this does."""

    kept: User
    merged: User
    rows: tuple[Row, ...]
    becomes: tuple[str, ...]
    refusal: Refusal | None

    @property
    def documents(self) -> int:
        return sum(row.follow + row.end for row in self.rows)

    @property
    def weight(self) -> int:
        return self.documents + BOTH * sum(len(row.collisions) for row in self.rows)

    @property
    def seen(self) -> str:
        told = (self.rows, self.becomes, *((each["_id"], each["updatedAt"]) for each in (self.kept, self.merged)))
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


@transactional
def look(kept_id: ObjectId, merged_id: ObjectId) -> Look:
    """What merging the second account into the first would do; nothing is changed.

    Raises UserNotFound, SameAccount, AccountErased and AccountMerged, where there is nothing to look at.
    """
    kept, merged = people.present(kept_id, merged_id)
    pair = Pair(kept_id, merged_id)
    found = tuple(sorted(_rows(pair), key=lambda row: row.label))
    becomes = (*people.becomes(kept, merged), *_said_of_teaching(pair))
    seen = Look(kept, merged, found, becomes, people.forbidden(kept, merged))
    if seen.refusal is None and seen.weight > MOST:
        return Look(kept, merged, found, becomes, TooMuchToMerge())
    return seen


def merge(kept_id: ObjectId, merged_id: ObjectId, reason: str, seen: str | None = None) -> None:
    """Let all of the second account follow to the first, leave of it that it leads there, and tell both addresses.

    `seen` is that of the page it was decided on; nothing is compared where there was none. Raises what forbids it, and
    ChangedMeanwhile.
    """
    try:
        _merge(kept_id, merged_id, reason, seen)
    except DuplicateKeyError:
        raise ChangedMeanwhile from None


@transactional
def _merge(kept_id: ObjectId, merged_id: ObjectId, reason: str, seen: str | None) -> None:
    looked = look(kept_id, merged_id)
    if looked.refusal:
        raise looked.refusal
    if seen is not None and looked.seen != seen:
        raise ChangedMeanwhile
    kept, merged = looked.kept, looked.merged
    _follow(Pair(kept_id, merged_id))
    people.close(kept, merged)
    moved = {row.label: row.follow for row in looked.rows if row.follow}
    after = {"merged": f"{name_of(merged)} <{merged['email']}>", "mergedId": merged_id, "followed": moved}
    row = audit_log.record("user.merge", users.subject(kept), {}, after, reason)
    into = {"mergedInto": kept_id, "into": f"{name_of(kept)} <{kept['email']}>"}
    audit_log.record("user.merge_into", users.subject(merged), {"email": merged["email"]}, into, reason)
    jobs.tell_merged.promise(row)
    jobs.tell_merged_away.promise(merged_id)


def _follow(pair: Pair) -> None:
    """Everything but the two accounts themselves.

    Teaching comes first, for it asks who attends what, and certificates before what may award one.
    """
    payments.merge(pair)
    authoring.merge(pair)
    certificates.merge(pair)
    together = learning.merge(pair)
    assessment.merge(pair)
    people.merge(pair)
    for course_id in together:
        progress.catch_up(pair.kept, course_id)


def follow_late() -> None:
    """Let follow what a call that was under way wrote to an account that had just been merged."""
    for merged in merged_accounts.since(now() - UNDER_WAY):
        pair = Pair(merged["mergedInto"], merged["_id"])
        if any(row.follow or row.end for row in _rows(pair)):
            transactional(_follow)(pair)


def _parts() -> dict[str, Part]:
    """Who decides on what both have, by the collection."""
    rooms = (*learning.PARTS, *assessment.PARTS, *certificates.PARTS, *people.PARTS)
    return {each.collection.name: each for each in rooms}


def _rows(pair: Pair) -> Iterator[Row]:
    parts = _parts()
    for name, collection in COLLECTIONS.items():
        counted = {"follow": 0, "end": 0}
        for field, rule in collection.on_merge.items():
            if not isinstance(rule, Stays):
                where = _of_merged(field, rule, pair)
                counted["end" if isinstance(rule, Ends) else "follow"] += collection().raw.count_documents(where)
        found = parts[name].collisions(pair) if name in parts and counted["follow"] else []
        if any(counted.values()):
            yield Row(LABELS.get(name) or _words(name), counted["follow"], counted["end"], tuple(found))


def _of_merged(field: str, rule: Any, pair: Pair) -> Mapping[str, Any]:
    if isinstance(rule, Follows) and rule.through:
        return {rule.through: {"$in": orders.raw.distinct("_id", {"user": pair.merged})}, field: pair.merged}
    return {field: pair.merged}


def _words(name: str) -> str:
    return re.sub(r"(?=[A-Z])", " ", name).lower().capitalize()


def _said_of_teaching(pair: Pair) -> list[str]:
    return [f"“{each.about}”: {each.decision}" for each in authoring.collisions(pair)]
