"""`flask import videos`: what was public becomes protected, and nothing is lost on the way."""

from collections.abc import Callable
from typing import Any

import pytest
from bson import ObjectId
from click.testing import Result
from cloudinary import uploader

from lms.controllers.authoring import media as uploads
from lms.controllers.authoring import unused_media, videos_elsewhere
from lms.controllers.moderation import courses as moderation
from lms.models.authoring.media import media
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.base import now
from lms.models.catalogue.courses import Course, courses
from lms.models.moderation.approvals import course_approvals
from lms.models.system.audit_log import audit_log
from lms.services.authoring import cloudinary, downloads
from tests.sandbox.media import VIDEO, padded_video
from tests.uploads import Store, http
from tests.world import MadeCourse, Person, World, refused

KILLED = KeyboardInterrupt
SECONDS = 20
PUBLIC = {"resource_type": "video", "type": "upload", "overwrite": False}


@pytest.fixture
def course(world: World, teacher: Person, store: Store) -> MadeCourse:
    """A published course as staff approved it, of four lessons whose videos are elsewhere and of unknown length."""
    course = world.draft(teacher, lessons=4)
    fields = {"videoPublicId": None, "videoUrl": None, "duration": 0}
    subsections.raw.update_many({"course": course.id}, {"$set": fields})
    return course


def published(world: World, teacher: Person, course: MadeCourse, *addresses: str) -> None:
    """Each lesson in turn has its video at one of the addresses, and staff have approved of it."""
    for lesson, address in zip(course.lessons, addresses, strict=False):
        subsections.raw.update_one({"_id": lesson.id}, {"$set": {"videoUrl": address}})
    subsections.raw.delete_many({"course": course.id, "videoUrl": None})
    courses.raw.update_one({"_id": course.id}, {"$set": {"status": "draft", "totalDuration": 0}})
    assert world.post(f"/courses/submitCourse/{course.id}", by=teacher).status_code == 200
    moderation.approve(course.id, seen=None)


def put(store: Store, public_id: str, content: bytes = VIDEO) -> str:
    """The public address of a video at our own account."""
    address: str = uploader.upload(content, public_id=public_id, **PUBLIC, **cloudinary.account())["secure_url"]
    return address


def of_another_account(address: str) -> str:
    return address.replace("/cloudinary/sandbox/", "/cloudinary/another/")


def run(world: World, *options: str, typed: str | None = None) -> Result:
    return world.app.test_cli_runner().invoke(args=["import", "videos", *options], input=typed)


def stored(lesson: ObjectId) -> Subsection:
    found = subsections.raw.find_one({"_id": lesson})
    assert found is not None
    return found


def stored_course(course: MadeCourse) -> Course:
    found = courses.get({"_id": course.id})
    assert found is not None
    return found


def delivered(store: Store) -> dict[str, str]:
    """How each asset is handed out."""
    return {each["public_id"]: each["type"] for each in store.assets()}


def plays(world: World, by: Person, lesson: ObjectId, store: Store) -> bytes:
    given = world.get(f"/courses/playback/{lesson}", by=by).json["data"]["url"]
    answer = http.request("GET", given, headers={"Range": "bytes=0-"})
    assert answer.status == 206
    return answer.data


def test_public_videos_of_our_account_are_public_no_longer(
    world: World, store: Store, teacher: Person, course: MadeCourse
) -> None:
    first, second = put(store, "StudyNotion/one"), put(store, "StudyNotion/two", padded_video(len(VIDEO) + 100))
    published(world, teacher, course, first, second, first)
    revision = stored_course(course)["revision"]
    assert http.request("GET", first).data == VIDEO

    result = run(world, typed="y\n")
    assert result.exit_code == 0, result.output
    assert "3 lessons have their videos elsewhere. This ends the public address" in result.output
    assert "Protected at your account: 2 videos of 3 lessons" in result.output

    assert delivered(store) == {"StudyNotion/one": "authenticated", "StudyNotion/two": "authenticated"}
    assert [http.request("GET", address).status for address in (first, second)] == [404, 404]
    for lesson, public_id in zip(course.lessons, ("one", "two", "one"), strict=False):
        kept = stored(lesson.id)
        assert (kept["videoPublicId"], kept["videoUrl"]) == (f"StudyNotion/{public_id}", None)
        assert kept["duration"] == SECONDS
    learner = world.person()
    world.enroll(learner, course)
    assert plays(world, learner, course.lessons[1].id, store)[: len(VIDEO)] == VIDEO
    row = media.get({"_id": "StudyNotion/one"})
    assert row is not None
    facts = {name: row.get(name) for name in ("user", "kind", "state", "bytes", "format", "duration", "url")}
    expected = {"user": teacher.id, "kind": "video", "state": "stored", "bytes": len(VIDEO)}
    assert facts == {**expected, "format": "mp4", "duration": SECONDS, "url": None}

    found = stored_course(course)
    assert found["totalDuration"] == 3 * SECONDS
    assert found["revision"] > revision
    assert "changedAt" not in found, "what staff approved is the same video"
    approved = course_approvals.get({"_id": course.id})
    assert approved is not None
    shown = [each for section in approved["sections"] for each in section["lessons"]]
    assert {(each["videoPublicId"], each["videoUrl"]) for each in shown} == {
        ("StudyNotion/one", None),
        ("StudyNotion/two", None),
    }
    row = audit_log.get({"action": "videos.bring_in"})
    assert row is not None
    assert (row["actorName"], row["after"]) == ("command line", {"protected": 2, "copied": 0})
    assert run(world).output == "No lesson has its video elsewhere.\n"


