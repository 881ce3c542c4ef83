"""How values look in a page and in a CSV file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from jinja2 import Undefined
from markupsafe import Markup, escape

from lms.extensions import current_settings
from lms.models.accounts.users import name_of
from lms.models.base import now
from lms.services.authoring import markup
from lms.services.certificates import codes
from lms.services.payments import gst
from lms.services.system import amounts
from lms.services.system.csv_cells import harmless

NOTHING = "–"  # noqa: RUF001  (a dash, as in print)
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Format:
    """`html` is given what is not none; `csv` gives text, which is made harmless unless the format is `safe`."""

    html: Callable[[Any], str]
    csv: Callable[[Any], str] = str
    unit: str = ""
    safe: bool = False
    css: str = ""

    def cell(self, value: Any) -> str:
        nothing = value is None or value == "" or isinstance(value, Undefined)
        return NOTHING if nothing else self.html(value)

    def plain(self, value: Any) -> str:
        text = "" if value is None else self.csv(value)
        return text if self.safe else harmless(text)


def rupees(paise: int) -> str:
    """`₹1,23,456.00`, with a true minus before what is less than nothing."""
    return amounts.rupees(paise).replace("-", MINUS)


def iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def ago(moment: datetime) -> str:
    """`3 days ago`, or `in 2 hours` for what is to come."""
    seconds = (now() - moment).total_seconds()
    length = age_of(abs(seconds))
    return f"{length} ago" if seconds >= 0 else f"in {length}"


def age_of(seconds: float) -> str:
    """The largest unit of a length of time that it has at least one of, in words."""
    units = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))
    for size, name in units:
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'s' if count != 1 else ''}"
    return "a moment"


def at_school(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone(current_settings().school_zone)


def moment_html(moment: datetime) -> Markup:
    """The time in the school's time zone."""
    local = at_school(moment)
    return _time(moment, f"{local:%d %b %Y, %H:%M}")


def age_html(moment: datetime) -> Markup:
    return _time(moment, ago(moment))


def _time(moment: datetime, shown: str) -> Markup:
    return Markup('<time datetime="{0}" title="{1:%d %b %Y, %H:%M:%S} {1:%Z}">{2}</time>').format(
        iso(moment), at_school(moment), shown
    )


def length(seconds: float) -> str:
    """`9:18`, or `3 h 42 min` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def badge_html(value: Any) -> Markup:
    word = str(value)
    return Markup('<span class="badge badge-{}">{}</span>').format(word.replace("_", "-"), word.replace("_", " "))


def rich_html(text: str) -> Markup:
    """HTML that an author wrote, cleaned once more; as text where that takes too long."""
    try:
        # Cleaned, it holds tags of text only.
        cleaned = markup.clean(text)
        shown = cleaned if "<" in cleaned else cleaned.replace("\n", "<br>\n")
        return Markup(shown)  # noqa: S704  # nosec B704
    except ValueError:
        return escape(text)


def many_html(values: Any) -> str:
    return ", ".join(str(value) for value in values) or NOTHING


def points(hundredths: int) -> str:
    """`2.5` for 250."""
    return f"{Decimal(hundredths) / 100:f}"


def _decimal(paise: int) -> str:
    return f"{Decimal(paise) / 100:.2f}"


text = Format(lambda value: str(value))
badge = Format(badge_html)
number = Format(amounts.number, safe=True, css="number")
percent = Format(lambda value: f"{value:.0%}", lambda value: f"{value:.4f}", safe=True, css="number")
score = Format(points, points, safe=True, css="number")
money = Format(rupees, _decimal, unit="INR", safe=True, css="number")
moment = Format(moment_html, iso, unit="UTC", safe=True)
age = Format(age_html, iso, unit="UTC", safe=True)
yes_no = Format(lambda value: "yes" if value else "no", lambda value: "yes" if value else "no")
place = Format(gst.shown, gst.shown)
many = Format(many_html, lambda values: ", ".join(str(value) for value in values))
stars = Format(
    lambda value: f"{value:g} ★" if value else NOTHING,
    lambda value: f"{value:g}" if value else "",
    safe=True,
    css="number",
)
"""An average of nothing is stored as 0 and is no rating."""
seconds = Format(length, str, unit="s", safe=True, css="number")

TEMPLATE_FILTERS = {
    "money": money.cell,
    "moment": moment.cell,
    "age": age.cell,
    "badge": badge.cell,
    "number": number.cell,
    "seconds": seconds.cell,
    "percent": percent.cell,
    "points": score.cell,
    "age_of": age_of,
    "many": many.cell,
    "rich": rich_html,
    "name_of": name_of,
    "place_name": gst.shown,
    "certificate_code": codes.shown,
}
"""Under these names in templates: `{{ order.amount | money }}`."""
