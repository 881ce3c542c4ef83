from collections.abc import Iterator

import pytest
from flask import Flask

from lms.controllers.moderation import approvals, deleted
from lms.controllers.moderation import courses as moderation
from lms.models.base import now
from lms.models.catalogue.course_search import searchable
from lms.models.catalogue.courses import CHANGED, FEATURED, IN_REVIEW, courses
from lms.models.learning.reviews import REPORTED, reviews
from tests import demo_data


@pytest.fixture
def seeded(app: Flask) -> Iterator[None]:
    with app.app_context(), demo_data.shown():
        yield


@pytest.mark.usefixtures("seeded")
def test_something_of_every_kind_waits_for_staff() -> None:
    waiting = moderation.waiting()
    assert waiting["courses"] >= 3
    assert waiting["changed"] == 1
    assert waiting["reports"] >= 5
    assert courses.count({**FEATURED, "status": "published"}) >= 3
    assert {name: count for name, count in deleted.counts().items() if count} == {
        "courses": 1,
        "sections": 1,
        "lessons": 1,
    }
    for course in courses.find(IN_REVIEW):
        assert course["createdAt"] < course["submittedAt"] < now()


@pytest.mark.usefixtures("seeded")
def test_only_the_changed_course_differs_from_what_was_approved() -> None:
    for course in courses.find({"publishedAt": {"$ne": None}}):
        approved = approvals.last_approval(course["_id"])
        assert approved is not None
        changes = approvals.compare(approved, approvals.content(course))
        assert bool(changes) == ("changedAt" in course)
    [changed] = courses.find(CHANGED)
    assert changed["updatedAt"] < now()
    words = searchable(changed["title"], changed["description"], changed["tags"])
    assert {**changed, **words} == changed


@pytest.mark.usefixtures("seeded")
def test_reports_are_as_the_api_would_have_written_them() -> None:
    for review in reviews.find(REPORTED):
        times = [report["at"] for report in review["reports"]]
        assert (review["openReports"], review["reportedAt"]) == (len(times), min(times))
        assert len({report["user"] for report in review["reports"]}) == len(times)
        assert review["createdAt"] <= min(times) <= max(times) < now()
