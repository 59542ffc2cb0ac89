"""Cards, messages in place, empty states: the quiet furniture of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.icons import paint_icon
from ui.widgets.buttons import PlainButton
from ui.widgets.labels import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout


_LOW = 320  # px
_HEAD, _LOW_HEAD = 46, 34  # px, with or without a button: the titles of cards side by side stand level


class Card(QFrame):
    """A rounded panel: a row with the title, a remark and buttons at its right, then the body."""

    def __init__(self, title: str = "", *, margin: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(title)
        self._margin = margin
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        self.head = QWidget()
        row = QHBoxLayout(self.head)
        row.setContentsMargins(margin, 6, margin, 4)
        row.setSpacing(8)
        self.title = PlainLabel(title, "head")
        self.remark = ElidedLabel("", "hint")
        row.addWidget(self.title)
        row.addWidget(self.remark, 1)
        self._row = row
        if not title:
            self.head.hide()  # never shown here: without its place it would be a window of its own
        outer.addWidget(self.head)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(margin, 0 if title else 12, margin, 12)
        self.body.setSpacing(8)
        outer.addLayout(self.body, 1)

    def set_title(self, title: str, remark: str = "") -> None:
        """Show a title, and a remark beside it."""
        self.title.setText(title)
        self.remark.setText(remark)
        self.setAccessibleName(title)
        self.head.setVisible(True)

    def set_remark(self, remark: str) -> None:
        """Show a remark beside the title: 今天 42 条, 已存 18:26."""
        self.remark.setText(remark)

    def add_to_head(self, widget: QWidget) -> None:
        """Put a button at the right end of the title row."""
        self._row.addWidget(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the title's row gives up its air."""
        super().resizeEvent(event)
        low = self.height() < _LOW
        self._row.setContentsMargins(self._margin, 0 if low else 6, self._margin, 0 if low else 4)
        self.head.setMinimumHeight(_LOW_HEAD if low else _HEAD)

    def flush_body(self) -> None:
        """Let the body reach the card's edges: for tables."""
        self.body.setContentsMargins(0, 0, 0, 4)


_NOTICE_ICONS = {"info": "info", "ok": "ok", "warn": "warning", "danger": "error"}
_NOTICE_WORDS = {"info": "提示", "ok": "完成", "warn": "注意", "danger": "错误"}


class Notice(QWidget):
    """A message that stands where the work is: icon, text, perhaps one action. Hidden until told to show."""

    action_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = "info"
        self._label = PlainLabel("", "notice_info", wrap=True, selectable=True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._label.setMinimumHeight(20)
        self._action = PlainButton()
        self._action.setProperty("role", "link")
        self._action.clicked.connect(self.action_requested)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(38, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._label, 1)
        row.addWidget(self._action, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def say(self, text: str, tone: str = "info", action: str = "", key: str = "") -> None:
        """Show a sentence in the tone info, ok, warn or danger, with one action if named."""
        self._tone = tone
        self._label.setText(text)
        self._label.set_kind(f"notice_{tone}")
        self.setAccessibleName(f"{_NOTICE_WORDS[tone]}：{text}")
        self._action.set_word(action)
        self._action.set_key(key)
        self._action.setVisible(bool(action))
        self.setVisible(bool(text))
        self.update()

    def say_for_now(self, text: str, tone: str, before: str) -> str:
        """Say a sentence that goes when its cause does: "" takes `before` back, and nothing else that is said.

        Returns the sentence, to be given as `before` the next time.
        """
        if text:
            self.say(text, tone)
        elif before and self.text() == before:
            self.clear()
        return text

    def text(self) -> str:
        """The sentence shown, "" when hidden."""
        return "" if self.isHidden() else self._label.text()

    def tone(self) -> str:
        """The tone of the sentence."""
        return self._tone

    def clear(self) -> None:
        """Hide it."""
        self._label.setText("")
        self.hide()

    def hasHeightForWidth(self) -> bool:
        """Its height follows the wrapped text."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height at a width, in px."""
        return self._row.heightForWidth(width)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint field and icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(f"{self._tone}_soft"))
        painter.drawRoundedRect(self.rect(), 6, 6)
        paint_icon(painter, _NOTICE_ICONS[self._tone], QRect(12, 8, 18, 18), self._tone)


class EmptyState(QWidget):
    """What will stand here, and which key begins."""

    def __init__(self, icon_name: str, title: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon_name
        self._title = PlainLabel(title, "section")
        self._hint = PlainLabel(hint, "label", wrap=True)
        column = QVBoxLayout(self)
        column.setSpacing(4)
        column.addStretch(2)
        column.addSpacing(56)
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(3)
        self.setAccessibleName(f"{title} {hint}".strip())

    def set(self, title: str, hint: str = "") -> None:
        """Say something else: 没有符合条件的记录."""
        self._title.setText(title)
        self._hint.setText(hint)
        self.setAccessibleName(f"{title} {hint}".strip())

    def sizeHint(self) -> QSize:
        """Small: it fills whatever it is given."""
        return QSize(200, 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon above the title."""
        painter = QPainter(self)
        top = self._title.y() - 52
        paint_icon(painter, self._icon, QRect((self.width() - 40) // 2, top, 40, 40), "scroll_hover")


class ScrollBody(QWidget):
    """What stands inside a scroll area: transparent, with a layout given."""

    def __init__(self, layout: QLayout) -> None:
        super().__init__()
        self.setObjectName("scrollBody")
        self.setLayout(layout)
