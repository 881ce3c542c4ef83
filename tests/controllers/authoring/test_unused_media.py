"""The daily sweep of what nothing shows, and the removal that it promises."""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.accounts.erasure import erase_deleted
from lms.controllers.authoring import unused_media as controller
from lms.controllers.authoring.unused_media import sweep
from lms.jobs.authoring import media as jobs
from lms.machinery import attempts
from lms.models.accounts.users import users
from lms.models.authoring.media import MediaKind, media
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.system.outbox import outbox
from lms.services.authoring import cloudinary
from tests.processes import flask
from tests.sandbox.media import VIDEO, picture
from tests.smtp import free_port
from tests.stores import FakeStore
from tests.uploads import ADD, Store, new_lesson, put_video, sign
from tests.waiting import eventually
from tests.world import MadeCourse, Person, World, at_once

DAY = timedelta(days=1)


def keep(public_id: str, state: str = "stored", kind: MediaKind = "video", **fields: Any) -> None:
    """What we would know of something that has been there for a day."""
    media.promise(public_id, ObjectId(), kind, 1)
    media.update({"_id": public_id}, {"$set": {"state": state, "createdAt": now() - DAY, **fields}})


def kept() -> set[str]:
    return {row["_id"] for row in media.find({"state": {"$ne": "removing"}})}


def promised() -> list[list[str]]:
    return [row["args"] for row in outbox.find({"job": "media.remove_asset", "state": "pending"})]


def in_the_past() -> None:
    media.update_many({}, {"$set": {"createdAt": now() - DAY}})


