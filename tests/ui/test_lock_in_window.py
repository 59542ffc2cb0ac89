"""The lock over the whole window: keys rest, nothing shows, the cursor comes back to where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from ui.main_window import MainWindow, PageSpec
from ui.sign_in import SignInView
from ui.widgets.page import Action, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk
    from ui.main_window import ShellFacts


class TwoLines(Page):
    """Two lines to type in; F5 is counted."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = QLineEdit(), QLineEdit()
        row = QHBoxLayout(self)
        row.addWidget(self.first)
        row.addWidget(self.second)
        self.begun = 0

    def key_actions(self) -> Sequence[Action]:
        return (Action("new", self._begin),)

    def _begin(self) -> None:
        self.begun += 1


@pytest.fixture
def window(quiet_facts: ShellFacts, qtbot: QtBot) -> MainWindow:
    specs = [PageSpec(name, name, "calls", TwoLines) for name in ("one", "two")]
    window = MainWindow(specs, quiet_facts)
    qtbot.addWidget(window)
    window.show_page("one")
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def test_locked_keys_do_nothing_and_unlocked_the_cursor_is_back(window: MainWindow, staffed: Desk) -> None:
    page = window.page("one")
    assert isinstance(page, TwoLines)
    page.second.setFocus()
    QTest.keyClicks(page.second, "half typed")
    lock = SignInView(staffed)
    lock.signed_in.connect(window.leave_layer)
    window.show_layer(lock)
    lock.show_choice("陈晓婧")
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_F5)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert page.begun == 0
    assert window.current_name() == "one"
    assert not page.isVisible()
    for _ in range(6):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_1)
    assert not window.has_layer()
    assert page.second.text() == "half typed"
    assert window.focusWidget() is page.second
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_F5)
    assert page.begun == 1
