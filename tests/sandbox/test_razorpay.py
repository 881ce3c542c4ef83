from collections.abc import Iterator
from typing import Any

import pytest
import razorpay
from flask import Flask
from razorpay.errors import BadRequestError
from werkzeug.test import TestResponse

from lms import sandbox
from lms.errors import GatewayUnavailable
from lms.sandbox import razorpay_store as store
from lms.services.payments import razorpay as door
from lms.services.payments.razorpay import SANDBOX as KEYS
from tests.sandbox.gateway import SANDBOX, behave, events, order, paid, pay
from tests.world import World, at_once, served

API = f"{SANDBOX}/v1"
ORDER = {"amount": 49900, "currency": "INR", "receipt": "receipt-1"}


@pytest.fixture
def sdk(world: World, app: Flask) -> Iterator[razorpay.Client]:
    with served(app) as address:
        yield razorpay.Client(auth=(KEYS.key_id, KEYS.key_secret), base_url=address + SANDBOX)


def call(world: World, method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
    return world.request(method, API + path, body, auth=(KEYS.key_id, KEYS.key_secret), **more)


def refusal(answer: TestResponse) -> str:
    """The sentence of a refusal, which has to come in Razorpay's envelope."""
    assert answer.status_code == 400, answer.text
    error = answer.json["error"]
    assert error["code"] == "BAD_REQUEST_ERROR"
    sentence: str = error["description"]
    return sentence


def refused_attempt(world: World, **sent: Any) -> str:
    return refusal(world.post(f"{SANDBOX}/pay", sent))


class TestOrders:
    def test_have_the_documented_shape(self, sdk: razorpay.Client) -> None:
        made = sdk.order.create({**ORDER, "notes": {"a": "b"}})
        assert made["id"].startswith("order_")
        assert len(made["id"]) == len("order_") + 14
        assert made == {
            **{name: made[name] for name in ("id", "created_at")},
            "entity": "order",
            "amount": 49900,
            "amount_paid": 0,
            "amount_due": 49900,
            "currency": "INR",
            "receipt": "receipt-1",
            "offer_id": None,
            "status": "created",
            "attempts": 0,
            "notes": {"a": "b"},
        }
        assert sdk.order.fetch(made["id"]) == made
        assert sdk.order.all({"receipt": "receipt-1"}) == {"entity": "collection", "count": 1, "items": [made]}

    def test_without_notes_have_an_empty_list(self, sdk: razorpay.Client) -> None:
        assert sdk.order.create(ORDER)["notes"] == []

    def test_without_receipt_may_be_many(self, sdk: razorpay.Client) -> None:
        ids = {sdk.order.create({"amount": 100, "currency": "INR"})["id"] for _ in range(2)}
        assert len(ids) == 2

    def test_are_listed_ten_at_a_time(self, sdk: razorpay.Client) -> None:
        made = {sdk.order.create({"amount": 100, "currency": "INR"})["id"] for _ in range(11)}
        pages = [sdk.order.all({"skip": skip})["items"] for skip in (0, 10)]
        assert [len(page) for page in pages] == [10, 1]
        assert {item["id"] for page in pages for item in page} == made

    def test_may_share_a_receipt(self, sdk: razorpay.Client) -> None:
        assert len({sdk.order.create(ORDER)["id"] for _ in range(2)}) == 2

    def test_of_one_receipt_are_one_however_many_ask_at_once(self, world: World) -> None:
        world.gateway(receipts_once=True)
        answers = at_once([lambda: call(world, "POST", "/orders", ORDER, client=world.app.test_client())] * 10)
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 9
        assert len(call(world, "GET", "/orders").json["items"]) == 1

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"amount": 99}, "Order amount less than minimum amount allowed"),
            ({"amount": -100}, "Order amount less than minimum amount allowed"),
            ({"amount": 100.5}, "The amount must be an integer."),
            ({"amount": "100"}, "The amount must be an integer."),
            ({"amount": True}, "The amount must be an integer."),
            ({"amount": 2**63 - 1}, "amount: Input should be less than or equal to 9007199254740992"),
            ({"currency": "rupees"}, "currency: String should match pattern '^[A-Z]{3}$'"),
            ({"receipt": "r" * 41}, "receipt: String should have at most 40 characters"),
            ({"notes": {str(number): "" for number in range(16)}}, "notes: Dictionary should have at most 15 items"),
            ({"notes": {"a": "b" * 257}}, "notes: Value error, notes may have 256 characters each"),
            ({"notes": {"a\0": "b"}}, "notes: Value error, notes may have 256 characters each"),
        ],
    )
    def test_that_cannot_be_are_refused(self, world: World, change: dict[str, Any], sentence: str) -> None:
        assert sentence in refusal(call(world, "POST", "/orders", {**ORDER, **change}))

    def test_name_the_field_that_is_missing(self, world: World) -> None:
        answer = call(world, "POST", "/orders", {"amount": 100})
        assert (refusal(answer), answer.json["error"]["field"]) == ("currency: is required.", "currency")

    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'"\\ud800"'])
    def test_of_another_body_are_refused(self, world: World, body: bytes) -> None:
        assert refusal(call(world, "POST", "/orders", data=body))

    def test_take_notes_of_any_name(self, sdk: razorpay.Client) -> None:
        notes = {"$where": "a", "a.b": "c", "नाम": "पाइथन"}
        assert sdk.order.fetch(sdk.order.create({**ORDER, "notes": notes})["id"])["notes"] == notes


