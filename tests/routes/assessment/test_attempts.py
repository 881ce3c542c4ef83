import json
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.accounts import erasure
from lms.controllers.assessment import finishing, upkeep
from lms.machinery import schedule
from lms.models.accounts.users import users
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.grades import grades
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.quizzes import quizzes
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.certificates.certificates import certificates
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.services.assessment import papers
from tests.assessing import (  # noqa: F401
    RIGHT,
    Asked,
    asked,
    begin,
    course_of_one_lesson,
    given,
    learner_who_attends,
    make_quiz,
    move,
    save,
    single_choice,
    submit,
    take,
)
from tests.certificates import enable
from tests.database import profiled
from tests.world import MadeCourse, Person, World, faults, refused


def test_twenty_tabs_at_once_begin_one_attempt(
    world: World,
    teacher: Person,
    course: MadeCourse,
    learner: Person,
    single: Asked,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each of them has seen that no attempt is open before the first begins one."""
    quiz, all_have_looked, real = make_quiz(world, teacher, course, single, attempts=1), Barrier(20), papers.assemble

    def assemble(*args: Any) -> Any:
        all_have_looked.wait(60)
        return real(*args)

    monkeypatch.setattr(papers, "assemble", assemble)
    answers = world.together(*[("POST", f"/assessments/quiz/{quiz}/attempts", None, learner)] * 20)
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json["data"]["id"] for answer in answers}) == 1
    assert quiz_attempts.count({}) == 1
    attempt = answers[0].json["data"]["id"]
    submit(world, learner, attempt)
    answers = world.together(*[("POST", f"/assessments/quiz/{quiz}/attempts", None, learner)] * 5)
    assert {refused(answer) for answer in answers} == {(409, "no_attempts_left")}


def test_every_kind_of_question_is_asked_and_marked(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    questions = [asked(world, teacher, course, kind, points=200) for kind in RIGHT]
    quiz = make_quiz(world, teacher, course, *questions, attempts=None, reveal="answers")
    right = take(world, learner, quiz, *((each, each.right) for each in questions))
    assert (right["score"], right["outOf"], right["percent"], right["passed"]) == (1400, 1400, 100, True)
    assert {each["kind"]: each["earned"] for each in right["paper"]} == dict.fromkeys(RIGHT, 200)
    wrong = take(world, learner, quiz, *((each, each.wrong) for each in questions))
    assert (wrong["score"], wrong["percent"], wrong["passed"]) == (0, 0, False)
    half = take(world, learner, quiz, (questions[0], questions[0].right))
    assert half["score"] == 200


def test_the_clock_is_the_servers(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    """A browser whose clock is two hours ahead, a reload, a second browser: the end is the same."""
    quiz = make_quiz(world, teacher, course, single, minutes=30)
    attempt = begin(world, learner, quiz)
    ahead = now() + timedelta(hours=2)
    assert (
        save(world, learner, attempt["id"], given(single, single.wrong, ahead)).json["data"]["dueAt"]
        == attempt["dueAt"]
    )
    move(attempt["id"], **{f"answers.{single.id}.at": now() - timedelta(seconds=1)})
    assert save(world, learner, attempt["id"], given(single, single.right)).status_code == 200
    again = begin(world, learner, quiz)
    shown = world.get(f"/assessments/attempts/{attempt['id']}", by=learner).json["data"]
    assert {again["dueAt"], shown["dueAt"]} == {attempt["dueAt"]}
    assert shown["paper"][0]["answer"] == single.right
    started, due = quiz_attempts.find({})[0]["startedAt"], quiz_attempts.find({})[0]["dueAt"]
    assert due == started + timedelta(minutes=30)


def test_what_comes_after_the_time_is_refused_and_what_was_saved_counts(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single, minutes=30)
    attempt = begin(world, learner, quiz)["id"]
    move(attempt, dueAt=now() - timedelta(seconds=9))
    assert save(world, learner, attempt, given(single, single.right)).status_code == 200
    upkeep.every_few_seconds()
    assert quiz_attempts.find({})[0]["state"] == "open"
    move(attempt, dueAt=now() - timedelta(seconds=11))
    assert refused(save(world, learner, attempt, given(single, single.wrong))) == (409, "time_is_up")
    upkeep.every_few_seconds()
    [kept] = quiz_attempts.find({})
    assert (kept["state"], kept["how"], kept["score"]) == ("graded", "time", 100)
    assert refused(submit(world, learner, attempt)) == (409, "time_is_up")
    assert refused(save(world, learner, attempt, given(single, single.wrong))) == (409, "time_is_up")
    assert grades.find({})[0]["percent"] == 100


def test_the_clock_ends_attempts_within_half_a_minute(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single, minutes=30)
    attempt = begin(world, learner, quiz)["id"]
    save(world, learner, attempt, given(single, single.right))
    schedule.tick(now())
    move(attempt, dueAt=now() - timedelta(seconds=11))
    schedule.tick(now() + timedelta(seconds=15))
    world.run_jobs()
    assert [(each["how"], each["score"]) for each in quiz_attempts.find({})] == [("time", 100)]


def test_nothing_of_an_attempt_is_left_of_somebody_erased(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    essay, question = asked(world, teacher, course, "essay"), asked(world, teacher, course, "text")
    take(world, learner, make_quiz(world, teacher, course, essay), (essay, "I was born in Kumaon."))
    take(world, learner, make_quiz(world, teacher, course, question), (question, question.right))
    users.raw.update_one({"_id": learner.id}, {"$set": {"deletedAt": now() - timedelta(days=31)}})
    erasure.erase_deleted()
    assert [collection.raw.count_documents({}) for collection in (quiz_attempts, grades, course_grades)] == [0, 0, 0]


def test_an_attempt_that_cannot_be_marked_keeps_nobody_waiting(
    world: World,
    teacher: Person,
    course: MadeCourse,
    learner: Person,
    single: Asked,
    capsys: pytest.CaptureFixture[str],
) -> None:
    quiz = make_quiz(world, teacher, course, single, minutes=30)
    other = world.person()
    world.enroll(other, course)
    broken, sound = begin(world, learner, quiz)["id"], begin(world, other, quiz)["id"]
    quiz_attempts.raw.update_one({"_id": ObjectId(broken)}, {"$set": {"paper.0.q": ObjectId()}})
    move(broken, dueAt=now() - timedelta(minutes=2))
    move(sound, dueAt=now() - timedelta(minutes=1))
    upkeep.every_few_seconds()
    assert {str(each["_id"]): each["state"] for each in quiz_attempts.find({})} == {broken: "open", sound: "graded"}
    assert "attempt_not_closed" in capsys.readouterr().out


def test_who_hands_in_too_late_hands_in_what_was_saved(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single, closesAt=f"{(now() + timedelta(hours=1)).isoformat()}Z")
    attempt = begin(world, learner, quiz)["id"]
    save(world, learner, attempt, given(single, single.right))
    past = now() - timedelta(seconds=11)
    move(attempt, dueAt=past)
    quizzes.raw.update_one({}, {"$set": {"closesAt": past}})
    assert refused(submit(world, learner, attempt, given(single, single.wrong))) == (409, "time_is_up")
    [kept] = quiz_attempts.find({})
    assert (kept["how"], kept["score"]) == ("closed", 100)


def test_an_attempt_whose_time_was_up_gives_way_to_the_next(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single, minutes=1, attempts=2)
    first = begin(world, learner, quiz)["id"]
    move(first, dueAt=now() - timedelta(minutes=1))
    second = begin(world, learner, quiz)
    assert (second["number"], second["id"] != first) == (2, True)
    assert quiz_attempts.get({"number": 1})["how"] == "time"  # type: ignore[index]


def test_nothing_of_the_key_leaves_before_it_is_revealed(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    questions = [asked(world, teacher, course, kind, explanation="THE REASON") for kind in RIGHT]
    closes = f"{(now() + timedelta(hours=1)).isoformat()}Z"
    quiz = make_quiz(
        world, teacher, course, *questions, reveal="answers", revealWhen="closed", closesAt=closes, attempts=None
    )
    attempt = begin(world, learner, quiz)
    answers = [attempt, save(world, learner, attempt["id"], *(given(each, each.right) for each in questions)).json]
    answers.append(submit(world, learner, attempt["id"]).json)
    answers.append(world.get(f"/assessments/attempts/{attempt['id']}", by=learner).json)
    answers.append(world.get(f"/assessments/quiz/{quiz}", by=learner).json)
    answers.append(json.loads(world.get("/profile/ownData/me", by=learner).data))
    for answer in answers:
        text = json.dumps(answer)
        for word in (
            "THE REASON",
            '"right"',
            "holds",
            "accepted",
            "pairs",
            "tolerance",
            '"earned": 100',
            '"score": 700',
        ):
            assert word not in text
    assert "Straße" not in json.dumps(answers[:4]).replace("\\u00df", "ß").replace(" STRASSE ", "")
    quizzes.raw.update_one({}, {"$set": {"closesAt": now()}})
    shown = world.get(f"/assessments/attempts/{attempt['id']}", by=learner).json["data"]
    assert (shown["score"], shown["percent"]) == (700, 100)
    assert {each["kind"]: each["explanation"] for each in shown["paper"]} == dict.fromkeys(RIGHT, "THE REASON")
    assert next(each["key"] for each in shown["paper"] if each["kind"] == "truefalse") == {"holds": True}


@pytest.mark.parametrize(
    ("reveal", "told"),
    [("never", (None, True, False, False)), ("score", (100, True, True, False)), ("answers", (100, True, True, True))],
)
def test_a_learner_is_told_what_the_quiz_reveals(
    world: World,
    teacher: Person,
    course: MadeCourse,
    learner: Person,
    single: Asked,
    reveal: str,
    told: tuple[Any, ...],
) -> None:
    quiz = make_quiz(world, teacher, course, single, reveal=reveal)
    done = take(world, learner, quiz, (single, single.right))
    [question] = done["paper"]
    assert (done["percent"], done["passed"], "earned" in question, "key" in question) == told
    best = world.get(f"/assessments/quiz/{quiz}", by=learner).json["data"]["best"]
    assert best == {"percent": told[0], "passed": True}


def test_results_of_a_quiz_that_goes_on_are_told_when_it_is_closed(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    closes = f"{(now() + timedelta(hours=1)).isoformat()}Z"
    quiz = make_quiz(world, teacher, course, single, revealWhen="closed", closesAt=closes)
    done = take(world, learner, quiz, (single, single.right))
    assert (done["percent"], done["passed"]) == (None, None)
    assert world.get(f"/assessments/quiz/{quiz}", by=learner).json["data"]["best"] is None
    assert course_progress.of_learner(learner.id, course.id) is None
    grades.raw.update_one({}, {"$set": {"releasesAt": now()}})
    upkeep.every_few_seconds()
    assert world.get(f"/assessments/quiz/{quiz}", by=learner).json["data"]["best"] == {"percent": 100, "passed": True}
    assert course_progress.of_learner(learner.id, course.id) is not None


def test_who_has_more_time_is_told_nothing_before_it_is_over(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    rules: dict[str, Any] = {"attempts": 2, "reveal": "answers", "revealWhen": "closed"}
    ends = now() + timedelta(hours=1)
    quiz = make_quiz(world, teacher, course, single, closesAt=f"{ends.isoformat()}Z", **rules)
    attempt = take(world, learner, quiz, (single, single.right))["id"]
    more = {"reason": "Was ill.", "dueLocal": "2037-01-01T10:00", "zone": "UTC"}
    assert world.put(f"/assessments/extensions/{quiz}/{learner.id}", more, by=teacher).status_code == 200
    quizzes.update({"_id": ObjectId(quiz)}, {"$set": {"closesAt": now() - timedelta(seconds=1)}})
    upkeep.every_few_seconds()
    told = world.get(f"/assessments/attempts/{attempt}", by=learner).json["data"]
    assert (told["percent"], told["passed"], [each.get("key") for each in told["paper"]]) == (None, None, [None])
    assert world.get(f"/assessments/quiz/{quiz}", by=learner).json["data"]["best"] is None
    assert begin(world, learner, quiz)["number"] == 2


def test_who_does_not_attend_any_more_answers_nothing(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single)
    attempt = begin(world, learner, quiz)["id"]
    enrollments.update({"user": learner.id}, {"$set": {"status": "refunded"}})
    for answer in (save, submit):
        assert refused(answer(world, learner, attempt, given(single, single.right))) == (403, "not_enrolled")
    assert world.get(f"/assessments/attempts/{attempt}", by=learner).json["data"]["state"] == "open"


def test_answers_in_any_order_and_number_end_the_same(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    question = asked(world, teacher, course, "text")
    quiz = make_quiz(world, teacher, course, question, attempts=None)
    start = now() - timedelta(minutes=5)
    said = [given(question, word, start + timedelta(seconds=second)) for word, second in (("a", 1), ("c", 3), ("b", 3))]
    ends = set()
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2, 0], [2, 0, 1, 1], [0, 2, 1]):
        attempt = begin(world, learner, quiz)["id"]
        for place in order:
            save(world, learner, attempt, said[place])
        ends.add(quiz_attempts.get({"_id": ObjectId(attempt)})["answers"][question.id]["value"])  # type: ignore[index]
        submit(world, learner, attempt)
    assert ends == {"c"}


def test_a_question_that_comes_twice_counts_once_by_its_last_answer(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single, attempts=None)
    at = now() - timedelta(seconds=1)
    twice = take(world, learner, quiz, (single, single.right), (single, single.right))
    assert (twice["score"], twice["outOf"]) == (100, 100)
    attempt = begin(world, learner, quiz)["id"]
    done = submit(world, learner, attempt, given(single, single.right, at), given(single, single.wrong, at))
    assert done.json["data"]["score"] == 0


def test_a_slow_clock_is_set_right_by_when_it_says_that_it_sent(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single)
    attempt = begin(world, learner, quiz)["id"]
    save(world, learner, attempt, given(single, single.wrong, now() - timedelta(minutes=2)))
    slow = now() - timedelta(hours=1)
    save(world, learner, attempt, given(single, single.right, slow), sentAt=f"{slow.isoformat()}Z")
    assert quiz_attempts.find({})[0]["answers"][single.id]["value"] == single.right


def test_handing_in_again_changes_nothing(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single)
    attempt = begin(world, learner, quiz)["id"]
    path = f"/assessments/attempts/{attempt}/submit"
    first = submit(world, learner, attempt, given(single, single.right))
    again = world.together(*[("POST", path, {"answers": [given(single, single.wrong)]}, learner)] * 3)
    untimed = {**first.json["data"], "serverNow": ""}
    assert [{**each.json["data"], "serverNow": ""} for each in again] == [untimed] * 3
    assert refused(save(world, learner, attempt, given(single, single.wrong))) == (409, "attempt_ended")
    assert quiz_attempts.find({})[0]["revision"] == 2


def test_what_the_paper_does_not_ask_is_refused(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    other = asked(world, teacher, course, "text")
    quiz = make_quiz(world, teacher, course, single)
    attempt = begin(world, learner, quiz)["id"]
    assert refused(save(world, learner, attempt, given(other, "x"))) == (400, "not_of_this_paper")
    assert faults(save(world, learner, attempt, given(single, "nowhere"))) == {single.id}
    assert faults(save(world, learner, attempt, given(single, [single.right]))) == {single.id}
    assert quiz_attempts.find({})[0]["answers"] == {}


def test_an_attempt_that_cannot_begin_says_why(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    later, past = (f"{(now() + timedelta(hours=hours)).isoformat()}Z" for hours in (1, -1))
    early = make_quiz(world, teacher, course, single, opensAt=later)
    over = make_quiz(world, teacher, course, single, closesAt=past)
    for quiz in (early, over):
        assert refused(world.post(f"/assessments/quiz/{quiz}/attempts", by=learner)) == (409, "not_open")
    paused = make_quiz(world, teacher, course, single, attempts=None, pauseMinutes=10)
    take(world, learner, paused)
    answer = world.post(f"/assessments/quiz/{paused}/attempts", by=learner)
    assert refused(answer) == (409, "pause")
    assert 590 <= int(answer.headers["Retry-After"]) <= 600
    quiz_attempts.raw.update_many({}, {"$set": {"submittedAt": now() - timedelta(minutes=10)}})
    assert begin(world, learner, paused)["number"] == 2


def test_more_time_for_one_learner_moves_the_clock_that_runs(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single, minutes=30, attempts=1)
    attempt = begin(world, learner, quiz)["id"]
    more = {"extraMinutes": 15, "extraAttempts": 1, "reason": "A broken arm."}
    assert world.put(f"/assessments/extensions/{quiz}/{learner.id}", more, by=teacher).status_code == 200
    [kept] = quiz_attempts.find({})
    assert kept["dueAt"] == kept["startedAt"] + timedelta(minutes=45)
    assert world.get(f"/assessments/quiz/{quiz}", by=learner).json["data"]["attemptsLeft"] == 1
    submit(world, learner, attempt)
    assert begin(world, learner, quiz)["number"] == 2


def test_an_attempt_that_was_given_more_time_is_not_ended(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single, minutes=30)
    attempt = begin(world, learner, quiz)["id"]
    move(attempt, dueAt=now() - timedelta(minutes=1))
    [overdue] = quiz_attempts.find({})
    move(attempt, dueAt=now() + timedelta(minutes=1))
    [rules] = quizzes.find({})
    assert finishing.finish_overdue(overdue, rules) is None
    assert quiz_attempts.find({})[0]["state"] == "open"


def test_drip_holds_for_attempts(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single)
    lesson = subsections.get({"assessment": ObjectId(quiz)})
    assert lesson is not None
    opens = {"opens": {"afterLesson": str(course.lessons[0].id)}}
    assert world.put(f"/courses/updateSubsection/{lesson['_id']}", opens, by=teacher).status_code == 200
    assert refused(world.post(f"/assessments/quiz/{quiz}/attempts", by=learner))[1] == "lesson_locked"
    done = {"subsectionId": str(course.lessons[0].id), "completed": True}
    world.post(f"/profile/updateCourseProgress/{course.id}", done, by=learner)
    assert begin(world, learner, quiz)["number"] == 1


def test_there_is_no_way_back_where_the_quiz_says_so(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    first, second = (asked(world, teacher, course, "text") for _ in range(2))
    quiz = make_quiz(world, teacher, course, first, second, oneWay=True, shuffle=False)
    attempt = begin(world, learner, quiz)["id"]
    assert save(world, learner, attempt, given(first, "a")).status_code == 200
    assert save(world, learner, attempt, given(first, "b"), given(second, "c")).status_code == 200
    assert refused(save(world, learner, attempt, given(first, "d"))) == (409, "no_way_back")
    assert save(world, learner, attempt, given(first, "b"), given(second, "e")).status_code == 200
    kept = quiz_attempts.find({})[0]["answers"]
    assert [kept[each.id]["value"] for each in (first, second)] == ["b", "e"]


def test_passing_the_last_required_quiz_completes_the_course_and_optional_ones_do_not_count(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    required = make_quiz(world, teacher, course, single, attempts=None)
    make_quiz(world, teacher, course, single, required=False)
    watched = {"subsectionId": str(course.lessons[0].id), "completed": True}
    world.post(f"/profile/updateCourseProgress/{course.id}", watched, by=learner)
    lesson = subsections.get({"assessment": ObjectId(required)})
    assert lesson is not None
    said = {"subsectionId": str(lesson["_id"]), "completed": True}
    assert refused(world.post(f"/profile/updateCourseProgress/{course.id}", said, by=learner)) == (409, "graded_lesson")
    take(world, learner, required, (single, single.wrong))
    assert course_progress.of_learner(learner.id, course.id)["completedAt"] is None  # type: ignore[index]
    enable(course)
    take(world, learner, required, (single, single.right))
    assert course_progress.of_learner(learner.id, course.id)["completedAt"] is not None  # type: ignore[index]
    assert certificates.count({"user": learner.id, "course": course.id}) == 1


def test_what_is_somebody_elses_is_not_found(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single)
    attempt = begin(world, learner, quiz)["id"]
    other, stranger = world.person(), world.person()
    world.enroll(other, course)
    for method, path, body in (
        ("GET", f"/assessments/attempts/{attempt}", None),
        ("PUT", f"/assessments/attempts/{attempt}/answers", {"answers": [given(single, single.right)]}),
        ("POST", f"/assessments/attempts/{attempt}/submit", None),
    ):
        assert refused(world.request(method, path, body, by=other)) == (404, "attempt_not_found")
    assert refused(save(world, teacher, attempt, given(single, single.right)))[0] == 404
    assert refused(world.get(f"/assessments/quiz/{quiz}", by=stranger)) == (403, "not_enrolled")
    assert world.get(f"/assessments/attempts/{attempt}", by=teacher).json["data"]["learner"]["id"] == str(learner.id)


def test_a_quiz_whose_lesson_is_deleted_is_not_found(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single)
    lesson = subsections.get({"assessment": ObjectId(quiz)})
    assert lesson is not None
    world.delete(f"/courses/deleteSubsection/{lesson['_id']}", by=teacher)
    assert refused(world.get(f"/assessments/quiz/{quiz}", by=learner)) == (404, "quiz_not_found")
    assert refused(world.post(f"/assessments/quiz/{quiz}/attempts", by=learner)) == (404, "quiz_not_found")


def test_beginning_and_saving_ask_the_database_for_everything_once(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single)
    with profiled() as beginning:
        attempt = begin(world, learner, quiz)["id"]
    with profiled() as saving:
        assert save(world, learner, attempt, given(single, single.right)).status_code == 200
    assert collections(beginning) == ["questionVersions", "quizAttempts", "quizzes", "sessions"]
    assert collections(saving) == ["quizAttempts", "quizAttempts", "sessions"]


def collections(commands: list[dict[str, Any]]) -> list[str]:
    """Of which collections something was asked, or in which it was written."""
    asked = (each["ns"].partition(".")[2] for each in commands if each["op"] in ("query", "command", "insert"))
    return sorted(name for name in asked if name != "system.profile")
