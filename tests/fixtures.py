"""What many tests begin with; a module that needs something else under one of these names has its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.buying import Purchase, selling
from tests.uploads import Store, standing_in
from tests.world import MadeCourse, Person, World


@pytest.fixture
def teacher(world: World) -> Person:
    return world.person("instructor")


@pytest.fixture
def learner(world: World) -> Person:
    return world.person()


@pytest.fixture
def admin(world: World) -> Person:
    return world.person("admin")


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher)


@pytest.fixture
def attending(world: World, learner: Person, course: MadeCourse) -> Person:
    """The learner, who attends the course."""
    world.enroll(learner, course)
    return learner


@pytest.fixture
def gateway(world: World) -> Iterator[None]:
    """The stand-in of the payment gateway behind a real port; it tells nothing by itself."""
    with selling(world):
        yield


@pytest.fixture
def store(world: World, app: Flask, settings: Callable[..., None], tmp_path: Path) -> Iterator[Store]:
    """The stand-in of the media store behind a real port, with an empty folder of its own."""
    with standing_in(app, settings, tmp_path) as store:
        yield store


@pytest.fixture(name="course")
def course_for_sale(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher, amount=49900)


@pytest.fixture
def purchase(world: World, learner: Person, course: MadeCourse) -> Purchase:
    """What the learner has bought; its jobs are waiting."""
    return world.buy(learner, course)


@pytest.fixture
def reviewed(world: World, learner: Person, course: MadeCourse) -> Purchase:
    """A purchase whose payment was told of wrongly, so that staff have to look at it."""
    purchase = world.paid(learner, course)
    world.gateway(wrong="wrong_amount", only="payments", webhooks="off")
    assert world.verify(learner, purchase.proof).status_code == 202
    world.gateway(webhooks="off")
    return purchase
