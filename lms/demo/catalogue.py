"""The demo catalogue as documents: categories, tags, courses with their sections and lessons."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lms.demo.courses import (
    business,
    data_science,
    design,
    languages,
    marketing,
    programming,
    web_development,
    wellbeing,
)
from lms.demo.ids import demo_id
from lms.demo.people import INSTRUCTORS, INSTRUCTORS_A_SCALE
from lms.demo.texts import CategoryText, CourseText, listed, plain, slug
from lms.models.authoring.sections import Section
from lms.models.authoring.subsections import Subsection
from lms.models.catalogue.course_search import searchable
from lms.models.catalogue.courses import Course, with_keys
from lms.models.fields import defaults
from lms.models.system.finding import findable

CATEGORIES: tuple[CategoryText, ...] = (
    web_development.CATEGORY,
    data_science.CATEGORY,
    design.CATEGORY,
    business.CATEGORY,
    marketing.CATEGORY,
    languages.CATEGORY,
    programming.CATEGORY,
    wellbeing.CATEGORY,
)
COURSES_A_SCALE = sum(len(category.courses) for category in CATEGORIES)

EDITIONS = """Weekend Batch | for College Students | Second Edition | Fast Track | for Working Professionals |
Practice Edition | Evening Batch | for Teams | Refresher | with Live Projects | Summer School | for Career Changers |
Extended Edition | Campus Edition | in 30 Days | Monsoon Term | for Returning Learners | Exam Edition | Mentored |
Compact Edition | Winter School | for Freelancers | Third Edition | Morning Batch"""
TERMS = [f"{month} {year}" for year in (2023, 2024, 2025, 2026)
         for month in ("January", "February", "March", "April", "May", "June", "July", "August", "September",
                       "October", "November", "December")]  # fmt: skip

LESSON_NOTES = (
    "Watch it once, then try the same with an example of your own.",
    "The idea, a worked example and the mistake almost everybody makes.",
    "A short lesson. Pause where the screen asks you to.",
    "Followed by an exercise that takes about ten minutes.",
    "We go through it slowly, one decision at a time.",
    "Builds on the lesson before it; repeat that one if it feels far away.",
)
LESSON_NOTES_IN_HINDI = (
    "एक बार देखिए, फिर अपने उदाहरण पर आज़माइए।",
    "उदाहरण के साथ, धीरे-धीरे और आसान शब्दों में।",
    "इसके बाद दस मिनट का अभ्यास है।",
)


@dataclass(frozen=True)
class Outlined:
    """A course's document with those of its sections and lessons, in playing order."""

    number: int
    course: dict[str, Any]
    sections: list[dict[str, Any]]
    lessons: list[dict[str, Any]]


def categories(midnight: datetime) -> list[dict[str, Any]]:
    created = midnight - timedelta(days=1100)
    return [
        {"_id": demo_id("category", number), "name": each.name, "description": each.description, "createdAt": created}
        for number, each in enumerate(CATEGORIES)
    ]


def tags(midnight: datetime) -> list[dict[str, Any]]:
    words = {word for category in CATEGORIES for course in category.courses for word in listed(course.tags)}
    created = midnight - timedelta(days=1100)
    return [{"_id": word, **findable(word), "createdAt": created} for word in sorted(words)]


def courses(scale: int, midnight: datetime) -> Iterator[Outlined]:
    """Every course, without learners yet."""
    for variant in range(scale):
        number = variant * COURSES_A_SCALE
        for shelf, category in enumerate(CATEGORIES):
            for place, text in enumerate(category.courses):
                yield _outlined(number, variant, shelf, place, text, midnight)
                number += 1


def edition(title: str, variant: int) -> str:
    """The title of a course's further edition; variant 0 is the course itself."""
    if variant == 0:
        return title
    names = listed(EDITIONS)
    term, name = divmod(variant - 1, len(names))
    return f"{title} - {names[name]}" + (f", {TERMS[term - 1]}" if term else "")


def _outlined(number: int, variant: int, shelf: int, place: int, text: CourseText, midnight: datetime) -> Outlined:
    draw = random.Random(f"outline {number}")
    title = edition(text.title, variant)
    course = {
        **defaults(Course),
        "_id": demo_id("course", number),
        **searchable(title, plain(text.description), listed(text.tags)),
        "thumbnail": f"/sandbox/thumbnails/{slug(CATEGORIES[shelf].name)}/{slug(title)}.svg",
        "amount": _amount(text.price, variant, draw),
        "category": demo_id("category", shelf),
        "instructor": demo_id("instructor", _teacher(shelf, place) + variant * INSTRUCTORS_A_SCALE),
        **_described(text),
        **_dated(text, midnight, draw),
    }
    return _with_outline(number, course, text, draw)


def _described(text: CourseText) -> dict[str, Any]:
    """The fields that all editions of a course share."""
    return {
        "level": text.level,
        **with_keys({"language": text.language}),
        "whatYouWillLearn": listed(text.learn),
        "instructions": listed(text.instructions),
        "status": text.status,
    }


def _dated(text: CourseText, midnight: datetime, draw: random.Random) -> dict[str, Any]:
    created = midnight - timedelta(days=draw.randint(60, 640), seconds=draw.randrange(86_400))
    public = text.status in ("published", "archived")
    published = created + timedelta(days=draw.randint(10, 40)) if public else None
    dates = {"createdAt": created, "updatedAt": published or created, "publishedAt": published}
    return {**dates, "submittedAt": created + timedelta(days=5)} if text.status == "in_review" else dates


def _amount(price: int, variant: int, draw: random.Random) -> int:
    """The price in paise; a further edition costs somewhat more or less, and ends in 99 rupees as most do."""
    if price and variant:
        price = min(4999, max(399, round(price * draw.uniform(0.7, 1.4) / 100) * 100 - 1))
    return price * 100


def _teacher(shelf: int, place: int) -> int:
    """The number of the instructor who teaches this course of the category; they take turns."""
    category = slug(CATEGORIES[shelf].name)
    candidates = [number for number, each in enumerate(INSTRUCTORS) if each.category == category]
    return candidates[place % len(candidates)]


def _with_outline(number: int, course: dict[str, Any], text: CourseText, draw: random.Random) -> Outlined:
    notes = LESSON_NOTES_IN_HINDI if text.language == "Hindi" else LESSON_NOTES
    shared = {"course": course["_id"], "createdAt": course["createdAt"], "updatedAt": course["createdAt"]}
    sections: list[dict[str, Any]] = []
    lessons: list[dict[str, Any]] = []
    for position, (name, titles) in enumerate(text.sections):
        section_id = demo_id("section", number * 8 + position)
        sections.append({**defaults(Section), "_id": section_id, "sectionName": name, "position": position, **shared})
        for spot, title in enumerate(titles):
            lesson = {
                **defaults(Subsection),
                "_id": demo_id("lesson", number * 64 + len(lessons)),
                "section": section_id,
                "position": spot,
                "title": title,
                "description": draw.choice(notes),
                "videoPublicId": f"demo/{slug(course['title'])}/{len(lessons) + 1}",
                "duration": draw.randint(150, 1500),
                "preview": not lessons,
            }
            lessons.append({**lesson, **shared})
    course["lessons"] = course["requiredLessons"] = [lesson["_id"] for lesson in lessons]
    course["totalDuration"] = sum(lesson["duration"] for lesson in lessons)
    return Outlined(number, course, sections, lessons)
