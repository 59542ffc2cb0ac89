"""The month's groups as a table in which every figure opens the orders behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPen

from frontdesk.callbacks.report import MonthSheet, ReportLine
from frontdesk.core.fields import Field, Kind
from ui import theme
from ui.register.columns import Column
from ui.register.table_model import RegisterTableModel
from ui.register.table_view import RegisterTableView
from ui.reports.measures import measure
from ui.widgets.containers import EmptyState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from frontdesk.core.query import RegisterQuery, TableRow

_FIELDS = (
    Field("name", "名称"),
    Field("orders", "单数", Kind.INTEGER),
    Field("finished", "完工", Kind.INTEGER),
    Field("amount", "金额", Kind.MONEY),
    Field("to_arrive", "到场（分）", Kind.INTEGER),
    Field("to_finish", "完工（分）", Kind.INTEGER),
    Field("asked", "已回访", Kind.INTEGER),
    Field("satisfied", "无不满意", Kind.INTEGER),
    Field("satisfaction", "满意率", Kind.INTEGER),
)
_COLUMNS = {
    "name": Column(84, 3, 0),
    "orders": Column(58, 1, 0),
    "finished": Column(58, 1, 3),
    "amount": Column(92, 1, 0),
    "to_arrive": Column(84, 1, 1),
    "to_finish": Column(84, 1, 1),
    "asked": Column(66, 1, 2),
    "satisfied": Column(78, 1, 4),
    "satisfaction": Column(64, 1, 0),
}


class TotalsTable(RegisterTableView):
    """The arrows go from figure to figure; Enter, or a double click, opens the orders behind the one with the ring.

    `total_opened(words, ids)`: `words` say which total it is.
    """

    total_opened = Signal(str, object)

    def __init__(self) -> None:
        self.source = _Lines()
        self.model_ = RegisterTableModel(_FIELDS, self.source)
        empty = EmptyState("orders", "这个月没有服务单", "按 ← → 看别的月份")
        super().__init__(self.model_, name="月报", own_columns=_COLUMNS, empty=empty)
        self.record_opened.connect(self._on_opened)

    def show_sheet(self, sheet: MonthSheet) -> None:
        """Show a month's groups with the total last."""
        column = max(1, self.currentIndex().column())
        self.source.lines = (*sheet.lines, sheet.total) if sheet.lines else ()
        self.model_.refresh()
        if self.source.lines and not self.currentIndex().isValid():
            self.setCurrentIndex(self.model_.index(0, column))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A ring around the figure that Enter opens, and a line above the total."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        last = self.model_.rowCount() - 1
        if last > 0:
            painter.setPen(QPen(theme.color("line_strong"), 1))
            top = self.rowViewportPosition(last)
            painter.drawLine(0, top, self.viewport().width(), top)
        index = self.currentIndex()
        if self.hasFocus() and index.isValid():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.visualRect(index).adjusted(2, 3, -2, -3), 4, 4)

    def _on_opened(self, row: int) -> None:
        line = self.source.lines[row - 1]
        field = _FIELDS[max(0, self.currentIndex().column())]
        ids = line.behind.get(field.name, line.order_ids)
        words = "" if field.name in ("name", "orders") else field.label.removesuffix("（分）")
        self.total_opened.emit(" ".join(filter(None, (line.name, words))), ids)


class _Lines:
    """The lines as a table's source, numbered from 1."""

    def __init__(self) -> None:
        self.lines: tuple[ReportLine, ...] = ()

    def find(self, _query: RegisterQuery) -> Sequence[int]:
        """All of them."""
        return range(1, len(self.lines) + 1)

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The figures as they are written."""
        return [(row, *self._cells(self.lines[row - 1])) for row in ids]

    def _cells(self, line: ReportLine) -> tuple[str, ...]:
        return (
            line.name,
            f"{line.orders:,}",
            f"{line.finished:,}",
            *(measure(name).shown(getattr(line, name)) for name in ("amount", "to_arrive", "to_finish")),
            f"{line.asked:,}",
            f"{line.satisfied:,}",
            measure("satisfaction").shown(line.satisfaction),
        )
