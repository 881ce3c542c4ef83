"""A course with a text, a quiz and an assignment: attempts and submissions in every state, and their grades."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from lms.demo.activity import DEMO_STUDENTS_COURSE
from lms.demo.ids import ANY_DEMO_ID, demo_id
from lms.demo.quiz_text import BRIEF, CHEAT_SHEET, COMMENTS, QUESTIONS, RIGHT, RUBRIC, WORK, WRONG
from lms.models.assessment.assignments import assignments
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.grades import grades
from lms.models.assessment.questions import question_versions, questions
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.quizzes import QuizRules, quizzes
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
from lms.services.assessment import papers, scoring, totals

Document = dict[str, Any]

LEARNERS = 28
COURSE = demo_id("course", DEMO_STUDENTS_COURSE)
QUIZ, ASSIGNMENT = demo_id("quiz", 0), demo_id("assignment", 0)
FIRST_LESSON = 60
"""The first of the lesson numbers that the outlines of the catalogue leave free."""
POINTS = 200
QUIZ_PASSED_AT, WORK_PASSED_AT = 60, 50
STATES = ("draft", "submitted", "late", "replaced", "returned", "graded", "unreleased")

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
    for place, question in enumerate(_questions(midnight)):
        questions.raw.insert_one(question)
        kept = {name: value for name, value in question.items() if name not in ("createdAt", "updatedAt")}
        version = {"_id": demo_id("question", 100 + place), "question": question["_id"]}
        question_versions.raw.insert_one({**kept, **version, "by": demo_id("instructor", 0), "at": midnight})
    quizzes.raw.insert_one(_quiz(midnight))
    assignments.raw.insert_one(_assignment(midnight))
    _place(midnight)
    for number, progress in enumerate(_learners(midnight)):
        _learn(number, progress, midnight)


def _learners(midnight: datetime) -> list[Document]:
    """The progress of some who have attended for long enough."""
    early = {"course": COURSE, "status": "active", "enrolledAt": {"$lt": midnight - timedelta(days=32)}}
    users = [each["user"] for each in enrollments.raw.find(early, {"user": 1})]
    begun = {"course": COURSE, "user": {"$in": users}}
    return list(course_progress.raw.find(begun, sort=[("_id", 1)], limit=LEARNERS))


def _questions(midnight: datetime) -> Iterator[Document]:
    moment = midnight - timedelta(days=50)
    for place, text in enumerate(QUESTIONS):
        named = {"choices": "c", "targets": "t"}
        parts = {
            name: [{"id": f"{letter}{spot}", "body": body} for spot, body in enumerate(text.get(name, ()))]
            for name, letter in named.items()
        }
        own = {"_id": demo_id("question", place), "course": COURSE, "version": 1, "points": POINTS}
        yield {**text, **parts, **own, "createdAt": moment, "updatedAt": moment}


def _quiz(midnight: datetime) -> Document:
    moment = midnight - timedelta(days=50)
    items = [{"question": demo_id("question", place)} for place in range(len(QUESTIONS))]
    rules = {**defaults(QuizRules), "items": items, "minutes": 20, "attempts": 3, "passPercent": QUIZ_PASSED_AT}
    own = {"_id": QUIZ, "course": COURSE, "keys": {}, "revision": 1, "createdAt": moment, "updatedAt": moment}
    return {**rules, **own, "reveal": "answers"}


def _assignment(midnight: datetime) -> Document:
    moment = midnight - timedelta(days=45)
    due = (midnight - timedelta(days=5)).replace(hour=18, minute=29, second=59, microsecond=999000)
    rubric = [
        {"id": f"r{place}", "title": title, "levels": [_level(spot, *each) for spot, each in enumerate(levels)]}
        for place, (title, levels) in enumerate(RUBRIC)
    ]
    return {
        "_id": ASSIGNMENT,
        "course": COURSE,
        "brief": BRIEF,
        "accept": ["pdf", "zip"],
        "text": True,
        "url": True,
        "mostFiles": 3,
        "mostBytes": 10 * 1024**2,
        "due": {"local": f"{due:%Y-%m-%d}T23:59", "zone": "Asia/Kolkata", "at": due},
        "closes": None,
        "graceSeconds": 60,
        "late": {"kind": "percent_per_day", "percent": 10, "most": 50},
        "tries": None,
        "rubric": rubric,
        "outOf": sum(max(points for _, points in levels) for _, levels in RUBRIC),
        "passPercent": WORK_PASSED_AT,
        "blind": False,
        "weight": 2,
        "revision": 1,
        "createdAt": moment,
        "updatedAt": moment,
    }


def _level(spot: int, title: str, points: int) -> Document:
    return {"id": f"l{spot}", "title": title, "points": points}


def _place(midnight: datetime) -> None:
    """Put the lessons at the end of the course, optional, for most have completed it without them."""
    times = {"createdAt": midnight - timedelta(days=50), "updatedAt": midnight - timedelta(days=50)}
    section = {**defaults(Section), "_id": demo_id("section", 7), "course": COURSE, "sectionName": "Check yourself"}
    sections.raw.replace_one({"_id": section["_id"]}, {**section, "position": 4, **times}, upsert=True)
    made: tuple[Document, ...] = (
        {"title": "A sheet to keep", "kind": "text", "text": CHEAT_SHEET, "duration": 16},
        {"title": "How much has stayed?", "kind": "quiz", "assessment": QUIZ, "duration": 1200},
        {"title": "A page for a shop", "kind": "assignment", "assessment": ASSIGNMENT, "duration": 0},
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


def _learn(number: int, progress: Mapping[str, Any], midnight: datetime) -> None:
    """What one learner has tried and handed in, and the grades that follow."""
    draw = random.Random(f"assessment {number}")
    user, ability = progress["user"], draw.uniform(0.35, 1)
    attempts = list(_attempts(number, user, ability, midnight, draw))
    if attempts:
        quiz_attempts.raw.insert_many(attempts)
    work = _work(number, user, ability, midnight, draw)
    submissions.raw.insert_many(work["submissions"])
    found = [*_of_attempts(number, attempts), *work["grades"]]
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


def _attempts(
    number: int, user: ObjectId, ability: float, midnight: datetime, draw: random.Random
) -> Iterator[Document]:
    """One to three; the last learner is at it just now, and some essays wait to be marked."""
    tries = 1 if number % 3 else 2
    for place in range(tries):
        began = midnight - timedelta(days=30 - 3 * place - number % 20, minutes=draw.randrange(600))
        yield _attempt(number * 4 + place, user, place + 1, ability + 0.1 * place, began, draw)
    if number == LEARNERS - 1:
        going_on = _attempt(number * 4 + 3, user, tries + 1, ability, midnight - timedelta(minutes=5), draw)
        unmarked: Document = {"state": "open", "submittedAt": None, "how": None, "marks": {}, "keyVersions": {}}
        yield {**going_on, **unmarked, "score": 0, "percent": 0, "passed": False, "dueAt": None}


def _attempt(number: int, user: ObjectId, place: int, ability: float, began: datetime, draw: random.Random) -> Document:
    bank = {str(each["_id"]): each for each in _questions(began)}
    paper = papers.assemble({**defaults(QuizRules), "items": _items(bank)}, bank.values(), draw)
    took = timedelta(seconds=draw.randint(300, 1150))
    answers = {
        str(item["q"]): {"value": (RIGHT if draw.random() < ability else WRONG)[item["kind"]], "at": began + took}
        for item in paper
    }
    essay = str(demo_id("question", len(QUESTIONS) - 1))
    by_hand = {
        "points": round(POINTS * min(1, ability)),
        "by": demo_id("instructor", 0),
        "note": "Both are there.",
    }
    seen = bool(answers[essay]["value"]) and place == 1 and number % 5 != 1
    attempt: Document = {
        "_id": demo_id("attempt", number),
        "quiz": QUIZ,
        "course": COURSE,
        "user": user,
        "number": place,
        "oneWay": False,
        "paper": paper,
        "answers": answers,
        "reached": len(paper) - 1,
        "startedAt": began,
        "dueAt": began + timedelta(minutes=20),
        "submittedAt": began + took,
        "how": "learner",
        "marks": {essay: by_hand} if seen else {},
        "outOf": sum(item["points"] for item in paper),
        "address": "203.0.113.7",
        "revision": 2,
    }
    return {**attempt, **scoring.scored(attempt, bank, QUIZ_PASSED_AT)}


def _items(bank: Mapping[str, Document]) -> list[Document]:
    return [{"question": each["_id"]} for each in bank.values()]


def _of_attempts(number: int, attempts: list[Document]) -> Iterator[Document]:
    """The grade of the best attempt that is marked."""
    marked = [each for each in attempts if each["state"] == "graded"]
    if found := scoring.counting(marked, "best"):
        attempt, points = found
        yield _grade(number * 2, attempt, "quiz", points, 0, attempt["outOf"], QUIZ_PASSED_AT, attempt["submittedAt"])


def _grade(
    number: int,
    source: Mapping[str, Any],
    kind: str,
    raw: int,
    penalty: int,
    out_of: int,
    pass_percent: int,
    at: datetime,
) -> Document:
    points = max(0, raw - penalty)
    return {
        "_id": demo_id("grade", number),
        "course": COURSE,
        "user": source["user"],
        "assessment": QUIZ if kind == "quiz" else ASSIGNMENT,
        "kind": kind,
        "source": source["_id"],
        "raw": raw,
        "penalty": penalty,
        "points": points,
        "outOf": out_of,
        "passPercent": pass_percent,
        "percent": totals.percent(points, out_of),
        "passed": totals.passes(points, out_of, pass_percent),
        "by": None if kind == "quiz" else demo_id("instructor", 0),
        "releasedAt": at,
        "revision": 1,
        "at": at,
    }


def _work(number: int, user: ObjectId, ability: float, midnight: datetime, draw: random.Random) -> dict[str, Any]:
    """One learner's work for the assignment, in one of the states there are."""
    state = STATES[number % len(STATES)]
    sent = midnight - timedelta(days=9 - number % 3, minutes=draw.randrange(900))
    late_by = 0
    if state == "late":
        late_by, state = 90_000, "submitted"
        sent = _assignment(midnight)["due"]["at"] + timedelta(seconds=late_by)
    first = _submission(number * 2, user, 1, state, sent, late_by)
    if state == "replaced":
        second = _submission(number * 2 + 1, user, 2, "submitted", sent + timedelta(hours=7), 0)
        return {"submissions": [first, {**second, "replaces": first["_id"]}], "grades": []}
    if state not in ("graded", "unreleased"):
        return {"submissions": [first], "grades": []}
    grade = _of_work(number, first, state, ability, midnight, draw)
    return {"submissions": [{**first, "state": "graded"}], "grades": [grade]}


