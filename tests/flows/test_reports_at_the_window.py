"""The month's report by keys: months, figures, and the orders behind every total."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from frontdesk.callbacks.register import NewCallback
from frontdesk.orders.register import NewLine, NewOrder
from ui import files, print_papers, printing

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def month(driver: Any) -> dict[str, int]:
    """Two repairs of 45.00 and one of nothing, one of them dissatisfied, and an order still open; signed in: 钱伟."""
    driver.sign_in("钱伟")
    desk = driver.app.desk
    ids = {}
    for name, attitude in (("good", "satisfied"), ("bad", "dissatisfied")):
        order = desk.orders.issue(NewOrder(f"换锁 {name}"))
        desk.orders.dispatch(order.id, "李建国")
        desk.orders.arrive(order.id)
        desk.orders.finish(order.id, "好了", [NewLine("锁", 4500)])
        desk.callbacks.record(order.id, NewCallback("satisfied", "satisfied", attitude))
        ids[name] = order.id
    ids["open"] = desk.orders.issue(NewOrder("剪枝", category="gardening")).id
    return ids


def shown(driver: Any, qtbot: QtBot) -> Any:
    """The report page by its key, gone into; its section in view."""
    driver.key(Qt.Key.Key_7, CTRL)
    assert driver.app.window.current_name() == "report"
    page = driver.page("report")
    driver.key(Qt.Key.Key_Return)
    section = page.current_section()
    settled(driver, qtbot)
    return section


def settled(driver: Any, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not driver.app.tasks.is_busy(), timeout=20_000)
    QApplication.processEvents()


def listed(driver: Any) -> set[int]:
    return set(driver.page("service_order").panel.model.ids())


def test_the_month_stands_in_chart_and_table(driver: Any, qtbot: QtBot, month: dict[str, int]) -> None:
    section = shown(driver, qtbot)
    assert section.course.hasFocus()
    assert [row[:3] for row in map(section.table.model_.row_text, range(3))] == [
        ("报修", "2", "2"),
        ("绿化", "1", "0"),
        ("合计", "3", "2"),
    ]
    assert section.table.model_.row_text(2)[-1] == "50%"
    today = driver.app.desk.context.clock.today()
    assert f"{today:%Y-%m} 3" in section.course.accessibleDescription()
    assert "报修 2" in section.groups.accessibleName()


def test_arrows_change_the_month_and_never_go_beyond_today(
    driver: Any, qtbot: QtBot, month: dict[str, int]
) -> None:
    section = shown(driver, qtbot)
    this = section.month
    driver.key(Qt.Key.Key_Right)
    assert section.month == this
    driver.key(Qt.Key.Key_Left)
    settled(driver, qtbot)
    assert section.month == (this - timedelta(days=1)).replace(day=1)
    assert section.table.model_.rowCount() == 0
    assert f"{section.month.month} 月" in section.card.title.text()
    driver.key(Qt.Key.Key_Right, ALT)
    settled(driver, qtbot)
    assert section.month == this
    assert section.table.model_.rowCount() == 3


@pytest.mark.parametrize(
    ("cell", "behind"),
    [
        ((0, 1), {"good", "bad"}),
        ((2, 1), {"good", "bad", "open"}),
        ((2, 2), {"good", "bad"}),
        ((2, 3), {"good", "bad"}),
        ((0, 6), {"good", "bad"}),
        ((2, 7), {"good"}),
        ((1, 0), {"open"}),
    ],
)
def test_every_total_opens_its_rows(
    cell: tuple[int, int], behind: set[str], driver: Any, qtbot: QtBot, month: dict[str, int]
) -> None:
    driver.app.window.resize(1366, 768)
    section = shown(driver, qtbot)
    row, column = cell
    section.table.setFocus()
    section.table.setCurrentIndex(section.table.model_.index(0, 0))
    for _ in range(row):
        driver.key(Qt.Key.Key_Down)
    for _ in range(column):
        driver.key(Qt.Key.Key_Right)
    driver.key(Qt.Key.Key_Return)
    assert driver.app.window.current_name() == "service_order"
    assert listed(driver) == {month[name] for name in behind}
    query = driver.page("service_order").panel.query
    assert query.picked.label.startswith(f"{section.month:%Y-%m}")


def test_esc_brings_all_orders_back(driver: Any, qtbot: QtBot, month: dict[str, int]) -> None:
    section = shown(driver, qtbot)
    section.table.setFocus()
    driver.key(Qt.Key.Key_Return)
    assert listed(driver) == {month["good"], month["bad"]}
    driver.key(Qt.Key.Key_Escape)
    assert listed(driver) == set(month.values())


def test_a_total_of_nothing_says_so_and_stays(driver: Any, qtbot: QtBot, month: dict[str, int]) -> None:
    section = shown(driver, qtbot)
    section.table.setFocus()
    section.table.setCurrentIndex(section.table.model_.index(1, 2))
    driver.key(Qt.Key.Key_Return)
    assert driver.app.window.current_name() == "report"
    assert "没有这样的服务单" in driver.app.window.notice.text()


def test_enter_in_the_chart_lists_the_month(driver: Any, qtbot: QtBot, month: dict[str, int]) -> None:
    shown(driver, qtbot)
    driver.key(Qt.Key.Key_Return)
    assert listed(driver) == set(month.values())


def test_figure_and_grouping_are_chosen_by_key(driver: Any, qtbot: QtBot, month: dict[str, int]) -> None:
    section = shown(driver, qtbot)
    section.measure_choice.setFocus()
    driver.keys("2")
    assert "90.00" in section.course.accessibleDescription()
    section.grouping_choice.setFocus()
    driver.keys("3")
    settled(driver, qtbot)
    assert section.table.model_.row_text(0)[0] == "李建国"


def test_the_month_goes_out_as_a_sheet(
    driver: Any, qtbot: QtBot, month: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ask_where_to_save", lambda _parent, name: tmp_path / name)
    section = shown(driver, qtbot)
    driver.key(Qt.Key.Key_E, CTRL)
    driver.keys("月度统计")
    driver.save()
    settled(driver, qtbot)
    (sheet,) = tmp_path.glob("服务单月报*.xlsx")
    names = [row[1].value for row in load_workbook(sheet).active.iter_rows(min_row=4)]
    assert names[-1] == "合计"
    assert section.course.hasFocus()


def test_the_repairs_are_printed_exported_and_opened(
    driver: Any, qtbot: QtBot, month: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-REPAIR-SUM."""
    sent: list[printing.PrintJob] = []
    monkeypatch.setattr(printing, "printers", lambda: ["激光"])
    monkeypatch.setattr(printing, "send", lambda job, _printer: sent.append(job))
    monkeypatch.setattr(print_papers, "has_paper", lambda *_paper: True)
    monkeypatch.setattr(files, "ask_where_to_save", lambda _parent, name: tmp_path / name)
    from frontdesk.forms.printers import PrinterChoice

    driver.app.desk.printers.remember("F-REPAIR-SUM", PrinterChoice("激光"))
    shown(driver, qtbot)
    page = driver.page("report")
    page.section("维修汇总")
    driver.key(Qt.Key.Key_Escape)
    driver.key(Qt.Key.Key_Return)
    section = page.current_section()
    settled(driver, qtbot)
    assert [section.model.row_text(row)[3] for row in range(3)] == ["换锁 good", "换锁 bad", "剪枝"]
    driver.key(Qt.Key.Key_P, CTRL)
    qtbot.waitUntil(lambda: len(sent) == 1, timeout=20_000)
    driver.key(Qt.Key.Key_E, CTRL)
    driver.keys("维修核对")
    driver.save()
    settled(driver, qtbot)
    (path,) = tmp_path.glob("维修*.xlsx")
    rows = list(load_workbook(path).active.iter_rows(min_row=4, values_only=True))
    assert rows[0][7] == 45
    assert rows[2][7] is None
    driver.key(Qt.Key.Key_Down)
    driver.key(Qt.Key.Key_Return)
    assert driver.page("service_order").opened.id == month["bad"]


def test_a_clerk_has_the_repairs_alone(driver: Any, qtbot: QtBot) -> None:
    driver.sign_in()
    driver.key(Qt.Key.Key_7, CTRL)
    assert driver.page("report").titles() == ["维修汇总"]
