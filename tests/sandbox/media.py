"""Real files to upload."""

import io
from pathlib import Path

from PIL import Image

from lms.sandbox.cloudinary import DEMO_VIDEO

MEGABYTE = 1024**2
VIDEO = DEMO_VIDEO.read_bytes()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><script>alert(1)</script></svg>'


def picture(format: str = "PNG", size: tuple[int, int] = (40, 30), colour: str = "red") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, format)
    return stream.getvalue()


def padded_video(size: int, filling: bytes = b"\0") -> bytes:
    """The demo video made `size` bytes long by a box that players skip (ISO 14496-12, section 8.1.2)."""
    padding = size - len(VIDEO)
    return VIDEO + padding.to_bytes(4, "big") + b"free" + filling * (padding - 8)


def large_video(folder: Path, filling: bytes = b"\0") -> Path:
    """One of 12 MB."""
    file = folder / "large.mp4"
    file.write_bytes(padded_video(12 * MEGABYTE, filling))
    return file