def _submission(number: int, user: ObjectId, place: int, state: str, sent: datetime, late_by: int) -> Document:
    made: Document = {
        "_id": demo_id("submission", number),
        "assignment": ASSIGNMENT,
        "course": COURSE,
        "user": user,
        "number": place,
        "state": state,
        "text": WORK[number % len(WORK)],
        "url": f"https://example.org/shops/{number + 1}",
        "files": [],
        "revision": place + 1,
        "createdAt": sent,
        "updatedAt": sent,
    }
    if state == "draft":
        return made
    back = {"returnedAt": sent + timedelta(days=1), "note": "The address shows an empty page. Please mend it."}
    made |= {"sentAs": place - 1, "submittedAt": sent, "handedInBy": "learner", "lateBy": late_by}
    return made | back if state == "returned" else made


def _of_work(
    number: int, work: Document, state: str, ability: float, midnight: datetime, draw: random.Random
) -> Document:
    rules = _assignment(midnight)
    levels = {each["id"]: _reached(each["levels"], ability, draw) for each in rules["rubric"]}
    raw = sum(level["points"] for level in levels.values())
    at = work["submittedAt"] + timedelta(days=2)
    grade = _grade(number * 2 + 1, work, "assignment", raw, 0, rules["outOf"], WORK_PASSED_AT, at)
    told = None if state == "unreleased" else at
    details = {"levels": {id: level["id"] for id, level in levels.items()}, "rubricSeen": rules["rubric"], "files": []}
    return {**grade, **details, "comment": COMMENTS[number % len(COMMENTS)], "releasedAt": told}


def _reached(levels: list[Document], ability: float, draw: random.Random) -> Document:
    return next((level for level in levels[:-1] if draw.random() < ability), levels[-1])
