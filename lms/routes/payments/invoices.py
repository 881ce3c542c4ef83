"""/payments/invoices: invoices and credit notes."""

from typing import Any

from bson import ObjectId

from lms.controllers.payments import invoices
from lms.errors import InvoiceNotFound
from lms.http.api import Api
from lms.middlewares.auth import anyone, user
from lms.models.accounts.sessions import Caller
from lms.results import File
from lms.schemas.payments.orders import InvoiceNumberQuery, VerifiedInvoiceOut

api = Api("invoices", "/payments", tag="payments")


@api.get("/invoices/<id:invoice_id>", allow=user, refusals=(InvoiceNotFound,), media_type="application/pdf")
def fetch(caller: Caller, invoice_id: ObjectId) -> Any:
    """The PDF of an invoice or a credit note, for its buyer and for staff."""
    name, content = invoices.fetch(caller, invoice_id)
    return File(name, "application/pdf", content)


@api.get("/verifyInvoice", allow=anyone, returns=VerifiedInvoiceOut, refusals=(InvoiceNotFound,))
def verify(query: InvoiceNumberQuery) -> Any:
    """Whether an invoice with this number is ours, of when and over how much: what its QR code leads to."""
    return invoices.verify(query.number, query.code)
