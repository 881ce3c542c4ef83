"""Payments that a buyer's bank takes back: every event in whatever order, booked once."""

import itertools
from typing import Any

import pytest
from bson import ObjectId

from lms.models.learning.enrollments import enrollments
from lms.models.payments.disputes import Dispute, disputes
from lms.models.payments.ledger import ledger
from lms.models.system.outbox import outbox
from lms.sandbox.razorpay_store import stored
from tests.buying import Purchase, kept, net
from tests.routes.payments.test_webhooks import deliver, tell
from tests.staff import rows, staff
from tests.world import MadeCourse, Person, World, refused

pytestmark = pytest.mark.usefixtures("gateway")


def the_dispute() -> Dispute:
    (dispute,) = disputes.find({})
    return dispute


def raised(world: World, payment_id: str, amount: int | None = None) -> str:
    """The id of a dispute, of which nobody has told yet."""
    answer = world.post(f"/sandbox/razorpay/payments/{payment_id}/dispute", {"amount": amount} if amount else {})
    assert answer.status_code == 200
    dispute_id: str = answer.json["id"]
    return dispute_id


def decided(world: World, dispute_id: str, outcome: str) -> None:
    assert world.post(f"/sandbox/razorpay/disputes/{dispute_id}/settle", {"outcome": outcome}).status_code == 200


def bring(world: World, *names: str) -> None:
    """Have the gateway tell its events of these names."""
    events = {event["event"]: event for event in world.get("/sandbox/razorpay/webhooks").json["items"]}
    for name in names:
        again = {**events[name]["headers"], "x-razorpay-event-id": str(ObjectId())}
        assert deliver(world, {**events[name], "headers": again}).status_code == 200
        world.run_jobs()


def test_one_that_is_raised_is_kept_and_changes_nothing(
    world: World, learner: Person, purchase: Purchase, course: MadeCourse
) -> None:
    dispute_id = raised(world, purchase.payment_id)
    bring(world, "payment.dispute.created", "payment.dispute.created")
    dispute = the_dispute()
    assert (dispute["_id"], dispute["order"], dispute["state"], dispute["amount"]) == (
        dispute_id,
        purchase.id,
        "open",
        49900,
    )
    assert (net(), kept(purchase.id)["state"], enrollments.attends(learner.id, course.id)) == (49900, "paid", True)
    page = staff(world, "support").page("/admin/disputes/")
    (row,) = rows(page)
    assert row[1:4] == [str(purchase.id), "₹499.00", "open"]
    assert "1 waiting" in page.select_one("nav a[href='/admin/disputes/']").get_text()


@pytest.mark.parametrize("order", list(itertools.permutations(("payment.dispute.created", "payment.dispute.lost"))))
def test_one_that_is_lost_ends_the_enrolment_and_is_in_the_ledger_once(
    world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse, order: tuple[str, str]
) -> None:
    dispute_id = raised(world, purchase.payment_id)
    decided(world, dispute_id, "lost")
    bring(world, *order, *order)
    assert (the_dispute()["state"], outbox.count({"job": "payments.handle_event", "state": {"$ne": "done"}})) == (
        "lost",
        0,
    )
    (row,) = ledger.find({"kind": "dispute"})
    assert (row["_id"], row["amount"], net()) == (f"{dispute_id}:dispute", -49900, 0)
    assert ledger.net_by_course([course.id]) == {course.id: 0}
    assert (kept(purchase.id)["state"], enrollments.attends(learner.id, course.id)) == ("refunded", False)
    assert world.get("/courses/").json["data"][0]["studentsCount"] == 0
    assert refused(world.refund(admin, purchase)) == (409, "refund_too_large")
    (line,) = world.get("/payments/orders", by=learner).json["data"][0]["courses"]
    assert (line["outcome"], line["why"]) == ("returned", "Your bank took the payment back.")
    text = staff(world, "support").page(f"/admin/orders/{purchase.id}").get_text(" ")
    assert "Product/Service not received" in text
    assert rows(staff(world).page("/admin/ledger/?flt0_kind=dispute"))[0][1] == "dispute"


@pytest.mark.parametrize("outcome", ["won", "closed"])
def test_one_that_is_over_otherwise_changes_nothing_and_does_not_open_again(
    world: World, learner: Person, purchase: Purchase, course: MadeCourse, outcome: str
) -> None:
    dispute_id = raised(world, purchase.payment_id)
    decided(world, dispute_id, outcome)
    bring(world, f"payment.dispute.{outcome}")
    stored("Disputes").update_one({"_id": dispute_id}, {"$set": {"status": "open"}})
    bring(world, "payment.dispute.created")
    assert (the_dispute()["state"], net(), enrollments.attends(learner.id, course.id)) == (outcome, 49900, True)


