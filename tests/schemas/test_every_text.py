"""Every field in which people write, as its schema takes it: whatever comes to be added is looked at too."""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Annotated, Any, get_args

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator, TypeAdapter

from lms import schemas
from lms.schemas import fields, text
from lms.schemas.fields import In

NOT_WRITTEN = {
    *(
        "otp",
        "token",
        "refreshToken",
        "password",
        "confirmPassword",
        "oldPassword",
        "newPassword",
        "confirmNewPassword",
    ),
    *("email", "id", "events", "price", "amount", "razorpay_signature", "gstin", "state", "billing"),
}
"""Fields whose text is compared or counted, and never shown as somebody's words."""

WORDS = ["std::vector<int>", "<3", "a < b", "R&D", "&lt;", "क्\u200dष", "é", "李", "'\"", "Ünder", "👩\u200d🚀", "x"]
sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)


def models() -> Iterator[type[In]]:
    for module in pkgutil.walk_packages(schemas.__path__, f"{schemas.__name__}."):
        for found in vars(import_module(module.name)).values():
            if inspect.isclass(found) and issubclass(found, In) and found.__module__ == module.name:
                yield found


def parts(hint: Any) -> Iterator[Any]:
    """A type with everything that it is made of."""
    yield hint
    for each in (*get_args(hint), *getattr(hint, "__metadata__", ())):
        yield from parts(each)


def has(hint: Any, validator: Any) -> bool:
    return any(isinstance(each, AfterValidator) and each.func is validator for each in parts(hint))


def hint_of(model: type[In], name: str) -> Any:
    found = model.model_fields[name]
    return Annotated[found.annotation, *found.metadata] if found.metadata else found.annotation


def written(validator: Any) -> list[Any]:
    """Each field that a validator cleans, as a parameter of a test."""
    pairs = [(model, name, hint_of(model, name)) for model in models() for name in model.model_fields]
    return [pytest.param(hint, id=f"{model.__name__}.{name}") for model, name, hint in pairs if has(hint, validator)]


def taken(hint: Any, value: str) -> str:
    many = any(getattr(each, "__origin__", each) is list for each in parts(hint))
    found: Any = TypeAdapter(hint).validate_python([value] if many else value)
    return str(found[0] if many else found)


PLAIN, RICH = written(text.clean), written(fields._rich_text)


def test_there_are_as_many_as_there_were() -> None:
    assert len(PLAIN) > 25
    assert len(RICH) >= 5


@pytest.mark.parametrize("hint", PLAIN)
def test_plain_text_is_taken_as_it_was_typed(hint: Any) -> None:
    @settings(max_examples=15)
    @given(sentences)
    def check(sentence: str) -> None:
        lowered = taken(hint, "A") == "a"
        assert taken(hint, sentence) == (sentence.lower() if lowered else sentence)
        assert taken(hint, f"\ufeff {sentence}\u200b\r\n") == taken(hint, sentence)

    check()


@pytest.mark.parametrize("hint", RICH)
def test_rich_text_shows_all_that_was_typed(hint: Any) -> None:
    @settings(max_examples=15)
    @given(sentences)
    def check(sentence: str) -> None:
        typed = sentence.replace("&lt;", "&amp;lt;")
        assert BeautifulSoup(taken(hint, typed), "html.parser").get_text() == sentence
        assert taken(hint, taken(hint, typed)) == taken(hint, typed)

    check()


@pytest.mark.parametrize("hint", [*PLAIN, *RICH])
def test_a_control_character_is_refused(hint: Any) -> None:
    with pytest.raises(ValueError, match=r"Character 2, U\+0007, cannot be used\."):
        taken(hint, "a\x07")


def test_every_other_text_has_a_form_of_its_own() -> None:
    """A pattern, a format, words to choose from; a bare `str` takes anything. Models count where declared."""
    bare = {
        f"{model.__name__}.{name}"
        for model in models()
        for name in model.model_fields
        if not (has(hint := hint_of(model, name), text.clean) or has(hint, fields._rich_text) or holds_a_model(hint))
        and any(shapeless(each) for each in strings(TypeAdapter(hint).json_schema()))
        and not {name, model.model_fields[name].alias} & NOT_WRITTEN
    }
    assert bare == set()


def holds_a_model(hint: Any) -> bool:
    return any(inspect.isclass(each) and issubclass(each, In) for each in parts(hint))


def strings(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if schema.get("type") == "string":
            yield schema
        for each in schema.values():
            yield from strings(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from strings(each)


def shapeless(schema: dict[str, Any]) -> bool:
    return not schema.keys() & {"pattern", "format", "enum", "const"}
