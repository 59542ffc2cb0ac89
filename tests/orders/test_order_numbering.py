"""Numbers by the year, the month or the day: one count without gaps beneath all of them (R-ORDER-1)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from frontdesk.core.actor import PROGRAM
from frontdesk.core.settings import ORDER_DIGITS, ORDER_PERIOD, ORDER_PREFIX
from frontdesk.orders.model import SerialPeriod, ServiceOrder
from frontdesk.orders.numbering import Period, Style, label_of, period_for
from frontdesk.orders.register import NewOrder
from frontdesk.orders.rules import run_words, serials_meant

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

styles = st.builds(
    Style, st.sampled_from(["year", "month", "day"]), st.sampled_from(["FW", "GD", "A"]), st.integers(3, 6)
)
# Orders issued on one day, days that pass (back, too: a clock that ran ahead is put right), another setting.
happenings = st.lists(
    st.one_of(st.integers(1, 4), st.integers(-40, 60).map(timedelta), styles), min_size=1, max_size=40
)


class Book:
    """A desk's years, numbered as the service numbers them."""

    def __init__(self) -> None:
        self.counts: dict[int, int] = defaultdict(int)
        self.periods: dict[int, list[Period]] = defaultdict(list)
        self.taken: list[tuple[int, int, str, Period]] = []

    def issue(self, wished: Style, today: date) -> None:
        self.counts[today.year] += 1
        number, periods = self.counts[today.year], self.periods[today.year]
        period = period_for(periods, wished, today, number)
        if period not in periods:
            periods.append(period)
        self.taken.append((today.year, number, period.serial(number), period))


@given(happenings)
def test_r_order_1_whatever_the_settings_do_no_number_is_lost_or_given_twice(
    happened: list[int | timedelta | Style],
) -> None:
    book, today, wished = Book(), date(2026, 11, 21), Style("year", "FW", 6)
    for what in happened:
        if isinstance(what, timedelta):
            today += what
        elif isinstance(what, Style):
            wished = what
        else:
            for _ in range(what):
                book.issue(wished, today)
    serials = [serial for _year, _number, serial, _period in book.taken]
    assert len(set(serials)) == len(serials)
    by_label: dict[tuple[int, str], list[int]] = defaultdict(list)
    styles_of: dict[tuple[int, str], set[Style]] = defaultdict(set)
    for year, number, serial, period in book.taken:
        by_label[year, period.label].append(int(serial.rpartition("-")[2]))
        styles_of[year, period.label].add(period.style)
        # What is missing can be named later: the periods alone say how each number was written.
        known = next(each for each in reversed(book.periods[year]) if each.first_number <= number)
        assert known.serial(number) == serial
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_label.values())
    assert all(len(found) == 1 for found in styles_of.values()), "a change waits for the next period"


@given(styles, styles, st.dates(date(2026, 1, 1), date(2026, 12, 30)))
def test_a_change_holds_from_the_next_period_on(before: Style, after: Style, today: date) -> None:
    book = Book()
    book.issue(before, today)
    book.issue(after, today)
    assert book.taken[1][3] == book.taken[0][3]
    later = date(2027, 1, 1)
    book.issue(after, later)
    assert book.taken[2][3] == Period(1, label_of(after.kind, later), after)


def issue(desk: Desk, count: int = 1) -> list[str]:
    return [desk.orders.issue(NewOrder("换灯泡")).serial for _ in range(count)]


def put(desk: Desk, **values: object) -> None:
    settings = {"prefix": ORDER_PREFIX, "digits": ORDER_DIGITS, "period": ORDER_PERIOD}
    desk.context.settings.put_all([(settings[name], value) for name, value in values.items()], actor=PROGRAM)


