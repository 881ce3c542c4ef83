"""Thumbnails of demo courses, drawn from the category's colour and the words of the title."""

import random
import re
import textwrap

from flask import Blueprint, Response, request
from markupsafe import Markup

from lms.demo.catalogue import CATEGORIES, EDITIONS, TERMS
from lms.demo.texts import slug

bp = Blueprint("sandbox_thumbnails", __name__, url_prefix="/sandbox/thumbnails")

WIDTH, HEIGHT = 640, 360
CHARACTERS_A_LINE, MOST_LINES = 22, 4
MOST_CHARACTERS = 120
ANY_COLOUR = "#55606e"

_CATEGORIES = {slug(category.name): category for category in CATEGORIES}
_TITLES = " ".join([EDITIONS, *TERMS, *(course.title for category in CATEGORIES for course in category.courses)])
# Capitals sort first, so that a word which is also written small somewhere ends up small.
_SPELLINGS = {word.lower(): word for word in sorted(set(re.findall(r"[A-Za-z0-9]+", _TITLES)))}

_PICTURE = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    'width="{width}" height="{height}" role="img">'
    "<title>{title}</title>"
    '<rect width="{width}" height="{height}" fill="{colour}"/>'
    '<linearGradient id="shade" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#fff" stop-opacity="0.14"/>'
    '<stop offset="1" stop-color="#000" stop-opacity="0.38"/></linearGradient>'
    "{shapes}"
    '<rect width="{width}" height="{height}" fill="url(#shade)"/>'
    '<g font-family="Inter, Segoe UI, Roboto, Noto Sans, Helvetica, Arial, sans-serif" fill="#fff">'
    '<text x="40" y="56" font-size="17" letter-spacing="2.5" fill-opacity="0.8">{category}</text>'
    "{lines}"
    "</g></svg>"
)
_CIRCLE = Markup(
    '<circle cx="{x}" cy="{y}" r="{radius}" fill="none" stroke="#fff" stroke-opacity="0.13" stroke-width="{pen}"/>'
)
_LINE = Markup('<text x="40" y="{y}" font-size="44" font-weight="700">{text}</text>')


@bp.get("/<category_slug>/<title_slug>.svg")
def thumbnail(category_slug: str, title_slug: str) -> Response:
    """Draw the picture; the same address always gives the same one."""
    category = _CATEGORIES.get(category_slug)
    picture = draw(
        _spelled(title_slug),
        category.name if category else _spelled(category_slug),
        category.colour if category else ANY_COLOUR,
    )
    response = Response(picture, mimetype="image/svg+xml")
    response.cache_control.public = True
    response.cache_control.max_age = 86_400
    response.add_etag()
    response.make_conditional(request)
    return response


def draw(title: str, category: str, colour: str) -> str:
    """An SVG of 640 by 360 with the category over the title."""
    lines = textwrap.wrap(title, CHARACTERS_A_LINE, max_lines=MOST_LINES, placeholder="...")
    first = HEIGHT - 44 - 54 * (len(lines) - 1)
    return _PICTURE.format(
        width=WIDTH,
        height=HEIGHT,
        colour=colour,
        title=title,
        category=category.upper(),
        shapes=_shapes(title),
        lines=Markup().join(_LINE.format(y=first + 54 * place, text=text) for place, text in enumerate(lines)),
    )


def _shapes(seed: str) -> Markup:
    """Rings around one point at the right, placed by the title."""
    chance = random.Random(seed)  # noqa: S311  (decoration)
    x, y, pen = chance.randint(430, 620), chance.randint(20, 200), chance.randint(8, 26)
    gap = pen + chance.randint(10, 34)
    rings = (_CIRCLE.format(x=x, y=y, radius=gap * place, pen=pen) for place in range(1, chance.randint(5, 8)))
    return Markup().join(rings)


def _spelled(address: str) -> str:
    """The words of a slug as the catalogue spells them."""
    printable = "".join(character for character in address[:MOST_CHARACTERS] if character.isprintable())
    words = " ".join(_SPELLINGS.get(word, word) for word in printable.split("-"))
    return words[:1].upper() + words[1:]
