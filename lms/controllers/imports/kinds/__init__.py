"""The kinds of table that can be imported; each is one small class."""

from lms.controllers.imports.kinds.base import Kind
from lms.controllers.imports.kinds.enrollments import Enrollments
from lms.controllers.imports.kinds.learners import Learners
from lms.controllers.imports.kinds.questions import Questions

KINDS: dict[str, Kind[object]] = {each.name: each for each in (Learners(), Enrollments(), Questions())}  # type: ignore[misc]
"""By their names in addresses and documents."""
