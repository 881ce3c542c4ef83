"""/payment: buying courses through the gateway's checkout."""

from lms.errors import AlreadyBought, AlreadyEnrolled, NotPaid
from lms.studynotion.asking import Ask
from lms.studynotion.door import Answer, Failed, call

PROOF = {name: name for name in ("razorpay_order_id", "razorpay_payment_id", "razorpay_signature")}


@call("POST", "/payment/capturepayment", onto=("orders.capture",))
def capture(ask: Ask) -> Answer:
    """An order at the gateway, in the four places where branches look for it.

    Where there is nothing to pay, or nothing to buy any more, the checkout must not open: that is a failure with
    status 200, whose sentence they show.
    """
    try:
        made = ask.answer("orders.capture", {"courses": ask.given("courses")})
    except (AlreadyEnrolled, AlreadyBought) as refusal:
        raise _nothing_to_pay("Student is already enrolled", refusal.code) from refusal
    if made.data["orderId"] is None:
        raise _nothing_to_pay("You are enrolled.", "nothing_to_pay")
    amounts = {name: made.data[name] for name in ("amount", "currency", "orderId")}
    order = {"id": made.data["orderId"], **amounts, "key": made.data["key"]}
    return Answer(order, beside={**order, "message": order, "paymentResponse": order})


def _nothing_to_pay(sentence: str, code: str) -> Failed:
    return Failed(Answer(None, sentence, success=False, beside={"code": code}))


@call("POST", "/payment/verifypayment", "/payment/verifysignature", onto=("orders.verify",))
def verify(ask: Ask) -> Answer:
    """Enrol for a payment; which courses it was for, the order knows and the request does not say."""
    told = ask.answer("orders.verify", ask.fields(PROOF))
    return Answer(told.data, told.message or "The payment is verified.")


@call(
    "POST", "/payment/sendpaymentsuccessemail", "/payment/sendpaymentsuccessfullemail", onto=("orders.request_receipt",)
)
def send_receipt(ask: Ask) -> Answer:
    """The receipt of an order, which is asked for before its payment is verified: it comes by itself when it is."""
    try:
        ask.perform("orders.request_receipt", ask.fields({"orderId": "orderId"}))
    except NotPaid:
        return Answer(message="The receipt is mailed as soon as the order is paid.")
    return Answer(message="The receipt is mailed once, when the order is paid.")
