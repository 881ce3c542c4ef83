"""Whether an MP4 or QuickTime file (ISO 14496-12) has all that its boxes and its index say is there."""

from collections.abc import Iterator
from dataclasses import dataclass

from lms.services.authoring.matroska import Read

CONTENT = (b"moov", b"moof", b"mdat")
WAY_TO_THE_INDEX = (b"trak", b"mdia", b"minf", b"stbl")
OFFSET_BYTES = {b"stco": 4, b"co64": 8}
"""How wide the offsets of a track's chunks are (section 8.7.5)."""

MOST_BOXES, MOST_INDEX_BYTES = 50_000, 32 * 1024**2


@dataclass(frozen=True)
class Box:
    """`end` may lie beyond what it is in; None where the box goes on to the end of the file."""

    kind: bytes
    start: int
    end: int | None


def is_cut_off(read: Read, size: int) -> bool:
    """Whether one of the boxes that play ends after the file, or the index knows of pieces that begin after it.

    What follows the last of them, such as what a tool has appended, may be anything.
    """
    for box in _boxes(read, 0, size):
        if box.kind in CONTENT and box.end is not None and box.end > size:
            return True
        if box.kind == b"moov" and box.end is not None and box.end - box.start <= MOST_INDEX_BYTES:
            index = read(box.start, box.end)
            if any(offset >= size for offset in _last_chunks(index)):
                return True
    return False


def _last_chunks(moov: bytes) -> Iterator[int]:
    """Where the last chunk of each track begins."""

    def read(start: int, end: int) -> bytes:
        return moov[start:end]

    waiting, seen = [Box(b"moov", 0, len(moov))], 0
    while waiting and seen < MOST_BOXES:
        parent = waiting.pop()
        for box in _boxes(read, parent.start, min(parent.end or len(moov), len(moov))):
            seen += 1
            if box.kind in WAY_TO_THE_INDEX:
                waiting.append(box)
            elif (width := OFFSET_BYTES.get(box.kind)) and box.end is not None:
                yield int.from_bytes(moov[box.end - width : box.end]) if box.end - box.start > 8 else 0


def _boxes(read: Read, start: int, end: int) -> Iterator[Box]:
    """The boxes side by side from one place to another (section 4.2)."""
    for _ in range(MOST_BOXES):
        head = read(start, start + 16) if start + 8 <= end else b""
        if len(head) < 8:
            return
        size, header = int.from_bytes(head[:4]), 8
        if size == 1:
            size, header = int.from_bytes(head[8:16]), 16
        if size == 0:
            yield Box(head[4:8], start + header, None)
            return
        if size < header:
            return
        yield Box(head[4:8], start + header, start + size)
        start += size
