import pytest

from lms.models.system.audit_log import AuditEntry, audit_log
from tests.world import Person, World


@pytest.fixture
def admin(world: World) -> Person:
    return world.person("admin", firstName="Asha", lastName="Menon")


def only_row() -> AuditEntry:
    [row] = audit_log.find({})
    return row


def test_what_an_administrator_changes_is_on_record(world: World, admin: Person) -> None:
    course = world.course(world.person("instructor"), title="Knots", amount=49900)
    headers = {"User-Agent": "Their browser", "X-Request-ID": "abc-1"}
    world.put(f"/courses/editCourse/{course.id}", {"price": 600}, by=admin, address="10.9.8.7", headers=headers)
    row = only_row()
    assert row["action"] == "api.PUT /api/v1/courses/editCourse/<course_id>"
    assert (row["actor"], row["actorName"], row["actorRole"]) == (admin.id, "Asha Menon", "admin")
    assert (row["collection"], row["subject"], row["label"]) == ("courses", str(course.id), "Knots")
    assert (row["before"]["amount"], row["after"]["amount"]) == (49900, 60000)
    assert (row["address"], row["device"], row["requestId"]) == ("10.9.8.7", "Their browser", "abc-1")


def test_the_subject_may_stand_in_the_path_or_be_the_caller(world: World, admin: Person) -> None:
    course = world.course(world.person("instructor"), lessons=2)
    answer = world.delete(f"/courses/deleteSubsection/{course.lessons[1].id}", by=admin)
    assert answer.status_code == 200, answer.json
    assert (only_row()["collection"], only_row()["subject"]) == ("subsections", str(course.lessons[1].id))
    assert only_row()["after"]["deletedAt"] is not None
    audit_log.raw.delete_many({})
    body = {"oldPassword": "a quiet green harbour", "newPassword": "a loud red harbour"}
    answer = world.post("/auth/changepassword", body | {"confirmNewPassword": body["newPassword"]}, by=admin)
    assert answer.status_code == 200, answer.json
    row = only_row()
    assert (row["collection"], row["subject"]) == ("users", str(admin.id))
    assert "credentialsChangedAt" in row["after"]
    assert "passwordHash" not in row["after"]


def test_what_changes_in_a_profile_is_named(world: World, admin: Person) -> None:
    person = world.person()
    world.put(f"/profile/updateProfile/{person.id}", {"bio": "Sails."}, by=admin)
    row = only_row()
    assert (row["collection"], row["subject"]) == ("users", str(person.id))
    assert (row["before"]["profile.bio"], row["after"]["profile.bio"]) == (None, "Sails.")


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("addSectionToACourse/{course}", {"sectionName": "Bends"}),
        ("addSubsection/{section}", {"title": "Loops"}),
    ],
)
def test_what_is_new_is_named(world: World, admin: Person, address: str, named: dict[str, str]) -> None:
    course = world.course(world.person("instructor"), title="Ropes")
    body = {**named, "videoPublicId": world.video(admin)} if "title" in named else named
    answer = world.post(f"/courses/{address.format(course=course.id, section=course.section)}", body, by=admin)
    assert answer.status_code == 201, answer.json
    assert named.items() <= only_row()["after"].items()


def test_reading_being_refused_and_other_callers_leave_no_row(world: World, admin: Person) -> None:
    teacher = world.person("instructor")
    course = world.course(teacher)
    assert world.get(f"/courses/getFullCourseDetails/{course.id}", by=admin).status_code == 200
    assert world.post(f"/courses/submitCourse/{course.id}", by=admin).status_code == 409
    assert world.put(f"/courses/editCourse/{course.id}", {"price": 600}, by=teacher).status_code == 200
    assert audit_log.count({}) == 0


def test_what_keeps_itself_on_record_is_there_once(world: World, admin: Person) -> None:
    answer = world.post("/courses/createCategory", {"name": "Knots", "description": "All about them."}, by=admin)
    row = only_row()
    assert (row["action"], row["collection"], row["subject"]) == (
        "category.create",
        "categories",
        answer.json["data"]["id"],
    )
