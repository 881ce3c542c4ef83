import io
import struct
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from lms.errors import NotAnImage, TooLarge
from lms.services.authoring import jpeg, pictures
from tests.services.authoring.colour_profiles import (
    ADOBE_RGB,
    DISPLAY_P3,
    grey_profile,
    in_srgb,
    rgb_profile,
    srgb_level,
)
from tests.waiting import at_most


@pytest.fixture
def samples() -> Path:
    return Path(__file__).parents[2] / "samples"


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


def png(width: int, height: int, bits: int, colour: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of any depth, of which Pillow writes few (PNG, section 11.2.1)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in parts)


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose header promises more than its data holds."""
    return png(width, height, 8, 2, b"\0")


def shown(content: bytes) -> list[tuple[int, ...]]:
    """The left, middle and right pixel of a picture that was made to fit, with their transparency."""
    picture = fitted(content, 64, 64).convert("RGBA")
    return [picture.getpixel((x, picture.height // 2)) for x in (0, picture.width // 2, picture.width - 1)]


def close(seen: Any, meant: Any, by: int = 5) -> bool:
    return all(abs(one - other) <= by for one, other in zip(seen, meant, strict=True))


def of_all_tones(bits: int, colour: int) -> bytes:
    """256 by 8 pixels from black to white; `colour` is PNG's kind: 0 grey, 2 RGB, 4 grey and 6 RGB with alpha."""
    samples = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    if bits < 8:
        levels = "".join(format(x * 2**bits // 256, f"0{bits}b") for x in range(256))
        row = int(levels, 2).to_bytes(32 * bits)
    else:
        largest = 2**bits - 1
        width = bits // 8
        tones = [(x * largest // 255).to_bytes(width) for x in range(256)]
        alpha = largest.to_bytes(width) if colour in (4, 6) else b""
        row = b"".join(tone * (samples - bool(alpha)) + alpha for tone in tones)
    return png(256, 8, bits, colour, (b"\0" + row) * 8)


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_every_allowed_format_becomes_a_square_webp(kind: str) -> None:
    squared(encoded(plain(), kind))


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", mode) for mode in ("1", "L", "LA", "P", "RGBA", "I;16")] + [("JPEG", "CMYK")]
)
def test_every_colour_mode_is_understood(kind: str, mode: str) -> None:
    squared(encoded(Image.new(mode, (30, 20)), kind))


@pytest.mark.parametrize(
    ("bits", "colour"), [(1, 0), (2, 0), (4, 0), *((bits, colour) for bits in (8, 16) for colour in (0, 2, 4, 6))]
)
def test_every_depth_keeps_its_tones(bits: int, colour: int) -> None:
    """Colour types of PNG: 0 grey, 2 RGB, 4 grey and alpha, 6 RGB and alpha; below 8 bits there is grey alone."""
    made = fitted(of_all_tones(bits, colour), 64, 64).convert("RGBA")
    for x, tone in ((0, 0), (40, {1: 255}.get(bits, 165)), (63, 255)):
        assert close(made.getpixel((x, 1)), (tone, tone, tone, 255), 12), x


def test_the_gradient_in_sixteen_bits_that_became_white(samples: Path) -> None:
    dark, middle, light = shown((samples / "gray16.png").read_bytes())
    assert dark[0] < 20 < 100 < middle[0] < 150 < 235 < light[0]


@pytest.mark.parametrize(
    "chunks", [[(b"tRNS", b"\0\0")], [(b"tRNS", b"\x80\x80")], []], ids=["black", "some grey", "nothing"]
)
def test_what_a_png_of_greys_calls_transparent_is_so(chunks: list[tuple[bytes, bytes]]) -> None:
    for bits in (8, 16):
        tone = (0x8080).to_bytes(2)[: bits // 8]
        named = [(kind, value if bits == 16 else b"\0" + value[1:]) for kind, value in chunks]
        rows = (b"\0" + bytes(len(tone)) * 32 + tone * 32) * 8
        black, _, grey = shown(png(64, 8, bits, 0, rows, *named))
        first = chunks[0][1] if chunks else None
        assert (black[3], grey[3]) == (0 if first == b"\0\0" else 255, 0 if first == b"\x80\x80" else 255)


@pytest.mark.parametrize("primaries", [DISPLAY_P3, ADOBE_RGB], ids=["Display P3", "Adobe RGB"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_colours_are_those_of_the_profile(kind: str, primaries: Any) -> None:
    for colour in ((180, 100, 60), (90, 160, 90), (128, 128, 128)):
        profile = rgb_profile(primaries, 2.2)
        content = encoded(plain(color=colour), kind, quality=95, icc_profile=profile)
        assert close(shown(content)[1][:3], in_srgb(colour, primaries, 2.2), 6), colour


def test_the_transparency_of_a_picture_with_a_profile_is_kept() -> None:
    profile = rgb_profile(DISPLAY_P3, 2.2)
    for mode in ("RGBA", "P"):
        picture = plain("RGBA", color=(180, 100, 60, 0))
        picture.paste((180, 100, 60, 255), (15, 0, 30, 20))
        left, _, right = shown(encoded(picture.convert(mode), icc_profile=profile))
        assert (left[3], right[3]) == (0, 255)
        assert close(right[:3], in_srgb((180, 100, 60), DISPLAY_P3, 2.2), 8)


@pytest.mark.parametrize("bits", [8, 16])
def test_greys_are_those_of_the_profile(bits: int) -> None:
    profile = zlib.compress(grey_profile(1.0))
    rows = (b"\0" + (0x8080).to_bytes(2)[: bits // 8] * 32) * 8
    content = png(32, 8, bits, 0, rows, (b"iCCP", b"grey\0\0" + profile))
    assert close(shown(content)[1][:3], [srgb_level(128 / 255)] * 3)


@pytest.mark.parametrize(
    "profile",
    [b"", b"x", b"acsp" * 40, rgb_profile(DISPLAY_P3, 2.2)[:150], grey_profile(1.0)],
    ids=["empty", "short", "nonsense", "cut off", "of another kind of picture"],
)
def test_a_profile_that_is_none_changes_nothing(profile: bytes) -> None:
    assert close(shown(encoded(plain(color=(180, 100, 60)), icc_profile=profile))[1][:3], (180, 100, 60))


def test_print_colours_are_shown_as_on_a_screen() -> None:
    for profile in (b"", rgb_profile(DISPLAY_P3, 2.2)):
        content = encoded(plain("CMYK", color=(0, 255, 255, 0)), "JPEG", quality=95, icc_profile=profile)
        red, green, blue, _ = shown(content)[1]
        assert red > 200 > 60 > max(green, blue)


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
    content = encoded(Image.new("RGB", (64, 64), "teal"), "JPEG", progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    with pytest.raises(NotAnImage):
        pictures.square(io.BytesIO(content[:-2] + scan * 1000 + content[-2:]), 32)
    squared(content)
    squared(content + scan * 1000)


@pytest.mark.parametrize("filling", [b"\xff\xfe\0\2", b"\xff\xd8", b"\xff\xfe\0\0", b"\xff"], ids=repr)
def test_a_picture_of_nothing_but_markers_is_refused_at_once(filling: bytes) -> None:
    content, began = encoded(plain(), "JPEG"), time.monotonic()
    with pytest.raises(NotAnImage):
        pictures.square(io.BytesIO(content[:2] + filling * (8 * 1024**2 // len(filling))), 32)
    assert time.monotonic() - began < at_most(2)


class TestAPhonesPicture:
    def test_followed_by_its_film_is_one(self, samples: Path) -> None:
        content = (samples / "motion_photo.jpg").read_bytes()
        assert content.count(b"\xff\xda") > jpeg.MOST_SCANS
        squared(content)

    def test_may_have_a_small_one_within(self) -> None:
        content, small = encoded(plain(), "JPEG"), encoded(plain(), "JPEG") + b"\xff\xda" * 1000
        within = b"\xff\xe2" + (len(small) + 2).to_bytes(2) + small
        squared(content[:2] + within + content[2:])

    @pytest.mark.parametrize("bits", [8, 10])
    def test_in_heic_or_avif_is_shown(self, samples: Path, bits: int) -> None:
        for name in (f"photo_{bits}.heic", f"photo_{bits}.avif"):
            left, _, right = shown((samples / name).read_bytes())
            assert close(left[:3], (220, 40, 40), 14), name
            assert close(right[:3], (40, 40, 220), 14), name

    @pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
    def test_is_put_upright(self, kind: str) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        wide = plain(size=(60, 40), color="red")
        wide.paste("blue", (30, 0, 60, 40))
        tall = fitted(encoded(wide, kind, exif=exif.tobytes()), 64, 64).convert("RGB")
        assert tall.size == (40, 60)
        assert tall.getpixel((20, 5))[0] > 180
        assert tall.getpixel((20, 55))[2] > 180
