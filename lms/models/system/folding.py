"""How texts are compared: what is stored to be found and what is asked for go through one and the same folding.

Unicode says what nearly every letter becomes: NFKC (width, ligatures, presentation forms), full case folding, combining
classes (which marks are optional), the property Default_Ignorable (joiners, soft hyphens), the numbers of digits, and
the names of letters (Latin ones "WITH STROKE"). The tables below are what no property says. Where writers of a language
spell one word in several ways, the analyzers of Apache Lucene were the model. Another folding needs a migration like
0012.
"""

import unicodedata

import regex

UNSPACED = (
    r"\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}\p{Bopomofo}ー\u3099\u309a"
    r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tai_Le}\p{New_Tai_Lue}\p{Tai_Tham}"
)
"""What stands in brackets of a pattern of `regex` for the letters of scripts whose words have no spaces between them.

Korean has spaces, but writes endings and parts of compounds without.
"""

_RUN = regex.compile(f"[{UNSPACED}]")

_TRADEMARKS = regex.compile("[\u2120\u2122]")
"""NFKC makes letters of them, which would become part of the word before."""

_IGNORABLE = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Me}\p{InSC=Nukta}\u0640]")
"""Joiners, what turns the direction, variation selectors, nuktas, the Arabic tatweel."""

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
"""Letters that stand for others: Latin ones, Arabic ones (also those of Persian and Urdu), ones of scripts of India."""

_COMMONLY_PLAIN = {"ё": "е", "ѐ": "е", "ѝ": "и"}
"""Cyrillic letters whose mark is commonly left out; all others with marks are letters of their own (й, ї, ў)."""

_INDIC = (0x0900, 0x0980, 0x0A00, 0x0A80, 0x0B00, 0x0C00, 0x0C80, 0x0D00)
"""Where the scripts begin that have their letters in the order of ISCII and an anusvara for nasals: not Tamil."""

_CANDRABINDU, _ANUSVARA, _NA, _VIRAMA = 0x01, 0x02, 0x28, 0x4D
_VARGAS = ((0x15, 0x19), (0x1A, 0x1E), (0x1F, 0x23), (0x24, 0x28), (0x2A, 0x2E))
"""The first consonant of each varga and its nasal."""
_SIBILANTS = (0x36, 0x38)


def folded(text: str) -> str:
    """The text as it is compared; folding it again changes nothing.

    Off are case, accents and points, joiners, width, and what spellings of one word differ by. Vowel signs stay.
    """
    if text.isascii() and text.isprintable():
        return text.lower()
    visible = _IGNORABLE.sub("", _TRADEMARKS.sub(" ", text))
    plain = unicodedata.normalize("NFKC", visible).translate(_FOLDS)
    return unicodedata.normalize("NFC", _respelt(plain))


def key(text: str) -> str:
    """What two texts have in common that are the same to a reader: a tag, the name of a language."""
    return " ".join(folded(text).split())


def is_run(word: str) -> bool:
    """Whether the word begins with a letter of such a script."""
    return not word.isascii() and _RUN.match(word) is not None


class _Folds(dict[int, str]):
    """What each character becomes, found out when it is first seen."""

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
    """What one small letter, or a mark of one, becomes."""
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
    """Whether it is a mark that readers do without.

    Those that are not have a combining class of their own: nuktas, kana voicing, viramas and the vowels of Telugu,
    Thai, Lao and Tibetan. Signs of class 0 are vowels of Indic scripts.
    """
    kind = unicodedata.combining(mark)
    return kind == 1 or 10 <= kind <= 36 or kind >= 200


def _base(name: str, marked: str) -> str:
    """What the letter becomes that a marked one, with a stroke or a hook, is called after."""
    try:
        return _letter(unicodedata.lookup(f"LATIN SMALL LETTER {name}").casefold())
    except KeyError:
        return marked


def _homorganic() -> str:
    """A pattern of the nasals for which an anusvara is written as well: before consonants of their own varga.

    A dental one also stands before sibilants (इन्सान, इंसान).
    """
    return "|".join(
        f"[{chr(script + nasal)}]{chr(script + _VIRAMA)}(?=[{chr(script + first)}-{chr(script + last)}])"
        for script in _INDIC
        for nasal, first, last in (*((nasal, first, nasal) for first, nasal in _VARGAS), (_NA, *_SIBILANTS))
    )


_NASAL = regex.compile(f"{_homorganic()}|[{''.join(chr(script + _CANDRABINDU) for script in _INDIC)}]")
_SWAPPED = regex.compile("([\u0e4d\u0ecd])([\u0e48-\u0e4b\u0ec8-\u0ecb]+)")
_DOUBLED = regex.compile("\u0e40\u0e40|\u0ec0\u0ec0")


def _respelt(text: str) -> str:
    """One spelling of what is written in two: nasals by an anusvara, tones before am, ae by one sign."""
    spelt = _NASAL.sub(lambda found: chr(ord(found[0][0]) // 0x80 * 0x80 + _ANUSVARA), text)
    return _DOUBLED.sub(lambda found: chr(ord(found[0][0]) + 1), _SWAPPED.sub(r"\2\1", spelt))
