import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.models.authoring.sections import Section, sections
from lms.models.base import COLLECTIONS, Page, now
from lms.models.catalogue.categories import categories
from lms.models.catalogue.tags import Tag, tags
from lms.models.payments.coupons import Coupon, coupons
from lms.models.stages import lookup
from lms.models.system.scheduled_jobs import scheduled_jobs
from lms.models.transactions import after_commit, transactional
from tests.documents import whole
from tests.world import World, at_once

pytestmark = pytest.mark.usefixtures("world")


class Unwanted(Exception):
    pass


def make(name: str, deleted: bool = False, **fields: object) -> ObjectId:
    gone = {"deletedAt": now()} if deleted else {}
    return sections.insert(whole(Section, **{"sectionName": name, "position": 0, **gone, **fields}))


def other(**fields: object) -> dict[str, object]:
    """Everything of a section but its id."""
    return {name: value for name, value in whole(Section, **fields).items() if name != "_id"}


class TestNow:
    def test_is_what_mongodb_gives_back(self) -> None:
        moment = now()
        assert sections.raw.find_one({"_id": make("A", createdAt=moment)})["createdAt"] == moment
        assert moment.tzinfo is None


class TestSoftDelete:
    """What is deleted is not there, whichever way one asks."""

    def test_for_reading(self) -> None:
        live, gone = make("Live"), make("Gone", deleted=True)
        assert sections.get({"_id": gone}) is None
        assert sections.get({"_id": live}) is not None
        assert [each["_id"] for each in sections.find({})] == [live]
        assert sections.count({}) == 1
        assert [each["_id"] for each in sections.aggregate({}, [])] == [live]
        assert sections.page({}, [], {"_id": 1}, 1, 10).total == 1

    def test_for_writing(self) -> None:
        gone = make("Gone", deleted=True)
        change = {"$set": {"sectionName": "Changed"}}
        assert sections.update({"_id": gone}, change) is False
        assert sections.change({"_id": gone}, change) is None
        assert sections.update_many({}, change) == 0
        assert sections.delete({"_id": gone}) is False
        kept = sections.raw.find_one({"_id": gone})
        assert kept["sectionName"] == "Gone"

    def test_unless_one_asks_about_it(self) -> None:
        gone = make("Gone", deleted=True)
        make("Live")
        for where in ({"deletedAt": {"$ne": None}}, {"deletedAt": {"$lte": now() + timedelta(days=1)}}):
            assert [each["_id"] for each in sections.find(where)] == [gone]

    def test_is_only_for_collections_that_have_it(self) -> None:
        coupons.insert(whole(Coupon))
        assert coupons.live({"used": 0}) == {"used": 0}
        assert coupons.count({}) == 1

    def test_holds_for_everything_the_contract_can_restore(self) -> None:
        soft = {name for name, each in COLLECTIONS.items() if each.soft_delete}
        assert {"users", "courses", "sections", "subsections", "categories", "ratingAndReviews"} <= soft


class TestWriting:
    def test_insert_gives_the_id_and_leaves_what_it_was_given(self) -> None:
        given = whole(Section, sectionName="A")
        kept = {**given}
        assert sections.insert(given) == given["_id"]
        assert given == kept
        assert sections.get({"_id": given["_id"]}) == kept

    def test_many_can_be_none(self) -> None:
        sections.insert_many([])
        sections.insert_many(whole(Section, sectionName=name) for name in "AB")
        assert sections.count({}) == 2

    def test_update_says_whether_there_was_one(self) -> None:
        made = make("A")
        assert sections.update({"_id": made}, {"$set": {"sectionName": "A"}}) is True
        assert sections.update({"_id": ObjectId()}, {"$set": {"sectionName": "B"}}) is False
        assert scheduled_jobs.update({"_id": "new"}, {"$set": {"lastRunAt": None, "nextRunAt": now()}}, True) is True

    def test_change_and_put_give_the_document_afterwards(self) -> None:
        made = make("A")
        changed = sections.change({"_id": made}, {"$set": {"sectionName": "B"}})
        assert changed is not None
        assert changed["sectionName"] == "B"
        assert sections.put({"_id": made}, {"$set": {"sectionName": "C"}})["sectionName"] == "C"
        assert sections.put({"_id": ObjectId()}, {"$set": other(sectionName="D")})["sectionName"] == "D"
        assert sections.count({}) == 2

    def test_positions_follow_the_last_live_one(self) -> None:
        course = ObjectId()
        assert sections.next_position({"course": course}) == 0
        make("A", course=course, position=4)
        make("B", course=course, position=9, deleted=True)
        make("C", position=20)
        assert sections.next_position({"course": course}) == 5


