"""A clerk's morning, told by the services: thirty calls, their orders, mistakes and messages, and a proof."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from frontdesk.calls.register import CallRow, NewCall, NewMessage
from frontdesk.core import journal
from frontdesk.core.clock import FixedClock
from frontdesk.core.errors import NotAllowedError
from frontdesk.core.query import RegisterQuery
from frontdesk.desk import Desk, open_desk
from frontdesk.estate.register import NewResident, NewUnit
from frontdesk.orders.register import NewLine

CHINA = timezone(timedelta(hours=8))
SIX = datetime(2026, 11, 23, 6, 0, tzinfo=CHINA)

# Minute of the morning, code, category, room, caller, what becomes of it.
MORNING = (
    (4, "cfds", "C", "3-2-1102", "张㛃", "order"),
    (9, "xwzx", "B", "12-1-501", "李慕颇", "promise"),
    (15, "ldbl", "C", "商铺S-05", "", "order"),
    (21, "yjzy", "A", "8-3-2004", "王𬱖", "open"),
    (26, "stzs", "C", "5-1-302", "赵赟", "order"),
    (31, "xwkd", "B", "别墅A12", "陈建国", "answered"),
    (40, "dtkr", "A", "3-1-1801", "周雨桐", "order"),
    (47, "wlyp", "D", "", "", "answered"),
    (52, "hmdc", "D", "", "", "void"),
    (58, "xwts", "B", "6-1-1101", "喆", "answered"),
)


@pytest.fixture
def office(tmp_path: Path) -> Desk:
    """A desk with its administrator, two clerks, a supervisor and a household; closed by the test's end."""
    desk = open_desk(tmp_path, create=True, clock=FixedClock(SIX))
    desk.staff.first_start("富成物业", "富成花园", "管理员", "correct horse")
    for name, role, secret in (
        ("陈晓婧", "clerk", "111111"),
        ("李慕颇", "clerk", "222222"),
        ("钱伟", "supervisor", "333333"),
    ):
        desk.staff.add_person(name, role, secret)
    return desk


def sign_in(desk: Desk, name: str, secret: str) -> None:
    (person,) = [person for person in desk.staff.people() if person.name == name]
    desk.staff.sign_in(person.id, secret)


def take_calls(desk: Desk, clock: FixedClock) -> list[CallRow]:
    """Three rounds of ten calls; every call is written as a clerk writes it."""
    household = desk.estate.add_unit(NewUnit("3-2-1102")).id
    desk.estate.add_resident(NewResident(household, "张㛃", telephones=("13800138000",)))
    rows = []
    for round_no in range(3):
        for minute, code, category, unit_no, caller, becomes in MORNING:
            clock.put(SIX + timedelta(minutes=round_no * 60 + minute))
            reason = desk.phrases.expand(code)
            assert reason
            new = NewCall(
                reason,
                category,
                unit_id=household if unit_no == "3-2-1102" else None,
                unit_no=unit_no,
                caller=caller,
                settled=becomes == "answered",
                outcome="已答复" if becomes == "answered" else "",
            )
            row = desk.calls.log_with_order(new)[0] if becomes == "order" else desk.calls.log(new)
            if becomes == "void":
                row = desk.calls.void(row.id, "号码打错")
            rows.append(row)
    return rows


def test_a_clerks_morning(office: Desk) -> None:
    clock = office.context.clock
    assert isinstance(clock, FixedClock)
    sign_in(office, "陈晓婧", "111111")
    rows = take_calls(office, clock)

    # R-CALL-1: thirty lines without a gap, the void ones among them.
    assert [row.day_no for row in rows] == list(range(1, 31))
    assert office.calls.counts().received == 30
    # R-ORDER-1, R-CALL-3: twelve orders, each serial in its line.
    serials = [row.order_serial for row in rows if row.order_serial]
    assert serials == [f"FW2026-{n:06d}" for n in range(1, 13)]
    # R-CALL-4: three enquiries wait for word.
    assert [reply.call.reason for reply in office.calls.promised_due()] == ["询问装修手续"] * 3
    # The card beside the form, and the caller display.
    household = next(row.unit_id for row in rows if row.unit_id)
    assert [row.day_no for row in office.calls.recent_for_unit(household)] == [21, 11, 1]

    finish_first_order(office, rows[0])
    correct_own_line(office, rows[3])
    message = office.messages.take(NewMessage("钱伟", "请回电 8-3-2004", caller="王𬱖"))

    # The shift changes at two: the next clerk replies, may not correct, passes the message on.
    clock.put(SIX + timedelta(hours=8, minutes=5))
    sign_in(office, "李慕颇", "222222")
    office.calls.reply(office.calls.promised_due()[0].call.id, "已告知手续")
    with pytest.raises(NotAllowedError):
        office.calls.correct(rows[4].id, {"caller": "赵"})
    office.messages.pass_on(message.id)
    sign_in(office, "钱伟", "333333")
    office.calls.correct(rows[4].id, {"caller": "赵贇"}, "业主更正姓名")

    check_the_day(office)
    office.close()


def finish_first_order(desk: Desk, row: CallRow) -> None:
    order = desk.orders.by_serial(row.order_serial)
    assert order is not None
    desk.orders.dispatch(order.id, "李建国", "工程部")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "已疏通", [NewLine("下水疏通", 6000)])
    desk.orders.return_order(order.id, "cash", 6000)
    assert desk.calls.get(row.id).progress == "完成"


def correct_own_line(desk: Desk, row: CallRow) -> None:
    desk.calls.correct(row.id, {"reason": "夜间装修噪音，要求回复"})
    assert list(desk.calls.find(RegisterQuery(text="装修噪音"))) == [row.id]


def check_the_day(desk: Desk) -> None:
    day = desk.context.clock.today()
    lines = {(line.category, line.department): line for line in desk.calls.summary(day).lines}
    assert sum(line.received for line in lines.values()) == 27  # three are void
    assert lines["C", "工程部"].settled == 1
    printed = list(desk.calls.print_rows(RegisterQuery(first_day=day, last_day=day)))
    assert [cells[0] for cells in printed] == [str(n) for n in range(1, 31)]
    assert [cells[9] for cells in printed if cells[9].startswith("作废")] == ["作废：号码打错"] * 3
    with desk.context.read() as session:
        assert list(journal.broken_lines(session.connection())) == []
        assert journal.head(session.connection())[0] > 150
