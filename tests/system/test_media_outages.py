"""A media store that is down in every way a store can be down, beneath a real gunicorn that others use meanwhile."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from threading import Event, Thread
from typing import Any

import pytest
import urllib3

from lms.models.accounts.users import users
from lms.models.authoring.media import media
from lms.models.authoring.subsections import subsections
from lms.models.catalogue.courses import courses
from lms.models.system.outbox import outbox
from tests.processes import gunicorn
from tests.sandbox.media import MEGABYTE, VIDEO, padded_video, picture
from tests.smtp import free_port
from tests.stores import FakeStore, Manner
from tests.waiting import PATIENCE_SECONDS, at_most
from tests.world import API, MadeCourse, Person, World, at_once

MOST_SECONDS = 10
OTHERS_MOST_SECONDS = 3

http = urllib3.PoolManager(maxsize=40, retries=False, timeout=PATIENCE_SECONDS)


@dataclass
class Answered:
    way: str
    status: int
    code: str | None
    seconds: float


@dataclass
class Stage:
    """gunicorn on this worker's database, with a media store of ours."""

    api: str
    world: World
    teacher: Person
    course: MadeCourse
    slowest: list[float] = field(default_factory=list)

    def call(self, way: str, method: str, path: str, by: Person | None = None, **sent: Any) -> Answered:
        headers = {"Authorization": f"Bearer {by.token}"} if by else {}
        began = time.monotonic()
        answer = http.request(method, f"{self.api}{API}{path}", headers=headers, **sent)
        seconds = time.monotonic() - began
        told = answer.json() if answer.data else {}
        return Answered(way, answer.status, told.get("code"), seconds)

    def add(self, video: bytes) -> Answered:
        form = {"title": "New", "video": ("a.mp4", video)}
        return self.call("add", "POST", f"/courses/addSubsection/{self.course.section}", self.teacher, fields=form)

    def every_way(self) -> list[Answered]:
        """A call of each kind that needs the store, all at once."""
        me, lesson, cover = self.teacher, self.course.lessons[0].id, ("a.png", picture())
        waiting = {"title": "New", "videoPublicId": "lms/waiting"}
        drawn = {"title": "New", "thumbnailPublicId": "lms/drawn"}
        section = f"/courses/addSubsection/{self.course.section}"
        large = ("a.mp4", padded_video(8 * MEGABYTE))
        return at_once(
            [
                lambda: self.add(VIDEO),
                lambda: self.call("edit", "PUT", f"/courses/updateSubsection/{lesson}", me, fields={"video": large}),
                lambda: self.call(
                    "create", "POST", "/courses/createCourse", me, fields={"title": "N", "thumbnail": cover}
                ),
                lambda: self.call("avatar", "PUT", "/profile/changeProfilePicture", me, fields={"image": cover}),
                lambda: self.call("confirm", "POST", section, me, json=waiting),
                lambda: self.call("cover", "POST", "/courses/createCourse", me, json=drawn),
            ]
        )

    @contextmanager
    def others_going_on(self) -> Iterator[None]:
        """People who want nothing of the store ask all the time, and get their answers."""
        over = Event()

        def ask() -> None:
            while not over.is_set():
                for path, by in (("/courses/getAllCourses", None), ("/profile/getUserDetails/me", self.teacher)):
                    answered = self.call(path, "GET", path, by)
                    self.slowest.append(answered.seconds if answered.status == 200 else 99)
                over.wait(0.05)

        askers = [Thread(target=ask) for _ in range(2)]
        for each in askers:
            each.start()
        try:
            yield
        finally:
            over.set()
            for each in askers:
                each.join()
        assert len(self.slowest) > 4
        assert max(self.slowest) < at_most(OTHERS_MOST_SECONDS)
        assert median(self.slowest) < at_most(0.5)

    def require_nothing_left(self) -> None:
        """Nothing refers to anything new, and whatever may have arrived is on its way out, by a promise."""
        assert (subsections.count({}), courses.count({}), users.count({"image": {"$ne": None}})) == (3, 1, 0)
        rows = media.find({"_id": {"$nin": ["lms/waiting", "lms/drawn"]}})
        assert {row["state"] for row in rows} <= {"removing"}
        promises = outbox.find({"job": "media.remove_asset", "state": "pending"})
        assert sorted(row["args"] for row in promises) == sorted([row["_id"]] for row in rows)
        browsers = {row["_id"]: row["state"] for row in media.find({"_id": {"$in": ["lms/waiting", "lms/drawn"]}})}
        assert browsers == {"lms/waiting": "promised", "lms/drawn": "stored"}


@pytest.fixture(scope="module")
def store_port() -> int:
    """Where the media store of this module is, whoever listens there."""
    return free_port()


@pytest.fixture(scope="module")
def api(environment: dict[str, str], store_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    own = {
        **os.environ,
        **environment,
        "APP_ENV": "development",
        "PUBLIC_URL": f"http://127.0.0.1:{store_port}",
        "INSTANCE_DIR": str(tmp_path_factory.mktemp("outages")),
        "LOG_LEVEL": "ERROR",
    }
    with gunicorn("wsgi:app", own) as api:
        yield api


@pytest.fixture
def stage(world: World, api: str) -> Iterator[Stage]:
    teacher = world.person("instructor")
    course = world.course(teacher)
    media.promise("lms/waiting", teacher.id, "video", 1)
    media.promise("lms/drawn", teacher.id, "image", 1)
    media.settle("lms/drawn", {"format": "png"})
    yield Stage(api, world, teacher, course)
    http.clear()


MANNERS: list[Manner] = ["closed", "blackhole", "deaf", "mute", "broken", "html", "nonsense", "stalling"]


@pytest.mark.parametrize("manner", MANNERS)
def test_every_upload_is_503_within_ten_seconds_and_leaves_nothing(
    stage: Stage, store_port: int, manner: Manner
) -> None:
    with FakeStore(manner, store_port):
        with stage.others_going_on():
            answers = stage.every_way()
        met = {answered.way: (answered.status, answered.code) for answered in answers}
        if manner == "nonsense":
            assert met.pop("cover") == (415, "not_an_image")
        assert met == dict.fromkeys(met, (503, "unavailable"))
        assert max(answered.seconds for answered in answers) < at_most(MOST_SECONDS)
        stage.require_nothing_left()


@pytest.mark.parametrize("manner", ["blackhole", "deaf", "mute"])
def test_twenty_uploads_that_hang_leave_room_for_others(stage: Stage, store_port: int, manner: Manner) -> None:
    with FakeStore(manner, store_port):
        with stage.others_going_on():
            answers = at_once([lambda: stage.add(VIDEO)] * 20)
        assert {(answered.status, answered.code) for answered in answers} == {(503, "unavailable")}
        assert max(answered.seconds for answered in answers) < at_most(MOST_SECONDS)
        stage.require_nothing_left()


def test_sixty_pictures_that_hang_half_way_leave_room_for_others(stage: Stage, store_port: int) -> None:
    with FakeStore("stalling", store_port):
        drawn = {"title": "New", "thumbnailPublicId": "lms/drawn"}
        with stage.others_going_on():
            answers = at_once(
                [lambda: stage.call("x", "POST", "/courses/createCourse", stage.teacher, json=drawn)] * 60
            )
        assert {(answered.status, answered.code) for answered in answers} == {(503, "unavailable")}
        assert max(answered.seconds for answered in answers) < at_most(MOST_SECONDS)
        stage.require_nothing_left()
