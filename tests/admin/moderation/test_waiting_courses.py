from typing import Any

import pytest
from bs4 import BeautifulSoup
from bson import ObjectId

from lms.admin.formats import NOTHING
from lms.controllers.moderation import courses as moderation
from lms.models.authoring.subsections import subsections
from lms.models.catalogue.courses import courses
from lms.models.system.audit_log import audit_log
from tests.sandbox.media import VIDEO
from tests.services.authoring.files import PDF
from tests.staff import Browser, notices, rows, soup, staff
from tests.uploads import Store, http, put_file
from tests.world import MadeCourse, Person, World, refused, served

REASON = "Sound is missing in lesson 2."


@pytest.fixture
def teacher(world: World) -> Person:
    return world.person("instructor", firstName="Asha")


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    """A course in review."""
    return submitted(world, teacher)


def submitted(world: World, teacher: Person, title: str = "Knots") -> MadeCourse:
    made = world.draft(teacher, lessons=2, title=title, amount=49900, description="<p>All <b>knots</b>.</p>")
    assert world.post(f"/courses/submitCourse/{made.id}", by=teacher).status_code == 200
    return made


def published(world: World, teacher: Person, title: str = "Knots") -> MadeCourse:
    made = submitted(world, teacher, title)
    moderation.approve(made.id, seen=None)
    return made


def stored(course: MadeCourse) -> dict[str, Any]:
    found: dict[str, Any] | None = courses.raw.find_one({"_id": course.id})
    assert found is not None
    return found


def seen_on(page: BeautifulSoup, action: str) -> dict[str, str]:
    """The hidden fields of the page's form for that action, as a browser would send them."""
    [form] = [each for each in page.select("main form") if str(each["action"]).endswith(f"/{action}")]
    return {str(each["name"]): str(each["value"]) for each in form.select("input[type=hidden]")}


def test_staff_are_led_to_a_video_that_is_elsewhere(world: World, moderator: Browser, course: MadeCourse) -> None:
    first, second = (lesson.id for lesson in course.lessons)
    elsewhere = {"videoPublicId": None, "videoUrl": "https://videos.example.com/one.mp4?key=secret"}
    subsections.edit(first, {**elsewhere, "duration": 0})
    subsections.edit(second, elsewhere)
    page = moderator.page(f"/admin/courses/{course.id}")
    unmeasured, measured = page.select("details.lesson")
    assert "Its video is at videos.example.com, not at our media store. Its length" in unmeasured.get_text()
    assert "Its length" not in measured.get_text()
    assert "secret" not in str(page)
    answer = moderator.get(str(measured.select_one("a")["href"]))  # type: ignore[index]
    assert (answer.status_code, answer.headers["Location"]) == (302, elsewhere["videoUrl"])


def test_staff_read_and_save_what_lessons_of_other_kinds_hold(
    world: World, moderator: Browser, teacher: Person, store: Store
) -> None:
    made = world.draft(teacher, lessons=0, title="Knots")
    file = put_file(world, teacher, PDF)
    lessons = (
        {"title": "Reading", "kind": "text", "text": "<p>Over &lt;b&gt; <b>under</b>.</p>", "required": False},
        {"title": "Page", "kind": "embed", "embedUrl": "https://docs.google.com/x"},
        {"title": "Sheet", "kind": "file", "filePublicId": file},
    )
    for body in lessons:
        assert world.post(f"/courses/addSubsection/{made.section}", body, by=teacher).status_code == 201
    subsections.raw.update_one({"title": "Page"}, {"$set": {"embedUrl": None}})
    page = moderator.page(f"/admin/courses/{made.id}")
    reading, empty, sheet = page.select("details.lesson")
    assert "Over <b> under." in reading.get_text()
    assert "text · 0:02 · optional" in reading.get_text()
    assert "Name the page that “Page” shows." in empty.get_text()
    answer = moderator.get(str(sheet.select_one("a")["href"]))  # type: ignore[index]
    assert answer.status_code == 302
    assert http.request("GET", answer.headers["Location"]).data == PDF
    for lesson in (ObjectId(), made.section):
        assert moderator.get(f"/admin/courses/lessons/{lesson}/file").status_code == 404


def ticks(page: BeautifulSoup) -> list[str]:
    return [str(each["value"]) for each in page.select("input[name=id]")]


def count_in_navigation(page: BeautifulSoup, name: str) -> int:
    [link] = [each for each in page.select("nav a") if each.get_text(" ").startswith(name)]
    count = link.select_one(".count")
    return int(count.get_text(" ").split()[0]) if count else 0


