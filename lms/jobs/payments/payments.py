"""What the gateway told, and what it has to be asked."""

from lms.controllers.payments import reconciliation, webhooks


def handle_event(event_id: str) -> None:
    """Act on one event of the gateway's."""
    webhooks.handle(event_id)


def reconcile() -> None:
    """Ask about every unpaid order and pending refund that is due."""
    reconciliation.reconcile()
