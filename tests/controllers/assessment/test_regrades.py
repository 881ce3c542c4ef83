"""Marking again with mended keys, against an oracle that knows only the answers and the keys."""

from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.assessment import regrades as controller
from lms.controllers.assessment import results, upkeep
from lms.errors import RegradeNotFound
from lms.machinery import outbox
from lms.models.assessment.grades import grades
from lms.models.assessment.quiz_attempts import QuizAttempt, quiz_attempts
from lms.models.assessment.regrades import regrades
from lms.models.base import now
from lms.models.system.outbox import outbox as rows
from tests.assessing import (  # noqa: F401
    Asked,
    asked,
    begin,
    course_of_one_lesson,
    given,
    learner_who_attends,
    make_quiz,
    submit,
    take,
)
from tests.world import MadeCourse, Person, World, refused

ATTEMPTS = 500
KILLS = 20


def mend(world: World, teacher: Person, course: MadeCourse, question: Asked, **key: Any) -> None:
    """Give a question another key."""
    listed = world.get(f"/assessments/questions/{course.id}", by=teacher).json["data"]
    [kept] = [each for each in listed if each["id"] == question.id]
    same = {name: kept[name] for name in ("kind", "body", "choices", "targets", "points", "tags", "revision")}
    answer = world.put(f"/assessments/question/{question.id}", {**same, "key": {**kept["key"], **key}}, by=teacher)
    assert answer.status_code == 200, answer.json


def regrade(world: World, teacher: Person, quiz: str, policy: str, dry_run: bool = False) -> Any:
    return world.post(f"/assessments/quiz/{quiz}/regrade", {"policy": policy, "dryRun": dry_run}, by=teacher)


def finish(world: World) -> None:
    """Let a regrade end that waits for what could still come."""
    world.run_jobs()
    regrades.raw.update_many({"state": "running"}, {"$set": {"startedAt": now() - timedelta(minutes=1)}})
    upkeep.every_few_seconds()
    world.run_jobs()


def mails_about_regrades() -> int:
    return rows.raw.count_documents({"job": "quizzes.mail_regraded"})


class Answered:
    """Many attempts at a quiz of three questions, as they would be after their learners handed them in."""

    def __init__(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person, many: int = ATTEMPTS
    ) -> None:
        self.world, self.teacher, self.course = world, teacher, course
        self.questions = [asked(world, teacher, course, kind) for kind in ("number", "text", "truefalse")]
        self.quiz = make_quiz(world, teacher, course, *self.questions, attempts=None, passPercent=50)
        take(world, learner, self.quiz)
        [model] = quiz_attempts.find({})
        lot = Random(3)
        words: list[tuple[Any, ...]] = [("12.5", "13", ""), ("Straße", "Weg", "street"), (True, False, None)]
        self.said = {ObjectId(): [lot.choice(each) for each in words] for _ in range(many)}
        self.attempts = {user: self._attempt(user, said, model) for user, said in self.said.items()}
        quiz_attempts.raw.delete_many({})
        grades.raw.delete_many({})
        quiz_attempts.insert_many(self.attempts.values())

    def _attempt(self, user: ObjectId, said: list[Any], model: QuizAttempt) -> QuizAttempt:
        q = [question.id for question in self.questions]
        answers = {id: {"value": value, "at": now()} for id, value in zip(q, said, strict=True)}
        attempt: Any = {**model, "_id": ObjectId(), "user": user, "answers": answers}
        quiz = results.quizzes.get({"_id": ObjectId(self.quiz)})
        assert quiz is not None
        return {**attempt, **results.marked(attempt, quiz)}

    def by_the_keys(self, *right: tuple[Any, ...]) -> dict[ObjectId, int]:
        """What each learner has earned where these answers are right."""
        return {
            user: sum(100 for value, accepted in zip(said, right, strict=True) if value in accepted)
            for user, said in self.said.items()
        }

    def scores(self) -> dict[ObjectId, int]:
        return {each["user"]: each["score"] for each in quiz_attempts.find({}, {"user": 1, "score": 1})}


BEFORE = (("12.5",), ("Straße",), (True,))
AFTER = (("13",), ("Straße", "Weg"), (True,))


