"""Quizzes beside requests: attempts whose time is up, regrades, what learners are told."""

from bson import ObjectId

from lms.controllers.assessment import regrades as regrade_controller
from lms.controllers.assessment import upkeep
from lms.machinery.registry import job
from lms.mails.assessment import quizzes as mails
from lms.models.accounts.users import users
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.quizzes import quizzes
from lms.models.assessment.regrades import regrades
from lms.models.authoring.subsections import subsections
from lms.services.system import mailer


@job(queue="default", every="* * * * * */15")
def close_due() -> None:
    """End attempts at quizzes whose time is up, and tell what can be told now that a quiz is closed."""
    upkeep.every_few_seconds()


@job(queue="default", about=quizzes)
def apply_rules(quiz_id: ObjectId) -> None:
    """Have the clocks and grades of all who took a quiz follow its changed rules."""
    upkeep.apply_rules(quiz_id)


@job(queue="default", about=quizzes)
def apply_rules_from(quiz_id: ObjectId, after: str) -> None:
    """Go on with that behind the attempt of this id."""
    upkeep.apply_rules(quiz_id, ObjectId(after))


@job(queue="default", about=regrades)
def regrade(regrade_id: ObjectId) -> None:
    """Mark attempts at a quiz again with its newest keys, as many as there is time for."""
    regrade_controller.run_round(regrade_id)


@job(queue="default", every="35 2 * * *")
def prove_grades() -> None:
    """Count every grade of quizzes and courses anew, and mend those that are otherwise."""
    upkeep.prove_grades()


@job(queue="default")
def prove_grades_from(after: str) -> None:
    """Go on with that behind the attempt of this id."""
    upkeep.prove_grades(ObjectId(after))


@job(queue="default")
def prove_course_grades_from(after: str) -> None:
    """Go on with that behind the course grade of this id."""
    upkeep.prove_course_grades(ObjectId(after))


@job(queue="mail", about=quiz_attempts)
def mail_graded(attempt_id: ObjectId) -> None:
    """Tell a learner that a person has marked their attempt."""
    _tell(attempt_id, mails.graded)


@job(queue="mail", about=quiz_attempts)
def mail_regraded(attempt_id: ObjectId) -> None:
    """Tell a learner that their attempt was marked again with a mended key."""
    _tell(attempt_id, mails.regraded)


@job(queue="mail", about=quiz_attempts)
def mail_annulled(attempt_id: ObjectId) -> None:
    """Tell a learner that their attempt does not count, and why."""
    _tell(attempt_id, mails.annulled)


def _tell(attempt_id: ObjectId, mail: mails.Mail) -> None:
    """Mail the learner, unless they or the lesson are gone by now."""
    attempt = quiz_attempts.get({"_id": attempt_id})
    learner = users.by_id(attempt["user"]) if attempt else None
    lesson = subsections.of_assessment(attempt["quiz"]) if attempt else None
    if attempt and learner and lesson:
        reason = attempt["annulled"]["reason"] if "annulled" in attempt else ""
        mailer.send(mail(learner, lesson["title"], reason))
