"""Migration 0014 on rows of rate limits of an older version."""

from lms import migrations
from lms.extensions import mongo
from lms.models.base import now
from lms.models.system.migrations import migrations as ran
from tests.world import World

NAME = "0014_forget_who_was_counted"


def test_rows_that_named_addresses_are_gone_also_when_run_twice(world: World) -> None:
    assert mongo.db is not None
    for _ in range(2):
        row = {"_id": "LIMITER/asha@example.com/login account/100/1/hour", "entries": [1.5], "expireAt": now()}
        mongo.db.limitWindows.insert_one(row)
        ran.raw.delete_one({"_id": NAME})
        assert migrations.upgrade(lambda name: None) == 1
        assert mongo.db.limitWindows.count_documents({}) == 0
        keys = [each["key"] for each in mongo.db.limitWindows.index_information().values()]
        assert [("expireAt", 1)] in keys
