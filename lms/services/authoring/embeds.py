"""Pages of others that may be shown in a frame: which hosts, and at which address of theirs."""

import re
from urllib.parse import parse_qs, urlsplit

from lms.errors import EmbedRefused
from lms.extensions import current_settings

YOUTUBE = ("youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be")
YOUTUBE_ID = re.compile(r"[\w-]{11}", re.ASCII)
VIMEO = ("vimeo.com", "www.vimeo.com")


def address(url: str) -> str:
    """The page's address for a frame: of a video on YouTube or Vimeo that of its player, which sets no cookies there.

    Raises EmbedRefused for what is no https address, and for a host that `EMBED_HOSTS` does not name.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise EmbedRefused from None
    if parts.scheme != "https" or parts.username is not None or port not in (None, 443) or not host:
        raise EmbedRefused
    player = _youtube(parts.path, parts.query, host) or _vimeo(parts.path, host)
    found = player or url
    if urlsplit(found).hostname not in current_settings().embed_hosts:
        hosts = ", ".join(current_settings().embed_hosts)
        asked = f"Send the address of one video, or of a page of {hosts}" if host in (*YOUTUBE, *VIMEO) else ""
        raise EmbedRefused(f"{asked or f'Pages of {host} cannot be embedded here, but those of {hosts}'}.")
    return found


def _youtube(path: str, query: str, host: str) -> str | None:
    """https://developers.google.com/youtube/player_parameters names the player's address."""
    if host not in YOUTUBE:
        return None
    named = parse_qs(query).get("v", [""])[0] if path == "/watch" else path.rpartition("/")[2]
    return f"https://www.youtube-nocookie.com/embed/{named}" if YOUTUBE_ID.fullmatch(named) else None


def _vimeo(path: str, host: str) -> str | None:
    """https://developer.vimeo.com/player/sdk/embed : `dnt` keeps the player from tracking."""
    number = path.strip("/")
    return f"https://player.vimeo.com/video/{number}?dnt=1" if host in VIMEO and number.isdecimal() else None
