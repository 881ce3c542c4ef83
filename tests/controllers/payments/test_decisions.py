"""What staff see of money and decide about it, and what the audit log keeps of that."""

from datetime import timedelta

import pytest
from bson import ObjectId

from lms.controllers.payments import asked_refunds, held_orders, order_files
from lms.controllers.payments import coupons as coupon_controller
from lms.controllers.payments import invoices as invoice_controller
from lms.errors import (
    ChangedMeanwhile,
    CouponEnded,
    CouponExists,
    CouponNotFound,
    InvoiceNotFound,
    OrderNotFound,
    OrderNotInReview,
    PaymentNotUsable,
)
from lms.models.actors import OPERATOR, Actor
from lms.models.base import now
from lms.models.learning.enrollments import enrollments
from lms.models.payments.coupons import coupons
from lms.models.payments.invoices import invoices
from lms.models.payments.orders import orders
from lms.models.payments.refunds import refunds
from lms.models.system.audit_log import audit_log
from lms.sandbox.razorpay_store import stored
from lms.schemas.payments.orders import RefundIn
from tests.buying import Purchase, given_back, kept
from tests.world import MadeCourse, Person, World, at_once, by

pytestmark = pytest.mark.usefixtures("gateway")


@pytest.fixture
def course(world: World) -> MadeCourse:
    return world.course(world.person("instructor"), title="Knots & <bends>", amount=49900)


@pytest.fixture
def learner(world: World) -> Person:
    return world.person(email="asha@example.com")


@pytest.fixture
def boss(world: World) -> Actor:
    return Actor(world.person("admin").id, "Leela Rao", "admin", "10.0.0.9", "Firefox")


def asked(purchase: Purchase, amount: int | None = None, reason: str = "She asked for it") -> RefundIn:
    return RefundIn.model_validate({"orderId": str(purchase.id), "reason": reason, "amount": amount})


class TestARefund:
    def test_is_audited_with_its_reason_and_amounts(self, purchase: Purchase, boss: Actor) -> None:
        by(boss, asked_refunds.start, asked(purchase, 9900), seen=0)
        by(boss, asked_refunds.start, asked(purchase), seen=9900)
        second, first = audit_log.history("orders", purchase.id)
        assert (first["action"], first["actor"], first["address"]) == ("order.refund", boss.id, "10.0.0.9")
        assert (first["before"], first["after"]) == ({"refunded": 0}, {"refunded": 9900})
        assert (second["before"], second["after"]) == ({"refunded": 9900}, {"refunded": 49900})
        assert (first["reason"], first["label"]) == ("She asked for it", purchase.order_id)

    def test_through_the_api_is_audited_once(self, world: World, purchase: Purchase) -> None:
        admin = world.person("admin")
        assert world.refund(admin, purchase, 100, address="10.1.2.3").status_code == 202
        (entry,) = audit_log.find({})
        assert (entry["actor"], entry["actorName"]) == (admin.id, f"{admin.email.split('@')[0].title()} Sharma")
        assert (entry["actorRole"], entry["address"]) == ("admin", "10.1.2.3")

    def test_on_what_somebody_has_refunded_meanwhile_is_refused(self, purchase: Purchase, boss: Actor) -> None:
        by(boss, asked_refunds.start, asked(purchase, 9900), seen=0)
        with pytest.raises(ChangedMeanwhile):
            by(boss, asked_refunds.start, asked(purchase, 9900), seen=0)
        assert (kept(purchase.id)["refunded"], refunds.count({}), audit_log.count({})) == (9900, 1, 1)

    def test_of_eight_who_saw_the_same_page_one_refunds(self, world: World, purchase: Purchase, boss: Actor) -> None:
        def refund() -> bool:
            with world.app.app_context():
                try:
                    by(boss, asked_refunds.start, asked(purchase, 100), seen=0)
                except ChangedMeanwhile:
                    return False
                return True

        assert sum(at_once([refund] * 8)) == 1
        assert (kept(purchase.id)["refunded"], audit_log.count({})) == (100, 1)

    def test_that_is_refused_is_not_audited(self, world: World, purchase: Purchase, boss: Actor) -> None:
        with pytest.raises(OrderNotFound):
            by(boss, asked_refunds.start, asked(Purchase(ObjectId(), "", "", {})))
        assert world.refund(world.person("admin"), purchase, 10**9).status_code == 409
        assert audit_log.count({}) == 0


