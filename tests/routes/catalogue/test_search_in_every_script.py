"""What people type in their own scripts, spelt in one way and stored in another."""

import unicodedata
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, assume, given, settings

from lms.models.catalogue.course_search import STOP_WORDS, is_run, searchable, text_filter, words_of
from lms.models.catalogue.courses import courses
from tests.routes.catalogue.test_search import CATALOGUE, found, shelve
from tests.scripts import TEXT
from tests.world import Person, World

__all__ = ["shelve"]

SPELLINGS = [
    ("हिन्‍दी सीखें", "हिन्दी सीखें"),
    ("हिन्दी व्याकरण", "हिंदी व्याकरण"),
    ("क़लम का इतिहास", "कलम का इतिहास"),
    ("বাঙ্গালা ব্যাকরণ", "বাংগালা ব্যাকরণ"),
    ("മലയാളം അവൻ", "മലയാളം അവന്‍"),
    ("தமிழ் இலக்கணம்", unicodedata.normalize("NFD", "தமிழ் இலக்கணம்")),
    ("تعلّم اللغة العربيّة", "تعلم اللغه العربية"),
    ("أساسيات البرمجة", "اساسيات البرمجه"),
    ("اردو کی پہلی کتاب", "اردو كي پهلي كتاب"),
    ("می‌خواهم فارسی", "میخواهم فارسي"),
    ("שָׁלוֹם עִבְרִית", "שלום עברית"),
    ("Große Straße", "GROSSE STRASSE"),
    ("Smørrebrød på dansk", "smorrebrod pa dansk"),
    ("Tiếng Việt cơ bản", unicodedata.normalize("NFD", "tieng viet co ban")),
    ("Zażółć gęślą jaźń", "zazolc gesla jazn"),
    ("İstanbul Türkçesi", "istanbul turkcesi"),
    ("Ελληνική γλώσσα", "ΕΛΛΗΝΙΚΗ ΓΛΩΣΣΑ"),
    ("Ещё раз о звёздах", "еще раз о звездах"),
    ("Ｐｙｔｈｏｎ ３", "python 3"),
    ("ﾃﾞｰﾀ ﾍﾞｰｽ", "データ ベース"),
    ("さくら ノート", "サクラ のーと"),
    (unicodedata.normalize("NFD", "한국어 문법"), "한국어 문법"),
    ("น้ำ ภาษาไทย", "นํ้า ภาษาไทย"),
    ("Soft\u00adware zero\u200bwidth", "software zerowidth"),
    ("ﬁnance Ⅳ", "finance iv"),
]

PARTS = [
    (
        "机器学习入门教程",
        ["学习", "机器", "入门", "教程", "机器学习", "学习入门", "机器学习入门教程", "学", "入门 机器"],
    ),
    ("はじめてのプログラミング", ["プログラミング", "ログラミ", "はじめて", "プログラミング はじめて"]),
    ("Python入門", ["python", "入門", "Python入門", "pyth", "門", "入門Python"]),
    ("日本語能力試験N5", ["日本語", "能力試験", "n5", "試験N5", "語", "試験"]),
    ("佐々木さんの人々", ["佐々木", "人々", "々"]),
    ("한국어문법 첫걸음", ["한국어", "문법", "첫걸음", "걸음", "첫", "문법 첫걸음"]),
    ("สอนภาษาไทยเบื้องต้น", ["ภาษาไทย", "ภาษา", "สอน", "เบื้องต้น", "ไทย สอน"]),
    ("ຮຽນພາສາລາວ", ["ພາສາລາວ", "ລາວ"]),
    ("រៀនភាសាខ្មែរ", ["ភាសា", "ខ្មែរ"]),
    ("မြန်မာစာသင်တန်း", ["မြန်မာ", "သင်တန်း"]),
    ("𠮷野家の歴史", ["𠮷野家", "𠮷", "歴史"]),
    ("第3章 数学", ["第3章", "数学", "3"]),
]


@pytest.fixture
def titles(shelve: Any) -> None:
    shelve("Gardening", *(title for title, _ in (*SPELLINGS, *PARTS)), *(other for _, other in SPELLINGS))


@pytest.mark.usefixtures("titles")
def test_a_title_is_found_by_every_spelling_and_every_word_of_it(world: World) -> None:
    for one, other in SPELLINGS:
        for query in (one, other, *one.split(), *other.split()):
            assert {one, other} <= set(found(world, query, limit=100)), query


@pytest.mark.usefixtures("titles")
def test_any_part_of_a_text_without_spaces_is_found(world: World) -> None:
    for title, parts in PARTS:
        for part in parts:
            assert title in found(world, part), (title, part)


def test_a_part_is_one_that_stands_there_as_it_is(world: World, shelve: Any) -> None:
    """Not its pairs here and there, and no part of a letter's neighbours."""
    shelve("学习机器", "机器人学习", "学校练习", "プログラム")
    assert found(world, "机器学习") == found(world, "学机") == found(world, "习学") == []
    assert set(found(world, "学习")) == {"学习机器", "机器人学习"}
    assert set(found(world, "学 习")) == {"学习机器", "机器人学习", "学校练习"}
    assert found(world, "学习 Python") == []


def test_tags_and_descriptions_are_found_in_every_script(world: World, shelve: Any) -> None:
    shelve("A", tags=["机器学习", "हिन्दी"], description="<p>สอนภาษาไทย และ العربيّة</p>")
    shelve("B")
    for q in ("学习", "机器学习", "हिंदी", "ภาษา", "العربية", "学习 हिंदी", "ภาษาไทย العربية", "学"):
        assert found(world, q) == ["A"], q


