"""`make bench`: throughput beside the ceiling measured in the same run, for a small and a large catalogue."""

import argparse
import shutil
import statistics
import sys
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from lms.demo.catalogue import COURSES_A_SCALE
from lms.demo.seeding import PASSWORD
from tests.bench import backfill, certificates, gradebooks, importing, quizzes, reports, writes
from tests.bench.load import Result, bcrypt_per_second, middle, run
from tests.bench.scripts import COLD_SEARCH, LOGIN, SEARCH
from tests.bench.stage import Stage, administrator, sign_in, stage

ROUNDS = 12
SIZES = {200: 4, 2000: 34}
"""About how many courses, and the `--scale` that makes them."""

PUBLIC = (
    "/courses/getAllCourses",
    "/courses/getAllCourses?q=python",
    "/courses/getCategoryPageDetails/{category}",
    "/courses/getCourseDetails/{course}",
    "/courses/showAllCategories",
)
CATEGORY = ("/courses/getCategoryPageDetails/{category}",)
SIGNED_IN = ("/profile/getUserDetails/me", "/profile/getEnrolledCourses/me")
SEARCHES = {
    "/courses/getAllCourses?q={any word}&limit=4": SEARCH,
    "/courses/getAllCourses?q={any word}&limit=4, asked for the first time": COLD_SEARCH,
}
PLAYBACK = "/courses/playback/{lesson}"
MOST_LOSS = 0.2
"""Of throughput, from the small catalogue to the large one."""


@dataclass(frozen=True)
class Row:
    courses: int
    endpoint: str
    pairs: list[tuple[Result, Result]]
    """What was measured, each time directly after its ceiling."""
    target: float | None = None

    @property
    def share(self) -> float:
        """Of the ceiling, in the middle of the pairs."""
        return statistics.median(ours.per_second / theirs.per_second for ours, theirs in self.pairs)

    def __str__(self) -> str:
        ours, theirs = middle([ours for ours, _ in self.pairs]), middle([theirs for _, theirs in self.pairs])
        verdict = " | " if self.target is None else f"{self.target:.0%} | {_word(self.share >= self.target)}"
        return (
            f"| {self.courses:,} | `{self.endpoint}` | {ours.per_second:,.0f} | {ours.p50:.1f} | {ours.p99:.1f} | "
            f"{theirs.per_second:,.0f} | {self.share:.0%} | {verdict} |"
        )


HEADER = (
    "| courses | endpoint | requests/s | p50 ms | p99 ms | ceiling/s | share | wanted | met |\n"
    "|---:|---|---:|---:|---:|---:|---:|---:|---|"
)

LOSS_HEADER = "| endpoint | share, small | share, large | loss | at most 20 % |\n|---|---:|---:|---:|---|"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=int, default=2, help="how long each measurement lasts")
    parser.add_argument("--repeat", type=int, default=7, help="how many pairs, of which the median share counts")
    parser.add_argument("--short", action="store_true", help="only search, the category page and playback")
    parser.add_argument("--reports", action="store_true", help="only the reports, on 200,000 enrolments")
    parser.add_argument("--quizzes", action="store_true", help="only quizzes, the gradebook and certificates")
    parser.add_argument("--imports", action="store_true", help="only a table of learners that is imported")
    parser.add_argument("--backfilled", type=int, default=1000, help="to how many certificates are issued at once")
    options = parser.parse_args()
    if options.reports:
        return _reports()
    if options.imports:
        with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder, stage(Path(folder), 1) as made:
            print("\n".join([importing.HEADER, importing.measure(made, administrator(made))]))
        return 0
    if shutil.which("wrk") is None:
        print("The benchmark needs wrk: install it with `apt-get install wrk`.", file=sys.stderr)
        return 1
    if options.quizzes:
        with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder, stage(Path(folder), 1) as made:
            print("\n".join([quizzes.HEADER, quizzes.measure(made, options.seconds)]))
            print("\n" + "\n".join([gradebooks.HEADER, gradebooks.measure(made)]))
            line, row = _certificates(made, options.seconds, options.repeat)
            print("\n" + "\n".join([certificates.HEADER, line, "", HEADER, str(row)]))
            print("\n" + "\n".join([backfill.HEADER, backfill.measure(made, options.backfilled)]))
        return 0
    rows: list[Row] = []
    taken: list[str] = []
    written: list[str] = []
    issued: list[str] = []
    graded: list[str] = []
    filled: list[str] = []
    for size, scale in SIZES.items():
        print(f"Filling a catalogue of about {size:,} courses …", flush=True)
        with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder, stage(Path(folder), scale) as made:
            rows += measure(made, options.seconds, options.repeat, everything=not options.short)
            if not options.short:
                line, row = _certificates(made, options.seconds, options.repeat)
                issued.append(line)
                taken.append(quizzes.measure(made, options.seconds))
                graded.append(gradebooks.measure(made))
                filled.append(backfill.measure(made, options.backfilled))
                rows.append(row)
            written += [] if options.short else writes.measure(made, options.seconds, options.repeat)
    print("\n" + HEADER)
    for row in rows:
        print(row)
    if written:
        print("\n" + "\n".join([writes.HEADER, *written]))
    if issued:
        print("\n" + "\n".join([certificates.HEADER, *issued]))
        print("\n" + "\n".join([backfill.HEADER, *filled]))
    if taken:
        print("\n" + "\n".join([quizzes.HEADER, *taken]))
        print("\n" + "\n".join([gradebooks.HEADER, *graded]))
    print("\n" + LOSS_HEADER)
    for endpoint in dict.fromkeys(row.endpoint for row in rows):
        small, large = (row.share for row in rows if row.endpoint == endpoint)
        loss = max(0.0, 1 - large / small)
        print(f"| `{endpoint}` | {small:.0%} | {large:.0%} | {loss:.0%} | {_word(loss <= MOST_LOSS)} |")
    return 0 if options.short else _reports()


