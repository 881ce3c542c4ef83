"""The words courses are tagged with, as staff tidy them."""

from typing import Any

from pymongo import DESCENDING

from lms.errors import TagExists, TagInUse, TagNotFound
from lms.models import actors
from lms.models.catalogue.course_search import tag_text
from lms.models.catalogue.courses import counted, courses
from lms.models.catalogue.tags import Tag, replaced, replaced_beside, tags
from lms.models.moderation.approvals import course_approvals
from lms.models.stages import REVISED
from lms.models.system.audit_log import AuditEntry, audit_log
from lms.models.system.folding import key
from lms.models.transactions import transactional

COUNTED = counted("tags")
MOST_SHOWN = 50


def tag_file(word: str) -> dict[str, Any]:
    """A `tag` as staff see it, and what they did to it."""
    found = tags.aggregate({"_id": word}, COUNTED)
    if not found:
        raise TagNotFound
    return {"tag": found[0], "history": _history(word)}


def _history(word: str) -> list[AuditEntry]:
    """What was done to the word and to those that became it, the newest first."""
    named = {"collection": tags.name, "$or": [{"subject": word}, {"after.tag": word}]}
    return audit_log.find(named, sort=[("at", DESCENDING)], limit=MOST_SHOWN)


@transactional
def rename(word: str, new: str) -> int:
    """Call a tag something else on every course, and say how many those were."""
    if tags.get({"_id": new}):
        raise TagExists
    return _replace("tag.rename", word, new)


@transactional
def merge(word: str, into: str) -> int:
    """Let another tag take the place of this one on every course, and say how many those were."""
    if word == into or tags.get({"_id": into}) is None:
        raise TagNotFound("There is no such tag to merge into.")
    return _replace("tag.merge", word, into)


def _replace(action: str, word: str, new: str) -> int:
    """Drafts and deleted courses change too, and what was approved of each, so that none of them counts as edited."""
    _remove(word)
    tags.keep([new])
    words = replaced("tagText", tag_text(word), tag_text(new))
    keys = replaced_beside("tagKeys", word, key(word), new, key(new))
    retagged = {**replaced("tags", word, new), **words, **keys, **REVISED}
    count = courses.update_many({"tags": word}, [{"$set": retagged}], deleted_too=True)
    course_approvals.update_many({"fields.tags": word}, [{"$set": replaced("fields.tags", word, new)}])
    audit_log.record(action, tags.subject({"_id": word}), {"tag": word}, {"tag": new, "courses": count})
    return count


@transactional
def delete_tag(word: str) -> None:
    """Delete a tag that no course carries, deleted courses included."""
    deleted = _remove(word)
    if courses.raw.find_one({"tags": word}, {"_id": 1}):
        raise TagInUse
    audit_log.record("tag.delete", tags.subject({"_id": word}), {}, {"deletedAt": deleted.get("deletedAt")})


@transactional
def restore(word: str) -> None:
    """Bring back a deleted tag."""
    deleted = tags.get({"_id": word, "deletedAt": {"$ne": None}})
    if deleted is None:
        raise TagNotFound
    tags.keep([word])
    audit_log.record("tag.restore", tags.subject({"_id": word}), {"deletedAt": deleted.get("deletedAt")})


def _remove(
    word: str,
) -> Tag:
    deleted = tags.remove(word, actors.actor().id)
    if deleted is None:
        raise TagNotFound
    return deleted
