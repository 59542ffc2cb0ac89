"""The top line: estate, finder, and who, which shift, when, how old the last backup is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import theme
from ui.shortcuts import shortcut
from ui.widgets.buttons import PlainButton
from ui.widgets.labels import ElidedLabel, PlainLabel, plain_tip

if TYPE_CHECKING:
    from datetime import datetime

HEIGHT, LOW_HEIGHT = 56, 42
_WEEKDAYS = "一二三四五六日"
_FINDER_WIDTH = 470


class Light(QWidget):
    """A coloured point with its word; in a narrow window the point alone, the word in the tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self._tone, self._text = "neutral", ""
        self._short = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def set(self, text: str, tone: str) -> None:
        """Show a word in the tone ok, warn, danger or neutral."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.setToolTip(plain_tip(text))
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def set_short(self, short: bool) -> None:
        """The point alone; a warning keeps its word."""
        self._short = short
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Point and word."""
        metrics = QFontMetrics(theme.text_font(theme.LABEL_PX))
        return QSize(14 + (metrics.horizontalAdvance(self._text) + 4 if self._has_word() else 0), 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a point, or a square for what is wrong: never colour alone."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._tone))
        point = QRect(0, self.height() // 2 - 4, 9, 9)
        painter.drawEllipse(point) if self._tone == "ok" else painter.drawRect(point)
        if self._has_word():
            painter.setFont(theme.text_font(theme.LABEL_PX))
            painter.setPen(theme.color(self._tone))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(self.rect().adjusted(15, 0, 0, 0), flags, self._text)

    def _has_word(self) -> bool:
        return not self._short or self._tone in ("warn", "danger")


class TopBar(QWidget):
    """Folds from the least needed: the shift, the backup's word, the estate's name, the date."""

    person_change_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("前台")
        self.estate = ElidedLabel("", "head")
        self.backup = Light()
        self.shift = PlainLabel("", "label")
        self.person = PlainButton("", shortcut("change_person").shown, "visits", name="换人")
        self.person.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a stray Enter must not lock the desk; F12 does
        self.person.clicked.connect(self.person_change_requested)
        self.clock = PlainLabel("", "label")
        self._moment: datetime | None = None
        self._with_day = True
        self._slot = QHBoxLayout()
        self._slot.setContentsMargins(0, 0, 0, 0)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 0, 16, 0)
        self._row.setSpacing(16)
        self._row.addWidget(self.estate)
        self._row.addLayout(self._slot, 1)
        self._row.addStretch(0)
        for widget in (self.backup, self.shift, self.person, self.clock):
            self._row.addWidget(widget)

    def set_finder(self, finder: QWidget) -> None:
        """Put the finder into its place."""
        finder.setMaximumWidth(_FINDER_WIDTH)
        self._slot.addWidget(finder)

    def set_moment(self, local: datetime) -> None:
        """Show a local moment: 11月21日 周六 18:26."""
        self._moment = local
        day = f"{local.month}月{local.day}日 周{_WEEKDAYS[local.weekday()]} "
        self.clock.setText(f"{day if self._with_day else ''}{local:%H:%M}")

    def fold(self, width: int, *, low: bool) -> None:
        """Leave out what a window of that width, in px, has no room for."""
        self.setFixedHeight(LOW_HEIGHT if low else HEIGHT)
        self.estate.setVisible(width >= 820)
        self.estate.setFixedWidth(180 if width >= 1200 else 132)
        self.shift.setVisible(width >= 1180)
        self.backup.set_short(width < 1080)
        self.person.set_key(shortcut("change_person").shown if width >= 760 else "")
        self._row.setSpacing(16 if width >= 900 else 8)
        self._with_day = width >= 980
        if self._moment is not None:
            self.set_moment(self._moment)
