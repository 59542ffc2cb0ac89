"""F1: what a page is for, and every key that works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from frontdesk.core.paths import resource
from ui.shortcuts import SHORTCUTS, TAB_COUNT, Scope
from ui.widgets.buttons import QuietButton
from ui.widgets.containers import ScrollBody
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

_SCOPES = {
    Scope.WINDOW: "处处可用",
    Scope.FORM: "表单里",
    Scope.TABLE: "列表里",
    Scope.DIALOG: "打印预览里",
}


def help_text(page_name: str) -> str:
    """The manual's words on a page, from `resources/help`; those of the whole desk for an unknown one."""
    own = resource("help", f"{page_name}.txt")
    path = own if page_name and own.exists() else resource("help", "desk.txt")
    return path.read_text(encoding="utf-8").strip()


class HelpDialog(QDialog):
    """Stands beside the work and holds nothing up; Esc closes it.

    `page_keys` are the keys that do something on the page now, with what they do: `("F8", "转服务单")`.
    """

    def __init__(self, page_name: str, page_keys: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("帮助")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        body = QVBoxLayout()
        body.setContentsMargins(20, 16, 20, 16)
        body.setSpacing(10)
        for paragraph in help_text(page_name).split("\n\n"):
            head, _break, rest = paragraph.partition("\n")
            body.addWidget(PlainLabel(head, "section" if rest else "", wrap=True, selectable=True))
            if rest:
                body.addWidget(PlainLabel(rest, wrap=True, selectable=True))
        body.addWidget(PlainLabel("按键", "section"))
        body.addLayout(_keys(page_keys))
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(ScrollBody(body))
        area.setAccessibleName("帮助内容")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the window itself moves it, by more keys
        close = QuietButton("关闭", "Esc")
        close.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 12)
        column.addWidget(area, 1)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignHCenter)
        self._bar = area.verticalScrollBar()
        screen = self.screen().availableSize()
        self.resize(min(620, screen.width() - 40), min(680, screen.height() - 40))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys that a reader tries: a page, to the end, to the beginning."""
        bar = self._bar
        places = {
            Qt.Key.Key_PageDown: bar.value() + bar.pageStep(),
            Qt.Key.Key_Space: bar.value() + bar.pageStep(),
            Qt.Key.Key_PageUp: bar.value() - bar.pageStep(),
            Qt.Key.Key_Down: bar.value() + bar.singleStep(),
            Qt.Key.Key_Up: bar.value() - bar.singleStep(),
            Qt.Key.Key_Home: bar.minimum(),
            Qt.Key.Key_End: bar.maximum(),
        }
        place = places.get(Qt.Key(event.key()))
        if place is None:
            super().keyPressEvent(event)
        else:
            bar.setValue(place)


def _keys(page_keys: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    listed = [(key, label, "本页") for key, label in page_keys]
    listed += [
        (entry.shown, entry.label, _SCOPES[entry.scope])
        for entry in SHORTCUTS
        if entry.scope in _SCOPES and "tab_" not in entry.id
    ]
    for row, (key, label, where) in enumerate([*listed, (f"Ctrl+1…{TAB_COUNT}", "换页", "处处可用")]):
        for column, (text, kind) in enumerate(((key, "label"), (label, ""), (where, "hint"))):
            grid.addWidget(PlainLabel(text, kind), row, column)
    return grid
