from typing import Any

import pytest
from bson import ObjectId

from lms.models.accounts.users import users
from lms.models.learning.reviews import reviews
from lms.models.system.audit_log import audit_log
from tests.admin.moderation.test_waiting_courses import count_in_navigation, seen_on, ticks
from tests.staff import Browser, notices, rows, soup
from tests.world import MadeCourse, Person, World, refused

REASON = "No insults, please."


@pytest.fixture
def course(world: World) -> MadeCourse:
    return world.course(world.person("instructor"), title="Knots")


@pytest.fixture
def author(world: World, course: MadeCourse) -> Person:
    return learner(world, course, "Rohan")


@pytest.fixture
def review(world: World, course: MadeCourse, author: Person) -> ObjectId:
    return reported(world, course, author, 1, "Rubbish.", "Rude")


def learner(world: World, course: MadeCourse, name: str) -> Person:
    person = world.person(firstName=name)
    world.enroll(person, course)
    return person


def reported(world: World, course: MadeCourse, person: Person, rating: int, text: str, *reasons: str) -> ObjectId:
    body = {"courseId": str(course.id), "rating": rating, "review": text}
    made = world.post("/courses/createRating", body, by=person).json["data"]["id"]
    for reason in reasons:
        report(world, made, reason)
    return ObjectId(made)


def report(world: World, review: ObjectId | str, reason: str) -> None:
    by = world.person(firstName="Reporter")
    assert world.post(f"/courses/reviews/{review}/report", {"reason": reason}, by=by).status_code == 202


def stored(review: ObjectId) -> dict[str, Any]:
    found: dict[str, Any] | None = reviews.raw.find_one({"_id": review})
    assert found is not None
    return found


def rating(world: World, course: MadeCourse) -> int:
    count: int = world.get(f"/courses/getAverageRating/{course.id}").json["data"]["ratingCount"]
    return count


def act(moderator: Browser, review: ObjectId, action: str, **typed: str) -> list[str]:
    """What the page says after that action was chosen on the review's page."""
    form = seen_on(moderator.page(f"/admin/reports/{review}"), action)
    return notices(moderator.act(f"/admin/reports/{review}/{action}", {**form, **typed}))


def test_the_first_reported_comes_first_with_how_often(
    world: World, course: MadeCourse, author: Person, review: ObjectId, moderator: Browser
) -> None:
    later = reported(world, course, learner(world, course, "Meera"), 2, "Bad.", "Spam", "Rude")
    reviews.update({"_id": review}, [{"$set": {"reportedAt": {"$subtract": ["$reportedAt", 3 * 86_400_000]}}}])
    page = moderator.page("/admin/reports/")
    assert [row[1:] for row in rows(page)] == [
        ["Rubbish.", "1 ★", "Knots", "Rohan Sharma", "visible", "1", "3 days ago"],
        ["Bad.", "2 ★", "Knots", "Meera Sharma", "visible", "2", "a moment ago"],
    ]
    assert [row[1] for row in rows(moderator.page("/admin/reports/?sort=5&desc=1"))] == ["Bad.", "Rubbish."]
    assert count_in_navigation(page, "Reported reviews") == 2
    assert str(later) in str(page)


def test_a_page_shows_the_reports_and_no_address_of_anybody(
    world: World, author: Person, review: ObjectId, moderator: Browser
) -> None:
    page = moderator.page(f"/admin/reports/{review}")
    assert rows(page)[0][1:] == ["Reporter Sharma", "Rude", "open"]
    assert "Rubbish." in page.get_text()
    assert "@" not in page.get_text()


def test_hiding_and_showing_again_moves_the_rating_at_once(
    world: World, course: MadeCourse, review: ObjectId, moderator: Browser
) -> None:
    assert rating(world, course) == 1
    assert act(moderator, review, "hide", reason=REASON) == ["The review is hidden, and counts no longer."]
    assert (rating(world, course), world.get("/courses/getReviews").json["data"]) == (0, [])
    assert rows(moderator.page("/admin/reports/")) == []
    act(moderator, review, "restore")
    assert (rating(world, course), len(world.get("/courses/getReviews").json["data"])) == (1, 1)


def test_dismissed_reports_are_gone_until_somebody_reports_again(
    world: World, review: ObjectId, moderator: Browser
) -> None:
    act(moderator, review, "dismiss", reason="Only an opinion.")
    assert audit_log.history("ratingAndReviews", review)[0]["reason"] == "Only an opinion."
    assert rows(moderator.page("/admin/reports/")) == []
    report(world, review, "Still rude")
    assert [row[6] for row in rows(moderator.page("/admin/reports/"))] == ["1"]
    told = [row[2:] for row in rows(moderator.page(f"/admin/reports/{review}"))[:2]]
    assert told[0] == ["Still rude", "open"]
    assert told[1][1].startswith("kept, ")


def test_warning_mails_the_author(world: World, author: Person, review: ObjectId, moderator: Browser) -> None:
    act(moderator, review, "warn", reason=REASON)
    world.run_jobs()
    assert REASON in world.inbox.to(author.email)[0].text


