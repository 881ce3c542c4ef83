import pytest
from bson import ObjectId
from click.testing import Result
from flask import Flask

from lms.models.courses import courses
from lms.models.users import users
from tests.world import MadeCourse, World

ADMIN = ["create-admin", "--first-name", "Asha", "--last-name", "Rao", "--password", "a quiet green harbour"]


def test_create_admin_makes_the_first_administrator(world: World) -> None:
    result = world.app.test_cli_runner().invoke(args=[*ADMIN, "--email", "Root@Example.com"])
    assert result.output == "root@example.com is an administrator.\n"
    body = {"email": "root@example.com", "password": "a quiet green harbour"}
    assert world.post("/auth/login", body).json["user"]["role"] == "admin"


def test_create_admin_asks_before_taking_over_an_account(world: World) -> None:
    person = world.person(email="asha@example.com")
    runner = world.app.test_cli_runner()
    asked = runner.invoke(args=[*ADMIN, "--email", "asha@example.com"], input="n\n")
    assert asked.exit_code == 1
    assert users.by_id(person.id)["role"] == "student"
    assert runner.invoke(args=[*ADMIN, "--email", "asha@example.com", "--yes"]).exit_code == 0
    assert users.by_id(person.id)["role"] == "admin"
    assert world.get("/auth/sessions", by=person).status_code == 401


def test_create_admin_refuses_a_common_password(app: Flask) -> None:
    refused = app.test_cli_runner().invoke(args=[*ADMIN[:-1], "password", "--email", "a@example.com"])
    assert refused.exit_code == 2
    assert "too common" in refused.output


def decide(world: World, *words: str, typed: str | None = None) -> Result:
    return world.app.test_cli_runner().invoke(args=["course", *words], input=typed)


def in_review(world: World, title: str = "Knots") -> MadeCourse:
    teacher = world.person("instructor", firstName="Asha", email=f"{title.lower()}@example.com")
    course = world.draft(teacher, title=title)
    world.post(f"/courses/submitCourse/{course.id}", by=teacher)
    return course


def status_of(course: MadeCourse) -> str:
    stored = courses.get({"_id": course.id})
    assert stored is not None
    return stored["status"]


def test_course_queue_lists_what_waits(world: World) -> None:
    assert decide(world, "queue").output == "Nothing waits for a decision.\n"
    first, second = in_review(world), in_review(world, "Bends")
    lines = decide(world, "queue").output.splitlines()
    assert [line.split()[0] for line in lines] == [str(first.id), str(second.id)]
    assert lines[0].endswith("Knots  (Asha Sharma)")


def test_course_approve_publishes_at_the_next_read_and_mails(world: World) -> None:
    course = in_review(world)
    assert world.get("/courses/").json["data"] == []
    assert decide(world, "approve", str(course.id)).output == "The course is published.\n"
    assert len(world.get("/courses/").json["data"]) == 1
    world.run_jobs()
    assert [mail.subject for mail in world.inbox.to("knots@example.com")] == ["Your course is published"]


def test_course_reject_mails_the_reason_that_was_given_or_typed(world: World) -> None:
    given, typed = in_review(world), in_review(world, "Bends")
    decide(world, "reject", str(given.id), "--reason", "Too quiet.")
    decide(world, "reject", str(typed.id), typed="Too loud.\n")
    assert (status_of(given), status_of(typed)) == ("draft", "draft")
    world.run_jobs()
    assert "Too quiet." in world.inbox.to("knots@example.com")[0].text
    assert "Too loud." in world.inbox.to("bends@example.com")[0].text


@pytest.mark.parametrize("reason", ["", "  ", "<b></b>", "r" * 2001, "\u202e"])
def test_course_reject_wants_a_reason_fit_to_read(world: World, reason: str) -> None:
    course = in_review(world)
    refused = decide(world, "reject", str(course.id), "--reason", reason)
    assert refused.exit_code == 2
    assert "Invalid value" in refused.output
    assert status_of(course) == "in_review"


def test_course_archive_and_unarchive_are_each_others_opposite(world: World) -> None:
    course = in_review(world)
    decide(world, "approve", str(course.id))
    assert decide(world, "archive", str(course.id)).output == "The course is archived.\n"
    assert (status_of(course), world.get("/courses/").json["data"]) == ("archived", [])
    assert decide(world, "unarchive", str(course.id)).output == "The course is published again.\n"
    assert (status_of(course), len(world.get("/courses/").json["data"])) == ("published", 1)


def test_course_commands_say_in_a_sentence_why_they_do_not(world: World) -> None:
    draft = world.draft(world.person("instructor"))
    for words, sentence in (
        (("approve", str(draft.id)), "Error: Only a course in review can be decided on.\n"),
        (("reject", str(draft.id), "--reason", "No."), "Error: Only a course in review can be decided on.\n"),
        (("unarchive", str(draft.id)), "Error: The course is not archived.\n"),
        (("archive", str(ObjectId())), "Error: There is no such course.\n"),
    ):
        result = decide(world, *words)
        assert (result.exit_code, result.output) == (1, sentence)
    assert decide(world, "approve", "knots").exit_code == 2


def test_course_approve_names_what_is_missing(world: World) -> None:
    course = in_review(world)
    courses.update({"_id": course.id}, {"$set": {"thumbnail": None}})
    result = decide(world, "approve", str(course.id))
    assert (result.exit_code, status_of(course)) == (1, "in_review")
    assert "Add a thumbnail." in result.output
