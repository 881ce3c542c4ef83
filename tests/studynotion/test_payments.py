"""Buying: from the cart to the course, as the checkout of these frontends does it."""

from typing import Any

import pytest

from lms.models.learning.enrollments import enrollments
from tests.studynotion.frontend import Frontend, read
from tests.world import MadeCourse, Person, World

pytestmark = pytest.mark.usefixtures("gateway")


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher, amount=49900)


@pytest.fixture
def signed_in(frontend: Frontend, learner: Person) -> Frontend:
    frontend.sign_in(learner)
    return frontend


def order(frontend: Frontend, *courses: MadeCourse) -> dict[str, Any]:
    return read(frontend.post("/payment/capturePayment", {"courses": [str(each.id) for each in courses]}))


def test_a_purchase_in_the_order_in_which_they_make_it(
    world: World, signed_in: Frontend, learner: Person, course: MadeCourse
) -> None:
    made = order(signed_in, course)
    same = {"id": made["orderId"], "amount": 49900, "currency": "INR"}
    for place in (made, made["message"], made["data"], made["paymentResponse"]):
        assert same.items() <= place.items()
    proof = world.pay(made["orderId"])
    asked = {"orderId": made["orderId"], "paymentId": proof["razorpay_payment_id"], "amount": 49900}
    read(signed_in.post("/payment/sendPaymentSuccessEmail", asked))
    assert not enrollments.attends(learner.id, course.id)
    read(signed_in.post("/payment/verifyPayment", {**proof, "courses": [str(course.id)]}))
    assert enrollments.attends(learner.id, course.id)
    world.run_jobs()
    assert "receipt" in world.inbox.to(learner.email)[-1].subject.lower()
    read(signed_in.post("/payment/sendPaymentSuccessEmail", asked))


def test_a_signature_opens_no_other_course(
    world: World, signed_in: Frontend, learner: Person, course: MadeCourse, teacher: Person
) -> None:
    dear = world.course(teacher, amount=9_990_000)
    proof = world.pay(order(signed_in, course)["orderId"])
    read(signed_in.post("/payment/verifyPayment", {**proof, "courses": [str(dear.id)]}))
    assert not enrollments.attends(learner.id, dear.id)


def test_a_wrong_signature(world: World, signed_in: Frontend, course: MadeCourse) -> None:
    proof = world.pay(order(signed_in, course)["orderId"])
    answer = signed_in.post("/payment/verifyPayment", {**proof, "razorpay_signature": "0" * 64})
    assert (answer.status_code, answer.json["code"]) == (400, "bad_signature")


def test_what_is_attended_already_opens_no_checkout(
    world: World, signed_in: Frontend, learner: Person, course: MadeCourse
) -> None:
    world.enroll(learner, course, "purchase", 49900)
    answer = signed_in.post("/payment/capturePayment", {"courses": [str(course.id)]})
    assert (answer.status_code, answer.json["success"]) == (200, False)
    assert answer.json["message"] == "Student is already enrolled"


def test_what_is_free_opens_no_checkout(world: World, signed_in: Frontend, learner: Person, teacher: Person) -> None:
    free = world.course(teacher, amount=0)
    answer = signed_in.post("/payment/capturePayment", {"courses": [str(free.id)]})
    assert (answer.status_code, answer.json["success"], answer.json["message"]) == (200, False, "You are enrolled.")
    assert enrollments.attends(learner.id, free.id)


def test_a_receipt_of_somebody_elses_order(world: World, signed_in: Frontend, course: MadeCourse) -> None:
    made = order(signed_in, course)
    stranger = Frontend(world, signed_in.dialect)
    stranger.sign_in(world.person())
    answer = stranger.post("/payment/sendPaymentSuccessEmail", {"orderId": made["orderId"]})
    assert (answer.status_code, answer.json["code"]) == (404, "order_not_found")


def test_an_empty_cart(signed_in: Frontend) -> None:
    answer = signed_in.post("/payment/capturePayment", {"courses": []})
    assert (answer.status_code, answer.json["code"]) == (400, "validation_failed")
