from typing import Any
from urllib.parse import quote

import pytest
from bson import ObjectId

from lms.admin.formats import NOTHING
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.catalogue.categories import categories
from lms.models.catalogue.courses import courses
from lms.models.catalogue.tags import Tag, tags
from lms.models.system.audit_log import audit_log
from tests.admin.moderation.test_waiting_courses import seen_on
from tests.documents import whole
from tests.staff import Browser, notices, rows, soup, staff
from tests.world import MadeCourse, Person, World


@pytest.fixture
def teacher(world: World) -> Person:
    return world.person("instructor", firstName="Asha")


def stored(course: MadeCourse) -> dict[str, Any]:
    found: dict[str, Any] | None = courses.raw.find_one({"_id": course.id})
    assert found is not None
    return found


def act(moderator: Browser, page: str, action: str, **typed: str) -> list[str]:
    """What the next page says after that action was chosen on this one."""
    return notices(moderator.act(f"{page}/{action}", {**seen_on(moderator.page(page), action), **typed}))


def tidy(moderator: Browser, word: str, action: str, tag: str | None = None) -> list[str]:
    """What is said after an action was chosen on the page of a tag."""
    return notices(moderator.act(f"/admin/tags/word/{action}?word={quote(word)}", {"tag": tag} if tag else {}))


class TestCourses:
    def test_are_found_by_state_category_author_and_title(
        self, world: World, teacher: Person, moderator: Browser
    ) -> None:
        shelf = world.category("Sailing")
        world.course(teacher, title="Knots", category=shelf)
        world.course(world.person("instructor", firstName="Ravi"), title="Bends")
        world.draft(teacher, title="Hitches")
        deleted = world.draft(teacher, title="Gone")
        courses.update({"_id": deleted.id}, {"$set": {"deletedAt": now()}})
        for query, expected in (
            ("", {"Knots", "Bends", "Hitches"}),
            ("?flt0_status=draft", {"Hitches"}),
            (f"?flt0_category={shelf}", {"Knots"}),
            ("?flt0_author=asha+shar", {"Knots", "Hitches"}),
            ("?flt0_author=nobody", set()),
            ("?search=ENDS", {"Bends"}),
            ("?search=(", set()),
            ("?flt0_featuredAt=yes", set()),
            ("?flt0_author=asha&flt0_status=published&search=knots", {"Knots"}),
        ):
            assert {row[0] for row in rows(moderator.page(f"/admin/courses/{query}"))} == expected, query

    def test_are_archived_with_a_reason_and_published_again(
        self, world: World, teacher: Person, moderator: Browser
    ) -> None:
        course = world.draft(teacher, status="published", title="Knots")
        page = f"/admin/courses/{course.id}"
        assert act(moderator, page, "archive", reason="Out of date.") == ["The course is archived."]
        assert (stored(course)["status"], world.get("/courses/").json["data"]) == ("archived", [])
        assert audit_log.history("courses", course.id)[0]["reason"] == "Out of date."
        act(moderator, page, "unarchive")
        assert len(world.get("/courses/").json["data"]) == 1

    def test_are_handed_over_to_another_author(self, world: World, teacher: Person, moderator: Browser) -> None:
        course, heir = world.draft(teacher, status="published"), world.person("instructor", email="heir@example.com")
        page = f"/admin/courses/{course.id}"
        form = seen_on(moderator.page(page), "hand-over")
        answer = moderator.post(f"{page}/hand-over", {**form, "email": teacher.email, "reason": "They agreed."})
        assert answer.status_code == 409
        said = act(moderator, page, "hand-over", email=heir.email, reason="They agreed.")
        assert said == ["The course has another author, and both are told so."]
        assert stored(course)["instructor"] == heir.id

    def test_are_put_on_the_front_and_taken_off(self, world: World, teacher: Person, moderator: Browser) -> None:
        course = world.course(teacher, title="Knots")
        page = f"/admin/courses/{course.id}"
        act(moderator, page, "feature")
        front = world.get("/courses/getAllCourses?featured=true").json["data"]
        assert [card["title"] for card in front] == ["Knots"]
        assert [row[0] for row in rows(moderator.page("/admin/courses/?flt0_featuredAt=yes"))] == ["Knots"]
        act(moderator, page, "unfeature")
        assert world.get("/courses/getAllCourses?featured=true").json["data"] == []

    def test_changed_meanwhile_are_looked_at_first(self, world: World, teacher: Person, moderator: Browser) -> None:
        course = world.draft(teacher, status="published")
        page = f"/admin/courses/{course.id}"
        form = seen_on(moderator.page(page), "archive")
        world.put(f"/courses/editCourse/{course.id}", {"title": "Other"}, by=teacher)
        assert moderator.post(f"{page}/archive", {**form, "reason": "Old."}).status_code == 409
        assert moderator.post(f"{page}/feature", form).status_code == 409
        assert stored(course)["status"] == "published"


