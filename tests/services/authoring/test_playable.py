"""What browsers play, told by the names that MediaInfo and ffprobe have for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import UnplayableVideo
from lms.services.authoring.playable import EXPORT, Moving, from_pixels, require_playable

H264 = Moving("AVC", "High", 8, "4:2:0")
CONTAINERS = ("mp4", "mov", "webm", "mkv")


def sentence(container: str, *moving: Moving, sounds: tuple[str, ...] = ()) -> str | None:
    """Why it is refused; nothing when it is not."""
    try:
        require_playable(container, moving, sounds)
    except UnplayableVideo as refusal:
        return refusal.sentence.removeprefix("Browsers do not all play ").removesuffix(f". {EXPORT}")
    return None


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    "track",
    [
        *(Moving("AVC", profile, 8, "4:2:0") for profile in ("Baseline", "Constrained Baseline", "Main", "High", "")),
        from_pixels("h264", "High", "yuvj420p"),
        from_pixels("h264", "Main", "nv12"),
        Moving("VP9"),
        Moving("VP9", "0", 8, "4:2:0"),
        from_pixels("vp9", "Profile 2", "yuv420p10le"),
        Moving("AV1", "Main", 10, "4:2:0"),
        from_pixels("av1", "Main", "yuv420p"),
    ],
    ids=str,
)
def test_what_all_three_show_is_taken(container: str, track: Moving) -> None:
    assert sentence(container, track) is None


@pytest.mark.parametrize(
    ("track", "named"),
    [
        (Moving("HEVC", "Main", 8, "4:2:0"), "HEVC (H.265)"),
        (from_pixels("hevc", "Main 10", "yuv420p10le"), "HEVC (H.265)"),
        (Moving("ProRes", "422 HQ", 10, "4:2:2"), "ProRes"),
        (from_pixels("prores", "HQ", "yuv422p10le"), "ProRes"),
        (Moving("MPEG-4 Visual", "Simple", 8, "4:2:0"), "MPEG-4 part 2"),
        (from_pixels("mpeg4", "Simple Profile", "yuv420p"), "MPEG-4 part 2"),
        (Moving("MPEG Video", "Main", 8, "4:2:0"), "MPEG-2"),
        (Moving("JPEG"), "Motion JPEG"),
        (from_pixels("mjpeg", "Baseline", "yuvj422p"), "Motion JPEG"),
        (Moving("Theora"), "Theora"),
        (Moving("encrypted AVC", "High", 8, "4:2:0"), "encrypted AVC"),
        (Moving(""), "an unknown codec"),
        (Moving("<b>x</b>"), "bxb"),
        (Moving("AVC", "High 10", 10, "4:2:0"), "this kind of H.264 (High 10, 10 bits, 4:2:0)"),
        (Moving("AVC", "High", 10, "4:2:0"), "this kind of H.264 (High, 10 bits, 4:2:0)"),
        (Moving("AVC", "High 4:2:2", 8, "4:2:2"), "this kind of H.264 (High 4:2:2, 8 bits, 4:2:2)"),
        (Moving("AVC", "High 4:4:4 Predictive"), "this kind of H.264 (High 4:4:4 Predictive)"),
        (Moving("AVC", "Extended", 8, "4:2:0"), "this kind of H.264 (Extended, 8 bits, 4:2:0)"),
        (from_pixels("h264", "High 4:2:2", "yuv422p10le"), "this kind of H.264 (High 4:2:2, 10 bits, 4:2:2)"),
        (from_pixels("h264", "High", "gray"), "this kind of H.264 (High, 8 bits, 4:0:0)"),
        (from_pixels("h264", "", "gbrp"), "this kind of H.264 (8 bits, 4:4:4)"),
        (Moving("VP9", "1"), "this kind of VP9 (1)"),
        (from_pixels("vp9", "Profile 1", "yuv444p"), "this kind of VP9 (Profile 1, 8 bits, 4:4:4)"),
        (from_pixels("vp9", "Profile 2", "yuv420p12le"), "this kind of VP9 (Profile 2, 12 bits, 4:2:0)"),
        (Moving("AV1", "High", 8, "4:4:4"), "this kind of AV1 (High, 8 bits, 4:4:4)"),
    ],
    ids=str,
)
def test_what_one_of_them_does_not_show_is_refused_by_name(track: Moving, named: str) -> None:
    assert sentence("mkv", track) == named
    assert sentence("mkv", H264, track) == named, "as a second track, which a player may choose"


@pytest.mark.parametrize("sound", ["AAC", "AAC LC", "aac", "MPEG Audio Layer 3", "mp3", "Opus", "opus"])
@pytest.mark.parametrize("container", CONTAINERS)
def test_sounds_that_all_three_play_are_taken(container: str, sound: str) -> None:
    assert sentence(container, H264, sounds=(sound,)) is None


@pytest.mark.parametrize(
    ("sound", "named"),
    [
        ("AC-3", "AC-3 sound"),
        ("eac3", "E-AC-3 sound"),
        ("DTS", "DTS sound"),
        ("PCM", "PCM sound"),
        ("pcm_s16le", "pcm_s16le sound"),
        ("ALAC", "Apple Lossless sound"),
        ("AMR", "AMR sound"),
        ("FLAC", "FLAC sound"),
        ("USAC", "xHE-AAC sound"),
        ("MPEG Audio Layer 2", "MP2 sound"),
        ("encrypted AAC", "encrypted AAC sound"),
        ("", "an unknown codec sound"),
    ],
)
def test_other_sounds_are_refused_by_name_where_they_come_first(sound: str, named: str) -> None:
    assert sentence("mkv", H264, sounds=(sound,)) == named
    assert sentence("mkv", H264, sounds=(sound, "AAC")) == named
    assert sentence("mkv", H264, sounds=("AAC", sound)) is None


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_what_belongs_into_webm_is_refused_elsewhere(container: str) -> None:
    assert sentence(container, Moving("VP8")) == "VP8 in this kind of file"
    assert sentence(container, H264, sounds=("Vorbis",)) == "Vorbis sound in this kind of file"
    assert sentence("webm", Moving("VP8"), sounds=("Vorbis",)) is None


@given(st.text(max_size=200), st.text(max_size=200), st.integers(0, 99), st.text(max_size=200))
def test_words_of_a_file_are_tamed(codec: str, profile: str, bits: int, chroma: str) -> None:
    said = sentence("mp4", Moving(codec, profile, bits, chroma)) or ""
    assert len(said) < 300
    assert not set("<>&\"'\n\0") & set(said)
