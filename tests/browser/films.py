"""Films for lessons: the sample, and one as large as those of real lessons."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path

SAMPLE = Path(__file__).parent.parent / "samples" / "lesson.mp4"
"""30 seconds that count themselves: H.264 (baseline) and AAC, the index first, a key frame every second."""

HOLE = 13_000_000


def large_film(folder: Path) -> Path:
    """The sample with a hole before its second and its last third, which nobody plays but everybody sends.

    Chromium reads ten seconds and 2 MB ahead, and so has to ask the server anew to get to the far side of a hole.
    """
    film = SAMPLE.read_bytes()
    tables = dict(_chunk_tables(film))
    pictures = next(iter(tables.values()))
    cuts = [pictures[len(pictures) * third // 3] for third in (1, 2)]
    made, data = bytearray(film), film.index(b"mdat") - 4
    for place, offsets in tables.items():
        moved = [offset + HOLE * sum(offset >= cut for cut in cuts) for offset in offsets]
        struct.pack_into(f">{len(moved)}I", made, place, *moved)
    struct.pack_into(">I", made, data, len(film) - data + HOLE * len(cuts))
    for cut in reversed(cuts):
        made[cut:cut] = bytes(HOLE)
    file = folder / "large.mp4"
    file.write_bytes(made)
    return file


def _chunk_tables(film: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Where each track lists the offsets of its chunks, and those (ISO 14496-12, section 8.7.5); pictures first."""
    for box in re.finditer(b"stco", film[: film.index(b"mdat")]):
        (count,) = struct.unpack_from(">I", film, box.end() + 4)
        yield box.end() + 8, struct.unpack_from(f">{count}I", film, box.end() + 8)
