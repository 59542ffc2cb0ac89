"""A clerk's morning at the window, by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from ui.app import DeskApp

PIN = "246810"  # as in conftest


def keys(qtbot: QtBot, text: str) -> None:
    """Type into whatever has the cursor; Chinese comes as an input method gives it."""
    focus = QApplication.focusWidget()
    assert focus is not None, "the cursor is nowhere"
    if text.isascii():
        qtbot.keyClicks(focus, text)
        return
    committed = QInputMethodEvent()
    committed.setCommitString(text)
    QApplication.sendEvent(focus, committed)


def key(qtbot: QtBot, which: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None, "the cursor is nowhere"
    qtbot.keyClick(focus, which, modifier)


def sign_in(qtbot: QtBot, app: DeskApp, name: str = "陈晓婧") -> None:
    """As the person does: the name's beginning, then the PIN."""
    assert app.desk is not None
    person = next(person for person in app.desk.staff.people() if person.name == name)
    app.desk.staff.sign_in(person.id, PIN)
    app.signed_in()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)


CONTROL = Qt.KeyboardModifier.ControlModifier


def test_a_call_is_written_with_about_a_dozen_keys(qtbot: QtBot, desk_app: DeskApp) -> None:
    """R-CALL-1: room, then reason, then Ctrl+Enter."""
    sign_in(qtbot, desk_app)
    key(qtbot, Qt.Key.Key_F5)
    keys(qtbot, "1102")
    key(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(desk_app.window.page("call").form.form.editor("reason").inner.hasFocus)
    keys(qtbot, "cfds ")
    key(qtbot, Qt.Key.Key_Return)
    keys(qtbot, "c")
    key(qtbot, Qt.Key.Key_Return, CONTROL)
    call = desk_app.desk.calls.get(1)
    assert (call.unit_no, call.caller, call.reason, call.category) == (
        "3-2-1102",
        "张晓敏",
        "厨房下水堵塞",
        "C",
    )
    assert call.answered_by == "陈晓婧"


def test_f8_makes_the_order_and_ctrl_enter_takes_its_next_step(qtbot: QtBot, desk_app: DeskApp) -> None:
    """R-CALL-3: one key makes the order, the serial stands in the call."""
    sign_in(qtbot, desk_app)
    key(qtbot, Qt.Key.Key_F5)
    keys(qtbot, "S-05")
    key(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(desk_app.window.page("call").form.form.editor("reason").inner.hasFocus)
    keys(qtbot, "卷帘门卡住")
    key(qtbot, Qt.Key.Key_Return)
    keys(qtbot, "c")
    key(qtbot, Qt.Key.Key_F8)
    order = desk_app.desk.orders.get(1)
    assert desk_app.window.current_name() == "service_order"
    assert desk_app.desk.calls.get(1).order_serial == order.serial
    assert (order.unit_no, order.customer, order.content) == ("商铺S-05", "赵䶮", "卷帘门卡住")
    key(qtbot, Qt.Key.Key_Return, CONTROL)
    keys(qtbot, "1")
    key(qtbot, Qt.Key.Key_Return, CONTROL)
    assert desk_app.desk.orders.get(1).service_person == "李建国"
    key(qtbot, Qt.Key.Key_Return, CONTROL)
    assert desk_app.desk.orders.get(1).state == "arrived"


def test_what_is_half_typed_survives_another_person_at_the_desk(qtbot: QtBot, desk_app: DeskApp) -> None:
    sign_in(qtbot, desk_app)
    key(qtbot, Qt.Key.Key_F5)
    keys(qtbot, "1102")
    key(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(desk_app.window.page("call").form.form.editor("reason").inner.hasFocus)
    keys(qtbot, "电梯有异响")
    key(qtbot, Qt.Key.Key_F12)
    assert desk_app.window.has_layer()
    sign_in(qtbot, desk_app, "李慕颖")
    form = desk_app.window.page("call").form
    assert form.is_empty()
    desk_app.change_person()
    sign_in(qtbot, desk_app)
    assert form.form.draft()["reason"] == "电梯有异响"
    assert form.form.draft()["unit_no"] == "3-2-1102"


def test_a_refusal_keeps_what_was_typed_and_puts_the_cursor_there(qtbot: QtBot, desk_app: DeskApp) -> None:
    sign_in(qtbot, desk_app)
    key(qtbot, Qt.Key.Key_F5)
    keys(qtbot, "1102")
    key(qtbot, Qt.Key.Key_Return)
    key(qtbot, Qt.Key.Key_Return, CONTROL)
    form = desk_app.window.page("call").form.form
    assert form.faults() == {"reason": "请填写来电缘由。"}
    assert form.editor("reason").inner.hasFocus()
    assert form.draft()["unit_no"] == "3-2-1102"
    assert list(desk_app.desk.calls.rows([1])) == []


def test_the_caller_display_opens_a_call_with_the_household_found(qtbot: QtBot, desk_app: DeskApp) -> None:
    desk_app.incoming("13800138000")  # before anybody has signed in: it waits
    sign_in(qtbot, desk_app)
    form = desk_app.window.page("call").form
    assert form.form.draft()["number"] == "13800138000"


@pytest.mark.parametrize("name", ["call", "service_order", "message", "resident", "settings"])
def test_no_part_of_a_page_ever_flashes_up_as_a_window_of_its_own(
    qtbot: QtBot, desk_app: DeskApp, name: str
) -> None:
    flashed: list[str] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                flashed.append(type(watched).__name__)
            return False

    watch = Watch()
    sign_in(qtbot, desk_app)
    QApplication.instance().installEventFilter(watch)
    desk_app.window.show_page(name)
    QApplication.instance().removeEventFilter(watch)
    assert flashed == []


def test_the_rarer_fields_are_folded_until_asked_for_or_filled(qtbot: QtBot, desk_app: DeskApp) -> None:
    sign_in(qtbot, desk_app)
    key(qtbot, Qt.Key.Key_F5)
    form = desk_app.window.page("call").form
    goods = form.form.editor("goods")
    assert not goods.isVisible()
    key(qtbot, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    assert goods.isVisible()
    goods.set_draft("旧沙发一张")
    key(qtbot, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    assert goods.isVisible(), "what holds something stays in sight"
    assert not form.form.editor("remarks").isVisible()


def test_r_call_2_room_time_and_telephone_stand_large_before_saving(qtbot: QtBot, desk_app: DeskApp) -> None:
    """R-CALL-2: what was taken down is read back."""
    sign_in(qtbot, desk_app)
    key(qtbot, Qt.Key.Key_F5)
    form = desk_app.window.page("call").form
    form.begin("13912345678", "8-3-2004")
    shown = [label for label in form.findChildren(QLabel) if label.isVisible() and "8-3-2004" in label.text()]
    clock = desk_app.desk.context.clock
    assert [label.property("type") for label in shown] == ["large"]
    assert "13912345678" in shown[0].text()
    assert f"{clock.local(clock.now()):%H:}" in shown[0].text()
