"""Workbooks (XLSX), read by a process of its own with bounds on memory and time: it is code over hostile bytes."""

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from lms.services.imports.unreadable import Unreadable

READER = Path(__file__).with_name("sheet_reader.py")
MOST_SECONDS = 20
MOST_MEMBERS = 200
MOST_UNPACKED = 64 * 1024 * 1024


def is_workbook(content: bytes) -> bool:
    return content.startswith(b"PK\x03\x04")


def rows(content: bytes, sheet: str) -> tuple[str, list[list[str]]]:
    """The sheet of that name, or the first one, and its rows as texts; raises Unreadable."""
    _require_small(content)
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        command = [sys.executable, "-I", str(READER), sheet]
        try:
            done = subprocess.run(  # noqa: S603 - no shell, our own file
                command, stdin=file, capture_output=True, env={}, timeout=MOST_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise Unreadable("The workbook takes too long to read. Save the sheet as CSV.") from None
    if done.returncode != 0:
        raise Unreadable("The workbook cannot be read. Save the sheet as CSV.")
    answer = json.loads(done.stdout)
    if "reason" in answer:
        raise Unreadable(answer["reason"])
    return answer["sheet"], answer["rows"]


def _require_small(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Unreadable("The workbook is damaged.") from None
    if len(members) > MOST_MEMBERS or sum(each.file_size for each in members) > MOST_UNPACKED:
        raise Unreadable("The workbook is too large inside. Save the sheet as CSV.")
    if "xl/workbook.xml" not in {each.filename for each in members}:
        raise Unreadable("This is no workbook in XLSX.")
