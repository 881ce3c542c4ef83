"""A database grown as a StudyNotion server grows it: its controllers, step by step, with what they forget."""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import bcrypt
from bson import ObjectId
from pymongo.database import Database

from tests.moving.dialects import MOST_COPIED, Dialect, Document

BEGAN = datetime.combine(date.today() - timedelta(days=40), time(9))  # noqa: DTZ011
"""Not long ago, for every day since is counted after an import."""
PASSWORD = "secret12"
VIDEO = "https://res.cloudinary.com/their-cloud/video/upload/v1711000000/StudyNotion/{}.mp4"
PICTURE = "https://res.cloudinary.com/their-cloud/image/upload/v1711000000/StudyNotion/{}.png"
DRAWN = "https://api.dicebear.com/5.x/initials/svg?seed={} {}"

FIRST = ("Asha", "Ravi", "Meera", "Kabir", "Zoya", "Ishaan", "Divya", "Farhan", "Leela", "Om")
LAST = ("Rao", "Iyer", "Khan", "Das", "Mehta", "Nair", "Singh", "Bose", "Patel", "Roy")
SUBJECTS = ("Python", "Knots", "Sitar", "Algebra", "Baking", "Chess", "Welding", "Hindi", "Drawing", "Bees")


@cache
def hashed(password: str, prefix: str = "$2b$") -> str:
    """What their bcrypt makes of a password; their cost is 10, which tests have no time for."""
    return prefix + bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()[4:]


