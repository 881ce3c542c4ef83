"""What the gateway told, and what it has to be asked."""

from lms.controllers.payments import reconciliation, webhooks
from lms.machinery.registry import job
from lms.models.payments.payment_events import payment_events


@job(queue="default", about=payment_events)
def handle_event(event_id: str) -> None:
    """Act on one event of the gateway's."""
    webhooks.handle(event_id)


@job(queue="default", every="* * * * * */30")
def reconcile() -> None:
    """Ask about every unpaid order and pending refund that is due."""
    reconciliation.reconcile()
