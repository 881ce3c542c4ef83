"""Handing in: drafts, submissions, their deadlines to the millisecond, and files."""

import json
import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.accounts.erasure import erase_deleted
from lms.controllers.assessment import handing_in
from lms.controllers.authoring.unused_media import sweep
from lms.jobs.assessment import assignments as jobs
from lms.models.accounts.users import users
from lms.models.assessment.assignments import assignments
from lms.models.assessment.extensions import extensions
from lms.models.assessment.submissions import submissions
from lms.models.authoring.media import media
from lms.models.base import now
from lms.services.assessment import deadlines
from tests.handing_in import ASSESSMENTS, assigned, extend, grade, handed_in, release, save, send_back, submit, work
from tests.sandbox.media import MEGABYTE
from tests.services.authoring.files import DOCX, HTML, PDF, container
from tests.uploads import SIGN, Store, http, put_file, send, sign
from tests.world import MadeCourse, Person, World, at_once, faults, refused

ZONES = ("Asia/Kolkata", "America/New_York", "Pacific/Kiritimati")
GRACE = timedelta(seconds=60)
MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture
def learner(world: World, course: MadeCourse) -> Person:
    person = world.person()
    world.enroll(person, course)
    return person


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Has what is handed in arrive at a moment."""
    return lambda moment: monkeypatch.setattr(handing_in, "now", lambda: moment)


def close_drafts() -> None:
    jobs.close_drafts.run([])


def due(local: str = "2037-06-30T23:59", zone: str = "Asia/Kolkata") -> dict[str, str]:
    return {"local": local, "zone": zone}


class TestADraft:
    def test_is_kept_as_a_whole(self, world: World, teacher: Person, course: MadeCourse, learner: Person) -> None:
        made = assigned(world, teacher, course, url=True)
        first = save(world, learner, made, text="Half a page.", url="https://example.com/knots")
        assert first.status_code == 200
        again = save(world, learner, made, first.json["data"]["revision"], text="A page.").json["data"]
        [draft] = again["submissions"]
        assert (draft["state"], draft["number"], draft["text"], draft["url"]) == ("draft", 1, "A page.", "")
        assert again["revision"] == 2

    def test_of_two_browsers_loses_nothing_silently(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course)
        path, body = f"{ASSESSMENTS}/assignment/{made['id']}/draft", {"revision": 0, "text": "Mine."}
        answers = world.together(*[("PUT", path, body, learner)] * 4)
        assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
        assert {each.json["code"] for each in answers if each.status_code == 409} == {"changed_meanwhile"}
        assert submissions.count({}) == 1

    def test_is_its_learners_alone(self, world: World, teacher: Person, course: MadeCourse, learner: Person) -> None:
        made = assigned(world, teacher, course)
        draft = save(world, learner, made, text="Not yet.").json["data"]["submissions"][0]
        assert refused(grade(world, teacher, draft, points=1)) == (404, "submission_not_found")
        listed = world.get(f"{ASSESSMENTS}/assignment/{made['id']}/submissions?state=all", by=teacher).json
        assert listed["data"] == []


class TestSubmitting:
    def test_takes_the_draft_and_what_comes_with_it(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course, url=True)
        save(world, learner, made, text="A page.", url="https://example.com/old")
        sent = submit(world, learner, made, 1, url="https://example.com/new")
        assert sent.status_code == 201
        told = sent.json["data"]
        assert (told["state"], told["text"], told["url"]) == ("submitted", "A page.", "https://example.com/new")
        assert (told["lateBy"], told["handedInBy"]) == (0, "learner")

    def test_again_is_the_same_submission(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course)
        path, body = f"{ASSESSMENTS}/assignment/{made['id']}/submit", {"revision": 0, "text": "A page."}
        answers = world.together(*[("POST", path, body, learner)] * 6)
        assert sorted(each.status_code for each in answers) == [200] * 5 + [201]
        assert len({each.json["data"]["id"] for each in answers}) == 1
        assert submissions.count({}) == 1

    def test_of_two_browsers_loses_nothing_silently(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course, url=True)
        path = f"{ASSESSMENTS}/assignment/{made['id']}/submit"
        bodies = [{"revision": 0, "text": "Mine."}, {"revision": 0, "url": "https://example.com/mine"}]
        answers = world.together(*[("POST", path, body, learner) for body in bodies])
        assert sorted(each.status_code for each in answers) == [201, 409]
        assert {each.json["code"] for each in answers if each.status_code == 409} == {"changed_meanwhile"}

    def test_again_tells_nothing_of_a_grade_that_is_not_released(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course)
        sent = submit(world, learner, made, text="A page.").json["data"]
        assert grade(world, teacher, sent, points=5000).status_code == 200
        assert submit(world, learner, made, text="A page.").json["data"]["state"] == "submitted"
        release(world, teacher, made)
        assert submit(world, learner, made, text="A page.").json["data"]["state"] == "graded"

    def test_replaces_what_waits_and_is_numbered(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course)
        first, second = handed_in(world, learner, made, "One."), handed_in(world, learner, made, "Two.")
        assert (first["number"], second["number"]) == (1, 2)
        states = [(each["number"], each["state"]) for each in work(world, learner, made)["submissions"]]
        assert states == [(2, "submitted"), (1, "replaced")]
        kept = submissions.get({"number": 2})
        assert kept is not None
        assert str(kept["replaces"]) == first["id"]
        assert refused(grade(world, teacher, first, points=1)) == (409, "not_to_grade")

    def test_of_what_was_not_seen_is_refused(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course)
        save(world, learner, made, text="A page.")
        assert refused(submit(world, learner, made, 0, text="Another.")) == (409, "changed_meanwhile")

    def test_needs_something_that_is_asked_for(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course)
        assert refused(submit(world, learner, made)) == (400, "nothing_to_submit")
        assert refused(submit(world, learner, made, text="")) == (400, "nothing_to_submit")
        assert faults(submit(world, learner, made, url="https://example.com/a"), "not_asked_for") == {"url"}
        for address in ("javascript:alert(1)", "https://", "ftp://example.com", "https://a\u0000b"):
            assert faults(save(world, learner, made, url=address)) == {"url"}
        assert faults(submit(world, learner, made, text="a" * 20_001)) == {"text"}
        assert faults(submit(world, learner, made, -1, text="a")) == {"revision"}

    def test_may_be_done_so_often(self, world: World, teacher: Person, course: MadeCourse, learner: Person) -> None:
        made = assigned(world, teacher, course, tries=2)
        for left in (1, 0):
            handed_in(world, learner, made)
            assert work(world, learner, made)["triesLeft"] == left
        revision = work(world, learner, made)["revision"]
        assert refused(submit(world, learner, made, revision, text="x")) == (409, "no_tries_left")
        assert refused(save(world, learner, made, revision, text="x")) == (409, "no_tries_left")
        assert extend(world, teacher, made, learner, extraAttempts=1).status_code == 200
        handed_in(world, learner, made)
        assert work(world, learner, made)["open"] is False

    def test_ends_when_grading_begins(self, world: World, teacher: Person, course: MadeCourse, learner: Person) -> None:
        made = assigned(world, teacher, course)
        assert grade(world, teacher, handed_in(world, learner, made), points=5000).status_code == 200
        told = work(world, learner, made)
        assert (told["open"], told["grade"], told["submissions"][0]["state"]) == (False, None, "submitted")
        assert refused(submit(world, learner, made, told["revision"], text="x")) == (409, "grading_began")

    def test_goes_on_after_a_return_whatever_else_is_so(
        self,
        world: World,
        teacher: Person,
        course: MadeCourse,
        learner: Person,
        clock: Callable[[datetime], None],
    ) -> None:
        made = assigned(world, teacher, course, due=due(), late={"kind": "refused"}, tries=1)
        sent = handed_in(world, learner, made)
        assert send_back(world, teacher, sent).json["data"]["note"] == "Please mend it."
        told = work(world, learner, made)
        assert (told["open"], told["triesLeft"], told["submissions"][0]["state"]) == (True, 1, "returned")
        clock(datetime(2038, 1, 1))
        mended = handed_in(world, learner, made, "Mended.")
        assert (mended["number"], mended["lateBy"]) == (2, 0)
        assert work(world, learner, made)["triesLeft"] == 0


class TestADeadline:
    @pytest.mark.parametrize("zone", ZONES)
    @pytest.mark.parametrize(
        ("after", "late_by"),
        [
            (timedelta(milliseconds=-99), 0),
            (timedelta(), 0),
            (MILLISECOND, 0),
            (GRACE, 0),
            (GRACE + MILLISECOND, 61),
            (timedelta(days=2), 2 * 86_400),
        ],
    )
    def test_is_met_by_what_reached_us_until_its_minute_ended_and_the_grace(
        self,
        world: World,
        teacher: Person,
        course: MadeCourse,
        learner: Person,
        clock: Callable[[datetime], None],
        zone: str,
        after: timedelta,
        late_by: int,
    ) -> None:
        """23:59:59.900, 23:59:59.999, 00:00:00, the end of the grace, and past it."""
        late, refusing = (
            assigned(world, teacher, course, due=due(zone=zone), late={"kind": kind, "percent": 10})
            for kind in ("percent_per_day", "refused")
        )
        clock(deadlines.last_moment("2037-06-30T23:59", zone) + after)
        assert handed_in(world, learner, late)["lateBy"] == late_by
        answer = submit(world, learner, refusing, text="A page.")
        assert (answer.status_code, answer.json.get("code")) == ((409, "deadline_passed") if late_by else (201, None))

    def test_is_met_by_what_reached_us_in_time_though_its_files_were_looked_at_until_later(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = assigned(world, teacher, course, due=due(), late={"kind": "refused"}, graceSeconds=0)
        end = deadlines.last_moment("2037-06-30T23:59", "Asia/Kolkata")
        moments = iter([end - MILLISECOND, end + GRACE])
        monkeypatch.setattr(handing_in, "now", lambda: next(moments))
        assert submit(world, learner, made, text="A page.").json["data"]["lateBy"] == 0
        assert refused(submit(world, learner, made, 1, text="Another.")) == (409, "deadline_passed")

    def test_in_the_hour_that_comes_twice_is_the_later(self, world: World, teacher: Person, course: MadeCourse) -> None:
        made = assigned(world, teacher, course, due=due("2027-10-31T02:30", "Europe/Berlin"))
        assert made["dueAt"] == "2027-10-31T01:30:59.999000Z"

    def test_closes_for_good(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person, clock: Callable[[datetime], None]
    ) -> None:
        made = assigned(world, teacher, course, due=due(), closes=due("2037-07-02T12:00"))
        end = deadlines.last_moment("2037-07-02T12:00", "Asia/Kolkata")
        clock(end)
        assert handed_in(world, learner, made)["lateBy"] > 86_400
        clock(end + MILLISECOND)
        told = work(world, learner, made)
        assert refused(submit(world, learner, made, told["revision"], text="x")) == (409, "deadline_passed")
        assert refused(save(world, learner, made, told["revision"], text="x")) == (409, "deadline_passed")

    def test_is_another_for_who_was_given_one(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person, clock: Callable[[datetime], None]
    ) -> None:
        made, other = assigned(world, teacher, course, due=due(), late={"kind": "refused"}), world.person()
        world.enroll(other, course)
        given = extend(world, teacher, made, learner, dueLocal="2037-07-05T18:00", zone="Europe/Berlin")
        assert given.status_code == 200
        assert given.json["data"]["due"]["at"] == "2037-07-05T16:00:59.999000Z"
        told = world.get(f"{ASSESSMENTS}/assignment/{made['id']}", by=learner).json["data"]
        assert (told["dueAt"], told["dueLocal"]) == ("2037-07-05T16:00:59.999000Z", "2037-07-05T18:00")
        assert told["due"]["local"] == "2037-06-30T23:59"
        clock(deadlines.last_moment("2037-07-05T18:00", "Europe/Berlin") + GRACE)
        assert handed_in(world, learner, made)["lateBy"] == 0
        assert refused(submit(world, other, made, text="x")) == (409, "deadline_passed")


class TestAnExtension:
    def test_is_for_who_attends_the_course(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course)
        assert refused(extend(world, teacher, made, world.person())) == (404, "enrollment_not_found")
        path = f"{ASSESSMENTS}/extensions/{ObjectId()}/{learner.id}"
        assert refused(world.put(path, {"reason": "x"}, by=teacher)) == (404, "assessment_not_found")

    def test_names_a_time_with_its_zone_and_a_reason(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course)
        assert faults(extend(world, teacher, made, learner, dueLocal="2037-07-05T18:00")) == {"body"}
        assert faults(extend(world, teacher, made, learner, reason="")) == {"reason"}
        gap = extend(world, teacher, made, learner, dueLocal="2027-03-28T02:30", zone="Europe/Berlin")
        assert refused(gap) == (400, "no_such_local_time")

    def test_gives_something(self, world: World, teacher: Person, course: MadeCourse, learner: Person) -> None:
        dated, endless = assigned(world, teacher, course, due=due()), assigned(world, teacher, course)
        for made, wrong in (
            (dated, {"dueLocal": "2037-06-30T23:59", "zone": "Asia/Kolkata"}),
            (dated, {"extraMinutes": 10}),
            (endless, {"dueLocal": "2037-07-05T18:00", "zone": "UTC"}),
        ):
            assert refused(extend(world, teacher, made, learner, **wrong)) == (409, "no_extension")
        taken_back = extend(world, teacher, dated, learner)
        assert taken_back.json["message"] == "What was given before is taken back."

    def test_replaces_the_one_before(self, world: World, teacher: Person, course: MadeCourse, learner: Person) -> None:
        made = assigned(world, teacher, course, due=due())
        extend(world, teacher, made, learner, dueLocal="2037-07-05T18:00", zone="Europe/Berlin", extraAttempts=2)
        extend(world, teacher, made, learner)
        told = world.get(f"{ASSESSMENTS}/assignment/{made['id']}", by=learner).json["data"]
        assert told["dueLocal"] == "2037-06-30T23:59"


class TestFiles:
    @pytest.fixture
    def made(self, world: World, store: Store, teacher: Person, course: MadeCourse) -> dict[str, Any]:
        return assigned(world, teacher, course, accept=["pdf", "docx"], mostFiles=2, mostBytes=1000)

    def test_are_handed_in_and_saved_by_their_learner_and_the_authors_alone(
        self, world: World, made: dict[str, Any], teacher: Person, learner: Person
    ) -> None:
        public_id = put_file(world, learner, PDF, "my work.pdf")
        draft = save(world, learner, made, files=[public_id]).json["data"]["submissions"][0]
        [file] = draft["files"]
        assert (file["name"], file["bytes"], file["publicId"]) == ("my work.pdf", len(PDF), public_id)
        path = f"{ASSESSMENTS}/files/{file['id']}"
        assert refused(world.get(path, by=teacher)) == (404, "file_not_found")
        assert submit(world, learner, made, 1).json["data"]["files"] == [file]
        for by in (learner, teacher):
            found = world.get(path, by=by)
            assert found.status_code == 302
            answer = http.request("GET", found.headers["Location"])
            assert (answer.data, answer.headers["X-Content-Type-Options"]) == (PDF, "nosniff")
            assert answer.headers["Content-Disposition"].startswith("attachment")
        for other in (world.person(), world.person("instructor")):
            assert refused(world.get(path, by=other)) == (404, "file_not_found")
        assert refused(world.get(f"{ASSESSMENTS}/files/{ObjectId()}", by=learner)) == (404, "file_not_found")

    def test_are_taken_as_the_assignment_says(self, world: World, made: dict[str, Any], learner: Person) -> None:
        text, large = put_file(world, learner, b"text", "a.txt"), put_file(world, learner, PDF + b"\n" * 1000)
        three = [put_file(world, learner, PDF) for _ in range(3)]
        assert refused(save(world, learner, made, files=[text])) == (415, "file_not_accepted")
        assert refused(save(world, learner, made, files=[large])) == (413, "too_large")
        assert refused(save(world, learner, made, files=three)) == (400, "too_many_files")
        assert refused(submit(world, learner, made, files=three)) == (400, "too_many_files")
        assert save(world, learner, made, files=[three[0], three[0], three[1]]).status_code == 200
        assert faults(save(world, learner, made, 1, files=["../x"])) == {"files.0"}

    def test_that_lie_or_are_nobodys_are_refused(
        self, world: World, store: Store, made: dict[str, Any], teacher: Person, learner: Person
    ) -> None:
        signed = sign(world, learner, "file")
        assert refused(submit(world, learner, made, files=[signed["publicId"]])) == (409, "upload_missing")
        assert send(signed, HTML)[0] == 200
        assert refused(submit(world, learner, made, files=[signed["publicId"]])) == (415, "file_mismatch")
        theirs = put_file(world, teacher, PDF)
        assert refused(submit(world, learner, made, files=[theirs])) == (403, "not_your_upload")
        program = {"kind": "file", "filename": "work.pdf.exe", "bytes": 10}
        assert refused(world.post(SIGN, program, by=learner)) == (415, "unsupported_file")
        nothing = {"kind": "file", "filename": "work.pdf", "bytes": 0}
        assert faults(world.post(SIGN, nothing, by=learner)) == {"bytes"}
        assert submissions.count({}) == 0

    def test_that_are_handed_in_are_kept_by_the_sweep(
        self, world: World, store: Store, made: dict[str, Any], learner: Person
    ) -> None:
        first, second = put_file(world, learner, PDF), put_file(world, learner, DOCX, "a.docx")
        submit(world, learner, made, files=[first])
        media.update_many({}, [{"$set": {"createdAt": {"$subtract": ["$createdAt", 25 * 3_600_000]}}}])
        sweep()
        states = {each["_id"]: each["state"] for each in media.find({})}
        assert states == {first: "stored", second: "removing"}

    def test_a_zip_bomb_is_looked_at_in_little_memory(
        self, world: World, store: Store, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        bomb = container("zeros", content=b"\0" * (100 * MEGABYTE))
        made = assigned(world, teacher, course, accept=["zip"])
        public_id = put_file(world, learner, bomb, "bomb.zip")
        tracemalloc.start()
        try:
            assert submit(world, learner, made, files=[public_id]).status_code == 201
            assert tracemalloc.get_traced_memory()[1] < 60 * MEGABYTE
        finally:
            tracemalloc.stop()


class TestADraftAtTheEnd:
    def at(self, made: dict[str, Any], ago: timedelta) -> None:
        """The assignment as it is once its deadline lies so far back."""
        found = {"$set": {"due.at": now() - ago}}
        assignments.update({"_id": ObjectId(made["id"])}, found)

    def test_is_handed_in_once_if_there_is_anything_in_it(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made, other = assigned(world, teacher, course, due=due(), late={"kind": "refused"}), world.person()
        world.enroll(other, course)
        save(world, learner, made, text="Half a page.")
        save(world, other, made)
        close_drafts()
        assert submissions.count({"state": "draft"}) == 2
        self.at(made, timedelta(minutes=2))
        for _ in range(2):
            close_drafts()
        told = work(world, learner, made)["submissions"]
        assert [(each["state"], each["handedInBy"], each["lateBy"]) for each in told] == [("submitted", "closed", 0)]
        assert [each["state"] for each in work(world, other, made)["submissions"]] == ["draft"]
        assert refused(submit(world, learner, made, 1, text="A page.")) == (409, "deadline_passed")

    def test_is_one_submission_though_several_take_it(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course, due=due(), late={"kind": "refused"})
        save(world, learner, made, text="Half a page.")
        self.at(made, timedelta(minutes=2))
        at_once([close_drafts] * 4)
        assert [(each["number"], each["state"]) for each in submissions.find({})] == [(1, "submitted")]

    def test_waits_for_the_grace_and_for_who_was_given_longer(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course, due=due(), late={"kind": "refused"})
        save(world, learner, made, text="Half a page.")
        for seconds in (30, 80):
            self.at(made, timedelta(seconds=seconds))
            close_drafts()
        self.at(made, timedelta(minutes=2))
        extend(world, teacher, made, learner, dueLocal="2037-07-05T18:00", zone="Europe/Berlin")
        close_drafts()
        assert submissions.count({"state": "draft"}) == 1

    def test_of_who_was_given_longer_is_taken_long_after_all_others_end(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made, other = assigned(world, teacher, course, due=due(), late={"kind": "refused"}), world.person()
        world.enroll(other, course)
        extend(world, teacher, made, learner, dueLocal="2037-07-05T18:00", zone="Europe/Berlin")
        for person in (learner, other):
            save(world, person, made, text="Half a page.")
        self.at(made, timedelta(days=30))
        close_drafts()
        extensions.update({}, {"$set": {"due.at": now() - timedelta(minutes=2)}})
        close_drafts()
        assert [each["user"] for each in submissions.find({"state": "submitted"})] == [learner.id]

    def test_of_who_left_or_of_a_deleted_lesson_stays(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course, due=due(), late={"kind": "refused"})
        save(world, learner, made, text="Half a page.")
        self.at(made, timedelta(minutes=2))
        world.delete(f"/courses/deleteSubsection/{made['lessonId']}", by=teacher)
        close_drafts()
        assert submissions.count({"state": "draft"}) == 1

    def test_that_follows_what_is_graded_stays(
        self, world: World, teacher: Person, course: MadeCourse, learner: Person
    ) -> None:
        made = assigned(world, teacher, course, due=due(), late={"kind": "refused"})
        sent = handed_in(world, learner, made)
        save(world, learner, made, sent["revision"], text="Better.")
        grade(world, teacher, sent, points=1)
        self.at(made, timedelta(minutes=2))
        close_drafts()
        assert submissions.count({"state": "draft"}) == 1


def test_somebodys_work_is_theirs_to_take_out_and_ends_with_them(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    made, other = assigned(world, teacher, course), world.person()
    world.enroll(other, course)
    for person in (learner, other):
        handed_in(world, person, made, f"By {person.email}.")
        extend(world, teacher, made, person, reason="Was ill.")
    taken = json.loads(world.get("/profile/ownData/me", by=learner).data)
    assert [each["text"] for each in taken["submissions"]] == [f"By {learner.email}."]
    assert [each["reason"] for each in taken["extensions"]] == ["Was ill."]
    assert "by" not in taken["extensions"][0]
    users.update({"_id": learner.id}, {"$set": {"deletedAt": now() - timedelta(days=31)}})
    erase_deleted()
    assert [each["user"] for each in submissions.find({})] == [other.id]
    assert [each["user"] for each in extensions.find({})] == [other.id]
