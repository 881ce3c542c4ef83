from collections.abc import Callable
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.moderation import courses as moderation
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from tests.world import MadeCourse, Person, World, refused

SUBMIT = "/courses/submitCourse"
UNPUBLISH = "/courses/unpublishCourse"
DETAILS = "/courses/getCourseDetails"


@pytest.fixture
def draft(world: World, teacher: Person) -> MadeCourse:
    return world.draft(teacher)


@pytest.fixture
def unmoderated(settings: Callable[..., None]) -> None:
    settings(moderation="off")


def status_of(course: MadeCourse) -> str:
    stored = courses.get({"_id": course.id})
    assert stored is not None
    return stored["status"]


def seen(world: World, course: MadeCourse) -> set[str]:
    """The public places that show the course."""
    stored = courses.raw.find_one({"_id": course.id})
    assert stored is not None
    shelf = world.get(f"/courses/getCategoryPageDetails/{stored['category']}").json["data"]
    places = {
        "catalogue": world.get("/courses/").json["data"],
        "search": world.get("/courses/getAllCourses?q=course").json["data"],
        "instructor": world.get(f"/courses/getAllCourses?instructor={stored['instructor']}").json["data"],
        "category": shelf["selectedCourses"],
        "best sellers": shelf["mostSellingCourses"],
    }
    lists = {place for place, cards in places.items() if str(course.id) in {card["id"] for card in cards}}
    addresses = {
        "details": f"{DETAILS}/{course.id}",
        "preview": f"/courses/playback/{course.lessons[0].id}",
        "rating": f"/courses/getAverageRating/{course.id}",
        "reviews": f"/courses/getReviews?courseId={course.id}",
    }
    answers = {place: world.get(address) for place, address in addresses.items()}
    assert {answer.status_code for answer in answers.values()} <= {200, 404}
    return lists | {place for place, answer in answers.items() if answer.status_code == 200}


EVERYWHERE = {
    *("catalogue", "search", "instructor", "category", "best sellers"),
    *("details", "preview", "rating", "reviews"),
}


def test_a_complete_draft_is_handed_to_staff(world: World, teacher: Person, draft: MadeCourse) -> None:
    answer = world.post(f"{SUBMIT}/{draft.id}", by=teacher)
    assert (answer.status_code, answer.json["data"]["status"]) == (200, "in_review")
    assert [each["id"] for each in moderation.queue()] == [draft.id]
    assert seen(world, draft) == set()


@pytest.mark.usefixtures("unmoderated")
def test_where_nobody_moderates_it_is_published_at_once(world: World, teacher: Person, draft: MadeCourse) -> None:
    assert seen(world, draft) == set()
    answer = world.post(f"{SUBMIT}/{draft.id}", by=teacher)
    assert (answer.status_code, answer.json["data"]["status"]) == (200, "published")
    assert seen(world, draft) == EVERYWHERE
    assert world.post(f"/courses/enroll/{draft.id}", by=world.person()).status_code == 201


def test_an_empty_draft_is_told_all_that_is_missing(world: World, teacher: Person) -> None:
    draft = world.post("/courses/createCourse", {"title": "Knots"}, by=teacher).json["data"]["id"]
    answer = world.post(f"{SUBMIT}/{draft}", by=teacher)
    assert refused(answer) == (409, "course_incomplete")
    assert set(answer.json["errors"]) == {"description", "thumbnail", "category", "price", "sections"}
    assert all(answer.json["errors"].values())


@pytest.mark.parametrize(
    ("lack", "field"),
    [
        ({"title": "", "titlePrefixes": ""}, "title"),
        ({"description": "<br>", "descriptionText": ""}, "description"),
        ({"thumbnail": None}, "thumbnail"),
        ({"category": None}, "category"),
        ({"amount": None}, "price"),
    ],
)
@pytest.mark.parametrize("switch", ["on", "off"])
def test_a_draft_without_one_of_these_is_refused(
    world: World,
    teacher: Person,
    draft: MadeCourse,
    settings: Callable[..., None],
    lack: dict[str, Any],
    field: str,
    switch: str,
) -> None:
    settings(moderation=switch)
    courses.update({"_id": draft.id}, {"$set": lack})
    answer = world.post(f"{SUBMIT}/{draft.id}", by=teacher)
    assert refused(answer) == (409, "course_incomplete")
    assert set(answer.json["errors"]) == {field}
    assert status_of(draft) == "draft"


