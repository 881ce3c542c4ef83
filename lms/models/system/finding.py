"""Finding documents by any part of a few short texts: stored folded, with an index whose keys MongoDB reads through."""

import re
import unicodedata

from lms.models.base import Filter

MOST_WORDS = 6
"""Of a query; what comes after them is not looked for."""

_ACCENT = re.compile("[\u0300-\u036f]")


def folded(text: str) -> str:
    """The text in small letters without accents; the vowel signs of Indic scripts are part of a word."""
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", text.lower())))


def findable(*texts: str) -> dict[str, str]:
    """The field to store for what a document is to be found by."""
    return {"searchText": folded(" ".join(texts))}


def having(query: str, field: str = "searchText") -> Filter:
    """A filter for documents whose folded field holds every word of the query, anywhere."""
    visible = "".join(each if each.isprintable() else " " for each in query)
    words = folded(visible).split()[:MOST_WORDS]
    return {"$and": [{field: {"$regex": re.escape(word)}} for word in words]} if words else {}
