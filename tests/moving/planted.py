"""Faults of every kind that databases of the family have, each planted once, with what the report has to say of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from tests.moving.their_server import TheirServer


@dataclass(frozen=True)
class Fault:
    """`code` is the reason that the report gives, `collection` and `id` what it gives it of."""

    code: str
    collection: str
    id: Any


def plant(server: TheirServer) -> list[Fault]:
    """Plant all of them in a school that has been opened."""
    return [fault for planted in PLANTED for fault in planted(server)]


def _somebody(server: TheirServer) -> tuple[ObjectId, ObjectId]:
    """A learner with a course of their own buying."""
    user, course = server.sign_up(), server.courses[0]
    server.buy(user, course)
    return user, course


def doubled_address(server: TheirServer) -> list[Fault]:
    kept = server.sign_up(email="Twice@Example.com ")
    for course in server.courses[:2]:
        server.buy(kept, course)
    other = server.sign_up(email="twice@example.com")
    server.buy(other, server.courses[1])
    return [Fault("merged_account", "users", other)]


def no_address(server: TheirServer) -> list[Fault]:
    return [Fault("address_unusable", "users", server.sign_up(email="not an address"))]


def clear_password(server: TheirServer) -> list[Fault]:
    user = server.sign_up(email="clear@example.com")
    server.db.users.update_one({"_id": user}, {"$set": {"password": "hunter22"}})
    return [Fault("password_unusable", "users", user)]


def self_made_admin(server: TheirServer) -> list[Fault]:
    return [Fault("admin_not_taken_over", "users", server.sign_up("Admin", email="boss@example.com"))]


def name_with_an_address(server: TheirServer) -> list[Fault]:
    return [Fault("name_changed", "users", server.sign_up(names=("http://evil.example", "Rao")))]


def contact_number(server: TheirServer) -> list[Fault]:
    user = server.sign_up()
    server.update_profile(user, contactNumber=42, countryCode="")
    profile = (server.db.users.find_one({"_id": user}) or {})["additionalDetails"]
    return [Fault("contact_number_unusable", "profiles", profile)]


def birthday(server: TheirServer) -> list[Fault]:
    user = server.sign_up()
    server.update_profile(user, dateOfBirth="17th of May")
    profile = (server.db.users.find_one({"_id": user}) or {})["additionalDetails"]
    return [Fault("date_of_birth_unusable", "profiles", profile)]


def lost_profile(server: TheirServer) -> list[Fault]:
    user = server.sign_up()
    lost = (server.db.users.find_one({"_id": user}) or {})["additionalDetails"]
    orphan = server._insert("profiles", {"about": "Nobody's"})
    server.db.profiles.delete_one({"_id": lost})
    return [Fault("profile_unknown", "users", user), Fault("profile_orphaned", "profiles", orphan)]


def doubled_category(server: TheirServer) -> list[Fault]:
    return [Fault("merged_category", "categories", server.create_category("PROGRAMMING"))]


def bought_twice(server: TheirServer) -> list[Fault]:
    """`verifyPayment` ran twice: the learner stands twice in the course, and has two documents of progress."""
    user, course = _somebody(server)
    server.buy(user, course)
    server.complete(user, course, server.lessons_of(course)[0])
    second = max(each for each in (server.db.users.find_one({"_id": user}) or {})["courseProgress"])
    return [Fault("enrolled_twice", "courses", course), Fault("merged_progress", "courseprogresses", second)]


def gone_learner(server: TheirServer) -> list[Fault]:
    user, course = _somebody(server)
    review = server.review(user, course, 4)
    progress = (server.db.users.find_one({"_id": user}) or {})["courseProgress"][0]
    server.delete_account(user)
    found = [Fault("learner_unknown", "courses", course), Fault("author_unknown", "ratingandreviews", review)]
    return [*found, *([Fault("progress_of_nobody", "courseprogresses", progress)])]


def gone_teacher(server: TheirServer) -> list[Fault]:
    teacher = server.sign_up("Instructor")
    course = server.create_course(teacher, server.categories[0])
    server.create_lesson(server.create_section(course))
    server.publish(course)
    server.buy(server.sign_up(), course)
    server.db.users.delete_one({"_id": teacher})
    server.instructors.remove(teacher)
    return [Fault("instructor_unknown", "courses", course)]


def gone_course(server: TheirServer) -> list[Fault]:
    course, user = server.write_course(), server.sign_up()
    server.buy(user, course)
    review = server.review(user, course, 5)
    progress = (server.db.users.find_one({"_id": user}) or {})["courseProgress"][0]
    server.delete_course(course)
    return [
        Fault("course_unknown", "ratingandreviews", review),
        Fault("progress_of_no_course", "courseprogresses", progress),
    ]


def gone_section(server: TheirServer) -> list[Fault]:
    course = server.write_course()
    section = server.create_section(course)
    lesson = server.create_lesson(section)
    server.delete_section(section)
    return [Fault("section_unknown", "courses", course), Fault("lesson_orphaned", "subsections", lesson)]


def shared_section(server: TheirServer) -> list[Fault]:
    first, second = server.write_course(), server.write_course()
    shared = (server.db.courses.find_one({"_id": first}) or {})["courseContent"][0]
    server.db.courses.update_one({"_id": second}, {"$push": {"courseContent": shared}})
    return [Fault("section_shared", "courses", second)]


def orphans(server: TheirServer) -> list[Fault]:
    section = server._insert("sections", {"sectionName": "Nowhere", "subSection": []})
    return [Fault("section_orphaned", "sections", section)]


def stranger_reviews(server: TheirServer) -> list[Fault]:
    return [Fault("review_hidden", "ratingandreviews", server.review(server.sign_up(), server.courses[0], 1))]


def strange_ratings(server: TheirServer) -> list[Fault]:
    faults = []
    for rating, code in ((100, "rating_clamped"), (4.5, "rating_rounded"), ("many", "rating_unusable")):
        user, course = _somebody(server)
        faults.append(Fault(code, "ratingandreviews", server.review(user, course, rating)))
    return faults


def reviewed_twice(server: TheirServer) -> list[Fault]:
    user, course = _somebody(server)
    older = server.review(user, course, 2)
    server.review(user, course, 5)
    return [Fault("merged_review", "ratingandreviews", older)]


def strange_prices(server: TheirServer) -> list[Fault]:
    faults = []
    for price, code in ((None, "price_unusable"), (-5, "price_unusable"), (float("nan"), "price_unusable")):
        course = server.write_course()
        server.edit_course(course, price=price)
        faults.append(Fault(code, "courses", course))
    cheap = server.write_course()
    server.edit_course(cheap, price=0.5)
    return [*faults, Fault("price_raised", "courses", cheap)]


def unfit_for_sale(server: TheirServer) -> list[Fault]:
    course = server.write_course()
    server.edit_course(course, thumbnail="not a picture")
    return [Fault("unpublished", "courses", course), Fault("thumbnail_unusable", "courses", course)]


def long_texts(server: TheirServer) -> list[Fault]:
    course = server.write_course()
    server.edit_course(course, courseName="A very long name " * 20, whatYouWillLearn="A sentence of it. " * 60)
    return [Fault("text_cut", "courses", course), Fault("text_split", "courses", course)]


def script_in_text(server: TheirServer) -> list[Fault]:
    """No fault to be told of: it was text there, and stays text."""
    course = server.write_course()
    server.edit_course(course, courseDescription="<script>alert(1)</script> & <b>bold</b>")
    return []


def one_sided_enrolments(server: TheirServer) -> list[Fault]:
    user, course = server.sign_up(), server.courses[0]
    server.db.courses.update_one({"_id": course}, {"$push": {server.dialect.students: user}})
    other = server.sign_up()
    server.db.users.update_one({"_id": other}, {"$push": {"courses": course}})
    return [Fault("enrolled_in_one_list", "courses", course), Fault("enrolled_in_one_list", "users", other)]


def foreign_lessons(server: TheirServer) -> list[Fault]:
    user, course = _somebody(server)
    server.complete(user, course, ObjectId())
    progress = (server.db.users.find_one({"_id": user}) or {})["courseProgress"][0]
    return [Fault("lesson_unknown", "courseprogresses", progress)]


def progress_without_enrolment(server: TheirServer) -> list[Fault]:
    user, course = server.sign_up(), server.courses[0]
    fields: dict[str, Any] = {server.dialect.progress_course: course, server.dialect.completed: []}
    if server.dialect.progress_user:
        fields[server.dialect.progress_user] = user
    progress = server._insert("courseprogresses", fields)
    if not server.dialect.progress_user:
        server.db.users.update_one({"_id": user}, {"$push": {"courseProgress": progress}})
    return [Fault("progress_without_enrolment", "courseprogresses", progress)]


def video_without_address(server: TheirServer) -> list[Fault]:
    course = server.write_course()
    section = (server.db.courses.find_one({"_id": course}) or {})["courseContent"][0]
    return [
        Fault("video_unusable", "subsections", server.create_lesson(section, **{server.dialect.video: "video.mp4"}))
    ]


def unknown_fields(server: TheirServer) -> list[Fault]:
    user = server.sign_up(socials=["https://example.com/me"])
    server._insert("quizzes", {"title": "Ours alone"})
    return [Fault("field_not_taken", "users", user)]


def strange_id(server: TheirServer) -> list[Fault]:
    server.db.categories.insert_one({"_id": "handmade", "name": "By hand"})
    return [Fault("id_unusable", "categories", "handmade")]


PLANTED: tuple[Callable[[TheirServer], list[Fault]], ...] = (
    doubled_address,
    no_address,
    clear_password,
    self_made_admin,
    name_with_an_address,
    contact_number,
    birthday,
    lost_profile,
    doubled_category,
    bought_twice,
    gone_learner,
    gone_teacher,
    gone_course,
    gone_section,
    shared_section,
    orphans,
    stranger_reviews,
    strange_ratings,
    reviewed_twice,
    strange_prices,
    unfit_for_sale,
    long_texts,
    script_in_text,
    one_sided_enrolments,
    foreign_lessons,
    progress_without_enrolment,
    video_without_address,
    unknown_fields,
    strange_id,
)
