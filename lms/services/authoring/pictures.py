"""Pictures from people: checked by decoding them, and written anew without what came along."""

import io
import threading
from collections.abc import Callable
from typing import IO

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.Image import Transpose

from lms.errors import NotAnImage, TooLarge, Unavailable
from lms.services.authoring import colours, jpeg

pillow_heif.register_heif_opener(thumbnails=False)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF")
MOST_PIXELS = 25_000_000
TOO_MANY_PIXELS = "A picture has at most 25 megapixels."

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


def signature(stream: IO[bytes]) -> bytes:
    """A hand's signature as a PNG, see-through where it is, within 600 by 200; raises NotAnImage or TooLarge."""

    def shrink(picture: Image.Image) -> Image.Image:
        return ImageOps.pad(picture.convert("RGBA"), (600, 200), color=(255, 255, 255, 0))

    return _written(stream, shrink, "PNG", optimize=True)


def _webp(stream: IO[bytes], resize: Callable[[Image.Image], Image.Image]) -> bytes:
    return _written(stream, resize, "WEBP", quality=82)


def _written(
    stream: IO[bytes], resize: Callable[[Image.Image], Image.Image], form: str, **options: int | bool
) -> bytes:
    output, content = io.BytesIO(), stream.read()
    if jpeg.takes_too_long(content):
        raise NotAnImage
    if not ONE_AT_A_TIME.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("Other pictures are being worked on. Try again in a moment.", retry_after=5)
    try:
        picture, profile = _decode(io.BytesIO(content))
        colours.to_srgb(resize(picture), profile).save(output, form, **options)
    finally:
        ONE_AT_A_TIME.release()
    return output.getvalue()


def _decode(stream: IO[bytes]) -> tuple[Image.Image, bytes | None]:
    """The picture, upright and in 8 bits, and the colour profile that came along."""
    try:
        with Image.open(stream, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise TooLarge(TOO_MANY_PIXELS)
            turn = TURNS.get(picture.getexif().get(ORIENTATION, 1))
            made = colours.in_eight_bits(picture)
            return (made.transpose(turn) if turn is not None else made), picture.info.get("icc_profile")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge(TOO_MANY_PIXELS) from error
    except (UnidentifiedImageError, OSError, EOFError, ValueError, SyntaxError, RuntimeError) as error:
        raise NotAnImage from error
