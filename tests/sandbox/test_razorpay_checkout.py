"""The stand-in for the hosted script, in a page of a frontend that allows itself as little as it can."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from lms.services.payments import razorpay
from tests.browser.frontend import MOST_MILLISECONDS, Chromium, close_windows
from tests.sandbox.gateway import SANDBOX, order, pay
from tests.world import World

POLICY = (
    "default-src 'none'; script-src {api}; connect-src {api}; form-action {origin}; require-trusted-types-for 'script'"
)
PAGE = '<!doctype html><html lang="en"><title>Shop</title><script src="{api}/sandbox/razorpay/checkout.js"></script>'

OPEN = """options => {
  window.told = [];
  const checkout = new Razorpay({
    ...options,
    ...(options.callback_url ? {} : { handler: answer => told.push(["paid", answer]) }),
    modal: { ondismiss: () => told.push(["dismissed"]), ...options.modal },
  });
  checkout.on("payment.failed", answer => told.push(["failed", answer.error]));
  checkout.open();
  window.checkout = checkout;
}"""


@pytest.fixture
def shop(api: str, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The origin of the frontend, which answers everything with its one page."""

    class Page(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Security-Policy", POLICY.format(api=api, origin=self.headers["Host"]))
            self.end_headers()
            self.wfile.write(PAGE.format(api=api).encode())

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    origin = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(app.wsgi_app, "origins", (origin,))
    yield origin
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(shop: str, chromium: Chromium) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 700, "height": 620})
    page.set_default_timeout(MOST_MILLISECONDS)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{shop}/buy")
    yield page
    close_windows(chromium)
    refused = "the server responded with a status of 40"
    assert [problem for problem in problems if refused not in problem and "favicon" not in problem] == []


def open_checkout(page: Page, order_id: str, **options: Any) -> None:
    given = {"key": razorpay.key_id(), "order_id": order_id, "name": "A school", "description": "Python & more"}
    page.evaluate(OPEN, {**given, "prefill": {"email": "a@b.example", "contact": 911234567890}, **options})


def told(page: Page, number: int) -> list[Any]:
    """What the page was told, once it was told that often."""
    page.wait_for_function("number => told.length >= number", arg=number)
    found: list[Any] = page.evaluate("told")
    assert len(found) == number
    return found


def test_a_customer_pays(world: World, page: Page) -> None:
    order_id = order(amount=1234500)
    open_checkout(page, order_id, amount="1234500", currency="INR")
    page.get_by_role("dialog", name="A school").get_by_role("button", name="Pay ₹12,345.00").click()
    ((event, answer),) = told(page, 1)
    assert (event, answer["razorpay_order_id"]) == ("paid", order_id)
    assert razorpay.payment_signature_holds(order_id, answer["razorpay_payment_id"], answer["razorpay_signature"])
    payment = razorpay.payment(answer["razorpay_payment_id"])
    assert payment is not None
    assert (payment.amount, payment.status) == (1234500, "captured")
    assert page.get_by_role("dialog").count() == 0


def test_a_payment_fails_and_the_next_succeeds(world: World, page: Page) -> None:
    open_checkout(page, order())
    page.get_by_role("button", name="Let the payment fail").click()
    assert "declined" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Pay ₹499.00").click()
    (failed, error), (paid, _) = told(page, 2)
    assert (failed, error["reason"], paid) == ("failed", "payment_failed", "paid")


@pytest.mark.parametrize("how", ["Escape", "button", "close"])
def test_a_customer_changes_their_mind(world: World, page: Page, how: str) -> None:
    open_checkout(page, order())
    page.get_by_role("button", name="Pay ₹499.00").wait_for()
    if how == "Escape":
        page.keyboard.press("Escape")
    elif how == "button":
        page.get_by_role("button", name="Close").click()
    else:
        page.evaluate("checkout.close()")
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("told") == ([] if how == "close" else [["dismissed"]])
    page.evaluate("checkout.open()")
    page.get_by_role("button", name="Pay ₹499.00").click()
    assert page.wait_for_function("() => told.at(-1)?.[0] === 'paid'")


def test_an_order_paid_elsewhere_meanwhile_is_not_paid_again(world: World, page: Page) -> None:
    order_id = order()
    open_checkout(page, order_id)
    button = page.get_by_role("button", name="Pay ₹499.00")
    button.wait_for()
    pay(world, order_id)
    button.click()
    ((event, error),) = told(page, 1)
    assert (event, error["description"]) == ("failed", "Payment already done for this order.")
    assert len(razorpay.payments_of(order_id)) == 1


def test_another_amount_than_the_orders_is_not_paid(world: World, page: Page) -> None:
    order_id = order()
    open_checkout(page, order_id, amount=100)
    page.get_by_role("button", name="Pay ₹499.00").click()
    assert told(page, 1)[0][0] == "failed"
    assert razorpay.payments_of(order_id) == []


@pytest.mark.parametrize("change", [{"order_id": "order_00000000000000"}, {"key": "rzp_live_other"}])
def test_an_order_that_is_not_there_cannot_be_paid(world: World, page: Page, change: dict[str, str]) -> None:
    open_checkout(page, **{"order_id": order(), **change})
    alert = page.get_by_role("alert").filter(has_text="This order cannot be paid")
    alert.wait_for()
    assert page.get_by_role("button", name="Pay", exact=True).is_disabled()


def test_a_page_without_handler_is_posted_to(world: World, page: Page, shop: str) -> None:
    open_checkout(page, order(), callback_url=f"{shop}/bought")
    with page.expect_request(f"{shop}/bought") as request:
        page.get_by_role("button", name="Pay ₹499.00").click()
    fields = dict(pair.split("=") for pair in (request.value.post_data or "").split("&"))
    assert request.value.method == "POST"
    assert set(fields) == {"razorpay_payment_id", "razorpay_order_id", "razorpay_signature"}


def test_the_keyboard_stays_in_the_dialog(world: World, page: Page) -> None:
    open_checkout(page, order())
    page.get_by_role("button", name="Pay ₹499.00").wait_for()
    focused = "() => document.activeElement.shadowRoot?.activeElement?.textContent === 'Pay ₹499.00'"
    page.wait_for_function(focused)
    page.keyboard.press("Enter")
    assert told(page, 1)[0][0] == "paid"


def test_the_script_is_a_script(world: World) -> None:
    answer = world.get(f"{SANDBOX}/checkout.js", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = world.get(f"{SANDBOX}/checkout.js", headers={"If-None-Match": answer.headers["ETag"]}, buffered=True)
    assert again.status_code == 304
