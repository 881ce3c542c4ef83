"""Keeping the rollups."""

from lms.controllers.analytics import rollups as controller


def refresh() -> None:
    """Have the days counted again that changed since the last time, and the two newest anyway."""
    controller.refresh()


def recount_all() -> None:
    """Have every day counted again of which there are still raw documents."""
    controller.recount_all()


def recount(*days: str) -> None:
    """Count these days (such as `2026-11-21`) again, and their weeks and months with them."""
    controller.recount(days)
