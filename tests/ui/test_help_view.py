"""F1: what a page is for, and the keys that do something there."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from frontdesk.core.paths import resource
from ui.help_view import HelpDialog, help_text
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_the_keys_of_the_page_are_those_that_work_there_now(qtbot: QtBot) -> None:
    beside = QWidget()
    qtbot.addWidget(beside)
    dialog = HelpDialog("call", [("F8", "转服务单"), ("Ctrl+P", "打印")], beside)
    shown = [label.text() for label in dialog.findChildren(PlainLabel)]
    assert shown.count("本页") == 2
    assert shown[shown.index("F8") + 1] == "转服务单"
    assert {"F2", "F12"} <= set(shown)
    assert "F9" not in shown


@pytest.mark.parametrize("page", sorted(path.stem for path in resource("help").iterdir()))
def test_the_manual_speaks_of_every_page_in_full_width_signs(page: str) -> None:
    text = help_text(page)
    assert text
    assert not [pair for pair in itertools.pairwise(text) if pair[0] > "㐀" and pair[1] in ",;:?!"]


def test_the_manual_is_read_to_its_end_by_keys(qtbot: QtBot) -> None:
    beside = QWidget()
    qtbot.addWidget(beside)
    dialog = HelpDialog("call", [], beside)
    dialog.resize(620, 320)
    with qtbot.waitExposed(dialog):
        dialog.show()
    bar = dialog.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_PageDown)
    assert 0 < bar.value() <= bar.pageStep()
    qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Home)
    assert bar.value() == 0
    dialog.close()
