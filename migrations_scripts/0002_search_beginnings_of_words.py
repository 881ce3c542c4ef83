"""Courses are found by the beginnings of their titles' words, and lists are read in the order of an index."""

import html
import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pymongo
from pymongo import TEXT, UpdateOne
from pymongo.database import Database

BATCH = 500
SECONDS = 3600

REPLACED = {
    "courses": ["category_1_status_1_publishedAt_-1"],
    "ratingAndReviews": ["course_1_status_1_createdAt_-1", "status_1_createdAt_-1", "status_1_rating_-1"],
}

WEIGHTS = {"title": 10, "tags": 5, "titlePrefixes": 4, "descriptionText": 1}

SHORTEST, LONGEST, MARK = 2, 15, "_"
"""Of the beginnings of a title's words."""


def up(db: Database[Any]) -> None:
    # The client allows an operation less time than a large catalogue needs.
    with pymongo.timeout(SECONDS):
        changes = _changes(db)
        while batch := list(islice(changes, BATCH)):
            db.courses.bulk_write(batch, ordered=False)
        _drop_replaced(db)
        db.courses.create_index(
            [(field, TEXT) for field in WEIGHTS],
            name="search",
            weights=WEIGHTS,
            default_language="english",
            language_override="textSearchLanguage",
        )


def _changes(db: Database[Any]) -> Iterator[UpdateOne]:
    """What completes the courses that were written before their words were kept."""
    incomplete = {"$or": [{"titlePrefixes": {"$exists": False}}, {"descriptionText": {"$exists": False}}]}
    for course in db.courses.find(incomplete, {"title": 1, "description": 1}):
        texts = {name: course[name] for name in ("title", "description")}
        # A course that is edited meanwhile gets its words from the edit.
        yield UpdateOne({"_id": course["_id"], **texts}, {"$set": searchable(**texts)})


def _drop_replaced(db: Database[Any]) -> None:
    for collection, names in REPLACED.items():
        for name in names:
            if name in db[collection].index_information():
                db[collection].drop_index(name)
    search = db.courses.index_information().get("search")
    if search and "titlePrefixes" not in search["weights"]:
        db.courses.drop_index("search")


def searchable(title: str, description: str) -> dict[str, str]:
    """The title's words' beginnings and the description's words."""
    described = html.unescape(re.sub(r"<[a-zA-Z/!][^>]*>", " ", description))
    return {
        "titlePrefixes": " ".join(dict.fromkeys(_beginnings(_words_of(title)))),
        "descriptionText": " ".join(_words_of(described)),
    }


def _words_of(text: str) -> list[str]:
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text.lower()))
    composed = unicodedata.normalize("NFC", plain)
    return "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in composed).split()


def _beginnings(words: list[str]) -> list[str]:
    return [
        word[:length] + MARK
        for word in words
        for length in range(min(SHORTEST, len(word)), min(LONGEST, len(word)) + 1)
    ]
