"""A choice among a few, all in view: one key, or the arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

    from frontdesk.core.fields import Choice

HEIGHT = 32
_STACK_WIDTH, _STACK_LEFT, _STACK_RIGHT = 320, 32, 10  # px
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWrapAnywhere


class SegmentedChoice(QWidget):
    """Segments side by side. The first letter or figure of a label ("A 投诉"), the segment's position as a
    figure, or ← → choose; Enter moves on; Delete takes the choice back. With too little room they stand in
    two rows. `moves_on`: a letter or figure moves on at once, for answers in one key each.
    """

    chosen = Signal(str)
    advance_requested = Signal()

    def __init__(
        self,
        choices: Sequence[Choice],
        name: str = "",
        *,
        moves_on: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._moves_on = moves_on
        self._choices = tuple(choices)
        self._key = ""
        self._hovered = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # Not Fixed: a layout would never give it a second row then.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._name = name
        self._tell()

    def key(self) -> str:
        """The key chosen, "" for none."""
        return self._key

    def set_key(self, key: str) -> None:
        """Choose without telling anybody; an unknown key chooses none."""
        self._key = key if any(choice.key == key for choice in self._choices) else ""
        self._tell()
        self.update()

    def choose(self, key: str) -> None:
        """Choose as the user does."""
        if key != self._key:
            self.set_key(key)
            self.chosen.emit(self._key)

    def sizeHint(self) -> QSize:
        """All segments in one row."""
        return QSize(self._segment_width() * len(self._choices), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Half of them in each of two rows."""
        return QSize(self._segment_width() * self._per_row(0), HEIGHT)

    def hasHeightForWidth(self) -> bool:
        """A narrow one is two rows high."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height in px at a width."""
        rows = -(-len(self._choices) // self._per_row(width))
        return rows * HEIGHT + (rows - 1) * 4

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter or figure chooses, the arrows move, Enter goes on."""
        key, text = event.key(), event.text().casefold()
        plain = not event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        hit = self._by_letter(text) if plain and text.strip() else None
        if hit is not None:
            self.choose(hit)
            if self._moves_on:
                self.advance_requested.emit()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self._step(1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self._step(-1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.choose("")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.advance_requested.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        at = self._at(event.position().toPoint())
        if at >= 0:
            self.choose(self._choices[at].key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The segment under the pointer lights up."""
        self._hover(self._at(event.position().toPoint()))

    def leaveEvent(self, event: object) -> None:
        """The light goes out."""
        self._hover(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the segments of each row as one rounded bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.text_font(theme.LABEL_PX))
        rects = self._rects()
        for top in sorted({rect.top() for rect in rects}):
            self._paint_row(painter, [i for i, rect in enumerate(rects) if rect.top() == top], rects)

    def _paint_row(self, painter: QPainter, row: list[int], rects: list[QRect]) -> None:
        frame = rects[row[0]].united(rects[row[-1]]).adjusted(1, 1, -1, -1)
        path = QPainterPath()
        path.addRoundedRect(frame, 6, 6)
        painter.setClipPath(path)
        painter.fillRect(frame, theme.color("surface" if self.isEnabled() else "ground"))
        for i in row:
            chosen = self._choices[i].key == self._key
            if chosen or i == self._hovered:
                painter.fillRect(rects[i], theme.color("accent_soft" if chosen else "hover"))
            if i != row[0]:
                painter.setPen(theme.color("line"))
                painter.drawLine(rects[i].topLeft(), rects[i].bottomLeft())
            token = "accent_text" if chosen else "text"
            painter.setPen(theme.color(token if self.isEnabled() else "disabled"))
            self._paint_label(painter, rects[i], i)
        painter.setClipping(False)
        ring = self.hasFocus()
        painter.setPen(QPen(theme.color("focus" if ring else "line_strong"), 2 if ring else 1))
        painter.drawPath(path)
        for i in row:
            if self._choices[i].key == self._key and not ring:
                painter.setPen(QPen(theme.color("accent"), 1))
                painter.drawRoundedRect(rects[i].adjusted(1, 1, -1, -1), 6, 6)

    def _paint_label(self, painter: QPainter, rect: QRect, at: int) -> None:
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._choices[at].label)

    def _hover(self, segment: int) -> None:
        if segment != self._hovered:
            self._hovered = segment
            self.update()

    def _tell(self) -> None:
        label = next((choice.label for choice in self._choices if choice.key == self._key), "未选")
        self.setAccessibleName(f"{self._name} {label}".strip())

    def _by_letter(self, text: str) -> str | None:
        for choice in self._choices:
            if choice.label[:1].casefold() == text:
                return choice.key
        if text.isdecimal() and 1 <= int(text) <= len(self._choices):
            return self._choices[int(text) - 1].key
        return None

    def _step(self, by: int) -> None:
        keys = [choice.key for choice in self._choices]
        at = keys.index(self._key) + by if self._key in keys else (0 if by > 0 else len(keys) - 1)
        self.choose(keys[max(0, min(at, len(keys) - 1))])

    def _segment_width(self) -> int:
        metrics = QFontMetrics(theme.text_font(theme.LABEL_PX))
        return max((metrics.horizontalAdvance(choice.label) for choice in self._choices), default=0) + 20

    def _per_row(self, width: int) -> int:
        count = max(len(self._choices), 1)
        return count if width >= self._segment_width() * count - count * 8 else -(-count // 2)

    def _rects(self) -> list[QRect]:
        per_row = self._per_row(self.width())
        made = []
        for i in range(len(self._choices)):
            row, column = divmod(i, per_row)
            left = self.width() * column // per_row
            right = self.width() * (column + 1) // per_row
            made.append(QRect(left, row * (HEIGHT + 4), right - left, HEIGHT))
        return made

    def _at(self, point: QPoint) -> int:
        return next((i for i, rect in enumerate(self._rects()) if rect.contains(point)), -1)


class StackedChoice(SegmentedChoice):
    """The same for sentences: one below the other, each as high as its text, chosen by its place as a figure."""

    def sizeHint(self) -> QSize:
        """Some width; the height follows from it."""
        return QSize(_STACK_WIDTH, self.heightForWidth(_STACK_WIDTH))

    def minimumSizeHint(self) -> QSize:
        """Half of that: the text wraps."""
        return QSize(_STACK_WIDTH // 2, HEIGHT)

    def heightForWidth(self, width: int) -> int:
        """The height in px at a width."""
        return sum(heights) + (len(heights) - 1) * 4 if (heights := self._heights(width)) else HEIGHT

    def _rects(self) -> list[QRect]:
        made, top = [], 0
        for height in self._heights(self.width()):
            made.append(QRect(0, top, self.width(), height))
            top += height + 4
        return made

    def _heights(self, width: int) -> list[int]:
        metrics = QFontMetrics(theme.text_font(theme.LABEL_PX))
        room = QRect(0, 0, width - _STACK_LEFT - _STACK_RIGHT, 10_000)
        return [
            max(HEIGHT, metrics.boundingRect(room, _WRAPPED, choice.label).height() + 12)
            for choice in self._choices
        ]

    def _paint_label(self, painter: QPainter, rect: QRect, at: int) -> None:
        figure = rect.adjusted(0, 6, _STACK_LEFT - rect.width(), 0)
        painter.drawText(figure, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, str(at + 1))
        painter.drawText(rect.adjusted(_STACK_LEFT, 6, -_STACK_RIGHT, -6), _WRAPPED, self._choices[at].label)

    def _by_letter(self, text: str) -> str | None:
        place = int(text) if text.isdecimal() else 0
        return self._choices[place - 1].key if 1 <= place <= len(self._choices) else None
