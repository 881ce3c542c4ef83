"""Removing from the media store what nothing refers to."""

from datetime import timedelta

from lms.jobs.outbox import promise
from lms.models.base import now, transactional
from lms.models.media import media
from lms.services import cloudinary

UNREFERENCED_KEPT = timedelta(days=1)
"""Longer than an upload and the form that goes with it take."""


def sweep() -> None:
    """Remove what has been there for a day and is shown by nothing, such as uploads that were given up."""
    for public_id in media.unreferenced({"createdAt": {"$lte": now() - UNREFERENCED_KEPT}}):
        discard(public_id)


@transactional
def discard(public_id: str) -> None:
    """Have a file removed, unless something refers to it; looked at once more with nothing moving meanwhile."""
    if media.unreferenced({"_id": public_id}) and media.give_up(public_id):
        promise(remove, public_id, queue="default")


def remove(public_id: str) -> None:
    """Remove a file from the store, and then what we know of it."""
    cloudinary.remove(public_id)
    media.delete({"_id": public_id})
