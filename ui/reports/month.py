"""The month's report: how many orders, what they came to, how quickly, and what the customers said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from frontdesk.callbacks.report import GROUPINGS, MONTH_REPORT, MonthSheet, month_before
from frontdesk.core.fields import Choice
from frontdesk.core.query import Picked
from ui.register.export_step import ExportSource
from ui.reports.charts import Bar, CourseChart, GroupChart
from ui.reports.measures import CHOICES, Measure, measure
from ui.reports.monthly import MonthlySection
from ui.reports.totals_table import TotalsTable
from ui.widgets.segmented import SegmentedChoice
from ui.widgets.zones import FoldingZones, Zone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from PySide6.QtGui import QResizeEvent

    from frontdesk.desk import Desk
    from ui.tasks import TaskRunner

_MONTHS = 12
_LOW = 330  # px: charts and table one above the other need more
_ALONE = 4000  # px: where they fold they never stand side by side
_NARROW = 560  # px: two charts side by side need more
_ORDERS = "service_order"
_GROUPS = tuple(Choice(choice.key, choice.label.removeprefix("服务")) for choice in GROUPINGS)


@dataclass(frozen=True)
class Report:
    """What is shown: the month by the grouping, and the months around it."""

    sheet: MonthSheet
    course: Sequence[MonthSheet]


class MonthSection(MonthlySection):
    """Charts above, table below; in a low window they share a place (Alt+1, Alt+2)."""

    title = "月报"
    shows: ClassVar[frozenset[str]] = frozenset({"service_order", "callback"})

    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__(desk, tasks)
        self._report: Report | None = None
        self.measure_choice = SegmentedChoice(CHOICES, "图上看什么")
        self.measure_choice.set_key(CHOICES[0].key)
        self.measure_choice.chosen.connect(self._on_measure)
        self.grouping_choice = SegmentedChoice(_GROUPS, "统计口径")
        self.grouping_choice.set_key(_GROUPS[0].key)
        self.grouping_choice.chosen.connect(self._on_grouping)
        self.course, self.groups = CourseChart(), GroupChart()
        self.course.step_requested.connect(self.step_month)
        self.course.month_requested.connect(self.show_month)
        self.course.opened.connect(lambda: self.open_total("合计", self._sheet().total.order_ids))
        self.table = TotalsTable()
        self.table.total_opened.connect(self.open_total)
        self._panes = _Panes(self._choices(), self.course, self.groups, self.table)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._panes)

    def read(self, month: date) -> Report:
        """The month by the grouping, and twelve months with it among them."""
        this = self.desk.context.clock.today().replace(day=1)
        last = min(this, month_before(month, -_MONTHS // 2))
        reports = self.desk.month_report
        return Report(reports.sheet(month, self.grouping_choice.key()), reports.course(last, _MONTHS))

    def show_read(self, found: Report) -> None:
        """Fill charts and table."""
        self._report = found
        self.table.show_sheet(found.sheet)
        total = found.sheet.total
        self.card.set_remark(
            f"共 {total.orders:,} 单 · 按 Enter 列出数字背后的服务单" if total.orders else ""
        )
        self._draw()

    def export_sources(self) -> Sequence[ExportSource]:
        """The month by all three groupings."""
        month = self.month
        return (
            ExportSource(
                MONTH_REPORT,
                lambda path, wish, _task: self.desk.month_report.export(path, month, wish),
                f"{month:%Y-%m}",
            ),
        )

    def put_cursor(self) -> None:
        """Into the chart, where ← and → change the month."""
        if self.asks():
            self.question.put_cursor()
        else:
            self._panes.zones.show_zone(0)
            self.course.setFocus()

    def open_total(self, words: str, ids: Sequence[int]) -> None:
        """List the orders behind a total on their page."""
        if ids:
            self.rows_requested.emit(_ORDERS, Picked(f"{self.month:%Y-%m} {words}", tuple(ids)))
        else:
            self.notice_requested.emit(f"{self.month:%Y-%m} {words}：没有这样的服务单。", "info")

    def _sheet(self) -> MonthSheet:
        assert self._report is not None
        return self._report.sheet

    def _choices(self) -> QWidget:
        choices = QWidget()
        row = QHBoxLayout(choices)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.measure_choice, 5)
        row.addWidget(self.grouping_choice, 3)
        return choices

    def _on_measure(self, key: str) -> None:
        if not key:  # taken back by Delete: a chart shows something always
            self.measure_choice.set_key(CHOICES[0].key)
        self._draw()

    def _on_grouping(self, key: str) -> None:
        if not key:
            self.grouping_choice.set_key(_GROUPS[0].key)
        self.load()

    def _draw(self) -> None:
        if self._report is None:
            return
        shown = measure(self.measure_choice.key())
        sheet, course = self._report.sheet, self._report.course
        months = [each.month for each in course]
        self.course.show_course(
            f"{shown.label}（{shown.unit}）· 近 {len(course)} 个月",
            months,
            [_bar(f"{each.month:%Y-%m}", shown, each) for each in course],
            sheet.month,
        )
        grouping = next(choice.label for choice in GROUPINGS if choice.key == sheet.grouping)
        largest_first = sorted(sheet.lines, key=lambda line: -(shown.of(line) or 0))
        bars = [Bar(line.name, shown.of(line), shown.shown(shown.of(line))) for line in largest_first]
        self.groups.show_groups(f"{sheet.month.month} 月各{grouping}", bars)


def _bar(name: str, shown: Measure, sheet: MonthSheet) -> Bar:
    value = shown.of(sheet.total)
    return Bar(name, value, shown.shown(value), shown.short(value))


class _Panes(QWidget):
    """Choices, charts and table below one another where there is room, else charts and table in one place."""

    def __init__(self, choices: QWidget, course: QWidget, groups: QWidget, table: QWidget) -> None:
        super().__init__()
        self._charts = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._charts)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._row.addWidget(course, 3)
        self._row.addWidget(groups, 2)
        self._groups = groups
        self._both = QWidget()
        self._column = QVBoxLayout(self._both)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._table_place = QWidget()
        self._table_column = QVBoxLayout(self._table_place)
        self._table_column.setContentsMargins(0, 0, 0, 0)
        self._table = table
        self.zones = FoldingZones(
            [Zone(self._both, "图", _ALONE, 1, course), Zone(self._table_place, "表", _ALONE, 1, table)],
            margin=0,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(choices)
        column.addWidget(self.zones, 1)
        self._low: bool | None = None
        self._arrange(low=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold for the new size."""
        super().resizeEvent(event)
        self._arrange(low=self.height() < _LOW)
        narrow = self.width() < _NARROW
        self._groups.setVisible(not (narrow and self._low))
        way = QBoxLayout.Direction
        self._row.setDirection(way.TopToBottom if narrow else way.LeftToRight)

    def _arrange(self, *, low: bool) -> None:
        if low == self._low:
            return
        self._low = low
        if low:
            self._column.addWidget(self._charts, 1)
            self._table_column.addWidget(self._table)
        else:
            self._column.addWidget(self._charts, 2)
            self._column.addWidget(self._table, 3)
        self.zones.set_zone_shown(1, shown=low)
