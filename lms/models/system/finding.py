"""Finding documents by any part of a few short texts: stored folded, with an index whose keys MongoDB reads through."""

import re

from lms.models.base import Filter
from lms.models.system.folding import folded, is_run

MOST_WORDS = 6
"""Of a query; what comes after them is not looked for."""

LONGEST_NAME = 12
"""As many letters may somebody's names have together that are written without a space."""


def findable(*texts: str) -> dict[str, str]:
    """The field to store for what a document is to be found by."""
    return {"searchText": folded(" ".join(texts))}


def having(query: str, field: str = "searchText") -> Filter:
    """A filter for documents whose folded field holds every word of the query, anywhere."""
    words = folded(query).split()[:MOST_WORDS]
    return {"$and": [{field: {"$regex": _pattern(word)}} for word in words]} if words else {}


def _pattern(word: str) -> str:
    """The word, also, where that is how names are written, as two in either order: 山田太郎 for Tarō Yamada."""
    if not is_run(word) or not 2 <= len(word) <= LONGEST_NAME:
        return re.escape(word)
    halves = [(word[:place], word[place:]) for place in range(1, len(word))]
    pairs = "|".join(f"{re.escape(one)} {re.escape(two)}" for half in halves for one, two in (half, half[::-1]))
    return rf"{re.escape(word)}|(?<!\S)(?:{pairs})(?!\S)"
