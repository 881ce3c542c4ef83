"""Pictures of every depth and colour space as 8-bit sRGB with their transparency, which is what browsers show."""

import io

from PIL import Image, ImageCms, ImageMath
from PIL.ImageCms import ImageCmsProfile, PyCMSError

SRGB = ImageCmsProfile(ImageCms.createProfile("sRGB"))

SIXTEEN_BITS = ("I", "I;16", "I;16B", "I;16L", "I;16N")
TO_EIGHT_BITS = 255 / 65535

SPACES = {"RGB": ("RGB", "RGBA", "L", "LA"), "GRAY": ("L", "LA"), "CMYK": ("CMYK",)}
"""By a profile's colour space (ICC.1, table 19) the modes of pictures that it can be about, its own first."""


def in_eight_bits(picture: Image.Image) -> Image.Image:
    """The decoded picture in a mode that can be made smaller: L, LA, RGB, RGBA or CMYK."""
    if picture.mode in SIXTEEN_BITS:
        return _tones(picture)
    if picture.mode in ("LA", "CMYK"):
        return picture.copy()
    if picture.mode in ("1", "L") and not picture.has_transparency_data:
        return picture.convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _tones(picture: Image.Image) -> Image.Image:
    """A picture of 65,536 greys in 256; one of them may stand for what is transparent (PNG, section 11.3.1.1)."""
    deep, clear = picture.convert("I"), picture.info.get("transparency")
    made = deep.point(lambda tone: tone * TO_EIGHT_BITS).convert("L")
    if isinstance(clear, int):
        made.putalpha(ImageMath.lambda_eval(lambda given: given["convert"]((given["it"] != clear) * 255, "L"), it=deep))
    return made


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB; a profile that cannot be read or is about another kind of picture is none."""
    made = _converted(picture, profile) if profile else None
    if made is None:
        return picture.convert("RGBA")
    if "A" in picture.getbands():
        made.putalpha(picture.getchannel("A"))
    return made.convert("RGBA")


def _converted(picture: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        source = ImageCmsProfile(io.BytesIO(profile))
        modes = SPACES.get(source.profile.xcolor_space.strip(), ())
        if picture.mode not in modes:
            return None
        return ImageCms.profileToProfile(picture.convert(modes[0]), source, SRGB, outputMode="RGB")
    except (PyCMSError, OSError):
        return None
