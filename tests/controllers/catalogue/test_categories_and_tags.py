from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.catalogue import categories as shelves
from lms.controllers.catalogue import featured
from lms.controllers.catalogue import tags as words
from lms.controllers.catalogue.purge import purge_deleted
from lms.controllers.learning import playbacks
from lms.controllers.moderation import courses as moderation
from lms.controllers.moderation import deleted
from lms.errors import (
    CategoryExists,
    CategoryInUse,
    CategoryNotFound,
    ChangedMeanwhile,
    CourseNotDeleted,
    CourseNotFound,
    CourseNotPublic,
    LessonNotFound,
    OwnWork,
    TagExists,
    TagInUse,
    TagNotFound,
)
from lms.models.accounts.users import users
from lms.models.actors import Actor
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.categories import categories
from lms.models.catalogue.course_search import searchable
from lms.models.catalogue.courses import courses
from lms.models.catalogue.tags import tags
from lms.models.learning.reviews import reviews
from lms.models.moderation.approvals import course_approvals
from lms.models.system.audit_log import audit_log
from lms.schemas.catalogue.categories import CategoryIn
from tests.world import MadeCourse, Person, World, at_once, by, refused

LIST = "/courses/getAllCourses"


@pytest.fixture
def teacher(world: World) -> Person:
    return world.person("instructor", firstName="Asha")


def stored(course: MadeCourse) -> dict[str, Any]:
    found: dict[str, Any] | None = courses.raw.find_one({"_id": course.id})
    assert found is not None
    return found


def titles(world: World, query: str = "") -> list[str]:
    return [card["title"] for card in world.get(f"{LIST}?{query}").json["data"]]


class TestFront:
    def test_featured_courses_are_found_by_the_filter_and_say_so(self, world: World, teacher: Person) -> None:
        knots, _ = (world.course(teacher, title=title) for title in ("Knots", "Bends"))
        assert titles(world, "featured=true") == []
        featured.feature(knots.id, stored(knots)["revision"])
        assert titles(world, "featured=true") == ["Knots"]
        assert titles(world, "featured=false") == ["Bends"]
        assert len(titles(world)) == 2
        assert {card["title"]: card["featured"] for card in world.get(LIST).json["data"]} == {
            "Knots": True,
            "Bends": False,
        }
        featured.unfeature(knots.id, stored(knots)["revision"])
        assert titles(world, "featured=true") == []
        assert [row["action"] for row in audit_log.history("courses", knots.id)] == [
            "course.unfeature",
            "course.feature",
        ]

    def test_only_what_is_published_and_as_it_was_seen_goes_to_the_front(self, world: World, teacher: Person) -> None:
        draft, course = world.draft(teacher), world.course(teacher)
        with pytest.raises(CourseNotPublic):
            featured.feature(draft.id, stored(draft)["revision"])
        with pytest.raises(ChangedMeanwhile):
            featured.feature(course.id, stored(course)["revision"] - 1)
        assert titles(world, "featured=true") == []

    def test_a_moderator_does_not_put_their_own_course_there(self, world: World, teacher: Person) -> None:
        course = world.course(teacher)
        for decide in (featured.feature, featured.unfeature):
            with pytest.raises(OwnWork):
                by(Actor(teacher.id, "Asha Sharma", "moderator"), decide, course.id, stored(course)["revision"])
        assert titles(world, "featured=true") == []
        by(Actor(teacher.id, "Asha Sharma", "admin"), featured.feature, course.id, stored(course)["revision"])
        assert len(titles(world, "featured=true")) == 1

    def test_an_author_cannot_put_a_course_there(self, world: World, teacher: Person) -> None:
        course = world.course(teacher)
        answer = world.put(f"/courses/editCourse/{course.id}", {"featuredAt": "2026-01-01T00:00:00Z"}, by=teacher)
        assert refused(answer) == (400, "validation_failed")


