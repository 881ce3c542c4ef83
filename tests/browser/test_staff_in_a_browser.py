"""A day of staff at `/admin`, in a real browser, on the demo data."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, ViewportSize
from pymongo import ReplaceOne

from lms.demo.seeding import PASSWORD
from lms.extensions import mongo
from tests.browser.conftest import run_flask
from tests.browser.frontend import MOST_MILLISECONDS, Browser, Frontend
from tests.mails.every import every_mail
from tests.smtp import Inbox

ADMIN = "admin@example.com"
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

HOSTILE = "<script>stolen=1</script><img src=x onerror='stolen=1'>\"'><b onclick=stolen=1>"
WRITTEN = {
    *(
        "title",
        "description",
        "firstName",
        "lastName",
        "sectionName",
        "review",
        "reason",
        "language",
        "actorName",
        "bio",
    ),
    *("tags", "whatYouWillLearn", "instructions", "heldReason", "failure", "gender"),
    *("recipientName", "courseTitle", "criteria", "signatoryName", "text"),
}
"""The fields in which stands what people have written."""


@dataclass
class Desk:
    """The staff pages in a window of somebody who is signed in."""

    page: Page
    origin: str
    faults: list[str]

    def open(self, path: str) -> None:
        answer = self.page.goto(self.origin + path)
        assert answer is not None
        assert answer.status == 200, path

    def click(self, name: str, within: Any = None) -> None:
        (within or self.page).get_by_role("button", name=name, exact=True).click()

    def ask(self, name: str, **words: str) -> None:
        """Open the small form behind a button, fill it in and send it."""
        form = self.page.locator("details.asking", has=self.page.locator("summary", has_text=re.compile(f"^{name}$")))
        form.locator("summary").click()
        for label, text in words.items():
            form.locator(f"[name={label}]").fill(text)
        self.click(name, form)

    def said(self) -> str:
        """What the page tells of what has just been done."""
        return self.page.locator(".notice.done").inner_text().strip()

    def rows(self) -> Locator:
        return self.page.locator("main tbody tr")


@pytest.fixture
def desk(browser: Browser, own_environment: dict[str, str], inbox: Inbox) -> Iterator[Desk]:
    """An administrator, signed in as one signs in: with a password and the code that is mailed."""
    origin = browser.api.removesuffix("/api/v1")
    window = browser.window(DESK)
    faults: list[str] = []
    window.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    window.on("pageerror", lambda error: faults.append(str(error)))
    window.on("request", lambda asked: None if asked.url.startswith((origin, "data:")) else faults.append(asked.url))
    window.goto(f"{origin}/admin")
    window.get_by_label("E-mail address").fill(ADMIN)
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Go on").click()
    window.get_by_label("Code").wait_for()
    run_flask("worker", "mail", "--burst", environment=own_environment)
    code = re.search(r"^ {4}(\d{6})$", inbox.to(ADMIN)[-1].text, re.MULTILINE)
    assert code is not None
    window.get_by_label("Code").fill(f" {code[1][:3]} {code[1][3:]} ")
    window.get_by_role("button", name="Sign in").click()
    window.get_by_role("heading", name="Dashboard").wait_for()
    yield Desk(window, origin, faults)
    window.context.close()


def test_a_day_of_staff(desk: Desk, browser: Browser, own_environment: dict[str, str], inbox: Inbox) -> None:
    learner = browser.open("student@example.com", PASSWORD)
    approved = a_course_is_approved(desk, learner)
    rejected = a_course_is_rejected(desk)
    a_reported_review_is_hidden(desk, learner)
    order = an_order_is_refunded(desk, learner, own_environment)
    a_failed_mail_is_tried_again(desk, own_environment, inbox)
    mailed = {message.subject: message.text for message in inbox.messages}
    assert approved in mailed["Your course is published"]
    assert "Please add captions.\nThe second lesson has no sound." in mailed["Your course needs changes"]
    the_audit_log_tells_of_all_of_it(desk, approved, rejected, order)
    assert desk.faults == []


def a_course_is_approved(desk: Desk, learner: Frontend) -> str:
    desk.open("/admin/waiting-courses/")
    first = desk.rows().first.locator("a")
    title = first.inner_text()
    first.click()
    a_lesson_plays(desk)
    desk.click("Approve")
    assert desk.said() == "The course is published, and its author is told so."
    found = learner.call("GET", f"/courses/getAllCourses?q={title}&limit=1")
    assert found[0]["title"] == title
    return title


def a_lesson_plays(desk: Desk) -> None:
    lesson = (
        desk.page.locator("main details", has=desk.page.locator("summary"))
        .locator("visible=true")
        .filter(has_not_text="Reject")
    )
    lesson.first.locator("summary").click()
    desk.page.locator("video").first.wait_for()
    desk.page.evaluate("document.querySelector('video').muted = true")
    desk.page.evaluate("document.querySelector('video').play()")
    until(desk, lambda: desk.page.evaluate("document.querySelector('video').currentTime") > 0)


def until(desk: Desk, condition: Callable[[], bool]) -> None:
    """As the policy of the pages forbids what `wait_for_function` does, it is asked from here."""
    deadline = time.monotonic() + MOST_MILLISECONDS / 1000
    while not condition():
        assert time.monotonic() < deadline, desk.faults
        desk.page.wait_for_timeout(50)


def a_course_is_rejected(desk: Desk) -> str:
    desk.open("/admin/waiting-courses/")
    first = desk.rows().first.locator("a")
    title = first.inner_text()
    first.click()
    desk.ask("Reject", reason="Please add captions.\nThe second lesson has no sound.")
    assert desk.said() == "The course is a draft again, and its author is told why."
    return title


def a_reported_review_is_hidden(desk: Desk, learner: Frontend) -> None:
    review = learner.call("GET", "/courses/getReviews?limit=1")[0]
    learner.call("POST", f"/courses/reviews/{review['id']}/report", {"reason": "This is an advertisement."})
    desk.open(f"/admin/reports/{review['id']}")
    assert "This is an advertisement." in desk.page.locator("main").inner_text()
    desk.ask("Hide", reason="An advertisement.")
    assert desk.said() == "The review is hidden, and counts no longer."
    assert review["id"] not in {each["id"] for each in learner.call("GET", "/courses/getReviews?limit=100")}


def an_order_is_refunded(desk: Desk, learner: Frontend, environment: dict[str, str]) -> str:
    course, order = a_course_is_bought(learner)
    desk.open(f"/admin/orders/?search={order}")
    desk.rows().first.locator("a").click()
    desk.ask("Refund", reason="Bought twice.")
    assert desk.said() == "The refund is on its way."
    run_flask("worker", "default", "--burst", environment={**environment, "PUBLIC_URL": desk.origin})
    desk.page.reload()
    assert "refunded" in desk.page.locator("h1").inner_text()
    assert learner.refusal("GET", f"/courses/getFullCourseDetails/{course}") == (403, "not_enrolled")
    return order


def a_course_is_bought(learner: Frontend) -> tuple[str, str]:
    held = {each["id"] for each in learner.call("GET", "/profile/getEnrolledCourses/me?limit=100")}
    for_sale = learner.call("GET", "/courses/getAllCourses?minPrice=100&sort=price&limit=100")
    course = next(each["id"] for each in for_sale if each["id"] not in held)
    order = learner.call("POST", "/payments/capturePayment", {"courses": [course]})["orderId"]
    asked = f"JSON.stringify({{ order_id: '{order}', outcome: 'captured' }})"
    proof = learner.page.evaluate(
        f"fetch(new URL('/sandbox/razorpay/pay', API), {{ method: 'POST', body: {asked}, "
        "headers: { 'Content-Type': 'application/json' } }).then(answer => answer.json())"
    )
    learner.call("POST", "/payments/verifySignature", proof)
    return course, order


def a_failed_mail_is_tried_again(desk: Desk, environment: dict[str, str], inbox: Inbox) -> None:
    desk.open("/admin/failed-jobs/")
    waiting = desk.rows().count()
    assert waiting > 0
    desk.rows().first.locator("a").click()
    run_flask("worker", "mail", "--burst", environment=environment)
    before = len(inbox.messages)
    desk.click("Try again")
    assert desk.said() == "The job is tried again."
    run_flask("worker", "mail", "--burst", environment=environment)
    assert len(inbox.messages) == before + 1
    desk.open("/admin/failed-jobs/")
    assert desk.rows().count() == waiting - 1


def the_audit_log_tells_of_all_of_it(desk: Desk, approved: str, rejected: str, order: str) -> None:
    desk.open("/admin/audit/")
    told = desk.page.locator("main tbody").inner_text()
    for words in (approved, rejected, order, "staff.sign_in"):
        assert words in told, told


def test_every_page_fits_a_phone_needs_nothing_from_elsewhere_and_shows_text_as_text(
    desk: Desk, own_database: str
) -> None:
    plant(HOSTILE, own_database)
    pages = [link.get_attribute("href") or "" for link in desk.page.locator("nav[aria-label='Staff pages'] a").all()]
    assert len(pages) > 20
    desk.page.set_viewport_size(PHONE)
    shown = 0
    waiting = [*pages, "/admin/account/", two_accounts(own_database)]
    while waiting:
        path = waiting.pop(0)
        desk.open(path)
        waiting += first_row(desk) if path in pages else []
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        assert desk.page.evaluate("window.stolen") is None, path
        shown += HOSTILE in desk.page.locator("main").inner_text()
    assert desk.faults == []
    assert shown > 15


def test_mails_show_text_as_text(browser: Browser, app: Flask) -> None:
    window = browser.window(DESK)
    with app.app_context():
        mails = [message.html or "" for message in every_mail(HOSTILE)]
    for html in mails:
        window.set_content(html)
        assert window.evaluate("window.stolen") is None
    window.context.close()


def two_accounts(database: str) -> str:
    """The page on which one learner is looked at before they are merged into another."""
    assert mongo.cx is not None
    kept, merged = mongo.cx[database].users.find({"role": "student", "email": {"$exists": True}}, limit=2)
    return f"/admin/users/{kept['_id']}/merge?email={merged['email']}"


def plant(text: str, database: str) -> None:
    """Have people written this everywhere where they can write something, each once."""
    assert mongo.cx is not None
    for collection in mongo.cx[database].list_collections():
        kept = mongo.cx[database][collection["name"]]
        changed = [(document, planted(document, text)) for document in kept.find()]
        writes = [ReplaceOne({"_id": old["_id"]}, new) for old, new in changed if old != new]
        if writes:
            kept.bulk_write(writes, bypass_document_validation=True)


def planted(value: Any, text: str, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: planted(each, text, name) for name, each in value.items()}
    if isinstance(value, list):
        return [planted(each, text, key) for each in value]
    return text if key in WRITTEN and isinstance(value, str) else value


def first_row(desk: Desk) -> list[str]:
    """The page of the first row of the list that is open, where it has one."""
    links = desk.page.locator("main tbody td a")
    return [links.first.get_attribute("href") or ""] if links.count() else []
