"""Whatever the services do, in bulk or one by one, verifies: so a finding always means somebody else's hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from frontdesk.calls.register import NewCall, NewMessage
from frontdesk.core.actor import PROGRAM
from frontdesk.core.settings import ESTATE_NAME
from frontdesk.keys.register import NewApplication, NewKey, NewLoan, Wanted
from frontdesk.orders.register import NewLine, NewOrder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from frontdesk.desk import Desk


def calls(desk: Desk, _folder: Path) -> None:
    call = desk.calls.log(
        NewCall("厨房下水堵塞", "B", unit_no="3-2-1102", caller="张㛃", number="138 0000 0000")
    )
    desk.calls.correct(call.id, {"reason": "卫生间下水堵塞", "category": "C"}, "听错了")
    desk.calls.make_order(call.id)
    desk.calls.settle(desk.calls.log(NewCall("问物业费", "B")).id, "已告知")
    desk.calls.void(desk.calls.log(NewCall("写错", "D")).id, "写错了")


def orders(desk: Desk, _folder: Path) -> None:
    _, order = desk.calls.log_with_order(NewCall("换水龙头", "C", unit_no="3-2-1102"))
    desk.orders.dispatch(order.id, "李建国", "工程部")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "已更换", [NewLine("水龙头", 6500, 1500, "个"), NewLine("人工", 4000)])
    desk.orders.return_order(order.id, "cash", 13750)
    desk.orders.correct(order.id, {"remarks": "保修一年", "lines": [NewLine("水龙头", 13750)]}, "合并一行")
    desk.orders.record_print(order.id)
    desk.orders.void(desk.orders.issue(NewOrder("重复")).id, "重复")


def messages(desk: Desk, _folder: Path) -> None:
    desk.messages.pass_on(desk.messages.take(NewMessage("李建国", "请回电", caller="赟")).id)
    desk.messages.void(desk.messages.take(NewMessage("李建国", "请回电")).id, "重复")


def keys(desk: Desk, _folder: Path) -> None:
    key = desk.keys.held.add(NewKey("A-01", "㛃苑配电房", cabinet="A柜", hook="1", in_use=2, spare=1))
    (loan,) = desk.keys.loans.lend(NewLoan((Wanted(key.id, 2),), "李䶮", "检修"))
    desk.keys.loans.take_back(loan.id, 1)
    desk.keys.loans.report_lost(loan.id, note="掉了")
    one = desk.keys.applications.apply(NewApplication(key.id, "scrap", 2, "换锁", "李䶮", "工程部"))
    desk.keys.applications.review(one.id)
    desk.keys.applications.approve(one.id)
    desk.keys.issues.issue()
    desk.keys.applications.register_scrap(one.id, marked=True)
    desk.keys.held.void(desk.keys.held.add(NewKey("A-02", "门", holder="")).id, "写错")
    desk.keys.issues.confirm_month()


def staff(desk: Desk, _folder: Path) -> None:
    desk.staff.first_start("安和物业", "富成花园", "管理员", "fucheng2026")
    person = desk.staff.add_person("李䶮", "clerk", "123456", department="客服部")
    desk.staff.withdraw_person(person.id, "离职")
    desk.context.settings.put(ESTATE_NAME, "富成家园", actor=PROGRAM)


def sheets(desk: Desk, folder: Path) -> None:
    book = Workbook()
    for row in (
        ["房号", "业主", "电话"],
        ["3-2-1102", "张㛃", "13800000000、13900000000"],
        ["别墅A12", "单喆", ""],
    ):
        book.active.append(row)
    book.save(folder / "households.xlsx")
    for _ in range(2):
        done = desk.household_import.apply(desk.household_import.preview(folder / "households.xlsx"))
        assert done.batch_id is not None
        desk.household_import.undo(done.batch_id)


@pytest.mark.parametrize("work", [calls, orders, messages, keys, staff, sheets])
def test_what_a_service_writes_verifies(
    desk: Desk, tmp_path: Path, work: Callable[[Desk, Path], None]
) -> None:
    desk.context.actor = PROGRAM
    before = desk.verify()
    work(desk, tmp_path)
    report = desk.verify()
    assert report.findings == ()
    assert report.lines > before.lines + 2
