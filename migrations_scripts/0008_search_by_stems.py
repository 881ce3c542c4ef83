"""Courses are found by the stems of their words, which are stored beside them, and no longer by MongoDB's stemmer."""

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

import pymongo
from pymongo import TEXT, UpdateOne
from pymongo.database import Database
from snowballstemmer.english_stemmer import EnglishStemmer

BATCH = 500
SECONDS = 3600

WEIGHTS = {"titleText": 10, "tagText": 5, "titlePrefixes": 4, "descriptionText": 1}

SOURCES = ("title", "description", "tags")
"""What an author writes, from which the rest follows."""


def up(db: Database[Any]) -> None:
    # The client allows an operation less time than a large catalogue needs.
    with pymongo.timeout(SECONDS):
        _complete(db)
        search = db.courses.index_information().get("search")
        if search and search["weights"] != WEIGHTS:
            db.courses.drop_index("search")
        db.courses.create_index(
            [(field, TEXT) for field in WEIGHTS],
            name="search",
            weights=WEIGHTS,
            default_language="none",
            language_override="textSearchLanguage",
        )
        # What the version before has written since; it may still run.
        _complete(db)


def _complete(db: Database[Any]) -> None:
    """Give their words with the stems to the courses that have other ones or none."""
    changes = _changes(db)
    while batch := list(islice(changes, BATCH)):
        db.courses.bulk_write(batch, ordered=False)


def _changes(db: Database[Any]) -> Iterator[UpdateOne]:
    for course in db.courses.find({}, [*SOURCES, "titleText", "tagText", "descriptionText"]):
        sources = {name: course[name] for name in SOURCES}
        texts = _texts(**sources)
        if any(course.get(name) != text for name, text in texts.items()):
            # A course that is edited meanwhile gets its words from the edit.
            yield UpdateOne({"_id": course["_id"], **sources}, {"$set": texts})


def _texts(title: str, description: str, tags: list[str]) -> dict[str, Any]:
    described = html.unescape(re.sub(r"<[a-zA-Z/!][^>]*>", " ", description))
    return {
        "titleText": _with_stems(title),
        "tagText": [" ".join(dict.fromkeys([*tag.split(), *_with_stems(tag).split()])) for tag in tags],
        "descriptionText": _with_stems(described),
    }


def _with_stems(text: str) -> str:
    """Its words, then those of their stems that are not among them."""
    words = _words_of(text)
    there = set(words)
    return " ".join([*words, *(stem for stem in dict.fromkeys(map(_stem_of, words)) if stem not in there)])


@lru_cache(maxsize=100_000)
def _stem_of(word: str) -> str:
    stem: str = EnglishStemmer().stemWord(word)
    return stem


def _words_of(text: str) -> list[str]:
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text.lower()))
    composed = unicodedata.normalize("NFC", plain)
    return "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in composed).split()
