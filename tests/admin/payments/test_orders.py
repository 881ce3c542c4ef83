"""Staff looking at money, giving it back and deciding on payments, in their browser."""

import csv
import io

import pytest
from bson import ObjectId

from lms.admin.formats import rupees
from lms.models.learning.enrollments import enrollments
from lms.models.payments.invoices import invoices
from lms.models.payments.refunds import refunds
from lms.models.system.audit_log import audit_log
from lms.sandbox.razorpay_store import stored
from tests.buying import Purchase, given_back, kept
from tests.staff import Browser, notices, rows, soup, staff
from tests.world import MadeCourse, Person, World

pytestmark = pytest.mark.usefixtures("gateway")

ORDERS = "/admin/orders/"


@pytest.fixture
def course(world: World) -> MadeCourse:
    return world.course(world.person("instructor"), title="Knots & <bends>", amount=12345600)


@pytest.fixture
def learner(world: World) -> Person:
    return world.person(email="asha@example.com", firstName="Asha")


@pytest.fixture
def purchase(world: World, learner: Person, course: MadeCourse) -> Purchase:
    purchase = world.buy(learner, course)
    world.run_jobs()
    return purchase


def of(purchase: Purchase) -> str:
    return f"{ORDERS}{purchase.id}"


def lines(browser: Browser, path: str) -> list[list[str]]:
    answer = browser.get(path)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


class TestLists:
    def test_orders_are_found_sorted_and_exported(self, world: World, purchase: Purchase, course: MadeCourse) -> None:
        other = world.order(world.person(), course, key="k").json["data"]["id"]
        support = staff(world, "support")
        (paid,) = [row for row in rows(support.page(ORDERS)) if row[0] == str(purchase.id)]
        assert paid[:6] == [str(purchase.id), "Asha Sharma", "asha@example.com", "₹1,23,456.00", "₹0.00", "paid"]
        assert [row[0] for row in rows(support.page(f"{ORDERS}?flt0_state=created"))] == [other]
        assert [row[0] for row in rows(support.page(f"{ORDERS}?search=Asha@example.com"))] == [str(purchase.id)]
        titles, line = lines(support, f"{ORDERS}export.csv?flt0_state=paid")
        assert (titles[3], line[3]) == ("Amount (INR)", "123456.00")

    def test_orders_in_review_wait_with_what_is_wrong(self, world: World, reviewed: Purchase) -> None:
        page = staff(world, "support").page("/admin/held-orders/")
        (row,) = rows(page)
        assert row[0] == str(reviewed.id)
        assert row[3] == f"Payment {reviewed.payment_id}: amount 12345599, not 12345600"
        (link,) = page.select("tbody a")
        assert link["href"] == of(reviewed)
        assert "1 waiting" in page.select_one("nav a[href='/admin/held-orders/']").get_text()

    def test_the_ledger_and_the_refunds_show_what_moved(self, world: World, admin: Browser, purchase: Purchase) -> None:
        admin.act(f"{of(purchase)}/refund", {"reason": "Asked", "amount": "456.50", "seen": "0"})
        world.run_jobs()
        support = staff(world, "support")
        back, came = rows(support.page("/admin/ledger/"))
        assert (came[1:3], back[1:3]) == (["capture", "₹1,23,456.00"], ["refund", rupees(-45650)])
        assert len(rows(support.page("/admin/ledger/?flt0_kind=refund"))) == 1
        assert lines(support, "/admin/ledger/export.csv")[1][2] == "-456.50"
        (refund,) = rows(support.page(f"/admin/refunds/?search={purchase.payment_id}"))
        assert refund[1:6] == [str(purchase.id), "₹456.50", "processed", "staff", "Asked"]
        assert refund[7].startswith("Admin")
        assert rows(support.page("/admin/refunds/?flt0_state=failed")) == []


