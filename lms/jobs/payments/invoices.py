"""Drawing invoices."""

from bson import ObjectId

from lms.controllers.payments import invoices as controller


def draw(invoice_id: str) -> None:
    """Keep the PDF of an invoice as it is drawn now."""
    controller.draw(ObjectId(invoice_id))
