"""What happens to accounts beside requests: notices to their owners, and the end of deleted ones."""

from datetime import timedelta

from bson import ObjectId

from lms.mails import users as mails
from lms.models.base import now, transactional
from lms.models.course_progress import course_progress
from lms.models.profiles import profiles
from lms.models.sessions import sessions
from lms.models.users import users
from lms.services import mailer, page_cache

DELETED_ACCOUNTS_KEPT = timedelta(days=30)


def welcome(user_id: str) -> None:
    if user := users.by_id(ObjectId(user_id)):
        mailer.send(mails.welcome(user))


def password_changed(user_id: str) -> None:
    if user := users.by_id(ObjectId(user_id)):
        mailer.send(mails.password_changed(user))


def erase_deleted() -> None:
    """Erase the accounts that were deleted thirty days ago."""
    due = {"deletedAt": {"$lte": now() - DELETED_ACCOUNTS_KEPT}, "erasedAt": None}
    for user in users.find(due, {"_id": 1}):
        _erase(user["_id"])
        page_cache.moved()


@transactional
def _erase(user_id: ObjectId) -> None:
    users.erase(user_id)
    profiles.delete_many({"user": user_id})
    sessions.delete_many({"user": user_id})
    course_progress.delete_many({"user": user_id})
