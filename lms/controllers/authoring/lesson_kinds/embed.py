"""A lesson that is a page elsewhere, shown in a frame."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lms.controllers.authoring.lesson_kinds.base import Fields, Given, LessonKind
from lms.errors import InvalidRequest
from lms.models.accounts.sessions import Caller
from lms.models.authoring.subsections import Subsection
from lms.services.authoring import embeds


class Embed(LessonKind):
    name, called = "embed", "an embedded page"
    takes = frozenset({"embed_url"})

    @contextmanager
    def taken(self, caller: Caller, given: Given, before: Subsection | None) -> Iterator[Callable[[], Fields]]:
        if before is None and given.embed_url is None:
            raise InvalidRequest(errors={"embedUrl": "Name the page."})
        fields = {} if given.embed_url is None else {"embedUrl": embeds.address(given.embed_url)}
        yield lambda: fields

    def lacking(self, lesson: Subsection) -> str | None:
        return None if lesson["embedUrl"] else f"Name the page that “{lesson['title']}” shows."

    def opened(self, lesson: Subsection) -> Fields:
        return {"embedUrl": lesson["embedUrl"]}
