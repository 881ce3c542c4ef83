"""The end of accounts that were deleted: what tells of a person goes, what the law wants kept stays."""

from datetime import timedelta

from bson import ObjectId

from lms.models.accounts.profiles import profiles
from lms.models.accounts.sessions import sessions
from lms.models.accounts.users import users
from lms.models.base import Filter, now
from lms.models.learning.course_progress import course_progress
from lms.models.transactions import transactional

DELETED_ACCOUNTS_KEPT = timedelta(days=30)


def erase_deleted() -> None:
    """Erase the accounts that were deleted thirty days ago."""
    due = {"deletedAt": {"$lte": now() - DELETED_ACCOUNTS_KEPT}, "erasedAt": None}
    for user in users.find(due, {"_id": 1}):
        _erase(user["_id"], due)


@transactional
def _erase(user_id: ObjectId, due: Filter) -> None:
    """Erase one account, unless it came back since it was found."""
    if not users.erase(user_id, due):
        return
    profiles.delete_many({"user": user_id})
    sessions.delete_many({"user": user_id})
    course_progress.delete_many({"user": user_id})