class TestKeys:
    @pytest.mark.parametrize(
        "auth", [None, (KEYS.key_id, ""), (KEYS.key_id, "wrong"), ("wrong", KEYS.key_secret), ("é", "é")]
    )
    def test_have_to_be_right(self, world: World, auth: tuple[str, str] | None) -> None:
        answer = world.get(f"{API}/orders", **({"auth": auth} if auth else {}))
        assert (answer.status_code, answer.json["error"]["description"]) == (401, "Authentication failed")

    def test_are_no_bearer_token(self, world: World) -> None:
        assert world.get(f"{API}/orders", by=KEYS.key_secret).status_code == 401


class TestPayments:
    def test_that_succeed_pay_the_order(self, world: World, sdk: razorpay.Client) -> None:
        order_id = order()
        answer = pay(world, order_id, email="a@b.example", contact="+911234567890", method="card")
        assert set(answer) == {"razorpay_payment_id", "razorpay_order_id", "razorpay_signature"}
        sdk.utility.verify_payment_signature(answer)
        paid = sdk.order.fetch(order_id)
        assert (paid["status"], paid["attempts"], paid["amount_paid"], paid["amount_due"]) == ("paid", 1, 49900, 0)
        payment = sdk.payment.fetch(answer["razorpay_payment_id"])
        assert (payment["status"], payment["captured"], payment["order_id"]) == ("captured", True, order_id)
        assert (payment["email"], payment["contact"], payment["method"]) == ("a@b.example", "+911234567890", "card")
        assert (payment["fee"], payment["tax"]) == (998 + 179, 179)

    def test_that_fail_can_be_followed_by_one_that_succeeds(self, world: World, sdk: razorpay.Client) -> None:
        order_id = order()
        error = pay(world, order_id, "failed")["error"]
        assert set(error) == {"code", "description", "source", "step", "reason", "metadata"}
        assert error["metadata"]["order_id"] == order_id
        failed = sdk.payment.fetch(error["metadata"]["payment_id"])
        assert (failed["status"], failed["captured"], failed["error_reason"]) == ("failed", False, "payment_failed")
        assert sdk.order.fetch(order_id)["status"] == "attempted"
        pay(world, order_id)
        assert sdk.order.fetch(order_id) | {"status": "paid", "attempts": 2} == sdk.order.fetch(order_id)
        assert sdk.order.payments(order_id)["count"] == 2

    def test_of_a_paid_order_are_refused(self, world: World, sdk: razorpay.Client) -> None:
        order_id = order()
        pay(world, order_id)
        for outcome in ("captured", "failed", "captured_silently", "authorized"):
            assert "already done" in refused_attempt(world, order_id=order_id, outcome=outcome)
        assert sdk.order.payments(order_id)["count"] == 1

    def test_of_a_paid_order_can_be_made_if_told_so(self, world: World, sdk: razorpay.Client) -> None:
        order_id = order()
        pay(world, order_id)
        behave(world, paid_twice=True)
        pay(world, order_id)
        assert [item["status"] for item in sdk.order.payments(order_id)["items"]] == ["captured"] * 2
        assert sdk.order.fetch(order_id)["status"] == "paid"

    def test_at_once_pay_the_order_once(self, world: World, sdk: razorpay.Client) -> None:
        for number in range(5):
            attempt = {"order_id": order(f"receipt-{number}"), "outcome": "captured"}
            clients = [world.app.test_client() for _ in range(10)]
            answers = at_once([lambda c=c, a=attempt: world.post(f"{SANDBOX}/pay", a, client=c) for c in clients])
            assert sorted(answer.status_code for answer in answers) == [200] + [400] * 9
            assert sdk.order.payments(attempt["order_id"])["count"] == 1
            assert sdk.order.fetch(attempt["order_id"])["attempts"] == 1

    def test_that_are_authorized_can_be_captured_once(self, world: World, sdk: razorpay.Client) -> None:
        order_id = order()
        payment_id = pay(world, order_id, "authorized")["razorpay_payment_id"]
        assert sdk.order.fetch(order_id)["status"] == "attempted"
        assert "authorized already" in refused_attempt(world, order_id=order_id, outcome="captured")
        with pytest.raises(BadRequestError, match="equal to the amount authorized"):
            sdk.payment.capture(payment_id, 49899, {"currency": "INR"})
        payment = sdk.payment.capture(payment_id, 49900, {"currency": "INR"})
        assert (payment["status"], payment["captured"]) == ("captured", True)
        assert sdk.order.fetch(order_id)["status"] == "paid"
        with pytest.raises(BadRequestError, match="already been captured"):
            sdk.payment.capture(payment_id, 49900, {"currency": "INR"})

    def test_are_captured_once_however_many_ask_at_once(self, world: World, sdk: razorpay.Client) -> None:
        path = f"/payments/{pay(world, order(), 'authorized')['razorpay_payment_id']}/capture"
        clients = [world.app.test_client() for _ in range(10)]
        answers = at_once([lambda c=c: call(world, "POST", path, {"amount": 49900}, client=c) for c in clients])
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 9

    def test_that_failed_cannot_be_captured(self, world: World, sdk: razorpay.Client) -> None:
        payment_id = pay(world, order(), "failed")["error"]["metadata"]["payment_id"]
        with pytest.raises(BadRequestError, match="authorized and not yet captured"):
            sdk.payment.capture(payment_id, 49900, {"currency": "INR"})

    def test_are_listed(self, world: World, sdk: razorpay.Client) -> None:
        payment_id = paid(world)
        assert [item["id"] for item in sdk.payment.all({})["items"]] == [payment_id]

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"order_id": "order_00000000000000"}, "The id provided does not exist"),
            ({"order_id": None}, "order_id: "),
            ({"outcome": "lost"}, "outcome: Input should be 'captured', 'captured_silently', 'authorized' or 'failed'"),
            ({"outcome": None}, "outcome: "),
            ({"amount": 49899}, "Your payment amount is different from your order amount."),
            ({"free": True}, "free: "),
        ],
    )
    def test_that_cannot_be_are_refused(
        self, world: World, sdk: razorpay.Client, change: dict[str, Any], sentence: str
    ) -> None:
        right = {"order_id": order(), "outcome": "captured", "amount": 49900, "key": KEYS.key_id}
        assert refused_attempt(world, **{**right, **change}).startswith(sentence)
        assert world.post(f"{SANDBOX}/pay", right).status_code == 200

    def test_with_another_key_are_refused(self, world: World, sdk: razorpay.Client) -> None:
        attempt = {"order_id": order(), "outcome": "captured", "key": "rzp_live_other"}
        assert world.post(f"{SANDBOX}/pay", attempt).status_code == 401


