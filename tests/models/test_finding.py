"""What staff type into the search fields of their lists."""

import pytest

from lms.models.accounts import user_administration
from lms.models.accounts.users import users
from lms.models.catalogue.courses import courses
from lms.models.catalogue.tags import tags
from lms.models.system.finding import having
from tests.world import World


@pytest.mark.parametrize(
    ("names", "queries"),
    [
        (("太郎", "山田"), ["山田", "太郎", "山田太郎", "太郎山田", "山田 太郎", "山"]),
        (("철수", "김"), ["김철수", "철수", "김 철수", "철수김"]),
        (("李小明", "王"), ["王李小明", "小明", "李小"]),
        (("Đặng", "Nguyễn"), ["dang", "NGUYEN dang", "nguyễn", "Đặng"]),
        (("François", "O’Neill"), ["francois o'neill", "FRANÇOIS", "o’neill"]),
        (("हिमांशु", "पन्त"), ["पंत", "हिमान्शु", "हिमांशु पन्त"]),
        (("أحمد", "العـربيّ"), ["احمد", "العربي", "أحمد العربيّ"]),
        (("İpek", "Işık"), ["ipek isik", "İPEK", "ışık"]),
        (("สมชาย", "ใจดี"), ["สมชาย", "สมชายใจดี", "ชาย"]),
        (("Jürgen", "Groß"), ["jurgen gross", "GROSS", "groß"]),
    ],
)
def test_a_person_is_found_by_any_spelling_of_their_name(
    world: World, names: tuple[str, str], queries: list[str]
) -> None:
    world.person(firstName="Asha", lastName="Menon")
    person = world.person(firstName=names[0], lastName=names[1])
    for query in queries:
        assert [each["_id"] for each in users.find(user_administration.having(query))] == [person.id], query


def test_who_has_other_names_is_not_found(world: World) -> None:
    world.person(firstName="太郎", lastName="山田")
    for query in ("山郎", "田太郎山", "太山", "山田花子", "太郎太郎"):
        assert users.count(having(query)) == 0, query


def test_titles_and_tags_are_found_in_every_spelling(world: World) -> None:
    course = world.course(world.person("instructor"), title="C++ für हिन्दी 机器学习")
    for query in ("c++", "FUR", "हिंदी", "学习", "机器 c++"):
        assert courses.titled(query) == [course.id], query
    assert courses.titled("c#") == courses.titled("机习") == []
    tags.keep(["crème brûlée", "机器学习", "c++"])
    for query, word in (("CREME", "crème brûlée"), ("brûl", "crème brûlée"), ("学习", "机器学习"), ("C+", "c++")):
        assert [tag["_id"] for tag in tags.find(having(query))] == [word], query


def test_a_title_is_found_by_its_new_words(world: World) -> None:
    teacher = world.person("instructor")
    course = world.course(teacher, title="Knots")
    assert world.put(f"/courses/editCourse/{course.id}", {"title": "Größe"}, by=teacher).status_code == 200
    assert (courses.titled("GROSSE"), courses.titled("knots")) == ([course.id], [])
