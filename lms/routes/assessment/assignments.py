"""/assessments: assignments, what is handed in for them, and what it gets."""

from typing import Any

from bson import ObjectId

from lms.controllers.assessment import assignments, extensions, grading, handing_in, kept_files, queue
from lms.errors import (
    ChangedMeanwhile,
    DeadlinePassed,
    EnrollmentNotFound,
    FileMismatch,
    FileNotAccepted,
    GradingBegan,
    NoExtension,
    NoSuchLocalTime,
    NotAskedFor,
    NothingToSubmit,
    NoTriesLeft,
    NotToGrade,
    NotYourUpload,
    TooManyFiles,
    UnsoundRules,
    UploadMissing,
    WrongMarks,
)
from lms.http.api import Api
from lms.middlewares.auth import author_of_course, enrolled, enrolled_or_owner, who_may_see_the_file
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.assessment.assignments import AssignmentChangeIn, AssignmentIn, AssignmentOut
from lms.schemas.assessment.extensions import ExtensionIn, ExtensionOut
from lms.schemas.assessment.submissions import (
    DraftIn,
    GradeIn,
    NextOut,
    QueuedOut,
    QueueQuery,
    ReleasedOut,
    ReleaseIn,
    ReturnIn,
    SubmissionIn,
    SubmissionOut,
    WorkOut,
)

api = Api("assignments", "/assessments")

FILES = (NotYourUpload, UploadMissing, FileMismatch)
WORK = (NotAskedFor, TooManyFiles, FileNotAccepted, *FILES)
TAKEN = (ChangedMeanwhile, DeadlinePassed, NoTriesLeft, GradingBegan, *WORK)
HANDED_IN = per_caller("600 per hour", "work")


@api.post(
    "/assignments/<id:section_id>",
    allow=author_of_course,
    returns=AssignmentOut,
    status=201,
    message="The assignment is added.",
    refusals=(UnsoundRules, NoSuchLocalTime),
)
def add(caller: Caller, section_id: ObjectId, body: AssignmentIn) -> Any:
    """Add an assignment, a lesson at the end of the section; what is left out is as usual."""
    return assignments.add(caller, section_id, body)


@api.put(
    "/assignment/<id:assignment_id>",
    allow=author_of_course,
    returns=AssignmentOut,
    message="The assignment is changed.",
    refusals=(UnsoundRules, NoSuchLocalTime, ChangedMeanwhile),
)
def edit(caller: Caller, assignment_id: ObjectId, body: AssignmentChangeIn) -> Any:
    """Change the rules of an assignment; grades that are given keep theirs."""
    return assignments.edit(caller, assignment_id, body)


@api.get("/assignment/<id:assignment_id>", allow=enrolled_or_owner, returns=AssignmentOut)
def show(caller: Caller, assignment_id: ObjectId) -> Any:
    """An assignment; who attends the course also gets their own work and, once it is released, their grade."""
    return assignments.show(caller, assignment_id)


@api.put(
    "/assignment/<id:assignment_id>/draft",
    allow=enrolled,
    returns=WorkOut,
    message="Your draft is saved.",
    refusals=TAKEN,
    limits=(HANDED_IN,),
)
def save_draft(caller: Caller, assignment_id: ObjectId, body: DraftIn) -> Any:
    """Keep one's work so far. When the assignment ends, what lies here is handed in."""
    return handing_in.save_draft(caller, assignment_id, body)


@api.post(
    "/assignment/<id:assignment_id>/submit",
    allow=enrolled,
    returns=SubmissionOut,
    status=201,
    also_status=(200,),
    message="Your work is handed in.",
    refusals=(NothingToSubmit, *TAKEN),
    limits=(HANDED_IN,),
)
def submit(caller: Caller, assignment_id: ObjectId, body: SubmissionIn) -> Any:
    """Hand in one's work; the same call again is the same submission (200). It replaces one that waits for a grader."""
    return handing_in.submit(caller, assignment_id, body)


@api.get(
    "/assignment/<id:assignment_id>/submissions",
    allow=author_of_course,
    returns=list[QueuedOut],
    top_level=NextOut,
)
def submissions(assignment_id: ObjectId, query: QueueQuery) -> Any:
    """What was handed in, the oldest first; `next` is what to ask `after` for the rest."""
    return queue.page(assignment_id, query)


@api.put(
    "/submissions/<id:submission_id>/grade",
    allow=author_of_course,
    returns=QueuedOut,
    message="The grade is kept.",
    refusals=(WrongMarks, NotToGrade, ChangedMeanwhile, *FILES),
)
def grade(caller: Caller, submission_id: ObjectId, body: GradeIn) -> Any:
    """Grade what was handed in by the levels of the rubric, or by points; its learner is told by a release."""
    return grading.grade(caller, submission_id, body)


@api.post(
    "/submissions/<id:submission_id>/return",
    allow=author_of_course,
    returns=QueuedOut,
    message="It is returned.",
    refusals=(NotToGrade, ChangedMeanwhile),
    name="send_back",
)
def send_back(caller: Caller, submission_id: ObjectId, body: ReturnIn) -> Any:
    """Return what was handed in to be mended: its learner may hand it in once more, also after the deadline."""
    return grading.send_back(caller, submission_id, body)


@api.post(
    "/assignment/<id:assignment_id>/release",
    allow=author_of_course,
    returns=ReleasedOut,
    message="The grades are released.",
)
def release(assignment_id: ObjectId, body: ReleaseIn) -> Any:
    """Tell learners their grades, some or all; they get a mail."""
    return grading.release(assignment_id, body)


@api.get("/files/<id:file_id>", allow=who_may_see_the_file, status=302)
def file(caller: Caller, file_id: ObjectId) -> Any:
    """Where a file is saved from, for five minutes: of what one handed in or got back, or of one's course."""
    return kept_files.address(caller, file_id)


@api.put(
    "/extensions/<id:assessment_id>/<id:user_id>",
    allow=author_of_course,
    returns=ExtensionOut,
    message="The extension is given.",
    refusals=(NoExtension, NoSuchLocalTime, EnrollmentNotFound),
)
def extend(caller: Caller, assessment_id: ObjectId, user_id: ObjectId, body: ExtensionIn) -> Any:
    """Give one learner more time or more tries, in place of what they were given before."""
    return extensions.grant(caller, assessment_id, user_id, body)
