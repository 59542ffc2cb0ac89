"""The bottom line: the keys that work here and now, and the line that proves the serials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import theme
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT, LOW_HEIGHT = 32, 26
_GAP = 16
_PINNED = ("", "help")  # changing the page and the help have their place always


class KeyHints(QWidget):
    """Keys with what they do, the first ones first; those without room are left out, never cut. A click acts.

    The page's rarer keys are left out first, help and the change of page last.
    """

    action_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._hints: list[tuple[str, str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMouseTracking(True)
        self._pointed = ""

    def set_hints(self, hints: Sequence[tuple[str, str, str]]) -> None:
        """Show (action id, key, label)."""
        self._hints = list(hints)
        self.setAccessibleName("，".join(f"{key} {label}" for _id, key, label in hints))
        self.update()

    def shown(self) -> list[str]:
        """The ids of those that have room."""
        return [action_id for action_id, *_rest in self._places()]

    def sizeHint(self) -> QSize:
        """All of the line that is left."""
        return QSize(200, HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a key does what the key does."""
        action = self._at(event.position().toPoint())
        if action:
            self.action_requested.emit(action)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that it can be clicked."""
        action = self._at(event.position().toPoint())
        if action != self._pointed:
            self._pointed = action
            shape = Qt.CursorShape.PointingHandCursor if action else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.update()

    def leaveEvent(self, event: object) -> None:
        """The pointer is gone."""
        self._pointed = ""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint each key and its word."""
        painter = QPainter(self)
        painter.setFont(theme.text_font(theme.HINT_PX))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for action_id, key, label, rect, key_width in self._places():
            painter.setPen(theme.color("text"))
            painter.drawText(rect, flags, key)
            painter.setPen(
                theme.color("accent_text" if action_id and action_id == self._pointed else "muted")
            )
            painter.drawText(rect.adjusted(key_width + 5, 0, 4, 0), flags, label)

    def _places(self) -> list[tuple[str, str, str, QRect, int]]:
        metrics = QFontMetrics(theme.text_font(theme.HINT_PX))
        sized = []
        for action_id, key, label in self._hints:
            key_width = metrics.horizontalAdvance(key)
            sized.append((action_id, key, label, key_width, key_width + 5 + metrics.horizontalAdvance(label)))
        pinned = [hint for hint in sized if hint[0] in _PINNED]
        left = self.width() - sum(hint[-1] + _GAP for hint in pinned)
        own = []
        for hint in (hint for hint in sized if hint[0] not in _PINNED):
            left -= hint[-1] + _GAP
            if left < -_GAP:
                break
            own.append(hint)
        made, x = [], 0
        for action_id, key, label, key_width, width in own + pinned:
            if x + width > self.width():
                break
            made.append((action_id, key, label, QRect(x, 0, width, self.height()), key_width))
            x += width + _GAP
        return made

    def _at(self, point: QPoint) -> str:
        return next((place[0] for place in self._places() if place[3].contains(point)), "")


class StatusBar(QWidget):
    """Left the keys, right the proof: 服务单 000181–000187 连续 · 作废 0 · 缺号 0."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("statusBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("可用按键")
        self.hints = KeyHints()
        self.proof = PlainLabel("", "hint", selectable=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(16)
        row.addWidget(self.hints, 1)
        row.addWidget(self.proof)

    def fold(self, *, low: bool) -> None:
        """Take less of a low window."""
        self.setFixedHeight(LOW_HEIGHT if low else HEIGHT)

    def set_proof(self, text: str) -> None:
        """Show the line that proves the serials."""
        self.proof.setText(text)
