from datetime import date, timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.analytics import rollups
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from tests.raw_counts import day
from tests.world import MadeCourse, Person, World, faults, refused


def count(world: World) -> None:
    rollups.recount_all()
    world.run_jobs()


def report(world: World, admin: Person, query: str = "") -> dict[str, Any]:
    answer = world.get(f"/analytics?{query}", by=admin)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json["data"]
    return data


def watched(world: World, person: Person, course: MadeCourse, lessons: int) -> None:
    for lesson in course.lessons[:lessons]:
        body = {"subsectionId": str(lesson.id), "completed": True, "position": 60}
        assert world.post(f"/profile/updateCourseProgress/{course.id}", body, by=person).status_code == 200


def rated(world: World, course: MadeCourse, *stars: int) -> None:
    for rating in stars:
        person = world.person()
        world.enroll(person, course)
        body = {"courseId": str(course.id), "rating": rating, "review": "So it is."}
        assert world.post("/courses/createRating", body, by=person).status_code == 201


def test_the_report_of_a_day(world: World, admin: Person) -> None:
    teacher, learner, other = world.person("instructor"), world.person(), world.person()
    shelf = world.category("Shelf")
    course = world.course(teacher, lessons=4, category=shelf)
    world.enroll(learner, course, "purchase", 49_900)
    world.enroll(other, course)
    world.book(other, course, -9_900)
    watched(world, learner, course, 2)
    count(world)
    data = report(world, admin)
    assert len(data["series"]) == len(data["activeLearnersByDay"]) + 29 == 30
    assert (data["timezone"], data["granularity"]) == ("Asia/Kolkata", "day")
    assert date.fromisoformat(data["to"]) - date.fromisoformat(data["from"]) == timedelta(days=29)
    last = data["series"][-1]
    assert last["period"] == data["to"] == day(now()).isoformat()
    figures = {"enrollments": 2, "netRevenue": 40_000}
    assert last["categories"] == [{"category": {"id": str(shelf), "name": "Shelf"}, **figures}]
    assert last["funnel"] == {"enrolled": 2, "started": 1, "half": 1, "finished": 0}
    assert (last["activeLearners"], last["captured"], last["refunded"]) == (1, 49_900, 9_900)
    assert data["totals"]["usersEnrolled"] == data["totals"]["newLearners"] == 2
    assert data["totals"]["signUps"] == 3
    assert {name: data["totals"][name] for name in figures} == figures
    assert data["activeLearnersByDay"] == [{"day": data["to"], "activeLearners": 1}]


def test_a_finished_course_and_an_ended_enrolment(world: World, admin: Person) -> None:
    course = world.course(world.person("instructor"), lessons=1)
    finisher, gone = world.person(), world.person()
    for person in (finisher, gone):
        world.enroll(person, course)
        watched(world, person, course, 1)
    enrollments.update({"user": gone.id}, {"$set": {"status": "refunded", "endedAt": now()}})
    count(world)
    totals = report(world, admin)["totals"]
    assert totals["funnel"] == {"enrolled": 1, "started": 1, "half": 1, "finished": 1}
    assert (totals["enrollments"], totals["ended"], totals["completions"], totals["usersEnrolled"]) == (2, 1, 2, 2)


def test_ratings_are_weighted_by_their_count(world: World, admin: Person) -> None:
    teacher, shelf = world.person("instructor"), world.category("Shelf")
    many = world.course(teacher, 1, title="Many", category=shelf)
    one = world.course(teacher, 1, title="One", category=shelf)
    poor = world.course(teacher, 1, title="Poor")
    world.draft(teacher, title="Draft")
    rated(world, many, *[5] * 11, 4)
    rated(world, one, 5)
    rated(world, poor, 1, 2)
    data = report(world, admin)
    assert [each["title"] for each in data["topRated"]] == ["Many", "One", "Poor"]
    mean = (59 + 5 + 3) / 15
    expected = [(59 + 10 * mean) / 22, (5 + 10 * mean) / 11, (3 + 10 * mean) / 12]
    assert [each["weightedRating"] for each in data["topRated"]] == [round(each, 3) for each in expected]
    by_category = {each["category"]["name"]: each for each in data["ratingsByCategory"]}
    assert (by_category["Shelf"]["averageRating"], by_category["Shelf"]["ratingCount"]) == (round(64 / 13, 2), 13)
    assert len(by_category) == 2


def test_publications_and_prices(world: World, admin: Person) -> None:
    teacher = world.person("instructor")
    # The last second of February in India, and the first of March.
    ends = (now() - timedelta(days=400)).replace(month=2, day=28, hour=18, minute=29, second=59, microsecond=0)
    leap = 1 if ends.year % 4 == 0 else 0
    for moment, amount in ((ends + timedelta(days=leap), 0), (ends + timedelta(days=leap, seconds=1), 49_999)):
        world.course(teacher, 1, publishedAt=moment, amount=amount)
    archived = world.course(teacher, 1, publishedAt=now(), amount=50_000, status="archived")
    gone = world.course(teacher, 1, publishedAt=now(), amount=500_000)
    world.enroll(world.person(), archived)
    data = report(world, admin)
    this = {"month": day(now()).month, "courses": 2}
    assert data["coursesPublished"] == [
        {"year": ends.year, "courses": 2, "months": [{"month": 2, "courses": 1}, {"month": 3, "courses": 1}]},
        {"year": day(now()).year, "courses": 2, "months": [this]},
    ]
    assert [each["courses"] for each in data["priceBuckets"]] == [1, 1, 0, 0, 0, 1]
    assert (data["priceBuckets"][0]["from"], data["priceBuckets"][-1]["to"]) == (0, None)
    courses.update({"_id": gone.id}, {"$set": {"deletedAt": now()}})
    assert report(world, admin)["coursesPublished"][1]["courses"] == 1