class TestAnOrderInReview:
    def test_that_is_declined_tells_its_buyer_why(
        self, world: World, learner: Person, reviewed: Purchase, boss: Actor
    ) -> None:
        by(boss, held_orders.decline, reviewed.id, reviewed.payment_id, "It was paid from another country.")
        world.run_jobs()
        (mail,) = world.inbox.to(learner.email)
        assert mail.subject == "Your payment goes back to you"
        for fact in ("Knots & <bends>", "It was paid from another country.", "₹499.00 is on its way back"):
            assert fact in mail.text
        assert "Knots &amp; &lt;bends&gt;" in mail.html
        assert (given_back(reviewed.payment_id), enrollments.count({})) == (49900, 0)
        (entry,) = audit_log.history("orders", reviewed.id)
        assert (entry["action"], entry["before"], entry["after"]) == (
            "order.decline",
            {"state": "review", "refunded": 0, "razorpayPaymentId": None},
            {"state": "refunded", "refunded": 49900, "razorpayPaymentId": reviewed.payment_id},
        )

    def test_that_is_declined_says_what_goes_back_of_which_payment_and_who_decided_it(
        self, world: World, learner: Person, reviewed: Purchase, boss: Actor
    ) -> None:
        by(boss, held_orders.decline, reviewed.id, reviewed.payment_id)
        world.run_jobs()
        order = kept(reviewed.id)
        assert (order["state"], order["refunded"], order["razorpayPaymentId"]) == (
            "refunded",
            49900,
            reviewed.payment_id,
        )
        (refund,) = refunds.find({})
        assert (refund["by"], refund["amount"], refund["state"]) == (boss.id, 49900, "processed")
        [shown] = world.get("/payments/orders", by=learner).json["data"]
        assert (shown["state"], shown["refunded"], shown["invoices"]) == ("refunded", 49900, [])

    def test_that_is_declined_never_says_that_more_went_back_than_it_asked_for(
        self, world: World, reviewed: Purchase, boss: Actor
    ) -> None:
        orders.update({"_id": reviewed.id}, {"$set": {"amount": 40000, "lines.0.amount": 40000}})
        by(boss, held_orders.decline, reviewed.id, reviewed.payment_id)
        world.run_jobs()
        assert (kept(reviewed.id)["refunded"], given_back(reviewed.payment_id)) == (40000, 49900)

    def test_whose_money_has_gone_back_already_says_so(
        self, world: World, learner: Person, reviewed: Purchase, boss: Actor
    ) -> None:
        stored("Payments").update_one({"_id": reviewed.payment_id}, {"$set": {"amount_refunded": 49900}})
        by(boss, held_orders.decline, reviewed.id, reviewed.payment_id)
        world.run_jobs()
        (mail,) = world.inbox.to(learner.email)
        assert "The money has gone back to you already." in mail.text
        assert kept(reviewed.id)["refunded"] == 0

    def test_whose_money_has_gone_back_already_is_not_accepted(
        self, world: World, reviewed: Purchase, boss: Actor
    ) -> None:
        stored("Payments").update_one({"_id": reviewed.payment_id}, {"$set": {"amount_refunded": 49900}})
        with pytest.raises(PaymentNotUsable, match="has gone back"):
            by(boss, held_orders.accept, reviewed.id, reviewed.payment_id)
        world.run_jobs()
        assert kept(reviewed.id)["state"] == "review"
        assert (enrollments.count({}), invoices.count({}), audit_log.count({})) == (0, 0, 0)

    def test_that_is_accepted_is_audited(self, reviewed: Purchase, boss: Actor) -> None:
        by(boss, held_orders.accept, reviewed.id, reviewed.payment_id)
        (entry,) = audit_log.history("orders", reviewed.id)
        assert (entry["action"], entry["before"]) == (
            "order.accept",
            {"state": "review", "razorpayPaymentId": None},
        )
        assert entry["after"] == {"state": "paid", "razorpayPaymentId": reviewed.payment_id}

    def test_is_decided_once_and_only_that_is_audited(
        self, world: World, learner: Person, reviewed: Purchase, boss: Actor
    ) -> None:
        with pytest.raises(PaymentNotUsable):
            by(boss, held_orders.accept, reviewed.id, "pay_00000000000000")
        by(boss, held_orders.accept, reviewed.id, reviewed.payment_id)
        with pytest.raises(OrderNotInReview):
            by(boss, held_orders.decline, reviewed.id, reviewed.payment_id)
        world.run_jobs()
        assert [entry["action"] for entry in audit_log.find({})] == ["order.accept"]
        assert len(world.inbox.to(learner.email)) == 1, "the receipt"

    def test_shows_its_payments_as_the_gateway_tells_them(self, reviewed: Purchase) -> None:
        (payment,) = held_orders.payments(kept(reviewed.id)) or []
        assert (payment.id, payment.amount, payment.captured) == (reviewed.payment_id, 49900, True)

    def test_shows_none_where_the_gateway_tells_nothing(self, world: World, reviewed: Purchase) -> None:
        world.gateway(dead=True)
        assert held_orders.payments(kept(reviewed.id)) is None
        world.gateway()
        assert held_orders.payments({**kept(reviewed.id), "razorpayOrderId": "order_of_other_keys"}) is None


