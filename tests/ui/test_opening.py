"""The card before the desk: its button answers Enter, its sentences stand whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel

from ui.first_window import FirstWindow
from ui.opening import OpeningView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

FOLDER = Path("/") / "media" / "前台电脑的移动硬盘" / "物业资料" / "二零二六年" / "前台登记数据文件夹"


@pytest.fixture
def view(qtbot: QtBot) -> OpeningView:
    made = OpeningView()
    made.resize(900, 600)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_the_button_that_has_the_cursor(view: OpeningView, qtbot: QtBot, key: Qt.Key) -> None:
    view.activateWindow()
    view.ask_to_create(FOLDER)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    with qtbot.waitSignal(view.create_requested, timeout=1000):
        qtbot.keyClick(QApplication.focusWidget(), key)
    view.say_failed("数据文件正被另一台电脑打开。")
    with qtbot.waitSignal(view.retry_requested, timeout=1000):
        qtbot.keyClick(QApplication.focusWidget(), key)


def test_no_sentence_of_the_card_is_cut(view: OpeningView) -> None:
    view.ask_to_create(FOLDER)
    QApplication.processEvents()
    whole(view._text)
    view.say_failed("数据文件夹正被另一台电脑或另一位用户打开，请先在那边关闭程序；" * 3)
    QApplication.processEvents()
    whole(view._notice._label)


def whole(label: QLabel) -> None:
    """Whether a label shows all of its text."""
    wanted = QFontMetrics(label.font()).boundingRect(
        QRect(0, 0, label.width(), 10_000), Qt.TextFlag.TextWordWrap, label.text()
    )
    assert label.height() >= wanted.height()
    assert label.width() >= wanted.width()
    assert label.visibleRegion().boundingRect() == label.rect()


@pytest.mark.parametrize(("high", "maximized"), [(768, True), (1080, False)])
def test_the_window_is_maximised_where_its_frame_does_not_fit(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, high: int, maximized: bool
) -> None:
    from PySide6.QtCore import QSize

    class Screen:
        def availableSize(self) -> QSize:
            return QSize(1920 if high > 768 else 1366, high)

    window = FirstWindow()
    qtbot.addWidget(window)
    monkeypatch.setattr(window, "screen", Screen)
    window.appear()
    assert window.isMaximized() == maximized
    assert window.isVisible()
