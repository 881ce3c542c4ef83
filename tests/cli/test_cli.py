from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from bson import ObjectId
from click.testing import Result
from flask import Flask

from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.payments.coupons import coupons
from tests.buying import Purchase, given_back, selling
from tests.credentials import KEY, NEXT_KEY
from tests.world import MadeCourse, Person, World

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


def decide(world: World, *words: str, typed: str | None = None) -> Result:
    return world.app.test_cli_runner().invoke(args=["course", *words], input=typed)


def in_review(world: World, title: str = "Knots") -> MadeCourse:
    teacher = world.person("instructor", firstName="Asha", email=f"{title.lower()}@example.com")
    course = world.draft(teacher, title=title)
    world.post(f"/courses/submitCourse/{course.id}", by=teacher)
    return course


def status_of(course: MadeCourse) -> str:
    stored = courses.get({"_id": course.id})
    assert stored is not None
    return stored["status"]


def test_course_queue_lists_what_waits(world: World) -> None:
    assert decide(world, "queue").output == "Nothing waits for a decision.\n"
    first, second = in_review(world), in_review(world, "Bends")
    lines = decide(world, "queue").output.splitlines()
    assert [line.split()[0] for line in lines] == [str(first.id), str(second.id)]
    assert lines[0].endswith("Knots  (Asha Sharma)")


def test_course_approve_publishes_at_the_next_read_and_mails(world: World) -> None:
    course = in_review(world)
    assert world.get("/courses/").json["data"] == []
    assert decide(world, "approve", str(course.id)).output == "The course is published.\n"
    assert len(world.get("/courses/").json["data"]) == 1
    world.run_jobs()
    assert [mail.subject for mail in world.inbox.to("knots@example.com")] == ["Your course is published"]


def test_course_reject_mails_the_reason_that_was_given_or_typed(world: World) -> None:
    given, typed = in_review(world), in_review(world, "Bends")
    decide(world, "reject", str(given.id), "--reason", "Too quiet.")
    decide(world, "reject", str(typed.id), typed="Too loud.\n")
    assert (status_of(given), status_of(typed)) == ("draft", "draft")
    world.run_jobs()
    assert "Too quiet." in world.inbox.to("knots@example.com")[0].text
    assert "Too loud." in world.inbox.to("bends@example.com")[0].text


@pytest.mark.parametrize("reason", ["", "  ", "\u200b\u202e", "r" * 2001, "a\x1bb"])
def test_course_reject_wants_a_reason_fit_to_read(world: World, reason: str) -> None:
    course = in_review(world)
    refused = decide(world, "reject", str(course.id), "--reason", reason)
    assert refused.exit_code == 2
    assert "Invalid value" in refused.output
    assert status_of(course) == "in_review"


def test_course_archive_and_unarchive_are_each_others_opposite(world: World) -> None:
    course = in_review(world)
    decide(world, "approve", str(course.id))
    assert decide(world, "archive", str(course.id)).output == "The course is archived.\n"
    assert (status_of(course), world.get("/courses/").json["data"]) == ("archived", [])
    assert decide(world, "unarchive", str(course.id)).output == "The course is published again.\n"
    assert (status_of(course), len(world.get("/courses/").json["data"])) == ("published", 1)


def test_course_commands_say_in_a_sentence_why_they_do_not(world: World) -> None:
    draft = world.draft(world.person("instructor"))
    for words, sentence in (
        (("approve", str(draft.id)), "Error: Only a course in review can be decided on.\n"),
        (("reject", str(draft.id), "--reason", "No."), "Error: Only a course in review can be decided on.\n"),
        (("unarchive", str(draft.id)), "Error: The course is not archived.\n"),
        (("archive", str(ObjectId())), "Error: There is no such course.\n"),
    ):
        result = decide(world, *words)
        assert (result.exit_code, result.output) == (1, sentence)
    assert decide(world, "approve", "knots").exit_code == 2


def test_course_approve_names_what_is_missing(world: World) -> None:
    course = in_review(world)
    courses.update({"_id": course.id}, {"$set": {"thumbnail": None}})
    result = decide(world, "approve", str(course.id))
    assert (result.exit_code, status_of(course)) == (1, "in_review")
    assert "Add a thumbnail." in result.output


