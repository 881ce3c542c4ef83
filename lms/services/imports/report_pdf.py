"""The report of an import as PDF: what was counted, why rows failed, which ones, and what is new."""

from datetime import UTC, datetime
from typing import Any

from lms.extensions import current_settings
from lms.services.system import paper

TEMPLATE = "import.typ"
OUTCOMES = ("created", "updated", "skipped", "failed")
LONGEST_CELL = 120


def draw(facts: dict[str, Any], made_at: datetime) -> bytes:
    """A few pages, however long the table was: of rows that failed, and of new ones, there are so many at the most."""
    return paper.typeset(TEMPLATE, _told(facts), made_at)


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    zone = current_settings().school_zone
    began, ended = facts["startedAt"], facts["finishedAt"]
    about = {
        "File": f"{facts['file']['name']}, {facts['file']['bytes']:,} bytes",
        "SHA-256": facts["file"]["sha256"],
        "Uploaded by": facts["by"],
        "Course": facts["course"],
        "Began": _moment(began, zone),
        "Ended": _moment(ended, zone),
        "Took": f"{(ended - began).total_seconds():,.0f} s" if began and ended else "",
    }
    return {
        "title": f"Import of {facts['kind']}",
        "state": facts["state"],
        "about": [pair for pair in about.items() if pair[1]],
        "total": facts["total"],
        "counts": [[name, facts[name]] for name in OUTCOMES],
        "left": facts["total"] - facts["cursor"],
        "undone": facts["undone"],
        "reasons": [[code.replace("_", " "), str(count)] for code, count in facts["reasons"].items()],
        "failed": [[str(line), _short(shown), reason] for line, shown, reason in facts["failedRows"]],
        "moreFailed": max(0, facts["failed"] - len(facts["failedRows"])),
        "new": [[str(line), _short(shown)] for line, shown in facts["createdRows"]],
        "moreNew": max(0, facts["created"] - len(facts["createdRows"])),
    }


def _moment(moment: datetime | None, zone: Any) -> str:
    if moment is None:
        return ""
    local = moment.replace(tzinfo=UTC).astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
