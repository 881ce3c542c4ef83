import pytest
from bson import ObjectId

from lms.controllers.accounts import access
from lms.errors import ReviewNotFound
from lms.models.accounts.sessions import Caller
from tests.world import Person, World


def caller(person: Person, role: str) -> Caller:
    return Caller(person.id, role, person.session_id)  # type: ignore[arg-type]


def test_a_review_belongs_to_who_teaches_the_course(world: World) -> None:
    teacher, other, learner, admin = (world.person(role) for role in ("instructor", "instructor", "student", "admin"))
    course = world.course(teacher)
    world.enroll(learner, course)
    made = world.post("/courses/createRating", {"courseId": str(course.id), "rating": 3}, by=learner)
    review_id = ObjectId(made.json["data"]["id"])
    access.require_ownership_of_reviewed(caller(teacher, "instructor"), review_id)
    access.require_ownership_of_reviewed(caller(admin, "admin"), review_id)
    access.require_authorship(caller(learner, "student"), review_id)
    for person, role in ((other, "instructor"), (learner, "student")):
        with pytest.raises(ReviewNotFound):
            access.require_ownership_of_reviewed(caller(person, role), review_id)
    for missing in (review_id, ObjectId()):
        with pytest.raises(ReviewNotFound):
            access.require_authorship(caller(teacher, "instructor"), missing)
    with pytest.raises(ReviewNotFound):
        access.require_ownership_of_reviewed(caller(teacher, "instructor"), ObjectId())
