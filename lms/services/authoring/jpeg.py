"""How long a JPEG would take to decode, read from its markers alone."""

import re

START, END, START_OF_SCAN, ALONE = b"\xff\xd8", 0xD9, 0xDA, (0x01, 0xD8)
"""Markers (ITU-T T.81, table B.1); those that stand alone have no length after them."""

MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""Neither a stuffed byte nor filling nor a restart inside a scan."""

MOST_SCANS, MOST_MARKERS, MOST_FILLING = 100, 10_000, 10_000
"""A JPEG is decoded once for each of its scans, of which cameras and editors write ten or so.

Pillow goes through what fills the room between two markers byte by byte.
"""


def takes_too_long(content: bytes) -> bool:
    """Whether this is a JPEG of too many scans; what follows its end, such as a phone's short film, has none."""
    if not content.startswith(START):
        return False
    scans, place, kind = 0, len(START), 0
    for _ in range(MOST_MARKERS):
        found = MARKER.search(content, place)
        if kind != START_OF_SCAN and (found.start() if found else len(content)) - place > MOST_FILLING:
            return True
        if found is None or content[found.end() - 1] == END:
            return scans > MOST_SCANS
        kind, place = content[found.end() - 1], found.end()
        scans += kind == START_OF_SCAN
        place += 0 if kind in ALONE else int.from_bytes(content[place : place + 2])
    return True
