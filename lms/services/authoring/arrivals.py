"""What browsers have uploaded straight to the media store, by the store's own word."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cloudinary import api
from cloudinary.exceptions import NotFound

from lms.errors import FileMismatch, NotAVideo, Refusal
from lms.models.authoring.media import MediaKind
from lms.services.authoring import cloudinary, file_types, matroska, playing
from lms.services.authoring.cloudinary import Asset
from lms.services.authoring.playable import Moving, from_pixels, require_playable

MATROSKA = ("webm", "mkv")


@dataclass(frozen=True)
class Arrival:
    """What lies at the store, as what it was sent, and its tracks where the store names them."""

    kind: str
    asset: Asset
    moving: tuple[Moving, ...]
    sounds: tuple[str, ...]


def arrived(kind: MediaKind, public_id: str) -> Asset | None:
    """What a browser has uploaded under this id.

    Raises NotAVideo, NotAnImage or FileMismatch when it is something else, and UnplayableVideo when the store names a
    codec that browsers do not all play.
    """
    found = _find(kind, public_id)
    if found is None:
        return None
    asset = found.asset
    if found.kind != cloudinary.RESOURCE_TYPES[kind]:
        raise cloudinary.LIES[kind]
    if kind == "file":
        return _looked_into(asset, public_id)
    if asset.format not in cloudinary.FORMATS[kind].split(","):
        raise cloudinary.LIES[kind]
    if kind == "video":
        require_playable(asset.format, found.moving, found.sounds)
    if asset.format in MATROSKA and not asset.duration:
        reader = _reader(lambda: playing.playback_url(public_id, asset.format), NotAVideo)
        return replace(asset, duration=matroska.seconds(reader, asset.bytes))
    return asset


def _looked_into(asset: Asset, public_id: str) -> Asset:
    """A file whose content agrees with the extension that its place was promised for."""
    extension = public_id.rpartition(".")[2]
    reader = _reader(lambda: cloudinary.file_address(public_id), FileMismatch)
    content = file_types.require_agreement(extension, reader, asset.bytes)
    return replace(asset, format=extension, sha256=hashlib.sha256(content).hexdigest() if content else None)


def is_there(kind: MediaKind, public_id: str) -> bool:
    """Whether a browser has uploaded anything under this id."""
    return _find(kind, public_id) is not None


def _find(kind: MediaKind, public_id: str) -> Arrival | None:
    """The store's word on what has arrived under this id, which a browser may have sent as another kind."""
    for arrived_as in dict.fromkeys((cloudinary.RESOURCE_TYPES[kind], *cloudinary.ARRIVE_AS)):
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
    """A sound, which the store keeps among the videos, has the format of none; codecs are in the words of ffprobe."""
    asset = cloudinary.asset_of(found)
    video, audio = found.get("video") or {}, found.get("audio") or {}
    names = [str(video.get(name) or "") for name in ("codec", "profile", "pix_format")]
    return Arrival(
        kind,
        replace(asset, format="") if found.get("is_audio") else asset,
        (from_pixels(*names),) if names[0] else (),
        (str(audio["codec"]),) if audio.get("codec") else (),
    )


def _reader(address: Callable[[], str], lie: type[Refusal]) -> Callable[[int, int], bytes]:
    """Reads some bytes of what has arrived."""

    def read(start: int, end: int) -> bytes:
        content: bytes = cloudinary.ask(lambda: cloudinary.read(address(), start, end), lie)
        return content

    return read
