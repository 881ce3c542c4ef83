"""Signing up and in, the own page, and leaving, as these frontends ask for it."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from PIL import Image

from lms.controllers.accounts import users as user_controller
from lms.models.accounts.sessions import sessions
from lms.models.accounts.users import users
from lms.models.base import now
from tests.studynotion.frontend import Frontend, read, toast
from tests.world import PASSWORD, Person, World

ASHA = {"firstName": "Asha", "lastName": "Rao", "email": "asha@example.com"}
CHOSEN = {"password": PASSWORD, "confirmPassword": PASSWORD}


def picture() -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (40, 40), "orange").save(stream, "PNG")
    stream.seek(0)
    return stream


def sign_up(frontend: Frontend, **changed: str) -> dict[str, str]:
    read(frontend.post("/auth/sendotp", {"email": ASHA["email"], "checkUserPresent": True}))
    frontend.world.run_jobs()
    return {**ASHA, **CHOSEN, "accountType": "Student", "otp": frontend.world.code_for(ASHA["email"]), **changed}


class TestSigningUp:
    def test_from_the_form_to_the_first_sign_in(self, frontend: Frontend) -> None:
        made = frontend.post("/auth/signup", sign_up(frontend))
        assert made.status_code == 201
        assert read(made)["message"]
        answer = read(frontend.post("/auth/login", {"email": ASHA["email"], "password": PASSWORD}))
        assert answer["user"]["accountType"] == "Student"

    @pytest.mark.parametrize("kind", ["Instructor", "instructor"])
    def test_as_who_teaches(self, frontend: Frontend, kind: str) -> None:
        read(frontend.post("/auth/signup", sign_up(frontend, accountType=kind)))
        assert users.by_email(ASHA["email"])["role"] == "instructor"

    @pytest.mark.parametrize("kind", ["Admin", "admin"])
    def test_makes_nobody_an_administrator(self, frontend: Frontend, kind: str) -> None:
        assert toast(frontend.post("/auth/signup", sign_up(frontend, accountType=kind))).startswith("accountType: ")
        assert users.by_email(ASHA["email"]) is None

    def test_says_what_is_wrong_in_one_sentence_with_the_names_that_were_sent(self, frontend: Frontend) -> None:
        wrong = {"confirmPassword": "another harbour", "firstName": ""}
        sentence = toast(frontend.post("/auth/signup", sign_up(frontend, **wrong)))
        assert "firstName: This field is required." in sentence
        assert "confirmPassword: The two passwords are not the same." in sentence

    def test_with_a_wrong_code(self, frontend: Frontend) -> None:
        answer = frontend.post("/auth/signup", sign_up(frontend, otp="000000"))
        assert (answer.status_code, answer.json["code"]) == (400, "invalid_otp")

    def test_tells_nobody_who_has_an_account(self, frontend: Frontend, learner: Person) -> None:
        told = [read(frontend.post("/auth/sendotp", {"email": email})) for email in (learner.email, "x@example.com")]
        assert told[0] == told[1]


class TestSigningIn:
    def test_shows_a_whole_user(self, world: World, frontend: Frontend, learner: Person) -> None:
        user = frontend.sign_in(learner)
        assert user["additionalDetails"]["dateOfBirth"] is None
        assert user["token"] == frontend.token
        assert user["_id"] != str(learner.id)
        assert len(user["_id"]) == 24

    def test_with_a_wrong_password(self, frontend: Frontend, learner: Person) -> None:
        answer = frontend.post("/auth/login", {"email": learner.email, "password": "another harbour"})
        assert (answer.status_code, answer.json["code"]) == (401, "invalid_credentials")

    def test_lasts_longer_than_a_token_of_our_own(self, frontend: Frontend, learner: Person) -> None:
        frontend.sign_in(learner)
        sessions.raw.update_many({}, {"$set": {"createdAt": now() - timedelta(hours=23)}})
        read(frontend.get("/profile/getUserDetails"))
        assert frontend.world.get("/profile/getUserDetails/me", by=frontend.token).status_code == 401

    @pytest.mark.parametrize("end", ["session", "suspension", "password", "deletion", "role of staff"])
    def test_ends_with(self, world: World, frontend: Frontend, learner: Person, admin: Person, end: str) -> None:
        frontend.sign_in(learner)
        read(frontend.get("/profile/getUserDetails"))
        ends: dict[str, Callable[[], object]] = {
            "session": lambda: sessions.end_all(learner.id),
            "suspension": lambda: user_controller.suspend(learner.id, "Spam"),
            "password": lambda: world.post(
                "/auth/changepassword",
                {
                    "oldPassword": PASSWORD,
                    "newPassword": "a loud red harbour",
                    "confirmNewPassword": "a loud red harbour",
                },
                by=learner,
            ),
            "deletion": lambda: world.delete("/profile/deleteAccount/me", {"password": PASSWORD}, by=learner),
            "role of staff": lambda: user_controller.change_role(learner.id, "student", "moderator", "Helps"),
        }
        ends[end]()
        answer = frontend.get("/profile/getUserDetails")
        assert (answer.status_code, answer.json["code"]) == (401, "token_invalid")

    @pytest.mark.parametrize("kind", ["admin", "moderator"])
    def test_is_short_for_staff(self, world: World, frontend: Frontend, kind: str) -> None:
        staff = world.person("admin") if kind == "admin" else world.person(staffRole="moderator")
        frontend.sign_in(staff)
        assert (frontend.token or "").count(".") == 2, "An ordinary token is a JWT."
        assert world.post("/auth/logout", {}, by=frontend.token).status_code == 200

    def test_is_over_for_who_becomes_staff(self, world: World, frontend: Frontend, learner: Person) -> None:
        frontend.sign_in(learner)
        users.raw.update_one({"_id": learner.id}, {"$set": {"staffRole": "support"}})
        assert frontend.get("/profile/getUserDetails").status_code == 401

    def test_without_a_token(self, frontend: Frontend) -> None:
        answer = frontend.get("/profile/getUserDetails")
        assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


class TestPasswords:
    def test_are_changed_by_who_types_the_new_one_once(self, frontend: Frontend, learner: Person) -> None:
        frontend.sign_in(learner)
        read(frontend.post("/auth/changepassword", {"oldPassword": PASSWORD, "newPassword": "a loud red harbour"}))
        read(frontend.post("/auth/login", {"email": learner.email, "password": "a loud red harbour"}))

    @pytest.mark.parametrize("again", ["confirmNewPassword", "confirmPassword"])
    def test_have_to_be_the_same_where_it_is_typed_twice(self, frontend: Frontend, learner: Person, again: str) -> None:
        frontend.sign_in(learner)
        body = {"oldPassword": PASSWORD, "newPassword": "a loud red harbour", again: "a loud harbour"}
        assert "not the same" in toast(frontend.call("PUT", "/auth//changePassword", body))

    def test_are_chosen_anew_by_the_mailed_link(self, frontend: Frontend, learner: Person) -> None:
        read(frontend.post("/auth/reset-password-token", {"email": learner.email}))
        frontend.world.run_jobs()
        mail = frontend.world.inbox.to(learner.email)[-1].text
        token = mail.partition("/update-password/")[2].split()[0]
        chosen = {"password": "a loud red harbour", "confirmPassword": "a loud red harbour"}
        read(frontend.post("/auth/reset-password", {**chosen, "token": token}))
        assert frontend.post("/auth/reset-password", {**chosen, "token": token}).json["code"] == "invalid_token"


class TestTheOwnPage:
    def test_leaves_what_was_not_touched(self, frontend: Frontend, learner: Person) -> None:
        before = frontend.sign_in(learner)
        touched = {"firstName": "", "lastName": "", "dateOfBirth": "", "gender": "Female", "about": "Likes tea."}
        answer = read(frontend.call("PUT", "/profile/updateProfile", {**touched, "contactNumber": 9876543210}))
        after = answer["updatedUserDetails"]
        assert after["firstName"] == before["firstName"]
        assert after["additionalDetails"]["about"] == "Likes tea."
        assert after["additionalDetails"]["contactNumber"] == "9876543210"
        assert answer["updatedProfile"]["gender"] == "Female"

    def test_names_a_wrong_field_as_it_was_sent(self, frontend: Frontend, learner: Person) -> None:
        frontend.sign_in(learner)
        assert toast(frontend.call("PUT", "/profile/updateProfile", {"about": "x" * 1001})).startswith("about: ")

    def test_is_nobody_elses(self, frontend: Frontend, learner: Person) -> None:
        frontend.sign_in(learner)
        assert read(frontend.get("/profile/getUserDetails"))["userDetails"]["email"] == learner.email

    @pytest.mark.usefixtures("store")
    @pytest.mark.parametrize("name", ["pfp", "displayPicture", "file"])
    def test_takes_the_picture_whatever_its_name(
        self, world: World, frontend: Frontend, learner: Person, name: str
    ) -> None:
        frontend.sign_in(learner)
        sent = {name: (picture(), "me.png")}
        user = read(frontend.call("PUT", "/profile/updateDisplayPicture", data=sent))["data"]
        assert "/avatar/" not in user["image"]

    def test_needs_a_picture_to_change_it(self, frontend: Frontend, learner: Person) -> None:
        frontend.sign_in(learner)
        answer = frontend.call(
            "PUT", "/profile/updateDisplayPicture", data={"name": "x"}, content_type="multipart/form-data"
        )
        assert toast(answer) == "displayPicture: Choose a file."


class TestLeaving:
    def test_from_a_fresh_sign_in(self, frontend: Frontend, learner: Person) -> None:
        frontend.sign_in(learner)
        read(frontend.call("DELETE", "/profile/deleteProfile"))
        frontend.world.run_jobs()
        assert frontend.world.inbox.to(learner.email)[-1].subject == "Your account is deleted"
        assert frontend.get("/profile/getUserDetails").status_code == 401
        frontend.sign_in(learner)

    def test_asks_who_signed_in_long_ago_to_do_it_again(self, frontend: Frontend, learner: Person) -> None:
        frontend.sign_in(learner)
        sessions.raw.update_many({}, {"$set": {"createdAt": now() - timedelta(minutes=11)}})
        answer = frontend.call("DELETE", "/profile/deleteProfile")
        assert (answer.status_code, toast(answer)) == (401, "Sign in again to delete your account.")

    def test_keeps_courses_on_sale(self, world: World, frontend: Frontend, teacher: Person) -> None:
        world.course(teacher)
        frontend.sign_in(teacher)
        assert frontend.call("DELETE", "/profile/deleteProfile").json["code"] == "courses_on_sale"
