"""Paints the rows of a register. By hand and not by a delegate: Qt's way there costs three times as much a row."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from frontdesk.core.fields import Kind
from ui import theme
from ui.register import columns
from ui.widgets.labels import paint_pill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from frontdesk.core.fields import Field
    from ui.register.table_model import RegisterTableModel

PAD = 8
_PILL_HEIGHT = 21
_PILL_ROUND = 16  # px of a pill beside its word, both ends together


class Place(NamedTuple):
    """Where a column stands, in px of the viewport."""

    column: int
    left: int
    width: int


class RowPainter:
    """Text cut with …, a state as a pill, a void row struck through, a serial in the accent."""

    def __init__(self, fields: Sequence[Field], row_height: int) -> None:
        self._height = row_height
        self._serial = [field.kind is Kind.SERIAL for field in fields]
        self._right = [bool(columns.alignment(field) & Qt.AlignmentFlag.AlignRight) for field in fields]
        self._centre = [bool(columns.alignment(field) & Qt.AlignmentFlag.AlignHCenter) for field in fields]
        self._font = theme.text_font()
        metrics = QFontMetrics(self._font)
        # one up: the font's descent is empty under Chinese, which would stand low beside a pill
        self._base = (row_height - metrics.height()) // 2 + metrics.ascent() - 1
        self.advance = _remembered(metrics)
        self._elided = metrics.elidedText
        pill = QFontMetrics(theme.text_font(theme.HINT_PX))  # as `paint_pill` writes
        self._pill_advance, self._pill_elided = _remembered(pill), pill.elidedText

    def paint(
        self,
        painter: QPainter,
        model: RegisterTableModel,
        rows: Iterable[tuple[int, int]],
        places: Sequence[Place],
        marked: tuple[int, int],
    ) -> None:
        """Paint rows given as (row, top in px). `marked` are the rows of the cursor and of the pointer."""
        painter.setFont(self._font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = {name: theme.color(name) for name in ("text", "muted", "accent_text")}
        grounds = {name: theme.color(name) for name in ("accent_soft", "hover", "zebra")}
        right = places[-1].left + places[-1].width if places else 0
        for row, top in rows:
            ground = self._ground(row, marked)
            if ground:
                painter.fillRect(0, top, right, self._height, grounds[ground])
            for place in places:
                text, tone, void = model.cell(row, place.column)
                if not text:
                    continue
                if tone and not void:
                    self._paint_pill(painter, place, top, text, tone)
                    continue
                serial = "accent_text" if self._serial[place.column] else "text"
                painter.setPen(colours["muted" if void else serial])
                self._paint_text(painter, place, top, text, struck=void)

    @staticmethod
    def _ground(row: int, marked: tuple[int, int]) -> str:
        if row == marked[0]:
            return "accent_soft"
        if row == marked[1]:
            return "hover"
        return "zebra" if row % 2 else ""

    def _paint_text(self, painter: QPainter, place: Place, top: int, text: str, *, struck: bool) -> None:
        room = place.width - 2 * PAD
        width = self.advance(text)
        if width > room or "\n" in text:
            # Of a serial the last figures tell it from the others.
            end = Qt.TextElideMode.ElideLeft if self._serial[place.column] else Qt.TextElideMode.ElideRight
            text = self._elided(text.replace("\n", " "), end, room)
            width = self.advance(text)
        left = place.left + PAD
        if self._right[place.column]:
            left += room - width
        elif self._centre[place.column]:
            left += (room - width) // 2
        painter.drawText(left, top + self._base, text)
        if struck:
            painter.fillRect(left, top + self._height // 2 + 1, width, 1, theme.color("muted"))

    def _paint_pill(self, painter: QPainter, place: Place, top: int, text: str, tone: str) -> None:
        room = place.width - 4 - _PILL_ROUND
        if self._pill_advance(text) > room:
            text = self._pill_elided(text, Qt.TextElideMode.ElideRight, room)
        width = self._pill_advance(text) + _PILL_ROUND
        middle = top + (self._height - _PILL_HEIGHT) // 2
        paint_pill(painter, QRect(place.left + 2, middle, width, _PILL_HEIGHT), text, tone)


def _remembered(metrics: QFontMetrics) -> Callable[[str], int]:
    # A function of our own: wrapping Qt's method asks for its help text, which is 50 ms of parsing.
    @lru_cache(maxsize=8192)
    def advance(text: str) -> int:
        return metrics.horizontalAdvance(text)

    return advance
