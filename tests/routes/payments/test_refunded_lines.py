"""Refunds that name lines: that course ends, its author's revenue falls, the credit note carries it; no other does."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.payments import invoices as invoice_controller
from lms.controllers.payments import reconciliation, settlement
from lms.models.base import now
from lms.models.learning.enrollments import enrollments
from lms.models.payments.invoices import invoices
from lms.models.payments.ledger import ledger
from lms.models.payments.refunds import refunds
from tests.buying import Purchase, given_back, kept, net
from tests.world import MadeCourse, Person, World, at_once, faults, refused

pytestmark = pytest.mark.usefixtures("gateway")

REFUND = "/payments/refund"


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher, amount=50000, title="Knots")


@pytest.fixture
def other(world: World) -> MadeCourse:
    return world.course(world.person("instructor"), amount=30000, title="Bends")


@pytest.fixture
def both(world: World, learner: Person, course: MadeCourse, other: MadeCourse) -> Purchase:
    purchase = world.buy(learner, course, other)
    world.run_jobs()
    return purchase


def notes() -> list[dict[str, int]]:
    """What each credit note gives back for which title."""
    found = invoices.find({"kind": "credit_note"}, sort=[("number", 1)])
    return [{line["description"]: line["amount"] for line in note["facts"]["lines"]} for note in found]


def test_a_line_ends_its_enrolment_and_no_other(
    world: World, learner: Person, admin: Person, both: Purchase, course: MadeCourse, other: MadeCourse
) -> None:
    answer = world.refund(admin, both, lines=[other])
    assert (answer.status_code, answer.json["data"]["amount"]) == (202, 30000)
    assert enrollments.attends(learner.id, other.id), "the money is still with us"
    world.run_jobs()
    assert (enrollments.attends(learner.id, course.id), enrollments.attends(learner.id, other.id)) == (True, False)
    assert ledger.net_by_course([course.id, other.id]) == {course.id: 50000, other.id: 0}
    assert (kept(both.id)["state"], kept(both.id)["refunded"], given_back(both.payment_id)) == (
        "partly_refunded",
        30000,
        30000,
    )
    assert notes() == [{"Bends": 30000}]
    mail = world.inbox.to(learner.email)[-1].text
    assert "Bends" in mail
    assert "Knots" not in mail
    assert world.get(f"/courses/getFullCourseDetails/{course.id}", by=learner).status_code == 200
    assert refused(world.get(f"/courses/getFullCourseDetails/{other.id}", by=learner)) == (403, "not_enrolled")


def test_lines_together_are_one_refund_and_end_the_order(
    world: World, learner: Person, admin: Person, both: Purchase, course: MadeCourse, other: MadeCourse
) -> None:
    assert world.refund(admin, both, lines=[course, other]).json["data"]["amount"] == 80000
    world.run_jobs()
    assert (kept(both.id)["state"], net(), refunds.count({})) == ("refunded", 0, 1)
    assert notes() == [{"Knots": 50000, "Bends": 30000}]
    assert enrollments.count({"status": "active"}) == 0


def test_an_amount_ends_nothing_and_a_line_then_gives_what_is_left_of_it(
    world: World, learner: Person, admin: Person, both: Purchase, course: MadeCourse, other: MadeCourse
) -> None:
    world.refund(admin, both, 8000)
    world.run_jobs()
    assert ledger.net_by_course([course.id, other.id]) == {course.id: 45000, other.id: 27000}
    assert enrollments.count({"status": "active"}) == 2
    assert world.refund(admin, both, lines=[other]).json["data"]["amount"] == 27000
    world.run_jobs()
    assert ledger.net_by_course([course.id, other.id]) == {course.id: 45000, other.id: 0}
    assert not enrollments.attends(learner.id, other.id)


def test_a_line_on_its_way_back_is_left_out_of_an_amount_and_not_named_twice(
    world: World, admin: Person, both: Purchase, course: MadeCourse, other: MadeCourse
) -> None:
    world.gateway(refunds_pending=True, webhooks="off")
    world.refund(admin, both, lines=[other])
    world.run_jobs()
    assert refused(world.refund(admin, both, lines=[other])) == (409, "refund_too_large")
    world.gateway(webhooks="off")
    world.refund(admin, both, 10000)
    world.run_jobs()
    assert ledger.net_of_order(both.id) == {course.id: 40000, other.id: 30000}
    pending = refunds.get({"state": "pending"})
    assert pending is not None
    world.post(f"/sandbox/razorpay/refunds/{pending['razorpayRefundId']}/settle", {"outcome": "processed"})
    refunds.update({"_id": pending["_id"]}, {"$set": {"nextCheckAt": now()}})
    reconciliation.reconcile()
    assert ledger.net_of_order(both.id) == {course.id: 40000, other.id: 0}


def test_of_many_at_once_that_name_a_line_one_is_taken(
    world: World, admin: Person, both: Purchase, course: MadeCourse, other: MadeCourse
) -> None:
    client = world.app.test_client
    answers = at_once([lambda: world.refund(admin, both, lines=[other], client=client())] * 6)
    assert sorted(answer.status_code for answer in answers) == [202, *[409] * 5]
    world.run_jobs()
    assert (given_back(both.payment_id), ledger.net_by_course([course.id])) == (30000, {course.id: 50000})


def test_what_was_bought_again_is_not_ended_by_the_older_order(
    world: World, learner: Person, admin: Person, both: Purchase, course: MadeCourse, other: MadeCourse
) -> None:
    world.refund(admin, both, lines=[other])
    world.run_jobs()
    world.buy(learner, other)
    world.refund(admin, both)
    world.run_jobs()
    assert (enrollments.attends(learner.id, course.id), enrollments.attends(learner.id, other.id)) == (False, True)


def test_a_line_that_is_not_there_is_refused(world: World, admin: Person, both: Purchase, other: MadeCourse) -> None:
    def named(*courses: Any, **more: Any) -> Any:
        body = {"orderId": str(both.id), "reason": "A", "lines": [str(each) for each in courses], **more}
        return world.post(REFUND, body, by=admin)

    strange = named(other.id, ObjectId())
    assert refused(strange) == (409, "line_not_in_order")
    assert set(strange.json["errors"]) == {"lines.1"}
    assert refused(named(other.id, other.id))[1] == "course_twice"
    assert faults(named()) == {"lines"}
    assert faults(named("x")) == {"lines.0"}
    assert refused(named(other.id, amount=100)) == (400, "validation_failed")
    assert (refunds.count({}), kept(both.id)["refunded"]) == (0, 0)


def test_ten_partial_credit_notes_come_to_the_invoices_tax(
    world: World, learner: Person, admin: Person, course: MadeCourse, settings: Callable[..., None]
) -> None:
    """Also where the rate changes between them: a credit note is taxed as its invoice was."""
    settings(gstin="27ABCDE1234F1Z5", gst_rate=Decimal(18))
    purchase = world.paid(learner, course)
    settlement.settle(purchase.id, purchase.payment_id)
    for place in range(10):
        settings(gstin="27ABCDE1234F1Z5" if place < 5 else "", gst_rate=Decimal(18 + place))
        world.refund(admin, purchase, 333 if place < 9 else None)
        world.run_jobs()
    drawn = [invoice_controller.described(each) for each in invoices.find({}, sort=[("number", 1)])]
    taxes = {kind: [each.tax[1] for each in drawn if each.kind == kind] for kind in ("invoice", "credit_note")}
    assert (len(taxes["credit_note"]), sum(taxes["credit_note"])) == (10, taxes["invoice"][0])
    assert all(each.taxed for each in drawn)


def test_a_line_that_cost_nothing_has_nothing_to_go_back(
    world: World, learner: Person, admin: Person, course: MadeCourse, other: MadeCourse
) -> None:
    world.coupon("FREE", percent=100, courses=[other.id])
    purchase = world.buy(learner, course, other, coupon="FREE")
    assert refused(world.refund(admin, purchase, lines=[other])) == (409, "refund_too_large")
