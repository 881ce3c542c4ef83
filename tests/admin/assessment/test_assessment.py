"""Staff looking at quizzes, assignments and what learners do with them, and annulling an attempt."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.models.assessment.grades import grades
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.submissions import submissions
from lms.models.base import now
from lms.models.system.audit_log import audit_log
from tests import handing_in
from tests.assessing import Asked, asked, begin, given, make_quiz, move, save, take
from tests.staff import Browser, notices, rows, staff
from tests.uploads import Store, put_file
from tests.world import MadeCourse, Person, World

ASSESSMENTS = "/admin/assessments/"
OPEN, ATTEMPTS = "/admin/open-attempts/", "/admin/attempts/"
WAITING, SUBMISSIONS = "/admin/submissions-waiting/", "/admin/submissions/"
REGRADES, OVERRIDES = "/admin/regrades/", "/admin/overrides/"


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher, title="Ropes")


@pytest.fixture
def learner(world: World, course: MadeCourse) -> Person:
    person = world.person(firstName="Asha", lastName="Rao")
    world.enroll(person, course)
    return person


@pytest.fixture
def question(world: World, teacher: Person, course: MadeCourse) -> Asked:
    return asked(world, teacher, course, "truefalse")


@pytest.fixture
def quiz(world: World, teacher: Person, course: MadeCourse, question: Asked) -> str:
    return make_quiz(world, teacher, course, question, title="Hitches", attempts=None, minutes=30)


def file(page: Browser, address: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.get(f"{address}export.csv").text)))


def facts(page: Any) -> dict[str, str]:
    """What a page says by its names, the first where there are several."""
    found: dict[str, str] = {}
    for each in page.select(".facts > div"):
        found.setdefault(each.dt.get_text(), " ".join(each.dd.get_text(" ").split()))
    return found


def test_assessments_are_listed_with_what_was_done(
    world: World, admin: Browser, teacher: Person, course: MadeCourse, learner: Person, question: Asked, quiz: str
) -> None:
    assert rows(admin.page(f"{ASSESSMENTS}?flt0_kind=assignment")) == []
    due = {"local": "2031-03-28T23:59", "zone": "Asia/Kolkata"}
    handing_in.handed_in(world, learner, handing_in.assigned(world, teacher, course, due=due))
    take(world, learner, quiz, (question, question.right))
    listed = rows(admin.page(ASSESSMENTS))
    assert listed == [
        ["Knots", "Ropes", "assignment", "–", "28 Mar 2031, 23:59", "1", "1", "–"],
        ["Hitches", "Ropes", "quiz", "1", "–", "1", "0", "100%"],
    ]
    for wanted in ("search=hitch", "flt0_kind=quiz"):
        assert [row[0] for row in rows(admin.page(f"{ASSESSMENTS}?{wanted}"))] == ["Hitches"], wanted
    for wanted in ("search=bowline", "flt0_course=knots", f"flt0_course={ObjectId()}"):
        assert rows(admin.page(f"{ASSESSMENTS}?{wanted}")) == [], wanted
    [_, knots, _] = file(admin, ASSESSMENTS)
    assert knots == ["Knots", "Ropes", "assignment", "", "2031-03-28T18:29:59Z", "1", "1", ""]
    linked = [str(each["href"]) for each in admin.page(f"/admin/courses/{course.id}").select("main a")]
    assert len(rows(admin.page(f"{ASSESSMENTS}?flt0_course={course.id}"))) == 2
    assert f"{ASSESSMENTS}?flt0_course={course.id}" in linked


def test_the_page_of_a_quiz_has_rules_figures_questions_and_attempts(
    world: World, admin: Browser, learner: Person, question: Asked, quiz: str
) -> None:
    assert "No attempt is marked yet." in admin.page(f"{ASSESSMENTS}{quiz}").text
    take(world, learner, quiz, (question, question.wrong))
    assert rows(admin.page(ATTEMPTS))[0][-2:] == ["0", "no"]
    page = admin.page(f"{ASSESSMENTS}{quiz}")
    told = facts(page)
    assert (told["Attempts handed in"], told["Average"], told["Passed"]) == ("1", "0.0%", "0%")
    assert (told["Time"], told["Attempts"], told["To pass"]) == ("30 minutes", "any number", "60%")
    assert rows(page)[0] == ["1", "A truefalse question?", "truefalse", "1", "100%", "0.00", "–"]
    assert rows(page)[1][:3] == ["Asha Rao", "1", "graded"]
    [chart] = page.select("canvas")
    assert '"name":"Difficulty","values":[0.0]' in str(chart["data-chart"])
    assert admin.get(f"{ASSESSMENTS}{ObjectId()}").status_code == 404


def test_who_takes_a_quiz_now_is_seen_with_the_time_that_is_left(
    world: World, moderator: Browser, learner: Person, question: Asked, quiz: str
) -> None:
    assert "Nobody takes a quiz at the moment." in moderator.page(OPEN).text
    attempt = begin(world, learner, quiz)["id"]
    move(attempt, dueAt=now() + timedelta(minutes=12, seconds=30))
    save(world, learner, attempt, given(question, question.right))
    [row] = rows(moderator.page(OPEN))
    assert row[:4] == ["Asha Rao", "Hitches", "Ropes", "1"]
    assert row[5:] == ["in 12 minutes", "1", "1"]
    for wanted in ("search=asha", "flt0_course=ropes", "flt0_quiz=HITCH", f"flt0_quiz={quiz}"):
        assert len(rows(moderator.page(f"{OPEN}?{wanted}"))) == 1, wanted
    for wanted in ("search=ravi", "flt0_course=knots", "flt0_quiz=bends"):
        assert rows(moderator.page(f"{OPEN}?{wanted}")) == [], wanted
    assert rows(moderator.page(f"{ATTEMPTS}?flt0_state=graded")) == []
    [row] = rows(moderator.page(ATTEMPTS))
    assert row[4:] == ["open", "a moment ago", "–", "–", "–"]
    assert "in 12 minutes" in moderator.page(f"{ATTEMPTS}{attempt}").text


def lines(part: Any) -> list[str]:
    """What stands under a small heading, line by line."""
    return [" ".join(each.get_text(" ").split()) for each in part.select("li") or [part.h4.find_next_sibling()]]


def test_the_page_of_an_attempt_has_every_kind_of_answer_beside_what_is_right(
    world: World, admin: Browser, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    kinds = ("single", "multiple", "truefalse", "number", "text", "order", "match", "essay")
    asking = {kind: asked(world, teacher, course, kind) for kind in kinds}
    quiz = make_quiz(world, teacher, course, *asking.values(), shuffle=False)
    answers = [(each, each.right) for kind, each in asking.items() if kind != "text"]
    answers[-1] = (asking["essay"], "Because <b>so</b>.")
    attempt = take(world, learner, quiz, *answers)["id"]
    paper = {
        each.h3.span.get_text().split(" ")[0]: [lines(part) for part in each.select(".answers > div")]
        for each in admin.page(f"{ATTEMPTS}{attempt}").select("div.lesson")
    }
    pairs = ["Choice a → Target x", "Choice b → Target y", "Choice c → Target x", "Choice d → Target y"]
    match = [sorted(each) for each in paper.pop("match")]
    assert match == [pairs, pairs]
    assert paper == {
        "single": [["Choice b"], ["Choice b"]],
        "multiple": [["Choice a", "Choice c"], ["Choice a", "Choice c"]],
        "truefalse": [["true"], ["true"]],
        "number": [["12,6"], ["12.5 ± 0.1"]],
        "text": [["None."], ["Straße"]],
        "order": [["Choice c", "Choice a", "Choice d", "Choice b"]] * 2,
        "essay": [["Because <b>so</b>."]],
    }


def test_an_administrator_annuls_an_attempt_and_says_why(
    world: World, admin: Browser, learner: Person, question: Asked, quiz: str
) -> None:
    attempt = take(world, learner, quiz, (question, question.right))["id"]
    made = quiz_attempts.get({"_id": ObjectId(attempt)})
    assert made is not None
    form = {"reason": "Somebody helped.", "seen": str(made["revision"])}
    refused = admin.post(f"{ATTEMPTS}{attempt}/annul", {"seen": form["seen"]})
    assert refused.status_code == 400
    page = admin.act(f"{ATTEMPTS}{attempt}/annul", form)
    assert notices(page) == ["It counts for nothing, and its learner is told so."]
    assert facts(page)["Why"] == "Somebody helped."
    assert "attempt.annul" in page.text
    assert grades.count({}) == 0
    world.run_jobs()
    assert "Somebody helped." in world.inbox.to(learner.email)[-1].text
    [row] = audit_log.find({"action": "attempt.annul"})
    assert (row["label"], row["reason"], row["after"]) == (
        "Attempt 1 at Hitches",
        "Somebody helped.",
        {"state": "annulled"},
    )
    assert admin.person is not None
    assert row["actor"] == admin.person.id
    again = admin.post(f"{ATTEMPTS}{attempt}/annul", form)
    assert (again.status_code, "changed this meanwhile" in again.text) == (409, True)
    gone = admin.post(f"{ATTEMPTS}{ObjectId()}/annul", form)
    assert gone.status_code == 404


def test_moderators_and_support_look_and_annul_nothing(
    world: World, moderator: Browser, learner: Person, question: Asked, quiz: str
) -> None:
    attempt = take(world, learner, quiz, (question, question.right))["id"]
    support = staff(world, "support")
    for browser, course_shown, person_shown in ((moderator, True, False), (support, False, True)):
        page = browser.page(f"{ATTEMPTS}{attempt}")
        assert page.select("main form") == []
        links = {str(each["href"]).split("/")[2] for each in page.select("main a")}
        assert ("courses" in links, "users" in links) == (course_shown, person_shown)


def test_what_waits_to_be_graded_stands_in_a_queue(
    world: World, moderator: Browser, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    assert "Nothing waits to be graded." in moderator.page(WAITING).text
    assignment = handing_in.assigned(world, teacher, course)
    other = world.person(firstName="Ravi", lastName="Iyer")
    world.enroll(other, course)
    first, second = (handing_in.handed_in(world, each, assignment) for each in (learner, other))
    third = handing_in.handed_in(world, world_learner(world, course), assignment)
    handing_in.grade(world, teacher, third, points=5000)
    since = now() - timedelta(days=2, hours=1)
    change = {"$set": {"submittedAt": since, "lateBy": 7200}}
    submissions.raw.update_one({"_id": ObjectId(second["id"])}, change)
    listed = rows(moderator.page(WAITING))
    assert [(row[0], row[4], row[5]) for row in listed] == [
        ("Ravi Iyer", "2 days ago", "2 hours"),
        ("Asha Rao", "a moment ago", "no"),
    ]
    for wanted, found in (
        ("flt0_lateBy=yes", "Ravi Iyer"),
        ("flt0_lateBy=no", "Asha Rao"),
        ("search=ravi", "Ravi Iyer"),
    ):
        assert [row[0] for row in rows(moderator.page(f"{WAITING}?{wanted}"))] == [found], wanted
    assert len(rows(moderator.page(f"{SUBMISSIONS}?flt0_assignment={assignment['id']}"))) == 3
    assert [row[4] for row in rows(moderator.page(f"{SUBMISSIONS}?flt0_state=graded"))] == ["graded"]
    assert file(moderator, WAITING)[1][5] == "7200"
    told = facts(moderator.page(f"{ASSESSMENTS}{assignment['id']}"))
    assert (told["Handed in"], told["Waiting for a grade"], told["The oldest waits since"]) == ("3", "2", "2 days ago")
    assert (told["Late"], told["Graded"], told["Average"]) == ("33%", "1", "50.0%")
    assert facts(moderator.page(f"{SUBMISSIONS}{first['id']}"))["Deadline"] == "in time"


def world_learner(world: World, course: MadeCourse) -> Person:
    person = world.person()
    world.enroll(person, course)
    return person


def test_a_submission_is_seen_with_its_files_and_its_grade(
    world: World, admin: Browser, store: Store, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    assignment = handing_in.assigned(world, teacher, course, rubric=handing_in.RUBRIC, accept=["txt"])
    name = put_file(world, learner, b"Two half hitches.", "hitches.txt")
    work = {"text": "See <b>the file</b>.", "files": [name]}
    sent = handing_in.submit(world, learner, assignment, **work).json["data"]
    page = admin.page(f"{SUBMISSIONS}{sent['id']}")
    assert "See <b>the file</b>." in page.text
    assert "It waits for a grade." in page.text
    [link] = [str(each["href"]) for each in page.select("a") if each.text == "hitches.txt"]
    saved = admin.get(link)
    assert saved.status_code == 302
    assert saved.location.startswith(store.address)
    graded = handing_in.grade(
        world, teacher, sent, levels={"clear": "some", "right": "high"}, comment="<p>Well <b>tied</b>.</p>"
    )
    assert graded.status_code == 200
    page = admin.page(f"{SUBMISSIONS}{sent['id']}")
    told = facts(page)
    assert (told["Points"], told["Told the learner"]) == ("6.5 of 10, 65%", "not yet")
    assert "How clear it is: Somewhat (1.5)" in " ".join(page.text.split())
    assert page.select_one(".prose b") is not None
    assert admin.get(f"{SUBMISSIONS}{sent['id']}/files/{ObjectId()}").status_code == 404


def test_a_draft_is_its_learners_alone(
    world: World, admin: Browser, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    assignment = handing_in.assigned(world, teacher, course)
    draft = handing_in.save(world, learner, assignment, text="Not yet.").json["data"]
    assert rows(admin.page(SUBMISSIONS)) == []
    [found] = submissions.find({})
    assert (draft["revision"], found["state"]) == (found["revision"], "draft")
    assert admin.get(f"{SUBMISSIONS}{found['_id']}").status_code == 404


def test_regrades_are_listed_with_their_counts(
    world: World, admin: Browser, teacher: Person, learner: Person, question: Asked, quiz: str
) -> None:
    assert "No quiz has been regraded." in admin.page(REGRADES).text
    take(world, learner, quiz, (question, question.wrong))
    change = {"kind": "truefalse", "body": "Is it?", "key": {"holds": False}, "revision": 1}
    assert world.put(f"/assessments/question/{question.id}", change, by=teacher).status_code == 200
    assert world.post(f"/assessments/quiz/{quiz}/regrade", {"policy": "best"}, by=teacher).status_code == 202
    assert rows(admin.page(f"{REGRADES}?flt0_state=running"))[0][:3] == ["Hitches", "Ropes", "running"]
    world.run_jobs()
    [row] = rows(admin.page(REGRADES))
    assert row[3:6] == ["best", "1", "0"]


def test_overrides_are_listed_with_who_gave_them_and_why(
    world: World, admin: Browser, teacher: Person, course: MadeCourse, learner: Person, question: Asked, quiz: str
) -> None:
    assert "No grade has been overridden." in admin.page(OVERRIDES).text
    take(world, learner, quiz, (question, question.wrong))
    body = {"points": 50, "reason": "Half was right.", "revision": 1}
    answer = world.put(f"/assessments/gradebook/{course.id}/{quiz}/{learner.id}", body, by=teacher)
    assert answer.status_code == 200, answer.json
    for wanted in ("", "search=asha", "flt0_kind=quiz", "flt0_assessment=hitch", "flt0_course=ropes"):
        [row] = rows(admin.page(f"{OVERRIDES}?{wanted}"))
        assert row[:8] == ["Asha Rao", "Hitches", "Ropes", "quiz", "0", "0.5", "1", "Half was right."], wanted
        assert row[8].startswith("Instructor")
    assert rows(admin.page(f"{OVERRIDES}?flt0_kind=assignment")) == []
    assert rows(admin.page(f"{OVERRIDES}?flt0_override_at_until=2020-01-01")) == []
