"""Numbers and money for people to read, as India writes them: three digits and then pairs."""

from decimal import Decimal

from babel.numbers import format_currency, format_decimal

LOCALE = "en_IN"
NAMED = "¤¤ #,##,##0.00"
"""The code of a currency, then the amount."""


def number(value: float) -> str:
    """`12,34,567`; of a fraction, at most three decimals."""
    return format_decimal(value, locale=LOCALE)


def rupees(paise: int, currency: str = "INR") -> str:
    """`₹1,23,456.00`; an amount in another currency, in hundredths of it, begins with its code."""
    pattern = None if currency == "INR" else NAMED
    return format_currency(Decimal(paise).scaleb(-2), currency, pattern, LOCALE, currency_digits=False)
