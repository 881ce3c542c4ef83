from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.payments import carts, reconciliation
from lms.controllers.payments import orders as order_controller
from lms.errors import OwnCourse
from lms.models.accounts.sessions import Caller
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.payments.coupons import coupons
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders
from lms.sandbox.razorpay_store import one, stored
from lms.services.payments import razorpay, razorpay_http
from tests.waiting import eventually
from tests.world import MadeCourse, Person, World, at_once, faults, refused

pytestmark = pytest.mark.usefixtures("gateway")

CAPTURE = "/payments/capturePayment"


def gateway_orders() -> list[dict[str, Any]]:
    return list(stored("Orders").find({}))


def nothing_is_left() -> bool:
    return (orders.count({}), len(gateway_orders()), enrollments.count({})) == (0, 0, 0)


class TestAnOrder:
    def test_is_the_catalogues_sum_in_paise_at_the_gateway(self, world: World, teacher: Person) -> None:
        bought = [world.course(teacher, title=title, amount=amount) for title, amount in (("A", 49950), ("B", 101))]
        answer = world.order(world.person(), *bought)
        assert answer.status_code == 201
        data = answer.json["data"]
        assert data == {
            "id": data["id"],
            "orderId": data["orderId"],
            "amount": 50051,
            "currency": "INR",
            "key": razorpay.key_id(),
            "state": "created",
            "courses": [
                {"id": str(bought[0].id), "title": "A", "price": 49950, "amount": 49950},
                {"id": str(bought[1].id), "title": "B", "price": 101, "amount": 101},
            ],
        }
        placed = one("Orders", data["orderId"])
        assert (placed["amount"], placed["currency"], placed["receipt"]) == (50051, "INR", data["id"])

    def test_has_the_price_of_the_moment_it_was_made(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        first = world.order(learner, course).json["data"]
        courses.update({"_id": course.id}, {"$set": {"amount": 99900, "title": "Dearer"}})
        assert world.order(learner, course).json["data"]["amount"] == 99900
        stays = orders.get({"_id": ObjectId(first["id"])})
        assert stays is not None
        assert (stays["amount"], stays["lines"][0]["price"], stays["lines"][0]["title"]) == (
            49900,
            49900,
            first["courses"][0]["title"],
        )

    @pytest.mark.parametrize("field", ["amount", "price", "currency", "user", "state"])
    def test_cannot_be_told_its_price(self, world: World, course: MadeCourse, field: str) -> None:
        body = {"courses": [str(course.id)], field: 1}
        assert faults(world.post(CAPTURE, body, by=world.person())) == {field}
        assert nothing_is_left()

    def test_enrols_nobody(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        world.order(learner, course)
        world.run_jobs()
        assert enrollments.count({}) == ledger.count({}) == 0
        assert world.inbox.messages == []
        assert refused(world.post(f"/courses/enroll/{course.id}", by=learner)) == (402, "payment_required")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "courses"),
            ({"courses": []}, "courses"),
            ({"courses": "all"}, "courses"),
            ({"courses": [str(ObjectId()) for _ in range(51)]}, "courses"),
            ({"courses": ["1"]}, "courses.0"),
            ({"courses": [{"$gt": ""}]}, "courses.0"),
            ({"courses": [str(ObjectId())], "coupon": {"$ne": ""}}, "coupon"),
            ({"courses": [str(ObjectId())], "coupon": "50%"}, "coupon"),
        ],
    )
    def test_has_to_be_of_the_right_form(self, world: World, body: dict[str, Any], field: str) -> None:
        assert faults(world.post(CAPTURE, body, by=world.person())) == {field}

    def test_is_made_by_students(self, world: World, course: MadeCourse, teacher: Person) -> None:
        body = {"courses": [str(course.id)]}
        assert refused(world.post(CAPTURE, body)) == (401, "not_signed_in")
        for by in (teacher, world.person("admin")):
            assert refused(world.post(CAPTURE, body, by=by)) == (403, "forbidden")


