import io
from typing import Any

import pytest
from bson import ObjectId
from pypdf import PdfReader

from lms.machinery import attempts
from lms.models.accounts.users import users
from lms.models.payments.invoices import invoices
from lms.models.system.outbox import outbox
from tests.buying import Purchase
from tests.world import MadeCourse, Person, World, at_once, faults, refused

pytestmark = pytest.mark.usefixtures("gateway")

ASK = "/payments/sendPaymentSuccessEmail"


@pytest.fixture
def course(world: World) -> MadeCourse:
    return world.course(world.person("instructor"), title="Knots & <bends>", amount=149900)


@pytest.fixture
def learner(world: World) -> Person:
    return world.person(firstName="Asha", email="asha@example.com")


def test_a_receipt_says_what_was_bought_and_has_the_invoice(world: World, learner: Person, purchase: Purchase) -> None:
    world.run_jobs()
    (mail,) = world.inbox.to(learner.email)
    (invoice,) = invoices.find({})
    assert mail.subject == f"Your receipt {invoice['number']}"
    for fact in ("Asha", "Knots & <bends>", "₹1,499.00", invoice["number"]):
        assert fact in mail.text
    assert "Knots &amp; &lt;bends&gt;" in mail.html
    ((name, pdf),) = mail.files.items()
    assert name == f"{invoice['number'].replace('/', '-')}.pdf"
    assert invoice["number"] in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert pdf == world.get(f"/payments/invoices/{invoice['_id']}", by=learner).data


def test_it_is_mailed_once_however_often_asked(world: World, learner: Person, purchase: Purchase) -> None:
    client = world.app.test_client
    for named in (str(purchase.id), purchase.order_id):
        answers = at_once([lambda named=named: ask(world, learner, named, client=client())] * 5)  # type: ignore[misc]
        assert [answer.status_code for answer in answers] == [202] * 5
        world.run_jobs()
    world.verify(learner, purchase.proof)
    world.run_jobs()
    assert len(world.inbox.to(learner.email)) == 1


def test_delivering_its_job_again_mails_nothing(world: World, learner: Person, purchase: Purchase) -> None:
    world.run_jobs()
    for row in outbox.find({}):
        attempts.run(str(row["_id"]))
    assert len(world.inbox.to(learner.email)) == 1


def test_it_is_mailed_when_the_server_for_mail_is_back(world: World, learner: Person, purchase: Purchase) -> None:
    world.inbox.refusal = "451 later"
    for row in outbox.find({"job": "receipts.mail_receipt"}):
        attempts.run(str(row["_id"]))
    assert world.inbox.to(learner.email) == []
    world.inbox.refusal = None
    world.run_jobs()
    assert len(world.inbox.to(learner.email)) == 1


def ask(world: World, by: Person, order_id: Any, **more: Any) -> Any:
    return world.post(ASK, {"orderId": order_id}, by=by, **more)


def test_only_the_buyer_asks_and_only_for_what_was_paid(
    world: World, learner: Person, purchase: Purchase, course: MadeCourse
) -> None:
    for by in (world.person(), world.person("admin")):
        for named in (str(purchase.id), purchase.order_id):
            assert refused(ask(world, by, named)) == (404, "order_not_found")
    for named in (str(ObjectId()), "order_00000000000000"):
        assert refused(ask(world, learner, named)) == (404, "order_not_found")
    unpaid = world.order(world.person(), course)
    assert unpaid.status_code == 201
    assert refused(world.post(ASK, {"orderId": purchase.order_id})) == (401, "not_signed_in")
    assert faults(ask(world, learner, {"$gt": ""})) == {"orderId"}
    assert faults(world.post(ASK, {}, by=learner)) == {"orderId"}


def test_an_unpaid_order_has_no_receipt(world: World, learner: Person, course: MadeCourse) -> None:
    made = world.order(learner, course).json["data"]
    for named in (made["id"], made["orderId"]):
        assert refused(ask(world, learner, named)) == (409, "not_paid")
    world.run_jobs()
    assert world.inbox.messages == []


def test_a_refunded_order_was_paid(world: World, learner: Person, purchase: Purchase) -> None:
    world.refund(world.person("admin"), purchase)
    world.run_jobs()
    assert ask(world, learner, purchase.order_id).status_code == 202
    world.run_jobs()
    assert [mail.subject.split()[1] for mail in world.inbox.to(learner.email)] == ["receipt", "refund"]


def test_who_has_left_gets_no_mail_and_the_job_ends(world: World, learner: Person, purchase: Purchase) -> None:
    users.erase(learner.id)
    world.run_jobs()
    assert world.inbox.messages == []
    assert outbox.count({"state": {"$ne": "done"}}) == 0


def test_what_goes_back_beside_the_order_is_not_mailed_as_its_refund(
    world: World, learner: Person, purchase: Purchase
) -> None:
    world.gateway(paid_twice=True, webhooks="off")
    world.verify(learner, world.pay(purchase.order_id))
    world.run_jobs()
    assert [mail.subject.split()[1] for mail in world.inbox.to(learner.email)] == ["receipt"]
    assert invoices.count({"kind": "credit_note"}) == 0
