"""A lesson that is read."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lms.controllers.authoring.lesson_kinds.base import Fields, Given, LessonKind
from lms.errors import InvalidRequest
from lms.models.accounts.sessions import Caller
from lms.models.authoring.subsections import Subsection
from lms.models.system.folding import folded
from lms.services.authoring import markup

WORDS_A_MINUTE = 200
LETTERS_A_MINUTE = 400
"""Of scripts that put no blanks between words."""


class Text(LessonKind):
    """Its `duration` is about how long reading it takes; whoever is at its end has completed it."""

    name, called = "text", "a text"
    takes = frozenset({"text"})
    completed_at = 1.0

    @contextmanager
    def taken(self, caller: Caller, given: Given, before: Subsection | None) -> Iterator[Callable[[], Fields]]:
        if before is None and given.text is None:
            raise InvalidRequest(errors={"text": "Write the text."})
        yield lambda: {} if given.text is None else self._shown(given.text)

    def _shown(self, text: str) -> Fields:
        return {"text": text, "duration": reading_seconds(text), "searchText": folded(markup.words_in(text))}

    def lacking(self, lesson: Subsection) -> str | None:
        return None if lesson["text"] else f"Write the text of “{lesson['title']}”."

    def opened(self, lesson: Subsection) -> Fields:
        return {"text": lesson["text"]}


def reading_seconds(text: str) -> int:
    """About how long reading the HTML takes, at the pace of a learner."""
    words = markup.words_in(text).split()
    minutes = sum(max(1 / WORDS_A_MINUTE, _unspaced(word) / LETTERS_A_MINUTE) for word in words)
    return math.ceil(minutes * 60)


def _unspaced(word: str) -> int:
    return sum("\u3040" <= letter <= "\u9fff" or "\u0e00" <= letter <= "\u0eff" for letter in word)
