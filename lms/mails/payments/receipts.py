"""What learners bought, and what went back to them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_mail import Message

from lms.mails.messages import render
from lms.models.accounts.users import User
from lms.models.payments.invoices import Invoice
from lms.models.payments.orders import Order
from lms.models.payments.refunds import Refund, named_lines
from lms.services.system.amounts import rupees


def receipt(buyer: User, order: Order, became: Sequence[Mapping[str, Any]], invoice: Invoice, pdf: bytes) -> Message:
    """What was paid for; `became` says of each line its `outcome`, and `why` where that is not enrolment."""
    lines = [(line["title"], rupees(line["amount"]), each) for line, each in zip(order["lines"], became, strict=True)]
    facts = {
        "user": buyer,
        "lines": [line[:2] for line in lines if line[2]["outcome"] == "enrolled"],
        "others": [line for line in lines if line[2]["outcome"] != "enrolled"],
        "total": rupees(order["amount"]),
        "number": invoice["number"],
    }
    message = render("receipt", buyer["email"], f"Your receipt {invoice['number']}", **facts)
    return _with(message, invoice, pdf)


def refunded(buyer: User, order: Order, refund: Refund, note: Invoice, pdf: bytes) -> Message:
    """What went back, and which courses ended with it: those named by staff, or all where all of it went back."""
    whole, named = order["state"] == "refunded", named_lines(refund) if refund["cause"] == "staff" else {}
    ended = [line["title"] for line in order["lines"] if whole or line["course"] in named]
    about = {"number": note["number"], "reason": refund["reason"], "ended": ended}
    facts = {"user": buyer, "amount": rupees(refund["amount"]), **about}
    return _with(render("refunded", buyer["email"], "Your refund is on its way", **facts), note, pdf)


def authorized(buyer: User, order: Order) -> Message:
    """A payment that a bank set aside and that was not captured."""
    facts = {"titles": [line["title"] for line in order["lines"]], "amount": rupees(order["amount"])}
    return render("payment_authorized", buyer["email"], "Your payment did not come through", user=buyer, **facts)


def declined(buyer: User, order: Order, refund: Refund | None, reason: str) -> Message:
    """A payment that staff did not accept; without a refund where the money had gone back already."""
    titles = [line["title"] for line in order["lines"]]
    facts = {"user": buyer, "titles": titles, "amount": rupees(refund["amount"]) if refund else "", "reason": reason}
    return render("payment_declined", buyer["email"], "Your payment goes back to you", **facts)


def _with(message: Message, invoice: Invoice, pdf: bytes) -> Message:
    message.attach(f"{invoice['number'].replace('/', '-')}.pdf", "application/pdf", pdf)
    return message
