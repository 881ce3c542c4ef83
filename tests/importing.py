"""Tables as people send them."""

import csv
import io
import zipfile
from typing import Any

from werkzeug.test import TestResponse

from tests.world import Person, World

XML = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = f'{XML}<worksheet xmlns="{MAIN}"><sheetData>%s</sheetData></worksheet>'


def _relation(kind: str, target: str) -> str:
    one = f'<Relationship Id="rId1" Type="{RELATED}/{kind}" Target="{target}"/>'
    return f'{XML}<Relationships xmlns="{RELATIONS}">{one}</Relationships>'


PARTS = {
    "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
    "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
    "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets>'
    '<sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>',
}
"""A workbook (ECMA-376) but for its sheet."""


def table(*rows: tuple[Any, ...], delimiter: str = ",") -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


def workbook(*rows: tuple[Any, ...], filling: int = 0) -> bytes:
    """Rows as XLSX; `filling` bytes of nothing make a bomb of it."""
    cells = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**PARTS, "xl/worksheets/sheet1.xml": SHEET % cells}.items():
            archive.writestr(name, part)
        if filling:
            archive.writestr("xl/media/nothing.bin", bytes(filling))
    return made.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def upload(
    world: World, by: Person, kind: str, content: bytes, name: str = "table.csv", headers: Any = None, **fields: str
) -> TestResponse:
    """Send a file as a frontend does."""
    data = {"kind": kind, "file": (io.BytesIO(content), name), **fields}
    return world.post("/imports/", by=by, data=data, headers=headers or {})


def imported(world: World, by: Person, kind: str, content: bytes, **fields: str) -> dict[str, Any]:
    """The import of a file, when all of it is done."""
    answer = upload(world, by, kind, content, **{"start": "true", **fields})
    assert answer.status_code == 202, answer.text
    return finished(world, by, answer.json["data"]["id"])


def finished(world: World, by: Person, import_id: str) -> dict[str, Any]:
    world.run_jobs()
    found: dict[str, Any] = world.get(f"/imports/{import_id}", by=by).json["data"]
    return found


def rows_of(world: World, by: Person, import_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.get(f"/imports/{import_id}/rows?limit=500", by=by).json["data"]
    return found
