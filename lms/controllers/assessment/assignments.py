"""Assignments as their authors write them and as learners meet them."""

from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.assessment import assignment_rights, showing_work
from lms.controllers.assessment.work import Work
from lms.controllers.authoring.sections import refresh_outline
from lms.errors import AssignmentNotFound, ChangedMeanwhile, SectionNotFound, UnsoundRules
from lms.jobs.learning import changed_outlines as jobs
from lms.models.accounts.sessions import Caller
from lms.models.assessment.assignments import Assignment, Criterion, Deadline, assignments
from lms.models.assessment.extensions import Extension, extensions
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.system.folding import folded
from lms.models.transactions import transactional
from lms.schemas.assessment.assignments import FILE_BYTES, AssignmentChangeIn, AssignmentIn
from lms.services.assessment import deadlines
from lms.services.authoring import markup

UNSAID: dict[str, Any] = {
    "accept": [],
    "text": True,
    "url": False,
    "mostFiles": 5,
    "mostBytes": FILE_BYTES,
    "due": None,
    "closes": None,
    "graceSeconds": 60,
    "late": {"kind": "none", "percent": 0, "most": 100},
    "tries": None,
    "rubric": [],
    "outOf": 10_000,
    "passPercent": 50,
    "blind": False,
    "weight": 1,
}
"""What an author does not say of a new assignment."""


@transactional
def add(caller: Caller, section_id: ObjectId, form: AssignmentIn) -> dict[str, Any]:
    """Make an assignment and its lesson at the end of a section."""
    section = access.own_section(caller, section_id)
    if not sections.touch(section_id):
        raise SectionNotFound
    assignment = assignments.add(section["course"], _whole(UNSAID, form.stored()))
    lesson = {"title": form.title, "description": "", "preview": False, "required": form.required}
    content = {**lesson, "kind": "assignment", "duration": 0, "assessment": assignment["_id"]}
    content["searchText"] = _found_by(assignment["brief"])
    subsections.add(section["course"], section_id, content)
    refresh_outline(section["course"])
    return shown(assignment)


@transactional
def edit(caller: Caller, assignment_id: ObjectId, form: AssignmentChangeIn) -> dict[str, Any]:
    """Change what the form names; raises ChangedMeanwhile when it is no longer what the author saw."""
    before = assignment_rights.written_assignment(caller, assignment_id)
    rules, kept = _whole(before, form.stored()), dict[str, Any](before)
    fields = {name: value for name, value in rules.items() if value != kept[name]}
    changed = assignments.edit(assignment_id, form.revision, fields)
    if changed is None:
        raise ChangedMeanwhile
    if "brief" in fields:
        subsections.update({"assessment": assignment_id}, {"$set": {"searchText": _found_by(changed["brief"])}})
    if "weight" in fields:
        jobs.follow.promise(changed["course"])
    return shown(changed)


def _found_by(brief: str) -> str:
    return folded(markup.words_in(brief))


def _whole(before: Any, given: dict[str, Any]) -> dict[str, Any]:
    """All rules as they are to be, of which some are given; raises UnsoundRules and NoSuchLocalTime."""
    rules = {name: given.get(name, before.get(name)) for name in (*UNSAID, "brief")}
    for name in ("due", "closes"):
        if given.get(name):
            rules[name] = deadline(given[name]["local"], given[name]["zone"])
    if rules["rubric"]:
        rules["outOf"] = sum(max(level["points"] for level in each["levels"]) for each in rules["rubric"])
    if faults := _faults(rules):
        raise UnsoundRules(errors=faults)
    return rules


def deadline(local: str, zone: str) -> Deadline:
    """A deadline as it is stored; raises NoSuchLocalTime."""
    return {"local": local, "zone": zone, "at": deadlines.last_moment(local, zone)}


def _faults(rules: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the rules together, by the field that is to be mended."""
    due, closes, late = rules["due"], rules["closes"], rules["late"]
    checks = {
        "accept": not (rules["accept"] or rules["text"] or rules["url"]) and "Say what is to be handed in.",
        "closes": due and closes and closes["at"] < due["at"] and "This is before the deadline.",
        "late.percent": late["kind"] == "percent_per_day" and not late["percent"] and "Say how much a day costs.",
        "rubric": not _sound(rules["rubric"]) and "Ids of criteria, and of the levels of each, have to differ.",
        "outOf": rules["outOf"] < 1 and "Nothing can be reached: give some level points.",
    }
    return {name: fault for name, fault in checks.items() if fault}


def _sound(rubric: list[Criterion]) -> bool:
    lists = [[each["id"] for each in rubric], *([level["id"] for level in each["levels"]] for each in rubric)]
    return all(len(set(ids)) == len(ids) for ids in lists)


def show(caller: Caller, assignment_id: ObjectId) -> dict[str, Any]:
    """An assignment with the caller's own work, if they attend it."""
    assignment = assignments.get({"_id": assignment_id})
    if assignment is None:
        raise AssignmentNotFound
    if access.writes(caller, assignment["course"]):
        return shown(assignment)
    extension = extensions.of(assignment_id, caller.id)
    return {**shown(assignment, extension), "mine": showing_work.mine(Work(assignment, caller.id, extension))}


def shown(assignment: Assignment, extension: Extension | None = None) -> dict[str, Any]:
    """An assignment as the contract tells of it, with the deadline of somebody who was given another."""
    lesson = subsections.of_assessment(assignment["_id"])
    window = deadlines.window(assignment, extension)
    due = (extension["due"] if extension else None) or assignment["due"]
    return {
        **{name: value for name, value in assignment.items() if name in (*UNSAID, "brief", "revision")},
        "id": assignment["_id"],
        "courseId": assignment["course"],
        "lessonId": lesson["_id"] if lesson else None,
        "title": lesson["title"] if lesson else "",
        "dueAt": window.due,
        "dueLocal": due["local"] if due else None,
        "dueZone": due["zone"] if due else None,
        "closesAt": window.end,
        "serverNow": now(),
        "mine": None,
    }
