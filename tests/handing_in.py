"""Assignments as authors make them over the API, and what learners hand in for them."""

from typing import Any

from bson import ObjectId

from tests.world import MadeCourse, Person, World

ASSESSMENTS = "/assessments"
BRIEF = "<p>Write a page about knots.</p>"
RUBRIC = [
    {
        "id": name,
        "title": f"How {name} it is",
        "levels": [
            {"id": "low", "title": "Hardly", "points": 0},
            {"id": "some", "title": "Somewhat", "points": 150},
            {"id": "high", "title": "Very", "points": 500},
        ],
    }
    for name in ("clear", "right")
]


def add(world: World, teacher: Person, course: MadeCourse, **fields: Any) -> Any:
    body = {"title": "Knots", "brief": BRIEF, **fields}
    return world.post(f"{ASSESSMENTS}/assignments/{course.section}", body, by=teacher)


def assigned(world: World, teacher: Person, course: MadeCourse, **fields: Any) -> dict[str, Any]:
    """An assignment as its author is told of it."""
    answer = add(world, teacher, course, **fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json["data"]
    return made


def edit(world: World, teacher: Person, assignment: dict[str, Any], **fields: Any) -> Any:
    seen = world.get(f"{ASSESSMENTS}/assignment/{assignment['id']}", by=teacher).json["data"]["revision"]
    return world.put(f"{ASSESSMENTS}/assignment/{assignment['id']}", {"revision": seen, **fields}, by=teacher)


def work(world: World, learner: Person, assignment: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = world.get(f"{ASSESSMENTS}/assignment/{assignment['id']}", by=learner).json["data"]["mine"]
    return found


def save(world: World, learner: Person, assignment: dict[str, Any], revision: int = 0, **content: Any) -> Any:
    body = {"revision": revision, **content}
    return world.put(f"{ASSESSMENTS}/assignment/{assignment['id']}/draft", body, by=learner)


def submit(world: World, learner: Person, assignment: dict[str, Any], revision: int = 0, **content: Any) -> Any:
    body = {"revision": revision, **content}
    return world.post(f"{ASSESSMENTS}/assignment/{assignment['id']}/submit", body, by=learner)


def handed_in(world: World, learner: Person, assignment: dict[str, Any], text: str = "A page.") -> dict[str, Any]:
    """What a learner has handed in, whatever they did before."""
    answer = submit(world, learner, assignment, work(world, learner, assignment)["revision"], text=text)
    assert answer.status_code == 201, answer.text
    sent: dict[str, Any] = answer.json["data"]
    return sent


def queue(world: World, teacher: Person, assignment: dict[str, Any], query: str = "") -> Any:
    return world.get(f"{ASSESSMENTS}/assignment/{assignment['id']}/submissions?{query}", by=teacher).json


def grade(world: World, teacher: Person, submission: dict[str, Any], **fields: Any) -> Any:
    body = {"revision": submission["revision"], **fields}
    return world.put(f"{ASSESSMENTS}/submissions/{submission['id']}/grade", body, by=teacher)


def send_back(world: World, teacher: Person, submission: dict[str, Any], note: str = "Please mend it.") -> Any:
    body = {"revision": submission["revision"], "note": note}
    return world.post(f"{ASSESSMENTS}/submissions/{submission['id']}/return", body, by=teacher)


def release(world: World, teacher: Person, assignment: dict[str, Any], *users: ObjectId) -> Any:
    body = {"users": [str(each) for each in users]} if users else {}
    return world.post(f"{ASSESSMENTS}/assignment/{assignment['id']}/release", body, by=teacher)


def extend(world: World, teacher: Person, assignment: dict[str, Any], learner: Person, **fields: Any) -> Any:
    path = f"{ASSESSMENTS}/extensions/{assignment['id']}/{learner.id}"
    return world.put(path, {"reason": "Was ill.", **fields}, by=teacher)
