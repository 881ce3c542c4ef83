import hashlib
import io
import json
import re
from typing import Any

import pytest
from PIL import Image

from lms.controllers.catalogue import purge
from lms.models.accounts.users import users
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.certificates.certificate_designs import certificate_designs
from lms.models.certificates.certificates import certificates
from lms.models.certificates.status_lists import status_lists
from lms.services.certificates import codes
from tests.certificates import API, complete, completed, decide, document, enable, held, inside
from tests.credentials import Unverified, is_set, verify
from tests.database import counting
from tests.world import MadeCourse, Person, World, refused


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    made = world.course(teacher, title="Knots and ropes")
    enable(made)
    return made


@pytest.fixture
def learner(world: World) -> Person:
    return world.person(firstName="अशा", lastName="राव")


def did(world: World) -> Any:
    return json.loads(world.client.get("/.well-known/did.json").data)


def listed(world: World, certificate: Any) -> Any:
    """The list of what was revoked that the certificate names, as anybody gets it."""
    url = document(certificate)["credentialStatus"]["statusListCredential"]
    return json.loads(world.client.get(url.removeprefix("http://localhost:4000")).data)


class TestCompletion:
    def test_gives_a_certificate_and_mails_it(self, world: World, learner: Person, course: MadeCourse) -> None:
        certificate = completed(world, learner, course)
        [mine] = world.get(f"{API}/", by=learner).json["data"]
        assert (mine["state"], mine["courseTitle"]) == ("issued", "Knots and ropes")
        mail = world.inbox.to(learner.email)[-1]
        assert mail.subject == "Your certificate: Knots and ropes"
        assert mine["verifyUrl"] in mail.text
        pdf = world.get(f"{API}/{mine['id']}/pdf", by=learner)
        assert (pdf.mimetype, pdf.headers["Content-Disposition"]) == (
            "application/pdf",
            f'inline; filename="{mine["code"]}.pdf"',
        )
        text, carried = inside(pdf.data)
        assert mine["code"] in text
        signed = world.get(f"{API}/{mine['id']}/credential", by=learner)
        assert signed.mimetype == "application/vc+ld+json"
        assert carried == signed.data == certificate["credential"]
        assert hashlib.sha256(carried).hexdigest() == certificate["digest"]
        verify(json.loads(carried), did(world))
        assert json.loads(carried)["credentialSubject"]["identifier"][0]["identityHash"] == "अशा राव"

    def test_gives_none_where_the_course_gives_none(self, world: World, learner: Person, teacher: Person) -> None:
        for fields in ({"enabled": False}, {"autoIssue": False}):
            course = world.course(teacher)
            enable(course, **fields)
            world.enroll(learner, course)
            complete(world, learner, course)
        world.run_jobs()
        assert certificates.count({}) == 0

    def test_is_awarded_once_whoever_asks_how_often(self, world: World, learner: Person, course: MadeCourse) -> None:
        world.enroll(learner, course)
        *watched, last = course.lessons
        for lesson in watched:
            world.post(
                f"/profile/updateCourseProgress/{course.id}",
                {"subsectionId": str(lesson.id), "completed": True},
                by=learner,
            )
        ends = {"subsectionId": str(last.id), "completed": True}
        progress = ("POST", f"/profile/updateCourseProgress/{course.id}", ends, learner)
        claim = ("POST", f"{API}/claim/{course.id}", None, learner)
        answers = world.together(*[progress, claim] * 25)
        assert {each.status_code for each in answers} <= {200, 201, 202, 409}
        world.run_jobs()
        assert certificates.count({}) == 1
        assert [mail.subject for mail in world.inbox.to(learner.email)] == ["Your certificate: Knots and ropes"]

    def test_what_changes_later_changes_nothing_that_is_issued(
        self, world: World, learner: Person, course: MadeCourse, admin: Person
    ) -> None:
        before = completed(world, learner, course)
        files = [world.get(f"{API}/{before['_id']}/{name}", by=learner).data for name in ("pdf", "credential")]
        courses.raw.update_one({"_id": course.id}, {"$set": {"title": "Ropes alone"}})
        users.raw.update_one({"_id": learner.id}, {"$set": {"firstName": "Ravi"}})
        enable(course, title="Diploma")
        world.run_jobs()
        after = [world.get(f"{API}/{before['_id']}/{name}", by=learner).data for name in ("pdf", "credential")]
        assert after == files
        courses.raw.update_one({"_id": course.id}, {"$set": {"deletedAt": now() - purge.DELETED_KEPT}})
        purge.purge_deleted()
        assert courses.raw.find_one({"_id": course.id}) is None
        assert certificate_designs.count({}) == 0
        assert world.get(f"{API}/verify/{before['code']}").json["data"]["state"] == "issued"
        verify(document(held(learner, course)), did(world))


