"""A school with a fault of every kind moves in."""

from collections.abc import Callable
from typing import Any

import pytest
from bson import ObjectId

from lms.models.accounts.users import users
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from lms.models.moderation.approvals import course_approvals
from lms.models.payments.ledger import ledger
from lms.models.system.audit_log import audit_log
from lms.models.system.move_runs import move_runs
from lms.models.system.moves import moves
from lms.models.system.outbox import outbox
from lms.moving.losses import REASONS
from tests.moving.conftest import Theirs, command, imported
from tests.moving.planted import Fault
from tests.moving.state import every_document
from tests.moving.their_server import PASSWORD
from tests.staff import staff
from tests.world import World


@pytest.fixture
def moved(world: World, theirs: Theirs) -> World:
    """A world that the school has moved into."""

    def build(world: World) -> None:
        imported(theirs.url)

    build = BUILDS.setdefault(theirs.url + str(id(theirs)), build)
    world.once(build)
    return world


BUILDS: dict[str, Callable[[World], None]] = {}


def row_of(fault: Fault) -> Any:
    key = f"{fault.collection}{':' if isinstance(fault.id, ObjectId) else '/'}{fault.id}"
    return moves.raw.find_one({"_id": key})


def first(faults: list[Fault], code: str) -> Any:
    return next(fault.id for fault in faults if fault.code == code)


def test_every_planted_fault_is_told_of(moved: World, theirs: Theirs) -> None:
    told = {fault: [loss["code"] for loss in row_of(fault)["losses"]] for fault in theirs.faults}
    assert [fault for fault, codes in told.items() if fault.code not in codes] == []
    assert len({fault.code for fault in theirs.faults}) > 30


def test_the_command_names_every_reason_and_proves_what_it_did(world: World, theirs: Theirs, tmp_path: Any) -> None:
    looked = command(world, theirs.url, "--look")
    assert looked.exit_code == 3
    assert users.raw.count_documents({}) == moves.raw.count_documents({}) == 0
    done = command(world, theirs.url, "--keep-published", "--no-admin", "--json", str(tmp_path / "report.json"))
    assert done.exit_code == 0, done.output
    assert [fault for fault in theirs.faults if fault.code not in done.output and fault.code != "unpublished"] == []
    assert [fault for fault in theirs.faults if fault.code not in looked.output] == []
    assert "  yes  Copying once more would change nothing. (again)" in done.output
    assert "  NO " not in done.output
    report = (tmp_path / "report.json").read_text()
    assert [fault for fault in theirs.faults if str(fault.id) not in report] == []


def test_a_second_run_changes_nothing_and_says_so(moved: World, theirs: Theirs) -> None:
    assert moved.app is not None
    before = every_document()
    again = command(moved, theirs.url)
    assert "Nothing was changed: everything is here already." in again.output
    assert every_document() == before


def test_old_passwords_sign_in_and_what_was_bought_is_there(moved: World, theirs: Theirs) -> None:
    user_id, course_id = theirs.server.bought[0]
    account = users.get({"_id": user_id})
    signed_in = moved.post("/auth/login", {"email": account["email"].upper(), "password": PASSWORD})
    assert signed_in.status_code == 200, signed_in.text
    attended = moved.get("/profile/getEnrolledCourses/me", by=signed_in.json["token"]).json["data"]
    assert str(course_id) in {each["id"] for each in attended}
    teacher = users.get({"_id": courses.get({"_id": course_id})["instructor"]})
    assert (
        moved.post("/auth/login", {"email": teacher["email"], "password": PASSWORD}).json["user"]["role"]
        == "instructor"
    )


def test_a_password_in_clear_is_no_password(moved: World) -> None:
    refused = moved.post("/auth/login", {"email": "clear@example.com", "password": "hunter22"})
    assert refused.status_code == 401


def test_nobody_is_an_administrator_unless_named(moved: World, theirs: Theirs) -> None:
    assert users.count({"role": "admin"}) == 0
    assert command(moved, theirs.url, "--admin", "Boss@Example.com").exit_code == 3
    [admin] = users.find({"role": "admin"})
    assert admin["email"] == "boss@example.com"
    assert audit_log.get({"action": "user.create_admin"})["subject"] == str(admin["_id"])
    unknown = command(moved, theirs.url, "--admin", "nobody@example.com")
    assert (unknown.exit_code, "nobody@example.com" in unknown.output) == (1, True)


