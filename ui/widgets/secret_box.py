"""Where secrets are typed: six masked figures for the quick change, a password for managers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from frontdesk.core.typed import fold_width
from ui import theme
from ui.icons import icon

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

PIN_LENGTH = 6

_BOX = QSize(32, 48)  # the least; they share the width there is
_GAP = 8


class PinBoxes(QWidget):
    """Six boxes for a PIN, filled straight from the keyboard and never shown.

    The input method is off here: figures come as figures whatever language is being typed. Other
    characters are handed on (`text_typed`), so that a name can be looked for without leaving the boxes.
    """

    completed = Signal(str)
    edited = Signal()
    text_typed = Signal(str)

    def __init__(self, name: str = "PIN 码，6 位数字", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._digits = ""
        self._fault = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._describe()

    def secret(self) -> str:
        """The figures typed so far."""
        return self._digits

    def clear(self) -> None:
        """Empty the boxes."""
        self._digits = ""
        self._describe()

    def type(self, digit: str) -> None:
        """Take a figure as if it had been typed here."""
        self._take(fold_width(digit))

    def set_fault(self, fault: bool) -> None:
        """Whether what was typed last was wrong: the boxes say so until the next figure."""
        self._fault = fault
        self.update()

    def sizeHint(self) -> QSize:
        """Six boxes in a row, with room for the focus ring."""
        return QSize(PIN_LENGTH * (_BOX.width() + _GAP), _BOX.height() + 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Figures fill the boxes, Backspace takes the last one back, the sixth completes."""
        text = fold_width(event.text())
        if event.matches(QKeySequence.StandardKey.Paste):
            event.ignore()
        elif event.key() == Qt.Key.Key_Backspace and self._digits:
            self._set(self._digits[:-1])
        elif text.isascii() and text.isdigit() and not with_command_key(event):
            self._take(text)
        elif text.isprintable() and text.strip() and not with_command_key(event):
            self.text_typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click brings the cursor here."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the next figure goes."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def _take(self, digits: str) -> None:
        if len(self._digits) >= PIN_LENGTH:
            return
        self._set((self._digits + digits)[:PIN_LENGTH])
        if len(self._digits) == PIN_LENGTH:
            self.completed.emit(self._digits)

    def _set(self, digits: str) -> None:
        self._digits = digits
        self._fault = False
        self._describe()
        self.edited.emit()

    def _describe(self) -> None:
        self.setAccessibleDescription(f"已输入 {len(self._digits)} 位")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the boxes: a dot in each that is filled, the ring around the next one."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        following = min(len(self._digits), PIN_LENGTH - 1)
        step = (self.width() + _GAP) / PIN_LENGTH
        for n in range(PIN_LENGTH):
            left, right = round(n * step), round((n + 1) * step)
            box = QRect(left + 1, 2, right - left - _GAP - 2, _BOX.height())
            ringed = self.hasFocus() and n == following
            painter.setPen(QPen(theme.color(self._border(ringed)), 2 if ringed else 1))
            painter.setBrush(theme.color("surface" if self.isEnabled() else "ground"))
            painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            if n < len(self._digits):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("text"))
                painter.drawEllipse(QRectF(box).center(), 5, 5)

    def _border(self, ringed: bool) -> str:
        if self._fault:
            return "danger"
        if not self.isEnabled():
            return "line"
        return "focus" if ringed else "line_strong"


class PasswordBox(QLineEdit):
    """One line that hides what is typed; an eye at its end shows it while one asks for it."""

    advance_requested = Signal()

    def __init__(self, name: str = "密码", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(name)
        self._eye = QAction(icon("preview", "muted"), "显示密码", self)
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._on_eye_toggled)
        self.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        self.returnPressed.connect(self.advance_requested)

    def secret(self) -> str:
        """What was typed."""
        return self.text()

    def clear(self) -> None:
        """Empty the line and hide the next one again."""
        super().clear()
        self._eye.setChecked(False)

    def set_fault(self, fault: bool) -> None:
        """Whether what was typed last was wrong."""
        self.setProperty("fault", "true" if fault else "false")
        self.style().polish(self)

    def _on_eye_toggled(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._eye.setText("隐藏密码" if shown else "显示密码")


def with_command_key(event: QKeyEvent) -> bool:
    """Whether Ctrl, Alt or the like is held: no typing then."""
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return bool(held != Qt.KeyboardModifier.NoModifier)
