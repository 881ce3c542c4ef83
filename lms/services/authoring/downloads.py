"""Fetching videos from other servers, a piece at a time."""

import ipaddress
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import IO
from urllib.parse import urljoin

import urllib3
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.util import parse_url

from lms.errors import TooLarge, VideoUnreachable
from lms.extensions import current_settings

TIMEOUT = urllib3.Timeout(connect=10, read=30)
MOST_SECONDS = 2 * 60 * 60
MOST_REDIRECTS = 3
PIECE = 1024**2

UNICAST = ipaddress.ip_network("2000::/3")
"""What of IPv6 is the internet (RFC 4291, section 2.4): addresses in which one of IPv4 hides are mostly not."""

http = urllib3.PoolManager(retries=False)


class _PublicConnection(HTTPSConnection):
    """Looks at who was reached before anything is said: a name may lead elsewhere a moment after it was looked up."""

    def _new_conn(self) -> socket.socket:
        reached = super()._new_conn()
        if current_settings().production and not _is_public(reached.getpeername()[0]):
            reached.close()
            raise VideoUnreachable(NOT_PUBLIC)
        return reached


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


http.pool_classes_by_scheme = {**http.pool_classes_by_scheme, "https": _PublicPool}
NOT_PUBLIC = "Its server is not on the internet."


def fetch(address: str, file: IO[bytes], most_bytes: int) -> int:
    """Write what is at the address to the file; how many bytes that was.

    Raises TooLarge, before anything is fetched where the server says so, and VideoUnreachable.
    """
    until, size = time.monotonic() + MOST_SECONDS, 0
    with _answering(address, most_bytes) as answer:
        for piece in answer.stream(PIECE, decode_content=False):
            size += len(piece)
            if size > most_bytes:
                raise TooLarge.beyond(most_bytes)
            if time.monotonic() > until:
                raise VideoUnreachable("Its server hands it out too slowly.")
            file.write(piece)
    file.flush()
    return size


def size_of(address: str, most_bytes: int) -> int | None:
    """How many bytes the server says there are at the address, asked for one of them; none where it does not say."""
    with _answering(address, most_bytes, {"Range": "bytes=0-0"}) as answer:
        answer.read(1)
        return _stated(answer)


@contextmanager
def _answering(
    address: str, most_bytes: int, headers: Mapping[str, str] = MappingProxyType({})
) -> Iterator[urllib3.BaseHTTPResponse]:
    """The answer whose body is what was asked for."""
    try:
        answer = _asked(address, {"Accept-Encoding": "identity", **headers})
        try:
            if answer.status not in (200, 206):
                raise VideoUnreachable(f"Its server answers {answer.status}.")
            if (_stated(answer) or 0) > most_bytes:
                raise TooLarge.beyond(most_bytes)
            yield answer
        finally:
            answer.close()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise VideoUnreachable(f"Its server does not hand it out ({type(error).__name__}).") from error


def _asked(address: str, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
    for _ in range(MOST_REDIRECTS + 1):
        _require_public(address)
        answer = http.request("GET", address, headers=headers, timeout=TIMEOUT, redirect=False, preload_content=False)
        onward = answer.get_redirect_location()
        if not onward:
            return answer
        answer.close()
        address = urljoin(address, onward)
    raise VideoUnreachable("Its server leads on and on.")


def _require_public(address: str) -> None:
    """Raise VideoUnreachable for what is not on the internet: a database from elsewhere must not say whom we ask."""
    if not current_settings().production:
        return
    parts = parse_url(address)  # as who connects reads it: parsers disagree on where a host ends
    if parts.scheme != "https" or not parts.host:
        raise VideoUnreachable("Its address is no https address.")
    found = socket.getaddrinfo(parts.host.strip("[]"), parts.port or 443, type=socket.SOCK_STREAM)
    if not all(_is_public(each[4][0]) for each in found):
        raise VideoUnreachable(NOT_PUBLIC)


def _is_public(address: str | int) -> bool:
    found = ipaddress.ip_address(address)
    hidden = isinstance(found, ipaddress.IPv6Address) and (found not in UNICAST or found.sixtofour is not None)
    return found.is_global and not found.is_multicast and not hidden


def _stated(answer: urllib3.BaseHTTPResponse) -> int | None:
    """How many bytes there are in all."""
    of_part = answer.headers.get("Content-Range", "").rpartition("/")[2]
    length = of_part if answer.status == 206 else answer.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdecimal() else None
