"""A month's first copies bound without a gap, and kept (R-ORDER-15, R-ORDER-17)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.actor import PROGRAM
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.settings import ORDER_KEEP_YEARS
from frontdesk.order_books import rules

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

DECEMBER = timedelta(days=11)  # from the tests' day into the next month


def test_r_order_15_a_month_is_bound_in_the_order_of_its_serials(
    desk: Desk, returned, issued, clock: FixedClock
) -> None:
    for _ in range(3):
        returned()
    desk.orders.void(issued().id, "客户取消")
    clock.advance(DECEMBER)
    returned()
    volume = desk.order_books.volumes.bind(2026, 11)
    assert (volume.volume_no, volume.first_serial, volume.last_serial) == (
        1,
        "FW2026-000001",
        "FW2026-000004",
    )
    assert (volume.sheets, volume.void_serials, volume.missing_serials) == (4, "FW2026-000004", "无")
    assert (volume.bound_by, volume.bound_on, volume.keep_until) == (
        "陈晓婧",
        date(2026, 12, 2),
        date(2031, 11, 30),
    )
    assert desk.order_books.volumes.volume_of("FD:FW2026-000003") == volume
    assert desk.order_books.volumes.volume_of("FW2026-000005") is None


def test_r_order_15_a_month_that_is_not_over_is_not_bound(desk: Desk, returned) -> None:
    returned()
    with pytest.raises(RefusedError, match="还没有过完"):
        desk.order_books.volumes.bind(2026, 11)


def test_r_order_15_nothing_is_bound_that_is_still_out(
    desk: Desk, returned, issued, clock: FixedClock
) -> None:
    returned()
    still_out = [issued() for _ in range(2)]
    (blank,) = desk.order_books.blanks.take(1, "李㛃").order_ids
    clock.advance(DECEMBER)
    with pytest.raises(RefusedError, match="FW2026-000002、FW2026-000003、FW2026-000004") as refused:
        desk.order_books.volumes.bind(2026, 11)
    assert refused.value.rule == "R-ORDER-15"
    desk.context.actor = PROGRAM
    desk.orders.void(blank, "没有用上")
    desk.orders.void(still_out[0].id, "客户取消")
    desk.order_books.watch.list_missing(still_out[1].serial, "王喆", "师傅丢失")
    volume = desk.order_books.volumes.bind(2026, 11)
    assert (volume.sheets, volume.missing_serials) == (3, "FW2026-000003（跟进 王喆）")
    assert volume.void_serials == "FW2026-000002、FW2026-000004"


def test_r_order_17_a_number_without_an_order_is_named_with_its_follower_or_nothing_is_bound(
    desk: Desk, returned, lose, clock: FixedClock
) -> None:
    lose()
    returned()
    clock.advance(DECEMBER)
    with pytest.raises(RefusedError, match="第 1 号没有单子"):
        desk.order_books.volumes.bind(2026, 11)
    desk.order_books.watch.list_missing("FW2026-000001", "赵䶮")
    volume = desk.order_books.volumes.bind(2026, 11)
    assert (volume.first_serial, volume.sheets) == ("FW2026-000001", 1)
    assert volume.missing_serials == "FW2026-000001（跟进 赵䶮）"


def test_r_order_17_between_two_volumes_no_number_is_lost(
    desk: Desk, returned, lose, clock: FixedClock
) -> None:
    volumes = desk.order_books.volumes
    serials = [returned().serial for _ in range(4)]
    lose()
    clock.advance(DECEMBER)
    returned()
    first = volumes.bind(2026, 11, "李㛃", last_serial=serials[1])
    second = volumes.bind(2026, 11)
    assert [(row.volume_no, row.first_serial, row.last_serial) for row in (first, second)] == [
        (1, "FW2026-000001", "FW2026-000002"),
        (2, "FW2026-000003", "FW2026-000004"),
    ]
    assert first.bound_by == "李㛃"
    with pytest.raises(RefusedError, match="没有还要装订"):
        volumes.bind(2026, 11)
    clock.advance(timedelta(days=31))
    # the number lost at November's end belongs to December's volume
    with pytest.raises(RefusedError, match="第 5 号没有单子"):
        volumes.bind(2026, 12)
    assert desk.order_books.watch.unfollowed() == ["FW2026-000005"]
    desk.order_books.watch.list_missing("FW2026-000005", "王喆")
    volume = volumes.bind(2026, 12)
    assert (volume.first_serial, volume.last_serial, volume.sheets) == ("FW2026-000005", "FW2026-000006", 1)


def test_a_volume_ends_within_its_month_only(desk: Desk, returned, clock: FixedClock) -> None:
    returned()
    clock.advance(DECEMBER)
    later = returned()
    for serial in (later.serial, "FW2026-000099"):
        with pytest.raises(RefusedError) as refused:
            desk.order_books.volumes.bind(2026, 11, last_serial=serial)
        assert refused.value.field == "last_serial"


def test_only_the_last_volume_is_taken_apart_and_by_a_supervisor(
    desk: Desk, returned, clock: FixedClock, sign_in
) -> None:
    volumes = desk.order_books.volumes
    serials = [returned().serial for _ in range(2)]
    clock.advance(DECEMBER)
    first, second = volumes.bind(2026, 11, last_serial=serials[0]), volumes.bind(2026, 11)
    with pytest.raises(NotAllowedError):
        volumes.unbind(second.id, "漏了一张")
    sign_in("supervisor")
    with pytest.raises(RefusedError, match="最后装订"):
        volumes.unbind(first.id, "漏了一张")
    volumes.unbind(second.id, "漏了一张")
    assert volumes.volumes(2026) == [first]
    assert volumes.bind(2026, 11).volume_no == 2


def test_r_order_15_last_months_volume_is_due_until_it_is_bound(
    desk: Desk, returned, clock: FixedClock
) -> None:
    volumes = desk.order_books.volumes
    returned()
    assert volumes.due(clock.now()) == []
    clock.advance(DECEMBER)
    (item,) = volumes.due(clock.now())
    assert item.what == "2026 年 11 月的服务单要装订"
    assert (item.since, item.due_at) == (
        clock.day_bounds(date(2026, 11, 30))[1],
        clock.day_bounds(date(2026, 12, 31))[1],
    )
    volumes.bind(2026, 11)
    assert volumes.due(clock.now()) == []


def test_in_january_last_years_december_is_due(desk: Desk, returned, clock: FixedClock) -> None:
    clock.advance(DECEMBER)
    returned()
    clock.put(datetime(2027, 1, 3, 9, 0, tzinfo=clock.local(clock.now()).tzinfo))
    returned()
    assert desk.order_books.volumes.due(clock.now())[0].what == "2026 年 12 月的服务单要装订"
    volume = desk.order_books.volumes.bind(2026, 12)
    assert (volume.first_serial, volume.last_serial) == ("FW2026-000001", "FW2026-000001")


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 365 * 7))
def test_r_order_17_nothing_younger_than_five_years_is_archived(day: date, later: int) -> None:
    today = day + timedelta(days=later)
    five_years_on = date(day.year + 5, day.month, min(day.day, 28))
    if today < five_years_on:
        with pytest.raises(RefusedError) as refused:
            rules.check_archivable(day, today, 5)
        assert refused.value.rule == "R-ORDER-17"
    if today > five_years_on + timedelta(days=3):
        rules.check_archivable(day, today, 5)


def test_r_order_17_the_limit_is_five_years_at_least() -> None:
    assert rules.keep_until(date(2024, 2, 29), 5) == date(2029, 2, 28)
    with pytest.raises(RefusedError):
        ORDER_KEEP_YEARS.checked(4)


def test_r_order_17_a_younger_volume_is_not_archived_away(
    desk: Desk, returned, clock: FixedClock, sign_in
) -> None:
    volumes = desk.order_books.volumes
    returned()
    clock.advance(timedelta(days=10))
    volume = volumes.bind(2026, 11)
    with pytest.raises(NotAllowedError):
        volumes.archive(volume.id, "送档案馆")
    sign_in("supervisor")
    with pytest.raises(RefusedError, match="至少保存 5 年，到 2031-11-30 为止不能移出") as refused:
        volumes.archive(volume.id, "送档案馆")
    assert refused.value.rule == "R-ORDER-17"
    zone = clock.local(clock.now()).tzinfo
    clock.put(datetime(2031, 11, 30, 23, 59, tzinfo=zone))
    with pytest.raises(RefusedError, match="2031-11-30"):
        volumes.archive(volume.id, "送档案馆")
    clock.advance(timedelta(minutes=1))
    with pytest.raises(RefusedError, match="去向"):
        volumes.archive(volume.id, " ")
    gone = volumes.archive(volume.id, "送档案馆")
    assert (gone.archived_by, gone.archive_reason) == ("周赟", "送档案馆")
    with pytest.raises(RefusedError, match="已经移出"):
        volumes.archive(volume.id, "再一次")


def test_r_order_17_a_setting_lowered_later_does_not_undo_the_cover(
    desk: Desk, returned, clock: FixedClock, sign_in
) -> None:
    desk.context.settings.put(ORDER_KEEP_YEARS, 8, actor=PROGRAM)
    returned()
    clock.advance(timedelta(days=10))
    volume = desk.order_books.volumes.bind(2026, 11)
    desk.context.settings.put(ORDER_KEEP_YEARS, 5, actor=PROGRAM)
    sign_in("supervisor")
    clock.put(datetime(2033, 1, 1, tzinfo=clock.local(clock.now()).tzinfo))
    with pytest.raises(RefusedError, match="到 2034-11-30 为止"):
        desk.order_books.volumes.archive(volume.id, "送档案馆")


def test_r_order_15_what_hinders_a_month_is_named_with_its_serials(
    desk: Desk, returned, issued, lose, clock: FixedClock
) -> None:
    volumes = desk.order_books.volumes
    assert volumes.to_bind() == []
    returned()
    out = issued()
    lose()
    desk.order_books.blanks.take(1, "李㛃")
    clock.advance(timedelta(days=10))
    (month,) = volumes.to_bind()
    assert (month.year, month.month, month.sheets) == (2026, 11, 3)
    assert (month.first_serial, month.last_serial) == ("FW2026-000001", "FW2026-000004")
    assert [(one.order_id, one.serial, one.why) for one in month.hindrances] == [
        (0, "2026 年第 3 号", "缺号，没有人跟进"),
        (out.id, out.serial, "待派工 3-2-1102 厨房下水堵塞"),
        (3, "FW2026-000004", "空白单，没有补填"),
    ]
    assert clock.local(month.due_at).date() == date(2027, 1, 1), "by the end of the month after"
    assert [one.serial for one in volumes.month_orders(2026, 11)] == [
        f"FW2026-00000{number}" for number in (1, 2, 4)
    ]
    for number in (2, 3, 4):
        desk.order_books.watch.list_missing(f"FW2026-00000{number}", "赵䶮")
    assert volumes.to_bind()[0].hindrances == ()
    volume = volumes.bind(2026, 11)
    assert volumes.to_bind() == []
    assert [one.serial for one in volumes.orders(volume.id)] == [
        f"FW2026-00000{number}" for number in (1, 2, 4)
    ]


def test_r_order_15_months_are_bound_in_their_order(desk: Desk, returned, clock: FixedClock) -> None:
    returned()
    clock.advance(timedelta(days=10))
    desk.order_books.volumes.bind(2026, 11)
    returned()
    clock.put(datetime(2027, 1, 5, tzinfo=clock.local(clock.now()).tzinfo))
    returned()
    clock.put(datetime(2027, 2, 5, tzinfo=clock.local(clock.now()).tzinfo))
    assert [(one.year, one.month) for one in desk.order_books.volumes.to_bind()] == [(2026, 12), (2027, 1)]
