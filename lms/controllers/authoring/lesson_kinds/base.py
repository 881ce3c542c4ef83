"""What every kind of lesson can be asked, so that nobody else has to know which kinds there are."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, ClassVar

from lms.models.accounts.sessions import Caller
from lms.models.authoring.subsections import Kind, LessonContent, Subsection
from lms.models.fields import fields_of

Fields = dict[str, Any]

MEDIA = {"videoPublicId", "videoUrl", "filePublicId"}


@dataclass(frozen=True)
class Given:
    """What a form gives a lesson to be made of; none where it does not say."""

    video_public_id: str | None = None
    text: str | None = None
    file_public_id: str | None = None
    embed_url: str | None = None
    stream: IO[bytes] | None = None


class LessonKind(ABC):
    """One kind: what makes such a lesson, what a learner opens, how it is completed, what ends with it."""

    name: ClassVar[Kind]
    called: ClassVar[str]
    """What a sentence calls such a lesson: `a video`."""
    takes: ClassVar[frozenset[str]] = frozenset()
    """The fields of `Given` that such a lesson is made of."""
    completed_at: ClassVar[float | None] = None
    """The share of its length at which it is completed without the learner saying so; none for places say nothing."""
    graded: ClassVar[bool] = False
    """Whether it is completed by passing it, which only the server can tell, and opened by nobody but learners."""

    @contextmanager
    def taken(self, caller: Caller, given: Given, before: Subsection | None) -> Iterator[Callable[[], Fields]]:
        """Takes in what was given for a new lesson, or one that is so far as `before`.

        Within it, in a transaction, the function that it yields makes the fields of it.
        """
        yield dict

    @abstractmethod
    def lacking(self, lesson: Subsection) -> str | None:
        """What its course cannot be sold without, in a sentence for its author."""

    def opened(self, lesson: Subsection) -> Fields:
        """What a reader is shown who may open it."""
        return {}

    def told(self, lesson: Subsection) -> list[str]:
        """What staff are told of it before they decide, beside what it shows, in sentences."""
        return []

    def exported(self, lesson: Subsection) -> Fields:
        """What its author wrote, for them to take along; nothing that would open its media."""
        given = {name: lesson.get(name) for name in fields_of(LessonContent) if name not in MEDIA}
        return {**{name: value for name, value in given.items() if value is not None}, "opens": lesson["opens"]}

    def end(self, lesson: Subsection) -> list[str]:
        """End what belongs to a lesson that is gone for good, and name its media; in the transaction that ends it."""
        return []