def test_nobody_is_told_or_charged(moved: World) -> None:
    assert outbox.count({}) == ledger.count({}) == len(moved.inbox.messages) == 0
    assert enrollments.count({}) == enrollments.count({"source": "imported", "amountPaid": 0, "status": "active"}) > 0


def test_accounts_of_one_person_are_one(moved: World, theirs: Theirs) -> None:
    gone = first(theirs.faults, "merged_account")
    [kept] = users.find({"email": "twice@example.com"})
    assert kept["_id"] != gone
    assert {each["course"] for each in enrollments.find({"user": kept["_id"]})} == set(theirs.server.courses[:2])
    assert users.raw.find_one({"_id": gone}) is None


def test_who_is_gone_is_a_former_member(moved: World, theirs: Theirs) -> None:
    review = reviews.get({"_id": first(theirs.faults, "author_unknown")})
    author = users.get({"_id": review["user"]})
    assert (author["firstName"], "email" in author, review["status"]) == ("Former", False, "visible")
    course = courses.get({"_id": first(theirs.faults, "instructor_unknown")})
    assert course["status"] == "archived"
    assert users.get({"_id": course["instructor"]})["erasedAt"]


def test_courses_on_sale_are_approved_and_say_what_their_dashboard_showed(moved: World, theirs: Theirs) -> None:
    course = courses.get({"_id": theirs.server.courses[0]})
    approval = course_approvals.get({"_id": course["_id"]})
    assert course["status"] == "published"
    assert [len(section["lessons"]) for section in approval["sections"]] == [2, 2, 2]
    theirs_of_it = theirs.server.db.courses.find_one({"_id": course["_id"]})
    students = len(theirs_of_it["studentsEnrolled"])
    assert course["opening"] == {"students": students, "amount": round(students * theirs_of_it["price"] * 100)}
    assert course["studentsCount"] < students
    assert course["tags"] == [each.lower() for each in course["tags"]]
    assert course["instructions"] == ["A chair", "Ten minutes, alone"]


def test_markup_stays_text(moved: World, theirs: Theirs) -> None:
    shown = [each["description"] for each in courses.find({"description": {"$regex": "alert"}})]
    assert shown == ["&lt;script&gt;alert(1)&lt;/script&gt; & &lt;b&gt;bold&lt;/b&gt;"]


def test_progress_counts_the_lessons_of_the_course_alone(moved: World, theirs: Theirs) -> None:
    progress = course_progress.get({"_id": first(theirs.faults, "lesson_unknown")})
    assert progress["completed"] == []
    course = courses.get({"_id": progress["course"]})
    assert all(
        set(each["completed"]) <= set(course["lessons"]) for each in course_progress.find({"course": course["_id"]})
    )


def test_a_run_is_remembered_without_anybodys_name(moved: World) -> None:
    run = move_runs.last()
    assert run is not None
    assert run["report"]["losses"]["merged_account"]["count"] == 1
    assert "example.com" not in str(run)
    assert "example.com" not in str(list(moves.raw.find()))


def test_every_reason_says_what_happened() -> None:
    assert [code for code, reason in REASONS.items() if not reason.sentence.endswith(".")] == []


def test_opening_figures_stand_apart_from_revenue(moved: World, theirs: Theirs) -> None:
    course = courses.get({"_id": theirs.server.courses[0]})
    teacher = users.get({"_id": course["instructor"]})
    token = moved.post("/auth/login", {"email": teacher["email"], "password": PASSWORD}).json["token"]
    dashboard = moved.get("/profile/getInstructorDashboard", by=token).json["data"]
    [taught] = [each for each in dashboard["courses"] if each["id"] == str(course["_id"])]
    assert (taught["opening"], taught["revenue"], dashboard["totalRevenue"]) == (course["opening"], 0, 0)
    totals = moved.get(f"/analytics/courses/{course['_id']}", by=token).json["data"]["totals"]
    assert (totals["opening"], totals["netRevenue"]) == (course["opening"], 0)
    page = staff(moved, "moderator").page(f"/admin/courses/{course['_id']}")
    assert "Before it moved in" in page.text


def test_what_was_decided_once_need_not_be_said_again(world: World, theirs: Theirs) -> None:
    assert command(world, theirs.url, "--admin", "boss@example.com", "--keep-published").exit_code == 0
    again = command(world, theirs.url)
    assert (again.exit_code, "Nothing was changed" in again.output) == (0, True)
    assert command(world, theirs.url, "--no-admin", "--unpublish").exit_code == 0
    assert users.count({"role": "admin"}) == 0
