"""Whether a file is what its extension says, by some of its bytes; nothing is unpacked, opened or run.

Containers (ZIP, APPNOTE.TXT 6.3) are told by the names of their members, which stand together at the end.
"""

import io
import struct
import zipfile
from collections.abc import Callable

from lms.errors import FileMismatch

Read = Callable[[int, int], bytes]
"""The bytes of a file from one place to before another."""

HEAD_BYTES = 1024**2
MOST_NAMES_BYTES = 1024**2
"""What is read of a file, and of a container's names; more of these is refused."""

SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
}
OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
"""The part that each kind of Office Open XML has (ECMA-376, part 1)."""

MACROS = "vbaproject.bin"
OPEN_DOCUMENT = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
"""The end of the media type that a file begins with after its local header (OpenDocument 1.3, part 2, section 3.3)."""

SOURCES = ("c", "cpp", "cs", "css", "go", "h", "java", "js", "kt", "php", "py", "r", "rb", "rs", "sql", "swift", "ts")
TEXTS = ("txt", "csv", "md", "json", "ipynb", "tex", "xml", "yaml", "yml", *SOURCES)
EXTENSIONS = (*SIGNATURES, *OFFICE, *OPEN_DOCUMENT, "zip", *TEXTS)
"""Every extension that is taken. No page of HTML and no SVG: those of a piece of work come in a ZIP."""


def require_agreement(extension: str, read: Read, size: int) -> bytes | None:
    """All of its content where that was read, for it is small; raises FileMismatch unless it is what it says."""
    if size == 0:
        raise FileMismatch("The file is empty.")
    head = read(0, min(size, HEAD_BYTES))
    whole = len(head) == size
    if not _agrees(extension, head, (lambda start, end: head[start:end]) if whole else read, size):
        wanted = "text in UTF-8" if extension in TEXTS else f"what its name says: .{extension}"
        raise FileMismatch(f"The file is not {wanted}.")
    return head if whole else None


def _agrees(extension: str, head: bytes, read: Read, size: int) -> bool:
    if extension in SIGNATURES:
        return head.startswith(SIGNATURES[extension])
    if extension in TEXTS:
        return _is_text(head, len(head) == size) and (extension != "ipynb" or head.lstrip().startswith(b"{"))
    names = _names(read, size)
    if extension in OFFICE:
        return {"[Content_Types].xml", OFFICE[extension]} <= names and not _has_macros(names)
    if extension in OPEN_DOCUMENT:
        return "content.xml" in names and head[30:].startswith(_media_type(extension))
    return extension == "zip" and bool(names)


def _is_text(head: bytes, whole: bool) -> bool:
    """UTF-8 without NUL; where there is more of it, the last character may be cut."""
    if b"\0" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return not whole and error.reason == "unexpected end of data"
    return True


def _media_type(extension: str) -> bytes:
    return f"mimetypeapplication/vnd.oasis.opendocument.{OPEN_DOCUMENT[extension]}".encode()


def _has_macros(names: set[str]) -> bool:
    return any(name.lower().endswith(MACROS) for name in names)


def _names(read: Read, size: int) -> set[str]:
    """The names of a container's members; none of what is no container, or of one with too many of them."""
    try:
        with zipfile.ZipFile(_Distant(read, size)) as container:
            return {member.filename for member in container.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OverflowError):
        return set()


class _Distant(io.RawIOBase):
    """A file that lies elsewhere, for a reader that looks at its end; raises ValueError when it wants too much."""

    def __init__(self, read: Read, size: int) -> None:
        self._read, self._size, self._at, self._left = read, size, 0, MOST_NAMES_BYTES

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if at < 0:
            raise ValueError("There is nothing before the beginning.")
        self._at = at
        return at

    def read(self, size: int = -1) -> bytes:
        end = self._size if size < 0 else min(self._at + size, self._size)
        if end <= self._at:
            return b""
        self._left -= end - self._at
        if self._left < 0:
            raise ValueError("A container has no more names than this.")
        content = self._read(self._at, end)
        self._at += len(content)
        return content
