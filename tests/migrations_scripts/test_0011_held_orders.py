"""Migration 0011 on held orders of an older version."""

from lms import migrations
from lms.extensions import mongo
from lms.models.base import now
from lms.models.payments.orders import Order, orders
from lms.models.preparation import relax
from lms.models.system.migrations import migrations as ran
from tests.documents import whole
from tests.world import World

NAME = "0011_call_held_orders_held"


def test_what_an_order_was_held_for_has_its_new_name_also_when_run_twice(world: World) -> None:
    moment = now()
    order_id = orders.insert(whole(Order, state="review"))
    other = orders.insert(whole(Order, state="paid", razorpayOrderId="order_other"))
    before = orders.get({"_id": other})
    assert mongo.db is not None
    relax(mongo.db)
    old = {
        "$set": {"reviewReason": "Too little.", "reviewedFrom": moment},
        "$unset": {"heldReason": "", "heldFrom": ""},
    }
    mongo.db.orders.update_one({"_id": order_id}, old)
    for _ in range(2):
        ran.raw.delete_one({"_id": NAME})
        assert migrations.upgrade(lambda name: None) == 1
        order = orders.get({"_id": order_id})
        assert order is not None
        assert (order.get("heldReason"), order.get("heldFrom")) == ("Too little.", moment)
        assert not {"reviewReason", "reviewedFrom"} & order.keys()
    assert orders.get({"_id": other}) == before
