"""Learners who leave a course of their own accord, and come back."""

import pytest

from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from tests.world import MadeCourse, Person, World, refused

ENROLL = "/courses/enroll"
FULL = "/courses/getFullCourseDetails"


def students(course: MadeCourse) -> int:
    found = courses.get({"_id": course.id})
    assert found is not None
    return found["studentsCount"]


def test_a_learner_leaves_and_comes_back_where_they_were(world: World, course: MadeCourse) -> None:
    learner = world.person()
    world.post(f"{ENROLL}/{course.id}", by=learner)
    done = {"subsectionId": str(course.lessons[0].id), "completed": True}
    world.post(f"/profile/updateCourseProgress/{course.id}", done, by=learner)
    assert world.delete(f"{ENROLL}/{course.id}", by=learner).status_code == 200
    assert refused(world.get(f"{FULL}/{course.id}", by=learner)) == (403, "not_enrolled")
    assert (world.get("/profile/getEnrolledCourses/me", by=learner).json["data"], students(course)) == ([], 0)
    assert refused(world.delete(f"{ENROLL}/{course.id}", by=learner)) == (403, "not_enrolled")
    assert world.post(f"{ENROLL}/{course.id}", by=learner).status_code == 201
    [card] = world.get("/profile/getEnrolledCourses/me", by=learner).json["data"]
    assert (card["progressPercentage"] > 0, students(course)) == (True, 1)


class TestWhatWasBought:
    @pytest.fixture
    def bought(self, world: World, teacher: Person, learner: Person) -> MadeCourse:
        course = world.course(teacher, amount=50_000)
        world.enroll(learner, course, "purchase", 50_000)
        world.delete(f"{ENROLL}/{course.id}", by=learner)
        return course

    def test_stays_theirs(self, world: World, learner: Person, bought: MadeCourse) -> None:
        assert world.post(f"{ENROLL}/{bought.id}", by=learner).status_code == 201
        held = enrollments.get({"user": learner.id})
        assert held is not None
        assert (held["source"], held["amountPaid"], held["status"]) == ("purchase", 50_000, "active")
        assert "endedAt" not in held
        assert students(bought) == 1

    def test_also_when_the_course_is_off_the_shelf(self, world: World, learner: Person, bought: MadeCourse) -> None:
        courses.update({"_id": bought.id}, {"$set": {"status": "archived"}})
        assert world.post(f"{ENROLL}/{bought.id}", by=learner).status_code == 201
        assert world.get(f"{FULL}/{bought.id}", by=learner).status_code == 200

    def test_is_not_sold_to_them_again(self, world: World, learner: Person, bought: MadeCourse) -> None:
        assert refused(world.order(learner, bought)) == (409, "already_bought")

    def test_cannot_be_had_back_once_its_money_was(self, world: World, learner: Person, bought: MadeCourse) -> None:
        held = enrollments.get({"user": learner.id})
        assert held is not None
        order = held["_id"]
        enrollments.update({"_id": held["_id"]}, {"$set": {"order": order}})
        assert enrollments.end(learner.id, bought.id, order) == "left"
        assert refused(world.post(f"{ENROLL}/{bought.id}", by=learner)) == (402, "payment_required")


def test_a_course_that_was_free_and_costs_now_has_to_be_paid_for(world: World, teacher: Person) -> None:
    course, learner = world.course(teacher), world.person()
    world.post(f"{ENROLL}/{course.id}", by=learner)
    world.delete(f"{ENROLL}/{course.id}", by=learner)
    courses.update({"_id": course.id}, {"$set": {"amount": 50_000}})
    assert refused(world.post(f"{ENROLL}/{course.id}", by=learner)) == (402, "payment_required")
    assert enrollments.buy(learner.id, course.id, course.id, 50_000)
