"""Drawing invoices."""

from bson import ObjectId

from lms.controllers.payments import invoices as controller
from lms.machinery.registry import job
from lms.models.payments.invoices import invoices


@job(queue="default", about=invoices)
def draw(invoice_id: ObjectId) -> None:
    """Keep the PDF of an invoice as it is drawn now."""
    controller.draw(invoice_id)
