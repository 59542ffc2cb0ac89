"""Inspections: two people, after the owner was told, and every point answered (F-CUSTODY-INSP, R-KEY-8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.query import VOID, Picked, RegisterQuery
from frontdesk.custody.register import NewRequest
from frontdesk.exchange.export import ExportWish
from frontdesk.exchange.sheet_in import read_sheet

from .conftest import FINE, HOME, acting, visit

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

    from .conftest import Sign

NOW = datetime(2026, 11, 21, 10, 26, tzinfo=UTC)
LEAK = {"leaks": "abnormal", "problem": "北卧室窗台渗水"}


def test_r_key_8_an_inspection_says_who_went_and_that_the_owner_knew(office: Desk, sign: Sign) -> None:
    """R-KEY-8."""
    agreement = sign()
    one = office.custody.inspections.record(visit(office, others="马㛃", reason="rain"))
    assert (one.agreement_id, one.unit_no, one.unit_id) == (agreement.id, HOME, agreement.unit_id)
    assert (one.inspected_at, one.told_at, one.told_way, one.reason) == (NOW, NOW, "telephone", "rain")
    assert (one.inspector_one, one.inspector_two, one.others) == ("周赟", "李建国", "马㛃")
    assert (one.progress, one.written_by) == ("fine", "陈晓婧")
    assert office.custody.inspections.get(one.id) == one
    assert office.custody.inspections.of_agreement(agreement.id) == [one]
    assert office.custody.inspections.inspectors() == ["周赟", "李建国"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"inspector_one": ""}, "inspector_one"),
        ({"inspector_two": ""}, "inspector_two"),
        ({"inspector_two": "周赟"}, "inspector_two"),
        ({"inspector_two": " 周 赟　"}, "inspector_two"),
        ({"told_at": None}, "told_at"),
        ({"told_way": ""}, "told_way"),
        ({"told_way": "smoke"}, "told_way"),
        ({"told_at": NOW + timedelta(minutes=1)}, "told_at"),
        ({"told_at": NOW - timedelta(days=32)}, "told_at"),
        ({"inspected_at": NOW + timedelta(minutes=1)}, "inspected_at"),
        ({"reason": ""}, "reason"),
        ({"water": ""}, "water"),
        ({"air": "odd"}, "air"),
        ({"gas": "abnormal"}, "problem"),
        ({"problem": "有味道"}, "water"),
        ({"reported_to": "业主"}, "reported_to"),
        ({"unit_no": ""}, "unit_no"),
    ],
)
def test_r_key_8_nobody_goes_in_otherwise(
    office: Desk, sign: Sign, values: dict[str, Any], field: str
) -> None:
    """R-KEY-8."""
    sign()
    known = {"inspector_one": "周赟", "inspector_two": "李建国"} | values
    told = vars(visit(office)) | known
    with pytest.raises(RefusedError) as refused:
        office.custody.inspections.record(type(visit(office))(**told))
    assert refused.value.field == field
    assert not office.custody.inspections.find(RegisterQuery())


def test_r_key_8_the_owner_s_own_wish_for_that_day_is_the_confirmation(
    office: Desk, sign: Sign, clock: FixedClock
) -> None:
    """R-KEY-8."""
    sign()
    unasked = {"told_at": None, "told_way": "", "told_whom": ""}
    days = date(2026, 11, 21), date(2026, 12, 31)
    office.custody.plan.ask_daily(NewRequest(HOME, *days, "欧阳㛃䶮", "message"))
    clock.advance(timedelta(days=35))
    record = office.custody.inspections.record
    one = record(visit(office, reason="request", **unasked))
    assert (one.told_at, one.told_way, one.told_whom) == (NOW, "message", "欧阳㛃䶮")
    with pytest.raises(RefusedError):
        record(visit(office, reason="round", **unasked))
    clock.advance(timedelta(days=10))
    with pytest.raises(RefusedError):
        record(visit(office, reason="request", **unasked))


def test_r_key_8_a_vacant_home_without_agreement_is_entered_by_the_same_rules(office: Desk) -> None:
    """R-KEY-8."""
    one = office.custody.inspections.record(visit(office, "12-1-101", reason="winter"))
    assert (one.agreement_id, one.unit_no) == (None, "12-1-101")


def test_a_problem_is_reported_and_then_settled(office: Desk, sign: Sign, clock: FixedClock) -> None:
    """R-KEY-8."""
    sign()
    inspections = office.custody.inspections
    one = inspections.record(visit(office, **LEAK))
    assert one.progress == "unreported"
    with pytest.raises(RefusedError, match="还没有上报"):
        inspections.settle(one.id, "已堵漏")
    with pytest.raises(RefusedError):
        inspections.report(one.id, " ")
    clock.advance(timedelta(hours=1))
    told = inspections.report(one.id, "业主、工程部")
    assert (told.progress, told.reported_at) == ("open", NOW + timedelta(hours=1))
    assert inspections.problems() == [told]
    with pytest.raises(RefusedError):
        inspections.settle(one.id, "")
    assert inspections.settle(one.id, "已堵漏").progress == "settled"
    assert inspections.problems() == []
    with pytest.raises(RefusedError, match="已经处理完"):
        inspections.report(one.id, "业主")
    fine = inspections.record(visit(office))
    with pytest.raises(RefusedError, match="没有发现问题"):
        inspections.report(fine.id, "业主")


def test_a_problem_becomes_a_service_order_once(office: Desk, sign: Sign) -> None:
    sign()
    one = office.custody.inspections.record(visit(office, **LEAK, reported_to="工程部"))
    row, order = office.custody.inspections.issue_order(one.id)
    assert (row.order_id, row.order_serial) == (order.id, order.serial)
    assert (order.unit_no, order.customer, order.content) == (
        HOME, "欧阳㛃䶮", "托管房巡查发现：北卧室窗台渗水",
    )  # fmt: skip
    with pytest.raises(RefusedError, match=f"已开服务单 {order.serial}"):
        office.custody.inspections.issue_order(one.id)
    (line,) = office.custody.inspections.print_rows(RegisterQuery())
    assert f"服务单 {order.serial}" in line


def test_it_is_mended_by_right_and_never_to_one_inspector(
    office: Desk, sign: Sign, clock: FixedClock
) -> None:
    """R-KEY-8."""
    sign()
    inspections = office.custody.inspections
    one = inspections.record(visit(office))
    assert inspections.correct(one.id, {"others": "王喆"}).others == "王喆"
    with pytest.raises(RefusedError) as refused:
        inspections.correct(one.id, {"inspector_two": "周赟"})
    assert refused.value.field == "inspector_two"
    with pytest.raises(RefusedError):
        inspections.correct(one.id, {"told_way": ""})
    with pytest.raises(RefusedError):
        inspections.correct(one.id, {"water": "abnormal"})
    clock.advance(timedelta(days=2))
    with pytest.raises(NotAllowedError):
        inspections.correct(one.id, {"others": ""}, "写错")
    acting(office, "supervisor")
    assert inspections.correct(one.id, {"others": ""}, "写错").others == ""
    void = inspections.void(one.id, "记到别家了")
    assert void.progress == "void"
    assert VOID in inspections.rows([one.id])[0]


def test_the_register_is_filtered_printed_and_exported(
    office: Desk, sign: Sign, clock: FixedClock, tmp_path: Path
) -> None:
    """F-CUSTODY-INSP."""
    sign()
    inspections = office.custody.inspections
    first = inspections.record(visit(office))
    clock.advance(timedelta(days=1))
    second = inspections.record(visit(office, "12-1-101", reason="rain", **FINE | LEAK))
    find = inspections.find
    assert find(RegisterQuery()) == [second.id, first.id]
    assert find(RegisterQuery("渗水")) == find(RegisterQuery(open_only=True)) == [second.id]
    assert find(RegisterQuery(choices={"progress": "unreported"})) == [second.id]
    assert find(RegisterQuery(choices={"reason": "round", "progress": "fine"})) == [first.id]
    assert find(RegisterQuery(last_day=date(2026, 11, 21))) == [first.id]
    assert find(RegisterQuery(picked=Picked("", (first.id,)), first_day=date(2026, 11, 22))) == []
    lines = list(inspections.print_rows(RegisterQuery()))
    assert lines[0] == (
        "2026-11-21 18:26", HOME, "定期", "11-21 18:26 电话 欧阳㛃䶮", "周赟", "李建国",
        "正常", "正常", "正常", "正常", "正常", "正常", "", "", "",
    )  # fmt: skip
    assert lines[1][10:13] == ("异常", "正常", "北卧室窗台渗水")
    (row, _) = inspections.rows([second.id, first.id])
    assert row[0] == second.id
    assert "progress=danger" in row
    acting(office, "supervisor")
    path = tmp_path / "巡查.xlsx"
    assert inspections.export(path, RegisterQuery(), ExportWish("归档")) == 2
    assert "北卧室窗台渗水" in str(read_sheet(path))
