import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from flask import Flask
from PIL import Image

from lms.controllers.accounts import erasure
from lms.models.accounts.profiles import profiles
from lms.models.accounts.sessions import sessions
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.system.audit_log import audit_log
from lms.services.accounts import code_store
from tests.smtp import free_port
from tests.world import PASSWORD, Person, World, avatar_of, faults, refused, served

SHOW = "/profile/getUserDetails"
UPDATE = "/profile/updateProfile"
PICTURE = "/profile/changeProfilePicture"
LEAVE = "/profile/deleteAccount"
ATTENDED = "/profile/getEnrolledCourses"
DASHBOARD = "/profile/getInstructorDashboard"

EVERY_SELF_CALL = [
    ("GET", SHOW, None),
    ("PUT", UPDATE, {"bio": "Mine."}),
    ("GET", ATTENDED, None),
    ("DELETE", LEAVE, {"password": PASSWORD}),
]


@pytest.mark.parametrize(("method", "path", "body"), EVERY_SELF_CALL)
def test_self_endpoints_are_for_oneself_and_administrators(
    world: World, method: str, path: str, body: dict[str, Any] | None
) -> None:
    me, other = world.person(), world.person()
    assert refused(world.request(method, f"{path}/me", body)) == (401, "not_signed_in")
    assert refused(world.request(method, f"{path}/{other.id}", body, by=me)) == (404, "user_not_found")
    assert refused(world.request(method, f"{path}/{ObjectId()}", body, by=me)) == (404, "user_not_found")
    assert refused(world.request(method, f"{path}/you", body, by=me)) == (400, "invalid_id")
    assert world.request(method, f"{path}/{other.id}", body, by=world.person("admin")).status_code in (200, 202)
    assert world.request(method, f"{path}/{me.id}", body, by=me).status_code in (200, 202)
    assert world.request(method, f"{path}/me", body, by=world.person()).status_code in (200, 202)


class TestDetails:
    def test_are_the_user_with_their_profile(self, world: World) -> None:
        me = world.person(firstName="Asha", lastName="Rao", email="asha@example.com")
        answer = world.get(f"{SHOW}/me", by=me)
        data = answer.json["data"]
        assert datetime.fromisoformat(data.pop("createdAt")).tzinfo is not None
        assert data == {
            "id": str(me.id),
            "name": "Asha Rao",
            "firstName": "Asha",
            "lastName": "Rao",
            "email": "asha@example.com",
            "role": "student",
            "image": avatar_of(me),
            "profile": {
                "bio": None,
                "gender": None,
                "dateOfBirth": None,
                "contactNumber": None,
                "image": avatar_of(me),
            },
        }
        assert answer.headers["Cache-Control"] == "no-store"

    def test_me_is_whoever_asks(self, world: World) -> None:
        for person in (world.person(), world.person("instructor"), world.person("admin"), world.person()):
            assert world.get(f"{SHOW}/me", by=person).json["data"]["id"] == str(person.id)

    def test_hold_no_secret(self, world: World) -> None:
        text = world.get(f"{SHOW}/me", by=world.person()).text
        assert "$2b$" not in text
        assert "password" not in text

    def test_of_nobody_are_refused_to_administrators_too(self, world: World) -> None:
        assert refused(world.get(f"{SHOW}/{ObjectId()}", by=world.person("admin"))) == (404, "user_not_found")


