"""Two servers of several processes each: what one writes, the other shows on its very next read."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from flask import Flask

from lms.services.system import page_store
from tests.database import profiled
from tests.processes import gunicorn
from tests.world import API, MadeCourse, Person, World, at_once

LIST = "/courses/getAllCourses"
READS = 12
"""More than a server has processes, so that every one of them has answered."""

Servers = tuple[str, str]


@pytest.fixture(scope="module")
def servers(application: Flask, environment: dict[str, str]) -> Iterator[Servers]:
    with ExitStack() as processes:
        one, other = (processes.enter_context(gunicorn("wsgi:app", environment)) for _ in range(2))
        yield one, other


def call(server: str, path: str, by: Person | None = None, method: str = "GET", body: Any = None) -> Any:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {by.token}"} if by else {})}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server + API + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def details(server: str, course: MadeCourse) -> Any:
    return call(server, f"/courses/getCourseDetails/{course.id}")["data"]


def everywhere(servers: Servers, course: MadeCourse) -> list[Any]:
    """The details as the processes of both servers give them."""
    read = [details(server, course) for server in servers for _ in range(READS)]
    return [each for place, each in enumerate(read) if each not in read[:place]]


def test_a_renamed_section_is_seen_by_the_other_server(world: World, servers: Servers) -> None:
    teacher = world.person("instructor")
    course = world.course(teacher)
    for name in ("First", "Second", "Third"):
        call(servers[0], f"/courses/updateSection/{course.section}", teacher, "PUT", {"sectionName": name})
        assert details(servers[1], course)["sections"][0]["sectionName"] == name
        assert len(everywhere(servers, course)) == 1


def test_a_review_is_seen_by_the_other_server(world: World, servers: Servers) -> None:
    course = world.course(world.person("instructor"))
    for number in (1, 2, 3):
        learner = world.person()
        world.enroll(learner, course)
        body = {"courseId": str(course.id), "rating": 4, "review": f"Number {number}"}
        call(servers[0], "/courses/createRating", learner, "POST", body)
        seen = details(servers[1], course)
        assert (seen["ratingCount"], seen["reviews"][0]["review"]) == (number, f"Number {number}")
        assert call(servers[1], f"/courses/getAverageRating/{course.id}")["data"]["ratingCount"] == number
        assert len(everywhere(servers, course)) == 1


def test_an_enrolment_is_seen_by_the_other_server(world: World, servers: Servers) -> None:
    course = world.course(world.person("instructor"))
    for number in (1, 2, 3):
        learner = world.person()
        assert call(servers[1], "/profile/getEnrolledCourses/me", learner)["data"] == []
        call(servers[0], f"/courses/enroll/{course.id}", learner, "POST")
        assert details(servers[1], course)["studentsCount"] == number
        assert call(servers[1], LIST)["data"][0]["studentsCount"] == number
        assert len(call(servers[1], "/profile/getEnrolledCourses/me", learner)["data"]) == 1
        assert len(everywhere(servers, course)) == 1


def test_two_hundred_readers_at_once_ask_the_database_as_often_as_one(world: World, servers: Servers) -> None:
    course = world.course(world.person("instructor"))
    for path in (LIST, f"/courses/getCourseDetails/{course.id}"):
        asked = []
        for readers in (1, 200):
            page_store.purge_all()
            with profiled() as commands:
                answers = at_once([partial(call, servers[number % 2], path) for number in range(readers)])
            assert all(answer == answers[0] for answer in answers)
            asked.append(len(commands))
        assert asked[0] == asked[1] == 1, path
