"""Counts again, on both sides, whether everything that was there is here or has a reason not to be."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pymongo
from bson import ObjectId

from lms.controllers.catalogue import counters
from lms.models.accounts.profiles import profiles
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import Collection
from lms.models.catalogue.courses import courses
from lms.models.fields import Ref, fields_of
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from lms.models.system.moves import Move, moves
from lms.moving.aliases import projection, read
from lms.moving.became import Options
from lms.moving.references import ids_in
from lms.moving.run import SECONDS, Stage, look, silent
from lms.moving.school import School
from lms.moving.shelves import SHELVES, Shelf
from lms.moving.source import Source
from lms.moving.survey import survey, to_read

MOST_NAMED = 20
COURSES_AT_ONCE = 50

REFERRING: tuple[Collection[Any], ...] = (
    profiles,
    courses,
    sections,
    subsections,
    enrollments,
    course_progress,
    reviews,
)
BY_THEMSELVES = frozenset({"tags"})
"""What names documents by words, which are there or are made when somebody uses them."""


@dataclass
class Check:
    """One thing that has to be so: what was `wanted` there, what was `found` here, and what is `wrong` by its ids."""

    name: str
    sentence: str
    wanted: int
    found: int
    wrong: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return self.wanted == self.found and not self.wrong

    def stored(self) -> dict[str, Any]:
        return {**asdict(self), "holds": self.holds}


def prove(source: Source, options: Options, stage: Stage = silent) -> list[Check]:
    """Look at both databases once more; reads only."""
    with pymongo.timeout(SECONDS):
        with stage("Proving", sum(source.count(shelf.kind) for shelf in SHELVES)) as step:
            accounted = [_accounted(source, shelf, step) for shelf in SHELVES]
        checks = [*_surveyed(source, stage), _rated(source), _counted(), *_references()]
        changes = look(source, options, stage).changes
    again = Check("again", "Copying once more would change nothing.", 0, changes)
    return [*accounted, *checks, again]


def _surveyed(source: Source, stage: Stage) -> list[Check]:
    """What takes a survey, which is gone again before the next one is made."""
    with stage("Looking at what is there", to_read(source)) as step:
        school = survey(source, step)
    return [_attending(school), _completed(source, school)]


def _rows(shelf: Shelf, source: Source) -> Iterator[tuple[list[ObjectId], dict[str, Move]]]:
    """All ids of theirs in batches, with the rows in the same range."""
    after = shelf.first
    for batch in source.batches(shelf.kind, {"_id": 1}):
        until = shelf.key(batch[-1]["_id"])
        yield [each["_id"] for each in batch], moves.between(after, until)
        after = until
    yield [], moves.between(after, shelf.last)


def _accounted(source: Source, shelf: Shelf, step: Callable[[int], None]) -> Check:
    """Read = written + merged + refused, each refused one has a reason, and what was written is there."""
    states: Counter[str] = Counter()
    name, sentence = shelf.kind, "Each is written, merged into another, or refused with a reason."
    check = Check(name, sentence, 0, 0)
    for ids, rows in _rows(shelf, source):
        check.wanted += len(ids)
        here = {shelf.key(old) for old in ids}
        written = {row["new"]: key for key, row in rows.items() if row["state"] == "written"}
        found = {each["_id"] for each in shelf.collection.raw.find({"_id": {"$in": list(written)}}, {"_id": 1})}
        good = {key for key, row in rows.items() if key in here and (row["state"] != "written" or row["new"] in found)}
        good -= {key for key in good if rows[key]["state"] == "refused" and not rows[key]["losses"]}
        states.update(rows[key]["state"] for key in good)
        check.found += len(good)
        _note(check, sorted((here | rows.keys()) - good))
        step(len(ids))
    check.more = dict(states)
    return check


def _note(check: Check, wrong: Sequence[str]) -> None:
    check.wrong += wrong[: MOST_NAMED - len(check.wrong)]


def _attending(school: School) -> Check:
    """Whoever one of their lists names attends here, unless that has ended here since."""
    check = Check("attending", "Everybody who attended a course attends it.", school.offsets[-1], 0)
    for number, course_id in enumerate(school.course_ids):
        wanted = {school.person_id(learner) for _, learner in school.learners_of(number)}
        found = {each["user"] for each in enrollments.raw.find({"course": course_id}, {"user": 1})} if wanted else set()
        check.found += len(wanted & found)
        _note(check, [f"{user_id} in {course_id}" for user_id in wanted - found])
    return check


def _completed(source: Source, school: School) -> Check:
    """Every lesson that somebody completed, of those that are in the course they attend."""
    check = Check("completed", "Every completed lesson of a course that is attended is completed.", 0, 0)
    several: dict[int, set[ObjectId]] = {}
    for batch in source.batches("courseprogresses"):
        done: dict[int, set[ObjectId]] = {}
        for document in batch:
            progress = read("courseprogresses", document)
            course = school.course_of(progress["course"])
            place = school.place(course, school.learner_of(document["_id"], progress["user"]))
            if place is None or course is None:
                continue
            lessons = set(school.lesson_ids_of(school.course_ids[course])).intersection(ids_in(progress["completed"]))
            (several if place in school.more_progress else done).setdefault(place, set()).update(lessons)
        _compare_completed(check, school, done)
    _compare_completed(check, school, several)
    return check


def _compare_completed(check: Check, school: School, done: dict[int, set[ObjectId]]) -> None:
    """Hold the completed lessons of some enrolments, by their places, against what is here under the oldest's id."""
    kept = {place: school.first_progress_of(place) for place in done}
    rows = course_progress.raw.find({"_id": {"$in": list(kept.values())}}, {"completed": 1})
    found = {row["_id"]: row["completed"] for row in rows}
    for place, lessons in done.items():
        here = lessons.intersection(found.get(kept[place], ()))
        check.wanted += len(lessons)
        check.found += len(here)
        if here != lessons:
            _note(check, [str(kept[place])])