class TestTheIdempotencyKey:
    def test_makes_two_clicks_one_order(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        clicks = at_once([lambda: world.order(learner, course, key="k", client=world.app.test_client())] * 6)
        assert [click.status_code for click in clicks] == [201] * 6
        assert len({click.json["data"]["orderId"] for click in clicks}) == 1
        assert (orders.count({}), len(gateway_orders())) == (1, 1)
        later = world.order(learner, course, key="k")
        assert later.json["data"] == clicks[0].json["data"]

    def test_keeps_the_price_it_was_first_used_for(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        first = world.order(learner, course, key="k").json["data"]
        courses.update({"_id": course.id}, {"$set": {"amount": 1}})
        assert world.order(learner, course, key="k").json["data"] == first

    def test_is_for_one_cart(self, world: World, course: MadeCourse, teacher: Person) -> None:
        learner, other = world.person(), world.course(teacher, amount=100)
        world.coupon("TEN", percent=10)
        world.order(learner, course, other, key="k")
        assert world.order(learner, other, course, key="k").status_code == 201
        for cart, coupon in (((course,), None), ((course, other), "TEN"), ((other, other, course), None)):
            answer = world.order(learner, *cart, coupon=coupon, key="k")
            assert refused(answer) == (409, "idempotency_conflict"), cart
        assert len(gateway_orders()) == 1

    def test_knows_the_coupon_however_it_was_typed(self, world: World, course: MadeCourse) -> None:
        learner, _ = world.person(), world.coupon("TEN", percent=10)
        ids = {world.order(learner, course, coupon=typed, key="k").json["data"]["id"] for typed in ("TEN", "ten")}
        assert len(ids) == 1
        assert world.order(learner, course, key="k").status_code == 409

    def test_is_the_buyers_own(self, world: World, course: MadeCourse) -> None:
        ids = {world.order(world.person(), course, key="k").json["data"]["orderId"] for _ in range(2)}
        assert len(ids) == 2

    def test_of_a_paid_order_gives_that_order(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        made = world.order(learner, course, key="k").json["data"]
        world.verify(learner, world.pay(made["orderId"]))
        assert world.order(learner, course, key="k").json["data"] == {**made, "state": "paid"}

    @pytest.mark.parametrize("key", ["", " ", "a b", "k" * 101, "é", "\x7f"])
    def test_has_to_be_visible_ascii(self, world: World, course: MadeCourse, key: str) -> None:
        assert faults(world.order(world.person(), course, key=key)) == {"Idempotency-Key"}
        assert nothing_is_left()

    def test_without_one_every_call_is_an_order(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        assert len({world.order(learner, course).json["data"]["orderId"] for _ in range(2)}) == 2


class TestACart:
    """Is refused whole, and the refusal says which courses are the reason."""

    def test_with_a_course_that_is_not_for_sale(self, world: World, course: MadeCourse, teacher: Person) -> None:
        unsold = [world.course(teacher, amount=100, status=status) for status in ("draft", "in_review", "archived")]
        deleted = world.course(teacher, amount=100, deletedAt=now())
        unknown = MadeCourse(ObjectId(), ObjectId(), [])
        for bad in (*unsold, deleted, unknown):
            answer = world.order(world.person(), course, bad)
            assert refused(answer) == (404, "course_not_found")
            assert answer.json["errors"] == {"courses.1": "There is no such course for sale."}
        assert nothing_is_left()

    def test_with_a_course_that_is_held_already(self, world: World, course: MadeCourse, teacher: Person) -> None:
        learner, held = world.person(), world.course(teacher, amount=100)
        world.enroll(learner, held, "purchase", 100)
        answer = world.order(learner, held, course)
        assert refused(answer) == (409, "already_enrolled")
        assert set(answer.json["errors"]) == {"courses.0"}
        assert orders.count({}) == len(gateway_orders()) == 0

    def test_with_a_course_twice(self, world: World, course: MadeCourse, teacher: Person) -> None:
        answer = world.order(world.person(), course, world.course(teacher), course)
        assert refused(answer) == (400, "course_twice")
        assert set(answer.json["errors"]) == {"courses.0", "courses.2"}
        assert nothing_is_left()

    def test_with_an_own_course(self, course: MadeCourse, teacher: Person) -> None:
        caller = Caller(teacher.id, "student", teacher.session_id)
        with pytest.raises(OwnCourse) as refusal:
            carts.price(caller, [course.id], None)
        assert set(refusal.value.errors or {}) == {"courses.0"}
        assert (refusal.value.status, refusal.value.code) == (409, "own_course")


class TestNothingToPay:
    def test_enrols_at_once_without_the_gateway(self, world: World, course: MadeCourse) -> None:
        world.gateway(dead=True)
        learner, _ = world.person(), world.coupon("FREE", percent=100)
        answer = world.order(learner, course, coupon="free")
        assert (answer.status_code, answer.json["message"]) == (201, "You are enrolled.")
        data = answer.json["data"]
        assert (data["state"], data["amount"], data["orderId"]) == ("paid", 0, None)
        held = enrollments.get({"user": learner.id, "course": course.id})
        assert held is not None
        assert (held["source"], held["order"], held["amountPaid"]) == ("purchase", ObjectId(data["id"]), 0)
        world.run_jobs()
        (mail,) = world.inbox.to(learner.email)
        assert next(iter(mail.files)).startswith("INV-")
        (bought,) = world.get("/payments/orders", by=learner).json["data"]
        assert [invoice["amount"] for invoice in bought["invoices"]] == [0]
        assert (ledger.count({}), world.get("/courses/").json["data"][0]["studentsCount"]) == (0, 1)

    def test_is_one_order_of_ten_clicks(self, world: World, course: MadeCourse) -> None:
        learner, _ = world.person(), world.coupon("FREE", percent=100)
        client = world.app.test_client
        clicks = at_once([lambda: world.order(learner, course, coupon="FREE", key="k", client=client())] * 10)
        assert {(click.status_code, click.json["data"]["state"]) for click in clicks} == {(201, "paid")}
        assert (orders.count({}), enrollments.count({})) == (1, 1)
        world.run_jobs()
        assert len(world.inbox.to(learner.email)) == 1

    def test_for_two_orders_of_one_course_at_once_enrols_once(self, world: World, course: MadeCourse) -> None:
        learner, _ = world.person(), world.coupon("FREE", percent=100)
        client = world.app.test_client
        clicks = at_once([lambda: world.order(learner, course, coupon="FREE", client=client())] * 8)
        assert {click.status_code for click in clicks} <= {201, 409}
        assert (enrollments.count({}), world.get("/courses/").json["data"][0]["studentsCount"]) == (1, 1)


class TestADeadGateway:
    @pytest.mark.parametrize(
        "how", [{"dead": True}, {"wrong": "html502"}, {"wrong": "bad_json"}, {"wrong": "wrong_amount"}]
    )
    def test_leaves_one_draft_that_the_same_key_goes_on_with(
        self, world: World, course: MadeCourse, how: dict[str, Any]
    ) -> None:
        learner, _ = world.person(), world.coupon("ONCE", percent=10, most_uses=1, most_uses_per_user=1)
        world.gateway(**how)
        for _ in range(2):
            answer = world.order(learner, course, coupon="ONCE", key="k")
            assert refused(answer) == (503, "gateway_unavailable")
            assert int(answer.headers["Retry-After"]) > 0
        assert ([order["state"] for order in orders.find({})], enrollments.count({})) == (["draft"], 0)
        assert len(gateway_orders()) == (0 if how.get("dead") else 1)
        world.gateway()
        made = world.order(learner, course, coupon="ONCE", key="k").json["data"]
        assert (made["amount"], [order["_id"] for order in gateway_orders()]) == (44910, [made["orderId"]])
        assert (orders.count({}), coupons.get({"_id": "ONCE"})["used"]) == (1, 1)

    def test_that_answers_too_late_has_made_the_order_all_the_same(
        self, world: World, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        learner = world.person()
        world.gateway(delay_seconds=1, only="orders")
        with monkeypatch.context() as patched:
            patched.setattr(razorpay_http, "WHOLE_SECONDS", 0.3)
            assert refused(world.order(learner, course, key="k")) == (503, "gateway_unavailable")
        eventually(lambda: len(gateway_orders()) == 1, "The gateway's order")
        world.gateway()
        made = world.order(learner, course, key="k").json["data"]
        assert [order["_id"] for order in gateway_orders()] == [made["orderId"]]

    def test_whose_draft_was_kept_gives_its_coupon_to_another_click(self, world: World, course: MadeCourse) -> None:
        learner, _ = world.person(), world.coupon("ONCE", percent=10, most_uses=1)
        world.gateway(dead=True)
        world.order(learner, course, coupon="ONCE", key="k")
        world.gateway()
        assert world.order(learner, course, coupon="ONCE", key="other").status_code == 201
        assert world.order(learner, course, coupon="ONCE", key="k").status_code == 201
        assert coupons.get({"_id": "ONCE"})["used"] == 1

    def test_that_tells_of_an_order_of_another_price_gets_no_second_one(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        world.gateway(wrong="html502", only="orders")
        world.order(learner, course, key="k")
        world.gateway(wrong="wrong_amount", only="orders")
        assert refused(world.order(learner, course, key="k")) == (503, "gateway_unavailable")
        assert len(gateway_orders()) == 1

    def test_is_left_to_who_is_placing_the_draft(
        self, world: World, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        learner = world.person()
        world.gateway(dead=True)
        world.order(learner, course, key="k")
        world.gateway()
        (draft,) = orders.find({})
        assert orders.claim_placing(draft["_id"])
        monkeypatch.setattr(order_controller, "PATIENCE_SECONDS", 0.0)
        assert refused(world.order(learner, course, key="k")) == (503, "gateway_unavailable")
        orders.update({}, {"$set": {"nextCheckAt": now()}})
        reconciliation.reconcile()
        assert (orders.count({"state": "draft"}), gateway_orders()) == (1, [])
        orders.release_placing(draft["_id"])
        assert world.order(learner, course, key="k").status_code == 201

    def test_that_refuses_a_receipt_it_knows_is_asked_by_it(
        self, world: World, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.gateway(receipts_once=True)
        create, lost = razorpay.create_order, []

        def twice(*given: Any) -> str:
            lost.append(create(*given))
            return create(*given)

        monkeypatch.setattr(razorpay, "create_order", twice)
        data = world.order(world.person(), course).json["data"]
        assert (data["orderId"], data["state"], len(gateway_orders())) == (lost[0], "created", 1)


class TestTheHistory:
    def test_lists_what_was_bought_newest_first_with_invoices(self, world: World, teacher: Person) -> None:
        learner = world.person()
        bought = [world.course(teacher, title=f"C{number}", amount=100 + number) for number in range(3)]
        ids = [str(world.buy(learner, each).id) for each in bought]
        world.order(learner, world.course(teacher, amount=5000))
        world.buy(world.person(), bought[0])
        page = world.get("/payments/orders?limit=2", by=learner).json
        assert [order["id"] for order in page["data"]] == ids[:0:-1]
        assert page["pagination"] == {"page": 1, "limit": 2, "total": 3, "pages": 2}
        (last,) = world.get("/payments/orders?limit=2&page=2", by=learner).json["data"]
        assert (last["id"], last["amount"], last["refunded"], last["state"]) == (ids[0], 100, 0, "paid")
        line = {"id": str(bought[0].id), "title": "C0", "price": 100, "amount": 100}
        assert last["courses"] == [{**line, "outcome": "enrolled", "why": None}]
        assert [(each["kind"], each["amount"]) for each in last["invoices"]] == [("invoice", 100)]
        assert last["paidAt"] >= last["createdAt"]

    def test_is_empty_at_first_and_only_for_the_signed_in(self, world: World) -> None:
        assert world.get("/payments/orders", by=world.person()).json["data"] == []
        assert refused(world.get("/payments/orders")) == (401, "not_signed_in")
        assert faults(world.get("/payments/orders?limit=101", by=world.person())) == {"limit"}
