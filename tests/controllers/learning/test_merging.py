"""What one person has learned with two accounts, against plain Python that says what they should have."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.learning.progress import united
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from lms.models.stages import AT_ANY_TIME
from tests.merging import left_behind, looked_at, merge, wrong_counters
from tests.world import MadeCourse, Person, World

BEGINNING = datetime(2026, 1, 1)
WORLDS = 25


def moment(luck: random.Random) -> datetime:
    return BEGINNING + timedelta(minutes=luck.randrange(10_000))


def enrolled(luck: random.Random, person: Person, course: MadeCourse) -> None:
    status = luck.choice(["active", "active", "left", "ended", "refunded"])
    source = "purchase" if status == "refunded" else luck.choice(["free", "purchase", "staff", "imported"])
    bought = {"order": ObjectId(), "amountPaid": luck.choice([100, 300, 500])} if source == "purchase" else {}
    ended = {"endedAt": moment(luck), "endedReason": status} if status != "active" else {}
    made = {"_id": ObjectId(), "user": person.id, "course": course.id, "status": status, "source": source}
    enrollments.insert({**made, "amountPaid": 0, "enrolledAt": moment(luck), **bought, **ended})
    if status == "active":
        courses.count_student(course.id, 1)


def learned(luck: random.Random, person: Person, course: MadeCourse) -> None:
    lessons: dict[str, dict[str, Any]] = {}
    for lesson in course.lessons:
        state: dict[str, Any] = {}
        if luck.random() < 0.6:
            state |= {"position": luck.randrange(90), "positionAt": moment(luck)}
        if luck.random() < 0.6:
            state |= {"completed": luck.random() < 0.7, "completedAt": moment(luck)}
        if state:
            lessons[str(lesson.id)] = state
    completed = [ObjectId(name) for name, state in lessons.items() if state.get("completed")]
    finished = moment(luck) if len(completed) == len(course.lessons) or luck.random() < 0.2 else None
    fields = {"lessons": lessons, "completed": completed, "resume": None, "completedAt": finished}
    course_progress.save(person.id, course.id, {**fields, "updatedAt": moment(luck)})


def reviewed(luck: random.Random, person: Person, course: MadeCourse) -> None:
    status = luck.choice(["visible", "visible", "hidden"])
    rating, at = luck.randint(1, 5), moment(luck)
    gone = {"deletedAt": luck.choice([BEGINNING, moment(luck)])} if luck.random() < 0.4 else {}
    made = {"_id": ObjectId(), "user": person.id, "course": course.id, "rating": rating, "review": "", "reports": []}
    reviews.raw.insert_one({**made, "status": status, "createdAt": at, "updatedAt": at, **gone})
    if status == "visible" and not gone:
        courses.move_rating(course.id, None, rating)


def of(collection: Any, person: Person, course: MadeCourse, **where: Any) -> list[Mapping[str, Any]]:
    return list(collection.raw.find({"user": person.id, "course": course.id, **where}))


def theirs(each: Mapping[str, Any]) -> bool:
    return each["status"] == "active" or (each["status"] == "left" and each["source"] != "free")


def right_enrolment(before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]) -> None:
    """One at most; open where one was, theirs where one was, bought where one was, since the first."""
    assert len(after) == bool(before)
    if not before:
        return
    [left] = after
    held = [each for each in before if theirs(each)]
    bought = [each for each in held if each["source"] == "purchase"]
    assert (left["status"] == "active") == any(each["status"] == "active" for each in before)
    assert theirs(left) == bool(held)
    assert ("endedAt" in left, "endedReason" in left) == (left["status"] != "active",) * 2
    if held:
        assert left["enrolledAt"] == min(each["enrolledAt"] for each in held)
    if bought:
        most = max(bought, key=lambda each: each["amountPaid"])["amountPaid"]
        orders = {each["order"] for each in bought if each["amountPaid"] == most}
        assert (left["source"], left["amountPaid"], left["order"] in orders) == ("purchase", most, True)
    else:
        assert (left["source"], left.get("order")) in [(each["source"], each.get("order")) for each in before]


def right_progress(before: list[Mapping[str, Any]], after: list[Mapping[str, Any]], course: MadeCourse) -> None:
    """All that either has completed, each position of the latest, completed since the first."""
    assert len(after) == bool(before)
    if not before:
        return
    done = {lesson for each in before for lesson in each["completed"]}
    assert set(after[0]["completed"]) == done
    finished = [each["completedAt"] for each in before if each["completedAt"]]
    if finished:
        assert after[0]["completedAt"] == min(finished)
    else:
        assert bool(after[0]["completedAt"]) == (len(before) == 2 and done == {each.id for each in course.lessons})
    for lesson in after[0]["lessons"]:
        told = [each["lessons"][lesson] for each in before if "positionAt" in each["lessons"].get(lesson, {})]
        last = max(told, key=lambda each: (each["positionAt"], each["position"]), default={})
        assert after[0]["lessons"][lesson].get("position") == last.get("position")


def right_reviews(before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]) -> None:
    """The newest of those that were there is, and none is lost."""
    assert {each["_id"] for each in after} == {each["_id"] for each in before}
    there = [each for each in before if "deletedAt" not in each]
    left = [each["_id"] for each in after if "deletedAt" not in each]
    assert left == ([max(there, key=lambda each: each["updatedAt"])["_id"]] if there else [])


def documents(collection: Any, person: Person) -> list[Any]:
    return list(collection.raw.find({"user": person.id}).sort("_id", 1))


def test_a_person_has_afterwards_what_plain_python_says(world: World) -> None:
    for seed in range(WORLDS):
        luck = random.Random(seed)
        world.empty()
        teacher = world.person("instructor")
        made = [world.course(teacher, lessons=2) for _ in range(3)]
        kept, merged, other = (world.person() for _ in range(3))
        for person in (kept, merged, other):
            for course in made:
                for happens in (enrolled, learned, reviewed):
                    if luck.random() < 0.7:
                        happens(luck, person, course)
        kinds = (enrollments, course_progress, reviews)
        before = {(c.id, k.name): [*of(k, kept, c), *of(k, merged, c)] for c in made for k in kinds}
        others = [documents(kind, other) for kind in kinds]
        merge(kept, merged, looked_at(kept, merged).seen)
        for course in made:
            right_enrolment(before[course.id, "enrollments"], of(enrollments, kept, course))
            right_progress(before[course.id, "courseProgress"], of(course_progress, kept, course), course)
            right_reviews(before[course.id, "ratingAndReviews"], of(reviews, kept, course))
        assert others == [documents(kind, other) for kind in kinds]
        assert (left_behind(merged), wrong_counters()) == ([], []), seed


def test_what_is_united_is_the_same_in_any_order_and_twice(world: World) -> None:
    course = world.course(world.person("instructor"), lessons=3)
    one, two = world.person(), world.person()
    for seed in range(30):
        luck = random.Random(seed)
        for person in (one, two):
            learned(luck, person, course)
        a, b = (course_progress.of_learner(each.id, course.id) for each in (one, two))
        assert a is not None
        assert b is not None
        both = united(a, b)
        assert united(b, a) == both
        assert united({**a, **both}, b) == both  # type: ignore[typeddict-item]


def test_the_course_is_completed_by_who_has_all_of_it_together(world: World, course: MadeCourse) -> None:
    kept, merged = world.person(), world.person()
    for person, lessons in ((kept, course.lessons[:2]), (merged, course.lessons[2:])):
        world.enroll(person, course)
        for lesson in lessons:
            form = {"subsectionId": str(lesson.id), "completed": True}
            world.post(f"/profile/updateCourseProgress/{course.id}", form, by=person)
    merge(kept, merged)
    found = course_progress.of_learner(kept.id, course.id)
    assert found is not None
    assert found["completedAt"] is not None


@pytest.mark.parametrize(("decided", "left"), [(False, (1, True)), (True, (0, False))])
def test_reports_follow_and_one_person_reports_once(
    world: World, course: MadeCourse, attending: Person, decided: bool, left: tuple[int, bool]
) -> None:
    kept, merged, third = world.person(), world.person(), world.person()
    review = reviews.publish(attending.id, course.id, 2, "Bad.")
    single = reviews.publish(third.id, course.id, 3, "So so.")
    reviews.report(review, kept.id, "Rude.")
    if decided:
        reviews.decide(review, "kept", "visible")
    reviews.report(review, merged.id, "Rude, too.")
    reviews.report(single, merged.id, "Spam.")
    merge(kept, merged)
    twice, once = (reviews.get({"_id": each}) for each in (review, single))
    assert twice is not None
    assert once is not None
    assert [each["user"] for each in twice["reports"]] == [each["user"] for each in once["reports"]] == [kept.id]
    assert (twice.get("openReports", 0), "reportedAt" in twice) == left
    assert once["openReports"] == 1
    assert reviews.count({"reportedAt": AT_ANY_TIME}) == 1 + left[0]


def test_their_pages_are_fresh_afterwards(world: World, course: MadeCourse) -> None:
    kept, merged = world.person(firstName="Asha"), world.person(firstName="Aasha")
    for person, rating in ((kept, 2), (merged, 5)):
        world.enroll(person, course)
        body = {"courseId": str(course.id), "rating": rating, "review": "Good."}
        world.post("/courses/createRating", body, by=person)
    users.update({"_id": merged.id}, {"$set": {"updatedAt": now()}})
    pages = (f"/courses/getReviews?courseId={course.id}", f"/courses/getCourseDetails/{course.id}")
    shown = [world.get(page).json["data"] for page in pages]
    assert (len(shown[0]), shown[1]["studentsCount"], shown[1]["ratingCount"]) == (2, 2, 2)
    assert world.get("/profile/getEnrolledCourses/me", by=kept).json["data"]
    merge(kept, merged)
    shown = [world.get(page).json["data"] for page in pages]
    assert [(each["rating"], each["user"]["name"]) for each in shown[0]] == [(5, "Asha Sharma")]
    assert (shown[1]["studentsCount"], shown[1]["ratingCount"], shown[1]["ratingAverage"]) == (1, 1, 5)
