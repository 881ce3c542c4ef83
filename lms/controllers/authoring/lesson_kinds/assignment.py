"""A lesson that is something to hand in. What there is to it is at `/assessments`."""

from typing import Any

from lms.controllers.authoring.lesson_kinds.base import Fields, LessonKind
from lms.models.assessment.assignments import assignments
from lms.models.assessment.extensions import extensions
from lms.models.assessment.grades import grades
from lms.models.assessment.submissions import submissions
from lms.models.authoring.subsections import Subsection
from lms.models.base import Filter
from lms.services.authoring import markup

WRITTEN = (
    *("brief", "accept", "text", "url", "mostFiles", "mostBytes", "due", "closes", "graceSeconds", "late"),
    *("tries", "rubric", "outOf", "passPercent", "blind", "weight"),
)
"""What its author says of it."""
TOLD = 1000
"""How many letters of the brief staff are shown."""


class Assignment(LessonKind):
    name, called = "assignment", "an assignment"
    graded = True

    def lacking(self, lesson: Subsection) -> str | None:
        return None

    def told(self, lesson: Subsection) -> list[str]:
        found = assignments.get({"_id": lesson["assessment"]})
        if found is None:
            return []
        due = found["due"]
        until = f"Due {due['local'].replace('T', ' ')} ({due['zone']})." if due else "No deadline."
        brief = " ".join(markup.words_in(found["brief"]).split())[:TOLD]
        return [brief, f"For {found['outOf'] / 100:g} points, passed at {found['passPercent']} %. {until}"]

    def exported(self, lesson: Subsection) -> Fields:
        found: Any = assignments.get({"_id": lesson["assessment"]}) or {}
        return {**super().exported(lesson), **{name: found[name] for name in WRITTEN if name in found}}

    def end(self, lesson: Subsection) -> list[str]:
        whose: Filter = {"assessment": lesson["assessment"]}
        handed_in = submissions.find({"assignment": lesson["assessment"]}, {"files": 1})
        given = grades.find(whose, {"files": 1})
        files = [file["media"] for each in (*handed_in, *given) for file in each.get("files", [])]
        submissions.delete_many({"assignment": lesson["assessment"]})
        grades.delete_many(whose)
        extensions.delete_many(whose)
        assignments.delete({"_id": lesson["assessment"]})
        return files
