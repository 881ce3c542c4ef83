"""How well each question of a quiz measures: classical item analysis, as a pure function of marked papers.

*Difficulty* is the mean share of its points that a question earned: near 1 it is easy, near 0 hard. *Discrimination* is
how closely that share goes along with the share earned in the rest of the same paper: Pearson's correlation, which of
a question that is right or wrong is the point-biserial one. The question itself is left out of the rest, or each would
go along with itself (S. Henrysson, "Correction of item-total correlations in item analysis", Psychometrika 28, 1963).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import correlation, fmean
from typing import Any, NamedTuple

Paper = Mapping[str, Any]

DIGITS = 3


class Met(NamedTuple):
    """A question as somebody met it; `rest` is none where the paper asks nothing else."""

    share: float
    rest: float | None
    answered: bool
    version: int


def measured(papers: Iterable[Paper]) -> list[dict[str, Any]]:
    """The figures of every question in the papers, the hardest first.

    A paper is `{paper, marks, answered, score, outOf}` of a marked attempt, where `answered` are ids of questions.
    """
    met: defaultdict[Any, list[Met]] = defaultdict(list)
    for each in papers:
        answered = set(each["answered"])
        for item in each["paper"]:
            met[item["q"]].append(_met(each, item, answered))
    return sorted(
        ({"q": q, **_figures(found)} for q, found in met.items()), key=lambda each: (each["difficulty"], each["q"])
    )


def _met(paper: Paper, item: Mapping[str, Any], answered: set[str]) -> Met:
    q, points = str(item["q"]), item["points"]
    earned, others = paper["marks"][q]["points"], paper["outOf"] - points
    rest = (paper["score"] - earned) / others if others else None
    return Met(earned / points, rest, q in answered, item["version"])


def _figures(met: list[Met]) -> dict[str, Any]:
    return {
        "version": max(each.version for each in met),
        "asked": len(met),
        "answeredShare": round(fmean(each.answered for each in met), DIGITS),
        "difficulty": round(fmean(each.share for each in met), DIGITS),
        "discrimination": _discrimination(met),
    }


def _discrimination(met: list[Met]) -> float | None:
    """None where all earned the same, or all were equally good at the rest: then nothing can go along with it."""
    pairs = [(each.share, each.rest) for each in met if each.rest is not None]
    shares, rests = [share for share, _ in pairs], [rest for _, rest in pairs]
    if len(set(shares)) < 2 or len(set(rests)) < 2:
        return None
    return round(correlation(shares, rests), DIGITS)
