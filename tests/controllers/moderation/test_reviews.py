from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.catalogue.counters import prove_counters
from lms.controllers.moderation import courses as moderation
from lms.controllers.moderation import reviews as decisions
from lms.controllers.system import bulk
from lms.controllers.system.bulk import Selected
from lms.errors import ChangedMeanwhile, OwnWork, ReviewNotFound, ReviewUnchanged
from lms.models.accounts.users import User, users
from lms.models.actors import Actor, acting_as
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.reviews import reviews
from lms.models.system.audit_log import audit_log
from tests.database import only_accepting
from tests.world import MadeCourse, Person, World, at_once, by

REVIEWS = "/courses/reviews"
REASON = "No <b>insults</b> & no addresses."

MODERATOR = Actor(ObjectId(), "Meera Nair", "moderator", "203.0.113.9", "Firefox")


@pytest.fixture(autouse=True)
def moderating(world: World) -> Iterator[None]:
    with acting_as(MODERATOR):
        yield


@pytest.fixture
def course(world: World) -> MadeCourse:
    return world.course(world.person("instructor"), title="Knots")


@pytest.fixture
def author(world: World, course: MadeCourse) -> Person:
    person = world.person(firstName="Rohan")
    world.enroll(person, course)
    return person


@pytest.fixture
def review(world: World, course: MadeCourse, author: Person) -> ObjectId:
    """A reported review of one star, beside one of five."""
    other = world.person()
    world.enroll(other, course)
    rate(world, course, other, 5)
    made = rate(world, course, author, 1, "Rubbish & lies.")
    report(world, made)
    return made


def rate(world: World, course: MadeCourse, person: Person, rating: int, text: str = "") -> ObjectId:
    body = {"courseId": str(course.id), "rating": rating, "review": text}
    return ObjectId(world.post("/courses/createRating", body, by=person).json["data"]["id"])


def report(world: World, review: ObjectId, reason: str = "Spam", by: Person | None = None) -> None:
    answer = world.post(f"{REVIEWS}/{review}/report", {"reason": reason}, by=by or world.person())
    assert answer.status_code == 202


def stored(review: ObjectId) -> dict[str, Any]:
    found: dict[str, Any] | None = reviews.raw.find_one({"_id": review})
    assert found is not None
    return found


def account(person: Person) -> User:
    found = users.by_id(person.id)
    assert found is not None
    return found


def seen(review: ObjectId) -> int:
    revision: int = stored(review)["revision"]
    return revision


def rating_of(world: World, course: MadeCourse) -> tuple[int, float]:
    """How many ratings and their average, which are the truth."""
    shown = world.get(f"/courses/getAverageRating/{course.id}").json["data"]
    before = courses.get({"_id": course.id})
    prove_counters()
    assert courses.get({"_id": course.id}) == before
    return shown["ratingCount"], shown["averageRating"]


def test_a_reported_review_waits_since_its_first_report(world: World, review: ObjectId) -> None:
    first = stored(review)["reports"][0]["at"]
    report(world, review, "Rude")
    assert moderation.waiting()["reports"] == 1
    assert (stored(review)["openReports"], stored(review)["reportedAt"]) == (2, first)


def test_a_hidden_review_is_gone_and_counts_nothing_until_it_is_back(
    world: World, course: MadeCourse, review: ObjectId
) -> None:
    assert rating_of(world, course) == (2, 3)
    assert len(world.get("/courses/getReviews").json["data"]) == 2
    decisions.hide(review, REASON, seen(review))
    assert rating_of(world, course) == (1, 5)
    assert len(world.get("/courses/getReviews").json["data"]) == 1
    assert moderation.waiting()["reports"] == 0
    decisions.restore(review, seen(review))
    assert rating_of(world, course) == (2, 3)
    assert len(world.get("/courses/getReviews").json["data"]) == 2
    [restored, hidden] = audit_log.history("ratingAndReviews", review)
    assert (hidden["action"], hidden["label"], hidden["reason"]) == ("review.hide", "Rohan Sharma on Knots", REASON)
    assert (hidden["before"], hidden["after"]) == (
        {"status": "visible", "openReports": 1},
        {"status": "hidden", "openReports": 0},
    )
    assert (restored["action"], restored["after"]) == ("review.restore", {"status": "visible"})


def test_dismissed_reports_leave_the_review_and_say_how_they_ended(
    world: World, course: MadeCourse, review: ObjectId
) -> None:
    decisions.dismiss(review, seen(review))
    assert moderation.waiting()["reports"] == 0
    assert rating_of(world, course) == (2, 3)
    assert [each["decision"] for each in stored(review)["reports"]] == ["kept"]