class TestUpdating:
    def test_changes_everything_it_names(self, world: World) -> None:
        me = world.person()
        form = {
            "firstName": " Mira ",
            "lastName": "Sen",
            "bio": "Line one.\nLine two.",
            "gender": "Female",
            "dateOfBirth": "1990-02-28",
            "contactNumber": "+91 98765 43210",
        }
        answer = world.put(f"{UPDATE}/me", form, by=me)
        assert answer.status_code == 200
        data = answer.json["data"]
        assert (data["name"], data["firstName"], data["lastName"]) == ("Mira Sen", "Mira", "Sen")
        for name in ("bio", "gender", "dateOfBirth", "contactNumber"):
            assert data["profile"][name] == form[name]
        assert world.get(f"{SHOW}/me", by=me).json["data"] == data

    def test_leaves_what_it_does_not_name(self, world: World) -> None:
        me = world.person()
        world.put(f"{UPDATE}/me", {"bio": "Kept.", "gender": "Male"}, by=me)
        data = world.put(f"{UPDATE}/me", {"gender": None}, by=me).json["data"]
        assert (data["profile"]["bio"], data["profile"]["gender"]) == ("Kept.", None)
        assert world.put(f"{UPDATE}/me", {}, by=me).json["data"] == data

    def test_a_name_cannot_be_taken_away(self, world: World) -> None:
        me = world.person(firstName="Asha")
        assert world.put(f"{UPDATE}/me", {"firstName": None}, by=me).json["data"]["firstName"] == "Asha"

    def test_by_an_administrator_changes_the_other(self, world: World) -> None:
        admin, other = world.person("admin", firstName="Admin"), world.person()
        data = world.put(f"{UPDATE}/{other.id}", {"firstName": "Changed"}, by=admin).json["data"]
        assert (data["id"], data["firstName"]) == (str(other.id), "Changed")
        assert world.get(f"{SHOW}/me", by=admin).json["data"]["firstName"] == "Admin"
        assert refused(world.put(f"{UPDATE}/{ObjectId()}", {"bio": "x"}, by=admin)) == (404, "user_not_found")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("firstName", ""),
            ("firstName", " "),
            ("lastName", "n" * 61),
            ("bio", "b" * 1001),
            ("bio", "\u0000"),
            ("gender", "g" * 41),
            ("dateOfBirth", "1899-12-31"),
            ("dateOfBirth", (datetime.now(UTC) + timedelta(days=2)).date().isoformat()),
            ("dateOfBirth", "2001-02-29"),
            ("dateOfBirth", "28/02/1990"),
            ("contactNumber", "call me"),
            ("contactNumber", "1234"),
            ("role", "admin"),
            ("email", "other@example.com"),
            ("image", "https://example.com/x.png"),
            ("status", "active"),
            ("passwordHash", "x"),
        ],
    )
    def test_refuses_bad_values_and_fields_that_are_not_its_own(self, world: World, field: str, value: Any) -> None:
        me = world.person()
        before = world.get(f"{SHOW}/me", by=me).json["data"]
        assert faults(world.put(f"{UPDATE}/me", {"bio": "New.", field: value}, by=me)) == {field}
        assert world.get(f"{SHOW}/me", by=me).json["data"] == before

    def test_takes_the_longest_values(self, world: World) -> None:
        form = {"firstName": "f" * 60, "lastName": "l" * 60, "bio": "b" * 1000, "dateOfBirth": "1900-01-01"}
        assert world.put(f"{UPDATE}/me", form, by=world.person()).status_code == 200


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40)) -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", size, "orange").save(stream, kind)
    stream.seek(0)
    return stream


