"""What people type into the search field, and what they find."""

from operator import add
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.models.catalogue.course_search import STOP_WORDS, searchable, stem_of, text_filter, words_of
from lms.models.catalogue.courses import courses
from tests.world import Person, World

CATALOGUE = "/courses/getAllCourses"


@pytest.fixture
def shelve(world: World, teacher: Person) -> Any:
    """Publishes courses with these titles."""
    category = world.category()

    def publish(*titles: str, **fields: Any) -> None:
        for title in titles:
            world.course(teacher, lessons=0, category=category, title=title, **{"tags": [], **fields})

    return publish


def found(world: World, q: str, **query: Any) -> list[str]:
    answer = world.get(CATALOGUE, query_string={"q": q, **query})
    assert answer.status_code == 200, answer.json
    assert answer.json["pagination"]["total"] >= len(answer.json["data"])
    return [card["title"] for card in answer.json["data"]]


@pytest.mark.parametrize(
    ("title", "queries"),
    [
        ("Python for Beginners", ["py", "pyth", "PYTH", "pytho", "python", "pythons", "beg", "beginner"]),
        ("The Theory of Everything", ["the", "theo", "theor", "theories", "every", "everyth"]),
        ("IT and Its Uses", ["it", "uses", "us", "its"]),
        ("Happily Relational Databases", ["happ", "happily", "relat", "relational", "database", "databas", "dat"]),
        ("Flying Studies", ["fly", "flyi", "flies", "study", "stud", "studie"]),
        ("Café Culture", ["cafe", "café", "CAFÉ", "caf", "cult"]),
        ("हिंदी व्याकरण", ["हि", "हिं", "हिंदी", "व्या", "व्याकरण"]),
        ("C++ from Zero", ["c++", "c", "C", "zer"]),
        ("Node.js 22", ["node.js", "nod", "js", "22"]),
        ("100 Days of 3D", ["100", "10", "3d"]),
        ("Don't Panic", ["don't", "pan"]),
        ("Résumé-Writing", ["resume", "rés", "writ", "resume writing", "résumé-writing"]),
        ("snake_case", ["snake_case", "snak"]),
        ("Internationalization Today", ["internationali", "internationalization"]),
    ],
)
def test_a_title_is_found_by_its_words_and_their_beginnings(
    world: World, shelve: Any, title: str, queries: list[str]
) -> None:
    shelve(title, "Gardening")
    assert {query: found(world, query) for query in queries} == {query: [title] for query in queries}


@pytest.mark.parametrize("q", ["p", "yth", "ython", "pyx", "pythonista", "pyth_x", "zzz", "strong", "p_", "amp", "li"])
def test_what_is_in_no_word_finds_nothing(world: World, shelve: Any, q: str) -> None:
    shelve("Python", description="<p><strong>Bold</strong> &amp; <li>listed</p>")
    answer = world.get(CATALOGUE, query_string={"q": q}).json
    assert answer["data"] == []
    assert answer["pagination"] == {"page": 1, "limit": 20, "total": 0, "pages": 0}


def test_markup_is_no_word_and_splits_words(world: World, shelve: Any) -> None:
    shelve("A", description="<p class='intro'>One</p><p>two &lt;three&gt; <br/>four <code>five</code>, 6 < 7</p>")
    for q in ("one", "two", "three", "four", "five", "6", "7"):
        assert found(world, q) == ["A"], q
    for q in ("intro", "class", "code", "br", "lt"):
        assert found(world, q) == [], q


def test_whole_words_come_before_beginnings(world: World, shelve: Any) -> None:
    shelve("Javascript", "Java", "Learning Modern Enterprise Java in Practice for Working Professionals")
    assert found(world, "java")[-1] == "Javascript"
    assert len(found(world, "java")) == 3


def test_a_tag_comes_before_a_beginning_and_that_before_a_description(world: World, shelve: Any) -> None:
    shelve("Described", description="All of java.")
    shelve("Javascript")
    shelve("Tagged", tags=["java"])
    assert found(world, "java") == ["Tagged", "Javascript", "Described"]


def test_beginnings_are_those_of_titles_only(world: World, shelve: Any) -> None:
    shelve("A", description="pottery", tags=["painting"])
    assert found(world, "pottery") == found(world, "paintings") == ["A"]
    assert found(world, "pott") == []
    assert found(world, "pain") == []


def test_every_word_of_a_query_has_to_be_there(world: World, shelve: Any) -> None:
    shelve("Machine Learning", "Underwater Photography", "Learning Hindi")
    assert found(world, "underwater learning") == []
    assert found(world, "learning machine") == ["Machine Learning"]
    assert found(world, "mach lear") == ["Machine Learning"]
    assert found(world, "machine learning hindi") == []


def test_the_words_may_stand_anywhere(world: World, shelve: Any) -> None:
    shelve("Databases", tags=["sql"], description="<p>For analysts.</p>")
    shelve("Databases by Hand")
    for q in ("sql databases", "database analyst", "sql analysts", "dat analy", "database sql analysts"):
        assert found(world, q) == ["Databases"], q


def test_one_of_several_words_is_not_found_inside_another(world: World, shelve: Any) -> None:
    shelve("Modern JavaScript: Start Here", "Modern Art")
    assert found(world, "modern art") == ["Modern Art"]


def test_other_forms_of_several_words_are_found(world: World, shelve: Any) -> None:
    shelve("Running a Painting Studio")
    for q in ("run paintings", "runs studios", "paint studios", "painted studio", "café studio"):
        assert found(world, q) == ([] if "café" in q else ["Running a Painting Studio"]), q


