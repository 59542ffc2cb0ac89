"""Two charts of our own: twelve months as columns, the month's groups as bars. Figures always stand in words, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

_PAD = 6
_ROW = 26  # px of a bar with its air
_LEAST_ROW = 20
_NAME_SHARE = 0.32
_RADIUS = 3


@dataclass(frozen=True)
class Bar:
    """A figure with its name: `value` is its length, `shown` how it is written, `short` where there is no room."""

    name: str
    value: int | None
    shown: str
    short: str = ""


class CourseChart(QWidget):
    """Twelve months as columns; the chosen one stands out. ← → and a click choose another.

    `step_requested(by)` asks for a month before (-1) or after (1), `month_requested(day)` for a certain one,
    `opened` (Enter) for the rows of the chosen one.
    """

    step_requested = Signal(int)
    month_requested = Signal(object)
    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._months: Sequence[date] = ()
        self._bars: Sequence[Bar] = ()
        self._chosen = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 96)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Room for columns that can be told apart."""
        return QSize(480, 190)

    def show_course(self, title: str, months: Sequence[date], bars: Sequence[Bar], chosen: date) -> None:
        """Show a figure of these months."""
        self._title, self._months, self._bars = title, months, bars
        self._chosen = list(months).index(chosen) if chosen in months else -1
        words = "，".join(f"{month:%Y-%m} {bar.shown}" for month, bar in zip(months, bars, strict=True))
        at = f"选中 {chosen:%Y-%m}" if self._chosen >= 0 else ""
        self.setAccessibleName(f"{title}走势")
        self.setAccessibleDescription(f"{at}。{words}。左右方向键换月。")
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """← and → go to the next month, Enter opens it."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.step_requested.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses the month under it."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        for month, place in zip(self._months, self._columns(), strict=False):
            if place.left() <= event.position().x() < place.right():
                self.month_requested.emit(month)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint title, columns with their figures, and the months below."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_title(painter, self.width(), self._title)
        most = max((bar.value or 0 for bar in self._bars), default=0)
        painter.setFont(theme.text_font(theme.HINT_PX))
        room = self._room()
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        for at, (bar, column) in enumerate(zip(self._bars, self._columns(), strict=False)):
            self._paint_column(painter, at, bar, column, most)
        _paint_ring(painter, self)

    def _room(self) -> QRectF:
        line = QFontMetricsF(theme.text_font(theme.HINT_PX)).height()
        return QRectF(self.rect()).adjusted(_PAD, _title_height() + line + 4, -_PAD, -line - _PAD)

    def _columns(self) -> list[QRectF]:
        room = self._room()
        share = room.width() / max(1, len(self._months))
        return [
            QRectF(room.left() + at * share, room.top(), share, room.height())
            for at in range(len(self._months))
        ]

    def _paint_column(self, painter: QPainter, at: int, bar: Bar, column: QRectF, most: int) -> None:
        chosen = at == self._chosen
        metrics = QFontMetricsF(painter.font())
        height = column.height() * (bar.value or 0) / most if most else 0.0
        wide = min(36.0, column.width() * 0.64)
        body = QRectF(column.center().x() - wide / 2, column.bottom() - height, wide, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent" if chosen else "line_strong"))
        if height:
            painter.drawRoundedRect(body, _RADIUS, _RADIUS)
        painter.setPen(theme.color("text" if chosen else "muted"))
        figure = bar.short or bar.shown
        above = QRectF(column.left(), body.top() - metrics.height() - 1, column.width(), metrics.height())
        if bar.value is not None and (chosen or metrics.horizontalAdvance(figure) <= column.width() - 2):
            fits = max(0.0, metrics.horizontalAdvance(figure) - column.width()) / 2 + 2
            painter.drawText(above.adjusted(-fits, 0, fits, 0), Qt.AlignmentFlag.AlignCenter, figure)
        below = QRectF(column.left(), column.bottom() + 3, column.width(), metrics.height())
        month = self._months[at]
        first = at == 0 or month.month == 1
        word = f"{month:%y}年{month.month}月" if first else f"{month.month}月"
        if metrics.horizontalAdvance(word) > column.width():
            word = (
                f"{month.month}月"
                if metrics.horizontalAdvance("12月") <= column.width()
                else str(month.month)
            )
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, word)


class GroupChart(QWidget):
    """Bars below one another, the longest figure as wide as the room; what does not fit stands in the table."""

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._bars: Sequence[Bar] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 96)

    def sizeHint(self) -> QSize:
        """Room for seven groups."""
        return QSize(380, 190)

    def show_groups(self, title: str, bars: Sequence[Bar]) -> None:
        """Show a figure of each group."""
        self._title, self._bars = title, bars
        self.setAccessibleName(f"{title}：" + "，".join(f"{bar.name} {bar.shown}" for bar in bars))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint title, names, bars and figures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_title(painter, self.width(), self._title)
        painter.setFont(theme.text_font(theme.HINT_PX))
        top = _title_height() + 4.0
        room = self.height() - top - _PAD
        shown = list(self._bars)
        row = min(float(_ROW), max(float(_LEAST_ROW), room / max(1, len(shown))))
        fit = int(room // row)
        left_over = len(shown) - fit
        if left_over > 0:
            shown = shown[: max(0, fit - 1)]
            left_over = len(self._bars) - len(shown)
        self._paint_bars(painter, shown, top, row)
        if left_over > 0:
            painter.setPen(theme.color("muted"))
            place = QRectF(_PAD, top + row * len(shown), self.width() - 2 * _PAD, row)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, f"其余 {left_over} 项见下表")

    def _paint_bars(self, painter: QPainter, bars: Sequence[Bar], top: float, row: float) -> None:
        metrics = QFontMetricsF(painter.font())
        names = max((metrics.horizontalAdvance(bar.name) for bar in bars), default=0.0) + 8
        names = min(names, self.width() * _NAME_SHARE)
        figures = max((metrics.horizontalAdvance(bar.shown) for bar in bars), default=0.0) + 6
        length = max(8.0, self.width() - 2 * _PAD - names - figures)
        most = max((bar.value or 0 for bar in bars), default=0)
        for at, bar in enumerate(bars):
            y = top + at * row
            name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, names - 8)
            painter.setPen(theme.color("text"))
            painter.drawText(QRectF(_PAD, y, names - 8, row), Qt.AlignmentFlag.AlignVCenter, name)
            wide = length * (bar.value or 0) / most if most else 0.0
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            if wide:
                painter.drawRoundedRect(QRectF(_PAD + names, y + row * 0.22, wide, row * 0.56), 2, 2)
            painter.setPen(theme.color("muted"))
            figure = QRectF(_PAD + names + wide + 6, y, figures, row)
            painter.drawText(figure, Qt.AlignmentFlag.AlignVCenter, bar.shown)


def _title_height() -> float:
    return QFontMetricsF(theme.text_font(theme.LABEL_PX)).height() + _PAD


def _paint_title(painter: QPainter, width: int, title: str) -> None:
    painter.setFont(theme.text_font(theme.LABEL_PX, bold=True))
    painter.setPen(theme.color("text"))
    place = QRectF(_PAD, 2, width - 2 * _PAD, _title_height() - 2)
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, title)


def _paint_ring(painter: QPainter, widget: QWidget) -> None:
    if widget.hasFocus():
        painter.setPen(QPen(theme.color("focus"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), 6, 6)
