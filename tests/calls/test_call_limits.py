"""What a line of the call log refuses: past promises, households that are none, corrections by the back door."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from frontdesk.calls.register import NewCall
from frontdesk.core.actor import PROGRAM
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.estate.register import NewUnit

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk


def new_unit(desk: Desk, unit_no: str) -> int:
    clerk, desk.context.actor = desk.context.actor, PROGRAM
    unit = desk.estate.add_unit(NewUnit(unit_no))
    desk.context.actor = clerk
    return unit.id


def test_r_call_4_a_promise_lies_ahead_when_it_is_given(desk: Desk, clock: FixedClock) -> None:
    """R-CALL-4."""
    past = clock.now() - timedelta(minutes=1)
    with pytest.raises(RefusedError) as refusal:
        desk.calls.log(NewCall("询问装修", "B", promised_at=past))
    assert refusal.value.field == "promised_at"
    row = desk.calls.log(NewCall("询问装修", "B", promised_at=clock.now() + timedelta(minutes=1)))
    with pytest.raises(RefusedError) as refusal:
        desk.calls.correct(row.id, {"promised_at": past})
    assert refusal.value.field == "promised_at"
    assert desk.calls.correct(row.id, {"promised_at": None}).promised_at is None


def test_a_correction_of_something_else_leaves_a_promise_that_is_late(desk: Desk, clock: FixedClock) -> None:
    row = desk.calls.log(NewCall("询问装修", "B", promised_at=clock.now() + timedelta(minutes=1)))
    clock.advance(timedelta(minutes=5))
    changes = {"reason": "询问封阳台", "promised_at": row.promised_at}
    assert desk.calls.correct(row.id, changes).promised_at == row.promised_at
    assert desk.calls.correct(row.id, {"reason": "询问装修"}).promised_at == row.promised_at


def test_a_corrected_room_number_takes_the_call_out_of_the_first_households_history(desk: Desk) -> None:
    unit, other = new_unit(desk, "3-2-1102"), new_unit(desk, "5-1-101")
    row = desk.calls.log(NewCall("漏水", "C", unit_id=unit, unit_no="3-2-1102"))
    assert desk.calls.correct(row.id, {"unit_no": "3-2-1102", "reason": "滴水"}).unit_id == unit
    assert desk.calls.correct(row.id, {"unit_no": "门岗"}).unit_id is None
    assert desk.calls.recent_for_unit(unit) == []
    found = desk.calls.correct(row.id, {"unit_no": "5栋1单元101"})
    assert (found.unit_id, found.unit_no) == (other, "5-1-101")
    assert desk.calls.correct(row.id, {"unit_no": "5-1-101", "unit_id": other}).unit_id == other


def test_a_household_that_there_is_none_is_refused(desk: Desk) -> None:
    row = desk.calls.log(NewCall("漏水", "C"))
    for command in (
        lambda: desk.calls.log(NewCall("漏水", "C", unit_id=99_999)),
        lambda: desk.calls.correct(row.id, {"unit_id": 99_999}),
    ):
        with pytest.raises(RefusedError) as refusal:
            command()
        assert refusal.value.field == "unit_no"
    assert desk.calls.counts().received == 1


def test_a_settled_line_is_reopened_in_its_shift_else_by_a_supervisor_with_a_reason(
    desk: Desk, signed_in, clock: FixedClock
) -> None:
    row = desk.calls.log(NewCall("询问装修", "B", outcome="原话", settled=True))
    with signed_in("clerk", "李慕颇"), pytest.raises(NotAllowedError):
        desk.calls.reopen(row.id, "没办完")
    clock.advance(timedelta(days=60))
    with pytest.raises(NotAllowedError):
        desk.calls.reopen(row.id, "没办完")
    with signed_in("supervisor"):
        with pytest.raises(RefusedError) as refusal:
            desk.calls.reopen(row.id)
        assert refusal.value.field == "reason"
        assert desk.calls.reopen(row.id, "没办完").settled_at is None


def test_a_void_line_stays_settled(desk: Desk) -> None:
    row = desk.calls.log(NewCall("询问装修", "B", settled=True))
    desk.calls.void(row.id, "重复")
    with pytest.raises(RefusedError, match="已经作废"):
        desk.calls.reopen(row.id)
    assert desk.calls.get(row.id).settled_at is not None


def test_the_head_counts_the_business_day_when_the_clock_stands_back(desk: Desk, clock: FixedClock) -> None:
    desk.calls.log(NewCall("询问装修", "B"))
    clock.advance(timedelta(days=-1))
    desk.calls.log(NewCall("询问装修", "B"))
    assert desk.calls.counts().received == 2
    clock.advance(timedelta(days=2))
    assert desk.calls.counts().received == 0