def test_r_order_1_numbers_by_the_month_begin_anew_each_month(desk: Desk, clock: FixedClock) -> None:
    put(desk, period="month", digits=4)
    assert issue(desk, 2) == ["FW202611-0001", "FW202611-0002"]
    clock.advance(timedelta(days=12))
    assert issue(desk, 2) == ["FW202612-0001", "FW202612-0002"]
    with desk.context.read() as session:
        numbers = session.scalars(select(ServiceOrder.number).order_by(ServiceOrder.id)).all()
    assert numbers == [1, 2, 3, 4]


def test_r_order_1_a_changed_prefix_waits_for_the_next_period(desk: Desk, clock: FixedClock) -> None:
    assert issue(desk) == ["FW2026-000001"]
    put(desk, prefix="GD", digits=4, period="day")
    assert issue(desk) == ["FW2026-000002"]
    clock.advance(timedelta(days=60))
    assert issue(desk) == ["GD20270120-0001"]
    clock.advance(timedelta(days=1))
    assert issue(desk) == ["GD20270121-0001"]


def test_a_year_that_began_before_there_were_periods_goes_on_as_it_was(desk: Desk) -> None:
    issue(desk, 3)
    with desk.database.write() as session:
        session.execute(delete(SerialPeriod))
    put(desk, prefix="GD", period="day")
    assert issue(desk) == ["FW2026-000004"]
    with desk.context.read() as session:
        (period,) = session.scalars(select(SerialPeriod))
        assert (period.first_number, period.label, period.prefix) == (1, "2026", "FW")


def test_r_order_14_a_missing_number_is_named_as_it_was_printed(desk: Desk, clock: FixedClock) -> None:
    put(desk, period="month", digits=4)
    issue(desk, 3)
    clock.advance(timedelta(days=12))
    issue(desk, 3)
    with desk.database.write() as session:
        session.execute(delete(ServiceOrder).where(ServiceOrder.number.in_((2, 5))))
    assert [row.serial for row in desk.order_books.watch.missing()] == ["FW202611-0002", "FW202612-0002"]
    assert desk.order_books.watch.list_missing("FW202612-0002", "李建国").number == 5
    line = desk.order_books.watch.watch(date(2026, 12, 3)).sentence
    assert line.startswith("FW202612-0001–0003 不连续")


def test_a_month_s_number_is_found_as_typed_as_shown_and_as_scanned(desk: Desk) -> None:
    put(desk, period="month", digits=4)
    (serial,) = issue(desk)
    for typed in (serial, "fw11-0001", f"FD:{serial}"):
        found = desk.orders.by_serial(typed)
        assert found is not None
        assert found.serial == serial


def test_a_clock_that_ran_ahead_leaves_each_month_s_numbers_whole(desk: Desk, clock: FixedClock) -> None:
    put(desk, period="month", digits=4)
    issue(desk, 2)
    clock.advance(timedelta(days=12))
    assert issue(desk) == ["FW202612-0001"]
    clock.put(datetime.fromisoformat("2026-11-22T09:00+08:00"))
    desk.context.actor = PROGRAM
    desk.context.confirm_clock("时钟走快了")
    assert issue(desk) == ["FW202611-0003"]
    clock.put(datetime.fromisoformat("2026-12-05T09:00+08:00"))
    assert issue(desk) == ["FW202612-0002"]
    assert desk.verify().ok


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("FW2026-000001", "FW2026-000187", "0001–0187"),
        ("FW2026-000006", "FW2026-000006", "0006"),
        ("FW202611-0001", "FW202611-0020", "FW202611-0001–0020"),
        ("FW202611-0001", "FW202612-0002", "FW202611-0001 至 FW202612-0002"),
    ],
)
def test_a_run_is_told_as_briefly_as_it_is_clear(first: str, last: str, words: str) -> None:
    assert run_words(first, last) == words


def test_short_serials_mean_this_year() -> None:
    assert serials_meant("fw-000187", 2026) == ("FW-000187", "FW2026-000187")
    assert serials_meant("FW1121-003", 2026)[1] == "FW20261121-003"
    assert "FW2026-000187" in serials_meant("FD:FW2026-000187", 2026)
