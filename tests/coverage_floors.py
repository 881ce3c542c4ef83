"""`python -m tests.coverage_floors`: hold what the tests have run of the code against the least that they have to run.

A line that no test can reach says so itself, with the reason: `# pragma: no cover - <why>`.
"""

import json
import sys
from collections.abc import Iterable
from functools import reduce
from typing import Any

import slipcover

from tests.measuring import FOLDER

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
    """What all processes together ran of each file."""
    written = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))]
    files: dict[str, File] = reduce(slipcover.merge_coverage, written)["files"]
    return files


def percent(files: Iterable[File]) -> float:
    sums = [file["summary"] for file in files]
    run, left = (
        sum(each[f"{was}_{what}"] for each in sums for what in ("lines", "branches")) for was in ("covered", "missing")
    )
    return 100 * run / (run + left) if run + left else 100.0


def left_out(name: str, file: File) -> str:
    branches = [f"{start}->{end or 'end'}" for start, end in file["missing_branches"]]
    return f"{name}: {percent([file]):.1f} %; lines {file['missing_lines']}, branches {', '.join(branches) or 'none'}"


if __name__ == "__main__":
    sys.exit(main())
