"""An order's way in one picture: the steps from left to right, with their times; what is next stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme

_GAP = 4  # px between two times
_RADIUS = 7


@dataclass(frozen=True)
class Stop:
    """One step: its word, and its time as shown, empty while it has not come. `tone` colours a due one."""

    label: str
    time: str
    done: bool
    tone: str = ""


class Timeline(QWidget):
    """Paints the stops: a tick when done, a ring when next, a word always."""

    def __init__(self, stops: Sequence[Stop]) -> None:
        super().__init__()
        self._stops = list(stops)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        words = (f"{stop.label} {stop.time or ('已过' if stop.done else '未到')}" for stop in self._stops)
        self.setAccessibleName("，".join(words))

    def sizeHint(self) -> QSize:
        """One line of circles, the word below, and the time in one line or, parted at its blank, in two."""
        return QSize(280, self.heightForWidth(self.width()))

    def hasHeightForWidth(self) -> bool:
        """A time that is too wide stands in two lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height in px at a width."""
        lines = max((len(self._lines(stop, self._share(width))) for stop in self._stops), default=1)
        return 2 * _RADIUS + 10 + (1 + lines) * self._metrics().height() + 4

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint line, circles and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        share = self._share(self.width())
        centres = [QPoint(round(share * (i + 0.5)), 12) for i in range(len(self._stops))]
        following = next((i for i, stop in enumerate(self._stops) if not stop.done), len(self._stops))
        for i in range(1, len(centres)):
            painter.setPen(QPen(theme.color("accent" if i < following else "line_strong"), 2))
            painter.drawLine(centres[i - 1] + QPoint(_RADIUS + 3, 0), centres[i] - QPoint(_RADIUS + 3, 0))
        for i, (stop, centre) in enumerate(zip(self._stops, centres, strict=True)):
            self._paint_circle(painter, stop, centre, following=i == following)
            self._paint_words(painter, stop, centre, round(share), following=i == following)

    def _paint_circle(self, painter: QPainter, stop: Stop, centre: QPoint, *, following: bool) -> None:
        accent = theme.color(stop.tone or "accent")
        painter.setPen(QPen(accent if stop.done or following else theme.color("line_strong"), 2))
        painter.setBrush(theme.color("accent") if stop.done else theme.color("surface"))
        painter.drawEllipse(centre, _RADIUS, _RADIUS)
        if stop.done:
            painter.setPen(QPen(theme.color("on_accent"), 2))
            painter.drawPolyline([centre + QPoint(-3, 0), centre + QPoint(-1, 3), centre + QPoint(4, -3)])

    def _paint_words(
        self, painter: QPainter, stop: Stop, centre: QPoint, share: int, *, following: bool
    ) -> None:
        painter.setFont(theme.text_font(theme.HINT_PX))
        metrics, top = self._metrics(), centre.y() + _RADIUS + 4
        word = (stop.label, "text" if stop.done or following else "muted")
        for text, token in (word, *((line, stop.tone or "muted") for line in self._lines(stop, share))):
            painter.setPen(theme.color(token))
            box = QRect(centre.x() - share // 2, top, share, metrics.height())
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, share)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
            top += metrics.height()

    def _share(self, width: int) -> float:
        return width / max(1, len(self._stops))

    def _lines(self, stop: Stop, share: float) -> list[str]:
        fits = self._metrics().horizontalAdvance(stop.time) <= share - _GAP
        return [stop.time] if fits else stop.time.split(" ", 1)

    @staticmethod
    def _metrics() -> QFontMetrics:
        return QFontMetrics(theme.text_font(theme.HINT_PX))
