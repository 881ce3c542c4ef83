"""What belongs to what in a school of theirs, as little of it as will do: ids, and a few bytes an enrolment."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from typing import Any

from bson import ObjectId

from lms.moving.references import object_id

Id = bytes
"""An ObjectId's twelve bytes, which take half the room."""


@dataclass
class School:
    """`people` numbers accounts by their old ids; of several accounts of one person all have one number.

    Of what is `taken`, by collection, nothing else here knows.

    A pair is the number of a course and that of a learner in one integer. `merged` says into which account here another
    went, `sections` and `lessons` which course and section each belongs to of those that are there.
    """

    taken: dict[str, set[ObjectId]] = field(default_factory=dict)
    people: dict[Id, int] = field(default_factory=dict)
    person_ids: bytearray = field(default_factory=bytearray)
    merged: dict[ObjectId, ObjectId] = field(default_factory=dict)
    numbers_here: dict[ObjectId, int] = field(default_factory=dict)
    profiles_of_merged: set[ObjectId] = field(default_factory=set)
    without_profile: set[int] = field(default_factory=set)
    profile_owners: dict[Id, int] = field(default_factory=dict)
    shared_profiles: dict[int, ObjectId] = field(default_factory=dict)

    courses: dict[Id, int] = field(default_factory=dict)
    course_ids: list[ObjectId] = field(default_factory=list)
    course_authors: list[ObjectId | None] = field(default_factory=list)
    course_created: list[datetime] = field(default_factory=list)
    authors: set[Id] = field(default_factory=set)
    selling: set[Id] = field(default_factory=set)
    categories: dict[ObjectId, ObjectId] = field(default_factory=dict)
    listed_in: dict[ObjectId, ObjectId] = field(default_factory=dict)

    sections: dict[ObjectId, ObjectId] = field(default_factory=dict)
    sections_of: dict[ObjectId, list[ObjectId]] = field(default_factory=dict)
    lessons: dict[ObjectId, ObjectId] = field(default_factory=dict)
    lessons_of: dict[ObjectId, list[ObjectId]] = field(default_factory=dict)

    by_course: list["array[int]"] = field(default_factory=list)
    by_learner: list["array[int]"] = field(default_factory=list)
    learners: list["array[int]"] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    gone_learners: set[tuple[Id, Id]] = field(default_factory=set)

    first_progress: bytearray = field(default_factory=bytearray)
    more_progress: dict[int, list[ObjectId]] = field(default_factory=dict)
    progress_owners: dict[Id, int] = field(default_factory=dict)
    progress_names_users: bool = True
    newest_review: dict[Id, Id] = field(default_factory=dict)

    def add_person(self, old: ObjectId) -> int:
        """Number an account; all of one person have the number of the first."""
        here = self.merged.get(old, old)
        number = self.numbers_here.get(here, len(self.person_ids) // 12)
        if number == len(self.person_ids) // 12:
            self.person_ids += here.binary
        if here in self.merged_into:
            self.numbers_here[here] = number
        self.people[old.binary] = number
        return number

    @cached_property
    def merged_into(self) -> frozenset[ObjectId]:
        return frozenset(self.merged.values())

    def person(self, old: ObjectId | None) -> int | None:
        """The number of whoever had this account; none where it is gone."""
        return None if old is None else self.people.get(old.binary)

    def person_id(self, number: int) -> ObjectId:
        """The id of their account here."""
        return ObjectId(bytes(self.person_ids[12 * number : 12 * number + 12]))

    def account(self, old: ObjectId | None) -> ObjectId | None:
        """The account here of whoever had one there; none where that is gone."""
        number = self.person(old)
        return None if number is None else self.person_id(number)

    @property
    def without_own_profile(self) -> list[ObjectId]:
        """The accounts here of those who have no profile there, or share somebody else's."""
        return [self.person_id(number) for number in sorted(self.without_profile | self.shared_profiles.keys())]

    def course(self, old: ObjectId | None) -> int | None:
        return None if old is None else self.courses.get(old.binary)

    def course_of(self, value: Any) -> int | None:
        """The number of the course that a field of theirs names."""
        return self.course(object_id(value))

    def teaches(self, number: int, course: int) -> bool:
        """Whether the course is this person's own."""
        return self.person(self.course_authors[course]) == number

    def settle_learners(self) -> None:
        """Make one list of both sides' learners of each course, each once and in order."""
        self.by_course, self.by_learner = (
            [_once(each) for each in self.by_course],
            [_once(each) for each in self.by_learner],
        )
        self.learners = [_once(one + two) for one, two in zip(self.by_course, self.by_learner, strict=True)]
        self.offsets = [0, *accumulate(map(len, self.learners))]
        self.first_progress = bytearray(12 * self.offsets[-1])

    def only_learner_says(self, course_id: ObjectId, number: int) -> bool:
        """Whether the account names the course, and the course not the account."""
        course = self.course(course_id)
        if course is None or self.teaches(number, course):
            return False
        return _found_at(self.by_course[course], number) is None

    def only_course_says(self, course: int, number: int) -> bool:
        return _found_at(self.by_learner[course], number) is None

    def place(self, course: int | None, number: int | None) -> int | None:
        """Where a learner's enrolment stands; none where they do not attend the course."""
        if course is None or number is None:
            return None
        found = _found_at(self.learners[course], number)
        return None if found is None else self.offsets[course] + found

    def learner_of(self, progress: ObjectId, user: Any) -> int | None:
        """The number of whoever's progress a document is, by what it says itself or else by their account."""
        if self.progress_names_users:
            return self.person(object_id(user))
        return self.progress_owners.get(progress.binary)

    def first_progress_of(self, place: int) -> ObjectId | None:
        """The oldest document of progress of an enrolment; none where it has none. It is made at the purchase."""
        kept = bytes(self.first_progress[12 * place : 12 * place + 12])
        return ObjectId(kept) if any(kept) else None

    def progress_of(self, place: int) -> tuple[ObjectId | None, list[ObjectId]]:
        """The oldest document of progress of an enrolment, and the others."""
        several = self.more_progress.get(place)
        return (several[0], several[1:]) if several else (self.first_progress_of(place), [])

    def attending(self, place: int) -> tuple[int, int]:
        """The numbers of the course and the learner of an enrolment."""
        course = bisect_right(self.offsets, place) - 1
        return course, self.learners[course][place - self.offsets[course]]

    def learners_of(self, course: int) -> Iterator[tuple[int, int]]:
        """The places and the numbers of those who attend a course."""
        yield from enumerate(self.learners[course], self.offsets[course])

    def review_key(self, user: ObjectId, course: ObjectId) -> Id:
        """What tells whose review of which course one is; also of somebody who is gone."""
        return (self.account(user) or user).binary + course.binary

    @cached_property
    def section_places(self) -> dict[ObjectId, int]:
        """Which of its course each section is, from 0."""
        return _places(self.sections_of)

    @cached_property
    def lesson_places(self) -> dict[ObjectId, int]:
        """Which of its section each lesson is, from 0."""
        return _places(self.lessons_of)

    def lesson_ids_of(self, course_id: ObjectId) -> list[ObjectId]:
        """The lessons of a course in playing order."""
        sections = self.sections_of.get(course_id, [])
        return [lesson for section in sections for lesson in self.lessons_of.get(section, [])]


def _places(lists: dict[ObjectId, list[ObjectId]]) -> dict[ObjectId, int]:
    return {each: place for listed in lists.values() for place, each in enumerate(listed)}


def _found_at(numbers: "array[int]", wanted: int) -> int | None:
    place = bisect_left(numbers, wanted)
    return place if place < len(numbers) and numbers[place] == wanted else None


def _once(numbers: "array[int]") -> "array[int]":
    """Each once, in order."""
    return array("I", sorted(set(numbers)))
