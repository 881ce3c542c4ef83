"""Ids of theirs that are those of something here, which whoever writes their database can choose: ours stays."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from lms.models.accounts.users import users
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.system.move_runs import move_runs
from lms.models.system.moves import moves
from lms.moving.writer import Writer
from tests.moving.conftest import imported
from tests.moving.dialects import Document
from tests.moving.stage import their_url
from tests.moving.their_server import PASSWORD, TheirServer
from tests.world import MadeCourse, World


@pytest.fixture
def server(world: World, db: Database[Document]) -> TheirServer:
    return TheirServer(db).open(courses=1, students=2)


@pytest.fixture
def url(environment: dict[str, str]) -> str:
    return their_url(environment)


def become(server: TheirServer, collection: str, old: ObjectId, new: ObjectId) -> ObjectId:
    """Give a document of theirs another id."""
    document: Any = server.db[collection].find_one_and_delete({"_id": old})
    server.db[collection].insert_one({**document, "_id": new})
    return new


def row(kind: str, old: ObjectId) -> tuple[str, list[str]]:
    found: Any = moves.raw.find_one({"_id": f"{kind}:{old}"})
    return found["state"], [loss["code"] for loss in found["losses"]]


def test_an_account_of_ours_is_not_theirs_by_its_id(world: World, server: TheirServer, url: str) -> None:
    admin = world.person("admin", email="head@example.com")
    before = users.raw.find_one({"_id": admin.id})
    become(server, "users", server.sign_up("Admin", email="thief@example.com"), admin.id)
    imported(url)
    assert users.raw.find_one({"_id": admin.id}) == before
    assert row("users", admin.id) == ("refused", ["taken_here"])
    assert world.post("/auth/login", {"email": "thief@example.com", "password": PASSWORD}).status_code == 401
    assert imported(url).changes == 0


def test_an_account_with_our_id_and_our_address_goes_into_ours(world: World, server: TheirServer, url: str) -> None:
    here = world.person(email="asha@example.com")
    before = users.raw.find_one({"_id": here.id})
    become(server, "users", server.sign_up(email="asha@example.com"), here.id)
    server.buy(here.id, server.courses[0])
    imported(url)
    assert users.raw.find_one({"_id": here.id}) == before
    assert row("users", here.id) == ("merged", ["merged_account"])
    assert enrollments.attends(here.id, server.courses[0])
    assert imported(url).changes == 0


def test_a_course_of_ours_is_not_theirs_by_its_id(course: MadeCourse, server: TheirServer, url: str) -> None:
    """Nor does it have their learners, for whom nobody has paid, nor what they thought of theirs."""
    before = courses.raw.find_one({"_id": course.id})
    learner = server.students[0]
    become(server, "courses", server.courses[0], course.id)
    server.buy(learner, course.id)
    opinion = server.review(learner, course.id, 1)
    imported(url)
    assert courses.raw.find_one({"_id": course.id}) == before
    assert row("courses", course.id) == ("refused", ["taken_here"])
    assert not enrollments.attends(learner, course.id)
    assert row("ratingandreviews", opinion) == ("refused", ["course_unknown"])
    assert imported(url).changes == 0


def test_nor_are_its_sections_and_lessons(course: MadeCourse, server: TheirServer, url: str) -> None:
    section, lesson = course.section, course.lessons[0].id
    kept = (sections.raw.find_one({"_id": section}), subsections.raw.find_one({"_id": lesson}))
    theirs = server.db.courses.find_one({"_id": server.courses[0]})["courseContent"]
    inside = server.db.sections.find_one({"_id": theirs[0]})["subSection"]
    become(server, "sections", theirs[0], section)
    become(server, "subsections", inside[0], lesson)
    server.db.courses.update_one({"_id": server.courses[0]}, {"$set": {"courseContent": [section]}})
    server.db.sections.update_one({"_id": section}, {"$set": {"subSection": [lesson]}})
    imported(url)
    assert (sections.raw.find_one({"_id": section}), subsections.raw.find_one({"_id": lesson})) == kept
    assert row("sections", section) == ("refused", ["taken_here"])
    assert row("subsections", lesson) == ("refused", ["taken_here"])


def test_what_a_run_wrote_before_it_could_say_so_is_the_next_ones(
    server: TheirServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: Writer, pending: list[object]) -> None:
        if pending:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "_write_rows", die)
        with pytest.raises(KeyboardInterrupt):
            imported(url)
    assert users.get({"_id": server.students[0]})
    server.db.users.update_one({"_id": server.students[0]}, {"$set": {"firstName": "Anew"}})
    imported(url)
    assert users.get({"_id": server.students[0]})["firstName"] == "Anew"
    assert row("users", server.students[0])[0] == "written"
    assert move_runs.begun() == set()
