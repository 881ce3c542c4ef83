"""What browsers have uploaded straight to the media store, by the store's own word."""

from dataclasses import dataclass, replace
from typing import Any

from cloudinary import api
from cloudinary.exceptions import NotFound

from lms.models.authoring.media import MediaKind
from lms.services.authoring import cloudinary
from lms.services.authoring.cloudinary import Asset


@dataclass(frozen=True)
class Arrival:
    """What lies at the store, and as what it was sent."""

    kind: str
    asset: Asset


def arrived(kind: MediaKind, public_id: str) -> Asset | None:
    """What a browser has uploaded under this id; raises NotAVideo or NotAnImage when it is something else."""
    found = _find(kind, public_id)
    if found is None:
        return None
    asset = found.asset
    if found.kind != kind or asset.format not in cloudinary.FORMATS[kind].split(","):
        raise cloudinary.LIES[kind]
    return asset


def _find(kind: MediaKind, public_id: str) -> Arrival | None:
    """The store's word on what has arrived under this id, which a browser may have sent as another kind."""
    for arrived_as in dict.fromkeys((kind, *cloudinary.ARRIVE_AS)):
        options = {"resource_type": arrived_as, "type": "authenticated", "media_metadata": True}
        options |= {"timeout": cloudinary.TIMEOUT, **cloudinary.account()}
        try:
            found: Arrival = cloudinary.ask(
                lambda: _described(arrived_as, api.resource(public_id, **options)),  # noqa: B023
                cloudinary.LIES[kind],
            )
        except NotFound:
            continue
        return found
    return None


def _described(kind: str, found: dict[str, Any]) -> Arrival:
    """A sound, which the store keeps among the videos, has the format of none."""
    asset = cloudinary.asset_of(found)
    return Arrival(kind, replace(asset, format="") if found.get("is_audio") else asset)
