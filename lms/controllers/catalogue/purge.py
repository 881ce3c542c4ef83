"""The end of what was deleted from the catalogue."""

from collections.abc import Iterable
from datetime import timedelta

from lms.controllers.authoring.unused_media import discard
from lms.models.authoring.media import media
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import Filter, now
from lms.models.catalogue.categories import categories
from lms.models.catalogue.courses import courses
from lms.models.catalogue.tags import tags
from lms.models.learning.course_progress import course_progress
from lms.models.learning.reviews import reviews
from lms.models.moderation.approvals import course_approvals
from lms.models.transactions import transactional

DELETED_KEPT = timedelta(days=30)


def purge_deleted() -> None:
    """End what was deleted from the catalogue thirty days ago, with its media."""
    due = {"deletedAt": {"$lte": now() - DELETED_KEPT}}
    for course in courses.find(due, {"_id": 1}):
        _discard(_purge_course({"_id": course["_id"], **due}))
    for lesson in subsections.find(due, {"videoPublicId": 1}):
        subsections.delete_many({"_id": lesson["_id"], **due})
        _discard([lesson["videoPublicId"]])
    for collection in (sections, reviews, categories, tags):
        collection.delete_many(due)


@transactional
def _purge_course(due: Filter) -> list[str | None]:
    """End one course unless it came back, and name its media; enrolments stay, for what was paid."""
    course = courses.get(due, {"thumbnail": 1})
    if course is None:
        return []
    shown = subsections.raw.distinct("videoPublicId", {"course": course["_id"]})
    for collection in (subsections, sections, reviews, course_progress):
        collection.delete_many({"course": course["_id"]})
    course_approvals.delete({"_id": course["_id"]})
    courses.delete(due)
    return [*shown, *media.ids_at(course["thumbnail"])]


def _discard(public_ids: Iterable[str | None]) -> None:
    for public_id in filter(None, public_ids):
        discard(public_id)
