"""Who may have to do with which question, quiz and attempt; what is not somebody's to know of is not found."""

from bson import ObjectId

from lms.controllers.accounts import access
from lms.errors import AttemptNotFound, CourseNotFound, NotEnrolled, QuestionNotFound, QuizNotFound, Refusal
from lms.models.accounts.sessions import Caller
from lms.models.assessment import sittings
from lms.models.assessment.questions import Question, questions
from lms.models.assessment.quiz_attempts import QuizAttempt, quiz_attempts
from lms.models.assessment.quizzes import Quiz, quizzes
from lms.models.assessment.sittings import Sitting
from lms.models.authoring.subsections import Subsection, subsections


def written_question(caller: Caller, question_id: ObjectId) -> Question:
    """A question of a course that the caller is an author of."""
    question = questions.get({"_id": question_id})
    if question is None or not access.writes(caller, question["course"]):
        raise QuestionNotFound
    return question


def lesson_of(quiz_id: ObjectId) -> Subsection:
    """The lesson that a quiz is; one whose lesson is deleted is not found."""
    lesson = subsections.of_assessment(quiz_id)
    if lesson is None:
        raise QuizNotFound
    return lesson


def quiz_of(quiz_id: ObjectId) -> Quiz:
    quiz = quizzes.get({"_id": quiz_id})
    if quiz is None:
        raise QuizNotFound
    return quiz


def written_quiz(caller: Caller, quiz_id: ObjectId) -> Quiz:
    quiz = quiz_of(quiz_id)
    if not access.writes(caller, quiz["course"]):
        raise QuizNotFound
    return quiz


def attended_lesson(caller: Caller, assessment_id: ObjectId, missing: type[Refusal]) -> Subsection:
    """The lesson of an assessment in a course that the caller attends; raises NotEnrolled, or `missing`."""
    lesson = subsections.of_assessment(assessment_id)
    if lesson is None:
        raise missing
    try:
        access.require_enrollment(caller, lesson["course"])
    except CourseNotFound:
        raise missing from None
    return lesson


def sitting_of(caller: Caller, quiz_id: ObjectId) -> Sitting:
    """The quiz as the caller meets it, who attends its course; raises QuizNotFound or NotEnrolled."""
    sitting = sittings.of(quiz_id, caller.id)
    if sitting is None:
        raise QuizNotFound
    if not sitting.attends:
        raise NotEnrolled if sitting.place[1]["status"] == "published" else QuizNotFound
    return sitting


def require_attendance_or_authorship(caller: Caller, quiz_id: ObjectId) -> None:
    if not access.writes(caller, lesson_of(quiz_id)["course"]):
        attended_lesson(caller, quiz_id, QuizNotFound)


def own_attempt(caller: Caller, attempt_id: ObjectId) -> QuizAttempt:
    """An attempt of the caller's; raises AttemptNotFound, NotEnrolled where they do not attend its course any more."""
    found = quiz_attempts.with_access(attempt_id, caller.id)
    if found is None:
        raise AttemptNotFound
    attempt, attends = found
    if not attends:
        raise NotEnrolled
    return attempt


def written_attempt(caller: Caller, attempt_id: ObjectId) -> QuizAttempt:
    """An attempt at a quiz that the caller is an author of."""
    attempt = quiz_attempts.get({"_id": attempt_id})
    if attempt is None or not access.writes(caller, attempt["course"]):
        raise AttemptNotFound
    return attempt


def require_own_or_written_attempt(caller: Caller, attempt_id: ObjectId) -> None:
    attempt = quiz_attempts.get({"_id": attempt_id}, {"user": 1, "course": 1})
    if attempt is None or not (attempt["user"] == caller.id or access.writes(caller, attempt["course"])):
        raise AttemptNotFound