@pytest.fixture
def media_store(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.mark.usefixtures("media_store")
class TestPictures:
    def send(self, world: World, by: Person | None, stream: Any, name: str = "me.png") -> Any:
        return world.put(PICTURE, by=by, data={"image": (stream, name)})

    def test_are_kept_as_small_squares_and_shown_everywhere(self, world: World) -> None:
        teacher = world.person("instructor")
        world.course(teacher)
        assert (
            world.get("/courses/getAllCourses").json["data"][0]["instructor"]["image"].endswith(f"/avatar/{teacher.id}")
        )
        answer = self.send(world, teacher, picture())
        assert answer.status_code == 200, answer.json
        url = answer.json["data"]["image"]
        details = world.get(f"{SHOW}/me", by=teacher).json["data"]
        assert details["image"] == details["profile"]["image"] == url
        assert world.get("/courses/getAllCourses").json["data"][0]["instructor"]["image"] == url
        shown = world.get(url[url.index("/sandbox") :], buffered=True)
        assert shown.mimetype == "image/webp"
        with Image.open(io.BytesIO(shown.data)) as kept:
            assert (kept.format, kept.size) == ("WEBP", (512, 512))

    def test_can_be_replaced_and_are_each_ones_own(self, world: World) -> None:
        one, other = world.person(), world.person()
        urls = [
            self.send(world, by, picture(kind)).json["data"]["image"] for by, kind in ((one, "JPEG"), (other, "GIF"))
        ]
        assert urls[0] != urls[1]
        assert world.get(f"{SHOW}/me", by=other).json["data"]["image"] == urls[1]
        self.send(world, one, picture("PNG", (10, 10)))
        assert world.get(f"{SHOW}/me", by=other).json["data"]["image"] == urls[1]

    def test_have_to_be_pictures(self, world: World) -> None:
        me = world.person()
        for content in (b"", b"<svg onload=alert(1)>", b"GIF89a", picture().read()[:60]):
            assert refused(self.send(world, me, io.BytesIO(content))) == (415, "not_an_image")
        assert world.get(f"{SHOW}/me", by=me).json["data"]["image"].endswith(f"/avatar/{me.id}")

    def test_have_to_be_small_enough(self, world: World) -> None:
        me = world.person()
        head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
        body = head + b"0" * (10 * 1024 * 1024 + 1) + b"\r\n--x--\r\n"
        answer = world.put(PICTURE, by=me, data=body, content_type="multipart/form-data; boundary=x")
        assert refused(answer) == (413, "too_large")
        assert refused(self.send(world, me, picture("GIF", (5001, 5000)))) == (413, "too_large")

    def test_have_to_come_as_a_form_with_a_file(self, world: World) -> None:
        me = world.person()
        assert refused(world.put(PICTURE, {"image": "x"}, by=me)) == (415, "unsupported_media_type")
        assert faults(world.put(PICTURE, by=me, data={"other": (picture(), "a.png")})) == {"other"}
        assert faults(world.put(PICTURE, by=me, data={}, content_type="multipart/form-data")) == {"image"}
        assert faults(world.put(PICTURE, by=me, data={"image": "x"}, content_type="multipart/form-data")) == {"image"}

    def test_are_for_the_signed_in(self, world: World) -> None:
        assert refused(self.send(world, None, picture())) == (401, "not_signed_in")

    def test_cannot_be_changed_all_the_time(self, world: World) -> None:
        me = world.person()
        answers = [self.send(world, me, io.BytesIO(b"x")) for _ in range(31)]
        assert refused(answers[-2]) == (415, "not_an_image")
        assert refused(answers[-1]) == (429, "rate_limited")


def test_a_picture_cannot_be_kept_while_the_media_store_is_down(world: World) -> None:
    settings = world.app.config["SETTINGS"]
    me = world.person()
    world.app.config["SETTINGS"] = settings.model_copy(update={"public_url": f"http://127.0.0.1:{free_port()}"})
    try:
        answer = world.put(PICTURE, by=me, data={"image": (picture(), "me.png")})
    finally:
        world.app.config["SETTINGS"] = settings
    assert refused(answer) == (503, "unavailable")
    assert world.get(f"{SHOW}/me", by=me).json["data"]["image"].endswith(f"/avatar/{me.id}")


def sign_in(world: World, person: Person) -> Any:
    return world.post("/auth/login", {"email": person.email, "password": PASSWORD})


class TestLeaving:
    def test_hides_the_account_and_ends_its_sessions(self, world: World) -> None:
        me, admin = world.person(), world.person("admin")
        second = sign_in(world, me).json["token"]
        assert world.get(f"{SHOW}/{me.id}", by=admin).status_code == 200
        answer = world.delete(f"{LEAVE}/me", {"password": PASSWORD}, by=me)
        assert (answer.status_code, answer.json["data"]) == (202, None)
        for token in (me.token, second):
            assert refused(world.get(f"{SHOW}/me", by=token)) == (401, "token_invalid")
        assert refused(world.post("/auth/refresh", by=me.refresh_token))[0] == 401
        assert refused(world.get(f"{SHOW}/{me.id}", by=admin)) == (404, "user_not_found")
        again = world.delete(f"{LEAVE}/{me.id}", {"password": PASSWORD}, by=admin)
        assert refused(again) == (404, "user_not_found")

    def test_is_undone_by_signing_in(self, world: World) -> None:
        me = world.person()
        world.put(f"{UPDATE}/me", {"bio": "Still here."}, by=me)
        world.delete(f"{LEAVE}/me", {"password": PASSWORD}, by=me)
        back = sign_in(world, me)
        assert back.status_code == 200
        assert world.get(f"{SHOW}/me", by=back.json["token"]).json["data"]["profile"]["bio"] == "Still here."
        self.move_deletion(me, days=31)
        erasure.erase_deleted()
        assert sign_in(world, me).status_code == 200

    def test_needs_the_right_password(self, world: World) -> None:
        me = world.person()
        assert refused(world.delete(f"{LEAVE}/me", {"password": "not this one"}, by=me)) == (400, "wrong_password")
        for body in ({}, {"password": ""}, {"password": "p" * 129}):
            assert faults(world.delete(f"{LEAVE}/me", body, by=me)) == {"password"}
        assert faults(world.delete(f"{LEAVE}/me", {"password": PASSWORD, "now": True}, by=me)) == {"now"}
        assert world.get(f"{SHOW}/me", by=me).status_code == 200

    def test_without_a_password_takes_a_mailed_code(self, world: World) -> None:
        me = world.person()
        users.update({"_id": me.id}, {"$unset": {"passwordHash": ""}})
        wrong = world.delete(f"{LEAVE}/me", {"otp": "000000"}, by=me)
        assert refused(wrong) == (400, "invalid_otp")
        world.post("/auth/loginUser", {"email": me.email})
        world.run_jobs()
        code = world.code_for(me.email)
        assert world.delete(f"{LEAVE}/me", {"otp": code}, by=me).status_code == 202
        assert refused(world.get(f"{SHOW}/me", by=me)) == (401, "token_invalid")

    def test_takes_no_code_of_anybody_else(self, world: World) -> None:
        me, other = world.person(), world.person()
        code = code_store.mint("login", other.email)
        assert refused(world.delete(f"{LEAVE}/me", {"otp": code}, by=me)) == (400, "invalid_otp")

    def test_by_an_administrator_needs_the_administrators_password(self, world: World) -> None:
        admin, other = world.person("admin"), world.person()
        users.update({"_id": admin.id}, {"$unset": {"passwordHash": ""}})
        body = {"password": PASSWORD}
        assert refused(world.delete(f"{LEAVE}/{other.id}", body, by=admin)) == (400, "wrong_password")
        assert world.get(f"{SHOW}/me", by=other).status_code == 200
        assert world.delete(f"{LEAVE}/{other.id}", body, by=world.person("admin")).status_code == 202
        assert refused(world.get(f"{SHOW}/me", by=other)) == (401, "token_invalid")

    def test_leaves_an_administrator(self, world: World) -> None:
        first, body = world.person("admin"), {"password": PASSWORD}
        assert refused(world.delete(f"{LEAVE}/me", body, by=first)) == (409, "last_administrator")
        assert world.get(f"{SHOW}/me", by=first).status_code == 200
        second = world.person("admin")
        answers = world.together(*[("DELETE", f"{LEAVE}/me", body, by) for by in (first, second)])
        assert sorted(answer.status_code for answer in answers) == [202, 409]
        assert users.count({"role": "admin"}) == 1

    def test_of_staff_is_on_record_when_a_sign_in_undoes_it(self, world: World) -> None:
        supporter, learner = world.person(staffRole="support"), world.person()
        for person in (supporter, learner):
            world.delete(f"{LEAVE}/me", {"password": PASSWORD}, by=person)
            for _ in range(2):
                assert sign_in(world, person).status_code == 200
        [row] = audit_log.find({})
        assert (row["action"], row["actor"], row["actorRole"]) == ("user.bring_back", supporter.id, "support")
        assert (row["subject"], row["before"]["deletedBy"]) == (str(supporter.id), supporter.id)

    def test_guessing_the_password_is_slowed_down(self, world: World) -> None:
        me = world.person()
        answers = [world.delete(f"{LEAVE}/me", {"password": "wrong"}, by=me) for _ in range(11)]
        assert refused(answers[-2]) == (400, "wrong_password")
        assert refused(answers[-1]) == (429, "rate_limited")

    def test_is_final_after_thirty_days_and_frees_the_address(self, world: World) -> None:
        me = world.person(image="https://example.com/me.webp")
        course = world.course(world.person("instructor"))
        world.enroll(me, course)
        world.post("/courses/createRating", {"courseId": str(course.id), "rating": 5}, by=me)
        world.post(f"/profile/updateCourseProgress/{course.id}", {"subsectionId": str(course.lessons[0].id)}, by=me)
        world.delete(f"{LEAVE}/me", {"password": PASSWORD}, by=me)
        self.move_deletion(me, days=30)
        erasure.erase_deleted()
        assert refused(sign_in(world, me)) == (401, "invalid_credentials")
        assert refused(world.get(f"{SHOW}/{me.id}", by=world.person("admin"))) == (404, "user_not_found")
        kept = users.raw.find_one({"_id": me.id})
        assert kept is not None
        assert me.email not in str(kept)
        assert not {"email", "passwordHash"} & kept.keys()
        for collection in (profiles, sessions, course_progress):
            assert collection.count({"user": me.id}) == 0
        review = world.get(f"/courses/getReviews?courseId={course.id}").json["data"][0]
        assert review["user"] == {"id": str(me.id), "name": "Former member", "image": avatar_of(me)}
        assert enrollments.count({"user": me.id}) == 1
        erasure.erase_deleted()
        newcomer = world.person(email=me.email)
        assert sign_in(world, newcomer).json["user"]["id"] == str(newcomer.id)

    def test_is_not_final_a_day_earlier(self, world: World) -> None:
        me = world.person()
        world.delete(f"{LEAVE}/me", {"password": PASSWORD}, by=me)
        self.move_deletion(me, days=29)
        erasure.erase_deleted()
        assert sign_in(world, me).status_code == 200

    def test_a_sign_in_between_the_search_and_the_erasure_brings_the_account_back(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        me, erase = world.person(), erasure._erase
        world.delete(f"{LEAVE}/me", {"password": PASSWORD}, by=me)
        self.move_deletion(me, days=31)

        def signed_in_first(*due: Any) -> None:
            assert sign_in(world, me).status_code == 200
            erase(*due)

        monkeypatch.setattr(erasure, "_erase", signed_in_first)
        erasure.erase_deleted()
        again = sign_in(world, me)
        assert again.status_code == 200
        assert world.get(f"{SHOW}/me", by=again.json["token"]).json["data"]["email"] == me.email
        assert profiles.count({"user": me.id}) == 1

    def test_an_erasure_while_a_sign_in_compares_the_password_is_final(self, world: World) -> None:
        me = world.person()
        world.delete(f"{LEAVE}/me", {"password": PASSWORD}, by=me)
        self.move_deletion(me, days=31)
        read_before = users.by_email(me.email)
        assert read_before is not None
        erasure.erase_deleted()
        assert users.sign_in(read_before) is None
        since = read_before["credentialsChangedAt"]
        assert not users.set_password(me.id, "another hash", credentialsChangedAt=since)
        assert "passwordHash" not in (users.raw.find_one({"_id": me.id}) or {})

    def test_erasing_touches_nobody_else(self, world: World) -> None:
        me, other = world.person(), world.person()
        world.delete(f"{LEAVE}/me", {"password": PASSWORD}, by=me)
        self.move_deletion(me, days=31)
        erasure.erase_deleted()
        assert world.get(f"{SHOW}/me", by=other).json["data"]["email"] == other.email

    def test_an_erased_name_is_gone_from_public_pages_at_once(self, world: World) -> None:
        course, learner = world.course(world.person("instructor")), world.person(firstName="Asha")
        world.enroll(learner, course)
        world.post("/courses/createRating", {"courseId": str(course.id), "rating": 5}, by=learner)
        world.delete(f"{LEAVE}/me", {"password": PASSWORD}, by=learner)
        assert "Asha" in world.get("/courses/getReviews").text
        self.move_deletion(learner, days=31)
        erasure.erase_deleted()
        assert "Asha" not in world.get("/courses/getReviews").text

    def move_deletion(self, person: Person, days: int) -> None:
        moment = now() - timedelta(days=days)
        users.raw.update_one({"_id": person.id, "deletedAt": {"$exists": True}}, {"$set": {"deletedAt": moment}})


class TestAttendedCourses:
    def test_are_cards_with_progress_the_newest_first(self, world: World) -> None:
        teacher, me = world.person("instructor"), world.person()
        made = [world.course(teacher, title=title) for title in ("First", "Second")]
        for course in made:
            world.enroll(me, course)
        before = world.get(f"{ATTENDED}/me", by=me).json["data"]
        assert [card["progressPercentage"] for card in before] == [0, 0]
        lesson = str(made[0].lessons[0].id)
        body = {"subsectionId": lesson, "completed": True, "position": 30}
        world.post(f"/profile/updateCourseProgress/{made[0].id}", body, by=me)
        answer = world.get(f"{ATTENDED}/me", by=me)
        second, first = answer.json["data"]
        assert (first["title"], second["title"]) == ("First", "Second")
        assert (first["progressPercentage"], first["resume"]) == (33, {"subsectionId": lesson, "position": 30})
        assert (second["progressPercentage"], second["resume"]) == (0, None)
        assert first["enrolledAt"] < second["enrolledAt"]
        assert first["lessonsCount"] == 3
        assert "completedVideos" not in first

    def test_are_ones_own(self, world: World) -> None:
        course, me, other = world.course(world.person("instructor")), world.person(), world.person()
        world.enroll(other, course)
        body = {"subsectionId": str(course.lessons[0].id), "completed": True}
        world.post(f"/profile/updateCourseProgress/{course.id}", body, by=other)
        assert world.get(f"{ATTENDED}/me", by=me).json["data"] == []
        world.enroll(me, course)
        assert world.get(f"{ATTENDED}/me", by=me).json["data"][0]["progressPercentage"] == 0
        seen = world.get(f"{ATTENDED}/{other.id}", by=world.person("admin")).json["data"]
        assert seen[0]["progressPercentage"] == 33

    def test_are_paged_exactly(self, world: World) -> None:
        teacher, category, me = world.person("instructor"), world.category(), world.person()
        made = [world.course(teacher, lessons=0, category=category) for _ in range(5)]
        for course in made:
            world.enroll(me, course)
        pages = [world.get(f"{ATTENDED}/me?limit=2&page={number}", by=me).json for number in (1, 2, 3, 4)]
        assert [card["id"] for page in pages for card in page["data"]] == [str(course.id) for course in reversed(made)]
        assert all(page["pagination"]["total"] == 5 and page["pagination"]["pages"] == 3 for page in pages)

    def test_leave_out_deleted_ones_and_do_not_count_them(self, world: World) -> None:
        teacher, learner = world.person("instructor"), world.person()
        changes = ({"deletedAt": now()}, {"status": "draft"}, {"status": "archived"}, {}, {})
        made = [world.course(teacher, **change) for change in changes]
        for course in made:
            world.enroll(learner, course)
        pages = [world.get(f"{ATTENDED}/me?limit=3&page={page}", by=learner).json for page in (1, 2, 3)]
        shown = [card["id"] for page in pages for card in page["data"]]
        assert shown == [str(course.id) for course in reversed(made[1:])]
        assert [page["pagination"]["total"] for page in pages] == [4, 4, 4]
        assert [len(page["data"]) for page in pages] == [3, 1, 0]

    def test_leave_out_refunded_ones_and_keep_withdrawn_ones(self, world: World) -> None:
        teacher, me = world.person("instructor"), world.person()
        refunded, withdrawn = world.course(teacher), world.course(teacher, status="archived")
        for course in (refunded, withdrawn):
            world.enroll(me, course)
        enrollments.update({"course": refunded.id}, {"$set": {"status": "refunded"}})
        answer = world.get(f"{ATTENDED}/me", by=me).json
        assert [card["id"] for card in answer["data"]] == [str(withdrawn.id)]
        assert answer["pagination"]["total"] == 1

    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "page=0", "page=x"])
    def test_refuse_values_out_of_range(self, world: World, query: str) -> None:
        assert faults(world.get(f"{ATTENDED}/me?{query}", by=world.person())) == {query.partition("=")[0]}


