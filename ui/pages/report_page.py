"""The reports page: the month in numbers, patterns, the month's repairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from ui.register.section_page import SectionPage, SectionSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk
    from ui.print_desk import PrintDesk
    from ui.register.section import Section
    from ui.tasks import TaskRunner


class ReportPage(SectionPage):
    """For those who read reports; the month's repairs for whoever reads orders."""

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        super().__init__(desk.context, "报表")
        self._desk, self._printing, self._tasks = desk, printing, tasks

    def specs(self) -> Sequence[SectionSpec]:
        """Each is imported when it is first shown."""
        return (
            SectionSpec("月报", "report", self._month, (Permission.REPORTS,)),
            SectionSpec("规律", "repeat", self._patterns, (Permission.REPORTS,)),
            SectionSpec("维修汇总", "wrench", self._repairs, (Permission.REPORTS, Permission.WRITE_ORDERS)),
        )

    def _month(self) -> Section:
        from ui.reports.month import MonthSection

        return MonthSection(self._desk, self._tasks)

    def _repairs(self) -> Section:
        from ui.reports.repairs import RepairsSection

        return RepairsSection(self._desk, self._printing, self._tasks)

    def _patterns(self) -> Section:
        from ui.reports.patterns import PatternsSection

        return PatternsSection(self._desk, self._printing, self._tasks)
