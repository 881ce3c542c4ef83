"""Migration 0017 on courses of an older version."""

from lms import migrations
from lms.models.catalogue.courses import courses
from lms.models.system.migrations import migrations as ran
from tests.world import World

NAME = "0017_count_required_lessons"


def test_completing_a_course_goes_on_taking_all_its_lessons_also_when_run_twice(world: World) -> None:
    course = world.course(world.person("instructor"), lessons=2)
    older = {"$unset": {"requiredLessons": "", "restricted": ""}}
    courses.raw.update_one({"_id": course.id}, older, bypass_document_validation=True)
    for _ in range(2):
        ran.raw.delete_one({"_id": NAME})
        assert migrations.upgrade(lambda name: None) == 1
        [found] = courses.find({})
        assert found["requiredLessons"] == found["lessons"] == [lesson.id for lesson in course.lessons]
