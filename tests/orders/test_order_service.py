"""A service order's way from issue to return, and what the journal keeps of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from frontdesk.core import journal
from frontdesk.core.actor import PROGRAM, Actor
from frontdesk.core.drafts import DraftStore
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.model import JournalLine
from frontdesk.core.query import VOID, RegisterQuery
from frontdesk.core.settings import ARRIVAL_AT_ONCE_MINUTES, ORDER_DIGITS, ORDER_PREFIX, SERVICE_PEOPLE
from frontdesk.estate.register import NewUnit
from frontdesk.orders.model import OrderLine, ServiceOrder
from frontdesk.orders.register import NewLine, NewOrder, OrderRow
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

TODAY = date(2026, 11, 21)
LEAK = NewOrder(
    "厨房下水堵塞，水已漫到地面",
    unit_no="3-2-1102",
    customer="张喆㛃",
    telephone="138 0013 8000",
    urgent=True,
    at_once=True,
)
UNBLOCK = (NewLine("疏通下水", 3333, 1500, "米"), NewLine("人工", 5000))


def act_as(desk: Desk, role: str, person_id: int = 77) -> None:
    desk.context.actor = Actor(person_id, f"某{role}", role, role_of(role).permissions)


def finished(desk: Desk) -> OrderRow:
    order = desk.orders.issue(LEAK)
    desk.orders.dispatch(order.id, "李建国", "工程部")
    desk.orders.arrive(order.id)
    return desk.orders.finish(order.id, "已疏通", UNBLOCK, workload="1 工时", self_check="合格")


def returned(desk: Desk) -> OrderRow:
    row = finished(desk)
    return desk.orders.return_order(
        row.id, "cash", row.due_amount, customer_signed_at=desk.context.clock.now()
    )


def journal_of(desk: Desk, order_id: int) -> list[tuple[str, str, str, dict[str, Any]]]:
    asked = (
        select(JournalLine)
        .where(JournalLine.register == "service_order", JournalLine.record_id == order_id)
        .order_by(JournalLine.seq)
    )
    with desk.context.read() as session:
        return [
            (line.action, line.actor, line.reason, json.loads(line.content))
            for line in session.scalars(asked)
        ]


def test_issue_fills_in_serial_time_and_clerk(desk: Desk, clock: FixedClock) -> None:
    row = desk.orders.issue(LEAK)
    assert (row.serial, row.state_label, row.step) == ("FW2026-000001", "待派工", "dispatch")
    assert row.issued_at == clock.now()
    assert (row.taken_by, row.created_by) == ("陈晓婧", "陈晓婧")
    assert desk.orders.get(row.id) == row


def test_an_order_goes_from_issue_to_return(desk: Desk, clock: FixedClock) -> None:
    order = desk.orders.issue(LEAK)
    states = []
    for step in (
        lambda: desk.orders.dispatch(order.id, "李建国", "工程部"),
        lambda: desk.orders.arrive(order.id),
        lambda: desk.orders.finish(order.id, "已疏通", UNBLOCK, materials="管道疏通剂 1 瓶"),
        lambda: desk.orders.return_order(order.id, "cash", 10000, customer_signed_at=clock.now()),
    ):
        clock.advance(timedelta(minutes=10))
        row = step()
        states.append((row.state, row.step, row.warnings))
    assert states == [
        ("dispatched", "arrive", ()),
        ("arrived", "finish", ()),
        ("finished", "return", ()),
        ("returned", "", ()),
    ]
    assert row.dispatched_at == row.issued_at + timedelta(minutes=10)
    assert row.returned_at == clock.now()
    assert (row.due_amount, row.paid_amount, row.settlement) == (10000, 10000, "cash")
    assert [(line.item, line.amount) for line in row.lines] == [("疏通下水", 5000), ("人工", 5000)]
    assert row.materials == "管道疏通剂 1 瓶"


def test_each_step_is_one_named_line_of_the_journal(desk: Desk) -> None:
    order = returned(desk)
    desk.orders.record_print(order.id)
    lines = journal_of(desk, order.id)
    assert [line[0] for line in lines] == [
        "issue",
        "dispatch",
        "arrive",
        "finish",
        "return",
        "print",
    ]
    assert {line[1] for line in lines} == {"陈晓婧"}
    moves = [content["state"] for *_, content in lines if "state" in content]
    assert moves == [
        [None, "issued"],
        ["issued", "dispatched"],
        ["dispatched", "arrived"],
        ["arrived", "finished"],
        ["finished", "returned"],
    ]


def test_the_chain_of_the_journal_holds_after_a_whole_order(desk: Desk) -> None:
    desk.orders.correct(finished(desk).id, {"lines": [NewLine("人工", 5000)]})
    desk.orders.void(desk.orders.issue(LEAK).id, "重复")
    with desk.context.read() as session:
        assert list(journal.broken_lines(session.connection())) == []


def test_a_step_out_of_turn_changes_nothing(desk: Desk) -> None:
    order = desk.orders.issue(LEAK)
    with pytest.raises(RefusedError, match="请先登记派工"):
        desk.orders.finish(order.id, "已疏通", UNBLOCK)
    assert desk.orders.get(order.id) == order
    assert len(journal_of(desk, order.id)) == 1


def test_a_refused_step_leaves_neither_lines_nor_time(desk: Desk) -> None:
    order = desk.orders.issue(LEAK)
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    with pytest.raises(RefusedError):
        desk.orders.finish(order.id, "已疏通", [NewLine("人工", 5000), NewLine("", 5000)])
    assert desk.orders.get(order.id).finished_at is None
    with desk.context.read() as session:
        assert session.scalar(select(func.count()).select_from(OrderLine)) == 0


def test_before_arrival_an_order_may_be_handed_to_somebody_else(desk: Desk) -> None:
    order = desk.orders.issue(LEAK)
    desk.orders.dispatch(order.id, "李建国", "工程部")
    row = desk.orders.dispatch(order.id, "王赟", "工程部")
    assert (row.state, row.service_person) == ("dispatched", "王赟")


def test_the_department_comes_from_the_setting_of_service_people(desk: Desk) -> None:
    desk.context.settings.put(SERVICE_PEOPLE, ["李建国 工程部", "吴姐"], actor=PROGRAM)
    order = desk.orders.issue(LEAK)
    assert desk.orders.dispatch(order.id, "李建国").department == "工程部"
    assert desk.orders.dispatch(order.id, "吴姐").department == "工程部"
    assert [(person.name, person.department) for person in desk.orders.service_people()] == [
        ("李建国", "工程部"),
        ("吴姐", ""),
    ]
    assert "工程部" in desk.orders.departments()


def test_a_step_may_be_entered_later_with_its_own_time(desk: Desk, clock: FixedClock) -> None:
    order = desk.orders.issue(LEAK)
    clock.advance(timedelta(hours=1))
    at = order.issued_at + timedelta(minutes=5)
    assert desk.orders.dispatch(order.id, "李建国", at=at).dispatched_at == at
    for wrong in (at - timedelta(minutes=1), clock.now() + timedelta(minutes=1)):
        with pytest.raises(RefusedError) as refused:
            desk.orders.arrive(order.id, at=wrong)
        assert refused.value.field == "arrived_at"


def test_r_order_4_overlapping_appointments_of_a_person_are_warned_of_not_refused(
    desk: Desk, clock: FixedClock
) -> None:
    """R-ORDER-4."""
    three = clock.now() + timedelta(hours=20)
    first = desk.orders.issue(NewOrder("换灯泡", unit_no="5-1-302", appointment_at=three))
    second = desk.orders.issue(NewOrder("换锁", appointment_at=three + timedelta(minutes=30)))
    third = desk.orders.issue(NewOrder("换门", appointment_at=three + timedelta(minutes=90)))
    assert desk.orders.dispatch(first.id, "李建国").warnings == ()
    row = desk.orders.dispatch(second.id, "李建国")
    assert row.state == "dispatched"
    assert row.warnings == (f"李建国在这个时间已有预约：明天 14:26 5-1-302 {first.serial}。",)
    assert desk.orders.dispatch(third.id, "李建国").warnings == ()
    assert desk.orders.dispatch(second.id, "王赟").warnings == ()


def test_r_order_4_a_void_order_is_in_nobodys_way(desk: Desk, clock: FixedClock) -> None:
    """R-ORDER-4."""
    at = clock.now() + timedelta(hours=20)
    first = desk.orders.issue(NewOrder("换灯泡", appointment_at=at, service_person="李建国"))
    desk.orders.void(first.id, "客户取消")
    assert desk.orders.issue(NewOrder("换锁", appointment_at=at, service_person="李建国")).warnings == ()


def test_r_order_5_arrival_is_due_within_a_quarter_of_an_hour_at_once(desk: Desk, clock: FixedClock) -> None:
    row = desk.orders.issue(LEAK)
    assert row.due_at == clock.now() + timedelta(minutes=15)
    desk.context.settings.put(ARRIVAL_AT_ONCE_MINUTES, 20, actor=PROGRAM)
    assert desk.orders.get(row.id).due_at == clock.now() + timedelta(minutes=20)
    assert desk.orders.issue(NewOrder("换灯泡")).due_at == clock.now() + timedelta(hours=2)


def test_a_return_without_the_customers_signature_is_warned_of(desk: Desk) -> None:
    order = finished(desk)
    assert desk.orders.return_order(order.id, "on_account").warnings == ("客户还没有签字，请补签。",)


def test_less_than_due_needs_a_reason_which_stands_on_the_order(desk: Desk) -> None:
    order = finished(desk)
    with pytest.raises(RefusedError) as refused:
        desk.orders.return_order(order.id, "cash", 9000)
    assert refused.value.field == "reason"
    row = desk.orders.return_order(order.id, "cash", 9000, reason="零头免收")
    assert (row.paid_amount, row.remarks) == (9000, "少收：零头免收")


def test_what_stands_above_is_settled_with_the_return_or_not_at_all(desk: Desk) -> None:
    order = finished(desk)
    seen: list[str] = []

    def fails(_work: object, settled: ServiceOrder) -> None:
        seen.append(settled.serial)
        raise ZeroDivisionError

    desk.orders.when_settled.append(fails)
    with pytest.raises(ZeroDivisionError):
        desk.orders.return_order(order.id, "on_account")
    assert seen == [order.serial]
    assert desk.orders.get(order.id).state == "finished"


def test_r_order_1_a_void_order_keeps_its_serial_with_the_reason(desk: Desk) -> None:
    """R-ORDER-1."""
    first = desk.orders.issue(LEAK)
    row = desk.orders.void(first.id, " 重复登记 ")
    assert (row.serial, row.state, row.void_reason, row.voided_by) == (
        first.serial, "void", "重复登记", "陈晓婧",
    )  # fmt: skip
    assert desk.orders.issue(LEAK).serial == "FW2026-000002"
    assert journal_of(desk, first.id)[-1][0] == "void"


def test_a_void_asks_for_a_reason_and_happens_once(desk: Desk) -> None:
    order = desk.orders.issue(LEAK)
    with pytest.raises(RefusedError) as refused:
        desk.orders.void(order.id, " ")
    assert refused.value.field == "reason"
    desk.orders.void(order.id, "重复")
    with pytest.raises(RefusedError, match="已经作废"):
        desk.orders.void(order.id, "重复")
    with pytest.raises(RefusedError, match="已经作废"):
        desk.orders.correct(order.id, {"content": "别的"})
    with pytest.raises(RefusedError, match="不能登记派工"):
        desk.orders.dispatch(order.id, "李建国")


@pytest.mark.parametrize("reason", ["重复\0登记", "重\ud83d复", "'; DROP TABLE journal; --"])
def test_any_reason_can_be_kept(desk: Desk, reason: str) -> None:
    row = desk.orders.void(desk.orders.issue(LEAK).id, reason)
    assert row.void_reason == reason.replace("\0", "").replace("\ud83d", "�")
    assert journal_of(desk, row.id)[-1][2] == row.void_reason


def test_an_endless_reason_is_refused_not_cut(desk: Desk) -> None:
    order = desk.orders.issue(LEAK)
    with pytest.raises(RefusedError) as refused:
        desk.orders.void(order.id, "重" * 401)
    assert refused.value.field == "reason"
    assert desk.orders.get(order.id).state == "issued"


def test_an_order_that_is_back_is_voided_by_a_supervisor_only(desk: Desk) -> None:
    order = returned(desk)
    with pytest.raises(NotAllowedError, match="只能由主管作废"):
        desk.orders.void(order.id, "开错")
    act_as(desk, "supervisor")
    assert desk.orders.void(order.id, "开错").state == "void"


def test_a_correction_keeps_the_old_value_with_who_and_why(desk: Desk) -> None:
    order = desk.orders.issue(LEAK)
    row = desk.orders.correct(order.id, {"unit_no": "3-2-1103", "urgent": False}, "听错房号")
    assert (row.unit_no, row.urgent) == ("3-2-1103", False)
    action, who, why, content = journal_of(desk, order.id)[-1]
    assert (action, who, why) == ("correct", "陈晓婧", "听错房号")
    assert content == {"unit_no": ["3-2-1102", "3-2-1103"], "urgent": [True, False]}


def test_after_the_shift_a_correction_is_a_supervisors_with_a_reason(desk: Desk, clock: FixedClock) -> None:
    order = desk.orders.issue(LEAK)
    clock.advance(timedelta(hours=6))  # past the shift and its grace
    with pytest.raises(NotAllowedError):
        desk.orders.correct(order.id, {"content": "水管漏水"}, "补充")
    with pytest.raises(NotAllowedError):
        desk.orders.void(order.id, "重复")
    act_as(desk, "supervisor")
    with pytest.raises(RefusedError) as refused:
        desk.orders.correct(order.id, {"content": "水管漏水"})
    assert refused.value.field == "reason"
    assert desk.orders.correct(order.id, {"content": "水管漏水"}, "核对录音").content == "水管漏水"


def test_another_clerk_cannot_correct_an_entry_but_may_carry_it_on(desk: Desk) -> None:
    order = desk.orders.issue(LEAK)
    act_as(desk, "clerk")
    with pytest.raises(NotAllowedError):
        desk.orders.correct(order.id, {"content": "别的"})
    assert desk.orders.dispatch(order.id, "李建国").state == "dispatched"


@pytest.mark.parametrize("name", ["arrived_at", "result", "paid_amount", "state", "serial", "number"])
def test_what_was_not_yet_entered_or_is_never_typed_cannot_be_corrected(desk: Desk, name: str) -> None:
    order = desk.orders.issue(LEAK)
    with pytest.raises(RefusedError) as refused:
        desk.orders.correct(order.id, {name: "x"})
    assert refused.value.field == name


def test_corrected_lines_are_struck_out_not_erased(desk: Desk) -> None:
    order = finished(desk)
    row = desk.orders.correct(order.id, {"lines": [NewLine("人工", 8000)]})
    assert (row.due_amount, [line.item for line in row.lines]) == (8000, ["人工"])
    assert desk.orders.get(order.id).lines == row.lines
    with desk.context.read() as session:
        kept = session.execute(select(OrderLine.item, OrderLine.void_reason).order_by(OrderLine.id)).all()
    assert [tuple(line) for line in kept] == [("疏通下水", "更正"), ("人工", "更正"), ("人工", "")]


def test_corrected_times_stay_in_their_order(desk: Desk, clock: FixedClock) -> None:
    order = desk.orders.issue(LEAK)
    clock.advance(timedelta(minutes=30))
    desk.orders.dispatch(order.id, "李建国")
    at = order.issued_at + timedelta(minutes=10)
    assert desk.orders.correct(order.id, {"dispatched_at": at}).dispatched_at == at
    with pytest.raises(RefusedError) as refused:
        desk.orders.correct(order.id, {"dispatched_at": order.issued_at - timedelta(minutes=1)})
    assert refused.value.field == "dispatched_at"


def test_a_correction_of_what_is_due_is_held_against_what_was_paid(desk: Desk) -> None:
    order = returned(desk)
    with pytest.raises(RefusedError) as refused:
        desk.orders.correct(order.id, {"lines": [NewLine("人工", 5000)]})
    assert refused.value.field == "paid_amount"
    row = desk.orders.correct(order.id, {"lines": [NewLine("人工", 5000)], "paid_amount": 5000})
    assert (row.due_amount, row.paid_amount) == (5000, 5000)


def test_r_order_18_a_print_is_counted_and_the_first_is_no_reprint(desk: Desk) -> None:
    """R-ORDER-18."""
    order = desk.orders.issue(LEAK)
    assert [desk.orders.record_print(order.id) for _ in range(3)] == [0, 1, 2]
    assert desk.orders.get(order.id).prints == 3
    assert [line[0] for line in journal_of(desk, order.id)] == ["issue", "print", "print", "print"]


def test_r_order_1_a_clock_set_back_keeps_the_year(desk: Desk, clock: FixedClock) -> None:
    """R-ORDER-1."""
    desk.orders.issue(LEAK)
    clock.put(datetime(2020, 1, 1, tzinfo=UTC))
    assert desk.orders.issue(LEAK).serial == "FW2026-000002"


def test_r_order_1_a_new_year_begins_with_one(desk: Desk, clock: FixedClock) -> None:
    """R-ORDER-1."""
    desk.orders.issue(LEAK)
    clock.put(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))  # the first minute of 2027 in China
    assert desk.orders.issue(LEAK).serial == "FW2027-000001"


def test_the_form_of_the_serial_is_a_setting(desk: Desk) -> None:
    desk.context.settings.put(ORDER_PREFIX, "WX", actor=PROGRAM)
    desk.context.settings.put(ORDER_DIGITS, 4, actor=PROGRAM)
    assert desk.orders.issue(LEAK).serial == "WX2026-0001"


def test_the_foot_of_the_window_proves_the_days_serials(desk: Desk, clock: FixedClock) -> None:
    assert desk.order_books.watch.serial_line(TODAY).shown == "今天还没有开服务单 · 作废 0 · 缺号 0"
    first = desk.orders.issue(LEAK)
    assert desk.order_books.watch.serial_line(TODAY).shown == "服务单 FW2026-000001 连续 · 作废 0 · 缺号 0"
    desk.orders.issue(LEAK)
    desk.orders.void(first.id, "重复")
    assert (
        desk.order_books.watch.serial_line(TODAY).shown
        == "服务单 FW2026-000001–000002 连续 · 作废 1 · 缺号 0"
    )
    clock.advance(timedelta(days=1))
    desk.orders.issue(LEAK)
    tomorrow = desk.order_books.watch.serial_line(TODAY + timedelta(days=1))
    assert (tomorrow.first, tomorrow.last, tomorrow.issued, tomorrow.missing) == (
        "FW2026-000003", "FW2026-000003", 1, 0,
    )  # fmt: skip


@pytest.mark.parametrize("gone", [1, 2, 3, 4])
def test_r_order_14_a_number_without_an_order_is_missing(desk: Desk, clock: FixedClock, gone: int) -> None:
    for _ in range(2):
        desk.orders.issue(LEAK)
    clock.advance(timedelta(days=1))
    for _ in range(2):
        desk.orders.issue(LEAK)
    with desk.database.write() as session:  # behind the program's back
        session.connection().exec_driver_sql("DELETE FROM service_order WHERE number = ?", (gone,))
    missing = [desk.order_books.watch.serial_line(TODAY + timedelta(days=day)).missing for day in (0, 1)]
    # A day's last number belongs to the gap before the next order: it is seen on that one's day.
    assert missing == ([1, 0] if gone == 1 else [0, 1])


def test_an_order_is_found_by_what_is_on_it(desk: Desk, clock: FixedClock) -> None:
    leak = finished(desk)
    clock.advance(timedelta(days=1))
    lamp = desk.orders.issue(NewOrder("门厅灯不亮", unit_no="商铺S-05", customer="𬱖贵", category="other"))
    find = desk.orders.find
    assert list(find(RegisterQuery())) == [lamp.id, leak.id]
    for text in ("下水堵", "已疏通", "3-2", "张喆", "zzj", "8000", "李建国", "FD:FW2026-000001", "FW-000001"):
        assert list(find(RegisterQuery(text=text))) == [leak.id], text
    assert list(find(RegisterQuery(text="门厅 灯"))) == [lamp.id]
    assert list(find(RegisterQuery(text="FW2026"))) == [lamp.id, leak.id]
    assert list(find(RegisterQuery(text="没有这样的"))) == []
    assert list(find(RegisterQuery(first_day=TODAY, last_day=TODAY))) == [leak.id]
    assert list(find(RegisterQuery(first_day=TODAY + timedelta(days=1)))) == [lamp.id]
    assert list(find(RegisterQuery(text="FW2026", last_day=TODAY))) == [leak.id]
    assert list(find(RegisterQuery(choices={"state": "finished"}))) == [leak.id]
    assert list(find(RegisterQuery(choices={"category": "other"}, text="灯"))) == [lamp.id]


def test_open_only_leaves_out_what_is_back_or_void(desk: Desk) -> None:
    returned(desk)
    desk.orders.void(desk.orders.issue(LEAK).id, "重复")
    waiting = finished(desk)
    assert list(desk.orders.find(RegisterQuery(open_only=True))) == [waiting.id]


def test_a_corrected_order_is_found_by_its_new_words_only(desk: Desk) -> None:
    order = desk.orders.issue(LEAK)
    desk.orders.correct(order.id, {"content": "阳台窗扇松动", "unit_no": "7-2-1502"})
    assert list(desk.orders.find(RegisterQuery(text="窗扇"))) == [order.id]
    assert list(desk.orders.find(RegisterQuery(text="下水"))) == []
    assert list(desk.orders.find(RegisterQuery(text="3-2"))) == []


def test_the_table_shows_orders_short_with_marks(desk: Desk, clock: FixedClock) -> None:
    leak = desk.orders.issue(LEAK)
    desk.orders.dispatch(leak.id, "李建国")
    clock.advance(timedelta(minutes=11))
    gone = desk.orders.issue(NewOrder("换\n灯泡", appointment_at=clock.now() + timedelta(hours=21)))
    desk.orders.void(gone.id, "重复")
    assert desk.orders.rows([gone.id, 99, leak.id]) == [
        (2, "FW-000002", "18:37", "", "", "换 灯泡", "报修", "明天 15:37", "", "作废", "", VOID),
        (
            1, "FW-000001", "18:26", "3-2-1102", "张喆㛃", LEAK.content, "报修", "马上", "李建国",
            "派工中", "", "category=danger", "state=warn",
        ),
    ]  # fmt: skip
    clock.advance(timedelta(minutes=4))
    assert desk.orders.rows([leak.id])[0][-1] == "state=danger"


def test_the_card_shows_a_households_open_orders(desk: Desk) -> None:
    clerk, desk.context.actor = desk.context.actor, PROGRAM
    unit = desk.estate.add_unit(NewUnit("3-2-1102"))
    desk.context.actor = clerk
    here = replace(LEAK, unit_id=unit.id)
    first, second = desk.orders.issue(here), desk.orders.issue(here)
    desk.orders.issue(replace(LEAK, unit_no="8-3-2004"))
    desk.orders.void(first.id, "重复")
    assert [row.id for row in desk.orders.open_for_unit(unit.id)] == [second.id]


def test_finance_reads_amounts_but_not_the_telephone(desk: Desk) -> None:
    order = finished(desk)
    act_as(desk, "finance")
    row = desk.orders.get(order.id)
    assert (row.due_amount, row.telephone) == (10000, "138 **** 8000")


def test_what_was_half_typed_goes_with_the_order_that_it_became(desk: Desk) -> None:
    drafts = DraftStore(desk.context)
    drafts.save("orders", {"content": LEAK.content})
    draft = drafts.latest("orders")
    assert draft is not None
    desk.orders.issue(replace(LEAK, draft_id=draft.id))
    assert drafts.latest("orders") is None
