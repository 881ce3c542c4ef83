import hashlib
import hmac
import json
from typing import Any

import pytest
from bson import ObjectId

from lms.models.learning.enrollments import enrollments
from lms.models.payments.invoices import invoices
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders
from lms.models.payments.refunds import refunds
from lms.models.system.outbox import outbox
from lms.sandbox.razorpay_store import stored
from lms.services.payments.razorpay import SANDBOX
from tests.buying import kept
from tests.world import MadeCourse, Person, World, at_once, faults, refused

pytestmark = pytest.mark.usefixtures("gateway")


def traces() -> tuple[int, ...]:
    """How many of everything a purchase leaves."""
    return tuple(each.count({}) for each in (enrollments, ledger, invoices, outbox, refunds))


ONE_PURCHASE = (1, 1, 1, 1, 0)
NOTHING = (0, 0, 0, 0, 0)


def signed(message: str, secret: str = SANDBOX.key_secret) -> str:
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


class TestARightSignature:
    def test_enrols(self, world: World, teacher: Person) -> None:
        learner, course = world.person(), world.course(teacher, amount=49900, title="Knots")
        purchase = world.paid(learner, course)
        answer = world.verify(learner, purchase.proof)
        assert (answer.status_code, answer.json["message"]) == (200, "You are enrolled.")
        line = {"id": str(course.id), "title": "Knots", "price": 49900, "amount": 49900}
        lines = [{**line, "outcome": "enrolled", "why": None}]
        assert answer.json["data"] == {"state": "paid", "courses": [str(course.id)], "lines": lines}
        held = enrollments.get({"user": learner.id})
        assert held is not None
        assert (held["course"], held["order"], held["amountPaid"]) == (course.id, purchase.id, 49900)
        (row,) = ledger.find({})
        assert (row["_id"], row["amount"]) == (f"{purchase.payment_id}:capture", 49900)
        assert [(line["course"], line["amount"]) for line in row["lines"]] == [(course.id, 49900)]
        assert traces() == ONE_PURCHASE
        assert world.get(f"/courses/getFullCourseDetails/{course.id}", by=learner).status_code == 200
        assert world.get("/profile/getEnrolledCourses/me", by=learner).json["pagination"]["total"] == 1
        assert world.get("/courses/").json["data"][0]["studentsCount"] == 1

    def test_again_is_a_success_and_nothing_new(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        purchase = world.buy(learner, course)
        before = kept(purchase.id)
        assert world.verify(learner, purchase.proof).status_code == 200
        client = world.app.test_client
        answers = at_once([lambda: world.verify(learner, purchase.proof, client=client())] * 8)
        assert {answer.status_code for answer in answers} == {200}
        assert (traces(), kept(purchase.id)) == (ONE_PURCHASE, before)
        world.run_jobs()
        assert len(world.inbox.to(learner.email)) == 1

    def test_of_eight_at_once_enrols_once(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        purchase, client = world.paid(learner, course), world.app.test_client
        answers = at_once([lambda: world.verify(learner, purchase.proof, client=client())] * 8)
        assert [answer.status_code for answer in answers] == [200] * 8
        assert traces() == ONE_PURCHASE

    @pytest.mark.parametrize("sent", [["1"], "all", {"a": 1}, None, [str(ObjectId())] * 2])
    def test_with_courses_beside_it_enrols_in_the_orders(self, world: World, course: MadeCourse, sent: Any) -> None:
        learner = world.person()
        answer = world.verify(learner, {**world.paid(learner, course).proof, "courses": sent})
        assert answer.json["data"]["courses"] == [str(course.id)]
        assert [each["course"] for each in enrollments.find({})] == [course.id]

    def test_does_not_smuggle_in_another_course(self, world: World, course: MadeCourse, teacher: Person) -> None:
        learner, dear = world.person(), world.course(teacher, amount=9_999_900)
        world.verify(learner, {**world.paid(learner, course).proof, "courses": [str(dear.id)]})
        assert refused(world.post(f"/courses/enroll/{dear.id}", by=learner)) == (402, "payment_required")

    def test_after_a_refund_does_not_enrol_again(self, world: World, course: MadeCourse) -> None:
        learner, admin = world.person(), world.person("admin")
        purchase = world.buy(learner, course)
        world.post("/payments/refund", {"orderId": purchase.order_id, "reason": "Asked"}, by=admin)
        world.run_jobs()
        assert kept(purchase.id)["state"] == "refunded"
        answer = world.verify(learner, purchase.proof)
        assert (answer.status_code, answer.json["data"]["state"]) == (200, "refunded")
        assert "enrolled" not in answer.json["message"]
        assert not enrollments.attends(learner.id, course.id)


class TestAWrongSignature:
    def test_of_any_kind_enrols_nobody(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        purchase, other = world.paid(learner, course), world.paid(learner, course)
        right, message = purchase.proof["razorpay_signature"], f"{purchase.order_id}|{purchase.payment_id}"
        flipped = ("0" if right[0] != "0" else "1") + right[1:]
        wrong = [
            *("", " ", flipped, right[:-1], right + "0", right.upper(), f" {right}", "é" * 64, "\u0966" * 64, "\x00"),
            *(right[:-1] + "\u0660", "null", "0" * 64, "a" * 512),
            other.proof["razorpay_signature"],
            signed(message, SANDBOX.webhook_secret),
            signed(message, SANDBOX.key_id),
            signed(message, ""),
            signed(f"{purchase.payment_id}|{purchase.order_id}"),
            signed(f"{purchase.order_id}{purchase.payment_id}"),
            signed(f"{purchase.id}|{purchase.payment_id}"),
            signed(f"{message}\n"),
            hashlib.sha256(message.encode()).hexdigest(),
        ]
        for signature in wrong:
            answer = world.verify(learner, {**purchase.proof, "razorpay_signature": signature})
            assert refused(answer) == (400, "bad_signature"), signature
        assert traces() == NOTHING
        assert {order["state"] for order in orders.find({})} == {"created"}
        assert world.verify(learner, purchase.proof).status_code == 200

    def test_of_half_a_character_is_refused(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        body = json.dumps({**world.paid(learner, course).proof, "razorpay_signature": "\ud800"})
        answer = world.post("/payments/verifySignature", by=learner, data=body, content_type="application/json")
        assert (refused(answer)[0], traces()) == (400, NOTHING)

    def test_of_a_cheap_orders_payment_does_not_pay_a_dear_one(
        self, world: World, course: MadeCourse, teacher: Person
    ) -> None:
        learner = world.person()
        cheap = world.paid(learner, world.course(teacher, amount=100))
        dear = world.order(learner, course).json["data"]["orderId"]
        assert refused(world.verify(learner, {**cheap.proof, "razorpay_order_id": dear})) == (400, "bad_signature")
        assert traces() == NOTHING

    def test_of_another_payment_is_refused(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        purchase, other = world.paid(learner, course), world.paid(learner, course)
        mixed = {**purchase.proof, "razorpay_payment_id": other.payment_id}
        assert refused(world.verify(learner, mixed)) == (400, "bad_signature")
        assert traces() == NOTHING

    def test_has_to_come_with_everything_in_its_form(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        proof = world.paid(learner, course).proof
        for field in proof:
            assert faults(world.verify(learner, {**proof, field: None})) == {field}
            assert faults(world.verify(learner, {**proof, field: {"$gt": ""}})) == {field}
            assert faults(world.verify(learner, {name: proof[name] for name in proof if name != field})) == {field}
        assert faults(world.verify(learner, {**proof, "razorpay_payment_id": "pay_1/../2"})) == {"razorpay_payment_id"}
        assert faults(world.verify(learner, {**proof, "razorpaySignature": "x"})) == {"razorpaySignature"}


class TestAForeignOrder:
    def test_is_not_there(self, world: World, course: MadeCourse) -> None:
        learner, thief = world.person(), world.person()
        proof = world.paid(learner, course).proof
        assert refused(world.verify(thief, proof)) == (404, "order_not_found")
        assert refused(world.verify(thief, {**proof, "razorpay_signature": "0"})) == (404, "order_not_found")
        assert refused(world.verify(world.person("admin"), proof)) == (404, "order_not_found")
        assert refused(world.post("/payments/verifySignature", proof)) == (401, "not_signed_in")
        assert traces() == NOTHING

    def test_is_like_one_that_never_was(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        unknown = {**world.paid(learner, course).proof, "razorpay_order_id": "order_00000000000000"}
        assert refused(world.verify(learner, unknown)) == (404, "order_not_found")

    def test_does_not_take_the_draft_that_has_no_gateways_id_yet(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        purchase = world.paid(learner, course)
        orders.raw.update_one({"_id": purchase.id}, {"$set": {"state": "draft"}, "$unset": {"razorpayOrderId": ""}})
        for named in ("None", "null", str(purchase.id)):
            forged = {**purchase.proof, "razorpay_order_id": named}
            assert refused(world.verify(learner, forged)) == (404, "order_not_found")


class TestAPaymentThat:
    def test_is_not_captured_yet_enrols_once_it_is(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        order = world.order(learner, course).json["data"]
        proof = world.pay(order["orderId"], "authorized")
        answer = world.verify(learner, proof)
        assert (answer.status_code, answer.json["data"]["state"], traces()) == (202, "created", NOTHING)
        capture = f"/sandbox/razorpay/v1/payments/{proof['razorpay_payment_id']}/capture"
        auth = (SANDBOX.key_id, SANDBOX.key_secret)
        assert world.post(capture, {"amount": 49900, "currency": "INR"}, auth=auth).status_code == 200
        assert world.verify(learner, proof).status_code == 200
        assert traces() == ONE_PURCHASE

    def test_failed_enrols_nobody_even_if_it_were_signed(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        order_id = world.order(learner, course).json["data"]["orderId"]
        payment_id = world.pay(order_id, "failed")["error"]["metadata"]["payment_id"]
        proof = {"razorpay_order_id": order_id, "razorpay_payment_id": payment_id}
        answer = world.verify(learner, {**proof, "razorpay_signature": signed(f"{order_id}|{payment_id}")})
        assert (refused(answer), traces()) == ((402, "payment_failed"), NOTHING)
        assert {order["state"] for order in orders.find({})} == {"created"}

    def test_the_gateway_does_not_know_enrols_nobody_even_if_it_were_signed(
        self, world: World, course: MadeCourse
    ) -> None:
        learner = world.person()
        order_id = world.order(learner, course).json["data"]["orderId"]
        for payment_id in ("pay_00000000000000", "pay_", "anything", order_id):
            proof = {"razorpay_order_id": order_id, "razorpay_payment_id": payment_id}
            answer = world.verify(learner, {**proof, "razorpay_signature": signed(f"{order_id}|{payment_id}")})
            assert (answer.status_code, answer.json["data"]["state"], traces()) == (202, "created", NOTHING)

    @pytest.mark.parametrize(
        ("how", "reason"),
        [("wrong_amount", "amount 49899, not 49900"), ("wrong_currency", "currency USD, not INR")],
    )
    def test_is_not_what_was_asked_for_is_for_staff(
        self, world: World, course: MadeCourse, how: str, reason: str
    ) -> None:
        learner = world.person()
        purchase = world.paid(learner, course)
        world.gateway(wrong=how, only="payments", webhooks="off")
        for _ in range(2):
            answer = world.verify(learner, purchase.proof)
            assert (answer.status_code, answer.json["data"]["state"]) == (202, "review")
            assert "enrolled once" in answer.json["message"]
        order = kept(purchase.id)
        assert (order["state"], order["nextCheckAt"]) == ("review", None)
        assert order["heldReason"] == f"Payment {purchase.payment_id}: {reason}"
        world.gateway(webhooks="off")
        assert world.verify(learner, purchase.proof).status_code == 202
        assert (kept(purchase.id)["state"], traces()) == ("review", NOTHING)

    def test_is_another_orders_is_for_staff(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        purchase, other = world.paid(learner, course), world.paid(world.person(), course)
        stored("Payments").update_one({"_id": purchase.payment_id}, {"$set": {"order_id": other.order_id}})
        assert world.verify(learner, purchase.proof).status_code == 202
        assert (kept(purchase.id)["state"], traces()) == ("review", NOTHING)

    def test_went_back_before_it_was_settled_is_for_staff(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        purchase = world.paid(learner, course)
        auth = (SANDBOX.key_id, SANDBOX.key_secret)
        world.post(f"/sandbox/razorpay/v1/payments/{purchase.payment_id}/refund", {}, auth=auth)
        assert world.verify(learner, purchase.proof).status_code == 202
        assert (kept(purchase.id)["state"], traces()) == ("review", NOTHING)

    @pytest.mark.parametrize("how", [{"dead": True}, {"wrong": "html502"}, {"wrong": "bad_json"}])
    def test_cannot_be_asked_about_is_asked_for_again(
        self, world: World, course: MadeCourse, how: dict[str, Any]
    ) -> None:
        learner = world.person()
        purchase = world.paid(learner, course)
        world.gateway(**how)
        assert refused(world.verify(learner, purchase.proof)) == (503, "gateway_unavailable")
        assert (kept(purchase.id)["state"], traces()) == ("created", NOTHING)
        world.gateway(webhooks="off")
        assert world.verify(learner, purchase.proof).status_code == 200


def test_no_secret_is_in_any_answer_or_line_of_the_log(
    world: World, course: MadeCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    learner, admin = world.person(), world.person("admin")
    texts = [world.order(learner, course).text]
    purchase = world.buy(learner, course)
    texts += [world.verify(learner, {**purchase.proof, "razorpay_signature": "0"}).text]
    world.gateway(wrong="html502")
    texts += [world.order(world.person(), course).text, world.verify(learner, purchase.proof).text]
    world.gateway(webhooks="off")
    texts += [world.post("/payments/webhook", {"event": "x"}, headers={"X-Razorpay-Signature": "0"}).text]
    texts += [world.post("/payments/refund", {"orderId": purchase.order_id, "reason": "A"}, by=admin).text]
    world.run_jobs()
    texts += [world.get(path, by=learner).text for path in ("/payments/orders", "/profile/getUserDetails/me")]
    log = capsys.readouterr()
    texts += [log.out, log.err, *(mail.text + mail.html for mail in world.inbox.messages)]
    proof = purchase.proof["razorpay_signature"]
    for secret in (SANDBOX.key_secret, SANDBOX.webhook_secret, proof):
        assert not [text for text in texts if secret in text and "/sandbox/" not in secret], secret