def test_one_that_is_lost_stays_lost(world: World, learner: Person, purchase: Purchase, course: MadeCourse) -> None:
    dispute_id = raised(world, purchase.payment_id)
    decided(world, dispute_id, "lost")
    bring(world, "payment.dispute.lost")
    stored("Disputes").update_one({"_id": dispute_id}, {"$set": {"status": "won"}})
    bring(world, "payment.dispute.created")
    assert (the_dispute()["state"], net(), enrollments.attends(learner.id, course.id)) == ("lost", 0, False)


def test_one_that_wants_an_answer_waits(world: World, purchase: Purchase) -> None:
    decided(world, raised(world, purchase.payment_id), "action_required")
    bring(world, "payment.dispute.action_required")
    assert the_dispute()["state"] == "action_required"


def test_a_part_comes_off_the_lines_and_ends_the_order_all_the_same(
    world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse
) -> None:
    world.refund(admin, purchase, 9900)
    world.run_jobs()
    decided(world, raised(world, purchase.payment_id, 10000), "lost")
    bring(world, "payment.dispute.lost")
    assert (kept(purchase.id)["state"], net(), enrollments.attends(learner.id, course.id)) == (
        "partly_refunded",
        30000,
        False,
    )
    (line,) = world.get("/payments/orders", by=learner).json["data"][0]["courses"]
    assert (line["outcome"], line["why"]) == ("ended", "Your bank took the payment back.")
    assert world.refund(admin, purchase).json["data"]["amount"] == 30000
    world.run_jobs()
    assert (kept(purchase.id)["state"], net()) == ("refunded", 0)


def test_what_the_bank_took_beside_a_refund_is_a_loss_of_no_line(
    world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse
) -> None:
    world.refund(admin, purchase)
    world.run_jobs()
    decided(world, raised(world, purchase.payment_id), "lost")
    bring(world, "payment.dispute.lost")
    assert (net(), ledger.net_by_course([course.id]), kept(purchase.id)["state"]) == (
        -49900,
        {course.id: 0},
        "refunded",
    )


def test_of_a_payment_nobody_told_of_settles_it_first(world: World, learner: Person, course: MadeCourse) -> None:
    purchase = world.paid(learner, course)
    decided(world, raised(world, purchase.payment_id), "lost")
    bring(world, "payment.dispute.lost")
    assert (net(), ledger.count({}), enrollments.attends(learner.id, course.id)) == (0, 2, False)


def event(name: str, **entity: Any) -> dict[str, Any]:
    return {"event": name, "payload": {"dispute": {"entity": entity}}}


def test_where_the_gateway_does_not_tell_of_disputes_the_signed_event_counts(
    world: World, learner: Person, purchase: Purchase, course: MadeCourse
) -> None:
    facts = {"id": "disp_00000000000001", "payment_id": purchase.payment_id, "amount": 49900, "currency": "INR"}
    tell(world, event("payment.dispute.created", **facts, status="open"))
    world.run_jobs()
    assert the_dispute()["state"] == "open"
    tell(world, event("payment.dispute.lost", **facts, status="lost", amount_deducted=49900))
    world.run_jobs()
    assert (the_dispute()["state"], net(), enrollments.attends(learner.id, course.id)) == ("lost", 0, False)


@pytest.mark.parametrize(
    "entity",
    [
        {},
        {"id": "disp_1"},
        {"id": "disp_1", "payment_id": "pay_00000000000000", "amount": 100},
        {"id": {"$gt": ""}, "payment_id": ["x"], "amount": "1"},
    ],
)
def test_of_nothing_we_know_is_done_with(world: World, purchase: Purchase, entity: dict[str, Any]) -> None:
    tell(world, event("payment.dispute.lost", **entity))
    world.run_jobs()
    assert (disputes.count({}), net()) == (0, 49900)


def test_the_revenue_falls_by_what_a_bank_took(
    world: World, teacher: Person, purchase: Purchase, course: MadeCourse
) -> None:
    decided(world, raised(world, purchase.payment_id), "lost")
    bring(world, "payment.dispute.lost")
    shown = world.get("/profile/getInstructorDashboard", by=teacher).json["data"]
    assert shown["totalRevenue"] == 0
