"""Copies a school of theirs: each kind of document in its turn, in batches; what is here as it should be is let be."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from bson import ObjectId

from lms.moving import attendance, categories, courses, outline, profiles, progress, reviews, users
from lms.moving.became import Became, Options
from lms.moving.losses import Loss
from lms.moving.school import School
from lms.moving.shelves import (
    CATEGORIES,
    COURSES,
    LESSONS,
    PROFILES,
    PROGRESS,
    REVIEWS,
    SECTIONS,
    SHELVES,
    USERS,
    Shelf,
)
from lms.moving.source import Source
from lms.moving.writer import Writer

log = structlog.get_logger("moving")

Document = Mapping[str, Any]
Step = Callable[[int], None]

COURSES_AT_ONCE = 50
"""With all their lessons, whose texts have to be in memory together."""


@dataclass
class Copy:
    """One pass over a school that has been surveyed."""

    source: Source
    school: School
    options: Options
    writer: Writer
    step: Step

    def run(self) -> None:
        """Copy everything; what refers to something comes after it."""
        for shelf in SHELVES:
            self._strange(shelf)
        self._each(USERS, self._users)
        self._each(PROFILES, lambda batch: _each(batch, lambda old, each: profiles.became(old, each, self.school)))
        self.writer.fill_profiles(self.school.without_own_profile)
        self._each(CATEGORIES, self._categories)
        self._each(
            SECTIONS, lambda batch: _each(batch, lambda old, each: outline.section_became(old, each, self.school))
        )
        self._each(LESSONS, lambda batch: _each(batch, lambda old, each: outline.lesson_became(old, each, self.school)))
        self._each(COURSES, self._courses)
        attendance.enrol(self.school, self.writer, self.step)
        self._each(PROGRESS, self._progress)
        self._each(REVIEWS, lambda batch: _each(batch, lambda old, each: reviews.became(old, each, self.school)))

    def _each(self, shelf: Shelf, become: Callable[[list[Document]], list[Became]]) -> None:
        for batch, last in _with_last(self.source.batches(shelf.kind)):
            taken = self.school.taken.get(shelf.kind, ())
            refused = [Became(each["_id"], losses=(Loss("taken_here"),)) for each in batch if each["_id"] in taken]
            free = [each for each in batch if each["_id"] not in taken]
            self.writer.put(shelf, [each["_id"] for each in batch], [*become(free), *refused], last)
            self.step(len(batch))

    def _strange(self, shelf: Shelf) -> None:
        """Refuse what nothing here could point at."""
        refused = [Became(old, losses=(Loss("id_unusable"),)) for old in self.source.strange_ids(shelf.kind)]
        self.writer.write(shelf, refused, self.writer.rows_of(shelf, [each.old for each in refused]))

    def _users(self, batch: list[Document]) -> list[Became]:
        return _each(batch, self._user)

    def _user(self, old: ObjectId, document: Document) -> Became | None:
        if old.binary not in self.school.people or self._untouched(document):
            return None
        return users.became(old, document, self.school, self.options)

    def _untouched(self, document: Document) -> bool:
        """Whether their server has not written it since; where it does not say, it may have."""
        since, updated = self.options.since, document.get("updatedAt")
        return since is not None and isinstance(updated, datetime) and updated < since

    def _categories(self, batch: list[Document]) -> list[Became]:
        known = [each for each in batch if each["_id"] in self.school.categories]
        return _each(known, lambda old, each: categories.became(old, each, self.school))

    def _courses(self, batch: list[Document]) -> list[Became]:
        known = [each for each in batch if each["_id"].binary in self.school.courses and not self._untouched(each)]
        starts = range(0, len(known), COURSES_AT_ONCE)
        return [made for start in starts for made in self._outlined(known[start : start + COURSES_AT_ONCE])]

    def _outlined(self, batch: list[Document]) -> list[Became]:
        """Courses with their sections and lessons, as those have become."""
        school = self.school
        section_ids = [each for course in batch for each in school.sections_of[course["_id"]]]
        lesson_ids = [each for section in section_ids for each in school.lessons_of[section]]
        sections = _ours(self.source.by_ids("sections", section_ids), school, outline.section_became)
        lessons = _ours(self.source.by_ids("subsections", lesson_ids), school, outline.lesson_became)

        def became(old: ObjectId, document: Document) -> Became:
            own = [sections[each] for each in school.sections_of[old] if each in sections]
            inside = [lessons[each] for each in school.lesson_ids_of(old) if each in lessons]
            return courses.became(old, document, own, inside, school, self.options)

        return _each(batch, became)

    def _progress(self, batch: list[Document]) -> list[Became]:
        """Where a learner has several documents of progress in a course, the first of them brings the others."""
        school = self.school
        places = {each["_id"]: progress.enrolment_of(each["_id"], each, school) for each in batch}
        several = [more for place in places.values() if place is not None and (more := school.more_progress.get(place))]
        brought = {each for more in several if more[0] in places for each in more[1:]}
        others = self.source.by_ids("courseprogresses", brought) if brought else {}

        def became(old: ObjectId, document: Document) -> Became | None:
            place = places[old]
            if place is None:
                return progress.refused(old, document, school)
            first, more = school.progress_of(place)
            if old != first and old not in more:
                return None
            if first is not None and old != first:
                return progress.merged(old, first)
            documents = [document, *(others[each] for each in more if each in others)]
            course, number = school.attending(place)
            course_id = school.course_ids[course]
            return progress.became(documents, school.person_id(number), course_id, school.lesson_ids_of(course_id))

        return _each(batch, became)


def _each(batch: list[Document], become: Callable[[ObjectId, Document], Became | None]) -> list[Became]:
    """What the documents of a batch became, but for those that came after the survey; one that breaks is refused."""
    return [made for each in batch if (made := _safely(become, each)) is not None]


def _safely(become: Callable[[ObjectId, Document], Became | None], document: Document) -> Became | None:
    try:
        return become(document["_id"], document)
    except Exception:
        log.exception("document_unreadable", document=str(document["_id"]))
        return Became(document["_id"], losses=(Loss("unreadable"),))


def _ours(
    found: Mapping[Any, Document], school: School, become: Callable[[ObjectId, Document, School], Became]
) -> dict[ObjectId, Document]:
    made = {old: become(old, document, school).document for old, document in found.items()}
    return {old: document for old, document in made.items() if document is not None}


def _with_last(batches: Iterator[list[Document]]) -> Iterator[tuple[list[Document], bool]]:
    """Each batch with whether it is the last; where there is none, an empty one."""
    waiting: list[Document] = []
    for batch in batches:
        if waiting:
            yield waiting, False
        waiting = batch
    yield waiting, True
