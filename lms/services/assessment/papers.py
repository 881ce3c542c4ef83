"""What a learner is asked in one attempt: chosen and shuffled once, at the start, by lot."""

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

from bson import ObjectId

Question = Mapping[str, Any]

NEEDED = dict.fromkeys(("version", "kind", "points", "tags", "choices.id", "targets.id"), 1)
"""What has to be read of questions to make a paper of them."""

ALWAYS_SHUFFLED = {"order", "match"}
"""Their choices are the answer."""


def assemble(quiz: Mapping[str, Any], bank: Iterable[Question], lot: Random) -> list[dict[str, Any]]:
    """A paper of the quiz; `bank` are the questions that it names or draws from. What is named is asked in any case."""
    by_id = {each["_id"]: each for each in bank}
    taken, pools = named(quiz["items"]), _pools(quiz["items"], by_id.values())
    paper: list[dict[str, Any]] = []
    for item in quiz["items"]:
        if "question" in item:
            found, points = [by_id[item["question"]]] if item["question"] in by_id else [], None
        else:
            pool = [each for each in pools[frozenset(item["draw"]["tags"])] if each["_id"] not in taken]
            found = lot.sample(pool, min(item["draw"]["count"], len(pool)))
            points = item["draw"].get("points")
        taken |= {each["_id"] for each in found}
        paper += [_asked(each, points, quiz["shuffleChoices"], lot) for each in found]
    if quiz["shuffle"]:
        lot.shuffle(paper)
    return paper


def named(items: Iterable[Mapping[str, Any]]) -> set[ObjectId]:
    return {item["question"] for item in items if "question" in item}


def _pools(items: Iterable[Mapping[str, Any]], bank: Iterable[Question]) -> dict[frozenset[str], list[Question]]:
    """The questions that have every tag that is drawn by, for each draw's tags."""
    tagged = [(each, frozenset(each["tags"])) for each in bank]
    wanted = {frozenset(item["draw"]["tags"]) for item in items if "draw" in item}
    return {tags: [each for each, its in tagged if tags <= its] for tags in wanted}


def short_draws(items: Sequence[Mapping[str, Any]], bank: Sequence[Question]) -> list[int]:
    """The places of those draws that could come up short, however the lot falls for those before them.

    Pools are numbers with a bit for each question: of two hundred draws from a large bank each is compared with each.
    """
    fixed = named(items)
    bits = {each["_id"]: 1 << place for place, each in enumerate(bank) if each["_id"] not in fixed}
    open_to_lot = [each for each in bank if each["_id"] in bits]
    found = _pools(items, open_to_lot)
    pools = {tags: sum(bits[each["_id"]] for each in pool) for tags, pool in found.items()}
    before: list[tuple[int, int]] = []
    short = []
    for place, item in enumerate(items):
        if "draw" not in item:
            continue
        pool, count = pools[frozenset(item["draw"]["tags"])], item["draw"]["count"]
        lost = sum(min(taken, (pool & other).bit_count()) for other, taken in before)
        if pool.bit_count() - lost < count:
            short.append(place)
        before.append((pool, count))
    return short


def _asked(question: Question, points: int | None, shuffle_choices: bool, lot: Random) -> dict[str, Any]:
    shuffled = shuffle_choices or question["kind"] in ALWAYS_SHUFFLED
    orders = {name: [each["id"] for each in question[name]] for name in ("choices", "targets")}
    if shuffled:
        for order in orders.values():
            lot.shuffle(order)
    return {
        "q": question["_id"],
        "version": question["version"],
        "kind": question["kind"],
        "points": question["points"] if points is None else points,
        **orders,
    }
