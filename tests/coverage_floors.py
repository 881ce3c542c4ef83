"""`python -m tests.coverage_floors`: hold what the tests have run of the code against the least that they have to run.

A line that no test can reach says so itself, with the reason: `# pragma: no cover - <why>`.
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from coverage import Coverage

WHOLE = (
    "lms/admin/guard.py",
    "lms/admin/roles.py",
    "lms/controllers/accounts/",
    "lms/controllers/payments/",
    "lms/middlewares/auth.py",
)
"""Who somebody is, what they may, and money: every line and every branch."""
ELSEWHERE = 95

File = dict[str, Any]


def main() -> int:
    files = measured()
    whole = {name: file for name, file in files.items() if name.startswith(WHOLE)}
    rest = percent(file for name, file in files.items() if name not in whole)
    print(
        f"Tests run {percent(files.values()):.2f} % of all lines and branches; {percent(whole.values()):.2f} % of "
        f"accounts, permissions and payments, {rest:.2f} % of the rest."
    )
    wrong = [left_out(name, file) for name, file in whole.items() if percent([file]) < 100]
    wrong += [
        f"{place} is not there any more: tests/coverage_floors.py has to name its new place."
        for place in WHOLE
        if not any(name.startswith(place) for name in files)
    ]
    if rest < ELSEWHERE:
        poorest = sorted(files, key=lambda name: percent([files[name]]))[:10]
        wrong += [
            f"{rest:.2f} % of the rest is less than {ELSEWHERE} %.",
            *(left_out(name, files[name]) for name in poorest),
        ]
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


def measured() -> dict[str, File]:
    """What was measured of each file, as `coverage json` tells it."""
    coverage = Coverage()
    coverage.combine()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "coverage.json")
        coverage.json_report(outfile=str(report))
        files: dict[str, File] = json.loads(report.read_text())["files"]
    return files


def percent(files: Any) -> float:
    sums: Counter[str] = Counter()
    for file in files:
        sums.update({name: value for name, value in file["summary"].items() if isinstance(value, int)})
    there = sums["num_statements"] + sums["num_branches"]
    return 100 * (sums["covered_lines"] + sums["covered_branches"]) / there if there else 100.0


def left_out(name: str, file: File) -> str:
    branches = [f"{start}->{end if end > 0 else 'end'}" for start, end in file["missing_branches"]]
    return f"{name}: {percent([file]):.1f} %; lines {file['missing_lines']}, branches {', '.join(branches) or 'none'}"


if __name__ == "__main__":
    sys.exit(main())