class TestAnOrder:
    def test_shows_all_that_is_known(self, world: World, learner: Person, purchase: Purchase) -> None:
        text = " ".join(staff(world, "support").page(of(purchase)).get_text(" ").split())
        (invoice,) = invoices.find({})
        for fact in (
            "Asha Sharma",
            "asha@example.com",
            "Knots & <bends>",
            "₹1,23,456.00",
            purchase.order_id,
            purchase.payment_id,
            invoice["number"],
            "Ordered",
            "Nothing was given back.",
        ):
            assert fact in text, fact

    def test_says_whom_its_invoice_is_made_out_to(self, world: World, learner: Person, course: MadeCourse) -> None:
        said = {"gstin": "27AAPFU0939F1ZV", "name": "Rao <& Daughters>", "address": "14 Fort Road\nMumbai"}
        bought = world.buy(learner, course, billing=said)
        text = " ".join(staff(world, "support").page(of(bought)).get_text(" ").split())
        for fact in ("Rao <& Daughters>", "27AAPFU0939F1ZV", "14 Fort Road Mumbai", "State Maharashtra (27)"):
            assert fact in text, fact

    def test_has_its_invoice_for_support_to_download(self, world: World, purchase: Purchase) -> None:
        support = staff(world, "support")
        (link,) = support.page(of(purchase)).select("main a[href*='/invoices/']")
        answer = support.get(str(link["href"]))
        assert (answer.status_code, answer.mimetype, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
        assert support.get(f"{of(purchase)}/invoices/{ObjectId()}").status_code == 404

    def test_that_is_not_there_is_told(self, admin: Browser) -> None:
        assert admin.get(f"{ORDERS}{ObjectId()}").status_code == 404

    def test_offers_support_no_refund(self, world: World, purchase: Purchase) -> None:
        support = staff(world, "support")
        assert support.page(of(purchase)).select("main form") == []
        answer = support.post(f"{of(purchase)}/refund", {"reason": "Asked", "seen": "0"})
        assert (answer.status_code, refunds.count({})) == (403, 0)


class TestRefunding:
    def test_a_part_and_then_the_rest(self, world: World, admin: Browser, purchase: Purchase) -> None:
        page = admin.act(f"{of(purchase)}/refund", {"reason": "Half of it", "amount": "100", "seen": "0"})
        assert notices(page) == ["The refund is on its way."]
        world.run_jobs()
        (form,) = admin.page(of(purchase)).select("form[action$='/refund']")
        seen = form.select_one("input[name=seen]")["value"]
        admin.act(f"{of(purchase)}/refund", {"reason": "The rest", "seen": seen})
        world.run_jobs()
        assert (kept(purchase.id)["state"], given_back(purchase.payment_id)) == ("refunded", 12345600)
        assert [each["reason"] for each in audit_log.history("orders", purchase.id)] == ["The rest", "Half of it"]
        assert admin.page(of(purchase)).select("form[action$='/refund']") == []

    def test_what_somebody_has_refunded_meanwhile_is_noticed(self, admin: Browser, purchase: Purchase) -> None:
        admin.act(f"{of(purchase)}/refund", {"reason": "First", "amount": "100", "seen": "0"})
        answer = admin.post(f"{of(purchase)}/refund", {"reason": "Second", "amount": "100", "seen": "0"})
        assert (answer.status_code, notices(soup(answer))) == (
            409,
            ["Somebody has changed this meanwhile. Look at it again first."],
        )
        assert (refunds.count({}), kept(purchase.id)["refunded"]) == (1, 10000)

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"reason": "", "seen": "0"}, "reason"),
            ({"reason": "Why", "seen": "0", "amount": "1.001"}, "amount"),
            ({"reason": "Why", "seen": "0", "amount": "-5"}, "amount"),
            ({"reason": "Why", "seen": "0", "amount": "NaN"}, "amount"),
            ({"reason": "Why", "seen": "0", "amount": "a lot"}, "amount"),
            ({"reason": "x" * 501, "seen": "0"}, "reason"),
            ({"reason": "Why", "seen": "yes"}, "seen"),
            ({"reason": "Why"}, "seen"),
            ({"reason": "Why", "seen": "0", "state": "paid"}, "state"),
        ],
    )
    def test_a_form_that_is_not_right_is_shown_again(
        self, admin: Browser, purchase: Purchase, form: dict[str, str], field: str
    ) -> None:
        answer = admin.post(f"{of(purchase)}/refund", form)
        assert (answer.status_code, refunds.count({})) == (400, 0)
        (notice,) = [each.lower() for each in notices(soup(answer))]
        assert f" {field} :" in notice or f" {field}:" in notice
        if field == "amount":
            assert soup(answer).select_one("[name=amount]")["value"] == form["amount"], "what was typed stays"

    def test_of_ticked_lines_ends_their_courses(
        self, world: World, admin: Browser, learner: Person, course: MadeCourse
    ) -> None:
        other = world.course(world.person("instructor"), title="Bends", amount=30000)
        both = world.buy(learner, course, other)
        (form,) = admin.page(of(both)).select("form[action$='/refund']")
        assert [each["value"] for each in form.select("[name=lines]")] == [str(course.id), str(other.id)]
        twice = admin.post(
            f"{of(both)}/refund", {"reason": "Bends", "lines": str(other.id), "amount": "5", "seen": "0"}
        )
        assert twice.status_code == 400
        assert [each["value"] for each in soup(twice).select("[name=lines][checked]")] == [str(other.id)]
        admin.act(f"{of(both)}/refund", {"reason": "Bends", "lines": str(other.id), "seen": "0"})
        world.run_jobs()
        assert [enrollments.attends(learner.id, each.id) for each in (course, other)] == [True, False]
        (form,) = admin.page(of(both)).select("form[action$='/refund']")
        assert [each["value"] for each in form.select("[name=lines]")] == [str(course.id)]

    def test_more_than_came_in_is_refused(self, admin: Browser, purchase: Purchase) -> None:
        answer = admin.post(f"{of(purchase)}/refund", {"reason": "Why", "amount": "999999", "seen": "0"})
        assert (answer.status_code, refunds.count({})) == (409, 0)


