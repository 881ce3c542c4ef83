from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.services.authoring import matroska

SAMPLES = Path(__file__).parents[2] / "samples"
RECORDED = (SAMPLES / "recorded_in_chromium.webm").read_bytes()
UNKNOWN = b"\x01" + b"\xff" * 7


def element(id: int, *content: bytes, unknown: bool = False) -> bytes:
    body = b"".join(content)
    size = UNKNOWN if unknown else (len(body) | 1 << 56).to_bytes(8)
    return id.to_bytes((id.bit_length() + 7) // 8) + size + body


def number(id: int, value: int) -> bytes:
    return element(id, value.to_bytes(4))


def frame(offset: int, size: int = 20) -> bytes:
    return element(matroska.SIMPLE_BLOCK, b"\x81", offset.to_bytes(2, signed=True), b"\x80", bytes(size))


def lasting_frame(offset: int, ticks: int) -> bytes:
    block = element(matroska.BLOCK, b"\x81", offset.to_bytes(2, signed=True), b"\0", bytes(20))
    return element(matroska.BLOCK_GROUP, block, number(matroska.BLOCK_DURATION, ticks))


def cluster(begins: int, *frames: bytes, unknown: bool = False) -> bytes:
    return element(matroska.CLUSTER, number(matroska.TIMESTAMP, begins), *frames, unknown=unknown)


def recording(*clusters: bytes, scale: int | None = None, unknown: bool = True) -> bytes:
    info = element(matroska.INFO, *([number(matroska.SCALE, scale)] if scale else []))
    return element(matroska.EBML, b"") + element(matroska.SEGMENT, info, *clusters, unknown=unknown)


def seconds(content: bytes) -> float:
    return matroska.seconds(lambda start, end: content[start:end], len(content))


def cut_off(content: bytes) -> bool:
    return matroska.is_cut_off(lambda start, end: content[start:end], len(content))


class TestTheLastFrame:
    def test_of_what_chromium_recorded(self) -> None:
        assert seconds(RECORDED) == 3.151
        assert not cut_off(RECORDED)

    @pytest.mark.parametrize("unknown", [True, False])
    def test_is_the_latest_in_the_last_cluster(self, unknown: bool) -> None:
        first = cluster(0, frame(0), frame(900), unknown=unknown)
        assert seconds(recording(first, cluster(1000, frame(40), frame(240), frame(200), unknown=unknown))) == 1.24

    def test_lasts_as_long_as_it_says(self) -> None:
        assert seconds(recording(cluster(5000, frame(0), lasting_frame(100, 400)))) == 5.5

    def test_may_be_shown_before_its_cluster_begins(self) -> None:
        assert seconds(recording(cluster(5000, frame(-100)))) == 4.9

    def test_is_told_in_ticks(self) -> None:
        assert seconds(recording(cluster(1000, frame(0)), scale=500_000)) == 0.5

    def test_that_breaks_off_is_left_out(self) -> None:
        whole = recording(cluster(1000, frame(40), frame(80), unknown=True))
        assert seconds(whole[:-5]) == 1.04

    def test_of_a_cluster_that_has_only_begun_is_in_the_one_before(self) -> None:
        begun = recording(cluster(1000, frame(40)), element(matroska.CLUSTER, unknown=True))
        for content in (begun, begun + number(matroska.TIMESTAMP, 2000), begun[:-6]):
            assert seconds(content) == 1.04

    def test_is_found_where_a_picture_looks_like_a_cluster(self) -> None:
        deceptive = element(matroska.SIMPLE_BLOCK, b"\x81\0\x50\x80", matroska.CLUSTER_ID * 3, b"\x81\xe7", bytes(50))
        assert seconds(recording(cluster(1000, frame(40), deceptive))) == 1.08

    def test_is_found_far_from_the_end(self) -> None:
        for size in (matroska.STEP_BYTES - 60, matroska.STEP_BYTES, 3 * matroska.STEP_BYTES):
            assert seconds(recording(cluster(1000, frame(40), frame(80, size)))) == 1.08

    def test_is_not_looked_for_for_ever(self) -> None:
        read: list[int] = []

        def endless(start: int, end: int) -> bytes:
            read.append(end - start)
            return (recording()[: end - start] if start == 0 else b"").ljust(end - start, b"\0")

        assert matroska.seconds(endless, 2 * 1024**3) == 0
        assert sum(read) <= matroska.MOST_TAIL_BYTES + matroska.HEAD_BYTES

    @pytest.mark.parametrize("content", [b"", b"\x1aE\xdf\xa3", recording(), recording(cluster(5)), b"\0" * 50])
    def test_may_be_missing(self, content: bytes) -> None:
        assert seconds(content) == 0


class TestACutOffFile:
    @pytest.mark.parametrize("name", ["video.webm", "video.mkv"])
    def test_is_shorter_than_it_says(self, name: str) -> None:
        content = (SAMPLES / name).read_bytes()
        assert not cut_off(content)
        assert cut_off(content[:-1])

    def test_cannot_be_told_where_the_size_was_not_known(self) -> None:
        assert not cut_off(RECORDED[:-100])


@given(st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=9)), max_size=6))
def test_damage_gives_another_length_or_none_but_never_a_crash(damage: list[tuple[float, bytes]]) -> None:
    content = bytearray(recording(cluster(1000, frame(40), lasting_frame(80, 20)), scale=1_000_000))
    for place, value in damage:
        start = int(place * len(content))
        content[start : start + len(value)] = value
    seconds(bytes(content))
    cut_off(bytes(content))