class TestRefunds:
    def refund(self, world: World, payment_id: str, amount: int | None, key: str | None) -> TestResponse:
        body = {} if amount is None else {"amount": amount}
        headers = {"X-Refund-Idempotency": key} if key else {}
        client = world.app.test_client()
        return call(world, "POST", f"/payments/{payment_id}/refund", body, headers=headers, client=client)

    def test_have_the_documented_shape(self, world: World, sdk: razorpay.Client) -> None:
        payment_id = paid(world)
        made = sdk.payment.refund(payment_id, {"amount": 100, "receipt": "r", "notes": {"a": "b"}})
        assert made["id"].startswith("rfnd_")
        assert made == {
            **{name: made[name] for name in ("id", "created_at")},
            "entity": "refund",
            "amount": 100,
            "currency": "INR",
            "payment_id": payment_id,
            "receipt": "r",
            "notes": {"a": "b"},
            "acquirer_data": {"arn": None},
            "batch_id": None,
            "status": "processed",
            "speed_processed": "normal",
            "speed_requested": "normal",
        }
        assert sdk.refund.fetch(made["id"]) == sdk.payment.fetch_refund_id(payment_id, made["id"]) == made
        assert sdk.payment.fetch_multiple_refund(payment_id)["items"] == [made]

    def test_without_an_amount_give_the_rest_back(self, world: World, sdk: razorpay.Client) -> None:
        payment_id = paid(world)
        sdk.payment.refund(payment_id, {"amount": 9900})
        payment = sdk.payment.fetch(payment_id)
        assert (payment["status"], payment["refund_status"], payment["amount_refunded"]) == (
            "captured",
            "partial",
            9900,
        )
        assert sdk.payment.refund(payment_id)["amount"] == 40000
        payment = sdk.payment.fetch(payment_id)
        assert (payment["status"], payment["refund_status"], payment["amount_refunded"]) == ("refunded", "full", 49900)
        assert payment["captured"]
        with pytest.raises(BadRequestError, match="fully refunded already"):
            sdk.payment.refund(payment_id, {"amount": 100})

    def test_at_once_never_exceed_what_was_captured(self, world: World, sdk: razorpay.Client) -> None:
        payment_id = paid(world, 50000)
        answers = at_once([lambda n=n: self.refund(world, payment_id, 7000, f"refund-{n:04}") for n in range(20)])
        assert sorted(answer.status_code for answer in answers) == [200] * 7 + [400] * 13
        refunds = sdk.payment.fetch_multiple_refund(payment_id, {"count": 100})["items"]
        assert sum(item["amount"] for item in refunds) == sdk.payment.fetch(payment_id)["amount_refunded"] == 49000

    def test_with_one_key_at_once_are_one(self, world: World, sdk: razorpay.Client) -> None:
        payment_id = paid(world, 50000)
        answers = at_once([lambda: self.refund(world, payment_id, 7000, "refund-0001")] * 20)
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json["id"] for answer in answers}) == 1
        assert sdk.payment.fetch(payment_id)["amount_refunded"] == 7000

    def test_with_one_key_are_of_one_payment_and_one_amount(self, world: World, sdk: razorpay.Client) -> None:
        payment_id, other = paid(world), paid(world, receipt="receipt-2")
        assert self.refund(world, payment_id, 7000, "refund-0001").status_code == 200
        assert "Different request" in refusal(self.refund(world, payment_id, 7001, "refund-0001"))
        assert "Different request" in refusal(self.refund(world, payment_id, None, "refund-0001"))
        assert "Different request" in refusal(self.refund(world, other, 7000, "refund-0001"))

    def test_with_one_key_for_two_payments_at_once_are_of_one(self, world: World, sdk: razorpay.Client) -> None:
        ids = [paid(world, receipt=f"receipt-{number}") for number in range(4)]
        answers = at_once([lambda id=id: self.refund(world, id, 7000, "refund-0001") for id in ids])
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
        assert sum(sdk.payment.fetch(id)["amount_refunded"] for id in ids) == 7000

    def test_of_the_whole_account_are_listed_since_a_moment(self, world: World, sdk: razorpay.Client) -> None:
        made = [sdk.payment.refund(paid(world, receipt=f"receipt-{each}"), {"amount": 100}) for each in range(3)]
        store.stored("Refunds").update_one({"_id": made[0]["id"]}, {"$set": {"created_at": 1_000_000_000}})
        listed = sdk.refund.all({"from": 1_000_000_001, "count": 10})["items"]
        assert {each["id"] for each in listed} == {each["id"] for each in made[1:]}
        assert len(sdk.refund.all()["items"]) == 3
        assert len(sdk.refund.all({"count": 1, "skip": 2})["items"]) == 1

    def test_in_the_dashboard_have_no_key_and_are_told_of(self, world: World, sdk: razorpay.Client) -> None:
        behave(world, webhooks="off")
        payment_id = paid(world)
        part = world.post(f"{SANDBOX}/payments/{payment_id}/refund", {"amount": 900}).json
        rest = world.post(f"{SANDBOX}/payments/{payment_id}/refund", {}).json
        assert (part["amount"], rest["amount"], part["receipt"]) == (900, 49000, None)
        assert sdk.payment.fetch(payment_id)["refund_status"] == "full"
        assert [each["event"] for each in events(world)][-2:] == ["refund.created", "refund.processed"]
        assert "fully refunded" in refusal(world.post(f"{SANDBOX}/payments/{payment_id}/refund", {}))
        assert "does not exist" in refusal(world.post(f"{SANDBOX}/payments/pay_x/refund", {}))
        assert "amount" in refusal(world.post(f"{SANDBOX}/payments/{payment_id}/refund", {"amount": 0}))

    def test_without_a_key_are_many(self, world: World, sdk: razorpay.Client) -> None:
        payment_id = paid(world)
        assert len({self.refund(world, payment_id, 7000, None).json["id"] for _ in range(2)}) == 2

    def test_that_were_refused_may_be_asked_for_again(self, world: World, sdk: razorpay.Client) -> None:
        payment_id = paid(world)
        assert "greater than" in refusal(self.refund(world, payment_id, 49901, "refund-0001"))
        assert self.refund(world, payment_id, 49900, "refund-0001").status_code == 200

    @pytest.mark.parametrize(
        ("amount", "key", "sentence"),
        [
            (99, None, "The amount must be at least INR 1.00"),
            (0, None, "The amount must be at least INR 1.00"),
            (-100, None, "The amount must be at least INR 1.00"),
            (100, "short", "The idempotency key must be at least 10 characters long"),
            (100, "with spaces in it", "The idempotency key must be at least 10 characters long"),
        ],
    )
    def test_that_cannot_be_are_refused(
        self, world: World, sdk: razorpay.Client, amount: int, key: str | None, sentence: str
    ) -> None:
        assert refusal(self.refund(world, paid(world), amount, key)) == sentence

    def test_of_unknown_payments_are_refused(self, world: World, sdk: razorpay.Client) -> None:
        for method, path in [("POST", "refund"), ("GET", "refunds"), ("GET", "refunds/rfnd_1"), ("GET", "")]:
            answer = call(world, method, f"/payments/pay_00000000000000/{path}".rstrip("/"))
            assert refusal(answer) == "The id provided does not exist"

    def test_of_another_payment_are_not_found(self, world: World, sdk: razorpay.Client) -> None:
        made = sdk.payment.refund(paid(world), {"amount": 100})
        other = paid(world, receipt="receipt-2")
        assert "does not exist" in refusal(call(world, "GET", f"/payments/{other}/refunds/{made['id']}"))

    def test_wait_for_the_bank_if_told_so(self, world: World, sdk: razorpay.Client) -> None:
        payment_id = paid(world)
        behave(world, refunds_pending=True, webhooks="off")
        good, bad = (sdk.payment.refund(payment_id, {"amount": amount}) for amount in (9900, 40000))
        assert (good["status"], bad["status"]) == ("pending", "pending")
        assert sdk.payment.fetch(payment_id)["status"] == "refunded"
        for made, outcome in ((good, "processed"), (bad, "failed")):
            settled = world.post(f"{SANDBOX}/refunds/{made['id']}/settle", {"outcome": outcome})
            assert settled.json == sdk.refund.fetch(made["id"]) == {**made, "status": outcome}
        payment = sdk.payment.fetch(payment_id)
        assert (payment["status"], payment["amount_refunded"]) == ("captured", 9900)
        again = world.post(f"{SANDBOX}/refunds/{good['id']}/settle", {"outcome": "failed"})
        assert refusal(again) == "The refund is processed already"
        names = [event["event"] for event in events(world) if event["event"].startswith("refund")]
        assert names == ["refund.created", "refund.created", "refund.processed", "refund.failed"]


