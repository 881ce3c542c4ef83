from collections.abc import Callable
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers import moderation
from lms.errors import CourseIncomplete, CourseNotFound, CourseNotInReview, CourseNotPublic
from lms.models.base import now
from lms.models.courses import courses
from lms.models.outbox import outbox
from lms.models.users import users
from tests.world import MadeCourse, Person, World, at_once, only_accepting

SUBMIT = "/courses/submitCourse"
REASON = "Sound is missing in lesson 2.\nThe <b>price</b> & title differ."


@pytest.fixture
def teacher(world: World) -> Person:
    return world.person("instructor", firstName="Asha")


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    """A course in review."""
    return submitted(world, teacher)


def submitted(world: World, teacher: Person, **fields: Any) -> MadeCourse:
    made = world.draft(teacher, **fields)
    assert world.post(f"{SUBMIT}/{made.id}", by=teacher).status_code == 200
    return made


def stored(course: MadeCourse) -> dict[str, Any]:
    found: dict[str, Any] | None = courses.raw.find_one({"_id": course.id})
    assert found is not None
    return found


def test_an_approved_course_is_public_at_the_next_read_and_its_author_is_told(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    assert world.get("/courses/").json["data"] == []
    assert world.get(f"/courses/getCourseDetails/{course.id}").status_code == 404
    moderation.approve(course.id)
    assert [card["id"] for card in world.get("/courses/").json["data"]] == [str(course.id)]
    assert world.get(f"/courses/getCourseDetails/{course.id}").json["data"]["status"] == "published"
    world.run_jobs()
    [mail] = world.inbox.to(teacher.email)
    assert mail.subject == "Your course is published"
    for text in (mail.text, mail.html):
        assert "Asha" in text
        assert stored(course)["title"] in text
        assert f"/courses/{course.id}" in text


def test_a_rejected_course_is_a_draft_again_and_its_author_is_told_why(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    moderation.reject(course.id, REASON)
    assert (stored(course)["status"], stored(course)["rejection"]["reason"]) == ("draft", REASON)
    world.run_jobs()
    [mail] = world.inbox.to(teacher.email)
    assert mail.subject == "Your course needs changes"
    assert REASON in mail.text
    assert "&lt;b&gt;price&lt;/b&gt; &amp; title" in mail.html
    assert "<b>price" not in mail.html


def test_who_decided_is_written_down(world: World, course: MadeCourse) -> None:
    admin = world.person("admin")
    moderation.reject(course.id, REASON, admin.id)
    assert stored(course)["rejection"]["by"] == admin.id


def test_a_rejected_course_can_be_handed_in_again_without_its_old_reason(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    first = stored(course)["submittedAt"]
    moderation.reject(course.id, REASON)
    assert world.post(f"{SUBMIT}/{course.id}", by=teacher).json["data"]["status"] == "in_review"
    assert "rejection" not in stored(course)
    assert stored(course)["submittedAt"] >= first
    moderation.approve(course.id)
    assert stored(course)["status"] == "published"


def test_a_reason_that_is_out_of_date_by_the_time_of_mailing_is_not_mailed(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    moderation.reject(course.id, REASON)
    world.post(f"{SUBMIT}/{course.id}", by=teacher)
    world.run_jobs()
    assert world.inbox.messages == []
    assert [row["state"] for row in outbox.find({})] == ["done"]


def test_nobody_is_told_of_a_course_or_by_an_author_who_are_gone(world: World, course: MadeCourse) -> None:
    other = submitted(world, gone := world.person("instructor"))
    moderation.approve(course.id)
    moderation.reject(other.id, REASON)
    courses.update({"_id": course.id}, {"$set": {"deletedAt": now()}})
    users.erase(gone.id)
    world.run_jobs()
    assert world.inbox.messages == []


def test_the_queue_is_what_waits_the_longest_first(world: World, teacher: Person) -> None:
    waiting = [submitted(world, teacher, title=title) for title in ("A", "B", "C")]
    for place, made in enumerate(waiting):
        courses.update({"_id": made.id}, [{"$set": {"submittedAt": {"$subtract": ["$submittedAt", place * 1000]}}}])
    world.draft(teacher)
    assert [each["title"] for each in moderation.queue()] == ["C", "B", "A"]
    moderation.approve(waiting[1].id)
    moderation.reject(waiting[0].id, REASON)
    assert [(each["id"], each["instructor"]) for each in moderation.queue()] == [(waiting[2].id, "Asha Sharma")]


@pytest.mark.parametrize("status", ["draft", "published", "archived"])
def test_only_what_is_in_review_is_decided_on(world: World, teacher: Person, status: str) -> None:
    made = world.draft(teacher, status=status)
    with pytest.raises(CourseNotInReview):
        moderation.approve(made.id)
    with pytest.raises(CourseNotInReview):
        moderation.reject(made.id, REASON)
    assert stored(made)["status"] == status
    world.run_jobs()
    assert world.inbox.messages == []


DECISIONS: list[Callable[[ObjectId], None]] = [
    moderation.approve,
    lambda course_id: moderation.reject(course_id, REASON),
    moderation.archive,
    moderation.unarchive,
]


@pytest.mark.parametrize("decide", DECISIONS)
def test_absent_and_deleted_courses_are_not_decided_on(course: MadeCourse, decide: Callable[[ObjectId], None]) -> None:
    courses.update({"_id": course.id}, {"$set": {"deletedAt": now()}})
    for course_id in (course.id, ObjectId()):
        with pytest.raises(CourseNotFound):
            decide(course_id)


def attempt(world: World, decide: Callable[[ObjectId], None], course: MadeCourse) -> Callable[[], bool]:
    def run() -> bool:
        with world.app.app_context():
            try:
                decide(course.id)
            except CourseNotInReview:
                return False
            return True

    return run


def test_of_approval_and_rejection_at_once_exactly_one_counts(world: World, teacher: Person) -> None:
    for _ in range(10):
        course = submitted(world, teacher)
        world.inbox.clear()
        won = at_once([attempt(world, decide, course) for decide in DECISIONS[:2] * 2])
        assert won.count(True) == 1
        assert stored(course)["status"] == ("published" if won[0] or won[2] else "draft")
        world.run_jobs()
        [mail] = world.inbox.to(teacher.email)
        assert ("published" in mail.subject) == (stored(course)["status"] == "published")


def test_an_approval_whose_mail_cannot_be_promised_does_not_happen(world: World, course: MadeCourse) -> None:
    with only_accepting("outbox", {"job": "none"}), pytest.raises(Exception, match="validation"):
        moderation.approve(course.id)
    assert stored(course)["status"] == "in_review"


@pytest.mark.parametrize("part", ["Section", "Subsection"])
def test_what_has_lost_its_lessons_since_is_not_published(
    world: World, teacher: Person, course: MadeCourse, part: str
) -> None:
    target = course.section if part == "Section" else course.lessons[0].id
    assert world.delete(f"/courses/delete{part}/{target}", by=teacher).status_code == 200
    with pytest.raises(CourseIncomplete) as refusal:
        moderation.approve(course.id)
    assert set(refusal.value.errors or {}) == {"sections" if part == "Section" else f"sections.{course.section}"}
    assert stored(course)["status"] == "in_review"
    assert stored(course)["publishedAt"] is None
    world.run_jobs()
    assert world.inbox.messages == []


def test_an_archived_course_leaves_the_catalogue_and_comes_back(world: World, teacher: Person) -> None:
    course = world.draft(teacher, status="published")
    assert len(world.get("/courses/").json["data"]) == 1
    moderation.archive(course.id)
    assert world.get("/courses/").json["data"] == []
    with pytest.raises(CourseNotPublic):
        moderation.archive(course.id)
    moderation.unarchive(course.id)
    assert len(world.get("/courses/").json["data"]) == 1
    with pytest.raises(CourseNotPublic):
        moderation.unarchive(course.id)


def test_a_draft_that_was_archived_is_not_published_by_taking_it_out_again(world: World, teacher: Person) -> None:
    draft = world.post("/courses/createCourse", {"title": "Knots"}, by=teacher).json["data"]["id"]
    moderation.archive(ObjectId(draft))
    with pytest.raises(CourseIncomplete):
        moderation.unarchive(ObjectId(draft))
    assert world.get(f"/courses/getCourseDetails/{draft}", by=teacher).json["data"]["status"] == "archived"
    assert world.get("/courses/").json["data"] == []
