from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.imports import uploads
from lms.models.accounts.users import users
from lms.models.catalogue.courses import courses
from lms.models.imports.import_rows import import_rows
from lms.models.imports.imports import imports
from lms.models.learning.enrollments import enrollments
from lms.models.system.audit_log import audit_log
from lms.services.imports import row_store
from tests.importing import finished, imported, rows_of, table, upload, workbook
from tests.world import MadeCourse, Person, World, refused

NAMES = ("email", "firstName", "lastName", "contactNumber", "courses")


def test_a_table_makes_accounts_puts_them_into_courses_and_invites_them(
    world: World, admin: Person, course: MadeCourse
) -> None:
    title = courses.raw.find_one({"_id": course.id})["title"]
    content = table(NAMES, ("Asha@Example.com", "Asha", "Rao", "+91 98765 43210", title), ("ravi@example.com", "Ravi"))
    answer = upload(world, admin, "learners", content, start="true")
    assert (answer.status_code, answer.json["message"]) == (
        202,
        "Processing started. You will receive a report shortly.",
    )
    done = finished(world, admin, answer.json["data"]["id"])
    assert (done["state"], done["created"], done["percent"]) == ("done", 2, 100)
    asha = users.by_email("asha@example.com")
    assert (asha["firstName"], asha["lastName"], asha["role"]) == ("Asha", "Rao", "student")
    assert enrollments.get({"user": asha["_id"], "course": course.id})["source"] == "imported"
    assert courses.raw.find_one({"_id": course.id})["studentsCount"] == 1
    mail = world.inbox.to(admin.email)[-1]
    assert mail.subject == "Your import is finished"
    assert mail.files["report.pdf"].startswith(b"%PDF")
    assert [row["action"] for row in audit_log.find({"collection": "imports"})] == ["import.upload"]


def test_the_invited_get_in_by_their_link_once(world: World, admin: Person) -> None:
    from lms.jobs.imports import imports as jobs

    imported(world, admin, "learners", table(NAMES, ("asha@example.com", "Asha")))
    for _ in range(2):
        jobs.invite.promise()
    world.run_jobs()
    [mail] = world.inbox.to("asha@example.com")
    token = mail.text.partition("/update-password/")[2].split()[0]
    choice = {"token": token, "password": "a quiet green harbour", "confirmPassword": "a quiet green harbour"}
    assert world.post("/auth/resetpassword", choice).status_code == 200
    assert refused(world.post("/auth/resetpassword", choice)) == (400, "invalid_token")
    login = {"email": "asha@example.com", "password": "a quiet green harbour"}
    assert world.post("/auth/login", login).json["user"]["name"] == "Asha"


def test_so_many_are_invited_a_minute_and_nobody_who_should_not(world: World, admin: Person, settings: Any) -> None:
    from lms.jobs.imports import imports as jobs

    settings(import_mails_per_minute=2)
    imported(world, admin, "learners", table(NAMES, *((f"p{n}@example.com", "P") for n in range(3))))
    quiet = table(NAMES, ("quiet@example.com", "Q"))
    imported(world, admin, "learners", quiet, options='{"sendInvitations": false}')
    sent = []
    for _ in range(3):
        jobs.invite.promise()
        world.run_jobs()
        sent.append(sum("account is ready" in mail.subject for mail in world.inbox.messages))
    assert sent == [2, 3, 3]
    assert world.inbox.to("quiet@example.com") == []


BAD = {
    "missing": ("a1@example.com", ""),
    "no_such_course": ("a2@example.com", "A", "", "", "Nowhere"),
    "course_not_published": ("a3@example.com", "A", "", "", "A draft"),
    "ambiguous_course": ("a4@example.com", "A", "", "", "Twice"),
    "account_deleted": ("deleted@example.com", "A"),
    "account_waits": ("waits@example.com", "A"),
    "own_course": ("teacher@example.com", "", "", "", "Taught"),
    "enrollment_ended": ("ended@example.com", "", "", "", "Taught"),
    "too_many_courses": ("a5@example.com", "A", "", "", "|".join(str(n) for n in range(21))),
}
INVALID = (
    ("no address", "A"),
    ("b1@example.com", "x@y"),
    ("b2@example.com", "A", "", "12"),
    ("b3@example.com", "y" * 61),
)


