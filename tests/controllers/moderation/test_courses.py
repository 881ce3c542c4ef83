from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.moderation import approvals
from lms.controllers.moderation import courses as moderation
from lms.controllers.system import bulk
from lms.controllers.system.bulk import Selected
from lms.errors import (
    ChangedMeanwhile,
    CourseIncomplete,
    CourseNotFound,
    CourseNotInReview,
    CourseNotPublic,
    OwnWork,
)
from lms.models.accounts.users import users
from lms.models.actors import Actor
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.system.audit_log import audit_log
from lms.models.system.outbox import outbox
from tests.database import only_accepting
from tests.world import MadeCourse, Person, World, at_once, by

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
    moderation.approve(course.id, seen=None)
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
    moderation.reject(course.id, REASON, seen=None)
    assert (stored(course)["status"], stored(course)["rejection"]["reason"]) == ("draft", REASON)
    world.run_jobs()
    [mail] = world.inbox.to(teacher.email)
    assert mail.subject == "Your course needs changes"
    assert REASON in mail.text
    assert "&lt;b&gt;price&lt;/b&gt; &amp; title" in mail.html
    assert "<b>price" not in mail.html


def test_who_decided_is_written_down(world: World, course: MadeCourse) -> None:
    moderator = Actor(world.person(staffRole="moderator").id, "Meera Nair", "moderator", "203.0.113.9", "Firefox")
    by(moderator, moderation.reject, course.id, REASON, seen=None)
    assert stored(course)["rejection"]["by"] == moderator.id
    [row] = audit_log.history("courses", course.id)
    assert (row["actor"], row["actorName"], row["address"]) == (moderator.id, "Meera Nair", "203.0.113.9")
    assert (row["action"], row["label"], row["reason"]) == ("course.reject", stored(course)["title"], REASON)
    assert (row["before"], row["after"]) == ({"status": "in_review"}, {"status": "draft"})


