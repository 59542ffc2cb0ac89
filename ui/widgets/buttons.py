"""Buttons that show their key; the words on them are literal."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui import theme
from ui.icons import icon

_GAP = 8
_ICON = 18
_ICON_GAP = 6


class KeyButton(QPushButton):
    """A button with an optional icon, a word and its key beside it: `保存 Ctrl+⏎`.

    The key is only shown here; `ui.shortcuts.bind` makes it work. Tokens name the colours of word and key.
    """

    word_token = "text"
    key_token = "muted"

    def __init__(self, text: str, key: str = "", icon_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word, self._key, self._name = text, key, ""
        self._mark = icon(icon_name, self.word_token) if icon_name else QIcon()
        self.setAccessibleName(text)
        self.setAccessibleDescription(key)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def word(self) -> str:
        """The word on the button."""
        return self._word

    def set_word(self, text: str) -> None:
        """Put another word on the button."""
        self._word = text
        self.setAccessibleName(f"{self._name} {text}".strip())
        self.updateGeometry()
        self.update()

    def set_key(self, key: str) -> None:
        """Show another key."""
        self._key = key
        self.setAccessibleDescription(key)
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it, as the blank does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not _commands(event):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Room for icon, word and key."""
        bare = super().sizeHint()  # of a button without text, for which Qt takes this one's width
        return QSize(
            bare.width() - self._font().horizontalAdvance("XXXX") + self._content_width(), bare.height()
        )

    def minimumSizeHint(self) -> QSize:
        """The icon goes first when room is short, then the key; the word stays."""
        hint = self.sizeHint()
        spare = self._key_width() + (self._icon_width() if self._word else 0)
        return QSize(hint.width() - spare, hint.height())

    def _font(self) -> QFontMetrics:
        return QFontMetrics(self.font())

    def _key_width(self) -> int:
        if not self._key:
            return 0
        gap = _GAP if self._word else 0
        return QFontMetrics(theme.text_font(theme.HINT_PX)).horizontalAdvance(self._key) + gap

    def _icon_width(self) -> int:
        return 0 if self._mark.isNull() else _ICON + (_ICON_GAP if self._word else 0)

    def _content_width(self) -> int:
        return self._icon_width() + self._font().horizontalAdvance(self._word) + self._key_width()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame by the style sheet, then icon, word and key in the middle."""
        super().paintEvent(event)
        painter = QPainter(self)
        room, width = self.width() - 12, self._content_width()
        show_icon = not self._mark.isNull() and (width <= room or not self._word)
        width -= 0 if show_icon else self._icon_width()
        show_key = width <= room
        width -= 0 if show_key else self._key_width()
        x = max(4, (self.width() - width) // 2)
        if show_icon:
            mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
            self._mark.paint(painter, QRect(x, (self.height() - _ICON) // 2, _ICON, _ICON), mode=mode)
            x += self._icon_width()
        word_width = self._font().horizontalAdvance(self._word)
        self._draw(painter, x, word_width, self._word, self.word_token)
        if show_key and self._key:
            painter.setFont(theme.text_font(theme.HINT_PX))
            x += word_width + (_GAP if self._word else 0)
            self._draw(painter, x, self.width() - x, self._key, self.key_token)

    def _draw(self, painter: QPainter, x: int, width: int, text: str, token: str) -> None:
        painter.setPen(theme.color(token if self.isEnabled() else "disabled"))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
        painter.drawText(QRect(x, 0, width + 2, self.height()), flags, text)


def _commands(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)


class QuietButton(KeyButton):
    """Any action but the main one."""


class PrimaryButton(KeyButton):
    """The one main action of a zone."""

    word_token = "on_accent"
    key_token = "on_accent_muted"

    def __init__(self, text: str, key: str = "", icon_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, key, icon_name, parent)
        self.setProperty("role", "primary")


class DangerButton(KeyButton):
    """What cannot be taken back: void, release."""

    word_token = "danger"

    def __init__(self, text: str, key: str = "", icon_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, key, icon_name, parent)
        self.setProperty("role", "danger")


class PlainButton(KeyButton):
    """A button without a frame until the pointer or the cursor is on it; often an icon alone."""

    word_token = "muted"

    def __init__(
        self,
        text: str = "",
        key: str = "",
        icon_name: str = "",
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, key, icon_name, parent)
        self.setProperty("role", "plain")
        self._name = name
        if name:
            self.setAccessibleName(name)
            self.setToolTip(f"{name} {key}".strip())


class ChipButton(QPushButton):
    """A small switch that stays down: the filter row's 今天, 未完成."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text.replace("&", "&&"), parent)
        self.setProperty("role", "chip")
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