def school(world: World) -> dict[str, Person]:
    teacher = world.person("instructor", email="teacher@example.com")
    taught = world.course(teacher, title="Taught")
    for title in ("Twice", "Twice"):
        world.course(teacher, title=title)
    world.draft(teacher, title="A draft")
    world.person(email="deleted@example.com", deletedAt=users.raw.find_one()["createdAt"])
    ended = world.person(email="ended@example.com")
    world.enroll(ended, taught)
    enrollments.update_many({"user": ended.id}, {"$set": {"status": "ended"}})
    signup = {"firstName": "W", "lastName": "W", "email": "waits@example.com"}
    password = {"password": "a quiet green harbour", "confirmPassword": "a quiet green harbour"}
    assert world.post("/auth/signup", {**signup, **password}).status_code == 202
    return {"teacher": teacher, "attending": world.person(email="attends@example.com")}


def test_every_row_that_cannot_be_written_says_why_and_stops_no_other(world: World, admin: Person) -> None:
    school(world)
    good = [(f"good{n}@example.com", "Good", "", "", "Taught") for n in range(60)]
    skipped = [(admin.email, "Renamed"), ("attends@example.com", "Other"), good[0]]
    rows = [*good[:30], *BAD.values(), *INVALID, *good[30:], *skipped]
    done = imported(world, admin, "learners", table(NAMES, *rows))
    assert (done["created"], done["failed"], done["skipped"], done["total"]) == (60, 13, 3, len(rows))
    told = rows_of(world, admin, done["id"])
    assert [row["line"] for row in told] == list(range(2, len(rows) + 2))
    codes = Counter(row["code"] for row in told if row["outcome"] == "failed")
    assert codes == {**dict.fromkeys(BAD, 1), "invalid_value": 4}
    assert [row["code"] for row in told if row["outcome"] == "skipped"] == ["is_staff", "exists", "duplicate_in_file"]
    assert told[-1]["reason"] == "Line 2 says the same."
    assert next(row for row in told if row["field"] == "contactNumber")["reason"].startswith("contactNumber: “12”. ")
    assert users.by_email("attends@example.com")["firstName"] != "Other"
    assert users.by_email(admin.email)["firstName"] != "Renamed"
    failed = world.get(f"/imports/{done['id']}/failures.csv", by=admin).text.splitlines()
    assert len(failed) == 14
    assert failed[0] == "\ufeffemail,firstName,lastName,contactNumber,courses,line,reason"


def test_what_failed_is_mended_and_sent_again(world: World, admin: Person) -> None:
    done = imported(world, admin, "learners", table(NAMES, ("asha@example.com", "Asha"), ("ravi@", "Ravi")))
    failed = world.get(f"/imports/{done['id']}/failures.csv", by=admin).text
    again = imported(world, admin, "learners", failed.replace("ravi@,", "ravi@example.com,").encode())
    assert (again["created"], again["failed"], again["total"]) == (1, 0, 1)
    assert again["unknownColumns"] == ["line", "reason"]


