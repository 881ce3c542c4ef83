"""Every operation, called by everyone: who gets past the guard is what the endpoint states."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from bson import ObjectId

import lms.routes  # noqa: F401  (declares the operations)
from lms.controllers.certificates import awards
from lms.http.operations import OPERATIONS, Operation
from lms.models.assessment.questions import Question, questions
from lms.models.assessment.submissions import KeptFile, submissions
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.certificates.certificates import certificates
from lms.models.imports.imports import Import, imports
from lms.models.payments.invoices import invoices
from tests.assessing import asked, begin, make_quiz
from tests.documents import whole
from tests.handing_in import assigned, handed_in
from tests.world import MadeCourse, Person, World

CALLERS = ("anonymous", "student", "other student", "instructor", "other instructor", "co-author", "admin")
EVERYONE = dict.fromkeys(CALLERS, True)
SIGNED_IN = {**EVERYONE, "anonymous": 401}
OWNER = {
    "anonymous": 401,
    "student": 403,
    "other student": 403,
    "instructor": True,
    "other instructor": 404,
    "co-author": 404,
    "admin": True,
}
AUTHORS = {**OWNER, "co-author": True}
ENROLLED = {
    "anonymous": 401,
    "student": True,
    "other student": 403,
    "instructor": 403,
    "other instructor": 403,
    "co-author": 403,
    "admin": 403,
}
ENROLLED_OR_OWNER = {**ENROLLED, "instructor": True, "co-author": True, "admin": True}
SELF = {
    "anonymous": 401,
    "student": True,
    "other student": 404,
    "instructor": 404,
    "other instructor": 404,
    "co-author": 404,
    "admin": True,
}
STUDENT = {**ENROLLED, "other student": True}
INSTRUCTOR = {**OWNER, "other instructor": True, "co-author": True, "admin": 403}
UPLOADER = {**INSTRUCTOR, "student": True}
ADMIN = dict.fromkeys(CALLERS, 403) | {"anonymous": 401, "admin": True}
AUTHOR = dict.fromkeys(CALLERS, 404) | {"anonymous": 401, "student": True}
TAKER = dict.fromkeys(CALLERS, 404) | {"anonymous": 401, "student": True}
BUYER = dict.fromkeys(CALLERS, 404) | {"anonymous": 401, "student": True, "admin": True}
FILE = {**BUYER, "instructor": True, "co-author": True}
TEACHER = {**OWNER, "other instructor": True, "co-author": True}
UPLOADED = OWNER
TOKEN_HOLDER = dict.fromkeys(CALLERS, 403)
REFRESH = dict.fromkeys(CALLERS, 401)


@dataclass
class Stage:
    """A course by `instructor`, attended and reviewed by `student`."""

    people: dict[str, Person]
    course: MadeCourse
    ids: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """What each caller meets: True for past the guard, else the status of the refusal."""

    expected: dict[str, Any]
    body: Callable[[Stage], Any] | None = None
    query: str = ""


DECISION = {"kind": "issued_in_error", "text": "A mistake", "revision": 0}


def body(**fields: Any) -> Callable[[Stage], Any]:
    return lambda stage: fields


CASES: dict[str, Case] = {
    "POST /auth/signup": Case(EVERYONE, body()),
    "POST /auth/login": Case(EVERYONE, body(email="x@example.com", password="x")),
    "POST /auth/secondstep": Case(SIGNED_IN, body()),
    "POST /auth/secondstep/send": Case(SIGNED_IN),
    "POST /auth/refresh": Case(REFRESH),
    "POST /auth/logout": Case(SIGNED_IN),
    "POST /auth/sendotp": Case(EVERYONE, body()),
    "POST /auth/loginUser": Case(EVERYONE, body()),
    "POST /auth/verifyotp": Case(EVERYONE, body()),
    "POST /auth/verify-otp": Case(EVERYONE, body()),
    "POST /auth/changepassword": Case(SIGNED_IN, body()),
    "POST /auth/changeemail": Case(SIGNED_IN, body()),
    "POST /auth/changeemail/confirm": Case(SIGNED_IN, body()),
    "POST /auth/changeemail/undo": Case(EVERYONE, body()),
    "POST /auth/resetpasswordtoken": Case(EVERYONE, body()),
    "POST /auth/resetpassword": Case(EVERYONE, body()),
    "POST /contact": Case(EVERYONE, body()),
    "GET /auth/sessions": Case(SIGNED_IN),
    "DELETE /auth/sessions/<session_id>": Case(SIGNED_IN),
    "GET /profile/getUserDetails/<user_id>": Case(SELF),
    "PUT /profile/updateProfile/<user_id>": Case(SELF, body(bio="Hello")),
    "PUT /profile/changeProfilePicture": Case(SIGNED_IN),
    "GET /profile/ownData/<user_id>": Case(SELF),
    "DELETE /profile/deleteAccount/<user_id>": Case(SELF, body(password="wrong")),
    "GET /profile/getEnrolledCourses/<user_id>": Case(SELF),
    "GET /profile/getInstructorDashboard": Case(INSTRUCTOR),
    "POST /profile/updateCourseProgress/<course_id>": Case(
        ENROLLED, lambda stage: {"subsectionId": stage.ids["subsection_id"]}
    ),
    "GET /courses/showAllCategories": Case(EVERYONE),
    "POST /courses/createCategory": Case(ADMIN, body(name="Gardening")),
    "GET /courses/getCategoryPageDetails/<category_id>": Case(EVERYONE),
    "GET /courses/": Case(EVERYONE),
    "GET /courses/getAllCourses": Case(EVERYONE),
    "GET /courses/getCourseDetails/<course_id>": Case(EVERYONE),
    "GET /courses/getFullCourseDetails/<course_id>": Case(ENROLLED_OR_OWNER),
    "GET /courses/getInstructorCourses": Case(INSTRUCTOR),
    "GET /courses/playback/<subsection_id>": Case(ENROLLED_OR_OWNER),
    "GET /courses/lesson/<subsection_id>": Case(ENROLLED_OR_OWNER),
    "GET /courses/searchLessons/<course_id>": Case(ENROLLED_OR_OWNER, query="?q=a"),
    "POST /courses/addSectionToACourse/<course_id>": Case(AUTHORS, body(sectionName="New")),
    "PUT /courses/updateSection/<section_id>": Case(AUTHORS, body(sectionName="New")),
    "DELETE /courses/deleteSection/<section_id>": Case(AUTHORS),
    "PUT /courses/reorder/<course_id>": Case(
        AUTHORS, lambda stage: {"sections": [{"id": stage.ids["section_id"], "subsections": _lessons(stage)}]}
    ),
    "POST /courses/addSubsection/<section_id>": Case(AUTHORS, body(title="New")),
    "PUT /courses/updateSubsection/<subsection_id>": Case(AUTHORS, body(title="New")),
    "DELETE /courses/deleteSubsection/<subsection_id>": Case(AUTHORS),
    "POST /courses/createCourse": Case(INSTRUCTOR, body(title="New")),
    "PUT /courses/editCourse/<course_id>": Case(AUTHORS, body(title="New")),
    "POST /courses/submitCourse/<course_id>": Case(OWNER),
    "POST /courses/unpublishCourse/<course_id>": Case(OWNER),
    "DELETE /courses/deleteCourse/<course_id>": Case(OWNER),
    "POST /courses/restoreCourse/<course_id>": Case(OWNER),
    "PUT /courses/authors/<course_id>": Case(OWNER, body(email="nobody@example.com")),
    "DELETE /courses/authors/<course_id>": Case(OWNER, body(email="nobody@example.com")),
    "POST /courses/uploadSignature": Case(UPLOADER, body(kind="file", filename="a.pdf", bytes=1)),
    "GET /courses/playback/<subsection_id>/video": Case(TOKEN_HOLDER),
    "POST /payments/capturePayment": Case(STUDENT, body(courses=[])),
    "POST /payments/verifySignature": Case(SIGNED_IN, body()),
    "POST /payments/sendPaymentSuccessEmail": Case(SIGNED_IN, body()),
    "GET /payments/orders": Case(SIGNED_IN),
    "GET /payments/billing": Case(SIGNED_IN),
    "POST /payments/webhook": Case(EVERYONE),
    "POST /payments/refund": Case(ADMIN, body()),
    "GET /payments/invoices/<invoice_id>": Case(BUYER),
    "GET /payments/verifyInvoice": Case(EVERYONE),
    "GET /analytics": Case(ADMIN),
    "POST /assessments/assignments/<section_id>": Case(AUTHORS, body(title="New", brief="Write.")),
    "PUT /assessments/assignment/<assignment_id>": Case(AUTHORS, body(revision=1, passPercent=40)),
    "GET /assessments/assignment/<assignment_id>": Case(ENROLLED_OR_OWNER),
    "PUT /assessments/assignment/<assignment_id>/draft": Case(ENROLLED, body(revision=1, text="More.")),
    "POST /assessments/assignment/<assignment_id>/submit": Case(ENROLLED, body(revision=1, text="More.")),
    "GET /assessments/assignment/<assignment_id>/submissions": Case(AUTHORS),
    "PUT /assessments/submissions/<submission_id>/grade": Case(AUTHORS, body(revision=1, points=5000)),
    "POST /assessments/submissions/<submission_id>/return": Case(AUTHORS, body(revision=1, note="Mend it.")),
    "POST /assessments/assignment/<assignment_id>/release": Case(AUTHORS, body()),
    "GET /assessments/files/<file_id>": Case(FILE),
    "PUT /assessments/extensions/<assessment_id>/<user_id>": Case(AUTHORS, body(reason="Ill.", extraAttempts=1)),
    "GET /assessments/questions/<course_id>": Case(AUTHORS),
    "POST /assessments/questions/<course_id>": Case(AUTHORS, body(kind="essay", body="Why?")),
    "PUT /assessments/question/<question_id>": Case(AUTHORS, body(kind="essay", body="Why not?", revision=1)),
    "DELETE /assessments/question/<question_id>": Case(AUTHORS),
    "GET /assessments/gradebook/<course_id>": Case(AUTHORS),
    "GET /assessments/gradebook/<course_id>/csv": Case(AUTHORS),
    "PUT /assessments/gradebook/<course_id>/<assessment_id>/<user_id>": Case(
        AUTHORS, body(points=100, reason="Seen in class.", revision=0)
    ),
    "DELETE /assessments/gradebook/<course_id>/<assessment_id>/<user_id>": Case(AUTHORS),
    "GET /assessments/grades/<course_id>": Case(ENROLLED),
    "POST /assessments/quizzes/<section_id>": Case(AUTHORS, body(title="New")),
    "PUT /assessments/quiz/<quiz_id>": Case(AUTHORS, body(revision=9)),
    "GET /assessments/quiz/<quiz_id>": Case(ENROLLED_OR_OWNER),
    "GET /assessments/quiz/<quiz_id>/attempts": Case(AUTHORS),
    "POST /assessments/quiz/<quiz_id>/attempts": Case(ENROLLED),
    "POST /assessments/quiz/<quiz_id>/regrade": Case(AUTHORS, body(policy="best", dryRun=True)),
    "GET /assessments/quiz/<quiz_id>/regrade": Case(AUTHORS),
    "GET /assessments/attempts/<attempt_id>": Case({**AUTHORS, "student": True, "other student": 404}),
    "PUT /assessments/attempts/<attempt_id>/answers": Case(TAKER, lambda stage: {"answers": [_answer(stage)]}),
    "POST /assessments/attempts/<attempt_id>/submit": Case(TAKER),
    "PUT /assessments/attempts/<attempt_id>/marks": Case(
        AUTHORS, lambda stage: {"marks": [{"questionId": stage.ids["question_id"], "points": 1}], "revision": 1}
    ),
    "POST /assessments/attempts/<attempt_id>/annul": Case(AUTHORS, body(reason="The power failed.")),
    "GET /analytics/courses/<course_id>": Case(AUTHORS),
    "GET /analytics/courses/<course_id>/assessments": Case(AUTHORS),
    "GET /analytics/quizzes/<quiz_id>/questions": Case(AUTHORS),
    "POST /courses/enroll/<course_id>": Case(STUDENT),
    "DELETE /courses/enroll/<course_id>": Case(ENROLLED),
    "POST /courses/createRating": Case(ENROLLED, lambda stage: {"courseId": str(stage.course.id), "rating": 5}),
    "PUT /courses/reviews/<review_id>": Case(AUTHOR, body(rating=4)),
    "DELETE /courses/reviews/<review_id>": Case(AUTHOR),
    "POST /courses/reviews/<review_id>/report": Case(SIGNED_IN, body(reason="Spam")),
    "GET /courses/getReviews": Case(EVERYONE),
    "GET /courses/getAverageRating/<course_id>": Case(EVERYONE),
    "GET /certificates/": Case(SIGNED_IN),
    "GET /certificates/course/<course_id>": Case(OWNER),
    "POST /certificates/claim/<course_id>": Case(ENROLLED),
    "GET /certificates/<certificate_id>/pdf": Case(AUTHOR),
    "GET /certificates/<certificate_id>/credential": Case(AUTHOR),
    "GET /certificates/<certificate_id>/badge": Case(AUTHOR),
    "PUT /certificates/<certificate_id>/visibility": Case(AUTHOR, body(listed=True)),
    "GET /certificates/verify/<code>": Case(EVERYONE),
    "POST /certificates/verify": Case(EVERYONE, body(id="nowhere")),
    "POST /certificates/<certificate_id>/revoke": Case(ADMIN, body(**DECISION)),
    "POST /certificates/<certificate_id>/suspend": Case(ADMIN, body(**DECISION)),
    "POST /certificates/<certificate_id>/restore": Case(ADMIN, body(**DECISION)),
    "POST /certificates/<certificate_id>/reissue": Case(ADMIN, body(text="Mistyped")),
    "GET /certificates/design/<course_id>": Case(OWNER),
    "PUT /certificates/design/<course_id>": Case(
        OWNER, body(enabled=True, title="Diploma", criteria="All of it", revision=0)
    ),
    "PUT /certificates/design/<course_id>/signature": Case(OWNER),
    "GET /certificates/design/<course_id>/preview": Case(OWNER),
    "GET /imports/templates/<kind>": Case(TEACHER),
    "POST /imports/": Case(
        AUTHORS, lambda stage: {"kind": "enrollments", "courseId": stage.ids["course_id"], "start": "true"}
    ),
    "GET /imports/": Case(TEACHER),
    "GET /imports/<import_id>": Case(UPLOADED),
    "PUT /imports/<import_id>": Case(UPLOADED, body()),
    "POST /imports/<import_id>/start": Case(UPLOADED),
    "POST /imports/<import_id>/pause": Case(UPLOADED),
    "POST /imports/<import_id>/resume": Case(UPLOADED),
    "POST /imports/<import_id>/cancel": Case(UPLOADED),
    "POST /imports/<import_id>/undo": Case(UPLOADED),
    "GET /imports/<import_id>/rows": Case(UPLOADED),
    "GET /imports/<import_id>/report.pdf": Case(UPLOADED),
    "GET /imports/<import_id>/failures.csv": Case(UPLOADED),
}

PAST_THE_GUARD = {400, 409, 415}
"""Refusals of what was sent rather than of who sent it."""


def _lessons(stage: Stage) -> list[str]:
    return [str(lesson["_id"]) for lesson in subsections.of_course(stage.course.id)]


def name(operation: Operation) -> str:
    return f"{operation.method} {operation.path.removeprefix('/api/v1')}"


def build(world: World) -> Stage:
    roles: dict[str, Any] = {caller: caller.split()[-1] for caller in CALLERS[1:]} | {"co-author": "instructor"}
    people = {caller: world.person(role) for caller, role in roles.items()}
    course = world.course(people["instructor"], coAuthors=[people["co-author"].id])
    world.enroll(people["student"], course)
    review = world.post("/courses/createRating", {"courseId": str(course.id), "rating": 3}, by=people["student"])
    stage = Stage(people, course)
    assignment = assigned(world, people["instructor"], course)
    submission = handed_in(world, people["student"], assignment)
    quiz = make_quiz(world, people["instructor"], course, asked(world, people["instructor"], course, "truefalse"))
    stage.ids = {
        "user_id": str(people["student"].id),
        "session_id": str(people["student"].session_id),
        "course_id": str(course.id),
        "category_id": str(world.category()),
        "section_id": str(course.section),
        "subsection_id": str(course.lessons[1].id),
        "review_id": review.json["data"]["id"],
        "invoice_id": str(_invoice(people["student"])),
        "assignment_id": assignment["id"],
        "assessment_id": assignment["id"],
        "submission_id": submission["id"],
        "file_id": str(_file(submission)),
        "question_id": str(questions.insert(cast(Any, whole(Question, course=course.id)))),
        **_certificate(people["student"], course),
        "quiz_id": quiz,
        "attempt_id": begin(world, people["student"], quiz)["id"],
        "import_id": str(_import(people["instructor"], course)),
        "kind": "enrollments",
    }
    return stage


def _certificate(holder: Person, course: MadeCourse) -> dict[str, str]:
    """One that waits to be signed."""
    made = awards.add(holder.id, course.id, {"recipientName": "Asha", "courseTitle": "Knots", "completedAt": now()})
    certificates.insert(made)
    return {"certificate_id": str(made["_id"]), "code": made["code"]}


def _import(by: Person, course: MadeCourse) -> ObjectId:
    """One whose file waits to be looked at."""
    file = {"name": "table.csv", "bytes": 6, "sha256": "0" * 64}
    return imports.insert(
        cast(Any, whole(Import, by=by.id, course=course.id, kind="enrollments", state="paused", file=file))
    )


def _answer(stage: Stage) -> dict[str, Any]:
    return {"questionId": stage.ids["question_id"], "value": True, "at": "2026-01-31T12:00:00Z"}


def _invoice(buyer: Person) -> ObjectId:
    facts = {"order": ObjectId(), "user": buyer.id, "amount": 100, "facts": {}, "pdf": b"%PDF-"}
    return invoices.issue("invoice", facts)


def _file(submission: dict[str, Any]) -> ObjectId:
    file: KeptFile = {"id": ObjectId(), "media": "lms/files/a.pdf", "name": "a.pdf", "bytes": 1}
    submissions.update({"_id": ObjectId(submission["id"])}, {"$set": {"files": [file]}})
    return file["id"]


def call(world: World, stage: Stage, operation: Operation, case: Case, caller: str):
    path = operation.path
    for word, value in stage.ids.items():
        path = path.replace(f"<{word}>", value)
    sent = sent_as(operation, case.body(stage) if case.body else None)
    return world.request(operation.method, path + case.query, by=stage.people.get(caller), **sent)


def sent_as(operation: Operation, body: Any) -> dict[str, Any]:
    """The body as its endpoint takes it: as JSON, or as a form where there has to be a file."""
    if body is None:
        return {}
    if operation.multipart is None or not operation.multipart.required:
        return {"json": body}
    return {"data": {**body, **{name: (io.BytesIO(b"email\n"), "table.csv") for name in operation.files}}}


@pytest.mark.parametrize("operation", OPERATIONS, ids=name)
def test_each_caller_meets_what_the_endpoint_states(world: World, operation: Operation) -> None:
    case = CASES[name(operation)]
    met: dict[str, int | bool] = {}
    stage = None
    for caller in CALLERS:
        stage = stage or world.once(build)
        answer = call(world, stage, operation, case, caller)
        past = answer.status_code < 400 or answer.status_code in PAST_THE_GUARD
        met[caller] = True if past or _own_refusal(answer) else answer.status_code
        stage = None if met[caller] is True and operation.method != "GET" else stage
    assert met == case.expected


def _own_refusal(answer: Any) -> bool:
    """A refusal that comes after the guard although its status is one that guards give."""
    return answer.json["code"] in {"invalid_credentials", "session_not_found", "grade_not_found", "regrade_not_found"}


def test_the_table_names_every_operation_and_no_other() -> None:
    assert sorted(CASES) == sorted(name(operation) for operation in OPERATIONS)