class TestCategories:
    @pytest.fixture
    def shelf(self, world: World) -> ObjectId:
        created: ObjectId = shelves.create(CategoryIn(name="Sailing", description="Wind."))["id"]
        return created

    def test_are_created_renamed_and_described(self, world: World, shelf: ObjectId) -> None:
        assert len(world.get("/courses/showAllCategories").json["data"]) == 1
        shelves.change(shelf, CategoryIn(name="Boats", description="Wind."), 0)
        [shown] = world.get("/courses/showAllCategories").json["data"]
        assert shown == {"id": str(shelf), "name": "Boats", "description": "Wind."}
        changed, created = audit_log.history("categories", shelf)
        assert (created["action"], created["after"]) == (
            "category.create",
            {"name": "Sailing", "description": "Wind."},
        )
        assert (changed["action"], changed["before"], changed["after"]) == (
            "category.change",
            {"name": "Sailing"},
            {"name": "Boats"},
        )

    def test_are_not_changed_or_deleted_by_who_saw_an_older_one(self, world: World, shelf: ObjectId) -> None:
        shelves.change(shelf, CategoryIn(name="Boats"), 0)
        with pytest.raises(ChangedMeanwhile):
            shelves.change(shelf, CategoryIn(name="Ships"), 0)
        with pytest.raises(ChangedMeanwhile):
            shelves.delete_category(shelf, 0)
        assert [card["name"] for card in categories.cards()] == ["Boats"]

    def test_have_names_of_their_own(self, world: World, shelf: ObjectId) -> None:
        other = shelves.create(CategoryIn(name="Rope"))["id"]
        with pytest.raises(CategoryExists):
            shelves.change(other, CategoryIn(name="SAILING"), 0)
        with pytest.raises(CategoryExists):
            shelves.create(CategoryIn(name="rope"))
        assert [card["name"] for card in categories.cards()] == ["Rope", "Sailing"]

    def test_are_deleted_only_when_no_course_is_in_them(self, world: World, teacher: Person, shelf: ObjectId) -> None:
        course = world.draft(teacher, category=shelf)
        courses.update({"_id": course.id}, {"$set": {"deletedAt": now()}})
        with pytest.raises(CategoryInUse):
            shelves.delete_category(shelf, 0)
        courses.delete_many({})
        assert len(world.get("/courses/showAllCategories").json["data"]) == 1
        shelves.delete_category(shelf, 0)
        assert world.get("/courses/showAllCategories").json["data"] == []
        answer = world.post("/courses/createCourse", {"title": "Knots", "category": str(shelf)}, by=teacher)
        assert refused(answer) == (404, "category_not_found")

    def test_come_back_with_their_name_which_was_kept_for_them(self, world: World, shelf: ObjectId) -> None:
        shelves.delete_category(shelf, 0)
        with pytest.raises(CategoryExists):
            shelves.create(CategoryIn(name="Sailing"))
        assert world.get("/courses/showAllCategories").json["data"] == []
        moment = categories.raw.find_one({"_id": shelf})["deletedAt"]  # type: ignore[index]
        shelves.restore(shelf)
        assert len(world.get("/courses/showAllCategories").json["data"]) == 1
        restored, removed, _ = audit_log.history("categories", shelf)
        assert (removed["before"], removed["after"]) == ({"deletedAt": None}, {"deletedAt": moment})
        assert (restored["before"], restored["after"]) == ({"deletedAt": moment}, {"deletedAt": None})
        with pytest.raises(CategoryNotFound):
            shelves.restore(shelf)

    def test_never_lose_a_course_that_comes_at_the_moment_of_deletion(
        self, world: World, teacher: Person, shelf: ObjectId
    ) -> None:
        for number in range(8):
            own = shelves.create(CategoryIn(name=f"Shelf {number}"))["id"]
            body = {"title": "Knots", "category": str(own)}

            def remove(category: ObjectId = own) -> bool:
                with world.app.app_context():
                    try:
                        shelves.delete_category(category, 0)
                    except CategoryInUse:
                        return False
                    return True

            def create(body: dict[str, str] = body) -> bool:
                return world.post("/courses/createCourse", body, by=teacher).status_code == 201

            removed, created = at_once([remove, create])
            assert removed != created
            assert courses.count({"category": own}) == created


