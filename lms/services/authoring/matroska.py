"""What a WebM or Matroska file (RFC 9559) says of its length, and where its last frame is when it says nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

EBML, SEGMENT, INFO, SCALE, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x2AD7B1, 0x1F43B675
TIMESTAMP, SIMPLE_BLOCK, BLOCK_GROUP, BLOCK, BLOCK_DURATION = 0xE7, 0xA3, 0xA0, 0xA1, 0x9B

CLUSTER_ID = CLUSTER.to_bytes(4)
NANOSECONDS = 10**9
DEFAULT_SCALE = 10**6
"""Nanoseconds a tick."""

HEAD_BYTES, STEP_BYTES, MOST_TAIL_BYTES = 256 * 1024, 2 * 1024**2, 64 * 1024**2
"""The last cluster begins near the end: timestamps in it are 16 bits wide, so it lasts at most 33 seconds."""

MOST_ELEMENTS, MOST_CANDIDATES = 20_000, 8
"""In a cluster, of which each holds one frame or less; and how often its id is met before it is one."""

Read = Callable[[int, int], bytes]
"""The bytes of a file from one place to before another."""


@dataclass(frozen=True)
class Element:
    """`end` is None where the size is not known (RFC 8794, section 6.2), as in what is written while it is recorded."""

    id: int
    start: int
    end: int | None


def is_cut_off(read: Read, size: int) -> bool:
    """Whether the file is shorter than it says; one that was recorded and does not say is whole."""
    segment = _segment(read(0, HEAD_BYTES))
    return segment is not None and segment.end is not None and segment.end > size


def seconds(read: Read, size: int) -> float:
    """When the last frame is shown; 0 where none is found."""
    head = read(0, HEAD_BYTES)
    segment = _segment(head)
    if segment is None:
        return 0
    ticks = next((tick for tick in _last_ticks(read, size) if tick is not None), 0)
    return ticks * _scale(head, segment) / NANOSECONDS


def _last_ticks(read: Read, size: int) -> Iterator[int | None]:
    """The last moments of what looks like clusters, from the end of the file backwards."""
    tail, known, candidates = b"", 0, 0
    while known < min(size, MOST_TAIL_BYTES):
        wanted = min(size, 2 * known or STEP_BYTES)
        tail = read(size - wanted, size - known) + tail
        place = tail.rfind(CLUSTER_ID, 0, len(tail) - known + len(CLUSTER_ID) - 1)
        known = wanted
        while place >= 0 and candidates < MOST_CANDIDATES:
            yield _last_tick(tail, place)
            candidates += 1
            place = tail.rfind(CLUSTER_ID, 0, place + len(CLUSTER_ID) - 1)


def _segment(head: bytes) -> Element | None:
    header = _element(head, 0)
    if header is None or header.id != EBML or header.end is None:
        return None
    segment = _element(head, header.end)
    return segment if segment and segment.id == SEGMENT else None


def _scale(head: bytes, segment: Element) -> int:
    for element in _children(head, segment):
        if element.id == INFO:
            scales = (_number(head, each) for each in _children(head, element) if each.id == SCALE)
            return next(scales, DEFAULT_SCALE)
    return DEFAULT_SCALE


def _last_tick(content: bytes, place: int) -> int | None:
    """The last moment in a cluster, in ticks; none when there is no cluster with a whole frame."""
    cluster = _element(content, place)
    begins, ticks = None, []
    for element in _children(content, cluster) if cluster else ():
        if element.id == TIMESTAMP:
            begins = _number(content, element)
        elif element.id == SIMPLE_BLOCK:
            ticks.append(_offset(content, element))
        elif element.id == BLOCK_GROUP:
            parts = {each.id: each for each in _children(content, element)}
            if BLOCK in parts:
                lasts = _number(content, parts[BLOCK_DURATION]) if BLOCK_DURATION in parts else 0
                ticks.append(_offset(content, parts[BLOCK]) + lasts)
    return None if begins is None or not ticks else begins + max(ticks)


def _offset(content: bytes, block: Element) -> int:
    """When the block's frame is shown, in ticks of its cluster; 16 bits after the number of the track."""
    _, place = _vint(content, block.start)
    return int.from_bytes(content[place : place + 2], signed=True)


def _number(content: bytes, element: Element) -> int:
    """An unsigned integer, which has at most eight bytes (RFC 8794, section 7.2)."""
    return int.from_bytes(content[element.start : element.end][:8])


def _children(content: bytes, parent: Element) -> Iterator[Element]:
    """The elements in another one that are all there; the last of a file may have been cut off."""
    end, place = min(parent.end or len(content), len(content)), parent.start
    for _ in range(MOST_ELEMENTS):
        element = _element(content, place) if place < end else None
        if element is None:
            return
        if element.end is None or element.end > end:
            return
        yield element
        place = element.end


def _element(content: bytes, place: int) -> Element | None:
    """What begins there: an id with its length bits, a size without (RFC 8794, sections 5 and 6)."""
    width = 9 - content[place].bit_length() if place < len(content) else 9
    if width > 4 or place + width >= len(content):
        return None
    size, start = _vint(content, place + width)
    if start == 0 or start > len(content):
        return None
    return Element(int.from_bytes(content[place : place + width]), start, None if size is None else start + size)


def _vint(content: bytes, place: int) -> tuple[int | None, int]:
    """A number and the place after it; no number where all its bits are set, place 0 where there is none."""
    width = 9 - content[place].bit_length() if place < len(content) else 9
    if width > 8:
        return None, 0
    mask = (1 << 7 * width) - 1
    value = int.from_bytes(content[place : place + width]) & mask
    return (None if value == mask else value), place + width
