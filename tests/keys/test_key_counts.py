"""Counting before the book is seen, and the register kept up by month and quarter (R-KEY-5, R-KEY-6)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.keys.register import SPARES, CountRow, NewLoan, ToCount, Wanted

from .conftest import somebody

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

    from .conftest import Enter

PROPERTY, DEPARTMENT = somebody("property_manager", "郑赟"), somebody("department_manager", "孙国庆")


@pytest.fixture
def cabinets(office: Desk, enter: Enter) -> dict[str, int]:
    """Two cabinets: A has 1 + 2 pieces of which one is out, B one with two spares. Ids by number."""
    made = [
        enter("A-1", cabinet="A柜", hook="1"),
        enter("A-2", cabinet="A柜", hook="2", in_use=2),
        enter("B-1", cabinet="B柜", hook="1", spare=2),
    ]
    ids = {key.number: key.id for key in made}
    office.keys.loans.lend(NewLoan((Wanted(ids["A-2"]),), "李䶮", "检修"))
    return ids


def figures(row: CountRow) -> list[int | None]:
    return [place.book for place in row.places]


def counted(desk: Desk, occasion: str = "handover") -> CountRow:
    by = PROPERTY if occasion == "spot_check" else None
    count = desk.keys.counts.begin(occasion, by)
    desk.keys.counts.tell(count.id, {"A柜": 2, "B柜": 1, SPARES: 2})
    return desk.keys.counts.close(count.id)


def test_r_key_5_the_book_is_silent_until_the_keys_were_counted(
    office: Desk, cabinets: dict[str, int]
) -> None:
    """R-KEY-5."""
    counts = office.keys.counts
    count = counts.begin()
    assert [place.place for place in count.places] == ["A柜", "B柜", SPARES]
    assert (figures(count), count.next_step) == ([None, None, None], "told")
    told = counts.tell(count.id, {"A柜": 3, "B柜": 1})
    assert figures(told) == [None, 1, None]
    assert [place.agrees for place in told.places] == [False, True, None]
    assert counts.keys_of(count.id, "A柜") == [
        ToCount(cabinets["A-1"], "A-1", "A-1 号门", "1"),
        ToCount(cabinets["A-2"], "A-2", "A-2 号门", "2"),
    ]
    assert counts.open_count() == told
    with pytest.raises(RefusedError, match="已经点过"):
        counts.tell(count.id, {"A柜": 2})
    with pytest.raises(RefusedError, match="点清") as refused:
        counts.tell(count.id, {SPARES: None})
    assert (refused.value.field, refused.value.rule) == ("told", "R-KEY-5")


def test_r_key_5_differences_come_out_by_key_and_each_is_explained(
    office: Desk, cabinets: dict[str, int], clock: FixedClock
) -> None:
    """R-KEY-5."""
    counts = office.keys.counts
    count = counts.begin()
    with pytest.raises(RefusedError, match="先报"):
        counts.count_keys(count.id, "A柜", {})
    told = counts.tell(count.id, {"A柜": 1, "B柜": 1, SPARES: 2})
    assert told.next_step == "by_key"
    with pytest.raises(RefusedError, match="逐把核对"):
        counts.close(count.id)
    with pytest.raises(RefusedError, match="A-2 实际"):
        counts.count_keys(count.id, "A柜", {cabinets["A-1"]: 1})
    by_key = counts.count_keys(count.id, "A柜", {cabinets["A-1"]: 1, cabinets["A-2"]: 0})
    (difference,) = by_key.differences
    assert (difference.number, difference.place, difference.told, difference.book) == ("A-2", "A柜", 0, 1)
    assert (by_key.next_step, figures(by_key)) == ("explain", [2, 1, 2])
    with pytest.raises(RefusedError, match="没有说明"):
        counts.close(count.id)
    with pytest.raises(RefusedError) as refused:
        counts.explain(difference.id, " ")
    assert refused.value.field == "explanation"
    assert counts.explain(difference.id, "李䶮多拿一把，已补登记").next_step == "close"
    clock.advance(timedelta(minutes=5))
    closed = counts.close(count.id)
    assert (closed.next_step, closed.closed_by, closed.closed_at) == ("", "陈晓婧", clock.now())
    assert counts.last() == closed
    assert counts.last("spot_check") is None
    assert counts.open_count() is None
    with pytest.raises(RefusedError, match="已经结束"):
        counts.explain(difference.id, "改口")


def test_a_recount_by_key_that_agrees_leaves_nothing_to_explain(
    office: Desk, cabinets: dict[str, int]
) -> None:
    counts = office.keys.counts
    count = counts.begin()
    counts.tell(count.id, {"A柜": 9, "B柜": 1, SPARES: 2})
    again = counts.count_keys(count.id, "A柜", {cabinets["A-1"]: 1, cabinets["A-2"]: 1})
    assert (again.differences, again.next_step) == ((), "close")
    assert counts.close(count.id).closed_at is not None


def test_one_count_at_a_time_and_one_that_is_given_up_says_why(
    office: Desk, cabinets: dict[str, int]
) -> None:
    counts = office.keys.counts
    first = counts.begin()
    with pytest.raises(RefusedError, match="没有结束"):
        counts.begin()
    with pytest.raises(RefusedError, match="原因"):
        counts.give_up(first.id, "")
    counts.give_up(first.id, "火警")
    assert counts.open_count() is None
    assert counts.counts() == []
    assert counts.begin().id != first.id


def test_without_keys_there_is_nothing_to_count_and_nothing_due(office: Desk, clock: FixedClock) -> None:
    with pytest.raises(RefusedError, match="没有可清点的"):
        office.keys.counts.begin()
    assert office.keys.due(clock.now()) == []


def test_r_key_5_each_shift_counts(office: Desk, cabinets: dict[str, int], clock: FixedClock) -> None:
    """R-KEY-5."""
    counts = office.keys.counts
    (item,) = counts.due(clock.now())
    assert (item.register, item.what) == ("key_count", "交接前清点钥匙")
    assert item.due_at == clock.moment(date(2026, 11, 21), time(22))
    counted(office)
    assert counts.counted_in_shift()
    assert counts.due(clock.now()) == []
    clock.advance(timedelta(hours=5))
    assert not counts.counted_in_shift()
    assert counts.due(clock.now())


def test_r_key_6_the_property_manager_checks_every_month(
    office: Desk, cabinets: dict[str, int], clock: FixedClock
) -> None:
    """R-KEY-6."""
    counts = office.keys.counts
    with pytest.raises(NotAllowedError, match="物业部经理"):
        counts.begin("spot_check")
    with pytest.raises(NotAllowedError, match="物业部经理"):
        counts.begin("spot_check", DEPARTMENT)
    clock.put(clock.moment(date(2026, 11, 24), time(9)))
    (_, item) = counts.due(clock.now())
    assert (item.what, item.who) == ("11 月抽查钥匙", "物业部经理")
    assert item.due_at == clock.moment(date(2026, 12, 1), time.min)
    row = counted(office, "spot_check")
    assert (row.occasion, row.counted_by) == ("spot_check", "郑赟")
    assert [one.what for one in counts.due(clock.now())] == ["交接前清点钥匙"]
    clock.put(clock.moment(date(2027, 1, 3), time(9)))
    late = counts.due(clock.now())[-1]
    assert (late.what, late.due_at) == ("12 月抽查钥匙", clock.moment(date(2027, 1, 1), time.min))


def test_r_key_6_each_month_somebody_says_that_the_register_is_right(
    office: Desk, cabinets: dict[str, int], clock: FixedClock
) -> None:
    """R-KEY-6."""
    issues = office.keys.issues
    assert [(one.month, one.confirmed_by) for one in issues.months()] == [("2026-11", "")]
    assert issues.due(clock.now()) == []
    clock.put(clock.moment(date(2026, 11, 28), time(9)))
    (item,) = issues.due(clock.now())
    assert (item.what, item.due_at) == (
        "整理更新 11 月的钥匙登记表", clock.moment(date(2026, 12, 1), time.min),
    )  # fmt: skip
    assert issues.confirm_month(note="核对无误").confirmed_by == "陈晓婧"
    assert issues.due(clock.now()) == []
    with pytest.raises(RefusedError, match="已由陈晓婧确认"):
        issues.confirm_month("2026-11")
    for wrong in ("2026-13", "去年", "2026-12"):
        with pytest.raises(RefusedError) as refused:
            issues.confirm_month(wrong)
        assert refused.value.field == "month"
    clock.put(clock.moment(date(2027, 1, 5), time(9)))
    assert [one.month for one in issues.months()] == ["2027-01", "2026-12", "2026-11"]
    assert "整理更新 12 月的钥匙登记表" in [one.what for one in issues.due(clock.now())]


def test_r_key_6_an_issue_stays_as_it_was_drawn_up(
    office: Desk, cabinets: dict[str, int], clock: FixedClock
) -> None:
    """R-KEY-6."""
    issues = office.keys.issues
    for wrong in (None, PROPERTY):
        with pytest.raises(NotAllowedError):
            issues.issue(by=wrong)
    first = issues.issue("首次", DEPARTMENT)
    assert (first.number, first.quarter, first.issued_by, first.keys) == (1, "2026-Q4", "孙国庆", 3)
    before, paper = issues.lines(first.id), list(issues.print_rows(first.id))
    office.keys.held.correct(cabinets["A-1"], {"number": "㛃-9", "lock": "新门"})
    clock.advance(timedelta(days=1))
    second = issues.issue(by=DEPARTMENT)
    assert issues.lines(first.id) == before
    assert list(issues.print_rows(first.id)) == paper
    assert [line.number for line in before] == ["A-1", "A-2", "B-1"]
    assert (before[1].state, before[1].holder, before[1].kind) == ("在库", "李䶮", "公共")
    assert "㛃-9" in [line.number for line in issues.lines(second.id)]
    assert [(one.number, one.expired_on) for one in issues.issues()] == [
        (2, None),
        (1, date(2026, 11, 22)),
    ]
    assert "已失效" in issues.get(first.id).title


def test_r_key_6_each_quarter_has_its_issue(
    office: Desk, cabinets: dict[str, int], clock: FixedClock
) -> None:
    """R-KEY-6."""
    issues = office.keys.issues

    def asked(moment: datetime) -> list[str]:
        clock.put(moment)
        return [one.what for one in issues.due(moment) if one.who == "客服部经理"]

    assert asked(clock.moment(date(2026, 12, 1), time(9))) == []
    assert asked(clock.moment(date(2026, 12, 20), time(9))) == ["编制 2026-Q4 的钥匙登记表"]
    issues.issue(by=DEPARTMENT)
    assert asked(clock.moment(date(2027, 2, 1), time(9))) == []
    assert asked(clock.moment(date(2027, 4, 1), time(9))) == ["编制 2027-Q1 的钥匙登记表"]
