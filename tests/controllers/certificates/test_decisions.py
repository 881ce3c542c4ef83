from datetime import datetime
from itertools import islice
from typing import Any

import pytest

from lms.controllers.accounts import erasure
from lms.controllers.certificates import awards, backfills, credential_keys, decisions, issuing, proofs, status_lists
from lms.controllers.learning import progress
from lms.errors import CredentialKeyRefused
from lms.machinery import attempts
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.certificates.certificate_designs import certificate_designs
from lms.models.certificates.certificates import certificates
from lms.models.certificates.status_lists import status_lists as lists
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.system.audit_log import audit_log
from lms.models.system.outbox import outbox
from lms.services.certificates import credentials
from tests.buying import Purchase
from tests.certificates import API, complete, completed, decide, document, enable, held
from tests.credentials import KEY, NEXT_KEY, verify
from tests.world import MadeCourse, Person, World, at_once, refused


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    made = world.course(teacher, title="Knots")
    enable(made)
    return made


def revoked() -> set[int]:
    """The bits that are set in the list as it is published."""
    return credentials.indices_of(status_lists.signed(1))


def keys_of(settings: Any, *pems: str) -> None:
    settings(credential_keys=pems)


class TestStates:
    def test_what_is_revoked_stays_so(self, world: World, learner: Person, course: MadeCourse, admin: Person) -> None:
        certificate = completed(world, learner, course)
        assert decide(world, admin, certificate["_id"], "revoke").status_code == 200
        for how in ("restore", "suspend", "revoke"):
            assert refused(decide(world, admin, certificate["_id"], how)) == (409, "certificate_state")
        world.run_jobs()
        assert revoked() == {certificate["index"]}
        assert "issued in error" in world.inbox.to(learner.email)[-1].text
        [row, *_] = audit_log.history("certificates", certificate["_id"])
        assert (row["action"], row["after"]["state"]) == ("certificate.revoked", "revoked")
        shown = world.get(f"{API}/verify/{certificate['code']}").json["data"]
        assert (shown["state"], shown["reasonKind"]) == ("revoked", "issued_in_error")
        assert "mistake" not in str(shown)

    def test_what_is_suspended_holds_again(
        self, world: World, learner: Person, course: MadeCourse, admin: Person
    ) -> None:
        certificate = completed(world, learner, course)
        path = f"{API}/verify/{certificate['code']}"
        states = []
        for how in ("suspend", "restore"):
            assert decide(world, admin, certificate["_id"], how).status_code == 200
            states.append(world.get(path).json["data"]["state"])
        assert states == ["suspended", "issued"]
        assert revoked() == set()

    def test_staff_decide_on_what_they_saw(
        self, world: World, learner: Person, course: MadeCourse, admin: Person
    ) -> None:
        certificate = completed(world, learner, course)
        answer = decide(world, admin, certificate["_id"], "revoke", revision=certificate["revision"] - 1)
        assert refused(answer) == (409, "changed_meanwhile")
        nobody = world.post(f"{API}/{learner.id}/reissue", {"text": "?"}, by=admin)
        assert refused(nobody) == (404, "certificate_not_found")

    def test_a_corrected_name_is_another_certificate(
        self, world: World, learner: Person, course: MadeCourse, admin: Person
    ) -> None:
        old = completed(world, learner, course)
        answer = decide(world, admin, old["_id"], "reissue", kind=None, revision=None)
        assert refused(answer)[0] == 400
        form = {"recipientName": "Asha Kumari Rao", "text": "Mistyped."}
        assert world.post(f"{API}/{old['_id']}/reissue", form, by=admin).status_code == 201
        world.run_jobs()
        new = held(learner, course)
        assert document(new)["credentialSubject"]["identifier"][0]["identityHash"] == "Asha Kumari Rao"
        assert new["replaces"] == old["_id"]
        shown = world.get(f"{API}/verify/{old['code']}").json["data"]
        code = new["code"]
        assert (shown["state"], shown["reasonKind"]) == ("revoked", "superseded")
        assert shown["replacedBy"] == f"{code[:4]}-{code[4:8]}-{code[8:]}"
        assert revoked() == {old["index"]}
        again = world.post(f"{API}/{old['_id']}/reissue", form, by=admin)
        assert refused(again) == (409, "certificate_state")

    def test_one_that_was_suspended_before_it_was_signed_is_signed_when_it_holds_again(
        self, world: World, learner: Person, course: MadeCourse, admin: Person
    ) -> None:
        world.enroll(learner, course)
        complete(world, learner, course)
        waiting = held(learner, course)
        decisions.suspend_refunded(learner.id, course.id)
        world.run_jobs()
        assert held(learner, course)["state"] == "suspended"
        assert decide(world, admin, waiting["_id"], "restore").status_code == 200
        world.run_jobs()
        assert held(learner, course)["state"] == "issued"

    def test_its_time_ends(self, world: World, learner: Person, course: MadeCourse) -> None:
        enable(course, validMonths=12)
        certificate = completed(world, learner, course)
        assert certificate["validUntil"] == awards.months_later(certificate["createdAt"], 12)
        assert document(certificate)["validUntil"].startswith(f"{certificate['validUntil']:%Y-%m-%dT%H:%M}")
        certificates.update({"_id": certificate["_id"]}, {"$set": {"validUntil": now()}})
        assert world.get(f"{API}/verify/{certificate['code']}").json["data"]["state"] == "expired"


