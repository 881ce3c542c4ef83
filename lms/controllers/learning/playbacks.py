"""Watching lessons, for those who may and for as long as they may."""

from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.learning import lessons
from lms.errors import LessonNotFound, PlaybackEnded
from lms.extensions import current_settings
from lms.models.accounts.sessions import Caller, sessions
from lms.models.authoring.media import media
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.base import now
from lms.models.learning.playbacks import playbacks
from lms.results import Part, Redirect
from lms.services.accounts import tokens
from lms.services.accounts.tokens import PlaybackClaims
from lms.services.authoring import playing


def begin(caller: Caller | None, subsection_id: ObjectId) -> tuple[str, Any]:
    """A token that plays this one lesson, and until when; a learner's third ends the oldest."""
    lesson = _lesson(subsection_id)
    right = lessons.require_right(caller, lesson)
    expires_at = _end(lesson)
    playback_id = None
    if caller and right == "enrolled":
        playback_id = playbacks.begin(caller.id, subsection_id, expires_at)
    session_id = caller.session_id if caller and right != "preview" else None
    return tokens.playback(PlaybackClaims(subsection_id, expires_at, session_id, playback_id)), expires_at


def play(subsection_id: ObjectId, token: str, wanted: range | None) -> Part | Redirect:
    """The bytes a player wants, if the one who was given the token may still watch; raises PlaybackEnded.

    Who asks for none in particular is no player, and is led to the store.
    """
    claims = tokens.read_playback(token)
    if claims is None or claims.subsection_id != subsection_id or claims.expires_at <= now():
        raise PlaybackEnded
    lesson = _lesson(subsection_id)
    access.right_to_watch(_watcher(claims), lesson)
    return _video(lesson, wanted)


def watch(caller: Caller | None, subsection_id: ObjectId, page: ObjectId, wanted: range | None) -> Part | Redirect:
    """The bytes that are wanted, or where they are, if the caller may watch the lesson just now.

    `page` is the id, made when it was answered, of what had the address: all lessons of a page are one playback. Of a
    learner's pages the newest two play, and any other meets PlaybackEnded. Raises what `begin` does, too.
    """
    lesson = _lesson(subsection_id)
    right = lessons.require_right(caller, lesson)
    if caller and right == "enrolled" and not playbacks.go_on(caller.id, page, subsection_id, _end(lesson)):
        raise PlaybackEnded
    return _video(lesson, wanted)


def play_lasting(subsection_id: ObjectId, token: str, wanted: range | None) -> Part | Redirect:
    """What a player at a lasting address is given, as long as the sign-in lasts that was given its token."""
    claims = tokens.read_watching(token)
    session = sessions.holding(claims.session_id) if claims else None
    if claims is None or session is None or claims.subsection_id != subsection_id:
        raise PlaybackEnded
    return watch(Caller(session["user"], session["role"], session["_id"]), subsection_id, claims.page, wanted)


def show_to_staff(subsection_id: ObjectId, wanted: range | None) -> Part | Redirect:
    """The same, whatever state its course is in; the caller has asked who is watching."""
    return _video(_lesson(subsection_id), wanted)


def _video(lesson: Subsection, wanted: range | None) -> Part | Redirect:
    """Some of its bytes, or where all of them are; a video elsewhere is never fetched by us."""
    if lesson["videoUrl"]:
        return Redirect(lesson["videoUrl"])
    public_id = str(lesson["videoPublicId"])
    medium = media.get({"_id": public_id}, {"format": 1})
    extension = medium["format"] if medium and medium["format"] else "mp4"
    part = playing.video_part(public_id, extension, wanted) if wanted else None
    return part or Redirect(playing.playback_url(public_id, extension))


def _end(lesson: Subsection) -> datetime:
    """Late enough for whoever pauses; what ends earlier is asked about at each part."""
    pauses = timedelta(hours=current_settings().playback_pause_hours)
    return now().replace(microsecond=0) + timedelta(seconds=lesson["duration"]) + pauses


def _watcher(claims: PlaybackClaims) -> Caller | None:
    """Who was given the token, unless their sign-in or this playback has ended."""
    if claims.session_id is None:
        return None
    session = sessions.holding(claims.session_id)
    if session is None:
        raise PlaybackEnded
    if claims.playback_id and not playbacks.is_live(session["user"], claims.playback_id):
        raise PlaybackEnded
    return Caller(session["user"], session["role"], session["_id"])


def _lesson(subsection_id: ObjectId) -> Subsection:
    lesson = subsections.get({"_id": subsection_id})
    if lesson is None or (lesson["videoPublicId"] or lesson["videoUrl"]) is None:
        raise LessonNotFound
    return lesson
