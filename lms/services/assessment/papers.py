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
    taken = named(quiz["items"])
    paper: list[dict[str, Any]] = []
    for item in quiz["items"]:
        if "question" in item:
            found, points = [by_id[item["question"]]] if item["question"] in by_id else [], None
        else:
            pool = [each for each in by_id.values() if each["_id"] not in taken and fits(each, item["draw"])]
            found = lot.sample(pool, min(item["draw"]["count"], len(pool)))
            points = item["draw"].get("points")
        taken = taken | {each["_id"] for each in found}
        paper += [_asked(each, points, quiz["shuffleChoices"], lot) for each in found]
    if quiz["shuffle"]:
        lot.shuffle(paper)
    return paper


def named(items: Iterable[Mapping[str, Any]]) -> set[ObjectId]:
    return {item["question"] for item in items if "question" in item}


def fits(question: Question, draw: Mapping[str, Any]) -> bool:
    """Whether a question has every tag that is drawn by."""
    return set(draw["tags"]) <= set(question["tags"])


def short_draws(items: Sequence[Mapping[str, Any]], bank: Iterable[Question]) -> list[int]:
    """The places of those draws that could come up short, however the lot falls for those before them."""
    open_to_lot = [each for each in bank if each["_id"] not in named(items)]
    before: list[tuple[set[Any], int]] = []
    short = []
    for place, item in enumerate(items):
        if "draw" not in item:
            continue
        pool = {each["_id"] for each in open_to_lot if fits(each, item["draw"])}
        lost = sum(min(count, len(pool & other)) for other, count in before)
        if len(pool) - lost < item["draw"]["count"]:
            short.append(place)
        before.append((pool, item["draw"]["count"]))
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