class TestTheSweep:
    def test_runs_once_a_day(self) -> None:
        first = jobs.sweep.after(datetime(2026, 1, 1))
        assert jobs.sweep.after(first) - first == DAY

    def test_removes_what_was_promised_and_forgotten_and_what_nothing_shows(
        self, world: World, store: Store, teacher: Person
    ) -> None:
        uploaded, forgotten = put_video(world, teacher, VIDEO), sign(world, teacher)["publicId"]
        sweep()
        assert kept() == {uploaded, forgotten}
        in_the_past()
        sweep()
        assert sorted(promised()) == sorted([[uploaded], [forgotten]])
        world.run_jobs()
        assert (store.files(), media.count({}), promised()) == ([], 0, [])

    def test_leaves_alone_what_is_signed_again_while_it_looks(
        self, world: World, store: Store, teacher: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        public_id, unreferenced = sign(world, teacher)["publicId"], media.unreferenced
        in_the_past()

        def looked(where: Any) -> list[str]:
            monkeypatch.setattr(media, "unreferenced", unreferenced)
            found = unreferenced(where)
            sign(world, teacher, publicId=public_id)
            return found

        monkeypatch.setattr(media, "unreferenced", looked)
        sweep()
        assert kept() == {public_id}

    def test_waits_for_a_day(self, world: World) -> None:
        keep("lms/old")
        keep("lms/young", createdAt=now() - DAY + timedelta(minutes=1))
        sweep()
        assert kept() == {"lms/young"}

    def test_keeps_what_a_lesson_shows_a_deleted_one_too(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        (live, one), (gone, two), (_, three) = (
            new_lesson(world, teacher, course.section, VIDEO, title=title) for title in ("1", "2", "3")
        )
        world.delete(f"/courses/deleteSubsection/{gone}", by=teacher)
        subsections.delete_many({"videoPublicId": three})
        in_the_past()
        sweep()
        world.run_jobs()
        assert kept() == store.ids() == {one, two}
        assert world.get(f"/courses/playback/{live}", by=teacher).status_code == 200

    def test_keeps_what_a_course_or_a_user_shows_a_deleted_one_too(self, world: World, course: MadeCourse) -> None:
        urls = {name: f"/pictures/{name}.webp" for name in ("course", "deleted-course", "user", "deleted-user", "none")}
        for name, url in urls.items():
            keep(f"lms/{name}", kind="image", url=url)
        courses.update({"_id": course.id}, {"$set": {"thumbnail": urls["course"]}})
        deleted = world.course(world.person("instructor"), thumbnail=urls["deleted-course"])
        courses.update({"_id": deleted.id}, {"$set": {"deletedAt": now()}})
        world.person(image=urls["user"])
        leaver = world.person(image=urls["deleted-user"], deletedAt=now())
        sweep()
        assert kept() == {"lms/course", "lms/deleted-course", "lms/user", "lms/deleted-user"}
        users.raw.update_one({"_id": leaver.id}, {"$set": {"deletedAt": now() - timedelta(days=31)}})
        erase_deleted()
        sweep()
        assert kept() == {"lms/course", "lms/deleted-course", "lms/user"}

    def test_promises_each_removal_once(self, world: World) -> None:
        keep("lms/old")
        at_once([sweep_within(world)] * 4)
        assert promised() == [["lms/old"]]

    def test_and_a_lesson_at_the_same_moment_never_leave_a_lesson_without_its_video(
        self, world: World, store: Store, teacher: Person, course: MadeCourse
    ) -> None:
        for number in range(8):
            public_id = put_video(world, teacher, VIDEO)
            if number % 2:
                media.update({"_id": public_id}, {"$set": {"state": "stored", "format": "mp4", "duration": 20}})
            in_the_past()
            status, _ = at_once([adding(world, teacher, course, public_id), sweep_within(world, after=number * 0.004)])
            world.run_jobs()
            there = subsections.count({"videoPublicId": public_id}) > 0
            assert (status, there, public_id in kept(), public_id in store.ids()) in (
                (201, True, True, True),
                (409, False, False, False),
                (403, False, False, False),
            )


def adding(world: World, teacher: Person, course: MadeCourse, public_id: str) -> Callable[[], int]:
    """The call that makes a lesson of the video, by a client of its own."""
    body, client = {"title": "New", "videoPublicId": public_id}, world.app.test_client()
    return lambda: world.post(f"{ADD}/{course.section}", body, by=teacher, client=client).status_code


def sweep_within(world: World, after: float = 0) -> Callable[[], None]:
    """The sweep for a thread of its own."""

    def run() -> None:
        time.sleep(after)
        with world.app.app_context():
            sweep()

    return run


class TestHolding:
    """Either a lesson gets hold of its video, or the sweep does."""

    def test_by_a_lesson_comes_too_late_after_the_sweep(self, world: World) -> None:
        keep("lms/old")
        sweep()
        assert not media.hold("lms/old")

    def test_by_a_lesson_keeps_it_from_the_sweep(self, world: World, course: MadeCourse) -> None:
        keep("lms/old")
        assert media.hold("lms/old")
        subsections.edit(course.lessons[0].id, {"videoPublicId": "lms/old"})
        controller.discard("lms/old")
        assert kept() == {"lms/old"}


class TestARemoval:
    def test_comes_back_for_what_arrived_after_it(self, world: World, store: Store, teacher: Person) -> None:
        signed = sign(world, teacher)
        controller.discard(signed["publicId"])
        world.run_jobs()
        options = {"resource_type": "video", "type": "authenticated"}
        cloudinary.uploader.upload(VIDEO, public_id=signed["publicId"], **options, **cloudinary.account())
        sweep()
        assert promised() == []
        media.update_many({}, {"$set": {"createdAt": now() - DAY, "givenUpAt": now() - DAY}})
        sweep()
        world.run_jobs()
        assert (store.files(), media.count({})) == ([], 0)

    def test_takes_away_whatever_kind_was_uploaded_under_the_id(self, world: World, store: Store) -> None:
        keep("lms/x", state="removing")
        for kind, content in (("video", VIDEO), ("image", picture()), ("raw", b"anything")):
            options = {"resource_type": kind, "type": "authenticated"}
            cloudinary.uploader.upload(content, public_id="lms/x", **options, **cloudinary.account())
        cloudinary.store_picture(picture("WEBP"), "lms/x")
        controller.remove_asset("lms/x")
        assert (store.files(), kept()) == ([], set())
        controller.remove_asset("lms/x")

    def test_leaves_alone_what_is_not_on_its_way_out(self, world: World, store: Store, teacher: Person) -> None:
        public_id = put_video(world, teacher, VIDEO)
        in_the_past()
        controller.remove_asset(public_id)
        assert kept() == store.ids() == {public_id}

    def test_is_tried_again_until_the_store_is_back(
        self, world: World, store: Store, settings: Callable[..., None], teacher: Person, tmp_path: Path
    ) -> None:
        public_id = put_video(world, teacher, VIDEO)
        controller.discard(public_id)
        (row,) = outbox.find({})
        settings(instance_dir=tmp_path, public_url=f"http://127.0.0.1:{free_port()}")
        for attempt in (1, 2):
            attempts.run(str(row["_id"]))
            (row,) = outbox.find({})
            assert (row["state"], row["attempts"], row["leasedUntil"]) == ("pending", attempt, None)
            assert "Unavailable" in str(row["reason"])
            assert media.count({"state": "removing"}) == 1
        settings(instance_dir=tmp_path, public_url=store.address)
        world.run_jobs()
        assert (store.files(), kept()) == ([], set())

    def test_that_is_killed_half_way_is_finished_by_another_worker(
        self, world: World, store: Store, teacher: Person, environment: dict[str, str], tmp_path: Path
    ) -> None:
        public_id = put_video(world, teacher, VIDEO)
        controller.discard(public_id)
        with FakeStore("deaf") as fake:
            own = {**os.environ, **environment, "PUBLIC_URL": fake.address, "INSTANCE_DIR": str(tmp_path)}
            with flask("worker", "default", environment=own) as worker:
                eventually(lambda: fake.asked > 0)
                worker.kill()
                worker.wait()
        (row,) = outbox.find({})
        assert (row["state"], row["attempts"], row["leasedUntil"] > now()) == ("pending", 1, True)
        outbox.update({}, {"$set": {"leasedUntil": now(), "dueAt": now()}})
        world.run_jobs()
        assert (store.files(), kept()) == ([], set())
        assert outbox.find({})[0]["state"] == "done"
