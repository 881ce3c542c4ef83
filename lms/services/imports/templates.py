"""Files that people begin with: a header and two rows as examples."""

import csv
import io
from collections.abc import Sequence


def csv_of(columns: Sequence[tuple[str, tuple[str, str]]]) -> bytes:
    """The names of columns, and below each its two examples, as CSV that spreadsheets take for UTF-8."""
    used = [(name, examples) for name, examples in columns if any(examples)]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([name for name, _ in used])
    for place in (0, 1):
        writer.writerow([examples[place] for _, examples in used])
    return ("\ufeff" + text.getvalue()).encode()
