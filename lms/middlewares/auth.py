"""From a bearer token to the caller, and what an endpoint can state about who may call it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bson import ObjectId
from flask import request

from lms.controllers.accounts import access
from lms.controllers.assessment import assignment_rights, rights
from lms.controllers.imports import rights as import_rights
from lms.errors import (
    AssessmentNotFound,
    AssignmentNotFound,
    AttemptNotFound,
    CourseNotFound,
    Forbidden,
    ImportNotFound,
    KeptFileNotFound,
    LessonLocked,
    LessonNotFound,
    NotEnrolled,
    NotSignedIn,
    QuestionNotFound,
    QuizNotFound,
    Refusal,
    ReviewNotFound,
    SecondStepRequired,
    SectionNotFound,
    SubmissionNotFound,
    TokenRefused,
    UserNotFound,
)
from lms.middlewares.requests import CALLER_KEY
from lms.models.accounts.sessions import Caller, sessions
from lms.models.accounts.users import Role
from lms.models.assessment.quiz_attempts import QuizAttempt
from lms.models.assessment.sittings import Sitting
from lms.models.imports.imports import Import
from lms.services.accounts import tokens
from lms.services.accounts.tokens import AccessClaims, RefreshClaims

Credential = Literal["none", "access", "refresh"]
"""Which token the door asks for."""


@dataclass(frozen=True)
class Check:
    """Asks whether the caller may have to do with what an argument names; raises one of the refusals."""

    ask: Callable[[Caller, Any], object]
    refusals: tuple[type[Refusal], ...]
    finds: type | None = None
    """What it returns: a handler that has an argument of this type is given it, and need not read it again."""


@dataclass(frozen=True)
class Permission:
    """Who may call: what the door asks for; `roles` is empty for any, `checks` has the argument each looks at.

    Raises TypeError when it would let everybody in without saying so.
    """

    name: str
    credential: Credential = "access"
    roles: tuple[Role, ...] = ()
    checks: Mapping[str, Check] = field(default_factory=dict)
    word_me: bool = False
    """Whether the word `me` stands for the caller's own id."""
    admits_everybody: bool = False
    controller_asks: str | None = None
    """What the controller asks for where the door admits everybody."""

    def __post_init__(self) -> None:
        if self.admits_everybody != (self.credential == "none"):
            raise TypeError(f"The permission {self.name!r} asks for no token or admits everybody, but not both.")
        if self.controller_asks and not self.admits_everybody:
            raise TypeError(f"The permission {self.name!r} leaves the question to the controller and asks as well.")
        if (self.roles or self.checks or self.word_me) and not self.signed_in:
            raise TypeError(f"The permission {self.name!r} asks about a caller, and nobody is signed in.")

    @property
    def signed_in(self) -> bool:
        return self.credential == "access"

    def admit(self, signed_in: Callable[[], Caller]) -> Caller | None:
        """Who is `signed_in`, where the endpoint needs somebody; raises Forbidden or SecondStepRequired."""
        if not self.signed_in:
            return None
        caller = signed_in()
        if self.roles and caller.role not in self.roles:
            raise SecondStepRequired if caller.role == "second_step" and "admin" in self.roles else Forbidden
        return caller


def refresh_claims() -> RefreshClaims:
    """What the refresh token that was sent as bearer says."""
    claims = tokens.read_refresh(bearer(request.headers.get("Authorization")))
    if claims is None:
        raise TokenRefused
    return claims


def bearer(header: str | None) -> str:
    """The token of `Bearer <token>` (RFC 6750, section 2.1); raises NotSignedIn or TokenRefused."""
    if not header:
        raise NotSignedIn
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise TokenRefused
    return token.strip()


def signed_in_caller() -> Caller:
    return caller_of(tokens.read_access(bearer(request.headers.get("Authorization"))))


def caller_of(claims: AccessClaims | None) -> Caller:
    """Who a good token names, while their session holds; raises TokenRefused."""
    session = sessions.holding(claims.session_id) if claims else None
    if claims is None or session is None or session["user"] != claims.user_id:
        raise TokenRefused
    awaited = session["role"] == "admin" and "awaits" in session
    caller = Caller(session["user"], "second_step" if awaited else session["role"], session["_id"])
    request.environ[CALLER_KEY] = str(caller.id)
    return caller


def optional_caller() -> Caller | None:
    """Who is signed in, if a token is sent; one that is sent must be good."""
    return signed_in_caller() if request.headers.get("Authorization") else None


def _is_self(caller: Caller, user_id: ObjectId) -> None:
    if caller.role != "admin" and user_id != caller.id:
        raise SecondStepRequired if caller.role == "second_step" else UserNotFound


