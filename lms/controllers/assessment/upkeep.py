"""What follows from changed rules, and the nightly proof that every grade is what the attempts say."""

from typing import Any

import structlog
from bson import ObjectId

from lms.controllers.assessment import attempts, finishing, results
from lms.controllers.assessment import grades as grade_controller
from lms.controllers.assessment import regrades as regrade_controller
from lms.jobs.assessment import quizzes as jobs
from lms.machinery.rounds import FROM_THE_FIRST, within_a_round
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.grades import grades
from lms.models.assessment.quiz_attempts import QuizAttempt, quiz_attempts
from lms.models.assessment.quizzes import quizzes
from lms.models.base import Filter
from lms.models.transactions import transactional
from lms.services.assessment import scoring, totals

log = structlog.get_logger("grades")

AT_A_TIME = 500
COUNTED = ("points", "outOf", "percent", "passed", "items")


def every_few_seconds() -> None:
    """End the attempts whose time is up, tell grades whose time has come, and let regrades go on that waited."""
    finishing.close_due()
    grade_controller.release_due()
    regrade_controller.go_on()


def apply_rules(quiz_id: ObjectId, after: ObjectId = FROM_THE_FIRST) -> None:
    """Have every learner's clock and grade follow the rules of a quiz, in rounds."""
    quiz = quizzes.get({"_id": quiz_id})
    learners = _firsts({"quiz": quiz_id, "_id": {"$gt": after}}) if quiz else []
    for first in within_a_round(learners):
        attempts.retime(quiz_id, first["user"])
        results.follow_rules(quiz_id, first["user"])
        after = first["_id"]
    if learners:
        jobs.apply_rules_from.promise(quiz_id, str(after))


def prove_grades(after: ObjectId = FROM_THE_FIRST) -> None:
    """Count every grade of a quiz anew and mend those that are otherwise, in rounds; then those of courses."""
    firsts = _firsts({"_id": {"$gt": after}})
    for first in within_a_round(firsts):
        _prove(first["quiz"], first["user"])
        after = first["_id"]
    if firsts:
        jobs.prove_grades_from.promise(str(after))
    else:
        jobs.prove_course_grades_from.promise(str(FROM_THE_FIRST))


def prove_course_grades(after: ObjectId) -> None:
    kept: list[Any] = course_grades.find({"_id": {"$gt": after}}, sort=[("_id", 1)], limit=AT_A_TIME)
    for each in within_a_round(kept):
        counted = totals.of_course(grades.counted(each["course"], each["user"]))
        if any(each[name] != counted[name] for name in COUNTED):
            grade_controller.refresh(each["course"], each["user"])
            log.warning("grade_mended", course=str(each["course"]), user=str(each["user"]))
        after = each["_id"]
    if kept:
        jobs.prove_course_grades_from.promise(str(after))


def _firsts(where: Filter) -> list[QuizAttempt]:
    """Learners' first attempts at quizzes, as many as are read at a time."""
    return quiz_attempts.find({**where, "number": 1}, {"quiz": 1, "user": 1}, [("_id", 1)], AT_A_TIME)


@transactional
def _prove(quiz_id: ObjectId, user_id: ObjectId) -> None:
    quiz = quizzes.get({"_id": quiz_id})
    if quiz is None:
        return
    marked = [each for each in quiz_attempts.made(quiz_id, user_id) if each["state"] == "graded"]
    found, grade = scoring.counting(marked, quiz["keeps"]), grades.of(quiz_id, user_id)
    if found is None and grade is not None and "override" in grade:
        return
    counts = None if found is None else (found[0]["_id"], found[1])
    if counts != (None if grade is None else (grade["source"], grade["raw"])):
        results.settle(quiz, user_id)
        log.warning("grade_mended", quiz=str(quiz_id), user=str(user_id))