class TestSigning:
    def test_two_workers_at_one_certificate_keep_the_same_once_and_mail_it_once(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        world.enroll(learner, course)
        complete(world, learner, course)
        waiting = held(learner, course)
        signer = credential_keys.signer()
        assert issuing.sealed(waiting, signer) == issuing.sealed(waiting, signer)
        at_once([lambda: issuing.issue(waiting["_id"])] * 3)
        world.run_jobs()
        assert held(learner, course)["revision"] == 1
        assert len(world.inbox.to(learner.email)) == 1

    def test_a_worker_that_has_begun_signs_what_else_waits_and_leaves_what_it_cannot(
        self, world: World, course: MadeCourse
    ) -> None:
        learners = [world.person() for _ in range(3)]
        for each in learners:
            world.enroll(each, course)
            complete(world, each, course)
        first, second, broken = (held(each, course) for each in learners)
        certificates.update({"_id": broken["_id"]}, {"$unset": {"facts.recipientName": ""}})
        row = outbox.get({"job": "certificates.issue", "args": [str(first["_id"])]})
        assert row is not None
        attempts.run(str(row["_id"]))
        assert [held(each, course)["state"] for each in learners] == ["issued", "issued", "pending"]
        assert outbox.get({"_id": row["_id"]})["state"] == "done"
        assert outbox.count({"job": "certificates.issue", "state": "pending", "args": [str(second["_id"])]}) == 1


class TestRefunds:
    def test_a_full_refund_lets_it_wait_for_a_decision(
        self, world: World, gateway: None, teacher: Person, learner: Person, admin: Person
    ) -> None:
        course = world.course(teacher, amount=49900)
        enable(course)
        purchase: Purchase = world.buy(learner, course)
        complete(world, learner, course)
        world.run_jobs()
        assert held(learner, course)["state"] == "issued"
        asked = {"orderId": purchase.order_id, "reason": "As agreed"}
        assert world.post("/payments/refund", asked, by=admin).status_code == 202
        world.run_jobs()
        assert enrollments.get({"user": learner.id})["status"] == "refunded"
        certificate = held(learner, course)
        assert (certificate["state"], certificate["reason"]["kind"]) == ("suspended", "refunded")

    def test_so_it_does_where_they_had_left_the_course(
        self, world: World, gateway: None, teacher: Person, learner: Person, admin: Person
    ) -> None:
        course = world.course(teacher, amount=49900)
        enable(course)
        purchase = world.buy(learner, course)
        complete(world, learner, course)
        world.run_jobs()
        assert world.delete(f"/courses/enroll/{course.id}", by=learner).status_code == 200
        assert world.refund(admin, purchase).status_code == 202
        world.run_jobs()
        assert held(learner, course)["state"] == "suspended"

    @pytest.mark.parametrize("status", ["refunded", "ended"])
    def test_who_passes_the_last_lesson_after_the_price_went_back_is_awarded_none(
        self, world: World, learner: Person, course: MadeCourse, status: str
    ) -> None:
        world.enroll(learner, course)
        enrollments.update({"user": learner.id}, {"$set": {"status": status}})
        for lesson in course.lessons:
            progress.pass_lesson(learner.id, course.id, lesson.id)
        found = course_progress.of_learner(learner.id, course.id)
        assert found is not None
        assert found["completedAt"]
        backfills.go_on(course.id, backfills.FROM_THE_FIRST)
        assert certificates.current(learner.id, course.id) is None

    def test_one_that_was_awarded_while_the_price_went_back_is_found_at_night(
        self, world: World, learner: Person, course: MadeCourse, admin: Person
    ) -> None:
        certificate = completed(world, learner, course)
        enrollments.update({"user": learner.id}, {"$set": {"status": "refunded", "endedAt": now()}})
        proofs.prove()
        assert held(learner, course)["state"] == "suspended"
        assert decide(world, admin, certificate["_id"], "restore").status_code == 200
        proofs.prove()
        assert held(learner, course)["state"] == "issued"

    def test_a_suspended_one_is_decided_on_before_it_is_replaced(
        self, world: World, learner: Person, course: MadeCourse, admin: Person
    ) -> None:
        certificate = completed(world, learner, course)
        decisions.suspend_refunded(learner.id, course.id)
        form = {"text": "A slip.", "recipientName": "Asha Rao"}
        answer = world.post(f"{API}/{certificate['_id']}/reissue", form, by=admin)
        assert refused(answer) == (409, "certificate_state")
        assert held(learner, course)["state"] == "suspended"


class TestErasure:
    def test_the_record_goes_and_the_holders_own_file_stays_valid(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        certificate = completed(world, learner, course)
        users.update({"_id": learner.id}, {"$set": {"deletedAt": now() - erasure.DELETED_ACCOUNTS_KEPT}})
        erasure.erase_deleted()
        left = certificates.raw.find_one({"_id": certificate["_id"]})
        assert left["state"] == "erased"
        assert set(left["facts"]) == {"courseTitle", "completedAt"}
        assert not {"credential", "pdf", "digest"} & set(left)
        shown = world.get(f"{API}/verify/{certificate['code']}").json["data"]
        assert (shown["state"], shown["recipientName"], shown["courseTitle"]) == ("erased", None, "Knots")
        page = world.client.get(f"/verify/{certificate['code']}")
        assert "has had the record removed" in page.text
        status_lists.publish_every()
        assert revoked() == set()
        verify(document(certificate), credential_keys.did_document("localhost%3A4000"))


class TestKeys:
    def test_old_and_new_keys_verify(self, world: World, learner: Person, course: MadeCourse, settings: Any) -> None:
        first = completed(world, learner, course)
        with pytest.raises(CredentialKeyRefused, match="Put a new key first"):
            credential_keys.rotate()
        keys_of(settings, NEXT_KEY, KEY)
        name = credential_keys.rotate()
        second = completed(world, world.person(), course)
        assert (first["keyId"], second["keyId"]) == (f"key-{now().year}-1", f"key-{now().year}-2")
        assert name == second["keyId"]
        did = credential_keys.did_document("localhost%3A4000")
        for each in (first, second):
            verify(document(each), did)

    def test_what_a_compromised_key_signed_is_signed_anew(
        self, world: World, learner: Person, course: MadeCourse, settings: Any
    ) -> None:
        first = completed(world, learner, course)
        with pytest.raises(CredentialKeyRefused, match="no other key can sign"):
            credential_keys.compromise(first["keyId"])
        keys_of(settings, NEXT_KEY)
        credential_keys.rotate()
        credential_keys.compromise(first["keyId"])
        with pytest.raises(CredentialKeyRefused, match="no key key-1"):
            credential_keys.compromise("key-1")
        world.run_jobs()
        again = held(learner, course)
        did = credential_keys.did_document("localhost%3A4000")
        verify(document(again), did)
        with pytest.raises(Exception, match="no such key"):
            verify(document(first), did)
        assert again["code"] == first["code"]
        assert len(world.inbox.to(learner.email)) == 2

    def test_without_the_key_jobs_wait_and_verifying_works(
        self, world: World, learner: Person, course: MadeCourse, settings: Any
    ) -> None:
        first = completed(world, world.person(), course)
        world.enroll(learner, course)
        complete(world, learner, course)
        for given, why in (
            ((), "names no key"),
            (("nowhere.pem",), "nowhere.pem cannot be read"),
            ((NEXT_KEY,), "None of CREDENTIAL_KEYS is the key that signs"),
        ):
            keys_of(settings, *given)
            with pytest.raises(CredentialKeyRefused, match=why):
                issuing.issue(held(learner, course)["_id"])
        assert world.get(f"{API}/verify/{first['code']}").json["data"]["state"] == "issued"
        keys_of(settings, KEY)
        world.run_jobs()
        assert held(learner, course)["state"] == "issued"

    def test_another_address_signs_only_once_it_is_meant(
        self, world: World, learner: Person, course: MadeCourse, settings: Any
    ) -> None:
        first = completed(world, world.person(), course)
        settings(public_url="https://new.example")
        with pytest.raises(CredentialKeyRefused, match="did:web:localhost%3A4000, and PUBLIC_URL makes that"):
            credential_keys.signer()
        assert credential_keys.move_host() == "new.example"
        second = completed(world, learner, course)
        assert document(second)["issuer"]["id"] == "did:web:new.example"
        assert document(second)["credentialStatus"]["statusListCredential"].startswith("https://new.example/")
        verify(document(second), credential_keys.did_document("new.example"))
        verify(document(first), credential_keys.did_document("localhost%3A4000"))
        assert credential_keys.did_document("elsewhere.example")["id"] == "did:web:new.example"
        assert [each["base"] for each in lists.find({})] == ["http://localhost:4000", "https://new.example"]


class TestBackfill:
    def test_whoever_completed_before_is_awarded_on_demand(
        self, world: World, teacher: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        course = world.course(teacher, title="Knots")
        learners = [world.person() for _ in range(3)]
        for each in learners:
            world.enroll(each, course)
            complete(world, each, course)
        refunded, erased = world.person(), world.person()
        for each in (refunded, erased):
            world.enroll(each, course)
            complete(world, each, course)
        enrollments.update({"user": refunded.id}, {"$set": {"status": "refunded"}})
        users.raw.update_one({"_id": erased.id}, {"$unset": {"email": ""}})
        enable(course)
        assert backfills.count(course.id) == 3
        monkeypatch.setattr(backfills, "within_a_round", lambda items: islice(items, 1))
        backfills.begin(course.id)
        world.run_jobs()
        assert {held(each, course)["state"] for each in learners} == {"issued"}
        assert backfills.count(course.id) == 0
        assert all(len(world.inbox.to(each.email)) == 1 for each in learners)
        backfills.go_on(course.id, backfills.FROM_THE_FIRST)
        assert certificates.count({}) == 3


class TestProof:
    def test_finds_what_was_forgotten(self, world: World, learner: Person, course: MadeCourse) -> None:
        certificate = completed(world, world.person(), course)
        world.enroll(learner, course)
        complete(world, learner, course)
        certificates.raw.delete_one({"user": learner.id})
        long_ago = now() - 2 * proofs.PATIENCE
        course_progress.update({"user": learner.id}, {"$set": {"completedAt": long_ago}})
        enabled = {"$set": {"enabledAt": long_ago}}
        certificate_designs.update({"_id": course.id}, enabled)
        certificates.raw.update_one({"_id": certificate["_id"]}, {"$set": {"state": "revoked"}})
        status_lists.signed(1)
        proofs.prove()
        world.run_jobs()
        assert held(learner, course)["state"] == "issued"
        assert revoked() == {certificate["index"]}

    def test_tells_of_what_is_not_what_was_signed(
        self, world: World, learner: Person, course: MadeCourse, capsys: pytest.CaptureFixture[str]
    ) -> None:
        certificate = completed(world, learner, course)
        proofs.prove()
        assert "certificate_broken" not in capsys.readouterr().out
        certificates.raw.update_one({"_id": certificate["_id"]}, {"$set": {"credential": b"{}"}})
        proofs.prove()
        assert "certificate_broken" in capsys.readouterr().out


def test_places_in_a_list_tell_nothing_of_time(world: World, learner: Person, course: MadeCourse) -> None:
    """Spearman's rank correlation of 1,000 places with their order; by chance it is beyond 0.16 once in a million."""
    places = []
    for _ in range(1000):
        made = awards.add(learner.id, course.id, {})
        places.append(made["index"])
    assert made["list"] == 1
    ranks = {place: rank for rank, place in enumerate(sorted(places))}
    difference = sum((rank - ranks[place]) ** 2 for rank, place in enumerate(places))
    assert abs(1 - 6 * difference / (1000 * (1000**2 - 1))) < 0.16


def test_a_list_of_which_most_is_taken_is_followed_by_another(
    world: World, learner: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(awards, "LIST_SIZE", 2)
    for place in range(2):
        made = {**awards.add(learner.id, course.id, {}), "index": place, "list": 1}
        certificates.insert({**made, "course": made["_id"]})
    assert awards.add(learner.id, course.id, {})["list"] == 2


@pytest.mark.parametrize(
    ("begins", "months", "ends"), [("2026-01-31", 1, "2026-02-28"), ("2026-11-27", 14, "2028-01-27")]
)
def test_months_later_is_the_same_day(begins: str, months: int, ends: str) -> None:
    assert awards.months_later(datetime.fromisoformat(begins), months) == datetime.fromisoformat(ends)
