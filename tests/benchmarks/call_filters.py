"""Filters of the call log at a million calls: `python tests/benchmarks/call_filters.py FOLDER`. Not a test.

Asks what the filter row asks, of the desk that ten years left (`grown_desk.py`), and fetches the first page of rows.
Milliseconds of the processor, so that neighbours on the machine do not count; each question three hundred times, none
of them the same twice.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from grown_desk import A_YEAR, CLERKS, GIVEN, SURNAMES, WHAT, YEARS, grown_desk
from measure import share

from frontdesk.core.query import RegisterQuery
from frontdesk.desk import Desk

FIRST = date.today() - timedelta(days=A_YEAR * YEARS)  # noqa: DTZ011 - the desk's own day
PAGE = 100


def questions() -> Iterator[tuple[str, Callable[[random.Random], RegisterQuery]]]:
    """What the filter row asks, with chance in it so that nothing is asked twice."""

    def day(chance: random.Random) -> date:
        return FIRST + timedelta(days=chance.randrange(A_YEAR * YEARS))

    def word(chance: random.Random) -> str:
        return (
            chance.choice(WHAT) if chance.random() < 0.5 else chance.choice(SURNAMES) + chance.choice(GIVEN)
        )

    yield "everything", lambda _: RegisterQuery()
    yield "a day", lambda c: RegisterQuery(first_day=(d := day(c)), last_day=d)
    yield "a year", lambda c: RegisterQuery(first_day=(d := day(c)), last_day=d + timedelta(days=365))
    yield "a category", lambda c: RegisterQuery(choices={"category": c.choice("ABCD")})
    yield "a clerk", lambda c: RegisterQuery(choices={"answered_by": c.choice(CLERKS)})
    yield (
        "a clerk's category",
        lambda c: RegisterQuery(choices={"answered_by": c.choice(CLERKS), "category": c.choice("ABCD")}),
    )
    yield (
        "a category in a year",
        lambda c: RegisterQuery(
            first_day=(d := day(c)), last_day=d + timedelta(days=365), choices={"category": c.choice("ABCD")}
        ),
    )
    yield "open", lambda _: RegisterQuery(open_only=True)
    yield (
        "open of a category",
        lambda c: RegisterQuery(open_only=True, choices={"category": c.choice("ABCD")}),
    )
    yield "words", lambda c: RegisterQuery(text=word(c))
    yield (
        "words in a year",
        lambda c: RegisterQuery(text=word(c), first_day=(d := day(c)), last_day=d + timedelta(days=365)),
    )
    yield "words of a category", lambda c: RegisterQuery(text=word(c), choices={"category": c.choice("ABCD")})
    yield "words of open", lambda c: RegisterQuery(text=word(c), open_only=True)
    yield "room", lambda c: RegisterQuery(text=f"{c.randrange(1, 26)}-{c.randrange(1, 5)}-1102")


def table(folder: Path) -> str:
    """Ask, and return the table."""
    desk = grown_desk(folder)
    while desk.tidy():  # as the program does when nobody types
        pass
    lines = ["| asked | found | find p50 | p99 | first page of rows p50 |", "| --- | --- | --- | --- | --- |"]
    lines += [measured(desk, name, make) for name, make in questions()]
    desk.close()
    return "\n".join(lines)


def measured(desk: Desk, name: str, make: Callable[[random.Random], RegisterQuery]) -> str:
    """One line of the table."""
    chance, finds, pages, found = random.Random(3), [], [], []
    desk.calls.rows(desk.calls.find(make(chance))[:PAGE])  # the first of its kind is compiled
    for _ in range(300):
        query = make(chance)
        began = time.process_time()
        ids = desk.calls.find(query)
        finds.append((time.process_time() - began) * 1000)
        found.append(len(ids))
        began = time.process_time()
        desk.calls.rows(ids[:PAGE])
        pages.append((time.process_time() - began) * 1000)
    p99 = share(finds, 0.99)
    return (
        f"| {name} | {statistics.median(found):,.0f} | {statistics.median(finds):.2f} | {p99:.1f} "
        f"| {statistics.median(pages):.1f} |"
    )


if __name__ == "__main__":
    print(table(Path(sys.argv[1])))
