"""A month of service orders at two desks, on a fast clock, that ends in a bound volume without a gap."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.clock import FixedClock
from frontdesk.core.errors import RefusedError
from frontdesk.desk import open_desk
from frontdesk.orders.register import NewLine, NewOrder
from frontdesk.prices.register import NewPrice

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.desk import Desk

CHINA = timezone(timedelta(hours=8))
SERVICES = {
    "疏通下水": ("repair", 6000),
    "日常保洁": ("housekeeping", 8000),
    "桶装水": ("bottled_water", 1500),
}
PEOPLE = ("李建国", "马强", "王喆")


class PowerCutError(Exception):
    """Stands for a desk that goes dark while it writes."""


class Month:
    """What happens at the desks, by chance but the same each time; it counts what was done."""

    def __init__(self, desks: list[Desk], clock: FixedClock) -> None:
        self.desks, self.clock = desks, clock
        self.chance = random.Random(2026)
        self.done: Counter[str] = Counter()
        self.cash = 0

    def day(self) -> None:
        """Half a dozen orders, then the night clerk's papers."""
        for _ in range(6):
            self.clock.advance(timedelta(minutes=self.chance.randint(20, 90)))
            desk = self.chance.choice(self.desks)
            self.chance.choice(
                [self.whole, self.whole, self.whole, self.void, self.emergency, self.power_cut]
            )(desk)
        books = self.desks[0].order_books
        watch = books.watch.watch(self.clock.today())
        assert watch.missing == ()
        assert "不连续" not in watch.sentence
        if books.finance.waiting():
            books.finance.confirm_receipt(books.finance.draw_up().id, PROGRAM)

    def whole(self, desk: Desk, order_id: int | None = None) -> None:
        """An order all its way, at the list's price."""
        item, (category, fen) = self.chance.choice(list(SERVICES.items()))
        if order_id is None:
            order_id = desk.orders.issue(NewOrder(item, unit_no="3-2-1102", category=category)).id
        desk.orders.dispatch(order_id, self.chance.choice(PEOPLE))
        desk.orders.arrive(order_id)
        desk.orders.finish(order_id, "好了", [NewLine(item, fen)])
        on_account = self.chance.random() < 0.3
        desk.orders.return_order(order_id, "on_account" if on_account else "cash", 0 if on_account else fen)
        self.cash += 0 if on_account else fen
        self.done["returned"] += 1

    def void(self, desk: Desk) -> None:
        """An order that the customer called off."""
        desk.orders.void(desk.orders.issue(NewOrder("换灯泡")).id, "客户取消")
        self.done["void"] += 1

    def emergency(self, desk: Desk) -> None:
        """A burst pipe, served first."""
        served = self.clock.now() - timedelta(minutes=15)
        self.whole(desk, desk.orders.backfill(NewOrder("水管爆裂", urgent=True), served).id)

    def power_cut(self, desk: Desk) -> None:
        """A desk goes dark after it took its number and before it was on disk."""
        with suppress(PowerCutError), desk.context.transaction(Permission.WRITE_ORDERS) as work:
            desk.orders.issue_within(work, NewOrder("停电"))
            raise PowerCutError
        self.done["power cut"] += 1


@pytest.fixture
def month(tmp_path: Path):
    clock = FixedClock(datetime(2026, 11, 1, 8, 0, tzinfo=CHINA))
    desks = [open_desk(tmp_path / "desk", create=number == 0, clock=clock) for number in range(2)]
    for desk in desks:
        desk.context.actor = PROGRAM
    desks[0].prices.begin_revision()
    for item, (category, fen) in SERVICES.items():
        desks[0].prices.add_line(NewPrice(item, fen, category=category))
    desks[0].prices.publish(date(2026, 7, 1))
    yield Month(desks, clock)
    for desk in desks:
        desk.close()


def test_a_month_at_two_desks_ends_in_a_volume_without_a_gap(month: Month) -> None:
    """R-ORDER-1, 2, 3, 7, 14, 15, 17 together."""
    main, other = month.desks
    run = main.order_books.blanks.take(5, "李㛃", "夜间停电备用")
    for day in range(1, 31):
        month.clock.put(datetime(2026, 11, day, 8, 0, tzinfo=CHINA))
        month.day()
    first, second, third, fourth, _lost = run.order_ids
    for blank in (first, second):
        other.orders.backfill(NewOrder("夜里停电时修的"), month.clock.now(), blank_id=blank)
        month.whole(other, blank)
    for blank in (third, fourth):
        main.orders.void(blank, "没有用上")
    month.clock.put(datetime(2026, 12, 1, 8, 0, tzinfo=CHINA))
    volumes = main.order_books.volumes
    with pytest.raises(RefusedError, match="还没有返单：FW2026-000005"):
        volumes.bind(2026, 11)
    main.order_books.watch.list_missing("FW2026-000005", "王喆", "与台账夹一起丢失")
    volume = volumes.bind(2026, 11)

    taken = month.done["returned"] + month.done["void"] + len(run.order_ids) - 2
    assert min(month.done.values()) > 5, month.done
    assert (volume.first_serial, volume.last_serial) == ("FW2026-000001", f"FW2026-{taken:06}")
    assert volume.sheets == taken - 1
    assert volume.missing_serials == "FW2026-000005（跟进 王喆）"
    assert volume.void_serials.count("FW2026-") == month.done["void"] + 2
    watch = main.order_books.watch.watch(date(2026, 11, 1), date(2026, 11, 30))
    assert watch.sentence == f"0001–{taken:04} 不连续，作废 {month.done['void'] + 2}，补打 0，缺 1"
    assert sum(line.amount for line in watch.amounts if line.settlement == "cash") == month.cash
    assert main.verify().ok


def test_finance_has_each_paid_order_once(month: Month) -> None:
    for day in range(1, 8):
        month.clock.put(datetime(2026, 11, day, 8, 0, tzinfo=CHINA))
        month.day()
    finance = month.desks[1].order_books.finance
    lists = finance.lists(date(2026, 11, 1), date(2026, 11, 30))
    serials = [line.serial for one in lists for line in finance.lines(one.id)]
    assert len(serials) == len(set(serials)) == month.done["returned"]
    assert sum(one.cash for one in lists) == month.cash
    assert finance.due(month.clock.now()) == []