class TestReview:
    def test_the_longest_waiting_comes_first_with_its_age(
        self, world: World, teacher: Person, moderator: Browser
    ) -> None:
        for days, title in ((2, "B"), (3, "A"), (1, "C")):
            made = submitted(world, teacher, title)
            earlier = {"$subtract": ["$submittedAt", days * 86_400_000]}
            courses.update({"_id": made.id}, [{"$set": {"submittedAt": earlier}}])
        page = moderator.page("/admin/waiting-courses/")
        assert [(row[1], row[2], row[5]) for row in rows(page)] == [
            ("A", "Asha Sharma", "3 days ago"),
            ("B", "Asha Sharma", "2 days ago"),
            ("C", "Asha Sharma", "1 day ago"),
        ]
        assert count_in_navigation(page, "Waiting courses") == 3

    def test_every_lesson_plays_when_it_is_opened_and_not_before(
        self, world: World, course: MadeCourse, moderator: Browser
    ) -> None:
        page = moderator.page(f"/admin/waiting-courses/{course.id}")
        videos = page.select("video")
        assert [(each["preload"], each.has_attr("controls")) for each in videos] == [("none", True)] * 2
        assert "/sandbox/" not in str(videos)
        for video in videos:
            answer = moderator.get(str(video["src"]))
            assert answer.status_code == 302
            assert "/sandbox/cloudinary/" in answer.location

    def test_a_lesson_plays_part_by_part(self, world: World, course: MadeCourse, moderator: Browser) -> None:
        address = f"/admin/courses/lessons/{course.lessons[1].id}/video"
        with served(world.app):
            for first in (0, 100_000):
                part = moderator.get(address, headers={"Range": f"bytes={first}-"})
                assert (part.status_code, part.data) == (206, VIDEO[first:])
            assert moderator.get(address, headers={"Range": f"bytes={len(VIDEO)}-"}).status_code == 416

    def test_a_moderator_plays_them_without_any_right_in_the_api(
        self, world: World, course: MadeCourse, moderator: Browser
    ) -> None:
        lesson = course.lessons[1].id
        assert moderator.person is not None
        answer = world.get(f"/courses/playback/{lesson}", by=moderator.person)
        assert refused(answer) == (404, "course_not_found")
        address = f"/admin/courses/lessons/{lesson}/video"
        assert moderator.get(address).status_code == 302
        assert staff(world, "support").get(address).status_code == 403
        subsections.update({"_id": lesson}, {"$set": {"videoPublicId": None}})
        assert moderator.get(address).status_code == 404

    def test_what_the_author_wrote_is_shown_as_text_of_the_page(
        self, world: World, course: MadeCourse, moderator: Browser
    ) -> None:
        courses.update(
            {"_id": course.id}, {"$set": {"title": "<i>Knots</i>", "description": "<script>x</script><b>B</b>"}}
        )
        page = moderator.page(f"/admin/waiting-courses/{course.id}")
        assert "<i>Knots</i>" in page.get_text()
        [prose] = page.select(".prose")
        assert prose.decode_contents() == "&lt;script&gt;x&lt;/script&gt;<b>B</b>"

    def test_approving_publishes_and_leads_back_to_the_queue(
        self, world: World, teacher: Person, course: MadeCourse, moderator: Browser
    ) -> None:
        page = moderator.page(f"/admin/waiting-courses/{course.id}")
        after = moderator.act(f"/admin/waiting-courses/{course.id}/approve", seen_on(page, "approve"))
        assert notices(after) == ["The course is published, and its author is told so."]
        assert "Nothing waits for a decision." in after.get_text()
        assert len(world.get("/courses/").json["data"]) == 1
        world.run_jobs()
        assert len(world.inbox.to(teacher.email)) == 1
        row = audit_log.history("courses", course.id)[0]
        assert moderator.person is not None
        assert (row["actor"], row["actorRole"], row["address"]) == (moderator.person.id, "moderator", moderator.address)

    def test_rejecting_wants_a_reason_which_is_mailed(
        self, world: World, teacher: Person, course: MadeCourse, moderator: Browser
    ) -> None:
        form = seen_on(moderator.page(f"/admin/waiting-courses/{course.id}"), "reject")
        answer = moderator.post(f"/admin/waiting-courses/{course.id}/reject", {**form, "reason": " "})
        assert answer.status_code == 400
        assert stored(course)["status"] == "in_review"
        moderator.act(f"/admin/waiting-courses/{course.id}/reject", {**form, "reason": REASON})
        assert stored(course)["status"] == "draft"
        world.run_jobs()
        assert REASON in world.inbox.to(teacher.email)[0].text

    def test_what_the_author_changed_meanwhile_is_looked_at_first_and_nothing_typed_is_lost(
        self, world: World, teacher: Person, course: MadeCourse, moderator: Browser
    ) -> None:
        form = seen_on(moderator.page(f"/admin/waiting-courses/{course.id}"), "reject")
        world.put(f"/courses/updateSection/{course.section}", {"sectionName": "Other"}, by=teacher)
        answer = moderator.post(f"/admin/waiting-courses/{course.id}/reject", {**form, "reason": REASON})
        shown = soup(answer)
        assert answer.status_code == 409
        assert "Somebody has changed this meanwhile" in notices(shown)[0]
        assert REASON in shown.get_text()
        assert "Other" in shown.get_text()
        assert stored(course)["status"] == "in_review"
        moderator.act(f"/admin/waiting-courses/{course.id}/approve", seen_on(shown, "approve"))
        assert stored(course)["status"] == "published"

    def test_a_course_that_was_decided_on_says_so(self, course: MadeCourse, moderator: Browser) -> None:
        form = seen_on(moderator.page(f"/admin/waiting-courses/{course.id}"), "approve")
        moderation.reject(course.id, REASON, seen=None)
        answer = moderator.post(f"/admin/waiting-courses/{course.id}/approve", form)
        assert answer.status_code == 409
        assert "It is not in review." in answer.text

    def test_several_are_approved_each_alone_and_the_page_says_which_were_not(
        self, world: World, teacher: Person, moderator: Browser
    ) -> None:
        good, edited = submitted(world, teacher, "Good"), submitted(world, teacher, "Edited")
        ids = ticks(moderator.page("/admin/waiting-courses/"))
        world.put(f"/courses/editCourse/{edited.id}", {"level": "advanced"}, by=teacher)
        after = moderator.act("/admin/waiting-courses/approve", {"id": ids})
        done, left = notices(after)
        assert done == "Published: Good."
        assert left.startswith("“Edited” is as it was. Somebody has changed this meanwhile.")
        assert [stored(each)["status"] for each in (good, edited)] == ["published", "in_review"]

    def test_several_are_rejected_for_one_reason(self, world: World, teacher: Person, moderator: Browser) -> None:
        made = [submitted(world, teacher, title) for title in ("A", "B")]
        ids = ticks(moderator.page("/admin/waiting-courses/"))
        assert moderator.post("/admin/waiting-courses/reject", {"id": ids}).status_code == 400
        assert moderator.post("/admin/waiting-courses/reject", {"reason": REASON}).status_code == 400
        unknown = {"id": ["x", "y:1"], "reason": REASON}
        assert moderator.post("/admin/waiting-courses/reject", unknown).status_code == 400
        moderator.act("/admin/waiting-courses/reject", {"id": ids, "reason": REASON})
        assert [stored(each)["rejection"]["reason"] for each in made] == [REASON] * 2


