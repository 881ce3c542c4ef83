"""Migration 0007 on a database as the version before it left one."""

from collections.abc import Iterator
from typing import Any

import pytest
from bson import ObjectId
from pymongo import IndexModel

from lms import migrations
from lms.extensions import mongo
from lms.models.payments.orders import orders
from lms.models.payments.refunds import refunds
from lms.models.preparation import prepare, relax
from tests.world import World

OLD_ORDER_INDEXES = [
    IndexModel([(field, 1) for field in fields], unique=True, partialFilterExpression={fields[-1]: {"$type": "string"}})
    for fields in (("user", "idempotencyKey"), ("razorpayOrderId",), ("razorpayPaymentId",))
]


@pytest.fixture
def migration(world: World) -> Iterator[Any]:
    """The migration, before a database with the old indexes; afterwards the indexes are the declared ones."""
    assert mongo.db is not None
    for collection in (orders, refunds):
        collection.raw.drop_indexes()
    orders.raw.create_indexes([*OLD_ORDER_INDEXES, IndexModel([("state", 1), ("createdAt", 1)])])
    refunds.raw.create_index("razorpayRefundId", sparse=True)
    yield migrations._load("0007_find_orders_by_the_gateways_ids")
    for collection in (orders, refunds):
        collection.raw.drop_indexes()


def plan(where: dict[str, Any]) -> str:
    found: str = str(orders.raw.find(where).explain()["queryPlanner"]["winningPlan"])
    return found


def test_the_new_indexes_stand_beside_the_old_ones_until_those_are_dropped(migration: Any) -> None:
    """What is declared now is made after it, or before it by an upgrade that was interrupted."""
    prepare(mongo.db)
    for _ in range(2):
        migration.up(mongo.db)
        names = set(orders.raw.index_information()) | set(refunds.raw.index_information())
        assert not names & {name for replaced in migration.REPLACED.values() for name in replaced}
        assert {"razorpayOrderId_given", "razorpayPaymentId_given", "razorpayRefundId_given"} <= names


def test_orders_are_found_by_the_gateways_ids_in_an_index(migration: Any) -> None:
    for where in ({"razorpayOrderId": "order_x"}, {"razorpayPaymentId": "pay_x"}):
        assert "COLLSCAN" in plan(where), "which is why there is a migration"
    migration.up(mongo.db)
    prepare(mongo.db)
    for where in ({"razorpayOrderId": "order_x"}, {"razorpayPaymentId": "pay_x"}):
        assert "COLLSCAN" not in plan(where)
    relax(mongo.db)
    orders.raw.insert_many([{"_id": ObjectId()}, {"_id": ObjectId()}])
    assert orders.count({}) == 2, "orders without the gateway's ids do not collide"
