import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.errors import NotAVideo, TruncatedVideo, UnplayableVideo
from lms.services.authoring import mediainfo, mp4, videos
from lms.services.authoring.videos import Video
from tests.waiting import at_most

SAMPLES = Path(__file__).parents[2] / "samples"
"""One second each, drawn by ffmpeg: `-f lavfi -i testsrc=size=64x64:rate=5:duration=1`; `sine` for the sounds."""

MP4 = (SAMPLES / "video.mp4").read_bytes()
MOOV = MP4.index(b"moov") - 4
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
TWO_GIGABYTES = 2 * 1024**3

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file whose name says that it is a video."""

    def write(content: bytes) -> Path:
        path = tmp_path / "video.mp4"
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Replaces what runs in the process of its own."""

    def replace(program: str) -> None:
        script = tmp_path / "reader.py"
        script.write_text(program)
        monkeypatch.setattr(videos, "MEDIAINFO", script)
        monkeypatch.setattr(videos, "MOST_SECONDS", 1)

    return replace


def box(kind: bytes, size: int) -> bytes:
    return size.to_bytes(4) + kind


@pytest.mark.parametrize("kind", ["mp4", "mov", "mkv", "webm"])
def test_every_container_is_recognised_under_any_name(kind: str, tmp_path: Path) -> None:
    for name in ("video", "notes.txt", "<b>; rm -rf $HOME", "--help"):
        path = tmp_path / name
        path.write_bytes((SAMPLES / f"video.{kind}").read_bytes())
        assert videos.probe(path) == Video(kind, 1.0)


def test_the_video_of_the_sandbox_is_one() -> None:
    assert videos.probe(Path("lms/sandbox/demo.mp4")) == Video("mp4", 20.0)


def test_a_fragmented_file_has_a_duration() -> None:
    assert videos.probe(SAMPLES / "fragmented.mp4") == Video("mp4", 1.0)


def test_an_old_quicktime_file_that_names_no_brand_is_a_mov(write: Write) -> None:
    content = (SAMPLES / "video.mov").read_bytes()
    assert videos.probe(write(content[int.from_bytes(content[:4]) :])) == Video("mov", 1.0)


@pytest.mark.parametrize("name", ["sound.m4a", "sound_with_cover.m4a", "moving.gif"])
def test_a_file_without_moving_pictures_is_refused(name: str) -> None:
    with pytest.raises(NotAVideo):
        videos.probe(SAMPLES / name)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\0", id="one byte"),
        pytest.param(b"not a video", id="text"),
        pytest.param(PNG, id="PNG"),
        pytest.param(b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1/\n", id="playlist"),
        pytest.param(b"<!doctype html><script>alert(1)</script>", id="HTML"),
        pytest.param(b"<html><script>alert(1)</script>" + MP4, id="HTML before a video"),
        pytest.param(b"<!--" + MP4[4:], id="HTML for a size"),
        pytest.param(PNG + MP4, id="PNG before a video"),
        pytest.param(b"ID3\x03\0\0\0\0\0\x0a" + bytes(10) + MP4, id="ID3 before a video"),
        pytest.param(MP4[:8], id="half a box"),
        pytest.param(MP4[:MOOV], id="no moov"),
        pytest.param(MP4[: MOOV + 16], id="moov that breaks off"),
        pytest.param(MP4.replace(b"vide", b"text").replace(b"vmhd", b"nmhd"), id="no video track"),
        pytest.param(MP4.replace(b"trak", b"free"), id="no track"),
        pytest.param(b"\x1aE\xdf\xa3", id="EBML and nothing else"),
        pytest.param(box(b"free", 8) * 100_000, id="a hundred thousand boxes"),
    ],
)
def test_anything_else_is_refused(content: bytes, write: Write) -> None:
    with pytest.raises(NotAVideo):
        videos.probe(write(content))


def test_a_page_that_is_a_box_to_mediainfo_is_refused(tmp_path: Path) -> None:
    path, page = tmp_path / "page.mov", b"<!--free--><script>alert(1)</script>"
    with path.open("wb") as file:
        file.write(page)
        file.seek(int.from_bytes(page[:4]))
        file.write(MP4)
    with pytest.raises(NotAVideo):
        videos.probe(path)


