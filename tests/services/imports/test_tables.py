import io
import zipfile

import pytest

from lms.services.imports import tables
from lms.services.imports.unreadable import Unreadable
from tests.importing import table, workbook

NAMES = ("email", "firstName")


def archive_of(name: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, "")
    return made.getvalue()


ASHA = ("asha@example.com", "आशा")


@pytest.mark.parametrize(
    ("content", "said", "facts"),
    [
        (table(NAMES, ASHA), {}, ("utf-8", ",")),
        (b"\xef\xbb\xbf" + table(NAMES, ASHA), {}, ("utf-8", ",")),
        (table(NAMES, ASHA).decode().encode("utf-16"), {}, ("utf-16", ",")),
        (table(NAMES, ASHA, delimiter=";"), {}, ("utf-8", ";")),
        (table(NAMES, ASHA, delimiter="\t"), {}, ("utf-8", "\t")),
        (table(NAMES, ASHA, delimiter="|"), {}, ("utf-8", "|")),
        (table(NAMES, ASHA).replace(b"\r\n", b"\n"), {}, ("utf-8", ",")),
        (b"\r\n\r\n" + table(NAMES, ("", ""), ASHA), {}, ("utf-8", ",")),
        (table(NAMES, ASHA, delimiter=";"), {"delimiter": ";"}, ("utf-8", ";")),
    ],
)
def test_tables_of_every_country_are_read(content: bytes, said: dict[str, str], facts: tuple[str, str]) -> None:
    found = tables.read(content, said)
    assert (found.headers, [row for _, row in found.lines]) == (list(NAMES), [list(ASHA)])
    assert (found.facts["encoding"], found.facts["delimiter"]) == facts


def test_an_encoding_that_is_named_is_believed() -> None:
    found = tables.read("email\nrené@example.com\n".encode("cp1252"), {"encoding": "windows-1252"})
    assert found.lines == [(2, ["rené@example.com"])]


def test_rows_know_their_lines() -> None:
    content = table(NAMES, ("a@example.com", "two\nlines"), ("", ""), ("b@example.com", "Bo"))
    assert [line for line, _ in tables.read(content, {}).lines] == [2, 5]


def test_workbooks_have_numbers_without_a_point() -> None:
    found = tables.read(workbook(("email", "contactNumber"), ("a@example.com", 9876543210.0)), {"sheet": "People"})
    assert found.facts == {"format": "xlsx", "sheet": "People"}
    assert found.lines == [(2, ["a@example.com", "9876543210"])]


@pytest.mark.parametrize(
    ("content", "said", "reason"),
    [
        (b"", {}, "The file is empty."),
        (b"\n\n", {}, "The file is empty."),
        (table(NAMES), {}, "The file has a header and no rows."),
        (
            "email\na\nrené@\n".encode("cp1252"),
            {},
            "Line 3 is not UTF-8. Save the file as UTF-8",
        ),
        (b'email\n"a@example.com\nb@example.com\n', {}, "Line 2: a cell does not end, or ends in the middle"),
        (b"email\na\0b\n", {}, "The file holds characters that no table has."),
        (b"email,Email\na,b\n", {}, "Two columns are called"),
        (b"email\na,b\n", {}, "Line 2 has 2 cells, where there are 1 columns."),
        (table(("email",), ("x" * 10_001,)), {}, "Line 2 has a cell of more than 10,000 characters."),
        (table(tuple(f"c{n}" for n in range(61))), {}, "The file has more than 60 columns."),
        (workbook(NAMES, ASHA), {"sheet": "Others"}, "There is no sheet “Others”; there are People."),
        (workbook(NAMES, ASHA, filling=65 * 1024 * 1024), {}, "The workbook is too large inside."),
        (archive_of("word/document.xml"), {}, "This is no workbook in XLSX."),
        (b"PK\x03\x04 and nothing else", {}, "The workbook is damaged."),
    ],
)
def test_what_is_no_table_is_told_why(content: bytes, said: dict[str, str], reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        tables.read(content, said)
    assert str(refused.value).startswith(reason)


def test_there_are_so_many_rows_at_the_most() -> None:
    with pytest.raises(Unreadable, match="more than 50,000 rows"):
        tables.read(b"email\n" + b"a\n" * 50_001, {})
    assert len(tables.read(b"email\n" + b"a\n" * 50_000, {}).lines) == 50_000
