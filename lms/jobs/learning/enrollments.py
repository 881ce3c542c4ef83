"""Mailing learners about what they attend."""

from bson import ObjectId

from lms.machinery.registry import job
from lms.mails.learning import enrollments as mails
from lms.models.accounts.users import users
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.services.system import mailer


@job(queue="mail", about=enrollments)
def mail_ended(enrollment_id: ObjectId) -> None:
    """Tell a learner that staff ended their enrolment, and why."""
    held = enrollments.get({"_id": enrollment_id, "status": "ended"})
    learner = users.by_id(held["user"]) if held else None
    course = courses.raw.find_one({"_id": held["course"]}, {"title": 1}) if held else None
    if held and learner and course:
        mailer.send(mails.ended(learner, course["title"], held.get("endedReason", "")))
