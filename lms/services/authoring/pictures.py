"""Pictures from people: checked by decoding them, and written anew without what came along."""

import io
import threading
from collections.abc import Callable
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.Image import Transpose

from lms.errors import NotAnImage, TooLarge, Unavailable

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 25_000_000
TOO_MANY_PIXELS = "A picture has at most 25 megapixels."

JPEG, START_OF_SCAN, MOST_SCANS = b"\xff\xd8", b"\xff\xda", 100
"""A JPEG is decoded once for each of its scans, of which cameras and editors write ten or so."""

WAIT_SECONDS = 5

ONE_AT_A_TIME = threading.Lock()
"""A large picture takes hundreds of megabytes while it is decoded."""

ORIENTATION = 0x0112
TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""What puts a picture upright, by its Exif orientation; Pillow's own way writes all Exif anew and fails on odd tags."""


def square(stream: IO[bytes], pixels: int) -> bytes:
    """The middle of a picture as a WebP of `pixels` by `pixels`; raises NotAnImage or TooLarge."""
    return _webp(stream, lambda picture: ImageOps.fit(picture, (pixels, pixels)))


def within(stream: IO[bytes], width: int, height: int) -> bytes:
    """A whole picture as a WebP, made smaller if it does not fit the box; raises NotAnImage or TooLarge."""

    def shrink(picture: Image.Image) -> Image.Image:
        picture.thumbnail((width, height))
        return picture

    return _webp(stream, shrink)


def _webp(stream: IO[bytes], resize: Callable[[Image.Image], Image.Image]) -> bytes:
    output, content = io.BytesIO(), stream.read()
    if content.startswith(JPEG) and content.count(START_OF_SCAN) > MOST_SCANS:
        raise NotAnImage
    if not ONE_AT_A_TIME.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("Other pictures are being worked on. Try again in a moment.", retry_after=5)
    try:
        resize(_decode(io.BytesIO(content))).save(output, "WEBP", quality=82)
    finally:
        ONE_AT_A_TIME.release()
    return output.getvalue()


def _decode(stream: IO[bytes]) -> Image.Image:
    try:
        with Image.open(stream, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise TooLarge(TOO_MANY_PIXELS)
            return _upright(picture).convert("RGBA")
    except Image.DecompressionBombError as error:
        raise TooLarge(TOO_MANY_PIXELS) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotAnImage from error


def _upright(picture: Image.Image) -> Image.Image:
    turn = TURNS.get(picture.getexif().get(ORIENTATION, 1))
    return picture.transpose(turn) if turn is not None else picture
