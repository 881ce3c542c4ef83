"""What is here and has no place at their server: counted, and named with what becomes of it."""

from collections.abc import Iterator

from lms.models.base import COLLECTIONS
from lms.models.system.audit_log import audit_log

TAKEN = frozenset(
    {
        "users",
        "profiles",
        "categories",
        "courses",
        "sections",
        "subsections",
        "enrollments",
        "courseProgress",
        "ratingAndReviews",
        "tags",
    }
)
"""Collections that the export is made of; tags are words of courses."""

LEFT: dict[str, str] = {
    "assignments": "assignments, as lessons and with what is asked",
    audit_log.name: "what staff did",
    "certificateDesigns": "what certificates look like",
    "certificates": "certificates; keep this server or their files, for they go on being verified by its keys",
    "contactMessages": "what was written by the contact form",
    "coupons": "coupons",
    "courseApprovals": "what staff approved of courses",
    "courseGrades": "totals of grades",
    "disputes": "disputes about payments",
    "extensions": "more time for learners",
    "grades": "grades",
    "invoices": "invoices and credit notes, which the law wants kept: keep a backup",
    "ledger": "the ledger of what was paid and paid back",
    "orders": "orders and payments",
    "questions": "questions of quizzes",
    "quizAttempts": "attempts at quizzes",
    "quizzes": "quizzes",
    "refunds": "refunds",
    "submissions": "what learners handed in",
}
"""Collections that stay here, in words."""

TECHNICAL = frozenset(
    {
        "blacklistedTokens",
        "counters",
        "couponUses",
        "credentialKeys",
        "moveRuns",
        "importFiles",
        "importRows",
        "imports",
        "limitWindows",
        "media",
        "moves",
        "otps",
        "outbox",
        "paymentEvents",
        "playbacks",
        "progressEvents",
        "questionVersions",
        "regrades",
        "rollups",
        "scheduledJobs",
        "sessions",
        "staffSessions",
        "statusLists",
        "strayPayments",
    }
)
"""Collections that say nothing to people, or follow from others."""

SENTENCES = {
    "account_deleted": "accounts that are deleted, were merged into others, or wait for their code are not written",
    "account_gone": "accounts of former members who own courses are written without address and password",
    "no_password": "accounts without a password have one that nobody knows: their owners ask for another",
    "suspended": "accounts that are suspended can sign in there: their server does not look at `active`",
    "one_name": "people with one name have it twice: theirs have a last name",
    "staff_role": "roles of staff and authenticators have no place there",
    "contact_number": "contact numbers are too long for a number and left out",
    "course_deleted": "courses that are deleted are not written",
    "course_not_on_sale": "courses in review or archived are drafts there",
    "co_authors": "co-authors have no place there: a course is its owner's",
    "opens_later": "lessons and sections that open later are open at once",
    "optional_lesson": "optional lessons count like all others",
    "preview": "lessons that everybody can watch are for learners alone",
    "lesson_left_out": "lessons that are quizzes, assignments or files are left out",
    "lesson_as_text": "lessons that are texts or pages stand in a description, without a video",
    "enrolment_ended": "enrolments that ended are not written",
    "learner_gone": "enrolments of people, or in courses, that are not written are not either",
    "review_left_out": "reviews that are hidden, or whose authors or courses are not written, are not either",
}
"""What a number in the report is about."""


def left_behind() -> Iterator[tuple[int, str]]:
    """How much there is of what stays here, and what it is."""
    for name, words in LEFT.items():
        count = COLLECTIONS[name]().raw.estimated_document_count()
        if count:
            yield count, words
