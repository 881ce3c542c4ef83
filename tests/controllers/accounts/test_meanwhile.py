"""What somebody else did between the look and the write: each is refused, and nothing is half done."""

from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from bson import ObjectId

from lms.controllers.accounts import (
    access,
    addresses,
    erasure,
    otps,
    own_data,
    passwords,
    profiles,
    second_step,
    sessions,
    staff_authenticator,
    staff_sign_in,
)
from lms.controllers.accounts import users as user_controller
from lms.errors import (
    AccountSuspended,
    AuthenticatorPresent,
    ChangedMeanwhile,
    Forbidden,
    InvalidCredentials,
    InvalidOtp,
    InvalidToken,
    NotSignedIn,
    StatusUnchanged,
    TokenRefused,
    UserNotFound,
    WrongPassword,
)
from lms.models.accounts.sessions import Caller, Client
from lms.models.accounts.sessions import sessions as session_model
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import User, users
from lms.models.authoring.media import media
from lms.models.base import now
from lms.models.system.audit_log import audit_log
from lms.schemas.accounts.auth import LoginIn, SecondStepIn
from lms.schemas.accounts.passwords import ChangePasswordIn
from lms.services.accounts import passwords as hashes
from tests.world import PASSWORD, Person, World

CLIENT = Client("10.1.1.1", "Tests")
NEW = "seven tall cedar trees"


def stored(person: Person) -> User:
    user = users.raw.find_one({"_id": person.id})
    assert user is not None
    return user  # type: ignore[no-any-return]


def earlier(person: Person) -> datetime:
    """A time before the person was made, also when that was in the first thousandth of a second."""
    return person.id.generation_time - timedelta(seconds=1)


def caller(person: Person, role: Any = "student") -> Caller:
    return Caller(person.id, role, person.session_id)


NOBODY = Caller(ObjectId(), "second_step", ObjectId())


def test_who_is_gone_or_no_staff_has_no_name_for_the_record(world: World) -> None:
    with pytest.raises(Forbidden):
        access.calling(NOBODY, CLIENT)
    with pytest.raises(Forbidden):
        access.staff_actor(stored(world.person()), CLIENT)


def test_an_account_without_an_address_is_erased_all_the_same(world: World) -> None:
    person = world.person()
    users.raw.update_one({"_id": person.id}, {"$unset": {"email": ""}})
    users.raw.update_one({"_id": person.id}, [{"$set": {"deletedAt": {"$subtract": ["$$NOW", 31 * 86_400_000]}}}])
    erasure.erase_deleted()
    assert "erasedAt" in stored(person)


def test_a_code_that_nobody_asked_for_is_not_delivered(world: World) -> None:
    otps.deliver(ObjectId())
    assert world.inbox.messages == []


def test_the_mailbox_of_nobody_cannot_be_proven(world: World) -> None:
    with pytest.raises(InvalidOtp):
        otps._prove(ObjectId(), "request")
    with pytest.raises(InvalidOtp):
        otps.prove_email(ObjectId())


def test_nobody_has_no_data(world: World) -> None:
    with pytest.raises(UserNotFound):
        own_data.download(ObjectId())


