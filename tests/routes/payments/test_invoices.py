import io
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from structlog.testing import capture_logs

from lms.controllers.payments.invoices import kept_pdf
from lms.models.accounts.users import users
from lms.models.payments import invoices as model
from lms.models.payments.invoices import counters, financial_year, invoices
from lms.services.accounts import tokens
from tests.world import MadeCourse, Person, World, at_once, faults, refused

pytestmark = pytest.mark.usefixtures("gateway")

VERIFY = "/payments/verifyInvoice"


@pytest.fixture
def course(world: World) -> MadeCourse:
    return world.course(world.person("instructor"), title="Knots and bends", amount=49900)


def numbers(kind: str = "invoice") -> list[str]:
    return sorted(invoice["number"] for invoice in invoices.find({"kind": kind}))


def the_invoice(world: World, learner: Person, place: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = world.get("/payments/orders", by=learner).json["data"][0]["invoices"][place]
    return found


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def clock(monkeypatch: pytest.MonkeyPatch, *moments: datetime) -> None:
    """What the time is whenever an invoice is issued; at the end it stands still."""
    left = list(moments)
    monkeypatch.setattr(model, "now", lambda: left.pop(0) if len(left) > 1 else left[0])


class TestTheNumbers:
    def test_have_no_gap_after_thirty_purchases_at_once(self, world: World, course: MadeCourse) -> None:
        learners = [world.person() for _ in range(30)]
        made = [world.paid(learner, course) for learner in learners]
        client = world.app.test_client
        calls = [
            lambda by=by, each=each: world.verify(by, each.proof, client=client())  # type: ignore[misc]
            for by, each in zip(learners, made, strict=True)
        ]
        answers = at_once(calls)
        again = [by for by, answer in zip(learners, answers, strict=True) if answer.status_code != 200]
        assert {answer.status_code for answer in answers} == {200}, again
        year = financial_year(model.now())
        assert numbers() == [f"INV/{year}/{number:06d}" for number in range(1, 31)]

    def test_have_no_gap_where_a_settlement_failed(self, world: World, learner: Person, course: MadeCourse) -> None:
        from tests.database import only_accepting

        purchase = world.paid(learner, course)
        with only_accepting("outbox", {"never": True}):
            assert world.verify(learner, purchase.proof).status_code == 500
        world.verify(learner, purchase.proof)
        assert [each["last"] for each in counters.find({})] == [1]

    def test_begin_again_with_the_financial_year_in_india(
        self, world: World, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        last, first = datetime(2027, 3, 31, 18, 29, 59, 999000), datetime(2027, 3, 31, 18, 30)
        clock(monkeypatch, last, last, first, first)
        for _ in range(4):
            world.buy(world.person(), course)
        assert numbers() == [f"INV/{year}/{number:06d}" for year in ("26-27", "27-28") for number in (1, 2)]

    def test_have_no_gap_over_the_turn_of_the_year(
        self, world: World, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        learners = [world.person() for _ in range(10)]
        made = [world.paid(learner, course) for learner in learners]
        turn = [datetime(2027, 3, 31, 18, 29, 59), datetime(2027, 3, 31, 18, 30)]
        clock(monkeypatch, *(turn * 200))
        client = world.app.test_client
        at_once(
            [
                lambda by=by, each=each: world.verify(by, each.proof, client=client())  # type: ignore[misc]
                for by, each in zip(learners, made, strict=True)
            ]
        )
        years = {year: [each for each in numbers() if year in each] for year in ("26-27", "27-28")}
        assert sum(map(len, years.values())) == 10
        for year, found in years.items():
            assert found == [f"INV/{year}/{number:06d}" for number in range(1, len(found) + 1)]

    def test_begin_as_the_settings_say(
        self, world: World, learner: Person, course: MadeCourse, settings: Callable[..., None]
    ) -> None:
        world.buy(world.person(), course)
        settings(invoice_series="BWS", credit_note_series="BWC")
        world.refund(world.person("admin"), world.buy(learner, course))
        world.run_jobs()
        year = financial_year(model.now())
        assert numbers() == [f"BWS/{year}/000001", f"INV/{year}/000001"]
        assert numbers("credit_note") == [f"BWC/{year}/000001"]

    def test_of_credit_notes_are_a_series_of_their_own(self, world: World, learner: Person, course: MadeCourse) -> None:
        admin = world.person("admin")
        purchase = world.buy(learner, course)
        for amount in (100, 200, 300):
            world.refund(admin, purchase, amount)
        world.run_jobs()
        year = financial_year(model.now())
        assert numbers() == [f"INV/{year}/000001"]
        assert numbers("credit_note") == [f"CN/{year}/{number:06d}" for number in (1, 2, 3)]

    @pytest.mark.parametrize(
        ("moment", "year"),
        [
            (datetime(2026, 3, 31, 18, 29, 59, 999999), "25-26"),
            (datetime(2026, 3, 31, 18, 30), "26-27"),
            (datetime(2026, 4, 1), "26-27"),
            (datetime(2026, 12, 31, 23, 59), "26-27"),
            (datetime(2027, 1, 1), "26-27"),
            (datetime(2099, 5, 1), "99-00"),
        ],
    )
    def test_are_of_the_year_from_april_to_march(self, moment: datetime, year: str) -> None:
        assert financial_year(moment) == year

    @given(st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1)))
    def test_are_of_one_year_all_the_time(self, moment: datetime) -> None:
        begins, ends = financial_year(moment).split("-")
        assert (int(begins) + 1) % 100 == int(ends)
        assert int(begins) in ((moment.year - 1) % 100, moment.year % 100)


class TestThePdf:
    def test_is_for_its_buyer_and_for_staff(self, world: World, learner: Person, course: MadeCourse) -> None:
        world.buy(learner, course)
        world.run_jobs()
        address = f"/payments/invoices/{the_invoice(world, learner)['id']}"
        answers = [world.get(address, by=by) for by in (learner, world.person("admin"))]
        for answer in answers:
            assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
            assert "INV-" in answer.headers["Content-Disposition"]
            assert "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"]
        assert answers[0].data == answers[1].data
        for by in (world.person(), world.person("instructor")):
            assert refused(world.get(address, by=by)) == (404, "invoice_not_found")
        assert refused(world.get(address)) == (401, "not_signed_in")
        assert refused(world.get(f"/payments/invoices/{ObjectId()}", by=learner)) == (404, "invoice_not_found")
        assert refused(world.get("/payments/invoices/1", by=learner)) == (400, "invalid_id")

    def test_says_who_what_and_how_much(self, world: World, course: MadeCourse) -> None:
        learner = world.person(firstName="Asha", lastName="Rao", email="asha@example.com")
        purchase = world.buy(learner, course)
        world.run_jobs()
        invoice = the_invoice(world, learner)
        text = text_of(world.get(f"/payments/invoices/{invoice['id']}", by=learner).data)
        for fact in (invoice["number"], "Asha Rao", "asha@example.com", "Knots and bends", "₹499.00"):
            assert fact in text
        assert purchase.order_id in text
        assert purchase.payment_id in text

    def test_is_there_before_its_job_has_run_and_stays_as_it_was(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        world.buy(learner, course)
        address = f"/payments/invoices/{the_invoice(world, learner)['id']}"
        early = text_of(world.get(address, by=learner).data)
        world.run_jobs()
        drawn = world.get(address, by=learner).data
        users.update({"_id": learner.id}, {"$set": {"firstName": "Other"}})
        assert world.get(address, by=learner).data == drawn
        assert text_of(drawn) == early

    def test_is_drawn_once_for_the_mail_and_for_all_who_fetch_it(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        admin = world.person("admin")
        with capture_logs() as logs:
            world.refund(admin, world.buy(learner, course), 100)
            world.run_jobs()
            issued = [the_invoice(world, learner, place) for place in (0, 1)]
            mailed = {name: pdf for mail in world.inbox.to(learner.email) for name, pdf in mail.files.items()}
            for invoice in issued:
                address = f"/payments/invoices/{invoice['id']}"
                fetched = {world.get(address, by=by).data for by in (learner, admin, learner)}
                assert fetched == {mailed[f"{invoice['number'].replace('/', '-')}.pdf"]}
        drawn = [each["number"] for each in logs if each["event"] == "invoice_drawn"]
        assert drawn == [invoice["number"] for invoice in issued]

    def test_is_the_one_that_was_kept_first_however_many_draw_it(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        world.buy(learner, course)
        address, client = f"/payments/invoices/{the_invoice(world, learner)['id']}", world.app.test_client
        answers = at_once([lambda: world.get(address, by=learner, client=client())] * 6)
        world.run_jobs()
        (mail,) = world.inbox.to(learner.email)
        (kept,) = invoices.find({})
        assert {answer.data for answer in answers} == {*mail.files.values()} == {kept["pdf"]}

    def test_of_two_drawings_that_differ_is_the_first(self, world: World, learner: Person, course: MadeCourse) -> None:
        """As when a release with another layout is going out and both draw at once."""
        world.buy(learner, course)
        (stale,) = invoices.find({})
        invoices.update({"_id": stale["_id"]}, {"$set": {"pdf": b"%PDF of the other"}})
        assert kept_pdf(stale) == b"%PDF of the other"
        assert world.get(f"/payments/invoices/{stale['_id']}", by=learner).data == b"%PDF of the other"

    def test_of_a_credit_note_names_its_invoice(self, world: World, learner: Person, course: MadeCourse) -> None:
        world.refund(world.person("admin"), world.buy(learner, course), 12345)
        world.run_jobs()
        invoice, note = the_invoice(world, learner), the_invoice(world, learner, 1)
        text = text_of(world.get(f"/payments/invoices/{note['id']}", by=learner).data)
        for fact in ("Credit note", note["number"], invoice["number"], "₹123.45"):
            assert fact in text


class TestTheQrCode:
    def test_leads_to_what_we_know(self, world: World, learner: Person, course: MadeCourse) -> None:
        world.buy(learner, course)
        shown = the_invoice(world, learner)
        query = {"number": shown["number"], "code": tokens.invoice_code(shown["number"])}
        answer = world.get(VERIFY, query_string=query)
        known = {name: shown[name] for name in ("number", "kind", "amount", "issuedAt")}
        assert (answer.status_code, answer.json["data"]) == (200, known)
        assert "Sharma" not in answer.text

    def test_is_what_the_pdf_has(
        self, world: World, learner: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from lms.services.payments import invoice_pdf

        drawn: list[invoice_pdf.Invoice] = []
        monkeypatch.setattr(invoice_pdf, "draw", lambda invoice: drawn.append(invoice) or b"%PDF")  # type: ignore[func-returns-value]
        world.buy(learner, course)
        world.run_jobs()
        address = urlsplit(drawn[0].verify_url)
        assert address.path == "/api/v1/payments/verifyInvoice"
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        assert world.get(VERIFY, query_string=query).status_code == 200

    def test_of_another_number_or_with_a_wrong_code_leads_nowhere(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        world.buy(learner, course)
        world.buy(world.person(), course)
        first, second = numbers()
        code = tokens.invoice_code(first)
        wrong = [(second, code), (first, code[:-1]), (first, code.upper() + "x"), (first, "é"), (first, "\ud7ff")]
        absent = first[:-1] + "9"
        for number, given_code in (*wrong, (absent, tokens.invoice_code(absent)), (first.lower(), code)):
            answer = world.get(VERIFY, query_string={"number": number, "code": given_code})
            assert refused(answer) == (404, "invoice_not_found"), (number, given_code)
        assert faults(world.get(VERIFY, query_string={"number": first})) == {"code"}
        assert faults(world.get(VERIFY, query_string={"number": "n" * 41, "code": code})) == {"number"}