def _rated(source: Source) -> Check:
    """The stars of each course, counted on both sides from the reviews that were written."""
    check = Check("ratings", "Each course has the ratings that its reviews gave it.", 0, 0)
    theirs: Counter[ObjectId] = Counter()
    ours: Counter[ObjectId] = Counter()
    for batch in source.batches("ratingandreviews", projection("ratingandreviews", "rating")):
        given = {each["_id"]: read("ratingandreviews", each)["rating"] for each in batch}
        kept = {
            row["new"]: row for row in moves.raw.find({"_id": {"$in": [f"ratingandreviews:{old}" for old in given]}})
        }
        for review in reviews.raw.find({"_id": {"$in": [each for each in kept if each]}}, {"course": 1, "rating": 1}):
            if kept[review["_id"]]["state"] == "written":
                theirs[review["course"]] += min(5, max(1, int(float(given[review["_id"]]) + 0.5)))
                ours[review["course"]] += review["rating"]
    check.wanted, check.found = theirs.total(), ours.total()
    _note(check, [str(course) for course in theirs if theirs[course] != ours[course]])
    return check


def _counted() -> Check:
    """Learners, lessons and ratings of courses, as lists show them, against what they count."""
    ids = [each["_id"] for each in courses.find({}, {"_id": 1})]
    check = Check("counters", "The counters of every course are right.", len(ids), 0)
    for start in range(0, len(ids), COURSES_AT_ONCE):
        part = ids[start : start + COURSES_AT_ONCE]
        truth = counters.truth_of({"course": {"$in": part}})
        wrong = [
            each["_id"]
            for each in courses.find({"_id": {"$in": part}}, counters.SHOWN)
            if counters.wrong_in(each, truth)
        ]
        check.found += len(part) - len(wrong)
        _note(check, [str(each) for each in wrong])
    return check


def _references() -> Iterator[Check]:
    """Nothing here names a document that is not there."""
    for collection in REFERRING:
        for name, declared in fields_of(collection.fields).items():
            reference = declared.mark(Ref)
            if reference is not None and reference.collection not in BY_THEMSELVES:
                gone = _dangling(collection, name, reference.collection)
                sentence = f"Every {name} of {collection.name} is there."
                yield Check(f"{collection.name}.{name}", sentence, 0, len(gone), gone[:MOST_NAMED])


def _dangling(collection: Collection[Any], name: str, target: str) -> list[str]:
    found = {"from": target, "localField": "_id", "foreignField": "_id", "pipeline": [{"$project": {"_id": 1}}]}
    stages: list[dict[str, Any]] = [
        {"$unwind": f"${name}"},
        {"$group": {"_id": f"${name}"}},
        {"$lookup": {**found, "as": "there"}},
        {"$match": {"there": [], "_id": {"$ne": None}}},
        {"$project": {"_id": 1}},
    ]
    return [str(each["_id"]) for each in collection.raw.aggregate(stages, allowDiskUse=True)]
