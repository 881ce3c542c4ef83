"""/course and /profile: what learners attend, watch, complete and rate."""

import math
import re
from typing import Any

from lms.results import Part, Redirect
from lms.studynotion import courses, texts
from lms.studynotion.asking import Ask
from lms.studynotion.door import Answer, call
from lms.studynotion.people import alias
from lms.studynotion.watching import address_for

RATING = {"courseId": "courseId", "rating": "rating", "review": "review"}
LESSON = ("subSectionId", "subsectionId", "SubsectionId", "subSection")
"""The names under which branches send the id of a lesson."""


@call("GET", "/profile/getenrolledcourses", onto=("studynotion.attended", "studynotion.me"))
def enrolled_courses(ask: Ask) -> Answer:
    """The caller's courses: with the learner around them for one branch, as a list for the main line."""
    found = ask.perform("studynotion.attended")
    if ask.dialect == "B":
        return Answer([_attended(each) for each in found])
    me = ask.perform("studynotion.me")
    user = {"_id": alias(me["id"]), "email": me["email"], "firstName": me["firstName"], "lastName": me["lastName"]}
    progress = [
        {"_id": each["id"], "courseID": each["id"], "userID": user["_id"], "completedVideos": each["completedVideos"]}
        for each in found
    ]
    return Answer({**user, "courses": [_with_ids(_attended(each)) for each in found], "courseProgress": progress})


def _attended(ours: dict[str, Any]) -> dict[str, Any]:
    outline = [courses.section(each) for each in ours["sections"]]
    return {**courses.card(ours), "courseContent": outline, "progressPercentage": ours["progressPercentage"]}


def _with_ids(course: dict[str, Any]) -> dict[str, Any]:
    """The same with the ids of lessons, of which one branch makes an address."""
    outline = [
        {**each, "subSection": [lesson["_id"] for lesson in each["subSection"]]} for each in course["courseContent"]
    ]
    return {**course, "courseContent": outline}


@call("POST", "/course/getfullcoursedetails", onto=("courses.full_details",))
def full_details(ask: Ask) -> Answer:
    """A course as its learner or author sees it, with addresses of its videos that hold as long as the sign-in."""
    found = ask.perform("courses.full_details", course_id=ask.id("courseId"))
    course = courses.details(found, ask.dialect, address_for(ask.caller))
    more = {"completedVideos": found["completedVideos"], "totalDuration": texts.duration(found["totalDuration"])}
    data = {**courses.spread(course), "courseDetails": course, **more}
    return Answer(data, beside={"courseDetails": course, "additionalData": more})


@call("GET", "/play/<lesson_id>", onto=("studynotion.watch",))
def play(ask: Ask) -> Part | Redirect:
    """The video of a lesson, for the sign-in that was given this address."""
    found = ask.whatever("studynotion.watch", subsection_id=ask.id("lesson_id"), query={"token": ask.text("t")})
    assert isinstance(found, Part | Redirect)
    return found


@call(
    "POST PUT",
    "/course/updatecourseprogress",
    "/courseprogress/updatecourseprogress",
    "/profile/updatecourseprogress",
    onto=("progress.update",),
)
def complete_lesson(ask: Ask) -> Answer:
    """Complete a lesson; whose progress it is, only the token says."""
    done = {"subsectionId": ask.id(*LESSON), "completed": True}
    ask.perform("progress.update", done, {"subsectionId": LESSON[0]}, course_id=ask.id("courseId"))
    return Answer(message="Lecture marked as complete.")


@call("POST", "/course/createrating", onto=("reviews.create",))
def rate(ask: Ask) -> Answer:
    """Rate and review a course one attends, once."""
    fields = {name: _stars(value) if name == "rating" else value for name, value in ask.fields(RATING).items()}
    made = ask.answer("reviews.create", fields)
    return Answer(courses.review(made.data), made.message or "Your review is published.")


def _stars(value: Any) -> Any:
    """Whole stars, which some branches send as a text; half a one, which is its left side clicked, counts as one."""
    if not re.fullmatch(r"\d(\.5)?", str(value)):
        return value
    return math.floor(float(value) + 0.5)
