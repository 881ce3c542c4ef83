"""Demo data is whole, consistent and the same every time."""

import itertools
from collections import Counter
from datetime import datetime, timedelta

import click
import pytest
from bson import ObjectId

from lms.controllers.catalogue.counters import prove_counters
from lms.controllers.learning import progress as progress_controller
from lms.controllers.learning.progress import Event, merge
from lms.demo import catalogue, people, seeding
from lms.demo.ids import demo_id
from lms.demo.texts import slug
from lms.extensions import mongo
from lms.models.accounts import user_administration
from lms.models.accounts.otps import otps
from lms.models.accounts.profiles import profiles
from lms.models.accounts.users import User, users
from lms.models.analytics.rollups import COUNTED
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.base import COLLECTIONS, now
from lms.models.catalogue.categories import categories
from lms.models.catalogue.course_search import searchable
from lms.models.catalogue.courses import courses
from lms.models.catalogue.tags import tags
from lms.models.fields import fields_of
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.progress_events import KEPT, progress_events
from lms.models.learning.reviews import reviews
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders
from lms.models.payments.refunds import refunds
from lms.schemas.authoring.courses import CourseIn
from lms.schemas.authoring.subsections import SubsectionIn
from lms.schemas.catalogue.courses import CatalogueQuery, CourseDetailsOut
from lms.schemas.learning.reviews import ReviewIn
from lms.services.accounts import passwords
from lms.services.system import page_store
from tests import demo_data
from tests.database import empty_stores
from tests.documents import whole


@pytest.fixture
def seeded(app):
    with app.app_context(), demo_data.shown():
        yield app


def everything():
    """All documents, less what bcrypt salts and when reports were counted."""
    where, but = {"_id": {"$ne": COUNTED}}, {"passwordHash": 0, "countedAt": 0}
    return {
        name: list(mongo.db[name].find(where, but, sort=[("_id", 1)]))
        for name in sorted(COLLECTIONS)
        if name not in ("otps", "sessions", "scheduledJobs", "migrations")
    }


def test_there_is_as_much_as_promised(seeded):
    assert categories.count({}) == 8
    assert courses.count({}) == catalogue.COURSES_A_SCALE
    assert 55 <= catalogue.COURSES_A_SCALE <= 65
    assert users.count({"role": "instructor", "appliedAt": None}) == 12
    assert users.count({"role": "student", "staffRole": None, "status": "active"}) == 200
    assert users.count(user_administration.STAFF) == 3
    assert (user_administration.applicants(), users.count({"status": "suspended"})) == (1, 1)
    assert profiles.count({}) == users.count({"emailVerifiedAt": {"$ne": None}}) == 217
    statuses = Counter(course["status"] for course in courses.find({}))
    assert set(statuses) == {"draft", "in_review", "published", "archived"}
    assert 4 <= statuses.total() - statuses["published"] <= 6
    sizes = [course["studentsCount"] for course in courses.find({"status": "published"})]
    assert max(sizes) > 100
    assert min(sizes) < 4
    assert 0.3 < reviews.count({}) / enrollments.count({}) < 0.4


def test_every_counter_is_proven(seeded):
    before = {course["_id"]: course for course in courses.find({})}
    prove_counters()
    assert {course["_id"]: course for course in courses.find({})} == before


def test_outlines_are_whole(seeded):
    for course in courses.find({}):
        chapters, lessons = sections.of_course(course["_id"]), subsections.of_course(course["_id"])
        assert 3 <= len(chapters) <= 6
        assert [chapter["position"] for chapter in chapters] == list(range(len(chapters)))
        by_chapter = [[each for each in lessons if each["section"] == chapter["_id"]] for chapter in chapters]
        assert all(3 <= len(each) <= 6 for each in by_chapter)
        in_order = list(itertools.chain.from_iterable(by_chapter))
        assert [lesson["_id"] for lesson in in_order] == course["lessons"]
        assert [lesson["preview"] for lesson in in_order] == [True] + [False] * (len(in_order) - 1)
        assert {each["position"] for each in by_chapter[0]} == set(range(len(by_chapter[0])))


def test_documents_have_the_fields_of_their_models(seeded):
    for name, documents in everything().items():
        fields = fields_of(COLLECTIONS[name].fields)
        required = {each.name for each in fields.values() if each.required} - {"countedAt", "until"}
        for document in documents:
            assert required <= set(document) <= set(fields), name