def _reports() -> int:
    print("Filling a school of 200,000 enrolments; that takes some minutes …", flush=True)
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder, stage(Path(folder), reports.SCALE) as made:
        for line in reports.measure(made):
            print(line, flush=True)
    return 0


def _certificates(made: Stage, seconds: int, repeat: int) -> tuple[str, Row]:
    """Issuing them, and reading the page that says to anybody whether one holds."""
    line, code = certificates.measure(made)
    url = f"{made.api}/api/v1{certificates.PUBLIC_PAGE.format(code=code)}"
    with urllib.request.urlopen(url) as answer:
        size = len(answer.read())
    courses = made.database.courses.count_documents({})
    ceiling = f"{made.bare}/bytes/{size}"
    return line, _compare(courses, certificates.PUBLIC_PAGE, url, ceiling, 0.6, seconds, repeat)


def _word(fulfilled: bool) -> str:
    return "yes" if fulfilled else "no"


def measure(made: Stage, seconds: int, repeat: int, everything: bool) -> list[Row]:
    """Every endpoint on this stage, alternating with its ceiling."""
    courses = made.database.courses.count_documents({})
    course = made.database.courses.find_one({"status": "published"}, sort=[("studentsCount", -1)])
    rows = []
    for path in PUBLIC if everything else CATEGORY:
        url = f"{made.api}/api/v1{path.format(course=course['_id'], category=course['category'])}"
        with urllib.request.urlopen(url) as answer:
            size = len(answer.read())
        rows.append(_compare(courses, path, url, f"{made.bare}/bytes/{size}", 0.6, seconds, repeat))
    rows += [_search(made, courses, script, path, seconds, repeat) for path, script in SEARCHES.items()]
    token = sign_in(made, "student@example.com")
    rows.append(_playback(made, courses, seconds, repeat, token))
    if not everything:
        return rows
    for path in SIGNED_IN:
        rows.append(
            _compare(courses, path, f"{made.api}/api/v1{path}", f"{made.bare}/find_one", 0.5, seconds, repeat, token)
        )
    return [*rows, _login(made, courses, seconds * 6)]


def _search(made: Stage, courses: int, script: str, path: str, seconds: int, repeat: int) -> Row:
    """Searches for every word of the titles that catalogues of each size have, one after the other."""
    first = made.database.courses.find({}, {"title": 1}).sort("_id", 1).limit(COURSES_A_SCALE)
    words = {word.lower() for each in first for word in each["title"].split()}
    words = sorted(word for word in words if word.isascii() and word.isalpha())
    with urllib.request.urlopen(f"{made.api}/api/v1/courses/getAllCourses?q=python") as answer:
        size = len(answer.read())
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script % ", ".join(f'"{word}"' for word in words))
        file.flush()
        ceiling, url = f"{made.bare}/bytes/{size}", f"{made.api}/api/v1/courses/getAllCourses"
        return _compare(courses, path, url, ceiling, None, seconds, repeat, script=Path(file.name))


def _playback(made: Stage, courses: int, seconds: int, repeat: int, token: str) -> Row:
    """A learner asking to play a lesson they have bought."""
    learner = made.database.users.find_one({"email": "student@example.com"})
    attended = made.database.enrollments.find_one({"user": learner["_id"]})
    lesson = made.database.subsections.find_one({"course": attended["course"], "preview": False})
    url = f"{made.api}/api/v1{PLAYBACK.format(lesson=lesson['_id'])}"
    return _compare(courses, PLAYBACK, url, f"{made.bare}/find_one", None, seconds, repeat, token)


def _compare(
    courses: int,
    path: str,
    url: str,
    ceiling: str,
    target: float | None,
    seconds: int,
    repeat: int,
    token: str | None = None,
    script: Path | None = None,
) -> Row:
    pairs = []
    for _ in range(repeat):
        theirs = run(ceiling, seconds)
        pairs.append((run(url, seconds, token, script), theirs))
    row = Row(courses, path, pairs, target)
    print(row, flush=True)
    return row


def _login(made: Stage, courses: int, seconds: int) -> Row:
    """Sign-ins of one account after another, so that no limit is met."""
    emails = [user["email"] for user in made.database.users.find({"role": "student", "emailVerifiedAt": {"$ne": None}})]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LOGIN % (", ".join(f'"{email}"' for email in emails), PASSWORD))
        script.flush()
        before = bcrypt_per_second(ROUNDS, seconds // 2)
        ours = run(f"{made.api}/api/v1/auth/login", seconds, script=Path(script.name))
        after = bcrypt_per_second(ROUNDS, seconds // 2)
    row = Row(courses, "/auth/login", [(ours, Result((before + after) / 2, 0, 0))], 0.9)
    print(row, flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())