class TestTags:
    @pytest.fixture
    def course(self, world: World, teacher: Person) -> MadeCourse:
        made = world.draft(teacher, title="Knots", tags=["pyhton", "rope", "python"])
        tags.keep(["pyhton", "rope", "python"])
        world.post(f"/courses/submitCourse/{made.id}", by=teacher)
        moderation.approve(made.id, seen=None)
        return made

    def test_a_renamed_tag_is_renamed_everywhere_and_counts_as_no_edit(self, world: World, course: MadeCourse) -> None:
        revision = stored(course)["revision"]
        assert titles(world, "tag=rope") == ["Knots"]
        assert words.rename("rope", "$ropes") == 1
        assert stored(course)["tags"] == ["pyhton", "$ropes", "python"]
        assert titles(world, "tag=$ropes") == ["Knots"]
        assert titles(world, "q=ropes") == titles(world, "q=roping+knot") == ["Knots"]
        assert stored(course)["tagText"] == searchable("", "", stored(course)["tags"])["tagText"]
        assert titles(world, "tag=rope") == []
        approval = course_approvals.get({"_id": course.id})
        assert approval is not None
        assert approval["fields"]["tags"] == stored(course)["tags"]
        assert "changedAt" not in stored(course)
        assert stored(course)["revision"] == revision + 1
        [row] = audit_log.history("tags", "rope")
        assert (row["action"], row["after"]) == ("tag.rename", {"tag": "$ropes", "courses": 1})

    def test_a_merged_tag_stands_once(self, world: World, course: MadeCourse) -> None:
        assert words.merge("pyhton", "python") == 1
        assert stored(course)["tags"] == ["python", "rope"]
        assert stored(course)["tagText"] == ["python", "rope"]
        assert tags.get({"_id": "pyhton"}) is None

    def test_a_tag_that_is_spelt_like_another_keeps_that_ones_courses(self, world: World, teacher: Person) -> None:
        """What tags are compared by is one and the same for both; only one of them goes."""
        made = world.course(teacher, title="Cafés", tags=["café", "cafe", "tea"])
        tags.keep(["café", "cafe", "tea"])
        words.rename("café", "coffee")
        assert stored(made)["tags"] == ["coffee", "cafe", "tea"]
        assert stored(made)["tagKeys"] == ["coffee", "cafe", "tea"]
        assert titles(world, "tag=CAFÉ") == titles(world, "tag=Coffee") == ["Cafés"]
        words.merge("coffee", "tea")
        assert stored(made)["tagKeys"] == searchable("", "", stored(made)["tags"])["tagKeys"] == ["tea", "cafe"]
        assert titles(world, "tag=coffee") == []

    def test_a_tag_tells_what_became_it(self, world: World, course: MadeCourse) -> None:
        words.merge("pyhton", "python")
        words.rename("python", "snakes")
        for word, expected in (
            ("snakes", [("tag.rename", "python")]),
            ("rope", []),
        ):
            assert [(row["action"], row["before"]["tag"]) for row in words.tag_file(word)["history"]] == expected
        tags.keep(["python"])
        assert [row["action"] for row in words.tag_file("python")["history"]] == ["tag.rename", "tag.merge"]

    def test_a_tag_is_renamed_to_a_new_word_and_merged_into_a_known_one(self, world: World, course: MadeCourse) -> None:
        with pytest.raises(TagExists):
            words.rename("pyhton", "python")
        for into in ("ruby", "pyhton"):
            with pytest.raises(TagNotFound):
                words.merge("pyhton", into)
        with pytest.raises(TagNotFound):
            words.rename("ruby", "rust")
        assert stored(course)["tags"] == ["pyhton", "rope", "python"]

    def test_only_what_no_course_carries_is_deleted_and_comes_back(self, world: World, course: MadeCourse) -> None:
        courses.update({"_id": course.id}, {"$set": {"deletedAt": now()}})
        with pytest.raises(TagInUse):
            words.delete_tag("rope")
        assert tags.get({"_id": "rope"})
        tags.keep(["unused"])
        words.delete_tag("unused")
        assert tags.get({"_id": "unused"}) is None
        moment = tags.raw.find_one({"_id": "unused"})["deletedAt"]  # type: ignore[index]
        words.restore("unused")
        restored, removed = audit_log.history("tags", "unused")
        assert (removed["before"], removed["after"]) == ({"deletedAt": None}, {"deletedAt": moment})
        assert (restored["before"], restored["after"]) == ({"deletedAt": moment}, {"deletedAt": None})
        assert tags.get({"_id": "unused"})
        with pytest.raises(TagNotFound):
            words.restore("unused")

    def test_a_deleted_tag_is_back_when_an_author_uses_it(self, world: World, teacher: Person) -> None:
        tags.keep(["knots"])
        words.delete_tag("knots")
        world.post("/courses/createCourse", {"title": "Knots", "tags": ["knots"]}, by=teacher)
        assert tags.get({"_id": "knots"})


