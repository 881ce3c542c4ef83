"""/course: what everyone sees. No frontend sends a token here, so one answer holds what all branches read."""

from typing import Any

from bson import ObjectId

from lms.errors import CategoryNotFound, CourseNotFound, InvalidRequest
from lms.studynotion import courses, texts
from lms.studynotion.asking import Ask
from lms.studynotion.door import Answer, Failed, call
from lms.studynotion.refusals import told

HOME_CATEGORY = ObjectId("6475dbeb49dcc886b5698441")
"""The category that the home page of one branch asks for, whatever the school: it is written into that page."""

CATEGORY = ("categoryId", "body")
"""The names of a category's id; a body that is no object is one."""

LONGEST_QUERY = 120
PAGE = 100


@call(
    "GET",
    "/course/showallcategories",
    "/course/getallcategories",
    onto=("studynotion.categories_with_courses",),
    kept_by=(),
)
def categories(ask: Ask) -> Answer:
    """Every category, with the ids of its courses."""
    found = ask.perform("studynotion.categories_with_courses")
    shown = [{**(courses.category(each) or {}), "courses": each["courses"]} for each in found]
    return Answer(shown, beside=dict.fromkeys(("allCategories", "allCategory", "allcategory"), shown))


@call(
    "POST",
    "/course/getcategorypagedetails",
    onto=("categories.page", "studynotion.categories_with_courses"),
    kept_by=CATEGORY,
)
def category_page(ask: Ask) -> Answer:
    """A category's courses, those of others, and what sells best, in the places of every branch."""
    category_id = ask.id(*CATEGORY)
    try:
        found = ask.perform("categories.page", category_id=category_id)
    except CategoryNotFound:
        found = ask.perform("categories.page", category_id=_instead_of(category_id, ask))
    shelves = {name: [courses.card(each) for each in found[name]] for name in SHELVES}
    selected = _shelf(found["selectedCategory"], shelves["selectedCourses"])
    other = _shelf({"id": None, "name": "Other courses"}, shelves["differentCourses"])
    best = {"mostSellingCourses": shelves["mostSellingCourses"]}
    return Answer({"selectedCategory": selected, "differentCategory": other, **best}, beside=shelves)


SHELVES = ("selectedCourses", "differentCourses", "mostSellingCourses")


def _shelf(ours: dict[str, Any], cards: list[dict[str, Any]]) -> dict[str, Any]:
    return {**(courses.category(ours) or {}), "courses": cards, "course": cards}


def _instead_of(category_id: ObjectId, ask: Ask) -> ObjectId:
    """The category with the most courses, for the one that is written into a home page and that this school has not."""
    found = ask.perform("studynotion.categories_with_courses")
    if category_id != HOME_CATEGORY or not found:
        raise CategoryNotFound
    best: ObjectId = max(found, key=lambda each: len(each["courses"]))["id"]
    return best


@call("POST", "/course/getcoursedetails", onto=("studynotion.course_page",), kept_by=("courseId",))
def course_details(ask: Ask) -> Answer:
    """A published course: `data[0]` for one branch, `data.courseDetails` for the main line, or `data` itself."""
    try:
        found = ask.perform("studynotion.course_page", course_id=ask.id("courseId"))
    except CourseNotFound as refusal:
        raise _no_course(refusal) from refusal
    main, length = courses.details(found, "B"), texts.duration(found["totalDuration"])
    data = {**courses.spread(main), "0": courses.details(found, "A"), "courseDetails": main, "totalDuration": length}
    return Answer(data, beside={"courseDetails": main})


def _no_course(refusal: CourseNotFound) -> Failed:
    """One branch draws its page from the failure, and a blank one without these two."""
    blank = {"code": refusal.code, "instructions": "[]", "instructor": {}}
    return Failed(Answer(None, told(refusal), success=False, status=refusal.status, beside=blank))


@call("GET", "/course/getreviews", onto=("reviews.list_visible",), kept_by=())
def reviews(ask: Ask) -> Answer:
    """The hundred best reviews of the school."""
    found = ask.perform("reviews.list_visible", query={"sort": "-rating", "limit": PAGE}).items
    shown = [courses.review(each) for each in found]
    return Answer(shown, beside={"allReviews": shown})


@call("POST GET", "/course/searchcourse", onto=("courses.search",))
def search(ask: Ask) -> Answer:
    """Courses in which the words are found; none for what has neither letter nor digit."""
    return Answer([courses.card(each) for each in matching(ask, ask.text("searchQuery", "query"))])


def matching(ask: Ask, words: str) -> list[dict[str, Any]]:
    """The first hundred courses in which the words are found, in our own shape."""
    if not words:
        return []
    try:
        found: list[dict[str, Any]] = ask.perform(
            "courses.search", query={"q": words[:LONGEST_QUERY], "limit": PAGE}
        ).items
    except InvalidRequest:
        return []
    return found


@call("GET", "/course/getallcourses", onto=("courses.search",), kept_by=())
def all_courses(ask: Ask) -> Answer:
    """Every published course, for branches that know no pages."""
    return Answer([courses.card(each) for each in ask.pages("courses.search", {"limit": PAGE})])
