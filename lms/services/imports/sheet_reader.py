"""A process of its own that reads a workbook from stdin and writes one sheet's cells, as texts in JSON."""

import datetime
import io
import json
import resource
import sys

from python_calamine import CalamineWorkbook

MOST_MEMORY = 512 * 1024 * 1024
MOST_CPU_SECONDS = 20
MOST_ROWS = 50_002
"""One more than are taken and the header, so that the reader of this can tell that there are too many."""


def limit() -> None:
    """Bound the memory and the time this process may take, and let it write no files."""
    if sys.platform != "linux":
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def text(cell: object) -> str:
    """A cell as people read it: whole numbers without a point, days as 2026-01-31."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(timespec="seconds")
    return str(cell)


def answer(wanted: str) -> dict[str, object]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    names = workbook.sheet_names
    if wanted and wanted not in names:
        return {"reason": f"There is no sheet “{wanted}”; there are {', '.join(names)}."}
    sheet = workbook.get_sheet_by_name(wanted or names[0])
    rows = sheet.iter_rows()
    found = [[text(cell) for cell in row] for row, _ in zip(rows, range(MOST_ROWS), strict=False)]
    return {"sheet": sheet.name, "rows": found}


if __name__ == "__main__":
    limit()
    json.dump(answer(sys.argv[1]), sys.stdout)
