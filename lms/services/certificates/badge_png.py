"""Badges as pictures that carry the signed credential ("baked", Open Badges 3.0, section 5.3)."""

import struct
import zlib

from lms.services.system import paper

TEMPLATE = "badge.typ"
KEYWORD = b"openbadgecredential"
HEADER_BYTES = 33
"""The signature of a PNG and its first chunk, `IHDR`."""
PIXELS_AN_INCH = 144


def draw(course: str, school: str, colour: str, credential: bytes) -> bytes:
    """The badge as a PNG of 560 by 560, see-through around it."""
    facts = {"course": course, "school": school, "colour": colour}
    return _baked(paper.pictured(TEMPLATE, facts, PIXELS_AN_INCH), credential)


def _baked(png: bytes, credential: bytes) -> bytes:
    """The picture with the credential as international text (`iTXt`), right behind its header."""
    content = b"iTXt" + KEYWORD + b"\0\0\0\0\0" + credential
    chunk = struct.pack(">L", len(content) - 4) + content + struct.pack(">L", zlib.crc32(content))
    return png[:HEADER_BYTES] + chunk + png[HEADER_BYTES:]
