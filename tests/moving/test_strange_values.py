"""Values that no form of theirs lets through, and that whoever has their database can put there: an import goes on."""

from datetime import datetime
from typing import Any

import bson
import pytest
from bson import Decimal128, ObjectId
from bson.datetime_ms import DatetimeMS
from pymongo.database import Database

from lms.models.accounts.profiles import profiles
from lms.models.accounts.users import users
from lms.models.catalogue.courses import courses
from lms.models.moderation.approvals import course_approvals
from lms.models.system.moves import moves
from lms.moving.became import Options
from lms.moving.references import named_again
from lms.moving.school import School
from tests.moving.conftest import imported
from tests.moving.dialects import Document
from tests.moving.stage import their_url
from tests.moving.their_server import TheirServer
from tests.world import World

BEYOND, BEFORE = DatetimeMS(2**60), DatetimeMS(-(2**60))


@pytest.fixture
def server(world: World, db: Database[Document]) -> TheirServer:
    return TheirServer(db).open(courses=1, students=1)


@pytest.fixture
def url(environment: dict[str, str]) -> str:
    return their_url(environment)


def put(server: TheirServer, **fields: Any) -> None:
    server.db.courses.update_one({"_id": server.courses[0]}, {"$set": fields})


@pytest.mark.parametrize("price", [2**62, Decimal128("9E6000"), 10**15])
def test_prices_that_nobody_can_pay_are_lowered(server: TheirServer, url: str, price: Any) -> None:
    learners = [server.courses[0]] * 3
    put(server, price=price, studentsEnrolled=learners)
    imported(url)
    course = courses.get({"_id": server.courses[0]})
    assert (course["amount"], course["opening"]) == (10**9, {"students": 3, "amount": 3 * 10**9})
    row: Any = moves.raw.find_one({"_id": f"courses:{server.courses[0]}"})
    assert "price_lowered" in [loss["code"] for loss in row["losses"]]


@pytest.mark.parametrize("time", [BEYOND, BEFORE, datetime(1, 1, 1), datetime(9999, 1, 1), "soon"])
def test_times_at_which_nothing_was_made_are_those_of_the_ids(server: TheirServer, url: str, time: Any) -> None:
    """A learner of the year 1 would have every day since then counted."""
    put(server, createdAt=time, updatedAt=time, courseName=time)
    server.db.users.update_one({"_id": server.students[0]}, {"$set": {"createdAt": time, "updatedAt": time}})
    imported(url, Options(since=datetime(1, 1, 1)))
    for made in (courses.get({"_id": server.courses[0]}), users.get({"_id": server.students[0]})):
        assert made["createdAt"] == made["updatedAt"] == made["_id"].generation_time.replace(tzinfo=None)


def test_texts_that_are_no_utf8_are_read_all_the_same(server: TheirServer, url: str) -> None:
    document = bson.encode(server.db.courses.find_one({"_id": server.courses[0]}) | {"courseName": "Draw@@ing"})
    server.db.courses.delete_one({"_id": server.courses[0]})
    server.db.courses.insert_one(bson.raw_bson.RawBSONDocument(document.replace(b"Draw@@ing", b"Draw\xff\xfeing")))
    imported(url)
    assert courses.get({"_id": server.courses[0]})["title"] == "Draw\ufffd\ufffding"


def test_who_has_no_profile_there_any_more_has_an_empty_one(server: TheirServer, url: str) -> None:
    imported(url)
    learner = server.students[0]
    assert profiles.get({"user": learner})["_id"] != learner
    server.db.users.update_one({"_id": learner}, {"$set": {"additionalDetails": {"$gt": ""}}})
    imported(url)
    assert profiles.get({"user": learner})["_id"] == learner
    assert imported(url).changes == 0


def test_a_course_too_large_to_be_approved_is_a_draft(
    server: TheirServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.moving.courses.MOST_BYTES", 100)
    imported(url)
    course = courses.get({"_id": server.courses[0]})
    assert (course["status"], course["publishedAt"]) == ("draft", None)
    assert course_approvals.get({"_id": course["_id"]}) is None
    row: Any = moves.raw.find_one({"_id": f"courses:{course['_id']}"})
    assert "too_large_to_approve" in [loss["code"] for loss in row["losses"]]


def test_what_is_named_again_is_told_of_once_a_time() -> None:
    """By looking each up once: a list that fills a document of MongoDB has hundreds of thousands."""
    one, other = ObjectId(), ObjectId()
    assert list(named_again([one, other, one, one])) == [one, one]
    assert School(lessons_of={one: [other, one]}).lesson_places == {other: 0, one: 1}