def test_weeks_and_months_are_whole(world: World, admin: Person) -> None:
    data = report(world, admin, "granularity=week&from=2026-03-04&to=2026-03-11")
    assert (data["from"], data["to"]) == ("2026-03-02", "2026-03-15")
    assert [each["period"] for each in data["series"]] == ["2026-03-02", "2026-03-09"]
    data = report(world, admin, "granularity=month&from=2025-12-31&to=2026-02-01")
    assert (data["from"], data["to"]) == ("2025-12-01", "2026-02-28")
    assert [each["period"] for each in data["series"]] == ["2025-12-01", "2026-01-01", "2026-02-01"]


def test_nothing_yet(world: World, admin: Person) -> None:
    data = report(world, admin)
    assert data["countedUntil"] is None
    assert data["totals"]["codes"] == {"sent": 0, "failed": 0, "waiting": 0, "deliveryRate": None}
    assert data["totals"]["averageRating"] is None
    assert data["topRated"] == data["ratingsByCategory"] == data["coursesPublished"] == []


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("from=2026-02-02&to=2026-02-01", {"from"}),
        ("from=2024-12-31&to=2026-01-01", {"from"}),
        ("granularity=week&from=2020-01-01&to=2026-01-01", {"from"}),
        ("granularity=month&from=2020-12-31&to=2026-01-01", {"from"}),
        ("granularity=hour", {"granularity"}),
        ("from=soon", {"from"}),
        ("to=1999-12-31", {"to"}),
        ("to=2101-01-01", {"to"}),
    ],
)
def test_ranges_that_cannot_be_are_refused(world: World, admin: Person, query: str, fields: set[str]) -> None:
    assert faults(world.get(f"/analytics?{query}", by=admin)) == fields


@pytest.mark.parametrize(
    ("query", "periods"),
    [
        ("from=2025-01-01&to=2026-01-01", 366),
        ("granularity=month&from=2021-02-28&to=2026-01-01", 60),
        ("from=2100-12-31&to=2100-12-31", 1),
    ],
)
def test_the_longest_ranges(world: World, admin: Person, query: str, periods: int) -> None:
    assert len(report(world, admin, query)["series"]) == periods


def test_the_report_of_a_course(world: World) -> None:
    teacher = world.person("instructor")
    course, other = world.course(teacher, lessons=2), world.course(teacher, lessons=1)
    half, done, gone = world.person(), world.person(), world.person()
    for person in (half, done, gone):
        world.enroll(person, course, "purchase", 10_000)
        world.enroll(person, other, "purchase", 77_700)
    watched(world, half, course, 1)
    watched(world, done, course, 2)
    watched(world, gone, course, 2)
    enrollments.update({"user": gone.id, "course": course.id}, {"$set": {"status": "refunded", "endedAt": now()}})
    world.book(gone, course, -10_000)
    rated(world, course, 4)
    answer = world.get(f"/analytics/courses/{course.id}?granularity=month", by=teacher)
    data = answer.json["data"]
    assert data["totals"] == {
        "students": 3,
        "ended": 1,
        "netRevenue": 20_000,
        "averageRating": 4,
        "ratingCount": 1,
        "ratingHistogram": {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0},
        "funnel": {"enrolled": 3, "started": 2, "half": 2, "finished": 1},
        "opening": None,
    }
    ids = [str(lesson.id) for lesson in course.lessons]
    assert [each.pop("id") for each in data["lessons"]] == ids
    assert data["lessons"] == [
        {"title": "A lesson", "started": 2, "completed": 2, "stopped": 1},
        {"title": "A lesson", "started": 1, "completed": 1, "stopped": 0},
    ]
    this = {"period": day(now()).replace(day=1).isoformat(), "enrollments": 4, "ended": 1, "netRevenue": 20_000}
    assert data["series"][-1] == this
    assert len(data["series"]) == 12


def test_a_course_without_lessons_or_learners(world: World) -> None:
    teacher = world.person("instructor")
    course = world.draft(teacher, lessons=0)
    data = world.get(f"/analytics/courses/{course.id}", by=teacher).json["data"]
    assert data["lessons"] == []
    assert data["totals"]["funnel"] == {"enrolled": 0, "started": 0, "half": 0, "finished": 0}
    assert data["totals"]["averageRating"] is None


def test_a_course_that_is_not_theirs_is_none(world: World) -> None:
    course = world.course(world.person("instructor"))
    for course_id in (course.id, ObjectId()):
        answer = world.get(f"/analytics/courses/{course_id}", by=world.person("instructor"))
        assert refused(answer) == (404, "course_not_found")
    assert world.get(f"/analytics/courses/{course.id}", by=world.person("admin")).status_code == 200


def test_a_hidden_review_counts_no_more_after_the_next_count(world: World, admin: Person) -> None:
    course = world.course(world.person("instructor"), 1)
    rated(world, course, 5, 1)
    count(world)
    assert report(world, admin)["totals"]["averageRating"] == 3
    reviews.update({"rating": 1}, {"$set": {"status": "hidden", "updatedAt": now()}})
    rollups.refresh()
    world.run_jobs()
    assert report(world, admin)["totals"]["averageRating"] == 5