class TestPasswords:
    form = ChangePasswordIn(oldPassword=PASSWORD, newPassword=NEW, confirmNewPassword=NEW)

    def test_of_who_is_gone_are_not_changed(self, world: World) -> None:
        with pytest.raises(TokenRefused):
            passwords.change(NOBODY, self.form)

    def test_that_were_changed_meanwhile_stay(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        person, hash_of = world.person(), hashes.hash_of

        def another_first(password: str) -> str:
            users.set_password(person.id, "another")
            return hash_of(password)

        monkeypatch.setattr(hashes, "hash_of", another_first)
        with pytest.raises(WrongPassword):
            passwords.change(caller(person), self.form)
        assert stored(person)["passwordHash"] == "another"

    def test_of_an_unproven_account_prove_it_by_the_mailed_link(self, world: World) -> None:
        person = world.person(emailVerifiedAt=None)
        assert passwords._set(stored(person), "hash", keep=None)
        assert stored(person)["emailVerifiedAt"] is not None


def test_a_picture_of_who_is_gone_is_kept_for_nobody(world: World) -> None:
    person = world.person()
    media.promise("lms/x", person.id, "image", 1)
    facts = {"bytes": 1, "format": "webp", "duration": 0, "url": "/x.webp"}
    medium = media.settle("lms/x", facts)
    assert medium is not None
    with pytest.raises(UserNotFound):
        profiles._set_picture(ObjectId(), medium)


class TestSecondSteps:
    def test_of_who_is_gone_are_none(self, world: World) -> None:
        with pytest.raises(TokenRefused):
            second_step.take(NOBODY, SecondStepIn(otp="123456"), CLIENT)

    def test_with_a_code_of_an_authenticator_count_once(self, world: World, admin: Person) -> None:
        session = session_model.get({"_id": admin.session_id})
        assert session is not None
        with pytest.raises(InvalidOtp):
            second_step._open(session, stored(admin), 1, CLIENT)

    def test_that_were_taken_already_open_nothing_again(self, world: World, admin: Person) -> None:
        session = session_model.get({"_id": admin.session_id})
        assert session is not None
        with pytest.raises(TokenRefused):
            second_step._open(session, stored(admin), 0, CLIENT)
        assert audit_log.count({"action": "api.second_step"}) == 0

    def test_of_a_session_that_ended_meanwhile_give_no_tokens(
        self, world: World, admin: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session_model.update({"_id": admin.session_id}, {"$set": {"awaits": "password"}})
        monkeypatch.setattr(second_step, "_open", lambda session, *_: session_model.delete({"_id": session["_id"]}))
        with pytest.raises(TokenRefused):
            second_step.take(caller(admin, "second_step"), SecondStepIn(password=PASSWORD), CLIENT)


def test_a_sign_in_with_credentials_that_changed_meanwhile_is_none(world: World) -> None:
    person = world.person()
    before = stored(person)
    users.update({"_id": person.id}, {"$set": {"credentialsChangedAt": now()}})
    with pytest.raises(InvalidCredentials):
        sessions._open({**before, "credentialsChangedAt": earlier(person)}, CLIENT, "password")


class TestAddresses:
    def test_of_who_is_gone_are_not_changed(self, world: World) -> None:
        with pytest.raises(TokenRefused):
            addresses._user(NOBODY)

    def test_do_not_change_once_the_credentials_have(self, world: World) -> None:
        person = world.person()
        before: User = {**stored(person), "credentialsChangedAt": earlier(person)}
        with pytest.raises(InvalidOtp):
            addresses._change(before, "new@example.com", person.session_id, CLIENT)
        with pytest.raises(InvalidToken):
            addresses._undo(before, "old@example.com", CLIENT)
        former: User = {**before, "formerAddresses": [{"email": "old@example.com", "until": now() + timedelta(days=1)}]}
        with pytest.raises(InvalidToken):
            addresses._undo(former, "old@example.com", CLIENT)
        assert stored(person)["email"] == person.email


class TestAuthenticators:
    def test_are_not_set_up_over_one_another(self, world: World, admin: Person) -> None:
        users.offer_totp(admin.id, secret := pyotp.random_base32())
        offered = stored(admin)
        users.confirm_totp(admin.id, secret, 1)
        with pytest.raises(AuthenticatorPresent):
            staff_authenticator.confirm(stored(admin), "123456")
        with pytest.raises(ChangedMeanwhile):
            staff_authenticator.confirm(offered, pyotp.TOTP(secret).now())


class TestStaffSignIns:
    def test_of_the_suspended_end_at_the_first_step(self, world: World) -> None:
        person = world.person(staffRole="support", status="suspended")
        with pytest.raises(AccountSuspended):
            staff_sign_in.begin(LoginIn(email=person.email, password=PASSWORD), CLIENT)

    def test_that_come_too_late_open_nothing(self, world: World) -> None:
        person = world.person(staffRole="support")
        session = staff_sessions.waiting(staff_sessions.begin(person.id, CLIENT.device, CLIENT.address))
        assert session is not None
        before = stored(person)
        with pytest.raises(InvalidOtp):
            staff_sign_in._open(session, before, 1, CLIENT)
        users.update({"_id": person.id}, {"$set": {"credentialsChangedAt": now()}})
        with pytest.raises(NotSignedIn):
            staff_sign_in._open(session, {**before, "credentialsChangedAt": earlier(person)}, 0, CLIENT)


class TestDecisions:
    def test_to_suspend_are_made_once(self, world: World) -> None:
        person = world.person()
        user_controller.suspend(person.id, "Spam.")
        with pytest.raises(StatusUnchanged):
            user_controller.suspend(person.id, "Spam.")

    def test_that_change_nothing_leave_no_row(self, world: World) -> None:
        person = world.person()
        user_controller.change_role(person.id, "student", None)
        assert audit_log.count({"action": "user.change_role"}) == 0
