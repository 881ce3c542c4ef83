"""A lesson that is saved: a document, a sheet, an archive."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from lms.controllers.authoring import media
from lms.controllers.authoring.lesson_kinds.base import Fields, Given, LessonKind
from lms.errors import InvalidRequest, LessonNotFound
from lms.models.accounts.sessions import Caller
from lms.models.authoring.media import Medium
from lms.models.authoring.media import media as media_model
from lms.models.authoring.subsections import Subsection
from lms.models.base import now
from lms.services.authoring import cloudinary


class File(LessonKind):
    name, called = "file", "a file"
    takes = frozenset({"file_public_id"})

    @contextmanager
    def taken(self, caller: Caller, given: Given, before: Subsection | None) -> Iterator[Callable[[], Fields]]:
        public_id = given.file_public_id
        if before is None and public_id is None:
            raise InvalidRequest(errors={"filePublicId": "Upload the file first, and send its publicId."})
        shown = before["filePublicId"] if before else None
        file = media.own_upload(caller, public_id, "file") if public_id and public_id != shown else None
        yield lambda: self._shown(file)

    def _shown(self, file: Medium | None) -> Fields:
        if file is None:
            return {}
        media.hold(file["_id"])
        return {"filePublicId": file["_id"]}

    def lacking(self, lesson: Subsection) -> str | None:
        return None if lesson["filePublicId"] else f"Add a file to “{lesson['title']}”."

    def opened(self, lesson: Subsection) -> Fields:
        file = media_model.get({"_id": str(lesson["filePublicId"])})
        if file is None:
            raise LessonNotFound
        expires_at = now().replace(microsecond=0) + timedelta(seconds=cloudinary.FILE_SECONDS)
        about = {"name": file.get("name", lesson["title"]), "bytes": file["bytes"]}
        return {"file": {**about, "url": cloudinary.file_address(file["_id"]), "expiresAt": expires_at}}

    def exported(self, lesson: Subsection) -> Fields:
        file = media_model.get({"_id": str(lesson["filePublicId"])})
        return {**super().exported(lesson), "file": file.get("name") if file else None}

    def end(self, lesson: Subsection) -> list[str]:
        return [lesson["filePublicId"]] if lesson["filePublicId"] else []
