"""What finds a course by words: the text index, what is stored for it, and the filter a query becomes.

MongoDB finds whole words, by their stem. Beginnings of words are made whole words of their own, told from real ones
by a mark, so that neither the stemmer nor the list of stop words touches them.
"""

import html
import re
import unicodedata
from typing import Any

from pymongo import TEXT, IndexModel

from lms.models.base import Filter
from lms.models.system.finding import folded

SHORTEST, LONGEST = 2, 15
"""How many characters of a word its stored beginnings have; of a word of one letter, that."""

MOST_WORDS = 8
"""Of a query; what comes after them is not looked for."""

MARK = "_"
"""What a beginning ends with; nothing that counts as a word here holds it, and MongoDB does not split at it."""

SEARCH_INDEX = IndexModel(
    [("title", TEXT), ("tags", TEXT), ("titlePrefixes", TEXT), ("descriptionText", TEXT)],
    weights={"title": 10, "tags": 5, "titlePrefixes": 4, "descriptionText": 1},
    default_language="english",
    language_override="textSearchLanguage",
    name="search",
)

STOP_WORDS = frozenset(
    """a about all an and any are as at be but by can do for from had has have how i if in into is it its me my no not
    of on or our so some that the their then there these they this to was we what when where which who why will with
    you your""".split()  # noqa: SIM905  (a list of them fills a page)
)
"""Words that need not stand in a course; MongoDB's index ignores them too."""

_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_ENDING = re.compile(r"(?<=\w{3})(?:ings?|ies|e[rsd]?s?|[sy])$", re.ASCII)
_DOUBLED = re.compile(r"(.)\1$")


def searchable(title: str, description: str) -> dict[str, str]:
    """The fields to store for this title and description."""
    described = html.unescape(_TAG.sub(" ", description))
    return {
        "title": title,
        "description": description,
        "titlePrefixes": " ".join(dict.fromkeys(_beginnings(words_of(title)))),
        "descriptionText": " ".join(words_of(described)),
    }


def words_of(text: str) -> list[str]:
    """Its words, folded."""
    return "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in folded(text)).split()


def _beginnings(words: list[str]) -> list[str]:
    return [
        word[:length] + MARK
        for word in words
        for length in range(min(SHORTEST, len(word)), min(LONGEST, len(word)) + 1)
    ]


def text_filter(query: str) -> Filter:
    """A filter that finds the courses with every word of the query; quotes and minus signs are no operators.

    The index is asked for any of the words. A phrase would be MongoDB's way to ask for all, but it is compared letter
    by letter, so "paintings" would miss "painting", and inside words, so "art" would find "start".
    """
    words = words_of(query)[:MOST_WORDS]
    marked = [word[:LONGEST] + MARK for word in words]
    found: dict[str, Any] = {"$text": {"$search": " ".join([*words, *marked])}}
    if len(words) > 1:
        found["$and"] = [_holds(word) for word in words if word not in STOP_WORDS] or [_holds(word) for word in words]
    return found


def _holds(word: str) -> Filter:
    """A filter for a word that begins like this one, less an ending that MongoDB's stemmer would take off."""
    stem = _DOUBLED.sub(r"\1", _ENDING.sub("", word))[:LONGEST]
    end = "" if len(word) >= SHORTEST else r"(?![\p{L}\p{M}\p{N}])"
    pattern = {"$regex": r"(?<![\p{L}\p{M}\p{N}])" + stem + end, "$options": "i"}
    return {"$or": [{name: pattern} for name in ("titlePrefixes", "tags", "descriptionText")]}
