"""Filters of the call log at a million calls: `python tests/benchmarks/call_filters.py [calls]`. Not a test.

Fills a desk's call log in bulk, as an estate would over ten years, then asks what the filter row asks and
fetches the first page of rows. Milliseconds of the processor, so that neighbours on the machine do not count.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from frontdesk.calls import listing
from frontdesk.calls.model import Call
from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.clock import Clock
from frontdesk.core.model import SerialCounter
from frontdesk.core.query import RegisterQuery
from frontdesk.desk import Desk, open_desk

YEARS = 10
PAGE = 100
CHUNK = 20_000
LAST = date(2026, 11, 21)
FIRST = LAST - timedelta(days=365 * YEARS)

WHERE = [
    "厨房",
    "卫生间",
    "主卧",
    "客厅",
    "阳台",
    "地下车库",
    "单元门口",
    "电梯厅",
    "楼道",
    "儿童房",
    "书房",
    "储藏室",
]
WHAT = [
    "下水堵塞",
    "漏水",
    "水管爆裂",
    "灯不亮",
    "跳闸",
    "门锁打不开",
    "有异味",
    "渗水到楼下",
    "噪音扰民",
    "电梯困人",
    "询问装修手续",
    "送桶装水",
]
THEN = [
    "请马上来",
    "水已漫到地面",
    "下午在家",
    "要求回复",
    "先打电话",
    "已经报过一次",
    "家里没人",
    "请带工具",
]
CLERKS = ["陈晓婧", "李慕颇", "周雨桐", "王磊", "赵静", "钱伟", "冯磊", "吴倩"]
SURNAMES, GIVEN = "张王李赵陈刘杨黄周吴曾单㛃", "晓敏志伟丽华建国雨桐磊倩喆赟䶮"


def rows(count: int, clock: Clock) -> Iterator[dict[str, Any]]:
    """Calls in the order of entry, spread evenly over the days."""
    chance = random.Random(7)
    pick = chance.choice
    a_day = -(-count // (365 * YEARS))
    for number in range(count):
        day = FIRST + timedelta(days=number // a_day)
        at = clock.day_bounds(day)[0] + timedelta(seconds=80_000 * (number % a_day) // a_day)
        digits = f"1{pick('3578')}{chance.randrange(10**9):09d}"
        is_open = number > count - 2000 and chance.random() < 0.2
        yield {
            "id": number + 1, "day": day, "day_no": number % a_day + 1, "logged_at": at, "unit_id": None,
            "unit_no": f"{chance.randrange(1, 26)}-{chance.randrange(1, 5)}-{chance.randrange(1, 26):02d}0{chance.randrange(1, 5)}",
            "number": digits, "digits": digits, "caller": pick(SURNAMES) + pick(GIVEN) + pick(GIVEN),
            "reason": f"{pick(WHERE)}{pick(WHAT)},{pick(THEN)}",
            "order_serial": f"FW{day.year}-{number:06d}" if number % 3 == 0 else "",
            "answered_by": pick(CLERKS), "answered_by_id": None, "recipient": "", "outcome": "完成", "category": pick("ABBCCCCD"),
            "remarks": "", "appointment_at": None, "goods": "", "promised_at": None, "outside_body": "",
            "settled_at": None if is_open else at, "created_at": at, "created_by_id": None, "created_by": "系统",
            "voided_at": None, "voided_by": "", "void_reason": "",
        }  # fmt: skip


def fill(desk: Desk, count: int) -> None:
    """Write the calls past the journal: only reading is measured."""
    days: dict[date, int] = {}
    with desk.context.transaction(Permission.WRITE_CALLS) as work:
        chunk: list[dict[str, Any]] = []
        for row in rows(count, desk.context.clock):
            days[row["day"]] = row["day_no"]
            chunk.append(row)
            if len(chunk) == CHUNK or row["id"] == count:
                work.session.execute(insert(Call), chunk)
                found_by = ((one["id"], listing.found_by(Call(**one))) for one in chunk)
                listing.INDEX.put_many(work.connection, found_by)
                chunk = []
        counters = [
            {"series": listing.SERIES, "period": day.isoformat(), "last": last} for day, last in days.items()
        ]
        work.session.execute(insert(SerialCounter), counters)


def questions() -> Iterator[tuple[str, Callable[[random.Random], RegisterQuery]]]:
    """What the filter row asks, with chance in it so that nothing is asked twice."""

    def day(chance: random.Random) -> date:
        return FIRST + timedelta(days=chance.randrange(365 * YEARS))

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


def main(count: int) -> None:
    """Fill, ask, print the table."""
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Path(folder), create=True)
        desk.context.actor = PROGRAM
        began = time.perf_counter()
        fill(desk, count)
        print(f"{count:,} calls written in {time.perf_counter() - began:.0f} s\n")
        print("| asked | found | find p50 | p99 | first page of rows p50 |\n| --- | --- | --- | --- | --- |")
        for name, make in questions():
            print(measured(desk, name, make), flush=True)
        desk.close()


def measured(desk: Desk, name: str, make: Callable[[random.Random], RegisterQuery]) -> str:
    """One line of the table."""
    chance, finds, pages, found = random.Random(3), [], [], []
    desk.calls.rows(desk.calls.find(make(chance))[:PAGE])  # the first of its kind is compiled
    for _ in range(100):
        query = make(chance)
        began = time.process_time()
        ids = desk.calls.find(query)
        finds.append((time.process_time() - began) * 1000)
        found.append(len(ids))
        began = time.process_time()
        desk.calls.rows(ids[:PAGE])
        pages.append((time.process_time() - began) * 1000)
    p99 = sorted(finds)[-1]
    return (
        f"| {name} | {statistics.median(found):,.0f} | {statistics.median(finds):.2f} | {p99:.1f} "
        f"| {statistics.median(pages):.1f} |"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
