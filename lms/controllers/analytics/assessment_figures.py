"""What the quizzes and assignments of a course say: how they are taken, how they are passed, how questions measure.

Averages and shares of who passed are those of the grades, so that an override and the attempt that counts count here.
"""

from collections import defaultdict
from collections.abc import Mapping
from statistics import median
from typing import Any

from bson import ObjectId

from lms.controllers.analytics.reports import ratio
from lms.models.assessment import gradebook
from lms.models.assessment.grades import grades
from lms.models.assessment.questions import question_versions
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.submissions import SENT, submissions
from lms.models.base import Filter
from lms.models.stages import Stages
from lms.services.assessment import item_analysis

Figures = dict[str, Any]

TAKEN = {"state": {"$in": ["grading", "graded"]}}
TIMES = ("quiz", "user", "state", "startedAt", "dueAt", "submittedAt")
MOST_MEASURED = 2000
MEASURED = ("asked", "answeredShare", "difficulty", "discrimination")
SAYS_NOTHING: list[Any] = [None, "", [], {}]
"""Answers that leave a question unanswered."""


def of_course(course_id: ObjectId) -> Figures:
    """The figures of all that is graded in a course, in playing order."""
    items = gradebook.items(course_id)
    reached, taken = _reached({"course": course_id}), _taken({"course": course_id})
    handed_in = _handed_in({"course": course_id})
    figures: dict[str, list[Figures]] = {"quiz": [], "assignment": []}
    for item in items:
        id, kind = item["assessmentId"], item["kind"]
        counted = taken[id] if kind == "quiz" else handed_in[id]
        named = {"id": id, "lessonId": item["lessonId"], "title": item["title"]}
        figures[kind].append({**named, **counted, **reached[id]})
    return {"quizzes": figures["quiz"], "assignments": figures["assignment"]}


def of_quiz(quiz_id: ObjectId) -> Figures:
    """The figures of one quiz."""
    return {**_taken({"quiz": quiz_id})[quiz_id], **_reached({"assessment": quiz_id})[quiz_id]}


def of_assignment(assignment_id: ObjectId) -> Figures:
    """The figures of one assignment."""
    counted = _handed_in({"assignment": assignment_id})[assignment_id]
    return {**counted, **_reached({"assessment": assignment_id})[assignment_id]}


def of_questions(quiz_id: ObjectId) -> list[Figures]:
    """How each question that was asked measures, the hardest first; of every learner the first marked attempt counts.

    Whoever comes again may know the question by now, which would say more of their memory than of it. Of very many
    learners those are measured who came last.
    """
    firsts = [row["first"] for row in quiz_attempts.aggregate({"quiz": quiz_id, "state": "graded"}, FIRST)]
    found = item_analysis.measured(quiz_attempts.aggregate({"_id": {"$in": firsts}}, PAPERS))
    versions = {each["question"]: each for each in question_versions.named((row["q"], row["version"]) for row in found)}
    return [{**_asked(versions[row["q"]]), **{name: row[name] for name in MEASURED}} for row in found]


def _asked(version: Any) -> Figures:
    return {"id": version["question"], **{name: version[name] for name in ("version", "kind", "body", "tags")}}


FIRST: Stages = [
    {"$sort": {"user": 1, "number": 1}},
    {"$group": {"_id": "$user", "first": {"$first": "$_id"}}},
    {"$sort": {"first": -1}},
    {"$limit": MOST_MEASURED},
]
PAPERS: Stages = [
    {
        "$project": {
            **dict.fromkeys(("score", "outOf", "paper.q", "paper.points", "paper.version", "marks"), 1),
            "answered": {
                "$map": {
                    "input": {
                        "$filter": {
                            "input": {"$objectToArray": "$answers"},
                            "cond": {"$not": [{"$in": ["$$this.v.value", SAYS_NOTHING]}]},
                        }
                    },
                    "in": "$$this.k",
                }
            },
        }
    }
]


def _reached(where: Filter) -> Mapping[ObjectId, Figures]:
    """By assessment: of how many learners there is a grade, what they reached on average, and how many passed."""
    share = {"$multiply": [100, {"$divide": ["$points", "$outOf"]}]}
    passed = {"$sum": {"$cond": ["$passed", 1, 0]}}
    group = {"_id": "$assessment", "graded": {"$sum": 1}, "average": {"$avg": share}, "passed": passed}
    nothing: Figures = {"graded": 0, "averagePercent": None, "passedShare": None}
    found: defaultdict[ObjectId, Figures] = defaultdict(lambda: nothing)
    for row in grades.aggregate(where, [{"$group": group}]):
        found[row["_id"]] = {
            "graded": row["graded"],
            "averagePercent": round(row["average"], 1),
            "passedShare": ratio(row["passed"], row["graded"], item_analysis.DIGITS),
        }
    return found


def _taken(where: Filter) -> Mapping[ObjectId, Figures]:
    """By quiz: the attempts that were handed in and count, by whom, how many wait for marks, and how long they took."""
    by_quiz: defaultdict[ObjectId, list[Any]] = defaultdict(list)
    for attempt in quiz_attempts.find({**where, **TAKEN}, dict.fromkeys(TIMES, 1)):
        by_quiz[attempt["quiz"]].append(attempt)
    found: defaultdict[ObjectId, Figures] = defaultdict(lambda: _of_attempts([]))
    return found | {quiz: _of_attempts(attempts) for quiz, attempts in by_quiz.items()}


def _of_attempts(attempts: list[Any]) -> Figures:
    seconds = [_seconds(each) for each in attempts]
    return {
        "attempts": len(attempts),
        "learners": len({each["user"] for each in attempts}),
        "waiting": sum(each["state"] == "grading" for each in attempts),
        "medianSeconds": int(median(seconds)) if seconds else None,
    }


def _seconds(attempt: Mapping[str, Any]) -> float:
    """How long it took; what the clock ended took until its end, and not until a job came by."""
    ended = min(attempt["submittedAt"], attempt["dueAt"] or attempt["submittedAt"])
    return float((ended - attempt["startedAt"]).total_seconds())


def _handed_in(where: Filter) -> Mapping[ObjectId, Figures]:
    """By assignment: what was handed in, by whom, how much of it late, and what waits since when."""
    waits = {"$eq": ["$state", "submitted"]}
    group = {
        "_id": "$assignment",
        "submissions": {"$sum": 1},
        "learners": {"$addToSet": "$user"},
        "waiting": {"$sum": {"$cond": [waits, 1, 0]}},
        "waitingSince": {"$min": {"$cond": [waits, "$submittedAt", None]}},
        "late": {"$sum": {"$cond": [{"$gt": ["$lateBy", 0]}, 1, 0]}},
    }
    nothing: Figures = {"submissions": 0, "learners": 0, "waiting": 0, "waitingSince": None, "lateShare": None}
    found: defaultdict[ObjectId, Figures] = defaultdict(lambda: nothing)
    for row in submissions.aggregate({**where, "state": {"$in": SENT}}, [{"$group": group}]):
        assignment, late = row.pop("_id"), ratio(row.pop("late"), row["submissions"], item_analysis.DIGITS)
        found[assignment] = {**row, "learners": len(row["learners"]), "lateShare": late}
    return found
