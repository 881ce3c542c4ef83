import io
import struct
import zlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from lms.errors import NotAnImage, TooLarge
from lms.services.authoring import pictures


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def plain(mode: str = "RGB", size: tuple[int, int] = (30, 20), color: Any = None) -> Image.Image:
    return Image.new(mode, size, color if color is not None else 1)


def squared(content: bytes, pixels: int = 16) -> Image.Image:
    made = pictures.square(io.BytesIO(content), pixels)
    picture = Image.open(io.BytesIO(made))
    picture.load()
    assert (picture.format, picture.size) == ("WEBP", (pixels, pixels))
    return picture


def fitted(content: bytes, width: int, height: int) -> Image.Image:
    picture = Image.open(io.BytesIO(pictures.within(io.BytesIO(content), width, height)))
    picture.load()
    assert picture.format == "WEBP"
    return picture


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose header promises more than its data holds."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_every_allowed_format_becomes_a_square_webp(kind: str) -> None:
    squared(encoded(plain(), kind))


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", mode) for mode in ("1", "L", "LA", "P", "RGBA", "I;16")] + [("JPEG", "CMYK")]
)
def test_every_colour_mode_is_understood(kind: str, mode: str) -> None:
    squared(encoded(Image.new(mode, (30, 20)), kind))


def test_it_is_the_middle_of_the_picture() -> None:
    wide = plain(size=(90, 30), color="red")
    wide.paste("blue", (30, 0, 60, 30))
    red, green, blue = squared(encoded(wide)).convert("RGB").getpixel((8, 8))
    assert blue > 200 > 60 > red
    assert green < 60


def test_small_pictures_grow_and_single_pixels_work() -> None:
    squared(encoded(plain(size=(1, 1))), 64)
    squared(encoded(plain(size=(1, 300))), 64)


def test_transparency_is_kept() -> None:
    assert squared(encoded(plain("RGBA", color=(0, 0, 0, 0)))).convert("RGBA").getpixel((8, 8))[3] == 0


def test_a_moving_picture_becomes_its_first_frame() -> None:
    frames = [plain(color="red"), plain(color="blue")]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    picture = squared(moving)
    assert getattr(picture, "n_frames", 1) == 1
    assert picture.convert("RGB").getpixel((8, 8))[0] > 200


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_put_upright(orientation: int) -> None:
    seen = plain(size=(24, 24), color="white")
    seen.paste("red", (0, 0, 12, 12))
    seen.paste("blue", (12, 0, 24, 12))
    stored = {
        1: lambda each: each,
        2: ImageOps.mirror,
        3: lambda each: each.rotate(180),
        4: ImageOps.flip,
        5: lambda each: ImageOps.mirror(each.rotate(-90)),
        6: lambda each: each.rotate(90),
        7: lambda each: ImageOps.mirror(each.rotate(90)),
        8: lambda each: each.rotate(-90),
    }[orientation](seen)
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = squared(encoded(stored, "JPEG", exif=exif, quality=95), 24).convert("RGB")
    (left, right), low = (picture.getpixel((x, 5)) for x in (5, 18)), picture.getpixel((5, 18))
    assert left[0] > 180 > 80 > left[2]
    assert right[2] > 180 > 80 > right[0]
    assert min(low) > 180


def test_odd_camera_data_does_not_spoil_a_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A camera"
    content = bytearray(encoded(plain(), "JPEG", exif=exif))
    kind_of_first_tag = content.index(b"Exif") + 17
    for kind in range(14):
        content[kind_of_first_tag] = kind
        squared(bytes(content))


