"""Learns what belongs to what in their database, reading only what names something else."""

from array import array
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bson import ObjectId

from lms.models.catalogue.categories import categories
from lms.moving.aliases import FIELDS, projection, read
from lms.moving.became import moment
from lms.moving.categories import merged_categories
from lms.moving.courses import is_published
from lms.moving.people import merged_accounts
from lms.moving.references import ids_in, object_id
from lms.moving.school import School
from lms.moving.source import Source
from lms.moving.taken import NAMED, same_people, taken_by_kind
from lms.moving.users import account_type

Document = Mapping[str, Any]
Step = Callable[[int], None]

READ_TWICE = ("users", "courses")
"""Accounts to know first which are one person's, courses to know first which there are."""


def survey(source: Source, step: Step = lambda count: None) -> School:
    """Read the whole of their database once, but for its contents."""
    taken = taken_by_kind(source, step)
    same = same_people(source, taken["users"])
    merged = {**merged_accounts(source, taken["users"], step), **{each: each for each in same}}
    school = School(taken={**taken, "users": taken["users"] - same}, merged=merged)
    school.progress_names_users = _progress_names_users(source)
    for learn in (_courses, _categories, _people, _profiles, _learners, _outline, _progress, _reviews):
        learn(source, school, step)
    return school


def to_read(source: Source) -> int:
    """How many documents a survey reads."""
    times = {kind: 1 + (kind in READ_TWICE) + (kind in NAMED) for kind in FIELDS if kind != "categories"}
    return sum(source.count(kind) * each for kind, each in times.items())


def _read(
    source: Source, school: School, kind: str, step: Step, *fields: str
) -> Iterator[tuple[ObjectId, dict[str, Any]]]:
    """Each document but for those whose ids are taken."""
    taken = school.taken.get(kind, ())
    for batch in source.batches(kind, projection(kind, *fields)):
        yield from ((each["_id"], read(kind, each)) for each in batch if each["_id"] not in taken)
        step(len(batch))


def _progress_names_users(source: Source) -> bool:
    """In one branch only the learner's account says whose progress a document is."""
    named = [{alias: {"$exists": True}} for alias in FIELDS["courseprogresses"]["user"]]
    return not source.holds("courseprogresses", {}) or source.holds("courseprogresses", {"$or": named})


def _courses(source: Source, school: School, step: Step) -> None:
    for course_id, course in _read(source, school, "courses", step, "instructor", "content", "status", "createdAt"):
        school.courses[course_id.binary] = len(school.course_ids)
        school.course_ids.append(course_id)
        author = object_id(course["instructor"])
        school.course_authors.append(author)
        school.course_created.append(moment(course["createdAt"], course_id))
        if author is not None:
            school.authors.add(author.binary)
            school.selling |= {author.binary} if is_published(course["status"]) else set()
        school.by_course.append(array("I"))
        school.by_learner.append(array("I"))
        # The first course that names a section has it.
        named = dict.fromkeys(ids_in(course["content"]))
        school.sections_of[course_id] = [
            each for each in named if school.sections.setdefault(each, course_id) == course_id
        ]


def _categories(source: Source, school: School, step: Step) -> None:
    found = [each for batch in source.batches("categories") for each in batch]
    old = {each["_id"] for each in found}
    here = {each["name"].casefold(): each["_id"] for each in categories.raw.find() if each["_id"] not in old}
    school.categories = merged_categories(found, here)
    for each in found:
        for course_id in ids_in(read("categories", each)["courses"]):
            school.listed_in.setdefault(course_id, school.categories[each["_id"]])


def _people(source: Source, school: School, step: Step) -> None:
    for old, user in _read(source, school, "users", step, "courses", "courseProgress", "accountType", "profile"):
        number = school.add_person(old)
        profile = object_id(user["profile"])
        if old in school.merged:
            school.profiles_of_merged |= {profile} if profile else set()
        if profile is None:
            school.without_profile.add(number)
        elif profile.binary in school.profile_owners:
            school.shared_profiles[number] = profile
        else:
            school.profile_owners[profile.binary] = number
        if not school.progress_names_users:
            school.progress_owners.update((each.binary, number) for each in ids_in(user["courseProgress"]))
        if account_type(user["accountType"]) in ("student", None):
            named = (school.course(each) for each in ids_in(user["courses"]))
            for course in named:
                if course is not None and not school.teaches(number, course):
                    school.by_learner[course].append(number)


def _profiles(source: Source, school: School, step: Step) -> None:
    """Learn whose profile is not there."""
    missing = dict(school.profile_owners)
    for profile, _ in _read(source, school, "profiles", step):
        missing.pop(profile.binary, None)
    school.without_profile |= set(missing.values())


def _learners(source: Source, school: School, step: Step) -> None:
    for course_id, course in _read(source, school, "courses", step, "students"):
        number = school.course(course_id)
        if number is None:
            continue
        for learner in ids_in(course["students"]):
            person = school.person(learner)
            if person is None:
                school.gone_learners.add((course_id.binary, learner.binary))
            elif not school.teaches(person, number):
                school.by_course[number].append(person)
    school.settle_learners()


def _outline(source: Source, school: School, step: Step) -> None:
    """Keep of what courses and sections name what is there."""
    present: set[ObjectId] = set()
    for section_id, section in _read(source, school, "sections", step, "lessons"):
        if section_id in school.sections:
            present.add(section_id)
            named = dict.fromkeys(ids_in(section["lessons"]))
            school.lessons_of[section_id] = [
                each for each in named if school.lessons.setdefault(each, section_id) == section_id
            ]
    school.sections = {section: course for section, course in school.sections.items() if section in present}
    for course_id, sections in school.sections_of.items():
        school.sections_of[course_id] = [each for each in sections if each in present]
    found = {lesson for lesson, _ in _read(source, school, "subsections", step) if lesson in school.lessons}
    school.lessons = {lesson: section for lesson, section in school.lessons.items() if lesson in found}
    for section_id, lessons in school.lessons_of.items():
        school.lessons_of[section_id] = [each for each in lessons if each in found]


def _progress(source: Source, school: School, step: Step) -> None:
    """Learn which document of progress of an enrolment is the oldest, and where there are more."""
    for old, progress in _read(source, school, "courseprogresses", step, "course", "user"):
        place = school.place(school.course(object_id(progress["course"])), school.learner_of(old, progress["user"]))
        if place is None:
            continue
        first = school.first_progress_of(place)
        if first is None:
            school.first_progress[12 * place : 12 * place + 12] = old.binary
        else:
            school.more_progress.setdefault(place, [first]).append(old)


def _reviews(source: Source, school: School, step: Step) -> None:
    """Learn which review is a learner's newest of a course; ids come in the order of their making."""
    for old, review in _read(source, school, "ratingandreviews", step, "user", "course"):
        user, course = object_id(review["user"]), object_id(review["course"])
        if user is not None and course is not None:
            school.newest_review[school.review_key(user, course)] = old.binary
