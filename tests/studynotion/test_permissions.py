"""Every call, made by everyone: nobody gets past the door here who does not in our own API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from lms.models.accounts.sessions import sessions
from lms.studynotion.calls import CALLS
from lms.studynotion.door import Call
from tests.studynotion.frontend import BASE, Frontend
from tests.world import MadeCourse, Person, World

CALLERS = ("anonymous", "learner", "other learner", "author", "other instructor", "admin", "admin before second step")
EVERYONE = dict.fromkeys(CALLERS, True)
SIGNED_IN = {**EVERYONE, "anonymous": 401}
STUDENT = {**dict.fromkeys(CALLERS, 403), "anonymous": 401, "learner": True, "other learner": True}
ENROLLED = {**dict.fromkeys(CALLERS, 403), "anonymous": 401, "learner": True}
TEACHER = {
    **dict.fromkeys(CALLERS, True),
    **dict.fromkeys(("learner", "other learner", "admin before second step"), 403),
}
TEACHER = {**TEACHER, "anonymous": 401, "admin": 403}
AUTHOR = {**TEACHER, "other instructor": 404, "admin": True}
ADMIN = {**dict.fromkeys(CALLERS, 403), "anonymous": 401, "admin": True}
ENROLLED_OR_AUTHOR = {**ENROLLED, "author": True, "admin": True}
TOKEN_HOLDER = dict.fromkeys(CALLERS, 403)


@dataclass
class Stage:
    """A course of the author's, which the learner attends."""

    people: dict[str, Person]
    course: MadeCourse


@dataclass(frozen=True)
class Case:
    """What each caller meets: True for past the door, else the status of the refusal; and what they send."""

    expected: dict[str, Any]
    body: Callable[[Stage], Any] = lambda stage: {}


def _course(stage: Stage) -> dict[str, str]:
    return {"courseId": str(stage.course.id)}


def _lesson(stage: Stage) -> dict[str, str]:
    return {**_course(stage), "subSectionId": str(stage.course.lessons[0].id)}


def _section(stage: Stage) -> dict[str, str]:
    return {**_course(stage), "sectionId": str(stage.course.section)}


CASES: dict[str, Case] = {
    "send_otp": Case(EVERYONE),
    "sign_up": Case(EVERYONE),
    "log_in": Case(EVERYONE, lambda stage: {"email": "x@example.com", "password": "x"}),
    "request_reset": Case(EVERYONE),
    "reset": Case(EVERYONE),
    "change_password": Case(SIGNED_IN),
    "user_details": Case(SIGNED_IN),
    "update_profile": Case(SIGNED_IN),
    "update_picture": Case(SIGNED_IN),
    "delete_account": Case(SIGNED_IN),
    "categories": Case(EVERYONE),
    "category_page": Case(EVERYONE, lambda stage: {"categoryId": "0" * 24}),
    "course_details": Case(EVERYONE, _course),
    "reviews": Case(EVERYONE),
    "search": Case(EVERYONE),
    "all_courses": Case(EVERYONE),
    "suggested_courses": Case(EVERYONE),
    "suggestions": Case(EVERYONE),
    "results": Case(EVERYONE),
    "enrolled_courses": Case(SIGNED_IN),
    "full_details": Case(ENROLLED_OR_AUTHOR, _course),
    "play": Case(TOKEN_HOLDER),
    "complete_lesson": Case(ENROLLED, _lesson),
    "rate": Case(ENROLLED, lambda stage: {**_course(stage), "rating": 5}),
    "contact_us": Case(EVERYONE),
    "create_course": Case(TEACHER),
    "edit_course": Case(AUTHOR, _course),
    "add_to_category": Case(AUTHOR, _course),
    "instructor_courses": Case(TEACHER),
    "delete_course": Case(AUTHOR, _course),
    "instructor_dashboard": Case(TEACHER),
    "create_category": Case(ADMIN),
    "add_section": Case(AUTHOR, lambda stage: {**_course(stage), "sectionName": "Sawing"}),
    "update_section": Case(AUTHOR, _section),
    "delete_section": Case(AUTHOR, _section),
    "add_subsection": Case(AUTHOR, _section),
    "update_subsection": Case(AUTHOR, _lesson),
    "delete_subsection": Case(AUTHOR, _lesson),
    "capture": Case(STUDENT),
    "verify": Case(SIGNED_IN),
    "send_receipt": Case(SIGNED_IN),
}


def build(world: World) -> Stage:
    author, learner = world.person("instructor"), world.person()
    course = world.course(author)
    world.enroll(learner, course)
    people = {"learner": learner, "other learner": world.person(), "author": author, "admin": world.person("admin")}
    waiting = world.person("admin")
    sessions.update({"_id": waiting.session_id}, {"$set": {"awaits": "code"}})
    others = {"other instructor": world.person("instructor"), "admin before second step": waiting}
    return Stage({**people, **others}, course)


def call(world: World, stage: Stage, call: Call, caller: str) -> Any:
    frontend = Frontend(world, "A", stage.people[caller].token if caller in stage.people else None)
    path = call.paths[0].replace("<lesson_id>", str(stage.course.lessons[0].id))
    body = CASES[call.name].body(stage) if call.verbs[0] != "GET" else None
    return frontend.call(call.verbs[0], path, body)


@pytest.mark.parametrize("each", CALLS, ids=lambda each: each.name)
def test_each_caller_meets_what_our_own_operations_state(world: World, each: Call) -> None:
    expected = CASES[each.name].expected
    for caller in CALLERS:
        stage = world.once(build)
        answer = call(world, stage, each, caller)
        met = True if expected[caller] is True and _past_the_door(answer) else answer.status_code
        assert met == expected[caller], (caller, answer.json)


def _past_the_door(answer: Any) -> bool:
    """Whether what was sent was looked at: answered, or refused for what it says."""
    refused_at_it = {"not_signed_in", "token_invalid", "forbidden", "not_enrolled", "second_step_required"}
    return answer.status_code < 500 and (answer.json or {}).get("code") not in refused_at_it


def test_the_table_names_every_call_and_no_other() -> None:
    assert {each.name for each in CALLS} == set(CASES)
    assert len(CALLS) == len(CASES)


@pytest.mark.parametrize("each", CALLS, ids=lambda each: each.name)
def test_who_may_call_is_what_our_own_operations_state(each: Call) -> None:
    """A call of operations that ask for a token asks for one, whatever is sent with it."""
    everybody = CASES[each.name].expected["anonymous"] is True
    assert all(operation.allow.admits_everybody for operation in each.onto) == (everybody or each.name == "play")


def test_an_ordinary_token_is_good_here_and_one_of_a_day_nowhere_else(world: World, learner: Person) -> None:
    frontend = Frontend(world, "B", learner.token)
    assert frontend.get("/profile/getUserDetails").status_code == 200
    frontend.sign_in(learner)
    assert world.get("/profile/getUserDetails/me", by=frontend.token).status_code == 401
    assert world.get(f"{BASE}/profile/getUserDetails", by="nonsense").status_code == 401
