from datetime import timedelta
from typing import Any

import pytest

from lms.models.certificates.certificates import certificates
from tests.certificates import completed, enable, held
from tests.merging import left_behind, looked_at, merge
from tests.world import MadeCourse, Person, World


@pytest.fixture
def two(world: World) -> tuple[Person, Person]:
    return world.person(firstName="Asha"), world.person(firstName="Aasha")


def verified(world: World, certificate: Any) -> Any:
    return world.get(f"/certificates/verify/{certificate['code']}").json["data"]


def test_a_certificate_follows_as_it_was_signed(world: World, course: MadeCourse, two: tuple[Person, Person]) -> None:
    kept, merged = two
    enable(course)
    before = completed(world, merged, course)
    told = verified(world, before)
    merge(kept, merged)
    after = held(kept, course)
    assert {**after, "user": merged.id} == before
    assert verified(world, after) == told
    assert [each["id"] for each in world.get("/certificates/", by=kept).json["data"]] == [str(before["_id"])]


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("state", ["issued", "revoked"])
def test_of_two_the_earliest_that_holds_is_the_current_and_both_can_be_verified(
    world: World, course: MadeCourse, two: tuple[Person, Person], first: int, state: str
) -> None:
    kept, merged = two
    enable(course)
    both = [completed(world, each, course) for each in two]
    earlier = {"issuedAt": both[first]["issuedAt"] - timedelta(days=1)}
    certificates.update({"_id": both[first]["_id"]}, {"$set": {**earlier, "state": state}})
    told = [verified(world, each) for each in both]
    current = first if state == "issued" else 1 - first
    [said] = [each for row in looked_at(kept, merged).rows if row.label == "Certificates" for each in row.collisions]
    assert both[current]["code"] in said.decision
    merge(kept, merged)
    assert held(kept, course)["_id"] == both[current]["_id"]
    assert certificates.count({"user": kept.id}) == 2
    assert [verified(world, each) for each in both] == told
    assert left_behind(merged) == []


def test_who_completes_the_course_only_with_both_is_awarded_it(
    world: World, course: MadeCourse, two: tuple[Person, Person]
) -> None:
    kept, merged = two
    enable(course)
    for person, lessons in ((kept, course.lessons[:1]), (merged, course.lessons[1:])):
        world.enroll(person, course)
        for lesson in lessons:
            form = {"subsectionId": str(lesson.id), "completed": True}
            world.post(f"/profile/updateCourseProgress/{course.id}", form, by=person)
    merge(kept, merged)
    world.run_jobs()
    assert held(kept, course)["facts"]["recipientName"] == "Asha Sharma"
