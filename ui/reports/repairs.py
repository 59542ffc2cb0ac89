"""The month's repairs and services with cost, satisfaction and call-back (F-REPAIR-SUM)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QVBoxLayout

from frontdesk.callbacks.month import REPAIR_SUMMARY
from frontdesk.core.actor import Permission
from ui.print_desk import PrintRequest
from ui.register.columns import Column
from ui.register.export_step import ExportSource
from ui.register.table_model import RegisterTableModel
from ui.register.table_view import RegisterTableView
from ui.reports.monthly import MonthlySection
from ui.widgets.containers import EmptyState
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from frontdesk.callbacks.month import RepairSummary
    from frontdesk.core.query import RegisterQuery, TableRow
    from frontdesk.desk import Desk
    from ui.print_desk import PrintDesk
    from ui.tasks import TaskRunner

_COLUMNS = {
    "position": Column(48, 0, 6),
    "day": Column(92, 0, 4),
    "unit_no": Column(86, 0, 0),
    "content": Column(130, 3, 0),
    "serial": Column(120, 0, 1),
    "service_person": Column(68, 0, 3),
    "finished_at": Column(96, 0, 5),
    "cost": Column(76, 0, 2),
    "satisfaction": Column(90, 1, 2),
    "callback": Column(128, 1, 7),
}
_ORDERS = "service_order"


class RepairsSection(MonthlySection):
    """A month's orders as they stand on paper; Enter opens one."""

    title = REPAIR_SUMMARY.title
    shows: ClassVar[frozenset[str]] = frozenset({"service_order", "callback"})

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        super().__init__(desk, tasks)
        self._printing = printing
        self._source = _Month(desk.repair_summary)
        self.model = RegisterTableModel(REPAIR_SUMMARY.fields, self._source)
        empty = EmptyState("orders", "这个月没有服务单", "Alt+← Alt+→ 看别的月份")
        self.table = RegisterTableView(self.model, name=self.title, own_columns=_COLUMNS, empty=empty)
        self.table.record_opened.connect(lambda order_id: self.open_requested.emit(_ORDERS, order_id))
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def read(self, month: date) -> Sequence[int]:
        """The orders of the month."""
        return self.desk.repair_summary.order_ids(month)

    def show_read(self, found: Sequence[int]) -> None:
        """Fill the table."""
        self._source.ids = found
        self.model.refresh()
        self.card.set_remark(f"共 {len(found):,} 单" if found else "")
        if found and not self.table.currentIndex().isValid():
            self.table.selectRow(0)

    def export_sources(self) -> Sequence[ExportSource]:
        """The month as a sheet."""
        month, summary = self.month, self.desk.repair_summary
        return (
            ExportSource(
                REPAIR_SUMMARY,
                lambda path, wish, task: summary.export(
                    path, month, wish, progress=task.progress, cancelled=task.cancelled
                ),
                f"{month:%Y-%m}",
            ),
        )

    def own_actions(self) -> Sequence[Action]:
        """Print the month, after a look if wanted."""
        if not self.may(Permission.PRINT):
            return ()
        return (
            Action("print", lambda: self._printing.print_now(self._request())),
            Action("preview", lambda: self._printing.preview(self._request())),
        )

    def put_cursor(self) -> None:
        """Into the table."""
        if self.asks():
            self.question.put_cursor()
        else:
            self.table.setFocus()

    def _request(self) -> PrintRequest:
        month, paper = self.month, self.desk.paper
        return PrintRequest(
            REPAIR_SUMMARY.form_id,
            f"{REPAIR_SUMMARY.title} {month:%Y-%m}",
            lambda _choice, task: paper.repair_summary(
                month, progress=task.progress, cancelled=task.cancelled
            ),
        )


class _Month:
    """The orders of a month as a table's source; their rows are read as they come into view."""

    def __init__(self, summary: RepairSummary) -> None:
        self._summary = summary
        self.ids: Sequence[int] = ()

    def find(self, _query: RegisterQuery) -> Sequence[int]:
        """All of the month."""
        return self.ids

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The cells, with the position that an order has on paper."""
        places = {order_id: place for place, order_id in enumerate(self.ids, 1)}
        return [(row[0], str(places[int(row[0])]), *row[1:]) for row in self._summary.table_rows(ids)]