def test_a_picture_taken_sideways_is_turned_and_what_the_camera_wrote_is_gone() -> None:
    tall = plain(size=(20, 40), color="red")
    tall.paste("blue", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A camera with a serial number"
    picture = squared(encoded(tall, "JPEG", exif=exif, comment=b"where I live"))
    left, right = (picture.convert("RGB").getpixel((x, 8)) for x in (1, 14))
    assert left[0] > 200 > 60 > left[2]
    assert right[2] > 200 > 60 > right[0]
    assert not picture.getexif()
    made = pictures.square(io.BytesIO(encoded(tall, "JPEG", exif=exif, comment=b"where I live")), 16)
    assert b"camera" not in made
    assert b"where I live" not in made


@pytest.mark.parametrize(
    ("size", "becomes"),
    [
        pytest.param((400, 200), (100, 50), id="wide"),
        pytest.param((200, 400), (30, 60), id="tall"),
        pytest.param((1000, 600), (100, 60), id="of the box's shape"),
        pytest.param((100, 60), (100, 60), id="as large as the box"),
        pytest.param((20, 10), (20, 10), id="small"),
        pytest.param((1, 1), (1, 1), id="a single pixel"),
        pytest.param((1, 20_000), (1, 60), id="a line down"),
        pytest.param((20_000, 1), (100, 1), id="a line across"),
        pytest.param((1, 50), (1, 50), id="a short line"),
    ],
)
def test_a_whole_picture_is_made_to_fit_but_never_grows(size: tuple[int, int], becomes: tuple[int, int]) -> None:
    assert fitted(encoded(plain(size=size)), 100, 60).size == becomes


def test_a_line_becomes_a_square() -> None:
    squared(encoded(plain(size=(1, 20_000))))
    squared(encoded(plain(size=(20_000, 1))))


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_every_allowed_format_can_be_made_to_fit(kind: str) -> None:
    assert fitted(encoded(plain(size=(60, 40)), kind), 30, 30).size == (30, 20)


def test_nothing_is_cut_off() -> None:
    wide = plain(size=(90, 30), color="red")
    wide.paste("blue", (45, 0, 90, 30))
    picture = fitted(encoded(wide), 30, 30).convert("RGB")
    left, right = picture.getpixel((2, 5)), picture.getpixel((27, 5))
    assert left[0] > 200 > 60 > left[2]
    assert right[2] > 200 > 60 > right[0]


def test_the_box_is_that_of_the_upright_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert fitted(encoded(plain(size=(80, 40)), "JPEG", exif=exif), 100, 40).size == (20, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_that_came_along_is_kept(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "secret camera"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + b"secret profile"
    extras: dict[str, Any] = {"exif": exif, "icc_profile": profile, "xmp": b"<x:xmpmeta>secret words</x:xmpmeta>"}
    if kind == "PNG":
        extras["pnginfo"] = PngImagePlugin.PngInfo()
        extras["pnginfo"].add_text("Comment", "secret comment")
    if kind == "JPEG":
        extras["comment"] = b"secret comment"
    content = encoded(plain(), kind, **extras)
    assert content.count(b"secret") >= 2
    for made in (pictures.within(io.BytesIO(content), 20, 20), pictures.square(io.BytesIO(content), 16)):
        assert b"secret" not in made
        assert not {"exif", "icc_profile", "xmp"} & set(Image.open(io.BytesIO(made)).info)


@pytest.mark.parametrize("content", [b"", b"text", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a"])
def test_what_is_no_picture_cannot_be_made_to_fit(content: bytes) -> None:
    with pytest.raises(NotAnImage):
        pictures.within(io.BytesIO(content), 100, 100)


def test_what_is_too_large_is_not_made_to_fit() -> None:
    assert fitted(encoded(plain("1", (5000, 5000))), 100, 100).size == (100, 100)
    for content in (encoded(plain("1", (5000, 5001))), png_that_claims(30_000, 30_000)):
        with pytest.raises(TooLarge):
            pictures.within(io.BytesIO(content), 100, 100)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBP",
    ],
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(NotAnImage):
        pictures.square(io.BytesIO(content), 16)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM"])
def test_formats_that_are_not_allowed_are_refused(kind: str) -> None:
    with pytest.raises(NotAnImage):
        pictures.square(io.BytesIO(encoded(plain(), kind)), 16)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_breaks_off_is_refused(kind: str) -> None:
    whole = encoded(Image.effect_noise((64, 64), 80).convert("RGB"), kind)
    with pytest.raises(NotAnImage):
        pictures.square(io.BytesIO(whole[: len(whole) // 2]), 16)


def test_twenty_five_megapixels_are_the_most() -> None:
    squared(encoded(plain("1", (5000, 5000))))
    with pytest.raises(TooLarge):
        pictures.square(io.BytesIO(encoded(plain("1", (5000, 5001)))), 16)


@pytest.mark.parametrize("side", [5001, 9000, 30_000])
def test_a_picture_that_only_claims_to_be_huge_is_too_large_without_being_unpacked(side: int) -> None:
    with pytest.raises(TooLarge):
        pictures.square(io.BytesIO(png_that_claims(side, side)), 16)


SAMPLES = [encoded(plain(size=(9, 7)), kind) for kind in pictures.FORMATS]


@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6))
def test_damaged_pictures_are_refused_or_read_but_never_crash(sample: bytes, damage: list[tuple[float, int]]) -> None:
    content = bytearray(sample)
    for place, value in damage:
        content[int(place * len(content))] = value
    with suppress(NotAnImage, TooLarge):
        pictures.square(io.BytesIO(bytes(content)), 8)


def test_a_picture_that_is_scanned_a_thousand_times_is_refused_at_once() -> None:
    made = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(made, "JPEG", progressive=True)
    content = made.getvalue()
    scan = content[content.rindex(b"\xff\xda") : -2]
    with pytest.raises(NotAnImage):
        pictures.square(io.BytesIO(content[:-2] + scan * 1000 + content[-2:]), 32)
    assert pictures.square(io.BytesIO(content), 32)
