"""`flask export studynotion`: where it writes, what it leaves out, and that it goes on where it was ended."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from pymongo.database import Database

from lms.models.accounts.users import users
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from lms.moving.export import run
from lms.moving.export import target as target_module
from lms.moving.export.target import MARK, Target
from tests.moving.dialects import Document
from tests.moving.stage import their_url
from tests.sandbox.media import VIDEO
from tests.uploads import Store, http, new_lesson
from tests.world import MadeCourse, Person, World

Export = Callable[..., Result]


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher, amount=49900, title="Knots")


def everything(db: Database[Document]) -> dict[str, list[Document]]:
    return {name: list(db[name].find().sort("_id", 1)) for name in sorted(db.list_collection_names())}


def rate(world: World, by: Person, course: MadeCourse, rating: int, review: str) -> None:
    body = {"courseId": str(course.id), "rating": rating, "review": review}
    assert world.post("/courses/createRating", body, by=by).status_code == 201


def test_everybody_and_everything_is_there(
    world: World, export: Export, target: Database[Document], teacher: Person, attending: Person, course: MadeCourse
) -> None:
    first, second, _ = (each.id for each in course.lessons)
    said = {"subsectionId": str(second), "completed": True}
    assert world.post(f"/profile/updateCourseProgress/{course.id}", said, by=attending).status_code == 200
    rate(world, attending, course, 4, "Good.")
    result = export()
    assert result.exit_code == 0, result.output
    assert "           2  users" in result.output
    assert "preview: lessons that everybody can watch" in result.output

    found = {name: {each["_id"]: each for each in documents} for name, documents in everything(target).items()}
    assert set(found) == {
        *("users", "profiles", "categories", "courses", "sections", "subsections", "courseprogresses"),
        "ratingandreviews",
    }
    theirs = found["courses"][course.id]
    [progress], [rated] = found["courseprogresses"].values(), found["ratingandreviews"].values()
    assert (theirs["studentsEnrolled"], theirs["ratingAndReviews"]) == ([attending.id], [rated["_id"]])
    assert (theirs["instructor"], theirs["price"], theirs["status"]) == (teacher.id, 499, "Published")
    assert theirs["courseContent"] == [course.section]
    assert found["sections"][course.section]["subSection"] == [each.id for each in course.lessons]
    assert found["categories"][theirs["category"]]["courses"] == [course.id]
    learner, owner = found["users"][attending.id], found["users"][teacher.id]
    assert (learner["courses"], learner["courseProgress"]) == ([course.id], [progress["_id"]])
    assert (owner["courses"], owner["courseProgress"]) == ([course.id], [])
    assert learner["additionalDetails"] in found["profiles"]
    pair = (progress["userID"], progress["courseID"], progress["completedVideos"])
    assert pair == (attending.id, course.id, [second])
    assert (rated["user"], rated["course"], rated["rating"], rated["review"]) == (attending.id, course.id, 4, "Good.")
    assert first != second


def test_what_has_no_place_there_is_left_out_and_told_of(
    world: World, export: Export, target: Database[Document], teacher: Person, attending: Person, course: MadeCourse
) -> None:
    ended, deleted, hidden = (world.person() for _ in range(3))
    for person in (ended, deleted, hidden):
        world.enroll(person, course)
    rate(world, hidden, course, 1, "Bad.")
    rate(world, deleted, course, 1, "Gone.")
    reviews.raw.update_one({"user": hidden.id}, {"$set": {"status": "hidden"}})
    enrollments.raw.update_one({"user": ended.id}, {"$set": {"status": "refunded"}})
    users.raw.update_one({"_id": deleted.id}, {"$set": {"deletedAt": now()}})
    subsections.raw.update_one({"_id": course.lessons[2].id}, {"$set": {"kind": "quiz"}})
    gone = world.person("instructor")
    orphan = world.course(gone, lessons=1)
    users.erase(gone.id)
    removed = world.course(teacher, lessons=1)
    courses.raw.update_one({"_id": removed.id}, {"$set": {"deletedAt": now()}})

    result = export()
    assert result.exit_code == 0, result.output
    for line in (
        "1  account_deleted",
        "1  account_gone",
        "1  course_deleted",
        "1  lesson_left_out",
        "1  enrolment_ended",
        "1  learner_gone",
        "2  review_left_out",
    ):
        assert f"  {line}: " in result.output, line
    found = everything(target)
    assert {each["_id"] for each in found["courses"]} == {course.id, orphan.id}
    [owner] = [each for each in found["users"] if each["_id"] == gone.id]
    assert (owner["firstName"], owner["email"], owner["active"]) == ("Former", f"{gone.id}@former.invalid", False)
    assert deleted.id not in {each["_id"] for each in found["users"]}
    [theirs] = [each for each in found["courses"] if each["_id"] == course.id]
    assert set(theirs["studentsEnrolled"]) == {attending.id, hidden.id}
    assert theirs["ratingAndReviews"] == found.get("ratingandreviews", [])
    assert {each["userID"] for each in found["courseprogresses"]} == {attending.id, hidden.id}
    assert course.lessons[2].id not in {each["_id"] for each in found["subsections"]}


def test_it_is_refused_where_something_is(
    world: World, export: Export, target: Database[Document], course: MadeCourse
) -> None:
    target["anything"].insert_one({"a": 1})
    result = export()
    assert (result.exit_code, "There is something in that database already" in result.output) == (1, True)
    assert everything(target).keys() == {"anything"}
    target["anything"].delete_many({})
    assert export().exit_code == 0
    assert "There is something in that database already" in export().output


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mongodb://127.0.0.1:1/x", "does not answer"),
        ("mongodb://127.0.0.1:port/x", "does not answer"),
        ("studynotion", "Give an address such as mongodb://"),
    ],
)
def test_an_address_that_leads_nowhere_is_said_so(
    world: World, url: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target_module, "MOST_MILLISECONDS", 50)
    result = world.app.test_cli_runner().invoke(args=["export", "studynotion", "--to", url])
    assert result.exit_code != 0
    assert sentence in result.output


def test_nor_is_our_own_database_written_to(world: World, environment: dict[str, str], course: MadeCourse) -> None:
    arguments = ["export", "studynotion", "--to", environment["MONGODB_URL"]]
    result = world.app.test_cli_runner().invoke(args=arguments)
    assert (result.exit_code, "this server's own database" in result.output) == (1, True)


def test_killed_at_any_write_it_goes_on(
    world: World,
    export: Export,
    target: Database[Document],
    teacher: Person,
    attending: Person,
    course: MadeCourse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world.enroll(attending, world.course(teacher, lessons=1))
    for name in ("PEOPLE", "COURSES", "REVIEWS"):
        monkeypatch.setattr(run, name, 1)
    assert export().exit_code == 0
    whole = everything(target)
    target.client.drop_database(target.name)
    write, kills = Target.write, 0

    def killed(self: Target, stage: str, documents: Any, after: Any) -> None:
        """It dies with some of a batch written, and again at the first batch of the next run."""
        nonlocal kills
        kills += 1
        if kills % 2:
            first = next(name for name, batch in documents.items() if batch)
            write(self, f"{stage} that nobody asks for", {first: documents[first][:1]}, after)
            raise KeyboardInterrupt
        write(self, stage, documents, after)

    monkeypatch.setattr(Target, "write", killed)
    runs = 0
    while export().exit_code != 0:
        runs += 1
        assert MARK in target.list_collection_names()
        assert runs < 20
    assert runs >= 5
    assert everything(target) == whole


def test_an_export_with_other_options_does_not_go_on(
    world: World, export: Export, target: Database[Document], course: MadeCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killing:
        killing.setattr(Target, "finish", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        assert export().exit_code != 0
    refused = export("--lists", "json")
    assert (refused.exit_code, "An export with other options" in refused.output) == (1, True)
    assert export().exit_code == 0


def test_the_address_of_a_protected_video_plays_there(
    world: World,
    store: Store,
    environment: dict[str, str],
    target: Database[Document],
    teacher: Person,
    course: MadeCourse,
) -> None:
    lesson, _ = new_lesson(world, teacher, course.section, VIDEO)
    arguments = ["export", "studynotion", "--to", their_url(environment)]
    assert world.app.test_cli_runner().invoke(args=arguments).exit_code == 0
    [theirs] = [each for each in target["subsections"].find() if str(each["_id"]) == lesson]
    address = theirs["videoUrl"]
    assert http.request("GET", address).data == VIDEO
    assert http.request("GET", address.replace("/v1/", "/v1/x")).status == 401
