"""What staff find on the demo data can be acted upon, down to the gateway's stand-in and the mailbox."""

from lms.controllers.payments import asked_refunds, held_orders
from lms.controllers.system import failed_jobs
from lms.demo import machinery
from lms.demo.ids import demo_id
from lms.models.payments.orders import orders
from lms.schemas.payments.orders import RefundIn
from tests import demo_data
from tests.buying import given_back, kept, selling
from tests.staff import rows, staff
from tests.world import World

PAGES = ("orders", "held-orders", "refunds", "coupons", "ledger", "failed-jobs")


def test_no_page_is_empty_and_everything_on_it_works(world: World) -> None:
    demo_data.copied()
    with selling(world):
        browser = staff(world)
        assert [name for name in PAGES if not rows(browser.page(f"/admin/{name}/"))] == []
        failed_jobs.retry(demo_id("job", 0))
        reviewed = demo_id("order", machinery.LAST)
        held_orders.accept(reviewed, f"pay_demo{machinery.LAST:010d}")
        (newest,) = orders.find({"state": "paid", "_id": {"$ne": reviewed}}, sort=[("createdAt", -1)], limit=1)
        asked_refunds.start(RefundIn.model_validate({"orderId": str(newest["_id"]), "reason": "Asked for"}))
        world.run_jobs()
    assert any(mail.subject.startswith("Welcome") for mail in world.inbox.messages)
    assert (kept(reviewed)["state"], kept(newest["_id"])["state"]) == ("paid", "refunded")
    assert given_back(newest["razorpayPaymentId"]) == newest["amount"]
