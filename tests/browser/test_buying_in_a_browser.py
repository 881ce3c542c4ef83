"""A frontend as there are many, whose only change is where it loads the gateway's script from."""

from typing import Any

from lms.demo.seeding import PASSWORD
from tests.browser.conftest import run_flask
from tests.browser.frontend import Browser, Frontend
from tests.smtp import Inbox

BUYER = "student@example.com"

BUY = """async (courses, key) => {
  window.steps = [];
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}`, "Idempotency-Key": key };
  const order = { method: "POST", headers, body: JSON.stringify({ courses }) };
  const { data } = await (await fetch(`${API}/payments/capturePayment`, order)).json();
  const checkout = new Razorpay({
    key: data.key,
    amount: `${data.amount}`,
    currency: data.currency,
    order_id: data.orderId,
    name: "A school",
    description: "Thank you for learning",
    prefill: { name: "Asha Rao", email: "student@example.com" },
    handler: async (proof) => {
      steps.push("paid");
      if (window.leaving) return;
      steps.push((await call("POST", "/payments/verifySignature", { ...proof, courses })).message);
      steps.push((await call("POST", "/payments/sendPaymentSuccessEmail", { orderId: data.orderId })).status);
    },
    modal: { ondismiss: () => steps.push("dismissed") },
  });
  checkout.on("payment.failed", (answer) => steps.push(answer.error.reason));
  checkout.open();
  return data;
}"""


def test_what_a_learner_buys_is_theirs_also_when_their_browser_says_nothing(
    browser: Browser, own_environment: dict[str, str], inbox: Inbox
) -> None:
    learner = browser.open(BUYER, PASSWORD)
    learner.page.add_script_tag(url=learner.page.evaluate("new URL('/sandbox/razorpay/checkout.js', API).href"))
    workers = {**own_environment, "PUBLIC_URL": learner.page.evaluate("new URL(API).origin")}
    first, second, third = for_sale(learner)
    told = len(inbox.to(BUYER))

    two_clicks_a_failure_and_a_payment(learner, [first, second])
    the_courses_are_theirs(learner, [first, second])

    the_window_is_closed_after_the_payment(learner, third)
    run_flask("worker", "default", "--burst", environment=workers)
    learner.until(lambda: is_theirs(learner, third))

    run_flask("worker", "mail", "--burst", environment=workers)
    receipts = [mail for mail in inbox.to(BUYER)[told:] if mail.subject.startswith("Your receipt")]
    assert [len(mail.files) for mail in receipts] == [1, 1]


def for_sale(learner: Frontend) -> list[dict[str, Any]]:
    """Three courses that cost something and are not the learner's."""
    held = {each["id"] for each in learner.call("GET", "/profile/getEnrolledCourses/me?limit=100")}
    found = learner.call("GET", "/courses/getAllCourses?minPrice=100&sort=price&limit=100")
    return [course for course in found if course["id"] not in held][:3]


def buy(learner: Frontend, *courses: dict[str, Any], key: str) -> dict[str, Any]:
    ids = [course["id"] for course in courses]
    order: dict[str, Any] = learner.page.evaluate(f"([courses, key]) => ({BUY})(courses, key)", [ids, key])
    return order


def two_clicks_a_failure_and_a_payment(learner: Frontend, courses: list[dict[str, Any]]) -> None:
    once = buy(learner, *courses, key="cart-1")
    learner.page.keyboard.press("Escape")
    learner.wait("steps.at(-1) === 'dismissed'")
    order = buy(learner, *courses, key="cart-1")
    price = round(sum(course["price"] for course in courses) * 100)
    assert (once["orderId"], once["amount"], order["amount"]) == (order["orderId"], price, price)
    learner.page.get_by_role("button", name="Let the payment fail").click()
    learner.wait("steps.at(-1) === 'payment_failed'")
    assert learner.refusal("GET", f"/courses/getFullCourseDetails/{courses[0]['id']}") == (403, "not_enrolled")
    learner.page.get_by_role("button", name="Pay ₹").click()
    learner.wait("steps.length === 4")
    assert learner.page.evaluate("steps") == ["payment_failed", "paid", "You are enrolled.", 202]


def the_courses_are_theirs(learner: Frontend, courses: list[dict[str, Any]]) -> None:
    attended = {each["id"] for each in learner.call("GET", "/profile/getEnrolledCourses/me?limit=100")}
    assert attended >= {course["id"] for course in courses}
    bought = learner.call("GET", "/payments/orders")[0]
    assert [course["id"] for course in bought["courses"]] == [course["id"] for course in courses]
    (invoice,) = bought["invoices"]
    address = f"`${{API}}/payments/invoices/{invoice['id']}`"
    pdf = learner.page.evaluate(
        f"fetch({address}, {{ headers: {{ Authorization: `Bearer ${{token}}` }} }}).then(answer => answer.text())"
    )
    assert pdf.startswith("%PDF-")


def the_window_is_closed_after_the_payment(learner: Frontend, course: dict[str, Any]) -> None:
    learner.page.evaluate("window.leaving = true")
    buy(learner, course, key="cart-2")
    learner.page.get_by_role("button", name="Pay ₹").click()
    learner.wait("steps.at(-1) === 'paid'")
    webhook = "/sandbox/razorpay/webhooks"
    told = (
        f"fetch(new URL('{webhook}?state=waiting', API)).then(answer => answer.json()).then(list => list.count === 0)"
    )
    learner.until(lambda: bool(learner.page.evaluate(told)))


def is_theirs(learner: Frontend, course: dict[str, Any]) -> bool:
    status: int = learner.run("call", "GET", f"/courses/getFullCourseDetails/{course['id']}")["status"]
    return status == 200
