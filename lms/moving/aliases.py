"""What the copies of StudyNotion call their collections and fields: the first name is the most copied one's."""

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]
Names = Mapping[str, tuple[str, ...]]

COLLECTIONS: Names = {
    "users": ("users", "user"),
    "profiles": ("profiles", "profile"),
    "categories": ("categories", "category"),
    "courses": ("courses", "course"),
    "sections": ("sections", "section"),
    "subsections": ("subsections", "subSections", "subsection"),
    "courseprogresses": ("courseprogresses", "courseProgresses", "courseprogress"),
    "ratingandreviews": ("ratingandreviews", "ratingAndReviews", "ratingsandreviews", "ratingandreview"),
}

LEFT_BEHIND: Mapping[str, str] = {
    "otps": "one-time codes, which are over within minutes",
    "invoices": "invoices: ours are made from payments that went through this server, and numbered without a gap",
    "contacts": "messages of their contact form",
    "upipayments": "UPI payments, which this server knows nothing of",
    "tags": "tags as documents; those that courses name by their words are taken over",
    "sessions": "sign-ins: nobody is signed in by an import",
}
"""Collections of theirs that have no counterpart, and why; others are told of by their names."""

FIELDS: Mapping[str, Names] = {
    "users": {
        "firstName": ("firstName", "firstname"),
        "lastName": ("lastName", "lastname"),
        "email": ("email",),
        "password": ("password",),
        "accountType": ("accountType", "role"),
        "active": ("active",),
        "approved": ("approved",),
        "profile": ("additionalDetails", "additionalDetail"),
        "image": ("image",),
        "courses": ("courses",),
        "courseProgress": ("courseProgress",),
        "createdAt": ("createdAt",),
        "updatedAt": ("updatedAt",),
    },
    "profiles": {
        "gender": ("gender",),
        "dateOfBirth": ("dateOfBirth", "DOB", "dob"),
        "about": ("about",),
        "contactNumber": ("contactNumber", "contactNo"),
        "countryCode": ("countryCode", "countrycode"),
    },
    "categories": {
        "name": ("name",),
        "description": ("description",),
        "courses": ("courses", "course"),
    },
    "courses": {
        "title": ("courseName",),
        "description": ("courseDescription",),
        "instructor": ("instructor",),
        "learn": ("whatYouWillLearn", "whatYouWillLearned"),
        "content": ("courseContent",),
        "price": ("price",),
        "thumbnail": ("thumbnail", "thumbNail"),
        "tags": ("tag", "tags"),
        "category": ("category", "Category"),
        "students": ("studentsEnrolled", "studentEnrolled", "studentsEnroled"),
        "instructions": ("instructions",),
        "status": ("status",),
        "level": ("level",),
        "language": ("language",),
        "createdAt": ("createdAt",),
        "updatedAt": ("updatedAt",),
    },
    "sections": {"name": ("sectionName",), "lessons": ("subSection", "subSections", "subsection")},
    "subsections": {
        "title": ("title",),
        "description": ("description",),
        "video": ("videoUrl", "videoURL", "video"),
        "publicId": ("videoPublicId",),
        "duration": ("timeDuration", "duration"),
    },
    "courseprogresses": {
        "course": ("courseID", "courseId", "course"),
        "user": ("userID", "userId", "user"),
        "completed": ("completedVideos", "completeVideos"),
    },
    "ratingandreviews": {
        "user": ("user",),
        "course": ("course",),
        "rating": ("rating",),
        "review": ("review",),
        "createdAt": ("createdAt",),
    },
}

DROPPED: Mapping[str, frozenset[str]] = {
    "users": frozenset({"token", "resetPasswordToken", "resetPasswordExpires", "confirmPassword"}),
    "profiles": frozenset({"createdAt", "updatedAt", "user"}),
    "categories": frozenset({"createdAt", "updatedAt"}),
    "courses": frozenset({"ratingAndReviews", "sold"}),
    "sections": frozenset({"createdAt", "updatedAt", "course"}),
    "subsections": frozenset({"createdAt", "updatedAt", "section"}),
    "courseprogresses": frozenset({"createdAt", "updatedAt"}),
    "ratingandreviews": frozenset({"updatedAt"}),
}
"""Fields that are known and left behind on purpose: tokens, arrays that other documents say better, times of no use."""


def read(kind: str, document: Document) -> dict[str, Any]:
    """What is known of a document under the names of `FIELDS`; what it does not say is none."""
    return {name: _first(document, aliases) for name, aliases in FIELDS[kind].items()}


def _first(document: Document, aliases: tuple[str, ...]) -> Any:
    return next((document[alias] for alias in aliases if document.get(alias) is not None), None)


KNOWN: Mapping[str, frozenset[str]] = {
    kind: DROPPED[kind].union(*fields.values(), ("_id", "__v")) for kind, fields in FIELDS.items()
}


def unknown(kind: str, document: Document) -> list[str]:
    """The fields of a document that nothing here knows, but for those that hold nothing."""
    rest = document.keys() - KNOWN[kind]
    return sorted(name for name in rest if document[name] not in (None, "", [], {}))


def projection(kind: str, *fields: str) -> dict[str, int]:
    """What asks for these fields alone, under every name that they may have."""
    return {"_id": 1, **{alias: 1 for field in fields for alias in FIELDS[kind][field]}}
