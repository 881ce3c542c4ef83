"""Videos that are not at our media store: what a lesson is made of whose video is at some address."""

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from lms.errors import EmbedRefused, VideoAddressRefused
from lms.extensions import current_settings
from lms.services.authoring import embeds

FILES = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv", ".ogv"})
PAGES = frozenset({*embeds.YOUTUBE, *embeds.VIMEO, "www.youtube-nocookie.com", "player.vimeo.com"})
"""Hosts of players: what is there is a page, and no video that a player of ours could be led to."""
LONGEST = 2000


def fields_for(url: str) -> dict[str, str]:
    """The fields of a lesson that shows what is at the address: `kind` and `videoUrl`, or `kind` and `embedUrl`.

    A page, on a host of players or one that EMBED_HOSTS names, is embedded; anything else is taken for a video. Raises
    VideoAddressRefused for what is no https address, and for a page that may not be embedded.
    """
    address = url.strip()
    host, path = _parts(address)
    if PurePosixPath(path).suffix.lower() in FILES and host not in PAGES:
        return {"kind": "video", "videoUrl": address}
    if host not in PAGES and host not in current_settings().embed_hosts:
        return {"kind": "video", "videoUrl": address}
    try:
        return {"kind": "embed", "embedUrl": embeds.address(address)}
    except EmbedRefused as refusal:
        raise VideoAddressRefused(refusal.sentence) from refusal


def _parts(address: str) -> tuple[str, str]:
    """Host and path; raises VideoAddressRefused for what a browser could not be led to safely."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise VideoAddressRefused from None
    odd = parts.username is not None or port == 0 or not address.isprintable() or " " in address
    if parts.scheme != "https" or not host or odd or len(address) > LONGEST:
        raise VideoAddressRefused
    return host, parts.path