def test_a_review_reported_again_after_a_decision_waits_again(world: World, review: ObjectId) -> None:
    decisions.dismiss(review, seen(review))
    report(world, review, "Still rude")
    assert moderation.waiting()["reports"] == 1
    assert stored(review)["openReports"] == 1
    assert stored(review)["reportedAt"] == stored(review)["reports"][1]["at"]
    decisions.hide(review, REASON, seen(review))
    assert [each["decision"] for each in stored(review)["reports"]] == ["kept", "hidden"]


def test_a_warned_author_is_mailed_what_is_wrong(world: World, author: Person, review: ObjectId) -> None:
    decisions.warn(review, REASON, seen(review))
    world.run_jobs()
    [mail] = world.inbox.to(author.email)
    assert mail.subject == "About your review"
    for text in (REASON, "Rubbish & lies.", "Knots"):
        assert text in mail.text
    assert "&lt;b&gt;insults&lt;/b&gt;" in mail.html
    assert "<b>insults" not in mail.html
    assert moderation.waiting()["reports"] == 0
    assert (stored(review)["status"], stored(review)["reports"][0]["decision"]) == ("visible", "warned")
    assert audit_log.history("ratingAndReviews", review)[0]["reason"] == REASON


def test_suspending_its_author_decides_on_the_reports_and_leaves_the_review(
    world: World, course: MadeCourse, author: Person, review: ObjectId
) -> None:
    decisions.suspend_author(review, REASON, seen(review), account(author)["updatedAt"])
    assert account(author)["status"] == "suspended"
    assert (stored(review)["status"], [each["decision"] for each in stored(review)["reports"]]) == (
        "visible",
        ["suspended"],
    )
    assert (moderation.waiting()["reports"], rating_of(world, course)) == (0, (2, 3))
    [row] = audit_log.history("ratingAndReviews", review)
    assert (row["action"], row["reason"], row["after"]) == ("review.suspend_author", REASON, {"openReports": 0})
    assert audit_log.history("users", author.id)[0]["action"] == "user.suspend"


def test_reports_stay_open_when_their_author_is_not_suspended(author: Person, review: ObjectId) -> None:
    before = stored(review)
    with pytest.raises(ChangedMeanwhile):
        decisions.suspend_author(review, REASON, seen(review), now())
    rule = {"action": {"$ne": "review.suspend_author"}}
    with only_accepting("auditLog", rule), pytest.raises(Exception, match="validation"):
        decisions.suspend_author(review, REASON, seen(review), account(author)["updatedAt"])
    assert (stored(review), account(author)["status"]) == (before, "active")


def test_nobody_is_mailed_who_is_gone(world: World, author: Person, review: ObjectId) -> None:
    decisions.warn(review, REASON, seen(review))
    users.erase(author.id)
    world.run_jobs()
    assert world.inbox.messages == []


@pytest.mark.parametrize("change", ["edit", "report", "decision"])
def test_what_changed_after_staff_looked_is_not_decided_on(
    world: World, author: Person, review: ObjectId, change: str
) -> None:
    was = seen(review)
    if change == "edit":
        world.put(f"{REVIEWS}/{review}", {"review": "Sorry."}, by=author)
    elif change == "report":
        report(world, review, "Rude")
    else:
        decisions.warn(review, REASON, was)
    before = stored(review)
    for decide in (
        lambda: decisions.hide(review, REASON, was),
        lambda: decisions.restore(review, was),
        lambda: decisions.dismiss(review, was),
        lambda: decisions.warn(review, REASON, was),
        lambda: decisions.suspend_author(review, REASON, was, account(author)["updatedAt"]),
    ):
        with pytest.raises(ChangedMeanwhile):
            decide()
    assert (stored(review), account(author)["status"]) == (before, "active")


def test_what_is_so_already_is_refused(world: World, review: ObjectId) -> None:
    with pytest.raises(ReviewUnchanged, match="not hidden"):
        decisions.restore(review, seen(review))
    decisions.hide(review, REASON, seen(review))
    with pytest.raises(ReviewUnchanged, match="hidden already"):
        decisions.hide(review, REASON, seen(review))
    with pytest.raises(ReviewUnchanged, match="no open reports"):
        decisions.dismiss(review, seen(review))
    with pytest.raises(ReviewNotFound):
        decisions.hide(ObjectId(), REASON, 0)


def test_a_deleted_review_waits_for_nobody_but_its_author_can_still_be_warned(
    world: World, course: MadeCourse, author: Person, review: ObjectId
) -> None:
    assert world.delete(f"{REVIEWS}/{review}", by=author).status_code == 204
    assert moderation.waiting()["reports"] == 0
    with pytest.raises(ReviewNotFound, match="deleted"):
        decisions.hide(review, REASON, seen(review))
    decisions.warn(review, REASON, seen(review))
    world.run_jobs()
    assert len(world.inbox.to(author.email)) == 1
    assert "reportedAt" not in stored(review)
    assert rating_of(world, course) == (1, 5)


