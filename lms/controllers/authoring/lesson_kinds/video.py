"""A lesson that is watched."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from lms.controllers.authoring import media
from lms.controllers.authoring.lesson_kinds.base import Fields, Given, LessonKind
from lms.errors import InvalidRequest
from lms.models.accounts.sessions import Caller
from lms.models.authoring.media import Medium
from lms.models.authoring.subsections import Subsection


class Video(LessonKind):
    name, called = "video", "a video"
    takes = frozenset({"video_public_id", "stream"})
    completed_at = 0.9

    @contextmanager
    def taken(self, caller: Caller, given: Given, before: Subsection | None) -> Iterator[Callable[[], Fields]]:
        stream, public_id = given.stream, given.video_public_id
        if (stream and public_id) or (before is None and not (stream or public_id)):
            raise InvalidRequest(errors={"video": "Send either a video or a videoPublicId."})
        shown = before["videoPublicId"] if before else None
        video = self._video(caller, given) if stream or public_id != shown else None
        with media.placed(video if stream else None):
            yield lambda: self._shown(video)

    def _video(self, caller: Caller, given: Given) -> Medium | None:
        """The video that came along or that the browser has uploaded; none where none is named."""
        if given.stream is not None:
            return media.keep_video(caller, given.stream)
        if given.video_public_id is None:
            return None
        return media.own_upload(caller, given.video_public_id, "video")

    def _shown(self, video: Medium | None) -> Fields:
        if video is None:
            return {}
        media.hold(video["_id"])
        return {"videoPublicId": video["_id"], "videoUrl": None, "duration": video["duration"]}

    def lacking(self, lesson: Subsection) -> str | None:
        """The duration is the store's word that a video has arrived; of one elsewhere nobody may have told it."""
        if lesson["videoUrl"] or (lesson["videoPublicId"] is not None and lesson["duration"] > 0):
            return None
        return f"Add a video to “{lesson['title']}”."

    def told(self, lesson: Subsection) -> list[str]:
        if lesson["videoUrl"] is None:
            return []
        length = "" if lesson["duration"] else " Its length is not known: its learners say when they have watched it."
        return [f"Its video is at {urlsplit(lesson['videoUrl']).hostname}, not at our media store.{length}"]

    def end(self, lesson: Subsection) -> list[str]:
        return [lesson["videoPublicId"]] if lesson["videoPublicId"] else []