def test_random_bytes_are_refused_even_after_a_signature(write: Write) -> None:
    for seed in range(4):
        noise = Random(seed).randbytes(300_000)
        for content in (noise, MP4[:32] + noise, b"\x1aE\xdf\xa3" + noise):
            with pytest.raises(NotAVideo):
                videos.probe(write(content))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAVideo):
        videos.probe(tmp_path)


def test_a_file_that_is_not_there_is_our_own_mistake(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        videos.probe(tmp_path / "nothing.mp4")


@pytest.mark.parametrize("moov_last", [True, False])
def test_two_gigabytes_take_moments_and_no_memory(tmp_path: Path, moov_last: bool) -> None:
    path, place = tmp_path / "large.mp4", MOOV if moov_last else len(MP4)
    with path.open("wb") as file:
        file.write(MP4[:place] + box(b"free", TWO_GIGABYTES))
        file.seek(place + TWO_GIGABYTES)
        file.write(MP4[place:])
        file.truncate(TWO_GIGABYTES + len(MP4))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    assert videos.probe(path) == Video("mp4", 1.0)
    assert time.monotonic() - began < at_most(4)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10_000


@pytest.mark.parametrize(
    "name",
    [
        *(
            "aac.mp4",
            "mp3.mp4",
            "opus.mp4",
            "av1.mp4",
            "vp9.mp4",
            "fragments.mp4",
            "aac_then_ac3.mp4",
            "ac3_but_aac_is_chosen.mp4",
        ),
        *("av1.webm", "vp9.webm", "vp9_10_bits.webm", "opus.webm", "vorbis.webm", "h264_aac.mkv", "mp3.mkv"),
    ],
)
def test_what_browsers_play_is_taken(name: str) -> None:
    assert videos.probe(SAMPLES / "codecs" / name).format == name[-4:].strip(".")


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("hevc.mp4", "HEVC (H.265)."),
        ("hevc.mkv", "HEVC (H.265)."),
        ("prores.mov", "ProRes."),
        ("mpeg4.mp4", "MPEG-4 part 2."),
        ("mpeg2.mp4", "MPEG-2."),
        ("mjpeg.mov", "Motion JPEG."),
        ("mjpeg.mkv", "Motion JPEG."),
        ("theora.mkv", "Theora."),
        ("h263.mp4", "H.263."),
        ("ffv1.mkv", "FFV1."),
        ("h264_10_bits.mp4", "this kind of H.264 (High 10, 10 bits, 4:2:0)."),
        ("h264_422.mp4", "this kind of H.264 (High 4:2:2, 8 bits, 4:2:2)."),
        ("h264_444.mp4", "this kind of H.264 (High 4:4:4 Predictive, 8 bits, 4:4:4)."),
        ("h264_grey.mp4", "this kind of H.264 (High, 8 bits, 4:0:0)."),
        ("vp9_444.webm", "this kind of VP9 (1, 8 bits)."),
        ("av1_444.mp4", "this kind of AV1 (High, 8 bits, 4:4:4)."),
        ("encrypted.mp4", "encrypted AVC."),
        ("ac3.mp4", "AC-3 sound."),
        ("ac3_then_aac.mp4", "AC-3 sound."),
        ("aac_but_ac3_is_chosen.mp4", "AC-3 sound."),
        ("eac3.mp4", "E-AC-3 sound."),
        ("dts.mkv", "DTS sound."),
        ("pcm.mov", "PCM sound."),
        ("pcm.mkv", "PCM sound."),
        ("alac.mp4", "Apple Lossless sound."),
        ("flac.mp4", "FLAC sound."),
        ("amr.mp4", "AMR sound."),
        ("mp2.mkv", "MP2 sound."),
        ("h264_vorbis.mp4", "Vorbis sound in this kind of file."),
    ],
)
def test_what_browsers_do_not_all_play_is_refused_by_name(name: str, named: str) -> None:
    with pytest.raises(UnplayableVideo) as refusal:
        videos.probe(SAMPLES / "codecs" / name)
    assert refusal.value.sentence.startswith(f"Browsers do not all play {named} Export")
    assert videos.look_at(SAMPLES / "codecs" / name).duration >= 1