class TestClaiming:
    def test_says_what_is_missing(self, world: World, learner: Person, course: MadeCourse) -> None:
        world.enroll(learner, course)
        subsections.raw.update_one({"_id": course.lessons[1].id}, {"$set": {"kind": "assignment"}})
        answer = world.post(f"{API}/claim/{course.id}", by=learner)
        assert refused(answer) == (409, "course_incomplete")
        assert answer.json["errors"] == {"lessons": "2 are left.", "assessments": "1 is left."}

    def test_gives_what_was_not_given_by_itself(self, world: World, learner: Person, teacher: Person) -> None:
        course = world.course(teacher)
        world.enroll(learner, course)
        complete(world, learner, course)
        assert refused(world.post(f"{API}/claim/{course.id}", by=learner)) == (409, "certificates_off")
        enable(course, autoIssue=False)
        made, again = [world.post(f"{API}/claim/{course.id}", by=learner) for _ in range(2)]
        assert (made.status_code, again.status_code) == (201, 202)
        world.run_jobs()
        ready = world.post(f"{API}/claim/{course.id}", by=learner)
        assert (ready.status_code, ready.json["message"]) == (200, "Here is your certificate.")
        assert ready.json["data"]["id"] == made.json["data"]["id"]


class TestOfACourse:
    def test_its_owner_sees_who_holds_one(
        self, world: World, teacher: Person, learner: Person, course: MadeCourse, admin: Person
    ) -> None:
        first = completed(world, learner, course)
        second = completed(world, world.person(firstName="Ravi"), course)
        decide(world, admin, second["_id"], "revoke")

        def names(**query: str) -> list[str]:
            found = world.get(f"{API}/course/{course.id}", query_string=query, by=teacher).json
            assert found["pagination"]["total"] == len(found["data"])
            return [each["recipientName"] for each in found["data"]]

        assert sorted(names()) == ["Ravi Sharma", "अशा राव"]
        assert names(state="revoked") == ["Ravi Sharma"]
        assert names(q="ravi") == ["Ravi Sharma"]
        assert names(q=first["code"].lower()) == ["अशा राव"]
        assert names(q="nobody") == []


