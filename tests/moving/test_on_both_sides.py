"""A school that is used here while it is still used there."""

from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from lms.controllers.accounts import merging
from lms.models.accounts.sessions import sessions
from lms.models.accounts.users import users
from lms.models.actors import OPERATOR, acting_as
from lms.models.catalogue.categories import categories
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from lms.models.system.audit_log import audit_log
from lms.models.system.moves import moves
from lms.moving import users as importer_users
from lms.moving.became import Options
from lms.moving.proof import prove
from lms.moving.source import Source
from tests.database import only_accepting
from tests.merging import wrong_counters
from tests.moving.conftest import imported
from tests.moving.dialects import Document
from tests.moving.stage import their_url
from tests.moving.state import every_document
from tests.moving.their_server import PASSWORD, TheirServer, hashed
from tests.world import World


@pytest.fixture
def server(world: World, db: Database[Document]) -> TheirServer:
    return TheirServer(db).open(courses=2, students=3)


@pytest.fixture
def url(environment: dict[str, str]) -> str:
    return their_url(environment)


def codes(kind: str, old: ObjectId) -> list[str]:
    row: Any = moves.raw.find_one({"_id": f"{kind}:{old}"})
    return [loss["code"] for loss in row["losses"]]


def test_what_was_changed_here_is_left_as_it_is(server: TheirServer, url: str) -> None:
    imported(url)
    course = server.courses[0]
    courses.update({"_id": course}, {"$set": {"title": "Ours"}})
    assert imported(url).changes == 0
    server.edit_course(course, courseName="Theirs")
    assert imported(url).changes == 0
    assert courses.get({"_id": course})["title"] == "Ours"
    assert "changed_here" in codes("courses", course)
    assert imported(url).changes == 0


def test_what_was_only_counted_here_follows_them(server: TheirServer, url: str) -> None:
    imported(url)
    course = server.courses[0]
    courses.update({"_id": course}, {"$inc": {"studentsCount": 5}})
    server.edit_course(course, courseName="Theirs")
    assert imported(url).changes == 1
    assert courses.get({"_id": course})["title"] == "Theirs"


def test_who_has_an_account_here_keeps_it(world: World, server: TheirServer, url: str) -> None:
    here = world.person(email="asha@example.com")
    there = server.sign_up(email="Asha@Example.com")
    server.buy(there, server.courses[0])
    imported(url)
    assert users.raw.find_one({"_id": there}) is None
    assert enrollments.attends(here.id, server.courses[0])
    assert codes("users", there) == ["merged_account"]
    assert imported(url).changes == 0


def test_a_category_of_ours_with_the_same_name_takes_theirs_in(world: World, server: TheirServer, url: str) -> None:
    ours = categories.create("programming", "")["id"]
    imported(url)
    assert {each["name"] for each in categories.find({})} == {"programming", "Music"}
    assert courses.count({"category": ours}) > 0


def test_who_was_let_go_here_is_not_enrolled_again(server: TheirServer, url: str) -> None:
    imported(url)
    user, course = server.bought[0]
    enrollments.leave(user, course)
    server.edit_course(course, courseName="Theirs")
    imported(url)
    assert not enrollments.attends(user, course)


def test_a_new_password_there_ends_the_sign_ins_here(world: World, server: TheirServer, url: str) -> None:
    imported(url)
    email = users.get({"_id": server.students[0]})["email"]
    token = world.post("/auth/login", {"email": email, "password": PASSWORD}).json["token"]
    server.db.users.update_one({"_id": server.students[0]}, {"$set": {"password": hashed("another one")}})
    imported(url)
    assert world.get("/profile/getUserDetails/me", by=token).status_code == 401
    assert sessions.count({"endedAt": None}) == 0


def test_who_has_signed_in_here_stays_though_they_have_left_there(world: World, server: TheirServer, url: str) -> None:
    imported(url)
    stays, leaves = server.students[:2]
    email = users.get({"_id": stays})["email"]
    world.post("/auth/login", {"email": email, "password": PASSWORD})
    for each in (stays, leaves):
        server.delete_account(each)
    imported(url)
    assert users.get({"_id": stays})["email"] == email
    assert (users.raw.find_one({"_id": leaves}) or {"firstName": "Former"})["firstName"] == "Former"