def test_every_section_needs_a_lesson_and_every_lesson_a_video_that_plays(
    world: World, teacher: Person, draft: MadeCourse
) -> None:
    empty, filled = sections.add(draft.id, "Empty"), sections.add(draft.id, "Filled")
    without, unready = world.lesson(draft.id, filled).id, world.lesson(draft.id, filled).id
    subsections.edit(without, {"videoPublicId": None})
    subsections.edit(unready, {"duration": 0})
    answer = world.post(f"{SUBMIT}/{draft.id}", by=teacher)
    assert refused(answer) == (409, "course_incomplete")
    assert set(answer.json["errors"]) == {f"sections.{empty}", f"subsections.{without}", f"subsections.{unready}"}
    assert "Empty" in answer.json["errors"][f"sections.{empty}"]
    for path in (f"deleteSection/{empty}", f"deleteSubsection/{without}", f"deleteSubsection/{unready}"):
        world.delete(f"/courses/{path}", by=teacher)
    assert set(world.post(f"{SUBMIT}/{draft.id}", by=teacher).json["errors"]) == {f"sections.{filled}"}
    world.delete(f"/courses/deleteSection/{filled}", by=teacher)
    assert world.post(f"{SUBMIT}/{draft.id}", by=teacher).status_code == 200


def test_a_free_and_a_paid_course_both_have_a_price(world: World, teacher: Person) -> None:
    for amount in (0, 100):
        assert world.post(f"{SUBMIT}/{world.draft(teacher, amount=amount).id}", by=teacher).status_code == 200


@pytest.mark.parametrize("status", ["in_review", "published", "archived"])
def test_only_a_draft_is_handed_in(world: World, teacher: Person, status: str) -> None:
    course = world.draft(teacher, status=status)
    assert refused(world.post(f"{SUBMIT}/{course.id}", by=teacher)) == (409, "course_not_draft")
    assert status_of(course) == status


@pytest.mark.parametrize("switch", ["on", "off"])
def test_of_two_submissions_at_once_one_counts(
    world: World, teacher: Person, settings: Callable[..., None], switch: str
) -> None:
    settings(moderation=switch)
    for _ in range(5):
        course = world.draft(teacher)
        answers = world.together(*[("POST", f"{SUBMIT}/{course.id}", None, teacher)] * 3)
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        assert {refused(each)[1] for each in answers if each.status_code == 409} == {"course_not_draft"}


@pytest.mark.usefixtures("unmoderated")
@pytest.mark.parametrize("part", ["Subsection", "Section"])
def test_a_submission_while_the_last_lesson_is_deleted_never_publishes_nothing(
    world: World, teacher: Person, part: str
) -> None:
    for _ in range(8):
        course = world.draft(teacher)
        target = course.lessons[0].id if part == "Subsection" else course.section
        submitted, deleted = world.together(
            ("POST", f"{SUBMIT}/{course.id}", None, teacher),
            ("DELETE", f"/courses/delete{part}/{target}", None, teacher),
        )
        end = (submitted.status_code, deleted.status_code, status_of(course), subsections.count({"course": course.id}))
        assert end in {(200, 409, "published", 1), (409, 200, "draft", 0)}


@pytest.mark.parametrize("status", ["draft", "in_review", "archived"])
def test_what_is_not_published_is_nowhere_to_be_seen(world: World, teacher: Person, status: str) -> None:
    course = world.draft(teacher, status="published")
    assert seen(world, course) == EVERYWHERE
    if status == "archived":
        moderation.archive(course.id, seen=None)
    else:
        world.post(f"{UNPUBLISH}/{course.id}", by=teacher)
    if status == "in_review":
        world.post(f"{SUBMIT}/{course.id}", by=teacher)
    assert status_of(course) == status
    assert seen(world, course) == set()
    for by in (world.person(), world.person("instructor")):
        for path in (f"{DETAILS}/{course.id}", f"/courses/getFullCourseDetails/{course.id}"):
            assert refused(world.get(path, by=by)) == (404, "course_not_found")
        assert refused(world.get(f"/courses/playback/{course.lessons[0].id}", by=by)) == (404, "course_not_found")
    answer = world.post(f"/courses/enroll/{course.id}", by=world.person())
    assert refused(answer) == (404, "course_not_found")
    for by in (teacher, world.person("admin")):
        assert world.get(f"{DETAILS}/{course.id}", by=by).json["data"]["status"] == status
        assert world.get(f"/courses/playback/{course.lessons[0].id}", by=by).status_code == 200


