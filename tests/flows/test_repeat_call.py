"""A household telephones again: what is on its way is shown, and one key reminds instead of a second order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from frontdesk.core.query import RegisterQuery

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def begin_call(qtbot: QtBot, driver: Any, room: str) -> Any:
    driver.key(Qt.Key.Key_F5)
    driver.enter(room)
    form = driver.page("call").form
    qtbot.waitUntil(form.form.editor("reason").inner.hasFocus)
    return form


def keys_shown(driver: Any, name: str) -> list[str]:
    return [action.id for action in driver.page(name).key_actions()]


def test_a_room_with_an_unfinished_order_shows_it_as_soon_as_it_is_typed(qtbot: QtBot, driver: Any) -> None:
    driver.sign_in()
    driver.issue_order()
    form = begin_call(qtbot, driver, "2004")
    assert form.repeat.text() == ""
    assert "remind" not in keys_shown(driver, "call")
    form.draft.clear()
    form = begin_call(qtbot, driver, "1102")
    assert form.repeat.text() == "今天已报“厨房下水堵塞”（FW-000001），待派工"
    assert form.repeat.tone() == "info"
    driver.keys("楼道灯不亮")
    assert form.repeat.tone() == "info"
    driver.key(Qt.Key.Key_A, driver.CONTROL)
    driver.keys("厨房下水又堵了")
    assert form.repeat.tone() == "warn"
    assert "remind" in keys_shown(driver, "call")


def test_one_key_reminds_and_logs_the_call_with_the_orders_serial(qtbot: QtBot, driver: Any) -> None:
    driver.sign_in()
    order_id = driver.issue_order()
    form = begin_call(qtbot, driver, "1102")
    driver.key(Qt.Key.Key_F7)
    desk = driver.app.desk
    serial = desk.orders.get(order_id).serial
    (reminder,) = desk.reminders.of_order(order_id)
    assert reminder.text == "催办：厨房下水堵塞"
    newest = desk.calls.get(desk.calls.find(RegisterQuery())[0])
    assert (newest.order_serial, newest.reason, newest.category) == (serial, reminder.text, "C")
    assert form.is_empty()
    assert form.repeat.text() == ""
    assert list(desk.orders.find(RegisterQuery())) == [order_id]
    begin_call(qtbot, driver, "1102")
    driver.enter("怎么还没人来通下水")
    driver.key(Qt.Key.Key_F7)
    assert [row.text for row in desk.reminders.of_order(order_id)][1:] == ["怎么还没人来通下水"]


def test_the_form_of_a_new_order_reminds_too_and_opens_the_order(qtbot: QtBot, driver: Any) -> None:
    driver.sign_in()
    order_id = driver.issue_order()
    page = driver.page("service_order")
    driver.key(Qt.Key.Key_F8)
    driver.enter("1102")
    qtbot.waitUntil(lambda: page.form.repeat.text() != "")
    page.form.form.put_cursor("content")
    driver.keys("厨房下水还是堵的")
    assert page.form.repeat.tone() == "warn"
    driver.key(Qt.Key.Key_F7)
    assert [row.text for row in driver.app.desk.reminders.of_order(order_id)] == ["厨房下水还是堵的"]
    assert page.form.is_empty()
    assert page.record.isVisible()
    assert page.panel.table.current_id() == order_id