class TestCategories:
    def test_are_made_changed_and_deleted_when_unused(self, world: World, teacher: Person, moderator: Browser) -> None:
        page = moderator.act("/admin/categories/new", {"name": "Sailing", "description": "Wind.\r\nWaves."})
        assert notices(page) == ["The category is made."]
        [card] = categories.cards()
        assert (categories.raw.find_one({"_id": card["id"]}) or {})["description"] == "Wind.\nWaves."
        address = f"/admin/categories/{card['id']}"
        act(moderator, address, "change", name="Boats", description="")
        stored_fields = {"_id", "name", "description", "createdAt", "revision"}
        assert set(categories.raw.find_one({"_id": card["id"]}) or {}) == stored_fields
        told = audit_log.history("categories", card["id"])[0]
        assert told["after"] == {"name": "Boats", "description": ""}
        course = world.draft(teacher, category=card["id"])
        assert rows(moderator.page("/admin/categories/"))[0][:3] == ["Boats", NOTHING, "1"]
        assert moderator.post(f"{address}/delete", {"seen": "1"}).status_code == 409
        assert not moderator.page(address).select("button.danger")
        courses.delete({"_id": course.id})
        act(moderator, address, "delete")
        assert rows(moderator.page("/admin/categories/")) == []

    def test_of_two_who_change_one_the_second_is_told(self, world: World, moderator: Browser) -> None:
        shelf = world.category("Sailing")
        address = f"/admin/categories/{shelf}"
        form = seen_on(moderator.page(address), "change")
        act(staff(world), address, "change", name="Boats")
        answer = moderator.post(f"{address}/change", {**form, "name": "Ships", "description": "Of the sea."})
        assert answer.status_code == 409
        assert "Of the sea." in answer.text
        assert categories.card(shelf)["name"] == "Boats"

    def test_a_name_that_is_taken_is_refused_where_it_was_typed(self, world: World, moderator: Browser) -> None:
        world.category("Sailing")
        answer = moderator.post("/admin/categories/new", {"name": "sailing"})
        assert answer.status_code == 409
        assert "already a category with this name" in notices(soup(answer))[0]
        [field] = soup(answer).select("[name=name]")
        assert field["value"] == "sailing"


class TestTags:
    @pytest.fixture
    def course(self, world: World, teacher: Person) -> MadeCourse:
        tags.keep(["ci/cd", "rope", "unused"])
        return world.course(teacher, tags=["ci/cd", "rope"])

    def test_are_listed_with_how_many_courses_carry_them(self, course: MadeCourse, moderator: Browser) -> None:
        assert [row[:2] for row in rows(moderator.page("/admin/tags/"))] == [
            ["ci/cd", "1"],
            ["rope", "1"],
            ["unused", "0"],
        ]
        assert [row[0] for row in rows(moderator.page("/admin/tags/?search=I%2F"))] == ["ci/cd"]

    def test_are_renamed_merged_and_deleted(self, course: MadeCourse, moderator: Browser) -> None:
        link = moderator.page("/admin/tags/").select("tbody a")[0]
        assert "1 course carries it" in moderator.page(str(link["href"])).get_text()
        assert tidy(moderator, "ci/cd", "rename", " Delivery ") == ["The tag has another name on 1 course."]
        assert stored(course)["tags"] == ["delivery", "rope"]
        tidy(moderator, "delivery", "merge", "rope")
        assert stored(course)["tags"] == ["rope"]
        assert [row[2] for row in rows(moderator.page("/admin/tags/word?word=rope"))] == ["tag.merge"]
        assert moderator.post("/admin/tags/word/delete?word=rope").status_code == 409
        tidy(moderator, "unused", "delete")
        assert [row[0] for row in rows(moderator.page("/admin/tags/"))] == ["rope"]

    @pytest.mark.parametrize("word", ["export.csv", "..", "/lead", "x/../y", "a?b#c", "ci/cd"])
    def test_any_word_has_a_page(self, world: World, moderator: Browser, word: str) -> None:
        tags.keep([word])
        [link] = moderator.page("/admin/tags/").select("tbody a")
        heading = moderator.page(str(link["href"])).h1
        assert heading is not None
        assert heading.get_text() == word

    def test_a_tag_that_another_has_renamed_is_gone(self, world: World, course: MadeCourse, moderator: Browser) -> None:
        tidy(staff(world), "rope", "rename", "line")
        assert moderator.post("/admin/tags/word/rename?word=rope", {"tag": "cord"}).status_code == 404
        assert stored(course)["tags"] == ["ci/cd", "line"]


