"""Handing out videos that are kept at the media store: some bytes at a time, or an address that is good for seconds."""

import hashlib
import re
import threading
import time

import urllib3

from lms.errors import RangeNotSatisfiable, Unavailable
from lms.extensions import current_settings
from lms.results import Part
from lms.services.authoring import cloudinary

PART_BYTES = 2 * 1024 * 1024
"""What a player is given at a time: some seconds of a lesson, held in memory."""

PLAYING = threading.BoundedSemaphore(6)
"""How many parts a process fetches at a time; more players wait their turn."""

WAIT_SECONDS = 2

WHOLE = (200, 301, 302, 303, 307, 308)
"""How a store answers that knows no ranges, or that leads on to a server that may."""

CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)", re.ASCII)

MEDIA_TYPES = {"mp4": "video/mp4", "mov": "video/mp4", "webm": "video/webm", "mkv": "video/x-matroska"}
"""A QuickTime film is called an MP4, of which it is the elder sister: not all browsers play it under its own name."""


def playback_url(public_id: str, extension: str = "mp4") -> str:
    """An address at which the store hands out this one video, for some seconds."""
    expires_at = int(time.time()) + current_settings().playback_seconds
    return cloudinary.signed_address(public_id, extension, "video", expires_at)


def video_part(public_id: str, extension: str, wanted: range) -> Part | None:
    """The first of the bytes that are wanted; none when the store hands out nothing but the whole video.

    Raises RangeNotSatisfiable, and Unavailable when the store does not answer.
    """
    if not PLAYING.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("The media store is busy. Try again in a moment.", retry_after=5)
    try:
        part: Part | None = cloudinary.answered(lambda: _part(public_id, extension, wanted[:PART_BYTES]), Unavailable)
        return part
    finally:
        PLAYING.release()


def _part(public_id: str, extension: str, wanted: range) -> Part | None:
    headers = {"Range": f"bytes={wanted.start}-{wanted.stop - 1}"}
    address = playback_url(public_id, extension)
    answer = cloudinary.http.request("GET", address, headers=headers, timeout=cloudinary.TIMEOUT, preload_content=False)
    try:
        if answer.status == 416:
            raise RangeNotSatisfiable
        if answer.status in WHOLE:
            return None
        handed_out = CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if answer.status != 206 or handed_out is None or int(handed_out[1]) != wanted.start:
            raise urllib3.exceptions.HTTPError(f"status {answer.status}")
        content = answer.read(PART_BYTES)
        return Part(content, wanted.start, int(handed_out[2]), MEDIA_TYPES[extension], _tag(public_id))
    finally:
        answer.close()


def _tag(public_id: str) -> str:
    return hashlib.sha256(public_id.encode()).hexdigest()[:32]
