"""What people read where a value is not what it has to be."""

from typing import Any

SENTENCES = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is not known here.",
    "string_type": "This has to be text.",
    "literal_error": "This has to be {expected}.",
    "list_type": "This has to be a list.",
    "model_type": "This has to be an object.",
    "model_attributes_type": "This has to be an object.",
    "dict_type": "This has to be an object.",
    "string_pattern_mismatch": "This does not have the right form.",
    "too_short": "This is too short: at least {min_length}.",
    "too_long": "This is too long: at most {max_length}.",
    "string_too_short": "This is too short: at least {min_length} characters.",
    "string_too_long": "This is too long: at most {max_length} characters.",
    "greater_than_equal": "This has to be at least {ge}.",
    "less_than_equal": "This has to be at most {le}.",
    "int_type": "This has to be a whole number.",
    "int_parsing": "This has to be a whole number.",
    "int_from_float": "This has to be a whole number.",
    "int_parsing_size": "This number is too large.",
    "float_type": "This has to be a number.",
    "float_parsing": "This has to be a number.",
    "bool_type": "This has to be true or false.",
    "bool_parsing": "This has to be true or false.",
    "decimal_type": "This has to be a number.",
    "decimal_parsing": "This has to be a number.",
    "decimal_max_places": "This has at most {decimal_places} decimals.",
    "decimal_max_digits": "This number is too large.",
    "decimal_whole_digits": "This number is too large.",
    "finite_number": "This has to be a number.",
    "date_type": "This has to be a date, such as 2001-12-31.",
    "date_parsing": "This has to be a date, such as 2001-12-31.",
    "date_from_datetime_parsing": "This has to be a date, such as 2001-12-31.",
    "datetime_type": "This has to be a time, such as 2026-01-31T12:00:00Z.",
    "datetime_parsing": "This has to be a time, such as 2026-01-31T12:00:00Z.",
    "timezone_aware": "This has to be a time with its zone, such as 2026-01-31T12:00:00Z.",
    "datetime_from_date_parsing": "This has to be a time, such as 2026-01-31T12:00:00Z.",
}
"""What people read for pydantic's types of error; `{…}` is filled from the error's context."""


def sentence_of(fault: Any) -> str:
    """The sentence for one of pydantic's faults: the one that its validator raised, ours, or pydantic's."""
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    sentence = SENTENCES.get(fault["type"])
    return sentence.format(**fault.get("ctx", {})) if sentence else f"{fault['msg']}."
