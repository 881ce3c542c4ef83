"""Bringing in the videos of lessons that are elsewhere: public ones of our account, and those of other servers."""

import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Literal

import urllib3
from bson import ObjectId

from lms.controllers.authoring.media import MOST_BYTES
from lms.errors import UploadMissing, VideoGone
from lms.models.authoring import course_states
from lms.models.authoring.media import media
from lms.models.authoring.outlines import counted
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.base import Subject
from lms.models.catalogue.courses import courses
from lms.models.moderation.approvals import course_approvals
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.services.authoring import arrivals, cloudinary, downloads, public_videos, videos
from lms.services.authoring.cloudinary import Asset

Way = Literal["protect", "fetch"]

CHUNK_TIMEOUT = urllib3.Timeout(connect=60, total=120)
"""Nobody waits for a page meanwhile, so a slow line may take its time with a chunk."""


@dataclass(frozen=True)
class Brought:
    """How a video came, or would come; `bytes` is none where its server does not say."""

    way: Way
    bytes: int | None


def addresses() -> Iterator[tuple[str, list[Subsection]]]:
    """Every address of a video elsewhere, in their order, with the lessons that it is the video of."""
    address = subsections.elsewhere()
    while address is not None:
        yield address, subsections.watched_at(address)
        address = subsections.elsewhere(after=address)


def lessons_elsewhere() -> int:
    return subsections.raw.count_documents({"videoUrl": {"$gt": ""}})


def look(address: str) -> Brought:
    """How the video at the address would come, nothing of it changed; raises what `bring_in` does."""
    public_id = public_videos.public_id_of(address)
    if public_id is not None:
        return Brought("protect", public_videos.look(public_id)[0].bytes)
    return Brought("fetch", downloads.size_of(address, MOST_BYTES["video"]))


def bring_in(address: str) -> Brought:
    """Make the video at the address one that plays only to those who may watch its lessons; safe to run twice.

    One of our own account is no longer public; one of another server is copied. Raises VideoGone, VideoUnreachable,
    TooLarge, NotAVideo, TruncatedVideo, UnplayableVideo, UploadMissing and Unavailable: its lessons are as they were.
    """
    owner = _owner(subsections.watched_at(address))
    public_id = public_videos.public_id_of(address)
    if public_id is not None:
        asset = public_videos.protect(public_id)
        _settle(address, public_id, owner, asset)
        return Brought("protect", asset.bytes)
    copy, asset = _copied(address, owner)
    _settle(address, copy, owner, asset)
    return Brought("fetch", asset.bytes)


def record(protected: int, copied: int) -> None:
    """Tell the audit log how many videos a run has brought in."""
    subject = Subject(subsections.name, "videos elsewhere", "Videos of lessons")
    audit_log.record("videos.bring_in", subject, {}, {"protected": protected, "copied": copied})


def _owner(lessons: list[Subsection]) -> ObjectId:
    """Whose the video is: who owns the first course that shows it, deleted or not; raises VideoGone where none does."""
    course = courses.raw.find_one({"_id": {"$in": [each["course"] for each in lessons]}}, {"instructor": 1})
    if course is None:
        raise VideoGone("No lesson shows it any more.")
    owner: ObjectId = course["instructor"]
    return owner


def _copied(address: str, owner: ObjectId) -> tuple[str, Asset]:
    """Our copy of a video of another server; one that a run before made, or began, is gone on with."""
    named = ((each, media.get({"_id": each})) for each in _ids(address))
    public_id, medium = next(each for each in named if each[1] is None or each[1]["state"] != "removing")
    if medium is None:
        media.promise(public_id, owner, "video", 0)
        return public_id, _copy(address, public_id)
    if medium["state"] == "stored":
        return public_id, Asset(medium["bytes"], str(medium["format"]), medium["duration"])
    media.promise_again(public_id, 0)
    return public_id, arrivals.arrived("video", public_id) or _copy(address, public_id)


def _ids(address: str) -> Iterator[str]:
    """The ids that our copy can have: another where one before is being removed."""
    return (cloudinary.id_of_copy(address, number) for number in count())


def _copy(address: str, public_id: str) -> Asset:
    with cloudinary.place(), tempfile.NamedTemporaryFile(prefix="lms-video-") as file:
        downloads.fetch(address, file, MOST_BYTES["video"])
        path = Path(file.name)
        found = videos.probe(path)
        asset = cloudinary.store_video(path, public_id, CHUNK_TIMEOUT)
        return replace(asset, duration=asset.duration or found.duration)


@transactional
def _settle(address: str, public_id: str, owner: ObjectId, asset: Asset) -> None:
    """Have the lessons at the address show the video, and write it down; one that none shows any more is swept."""
    lessons = subsections.watched_at(address)
    duration = math.ceil(asset.duration) or max((each["duration"] for each in lessons), default=0)
    facts = {"bytes": asset.bytes, "format": asset.format, "duration": duration}
    media.bring_in(public_id, owner, facts)
    if media.settle(public_id, facts) is None or not media.hold(public_id):
        raise UploadMissing
    subsections.bring_in(address, public_id, duration)
    for course_id in {each["course"] for each in lessons}:
        _follow(course_id, address, public_id, duration)


def _follow(course_id: ObjectId, address: str, public_id: str, duration: int) -> None:
    """Let what is counted of the course and what staff approved of it follow: it is the same video."""
    as_approved = courses.get({"_id": course_id, "changedAt": {"$exists": False}}, {"_id": 1}) is not None
    courses.set_outline(course_id, counted(subsections.in_playing_order({"course": course_id})))
    course_approvals.bring_in(course_id, address, public_id, duration)
    if as_approved:
        course_states.settle(course_id)
