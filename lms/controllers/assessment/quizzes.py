"""Quizzes: made with their lesson, changed by their authors, read by those who take them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.assessment import allowances, attempts, rights, shown
from lms.controllers.authoring.sections import refresh_outline
from lms.errors import ChangedMeanwhile, DrawTooLarge, InvalidRequest, NoQuestions, SectionNotFound
from lms.jobs.assessment import quizzes as jobs
from lms.models.accounts.sessions import Caller
from lms.models.assessment.grades import grades
from lms.models.assessment.questions import questions
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.quizzes import MOST_ASKED, Quiz, questions_in, quizzes
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.base import Page, now
from lms.models.transactions import transactional
from lms.schemas.assessment.quizzes import AttemptsQuery, QuizChangeIn, QuizIn
from lms.services.assessment import papers

TOLD = (
    *("minutes", "opensAt", "closesAt", "attempts", "pauseMinutes", "passPercent", "keeps", "shuffle"),
    *("shuffleChoices", "oneWay", "reveal", "revealWhen", "weight"),
)
OF_THE_LESSON = {"title", "intro", "required"}


@transactional
def add(caller: Caller, section_id: ObjectId, form: QuizIn) -> dict[str, Any]:
    """Make a quiz and its lesson, at the end of a section."""
    section = access.own_section(caller, section_id)
    rules = _sound(section["course"], {**form.model_dump(by_alias=True, exclude=OF_THE_LESSON)})
    if not sections.touch(section_id):
        raise SectionNotFound
    quiz_id = quizzes.add(section["course"], rules)
    lesson = {"kind": "quiz", "assessment": quiz_id, "title": form.title, "description": form.intro}
    lesson |= {"required": form.required, "duration": 60 * (form.minutes or 0), "preview": False}
    subsections.add(section["course"], section_id, lesson)
    refresh_outline(section["course"])
    return _to_author(rights.quiz_of(quiz_id), rights.lesson_of(quiz_id))


@transactional
def edit(caller: Caller, quiz_id: ObjectId, form: QuizChangeIn) -> dict[str, Any]:
    """Change the rules of a quiz. Attempts that are going on keep their papers; their end moves with the rules."""
    before, lesson = rights.written_quiz(caller, quiz_id), rights.lesson_of(quiz_id)
    rules = {name: before[name] for name in ("items", *TOLD)}  # type: ignore[literal-required]
    quiz = quizzes.edit(quiz_id, form.revision, _sound(before["course"], {**rules, **form.changes()}))
    if quiz is None:
        raise ChangedMeanwhile
    named = {"title": form.title, "description": form.intro}
    duration = {"duration": 60 * (quiz["minutes"] or 0)}
    subsections.edit(lesson["_id"], {**{name: each for name, each in named.items() if each is not None}, **duration})
    refresh_outline(quiz["course"])
    _release_by(quiz)
    jobs.apply_rules.promise(quiz_id)
    return _to_author(quiz, rights.lesson_of(quiz_id))


def _sound(course_id: ObjectId, rules: dict[str, Any]) -> dict[str, Any]:
    """The rules as a document has them; raises for those that no quiz can have."""
    opens_at, closes_at = rules["opensAt"], rules["closesAt"]
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise InvalidRequest(errors={"closesAt": "This has to be after opensAt."})
    if rules["revealWhen"] == "closed" and closes_at is None:
        raise InvalidRequest(errors={"closesAt": "Say when the quiz is closed, for results are told then."})
    return {**rules, "items": _items(course_id, rules["items"])}


def _items(course_id: ObjectId, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    items = [_without_nothing(item) for item in given]
    fixed = [item["question"] for item in items if "question" in item]
    count = questions_in(items)
    if not count:
        raise NoQuestions
    if count > MOST_ASKED:
        raise InvalidRequest(errors={"items": f"A quiz asks at most {MOST_ASKED} questions."})
    if len(set(fixed)) < len(fixed):
        raise InvalidRequest(errors={"items": "Name each question once."})
    if not questions.hold(course_id, set(fixed)):
        raise InvalidRequest(errors={"items": "The course has no such question."})
    if any("draw" in item for item in items):
        bank = questions.find({"course": course_id}, {"tags": 1})
        if short := papers.short_draws(items, bank):
            raise DrawTooLarge(errors={f"items.{place}": DrawTooLarge.message for place in short})
    return items


def _without_nothing(item: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in item.items() if value is not None}
    if "draw" in kept:
        kept["draw"] = {name: value for name, value in kept["draw"].items() if value is not None}
    return kept


def _release_by(quiz: Quiz) -> None:
    """Have grades that wait be released when the rules say so now."""
    at = quiz["closesAt"] if quiz["revealWhen"] == "closed" else now()
    grades.update_many({"assessment": quiz["_id"], "releasesAt": {"$exists": True}}, {"$set": {"releasesAt": at}})


def show(caller: Caller, quiz_id: ObjectId) -> dict[str, Any]:
    """A quiz as its authors see it, or as one who takes it."""
    quiz, lesson = rights.quiz_of(quiz_id), rights.lesson_of(quiz_id)
    if access.writes(caller, quiz["course"]):
        return _to_author(quiz, lesson)
    return {**_rules(quiz, lesson), **_figures(quiz, caller.id)}


def _rules(quiz: Quiz, lesson: Subsection) -> dict[str, Any]:
    return {
        "id": quiz["_id"],
        "courseId": quiz["course"],
        "lessonId": lesson["_id"],
        "title": lesson["title"],
        "intro": lesson["description"],
        "questions": questions_in(quiz["items"]),
        **{name: quiz[name] for name in TOLD},  # type: ignore[literal-required]
        "serverNow": now(),
    }


def _to_author(quiz: Quiz, lesson: Subsection) -> dict[str, Any]:
    return {**_rules(quiz, lesson), "items": quiz["items"], "revision": quiz["revision"]}


def _figures(quiz: Quiz, user_id: ObjectId) -> dict[str, Any]:
    """What a learner has made of it, and has left."""
    made, allowance = quiz_attempts.made(quiz["_id"], user_id), allowances.of(quiz, user_id)
    moment = now()
    until = attempts.next_at(made, quiz)
    return {
        "attemptsLeft": attempts.left(made, allowance),
        "closesAt": allowance.closes_at,
        "minutes": allowance.minutes,
        "nextAt": until if until and until > moment else None,
        "best": _counting(quiz, user_id),
        "made": [shown.line(each, shown.told(each, quiz, moment)) for each in made],
    }


def _counting(quiz: Quiz, user_id: ObjectId) -> dict[str, Any] | None:
    grade = grades.of(quiz["_id"], user_id)
    if grade is None or grade["releasedAt"] is None:
        return None
    return {"percent": None if grade.get("onlyPassed") else grade["percent"], "passed": grade["passed"]}


def attempts_of(quiz_id: ObjectId, query: AttemptsQuery) -> Page[dict[str, Any]]:
    """The attempts at a quiz, those first that were handed in first: with `state=grading` the queue of essays."""
    where: dict[str, Any] = {"quiz": quiz_id, **({"state": query.state} if query.state else {})}
    found = quiz_attempts.page(
        where, [{"$project": {"paper": 0, "answers": 0}}], {"submittedAt": 1, "_id": 1}, query.page, query.limit
    )
    people = shown.whose(found.items)
    lines = [{**shown.line(each, "answers"), "learner": people.get(each["user"])} for each in found.items]
    return Page(lines, found.total, found.page, found.limit)