class TestChanged:
    @pytest.fixture
    def changed(self, world: World, teacher: Person) -> MadeCourse:
        made = published(world, teacher)
        lesson = made.lessons[0].id
        world.put(f"/courses/editCourse/{made.id}", {"price": 599, "title": "Bends"}, by=teacher)
        world.put(f"/courses/updateSubsection/{lesson}", {"videoPublicId": world.video(teacher)}, by=teacher)
        world.delete(f"/courses/deleteSubsection/{made.lessons[1].id}", by=teacher)
        return made

    def test_the_page_tells_what_is_different(self, changed: MadeCourse, moderator: Browser) -> None:
        listed = moderator.page("/admin/changed-courses/")
        assert [row[1] for row in rows(listed)] == ["Bends"]
        assert count_in_navigation(listed, "Changed after approval") == 1
        told = {row[0]: row[1:] for row in rows(moderator.page(f"/admin/changed-courses/{changed.id}"))}
        assert told["Title"] == ["changed", "Knots", "Bends"]
        assert told["Price"] == ["changed", "₹499.00", "₹599.00"]
        assert told["Lesson “A lesson”"] == ["removed", "Beginning, 2", NOTHING]
        assert told["Lesson “A lesson”: video"] == ["changed", "the approved one", "another one"]
        assert told["Lesson “A lesson”: length"] == ["changed", "1:00", "1:35"]

    def test_accepting_it_ends_the_waiting(self, changed: MadeCourse, moderator: Browser) -> None:
        form = seen_on(moderator.page(f"/admin/changed-courses/{changed.id}"), "accept")
        after = moderator.act(f"/admin/changed-courses/{changed.id}/accept", form)
        assert "Every published course is as it was approved." in after.get_text()
        again = moderator.page(f"/admin/changed-courses/{changed.id}")
        assert "Nothing: it is as it was approved" in again.get_text()

    def test_sending_it_back_takes_it_out_of_the_catalogue(
        self, world: World, teacher: Person, changed: MadeCourse, moderator: Browser
    ) -> None:
        form = seen_on(moderator.page(f"/admin/changed-courses/{changed.id}"), "send-back")
        moderator.act(f"/admin/changed-courses/{changed.id}/send-back", {**form, "reason": REASON})
        assert world.get("/courses/").json["data"] == []
        world.run_jobs()
        assert REASON in world.inbox.to(teacher.email)[-1].text

    def test_a_further_change_is_noticed(
        self, world: World, teacher: Person, changed: MadeCourse, moderator: Browser
    ) -> None:
        ids = ticks(moderator.page("/admin/changed-courses/"))
        form = seen_on(moderator.page(f"/admin/changed-courses/{changed.id}"), "accept")
        world.put(f"/courses/editCourse/{changed.id}", {"title": "Hitches"}, by=teacher)
        assert moderator.post(f"/admin/changed-courses/{changed.id}/accept", form).status_code == 409
        assert "as it was" in notices(moderator.act("/admin/changed-courses/accept", {"id": ids}))[0]
        assert "changedAt" in stored(changed)

    def test_a_first_review_says_that_all_is_new(self, course: MadeCourse, moderator: Browser) -> None:
        assert "never been approved" in moderator.page(f"/admin/waiting-courses/{course.id}").get_text()
