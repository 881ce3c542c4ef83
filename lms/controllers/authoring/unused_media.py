"""Removing from the media store what nothing refers to."""

from datetime import timedelta

from lms.jobs.authoring import media as jobs
from lms.models.authoring.media import media
from lms.models.base import Filter, now
from lms.models.transactions import transactional
from lms.services.authoring import cloudinary

UNREFERENCED_KEPT = timedelta(days=1)
"""Longer than an upload and the form that goes with it take."""


def sweep() -> None:
    """Remove what has been there for a day and is shown by nothing, such as uploads that were given up."""
    a_day_ago = {"$lte": now() - UNREFERENCED_KEPT}
    for medium in media.find({"state": "removing", "givenUpAt": a_day_ago}, {"_id": 1}):
        jobs.remove_asset.promise(medium["_id"])
    for public_id in media.unreferenced({"createdAt": a_day_ago}):
        discard(public_id, {"createdAt": a_day_ago})


@transactional
def discard(public_id: str, where: Filter | None = None) -> None:
    """Have a file removed, unless something refers to it; looked at once more with nothing moving meanwhile."""
    if media.unreferenced({**(where or {}), "_id": public_id}) and media.give_up(public_id):
        jobs.remove_asset.promise(public_id)


def remove_asset(public_id: str) -> None:
    """Remove a file from the store, and what we know of it once nothing more can arrive under its id.

    Until then an upload whose form still holds, or that was given up too early here, may finish after this; the sweep
    comes back for it. A file that is not on its way out stays.
    """
    if media.get({"_id": public_id, "state": {"$ne": "removing"}}, {"_id": 1}):
        return
    cloudinary.remove_asset(public_id)
    media.delete({"_id": public_id, "state": "removing", "createdAt": {"$lte": now() - UNREFERENCED_KEPT}})
