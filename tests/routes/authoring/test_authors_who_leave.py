"""Courses whose author leaves, is suspended, comes back, or gives them to somebody else."""

from typing import Any

import pytest

from lms.controllers.accounts import erasure
from lms.controllers.accounts import users as user_controller
from lms.controllers.moderation import courses as moderation
from lms.errors import AuthorGone, NotAnAuthor
from lms.models.accounts.users import users
from lms.models.catalogue.courses import courses
from lms.models.system.audit_log import audit_log
from tests.world import PASSWORD, MadeCourse, Person, World, refused

LEAVE = "/profile/deleteAccount/me"
FULL = "/courses/getFullCourseDetails"


def shelf(world: World) -> list[str]:
    return [course["title"] for course in world.get("/courses/getAllCourses").json["data"]]


def status(course: MadeCourse) -> Any:
    found = courses.get({"_id": course.id})
    assert found is not None
    return found["status"]


def leave(world: World, person: Person, **fields: str) -> Any:
    return world.delete(LEAVE, {"password": PASSWORD, **fields}, by=person)


def test_an_author_with_courses_on_sale_is_told_what_happens(world: World, teacher: Person) -> None:
    made = [world.draft(teacher, status="published", title=f"Knots {number}") for number in range(5)]
    world.draft(teacher, title="A draft")
    answer = leave(world, teacher)
    assert refused(answer) == (409, "courses_on_sale")
    assert "“Knots 0”, “Knots 1”, “Knots 2” and 2 more" in answer.json["message"]
    assert {status(course) for course in made} == {"published"}
    assert world.get("/profile/getUserDetails/me", by=teacher).status_code == 200


def test_one_who_agrees_takes_them_off_the_shelf_and_learners_keep_them(world: World, teacher: Person) -> None:
    course, waiting, learner = world.draft(teacher, status="published"), world.draft(teacher), world.person()
    courses.update({"_id": waiting.id}, {"$set": {"status": "in_review"}})
    world.enroll(learner, course)
    assert shelf(world)
    assert leave(world, teacher, courses="archive").status_code == 202
    assert shelf(world) == []
    assert (status(course), status(waiting)) == ("archived", "archived")
    assert world.get(f"{FULL}/{course.id}", by=learner).status_code == 200
    assert refused(world.post(f"/courses/enroll/{course.id}", by=world.person())) == (404, "course_not_found")


def test_coming_back_puts_them_back_as_they_were(world: World) -> None:
    teacher = world.person("instructor", email="asha@example.com")
    course, waiting, archived = (world.draft(teacher, status="published") for _ in range(3))
    courses.update({"_id": waiting.id}, {"$set": {"status": "in_review"}})
    moderation.archive(archived.id, None)
    leave(world, teacher, courses="archive")
    answer = world.post("/auth/login", {"email": "asha@example.com", "password": PASSWORD})
    assert answer.status_code == 200
    assert [status(each) for each in (course, waiting, archived)] == ["published", "in_review", "archived"]
    assert len(shelf(world)) == 1


def test_what_cannot_be_sold_any_more_stays_archived(world: World, teacher: Person) -> None:
    course = world.draft(teacher, status="published")
    user_controller.suspend(teacher.id, "Spam.")
    courses.update({"_id": course.id}, {"$set": {"thumbnail": None}})
    user_controller.restore(teacher.id, "A mistake.")
    assert status(course) == "archived"


def test_suspension_takes_them_off_the_shelf_until_it_ends(world: World, teacher: Person) -> None:
    course, other = (
        world.draft(teacher, status="published"),
        world.draft(world.person("instructor"), status="published"),
    )
    user_controller.suspend(teacher.id, "Spam.")
    assert (status(course), status(other)) == ("archived", "published")
    with pytest.raises(AuthorGone):
        moderation.unarchive(course.id, None)
    user_controller.restore(teacher.id, "A mistake.")
    assert status(course) == "published"


