"""The kinds of lesson there are."""

from collections.abc import Mapping
from typing import Any

from lms.controllers.authoring.lesson_kinds.assignment import Assignment
from lms.controllers.authoring.lesson_kinds.base import LessonKind
from lms.controllers.authoring.lesson_kinds.embed import Embed
from lms.controllers.authoring.lesson_kinds.file import File
from lms.controllers.authoring.lesson_kinds.quiz import Quiz
from lms.controllers.authoring.lesson_kinds.text import Text
from lms.controllers.authoring.lesson_kinds.video import Video
from lms.models.authoring.subsections import LessonContent

KINDS: Mapping[str, LessonKind] = {kind.name: kind for kind in (Video(), Text(), File(), Embed(), Quiz(), Assignment())}


def kind_of(lesson: Mapping[str, Any] | LessonContent) -> LessonKind:
    """The kind of a lesson."""
    return KINDS[lesson["kind"]]
