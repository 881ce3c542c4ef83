"""What people say of themselves, what they attend, what they teach, and leaving."""

from datetime import timedelta
from typing import IO, Any

from bson import ObjectId

from lms.controllers.accounts import proofs
from lms.controllers.accounts import users as user_controller
from lms.controllers.authoring import authorship, media
from lms.controllers.learning.progress import percentage, show
from lms.errors import StaleSignIn, UserNotFound
from lms.jobs.accounts import users as jobs
from lms.models.accounts.picture_addresses import image_of
from lms.models.accounts.profiles import profiles
from lms.models.accounts.sessions import Caller, Client, sessions
from lms.models.accounts.users import User, name_of, users
from lms.models.authoring.media import Medium
from lms.models.base import Page, now
from lms.models.catalogue.course_cards import card_with, read_cards
from lms.models.catalogue.courses import courses
from lms.models.freshness import read
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.payments.ledger import ledger
from lms.models.transactions import transactional
from lms.schemas.accounts.profiles import DeleteAccountIn, ProfileIn
from lms.schemas.fields import PageQuery
from lms.services.accounts import avatars

LATELY = timedelta(minutes=10)
DETAILS = ("bio", "gender", "dateOfBirth", "contactNumber")


def show_user(user_id: ObjectId) -> dict[str, Any]:
    read(f"user/{user_id}")
    user, profile = _user(user_id), profiles.get({"user": user_id})
    details: dict[str, Any] = {name: profile[name] if profile else None for name in DETAILS}  # type: ignore[literal-required]
    shown, image = ("firstName", "lastName", "email", "role", "createdAt"), image_of(user)
    return {
        "id": user["_id"],
        "name": name_of(user),
        **{name: user[name] for name in shown},  # type: ignore[literal-required]
        "image": image,
        "profile": {**details, "image": image},
    }


def show_learner(user_id: ObjectId) -> dict[str, Any]:
    """The same with the ids of what they attend."""
    return {**show_user(user_id), "courses": enrollments.course_ids(user_id)}


def _user(user_id: ObjectId) -> User:
    user = users.get({"_id": user_id, "erasedAt": None})
    if user is None:
        raise UserNotFound
    return user


def update(user_id: ObjectId, form: ProfileIn) -> dict[str, Any]:
    """Change what the form names and leave the rest."""
    given = form.model_dump(by_alias=True, exclude_unset=True, mode="json")
    names = {name: given.pop(name) for name in ("firstName", "lastName") if given.get(name) is not None}
    _update(user_id, names, {name: value for name, value in given.items() if name in DETAILS})
    return show_user(user_id)


@transactional
def _update(user_id: ObjectId, names: dict[str, str], details: dict[str, Any]) -> None:
    if not users.rename(user_id, names):
        raise UserNotFound
    if details:
        profiles.set(user_id, details)


def avatar(user_id: ObjectId) -> bytes:
    """The SVG of anybody's initials, also of those who have left or are suspended, for their reviews stay."""
    read(f"person/{user_id}")
    user = users.raw.find_one({"_id": user_id}, {"firstName": 1, "lastName": 1})
    if user is None:
        raise UserNotFound
    return avatars.draw(user["firstName"], user["lastName"], str(user_id))


def change_picture(caller: Caller, image: IO[bytes]) -> dict[str, str]:
    """Keep the picture, re-encoded and without what cameras write into it."""
    picture = media.keep_avatar(caller.id, image)
    with media.placed(picture):
        user = _set_picture(caller.id, picture)
    return {"image": image_of(user)}


@transactional
def _set_picture(user_id: ObjectId, picture: Medium) -> User:
    media.hold(picture["_id"])
    user = users.change({"_id": user_id}, {"$set": {"image": picture["url"], "updatedAt": now()}})
    if user is None:
        raise UserNotFound
    return user


def delete_account(user_id: ObjectId, caller: Caller, form: DeleteAccountIn, client: Client) -> None:
    """Hide the account and end its sessions; it is erased after thirty days unless its owner signs in before."""
    authorship.require_consent(user_id, agreed := form.courses == "archive")
    proofs.require(caller, form.password, form.otp, client)
    _delete(user_id, caller.id, agreed)


def delete_lately_signed_in(caller: Caller) -> None:
    """The same by who signed in within the last ten minutes, for clients that ask for no proof; courses stay on sale.

    Raises StaleSignIn.
    """
    session = sessions.get({"_id": caller.session_id}, {"createdAt": 1})
    if session is None or session["createdAt"] < now() - LATELY:
        raise StaleSignIn
    _delete(caller.id, caller.id, archive=False)


@transactional
def _delete(user_id: ObjectId, by: ObjectId, archive: bool) -> None:
    user = users.get({"_id": user_id})
    if user is None:
        raise UserNotFound
    user_controller.keep_an_administrator(user)
    authorship.require_consent(user_id, archive)
    users.update({"_id": user_id}, {"$set": {"deletedAt": now(), "deletedBy": by}})
    user_controller.end_sign_ins(user_id)
    authorship.withdraw(user_id)
    jobs.account_deleted.promise(user_id)


def enrolled_courses(user_id: ObjectId, query: PageQuery) -> Page[dict[str, Any]]:
    """The courses a user attends, the newest first, each with how far they have come."""
    page = enrollments.page_of_user(user_id, _attended(user_id), query.page, query.limit)
    read_cards(row["card"] for row in page.items)
    return Page([_with_progress(row) for row in page.items], page.total, page.page, page.limit)


def _attended(user_id: ObjectId) -> list[dict[str, Any]]:
    """Stages from an enrolment to its course's card, its lessons and the learner's progress."""
    progress = {"completed": 1, "completedAt": 1, "resume": 1, "_id": 0}
    return [
        {
            "$lookup": {
                "from": courses.name,
                "localField": "course",
                "foreignField": "_id",
                "pipeline": card_with({"lessons": 1, "requiredLessons": 1}),
                "as": "card",
            }
        },
        {
            "$lookup": {
                "from": course_progress.name,
                "localField": "course",
                "foreignField": "course",
                "pipeline": [{"$match": {"user": user_id}}, {"$project": progress}],
                "as": "progress",
            }
        },
        {"$unwind": "$card"},
        {"$project": {"_id": 0, "enrolledAt": 1, "card": 1, "progress": {"$first": "$progress"}}},
    ]


def _with_progress(row: dict[str, Any]) -> dict[str, Any]:
    card = row["card"]
    counted = {name: card.pop(name) for name in ("lessons", "requiredLessons")}
    shown = show(row.get("progress") or {}, counted)
    del shown["completedVideos"]
    return {**card, **shown, "enrolledAt": row["enrolledAt"]}


def instructor_dashboard(caller: Caller) -> dict[str, Any]:
    """What the caller's courses have come to: learners, money (paise), ratings, completion."""
    rows = courses.find({"instructor": caller.id}, sort=[("updatedAt", -1)])
    ids = [row["_id"] for row in rows]
    revenue, finished = ledger.net_by_course(ids), course_progress.finished_by_course(ids)
    taught = [
        {
            "id": row["_id"],
            **{name: row[name] for name in ("title", "status", "studentsCount", "ratingAverage", "ratingCount")},
            "revenue": revenue.get(row["_id"], 0),
            "completion": min(100, percentage(finished.get(row["_id"], 0), row["studentsCount"])),
            "opening": row.get("opening"),
        }
        for row in rows
    ]
    return {
        "courses": taught,
        "totalStudents": sum(course["studentsCount"] for course in taught),
        "totalRevenue": sum(course["revenue"] for course in taught),
    }