@pytest.mark.parametrize("leave", ["unpublish", "archive"])
def test_learners_keep_what_leaves_the_catalogue(world: World, teacher: Person, leave: str) -> None:
    course, learner = world.draft(teacher, lessons=2, status="published"), world.person()
    world.enroll(learner, course)
    lesson = str(course.lessons[1].id)
    world.get("/profile/getEnrolledCourses/me", by=learner)
    if leave == "archive":
        moderation.archive(course.id, seen=None)
    else:
        assert world.post(f"{UNPUBLISH}/{course.id}", by=teacher).json["data"]["status"] == "draft"
    told = {"subsectionId": lesson, "completed": True}
    answer = world.post(f"/profile/updateCourseProgress/{course.id}", told, by=learner)
    assert answer.json["data"]["progressPercentage"] == 50
    full = world.get(f"/courses/getFullCourseDetails/{course.id}", by=learner).json["data"]
    assert (full["completedVideos"], full["progressPercentage"]) == ([lesson], 50)
    address = world.get(f"/courses/playback/{lesson}", by=learner).json["data"]["url"]
    assert world.get(address[address.index("/api") :]).status_code == 302
    assert [each["id"] for each in world.get("/profile/getEnrolledCourses/me", by=learner).json["data"]] == [
        str(course.id)
    ]


def test_a_course_in_review_can_be_taken_back(world: World, teacher: Person, draft: MadeCourse) -> None:
    world.post(f"{SUBMIT}/{draft.id}", by=teacher)
    assert world.post(f"{UNPUBLISH}/{draft.id}", by=teacher).json["data"]["status"] == "draft"
    assert moderation.queue() == []


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_what_is_not_public_cannot_be_unpublished(world: World, teacher: Person, status: str) -> None:
    course = world.draft(teacher, status=status)
    assert refused(world.post(f"{UNPUBLISH}/{course.id}", by=teacher)) == (409, "course_not_public")
    assert status_of(course) == status


@pytest.mark.usefixtures("unmoderated")
def test_a_course_that_comes_back_keeps_the_day_it_first_appeared(
    world: World, teacher: Person, draft: MadeCourse
) -> None:
    moments = []
    for _ in range(2):
        world.post(f"{SUBMIT}/{draft.id}", by=teacher)
        stored = courses.get({"_id": draft.id})
        assert stored is not None
        moments.append(stored["publishedAt"])
        world.post(f"{UNPUBLISH}/{draft.id}", by=teacher)
    assert moments[0] == moments[1] is not None


def test_an_enrolment_while_the_course_is_unpublished_is_whole_or_not_at_all(world: World, teacher: Person) -> None:
    for _ in range(5):
        course, learner = world.draft(teacher, status="published"), world.person()
        enrolled, unpublished = world.together(
            ("POST", f"/courses/enroll/{course.id}", None, learner),
            ("POST", f"{UNPUBLISH}/{course.id}", None, teacher),
        )
        assert unpublished.status_code == 200
        assert enrolled.status_code in (201, 404)
        stored = courses.get({"_id": course.id})
        assert stored is not None
        assert stored["studentsCount"] == enrollments.count({"course": course.id}) == (enrolled.status_code == 201)


@pytest.mark.parametrize("path", [SUBMIT, UNPUBLISH])
def test_only_the_owner_moves_a_course(world: World, draft: MadeCourse, path: str) -> None:
    address = f"{path}/{draft.id}"
    if path == UNPUBLISH:
        courses.update({"_id": draft.id}, {"$set": {"status": "published"}})
    assert refused(world.post(address)) == (401, "not_signed_in")
    assert refused(world.post(address, by=world.person())) == (403, "forbidden")
    assert refused(world.post(address, by=world.person("instructor"))) == (404, "course_not_found")
    assert world.post(address, by=world.person("admin")).status_code == 200


@pytest.mark.parametrize("path", [SUBMIT, UNPUBLISH])
def test_absent_and_deleted_courses_and_bad_ids_are_refused(
    world: World, teacher: Person, draft: MadeCourse, path: str
) -> None:
    courses.update({"_id": draft.id}, {"$set": {"deletedAt": now()}})
    for course_id in (draft.id, ObjectId()):
        assert refused(world.post(f"{path}/{course_id}", by=teacher)) == (404, "course_not_found")
    assert refused(world.post(f"{path}/1", by=teacher)) == (400, "invalid_id")
