"""Staff finding certificates in their browser, and deciding on them."""

import pytest

from lms.controllers.certificates import decisions
from lms.models.certificates.certificates import Certificate, certificates
from lms.services.certificates import codes
from tests.certificates import complete, completed, enable, held
from tests.staff import Browser, notices, rows, staff
from tests.world import MadeCourse, Person, World

CERTIFICATES = "/admin/certificates/"
TO_DECIDE = "/admin/certificates-to-decide/"


@pytest.fixture
def learner(world: World) -> Person:
    return world.person(firstName="Asha", lastName="Rao")


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    made = world.course(teacher, title="Knots")
    enable(made)
    return made


@pytest.fixture
def certificate(world: World, learner: Person, course: MadeCourse) -> Certificate:
    return completed(world, learner, course)


def page_of(certificate: Certificate, what: str = "") -> str:
    return f"{CERTIFICATES}{certificate['_id']}{what}"


def decision(certificate: Certificate, **fields: str) -> dict[str, str]:
    return {"kind": "misconduct", "text": "Copied.", "seen": str(certificate["revision"]), **fields}


def test_a_certificate_is_found_by_name_code_course_state_and_day(
    world: World, admin: Browser, certificate: Certificate
) -> None:
    shown = codes.shown(certificate["code"])
    for asked in ("search=asha", f"search={shown.lower()}", "flt0_course=knot", "flt0_state=issued"):
        [row] = rows(admin.page(f"{CERTIFICATES}?{asked}"))
        assert row[:4] == [shown, "Asha Rao", "Knots", "issued"], asked
    for asked in ("search=ravi", "flt0_course=ropes", "flt0_state=revoked", "flt0_issuedAt_until=2020-01-01"):
        assert rows(admin.page(f"{CERTIFICATES}?{asked}")) == [], asked
    assert f"{shown},Asha Rao,Knots" in admin.get(f"{CERTIFICATES}export.csv").text
    pdf = admin.get(page_of(certificate, "/pdf"))
    assert pdf.data == certificate["pdf"]


def test_it_is_revoked_with_a_reason(admin: Browser, certificate: Certificate) -> None:
    page = admin.act(page_of(certificate, "/revoke"), decision(certificate))
    assert notices(page) == ["It is revoked, and its holder is told so."]
    assert "Copied." in page.text
    assert "certificate.revoked" in page.text
    again = admin.post(page_of(certificate, "/revoke"), decision(certificate))
    assert (again.status_code, "changed this meanwhile" in again.text) == (409, True)


def test_it_is_suspended_waits_and_is_restored(admin: Browser, certificate: Certificate) -> None:
    admin.act(page_of(certificate, "/suspend"), decision(certificate))
    [row] = rows(admin.page(TO_DECIDE))
    assert row[1:4] == ["Asha Rao", "Knots", "misconduct"]
    suspended = certificates.get({"_id": certificate["_id"]})
    assert suspended is not None
    page = admin.act(page_of(certificate, "/restore"), decision(suspended))
    assert notices(page) == ["It holds again."]
    assert rows(admin.page(TO_DECIDE)) == []


def test_a_mistyped_name_is_replaced(
    world: World, admin: Browser, certificate: Certificate, learner: Person, course: MadeCourse
) -> None:
    form = {"recipientName": "Aisha Rao", "text": "Mistyped.", "seen": str(certificate["revision"])}
    page = admin.act(page_of(certificate, "/reissue"), form)
    assert notices(page) == ["This one replaces it, and is mailed."]
    assert held(learner, course)["facts"]["recipientName"] == "Aisha Rao"
    assert codes.shown(held(learner, course)["code"]) in admin.page(page_of(certificate)).text


def test_support_looks_and_decides_nothing(world: World, certificate: Certificate) -> None:
    support = staff(world, "support")
    assert "Revoke" not in support.page(page_of(certificate)).text


def test_everybody_who_completed_a_course_is_given_one_once_staff_have_seen_how_many(
    world: World, admin: Browser, teacher: Person
) -> None:
    course, learners = world.course(teacher, title="Ropes"), [world.person() for _ in range(2)]
    for each in learners:
        world.enroll(each, course)
        complete(world, each, course)
    address = f"/admin/courses/{course.id}"
    assert "Its owner has not turned certificates on." in admin.page(f"{address}/certificates").text
    enable(course)
    assert "Issue to all 2 who completed" in admin.page(f"{address}/certificates").text
    assert admin.get(f"{address}/specimen").data.startswith(b"%PDF-")
    page = admin.act(f"{address}/issue-to-all", {})
    assert notices(page) == ["They are being signed and mailed."]
    world.run_jobs()
    assert {held(each, course)["state"] for each in learners} == {"issued"}
    page = admin.page(f"{address}/certificates")
    assert "Issue to all" not in page.text
    assert "None of them is without a certificate." in page.text


def test_a_refund_lets_one_wait(admin: Browser, certificate: Certificate, learner: Person, course: MadeCourse) -> None:
    decisions.suspend_refunded(learner.id, course.id)
    [row] = rows(admin.page(TO_DECIDE))
    assert row[3] == "refunded"
