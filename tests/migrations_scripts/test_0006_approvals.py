"""Migration 0006 on a database as the version before it left one."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo import IndexModel

from lms import migrations
from lms.controllers.moderation import approvals
from lms.controllers.moderation import courses as moderation
from lms.extensions import mongo
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.reviews import reviews
from lms.models.moderation.approvals import course_approvals
from lms.models.preparation import prepare
from tests.world import World

OLD_INDEXES = ([("status", 1), ("createdAt", -1), ("_id", -1)], [("status", 1), ("rating", -1), ("_id", -1)])


@pytest.fixture
def migration(world: World) -> Any:
    """The migration, before reviews with their old indexes; afterwards the indexes are the declared ones."""
    assert mongo.db is not None
    mongo.db.ratingAndReviews.drop_indexes()
    mongo.db.ratingAndReviews.create_indexes([IndexModel(keys) for keys in OLD_INDEXES])
    return migrations._load("0006_keep_what_was_approved")


def test_what_is_published_counts_as_approved_and_nothing_else_does(world: World, migration: Any) -> None:
    teacher = world.person("instructor")
    published, draft = world.course(teacher, lessons=2), world.draft(teacher)
    courses.raw.update_many({}, {"$unset": {"changedAt": ""}})
    for _ in range(2):
        migration.up(mongo.db)
        assert [each["_id"] for each in course_approvals.find({})] == [published.id]
        stored, approved = courses.get({"_id": published.id}), approvals.last_approval(published.id)
        assert stored is not None
        assert approved is not None
        assert approvals.compare(approved, approvals.content(stored)) == []
        assert [len(section["lessons"]) for section in approved["sections"]] == [2]
    world.put(f"/courses/editCourse/{published.id}", {"title": "Other"}, by=teacher)
    assert moderation.waiting()["changed"] == 1
    assert approvals.last_approval(draft.id) is None


def test_an_approval_of_meanwhile_is_kept(world: World, migration: Any) -> None:
    teacher = world.person("instructor")
    course = world.course(teacher, title="Knots")
    moderation.accept(course.id, seen=None)
    world.put(f"/courses/editCourse/{course.id}", {"title": "Bends"}, by=teacher)
    migration.up(mongo.db)
    approved = approvals.last_approval(course.id)
    assert approved is not None
    assert approved["fields"]["title"] == "Knots"


def test_reports_that_nobody_decided_on_are_open(world: World, migration: Any) -> None:
    moment = now()
    review = {"course": ObjectId(), "rating": 1, "review": "", "status": "visible", "createdAt": moment}
    reports = [{"user": ObjectId(), "reason": "Rude", "at": moment}]
    decided = [{**reports[0], "decision": "kept", "decidedAt": moment}]
    reviews.insert_many({**review, "user": ObjectId(), "reports": given} for given in (reports, [], decided))
    for _ in range(2):
        migration.up(mongo.db)
        assert moderation.waiting()["reports"] == 1
        [found] = reviews.find({"openReports": {"$exists": True}})
        assert (found["openReports"], found["reportedAt"]) == (1, moment)


def test_indexes_that_were_replaced_are_gone(migration: Any) -> None:
    assert mongo.db is not None
    migration.up(mongo.db)
    prepare(mongo.db)
    names = mongo.db.ratingAndReviews.index_information()
    assert not [name for name in names if name.startswith(("status_1_createdAt", "status_1_rating"))]
    assert [name for name in names if name.startswith("status_1_deletedAt_1_createdAt")]