@pytest.mark.parametrize("policy", ["best", "exact"])
def test_a_mended_key_changes_what_it_should_however_often_the_worker_is_killed(
    world: World, teacher: Person, course: MadeCourse, learner: Person, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Answered(world, teacher, course, learner, many=ATTEMPTS if policy == "exact" else 150)
    old = stage.by_the_keys(*BEFORE)
    assert stage.scores() == old
    mend(world, teacher, course, stage.questions[0], value="13")
    mend(world, teacher, course, stage.questions[1], accepted=["Straße", "Weg"])
    exact = stage.by_the_keys(*AFTER)
    new = exact if policy == "exact" else {user: max(old[user], points) for user, points in exact.items()}
    up = sum(new[user] > old[user] for user in old)
    down = sum(new[user] < old[user] for user in old)
    told = regrade(world, teacher, stage.quiz, policy, dry_run=True)
    assert told.json["data"] == {"changed": up + down, "up": up, "down": down}
    assert stage.scores() == old
    assert regrade(world, teacher, stage.quiz, policy).status_code == 202
    assert refused(regrade(world, teacher, stage.quiz, policy)) == (409, "regrade_running")
    _kill_often(monkeypatch)
    finish(world)
    assert stage.scores() == new
    touched = {user for user in old if new[user] != old[user]}
    assert {each["user"]: each["points"] for each in grades.find({}) if each["user"] in touched} == {
        user: new[user] for user in touched
    }
    newest = world.get(f"/assessments/quiz/{stage.quiz}/regrade", by=teacher).json["data"]
    assert (newest["state"], newest["up"], newest["down"]) == ("done", up, down)
    assert mails_about_regrades() == up + down


def _kill_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run rounds that die at the beginning, in the middle and at the end of marking one attempt, however slowly."""
    [regrade_id] = [each["_id"] for each in regrades.find({"state": "running"})]
    lot, real = Random(5), {name: getattr(owner, name) for owner, name in PLACES}
    for turn in range(KILLS):
        owner, name = PLACES[turn % len(PLACES)]
        left = lot.randrange(1, 12)

        def dying(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise SystemExit("killed")
            return real[name](*args, **kwargs)  # noqa: B023

        with monkeypatch.context() as patched:
            patched.setattr(owner, name, dying)
            patched.setattr(controller, "within_a_round", iter)
            with pytest.raises(SystemExit):
                controller.run_round(regrade_id)


PLACES: tuple[tuple[Any, str], ...] = (
    (controller, "apply"),
    (results, "settle"),
    (regrades, "count_change"),
    (outbox, "promise"),
)


def test_exact_after_best_takes_what_best_had_left(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    question = asked(world, teacher, course, "number")
    quiz = make_quiz(world, teacher, course, question)
    take(world, learner, quiz, (question, question.right))
    mend(world, teacher, course, question, value="99")
    for policy, score in (("best", 100), ("exact", 0)):
        regrade(world, teacher, quiz, policy)
        finish(world)
        assert quiz_attempts.find({})[0]["score"] == score
    world.run_jobs()
    assert [mail.subject for mail in world.inbox.to(learner.email)] == ["Your quiz has been marked again"]


def test_what_a_person_marked_stays(world: World, teacher: Person, course: MadeCourse, learner: Person) -> None:
    question = asked(world, teacher, course, "number")
    quiz = make_quiz(world, teacher, course, question)
    done = take(world, learner, quiz, (question, question.right))
    by_hand = {"marks": [{"questionId": question.id, "points": 60}], "revision": 2}
    assert world.put(f"/assessments/attempts/{done['id']}/marks", by_hand, by=teacher).status_code == 200
    mend(world, teacher, course, question, value="99")
    regrade(world, teacher, quiz, "exact")
    finish(world)
    assert quiz_attempts.find({})[0]["score"] == 60


def test_who_is_still_answering_is_marked_with_the_mended_key(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    question = asked(world, teacher, course, "number")
    quiz = make_quiz(world, teacher, course, question)
    attempt = begin(world, learner, quiz)["id"]
    mend(world, teacher, course, question, value="99")
    regrade(world, teacher, quiz, "exact")
    finish(world)
    assert submit(world, learner, attempt, given(question, "99")).json["data"]["score"] == 100


def test_an_attempt_that_comes_late_with_the_old_key_is_found(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    """It was being marked while the regrade began, and was there only after the regrade had passed its place."""
    question = asked(world, teacher, course, "number")
    quiz = make_quiz(world, teacher, course, question)
    take(world, learner, quiz, (question, question.right))
    [late] = quiz_attempts.find({})
    other = world.person()
    world.enroll(other, course)
    take(world, other, quiz, (question, question.right))
    mend(world, teacher, course, question, value="99")
    regrade(world, teacher, quiz, "exact")
    quiz_attempts.raw.delete_many({"_id": late["_id"]})
    world.run_jobs()
    assert [(each["user"], each["score"]) for each in quiz_attempts.find({})] == [(other.id, 0)]
    assert regrades.find({})[0]["step"] == "waiting"
    quiz_attempts.raw.insert_one({**late, "submittedAt": now() - timedelta(minutes=1, seconds=5)})
    finish(world)
    assert {each["score"] for each in quiz_attempts.find({})} == {0}
    assert regrades.find({})[0]["state"] == "done"


def test_a_regrade_goes_on_in_rounds(
    world: World, teacher: Person, course: MadeCourse, learner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Answered(world, teacher, course, learner, many=60)
    mend(world, teacher, course, stage.questions[0], value="13")
    regrade(world, teacher, stage.quiz, "exact")
    monkeypatch.setattr(controller, "within_a_round", lambda items: islice(items, 2))
    finish(world)
    assert stage.scores() == stage.by_the_keys(("13",), ("Straße",), (True,))
    assert rows.raw.count_documents({"job": "quizzes.regrade"}) >= 3


def test_a_job_without_a_regrade_does_nothing(world: World) -> None:
    controller.run_round(ObjectId())
    with pytest.raises(RegradeNotFound):
        controller.newest(ObjectId())