class TestDashboard:
    def test_says_what_each_course_has_come_to(self, world: World) -> None:
        teacher = world.person("instructor")
        course = world.course(teacher, lessons=1, amount=20000, title="Paid")
        world.course(teacher, status="draft", title="Draft")
        world.enroll(world.person(), world.course(world.person("instructor")), "purchase", 99999)
        learners = [world.person() for _ in range(3)]
        for learner in learners:
            world.enroll(learner, course, "purchase", 20000)
        world.post("/courses/createRating", {"courseId": str(course.id), "rating": 4}, by=learners[0])
        body = {"subsectionId": str(course.lessons[0].id), "completed": True}
        world.post(f"/profile/updateCourseProgress/{course.id}", body, by=learners[0])
        data = world.get(DASHBOARD, by=teacher).json["data"]
        assert (data["totalStudents"], data["totalRevenue"]) == (3, 60000)
        rows = {row["title"]: row for row in data["courses"]}
        assert rows["Paid"] == {
            "id": str(course.id),
            "title": "Paid",
            "status": "published",
            "studentsCount": 3,
            "revenue": 60000,
            "ratingAverage": 4,
            "ratingCount": 1,
            "completion": 33,
            "opening": None,
        }
        assert (rows["Draft"]["status"], rows["Draft"]["completion"]) == ("draft", 0)

    def test_counts_only_money_that_was_kept(self, world: World) -> None:
        teacher, learner = world.person("instructor"), world.person()
        course = world.course(teacher, amount=100)
        world.enroll(learner, course, "purchase", 100)
        world.book(learner, course, -60)
        assert world.get(DASHBOARD, by=teacher).json["data"]["totalRevenue"] == 40

    def test_of_someone_new_is_empty(self, world: World) -> None:
        data = world.get(DASHBOARD, by=world.person("instructor")).json["data"]
        assert data == {"courses": [], "totalStudents": 0, "totalRevenue": 0}

    def test_is_for_instructors(self, world: World) -> None:
        assert refused(world.get(DASHBOARD)) == (401, "not_signed_in")
        for role in ("student", "admin"):
            assert refused(world.get(DASHBOARD, by=world.person(role))) == (403, "forbidden")