def test_the_texts_are_such_as_the_api_accepts(seeded):
    for lesson in subsections.find({}):
        given = {key: lesson[key] for key in ("title", "description", "preview")}
        assert SubsectionIn.model_validate(given).model_dump(include=given.keys()) == given
    for course in courses.find({}):
        given = {key: course[key] for key in ("title", "description", "tags", "whatYouWillLearn", "instructions")}
        accepted = CourseIn.model_validate(given).stored()
        assert {key: accepted[key] for key in given} == given
    for review in reviews.find({}):
        ReviewIn.model_validate({"courseId": review["course"], "rating": review["rating"], "review": review["review"]})
        assert review["review"]
    words = {tag["_id"] for tag in tags.find({})}
    assert all(words.issuperset(course["tags"]) for course in courses.find({}))


def test_enrolments_follow_the_price_and_the_calendar(seeded):
    every = {course["_id"]: course for course in courses.find({})}
    joined = {user["_id"]: user["createdAt"] for user in users.find({})}
    moment = now()
    for enrollment in enrollments.find({}):
        course = every[enrollment["course"]]
        expected = ("purchase", course["amount"]) if course["amount"] else ("free", 0)
        assert (enrollment["source"], enrollment["amountPaid"]) == expected
        assert max(course["publishedAt"], joined[enrollment["user"]]) < enrollment["enrolledAt"] < moment
    assert all(course["publishedAt"] for course in every.values() if course["studentsCount"])


def test_progress_is_as_the_controller_would_have_written_it(seeded):
    lessons = {course["_id"]: course["lessons"] for course in courses.find({})}
    needed = {course["_id"]: set(course["requiredLessons"]) for course in courses.find({})}
    enrolled = {(each["user"], each["course"]): each["enrolledAt"] for each in enrollments.find({})}
    kinds = Counter()
    for state in course_progress.find({}):
        events = [
            Event(lesson, each.get("positionAt") or each["completedAt"], each.get("completed"), each.get("position"))
            for lesson, each in state["lessons"].items()
        ]
        assert merge({}, events) == state["lessons"]
        assert progress_controller._resume(state["lessons"]) == state["resume"]
        done = [lesson for lesson in lessons[state["course"]] if state["lessons"].get(str(lesson), {}).get("completed")]
        assert done == state["completed"]
        assert (needed[state["course"]] <= set(done)) == (state["completedAt"] is not None)
        assert enrolled[state["user"], state["course"]] < state["updatedAt"] < now()
        kinds["finished" if state["completedAt"] else "begun"] += 1
    assert kinds["finished"]
    assert kinds["begun"]
    assert kinds.total() < len(enrolled)


def test_every_lesson_watched_lately_has_an_event(seeded):
    noted = {(each["user"], each["subsection"], each["at"]) for each in progress_events.find({})}
    begun = {(each["user"], each["course"]): each["enrolledAt"] for each in enrollments.find({})}
    for state in course_progress.find({}):
        for lesson, each in state["lessons"].items():
            if "positionAt" not in each:
                continue
            at = each["positionAt"] - (each["positionAt"] - datetime.min) % timedelta(minutes=15)
            if each["positionAt"] > now() - KEPT + timedelta(days=3):
                assert (state["user"], ObjectId(lesson), at) in noted
    for each in progress_events.find({}):
        assert begun[each["user"], each["course"]] - timedelta(minutes=15) < each["at"] < now()


def test_refunds_end_enrolments_and_give_the_money_back(seeded):
    given_back = refunds.find({"state": "processed"})
    assert 20 < len(given_back) < 100
    for refund in given_back:
        order, enrollment = orders.get({"_id": refund["order"]}), enrollments.get({"order": refund["order"]})
        assert (order["state"], enrollment["status"]) == ("refunded", "refunded")
        assert enrollment["enrolledAt"] < enrollment["endedAt"] == refund["processedAt"] < now()
        assert order["refunded"] == order["amount"] == refund["amount"]
        assert sum(row["amount"] for row in ledger.find({"order": order["_id"]})) == 0
    assert enrollments.count({"status": "refunded"}) == len(given_back)


def test_the_last_months_are_lively(seeded):
    for moment in (now() - timedelta(days=days) for days in range(15, 120, 15)):
        lately = {"$gte": moment - timedelta(days=15), "$lt": moment}
        assert users.count({"createdAt": lately})
        for collection, field in ((enrollments, "enrolledAt"), (ledger, "at"), (reviews, "createdAt")):
            assert collection.count({field: lately}), (collection.name, moment)
        assert progress_events.count({"at": lately}) > 300
    assert otps.count({}) > 200


def test_only_learners_who_have_begun_review(seeded):
    begun = {(each["user"], each["course"]): each["updatedAt"] for each in course_progress.find({})}
    for review in reviews.find({}):
        assert begun[review["user"], review["course"]] <= review["createdAt"] < now()


def test_addresses_do_not_name_the_server(seeded):
    assert all(course["thumbnail"].startswith("/sandbox/thumbnails/") for course in courses.find({}))


