"""How the catalogue stands at present, from the counters that its courses keep."""

from typing import Any

from bson import ObjectId

from lms.models.analytics.periods import key
from lms.models.catalogue.courses import courses

PRICES = (0, 1, 50_000, 100_000, 200_000, 500_000)
"""Where the buckets begin, in paise; the last has no end."""

WEIGHT = 10
"""Ratings that the average of all counts for, beside a course's own."""

TOP = 10

PUBLIC = {"status": "published"}
STARS = {"$add": [{"$multiply": [f"$ratingHistogram.{stars}", stars]} for stars in range(1, 6)]}

Figures = dict[str, Any]


def present(names: dict[ObjectId | None, Figures]) -> Figures:
    """Ratings by category, courses by the month of their publication, the best rated, and prices."""
    sums = {"count": {"$sum": "$ratingCount"}, "stars": {"$sum": STARS}}
    public = {"$match": PUBLIC}
    facets = {
        "ratings": [public, {"$group": {"_id": "$category", **sums}}, {"$sort": {"_id": 1}}],
        "published": [
            {"$group": {"_id": key("$publishedAt", "month"), "courses": {"$sum": 1}}},
            {"$sort": {"_id": 1}},
        ],
        "prices": [public, _buckets()],
    }
    fields = ("status", "category", "ratingCount", "ratingHistogram", "publishedAt", "amount", "studentsCount")
    [found] = courses.aggregate(
        {"publishedAt": {"$ne": None}}, [{"$project": dict.fromkeys(fields, 1)}, {"$facet": facets}]
    )
    rated = [row for row in found["ratings"] if row["count"]]
    return {
        "ratingsByCategory": [
            {
                "category": names.get(row["_id"]),
                "averageRating": round(row["stars"] / row["count"], 2),
                "ratingCount": row["count"],
            }
            for row in rated
        ],
        "coursesPublished": _years(found["published"]),
        "topRated": _top_rated(sum(row["stars"] for row in rated), sum(row["count"] for row in rated)),
        "priceBuckets": _with_ends(found["prices"]),
    }


def _buckets() -> Figures:
    counted = {"courses": {"$sum": 1}, "students": {"$sum": "$studentsCount"}}
    boundaries = [*PRICES, float("inf")]
    return {"$bucket": {"groupBy": "$amount", "boundaries": boundaries, "default": None, "output": counted}}


def _with_ends(found: list[Figures]) -> list[Figures]:
    """Every bucket there is, also those without a course."""
    counted = {row.pop("_id"): row for row in found}
    nothing = {"courses": 0, "students": 0}
    return [
        {"from": least, "to": below, **counted.get(least, nothing)}
        for least, below in zip(PRICES, [*PRICES[1:], None], strict=True)
    ]


def _years(months: list[Figures]) -> list[Figures]:
    years: dict[int, list[Figures]] = {}
    for row in months:
        year, month, _ = map(int, row["_id"].split("-"))
        years.setdefault(year, []).append({"month": month, "courses": row["courses"]})
    return [
        {"year": year, "courses": sum(each["courses"] for each in found), "months": found}
        for year, found in years.items()
    ]


def _top_rated(stars: int, count: int) -> list[Figures]:
    """The courses of the highest Bayesian average: their own stars and `WEIGHT` ratings of the average of all.

    This is the weighting of IMDb's list of 250 films, (v·R + m·C) / (v + m).
    """
    mean = stars / count if count else 0
    weighted = {"$divide": [{"$add": [STARS, WEIGHT * mean]}, {"$add": ["$ratingCount", WEIGHT]}]}
    shown = {
        "_id": 0,
        "id": "$_id",
        "title": 1,
        "averageRating": "$ratingAverage",
        "ratingCount": 1,
        "weightedRating": {"$round": ["$weighted", 3]},
    }
    best = {"$sort": {"weighted": -1, "_id": 1}}
    return courses.aggregate(
        {**PUBLIC, "ratingCount": {"$gt": 0}},
        [{"$set": {"weighted": weighted}}, best, {"$limit": TOP}, {"$project": shown}],
    )
