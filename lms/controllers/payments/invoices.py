"""Fetching invoices and credit notes."""

import hmac

from bson import ObjectId

from lms.errors import InvoiceNotFound
from lms.jobs.payments import invoices as jobs
from lms.models.accounts.sessions import Caller
from lms.models.base import Filter
from lms.models.payments.invoices import invoices
from lms.services.accounts import tokens


def fetch(caller: Caller, invoice_id: ObjectId) -> tuple[str, bytes]:
    """The file name and the PDF of an invoice of the caller's; staff may fetch everyone's."""
    mine = {} if caller.role == "admin" else {"user": caller.id}
    return _file({"_id": invoice_id, **mine})


def fetch_any(invoice_id: ObjectId) -> tuple[str, bytes]:
    """The file name and the PDF of anybody's invoice, for staff."""
    return _file({"_id": invoice_id})


def _file(where: Filter) -> tuple[str, bytes]:
    invoice = invoices.get(where)
    if invoice is None:
        raise InvoiceNotFound
    return jobs.file_name(invoice), jobs.pdf_of(invoice)


def verify(number: str, code: str) -> dict[str, object]:
    """What the QR code of an invoice leads to: whether it is ours, of when and over how much; nobody's name."""
    right = hmac.compare_digest(tokens.invoice_code(number).encode(), code.encode())
    invoice = invoices.get({"number": number}) if right else None
    if invoice is None:
        raise InvoiceNotFound
    return {name: invoice[name] for name in ("number", "kind", "amount", "issuedAt")}