def test_a_run_since_then_leaves_out_what_was_not_touched(server: TheirServer, url: str) -> None:
    imported(url)
    old, new = server.courses[:2]
    server.db.courses.update_one({"_id": old}, {"$set": {"courseName": "Unseen"}})
    since = server.moment
    server.moment += timedelta(minutes=1)
    server.edit_course(new, courseName="Seen")
    imported(url, Options(since=since))
    assert [courses.get({"_id": each})["title"] for each in (old, new)][1] == "Seen"
    assert courses.get({"_id": old})["title"] != "Unseen"
    imported(url)
    assert courses.get({"_id": old})["title"] == "Unseen"


def test_instructors_wait_where_they_are_approved_unless_they_sell(server: TheirServer, url: str) -> None:
    waiting = server.sign_up("Instructor")
    imported(url, Options(instructors_wait=True))
    assert users.get({"_id": waiting})["appliedAt"]
    assert {"appliedAt" in users.get({"_id": each}) for each in server.instructors if each != waiting} == {False}


def test_pages_that_were_made_before_are_made_anew(world: World, server: TheirServer, url: str) -> None:
    imported(url)
    course = server.courses[0]
    path = f"/courses/getCourseDetails/{course}"
    assert world.get(path).json["data"]["title"] != "Renamed"
    server.edit_course(course, courseName="Renamed")
    imported(url)
    assert world.get(path).json["data"]["title"] == "Renamed"
    assert [row["action"] for row in audit_log.find({})] == ["school.import"] * 2


def test_an_address_that_is_mended_there_signs_in_here(world: World, server: TheirServer, url: str) -> None:
    user = server.sign_up(email="asha at example.com")
    imported(url)
    assert codes("users", user) == ["address_unusable"]
    server.db.users.update_one({"_id": user}, {"$set": {"email": "asha@example.com"}})
    imported(url)
    assert world.post("/auth/login", {"email": "asha@example.com", "password": PASSWORD}).status_code == 200


def test_what_mongodb_does_not_take_is_refused_and_the_rest_written(
    world: World, server: TheirServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a fault of this importer would be: half of a document, and a function that breaks."""
    with only_accepting("ratingAndReviews", {"rating": {"$ne": 4}}):
        user, course = server.bought[0]
        server.review(user, course, 4)
        broken = server.students[0]
        became = importer_users.became

        def breaks(old: ObjectId, *rest: Any) -> Any:
            return 1 / 0 if old == broken else became(old, *rest)

        monkeypatch.setattr(importer_users, "became", breaks)
        imported(url)
    refused = {row["_id"].partition(":")[0] for row in moves.raw.find({"state": "refused"})}
    assert refused == {"ratingandreviews", "users"}
    monkeypatch.undo()
    assert imported(url).changes > 0
    assert moves.raw.count_documents({"state": "refused"}) == 0


def test_who_was_merged_here_stays_so_and_what_they_do_there_is_the_other_accounts(
    world: World, server: TheirServer, url: str
) -> None:
    kept, merged = server.students[:2]
    shared, other = server.courses[:2]
    for student in (kept, merged):
        if (student, shared) not in server.bought:
            server.buy(student, shared)
    for place, student in enumerate((kept, merged)):
        server.complete(student, shared, server.lessons_of(shared)[place])
        server.review(student, shared, 3 + place)
    imported(url)
    with acting_as(OPERATOR):
        merging.merge(kept, merged, "Both are hers.")
    first = imported(url)
    before = every_document()
    assert imported(url).changes == 0
    assert every_document() == before
    assert first.changes == first.counts["ratingandreviews"].removed == 1, "one review of one person, as ever"
    assert enrollments.count({"user": merged}) == 0
    if (merged, other) not in server.bought:
        server.buy(merged, other)
    imported(url)
    assert enrollments.attends(kept, other)
    assert (enrollments.count({"user": merged}), imported(url).changes) == (0, 0)
    found = course_progress.of_learner(kept, shared)
    assert found is not None
    assert set(server.lessons_of(shared)[:2]) <= set(found["completed"])
    assert [each["rating"] for each in reviews.find({"course": shared, "user": kept})] == [4]
    assert users.raw.find_one({"_id": merged})["mergedInto"] == kept
    assert wrong_counters() == []
    with closing(Source(url)) as source:
        checks = prove(source, Options())
    assert [each.name for each in checks if not each.holds] == []
