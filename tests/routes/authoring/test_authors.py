"""Courses of several authors: the owner, and co-authors whom the owner adds."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lms.controllers.accounts import erasure
from lms.controllers.accounts import users as decisions
from lms.controllers.moderation import courses as moderation
from lms.errors import OwnWork
from lms.models.accounts.users import users
from lms.models.actors import Actor
from lms.models.base import now
from lms.models.catalogue.courses import MOST_CO_AUTHORS, courses
from tests.world import MadeCourse, Person, World, avatar_of, by, refused


@pytest.fixture
def other(world: World) -> Person:
    return world.person("instructor", firstName="Meera", lastName="Rao")


def add(world: World, owner: Person, course: MadeCourse, email: str) -> TestResponse:
    return world.put(f"/courses/authors/{course.id}", {"email": email}, by=owner)


def remove(world: World, owner: Person, course: MadeCourse, email: str) -> TestResponse:
    return world.delete(f"/courses/authors/{course.id}", {"email": email}, by=owner)


def page(world: World, course: MadeCourse) -> Any:
    return world.get(f"/courses/getCourseDetails/{course.id}").json["data"]


def own(world: World, person: Person) -> list[str]:
    return [each["id"] for each in world.get("/courses/getInstructorCourses", by=person).json["data"]]


def test_the_owner_adds_and_removes_them(world: World, teacher: Person, other: Person, course: MadeCourse) -> None:
    assert page(world, course)["coAuthors"] == []
    shown = {"id": str(other.id), "name": "Meera Rao", "image": avatar_of(other)}
    assert add(world, teacher, course, other.email).json["data"]["coAuthors"] == [shown]
    assert (page(world, course)["coAuthors"], page(world, course)["instructor"]["id"]) == ([shown], str(teacher.id))
    assert own(world, other) == [str(course.id)]
    world.run_jobs()
    assert world.inbox.to(other.email)[-1].subject == "You are a co-author"
    assert remove(world, teacher, course, other.email).json["data"]["coAuthors"] == []
    assert (page(world, course)["coAuthors"], own(world, other)) == ([], [])


def test_who_may_not_teach_is_not_added(world: World, teacher: Person, learner: Person, course: MadeCourse) -> None:
    people = [
        learner,
        world.person("admin"),
        world.person("instructor", appliedAt=now()),
        world.person("instructor", status="suspended"),
        world.person("instructor", emailVerifiedAt=None),
    ]
    for email in (*(person.email for person in people), "nobody@example.com"):
        assert refused(add(world, teacher, course, email)) == (409, "cannot_co_author")


def test_nobody_is_an_author_twice(world: World, teacher: Person, other: Person, course: MadeCourse) -> None:
    add(world, teacher, course, other.email)
    for email in (teacher.email, other.email):
        assert refused(add(world, teacher, course, email)) == (409, "already_author")


def test_there_are_twenty_at_most(world: World, teacher: Person, other: Person, course: MadeCourse) -> None:
    many = [world.person("instructor").id for _ in range(MOST_CO_AUTHORS)]
    courses.raw.update_one({"_id": course.id}, {"$set": {"coAuthors": many}})
    assert refused(add(world, teacher, course, other.email)) == (409, "too_many_authors")


def test_only_co_authors_are_removed(world: World, teacher: Person, other: Person, course: MadeCourse) -> None:
    for email in (other.email, teacher.email, "nobody@example.com"):
        assert refused(remove(world, teacher, course, email)) == (409, "not_co_author")


def test_they_write_the_course_and_do_not_decide_on_it(
    world: World, teacher: Person, other: Person, course: MadeCourse
) -> None:
    add(world, teacher, course, other.email)
    lesson = course.lessons[1].id
    for answer in (
        world.put(f"/courses/editCourse/{course.id}", {"title": "Ours"}, by=other),
        world.post(f"/courses/addSectionToACourse/{course.id}", {"sectionName": "More"}, by=other),
        world.put(f"/courses/updateSection/{course.section}", {"sectionName": "First"}, by=other),
        world.put(f"/courses/updateSubsection/{lesson}", {"title": "Better"}, by=other),
        world.get(f"/courses/getFullCourseDetails/{course.id}", by=other),
        world.get(f"/courses/playback/{lesson}", by=other),
        world.get(f"/analytics/courses/{course.id}", by=other),
    ):
        assert answer.status_code in (200, 201), answer.text
    assert page(world, course)["title"] == "Ours"
    for answer in (
        world.post(f"/courses/submitCourse/{course.id}", by=other),
        world.post(f"/courses/unpublishCourse/{course.id}", by=other),
        world.delete(f"/courses/deleteCourse/{course.id}", by=other),
        world.post(f"/courses/restoreCourse/{course.id}", by=other),
        add(world, other, course, world.person("instructor").email),
        remove(world, other, course, other.email),
    ):
        assert refused(answer) == (404, "course_not_found")
    assert refused(world.put(f"/courses/editCourse/{course.id}", {"title": "No"}, by=world.person("instructor")))


def test_they_see_its_draft(world: World, teacher: Person, other: Person) -> None:
    draft = world.draft(teacher)
    assert world.get(f"/courses/getCourseDetails/{draft.id}", by=other).status_code == 404
    add(world, teacher, draft, other.email)
    assert world.get(f"/courses/getCourseDetails/{draft.id}", by=other).status_code == 200


def test_they_do_not_buy_it(world: World, gateway: None, teacher: Person, other: Person) -> None:
    course = world.course(teacher, amount=49900)
    add(world, teacher, course, other.email)
    decisions.change_role(other.id, "student", None)
    assert refused(world.order(other, course)) == (409, "own_course")


def test_a_new_name_of_theirs_makes_the_page_old(
    world: World, teacher: Person, other: Person, course: MadeCourse
) -> None:
    add(world, teacher, course, other.email)
    assert page(world, course)["coAuthors"][0]["name"] == "Meera Rao"
    world.put("/profile/updateProfile/me", {"lastName": "Iyer"}, by=other)
    assert page(world, course)["coAuthors"][0]["name"] == "Meera Iyer"


def test_who_is_given_the_course_is_its_owner_alone(
    world: World, teacher: Person, other: Person, course: MadeCourse
) -> None:
    add(world, teacher, course, other.email)
    moderation.hand_over(course.id, other.email, "Agreed", None)
    shown = page(world, course)
    assert (shown["instructor"]["id"], shown["coAuthors"]) == (str(other.id), [])


def test_moderators_do_not_decide_on_what_they_write(world: World, teacher: Person, other: Person) -> None:
    course = world.course(teacher)
    add(world, teacher, course, other.email)
    with pytest.raises(OwnWork):
        by(Actor(other.id, "Meera Rao", "moderator"), moderation.archive, course.id, None, "No")


def test_erasure_takes_them_out(world: World, teacher: Person, other: Person, course: MadeCourse) -> None:
    add(world, teacher, course, other.email)
    assert len(page(world, course)["coAuthors"]) == 1
    users.raw.update_one({"_id": other.id}, {"$set": {"deletedAt": now() - timedelta(days=31)}})
    erasure.erase_deleted()
    assert page(world, course)["coAuthors"] == []
    assert courses.raw.find_one({"_id": course.id})["coAuthors"] == []  # type: ignore[index]
