"""What finds a course by words: the text index, what is stored for it, and the filter a query becomes.

MongoDB finds whole words. Other forms of a word are found by its stem, which is stored beside it; MongoDB's own stemmer
and list of stop words are off, so that nothing else has an opinion. Beginnings of words are made whole words of their
own, told from real ones by a mark.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from pymongo import TEXT, IndexModel
from snowballstemmer.english_stemmer import EnglishStemmer

from lms.models.base import Filter
from lms.models.system.finding import folded

SHORTEST, LONGEST = 2, 15
"""How many characters of a word its stored beginnings have; of a word of one letter, that."""

MOST_WORDS = 8
"""Of a query; what comes after them is not looked for."""

MARK = "_"
"""What a beginning ends with; nothing that counts as a word here holds it, and MongoDB does not split at it."""

SEARCH_INDEX = IndexModel(
    [("titleText", TEXT), ("tagText", TEXT), ("titlePrefixes", TEXT), ("descriptionText", TEXT)],
    weights={"titleText": 10, "tagText": 5, "titlePrefixes": 4, "descriptionText": 1},
    default_language="none",
    language_override="textSearchLanguage",
    name="search",
)

STOP_WORDS = frozenset(
    """a about all an and any are as at be but by can do for from had has have how i if in into is it its me my no not
    of on or our so some that the their then there these they this to was we what when where which who why will with
    you your""".split()  # noqa: SIM905  (a list of them fills a page)
)
"""Words that need not stand in a course, and are looked for only as beginnings of a title's."""

_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")


def searchable(title: str, description: str, tags: Iterable[str]) -> dict[str, Any]:
    """The fields to store for this title, this description and these tags."""
    described = html.unescape(_TAG.sub(" ", description))
    titled = words_of(title)
    return {
        "title": title,
        "description": description,
        "tags": list(tags),
        "titleText": _with_stems(titled),
        "titlePrefixes": " ".join(dict.fromkeys(_beginnings(titled))),
        "tagText": [tag_text(tag) for tag in tags],
        "descriptionText": _with_stems(words_of(described)),
    }


def tag_text(tag: str) -> str:
    """What a tag is found by; begins with the tag itself, so that no two tags have the same."""
    return " ".join(dict.fromkeys([*tag.split(), *_with_stems(words_of(tag)).split()]))


def words_of(text: str) -> list[str]:
    """Its words, folded."""
    return "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in folded(text)).split()


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """What a folded English word has in common with its other forms; a word of another script stays as it is."""
    stem: str = EnglishStemmer().stemWord(word)  # a stemmer of one's own: it is not safe among threads
    return stem


def _with_stems(words: list[str]) -> str:
    """The words, then those of their stems that are not among them."""
    there = set(words)
    stems = dict.fromkeys(map(stem_of, words))
    return " ".join([*words, *(stem for stem in stems if stem not in there)])


def _beginnings(words: list[str]) -> list[str]:
    return [
        word[:length] + MARK
        for word in words
        for length in range(min(SHORTEST, len(word)), min(LONGEST, len(word)) + 1)
    ]


def text_filter(query: str) -> Filter:
    """A filter that finds the courses with every word of the query; quotes and minus signs are no operators.

    The index is asked for any of the words. A phrase would be MongoDB's way to ask for all, but it is found inside
    words, so "art" would find "start".
    """
    words = words_of(query)[:MOST_WORDS]
    telling = [word for word in words if word not in STOP_WORDS]
    marked = [word[:LONGEST] + MARK for word in words]
    found: dict[str, Any] = {"$text": {"$search": " ".join([*map(stem_of, telling), *marked])}}
    if len(words) > 1:
        found["$and"] = [_holds(word) for word in telling or words]
    return found


def _holds(word: str) -> Filter:
    """A filter for a word with this one's stem, or one that begins like it."""
    beginning = word[:LONGEST] if len(word) >= SHORTEST else rf"{word}(?!\S)"
    pattern = {"$regex": rf"(?<!\S)(?:{stem_of(word)}(?!\S)|{beginning})"}
    return {"$or": [{name: pattern} for name in ("titleText", "tagText", "descriptionText")]}
