"""Their courses as ours."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, cast

import bson
from bson import Decimal128, ObjectId

from lms.controllers.authoring import sellable
from lms.models.authoring.outlines import counted
from lms.models.catalogue.courses import new_course, searchable
from lms.models.moderation.approvals import content_of
from lms.models.system.finding import findable
from lms.moving import texts
from lms.moving.aliases import read, unknown
from lms.moving.became import Became, Beside, Options, moment
from lms.moving.losses import Losses
from lms.moving.references import ids_in, named_again, object_id
from lms.moving.school import School
from lms.moving.users import former_member

Document = Mapping[str, Any]
Ours = Sequence[Mapping[str, Any]]

UNTITLED = "Untitled course"
LEVELS = frozenset({"beginner", "intermediate", "advanced", "all"})
DRAFT = frozenset({"draft", "drafted", ""})
MOST_PAISE = 1_000_000_000
"""10,000,000 rupees, as `Price` in `lms/schemas/authoring/courses.py`."""
RUPEE = 100
MOST_BYTES = 15 * 1024 * 1024
"""Of what is approved: with what is said of it, a document of MongoDB has 16 MB at the most."""

WRITTEN = (
    "title",
    "titleText",
    "titlePrefixes",
    "description",
    "descriptionText",
    "searchText",
    "tags",
    "tagText",
    "tagKeys",
    "thumbnail",
    "amount",
    "level",
    "language",
    "languageKey",
    "category",
    "whatYouWillLearn",
    "instructions",
    "instructor",
    "status",
    "publishedAt",
    "opening",
    "createdAt",
    "updatedAt",
    "lessons",
    "requiredLessons",
    "totalDuration",
)


def is_published(status: Any) -> bool:
    return isinstance(status, str) and status.strip().lower() == "published"


def became(
    old: ObjectId, document: Document, sections: Ours, lessons: Ours, school: School, options: Options
) -> Became:
    """One course with its outline, which has become ours already and comes in the order of it."""
    losses = Losses()
    course = read("courses", document)
    losses.add_all("field_not_taken", unknown("courses", document))
    _sections_named(old, course, school, losses)
    _learners_named(old, course, school, losses)
    created = moment(course["createdAt"], old)
    content = _content(old, course, school, losses)
    author = school.account(object_id(course["instructor"]))
    written: dict[str, Any] = {
        **new_course(author or object_id(course["instructor"]) or old, content),
        "_id": old,
        **_counted(lessons),
        "opening": _opening(course),
        "createdAt": created,
        "updatedAt": moment(course["updatedAt"], old),
    }
    written["status"] = _status(old, course, written, sections, lessons, author, school, options, losses)
    approved = _approved(written, sections, lessons, losses)
    if is_published(course["status"]) and written["status"] != "draft":
        written["publishedAt"] = created
    beside = (
        *_words(written),
        *approved,
        *(() if author else (former_member(written["instructor"], "instructor"),)),
    )
    return Became(old, written, losses=losses.all(), beside=beside)


def _content(old: ObjectId, course: dict[str, Any], school: School, losses: Losses) -> dict[str, Any]:
    title = texts.line(course["title"], texts.LINE, losses, "courseName")
    if not title:
        losses.add("name_missing")
    description = texts.rich(course["description"], 20_000, losses, "courseDescription")
    thumbnail = texts.https_address(course["thumbnail"])
    if thumbnail is None and course["thumbnail"]:
        losses.add("thumbnail_unusable")
    level = str(course["level"] or "").strip().lower()
    return {
        **searchable(title or UNTITLED, description, texts.tags(course["tags"], losses)),
        "thumbnail": thumbnail,
        "amount": _amount(course["price"], losses),
        "level": level if level in LEVELS else "all",
        "language": texts.line(course["language"], texts.TAG, losses, "language") or "English",
        "category": _category(old, course, school, losses),
        "whatYouWillLearn": texts.learnt(course["learn"], losses),
        "instructions": texts.instructions(course["instructions"], losses),
    }


def _counted(lessons: Ours) -> dict[str, Any]:
    placed = [{**lesson, "section": {"_id": lesson["section"], "opens": None}} for lesson in lessons]
    return counted(placed)


def paise(price: Any) -> int | None:
    """A price in rupees as paise, halves up; none for what is no price. Above what can be charged all are the same."""
    value = price.to_decimal() if isinstance(price, Decimal128) else price
    if isinstance(value, bool) or value is None:
        return None
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount < 0:
        return None
    return int((min(amount, Decimal(MOST_PAISE)) * RUPEE).to_integral_value(ROUND_HALF_UP))


def _amount(price: Any, losses: Losses) -> int | None:
    amount = paise(price)
    if amount is None:
        losses.add("price_unusable")
        return None
    if 0 < amount < RUPEE:
        losses.add("price_raised")
        return RUPEE
    if amount > MOST_PAISE:
        losses.add("price_lowered")
        return MOST_PAISE
    return amount


def _opening(course: dict[str, Any]) -> dict[str, int]:
    """What their dashboard showed: everybody in the list, however often, times the price."""
    students = len(course["students"]) if isinstance(course["students"], list) else 0
    return {"students": students, "amount": students * min(paise(course["price"]) or 0, MOST_PAISE)}


def _category(old: ObjectId, course: dict[str, Any], school: School, losses: Losses) -> ObjectId | None:
    """The one it names, else one that lists it."""
    named = object_id(course["category"])
    found = school.categories.get(named) if named else None
    found = found or school.listed_in.get(old)
    if found is None and course["category"]:
        losses.add("category_unknown")
    return found


def _sections_named(old: ObjectId, course: dict[str, Any], school: School, losses: Losses) -> None:
    named = ids_in(course["content"])
    losses.add_all("section_unknown", (each for each in dict.fromkeys(named) if each not in school.sections))
    losses.add_all("section_shared", (each for each in dict.fromkeys(named) if school.sections.get(each, old) != old))
    losses.add_all("section_named_twice", named_again(named))


def _learners_named(old: ObjectId, course: dict[str, Any], school: School, losses: Losses) -> None:
    number, seen = school.courses[old.binary], set()
    for learner in ids_in(course["students"]):
        person = school.person(learner)
        if person is None:
            losses.add("learner_unknown", learner)
        elif school.teaches(person, number):
            losses.add("own_course", learner)
        elif person in seen:
            losses.add("enrolled_twice", learner)
        elif school.only_course_says(number, person):
            losses.add("enrolled_in_one_list", learner)
        seen.add(person)


def _status(
    old: ObjectId,
    course: dict[str, Any],
    written: dict[str, Any],
    sections: Ours,
    lessons: Ours,
    author: ObjectId | None,
    school: School,
    options: Options,
    losses: Losses,
) -> str:
    said = course["status"]
    published = is_published(said)
    if not published and str(said or "").strip().lower() not in DRAFT:
        losses.add("status_unknown")
    if author is None:
        losses.add("instructor_unknown")
        return "archived" if any(school.learners_of(school.courses[old.binary])) else "draft"
    if not published:
        return "draft"
    lacking = sellable.lacking_in_course(cast(Any, written)) | sellable.lacking_in_outline(sections, lessons)
    if not lacking:
        return "published"
    if options.keep_published and written["amount"] is not None:
        losses.add("kept_published", *sorted({field.partition(".")[0] for field in lacking}))
        return "published"
    losses.add("unpublished", *sorted({field.partition(".")[0] for field in lacking}))
    return "draft"


def _words(written: dict[str, Any]) -> list[Beside]:
    """Its words among the tags."""
    at: datetime = written["createdAt"]
    return [
        Beside("tags", word, {"$setOnInsert": findable(word), "$min": {"createdAt": at}, "$max": {"usedAt": at}})
        for word in written["tags"]
    ]


def _approved(written: dict[str, Any], sections: Ours, lessons: Ours, losses: Losses) -> list[Beside]:
    """What staff count as approved where it has been on sale; one too large for that is made a draft."""
    if written["status"] == "draft":
        return []
    approved = {**content_of(written, sections, lessons), "at": written["updatedAt"], "by": None}
    if len(bson.encode(approved)) <= MOST_BYTES:
        return [Beside("courseApprovals", written["_id"], {"$set": approved})]
    losses.add("too_large_to_approve")
    written["status"] = "draft"
    return []
