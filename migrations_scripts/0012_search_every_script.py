"""Whatever is searched is folded anew: all scripts, runs without spaces in pairs, and keys for tags and languages.

What follows `_texts` is how texts are folded and cut as of this migration.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

import pymongo
import regex
from pymongo import UpdateOne
from pymongo.database import Database
from snowballstemmer.english_stemmer import EnglishStemmer

BATCH = 500
SECONDS = 3600

Document = Mapping[str, Any]


def up(db: Database[Any]) -> None:
    # The client allows an operation less time than a large database needs.
    with pymongo.timeout(SECONDS):
        for name, (sources, texts) in FOUND.items():
            changes = _changes(db, name, sources, texts)
            while batch := list(islice(changes, BATCH)):
                db[name].bulk_write(batch, ordered=False)


def _changes(
    db: Database[Any], name: str, sources: tuple[str, ...], texts: Callable[[Document], Document]
) -> Iterator[UpdateOne]:
    """Give what they are found by to the documents that have something else."""
    for document in db[name].find({sources[0]: {"$exists": True}}, {"before": 0, "after": 0}):
        found = texts(document)
        if any(document.get(field) != text for field, text in found.items()):
            # What is edited meanwhile gets its texts from the edit.
            as_read = {field: document[field] for field in sources if field in document}
            yield UpdateOne({"_id": document["_id"], **as_read}, {"$set": found})


def _of_a_course(course: Document) -> Document:
    tags, described = course["tags"], html.unescape(re.sub(r"<[a-zA-Z/!][^>]*>", " ", course["description"]))
    titled = _stored_words(course["title"])
    return {
        "titleText": _terms(titled),
        "titlePrefixes": " ".join(dict.fromkeys(_beginnings(titled))),
        "tagText": [_tag_text(tag) for tag in tags],
        "tagKeys": [_key(tag) for tag in tags],
        "descriptionText": _terms(_stored_words(described)),
        "searchText": _folded(course["title"]),
        "languageKey": _key(course.get("language", "English")),
    }


def _of_a_tag(tag: Document) -> Document:
    return {"searchText": _folded(tag["_id"])}


def _of_a_person(person: Document) -> Document:
    return {"searchText": _folded(" ".join(person.get(name, "") for name in ("firstName", "lastName", "email")))}


def _of_an_audit_row(row: Document) -> Document:
    return {
        "searchText": _folded(" ".join(row.get(name) or "" for name in ("actorName", "label", "subject", "reason")))
    }


FOUND: dict[str, tuple[tuple[str, ...], Callable[[Document], Document]]] = {
    "courses": (("title", "description", "tags", "language"), _of_a_course),
    "tags": (("_id",), _of_a_tag),
    "users": (("email", "firstName", "lastName"), _of_a_person),
    "auditLog": (("actorName",), _of_an_audit_row),
}
"""What each collection is found by, from which of its fields; who has no address is erased and not found."""

_UNSPACED = (
    r"\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}\p{Bopomofo}ー\u3099\u309a"
    r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tai_Le}\p{New_Tai_Lue}\p{Tai_Tham}"
)

_RUN = regex.compile(f"[{_UNSPACED}]")

_TRADEMARKS = regex.compile("[\u2120\u2122]")

_IGNORABLE = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Me}\p{InSC=Nukta}\u0640]")

_LATIN = regex.compile(r"LATIN SMALL LETTER ([A-Z ]+) WITH .+")

_APOSTROPHES = "\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd"

_VARIANTS = (
    dict.fromkeys(_APOSTROPHES, "'")
    | {"æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i", "ȷ": "j"}
    | dict.fromkeys("ٱ", "ا")
    | dict.fromkeys("ىی", "ي")
    | dict.fromkeys("کڪ", "ك")
    | dict.fromkeys("ةۃہھە", "ه")
    | {"ൺ": "ണ്", "ൻ": "ന്", "ർ": "ര്", "ൽ": "ല്", "ൾ": "ള്", "ൿ": "ക്", "ৎ": "ত্", "ੰ": "ਂ"}
)

_COMMONLY_PLAIN = {"ё": "е", "ѐ": "е", "ѝ": "и"}

_INDIC = (0x0900, 0x0980, 0x0A00, 0x0A80, 0x0B00, 0x0C00, 0x0C80, 0x0D00)

_CANDRABINDU, _ANUSVARA, _NA, _VIRAMA = 0x01, 0x02, 0x28, 0x4D
_VARGAS = ((0x15, 0x19), (0x1A, 0x1E), (0x1F, 0x23), (0x24, 0x28), (0x2A, 0x2E))
_SIBILANTS = (0x36, 0x38)

SHORTEST, LONGEST, MARK = 2, 15, "_"

_WRITTEN = r"[\p{L}\p{M}\p{N}]"
_WORDS = regex.compile(rf"(?V1)[{_WRITTEN}&&[{_UNSPACED}]]+|[{_WRITTEN}--[{_UNSPACED}]]+")
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
_LETTER_OF_A_RUN = regex.compile(r"[\p{Han}\p{Hangul}\p{Hiragana}]")


def _tag_text(tag: str) -> str:
    itself = dict.fromkeys(tag.split())
    return " ".join([*itself, *(term for term in _terms(_words_of(tag)).split() if term not in itself)])


def _stored_words(text: str) -> list[str]:
    words = _words_of(text)
    return [*words, *(part for part in _words_of(text.replace("\u200c", " ")) if part not in words)]


def _words_of(text: str) -> list[str]:
    plain = _folded(text)
    return (_ASCII_WORDS if plain.isascii() else _WORDS).findall(plain)


@lru_cache(maxsize=20_000)
def _stem_of(word: str) -> str:
    stem: str = EnglishStemmer().stemWord(word)  # a stemmer of one's own: it is not safe among threads
    return stem


def _terms(words: list[str]) -> str:
    terms = [term for word in words for term in (_pairs(word) if _is_run(word) else [word])]
    there = set(terms)
    beside = (
        part for word in words for part in (_LETTER_OF_A_RUN.findall(word) if _is_run(word) else [_stem_of(word)])
    )
    return " ".join([*terms, *(part for part in dict.fromkeys(beside) if part not in there)])


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]


def _beginnings(words: Iterable[str]) -> list[str]:
    return [
        word[:length] + MARK
        for word in words
        if not _is_run(word)
        for length in range(min(SHORTEST, len(word)), min(LONGEST, len(word)) + 1)
    ]


def _folded(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text.lower()
    visible = _IGNORABLE.sub("", _TRADEMARKS.sub(" ", text))
    plain = unicodedata.normalize("NFKC", visible).translate(_FOLDS)
    return unicodedata.normalize("NFC", _respelt(plain))


def _key(text: str) -> str:
    return " ".join(_folded(text).split())


def _is_run(word: str) -> bool:
    return not word.isascii() and _RUN.match(word) is not None


class _Folds(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = fold = _fold(chr(code))
        return fold


_FOLDS = _Folds()


def _fold(char: str) -> str:
    if _IGNORABLE.match(char):
        return ""
    category = unicodedata.category(char)
    if category[0] in "CZ":
        return " "
    small = char.casefold()
    if unicodedata.name(char, "").startswith("CYRILLIC") and unicodedata.decomposition(small):
        return _COMMONLY_PLAIN.get(small, small)
    kept = (each for each in unicodedata.normalize("NFKD", char) if not _is_optional(each))
    return "".join(_letter(each) for part in kept for each in unicodedata.normalize("NFKD", part.casefold()))


def _letter(char: str) -> str:
    if _IGNORABLE.match(char) or _is_optional(char):
        return ""
    if char in _VARIANTS:
        return _VARIANTS[char]
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Pd":
        return "-"
    if "ァ" <= char <= "ヶ" or char in "ヽヾ":
        return chr(ord(char) - ord("ァ") + ord("ぁ"))  # kana differ by their shape alone, as letters do by case
    if named := _LATIN.fullmatch(unicodedata.name(char, "")):
        return _base(named[1], char)
    return char


def _is_optional(mark: str) -> bool:
    kind = unicodedata.combining(mark)
    return kind == 1 or 10 <= kind <= 36 or kind >= 200


def _base(name: str, marked: str) -> str:
    try:
        return _letter(unicodedata.lookup(f"LATIN SMALL LETTER {name}").casefold())
    except KeyError:
        return marked


def _homorganic() -> str:
    return "|".join(
        f"[{chr(script + nasal)}]{chr(script + _VIRAMA)}(?=[{chr(script + first)}-{chr(script + last)}])"
        for script in _INDIC
        for nasal, first, last in (*((nasal, first, nasal) for first, nasal in _VARGAS), (_NA, *_SIBILANTS))
    )


_NASAL = regex.compile(f"{_homorganic()}|[{''.join(chr(script + _CANDRABINDU) for script in _INDIC)}]")
_SWAPPED = regex.compile("([\u0e4d\u0ecd])([\u0e48-\u0e4b\u0ec8-\u0ecb]+)")
_DOUBLED = regex.compile("\u0e40\u0e40|\u0ec0\u0ec0")


def _respelt(text: str) -> str:
    spelt = _NASAL.sub(lambda found: chr(ord(found[0][0]) // 0x80 * 0x80 + _ANUSVARA), text)
    return _DOUBLED.sub(lambda found: chr(ord(found[0][0]) + 1), _SWAPPED.sub(r"\2\1", spelt))
