"""The grown database has the shapes that their Mongoose writes."""

from collections.abc import Iterator

import pymongo
import pytest

from tests.moving.dialects import DIALECTS
from tests.moving.planted import plant
from tests.moving.stage import their_database
from tests.moving.their_server import TheirServer


@pytest.fixture
def source(environment: dict[str, str]) -> Iterator[pymongo.database.Database[dict[str, object]]]:
    with their_database(environment) as db:
        yield db


@pytest.mark.parametrize("name", DIALECTS)
def test_the_same_seed_grows_the_same_school(source: pymongo.database.Database[dict[str, object]], name: str) -> None:
    def grown() -> list[object]:
        for collection in source.list_collection_names():
            source[collection].drop()
        server = TheirServer(source, DIALECTS[name], seed=7).open()
        faults = plant(server)
        kept = list(source.courses.find({}, {"tag": 1, "createdAt": 1}))
        return [kept, [fault.code for fault in faults], source.courseprogresses.count_documents({})]

    once = grown()
    assert once == grown()
    assert len(set(once[1])) > 30  # type: ignore[call-overload]


def test_lists_are_what_their_form_makes_of_them(source: pymongo.database.Database[dict[str, object]]) -> None:
    course = TheirServer(source).open().courses[0]
    stored = source.courses.find_one({"_id": course})
    assert stored is not None
    assert stored["instructions"] == ['["A chair","Ten minutes, alone"]']
    assert "timeDuration" not in (source.subsections.find_one() or {})
