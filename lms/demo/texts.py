"""How the demo catalogue is written down, and what is read out of it."""

import re
import unicodedata
from dataclasses import dataclass

from lms.models.catalogue.courses import CourseStatus, Level


@dataclass(frozen=True)
class CourseText:
    """A course as data: `|` parts a list, `outline` has a line a section (`name: lesson | ...`), `price` is rupees."""

    title: str
    tags: str
    level: Level
    price: int
    description: str
    learn: str
    instructions: str
    outline: str
    language: str = "English"
    status: CourseStatus = "published"

    @property
    def sections(self) -> list[tuple[str, list[str]]]:
        """Every section's name with the titles of its lessons."""
        parts = (line.split(": ", 1) for line in self.outline.strip().splitlines())
        return [(name.strip(), listed(lessons)) for name, lessons in parts]


@dataclass(frozen=True)
class CategoryText:
    """A category as data; `colour` is what its thumbnails are drawn in."""

    name: str
    description: str
    colour: str
    courses: tuple[CourseText, ...]


def listed(text: str) -> list[str]:
    """The parts of a text between bars, each without the space around it."""
    return [plain(part) for part in text.split("|")]


def plain(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def slug(text: str) -> str:
    """The text as lower-case ASCII words with hyphens, for addresses."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")