class TestACoupon:
    def test_that_is_made_is_audited(self, world: World) -> None:
        world.coupon("SPRING", percent=20, most_uses=100)
        (entry,) = audit_log.find({})
        assert (entry["action"], entry["subject"], entry["actorRole"]) == ("coupon.create", "SPRING", "operator")
        assert entry["after"]["mostUses"] == 100
        with pytest.raises(CouponExists):
            world.coupon("spring", percent=10)
        assert audit_log.count({}) == 1

    def test_that_is_ended_makes_nothing_cheaper(
        self, world: World, learner: Person, course: MadeCourse, boss: Actor
    ) -> None:
        world.coupon("SPRING", percent=20)
        waiting = world.order(learner, course, coupon="SPRING").json["data"]
        by(boss, coupon_controller.end, "SPRING", None)
        assert world.order(learner, course, coupon="SPRING").status_code == 400
        world.verify(learner, world.pay(waiting["orderId"]))
        assert kept(ObjectId(waiting["id"]))["state"] == "paid", "what was ordered before keeps its price"
        _, ended = audit_log.find({}, sort=[("at", 1)])
        assert (ended["action"], ended["before"]) == ("coupon.end", {"validUntil": None})

    def test_is_ended_as_it_was_seen(self, world: World, boss: Actor) -> None:
        later = now() + timedelta(days=3)
        world.coupon("SPRING", percent=20, valid_until=later)
        with pytest.raises(ChangedMeanwhile):
            by(boss, coupon_controller.end, "SPRING", None)
        by(boss, coupon_controller.end, "SPRING", later)
        coupon = coupons.get({"_id": "SPRING"})
        assert coupon is not None
        with pytest.raises(CouponEnded):
            by(boss, coupon_controller.end, "SPRING", coupon["validUntil"])
        with pytest.raises(CouponNotFound):
            by(boss, coupon_controller.end, "NOTHING", None)

    def test_knows_who_used_it_how_often(self, world: World, learner: Person, course: MadeCourse) -> None:
        world.coupon("SPRING", percent=20)
        world.coupon("SPRING-2", percent=20)
        other = world.course(world.person("instructor"), amount=10000)
        for bought in (course, other):
            world.buy(learner, bought, coupon="SPRING")
        second = world.person()
        world.buy(second, course, coupon="SPRING")
        world.buy(second, other, coupon="SPRING-2")
        uses = coupon_controller.uses_by_learner("SPRING", 10)
        assert [(each["user"], each["email"], each["used"]) for each in uses] == [
            (learner.id, learner.email, 2),
            (second.id, second.email, 1),
        ]


