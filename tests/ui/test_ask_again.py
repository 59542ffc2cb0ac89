"""What got no answer is asked for again, but never for a desk that is covered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QStackedWidget

from ui.register.attempt import AskAgain

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_a_covered_widget_asks_nothing_until_it_is_in_view_again(qtbot: QtBot) -> None:
    stack, page, layer = QStackedWidget(), QLabel("desk"), QLabel("sign-in")
    qtbot.addWidget(stack)
    for widget in (page, layer):
        stack.addWidget(widget)
    asked: list[int] = []
    again = AskAgain(lambda: asked.append(stack.currentIndex()), page)
    again.setInterval(5)
    stack.show()
    stack.setCurrentWidget(layer)
    with qtbot.waitSignals([again.timeout] * 2):
        again.start()
    assert asked == []
    stack.setCurrentWidget(page)
    qtbot.waitUntil(lambda: asked == [0])
    assert not again.isActive()