def test_videos_of_other_servers_are_copied(world: World, store: Store, teacher: Person, course: MadeCourse) -> None:
    theirs = of_another_account(put(store, "Theirs/one"))
    published(world, teacher, course, theirs)
    result = run(world, "--yes")
    assert result.exit_code == 0, result.output
    assert "Copied from other servers: 1 videos of 1 lessons" in result.output
    kept = stored(course.lessons[0].id)
    assert (kept["videoUrl"], kept["duration"]) == (None, SECONDS)
    assert delivered(store) == {"Theirs/one": "upload", str(kept["videoPublicId"]): "authenticated"}
    assert http.request("GET", theirs).status == 200
    assert plays(world, teacher, course.lessons[0].id, store) == VIDEO


def test_a_dry_run_changes_nothing_and_tells_what_fails(
    world: World, store: Store, teacher: Person, course: MadeCourse
) -> None:
    ours, theirs = put(store, "StudyNotion/one"), of_another_account(put(store, "Theirs/one"))
    gone, lost = ours.replace("one", "gone"), theirs.replace("one", "lost")
    published(world, teacher, course, ours, theirs, gone, lost)
    before = list(subsections.raw.find({}))
    for options, ours_is, tenses in ((("--dry-run",), "upload", "To be"), (("--yes",), "authenticated", "")):
        result = run(world, *options)
        assert result.exit_code == 1
        assert delivered(store)["StudyNotion/one"] == ours_is
        assert tenses in result.output
        assert "Not taken: 2 lessons, which are as they were." in result.output
        assert f"{course.lessons[2].id}  A lesson  (127.0.0.1): The media store has no such video." in result.output
        assert f"{course.lessons[3].id}  A lesson  (127.0.0.1): Its server answers 404." in result.output
        if tenses:
            assert list(subsections.raw.find({})) == before
            assert media.count({}) == 0
    put(store, "StudyNotion/gone")
    assert "Not taken: 1 lessons" in run(world, "--yes").output
    assert stored(course.lessons[2].id)["videoUrl"] is None


def test_it_asks_first(world: World, store: Store, teacher: Person, course: MadeCourse) -> None:
    published(world, teacher, course, put(store, "StudyNotion/one"))
    assert run(world, typed="n\n").exit_code == 1
    assert delivered(store) == {"StudyNotion/one": "upload"}