def test_a_rejected_course_can_be_handed_in_again_without_its_old_reason(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    first = stored(course)["submittedAt"]
    moderation.reject(course.id, REASON, seen=None)
    assert world.post(f"{SUBMIT}/{course.id}", by=teacher).json["data"]["status"] == "in_review"
    assert "rejection" not in stored(course)
    assert stored(course)["submittedAt"] >= first
    moderation.approve(course.id, seen=None)
    assert stored(course)["status"] == "published"


def test_a_reason_that_is_out_of_date_by_the_time_of_mailing_is_not_mailed(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    moderation.reject(course.id, REASON, seen=None)
    world.post(f"{SUBMIT}/{course.id}", by=teacher)
    world.run_jobs()
    assert world.inbox.messages == []
    assert [row["state"] for row in outbox.find({})] == ["done"]


def test_nobody_is_told_of_a_course_or_by_an_author_who_are_gone(world: World, course: MadeCourse) -> None:
    other = submitted(world, gone := world.person("instructor"))
    moderation.approve(course.id, seen=None)
    moderation.reject(other.id, REASON, seen=None)
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
    moderation.approve(waiting[1].id, seen=None)
    moderation.reject(waiting[0].id, REASON, seen=None)
    assert [(each["id"], each["instructor"]) for each in moderation.queue()] == [(waiting[2].id, "Asha Sharma")]


@pytest.mark.parametrize("status", ["draft", "published", "archived"])
def test_only_what_is_in_review_is_decided_on(world: World, teacher: Person, status: str) -> None:
    made = world.draft(teacher, status=status)
    with pytest.raises(CourseNotInReview):
        moderation.approve(made.id, seen=None)
    with pytest.raises(CourseNotInReview):
        moderation.reject(made.id, REASON, seen=None)
    assert stored(made)["status"] == status
    world.run_jobs()
    assert world.inbox.messages == []


DECISIONS: list[Callable[[ObjectId], None]] = [
    lambda course_id: moderation.approve(course_id, seen=None),
    lambda course_id: moderation.reject(course_id, REASON, seen=None),
    lambda course_id: moderation.archive(course_id, seen=None),
    lambda course_id: moderation.unarchive(course_id, seen=None),
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
            except (CourseNotInReview, ChangedMeanwhile):
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
        moderation.approve(course.id, seen=None)
    assert stored(course)["status"] == "in_review"


@pytest.mark.parametrize("part", ["Section", "Subsection"])
def test_what_has_lost_its_lessons_since_is_not_published(
    world: World, teacher: Person, course: MadeCourse, part: str
) -> None:
    target = course.section if part == "Section" else course.lessons[0].id
    assert world.delete(f"/courses/delete{part}/{target}", by=teacher).status_code == 200
    with pytest.raises(CourseIncomplete) as refusal:
        moderation.approve(course.id, seen=None)
    assert set(refusal.value.errors or {}) == {"sections" if part == "Section" else f"sections.{course.section}"}
    assert stored(course)["status"] == "in_review"
    assert stored(course)["publishedAt"] is None
    world.run_jobs()
    assert world.inbox.messages == []


def test_an_archived_course_leaves_the_catalogue_and_comes_back(world: World, teacher: Person) -> None:
    course = world.draft(teacher, status="published")
    assert len(world.get("/courses/").json["data"]) == 1
    moderation.archive(course.id, seen=None)
    assert world.get("/courses/").json["data"] == []
    with pytest.raises(CourseNotPublic):
        moderation.archive(course.id, seen=None)
    moderation.unarchive(course.id, seen=None)
    assert len(world.get("/courses/").json["data"]) == 1
    with pytest.raises(CourseNotPublic):
        moderation.unarchive(course.id, seen=None)


def revision_of(course: MadeCourse) -> int:
    revision: int = stored(course)["revision"]
    return revision


@pytest.mark.parametrize("edit", ["title", "section", "lesson"])
def test_what_was_edited_after_staff_looked_is_not_decided_on(
    world: World, teacher: Person, course: MadeCourse, edit: str
) -> None:
    seen = revision_of(course)
    path, body = {
        "title": (f"editCourse/{course.id}", {"title": "Other"}),
        "section": (f"updateSection/{course.section}", {"sectionName": "Other"}),
        "lesson": (f"updateSubsection/{course.lessons[0].id}", {"title": "Other"}),
    }[edit]
    assert world.put(f"/courses/{path}", body, by=teacher).status_code == 200
    with pytest.raises(ChangedMeanwhile):
        moderation.approve(course.id, seen)
    with pytest.raises(ChangedMeanwhile):
        moderation.reject(course.id, REASON, seen)
    assert stored(course)["status"] == "in_review"
    assert audit_log.find({}) == []
    moderation.approve(course.id, revision_of(course))
    assert stored(course)["status"] == "published"


def test_what_was_rejected_and_handed_in_again_is_looked_at_again(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    seen = revision_of(course)
    moderation.reject(course.id, REASON, seen)
    world.post(f"{SUBMIT}/{course.id}", by=teacher)
    with pytest.raises(ChangedMeanwhile):
        moderation.approve(course.id, seen)


def test_an_edit_at_the_moment_of_approval_is_approved_or_noticed_but_never_lost(world: World, teacher: Person) -> None:
    for number in range(8):
        course = submitted(world, teacher)
        seen, rename = revision_of(course), {"sectionName": f"Renamed {number}"}
        approved, edited = at_once(
            [
                attempt(world, lambda course_id: moderation.approve(course_id, seen), course),  # noqa: B023
                lambda: world.put(f"/courses/updateSection/{course.section}", rename, by=teacher).status_code,  # noqa: B023
            ]
        )
        assert edited == 200
        assert ("changedAt" in stored(course)) == (revision_of(course) > seen)
        assert stored(course)["status"] == ("published" if approved else "in_review")


def test_a_draft_handed_in_after_staff_looked_is_looked_at_again(world: World, teacher: Person) -> None:
    draft = world.draft(teacher)
    seen = revision_of(draft)
    world.post(f"{SUBMIT}/{draft.id}", by=teacher)
    with pytest.raises(ChangedMeanwhile):
        moderation.archive(draft.id, seen)


class TestChangedAfterApproval:
    @pytest.fixture
    def changed(self, world: World, teacher: Person, course: MadeCourse) -> MadeCourse:
        moderation.approve(course.id, revision_of(course))
        world.run_jobs()
        world.inbox.clear()
        world.put(f"/courses/editCourse/{course.id}", {"title": "Bends"}, by=teacher)
        assert moderation.waiting() == {"courses": 0, "changed": 1, "reports": 0}
        return course

    def test_learners_see_the_change_at_once(self, world: World, changed: MadeCourse) -> None:
        assert [card["title"] for card in world.get("/courses/").json["data"]] == ["Bends"]

    def test_accepting_it_takes_it_out_of_the_list(self, world: World, changed: MadeCourse) -> None:
        moderation.accept(changed.id, revision_of(changed))
        assert moderation.waiting()["changed"] == 0
        assert stored(changed)["status"] == "published"
        assert audit_log.history("courses", changed.id)[0]["action"] == "course.accept_changes"

    def test_accepting_it_keeps_what_it_was_before(self, world: World, teacher: Person, changed: MadeCourse) -> None:
        lesson, approved = changed.lessons[0].id, approvals.last_approval(changed.id)
        assert approved is not None
        world.put(f"/courses/updateSubsection/{lesson}", {"title": "1.2 $plice", "preview": False}, by=teacher)
        moderation.accept(changed.id, revision_of(changed))
        row = audit_log.history("courses", changed.id)[0]
        assert row["before"] == {
            "title": approved["fields"]["title"],
            "lesson 1.2 $plice: title": "A lesson",
            "lesson 1.2 $plice: preview": True,
        }
        assert row["after"] == {
            "title": "Bends",
            "lesson 1.2 $plice: title": "1.2 $plice",
            "lesson 1.2 $plice: preview": False,
        }

    def test_sending_it_back_hides_it_and_tells_the_author_why(
        self, world: World, teacher: Person, changed: MadeCourse
    ) -> None:
        learner = world.person()
        world.enroll(learner, changed)
        assert len(world.get("/courses/").json["data"]) == 1
        moderation.send_back(changed.id, REASON, revision_of(changed))
        assert moderation.waiting()["changed"] == 0
        assert world.get("/courses/").json["data"] == []
        assert world.get(f"/courses/getFullCourseDetails/{changed.id}", by=learner).status_code == 200
        own = world.get("/courses/getInstructorCourses", by=teacher).json["data"][0]
        assert (own["status"], own["rejectionReason"]) == ("draft", REASON)
        world.run_jobs()
        [mail] = world.inbox.to(teacher.email)
        assert mail.subject == "Your course is no longer published"
        assert REASON in mail.text
        assert "&lt;b&gt;price&lt;/b&gt; &amp; title" in mail.html

    def test_neither_is_done_to_what_changed_again(self, world: World, teacher: Person, changed: MadeCourse) -> None:
        seen = revision_of(changed)
        world.put(f"/courses/editCourse/{changed.id}", {"title": "Hitches"}, by=teacher)
        with pytest.raises(ChangedMeanwhile):
            moderation.accept(changed.id, seen)
        with pytest.raises(ChangedMeanwhile):
            moderation.send_back(changed.id, REASON, seen)
        assert moderation.waiting()["changed"] == 1
        assert stored(changed)["status"] == "published"

    def test_only_what_is_published_is_accepted_or_sent_back(self, world: World, changed: MadeCourse) -> None:
        moderation.archive(changed.id, seen=None)
        with pytest.raises(CourseNotPublic):
            moderation.accept(changed.id, seen=None)
        with pytest.raises(CourseNotPublic):
            moderation.send_back(changed.id, REASON, seen=None)

    def test_what_was_archived_meanwhile_waits_again_when_it_is_back(self, changed: MadeCourse) -> None:
        moderation.archive(changed.id, seen=None)
        assert moderation.waiting()["changed"] == 0
        moderation.unarchive(changed.id, seen=None)
        assert moderation.waiting()["changed"] == 1


@pytest.mark.parametrize(
    ("decide", "status"),
    [
        (lambda course: moderation.approve(course, None), "in_review"),
        (lambda course: moderation.reject(course, REASON, None), "in_review"),
        (lambda course: moderation.accept(course, None), "published"),
        (lambda course: moderation.send_back(course, REASON, None), "published"),
        (lambda course: moderation.archive(course, None), "published"),
        (lambda course: moderation.unarchive(course, None), "archived"),
    ],
)
def test_moderators_who_teach_leave_their_own_courses_to_others(
    world: World, teacher: Person, decide: Callable[[Actor, ObjectId], None], status: str
) -> None:
    course = world.draft(teacher, status=status)
    moderator = Actor(teacher.id, "Asha Sharma", "moderator")
    with pytest.raises(OwnWork):
        by(moderator, decide, course.id)
    assert (stored(course)["status"], audit_log.count({})) == (status, 0)
    by(replace(moderator, role="admin"), decide, course.id)
    assert audit_log.count({}) == 1


def test_several_are_decided_on_each_alone(world: World, teacher: Person) -> None:
    good, edited, empty = (submitted(world, teacher) for _ in range(3))
    selected = [Selected(each.id, revision_of(each)) for each in (edited, good, empty)]
    world.put(f"/courses/editCourse/{edited.id}", {"title": "Other"}, by=teacher)
    courses.update({"_id": empty.id}, {"$set": {"thumbnail": None}})
    outcome = bulk.decide(selected, lambda course_id, seen: moderation.approve(course_id, seen))
    assert outcome.done == [good.id]
    assert {each: type(why) for each, why in outcome.refused.items()} == {
        edited.id: ChangedMeanwhile,
        empty.id: CourseIncomplete,
    }
    assert [stored(each)["status"] for each in (good, edited, empty)] == ["published", "in_review", "in_review"]


@pytest.mark.parametrize(
    ("decide", "action"),
    [
        (lambda course: moderation.approve(course.id, None), "course.approve"),
        (lambda course: moderation.archive(course.id, None), "course.archive"),
    ],
)
def test_a_decision_that_cannot_be_recorded_does_not_happen(
    course: MadeCourse, decide: Callable[[MadeCourse], None], action: str
) -> None:
    with only_accepting("auditLog", {"action": "none"}), pytest.raises(Exception, match="validation"):
        decide(course)
    assert stored(course)["status"] == "in_review"
    decide(course)
    assert audit_log.history("courses", course.id)[0]["action"] == action


def test_a_draft_that_was_archived_is_not_published_by_taking_it_out_again(world: World, teacher: Person) -> None:
    draft = world.post("/courses/createCourse", {"title": "Knots"}, by=teacher).json["data"]["id"]
    moderation.archive(ObjectId(draft), seen=None)
    with pytest.raises(CourseIncomplete):
        moderation.unarchive(ObjectId(draft), seen=None)
    assert world.get(f"/courses/getCourseDetails/{draft}", by=teacher).json["data"]["status"] == "archived"
    assert world.get("/courses/").json["data"] == []
