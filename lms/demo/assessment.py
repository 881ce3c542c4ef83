"""A course with a text, a quiz and an assignment: attempts and submissions in every state, and their grades."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from lms.demo import assignment, quiz
from lms.demo.grading import ASSIGNMENT, COURSE, QUIZ, Document
from lms.demo.ids import ANY_DEMO_ID, demo_id
from lms.demo.quiz_text import BRIEF, CHEAT_SHEET
from lms.models.assessment.assignments import assignments
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.grades import grades
from lms.models.assessment.questions import question_versions, questions
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.quizzes import quizzes
from lms.models.assessment.submissions import submissions
from lms.models.authoring.outlines import counted
from lms.models.authoring.sections import Section, sections
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.base import Collection
from lms.models.catalogue.courses import courses
from lms.models.fields import defaults
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.moderation.approvals import content_of, course_approvals
from lms.models.system.folding import folded
from lms.services.assessment import totals
from lms.services.authoring import markup

FIRST_LESSON = 60
"""The first of the lesson numbers that the outlines of the catalogue leave free."""

FILLED: tuple[Collection[Any], ...] = (
    assignments,
    grades,
    question_versions,
    questions,
    quiz_attempts,
    quizzes,
    submissions,
)


def fill(midnight: datetime) -> None:
    """Write it, in place of what an interrupted run left."""
    for collection in FILLED:
        collection.raw.delete_many({"_id": ANY_DEMO_ID})
    course_grades.raw.delete_many({"course": COURSE})
    for place, question in enumerate(quiz.questions(midnight)):
        questions.raw.insert_one(question)
        kept = {name: value for name, value in question.items() if name not in ("createdAt", "updatedAt")}
        version = {"_id": demo_id("question", 100 + place), "question": question["_id"]}
        question_versions.raw.insert_one({**kept, **version, "by": demo_id("instructor", 0), "at": midnight})
    quizzes.raw.insert_one(quiz.quiz(midnight))
    assignments.raw.insert_one(assignment.assignment(midnight))
    _place(midnight)
    for number, progress in enumerate(_learners(midnight)):
        _learn(number, progress, midnight)


def _learners(midnight: datetime) -> list[Document]:
    """The progress of some who have attended for long enough."""
    early = {"course": COURSE, "status": "active", "enrolledAt": {"$lt": midnight - timedelta(days=32)}}
    users = [each["user"] for each in enrollments.raw.find(early, {"user": 1})]
    begun = {"course": COURSE, "user": {"$in": users}}
    return list(course_progress.raw.find(begun, sort=[("_id", 1)], limit=quiz.LEARNERS))


def _place(midnight: datetime) -> None:
    """Put the lessons at the end of the course, optional, for most have completed it without them."""
    times = {"createdAt": midnight - timedelta(days=50), "updatedAt": midnight - timedelta(days=50)}
    section = {**defaults(Section), "_id": demo_id("section", 7), "course": COURSE, "sectionName": "Check yourself"}
    sections.raw.replace_one({"_id": section["_id"]}, {**section, "position": 4, **times}, upsert=True)
    made: tuple[Document, ...] = (
        {"title": "A sheet to keep", "kind": "text", "text": CHEAT_SHEET, **_found(CHEAT_SHEET), "duration": 16},
        {"title": "How much has stayed?", "kind": "quiz", "assessment": QUIZ, "duration": 1200},
        {"title": "A page for a shop", "kind": "assignment", "assessment": ASSIGNMENT, **_found(BRIEF), "duration": 0},
    )
    for spot, lesson in enumerate(made):
        own = {"_id": demo_id("lesson", FIRST_LESSON + spot), "course": COURSE, "section": section["_id"]}
        shown = {"description": "", "preview": False, "required": False, "position": spot}
        document = {**defaults(Subsection), **shown, **lesson, **own, **times}
        subsections.raw.replace_one({"_id": own["_id"]}, document, upsert=True)
    lessons = subsections.in_playing_order({"course": COURSE})
    courses.raw.update_one({"_id": COURSE}, {"$set": counted(lessons)})
    course = courses.raw.find_one({"_id": COURSE})
    if course is not None and course_approvals.get({"_id": COURSE}):
        content = content_of(course, sections.of_course(COURSE), subsections.of_course(COURSE))
        course_approvals.raw.update_one({"_id": COURSE}, {"$set": {**content}})


def _found(html: str) -> Document:
    return {"searchText": folded(markup.words_in(html))}


def _learn(number: int, progress: Mapping[str, Any], midnight: datetime) -> None:
    """What one learner has tried and handed in, and the grades that follow."""
    draw = random.Random(f"assessment {number}")
    user, ability = progress["user"], draw.uniform(0.35, 1)
    attempts = list(quiz.attempts(number, user, ability, midnight, draw))
    if attempts:
        quiz_attempts.raw.insert_many(attempts)
    work = assignment.work(number, user, ability, midnight, draw)
    submissions.raw.insert_many(work["submissions"])
    found = [*quiz.grade_of(number, attempts), *work["grades"]]
    if found:
        grades.raw.insert_many(found)
    released = [grade for grade in found if grade["releasedAt"]]
    weights = {QUIZ: 1, ASSIGNMENT: 2}
    if released:
        total = totals.of_course([{**grade, "weight": weights[grade["assessment"]]} for grade in released])
        whole = {"_id": demo_id("grade", 1000 + number), "course": COURSE, "user": user, "countedAt": midnight}
        course_grades.raw.insert_one({**whole, **total})
    passed = {QUIZ: FIRST_LESSON + 1, ASSIGNMENT: FIRST_LESSON + 2}
    for grade in released:
        if grade["passed"]:
            _complete(progress["_id"], demo_id("lesson", passed[grade["assessment"]]), grade["at"])


def _complete(progress_id: ObjectId, lesson: ObjectId, at: datetime) -> None:
    said = {f"lessons.{lesson}": {"completed": True, "completedAt": at}}
    course_progress.raw.update_one({"_id": progress_id}, {"$set": said, "$push": {"completed": lesson}})
