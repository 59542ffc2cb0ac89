"""When an order is due back, and whose time it takes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import PROGRAM
from frontdesk.core.errors import RefusedError
from frontdesk.core.settings import SERVICE_PEOPLE, SHIFT_HOURS
from frontdesk.orders.register import NewOrder, OrderRow

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk


def finished_at(desk: Desk, clock: FixedClock, local: str) -> OrderRow:
    order = desk.orders.issue(NewOrder("换灯泡"))
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    clock.put(datetime.fromisoformat(f"{local}+08:00"))
    return desk.orders.finish(order.id, "已换")


@pytest.mark.parametrize(
    ("finished", "due"),
    [
        ("2026-11-21T18:30", "2026-11-21T22:00"),
        ("2026-11-21T23:50", "2026-11-22T06:00"),
        ("2026-11-22T05:30", "2026-11-22T06:00"),
        ("2026-11-22T06:00", "2026-11-22T14:00"),
    ],
)
def test_r_order_8_a_finished_order_is_due_back_before_its_shift_ends(
    desk: Desk, clock: FixedClock, finished: str, due: str
) -> None:
    """R-ORDER-8."""
    row = finished_at(desk, clock, finished)
    assert row.due_at == datetime.fromisoformat(f"{due}+08:00")
    clock.put(row.due_at - timedelta(minutes=1))
    assert desk.orders.get(row.id).tone == "warn"
    clock.put(row.due_at)
    assert desk.orders.get(row.id).tone == "danger"


def test_r_order_8_outside_all_shifts_the_day_is_the_limit(desk: Desk, clock: FixedClock) -> None:
    """R-ORDER-8."""
    desk.context.settings.put(SHIFT_HOURS, ["白班 08:00-17:00"], actor=PROGRAM)
    assert finished_at(desk, clock, "2026-11-21T18:30").due_at == datetime.fromisoformat(
        "2026-11-22T00:00+08:00"
    )


def test_r_order_4_work_that_is_done_takes_nobodys_time(desk: Desk, clock: FixedClock) -> None:
    """R-ORDER-4."""
    at = clock.now() + timedelta(hours=1)
    first = desk.orders.issue(NewOrder("换灯泡", appointment_at=at))
    second = desk.orders.issue(NewOrder("换锁", appointment_at=at))
    desk.orders.dispatch(first.id, "李建国")
    assert desk.orders.dispatch(second.id, "李建国").warnings == (
        f"李建国在这个时间已有预约：19:26 {first.serial}。",
    )
    desk.orders.arrive(first.id)
    desk.orders.finish(first.id, "已换")
    assert desk.orders.dispatch(second.id, "李建国").warnings == ()


def test_r_order_4_what_was_not_agreed_is_told_at_dispatch(desk: Desk) -> None:
    """R-ORDER-4."""
    order = desk.orders.issue(NewOrder("保洁", category="housekeeping", materials="自带"))
    assert desk.orders.dispatch(order.id, "吴姐").warnings[0] == "还没有和客户说定：预计费用、上门时间。"


@pytest.mark.parametrize(
    ("finished", "due"),
    [
        ("2026-11-21T18:30", "2026-11-21T19:30"),  # his duty, though the desk's shift runs until 22:00
        ("2026-11-21T20:10", "2026-11-21T22:00"),  # called out after it: the desk's shift
    ],
)
def test_r_order_8_a_service_person_with_hours_of_duty_is_due_back_at_their_end(
    desk: Desk, clock: FixedClock, finished: str, due: str
) -> None:
    """R-ORDER-8: the service person's end of duty, not the desk's."""
    desk.context.settings.put(SERVICE_PEOPLE, ["李建国 工程部 10:30-19:30", "马㛃 工程部"], actor=PROGRAM)
    assert [(one.name, one.department) for one in desk.orders.service_people()] == [
        ("李建国", "工程部"),
        ("马㛃", "工程部"),
    ]
    row = finished_at(desk, clock, finished)
    due_at = datetime.fromisoformat(f"{due}+08:00")
    assert row.due_at == due_at
    assert [item.due_at for item in desk.watch.due()] == [due_at]


def test_r_order_8_a_night_duty_ends_on_the_next_morning(desk: Desk, clock: FixedClock) -> None:
    """R-ORDER-8: hours over midnight, before and after it."""
    desk.context.settings.put(SERVICE_PEOPLE, ["李建国 工程部 20:00-08:00"], actor=PROGRAM)
    morning = datetime.fromisoformat("2026-11-22T08:00+08:00")
    assert finished_at(desk, clock, "2026-11-21T22:30").due_at == morning
    assert finished_at(desk, clock, "2026-11-22T02:00").due_at == morning


def test_r_order_8_hours_of_duty_that_do_not_read_are_refused(desk: Desk) -> None:
    """R-ORDER-8: a setting that would break every table of orders is not taken."""
    with pytest.raises(RefusedError, match="看不懂"):
        desk.context.settings.put(SERVICE_PEOPLE, ["李建国 工程部 08:00-25:70"], actor=PROGRAM)


def test_r_order_4_an_overlap_is_told_before_anything_is_written(desk: Desk, clock: FixedClock) -> None:
    """R-ORDER-4: asked while it is typed; the order itself is not its own neighbour."""
    at = clock.now() + timedelta(hours=1)
    first = desk.orders.issue(NewOrder("换灯泡", unit_no="3-2-1102", appointment_at=at))
    desk.orders.dispatch(first.id, "李建国")
    second = desk.orders.issue(NewOrder("换锁"))
    half = timedelta(minutes=30)
    assert desk.watch.overlaps(second.id, "李建国", at + half, None) == (
        f"李建国在这个时间已有预约：19:26 3-2-1102 {first.serial}。",
    )
    assert desk.watch.overlaps(second.id, "马㛃", at + half, None) == ()
    assert desk.watch.overlaps(second.id, "李建国", at + 2 * half, None) == ()
    assert desk.watch.overlaps(first.id, "李建国", at, None) == ()
    assert desk.orders.get(second.id).service_person == ""
