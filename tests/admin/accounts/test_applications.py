from collections.abc import Callable
from datetime import timedelta

import pytest

from lms.models.accounts.users import User, users
from lms.models.base import now
from lms.models.system.audit_log import audit_log
from lms.models.system.limit_windows import limit_windows
from tests.staff import notices, rows, signed_in, soup, staff
from tests.world import PASSWORD, Person, World, refused

PAGE = "/admin/applications/"


@pytest.fixture
def approval(settings: Callable[..., None]) -> None:
    settings(instructor_approval="on")


def sign_up(world: World, email: str = "meera@example.com", role: str = "instructor", proven: bool = True) -> None:
    names = {"firstName": "Meera", "lastName": "Rao", "email": email, "role": role}
    answer = world.post("/auth/signup", names | {"password": PASSWORD, "confirmPassword": PASSWORD})
    assert answer.status_code == 202
    if proven:
        world.run_jobs()
        code = {"email": email, "otp": world.code_for(email), "purpose": "signup"}
        assert world.post("/auth/verifyotp", code).status_code == 200


def applicant(world: World, **fields: object) -> Person:
    return world.person("instructor", **{"appliedAt": now(), **fields})


def stored(email: str) -> User:
    user = users.by_email(email)
    assert user is not None
    return user


def seen(person: Person) -> str:
    return f"{stored(person.email)['updatedAt'].isoformat()}Z"


def test_who_signs_up_to_teach_applies_where_approval_is_on(world: World, approval: None) -> None:
    sign_up(world)
    sign_up(world, "student@example.com", "student")
    assert "appliedAt" in stored("meera@example.com")
    assert "appliedAt" not in stored("student@example.com")


def test_nobody_applies_where_approval_is_off(world: World) -> None:
    sign_up(world)
    assert "appliedAt" not in stored("meera@example.com")


def test_signing_up_again_as_a_student_takes_the_application_back(world: World, approval: None) -> None:
    sign_up(world, proven=False)
    assert "appliedAt" in stored("meera@example.com")
    limit_windows.delete_many({})
    sign_up(world, role="student", proven=False)
    assert "appliedAt" not in stored("meera@example.com")


def test_an_applicant_drafts_and_cannot_hand_in_until_approved(world: World) -> None:
    person = applicant(world)
    course = world.draft(person)
    assert world.put(f"/courses/editCourse/{course.id}", {"price": 500}, by=person).status_code == 200
    submit = f"/courses/submitCourse/{course.id}"
    assert refused(world.post(submit, by=person)) == (403, "instructor_not_approved")
    staff(world, "support").act(f"{PAGE}{person.id}/approve", {"seen": seen(person)})
    assert world.post(submit, by=person).status_code == 200


def test_the_longest_waiting_come_first_and_are_counted(world: World) -> None:
    applicant(world, firstName="Later", appliedAt=now() - timedelta(days=1))
    applicant(world, firstName="Earlier", appliedAt=now() - timedelta(days=3))
    applicant(world, firstName="Unproven", emailVerifiedAt=None)
    applicant(world, firstName="Suspended", status="suspended")
    world.person("instructor", firstName="Approved")
    page = staff(world).page(PAGE)
    assert [(row[0], row[2]) for row in rows(page)] == [("Earlier Sharma", "3 days ago"), ("Later Sharma", "1 day ago")]
    [entry] = [each for each in page.select("nav a") if "applications" in each["href"]]
    assert entry.select_one(".count").get_text(" ").split() == ["2", "waiting"]  # type: ignore[union-attr]


def test_the_approved_are_told_and_it_is_on_record(world: World) -> None:
    person = applicant(world)
    browser = staff(world)
    assert notices(browser.act(f"{PAGE}{person.id}/approve", {"seen": seen(person)})) == [
        "The instructor is approved and told so."
    ]
    world.run_jobs()
    assert [mail.subject for mail in world.inbox.to(person.email)] == ["You can publish your courses"]
    [row] = audit_log.history("users", person.id)
    assert (row["action"], set(row["before"]), row["after"]) == (
        "application.approve",
        {"appliedAt"},
        {"appliedAt": None},
    )


def test_the_declined_are_students_at_their_next_request_and_told_why(world: World) -> None:
    person = applicant(world)
    form = {"reason": "Tell us what you teach.", "seen": seen(person)}
    staff(world).act(f"{PAGE}{person.id}/decline", form)
    assert world.get("/courses/getInstructorCourses", by=person).status_code == 403
    world.run_jobs()
    [mail] = world.inbox.to(person.email)
    assert "Tell us what you teach." in mail.text
    assert stored(person.email)["role"] == "student"
    [row] = audit_log.history("users", person.id)
    assert (row["action"], row["reason"]) == ("application.decline", "Tell us what you teach.")


def test_of_two_decisions_at_different_browsers_the_second_is_refused(world: World) -> None:
    person = applicant(world)
    shown = seen(person)
    staff(world).act(f"{PAGE}{person.id}/approve", {"seen": shown})
    answer = staff(world).post(f"{PAGE}{person.id}/decline", {"reason": "No.", "seen": shown})
    assert answer.status_code == 409
    answer = staff(world).post(f"{PAGE}{person.id}/decline", {"reason": "No.", "seen": seen(person)})
    assert notices(soup(answer))[0] == "This person is not waiting to be approved."
    assert stored(person.email)["role"] == "instructor"


def test_the_page_shows_what_they_have_written(world: World) -> None:
    person = applicant(world)
    world.draft(person, title="Knots and bends")
    assert "Knots and bends" in staff(world).page(f"{PAGE}{person.id}").get_text()


def test_a_change_of_role_settles_the_application(world: World) -> None:
    person = applicant(world)
    form = {"role": "instructor", "staffRole": "support", "reason": "A colleague.", "seen": seen(person)}
    staff(world).act(f"/admin/users/{person.id}/role", form)
    assert "appliedAt" not in stored(person.email)
    assert signed_in(world, person).get(PAGE).status_code == 200
