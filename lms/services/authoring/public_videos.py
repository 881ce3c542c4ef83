"""Videos at our own account of the media store that anybody can watch: finding them by their addresses, ending that."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from cloudinary import api, uploader
from cloudinary.exceptions import NotFound

from lms.errors import NotAVideo, VideoGone
from lms.services.authoring import cloudinary
from lms.services.authoring.cloudinary import Asset

DELIVERED = re.compile(r"/video/(?:upload|authenticated)/(.+)")
VERSION = re.compile(r"v\d+", re.ASCII)
TRANSFORMATION = re.compile(r"s--[\w-]+--|(?:[a-z]{1,3}|\$\w+)_[^/]+", re.ASCII)
"""Of a part before the id of an address without a version: a signature, or changes such as `w_640,h_360`."""
EXTENSION = re.compile(r"\.[A-Za-z0-9]{2,4}$", re.ASCII)


def public_id_of(address: str) -> str | None:
    """The public id of a video at our account, public or signed for ever; none for any other address.

    Paths are `<cloud>/video/upload/[changes/][v<version>/]<id>.<extension>` (Cloudinary, "Transformation URL syntax").
    """
    host, path = cloudinary.delivery()
    parts = urlsplit(address)
    found = DELIVERED.fullmatch(parts.path.removeprefix(path))
    if f"{parts.scheme}://{parts.netloc}" != host or not parts.path.startswith(f"{path}/") or found is None:
        return None
    return unquote(EXTENSION.sub("", "/".join(_named(found[1].split("/")))))


def _named(parts: list[str]) -> list[str]:
    """The parts that the id is made of."""
    versions = [place for place, part in enumerate(parts[:-1]) if VERSION.fullmatch(part)]
    if versions:
        return parts[versions[0] + 1 :]
    begin = next((place for place, part in enumerate(parts[:-1]) if not TRANSFORMATION.fullmatch(part)), len(parts) - 1)
    return parts[begin:]


def look(public_id: str) -> tuple[Asset, bool]:
    """The video, and whether it is public still; raises VideoGone, NotAVideo for what our player cannot play."""
    for delivery in ("upload", "authenticated"):
        options = {"resource_type": "video", "type": delivery, "media_metadata": True, "timeout": cloudinary.TIMEOUT}
        try:
            found: dict[str, Any] = cloudinary.ask(
                lambda: api.resource(public_id, **options, **cloudinary.account()),  # noqa: B023
                NotAVideo,
            )
        except NotFound:
            continue
        asset = cloudinary.asset_of(found)
        if asset.format not in cloudinary.FORMATS["video"].split(","):
            raise NotAVideo(f"It is kept as {asset.format or 'a sound'}, which players do not play.")
        return asset, delivery == "upload"
    raise VideoGone


def protect(public_id: str) -> Asset:
    """Have the video played at signed addresses alone from now on, its public one ended; safe to run twice."""
    asset, public = look(public_id)
    if public:
        options = {"resource_type": "video", "type": "upload", "to_type": "authenticated", "invalidate": True}
        sent = {"timeout": cloudinary.TIMEOUT, **options, **cloudinary.account()}
        try:
            cloudinary.ask(lambda: uploader.rename(public_id, public_id, **sent), NotAVideo)
        except NotFound:
            return look(public_id)[0]
    return asset
