from flask import Flask

from lms.models.users import users
from tests.world import World

ADMIN = ["create-admin", "--first-name", "Asha", "--last-name", "Rao", "--password", "a quiet green harbour"]


def test_create_admin_makes_the_first_administrator(world: World) -> None:
    result = world.app.test_cli_runner().invoke(args=[*ADMIN, "--email", "Root@Example.com"])
    assert result.output == "root@example.com is an administrator.\n"
    body = {"email": "root@example.com", "password": "a quiet green harbour"}
    assert world.post("/auth/login", body).json["user"]["role"] == "admin"


def test_create_admin_asks_before_taking_over_an_account(world: World) -> None:
    person = world.person(email="asha@example.com")
    runner = world.app.test_cli_runner()
    asked = runner.invoke(args=[*ADMIN, "--email", "asha@example.com"], input="n\n")
    assert asked.exit_code == 1
    assert users.by_id(person.id)["role"] == "student"
    assert runner.invoke(args=[*ADMIN, "--email", "asha@example.com", "--yes"]).exit_code == 0
    assert users.by_id(person.id)["role"] == "admin"
    assert world.get("/auth/sessions", by=person).status_code == 401


def test_create_admin_refuses_a_common_password(app: Flask) -> None:
    refused = app.test_cli_runner().invoke(args=[*ADMIN[:-1], "password", "--email", "a@example.com"])
    assert refused.exit_code == 2
    assert "too common" in refused.output