class TestOrders:
    @pytest.fixture(autouse=True)
    def gateway(self, world: World) -> Iterator[None]:
        with selling(world):
            yield

    @pytest.fixture
    def learner(self, world: World) -> Person:
        return world.person()

    @pytest.fixture
    def purchase(self, world: World, learner: Person) -> Purchase:
        """One whose payment was told of wrongly, so that staff have to look at it."""
        purchase = world.paid(learner, world.course(world.person("instructor"), amount=49900))
        world.gateway(wrong="wrong_amount", only="payments", webhooks="off")
        assert world.verify(learner, purchase.proof).status_code == 202
        world.gateway(webhooks="off")
        return purchase

    def run(self, world: World, *words: str) -> tuple[int, str]:
        result = world.app.test_cli_runner().invoke(args=["order", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, last_line(result)

    def test_review_lists_what_waits_and_why(self, world: World, purchase: Purchase) -> None:
        line = self.run(world, "held")[1]
        assert line.startswith(f"{purchase.id}  ")
        assert line.endswith(f"49900 paise  Payment {purchase.payment_id}: amount 49899, not 49900")

    def test_accept_enrols(self, world: World, purchase: Purchase, learner: Person) -> None:
        assert self.run(world, "accept", str(purchase.id), purchase.payment_id) == (0, "The order is paid.")
        assert enrollments.count({"user": learner.id, "status": "active"}) == 1
        assert self.run(world, "held") == (0, "No order is held.")
        again = self.run(world, "accept", str(purchase.id), purchase.payment_id)
        assert again == (1, "Error: Only an order in review can be decided on.")

    def test_decline_gives_back(self, world: World, purchase: Purchase) -> None:
        assert self.run(world, "decline", str(purchase.id), purchase.payment_id) == (0, "The payment goes back.")
        world.run_jobs()
        assert (given_back(purchase.payment_id), enrollments.count({})) == (49900, 0)
        assert self.run(world, "held") == (0, "No order is held.")

    @pytest.mark.parametrize("decision", ["accept", "decline"])
    def test_what_cannot_be_decided_is_said_in_a_sentence(
        self, world: World, purchase: Purchase, decision: str
    ) -> None:
        unusable = "Error: The gateway knows no captured payment of this order by that id."
        for payment_id in ("pay_00000000000000", "nonsense", purchase.order_id, "pay_/../x", ""):
            assert self.run(world, decision, str(purchase.id), payment_id) == (1, unusable)
        absent = self.run(world, decision, str(ObjectId()), purchase.payment_id)
        assert absent == (1, "Error: There is no such order.")
        assert self.run(world, decision, "nonsense", purchase.payment_id)[0] == 2
        assert self.run(world, decision, str(purchase.id))[0] == 2
        world.gateway(dead=True)
        code, sentence = self.run(world, decision, str(purchase.id), purchase.payment_id)
        assert (code, sentence[:44]) == (1, "Error: The payment gateway does not answer. ")
        assert self.run(world, "held")[1].startswith(str(purchase.id))


class TestCoupons:
    def run(self, world: World, *words: str) -> tuple[int, str]:
        result = world.app.test_cli_runner().invoke(args=["coupon", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, last_line(result)

    def test_add_makes_one_that_list_shows(self, world: World) -> None:
        course = str(ObjectId())
        limits = ("--uses", "5", "--uses-per-user", "1", "--course", course)
        times = ("--from", "2026-11-01T00:00:00+05:30", "--until", "2099-01-01")
        assert self.run(world, "add", "ten", "--percent", "10", *limits, *times) == (0, "The coupon TEN can be used.")
        assert self.run(world, "list") == (0, "TEN  10 %  used 0 of 5")
        (coupon,) = coupons.find({})
        assert (coupon["courses"], coupon["mostUsesPerUser"]) == ([ObjectId(course)], 1)
        assert (coupon["validFrom"], coupon["validUntil"]) == (datetime(2026, 10, 31, 18, 30), datetime(2099, 1, 1))
        assert self.run(world, "add", "flat", "--amount", "99.50")[0] == 0
        assert self.run(world, "list") == (0, "FLAT  9950 paise  used 0")

    def test_add_refuses_in_a_sentence(self, world: World) -> None:
        self.run(world, "add", "TEN", "--percent", "10")
        taken = self.run(world, "add", "ten", "--percent", "20")
        assert taken == (1, "Error: There is already a coupon with this code.")
        for words in (
            ("X",),
            ("X", "--percent", "10", "--amount", "5"),
            ("X", "--percent", "0"),
            ("X", "--percent", "101"),
            ("X", "--percent", "ten"),
            ("X", "--percent", "1.5"),
            ("X", "--amount", "abc"),
            ("X", "--amount", ""),
            ("X", "--amount", "-5"),
            ("X", "--amount", "1.001"),
            ("X", "--amount", "NaN"),
            ("X", "--amount", "Infinity"),
            ("X", "--percent", "5", "--course", "knots"),
            ("X", "--percent", "5", "--uses", "0"),
            ("X", "--percent", "5", "--uses-per-user", "-1"),
            ("X", "--percent", "5", "--until", "tomorrow"),
            ("X", "--percent", "5", "--from", "2026-13-01"),
            ("X", "--percent", "5", "--until", "2027-01-01", "--from", "2027-01-02"),
            ("X Y", "--percent", "5"),
            ("", "--percent", "5"),
            ("x" * 41, "--percent", "5"),
            (),
        ):
            code, sentence = self.run(world, "add", *words)
            assert (code, sentence[:7]) == (2, "Error: "), words
        assert [each["_id"] for each in coupons.find({})] == ["TEN"]


def last_line(result: Result) -> str:
    """What a command says at the end, which in tests is followed by nothing but the log."""
    said = [line for line in result.output.splitlines() if line and not line.startswith("{")]
    return said[-1] if said else ""


class TestCredentialKeys:
    def run(self, world: World, *words: str) -> Result:
        return world.app.test_cli_runner().invoke(args=["credentials", *words])

    def test_are_rotated_compromised_and_moved(self, world: World, settings: Callable[..., None]) -> None:
        name = f"key-{now().year}"
        assert self.run(world, "rotate").output == f"{name}-1 signs from now on.\n"
        again = self.run(world, "rotate")
        assert (again.exit_code, "is known already" in again.output) == (1, True)
        assert "no other key can sign" in self.run(world, "compromise", f"{name}-1").output
        settings(credential_keys=(NEXT_KEY, KEY))
        assert self.run(world, "rotate").output == f"{name}-2 signs from now on.\n"
        assert "is not believed any more" in self.run(world, "compromise", f"{name}-1").output
        settings(credential_keys=(NEXT_KEY, KEY), public_url="https://new.example")
        refused = world.app.test_cli_runner().invoke(args=["worker", "default", "--burst"])
        assert (refused.exit_code, "flask credentials move-host" in refused.output) == (1, True)
        assert "did:web:new.example" in self.run(world, "move-host").output


def test_two_accounts_of_a_person_are_looked_at_and_merged(world: World, course: MadeCourse) -> None:
    kept, merged = world.person(), world.person()
    for person in (kept, merged):
        world.enroll(person, course)
    runner, both = world.app.test_cli_runner(), ["staff", "merge", kept.email, merged.email]
    told = runner.invoke(args=[*both, "--dry-run"]).output
    assert "Enrolments: 1 follow\n    " in told
    assert "Sign-ins: 0 follow, 1 end" in told
    assert enrollments.count({"user": merged.id}) == 1
    done = runner.invoke(args=[*both, "--reason", "She wrote from both."])
    assert done.output == f"{told}{merged.email} is merged into {kept.email}, and both are told.\n"
    assert enrollments.count({"user": merged.id}) == 0
    again = runner.invoke(args=[*both, "--reason", "Again."])
    assert (again.exit_code, "No account has this e-mail address." in again.output) == (1, True)
    users.update({"_id": kept.id}, {"$set": {"staffRole": "support"}})
    other = world.person()
    refused = runner.invoke(args=["staff", "merge", kept.email, other.email, "--reason", "Hers."])
    assert (refused.exit_code, "accounts of staff are not merged" in refused.output) == (1, True)
