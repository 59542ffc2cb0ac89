"""The cursor stays where work is: whatever is printed, refreshed or taken back around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def refresh(page: Any) -> None:
    page.on_changed(frozenset({"service_order"}))
    QApplication.processEvents()


def test_a_refresh_from_elsewhere_leaves_cursor_and_selection(driver: Any) -> None:
    driver.sign_in()
    driver.issue_order()
    page = driver.page("service_order")
    page.record.put_cursor()
    before = QApplication.focusWidget()
    room = next(each for each in page.record.findChildren(QLabel) if each.text() == "3-2-1102")
    room.setSelection(0, 3)
    assert page.record.isAncestorOf(before)
    refresh(page)
    assert QApplication.focusWidget() is before
    assert room.selectedText() == "3-2"


def test_a_step_runs_with_what_was_read_last(driver: Any) -> None:
    driver.sign_in()
    order_id = driver.issue_order()
    page = driver.page("service_order")
    refresh(page)
    page.record.take("dispatch")
    driver.keys("李建国")
    driver.save()
    assert driver.app.desk.orders.get(order_id).service_person == "李建国"


def test_a_record_that_changed_elsewhere_keeps_its_place_and_its_cursor(driver: Any, qtbot: QtBot) -> None:
    driver.sign_in()
    order_id = driver.issue_order(reason="很长" * 150)
    driver.app.window.resize(900, 500)
    QApplication.processEvents()
    page = driver.page("service_order")
    page.record.put_cursor()
    name = QApplication.focusWidget().objectName()
    bar = page.record._facts.verticalScrollBar()
    bar.setValue(bar.maximum())
    at = bar.value()
    assert at > 0
    driver.app.desk.reminders.remind(order_id, "催")
    QApplication.processEvents()
    assert page.opened.reminders == 1
    qtbot.waitUntil(lambda: bar.value() == at)
    assert QApplication.focusWidget().objectName() == name


def test_esc_from_a_question_brings_the_cursor_to_the_record(driver: Any) -> None:
    driver.sign_in()
    driver.issue_order()
    page = driver.page("service_order")
    page.record.put_cursor()
    driver.save()
    assert page.record.is_asking()
    driver.key(Qt.Key.Key_Escape)
    assert not page.record.is_asking()
    assert page.record.isAncestorOf(QApplication.focusWidget())


def test_tab_never_reaches_the_key_that_locks_the_desk(driver: Any) -> None:
    driver.sign_in()
    driver.issue_order()
    page = driver.page("service_order")
    page.record.take("dispatch")
    seen = set()
    for _ in range(80):
        driver.key(Qt.Key.Key_Tab)
        seen.add(QApplication.focusWidget())
    assert len(seen) > 5
    assert driver.app.window.top_bar.person not in seen


def test_a_record_that_a_filter_takes_out_of_the_list_takes_no_step(driver: Any, qtbot: QtBot) -> None:
    driver.sign_in()
    order_id = driver.issue_order()
    page = driver.page("service_order")
    driver.app.window.open_record("service_order", order_id)
    assert page.shows_record()
    page.panel.filter.put_cursor()
    driver.keys("8-3-2004")
    qtbot.waitUntil(lambda: page.panel.model.row_of(order_id) < 0)
    driver.save()
    assert not page.shows_record()
    assert driver.app.desk.orders.get(order_id).state == "issued"


def test_a_resident_that_a_filter_takes_out_of_the_list_takes_no_step(driver: Any, qtbot: QtBot) -> None:
    driver.sign_in("钱伟")
    page = driver.app.window.show_page("resident")
    page.open_record(1)
    assert page.shows_record()
    page.panel.filter.put_cursor()
    driver.keys("8-3-2004")
    qtbot.waitUntil(lambda: page.panel.model.row_of(1) < 0)
    driver.save()
    assert not page.is_asking()
