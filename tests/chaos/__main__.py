"""`make chaos`: the API killed two hundred times among customers who are buying, and what that did to their orders."""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from lms.embedded.servers import Servers
from tests.chaos.certifying import Certifying
from tests.chaos.importing import Importing
from tests.chaos.kills import Killer, Record
from tests.chaos.points import POINTS
from tests.chaos.races import settle_at_once
from tests.chaos.shop import Shop
from tests.chaos.stage import Stage, stage
from tests.chaos.verdict import Verdict, verdict
from tests.chaos.waiting import until_settled

KILLS_A_ROUND = 50
AT_A_POINT = 4
"""Every fourth kill is at a named point, the others are at random moments."""
RACED = 200
CERTIFYING_KILLS = 100
IMPORTED_ROWS, IMPORT_KILLS, FLUSHES = 10_000, 60, (20, 40)
BAR = 40


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how often the API is killed")
    parser.add_argument("--crowd", type=int, default=4, help="how many customers are buying at the time")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="what luck begins with")
    parser.add_argument("--certificates", action="store_true", help="only kill while certificates are signed")
    parser.add_argument("--tables", action="store_true", help="only kill while a table of learners is written")
    options = parser.parse_args()
    print(f"Seed {options.seed}: {options.kills} kills among {options.crowd} customers each.", flush=True)
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="lms-chaos-") as folder,
        tempfile.TemporaryDirectory(prefix="lms-gateway-") as beside,
        Servers(Path(beside), with_redis=False) as servers,
        stage(Path(folder), servers.mongodb_url.replace("/?", "/gateway?"), api_workers=2) as made,
    ):
        if options.certificates:
            return 0 if certify(made, random.Random(options.seed)) else 1
        if options.tables:
            return 0 if write_table(made, random.Random(options.seed)) else 1
        record, found = campaign(made, options.kills, options.crowd, random.Random(options.seed))
        show(record, found, time.monotonic() - began)
        raced = race(made) if found.clean else found
        certified = certify(made, random.Random(options.seed)) if raced.clean else False
        written = write_table(made, random.Random(options.seed)) if certified else False
    return 0 if raced.clean and certified and written else 1


def campaign(made: Stage, kills: int, crowd: int, luck: random.Random) -> tuple[Record, Verdict]:
    """Kill in rounds, and after each let the reconciler and the workers do what is left and look at the books."""
    shop = Shop(made)
    killer, found = Killer(shop, luck, crowd), Verdict()
    helpers = [made.reconciler, *made.fast_workers]
    for first in range(0, kills, KILLS_A_ROUND):
        for number in range(first, min(kills, first + KILLS_A_ROUND)):
            if number % AT_A_POINT:
                killer.at_random()
            else:
                killer.at_point(list(POINTS)[number // AT_A_POINT % len(POINTS)])
            progress(killer.record.total, kills)
        for part in helpers:
            part.spawn()
        until_settled(made)
        found = verdict(made)
        for part in helpers:
            part.kill()
        if not found.clean:
            break
    shop.close()
    return killer.record, found


def write_table(made: Stage, luck: random.Random) -> bool:
    """Kill while a table of ten thousand is written, and empty Redis twice; whether all is as if nobody had."""
    made.empty()
    shop = Shop(made)
    importing = Importing(shop, luck, IMPORTED_ROWS)
    for number in range(IMPORT_KILLS):
        importing.kill()
        if number in FLUSHES:
            importing.empty_redis()
            importing.let_leases_run_out()
        progress(number + 1, IMPORT_KILLS)
    importing.settle()
    shop.close()
    wrong = importing.wrong()
    kills = ", ".join(f"{name} {times} times" for name, times in importing.kills.items())
    print(f"\nA table of {IMPORTED_ROWS:,} rows, killed {kills}: {'; '.join(wrong[:10]) or 'every row once'}.")
    return not wrong


def race(made: Stage) -> Verdict:
    """Have everybody who can settle an order do so at once."""
    made.empty()
    shop, began = Shop(made), time.monotonic()
    settle_at_once(shop, RACED)
    found = verdict(made)
    shop.close()
    print(f"{found.paid} orders settled by everybody at once, in {time.monotonic() - began:.0f} s: {found}")
    return found


def certify(made: Stage, luck: random.Random) -> bool:
    """Kill workers and the API while certificates are signed."""
    made.empty()
    shop, began = Shop(made), time.monotonic()
    certifying = Certifying(shop, luck)
    while certifying.kills.total() < CERTIFYING_KILLS:
        certifying.kill()
        progress(certifying.kills.total(), CERTIFYING_KILLS)
    certifying.settle()
    wrong, number = certifying.wrong(), len(certifying.learners)
    shop.close()
    seconds = time.monotonic() - began
    print(f"{number} certificates under {CERTIFYING_KILLS} kills, in {seconds:.0f} s: {len(wrong)} wrong {wrong or ''}")
    return not wrong


def progress(done: int, of: int) -> None:
    filled = BAR * done // of
    end = "\n" if not sys.stdout.isatty() or done == of else ""
    print(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done} of {of} kills", end=end, flush=True)


def show(record: Record, found: Verdict, seconds: float) -> None:
    print(table("killed", record.kills), table("the order was", record.caught), sep="\n\n", end="\n\n")
    print(
        f"{record.total} kills, {found.paid} paid orders, {len(found.lost)} lost, {len(found.double)} double, "
        f"{len(found.wrong)} otherwise wrong, in {seconds:.0f} s"
    )
    if not found.clean:
        print(found)


def table(name: str, counted: Counter[str]) -> str:
    rows: Iterable[tuple[str, int]] = counted.most_common()
    return "\n".join([f"| {name} | times |", "|---|---:|", *(f"| {what} | {times} |" for what, times in rows)])


if __name__ == "__main__":
    sys.exit(main())
