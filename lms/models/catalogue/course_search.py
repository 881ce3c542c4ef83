"""What finds a course by words: the text index, what is stored for it, and the filter a query becomes.

MongoDB finds whole words. Other forms of a word are found by its stem, which is stored beside it; MongoDB's own stemmer
and list of stop words are off, so that nothing else has an opinion. Beginnings of words are made whole words of their
own, told from real ones by a mark. Scripts that are written without spaces have runs instead of words, which are cut
into overlapping pairs of letters, as Apache Lucene does it: any part of a run is a row of such pairs.
"""

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import regex
from pymongo import TEXT, IndexModel
from snowballstemmer.english_stemmer import EnglishStemmer

from lms.models.base import Filter
from lms.models.system.finding import findable
from lms.models.system.folding import UNSPACED, folded, is_run, key

SHORTEST, LONGEST = 2, 15
"""How many characters of a word its stored beginnings have; of a word of one letter, that."""

MOST_WORDS = 8
"""Of a query, that the index is asked for; all others have to be in what it finds."""

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

NON_JOINER = "\u200c"
WRITTEN = r"[\p{L}\p{M}\p{N}]"
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_WORDS = regex.compile(rf"(?V1)[{WRITTEN}&&[{UNSPACED}]]+|[{WRITTEN}--[{UNSPACED}]]+")
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
_LETTER_OF_A_RUN = regex.compile(r"[\p{Han}\p{Hangul}\p{Hiragana}]")


def searchable(title: str, description: str, tags: Iterable[str]) -> dict[str, Any]:
    """The fields to store for this title, this description and these tags."""
    described = html.unescape(_TAG.sub(" ", description))
    titled = _stored_words(title)
    return {
        "title": title,
        "description": description,
        "tags": list(tags),
        "titleText": _terms(titled),
        "titlePrefixes": " ".join(dict.fromkeys(_beginnings(titled))),
        "tagText": [tag_text(tag) for tag in tags],
        "tagKeys": [key(tag) for tag in tags],
        "descriptionText": _terms(_stored_words(described)),
        **findable(title),
    }


def _stored_words(text: str) -> list[str]:
    """Its words; of those that a non-joiner divides also the parts, for many type a blank there (Persian)."""
    words = words_of(text)
    return [*words, *(part for part in words_of(text.replace(NON_JOINER, " ")) if part not in words)]


def tag_text(tag: str) -> str:
    """What a tag is found by; begins with the tag itself, so that no two tags have the same."""
    itself = dict.fromkeys(tag.split())
    return " ".join([*itself, *(term for term in _terms(words_of(tag)).split() if term not in itself)])


def words_of(text: str) -> list[str]:
    """Its words, folded, and its runs."""
    plain = folded(text)
    return (_ASCII_WORDS if plain.isascii() else _WORDS).findall(plain)


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """What a folded English word has in common with its other forms; a word of another script stays as it is."""
    stem: str = EnglishStemmer().stemWord(word)  # a stemmer of one's own: it is not safe among threads
    return stem


def _terms(words: list[str]) -> str:
    """The words and the pairs of runs, then stems and single letters of runs that are not among them."""
    terms = [term for word in words for term in (_pairs(word) if is_run(word) else [word])]
    there = set(terms)
    beside = (part for word in words for part in (_LETTER_OF_A_RUN.findall(word) if is_run(word) else [stem_of(word)]))
    return " ".join([*terms, *(part for part in dict.fromkeys(beside) if part not in there)])


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]


def _middle(run: str) -> str:
    """The pair that the index is asked for: in the middle, where it is likelier to be of two words, and so rarer."""
    pairs = _pairs(run)
    lettered = [pair for pair in pairs if pair[0].isalpha()] or pairs  # the index drops marks, and so pairs of them
    return lettered[len(lettered) // 2]


def _beginnings(words: Iterable[str]) -> list[str]:
    return [
        word[:length] + MARK
        for word in words
        if not is_run(word)
        for length in range(min(SHORTEST, len(word)), min(LONGEST, len(word)) + 1)
    ]


def text_filter(query: str) -> Filter:
    """A filter that finds the courses with every word of the query; quotes and minus signs are no operators.

    The index is asked for any of the words. A phrase would be MongoDB's way to ask for all, but it is found inside
    words, so "art" would find "start". The index also takes letters for one that differ by a mark, such as は and ば.
    """
    words = list(dict.fromkeys(words_of(query)))
    telling = [word for word in words if word not in STOP_WORDS]
    found: dict[str, Any] = {"$text": {"$search": " ".join(_asked(words[:MOST_WORDS], telling[:MOST_WORDS]))}}
    if len(words) > 1 or not all(map(str.isascii, words)):
        found["$and"] = [_holds(word) for word in telling or words]
    return found


def _asked(words: list[str], telling: list[str]) -> Iterator[str]:
    """What the index is asked for: stems, a pair of each run, and the beginnings of titles' words."""
    for word in telling:
        yield _middle(word) if is_run(word) else stem_of(word)
    for word in dict.fromkeys([*words, *telling]):
        if not is_run(word):
            yield word[:LONGEST] + MARK


def _holds(word: str) -> Filter:
    """A filter for a word with this one's stem, or one that begins like it; for a run, within another or the whole."""
    if is_run(word):
        pattern = rf"{word}|(?<!\S){' '.join(_pairs(word))}(?!\S)"
    else:
        beginning = word[:LONGEST] if len(word) >= SHORTEST else rf"{word}(?!\S)"
        pattern = rf"(?<!\S)(?:{stem_of(word)}(?!\S)|{beginning})"
    return {"$or": [{name: {"$regex": pattern}} for name in ("titleText", "tagText", "descriptionText")]}