def test_a_single_letter_is_a_whole_word(world: World, shelve: Any) -> None:
    shelve("Cooking Vegetables", "Vitamin C", "R for Statistics")
    assert found(world, "c") == ["Vitamin C"]
    assert found(world, "vitamin c") == found(world, "c vit") == ["Vitamin C"]
    assert found(world, "c vegetables") == []
    assert found(world, "statistics r") == ["R for Statistics"]


def test_words_that_say_nothing_need_not_be_there(world: World, shelve: Any) -> None:
    shelve("Art in Code", "How to Draw")
    assert found(world, "the art of code") == ["Art in Code"]
    assert found(world, "how to") == ["How to Draw"]
    assert found(world, "to be") == []


def test_whole_words_of_several_come_before_beginnings(world: World, shelve: Any) -> None:
    shelve("Javascript Testing", "Java Testing")
    assert found(world, "java testing") == ["Java Testing", "Javascript Testing"]


@pytest.mark.parametrize(
    "q", ['"java" testing', "-java testing", "java.*testing", "java|testing", "(java testing", "$java [testing"]
)
def test_nothing_that_is_typed_is_an_operator(world: World, shelve: Any, q: str) -> None:
    shelve("Java Testing", "Java", "Testing")
    assert found(world, q) == ["Java Testing"]


def test_a_query_combines_with_filters_and_orders(world: World, shelve: Any) -> None:
    shelve("Java One", amount=100)
    shelve("Javascript One", amount=200)
    shelve("Java Two", amount=300, level="advanced")
    assert found(world, "java", sort="price") == ["Java One", "Javascript One", "Java Two"]
    assert found(world, "jav one", sort="-price") == ["Javascript One", "Java One"]
    assert found(world, "java two", level="beginner") == []


def test_the_stored_fields_are_words_only() -> None:
    fields = searchable("The R&D Cafés", "<p>It's <em>ÉLAN</em> &amp; more</p>", ["c++", "crème brûlée", "cats"])
    assert fields == {
        "title": "The R&D Cafés",
        "description": "<p>It's <em>ÉLAN</em> &amp; more</p>",
        "tags": ["c++", "crème brûlée", "cats"],
        "titleText": "the r d cafes cafe",
        "titlePrefixes": "th_ the_ r_ d_ ca_ caf_ cafe_ cafes_",
        "tagText": ["c++ c", "crème brûlée creme brulee brule", "cats cat"],
        "tagKeys": ["c++", "creme brulee", "cats"],
        "descriptionText": "it s elan more",
        "searchText": "the r&d cafes",
    }
    empty = {
        "titleText": "",
        "titlePrefixes": "",
        "tagText": [],
        "tagKeys": [],
        "descriptionText": "",
        "searchText": "",
    }
    assert searchable("", "", ()) == {"title": "", "description": "", "tags": [], **empty}
    assert searchable("x" * 40, "", ())["titlePrefixes"].split()[-1] == "x" * 15 + "_"


def test_the_stems_are_those_that_catalogues_hold() -> None:
    """They are stored: another version of the stemmer that has other ones needs a migration."""
    words = "relational databases happily theories flying running writes analysts biologists evenings news cafés"
    stems = "relat databas happili theori fli run write analyst biolog evening news cafe"
    assert " ".join(map(stem_of, words_of(words))) == stems


FORMS = ["", "s", "es", "ing", "ings", "ed", "er", "ers", "ly", "al", "ally", "ation", "ations", "ness", "ment", "ful"]
STEMS = ["relat", "databas", "paint", "nation", "form", "cod", "test", "runn", "histor", "analys", "हिंद"]
WORD = st.builds(add, st.sampled_from(STEMS), st.sampled_from(FORMS)) | st.text(
    st.characters(categories=["L", "N"], max_codepoint=0x17F), min_size=1, max_size=20
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.lists(WORD, min_size=1, max_size=6), data=st.data())
def test_any_forms_of_any_words_of_a_title_find_it(shelve: Any, title: list[str], data: Any) -> None:
    """Wherever the stemmer sees one word, and with the words in any order."""
    courses.raw.delete_many({})
    shelve(shown := " ".join(title))
    said = [word for word in words_of(shown) if word not in STOP_WORDS]
    forms = {word: [form for form in (word, *_forms(word)) if stem_of(form) == stem_of(word)] for word in said}
    asked = data.draw(st.lists(st.sampled_from(said), min_size=1, unique=True)) if said else words_of(shown)
    query = " ".join(data.draw(st.sampled_from(forms.get(word, [word]))) for word in asked)
    assert [course["title"] for course in courses.raw.find(text_filter(query))] == [shown], query


def _forms(word: str) -> list[str]:
    return [root + ending for root in {word, stem_of(word)} for ending in FORMS]


def test_the_forms_of_several_words_are_told_apart_as_those_of_one(world: World, shelve: Any) -> None:
    shelve("Relational Databases", description="Normalised tables, queried daily.", tags=["designing schemas"])
    shelve("Relays", "Data Entry", "Relations")
    for q in (
        *("relational", "relational databases", "relation database", "relating databases", "databases relational"),
        *("relational table", "tables normalising", "query databases", "queries databases", "schema design"),
        *("database designs", "the relational database", "normalis databa", "relationa databases"),
    ):
        assert "Relational Databases" in found(world, q), q
    assert found(world, "relations") == ["Relations", "Relational Databases"]
    assert found(world, "universal databases") == found(world, "relational universities") == []


def test_the_index_is_the_only_way_words_are_found(world: World, shelve: Any) -> None:
    shelve("Java Testing", "Java")
    plan = courses.raw.find({"$text": {"$search": "java"}}).explain()["queryPlanner"]
    assert "COLLSCAN" not in str(plan)
