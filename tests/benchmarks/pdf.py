"""Paper: `python tests/benchmarks/pdf.py`. Not a test; prints a table.

Warm: fonts and templates were read by the first sheet, as they are once a clerk has printed.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from measure import HEAD, Times, line, timed

from frontdesk.calls.register import NewCall
from frontdesk.core.actor import PROGRAM
from frontdesk.core.query import RegisterQuery
from frontdesk.desk import Desk, open_desk


def table(orders: int = 1000, registers: tuple[int, ...] = (1000, 5000)) -> str:
    """Issue, print, and return the table."""
    lines = [HEAD]
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Path(folder) / "desk", create=True)
        desk.context.actor = PROGRAM
        ids = [issued(desk, number) for number in range(orders)]
        lines.append(
            line("four copies of an order, the first of all", timed([partial(desk.paper.orders, ids[:1])]))
        )
        warm = [partial(desk.paper.orders, [order]) for order in ids[1:201]]
        lines.append(line("four copies of an order, warm", timed(warm)))
        batch = timed([partial(desk.paper.orders, ids)])
        lines.append(line(f"{orders:,} orders in one file", batch))
        lines.append(line("a page of it", Times(*([each[0] / (4 * orders)] for each in batch))))
        lines.append(line(f"counting {orders:,} prints", timed([partial(desk.orders.record_prints, ids)])))
        for rows in registers:
            for number in range(rows - desk.calls.counts().received):
                desk.calls.log(call(number))
            name = f"the call log, {rows:,} rows"
            lines.append(line(name, timed([partial(desk.paper.calls, RegisterQuery())])))
        desk.close()
    return "\n".join(lines)


def call(number: int) -> NewCall:
    """A call with a room, a name and a telephone."""
    return NewCall(
        f"厨房下水堵塞，水已漫到地面，第 {number} 次",
        "B",
        unit_no="3-2-1102",
        caller="张㛃敏",
        number="13800138000",
    )


def issued(desk: Desk, number: int) -> int:
    """The order of a call."""
    return desk.calls.log_with_order(call(number))[1].id


if __name__ == "__main__":
    print(table())