def test_somebody_both_suspended_and_deleted_is_not_back_with_one_of_them(world: World, teacher: Person) -> None:
    course = world.draft(teacher, status="published")
    leave(world, teacher, courses="archive")
    user_controller.suspend(teacher.id, "Spam.")
    user_controller.bring_back(teacher.id)
    assert status(course) == "archived"
    user_controller.restore(teacher.id, "A mistake.")
    assert status(course) == "published"


def test_an_erased_author_leaves_nothing_on_sale(world: World, teacher: Person) -> None:
    course = world.draft(teacher, status="published")
    leave(world, teacher, courses="archive")
    users.update({"_id": teacher.id}, {"$set": {"deletedAt": teacher.id.generation_time}}, deleted_too=True)
    users.raw.update_one({"_id": teacher.id}, [{"$set": {"deletedAt": {"$subtract": ["$$NOW", 31 * 86_400_000]}}}])
    erasure.erase_deleted()
    assert status(course) == "archived"


class TestHandingOver:
    def test_gives_a_course_with_its_learners_to_another_author(self, world: World, teacher: Person) -> None:
        heir = world.person("instructor", email="heir@example.com")
        course, learner = world.draft(teacher, status="published"), world.person()
        world.enroll(learner, course)
        moderation.hand_over(course.id, "heir@example.com", "They agreed.\nBoth of them.", None)
        edit = f"/courses/editCourse/{course.id}"
        assert refused(world.put(edit, {"title": "Mine"}, by=teacher)) == (404, "course_not_found")
        assert world.put(edit, {"title": "Mine now"}, by=heir).status_code == 200
        assert world.get(f"{FULL}/{course.id}", by=learner).status_code == 200
        card = world.get("/courses/getAllCourses").json["data"][0]
        assert card["instructor"]["id"] == str(heir.id)
        world.run_jobs()
        assert [mail.subject for mail in world.inbox.to("heir@example.com")] == ["A course is yours now"]
        assert "They agreed.\nBoth of them." in world.inbox.to("heir@example.com")[0].text
        row = audit_log.find({"action": "course.hand_over"})[0]
        assert (row["before"], row["after"]) == ({"instructor": teacher.id}, {"instructor": heir.id})

    def test_tells_the_author_who_had_it(self, world: World) -> None:
        teacher = world.person("instructor", email="asha@example.com")
        world.person("instructor", email="heir@example.com")
        moderation.hand_over(world.draft(teacher).id, "heir@example.com", "They agreed.", None)
        world.run_jobs()
        assert [mail.subject for mail in world.inbox.to("asha@example.com")] == ["Your course has another author now"]

    def test_lets_a_course_of_somebody_gone_be_sold_again(self, world: World, teacher: Person) -> None:
        world.person("instructor", email="heir@example.com")
        course = world.draft(teacher, status="published")
        user_controller.suspend(teacher.id, "Spam.")
        moderation.hand_over(course.id, "heir@example.com", "Their author is gone.", None)
        moderation.unarchive(course.id, None)
        user_controller.restore(teacher.id, "A mistake.")
        assert status(course) == "published"

    @pytest.mark.parametrize("heir", ["student", "suspended", "unproven", "nobody", "the author"])
    def test_wants_somebody_who_may_teach(self, world: World, heir: str) -> None:
        teacher = world.person("instructor", email="asha@example.com")
        person = world.person("student" if heir == "student" else "instructor", email="heir@example.com")
        if heir == "suspended":
            user_controller.suspend(person.id, "Spam.")
        if heir == "unproven":
            users.update({"_id": person.id}, {"$set": {"emailVerifiedAt": None}})
        course = world.draft(teacher)
        email = {"nobody": "nobody@example.com", "the author": "asha@example.com"}.get(heir, "heir@example.com")
        with pytest.raises(NotAnAuthor):
            moderation.hand_over(course.id, email, "They agreed.", None)
        found = courses.get({"_id": course.id})
        assert found is not None
        assert found["instructor"] == teacher.id
