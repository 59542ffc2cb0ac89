"""What is known of a record, above what is asked: never cut through a line, and all of it where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ui.widgets.containers import ScrollBody
from ui.widgets.labels import PlainLabel
from ui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from ui.register.record_panel import Fact
    from ui.widgets.timeline import Stop

_LEAST = 40  # px: a line that is higher is cut after all


class FactsArea(QScrollArea):
    """Labels and texts, an order's way as a picture above them; it scrolls where they do not fit."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("记录内容")

    def show_facts(self, facts: Sequence[Fact], way: Sequence[Stop]) -> None:
        """Show these; facts without a text are left out."""
        self.setWidget(_view([fact for fact in facts if fact.text], way))
        self._end_between_lines()

    def wanted_height(self) -> int:
        """What all of it takes, in px, at the present width."""
        body = self.widget()
        if body is None:
            return 0
        width = self.contentsRect().width()  # without the scroll bar, which goes where all fits
        return body.heightForWidth(width) if body.hasHeightForWidth() else body.sizeHint().height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The last line that is seen is a whole one."""
        super().resizeEvent(event)
        self._end_between_lines()

    def _end_between_lines(self) -> None:
        body, room = self.widget(), self.height()
        blank = 0
        if body is not None and self.wanted_height() > room:
            layout = body.layout()
            if layout is not None:
                layout.activate()
            ends = [label.geometry().bottom() + 1 for label in body.findChildren(QWidget)]
            whole = max((end for end in ends if end <= room), default=room)
            blank = room - whole if whole >= _LEAST else 0
        self.setViewportMargins(0, 0, 0, blank)


def _view(facts: Sequence[Fact], way: Sequence[Stop]) -> QWidget:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    for row, fact in enumerate(facts):
        label = PlainLabel(fact.label, "hint")
        text = PlainLabel(fact.text, "section" if fact.strong else "", wrap=True, selectable=True)
        if fact.struck:
            font = text.font()
            font.setStrikeOut(True)
            text.setFont(font)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(text, row, 1, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 4, 4)
    column.setSpacing(8)
    if way:
        column.addWidget(Timeline(way))
    column.addLayout(grid)
    column.addStretch(1)
    return ScrollBody(column)