@pytest.mark.parametrize("name", ["avi.mp4", "ts.mp4"])
def test_another_container_under_the_name_of_one_is_refused(name: str) -> None:
    with pytest.raises(NotAVideo):
        videos.probe(SAMPLES / "codecs" / name)


@pytest.mark.parametrize(("name", "seconds"), [("recorded_in_chromium.webm", 3.151), ("endless.webm", 0.8)])
def test_what_was_recorded_without_a_duration_lasts_until_its_last_frame(name: str, seconds: float) -> None:
    assert videos.probe(SAMPLES / name) == Video("webm", seconds)


@pytest.mark.parametrize("name", ["lesson.mp4", "codecs/fragments.mp4", "codecs/vorbis.webm", "codecs/h264_aac.mkv"])
@pytest.mark.parametrize("part", [0.4, 0.66, 0.99])
def test_what_is_cut_off_is_refused(name: str, part: float, write: Write) -> None:
    content = (SAMPLES / name).read_bytes()
    with pytest.raises(TruncatedVideo):
        videos.probe(write(content[: int(part * len(content))]))


def test_what_is_cut_off_before_its_index_says_so(write: Write) -> None:
    content = (SAMPLES / "codecs" / "aac.mp4").read_bytes()
    with pytest.raises(NotAVideo, match="no index, which a file that is cut off has lost"):
        videos.probe(write(content[: len(content) // 2]))


def test_the_head_of_a_video_is_cut_off(write: Write) -> None:
    with pytest.raises(TruncatedVideo):
        videos.probe(write(Path("lms/sandbox/demo.mp4").read_bytes()[:2000]))


@pytest.mark.parametrize(
    "appended", [b"x", bytes(100), b"\0\0\0\0free", b"a tool was here" * 9, b"\xff" * 40], ids=repr
)
def test_what_is_appended_to_a_whole_video_does_not_matter(appended: bytes, write: Write) -> None:
    for name in ("lesson.mp4", "video.mov"):
        content = (SAMPLES / name).read_bytes()
        assert videos.probe(write(content + appended)).format == name[-3:]


def test_content_that_goes_on_to_the_end_is_held_against_the_index(write: Write) -> None:
    content = bytearray(Path("lms/sandbox/demo.mp4").read_bytes())
    place = content.index(b"mdat") - 4
    content[place : place + 4] = bytes(4)
    assert videos.probe(write(bytes(content))) == Video("mp4", 20.0)
    for part in (0.3, 0.9):
        with pytest.raises(TruncatedVideo):
            videos.probe(write(bytes(content[: int(part * len(content))])))


@pytest.mark.parametrize("kind", [b"moov", b"trak", b"stbl", b"free"])
def test_an_index_of_nothing_but_boxes_is_read_in_moments(kind: bytes) -> None:
    content = box(b"moov", 8 + 24 * 1024**2) + box(kind, 8) * (3 * 1024**2)
    began = time.monotonic()
    assert not mp4.is_cut_off(lambda start, end: content[start:end], len(content))
    assert time.monotonic() - began < at_most(2)


def lasting(hours: float) -> bytes:
    """The sample with other durations in its headers, of the movie and of its one track."""
    content = bytearray(MP4)
    movie, track, media = (content.index(kind) + 4 for kind in (b"mvhd", b"tkhd", b"mdhd"))
    edit = content.index(b"elst") + 4
    seconds = round(hours * 3600)
    for place, clock in ((movie + 12, 1), (media + 12, 1)):
        content[place : place + 4] = clock.to_bytes(4)
    for place in (movie + 16, track + 20, media + 16, edit + 8):
        content[place : place + 4] = seconds.to_bytes(4)
    return bytes(content)


def test_a_video_lasts_more_than_nothing_and_at_most_a_day(write: Write) -> None:
    assert videos.probe(write(lasting(24))) == Video("mp4", 86_400.0)
    for hours in (0, 24.01, 100_000):
        with pytest.raises(NotAVideo):
            videos.probe(write(lasting(hours)))


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("import os; os.abort()", id="crash"),
        pytest.param("print(end='G|MPEG-4||1000\\nV|AVC|||||'); raise SystemExit(1)", id="failure"),
        pytest.param("import time; print(end='G|MPEG-4||1000\\nV|AVC|||||', flush=True); time.sleep(60)", id="hang"),
        pytest.param("while True: print('G|MPEG-4||1000\\nV|AVC|||||')", id="endless answer"),
        pytest.param("pass", id="silence"),
        pytest.param("print(end='G|MPEG-4||nan\\nV|AVC|||||')", id="NaN"),
        pytest.param("print(end='G|MPEG-4||inf\\nV|AVC|||||')", id="infinity"),
        pytest.param("print(end='G|MPEG-4||0\\nV|AVC|||||')", id="no time"),
        pytest.param("print(end='G|MPEG-4||-1000\\nV|AVC|||||')", id="negative"),
        pytest.param("print(end='G|MPEG-4||1000')", id="no track"),
        pytest.param("print(end='G|MPEG-4||1000\\nA|AAC|||')", id="sound only"),
        pytest.param("print(end='G|AVI||1000\\nV|AVC|||||')", id="another container"),
        pytest.param("print(end='G|MPEG-4||1000\\nV|AVC|||||' + ' ' * 5000)", id="more than the answer"),
        pytest.param("import sys; sys.stdout.buffer.write(b'\\xff\\0')", id="bytes"),
        pytest.param("print(end='G|MPEG-4||1000\\nV|AVC')", id="half a line"),
        pytest.param("print(end='G|MPEG-4||1000\\nV|AVC|||||\\nX|')", id="another line"),
    ],
)
def test_whatever_happens_to_the_reader_is_a_refusal(program: str, reader: Callable[[str], None], write: Write) -> None:
    reader(program)
    began = time.monotonic()
    with pytest.raises(NotAVideo):
        videos.probe(write(MP4))
    assert time.monotonic() - began < at_most(4)


def test_the_reader_is_given_the_file_and_nothing_else(
    reader: Callable[[str], None], write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JWT_SECRET_KEY", "a secret")
    sizes = "len(os.environ.get('JWT_SECRET_KEY', '')), len(sys.stdin.buffer.read())"
    reader(f"import os, sys; print('G|MPEG-4|', sum(({sizes})), sep='|', end='\\nV|AVC|||||')")
    assert videos.probe(write(MP4)) == Video("mp4", len(MP4) / 1000)


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")
@pytest.mark.parametrize(
    ("greed", "error"), [("bytearray(2**30)", "MemoryError"), ("open(sys.argv[1], 'wb', 0).write(b'1')", "OSError")]
)
def test_the_reader_is_limited(greed: str, error: str, tmp_path: Path) -> None:
    program = f"import runpy, sys; runpy.run_path({mediainfo.__file__!r})['limit'](); {greed}"
    command = [sys.executable, "-I", "-c", program, str(tmp_path / "written")]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 1
    assert error in ended.stderr


def test_no_process_is_left_behind(reader: Callable[[str], None], write: Write) -> None:
    note = write(MP4).with_name("pid")
    reader(f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    with pytest.raises(NotAVideo):
        videos.probe(write(MP4))
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["video.mp4", "video.mov", "video.mkv", "video.webm"]),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_damaged_videos_are_refused_or_read_but_never_crash(
    tmp_path_factory: pytest.TempPathFactory, name: str, damage: list[tuple[float, int]]
) -> None:
    content = bytearray((SAMPLES / name).read_bytes())
    for place, value in damage:
        content[int(place * len(content))] = value
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content)
    with suppress(NotAVideo, TruncatedVideo, UnplayableVideo):
        assert 0 < videos.probe(path).duration <= videos.LONGEST
