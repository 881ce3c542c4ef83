"""The end of accounts that were deleted: what tells of a person goes, what the law wants kept stays."""

import contextlib
from datetime import timedelta

from bson import ObjectId
from redis.exceptions import RedisError

from lms.models.accounts import merged_accounts
from lms.models.accounts.blacklisted_tokens import blacklisted_tokens
from lms.models.accounts.contact_messages import contact_messages
from lms.models.accounts.otps import otps
from lms.models.accounts.profiles import Profile, profiles
from lms.models.accounts.sessions import sessions
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import User, name_of, users
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.extensions import extensions
from lms.models.assessment.grades import grades
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.submissions import submissions
from lms.models.base import Filter, now
from lms.models.catalogue.courses import courses
from lms.models.certificates.certificates import certificates
from lms.models.imports.import_rows import import_rows
from lms.models.imports.imports import imports
from lms.models.learning.course_progress import course_progress
from lms.models.learning.playbacks import playbacks
from lms.models.payments.orders import orders
from lms.models.system.audit_log import audit_log
from lms.models.system.limit_windows import limit_windows
from lms.models.transactions import after_commit, transactional
from lms.services.accounts import code_store

DELETED_ACCOUNTS_KEPT = timedelta(days=30)

OF_LEARNING = (course_progress, submissions, quiz_attempts, extensions, grades, course_grades)
OWN = (profiles, sessions, blacklisted_tokens, *OF_LEARNING)
"""What goes with its `user`; files that were handed in are swept as nothing refers to them."""


def erase_deleted() -> None:
    """Erase the accounts that were deleted thirty days ago."""
    due = {"deletedAt": {"$lte": now() - DELETED_ACCOUNTS_KEPT}, "erasedAt": None}
    for user in users.find(due, {"_id": 1}):
        _erase(user["_id"], due)


@transactional
def _erase(user_id: ObjectId, due: Filter) -> None:
    """Erase one account, unless it came back since it was found."""
    user = users.get({**due, "_id": user_id})
    profile = profiles.get({"user": user_id})
    if user is None or not users.erase(user_id, due):
        return
    for collection in OWN:
        collection.delete_many({"user": user_id})
    certificates.erase(user_id)
    orders.update_many({"user": user_id, "billing": {"$exists": True}}, {"$unset": {"billing": ""}})
    courses.update_many({"coAuthors": user_id}, {"$pull": {"coAuthors": user_id}}, deleted_too=True)
    staff_sessions.end_all(user_id)
    playbacks.delete({"_id": user_id})
    facts, merged = _facts(user, profile), merged_accounts.of(user_id)
    for each in merged:
        users.erase(each["_id"])
    former = [each["email"] for each in user.get("formerAddresses", [])]
    for email in filter(None, [user.get("email"), *former]):
        _forget(user_id, email, facts)
    for each in merged:
        _forget(each["_id"], each["mergedAs"]["email"], facts)


def _facts(user: User, profile: Profile | None) -> list[str]:
    """What somebody told of themselves, as it may stand in other texts."""
    told = [user.get("email"), *(each["email"] for each in user.get("formerAddresses", []))]
    told += [name_of(user), user["image"]]
    told += [profile["contactNumber"], profile["bio"], profile["dateOfBirth"]] if profile else []
    for each in merged_accounts.of(user["_id"]):
        told += [each["mergedAs"]["email"], name_of(each["mergedAs"])]
    return sorted(filter(None, told), key=len, reverse=True)


def _forget(user_id: ObjectId, email: str, facts: list[str]) -> None:
    otps.forget(email, user_id)
    contact_messages.forget(email)
    imports.let_go_of(import_rows.about(user_id, email))
    limit_windows.forget(email)
    audit_log.forget(user_id, email, facts)
    after_commit(lambda: _drop_codes(email, str(user_id)))


def _drop_codes(*addresses: str) -> None:
    """End the codes of the addresses; without Redis they end by themselves in five minutes."""
    with contextlib.suppress(RedisError):
        code_store.drop(*addresses)