class TestDeleted:
    def test_courses_come_back_whole(self, world: World, teacher: Person, moderator: Browser) -> None:
        course = world.draft(teacher, title="Knots")
        world.delete(f"/courses/deleteCourse/{course.id}", by=teacher)
        page = moderator.page("/admin/deleted/")
        assert rows(page)[0][:4] == ["Knots", "a moment ago", "Asha Sharma", "in 29 days"]
        assert rows(moderator.page("/admin/deleted/?kind=lessons"))[0][:2] == ["A lesson", "Knots"]
        form = seen_on(page, "restore")
        moderator.act(f"/admin/deleted/courses/{course.id}/restore", form)
        assert "deletedAt" not in stored(course)
        assert rows(moderator.page("/admin/deleted/?kind=lessons")) == []
        answer = moderator.post(f"/admin/deleted/courses/{course.id}/restore", form)
        assert answer.status_code == 409
        assert "The course is not deleted." in notices(soup(answer))[0]

    def test_categories_and_tags_come_back(self, world: World, moderator: Browser) -> None:
        shelf = world.category("Sailing")
        tags.keep(["rope"])
        act(moderator, f"/admin/categories/{shelf}", "delete")
        tidy(moderator, "rope", "delete")
        for kind in ("categories", "tags"):
            page = moderator.page(f"/admin/deleted/?kind={kind}")
            [form] = [each for each in page.select("main form") if str(each["action"]).endswith("/restore")]
            moderator.act(str(form["action"]), seen_on(page, "restore"))
        assert (len(categories.cards()), tags.count({})) == (1, 1)

    @pytest.mark.parametrize(
        "query", ["?kind=nothing", "?page=x", "?page=-1", "?page=0", "?page=99999999999999", "?kind=tags&page=²"]
    )
    def test_strange_addresses_are_ordinary_pages(self, moderator: Browser, query: str) -> None:
        assert moderator.get(f"/admin/deleted/{query}").status_code == 200

    def test_accounts_are_no_business_of_moderators(self, world: World, moderator: Browser) -> None:
        person = world.person(firstName="Rohan")
        users.update({"_id": person.id}, {"$set": {"deletedAt": now(), "deletedBy": person.id}})
        answer = moderator.get("/admin/deleted/?kind=accounts")
        assert (answer.status_code, "Rohan" in answer.text) == (403, False)
        assert "Accounts" not in moderator.page("/admin/deleted/").get_text()

    def test_accounts_are_shown_without_their_addresses(self, world: World) -> None:
        person = world.person(firstName="Rohan")
        users.update({"_id": person.id}, {"$set": {"deletedAt": now(), "deletedBy": person.id}})
        page = staff(world).page("/admin/deleted/?kind=accounts")
        assert rows(page)[0][0] == "Rohan Sharma"
        assert person.email not in str(page)

    def test_many_are_paged(self, world: World, teacher: Person, moderator: Browser) -> None:
        tags.insert_many(whole(Tag, _id=f"t{number}", deletedAt=now()) for number in range(51))
        page = moderator.page("/admin/deleted/?kind=tags")
        assert len(rows(page)) == 50
        [link] = page.select(".pager a")
        assert len(rows(moderator.page(str(link["href"])))) == 1


def test_nothing_strange_is_found_in_a_page_of_a_course_that_lacks_everything(
    world: World, teacher: Person, moderator: Browser
) -> None:
    draft = world.post("/courses/createCourse", {"title": "Knots"}, by=teacher).json["data"]["id"]
    users.erase(teacher.id)
    users.raw.delete_one({"_id": teacher.id})
    for address in (f"/admin/courses/{draft}", f"/admin/waiting-courses/{draft}", f"/admin/changed-courses/{draft}"):
        assert "There are no lessons yet." in moderator.page(address).get_text()
    assert moderator.get(f"/admin/courses/{ObjectId()}").status_code == 404