class TestFiles:
    def test_are_their_holders_alone(self, world: World, learner: Person, course: MadeCourse, admin: Person) -> None:
        certificate = completed(world, learner, course)
        for name in ("pdf", "credential", "badge"):
            for other in (world.person(), admin):
                answer = world.get(f"{API}/{certificate['_id']}/{name}", by=other)
                assert refused(answer) == (404, "certificate_not_found")

    def test_are_asked_for_again_while_it_is_signed(self, world: World, learner: Person, course: MadeCourse) -> None:
        world.enroll(learner, course)
        complete(world, learner, course)
        [mine] = world.get(f"{API}/", by=learner).json["data"]
        for name in ("pdf", "credential", "badge"):
            assert refused(world.get(f"{API}/{mine['id']}/{name}", by=learner)) == (409, "not_ready")

    def test_the_badge_carries_the_credential(self, world: World, learner: Person, course: MadeCourse) -> None:
        certificate = completed(world, learner, course)
        answer = world.get(f"{API}/{certificate['_id']}/badge", by=learner)
        assert answer.mimetype == "image/png"
        picture = Image.open(io.BytesIO(answer.data))
        picture.load()
        assert picture.text["openbadgecredential"].encode() == certificate["credential"]
        assert picture.getpixel((0, 0))[3] == 0

    def test_of_a_revoked_one_only_the_credential_is_left(
        self, world: World, learner: Person, course: MadeCourse, admin: Person
    ) -> None:
        certificate = completed(world, learner, course)
        decide(world, admin, certificate["_id"], "revoke")
        answered = [
            world.get(f"{API}/{certificate['_id']}/{name}", by=learner).status_code
            for name in ("pdf", "badge", "credential")
        ]
        assert answered == [410, 410, 200]

    def test_the_document_is_for_everybody_once_its_holder_says_so(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        certificate = completed(world, learner, course)
        address = f"/credentials/{certificate['code']}"
        answer = world.client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/verify/{certificate['code']}")
        shown = world.put(f"{API}/{certificate['_id']}/visibility", {"listed": True}, by=learner)
        assert shown.json["data"]["listed"] is True
        assert world.client.get(address).data == certificate["credential"]
        other = world.put(f"{API}/{certificate['_id']}/visibility", {"listed": True}, by=world.person())
        assert refused(other) == (404, "certificate_not_found")


class TestVerifying:
    def test_by_its_code_however_it_is_typed(self, world: World, learner: Person, course: MadeCourse) -> None:
        certificate = completed(world, learner, course)
        code = certificate["code"]
        for typed in (code, code.lower(), f"{code[:4]}-{code[4:8]}-{code[8:]}"):
            found = world.get(f"{API}/verify/{typed}").json["data"]
            assert (found["state"], found["recipientName"], found["courseTitle"]) == (
                "issued",
                "अशा राव",
                "Knots and ropes",
            )
        assert learner.email not in json.dumps(found)

    def test_guessing_finds_nothing_and_is_stopped(self, world: World) -> None:
        for place, path in enumerate((f"/api/v1{API}/verify/", "/verify/", "/credentials/")):
            client = {"X-Forwarded-For": f"192.0.2.{place}"}
            answers = [world.client.get(path + codes.new(), headers=client) for _ in range(31)]
            assert {each.status_code for each in answers[:30]} == {404}
            assert answers[30].status_code == 429
            assert int(answers[30].headers["Retry-After"]) > 0

    def test_readers_of_one_that_there_is_are_not_counted(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        code = completed(world, learner, course)["code"]
        with counting():
            for path in (f"/api/v1{API}/verify/{code}", f"/verify/{code}"):
                answers = [world.client.get(path, headers={"X-Forwarded-For": "192.0.2.99"}) for _ in range(40)]
                assert {each.status_code for each in answers} == {200}

    def test_a_document_is_compared_with_what_was_signed(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        signed = document(completed(world, learner, course))

        def compared(given: Any) -> Any:
            return world.post(f"{API}/verify", given).json["data"]

        assert compared(dict(reversed(signed.items()))) == {"ours": True, "intact": True, "state": "issued"}
        assert compared({**signed, "name": "Medicine"}) == {"ours": True, "intact": False, "state": "issued"}
        assert compared({**signed, "id": "https://other.example/x"}) == {"ours": False, "intact": False, "state": None}
        assert refused(world.post(f"{API}/verify", {"id": "x", "more": "x" * 70_000})) == (413, "too_large")
        assert refused(world.post(f"{API}/verify", {"name": "x"})) == (400, "validation_failed")
        address = "192.0.2.20"
        answers = [world.post(f"{API}/verify", signed, address=address).status_code for _ in range(21)]
        assert answers == [200] * 20 + [429]

    def test_the_page_says_it_without_script(
        self, world: World, learner: Person, course: MadeCourse, admin: Person
    ) -> None:
        certificate = completed(world, learner, course)
        page = world.client.get(f"/verify/{certificate['code']}")
        assert "This certificate is genuine and holds." in page.text
        assert "अशा राव" in page.text
        assert "<script" not in page.text
        assert "script-src" not in page.headers["Content-Security-Policy"]
        again = world.client.get(f"/verify/{certificate['code']}", headers={"If-None-Match": page.headers["ETag"]})
        assert again.status_code == 304
        decide(world, admin, certificate["_id"], "revoke", kind="misconduct", text="Copied it all.")
        page = world.client.get(f"/verify/{certificate['code']}")
        assert "was revoked" in page.text
        assert "rules of the course" in page.text
        assert "Copied" not in page.text

    def test_the_form_leads_there(self, world: World, learner: Person, course: MadeCourse) -> None:
        code = completed(world, learner, course)["code"]
        assert "Verify a certificate" in world.client.get("/verify").text
        led = world.client.get("/verify", query_string={"code": f" {code.lower()} "})
        assert (led.status_code, led.headers["Location"]) == (303, f"/verify/{code}")
        wrong = world.client.get("/verify", query_string={"code": "<b>"})
        assert wrong.status_code == 404
        assert "&lt;b&gt;" in wrong.text
        assert "no certificate with this code" in world.client.get("/verify/ABCDEFGHJKMN").text


class TestWhatVerifiersFetch:
    def test_is_for_every_origin_and_kept_for_minutes(self, world: World, learner: Person, course: MadeCourse) -> None:
        completed(world, learner, course)
        for path, kind in (
            ("/.well-known/did.json", "application/did+ld+json"),
            ("/credentials/issuer", "application/ld+json"),
            ("/credentials/status/revocation/1", "application/vc+ld+json"),
        ):
            answer = world.client.get(path)
            assert (answer.status_code, answer.mimetype) == (200, kind)
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert answer.headers["Cache-Control"] == "public, max-age=300"
            assert world.client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
        assert refused(world.client.get("/credentials/status/revocation/2")) == (404, "certificate_not_found")

    def test_the_list_says_it_of_the_revoked_one_alone(self, world: World, course: MadeCourse, admin: Person) -> None:
        first, second = (completed(world, world.person(), course) for _ in range(2))
        before = listed(world, first)
        decide(world, admin, first["_id"], "revoke")
        world.run_jobs()
        found = listed(world, first)
        assert [is_set(document(each), before, did(world)) for each in (first, second)] == [False, False]
        assert [is_set(document(each), found, did(world)) for each in (first, second)] == [True, False]
        with pytest.raises(Unverified):
            is_set(document(first), {**found, "validUntil": "2099-01-01T00:00:00Z"}, did(world))
        assert status_lists.count({"dirtySince": {"$exists": True}}) == 0

    def test_the_code_on_the_paper_is_an_address(self, world: World, learner: Person, course: MadeCourse) -> None:
        certificate = completed(world, learner, course)
        [mine] = world.get(f"{API}/", by=learner).json["data"]
        assert mine["verifyUrl"] == f"http://localhost:4000/verify/{certificate['code']}"
        assert re.search(r"certId=\w{4}-\w{4}-\w{4}", mine["linkedInUrl"])
