"""Messages for absent colleagues (F-MESSAGE, R-CALL-6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from frontdesk.calls import messages
from frontdesk.calls.register import MESSAGE, NewMessage
from frontdesk.core.actor import Actor, Permission
from frontdesk.core.clock import FixedClock
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.query import RegisterQuery
from frontdesk.desk import Desk

CALL_BACK = NewMessage(
    "李建国", "请回电，关于阳台漏水", caller="王𬱖", unit_no="8-3-2004", number="13900002211"
)


def test_r_call_6_a_message_is_taken_passed_on_and_ticked(desk: Desk, clock: FixedClock) -> None:
    """R-CALL-6."""
    message = desk.messages.take(CALL_BACK)
    assert (message.wanted, message.taken_by, message.passed_on_at) == ("李建国", "陈晓婧", None)
    assert desk.messages.waiting() == desk.messages.waiting("李建国") == [message]
    assert desk.messages.get(message.id) == message
    with pytest.raises(RefusedError):
        desk.messages.get(message.id + 1)
    assert desk.messages.waiting("赵赟") == []
    clock.advance(timedelta(minutes=20))
    assert desk.messages.pass_on(message.id).passed_on_at == clock.now()
    assert desk.messages.waiting() == []
    with pytest.raises(RefusedError):
        desk.messages.pass_on(message.id)


def test_a_wrong_tick_is_taken_back_in_its_shift_else_by_a_supervisor_with_a_reason(
    desk: Desk, signed_in, clock: FixedClock
) -> None:
    message = desk.messages.take(CALL_BACK)
    with pytest.raises(RefusedError, match="还没有转告"):
        desk.messages.take_back(message.id)
    desk.messages.pass_on(message.id)
    assert desk.messages.take_back(message.id) == message
    desk.messages.pass_on(message.id)
    with signed_in("clerk", "李慕颇"), pytest.raises(NotAllowedError):
        desk.messages.take_back(message.id, "点错")
    clock.advance(timedelta(days=60))
    with pytest.raises(NotAllowedError):
        desk.messages.take_back(message.id, "点错")
    with signed_in("supervisor"):
        with pytest.raises(RefusedError) as refusal:
            desk.messages.take_back(message.id)
        assert refusal.value.field == "reason"
        assert desk.messages.take_back(message.id, "点错").passed_on_at is None


def test_r_res_2_a_telephone_is_masked_for_whoever_need_not_see_it_and_not_found_by_its_figures(
    desk: Desk, signed_in
) -> None:
    """R-RES-2."""
    message = desk.messages.take(CALL_BACK)
    clerk, reads = desk.context.actor, frozenset({Permission.READ_REGISTERS, Permission.PRINT})
    desk.context.actor = Actor(9, "只看的人", "reader", reads)
    assert desk.messages.get(message.id).number == "139****2211"
    assert desk.messages.waiting()[0].number == "139****2211"
    assert desk.messages.slip(message.id)["number"] == "139****2211"
    assert next(desk.messages.print_rows(RegisterQuery()))[3] == "139****2211"
    assert list(desk.messages.find(RegisterQuery(text="39000"))) == []
    desk.context.actor = clerk
    for role in ("clerk", "property_manager"):
        with signed_in(role):
            assert desk.messages.get(message.id).number == CALL_BACK.number
            assert list(desk.messages.find(RegisterQuery(text="39000"))) == [message.id]


def test_however_many_messages_there_are_all_of_them_are_printed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MOST", 3)
    for number in range(5):
        desk.messages.take(NewMessage("李建国", f"第 {number} 条"))
    today = RegisterQuery(first_day=desk.context.clock.today())
    assert len(desk.messages.find(today)) == 3
    printed = desk.messages.print_rows(today)
    assert [cells[5] for cells in printed] == [f"第 {number} 条" for number in range(5)]


def test_a_name_of_half_a_character_waits_for_nobody(desk: Desk) -> None:
    desk.messages.take(CALL_BACK)
    assert desk.messages.waiting("李\ud83d") == []
    assert list(desk.messages.find(RegisterQuery(choices={"wanted": "李\ud83d"}))) == []


@pytest.mark.parametrize(
    ("new", "field"), [(NewMessage("", "请回电"), "wanted"), (NewMessage("李建国", " "), "text")]
)
def test_a_message_says_whom_it_is_for_and_what(desk: Desk, new: NewMessage, field: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        desk.messages.take(new)
    assert refusal.value.field == field


def test_corrections_and_voids_follow_the_roles(desk: Desk, signed_in, clock: FixedClock) -> None:
    message = desk.messages.take(CALL_BACK)
    assert desk.messages.correct(message.id, {"wanted": "李建军"}).wanted == "李建军"
    clock.advance(timedelta(hours=8))
    with pytest.raises(NotAllowedError):
        desk.messages.void(message.id, "重复")
    with signed_in("supervisor"):
        assert desk.messages.void(message.id, "重复").voided_at == clock.now()
    assert desk.messages.waiting() == []
    with pytest.raises(RefusedError):
        desk.messages.pass_on(message.id)
    with pytest.raises(KeyError):
        desk.messages.correct(message.id, {"taken_by": "别人"})


def test_the_slip_has_every_printed_field(desk: Desk) -> None:
    message = desk.messages.take(CALL_BACK)
    slip = desk.messages.slip(message.id)
    assert list(slip) == [field.name for field in MESSAGE.printed]
    assert (slip["taken_at"], slip["passed_on"], slip["passed_on_at"]) == ("2026-11-21 18:26", "", "")
    desk.messages.pass_on(message.id)
    assert desk.messages.slip(message.id)["passed_on_at"] == "2026-11-21 18:26"
    assert [field.label for field in MESSAGE.printed] == [
        *("日期时间", "来电人", "房号", "电话", "找谁", "内容", "接听人", "转告时间", "已转告"),
    ]


def test_messages_are_listed_filtered_and_printed(desk: Desk, clock: FixedClock) -> None:
    first = desk.messages.take(CALL_BACK)
    clock.advance(timedelta(days=1))
    second = desk.messages.take(NewMessage("赵赟", "快递到了 100%"))
    desk.messages.pass_on(second.id)
    found = desk.messages.find
    assert list(found(RegisterQuery())) == [second.id, first.id]
    assert (
        list(found(RegisterQuery(text="漏水"))) == list(found(RegisterQuery(text="王𬱖 回电"))) == [first.id]
    )
    assert list(found(RegisterQuery(text="%"))) == [second.id]
    assert list(found(RegisterQuery(first_day=date(2026, 11, 22)))) == [second.id]
    assert list(found(RegisterQuery(last_day=date(2026, 11, 21)))) == [first.id]
    assert list(found(RegisterQuery(open_only=True))) == [first.id]
    assert list(found(RegisterQuery(choices={"wanted": "赵赟"}))) == [second.id]
    rows = desk.messages.rows([second.id, first.id])
    width = len(MESSAGE.listed)
    assert [row[0] for row in rows] == [second.id, first.id]
    assert rows[0][width] == "已转告 18:26"
    assert rows[1][width:] == ("未转告", "passed_on=warn")
    printed = list(desk.messages.print_rows(RegisterQuery()))
    assert [cells[4] for cells in printed] == ["李建国", "赵赟"]
    assert all(len(cells) == len(MESSAGE.printed) for cells in printed)