class TestMisbehaviour:
    def test_ends_when_told_so(self, world: World, sdk: razorpay.Client) -> None:
        behave(world, dead=True)
        assert world.get(f"{SANDBOX}/behaviour").json["dead"] is True
        behave(world)
        assert world.get(f"{SANDBOX}/behaviour").json["dead"] is False
        assert order()

    def test_can_be_limited_to_a_part(self, world: World, sdk: razorpay.Client) -> None:
        payment_id = paid(world)
        behave(world, dead=True, only="payments")
        order_id = order("receipt-2")
        with pytest.raises(GatewayUnavailable):
            door.payments_of(order_id)
        with pytest.raises(GatewayUnavailable):
            door.payment(payment_id)
        behave(world, dead=True, only="refunds")
        assert door.payment(payment_id) is not None
        with pytest.raises(GatewayUnavailable):
            door.refund(payment_id, 100, "refund-0001", {})
        with pytest.raises(GatewayUnavailable):
            door.refunds_of(payment_id)

    def test_does_not_keep_the_customer_from_paying(self, world: World, sdk: razorpay.Client) -> None:
        order_id = order()
        behave(world, dead=True, wrong="html502")
        assert pay(world, order_id)["razorpay_payment_id"]

    @pytest.mark.parametrize("wrong", ["html502", "bad_json"])
    def test_gives_no_answer(self, world: World, sdk: razorpay.Client, wrong: str) -> None:
        payment_id = paid(world)
        behave(world, wrong=wrong)
        with pytest.raises(GatewayUnavailable):
            door.payment(payment_id)

    def test_tells_lies(self, world: World, sdk: razorpay.Client) -> None:
        order_id = order()
        payment_id = pay(world, order_id, "captured_silently")["razorpay_payment_id"]
        lies = {}
        for wrong in ("wrong_amount", "wrong_currency", "not_captured"):
            behave(world, wrong=wrong)
            payment = door.payment(payment_id)
            assert door.payments_of(order_id) == [payment]
            assert payment is not None
            lies[wrong] = payment.amount, payment.currency, payment.status, payment.captured
        assert lies == {
            "wrong_amount": (49899, "INR", "captured", True),
            "wrong_currency": (49900, "USD", "captured", True),
            "not_captured": (49900, "INR", "authorized", False),
        }

    @pytest.mark.parametrize(
        "how",
        [
            {"dead": "yes"},
            {"wrong": "always"},
            {"webhooks": "never"},
            {"webhooks": ["on", 3]},
            {"delay_seconds": 61},
            {"only": "webhooks"},
            {"webhook_url": "file:///etc/passwd"},
            {"unheard": 1},
        ],
    )
    def test_that_is_not_known_is_refused(self, world: World, how: dict[str, Any]) -> None:
        assert refusal(world.post(f"{SANDBOX}/behaviour", how)).startswith(next(iter(how)))


def test_there_is_none_of_it_in_production(app: Flask) -> None:
    production = Flask("production")
    production.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"app_env": "production"})
    sandbox.init_app(production)
    assert not [rule for rule in production.url_map.iter_rules() if "sandbox" in rule.rule]
