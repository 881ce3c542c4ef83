"""Enrolments that staff end without money."""

import pytest
from bson import ObjectId

from lms.controllers.learning import enrollments as controller
from lms.errors import EnrollmentEnded, EnrollmentNotFound
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.system.audit_log import audit_log
from tests.staff import notices, soup, staff
from tests.world import MadeCourse, Person, World, refused


def of(learner: Person) -> ObjectId:
    held = enrollments.get({"user": learner.id})
    assert held is not None
    return held["_id"]


@pytest.fixture
def attended(world: World, learner: Person, course: MadeCourse) -> MadeCourse:
    assert world.post(f"/courses/enroll/{course.id}", by=learner).status_code == 201
    done = {"subsectionId": str(course.lessons[0].id), "completed": True}
    world.post(f"/profile/updateCourseProgress/{course.id}", done, by=learner)
    return course


def test_staff_end_one_and_the_learner_reads_why(world: World, learner: Person, attended: MadeCourse) -> None:
    browser = staff(world)
    page = browser.page(f"/admin/users/{learner.id}")
    (form,) = page.select("form[action$='/end-enrolment']")
    fields = {"enrolment": str(of(learner)), "reason": "Shared his account."}
    assert notices(browser.act(str(form["action"]), fields)) == [
        "The enrolment has ended, and the learner is told why."
    ]
    world.run_jobs()
    assert not enrollments.attends(learner.id, attended.id)
    assert refused(world.get(f"/courses/getFullCourseDetails/{attended.id}", by=learner)) == (403, "not_enrolled")
    assert world.get("/courses/").json["data"][0]["studentsCount"] == 0
    assert course_progress.count({"user": learner.id}) == 1
    assert "Shared his account." in world.inbox.to(learner.email)[-1].text
    (row,) = audit_log.history("users", learner.id)
    assert (row["action"], row["reason"], row["after"]["course"]) == (
        "enrollment.end",
        "Shared his account.",
        attended.id,
    )
    assert browser.page(f"/admin/users/{learner.id}").select("form[action$='/end-enrolment']") == []
    again = browser.post(str(form["action"]), fields)
    assert (again.status_code, notices(soup(again))) == (409, ["This enrolment has ended already."])


def test_a_reason_is_needed_and_support_only_looks(world: World, learner: Person, attended: MadeCourse) -> None:
    path = f"/admin/users/{learner.id}/end-enrolment"
    answer = staff(world).post(path, {"enrolment": str(of(learner))})
    assert answer.status_code == 400
    assert soup(answer).select_one("details[open] .wrong [name=reason]") is not None
    assert staff(world, "support").post(path, {"enrolment": str(of(learner)), "reason": "Why"}).status_code == 403
    assert staff(world, "support").page(f"/admin/users/{learner.id}").select("form[action$='/end-enrolment']") == []
    assert enrollments.attends(learner.id, attended.id)


def test_who_was_ended_can_enrol_again(world: World, learner: Person, attended: MadeCourse) -> None:
    controller.end(of(learner), "By mistake")
    assert world.post(f"/courses/enroll/{attended.id}", by=learner).status_code == 201
    held = enrollments.get({"user": learner.id})
    assert held is not None
    assert (held["status"], "endedReason" in held, "endedAt" in held) == ("active", False, False)


def test_what_is_not_there_cannot_end(world: World, learner: Person, attended: MadeCourse) -> None:
    with pytest.raises(EnrollmentNotFound):
        controller.end(ObjectId(), "Why")
    with pytest.raises(EnrollmentNotFound):
        controller.end_of(learner.id, ObjectId(), "Why")
    runner = world.app.test_cli_runner()
    words = ["enrollment", "end", str(learner.id), str(attended.id), "--reason", "Why"]
    assert runner.invoke(args=words).output == "The enrolment has ended.\n"
    assert "has ended already" in runner.invoke(args=words).output
    with pytest.raises(EnrollmentEnded):
        controller.end(of(learner), "Why")