class TestPaging:
    def test_is_exact(self) -> None:
        ids = [make(f"S{number}") for number in range(7)]
        make("Gone", deleted=True)
        pages = [sections.page({}, [{"$project": {"_id": 1}}], {"_id": -1}, number, 3) for number in (1, 2, 3, 4)]
        assert [[row["_id"] for row in page.items] for page in pages] == [ids[:3:-1], ids[3:0:-1], [ids[0]], []]
        assert pages[3] == Page([], 7, 4, 3)

    def test_joins_one_document_or_null(self) -> None:
        shelf = categories.create("Art", "")["id"]
        for course in (shelf, ObjectId()):
            make("A", course=course)
        rows = sections.aggregate({}, [{"$sort": {"_id": 1}}, *lookup("categories", "course", "shelf", {"name": 1})])
        assert [row["shelf"] for row in rows] == [{"name": "Art"}, None]


@transactional
def make_both(name: str, fail: type[Exception] | None = None, effect: Callable[[], None] | None = None) -> None:
    make(name)
    if effect:
        after_commit(effect)
    tags.insert(whole(Tag, _id=name))
    if fail:
        raise fail


class TestTransactions:
    def test_keep_all_of_it(self) -> None:
        make_both("A")
        assert (sections.count({}), tags.count({})) == (1, 1)

    def test_keep_nothing_of_what_failed(self) -> None:
        with pytest.raises(Unwanted):
            make_both("A", fail=Unwanted)
        tags.insert(whole(Tag, _id="B"))
        with pytest.raises(DuplicateKeyError):
            make_both("B")
        assert (sections.count({}), tags.count({})) == (0, 1)

    def test_show_nothing_to_others_before_they_are_done(self) -> None:
        seen = []

        @transactional
        def slow() -> None:
            make("A")
            other = threading.Thread(target=lambda: seen.append(sections.count({})))
            other.start()
            other.join()
            seen.append(sections.count({}))

        slow()
        assert seen == [0, 1]

    def test_inside_another_are_part_of_it(self) -> None:
        @transactional
        def outer() -> None:
            make_both("A")
            raise Unwanted

        with pytest.raises(Unwanted):
            outer()
        assert (sections.count({}), tags.count({})) == (0, 0)

    def test_give_back_what_the_function_gives(self) -> None:
        @transactional
        def add(one: int, *, other: int) -> int:
            return one + other

        assert add(1, other=2) == 3

    def test_at_once_lose_no_update(self) -> None:
        counter = make("A")

        @transactional
        def count() -> None:
            section = sections.get({"_id": counter})
            assert section is not None
            sections.update({"_id": counter}, {"$set": {"position": section["position"] + 1}})

        at_once([count] * 12)
        section = sections.get({"_id": counter})
        assert section is not None
        assert section["position"] == 12


class TestEffects:
    def test_run_once_after_the_commit_in_order(self) -> None:
        ran = []

        @transactional
        def change() -> None:
            for name in "AB":
                make(name)
                after_commit(lambda name=name: ran.append((name, committed())))
            assert ran == []

        def committed() -> int:
            found: list[int] = []
            other = threading.Thread(target=lambda: found.append(sections.count({})))
            other.start()
            other.join()
            return found[0]

        change()
        assert ran == [("A", 2), ("B", 2)]

    def test_do_not_run_when_nothing_was_kept(self) -> None:
        ran: list[int] = []
        with pytest.raises(Unwanted):
            make_both("A", fail=Unwanted, effect=lambda: ran.append(1))
        make_both("B")
        assert ran == []

    def test_of_an_inner_transaction_wait_for_the_outer(self) -> None:
        ran: list[int] = []

        @transactional
        def outer(fail: bool) -> None:
            make_both(str(fail), effect=lambda: ran.append(1))
            assert ran == []
            if fail:
                raise Unwanted

        with pytest.raises(Unwanted):
            outer(fail=True)
        assert ran == []
        outer(fail=False)
        assert ran == [1]

    def test_run_once_however_often_the_function_had_to(self) -> None:
        counter, tries, ran = make("A"), [], []

        @transactional
        def change() -> None:
            sections.get({"_id": counter})
            after_commit(lambda: ran.append(1))
            tries.append(1)
            if len(tries) == 1:
                other = threading.Thread(target=sections.update, args=({"_id": counter}, {"$inc": {"position": 1}}))
                other.start()
                other.join()
            sections.update({"_id": counter}, {"$inc": {"position": 1}})

        change()
        assert (len(tries), len(ran)) == (2, 1)
        section = sections.get({"_id": counter})
        assert section is not None
        assert section["position"] == 2

    def test_outside_a_transaction_run_now(self, world: World) -> None:
        ran: list[int] = []
        after_commit(lambda: ran.append(1))
        assert ran == [1]