class TestDeciding:
    def test_accepting_enrols(self, world: World, admin: Browser, learner: Person, reviewed: Purchase) -> None:
        (form,) = admin.page(of(reviewed)).select("form[action$='/accept']")
        page = admin.act(str(form["action"]), {"payment": form.select_one("input[name=payment]")["value"]})
        assert notices(page) == ["The payment is taken, and the buyer is enrolled."]
        assert kept(reviewed.id)["state"] == "paid"
        assert "No order waits for a decision." in admin.page("/admin/held-orders/").get_text()

    def test_a_payment_that_has_gone_back_can_only_be_declined(self, admin: Browser, reviewed: Purchase) -> None:
        stored("Payments").update_one({"_id": reviewed.payment_id}, {"$set": {"amount_refunded": 12345600}})
        page = admin.page(of(reviewed))
        assert len(page.select("form[action$='/accept']")) == 0
        assert len(page.select("form[action$='/decline']")) == 1

    def test_declining_tells_the_buyer_why(
        self, world: World, admin: Browser, learner: Person, reviewed: Purchase
    ) -> None:
        form = {"payment": reviewed.payment_id, "reason": "The amount is not right."}
        page = admin.act(f"{of(reviewed)}/decline", form)
        assert notices(page) == ["The payment goes back, and the buyer is told why."]
        world.run_jobs()
        (mail,) = world.inbox.to(learner.email)
        assert "The amount is not right." in mail.text
        assert (kept(reviewed.id)["state"], given_back(reviewed.payment_id)) == ("refunded", 12345600)

    def test_what_was_decided_meanwhile_is_noticed(self, admin: Browser, reviewed: Purchase) -> None:
        admin.act(f"{of(reviewed)}/accept", {"payment": reviewed.payment_id})
        form = {"payment": reviewed.payment_id, "reason": "Too late"}
        answer = admin.post(f"{of(reviewed)}/decline", form)
        assert (answer.status_code, notices(soup(answer))) == (409, ["Only an order in review can be decided on."])

    def test_a_reason_is_needed_to_decline(self, admin: Browser, reviewed: Purchase) -> None:
        answer = admin.post(f"{of(reviewed)}/decline", {"payment": reviewed.payment_id})
        assert (answer.status_code, kept(reviewed.id)["state"]) == (400, "review")
        assert soup(answer).select_one("details[open] .wrong [name=reason]") is not None

    def test_a_silent_gateway_is_told_of(self, world: World, admin: Browser, reviewed: Purchase) -> None:
        world.gateway(dead=True)
        page = admin.page(of(reviewed))
        assert "The gateway does not tell of its payments just now." in page.get_text()
        answer = admin.post(f"{of(reviewed)}/accept", {"payment": reviewed.payment_id})
        assert (answer.status_code, kept(reviewed.id)["state"]) == (503, "review")

    def test_support_only_looks(self, world: World, reviewed: Purchase) -> None:
        support = staff(world, "support")
        page = support.page(of(reviewed))
        assert reviewed.payment_id in page.get_text()
        assert page.select("main form") == []
        for decision in ("accept", "decline"):
            form = {"payment": reviewed.payment_id, "reason": "Why"}
            assert support.post(f"{of(reviewed)}/{decision}", form).status_code == 403
