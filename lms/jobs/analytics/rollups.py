"""Keeping the rollups: what changed every few minutes, and at night everything that can still be counted."""

from lms.controllers.analytics import rollups as controller
from lms.machinery.registry import job


@job(queue="default", every="*/5 * * * *")
def refresh() -> None:
    """Have the days counted again that changed since the last time, and the two newest anyway."""
    controller.refresh()


@job(queue="default", every="15 4 * * *")
def recount_all() -> None:
    """Have every day counted again of which there are still raw documents."""
    controller.recount_all()


@job(queue="default")
def recount(*days: str) -> None:
    """Count these days (such as `2026-11-21`) again, and their weeks and months with them."""
    controller.recount(days)
