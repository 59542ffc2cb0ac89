"""Signing in, locking and the first start, by keyboard."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QStackedWidget, QWidget

from frontdesk.core.settings import COMPANY_NAME, ESTATE_NAME
from frontdesk.desk import open_desk
from ui.first_start import FirstStartView
from ui.idle_lock import IdleWatch
from ui.sign_in import SignInView
from ui.widgets.containers import Notice
from ui.widgets.people_list import PeopleList, PersonChoice
from ui.widgets.secret_box import PasswordBox, PinBoxes

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

PASSWORD = "guanliyuan8"


@pytest.fixture
def desk_of_four(staffed: Desk) -> Desk:
    """The staffed desk; nobody is signed in."""
    staffed.staff.sign_out()
    return staffed


@pytest.fixture
def view(desk_of_four: Desk, qtbot: QtBot) -> SignInView:
    """The sign-in page, shown, with 陈晓婧 preselected."""
    view = SignInView(desk_of_four)
    qtbot.addWidget(view)
    view.show_choice("陈晓婧")
    view.resize(1366, 768)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    QTest.qWait(1)
    return view


def type_keys(view: QWidget, text: str) -> None:
    """Type as a person does: each key goes to whatever has the cursor at that moment."""
    for char in text:
        QTest.keyClick(view.focusWidget() or view, char)


def commit(view: QWidget, text: str) -> None:
    """Hand over a text as an input method does."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(view.focusWidget(), event)


