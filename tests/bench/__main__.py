"""`make bench`: throughput beside the ceiling measured in the same run, for a small and a large catalogue."""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tests.bench.load import Result, bcrypt_per_second, middle, run
from tests.bench.stage import Stage, stage

PASSWORD = "learn-by-doing"
ROUNDS = 12
SIZES = {200: 4, 2000: 34}
"""About how many courses, and the `--scale` that makes them."""

PUBLIC = ("/courses/getAllCourses", "/courses/getCourseDetails/{course}", "/courses/showAllCategories")
SIGNED_IN = ("/profile/getUserDetails/me", "/profile/getEnrolledCourses/me")


@dataclass(frozen=True)
class Row:
    courses: int
    endpoint: str
    pairs: list[tuple[Result, Result]]
    """What was measured, each time directly after its ceiling."""
    target: float

    def __str__(self) -> str:
        ours, theirs = middle([ours for ours, _ in self.pairs]), middle([theirs for _, theirs in self.pairs])
        share = statistics.median(ours.per_second / theirs.per_second for ours, theirs in self.pairs)
        verdict = "yes" if share >= self.target else "no"
        return (
            f"| {self.courses:,} | `{self.endpoint}` | {ours.per_second:,.0f} | {ours.p50:.1f} | {ours.p99:.1f} | "
            f"{theirs.per_second:,.0f} | {share:.0%} | {self.target:.0%} | {verdict} |"
        )


HEADER = (
    "| courses | endpoint | requests/s | p50 ms | p99 ms | ceiling/s | share | wanted | met |\n"
    "|---:|---|---:|---:|---:|---:|---:|---:|---|"
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=int, default=2, help="how long each measurement lasts")
    parser.add_argument("--repeat", type=int, default=7, help="how many pairs, of which the median share counts")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("The benchmark needs wrk: install it with `apt-get install wrk`.", file=sys.stderr)
        return 1
    rows: list[Row] = []
    for size, scale in SIZES.items():
        print(f"Filling a catalogue of about {size:,} courses …", flush=True)
        with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder, stage(Path(folder), scale) as made:
            rows += measure(made, options.seconds, options.repeat)
    print("\n" + HEADER)
    for row in rows:
        print(row)
    return 0


def measure(made: Stage, seconds: int, repeat: int) -> list[Row]:
    """Every endpoint on this stage, alternating with its ceiling."""
    courses = made.database.courses.count_documents({})
    course = made.database.courses.find_one({"status": "published"}, sort=[("studentsCount", -1)])
    rows = []
    for path in PUBLIC:
        url = f"{made.api}/api/v1{path.format(course=course['_id'])}"
        with urllib.request.urlopen(url) as answer:
            size = len(answer.read())
        rows.append(_compare(courses, path, url, f"{made.bare}/bytes/{size}", 0.6, seconds, repeat))
    token = _sign_in(made)
    for path in SIGNED_IN:
        rows.append(
            _compare(courses, path, f"{made.api}/api/v1{path}", f"{made.bare}/find_one", 0.5, seconds, repeat, token)
        )
    return [*rows, _login(made, courses, seconds * 6)]


def _compare(
    courses: int, path: str, url: str, ceiling: str, target: float, seconds: int, repeat: int, token: str | None = None
) -> Row:
    pairs = []
    for _ in range(repeat):
        theirs = run(ceiling, seconds)
        pairs.append((run(url, seconds, token), theirs))
    row = Row(courses, path, pairs, target)
    print(row, flush=True)
    return row


def _sign_in(made: Stage) -> str:
    body = json.dumps({"email": "student@example.com", "password": PASSWORD}).encode()
    request = urllib.request.Request(
        f"{made.api}/api/v1/auth/login", body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        token: str = json.load(answer)["token"]
    return token


def _login(made: Stage, courses: int, seconds: int) -> Row:
    """Sign-ins of one account after another, so that no limit is met."""
    emails = [user["email"] for user in made.database.users.find({"role": "student", "emailVerifiedAt": {"$ne": None}})]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LOGIN_SCRIPT % (", ".join(f'"{email}"' for email in emails), PASSWORD))
        script.flush()
        before = bcrypt_per_second(ROUNDS, seconds // 2)
        ours = run(f"{made.api}/api/v1/auth/login", seconds, script=Path(script.name))
        after = bcrypt_per_second(ROUNDS, seconds // 2)
    row = Row(courses, "/auth/login", [(ours, Result((before + after) / 2, 0, 0))], 0.9)
    print(row, flush=True)
    return row


LOGIN_SCRIPT = """
local emails = { %s }
local place, step = 0, 2
local threads = 0
function setup(thread) thread:set("start", threads) threads = threads + 1 end
function init(args) place = start end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
function request()
  place = place + step
  local email = emails[place %% #emails + 1]
  return wrk.format(nil, nil, nil, '{"email": "' .. email .. '", "password": "%s"}')
end
"""

if __name__ == "__main__":
    sys.exit(main())
