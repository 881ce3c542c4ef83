"""Removing from the media store what nothing refers to."""

from lms.controllers.authoring import unused_media
from lms.machinery.registry import job
from lms.models.authoring.media import media


@job(queue="default", every="45 3 * * *")
def sweep() -> None:
    """Remove what has been there for a day and is shown by nothing, such as uploads that were given up."""
    unused_media.sweep()


@job(queue="default", about=media)
def remove_asset(public_id: str) -> None:
    """Remove a file from the store."""
    unused_media.remove_asset(public_id)
