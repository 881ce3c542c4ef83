"""Assignments: what comes with time, and what learners are told."""

from bson import ObjectId

from lms.controllers.assessment import deadlines, grading
from lms.controllers.assessment.work import work_of
from lms.errors import AssignmentNotFound
from lms.machinery.registry import job
from lms.mails.assessment import assignments as mails
from lms.models.accounts.users import users
from lms.models.assessment.assignments import assignments
from lms.models.assessment.grades import grades
from lms.models.assessment.submissions import submissions
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.learning.enrollments import enrollments
from lms.services.system import mailer


@job(queue="default", every="* * * * *")
def close_drafts() -> None:
    """Hand in what lies in drafts of assignments that have ended."""
    deadlines.close_drafts()


@job(queue="default", every="5 * * * *")
def remind_due() -> None:
    """Remind learners of deadlines, a day and two hours before."""
    deadlines.remind()


@job(queue="default", every="20 3 * * *")
def recount_deadlines() -> None:
    """Tell anew when deadlines are, for countries change their clocks."""
    deadlines.recount()


@job(queue="default", about=assignments)
def release_rest(assignment_id: ObjectId) -> None:
    """Go on telling the learners of an assignment their grades."""
    grading.release_rest(assignment_id)


@job(queue="mail", about=assignments)
def mail_due_soon(assignment_id: ObjectId, user_id: ObjectId) -> None:
    """Remind a learner of a deadline, unless they have handed something in or it has passed."""
    lesson, learner = subsections.of_assessment(assignment_id), users.by_id(user_id)
    try:
        work = work_of(assignment_id, user_id)
    except AssignmentNotFound:
        return
    due = work.due
    awaited = due and due["at"] > now() and not work.sent and enrollments.attends(user_id, work.assignment["course"])
    if lesson and learner and due and awaited:
        mailer.send(mails.due_soon(learner, lesson["title"], due))


@job(queue="mail", about=submissions)
def mail_returned(submission_id: ObjectId) -> None:
    """Tell a learner that their work came back, and why."""
    returned = submissions.get({"_id": submission_id, "state": "returned"})
    lesson = subsections.of_assessment(returned["assignment"]) if returned else None
    learner = users.by_id(returned["user"]) if returned else None
    if returned and lesson and learner:
        mailer.send(mails.returned(learner, lesson["title"], returned.get("note", "")))


@job(queue="mail", about=grades)
def mail_released(grade_id: ObjectId) -> None:
    """Tell a learner that their work is graded."""
    grade = grades.get({"_id": grade_id, "releasedAt": {"$ne": None}})
    lesson = subsections.of_assessment(grade["assessment"]) if grade else None
    learner = users.by_id(grade["user"]) if grade else None
    if grade and lesson and learner:
        mailer.send(mails.released(learner, lesson["title"]))
