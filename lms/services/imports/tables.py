"""Tables from people: CSV as spreadsheets of every country write it, and workbooks; never guessed at silently."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lms.services.imports import sheets
from lms.services.imports.unreadable import Unreadable

MOST_ROWS = 50_000
MOST_COLUMNS = 60
LONGEST_CELL = 10_000
DELIMITERS = ",;\t|"
ENCODINGS = ("utf-8", "utf-16", "windows-1252")
"""What an uploader can name; without that a file has a byte order mark, or is UTF-8."""
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

Line = tuple[int, list[str]]
"""A row with the number that its first line has in the file, from 1."""


@dataclass(frozen=True)
class Table:
    """`headers` as they stand in the file; `facts` is what it was read with."""

    headers: list[str]
    lines: list[Line]
    facts: dict[str, str] = field(default_factory=dict)


def read(content: bytes, said: dict[str, str]) -> Table:
    """The table in a file; `said` may name its `encoding`, `delimiter` and `sheet`. Raises Unreadable."""
    if not content:
        raise Unreadable("The file is empty.")
    if sheets.is_workbook(content):
        sheet, rows = sheets.rows(content, said.get("sheet", ""))
        return _table(enumerate(rows, start=1), {"format": "xlsx", "sheet": sheet})
    text, encoding = decoded(content, said.get("encoding"))
    delimiter = said.get("delimiter") or _delimiter(text)
    return _table(_parsed(text, delimiter), {"format": "csv", "encoding": encoding, "delimiter": delimiter})


def decoded(content: bytes, said: str | None) -> tuple[str, str]:
    """The text and its encoding; raises Unreadable with the first line that is not in it."""
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), said or "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"Line {line} is not {encoding.removesuffix('-sig').upper()}. Save the file as UTF-8, or name its encoding."
        ) from None
    if "\0" in text:
        raise Unreadable("The file holds characters that no table has. Save it as CSV (UTF-8).")
    return text, encoding.removesuffix("-sig")


def _delimiter(text: str) -> str:
    """The one that makes the most columns of the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=lambda each: len(next(csv.reader([first], delimiter=each), [])))


def _parsed(text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise Unreadable(f"Line {before + 1}: a cell does not end, or ends in the middle ({error}).") from None


def _table(rows: Iterable[Line], facts: dict[str, str]) -> Table:
    filled = ((line, [cell.strip() for cell in cells]) for line, cells in rows)
    found = ((line, cells) for line, cells in filled if any(cells))
    _, headers = next(found, (0, []))
    _require_headers(headers)
    lines: list[Line] = []
    for line, cells in found:
        if len(lines) == MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Cut it in two.")
        if len(cells) > len(headers) and any(cells[len(headers) :]):
            raise Unreadable(f"Line {line} has {len(cells)} cells, where there are {len(headers)} columns.")
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Unreadable(f"Line {line} has a cell of more than {LONGEST_CELL:,} characters.")
        lines.append((line, cells))
    if not lines:
        raise Unreadable("The file has a header and no rows.")
    return Table(headers, lines, facts)


def _require_headers(headers: list[str]) -> None:
    if not headers:
        raise Unreadable("The file is empty.")
    if len(headers) > MOST_COLUMNS:
        raise Unreadable(f"The file has more than {MOST_COLUMNS} columns.")
    named = [each.casefold() for each in headers if each]
    if twice := next((each for each in headers if each and named.count(each.casefold()) > 1), None):
        raise Unreadable(f"Two columns are called “{twice}”.")
