"""Pictures from people: checked by decoding them, and written anew without what came along."""

import io
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from lms.errors import NotAnImage, TooLarge

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 25_000_000


def square(stream: IO[bytes], pixels: int) -> bytes:
    """The middle of a picture as a WebP of `pixels` by `pixels`; raises NotAnImage or TooLarge."""
    picture = _decode(stream)
    output = io.BytesIO()
    ImageOps.fit(picture, (pixels, pixels)).save(output, "WEBP", quality=82)
    return output.getvalue()


def _decode(stream: IO[bytes]) -> Image.Image:
    try:
        with Image.open(stream, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise TooLarge("A picture has at most 25 megapixels.")
            return ImageOps.exif_transpose(picture).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAnImage from error
