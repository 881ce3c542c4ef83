"""Spellings that are one to a reader, and those that are not."""

import unicodedata

import pytest
import regex
from hypothesis import given, settings

from lms.models.catalogue.course_search import words_of
from lms.models.system.folding import folded, key
from tests.scripts import TEXT, WRITTEN_IN

SAME = [
    ("हिन्‍दी", "हिन्दी"),
    ("हिंदी", "हिन्दी"),
    *[("गङ्गा", "गंगा"), ("पञ्जाब", "पंजाब"), ("अण्डा", "अंडा"), ("सम्पर्क", "संपर्क"), ("इन्सान", "इंसान")],
    *[("चाँद", "चांद"), ("क़लम", "कलम"), ("पढ़ना", "पढना"), ("ज़मीन", "जमीन"), ("१२३", "123")],
    *[("বাঙ্গালা", "বাংগালা"), ("ગુજરાન્ત", "ગુજરાંત"), ("ਪੰਜਾਬੀ", "ਪਂਜਾਬੀ"), ("ತನ್ತ್ರ", "ತಂತ್ರ"), ("తెన్డు", "తెన్డు")],
    *[("സങ്ഗീതം", "സംഗീതം"), ("അവൻ", "അവന്‍"), ("ଓଡ଼ିଆ", "ଓଡିଆ"), ("উৎসব", "উত্‍সব")],
    *[("تعلّم", "تعلم"), ("العربيّة", "العربية"), ("مدرسة", "مدرسه"), ("أحمد", "احمد"), ("إسلام", "اسلام")],
    *[("آداب", "اداب"), ("مصطفى", "مصطفي"), ("العـــربية", "العربية"), ("کتاب", "كتاب"), ("یک", "يك")],
    *[("ہندی", "هندي"), ("۱۲۳", "123"), ("١٢٣", "123"), ("می‌خواهم", "میخواهم"), ("ﻻ", "لا")],
    *[("שָׁלוֹם", "שלום"), ("בְּרֵאשִׁית", "בראשית")],
    *[("Straße", "STRASSE"), ("ẞ", "ss"), ("Đà Nẵng", "da nang"), ("Ørsted", "orsted"), ("Łódź", "lodz")],
    *[("İstanbul", "istanbul"), ("ISTANBUL", "ıstanbul"), ("Ħal", "hal"), ("Æsop", "aesop"), ("cœur", "coeur")],
    *[("Þór", "thor"), ("naïve", "naive"), ("O’Brien", "o'brien"), ("Jean‑Luc", "jean-luc"), ("ﬁnance", "finance")],
    *[("ΣΊΣΥΦΟΣ", "σισυφος"), ("Ελένη", "ελενη"), ("ᾠδή", "ωδη")],
    *[("ещё", "еще"), ("ЁЛКА", "елка"), ("за́мок", "замок"), ("пʼять", "п’ять")],
    *[("Ｐｙｔｈｏｎ", "python"), ("ﾊﾟｿｺﾝ", "パソコン"), ("カタカナ", "かたかな"), ("が", "か\u3099")],
    *[("한국어", unicodedata.normalize("NFD", "한국어")), ("⽔", "水"), ("葛\U000e0100", "葛")],
    *[("น้ำ", "นํ้า"), ("เเม่", "แม่"), ("ນ້ຳ", "ນໍ້າ"), ("๑๒", "12")],
    *[("so\u00adft", "soft"), ("zero\u200bwidth", "zerowidth"), ("x²", "x2"), ("\ufeffa", "a"), ("a\u3000b", "a b")],
]

DIFFERENT = [
    *[("мой", "мои"), ("їжак", "іжак"), ("か", "が"), ("は", "ぱ"), ("ไม", "ไม่"), ("มา", "ม้า"), ("कि", "की")],
    *[("कम", "काम"), ("अन", "अं"), ("c++", "c#"), ("பல", "பால"), ("가", "각"), ("س", "ش"), ("о", "o")],
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_word_are_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert folded(f"a {one} b") == folded(f"A {other} B")


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_words_stay_others(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_what_is_no_letter_splits_words_as_before() -> None:
    assert words_of("Node.js, C++ & C#: Don't Panic™ (R&D)") == [
        *("node", "js", "c", "c"),
        *("don", "t", "panic", "r", "d"),
    ]
    assert words_of("Python入門 第3章 한국어 ไทย") == ["python", "入門", "第", "3", "章", "한국어", "ไทย"]


@settings(deadline=None, max_examples=400)
@given(TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert key(key(text)) == key(text)
    assert words_of(" ".join(words_of(text))) == words_of(text)


@settings(deadline=None, max_examples=400)
@given(TEXT)
def test_case_composition_and_what_cannot_be_seen_make_no_difference(text: str) -> None:
    """But for ℠ and ™, of which NFKC and NFKD make letters."""
    text = text.translate(dict.fromkeys(map(ord, "℠™")))
    expected = key(text)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert key(unicodedata.normalize(form, text)) == expected
    assert key("\u200d".join(text)) == key("\u00ad".join(text)) == key("\u200c".join(text))


@pytest.mark.parametrize("sign", ["℠", "™"])
def test_a_sign_of_a_trade_mark_is_no_part_of_its_word(sign: str) -> None:
    assert key(f"Panic{sign}") == key("panic")


@pytest.mark.parametrize("script", WRITTEN_IN)
def test_no_letter_of_a_script_is_lost(script: str) -> None:
    """A script of which nothing is left could not be searched."""
    for letter in WRITTEN_IN[script]:
        if regex.match(r"\p{L}", letter) and not unicodedata.decomposition(letter):
            assert folded(letter) or letter == "\u0640", letter