@pytest.mark.parametrize(("limit", "reason"), [(1000, "The file is not an MP4"), (10, "What was sent is too large.")])
def test_what_cannot_be_used_stays_where_it_is(
    world: World,
    store: Store,
    teacher: Person,
    course: MadeCourse,
    limit: int,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = of_another_account(put(store, "Theirs/one"))
    [file] = [path for path in store.files() if path.suffix != ".json"]
    file.write_bytes(b"<html>not a video</html>")
    monkeypatch.setitem(uploads.MOST_BYTES, "video", limit)
    published(world, teacher, course, address)
    result = run(world, "--yes")
    assert result.exit_code == 1
    assert reason in result.output
    assert stored(course.lessons[0].id)["videoUrl"] == address
    assert delivered(store) == {"Theirs/one": "upload"}


def test_lessons_that_are_deleted_come_along(world: World, store: Store, teacher: Person, course: MadeCourse) -> None:
    first, second = put(store, "StudyNotion/one"), put(store, "StudyNotion/two")
    published(world, teacher, course, first, second)
    subsections.remove({"_id": course.lessons[1].id}, teacher.id, now())
    assert run(world, "--yes").exit_code == 0
    kept = stored(course.lessons[1].id)
    assert (kept["videoUrl"], kept["videoPublicId"]) == (None, "StudyNotion/two")
    assert stored_course(course)["totalDuration"] == SECONDS


STEPS = [
    (videos_elsewhere.public_videos, "protect"),
    (videos_elsewhere, "_settle"),
    (videos_elsewhere.media, "promise"),
    (videos_elsewhere.cloudinary, "store_video"),
    (downloads, "fetch"),
]


@pytest.mark.parametrize(("where", "name"), STEPS, ids=[name for _, name in STEPS])
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
def test_killed_anywhere_it_goes_on(
    world: World,
    store: Store,
    teacher: Person,
    course: MadeCourse,
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    name: str,
    done: bool,
) -> None:
    ours, theirs = put(store, "StudyNotion/one"), of_another_account(put(store, "Theirs/one"))
    published(world, teacher, course, ours, theirs)
    with monkeypatch.context() as killing:
        killing.setattr(where, name, killed(getattr(where, name), done))
        assert run(world, "--yes").exit_code != 0
    result = run(world, "--yes")
    assert result.exit_code == 0, result.output
    copy = str(stored(course.lessons[1].id)["videoPublicId"])
    assert stored(course.lessons[0].id)["videoPublicId"] == "StudyNotion/one"
    assert delivered(store) == {"StudyNotion/one": "authenticated", "Theirs/one": "upload", copy: "authenticated"}
    assert {each["_id"] for each in media.find({"state": "stored"})} == {"StudyNotion/one", copy}
    assert media.count({}) == 2
    unused_media.sweep()
    assert media.count({"state": "removing"}) == 0


def killed(function: Callable[..., Any], done: bool) -> Callable[..., Any]:
    """The process dies before the function does anything, or once it is done."""

    def run(*args: Any, **kwargs: Any) -> Any:
        if done:
            function(*args, **kwargs)
        raise KILLED

    return run


def test_another_copy_is_made_where_the_first_is_being_removed(
    world: World, store: Store, teacher: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(world, teacher, course, of_another_account(put(store, "Theirs/one")))
    with monkeypatch.context() as killing:
        killing.setattr(videos_elsewhere, "_settle", killed(videos_elsewhere._settle, False))
        run(world, "--yes")
    [first] = [each["_id"] for each in media.find({})]
    unused_media.discard(first)
    assert run(world, "--yes").exit_code == 0
    assert stored(course.lessons[0].id)["videoPublicId"] not in (None, first)


def test_a_video_that_an_author_replaces_meanwhile_is_swept(
    world: World, store: Store, teacher: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(world, teacher, course, put(store, "StudyNotion/one"))
    protect, own = videos_elsewhere.public_videos.protect, world.video(teacher)

    def meanwhile(public_id: str) -> Any:
        body = {"videoPublicId": own}
        assert world.put(f"/courses/updateSubsection/{course.lessons[0].id}", body, by=teacher).status_code == 200
        return protect(public_id)

    monkeypatch.setattr(videos_elsewhere.public_videos, "protect", meanwhile)
    assert run(world, "--yes").exit_code == 0
    assert stored(course.lessons[0].id)["videoPublicId"] == own
    assert media.unreferenced({}) == ["StudyNotion/one"]


def test_a_video_whose_lessons_are_gone_meanwhile_is_left(
    world: World, store: Store, teacher: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(world, teacher, course, put(store, "StudyNotion/one"))
    step = videos_elsewhere.bring_in

    def purged(address: str) -> Any:
        subsections.raw.delete_many({"videoUrl": address})
        return step(address)

    monkeypatch.setattr(videos_elsewhere, "bring_in", purged)
    assert "No lesson shows it any more." in run(world, "--yes").output
    assert delivered(store) == {"StudyNotion/one": "upload"}


def test_a_silent_store_is_not_asked_for_ever(
    world: World, store: Store, teacher: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [put(store, f"StudyNotion/{name}") for name in ("one", "two", "three", "four")]
    published(world, teacher, course, *addresses)
    asked: list[str] = []

    def silent(public_id: str) -> Any:
        asked.append(public_id)
        raise cloudinary.Unavailable

    monkeypatch.setattr(videos_elsewhere.public_videos, "protect", silent)
    result = run(world, "--yes")
    assert len(asked) == 3
    assert "nothing more was asked of it" in result.output
    assert result.exit_code == 1


def test_it_is_refused_to_nobody_who_may_not_watch(
    world: World, store: Store, teacher: Person, course: MadeCourse
) -> None:
    published(world, teacher, course, put(store, "StudyNotion/one"), put(store, "StudyNotion/two"))
    assert run(world, "--yes").exit_code == 0
    assert refused(world.get(f"/courses/playback/{course.lessons[1].id}", by=world.person())) == (403, "not_enrolled")
