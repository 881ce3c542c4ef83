"""What one person has after their two accounts are one: nothing that was theirs is lost, and nothing is there twice."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.accounts import erasure, merging, merging_people
from lms.controllers.accounts.pairs import Titles
from lms.errors import ChangedMeanwhile, Refusal
from lms.extensions import mongo
from lms.models.accounts import addresses
from lms.models.accounts.otps import otps
from lms.models.accounts.profiles import profiles
from lms.models.accounts.sessions import sessions
from lms.models.accounts.users import users
from lms.models.actors import Actor, acting_as
from lms.models.base import COLLECTIONS, now
from lms.models.learning.enrollments import enrollments
from lms.models.merging import OneOf, Stays
from lms.models.system.audit_log import audit_log
from lms.models.system.outbox import outbox
from tests.controllers.accounts.test_erasure import stored as everything
from tests.merging import ADMINISTRATOR, left_behind, looked_at, merge, naming_people, stored, wrong_counters
from tests.world import PASSWORD, MadeCourse, Person, World, at_once, refused


def two(world: World) -> tuple[Person, Person]:
    return world.person(firstName="Asha", lastName="Rao"), world.person(firstName="Aasha", lastName="Raw")


def test_every_field_that_names_a_person_says_what_merging_does_to_it() -> None:
    said = {(name, field) for name, collection in COLLECTIONS.items() for field in collection.on_merge}
    assert said == set(naming_people())


def test_whoever_says_that_there_is_one_of_each_has_somebody_who_decides_on_two() -> None:
    one = {name for name, each in COLLECTIONS.items() if any(isinstance(r, OneOf) for r in each.on_merge.values())}
    assert one == set(merging._parts())


def test_what_stays_as_it_was_written_says_why() -> None:
    rules = [rule for each in COLLECTIONS.values() for rule in each.on_merge.values() if isinstance(rule, Stays)]
    assert all(rule.why for rule in rules)


def test_all_of_one_account_follows_to_the_other(world: World, course: MadeCourse) -> None:
    kept, merged = two(world)
    world.enroll(merged, course)
    world.post(f"/profile/updateCourseProgress/{course.id}", progress(course, 0), by=merged)
    world.post("/courses/createRating", {"courseId": str(course.id), "rating": 4, "review": "Good."}, by=merged)
    profiles.set(merged.id, {"bio": "Keeps owls."})
    look = looked_at(kept, merged)
    assert {row.label: row.follow for row in look.rows} == {
        "Profiles": 1,
        "Enrolments": 1,
        "Progress in courses": 1,
        "Reviews": 1,
        "Sign-ins": 0,
    }
    assert stored(merged)["email"] == merged.email
    merge(kept, merged, look.seen)
    assert (left_behind(merged), wrong_counters()) == ([], [])
    shown = world.get("/profile/getEnrolledCourses/me", by=kept).json["data"]
    assert [(each["id"], each["progressPercentage"]) for each in shown] == [(str(course.id), 33)]
    assert world.get("/profile/getUserDetails/me", by=kept).json["data"]["profile"]["bio"] == "Keeps owls."
    [review] = world.get(f"/courses/getReviews?courseId={course.id}").json["data"]
    assert review["user"]["name"] == "Asha Rao"


def progress(course: MadeCourse, lesson: int, **fields: Any) -> dict[str, Any]:
    return {"subsectionId": str(course.lessons[lesson].id), "completed": True, **fields}


def test_the_merged_account_is_gone_and_leads_to_the_other(world: World) -> None:
    kept, merged = two(world)
    merge(kept, merged)
    left = stored(merged)
    assert (left["mergedInto"], left["firstName"], left["lastName"]) == (kept.id, "Asha", "Rao")
    assert left["mergedAs"] == {"firstName": "Aasha", "lastName": "Raw", "email": merged.email}
    assert not {"email", "passwordHash", "searchText"} & left.keys()
    signing_in = {"email": merged.email, "password": PASSWORD}
    assert refused(world.post("/auth/login", signing_in)) == (401, "invalid_credentials")
    assert refused(world.get("/profile/getUserDetails/me", by=merged)) == (401, "token_invalid")
    assert refused(world.post("/auth/refresh", by=merged.refresh_token)) == (401, "token_invalid")
    assert world.get("/profile/getUserDetails/me", by=kept).status_code == 200
    assert world.post("/auth/sendotp", {"email": merged.email}).status_code == 200
    world.run_jobs()
    assert "code" in world.inbox.to(merged.email)[-1].text


def test_what_only_the_merged_account_has_is_kept(world: World) -> None:
    kept, merged = two(world)
    own: dict[str, Any] = {"image": "https://example.com/me.png", "lastSignInAt": now().replace(microsecond=0)}
    users.raw.update_one({"_id": merged.id}, {"$set": own})
    merge(kept, merged)
    assert own.items() <= stored(kept).items()


def test_what_is_gone_is_called_so() -> None:
    assert Titles()[ObjectId()] == "something that is gone"


def test_codes_and_links_of_the_merged_account_end(world: World) -> None:
    kept, merged = two(world)
    world.post("/auth/loginUser", {"email": merged.email})
    world.run_jobs()
    code = world.code_for(merged.email)
    world.post("/auth/resetpasswordtoken", {"email": merged.email})
    world.run_jobs()
    link = re.search(r"/update-password/(\S+)", world.inbox.to(merged.email)[-1].text)
    assert link is not None
    merge(kept, merged)
    signing_in = world.post("/auth/verify-otp", {"email": merged.email, "otp": code})
    chosen = {"password": "another quiet harbour", "confirmPassword": "another quiet harbour", "token": link[1]}
    assert refused(signing_in) == (400, "invalid_otp")
    assert refused(world.post("/auth/resetpassword", chosen)) == (400, "invalid_token")
    assert otps.count({"email": merged.email}) == 0


def test_another_name_is_the_merged_accounts_too(world: World) -> None:
    kept, merged = two(world)
    merge(kept, merged)
    world.put("/profile/updateProfile/me", {"firstName": "Usha"}, by=kept)
    assert stored(merged)["firstName"] == "Usha"


def test_both_are_told_and_both_are_named_in_the_audit_log(world: World) -> None:
    kept, merged = two(world)
    merge(kept, merged)
    world.run_jobs()
    [to_kept], [to_merged] = world.inbox.to(kept.email), world.inbox.to(merged.email)
    assert merged.email not in to_kept.text
    assert "s…@example.com" in to_kept.text
    assert kept.email not in to_merged.text
    [about_kept], [about_merged] = audit_log.history("users", kept.id), audit_log.history("users", merged.id)
    assert (about_kept["action"], about_kept["after"]["merged"]) == ("user.merge", f"Aasha Raw <{merged.email}>")
    assert (about_merged["action"], about_merged["after"]["into"]) == ("user.merge_into", f"Asha Rao <{kept.email}>")
    assert about_kept["actorName"] == about_merged["actorName"] == "Meera Rao"


def test_mails_go_out_though_the_process_dies_after_the_commit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, merged = two(world)
    with monkeypatch.context() as dying:
        dying.setattr("lms.machinery.outbox._enqueue", _killed)
        with pytest.raises(KeyboardInterrupt):
            merge(kept, merged)
    assert (stored(merged)["mergedInto"], outbox.count({"state": "pending"})) == (kept.id, 2)
    outbox.update_many({"state": "pending"}, {"$set": {"dueAt": now()}})
    world.run_jobs()
    assert (len(world.inbox.to(kept.email)), len(world.inbox.to(merged.email))) == (1, 1)


def _killed(*_: Any) -> None:
    raise KeyboardInterrupt


STEPS = (
    "lms.controllers.payments.merging.merge",
    "lms.controllers.learning.merging.merge",
    "lms.controllers.assessment.merging.merge",
    "lms.controllers.accounts.merging_people.merge",
    "lms.controllers.accounts.merging_people.close",
    "lms.models.system.outbox.Outbox.add",
)


def test_a_merge_that_dies_anywhere_has_not_begun(
    world: World, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, merged = two(world)
    world.enroll(merged, course)
    before = dump()
    for step in STEPS:
        with monkeypatch.context() as dying:
            dying.setattr(step, _killed)
            with pytest.raises(KeyboardInterrupt):
                merge(kept, merged)
        assert dump() == before
    merge(kept, merged)
    assert left_behind(merged) == []


def dump() -> dict[str, list[Any]]:
    assert mongo.db is not None
    names = sorted(mongo.db.list_collection_names())
    return {name: list(mongo.db[name].find().sort("_id", 1)) for name in names}


def test_of_two_merges_that_cross_one_is_done(world: World, course: MadeCourse) -> None:
    kept, merged = two(world)
    world.enroll(merged, course)
    world.enroll(kept, course)
    done = at_once([lambda: tried(kept, merged), lambda: tried(merged, kept)])
    assert sorted(map(str, done)) == ["None", "account_merged"]
    left = kept if "mergedInto" not in stored(kept) else merged
    assert enrollments.count({"user": left.id, "status": "active"}) == 1
    assert wrong_counters() == []


def tried(kept: Person, merged: Person, seen: str | None = None) -> str | None:
    """The code of what refused it."""
    try:
        merge(kept, merged, seen)
    except Refusal as refusal:
        return refusal.code
    return None


def test_accounts_in_a_row_all_lead_to_the_last(world: World, course: MadeCourse) -> None:
    first, second = two(world)
    third = world.person(firstName="Ashalata")
    world.enroll(first, course)
    done = at_once([lambda: tried(second, first), lambda: tried(third, second)])
    if done[0] is not None:
        assert (done[0], tried(third, first)) == ("account_merged", None)
    assert done[1] is None
    assert {stored(each)["mergedInto"] for each in (first, second)} == {third.id}
    assert enrollments.attends(third.id, course.id)
    assert {stored(each)["firstName"] for each in (first, second)} == {"Ashalata"}


def test_what_was_under_way_follows_later(world: World, course: MadeCourse) -> None:
    kept, merged = two(world)
    merge(kept, merged)
    world.enroll(merged, course)
    with acting_as(Actor(None, "users.follow_merged", "system")):
        merging.follow_late()
    assert enrollments.attends(kept.id, course.id)
    assert (left_behind(merged), wrong_counters()) == ([], [])
    users.raw.update_one({"_id": merged.id}, {"$set": {"erasedAt": now() - timedelta(hours=2)}})
    world.enroll(merged, course)
    with acting_as(Actor(None, "users.follow_merged", "system")):
        merging.follow_late()
    assert enrollments.attends(merged.id, course.id)


def suspended(world: World, person: Person) -> None:
    users.update({"_id": person.id}, {"$set": {"status": "suspended"}})


def deleted(world: World, person: Person) -> None:
    users.update({"_id": person.id}, {"$set": {"deletedAt": now(), "deletedBy": person.id}})


def erased(world: World, person: Person) -> None:
    users.erase(person.id)


def unproven(world: World, person: Person) -> None:
    users.update({"_id": person.id}, {"$set": {"emailVerifiedAt": None}})


def moderating(world: World, person: Person) -> None:
    users.update({"_id": person.id}, {"$set": {"staffRole": "moderator"}})


def administrating(world: World, person: Person) -> None:
    users.update({"_id": person.id}, {"$set": {"role": "admin"}})


def moved(world: World, person: Person) -> None:
    assert addresses.move(users.by_id(person.id), "elsewhere@example.com")  # type: ignore[arg-type]


def merged_before(world: World, person: Person) -> None:
    merge(world.person(), person)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    ("state", "code"),
    [
        (suspended, "suspended_account"),
        (deleted, "account_deleted"),
        (erased, "account_erased"),
        (unproven, "unproven_account"),
        (moderating, "staff_account"),
        (administrating, "staff_account"),
        (moved, "address_changed_lately"),
        (merged_before, "account_merged"),
    ],
)
def test_what_forbids_a_merge(world: World, which: int, state: Callable[[World, Person], None], code: str) -> None:
    both = two(world)
    state(world, both[which])
    before = dump()
    assert tried(*both) == code
    assert dump() == before


def test_an_account_is_not_merged_into_itself_nor_into_nobody(world: World) -> None:
    kept, merged = two(world)
    assert tried(kept, kept) == "same_account"
    users.raw.delete_one({"_id": merged.id})
    assert tried(kept, merged) == "user_not_found"


def test_nobody_merges_their_own(world: World) -> None:
    kept, merged = two(world)
    with acting_as(Actor(kept.id, "Asha", "admin")), pytest.raises(Refusal) as own:
        merging.merge(merged.id, kept.id, "Mine.")
    assert own.value.code == "own_account"


def test_more_than_a_transaction_bears_is_refused(
    world: World, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, merged = two(world)
    for person in (kept, merged):
        world.enroll(person, course)
    look = looked_at(kept, merged)
    assert look.weight == look.documents + 2 * merging.BOTH, "their profiles, and their enrolments in one course"
    monkeypatch.setattr(merging, "MOST", look.weight - 1)
    assert tried(kept, merged) == "too_much_to_merge"
    monkeypatch.setattr(merging, "MOST", look.weight)
    assert tried(kept, merged) is None


def test_what_has_changed_since_it_was_looked_at_is_looked_at_again(world: World, course: MadeCourse) -> None:
    kept, merged = two(world)
    seen = looked_at(kept, merged).seen
    world.enroll(merged, course)
    assert tried(kept, merged, seen) == "changed_meanwhile"
    assert tried(kept, merged, looked_at(kept, merged).seen) is None


def test_what_came_in_between_by_itself_is_changed_meanwhile(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, merged = two(world)

    def taken(*_: Any) -> None:
        sessions.raw.insert_one(sessions.raw.find_one({"user": kept.id}))

    monkeypatch.setattr(merging_people, "close", taken)
    with acting_as(ADMINISTRATOR), pytest.raises(ChangedMeanwhile):
        merging.merge(kept.id, merged.id, "Hers.")


@pytest.mark.parametrize(
    ("kept_as", "merged_as", "becomes"),
    [
        ({}, {"role": "instructor"}, ("instructor", False)),
        ({}, {"role": "instructor", "appliedAt": True}, ("instructor", True)),
        ({"role": "instructor", "appliedAt": True}, {"role": "instructor"}, ("instructor", False)),
        ({"role": "instructor"}, {"role": "instructor", "appliedAt": True}, ("instructor", False)),
        ({"role": "instructor"}, {}, ("instructor", False)),
    ],
)
def test_who_may_teach_with_one_may_teach_with_both(
    world: World, kept_as: dict[str, Any], merged_as: dict[str, Any], becomes: tuple[str, bool]
) -> None:
    def made(fields: dict[str, Any]) -> Person:
        return world.person(**{name: now() if value is True else value for name, value in fields.items()})

    kept, merged = made(kept_as), made(merged_as)
    said = looked_at(kept, merged).becomes
    merge(kept, merged)
    left = stored(kept)
    assert (left["role"], "appliedAt" in left) == becomes
    assert sessions.get({"_id": kept.session_id})["role"] == becomes[0]  # type: ignore[index]
    assert bool(said) == (kept_as != {**kept_as, "role": "instructor"} or kept_as.get("appliedAt", False))


def test_a_picture_is_taken_where_there_is_none(world: World) -> None:
    kept, merged = world.person(), world.person(image="https://pictures.example/owl.webp")
    assert merging_people.PICTURE in looked_at(kept, merged).becomes
    merge(kept, merged)
    assert stored(kept)["image"] == "https://pictures.example/owl.webp"


def test_the_erasure_of_who_is_left_leaves_nothing_of_both(world: World, course: MadeCourse) -> None:
    kept = world.person(email="zora.q@example.org", firstName="Zora", lastName="Quillfeather")
    merged = world.person(email="zq@example.net", firstName="Zorinda", lastName="Quill")
    world.post("/auth/loginUser", {"email": merged.email})
    world.enroll(merged, course)
    merge(kept, merged)
    world.run_jobs()
    kept.token = world.post("/auth/login", {"email": kept.email, "password": PASSWORD}).json["token"]
    assert world.delete("/profile/deleteAccount/me", {"password": PASSWORD}, by=kept).status_code == 202
    users.raw.update_one({"_id": kept.id}, {"$set": {"deletedAt": now() - timedelta(days=31)}})
    erasure.erase_deleted()
    facts = ("zora.q", "Quillfeather", "zq@example.net", "Zorinda", "Quill")
    assert [(where, fact) for where, text in everything() for fact in facts if fact in text] == []
    assert {row["label"] for each in (kept, merged) for row in audit_log.history("users", each.id)} == {"Former member"}
