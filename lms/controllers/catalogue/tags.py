"""The words courses are tagged with, as staff tidy them."""

from typing import Any

from pymongo import DESCENDING

from lms.errors import TagExists, TagInUse, TagNotFound
from lms.models.base import REVISED, after_commit, transactional
from lms.models.catalogue.courses import counted, courses
from lms.models.catalogue.tags import Tag, replaced, tags
from lms.models.moderation.approvals import course_approvals
from lms.models.system.audit_log import Actor, AuditEntry, Subject, audit_log
from lms.services.system import page_cache

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
def rename(actor: Actor, word: str, new: str) -> int:
    """Call a tag something else on every course, and say how many those were."""
    if tags.get({"_id": new}):
        raise TagExists
    return _replace(actor, "tag.rename", word, new)


@transactional
def merge(actor: Actor, word: str, into: str) -> int:
    """Let another tag take the place of this one on every course, and say how many those were."""
    if word == into or tags.get({"_id": into}) is None:
        raise TagNotFound("There is no such tag to merge into.")
    return _replace(actor, "tag.merge", word, into)


def _replace(actor: Actor, action: str, word: str, new: str) -> int:
    """Drafts and deleted courses change too, and what was approved of each, so that none of them counts as edited."""
    _remove(word, actor)
    tags.keep([new])
    retagged = {**replaced("tags", word, new), **REVISED}
    count: int = courses.raw.update_many({"tags": word}, [{"$set": retagged}]).modified_count
    course_approvals.update_many({"fields.tags": word}, [{"$set": replaced("fields.tags", word, new)}])
    audit_log.record(actor, action, Subject(tags.name, word, word), {"tag": word}, {"tag": new, "courses": count})
    after_commit(page_cache.moved)
    return count


@transactional
def delete_tag(actor: Actor, word: str) -> None:
    """Delete a tag that no course carries, deleted courses included."""
    deleted = _remove(word, actor)
    if courses.raw.find_one({"tags": word}, {"_id": 1}):
        raise TagInUse
    audit_log.record(actor, "tag.delete", Subject(tags.name, word, word), {}, {"deletedAt": deleted.get("deletedAt")})


@transactional
def restore(actor: Actor, word: str) -> None:
    """Bring back a deleted tag."""
    deleted = tags.get({"_id": word, "deletedAt": {"$ne": None}})
    if deleted is None:
        raise TagNotFound
    tags.keep([word])
    audit_log.record(actor, "tag.restore", Subject(tags.name, word, word), {"deletedAt": deleted.get("deletedAt")})


def _remove(word: str, actor: Actor) -> Tag:
    deleted = tags.remove(word, actor.id)
    if deleted is None:
        raise TagNotFound
    return deleted