def test_courses_hold_the_words_they_are_found_by(seeded):
    for course in courses.find({}):
        words = searchable(course["title"], course["description"], course["tags"])
        assert {name: course[name] for name in words} == words


def test_the_demo_accounts(seeded):
    student, instructor, admin = (users.by_email(f"{role}@example.com") for role in ("student", "instructor", "admin"))
    for user, role in ((student, "student"), (instructor, "instructor"), (admin, "admin")):
        assert user["role"] == role
        assert passwords.matches("learn-by-doing", user["passwordHash"])
    own = courses.find({"instructor": instructor["_id"], "status": "published"})
    assert {course["amount"] > 0 for course in own} == {False, True}
    (attended,) = enrollments.course_ids(student["_id"])
    course = next(course for course in own if course["_id"] == attended)
    assert course["amount"] == 0
    shown = progress_controller.progress_of(student["_id"], attended)
    assert 20 < shown["progressPercentage"] < 80
    assert shown["resume"]
    assert reviews.get({"user": student["_id"]}) is None


def test_the_api_shows_it(seeded):
    from lms.controllers.catalogue import courses as controller

    page = controller.search(CatalogueQuery(q="flask"))
    assert page.total >= 1
    assert "Flask" in page.items[0]["title"]
    CourseDetailsOut.model_validate_json(seeded.json.dumps(controller.details(page.items[0]["id"])))


def test_two_runs_are_equal(app):
    with app.app_context():
        runs = []
        for fill in (demo_data.copied, lambda: seeding.run(1, once=False)):
            empty_stores()
            fill()
            runs.append(everything())
    assert runs[0] == runs[1]


def test_once_leaves_full_data_alone(seeded, capsys):
    before = everything()
    page_store.purge_all()
    capsys.readouterr()
    seeding.run(1, once=True)
    assert everything() == before
    assert capsys.readouterr().out == "The demo data is there already.\n"


def test_a_database_in_use_is_refused(seeded):
    with pytest.raises(click.ClickException, match="start afresh"):
        seeding.run(1, once=False)


def test_a_database_with_other_people_is_refused(app, capsys):
    with app.app_context():
        users.insert(whole(User, firstName="Own", lastName="User", email="own@example.com", role="admin"))
        with pytest.raises(click.ClickException, match="of its own"):
            seeding.run(1, once=False)
        seeding.run(1, once=True)
        assert users.count({}) == 1
        assert courses.count({}) == 0
    assert "of its own" in capsys.readouterr().out


@pytest.fixture
def written(monkeypatch):
    """What seeding inserts, batch by batch: a collection and the ids."""
    batches = []

    class Recorder(seeding.Writer):
        def _insert(self, collection):
            batches.append((collection.name, [each["_id"] for each in self._waiting[collection]]))
            super()._insert(collection)

    monkeypatch.setattr(seeding, "Writer", Recorder)
    return batches


@pytest.mark.parametrize("once", [True, False])
def test_an_interrupted_run_is_done_again_and_its_marker_written_last(app, written, once):
    with app.app_context():
        demo_data.copied()
        complete = everything()
        users.delete({"_id": demo_id("admin", 0)})
        reviews.delete_many({"rating": 5})
        courses.raw.update_many({}, {"$set": {"title": "half"}})
        larger = {"_id": demo_id("lesson", 16_000_000), "course": demo_id("course", 9), "title": "larger scale"}
        subsections.insert(whole(Subsection, **larger))
        written.clear()
        seeding.run(1, once)
        assert everything() == complete
    assert written[-1] == ("users", [demo_id("admin", 0)])


def test_scale_multiplies(app):
    with app.app_context():
        seeding.run(2, once=False)
        every = courses.find({})
        assert len(every) == 2 * catalogue.COURSES_A_SCALE
        assert len({slug(course["title"]) for course in every}) == len(every)
        assert users.count({"role": "student", "staffRole": None, "status": "active"}) == 400
        assert users.count({"role": "instructor", "appliedAt": None}) == 24
        before = {course["_id"]: course for course in every}
        prove_counters()
        assert {course["_id"]: course for course in courses.find({})} == before


def test_a_large_scale_has_no_two_titles_or_addresses_alike():
    titles = [catalogue.edition("Title", variant) for variant in range(1000)]
    assert len(set(titles)) == 1000
    addresses = [people.person(number, "example.com").email for number in range(200_000)]
    assert len(set(addresses)) == 200_000
    fixed = {slug(each.last_name) for each in people.INSTRUCTORS}
    assert fixed.isdisjoint(map(slug, people.FAMILIES + people.FAMILIES_ABROAD))