class TestFindingOrders:
    @pytest.fixture(autouse=True)
    def others(self, world: World, gateway: None, course: MadeCourse) -> None:
        world.buy(world.person(), course)

    def found(self, text: str) -> list[ObjectId]:
        return [each["_id"] for each in orders.find(order_files.matching(text))]

    def test_by_whatever_names_them(self, world: World, learner: Person, course: MadeCourse) -> None:
        world.coupon("SPRING", percent=20)
        mine = world.buy(learner, course, coupon="SPRING")
        world.refund(world.person("admin"), mine)
        world.run_jobs()
        (invoice,) = invoices.find({"order": mine.id, "kind": "invoice"})
        (refund,) = refunds.find({})
        for text in (
            str(mine.id),
            str(learner.id),
            "asha@example.com",
            "Asha@Example.com",
            mine.order_id,
            mine.payment_id,
            refund["razorpayRefundId"],
            invoice["number"],
            invoice["number"].lower(),
            "spring",
        ):
            assert self.found(text) == [mine.id], text
        for absent in (
            str(ObjectId()),
            "nobody@example.com",
            "INV/26-27/999999",
            "rfnd_x",
            "pay_x",
            "order_x",
            "knots",
        ):
            assert self.found(absent) == [], absent
        assert refunds.count(order_files.of_matching("asha@example.com")) == 1
        assert refunds.count(order_files.of_matching("nobody@example.com")) == 0

    def test_by_a_second_payment_of_theirs(self, world: World, learner: Person, course: MadeCourse) -> None:
        mine = world.paid(learner, course)
        world.gateway(paid_twice=True, webhooks="off")
        second = world.pay(mine.order_id)
        for proof in (mine.proof, second):
            world.verify(learner, proof)
        assert self.found(second["razorpay_payment_id"]) == [mine.id]


@pytest.mark.parametrize("text", ["order_x", "pay_x", "SPRING", "65f1c0ffee65f1c0ffee65f1", "nobody@example.com"])
def test_no_search_reads_every_order(world: World, text: str) -> None:
    assert "COLLSCAN" not in str(orders.raw.find(order_files.matching(text)).explain()["queryPlanner"]["winningPlan"])


def test_a_file_tells_all_of_an_order(world: World, learner: Person, reviewed: Purchase, boss: Actor) -> None:
    by(boss, held_orders.accept, reviewed.id, reviewed.payment_id)
    by(boss, asked_refunds.start, asked(reviewed))
    world.run_jobs()
    file = order_files.file_of(reviewed.id)
    assert file.buyer is not None
    assert (file.buyer["email"], file.order["state"]) == (learner.email, "refunded")
    assert [row["amount"] for row in file.movements] == [49900, -49900]
    assert ([each["state"] for each in file.refunds], [each["kind"] for each in file.invoices]) == (
        ["processed"],
        ["invoice", "credit_note"],
    )
    assert [(step.what.split(".")[0], step.by) for step in file.history] == [
        ("Ordered", ""),
        ("Put in review", ""),
        ("Paid", ""),
        ("Accepted the payment", "Leela Rao"),
        ("Asked for a refund", "Leela Rao"),
        ("Paid out a refund", ""),
    ]
    name, pdf = invoice_controller.fetch_any(file.invoices[0]["_id"])
    assert (name.startswith("INV-"), pdf[:5]) == (True, b"%PDF-")
    with pytest.raises(InvoiceNotFound):
        invoice_controller.fetch_any(ObjectId())
    with pytest.raises(OrderNotFound):
        order_files.file_of(ObjectId())


def test_the_command_line_declines_with_a_reason(world: World, learner: Person, reviewed: Purchase) -> None:
    words = ["order", "decline", str(reviewed.id), reviewed.payment_id, "--reason", "Too late."]
    assert world.app.test_cli_runner().invoke(args=words).exit_code == 0
    (entry,) = audit_log.find({})
    assert (entry["actor"], entry["actorRole"], entry["reason"]) == (OPERATOR.id, "operator", "Too late.")