class TheirServer:
    """Writes to `db` what their controllers write; the same `seed` grows the same school.

    Every act takes some minutes of the school's own clock, which all times and ids come from.
    """

    def __init__(self, db: Database[Document], dialect: Dialect = MOST_COPIED, seed: int = 1) -> None:
        self.db, self.dialect = db, dialect
        self.random = random.Random(seed)
        self.moment = BEGAN
        self.students: list[ObjectId] = []
        self.instructors: list[ObjectId] = []
        self.courses: list[ObjectId] = []
        self.categories: list[ObjectId] = []
        self.bought: list[tuple[ObjectId, ObjectId]] = []
        self._people = 0

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=self.random.randrange(1_000, 600_000))
        return self.moment

    def id(self) -> ObjectId:
        """An id made now."""
        seconds = int((self.now() - datetime(1970, 1, 1)).total_seconds())
        return ObjectId(seconds.to_bytes(4, "big") + self.random.randbytes(8))

    def _insert(self, collection: str, fields: Document) -> ObjectId:
        made = {"_id": self.id(), **fields, "__v": 0}
        self.db[collection].insert_one(made)
        return made["_id"]

    def sign_up(
        self,
        account_type: str = "Student",
        email: str | None = None,
        password: str | None = None,
        names: tuple[str, str] | None = None,
        **fields: Any,
    ) -> ObjectId:
        """`signup`: a profile of nothing, then the user; nothing says that an address is used once."""
        self._people += 1
        first, last = names or (self.random.choice(FIRST), self.random.choice(LAST))
        empty = dict.fromkeys(("gender", "dateOfBirth", "about", "contactNumber"))
        profile = self._insert("profiles", empty)
        moment = self.now()
        prefix = self.random.choice(("$2a$", "$2b$"))
        user = {
            "firstName": first,
            "lastName": last,
            "email": email or f"{first}.{last}{self._people}@example.com".lower(),
            "password": hashed(password or PASSWORD, prefix),
            "accountType": self.dialect.word(account_type),
            "active": True,
            "approved": True,
            "additionalDetails": profile,
            "courses": [],
            "image": DRAWN.format(first, last),
            "courseProgress": [],
            "createdAt": moment,
            "updatedAt": moment,
            **fields,
        }
        user_id = self._insert("users", user)
        {"Student": self.students, "Instructor": self.instructors}.get(account_type, []).append(user_id)
        return user_id

    def update_profile(self, user_id: ObjectId, **fields: Any) -> None:
        """`updateProfile`: the contact number is cast to a number, so + and leading zeros are gone."""
        user = self.db.users.find_one({"_id": user_id}) or {}
        if self.dialect.country_code:
            fields.setdefault("countryCode", "+91")
        self.db.profiles.update_one({"_id": user["additionalDetails"]}, {"$set": fields})

    def change_picture(self, user_id: ObjectId, image: str) -> None:
        self.db.users.update_one({"_id": user_id}, {"$set": {"image": image, "updatedAt": self.now()}})

    def ask_for_reset(self, user_id: ObjectId) -> None:
        """`resetPasswordToken`: the token in clear."""
        moment = self.now()
        fields = {self.dialect.reset_token: self.random.randbytes(20).hex(), "resetPasswordExpires": moment}
        self.db.users.update_one({"_id": user_id}, {"$set": {**fields, "updatedAt": moment}})

    def send_code(self, email: str) -> None:
        self._insert("otps", {"email": email, "otp": f"{self.random.randrange(10**6):06d}", "createdAt": self.now()})

    def create_category(self, name: str, description: str = "What there is of it") -> ObjectId:
        fields = {"name": name, "description": description, self.dialect.category_courses: []}
        self.categories.append(made := self._insert("categories", fields))
        return made

    def create_course(self, instructor: ObjectId, category: ObjectId | None, **fields: Any) -> ObjectId:
        """`createCourse`: what it pushes into the category goes into a field that the schema does not have."""
        moment, subject = self.now(), self.random.choice(SUBJECTS)
        course = {
            "courseName": f"{subject} for beginners",
            "courseDescription": f"All about {subject.lower()}.\nFrom the beginning.",
            "instructor": instructor,
            "whatYouWillLearn": f"- Begin with {subject.lower()}\n- Go on\n• Finish",
            "courseContent": [],
            "ratingAndReviews": [],
            "price": self.random.choice((0, 199, 499.5, 3999)),
            "thumbnail": PICTURE.format(subject.lower()),
            "tag": self.dialect.strings([subject, "beginners"]),
            self.dialect.students: [],
            "instructions": self.dialect.strings(["A chair", "Ten minutes, alone"]),
            "status": self.dialect.word("Draft"),
            "createdAt": moment,
            "updatedAt": moment,
            **fields,
        }
        if category is not None:
            course["category"] = category
        made = self._insert("courses", course)
        self.db.users.update_one({"_id": instructor}, {"$push": {"courses": made}})
        self.courses.append(made)
        return made

    def create_section(self, course_id: ObjectId, name: str = "Beginning") -> ObjectId:
        section = self._insert("sections", {"sectionName": name, "subSection": []})
        change = {"$push": {"courseContent": section}, "$set": {"updatedAt": self.now()}}
        self.db.courses.update_one({"_id": course_id}, change)
        return section

    def create_lesson(self, section_id: ObjectId, title: str = "Watch this", **fields: Any) -> ObjectId:
        lesson = {"title": title, "description": "What is shown.", self.dialect.video: VIDEO.format(self.id())}
        if self.dialect.duration:
            lesson["timeDuration"] = f"{self.random.randrange(2000, 90000) / 100}"
        made = self._insert("subsections", {**lesson, **fields})
        self.db.sections.update_one({"_id": section_id}, {"$push": {"subSection": made}})
        return made

    def publish(self, course_id: ObjectId) -> None:
        """`editCourse` with a status: now the category learns of the course."""
        change = {"status": self.dialect.word("Published"), "updatedAt": self.now()}
        course = self.db.courses.find_one_and_update({"_id": course_id}, {"$set": change}) or {}
        told = {"$addToSet": {self.dialect.category_courses: course_id}}
        self.db.categories.update_one({"_id": course.get("category")}, told)

    def edit_course(self, course_id: ObjectId, **fields: Any) -> None:
        self.db.courses.update_one({"_id": course_id}, {"$set": {**fields, "updatedAt": self.now()}})

    def buy(self, user_id: ObjectId, course_id: ObjectId) -> None:
        """`verifyPayment`, which does not ask what was bought before: it pushes everything once more."""
        course = self.db.courses.find_one_and_update({"_id": course_id}, {"$push": {self.dialect.students: user_id}})
        if course is None:
            return
        progress: Document = {self.dialect.progress_course: course_id, self.dialect.completed: []}
        if self.dialect.progress_user:
            progress[self.dialect.progress_user] = user_id
        pushed = {"courses": course_id, "courseProgress": self._insert("courseprogresses", progress)}
        self.db.users.update_one({"_id": user_id}, {"$push": pushed, "$set": {"updatedAt": self.now()}})
        self.bought.append((user_id, course_id))

    def complete(self, user_id: ObjectId, course_id: ObjectId, lesson_id: ObjectId) -> None:
        """`markLectureAsComplete`: of the first document of progress that is found."""
        where: Document = {self.dialect.progress_course: course_id}
        if self.dialect.progress_user:
            where[self.dialect.progress_user] = user_id
        else:
            user = self.db.users.find_one({"_id": user_id}) or {}
            where["_id"] = {"$in": user.get("courseProgress", [])}
        self.db.courseprogresses.update_one(where, {"$push": {self.dialect.completed: lesson_id}})

    def review(self, user_id: ObjectId, course_id: ObjectId, rating: Any, text: str = "Good.") -> ObjectId:
        """`createRating`, which lets everybody rate who asks."""
        fields = {"user": user_id, "rating": self.dialect.rating(rating), "review": text, "course": course_id}
        made = self._insert("ratingandreviews", fields)
        self.db.courses.update_one({"_id": course_id}, {"$push": {"ratingAndReviews": made}})
        return made

    def delete_account(self, user_id: ObjectId) -> None:
        """`deleteAccount`: reviews, progress, courses and all lists go on naming the user."""
        user = self.db.users.find_one_and_delete({"_id": user_id}) or {}
        self.db.profiles.delete_one({"_id": user.get("additionalDetails")})
        self.students = [each for each in self.students if each != user_id]

    def delete_section(self, section_id: ObjectId) -> None:
        """`deleteSection`: the course goes on naming it, and its lessons stay behind."""
        self.db.sections.delete_one({"_id": section_id})

    def delete_course(self, course_id: ObjectId) -> None:
        """`deleteCourse`: reviews and progress stay behind."""
        course = self.db.courses.find_one_and_delete({"_id": course_id}) or {}
        sections = list(self.db.sections.find({"_id": {"$in": course.get("courseContent", [])}}))
        for section in sections:
            self.db.subsections.delete_many({"_id": {"$in": section["subSection"]}})
        self.db.sections.delete_many({"_id": {"$in": [each["_id"] for each in sections]}})
        self.db.categories.update_many({}, {"$pull": {self.dialect.category_courses: course_id}})
        self.db.users.update_many({"courses": course_id}, {"$pull": {"courses": course_id}})
        self.courses = [each for each in self.courses if each != course_id]
        self.bought = [pair for pair in self.bought if pair[1] != course_id]

    def open(self, instructors: int = 2, courses: int = 3, students: int = 8) -> "TheirServer":
        """Begin a school: categories, teachers, published courses of three sections, and learners who buy and learn."""
        for name in ("Programming", "Music"):
            self.create_category(name)
        for _ in range(instructors):
            self.sign_up("Instructor")
        for _ in range(courses):
            self.write_course()
        for _ in range(students):
            self.sign_up()
        for _ in range(students * 3):
            self.act()
        return self

    def write_course(self) -> ObjectId:
        course = self.create_course(self.random.choice(self.instructors), self.random.choice(self.categories))
        for chapter in range(3):
            section = self.create_section(course, f"Chapter {chapter + 1}")
            for number in range(2):
                self.create_lesson(section, f"Lesson {chapter + 1}.{number + 1}")
        self.publish(course)
        return course

    def lessons_of(self, course_id: ObjectId) -> list[ObjectId]:
        course = self.db.courses.find_one({"_id": course_id}) or {"courseContent": []}
        sections = self.db.sections.find({"_id": {"$in": course["courseContent"]}})
        return sorted(lesson for section in sections for lesson in section["subSection"])

    def act(self) -> str:
        """Somebody does something; its name."""
        acts: list[Callable[[], None]] = [self._buys, self._buys, self._completes, self._completes, self._completes]
        acts += [self._reviews, self._tells, self._signs_up]
        act = self.random.choice(acts)
        act()
        return act.__name__.strip("_")

    def _signs_up(self) -> None:
        self.sign_up()

    def _buys(self) -> None:
        pair = (self.random.choice(self.students), self.random.choice(self.courses))
        if pair not in self.bought:
            self.buy(*pair)

    def _completes(self) -> None:
        if self.bought:
            user_id, course_id = self.random.choice(self.bought)
            if lessons := self.lessons_of(course_id):
                self.complete(user_id, course_id, self.random.choice(lessons))

    def _reviews(self) -> None:
        rated = {(each["user"], each["course"]) for each in self.db.ratingandreviews.find()}
        if left := [pair for pair in self.bought if pair not in rated]:
            self.review(*self.random.choice(left), self.random.randrange(1, 6))

    def _tells(self) -> None:
        about = {"about": "I learn.", "gender": "Female", "dateOfBirth": "1999-05-17", "contactNumber": 9876543210}
        self.update_profile(self.random.choice(self.students), **about)