def test_suspending_the_author_ends_their_sign_ins(
    world: World, author: Person, review: ObjectId, moderator: Browser
) -> None:
    act(moderator, review, "suspend", reason=REASON)
    assert refused(world.get("/auth/sessions", by=author)) == (401, "token_invalid")
    assert rows(moderator.page("/admin/reports/")) == []
    page = moderator.page(f"/admin/reports/{review}")
    reported, done = rows(page)
    assert reported[3].startswith("suspended, ")
    assert done[2:] == ["review.suspend_author", REASON]
    assert not [form for form in page.select("form") if str(form["action"]).endswith("/suspend")]


def test_an_author_changed_meanwhile_is_looked_at_first(
    world: World, author: Person, review: ObjectId, moderator: Browser
) -> None:
    form = seen_on(moderator.page(f"/admin/reports/{review}"), "suspend")
    world.put("/profile/updateProfile/me", {"firstName": "Rahul"}, by=author)
    answer = moderator.post(f"/admin/reports/{review}/suspend", {**form, "reason": REASON})
    assert answer.status_code == 409
    user = users.by_id(author.id)
    assert user is not None
    assert user["status"] == "active"


def test_a_review_changed_meanwhile_is_looked_at_first(
    world: World, author: Person, review: ObjectId, moderator: Browser
) -> None:
    form = seen_on(moderator.page(f"/admin/reports/{review}"), "hide")
    world.put(f"/courses/reviews/{review}", {"review": "Sorry for that."}, by=author)
    answer = moderator.post(f"/admin/reports/{review}/hide", {**form, "reason": REASON})
    shown = soup(answer)
    assert answer.status_code == 409
    assert "Sorry for that." in shown.get_text()
    assert REASON in shown.get_text()
    assert stored(review)["status"] == "visible"


def test_a_review_its_author_deleted_is_still_to_be_read_and_warned_about(
    world: World, author: Person, review: ObjectId, moderator: Browser
) -> None:
    form = seen_on(moderator.page(f"/admin/reports/{review}"), "hide")
    world.delete(f"/courses/reviews/{review}", by=author)
    assert rows(moderator.page("/admin/reports/")) == []
    assert moderator.post(f"/admin/reports/{review}/hide", {**form, "reason": REASON}).status_code == 404
    page = moderator.page(f"/admin/reports/{review}")
    assert "Its author deleted it" in page.get_text()
    assert not [each for each in page.select("form") if str(each["action"]).endswith(("/hide", "/restore"))]
    act(moderator, review, "warn", reason=REASON)
    world.run_jobs()
    assert len(world.inbox.to(author.email)) == 1
    deleted = moderator.page("/admin/deleted/?kind=reviews")
    assert rows(deleted)[0][:2] == ["1 ★ Rubbish.", "Knots"]


def test_several_are_hidden_or_dismissed_each_alone(
    world: World, course: MadeCourse, author: Person, review: ObjectId, moderator: Browser
) -> None:
    other = reported(world, course, learner(world, course, "Meera"), 2, "Bad.", "Spam")
    ids = ticks(moderator.page("/admin/reports/"))
    world.put(f"/courses/reviews/{review}", {"review": "Sorry."}, by=author)
    told = notices(moderator.act("/admin/reports/hide", {"id": ids, "reason": REASON}))
    assert told[0] == "Hidden: Meera Sharma on Knots."
    assert told[1].startswith("“Rohan Sharma on Knots” is as it was.")
    assert (stored(review)["status"], stored(other)["status"]) == ("visible", "hidden")
    ids = ticks(moderator.page("/admin/reports/"))
    moderator.act("/admin/reports/dismiss", {"id": ids, "reason": "Only an opinion."})
    assert audit_log.history("ratingAndReviews", review)[0]["reason"] == "Only an opinion."
    assert rows(moderator.page("/admin/reports/")) == []
    assert rating(world, course) == 1


def test_reports_are_dismissed_without_a_reason_too(world: World, review: ObjectId, moderator: Browser) -> None:
    moderator.act("/admin/reports/dismiss", {"id": ticks(moderator.page("/admin/reports/")), "reason": ""})
    assert rows(moderator.page("/admin/reports/")) == []
    report(world, review, "Still rude")
    act(moderator, review, "dismiss", reason="")
    assert [row["reason"] for row in audit_log.history("ratingAndReviews", review)] == [None, None]


def test_all_reviews_are_found_by_author_course_stars_and_state(
    world: World, course: MadeCourse, review: ObjectId, moderator: Browser
) -> None:
    reported(world, course, learner(world, course, "Meera"), 5, "Quite wonderful knots.")
    for query, expected in (
        ("", ["Quite wonderful knots.", "Rubbish."]),
        ("?search=meera", ["Quite wonderful knots."]),
        ("?search=KNO", ["Quite wonderful knots.", "Rubbish."]),
        ("?search=%5B(", []),
        ("?flt0_rating=1", ["Rubbish."]),
        ("?flt0_reportedAt=yes", ["Rubbish."]),
        ("?flt0_status=hidden", []),
    ):
        assert [row[1] for row in rows(moderator.page(f"/admin/reviews/{query}"))] == expected, query
