"""What an import tells: in sentences at the command line, and all of it as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lms.models.system.moves import moves
from lms.moving.aliases import FIELDS
from lms.moving.losses import REASONS, Weight
from lms.moving.proof import Check
from lms.moving.source import Source
from lms.moving.tally import Tally

HEADINGS: dict[Weight, str] = {
    "lost": "Not here as it was there",
    "changed": "Changed on the way",
    "merged": "Made one",
    "noticed": "Worth knowing",
}
COLUMNS = ("read", "written", "merged", "refused")
EXAMPLES = 3


def table(tally: Tally, dry: bool) -> Iterator[str]:
    """What was read and what became of it, a line a collection."""
    done = ("to make", "to change", "to remove") if dry else ("made", "changed", "removed")
    yield "".join([f"{'':18}", *(f"{name:>11}" for name in (*COLUMNS, *done))])
    for kind, count in tally.counts.items():
        numbers = [getattr(count, name) for name in (*COLUMNS, "made", "changed", "removed")]
        yield "".join([f"{kind:18}", *(f"{number:>11,}" for number in numbers)])


def losses(tally: Tally) -> Iterator[str]:
    """The reasons for which something is not as it was, the gravest first."""
    for weight, heading in HEADINGS.items():
        codes = [code for code in tally.losses if REASONS[code].weight == weight]
        if codes:
            yield ""
            yield f"{heading}:"
        for code in sorted(codes, key=lambda each: -tally.losses[each]):
            named = tally.named[code]
            examples = ", ".join(named[:EXAMPLES]) + (", …" if len(named) > EXAMPLES else "")
            yield f"{tally.losses[code]:>9,}  {code}: {REASONS[code].sentence}"
            yield f"{'':11}{examples}"


def left_behind(source: Source) -> Iterator[str]:
    """Collections of theirs that nothing is taken from."""
    for name, (count, reason) in source.beside().items():
        yield f"  {name} ({count:,}): {reason}"


def decisions(tally: Tally, decided: Iterable[str]) -> list[str]:
    """What is to be decided before the school opens, in the sentences that say how."""
    open_ones = [code for code in tally.losses if REASONS[code].asks and code not in decided]
    return [f"{tally.losses[code]:>9,}  {code}: {REASONS[code].sentence}" for code in sorted(open_ones)]


def shapes(source: Source) -> Iterator[str]:
    """Which names of the fields that copies call otherwise this one uses."""
    for kind, fields in FIELDS.items():
        told = [
            alias
            for aliases in fields.values()
            for alias in aliases[1:]
            if source.holds(kind, {alias: {"$exists": True}})
        ]
        yield f"  {kind:18}{source.count(kind):>11,}" + (f"  says {', '.join(told)}" if told else "")


def proven(checks: Sequence[Check]) -> Iterator[str]:
    """What was counted again, a line each."""
    for check in checks:
        yield f"  {'yes' if check.holds else 'NO ':3}  {check.sentence} {_figures(check)}"
        yield from (f"         {each}" for each in check.wrong)


def _figures(check: Check) -> str:
    more = "".join(f", {state} {count:,}" for state, count in check.more.items())
    return f"({check.name}: {check.found:,} of {check.wanted:,}{more})" if check.wanted else f"({check.name})"


def as_json(source: Source, tally: Tally, checks: Sequence[Check], dry: bool) -> dict[str, Any]:
    """All of it; of what was written, every document with every reason."""
    return {
        "source": source.label,
        "dry": dry,
        **tally.stored(),
        "reasons": {
            code: {"weight": REASONS[code].weight, "sentence": REASONS[code].sentence} for code in tally.losses
        },
        "leftBehind": {name: count for name, (count, _) in source.beside().items()},
        "proof": [check.stored() for check in checks],
        "documents": [] if dry else list(_documents()),
    }


def _documents() -> Iterator[dict[str, Any]]:
    """Every document of theirs that is not here just as it was."""
    told = moves.raw.find({"losses.code": {"$gt": ""}}, {"losses": 1, "state": 1, "new": 1})
    for row in told:
        losses = [{**loss, "about": [str(each) for each in loss["about"]]} for loss in row["losses"]]
        yield {
            "id": row["_id"],
            "state": row["state"],
            "new": str(row["new"]) if row["new"] else None,
            "losses": losses,
        }
