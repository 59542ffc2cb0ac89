"""A desk as ten years of work leave it: `python tests/benchmarks/grown_desk.py FOLDER [calls]`. Not a test.

The demonstration's estate with its staff; calls and orders are written past the journal, for only reading and the
next entry are measured. A tenth of the time that the demonstration's own stories would take.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, insert, select

from frontdesk.calls import listing as call_listing
from frontdesk.calls.model import Call
from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.context import Transaction
from frontdesk.core.model import Record, SerialCounter
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.core.search import SearchIndex, SearchText
from frontdesk.demo.make import DemoSize, make_demo
from frontdesk.desk import Desk, open_desk
from frontdesk.estate.model import Unit
from frontdesk.orders import listing as order_listing
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.rules import SERIES as ORDERS

UNITS, CALLS, YEARS = 10_000, 1_000_000, 10
A_YEAR = 365
CHUNK = 20_000
WAITING = 300  # of the newest calls: their orders are still to be called back

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

Row = dict[str, Any]


def grown_desk(folder: Path, *, units: int = UNITS, calls: int = CALLS) -> Desk:
    """The desk in the folder, made there when there is none: one order to three calls. Signed in as the program."""
    if not (folder / DATABASE_NAME).exists():
        folder.mkdir(parents=True, exist_ok=True)
        make_demo(folder, DemoSize(units=units, calls=0, orders=0))
        grow(open_desk(folder), calls)
    desk = open_desk(folder)
    desk.context.actor = PROGRAM
    return desk


def grow(desk: Desk, calls: int) -> None:
    """Write the years, and close the desk."""
    today = desk.context.clock.today()
    with desk.context.transaction(Permission.WRITE_CALLS, actor=PROGRAM) as work:
        rooms = [(row.id, row.unit_no) for row in work.session.execute(select(Unit.id, Unit.unit_no))]
        made = call_rows(desk, today, calls, rooms)
        _write(work, Call, made, call_listing.INDEX, call_listing.found_by)
        _write(
            work,
            ServiceOrder,
            order_rows(desk, today, calls, rooms),
            order_listing.INDEX,
            order_listing.found_by,
        )
        last_of_days = select(Call.day, func.max(Call.day_no)).group_by(Call.day)
        last = [
            {"series": call_listing.SERIES, "period": day.isoformat(), "last": number}
            for day, number in work.session.execute(last_of_days)
        ]
        last.append({"series": ORDERS, "period": str(today.year), "last": calls})
        work.session.execute(insert(SerialCounter), last)
    desk.close()


def call_rows(desk: Desk, today: date, count: int, rooms: Sequence[tuple[int, str]]) -> Iterator[Row]:
    """Calls in the order of entry, spread evenly over the days."""
    chance = random.Random(7)
    pick = chance.choice
    first, a_day = today - timedelta(days=A_YEAR * YEARS), -(-count // (A_YEAR * YEARS))
    for number in range(count):
        day = first + timedelta(days=1 + number // a_day)
        at = desk.context.clock.day_bounds(day)[0] + timedelta(seconds=60_000 * (number % a_day) // a_day)
        digits = f"1{pick('3578')}{chance.randrange(10**9):09d}"
        is_open = number > count - 2000 and chance.random() < 0.2
        unit_id, unit_no = pick(rooms)
        yield {
            "id": number + 1, "day": day, "day_no": number % a_day + 1, "logged_at": at,
            "unit_id": unit_id, "unit_no": unit_no, "number": digits, "digits": digits,
            "caller": pick(SURNAMES) + pick(GIVEN) + pick(GIVEN),
            "reason": f"{pick(WHERE)}{pick(WHAT)},{pick(THEN)}",
            "order_serial": f"FW{day.year}-{number:06d}" if number % 3 == 0 else "",
            "answered_by": pick(CLERKS), "outcome": "完成", "category": pick("ABBCCCCD"),
            "settled_at": None if is_open else at, "created_at": at, "created_by": PROGRAM.name,
        }  # fmt: skip


def order_rows(desk: Desk, today: date, calls: int, rooms: Sequence[tuple[int, str]]) -> Iterator[Row]:
    """The order of each third call."""
    for row in call_rows(desk, today, calls, rooms):
        if row["order_serial"]:
            at, number = row["logged_at"], row["id"] - 1
            done = row["settled_at"]
            yield {
                "id": number // 3 + 1, "serial": row["order_serial"], "year": row["day"].year, "number": number,
                "state": "returned" if done else "dispatched", "issued_at": at, "channel": "telephone",
                "unit_id": row["unit_id"], "unit_no": row["unit_no"], "customer": row["caller"],
                "telephone": row["digits"], "content": row["reason"], "taken_by": row["answered_by"],
                "department": "工程部", "service_person": "李建国", "dispatched_at": at, "finished_at": done,
                "returned_at": done, "called_back_at": done if number < calls - WAITING else None,
                "created_at": at, "created_by": PROGRAM.name,
            }  # fmt: skip


def _write(
    work: Transaction,
    model: type[Record],
    rows: Iterator[Row],
    index: SearchIndex,
    found_by: Callable[[Any], SearchText],
) -> None:
    blank = {column.name: getattr(column.default, "arg", None) for column in model.__table__.c}
    chunk: list[Row] = []

    def flush() -> None:
        work.session.execute(insert(model), chunk)
        index.put_many(work.connection, ((row["id"], found_by(SimpleNamespace(**row))) for row in chunk))
        chunk.clear()

    for row in rows:
        chunk.append(blank | row)
        if len(chunk) == CHUNK:
            flush()
    if chunk:
        flush()


if __name__ == "__main__":
    began = time.perf_counter()
    grown_desk(Path(sys.argv[1]), calls=int(sys.argv[2]) if len(sys.argv) > 2 else CALLS).close()
    print(f"{time.perf_counter() - began:.0f} s")
