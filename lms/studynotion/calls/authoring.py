"""/course and /profile: writing courses, publishing them, and what they have come to."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.errors import InvalidRequest, Refusal
from lms.http.operations import PICTURE_BYTES
from lms.studynotion import courses, taught
from lms.studynotion.asking import Ask
from lms.studynotion.door import Answer, Failed, call
from lms.studynotion.refusals import told

PAGE = 100

WANTED = {"published": "published", "draft": "draft", "drafted": "draft"}
"""The states that are asked for, in small letters."""

SAID = {
    "in_review": "The course is handed in. It is published as soon as staff have looked at it.",
    "published": "The course is published.",
    "draft": "The course is a draft.",
    "archived": "The course is archived.",
}
"""What a course is told to be, by its state."""

CATEGORY = {"name": "name", "description": "description"}

Ours = Mapping[str, Any]


@call("POST", "/course/createcourse", onto=("authoring.create",), upload_bytes=PICTURE_BYTES)
def create_course(ask: Ask) -> Answer:
    """Begin a draft, with its thumbnail under any name."""
    made = ask.perform("authoring.create", taught.fields(ask), taught.FIELDS, thumbnail=ask.sent.file)
    shown = taught.course(ask, made)
    return Answer(shown, "The draft is created.", beside=_under(shown, "courseDetails", "newCourse"), status=201)


@call(
    "POST PUT",
    "/course/editcourse",
    onto=("studynotion.written_course", "authoring.edit", "authoring.submit", "authoring.unpublish"),
    upload_bytes=PICTURE_BYTES,
)
def edit_course(ask: Ask) -> Answer:
    """Change what was sent of a course, then publish it or take it back as its `status` says.

    A change that is made stays made where the publishing is refused, and the refusal says so.
    """
    course_id, wanted = ask.id("courseId"), _wanted(ask)
    course = ask.perform("studynotion.written_course", course_id=course_id)
    fields, thumbnail = taught.fields(ask), ask.sent.file
    edited = bool(fields or thumbnail)
    if edited:
        course = ask.perform("authoring.edit", fields, taught.FIELDS, course_id=course_id, thumbnail=thumbnail)
    if wanted is None:
        return _edited(ask, course, "The course is changed.")
    try:
        course = _moved(ask, course_id, course, wanted)
    except Refusal as refusal:
        if edited:
            raise _half_done(refusal) from refusal
        raise
    return _edited(ask, course, SAID[course["status"]])


def _wanted(ask: Ask) -> str | None:
    """The state that is asked for, if one is; raises InvalidRequest."""
    status = ask.given("status")
    if status is None:
        return None
    if str(status).lower() not in WANTED:
        raise InvalidRequest(errors={"status": "This has to be Draft or Published."})
    return WANTED[str(status).lower()]


def _moved(ask: Ask, course_id: ObjectId, course: Ours, wanted: str) -> Ours:
    """The course once it is what they want it to be, or on its way there."""
    public = course["status"] in ("published", "in_review")
    if wanted == "published" and not public:
        return _ours(ask.perform("authoring.submit", course_id=course_id))
    if wanted == "draft" and public:
        return _ours(ask.perform("authoring.unpublish", course_id=course_id))
    return course


def _ours(found: Any) -> Ours:
    course: Ours = found
    return course


def _half_done(refusal: Refusal) -> Failed:
    sentence = f"The changes are saved, but not the new status. {told(refusal)}"
    return Failed(Answer(None, sentence, success=False, status=refusal.status, beside={"code": refusal.code}))


def _edited(ask: Ask, course: Ours, sentence: str) -> Answer:
    shown = taught.course(ask, course)
    return Answer(shown, sentence, beside=_under(shown, "courseDetail", "courseDetails", "updatedCourse"))


def _under(shown: Any, *names: str) -> dict[str, Any]:
    return dict.fromkeys(names, shown)


@call("POST", "/course/addcoursetocategory", onto=("studynotion.written_course",))
def add_to_category(ask: Ask) -> Answer:
    """Nothing more than a yes to one of the authors: a course has its category as soon as it is chosen."""
    ask.perform("studynotion.written_course", course_id=ask.id("courseId"))
    return Answer(message="The course is in its category.")


@call("GET", "/course/getinstructorcourses", onto=("courses.own",))
def instructor_courses(ask: Ask) -> Answer:
    """All that the caller writes, the last changed first."""
    shown = [_in_table(each) for each in ask.pages("courses.own", {"limit": PAGE})]
    return Answer(shown, beside=_under(shown, "courses"))


def _in_table(ours: Ours) -> dict[str, Any]:
    card = courses.card(ours)
    return {**card, **_under(card["studentsEnrolled"], "studentEnrolled", "studentsEnroled")}


@call("DELETE POST", "/course/deletecourse", onto=("authoring.delete",))
def delete_course(ask: Ask) -> Answer:
    """Delete a course that nobody attends."""
    ask.perform("authoring.delete", course_id=ask.id("courseId"))
    return Answer(message="The course is deleted. It can be restored within 30 days.")


@call(
    "GET",
    "/profile/instructordashboard",
    "/profile/getinstructordashboarddetails",
    "/profile/instructordasboard",
    onto=("profile.instructor_dashboard", "courses.own"),
)
def instructor_dashboard(ask: Ask) -> Answer:
    """What the caller's courses have come to, in rupees that arrived."""
    found = ask.perform("profile.instructor_dashboard")["courses"]
    described = {
        each["id"]: courses.card(each)["courseDescription"] for each in ask.pages("courses.own", {"limit": PAGE})
    }
    shown = [_figures(each, described.get(each["id"], "")) for each in found]
    return Answer(shown, beside=_under(shown, "courses", "courseData"))


def _figures(ours: Ours, description: str) -> dict[str, Any]:
    """The figures of a course, under the names of both branches."""
    return {
        "_id": ours["id"],
        "courseName": ours["title"],
        "courseDescription": description,
        **_under(ours["studentsCount"], "totalStudents", "totalStudentsEnrolled"),
        **_under(_rupees(ours["revenue"]), "totalRevenue", "totalAmountGenerated"),
    }


def _rupees(paise: int) -> int | float:
    return paise / 100 if paise % 100 else paise // 100


@call("POST", "/course/createcategory", onto=("categories.create",))
def create_category(ask: Ask) -> Answer:
    """Add a category; administrators need their second step, which no frontend of the family knows."""
    made = ask.perform("categories.create", ask.fields(CATEGORY), CATEGORY)
    return Answer(courses.category(made), "The category is created.", status=201)
