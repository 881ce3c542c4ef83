"""Which content is believed under which extension, and how little of it is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import FileMismatch
from lms.services.authoring import file_types
from lms.services.authoring.file_types import EXTENSIONS, HEAD_BYTES, MOST_NAMES_BYTES, TEXTS, require_agreement
from tests.sandbox.media import picture
from tests.services.authoring.files import DOCX, HTML, ODT, PDF, PPTX, PROGRAM, TYPES, XLSX, container

MEGABYTE = 1024**2


class Content:
    """A file that counts what is read of it."""

    def __init__(self, content: bytes) -> None:
        self.content, self.taken = content, 0

    def read(self, start: int, end: int) -> bytes:
        assert 0 <= start < end <= len(self.content)
        self.taken += end - start
        return self.content[start:end]


def taken(extension: str, content: bytes) -> bool:
    try:
        require_agreement(extension, Content(content).read, len(content))
    except FileMismatch:
        return False
    return True


GOOD = [
    ("pdf", PDF),
    ("png", picture()),
    ("jpg", picture("JPEG")),
    ("jpeg", picture("JPEG")),
    ("gif", picture("GIF")),
    ("docx", DOCX),
    ("xlsx", XLSX),
    ("pptx", PPTX),
    ("odt", ODT),
    ("ods", container("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet")),
    ("odp", container("content.xml", mimetype="application/vnd.oasis.opendocument.presentation")),
    ("zip", container("a.py", comment=b"mine")),
    ("txt", "schöne Grüße, नमस्ते".encode()),
    ("csv", b"\xef\xbb\xbfa;b\r\n1;2\r\n"),
    ("py", b"print('x')\n"),
    ("ipynb", b'\n{"cells": []}'),
]


@pytest.mark.parametrize(("extension", "content"), GOOD, ids=[each for each, _ in GOOD])
def test_what_is_what_it_says_is_taken_and_small_ones_come_back(extension: str, content: bytes) -> None:
    assert require_agreement(extension, Content(content).read, len(content)) == content


@pytest.mark.parametrize(
    ("extension", "content"),
    [
        *((extension, b"") for extension in EXTENSIONS),
        *((extension, HTML) for extension in EXTENSIONS if extension not in TEXTS),
        *((extension, PROGRAM) for extension in EXTENSIONS),
        ("pdf", HTML + PDF),
        ("pdf", b"\n" + PDF),
        ("png", picture("JPEG")),
        ("jpg", picture()),
        ("docx", XLSX),
        ("docx", container("word/document.xml")),
        ("docx", container(TYPES, "word/document.xml", "word/vbaProject.bin")),
        ("xlsx", container(TYPES, "xl/workbook.xml", "xl/VBAPROJECT.BIN")),
        ("odt", container("content.xml")),
        ("odt", container("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet")),
        ("odt", DOCX),
        ("zip", container()),
        ("zip", PDF),
        ("zip", container("a")[:-4]),
        ("zip", b"PK\x05\x06" + b"\xff" * 18),
        ("txt", b"a\0b"),
        ("txt", "Grüße".encode("utf-16")),
        ("txt", b"caf\xe9"),
        ("txt", "Grüße".encode()[:3]),
        ("ipynb", b"[]"),
    ],
)
def test_what_is_not_is_refused(extension: str, content: bytes) -> None:
    assert not taken(extension, content)


def test_a_character_that_is_cut_where_reading_ends_is_no_fault() -> None:
    """Its first byte is the last that is read."""
    content = b"a" * (HEAD_BYTES - 1) + "ü".encode() + b"a"
    read = Content(content)
    assert require_agreement("txt", read.read, len(content)) is None
    assert read.taken == HEAD_BYTES
    assert not taken("txt", b"a" * (HEAD_BYTES - 1) + b"\xff" * 5)


def test_of_a_large_container_its_names_are_read_and_of_a_bomb_nothing_is_unpacked() -> None:
    bomb = Content(container(TYPES, "word/document.xml", content=b"\0" * (20 * MEGABYTE)))
    large = Content(b"\0" * (3 * MEGABYTE) + container("a.txt", "b.txt"))
    assert len(bomb.content) < 50_000
    assert require_agreement("docx", bomb.read, len(bomb.content)) == bomb.content
    assert require_agreement("zip", large.read, len(large.content)) is None
    assert large.taken < HEAD_BYTES + 1000


def test_a_text_in_another_encoding_is_told_which_is_wanted() -> None:
    content = Content("Würfel".encode("latin-1"))
    with pytest.raises(FileMismatch, match="The file is not text in UTF-8"):
        require_agreement("txt", content.read, len(content.content))


def test_a_container_of_too_many_names_is_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_types, "HEAD_BYTES", 1000)
    monkeypatch.setattr(file_types, "MOST_NAMES_BYTES", 10_000)
    many = Content(container(*map(str, range(1000))))
    with pytest.raises(FileMismatch):
        require_agreement("zip", many.read, len(many.content))
    assert many.taken < 2000
    assert MOST_NAMES_BYTES >= 1000 * 100


@given(st.sampled_from(EXTENSIONS), st.binary(min_size=1, max_size=200), st.booleans())
def test_no_content_makes_it_fail_otherwise(extension: str, content: bytes, ended: bool) -> None:
    """Whatever stands there, also before a container's end, is taken or refused."""
    taken(extension, content + (container("a")[-40:] if ended else b""))
