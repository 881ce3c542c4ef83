"""/search: the search box that the main line has on every page, and its page of results."""

from typing import Any

from lms.studynotion import courses, texts
from lms.studynotion.asking import Ask
from lms.studynotion.calls.catalogue import matching
from lms.studynotion.door import Answer, call

SHOWN_AT_FIRST = 10


@call("GET", "/search/getallcourses", onto=("courses.search",), kept_by=())
def suggested_courses(ask: Ask) -> Answer:
    """The first courses of the catalogue, for the box before anything is typed; it asks on every page."""
    found = ask.perform("courses.search", query={"limit": SHOWN_AT_FIRST}).items
    return Answer([_in_box(each) for each in found])


@call("GET", "/search/dropdown/<words>", onto=("courses.search",))
def suggestions(ask: Ask) -> Answer:
    """The courses that match what is typed so far; the box needs its other lists to be there."""
    found = [_in_box(each) for each in matching(ask, ask.text("words"))[:SHOWN_AT_FIRST]]
    none: dict[str, Any] = {"instructorDetails": [], "autoComplete": [], "allAutoCompleteTags": []}
    return Answer({"populatedCourses": found, **none})


@call("GET", "/search/<words>", onto=("courses.search",))
def results(ask: Ask) -> Answer:
    """The courses that match, each in a list with its length and the number of its lessons."""
    found = matching(ask, ask.text("words"))
    return Answer(
        [{"data": [courses.card(each), texts.duration(each["totalDuration"]), each["lessonsCount"]]} for each in found]
    )


def _in_box(ours: dict[str, Any]) -> dict[str, Any]:
    """A course as the box has it: its author is a list of names."""
    card = courses.card(ours)
    author = [card["instructor"]["firstName"], card["instructor"]["lastName"]]
    return {**{name: card[name] for name in ("_id", "courseName", "thumbnail")}, "instructor": author}