def test_people_are_renamed_where_that_is_asked_for(world: World, admin: Person) -> None:
    learner = world.person(email="asha@example.com")
    content = table(NAMES, ("asha@example.com", "Asha", "Rao", "+91 98765 43210"))
    done = imported(world, admin, "learners", content, options='{"onExisting": "update"}')
    assert done["updated"] == 1
    assert users.by_id(learner.id)["firstName"] == "Asha"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("email,password", "The column “password” is refused"),
        ("email,Role", "The column “Role” is refused"),
        ("mailbox,firstName", "The column email is missing"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_whole(world: World, admin: Person, header: str, reason: str) -> None:
    done = imported(world, admin, "learners", f"{header}\nasha@example.com,admin\n".encode())
    assert (done["state"], done["created"]) == ("refused", 0)
    assert done["reason"].startswith(reason)
    assert users.by_email("asha@example.com") is None
    assert world.inbox.to(admin.email)[-1].subject == "Your file could not be imported"


def test_a_file_of_which_nothing_is_right_is_refused_whole(world: World, admin: Person) -> None:
    done = imported(world, admin, "learners", table(NAMES, ("no", "A"), ("nor this", "B")))
    assert done["reason"].startswith("None of the first rows can be imported. Line 2, column email: “no”.")


def test_it_is_looked_at_read_otherwise_and_then_started(world: World, admin: Person) -> None:
    content = table(("Adresse", "Vorname"), ("asha@example.com", "Asha"))
    made = upload(world, admin, "learners", content).json["data"]
    refused_whole = finished(world, admin, made["id"])
    assert refused_whole["state"] == "refused"
    columns = {"email": "Adresse", "firstName": "Vorname"}
    assert world.put(f"/imports/{made['id']}", {"columns": columns}, by=admin).status_code == 200
    looked_at = finished(world, admin, made["id"])
    assert (looked_at["state"], looked_at["total"], looked_at["created"]) == ("checked", 1, 0)
    assert looked_at["preview"] == [{"email": "asha@example.com", "firstName": "Asha"}]
    assert world.put(f"/imports/{made['id']}", {"columns": {**columns, "firstName": ""}}, by=admin).status_code == 200
    assert finished(world, admin, made["id"])["unknownColumns"] == ["Vorname"]
    world.put(f"/imports/{made['id']}", {"columns": columns}, by=admin)
    world.run_jobs()
    elsewhere = world.put(f"/imports/{made['id']}", {"columns": {"email": "Mailbox"}}, by=admin)
    assert elsewhere.status_code == 200
    assert (
        finished(world, admin, made["id"])["reason"] == "The file has no column “Mailbox”; there are Adresse, Vorname."
    )
    world.put(f"/imports/{made['id']}", {"columns": columns}, by=admin)
    world.run_jobs()
    stale = world.put(f"/imports/{made['id']}", {"columns": columns, "revision": 1}, by=admin)
    assert refused(stale) == (409, "changed_meanwhile")
    wrong = world.put(f"/imports/{made['id']}", {"columns": {"shoeSize": "Adresse"}}, by=admin)
    assert wrong.json["errors"] == {"columns.shoeSize": "This field is not known here."}
    wrong = world.put(f"/imports/{made['id']}", {"columns": {"points": "Adresse"}}, by=admin)
    assert wrong.json["errors"]["columns.points"].startswith("There is no such column; there are email")
    assert world.post(f"/imports/{made['id']}/start", by=admin).status_code == 202
    assert finished(world, admin, made["id"])["created"] == 1
    assert refused(world.post(f"/imports/{made['id']}/start", by=admin)) == (409, "import_state")
    assert refused(world.put(f"/imports/{made['id']}", {}, by=admin)) == (409, "import_state")


def test_a_workbook_is_a_table_and_a_picture_is_none(world: World, admin: Person) -> None:
    done = imported(world, admin, "learners", workbook(NAMES, ("asha@example.com", "Asha")), name="people.xlsx")
    assert (done["created"], done["file"]["format"]) == (1, "xlsx")
    for content in (b"\x89PNG\r\n", b"%PDF-1.7", b"a\0b"):
        assert refused(upload(world, admin, "learners", content)) == (415, "not_a_table")
    large = upload(world, admin, "learners", b"a" * (8 * 1024 * 1024 + 1))
    assert refused(large) == (413, "too_large")


def test_the_same_file_twice_is_imported_once(world: World, admin: Person) -> None:
    other, content = world.person("admin"), table(NAMES, ("asha@example.com", "Asha"))
    first = upload(world, admin, "learners", content, headers={"Idempotency-Key": "one"})
    second = upload(world, other, "learners", content)
    assert refused(second) == (409, "import_running")
    assert second.json["errors"] == {"importId": first.json["data"]["id"]}
    again = upload(world, admin, "learners", content, headers={"Idempotency-Key": "one"})
    assert again.json["data"]["id"] == first.json["data"]["id"]
    assert imports.count({}) == 1


def test_one_that_was_refused_is_not_read_again_beside_another_of_the_same_file(world: World, admin: Person) -> None:
    content = table(("Adresse",), ("asha@example.com",))
    first = imported(world, admin, "learners", content)
    second = upload(world, admin, "learners", content).json["data"]["id"]
    again = world.put(f"/imports/{first['id']}", {"columns": {"email": "Adresse"}}, by=admin)
    assert refused(again) == (409, "import_running")
    assert again.json["errors"] == {"importId": second}


def test_an_account_has_five_that_are_not_finished(world: World, admin: Person) -> None:
    for n in range(5):
        assert upload(world, admin, "learners", table(NAMES, (f"p{n}@example.com", "P"))).status_code == 202
    sixth = table(NAMES, ("p6@example.com", "P"))
    assert refused(upload(world, admin, "learners", sixth)) == (409, "too_many_imports")
    first = imports.find({}, sort=[("createdAt", 1)], limit=1)[0]["_id"]
    assert world.post(f"/imports/{first}/cancel", by=admin).status_code == 202
    assert upload(world, admin, "learners", sixth).status_code == 202


def test_an_account_fills_the_disk_only_so_far(world: World, admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    content = table(NAMES, ("asha@example.com", "Asha"))
    monkeypatch.setattr(uploads, "MOST_KEPT", 2 * len(content))
    done = imported(world, admin, "learners", content)
    imported(world, admin, "learners", content)
    third = upload(world, admin, "learners", content)
    assert refused(third) == (409, "too_many_imports")
    assert third.json["message"].startswith("Your files of the last thirty days have")
    imports.update({"_id": ObjectId(done["id"])}, {"$set": {"swept": True}})
    assert upload(world, admin, "learners", content).status_code == 202


def test_it_stands_still_and_goes_on_also_when_redis_has_lost_the_rows(world: World, admin: Person) -> None:
    content = table(NAMES, *((f"p{n}@example.com", "P") for n in range(70)))
    made = upload(world, admin, "learners", content).json["data"]["id"]
    world.run_jobs()
    world.post(f"/imports/{made}/start", by=admin)
    assert world.post(f"/imports/{made}/pause", by=admin).status_code == 202
    assert finished(world, admin, made)["done"] == 0
    row_store.drop([imports.find({})[0]["_id"]])
    assert world.post(f"/imports/{made}/resume", by=admin).status_code == 202
    assert finished(world, admin, made)["created"] == 70
    assert import_rows.count({}) == 70


def test_what_nobody_has_used_is_taken_back(world: World, admin: Person, course: MadeCourse) -> None:
    title = courses.raw.find_one({"_id": course.id})["title"]
    rows = [(f"p{n}@example.com", "P", "", "", title) for n in range(3)]
    done = imported(world, admin, "learners", table(NAMES, *rows))
    users.update_many({"email": "p0@example.com"}, {"$set": {"lastSignInAt": users.raw.find_one()["createdAt"]}})
    assert world.post(f"/imports/{done['id']}/undo", by=admin).status_code == 202
    after = finished(world, admin, done["id"])
    assert (after["state"], after["undone"]) == ("undone", 2)
    assert [users.by_email(f"p{n}@example.com") is None for n in range(3)] == [False, True, True]
    assert courses.raw.find_one({"_id": course.id})["studentsCount"] == 1
    assert world.inbox.to(admin.email)[-1].subject == "Your import is undone"
    assert refused(world.post(f"/imports/{done['id']}/undo", by=admin)) == (409, "import_state")


def test_a_cancelled_one_keeps_what_is_written_and_has_a_report(world: World, admin: Person) -> None:
    made = upload(world, admin, "learners", table(NAMES, ("asha@example.com", "Asha"))).json["data"]["id"]
    assert refused(world.get(f"/imports/{made}/report.pdf", by=admin)) == (409, "report_not_ready")
    assert refused(world.get(f"/imports/{made}/failures.csv", by=admin)) == (409, "report_not_ready")
    world.post(f"/imports/{made}/cancel", by=admin)
    done = finished(world, admin, made)
    assert (done["state"], done["created"]) == ("cancelled", 0)
    assert world.get(f"/imports/{made}/report.pdf", by=admin).data.startswith(b"%PDF")


def test_how_long_it_will_take_is_told_while_it_runs(world: World, admin: Person) -> None:
    made = upload(world, admin, "learners", table(NAMES, ("asha@example.com", "Asha"))).json["data"]["id"]
    begun = imports.find({})[0]["createdAt"] - timedelta(seconds=30)
    running = {"state": "running", "startedAt": begun, "cursor": 100, "total": 400}
    imports.update({}, {"$set": running})
    shown = world.get(f"/imports/{made}", by=admin).json["data"]
    assert shown["percent"] == 25
    assert 85 <= shown["etaSeconds"] <= 400


def test_lists_are_narrowed(world: World, admin: Person) -> None:
    upload(world, admin, "learners", table(NAMES, ("asha@example.com", "Asha")))
    assert len(world.get("/imports/?state=staging&kind=learners", by=admin).json["data"]) == 1
    assert world.get("/imports/?state=done", by=admin).json["data"] == []
    made = imports.find({})[0]["_id"]
    assert world.get(f"/imports/{made}/rows?outcome=failed", by=admin).json["data"] == []
    assert refused(world.get("/imports/000000000000000000000000", by=admin)) == (404, "import_not_found")
