"""What a chart can show of the month's orders: how it is counted and how a figure is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from frontdesk.core.fields import Choice
from frontdesk.core.money import format_fen

if TYPE_CHECKING:
    from frontdesk.callbacks.report import ReportLine


@dataclass(frozen=True)
class Measure:
    """A figure of a `ReportLine` by its name; `label` and `unit` are a chart's title, `word` what chooses it."""

    name: str
    word: str
    label: str
    unit: str

    def of(self, line: ReportLine) -> int | None:
        """The figure; None when there is nothing to count."""
        value: int | None = getattr(line, self.name)
        return value

    def shown(self, value: int | None) -> str:
        """As it is written beside a bar and in the table; – for nothing."""
        if value is None:
            return "–"
        if self.name == "amount":
            return format_fen(value)
        return f"{value}%" if self.name == "satisfaction" else f"{value:,}"

    def short(self, value: int | None) -> str:
        """As it is written above a narrow bar: money in whole yuan."""
        if self.name == "amount" and value is not None:
            return f"{round(value / 100):,}"
        return self.shown(value)


MEASURES = (
    Measure("orders", "单数", "单数", "单"),
    Measure("amount", "金额", "金额", "元"),
    Measure("to_arrive", "到场", "平均到场", "分钟"),
    Measure("to_finish", "完工", "平均完工", "分钟"),
    Measure("satisfaction", "满意", "满意率", "%"),
)
CHOICES = tuple(Choice(measure.name, measure.word) for measure in MEASURES)


def measure(name: str) -> Measure:
    """The measure of that name. Raises KeyError."""
    return {each.name: each for each in MEASURES}[name]
