"""The proof sees what is missing or wrong."""

from collections.abc import Callable

import pytest
from bson import ObjectId

from lms.models.accounts.users import users
from lms.models.authoring.sections import sections
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from lms.models.system.moves import moves
from lms.moving.became import Options
from lms.moving.proof import prove
from lms.moving.source import Source
from tests.moving.conftest import Theirs, command, imported
from tests.world import World


@pytest.fixture
def moved(world: World, theirs: Theirs) -> World:
    world.once(BUILDS.setdefault(id(theirs), lambda _: imported(theirs.url)))
    return world


BUILDS: dict[int, Callable[[World], object]] = {}


def failing(theirs: Theirs) -> set[str]:
    source = Source(theirs.url)
    try:
        return {check.name for check in prove(source, Options()) if not check.holds}
    finally:
        source.close()


def unenrol() -> None:
    enrollments.raw.delete_one({})


def forget_progress() -> None:
    course_progress.raw.update_one({"completed.0": {"$exists": True}}, {"$set": {"completed": []}})


def change_a_rating() -> None:
    reviews.raw.update_one({"rating": {"$gt": 1}}, {"$inc": {"rating": -1}})


def lose_a_section() -> None:
    sections.raw.delete_one({})


def lose_somebody() -> None:
    users.raw.delete_one({"_id": enrollments.find({})[0]["user"]})


def lose_a_row() -> None:
    moves.raw.delete_one({"_id": {"$regex": "^courses:"}})


def keep_a_row_of_nothing() -> None:
    row = moves.raw.find_one({"_id": {"$regex": "^users:"}, "state": "written"})
    moves.raw.insert_one({**row, "_id": f"users:{ObjectId()}"})


def refuse_without_a_reason() -> None:
    moves.raw.update_one({"state": "refused", "_id": {"$regex": "^sections:"}}, {"$set": {"losses": []}})


def miscount() -> None:
    courses.raw.update_one({}, {"$inc": {"studentsCount": 1}})


@pytest.mark.parametrize(
    ("spoil", "seen"),
    [
        (unenrol, {"attending", "counters", "again"}),
        (forget_progress, {"completed"}),
        (change_a_rating, {"ratings", "counters"}),
        (lose_a_section, {"sections", "subsections.section", "counters"}),
        (lose_somebody, {"users", "profiles.user", "enrollments.user", "courseProgress.user"}),
        (lose_a_row, {"courses", "again"}),
        (keep_a_row_of_nothing, {"users", "again"}),
        (refuse_without_a_reason, {"sections"}),
        (miscount, {"counters"}),
    ],
)
def test_what_is_wrong_is_seen(moved: World, theirs: Theirs, spoil: Callable[[], None], seen: set[str]) -> None:
    spoil()
    found = failing(theirs)
    assert found >= seen
    assert not found - seen - {"ratingAndReviews.user", "courses.lessons", "courses.instructor"}


def test_the_command_ends_with_what_does_not_add_up(moved: World, theirs: Theirs) -> None:
    miscount()
    proven = command(moved, theirs.url, "--prove")
    assert proven.exit_code == 1
    assert "  NO   The counters of every course are right." in proven.output
    assert "1 of " in proven.output.splitlines()[-1]


def test_a_dry_run_says_what_it_would_do_and_does_nothing(moved: World, theirs: Theirs) -> None:
    enrollments.raw.delete_one({})
    before = enrollments.count({})
    told = command(moved, theirs.url, "--dry-run", "--no-admin", "--unpublish")
    assert told.exit_code == 0
    assert "to make" in told.output
    assert enrollments.count({}) == before
