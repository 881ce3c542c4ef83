"""Every address below `/admin`, called by everyone: who gets in is what stands here, and nowhere else."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import users
from tests.staff import Browser, signed_in, staff
from tests.world import Person, World

ALL = {"admin", "moderator", "support"}
CONTENT = {"admin", "moderator"}
USERS = {"admin", "support"}
ADMIN = {"admin"}
VISITORS = {"visitor", "student", "instructor", *ALL}

ADDRESSES: dict[str, set[str]] = {
    "GET /admin/assets/<path:filename>": VISITORS,
    "GET /admin/": ALL,
    "GET /admin/charts/<string:slug>.csv": ALL,
    "GET /admin/sign-in/": VISITORS,
    "POST /admin/sign-in/": VISITORS,
    "GET /admin/sign-in/code": VISITORS,
    "POST /admin/sign-in/code": VISITORS,
    "POST /admin/sign-in/code/again": VISITORS,
    "POST /admin/sign-in/out": ALL,
    "GET /admin/account/": ALL,
    "POST /admin/account/authenticator/begin": ALL,
    "POST /admin/account/authenticator": ALL,
    "POST /admin/account/authenticator/remove": ALL,
    "GET /admin/waiting-courses/": CONTENT,
    "GET /admin/waiting-courses/export.csv": CONTENT,
    "GET /admin/waiting-courses/<oid:course_id>": CONTENT,
    "POST /admin/waiting-courses/<oid:course_id>/approve": CONTENT,
    "POST /admin/waiting-courses/<oid:course_id>/reject": CONTENT,
    "POST /admin/waiting-courses/approve": CONTENT,
    "POST /admin/waiting-courses/reject": CONTENT,
    "GET /admin/changed-courses/": CONTENT,
    "GET /admin/changed-courses/export.csv": CONTENT,
    "GET /admin/changed-courses/<oid:course_id>": CONTENT,
    "POST /admin/changed-courses/<oid:course_id>/accept": CONTENT,
    "POST /admin/changed-courses/<oid:course_id>/send-back": CONTENT,
    "POST /admin/changed-courses/accept": CONTENT,
    "GET /admin/reports/": CONTENT,
    "GET /admin/reports/export.csv": CONTENT,
    "GET /admin/reports/<oid:review_id>": CONTENT,
    "POST /admin/reports/<oid:review_id>/hide": CONTENT,
    "POST /admin/reports/<oid:review_id>/restore": CONTENT,
    "POST /admin/reports/<oid:review_id>/dismiss": CONTENT,
    "POST /admin/reports/<oid:review_id>/warn": CONTENT,
    "POST /admin/reports/<oid:review_id>/suspend": CONTENT,
    "POST /admin/reports/hide": CONTENT,
    "POST /admin/reports/dismiss": CONTENT,
    "GET /admin/reviews/": CONTENT,
    "GET /admin/reviews/export.csv": CONTENT,
    "GET /admin/reviews/<oid:review_id>": CONTENT,
    "POST /admin/reviews/<oid:review_id>/hide": CONTENT,
    "POST /admin/reviews/<oid:review_id>/restore": CONTENT,
    "POST /admin/reviews/<oid:review_id>/dismiss": CONTENT,
    "POST /admin/reviews/<oid:review_id>/warn": CONTENT,
    "POST /admin/reviews/<oid:review_id>/suspend": CONTENT,
    "POST /admin/reviews/hide": CONTENT,
    "POST /admin/reviews/dismiss": CONTENT,
    "GET /admin/courses/": CONTENT,
    "GET /admin/courses/export.csv": CONTENT,
    "GET /admin/courses/<oid:course_id>": CONTENT,
    "GET /admin/courses/lessons/<oid:lesson_id>/file": CONTENT,
    "GET /admin/courses/lessons/<oid:lesson_id>/video": CONTENT,
    "POST /admin/courses/<oid:course_id>/archive": CONTENT,
    "POST /admin/courses/<oid:course_id>/unarchive": CONTENT,
    "POST /admin/courses/<oid:course_id>/hand-over": CONTENT,
    "POST /admin/courses/<oid:course_id>/feature": CONTENT,
    "POST /admin/courses/<oid:course_id>/unfeature": CONTENT,
    "GET /admin/courses/<oid:course_id>/certificates": CONTENT,
    "GET /admin/courses/<oid:course_id>/specimen": CONTENT,
    "POST /admin/courses/<oid:course_id>/issue-to-all": ADMIN,
    "GET /admin/assessments/": ALL,
    "GET /admin/assessments/export.csv": ALL,
    "GET /admin/assessments/<oid:assessment_id>": ALL,
    "GET /admin/open-attempts/": ALL,
    "GET /admin/open-attempts/export.csv": ALL,
    "GET /admin/attempts/": ALL,
    "GET /admin/attempts/export.csv": ALL,
    "GET /admin/attempts/<oid:attempt_id>": ALL,
    "POST /admin/attempts/<oid:attempt_id>/annul": ADMIN,
    "GET /admin/submissions-waiting/": ALL,
    "GET /admin/submissions-waiting/export.csv": ALL,
    "GET /admin/submissions/": ALL,
    "GET /admin/submissions/export.csv": ALL,
    "GET /admin/submissions/<oid:submission_id>": ALL,
    "GET /admin/submissions/<oid:submission_id>/files/<oid:file_id>": ALL,
    "GET /admin/regrades/": ALL,
    "GET /admin/regrades/export.csv": ALL,
    "GET /admin/overrides/": ALL,
    "GET /admin/overrides/export.csv": ALL,
    "GET /admin/imports/": USERS,
    "GET /admin/imports/export.csv": USERS,
    "GET /admin/imports/new": ADMIN,
    "POST /admin/imports/new": ADMIN,
    "GET /admin/imports/<oid:import_id>": USERS,
    "GET /admin/imports/<oid:import_id>/report.pdf": USERS,
    "GET /admin/imports/<oid:import_id>/failures.csv": USERS,
    "GET /admin/imports/template/<string:kind>.csv": USERS,
    "POST /admin/imports/<oid:import_id>/change": ADMIN,
    "POST /admin/imports/<oid:import_id>/start": ADMIN,
    "POST /admin/imports/<oid:import_id>/pause": ADMIN,
    "POST /admin/imports/<oid:import_id>/resume": ADMIN,
    "POST /admin/imports/<oid:import_id>/cancel": ADMIN,
    "POST /admin/imports/<oid:import_id>/undo": ADMIN,
    "POST /admin/imports/<oid:import_id>/mail": ADMIN,
    "GET /admin/certificates/": USERS,
    "GET /admin/certificates/export.csv": USERS,
    "GET /admin/certificates/<oid:certificate_id>": USERS,
    "GET /admin/certificates/<oid:certificate_id>/pdf": USERS,
    "POST /admin/certificates/<oid:certificate_id>/revoke": ADMIN,
    "POST /admin/certificates/<oid:certificate_id>/suspend": ADMIN,
    "POST /admin/certificates/<oid:certificate_id>/restore": ADMIN,
    "POST /admin/certificates/<oid:certificate_id>/reissue": ADMIN,
    "GET /admin/certificates-to-decide/": ADMIN,
    "GET /admin/certificates-to-decide/export.csv": ADMIN,
    "GET /admin/categories/": CONTENT,
    "GET /admin/categories/export.csv": CONTENT,
    "GET /admin/categories/new": CONTENT,
    "POST /admin/categories/new": CONTENT,
    "GET /admin/categories/<oid:category_id>": CONTENT,
    "POST /admin/categories/<oid:category_id>/change": CONTENT,
    "POST /admin/categories/<oid:category_id>/delete": CONTENT,
    "GET /admin/tags/": CONTENT,
    "GET /admin/tags/export.csv": CONTENT,
    "GET /admin/tags/word": CONTENT,
    "POST /admin/tags/word/rename": CONTENT,
    "POST /admin/tags/word/merge": CONTENT,
    "POST /admin/tags/word/delete": CONTENT,
    "GET /admin/deleted/": CONTENT,
    "POST /admin/deleted/courses/<oid:course_id>/restore": CONTENT,
    "POST /admin/deleted/categories/<oid:category_id>/restore": CONTENT,
    "POST /admin/deleted/tags/restore": CONTENT,
    "GET /admin/users/": USERS,
    "GET /admin/users/export.csv": USERS,
    "GET /admin/users/<oid:user_id>": USERS,
    "POST /admin/users/<oid:user_id>/suspend": USERS,
    "POST /admin/users/<oid:user_id>/restore": USERS,
    "POST /admin/users/<oid:user_id>/bring-back": USERS,
    "POST /admin/users/<oid:user_id>/sign-out": USERS,
    "POST /admin/users/<oid:user_id>/role": ADMIN,
    "POST /admin/users/<oid:user_id>/authenticator": ADMIN,
    "POST /admin/users/<oid:user_id>/end-enrolment": ADMIN,
    "GET /admin/users/<oid:user_id>/merge": ADMIN,
    "POST /admin/users/<oid:user_id>/merge": ADMIN,
    "GET /admin/applications/": USERS,
    "GET /admin/applications/export.csv": USERS,
    "GET /admin/applications/<oid:user_id>": USERS,
    "POST /admin/applications/<oid:user_id>/approve": USERS,
    "POST /admin/applications/<oid:user_id>/decline": USERS,
    "GET /admin/deliveries/": USERS,
    "GET /admin/deliveries/export.csv": USERS,
    "GET /admin/deliveries/<oid:otp_id>": USERS,
    "POST /admin/deliveries/<oid:otp_id>/again": USERS,
    "GET /admin/orders/": USERS,
    "GET /admin/orders/export.csv": USERS,
    "GET /admin/orders/<oid:order_id>": USERS,
    "GET /admin/orders/<oid:order_id>/invoices/<oid:invoice_id>": USERS,
    "POST /admin/orders/<oid:order_id>/refund": ADMIN,
    "POST /admin/orders/<oid:order_id>/accept": ADMIN,
    "POST /admin/orders/<oid:order_id>/decline": ADMIN,
    "GET /admin/held-orders/": USERS,
    "GET /admin/held-orders/export.csv": USERS,
    "GET /admin/invoices/": USERS,
    "GET /admin/invoices/export.csv": USERS,
    "GET /admin/refunds/": USERS,
    "GET /admin/refunds/export.csv": USERS,
    "GET /admin/disputes/": USERS,
    "GET /admin/disputes/export.csv": USERS,
    "GET /admin/payments-without-an-order/": USERS,
    "GET /admin/payments-without-an-order/export.csv": USERS,
    "GET /admin/payments-without-an-order/<string:payment_id>": USERS,
    "POST /admin/payments-without-an-order/<string:payment_id>/assign": ADMIN,
    "POST /admin/payments-without-an-order/<string:payment_id>/give-back": ADMIN,
    "POST /admin/payments-without-an-order/<string:payment_id>/leave": ADMIN,
    "GET /admin/coupons/": USERS,
    "GET /admin/coupons/export.csv": USERS,
    "GET /admin/coupons/new": ADMIN,
    "POST /admin/coupons/new": ADMIN,
    "GET /admin/coupons/<string:code>": USERS,
    "POST /admin/coupons/<string:code>/end": ADMIN,
    "GET /admin/ledger/": USERS,
    "GET /admin/ledger/export.csv": USERS,
    "GET /admin/queues/": ADMIN,
    "GET /admin/failed-jobs/": ADMIN,
    "GET /admin/failed-jobs/export.csv": ADMIN,
    "GET /admin/failed-jobs/<oid:row_id>": ADMIN,
    "POST /admin/failed-jobs/<oid:row_id>/retry": ADMIN,
    "POST /admin/failed-jobs/<oid:row_id>/set-aside": ADMIN,
    "POST /admin/failed-jobs/retry": ADMIN,
    "GET /admin/outbox/": ADMIN,
    "GET /admin/outbox/export.csv": ADMIN,
    "GET /admin/schedule/": ADMIN,
    "POST /admin/schedule/<string:job>/run": ADMIN,
    "GET /admin/migrations/": ADMIN,
    "GET /admin/caches/": ADMIN,
    "POST /admin/caches/clear": ADMIN,
    "GET /admin/staff/": ADMIN,
    "GET /admin/staff/export.csv": ADMIN,
    "POST /admin/staff/": ADMIN,
    "GET /admin/audit/": ADMIN,
    "GET /admin/audit/export.csv": ADMIN,
    "GET /admin/audit/<oid:row_id>": ADMIN,
}


def addresses(app: Flask) -> dict[str, str]:
    """Every address there is, as `VERB /path/<kind:name>`, with an example of it."""
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin"):
            [verb] = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            example = re.sub(r"<oid:\w+>", "65f1c0ffee65f1c0ffee65f1", rule.rule)
            found[f"{verb} {rule.rule}"] = re.sub(r"<path:\w+>", "staff.css", re.sub(r"<(string:)?\w+>", "x", example))
    return found


def signed_in_once(world: World) -> dict[str, tuple[Person, str]]:
    """People and their cookies; the student and the instructor hold open sessions of staff they are no more."""
    browsers = {
        **{role: signed_in(world, world.person(role)) for role in ("student", "instructor")},
        **{role: staff(world, role) for role in ("support", "moderator", "admin")},
    }
    return {role: (browser.person, browser.client.get_cookie("staff").value) for role, browser in browsers.items()}


@pytest.fixture
def callers(world: World) -> dict[str, Browser]:
    """One browser each."""
    browsers = {"visitor": Browser(world)}
    for role, (person, cookie) in world.once(signed_in_once).items():
        browsers[role] = Browser(world, person)
        browsers[role].client.set_cookie("staff", cookie, httponly=True, samesite="Strict")
    return browsers


def is_let_in(answer: TestResponse) -> bool:
    led_away = answer.status_code == 303 and answer.location.startswith("/admin/sign-in/?next=")
    assert answer.status_code < 500, answer.text
    return not led_away and answer.status_code not in (401, 403)


def test_every_address_is_named_here(app: Flask) -> None:
    assert set(addresses(app)) == set(ADDRESSES)


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_gets_in(world: World, callers: dict[str, Browser], address: str) -> None:
    path = addresses(world.app)[address]
    for caller, browser in callers.items():
        answer = browser.get(path) if address.startswith("GET") else send(browser, path)
        if address in STOPPED_BY_THE_FORM:
            assert answer.status_code in STOPPED_BY_THE_FORM[address]
        else:
            assert is_let_in(answer) == (caller in ADDRESSES[address]), (caller, answer.status_code)


def send(browser: Browser, path: str) -> TestResponse:
    """A form with nothing in it but its token, and what a sign-in needs."""
    return browser.open("POST", path, data={"email": "a@example.com", "password": "x", "csrf_token": csrf(browser)})


STOPPED_BY_THE_FORM = {
    "POST /admin/sign-in/": {401},
    "POST /admin/sign-in/code": {400, 401},
    "POST /admin/sign-in/code/again": {401},
}
"""Open to everyone, and refused for what was typed."""


def csrf(browser: Browser) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/admin/sign-in/").text)
    return found[1] if found else browser.csrf


def test_a_token_of_the_api_opens_no_staff_page(world: World) -> None:
    admin = world.person("admin")
    answer = Browser(world).get("/admin/account/", headers={"Authorization": f"Bearer {admin.token}"})
    assert answer.status_code == 303


def test_a_moderator_has_no_rights_of_an_administrator_in_the_api(world: World) -> None:
    person = world.person("student")
    users.update({"_id": person.id}, {"$set": {"staffRole": "moderator"}})
    assert world.get("/payments/orders", by=person).status_code == 200
    assert world.post("/courses/createCategory", {"name": "Mine", "description": "x"}, by=person).status_code == 403


def test_a_session_that_waits_for_its_second_step_opens_nothing(world: World) -> None:
    admin = world.person("admin")
    browser = Browser(world)
    browser.client.set_cookie("staff", staff_sessions.begin(admin.id, "a browser", browser.address))
    assert browser.get("/admin/").status_code == 303
