import pytest

from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from tests.merging import left_behind, looked_at, merge, wrong_counters
from tests.world import MadeCourse, Person, World


@pytest.fixture
def two(world: World) -> tuple[Person, Person]:
    return world.person("instructor", firstName="Asha"), world.person("instructor", firstName="Aasha")


def authors(course: MadeCourse) -> tuple[object, list[object]]:
    found = courses.raw.find_one({"_id": course.id})
    return found["instructor"], found["coAuthors"]


def test_courses_follow_and_nobody_writes_one_twice(world: World, two: tuple[Person, Person]) -> None:
    (kept, merged), third = two, world.person("instructor")
    owned, both, other, deleted = (world.course(each) for each in (merged, kept, third, merged))
    for course, added in ((owned, [third, kept]), (both, [merged, third]), (other, [merged, kept])):
        for each in added:
            assert courses.add_author(course.id, each.id)
    courses.raw.update_one({"_id": deleted.id}, {"$set": {"deletedAt": courses.raw.find_one()["createdAt"]}})
    before = world.get(f"/courses/getCourseDetails/{owned.id}").json["data"]
    assert before["instructor"]["name"] == "Aasha Sharma"
    merge(kept, merged)
    assert authors(owned) == (kept.id, [third.id])
    assert authors(both) == (kept.id, [third.id])
    assert authors(other) == (third.id, [kept.id])
    assert authors(deleted) == (kept.id, [])
    assert left_behind(merged) == []
    after = world.get(f"/courses/getCourseDetails/{owned.id}").json["data"]
    assert after["instructor"]["name"] == "Asha Sharma"


@pytest.mark.parametrize("author", [0, 1])
def test_an_author_is_no_learner_of_their_own_course(world: World, two: tuple[Person, Person], author: int) -> None:
    (kept, merged), learner = two, world.person()
    course = world.course(two[author])
    for person, rating in ((two[1 - author], 5), (learner, 3)):
        world.enroll(person, course, "purchase")
        world.post("/courses/createRating", {"courseId": str(course.id), "rating": rating, "review": ""}, by=person)
    enrollments.update_many({}, {"$set": {"amountPaid": 100}})
    [said] = looked_at(kept, merged).becomes
    assert "Their enrolment ends, for they write it. Their review of it is deleted. It was paid for" in said
    merge(kept, merged)
    ended = enrollments.get({"user": kept.id, "course": course.id})
    assert ended is not None
    assert (ended["status"], ended["amountPaid"]) == ("ended", 100)
    found = courses.get({"_id": course.id})
    assert found is not None
    assert (found["studentsCount"], found["ratingAverage"], reviews.count({})) == (1, 3, 1)
    assert (left_behind(merged), wrong_counters()) == ([], [])


def test_a_video_that_was_uploaded_can_still_become_a_lesson(world: World, two: tuple[Person, Person]) -> None:
    kept, merged = two
    course, video = world.course(merged), world.video(merged)
    merge(kept, merged)
    body = {"title": "Tides", "kind": "video", "videoPublicId": video}
    answer = world.post(f"/courses/addSubsection/{course.section}", body, by=kept)
    assert answer.status_code == 201, answer.text