def press(view: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(view.focusWidget() or view, key)


def said(view: QWidget) -> str:
    return view.findChild(Notice).text()


def chosen_name(view: QWidget) -> str:
    chosen = view.findChild(PeopleList).chosen()
    assert chosen is not None
    return chosen.name


def test_six_figures_sign_the_last_person_in(view: SignInView, desk_of_four: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.signed_in):
        type_keys(view, "111111")
    assert desk_of_four.context.actor is not None
    assert desk_of_four.context.actor.name == "陈晓婧"


def test_full_width_figures_are_figures(view: SignInView, desk_of_four: Desk) -> None:
    for digit in "１１１１１１":
        view.findChild(PinBoxes).type(digit)
    assert desk_of_four.context.actor is not None


def test_arrows_choose_somebody_else(view: SignInView, desk_of_four: Desk) -> None:
    press(view, Qt.Key.Key_Down)
    assert chosen_name(view) == "曾㛃"
    type_keys(view, "222222")
    assert desk_of_four.context.actor is not None
    assert desk_of_four.context.actor.name == "曾㛃"


@pytest.mark.parametrize("typed", ["zj", "zengj"])
def test_initials_find_a_person_and_figures_go_to_the_secret(
    view: SignInView, desk_of_four: Desk, typed: str
) -> None:
    type_keys(view, typed)
    assert chosen_name(view) == "曾㛃"
    type_keys(view, "222222")
    assert desk_of_four.context.actor is not None
    assert desk_of_four.context.actor.name == "曾㛃"


def test_a_manager_types_a_password_with_letters(view: SignInView, desk_of_four: Desk) -> None:
    type_keys(view, "zhaoz")
    press(view, Qt.Key.Key_Return)
    assert isinstance(view.focusWidget(), PasswordBox)
    type_keys(view, "password9")
    assert desk_of_four.context.actor is None
    press(view, Qt.Key.Key_Return)
    assert desk_of_four.context.actor is not None
    assert desk_of_four.context.actor.role == "department_manager"


def test_from_a_password_one_goes_back_to_the_names(view: SignInView) -> None:
    type_keys(view, "zhaoz")
    press(view, Qt.Key.Key_Return)
    QTest.keyClick(view.focusWidget(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    type_keys(view, "cxj")
    assert chosen_name(view) == "陈晓婧"


def test_at_the_start_whoever_wrote_last_is_preselected(desk_of_four: Desk, qtbot: QtBot) -> None:
    clerk = next(row for row in desk_of_four.staff.people() if row.name == "曾㛃")
    desk_of_four.staff.sign_in(clerk.id, "222222")
    desk_of_four.phrases.add("zzz", "试一试")
    desk_of_four.staff.sign_out()
    view = SignInView(desk_of_four)
    qtbot.addWidget(view)
    view.show_choice()
    assert chosen_name(view) == "曾㛃"


def test_an_unknown_name_leaves_the_list_as_it_was(view: SignInView) -> None:
    type_keys(view, "qqq")
    assert view.findChild(PeopleList).count() == 4
    press(view, Qt.Key.Key_Escape)
    assert isinstance(view.focusWidget(), PinBoxes)


def test_a_wrong_pin_says_how_many_tries_are_left(view: SignInView, desk_of_four: Desk) -> None:
    type_keys(view, "999999")
    assert "4" in said(view)
    assert view.findChild(PinBoxes).secret() == ""
    assert desk_of_four.context.actor is None


def test_after_five_wrong_pins_one_waits_and_the_wait_counts_down(
    view: SignInView, desk_of_four: Desk, clock: FixedClock
) -> None:
    for _ in range(5):
        type_keys(view, "999999")
    assert "15:00" in said(view)
    type_keys(view, "111111")
    assert desk_of_four.context.actor is None
    clock.advance(timedelta(minutes=1))
    view._on_tick()
    assert "14:00" in said(view)
    clock.advance(timedelta(minutes=14))
    view._on_tick()
    assert said(view) == ""
    type_keys(view, "111111")
    assert desk_of_four.context.actor is not None


def test_one_persons_wait_holds_nobody_else_up(view: SignInView, desk_of_four: Desk) -> None:
    for _ in range(5):
        type_keys(view, "999999")
    press(view, Qt.Key.Key_Down)
    assert said(view) == ""
    type_keys(view, "222222")
    assert desk_of_four.context.actor is not None


def test_nothing_typed_is_shown_or_kept(view: SignInView) -> None:
    type_keys(view, "111")
    boxes = view.findChild(PinBoxes)
    assert boxes.secret() == "111"
    assert "111" not in f"{boxes.accessibleName()}{boxes.accessibleDescription()}"
    assert view.findChild(PasswordBox).echoMode() == QLineEdit.EchoMode.Password
    view.hide()
    assert boxes.secret() == ""


def test_the_input_method_is_off_in_the_boxes(view: SignInView) -> None:
    boxes = view.findChild(PinBoxes)
    assert not boxes.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_a_composition_in_the_search_is_left_alone(view: SignInView) -> None:
    type_keys(view, "z")
    line = view.focusWidget()
    QApplication.sendEvent(line, QInputMethodEvent("zeng", []))
    press(view, Qt.Key.Key_Return)
    assert view.focusWidget() is line


def test_locking_covers_the_page_and_keeps_what_was_typed(desk_of_four: Desk, qtbot: QtBot) -> None:
    stack = QStackedWidget()
    qtbot.addWidget(stack)
    page = QLineEdit()
    lock = SignInView(desk_of_four)
    stack.addWidget(page)
    stack.addWidget(lock)
    with qtbot.waitExposed(stack):
        stack.show()
    QTest.keyClicks(page, "chufang loushui")
    dialog = QDialog(stack)
    dialog.open()
    watch = IdleWatch(QApplication.instance())
    watch.became_idle.connect(lambda: (stack.setCurrentWidget(lock), lock.show_choice("陈晓婧")))
    with qtbot.waitSignal(watch.became_idle):
        watch.set_minutes(0.0005)
    watch.set_minutes(0)
    assert not page.isVisible()
    assert not dialog.isVisible()
    assert any("没写完的内容都保留着" in label.text() for label in lock.findChildren(QLabel))
    lock.signed_in.connect(lambda: stack.setCurrentWidget(page))
    type_keys(lock, "111111")
    assert page.isVisible()
    assert page.text() == "chufang loushui"


def test_a_key_begins_the_idle_span_again(qtbot: QtBot, qapp: QApplication) -> None:
    watch = IdleWatch(qapp)
    line = QLineEdit()
    qtbot.addWidget(line)
    watch.set_minutes(1)
    before = watch._last_act
    QTest.qWait(2)
    QTest.keyClick(line, "a")
    assert watch._last_act > before
    watch.set_minutes(0)
    assert not watch._timer.isActive()


def test_a_watch_that_was_stopped_sees_no_key_and_tells_nobody(qtbot: QtBot, qapp: QApplication) -> None:
    watch = IdleWatch(qapp, minutes=1)
    line = QLineEdit()
    qtbot.addWidget(line)
    watch.stop()
    before = watch._last_act
    QTest.qWait(2)
    QTest.keyClick(line, "a")
    assert watch._last_act == before
    assert not watch._timer.isActive()


def test_the_first_start_makes_the_administrator_and_signs_in(
    tmp_path: Path, clock: FixedClock, qtbot: QtBot
) -> None:
    desk = open_desk(tmp_path / "new", create=True, clock=clock)
    view = SignInView(desk)
    qtbot.addWidget(view)
    view.show_choice()
    view.resize(683, 384)
    with qtbot.waitExposed(view):
        view.show()
    assert view.findChild(FirstStartView).isVisible()
    for answer in ("富成物业", "<b>A&B</b>花园", "欧阳赟", PASSWORD, "guanliyuan9"):
        commit(view, answer)
        press(view, Qt.Key.Key_Return)
    assert desk.staff.is_new
    assert any("不一样" in label.text() for label in view.findChildren(QLabel))
    type_keys(view, PASSWORD)
    with qtbot.waitSignal(view.signed_in):
        press(view, Qt.Key.Key_Return)
    assert desk.context.settings.get(ESTATE_NAME) == "<b>A&B</b>花园"
    assert desk.context.settings.get(COMPANY_NAME) == "富成物业"
    assert desk.context.actor is not None
    assert desk.context.actor.role == "administrator"
    view.show_choice("欧阳赟")
    assert chosen_name(view) == "欧阳赟"
    desk.close()


def test_a_short_password_is_refused_where_it_stands(tmp_path: Path, clock: FixedClock, qtbot: QtBot) -> None:
    desk = open_desk(tmp_path / "new", create=True, clock=clock)
    view = FirstStartView(desk)
    qtbot.addWidget(view)
    view.show()
    view.start()
    for answer in ("", "富成花园", "李国强", "123456", "123456"):
        commit(view, answer)
        press(view, Qt.Key.Key_Return)
    assert any("8 个字符" in label.text() for label in view.findChildren(QLabel) if label.isVisible())
    assert desk.staff.is_new
    desk.close()


def test_a_name_answers_to_its_parts_and_its_initials() -> None:
    person = PersonChoice(1, "尉迟敏", keys=("ycm", "yuchim"))
    assert person.answers("尉")
    assert person.answers("迟敏")
    assert person.answers("YC")
    assert person.answers(" yuchi")
    assert not person.answers("cm")
