"""How long the reports take on a large school, asked one after the other."""

import statistics
import time
import urllib.request
from collections.abc import Iterator

from tests.bench.stage import Stage, sign_in

SCALE = 102
"""Makes 200,000 enrolments and 2,000,000 progress events."""

TIMES = 15
MOST_MILLISECONDS = 300

REPORTS = (
    "/analytics",
    "/analytics?granularity=week",
    "/analytics?granularity=month&from={years_ago}",
    "/analytics/courses/{course}",
)


def measure(made: Stage) -> Iterator[str]:
    """The lines of a table of the median and the slowest answer, in milliseconds."""
    database = made.database
    enrolments, events = (database[name].estimated_document_count() for name in ("enrollments", "progressEvents"))
    yield f"\n{enrolments:,} enrolments, {events:,} progress events\n"
    yield "| report | median ms | slowest ms | within 300 ms |\n|---|---:|---:|---|"
    course = database.courses.find_one({}, sort=[("studentsCount", -1)])["_id"]
    headers = {"Authorization": f"Bearer {sign_in(made, 'admin@example.com')}"}
    for path in REPORTS:
        years_ago = f"{time.gmtime().tm_year - 4}-01-01"
        url = f"{made.api}/api/v1{path.format(course=course, years_ago=years_ago)}"
        taken = [_milliseconds(urllib.request.Request(url, headers=headers)) for _ in range(TIMES)]
        met = "yes" if max(taken) <= MOST_MILLISECONDS else "no"
        yield f"| `{path}` | {statistics.median(taken):.0f} | {max(taken):.0f} | {met} |"


def _milliseconds(request: urllib.request.Request) -> float:
    began = time.perf_counter()
    with urllib.request.urlopen(request) as answer:
        answer.read()
    return (time.perf_counter() - began) * 1000
