"""All orders of a filter on paper, by keys, while the window goes on answering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from frontdesk.forms.raster import page_sizes_mm
from frontdesk.orders.register import NewOrder
from ui import print_papers, printing
from ui.print_preview import PreviewDialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LASER = "前台激光"
COUNT = 90
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[printing.PrintJob]:
    """A printer that is always there; what it was given."""
    jobs: list[printing.PrintJob] = []
    monkeypatch.setattr(printing, "printers", lambda: [LASER])
    monkeypatch.setattr(printing, "send", lambda job, _printer: jobs.append(job))
    monkeypatch.setattr(print_papers, "has_paper", lambda *_paper: True)
    return jobs


@pytest.fixture
def listed(driver: Any) -> list[int]:
    """Orders of which those with 漏水 are in the table's filter."""
    driver.sign_in()
    orders = driver.app.desk.orders
    ids = [orders.issue(NewOrder(f"水管漏水 {number}")).id for number in range(COUNT)]
    orders.issue(NewOrder("换灯泡"))
    driver.key(Qt.Key.Key_2, CTRL)
    driver.key(Qt.Key.Key_F, CTRL)
    driver.keys("漏水")
    return ids


def preview(driver: Any, qtbot: QtBot) -> PreviewDialog:
    qtbot.waitUntil(lambda: driver.page("service_order").panel.model.rowCount() == COUNT)
    driver.key(Qt.Key.Key_L, CTRL)
    dialog = driver.app.window.findChild(PreviewDialog)
    assert dialog is not None
    return dialog


def prints(driver: Any, ids: list[int]) -> set[int]:
    return {driver.app.desk.orders.get(order_id).prints for order_id in ids}


def test_r_order_18_all_that_are_listed_are_printed_counted_and_in_their_order(
    driver: Any, qtbot: QtBot, listed: list[int], sent: list[printing.PrintJob]
) -> None:
    """R-ORDER-18."""
    dialog = preview(driver, qtbot)
    assert f"{COUNT} 张" in dialog.windowTitle()
    qtbot.waitUntil(lambda: dialog.sheets.pages() == 4 * COUNT, timeout=30_000)
    assert prints(driver, listed) == {0}, "a look at the sheets is no print"
    ticks: list[int] = []
    timer = QTimer(interval=10)
    timer.timeout.connect(lambda: ticks.append(1))
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    timer.start()
    qtbot.waitUntil(lambda: len(sent) == 1, timeout=30_000)
    assert len(ticks) > 3, "the window's own clock stood still"
    assert len(page_sizes_mm(sent[0].pdf)) == 4 * COUNT
    assert prints(driver, listed) == {1}


def test_a_batch_is_stopped_beside_the_window_and_nothing_is_counted(
    driver: Any, qtbot: QtBot, listed: list[int], sent: list[printing.PrintJob]
) -> None:
    dialog = preview(driver, qtbot)
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    strip = driver.app.window.strip
    strip.show()  # a usual order would be through before it comes by itself
    driver.app.window.activateWindow()
    qtbot.waitUntil(driver.app.window.isActiveWindow)
    qtbot.keyClick(driver.app.window, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not driver.app.tasks.is_busy(), timeout=30_000)
    QApplication.processEvents()
    assert sent == []
    assert prints(driver, listed) == {0}
    assert "停止" in driver.app.window.notice.text()


def test_r_order_18_before_a_batch_it_is_asked_whether_the_printed_ones_are_meant(
    driver: Any, qtbot: QtBot, listed: list[int], sent: list[printing.PrintJob]
) -> None:
    """R-ORDER-18: a key too many makes no reprint; those not printed yet go by the usual key, all by another one."""
    orders = driver.app.desk.orders
    orders.record_prints(listed[:-2])
    page = driver.page("service_order")
    qtbot.waitUntil(lambda: page.panel.model.rowCount() == COUNT)
    driver.key(Qt.Key.Key_L, CTRL)
    window = driver.app.window
    assert window.findChild(PreviewDialog) is None
    assert f"其中 {COUNT - 2} 张已经打印过" in page.record.notice.text()
    driver.key(Qt.Key.Key_Escape)
    assert page.panel.table.hasFocus()
    assert prints(driver, listed) == {0, 1}

    driver.key(Qt.Key.Key_L, CTRL)
    driver.save()
    dialog = window.findChild(PreviewDialog)
    assert dialog.title.endswith(" 2 张")
    assert dialog.warning.text() == ""
    qtbot.waitUntil(lambda: dialog.sheets.pages() == 8, timeout=30_000)
    dialog.reject()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.findChild(PreviewDialog) is None and window.isActiveWindow())
    assert page.panel.table.hasFocus()

    driver.key(Qt.Key.Key_L, CTRL)
    driver.key(Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    dialog = window.findChild(PreviewDialog)
    assert dialog.title.endswith(f" {COUNT} 张")
    assert f"其中 {COUNT - 2} 张已经打印过" in dialog.warning.text()
    dialog.reject()
    assert prints(driver, listed) == {0, 1}
    assert sent == []
