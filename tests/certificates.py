"""Certificates for tests: courses that give them, learners who complete those."""

import io
import json
from typing import Any

import pypdf
from bson import ObjectId

from lms.models.certificates.certificate_designs import UNWRITTEN, certificate_designs
from lms.models.certificates.certificates import Certificate, certificates
from tests.world import MadeCourse, Person, World

API = "/certificates"


def enable(course: MadeCourse, **fields: Any) -> None:
    """Let the course give certificates."""
    before = certificate_designs.of_course(course.id)
    assert certificate_designs.write(course.id, before["revision"], {**UNWRITTEN, "enabled": True, **fields})


def complete(world: World, learner: Person, course: MadeCourse) -> None:
    """Watch every lesson to its end, as a player tells it."""
    for lesson in course.lessons:
        form = {"subsectionId": str(lesson.id), "completed": True}
        answer = world.post(f"/profile/updateCourseProgress/{course.id}", form, by=learner)
        assert answer.status_code == 200, answer.text


def completed(world: World, learner: Person, course: MadeCourse) -> Certificate:
    """Enrol, complete the course and have the certificate signed and mailed."""
    world.enroll(learner, course)
    complete(world, learner, course)
    world.run_jobs()
    return held(learner, course)


def held(learner: Person, course: MadeCourse) -> Certificate:
    """The certificate that the learner holds now."""
    found = certificates.current(learner.id, course.id)
    assert found is not None
    return found


def document(certificate: Certificate) -> Any:
    return json.loads(certificate["credential"])


def decide(world: World, admin: Person, id: ObjectId, how: str, **form: Any) -> Any:
    """An administrator's decision over the API, on the certificate as it is now."""
    revision = certificates.raw.find_one({"_id": id}, {"revision": 1})["revision"]
    given = {"kind": "issued_in_error", "text": "It was a mistake.", "revision": revision, **form}
    return world.post(f"{API}/{id}/{how}", given, by=admin)


def inside(pdf: bytes) -> tuple[str, bytes]:
    """What can be read on a PDF, and the credential that it carries."""
    read = pypdf.PdfReader(io.BytesIO(pdf))
    [carried] = read.attachments["credential.json"]
    return read.pages[0].extract_text(), carried