def test_a_filter_compares_without_case_accents_and_width(world: World, shelve: Any) -> None:
    shelve("One", tags=["python", "c++"], language="हिन्दी")
    shelve("Two", tags=["café"], language="Português")
    for query, titles in (
        *[(f"tag={tag}", ["One"]) for tag in ("python", "Python", "PYTHON", "Ｐｙｔｈｏｎ", quote("C++"))],
        *[(f"tag={tag}", ["Two"]) for tag in ("CAFÉ", "cafe", "cafe\u0301")],
        *[(f"tag={tag}", []) for tag in ("c", quote("c#"), "pyt", "caf", "पाइथन")],
        *[(f"language={name}", ["One"]) for name in ("हिन्दी", "हिंदी", "हिन्‍दी")],
        *[(f"language={name}", ["Two"]) for name in ("português", "PORTUGUES", "Portugu\u00eas")],
        ("language=portu", []),
    ):
        answer = world.get(f"{CATALOGUE}?{query}")
        assert [card["title"] for card in answer.json["data"]] == titles, query


def test_tags_and_languages_are_shown_as_they_were_typed(world: World, shelve: Any, teacher: Person) -> None:
    shelve("One", language="Português", tags=["café"])
    [card] = world.get(f"{CATALOGUE}?language=PORTUGUES").json["data"]
    assert (card["language"], card["tags"]) == ("Português", ["café"])
    course = world.course(teacher, title="Two")
    for language in ("Français", "日本語"):
        assert world.put(f"/courses/editCourse/{course.id}", {"language": language}, by=teacher).status_code == 200
        assert [card["title"] for card in world.get(f"{CATALOGUE}?language={language}").json["data"]] == ["Two"]
    assert world.get(f"{CATALOGUE}?language=francais").json["data"] == []


@pytest.mark.parametrize(
    "title",
    [
        "The Quick Brown Fox Jumps over the Lazy Dog, and Sixteen Sentences More that Printers Set to Show Types",
        "机器学习" * 30,
        "हिन्दी" * 20,
        "a " * 59 + "an",
    ],
)
def test_a_whole_title_finds_its_course(world: World, shelve: Any, title: str) -> None:
    shelve(title, "The Quick Brown Fox", "机器学习")
    assert title in found(world, title)
    assert len(title) > 100


@pytest.mark.parametrize("query", ["برنامه نویسی", "نویسی", "برنامه\u200cنویسی", "برنامهنویسی"])
def test_a_word_that_a_non_joiner_divides_is_found_however_it_is_typed(world: World, shelve: Any, query: str) -> None:
    shelve("آموزش برنامه\u200cنویسی پایتون", "آموزش زبان")
    assert found(world, query) == ["آموزش برنامه\u200cنویسی پایتون"]


def test_all_words_of_a_long_query_have_to_be_there(world: World, shelve: Any) -> None:
    shelve("one two three four five six seven eight nine ten", "one two three four five six seven eight nine")
    assert len(found(world, "one two three four five six seven eight nine")) == 2
    assert len(found(world, "one two three four five six seven eight nine ten")) == 1


@pytest.mark.parametrize(
    ("q", "sentence"),
    [
        ("a" * 121, "at most 120 characters"),
        ("e\u0301" * 121, "at most 120 characters"),
        ("a" + "\u0301" * 40, "too many accents"),
        ("ـ", "at least one letter or digit"),
        ("\u200d\u00ad!", "at least one letter or digit"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(world: World, q: str, sentence: str) -> None:
    answer = world.get(CATALOGUE, query_string={"q": q})
    assert answer.status_code == 400
    assert sentence in str(answer.json)


def test_the_length_of_a_query_is_that_of_letters(world: World, shelve: Any) -> None:
    shelve("é" * 120)
    assert found(world, "e\u0301" * 120) == ["é" * 120]


def test_the_stored_pairs() -> None:
    fields = searchable("Python入門 学", "<p>機械学習</p>", ["机器学"])
    assert fields["titleText"] == "python 入門 学 入 門"
    assert fields["titlePrefixes"] == "py_ pyt_ pyth_ pytho_ python_"
    assert fields["descriptionText"] == "機械 械学 学習 機 械 学 習"
    assert fields["tagText"] == ["机器学 机器 器学 机 器 学"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT)
def test_any_title_is_found_by_itself_and_by_each_of_its_words(shelve: Any, text: str) -> None:
    title = " ".join("".join(each for each in text if each.isprintable() or each in "\u200c\u200d").split())[:120]
    words = words_of(title)
    assume(words)
    courses.raw.delete_many({})
    shelve(title)
    for query in (title, *title.split(), *words):
        if any(word not in STOP_WORDS for word in words_of(query)):
            assert courses.raw.count_documents(text_filter(query)) == 1, (query, words_of(query), is_run)


@pytest.mark.parametrize(
    ("title", "query"),
    [
        *[
            ("ハンドメイド", "パン"),
            ("かき氷", "がき"),
            ("มากมาย", "ม้า"),
            ("มา", "ม้า"),
            ("कि ताब", "की"),
        ],
        *[("мои песни", "мой"), ("काम की बात", "कम"), ("パリ", "ハリ"), ("பால்", "பல"), ("가방", "각"), ("इज्जत", "इजत")],
    ],
)
def test_a_word_with_another_vowel_or_voice_is_another(world: World, shelve: Any, title: str, query: str) -> None:
    shelve(title, "Gardening")
    assert found(world, title) == [title]
    assert found(world, query) == []
