from collections.abc import Callable

import pytest
from bson import ObjectId

from lms.controllers.accounts import users as user_controller
from lms.errors import (
    ChangedMeanwhile,
    Forbidden,
    LastAdministrator,
    OwnAccount,
    Refusal,
    StatusUnchanged,
    UserNotFound,
)
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import User, users
from lms.models.actors import Actor
from lms.models.base import now
from lms.models.system.audit_log import AuditEntry, audit_log
from tests.world import Person, World, at_once, by, refused


def acting(person: Person, role: str = "admin") -> Actor:
    return Actor(person.id, "Asha Menon", role, "10.1.1.1", "Tests")  # type: ignore[arg-type]


def stored(person: Person) -> User:
    user = users.raw.find_one({"_id": person.id})
    assert user is not None
    return user  # type: ignore[no-any-return]


def rows(person: Person) -> list[AuditEntry]:
    return audit_log.history("users", person.id)


def test_suspending_ends_every_sign_in_and_restoring_opens_the_account(world: World, admin: Person) -> None:
    person = world.person(staffRole="support")
    staff_sessions.begin(person.id, "Tests", "10.1.1.2")
    by(acting(admin), user_controller.suspend, person.id, "Spam in reviews.", stored(person)["updatedAt"])
    assert refused(world.get("/auth/sessions", by=person)) == (401, "token_invalid")
    assert staff_sessions.count({"user": person.id}) == 0
    body = {"email": person.email, "password": "a quiet green harbour"}
    assert refused(world.post("/auth/login", body)) == (403, "account_suspended")
    by(acting(admin), user_controller.restore, person.id, "A mistake of ours.", stored(person)["updatedAt"])
    assert world.post("/auth/login", body).status_code == 200


def test_both_are_on_record_and_mailed_with_the_reason(world: World, admin: Person) -> None:
    person = world.person(firstName="Spam", lastName="Mer")
    by(acting(admin), user_controller.suspend, person.id, "Spam in reviews.")
    world.run_jobs()
    by(acting(admin), user_controller.restore, person.id, "A mistake of ours.")
    world.run_jobs()
    restored, suspended = rows(person)
    assert (suspended["action"], restored["action"]) == ("user.suspend", "user.restore")
    assert (suspended["before"], suspended["after"]) == ({"status": "active"}, {"status": "suspended"})
    assert (suspended["actor"], suspended["label"], suspended["address"]) == (admin.id, "Spam Mer", "10.1.1.1")
    first, second = world.inbox.to(person.email)
    assert (first.subject, second.subject) == ("Your account is suspended", "Your account is open again")
    assert "Spam in reviews." in first.text
    assert "A mistake of ours." in second.text


def test_a_mail_that_is_no_longer_true_is_not_sent(world: World, admin: Person) -> None:
    person = world.person()
    by(acting(admin), user_controller.suspend, person.id, "Spam in reviews.")
    by(acting(admin), user_controller.restore, person.id, "A mistake of ours.")
    world.run_jobs()
    assert [mail.subject for mail in world.inbox.to(person.email)] == ["Your account is open again"]


def test_a_concurrent_change_is_noticed(world: World, admin: Person) -> None:
    person = world.person()
    seen = stored(person)["updatedAt"]
    by(acting(admin), user_controller.suspend, person.id, "Spam.", seen)
    with pytest.raises(ChangedMeanwhile):
        by(acting(admin), user_controller.restore, person.id, "Again.", seen)
    assert stored(person)["status"] == "suspended"
    assert len(rows(person)) == 1


@pytest.mark.parametrize(
    ("decide", "refusal"),
    [
        (lambda admin, person: by(acting(admin), user_controller.suspend, admin.id, "Me."), OwnAccount),
        (lambda admin, person: user_controller.suspend(admin.id, "Gone."), LastAdministrator),
        (lambda admin, person: by(acting(person, "support"), user_controller.suspend, admin.id, "Ha."), Forbidden),
        (lambda admin, person: by(acting(admin), user_controller.suspend, ObjectId(), "Who?"), UserNotFound),
        (lambda admin, person: by(acting(admin), user_controller.restore, person.id, "Why?"), StatusUnchanged),
    ],
)
def test_what_cannot_be_decided(
    world: World, admin: Person, decide: Callable[[Person, Person], None], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        decide(admin, world.person())
    assert stored(admin)["status"] == "active"
    assert audit_log.count({}) == 0


def test_administrators_who_suspend_each_other_leave_one(world: World) -> None:
    first, second = world.person("admin"), world.person("admin")

    def attempt(who: Person, whom: Person) -> type[Refusal] | None:
        with world.app.app_context():
            try:
                by(acting(who), user_controller.suspend, whom.id, "You or me.")
            except Refusal as refusal:
                return type(refusal)
        return None

    for _ in range(5):
        users.update_many({"role": "admin"}, {"$set": {"status": "active"}})
        results = at_once([lambda: attempt(first, second), lambda: attempt(second, first)])
        assert sorted(map(str, results)) == sorted(map(str, [None, LastAdministrator]))
        assert users.count({"role": "admin", "status": "active"}) == 1


def test_a_deleted_account_can_be_suspended_for_it_could_come_back(world: World, admin: Person) -> None:
    person = world.person(deletedAt=now())
    by(acting(admin), user_controller.suspend, person.id, "Fraud.")
    body = {"email": person.email, "password": "a quiet green harbour"}
    assert refused(world.post("/auth/login", body)) == (403, "account_suspended")


def test_signing_up_again_does_not_open_a_suspended_account(world: World, admin: Person) -> None:
    person = world.person(emailVerifiedAt=None)
    by(acting(admin), user_controller.suspend, person.id, "Spam.")
    body = {"firstName": "A", "lastName": "B", "email": person.email, "password": "a quiet green harbour"}
    assert world.post("/auth/signup", body | {"confirmPassword": body["password"]}).status_code == 202
    assert stored(person)["status"] == "suspended"