def test_a_hidden_review_that_is_deleted_and_written_again_stays_hidden(
    world: World, course: MadeCourse, author: Person, review: ObjectId
) -> None:
    decisions.hide(review, REASON, seen(review))
    world.delete(f"{REVIEWS}/{review}", by=author)
    body = {"courseId": str(course.id), "rating": 1, "review": "Rubbish & lies."}
    answer = world.post("/courses/createRating", body, by=author)
    again = ObjectId(answer.json["data"]["id"])
    assert (answer.status_code, answer.json["message"].split(".")[0]) == (201, "Your review is kept")
    assert rating_of(world, course) == (1, 5)
    assert len(world.get("/courses/getReviews").json["data"]) == 1
    decisions.restore(again, 0)
    assert rating_of(world, course) == (2, 3)
    world.delete(f"{REVIEWS}/{again}", by=author)
    rate(world, course, author, 1)
    assert rating_of(world, course) == (2, 3)


def test_a_hidden_review_is_not_written_again_at_the_moment_of_its_deletion(
    world: World, course: MadeCourse, author: Person, review: ObjectId
) -> None:
    decisions.hide(review, REASON, seen(review))
    for _ in range(8):
        body = {"courseId": str(course.id), "rating": 1}
        last = reviews.find({"user": author.id})[0]["_id"]
        calls = [("POST", "/courses/createRating", body, author)] * 3
        world.together(("DELETE", f"{REVIEWS}/{last}", None, author), *calls)
        if not reviews.count({"user": author.id}):
            rate(world, course, author, 1)
        assert rating_of(world, course) == (1, 5)


@pytest.mark.parametrize("concerned", ["author", "teacher"])
def test_moderators_leave_what_concerns_themselves_to_others(
    course: MadeCourse, author: Person, review: ObjectId, concerned: str
) -> None:
    was, before = seen(review), stored(review)
    teacher = courses.raw.find_one({"_id": course.id})["instructor"]  # type: ignore[index]
    own = replace(MODERATOR, id=author.id if concerned == "author" else teacher)
    for decide in (
        lambda: decisions.hide(review, REASON, was),
        lambda: decisions.restore(review, was),
        lambda: decisions.dismiss(review, was),
        lambda: decisions.warn(review, REASON, was),
        lambda: decisions.suspend_author(review, REASON, was, now()),
    ):
        with pytest.raises(OwnWork):
            by(own, decide)
    assert stored(review) == before
    by(replace(own, role="admin"), decisions.dismiss, review, was)


def test_the_rating_is_right_also_when_the_course_was_deleted_meanwhile(
    world: World, course: MadeCourse, review: ObjectId
) -> None:
    courses.update({"_id": course.id}, {"$set": {"deletedAt": now()}})
    decisions.hide(review, REASON, seen(review))
    courses.raw.update_one({"_id": course.id}, {"$unset": {"deletedAt": ""}})
    assert rating_of(world, course) == (1, 5)


def test_a_decision_that_cannot_be_counted_or_recorded_does_not_happen(
    world: World, course: MadeCourse, review: ObjectId
) -> None:
    for collection, rule in (("courses", {"ratingCount": 2}), ("auditLog", {"action": "none"})):
        with only_accepting(collection, rule), pytest.raises(Exception, match="validation"):
            decisions.hide(review, REASON, seen(review))
    assert stored(review)["status"] == "visible"
    assert rating_of(world, course) == (2, 3)


def test_of_the_same_decision_at_once_one_counts(world: World, course: MadeCourse, review: ObjectId) -> None:
    was = seen(review)

    def hide() -> bool:
        with world.app.app_context():
            try:
                decisions.hide(review, REASON, was)
            except (ChangedMeanwhile, ReviewUnchanged):
                return False
            return True

    assert at_once([hide] * 4).count(True) == 1
    assert rating_of(world, course) == (1, 5)


def test_several_are_decided_on_each_alone(world: World, course: MadeCourse, author: Person, review: ObjectId) -> None:
    person = world.person()
    world.enroll(person, course)
    other = rate(world, course, person, 2)
    report(world, other)
    selected = [Selected(review, seen(review)), Selected(other, seen(other))]
    world.put(f"{REVIEWS}/{review}", {"review": "Sorry."}, by=author)
    outcome = bulk.decide(selected, lambda review_id, at: decisions.hide(review_id, REASON, at))
    assert outcome.done == [other]
    assert isinstance(outcome.refused[review], ChangedMeanwhile)