class TestDeleted:
    def test_is_listed_with_who_and_until_when(self, world: World, teacher: Person) -> None:
        course = world.draft(teacher, title="Knots")
        world.delete(f"/courses/deleteCourse/{course.id}", by=teacher)
        assert deleted.counts() == {**dict.fromkeys(deleted.KINDS, 0), "courses": 1, "sections": 1, "lessons": 1}
        moment = stored(course)["deletedAt"]
        [row] = deleted.page("courses", 1, 20).items
        assert (row["id"], row["label"], row["by"], row["deletedAt"]) == (course.id, "Knots", "Asha Sharma", moment)
        assert row["endsAt"] == moment + deleted.DELETED_KEPT
        [lesson] = deleted.page("lessons", 1, 20).items
        assert (lesson["label"], lesson["course"]) == ("A lesson", "Knots")

    def test_names_everything_that_can_be_deleted(self, world: World, teacher: Person) -> None:
        course, person = world.course(teacher), world.person(firstName="Rohan")
        world.enroll(person, course)
        body = {"courseId": str(course.id), "rating": 2, "review": "Meh."}
        review = world.post("/courses/createRating", body, by=person).json["data"]["id"]
        world.post(f"/courses/reviews/{review}/report", {"reason": "Rude"}, by=teacher)
        world.delete(f"/courses/reviews/{review}", by=person)
        shelf = shelves.create(CategoryIn(name="Sailing"))["id"]
        shelves.delete_category(shelf, 0)
        tags.keep(["unused"])
        words.delete_tag("unused")
        users.update({"_id": person.id}, {"$set": {"deletedAt": now(), "deletedBy": person.id}})
        shown = {kind: [row["label"] for row in deleted.page(kind, 1, 20).items] for kind in deleted.KINDS}
        assert shown == {
            "courses": [],
            "sections": [],
            "lessons": [],
            "reviews": ["2 ★ Meh."],
            "accounts": ["Rohan Sharma"],
            "categories": ["Sailing"],
            "tags": ["unused"],
        }
        assert deleted.page("reviews", 1, 20).items[0]["openReports"] == 1
        assert person.email not in str([deleted.page(kind, 1, 20) for kind in deleted.KINDS])

    def test_ends_thirty_days_later(self, world: World, teacher: Person) -> None:
        self.test_names_everything_that_can_be_deleted(world, teacher)
        long_ago = {"$set": {"deletedAt": now() - deleted.DELETED_KEPT}}
        for collection in (reviews, categories, tags):
            collection.raw.update_many({"deletedAt": {"$exists": True}}, long_ago)
        purge_deleted()
        assert {name: count for name, count in deleted.counts().items() if count} == {"accounts": 1}

    def test_a_course_comes_back_whole_by_staff_too(self, world: World, teacher: Person) -> None:
        course = world.draft(teacher, status="published", title="Knots")
        world.delete(f"/courses/deleteCourse/{course.id}", by=teacher)
        assert titles(world) == []
        featured.restore(course.id, stored(course)["deletedAt"])
        assert titles(world) == ["Knots"]
        assert (sections.count({}), subsections.count({}), courses.count({})) == (1, 1, 1)
        assert audit_log.history("courses", course.id)[0]["action"] == "course.restore"
        with pytest.raises(CourseNotDeleted):
            featured.restore(course.id, now())
        with pytest.raises(CourseNotFound):
            featured.restore(ObjectId(), now())

    def test_a_course_deleted_again_meanwhile_is_looked_at_again(self, world: World, teacher: Person) -> None:
        course = world.draft(teacher)
        for _ in range(2):
            world.delete(f"/courses/deleteCourse/{course.id}", by=teacher)
            first = stored(course)["deletedAt"]
            world.post(f"/courses/restoreCourse/{course.id}", by=teacher)
        world.delete(f"/courses/deleteCourse/{course.id}", by=teacher)
        with pytest.raises(ChangedMeanwhile):
            featured.restore(course.id, first)


class TestPreviews:
    def test_staff_are_led_to_any_lesson_that_has_a_video(self, world: World, teacher: Person) -> None:
        course = world.draft(teacher)
        lesson = course.lessons[0].id
        assert "demo" in playbacks.show_to_staff(lesson, None).address
        subsections.update({"_id": lesson}, {"$set": {"videoPublicId": None}})
        for absent in (lesson, ObjectId()):
            with pytest.raises(LessonNotFound):
                playbacks.show_to_staff(absent, None)