OWN = {
    "course_id": Check(access.require_ownership, (CourseNotFound,)),
    "review_id": Check(access.require_ownership_of_reviewed, (ReviewNotFound,)),
}
WRITTEN = {
    "course_id": Check(access.require_writing, (CourseNotFound,)),
    "section_id": Check(access.own_section, (SectionNotFound,)),
    "assignment_id": Check(assignment_rights.written_assignment, (AssignmentNotFound,)),
    "submission_id": Check(assignment_rights.written_submission, (SubmissionNotFound,)),
    "assessment_id": Check(assignment_rights.written_assessment, (AssessmentNotFound,)),
    "subsection_id": Check(access.own_lesson, (LessonNotFound,)),
    "question_id": Check(rights.written_question, (QuestionNotFound,)),
    "quiz_id": Check(rights.written_quiz, (QuizNotFound,)),
    "attempt_id": Check(rights.written_attempt, (AttemptNotFound,)),
}
OWN_OR_DELETED = {"course_id": Check(access.require_ownership_of_deleted, (CourseNotFound,))}
UPLOADED = {"kind": Check(access.require_uploading, (Forbidden, NotEnrolled))}
NOT_ATTENDED = (NotEnrolled, AssignmentNotFound, LessonLocked)
ATTENDED = {
    "course_id": Check(access.require_enrollment, (NotEnrolled, CourseNotFound)),
    "assignment_id": Check(assignment_rights.require_attending, NOT_ATTENDED),
    "quiz_id": Check(rights.sitting_of, (NotEnrolled, QuizNotFound), finds=Sitting),
}
ATTENDED_OR_OWN = {
    "course_id": Check(access.require_enrollment_or_ownership, (NotEnrolled, CourseNotFound)),
    "assignment_id": Check(assignment_rights.require_attending_or_writing, NOT_ATTENDED),
    "quiz_id": Check(rights.require_attendance_or_authorship, (NotEnrolled, QuizNotFound)),
}
SEEN = {"file_id": Check(assignment_rights.seen_file, (KeptFileNotFound,))}
OWN_ATTEMPT = {"attempt_id": Check(rights.own_attempt, (AttemptNotFound, NotEnrolled), finds=QuizAttempt)}
OWN_OR_WRITTEN_ATTEMPT = {"attempt_id": Check(rights.require_own_or_written_attempt, (AttemptNotFound,))}

IMPORTED = {"course_id": Check(import_rights.require_importing, (CourseNotFound,))}
OWN_IMPORT = {"import_id": Check(import_rights.own_import, (ImportNotFound,), finds=Import)}

TEACHERS: tuple[Role, ...] = ("instructor", "admin")

user = Permission("user")
settled = Permission("user, an administrator after their second step", roles=("student", "instructor", "admin"))
student = Permission("student", roles=("student",))
instructor = Permission("instructor", roles=("instructor",))
teacher = Permission("instructor, admin", roles=TEACHERS)
importer = Permission("admin; for a course, owner, co-author", roles=TEACHERS, checks=IMPORTED)
own_import = Permission("admin; who uploaded it", roles=TEACHERS, checks=OWN_IMPORT)
uploader = Permission("instructor; for files, who attends a course", roles=("student", "instructor"), checks=UPLOADED)
admin = Permission("admin", roles=("admin",))
owner = Permission("owner", roles=TEACHERS, checks=OWN)
author_of_course = Permission("owner, co-author", roles=TEACHERS, checks=WRITTEN)
owner_of_deleted = Permission("owner", roles=TEACHERS, checks=OWN_OR_DELETED)
myself = Permission("self", checks={"user_id": Check(_is_self, (UserNotFound, SecondStepRequired))}, word_me=True)
who_may_see_the_file = Permission("self, owner, co-author", checks=SEEN)
author = Permission("its author", checks={"review_id": Check(access.require_authorship, (ReviewNotFound,))})
enrolled = Permission("enrolled", checks=ATTENDED)
enrolled_or_owner = Permission("enrolled, owner, co-author", checks=ATTENDED_OR_OWN)
own_attempt = Permission("who takes it", checks=OWN_ATTEMPT)
own_attempt_or_author = Permission("who takes it, owner, co-author", checks=OWN_OR_WRITTEN_ATTEMPT)
refresh_token = Permission("a refresh token", credential="refresh")

anyone = Permission("anyone", credential="none", admits_everybody=True)
anyone_who_may_watch = replace(
    anyone, name="enrolled, owner, co-author; anyone for a preview", controller_asks="the right to watch the lesson"
)
anyone_with_a_token = replace(
    anyone, name="who was given the address", controller_asks="the token that the address carries"
)
anyone_who_signs = replace(anyone, name="Razorpay, by its signature", controller_asks="the signature of the body")
