"""The ruler sheet as a picture: where the rule is put, and what the readings mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from frontdesk.forms.calibration import MARK_MM, Reading, box_size, errors
from ui import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_AIR = 14
_SEEN_MM = 0.7  # of picture for each tenth that is wrong: a tenth true to scale could not be seen
_MOST_MM = 12.0
_PLACES = ("①", "②", "③")
_TIP = 4.0


class AlignmentPicture(QWidget):
    """The paper with the box where it should be, dashed, and where it came out, many times exaggerated.

    `mark(place)` lights up one of the three places where the rule is put: 0 left, 1 top, 2 length.
    """

    def __init__(self) -> None:
        super().__init__()
        self._paper = (241.0, 139.7)
        self._reading = Reading.ideal(self._paper[0])
        self._place = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 120)

    def sizeHint(self) -> QSize:
        """Room for the sheet and its words."""
        return QSize(520, 360)

    def show_reading(self, paper: tuple[float, float], reading: Reading, told: str) -> None:
        """Show a paper (mm) with what was read off it; `told` says the same in words."""
        self._paper, self._reading = paper, reading
        self.setAccessibleName(f"标尺页示意图：{told}")
        self.update()

    def mark(self, place: int) -> None:
        """Light up the place that is asked for, -1 for none."""
        self._place = place
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint paper, box, deviation and the three dimension lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet, scale = self._sheet()
        painter.setPen(QPen(theme.color("line_strong"), 1))
        painter.setBrush(theme.color("surface"))
        painter.drawRect(sheet)
        should, came = self._boxes(sheet, scale)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("muted"), 1, Qt.PenStyle.DashLine))
        painter.drawRect(should)
        wrong = came != should
        painter.setPen(QPen(theme.color("danger" if wrong else "ok"), 2))
        painter.drawRect(came)
        self._paint_dimensions(painter, sheet, came)
        self._paint_words(painter, came, wrong=wrong)

    def _sheet(self) -> tuple[QRectF, float]:
        """The paper's place in the widget, and px a millimetre."""
        width, height = self._paper
        scale = min((self.width() - 2 * _AIR) / width, (self.height() - 2 * _AIR) / height)
        size = QPointF(width * scale, height * scale)
        left, top = (self.width() - size.x()) / 2, (self.height() - size.y()) / 2
        return QRectF(left, top, size.x(), size.y()), scale

    def _boxes(self, sheet: QRectF, scale: float) -> tuple[QRectF, QRectF]:
        wide, high = box_size(*self._paper)
        should = QRectF(sheet.x() + MARK_MM * scale, sheet.y() + MARK_MM * scale, wide * scale, high * scale)
        right, down, longer = (
            max(-_MOST_MM, min(_MOST_MM, error * _SEEN_MM)) * scale
            for error in errors(self._reading, self._paper[0])
        )
        grown = 1 + longer / should.width()
        came = QRectF(
            should.x() + right, should.y() + down, should.width() * grown, should.height() * grown
        ).intersected(sheet)
        return should, came

    def _paint_dimensions(self, painter: QPainter, sheet: QRectF, box: QRectF) -> None:
        painter.setFont(theme.text_font(theme.SECTION_PX, bold=True))
        side = box.y() + box.height() * 0.2
        over = box.x() + box.width() * 0.12
        low = box.bottom() - box.height() * 0.16
        lines = (
            (QPointF(sheet.x(), side), QPointF(box.x(), side)),
            (QPointF(over, sheet.y()), QPointF(over, box.y())),
            (QPointF(box.x(), low), QPointF(box.right(), low)),
        )
        for place, (begins, ends) in enumerate(lines):
            token = "accent" if place == self._place else "text"
            painter.setPen(QPen(theme.color(token), 3 if place == self._place else 1.2))
            painter.drawLine(begins, ends)
            _paint_tips(painter, begins, ends)
            self._paint_number(painter, place, (begins + ends) / 2)

    def _paint_number(self, painter: QPainter, place: int, middle: QPointF) -> None:
        metrics = QFontMetricsF(painter.font())
        side = metrics.height()
        shift = QPointF(0, -side / 2 - 4) if place != 1 else QPointF(side / 2 + 6, 0)
        if place == 2:
            shift += QPointF(-self.width() * 0.12, 0)
        field = QRectF(0, 0, side, side)
        field.moveCenter(middle + shift)
        painter.setPen(theme.color("accent" if place == self._place else "text"))
        painter.drawText(field, Qt.AlignmentFlag.AlignCenter, _PLACES[place])

    def _paint_words(self, painter: QPainter, box: QRectF, *, wrong: bool) -> None:
        painter.setFont(theme.text_font(theme.HINT_PX))
        word = "红框是打出来的位置（偏差已放大），虚线是应在的位置" if wrong else "打出来的框与应在的位置一致"
        room = box.adjusted(box.width() * 0.16, box.height() * 0.28, -8, -box.height() * 0.3)
        painter.setPen(theme.color("danger" if wrong else "ok"))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room, int(flags), word)


def _paint_tips(painter: QPainter, begins: QPointF, ends: QPointF) -> None:
    across = begins.y() == ends.y()
    for point, sign in ((begins, 1), (ends, -1)):
        for side in (-_TIP, _TIP):
            tip = QPointF(sign * _TIP, side) if across else QPointF(side, sign * _TIP)
            painter.drawLine(point, point + tip)
