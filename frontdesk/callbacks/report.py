"""The month in numbers: how many orders, what they came to, how quickly, and what the customers said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from frontdesk.callbacks.listing import row_of
from frontdesk.callbacks.model import Callback
from frontdesk.core.actor import Permission
from frontdesk.core.fields import Choice, Field, Kind, Register
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import ORDER
from frontdesk.orders.rules import State

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext
    from frontdesk.exchange.export import ExportWish

GROUPINGS = (
    Choice("category", "服务类别"),
    Choice("department", "服务部门"),
    Choice("service_person", "服务人员"),
)
NAMED_NOBODY = "（未填）"
TOTAL = "合计"
_CHARTED, _BARS = (
    ("orders", "amount"),
    15,
)  # figures of the file's charts, and how many groups one has room for
_READ = tuple(
    getattr(ServiceOrder, name)
    for name in (
        *("id", "category", "department", "service_person", "due_amount"),
        *("issued_at", "arrived_at", "finished_at"),
    )
)

MONTH_REPORT = Register(
    name="month_report",
    form_id="",
    title="服务单月报",
    fields=(
        Field("grouping", "统计口径"),
        Field("name", "名称"),
        Field("orders", "单数", Kind.INTEGER),
        Field("finished", "完工", Kind.INTEGER),
        Field("amount", "金额", Kind.MONEY),
        Field("to_arrive", "平均到场（分钟）", Kind.INTEGER),
        Field("to_finish", "平均完工（分钟）", Kind.INTEGER),
        Field("asked", "已回访", Kind.INTEGER),
        Field("satisfied", "其中无不满意", Kind.INTEGER),
        Field("satisfaction", "满意率（%）", Kind.INTEGER),
    ),
)


@dataclass(frozen=True)
class ReportLine:
    """One group of the month, or all of it. `amount` in fen, times in whole minutes from issue, None when nobody
    came yet.

    `satisfied` of `asked` orders had no dissatisfied answer in their first call-back. `behind` has the orders
    behind each figure, by its name: every total opens its rows.
    """

    name: str
    orders: int
    finished: int
    amount: int
    to_arrive: int | None
    to_finish: int | None
    asked: int
    satisfied: int
    behind: Mapping[str, tuple[int, ...]]

    @property
    def order_ids(self) -> tuple[int, ...]:
        """All orders of the group."""
        return self.behind["orders"]

    @property
    def satisfaction(self) -> int | None:
        """How many of a hundred were satisfied; None when nobody was asked."""
        return round(100 * self.satisfied / self.asked) if self.asked else None


@dataclass(frozen=True)
class MonthSheet:
    """A month in numbers: its groups, the largest first, and all of it."""

    month: date
    grouping: str
    lines: tuple[ReportLine, ...]
    total: ReportLine


class MonthReport:
    """The reports of one desk, for those who read reports. Raises NotAllowedError."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def lines(self, month: date, grouping: str) -> list[ReportLine]:
        """The groups of `sheet`."""
        return list(self.sheet(month, grouping).lines)

    def sheet(self, month: date, grouping: str) -> MonthSheet:
        """The month's orders by `category`, `department` or `service_person`.

        Orders belong to the month in which they were issued; void and blank ones are left out.
        """
        if grouping not in {choice.key for choice in GROUPINGS}:
            raise ValueError(grouping)
        self._context.require(Permission.REPORTS)
        first = month.replace(day=1)
        orders, answers = self._read(first, _month_end(first))
        groups: dict[str, list[Any]] = defaultdict(list)
        for order in orders:
            groups[getattr(order, grouping)].append(order)
        lines = [_line(_named(grouping, key), group, answers) for key, group in groups.items()]
        lines.sort(key=lambda line: (-line.orders, line.name))
        return MonthSheet(first, grouping, tuple(lines), _line(TOTAL, orders, answers))

    def course(self, last: date, months: int = 12) -> list[MonthSheet]:
        """The totals of so many months up to the one that this day lies in, the earliest first; without groups."""
        self._context.require(Permission.REPORTS)
        firsts = [month_before(last, back) for back in range(months - 1, -1, -1)]
        orders, answers = self._read(firsts[0], _month_end(firsts[-1]))
        of_month: dict[date, list[Any]] = defaultdict(list)
        for order in orders:
            of_month[self._context.clock.local(order.issued_at).date().replace(day=1)].append(order)
        return [MonthSheet(first, "", (), _line(TOTAL, of_month[first], answers)) for first in firsts]

    def _read(self, first: date, last: date) -> tuple[Sequence[Any], dict[int, bool]]:
        """The orders issued on these days, as plain rows, and what was first answered about them."""
        begins, ends = self._context.clock.day_bounds(first, last)
        counted = (
            ServiceOrder.issued_at >= begins,
            ServiceOrder.issued_at < ends,
            ServiceOrder.voided_at.is_(None),
            ServiceOrder.state.not_in([State.VOID.value, State.BLANK.value]),
        )
        with self._context.read() as session:
            asked = select(*_READ).where(*counted).order_by(ServiceOrder.year, ServiceOrder.number)
            return session.execute(asked).all(), _first_answers(session, counted)

    def export(self, path: Path, month: date, wish: ExportWish) -> int:
        """Write the three groupings to an XLSX file, a sheet with its total and charts each, noted with its purpose;
        returns the number of rows.

        Raises RefusedError, NotAllowedError, SurroundingsError; then there is no file.
        """
        from frontdesk.exchange.export import export_sheets
        from frontdesk.exchange.sheet_out import BarsOf, SheetPart

        names = [field.name for field in MONTH_REPORT.exported if field.name != "grouping"]
        parts = []
        for choice in GROUPINGS:
            sheet = self.sheet(month, choice.key)
            rows = [
                (choice.label, *(getattr(line, name) for name in names))
                for line in (*sheet.lines, sheet.total)
            ]
            bars = BarsOf(f"{month:%Y-%m} 各{choice.label}", "name", _CHARTED, min(len(sheet.lines), _BARS))
            parts.append(SheetPart(choice.label, rows, bars))
        return export_sheets(self._context, path, MONTH_REPORT, parts, wish)


def month_before(day: date, back: int) -> date:
    """The first day of the month so many months before the one that a day lies in; after it where negative."""
    whole = day.year * 12 + day.month - 1 - back
    return date(whole // 12, whole % 12 + 1, 1)


def _month_end(first: date) -> date:
    return month_before(first, -1) - timedelta(days=1)


def _first_answers(session: Session, counted: Sequence[ColumnElement[bool]]) -> dict[int, bool]:
    """Of each order that was called back, whether its first answers were without a bad one."""
    newest_first = session.scalars(
        select(Callback)
        .join(ServiceOrder, ServiceOrder.id == Callback.order_id)
        .where(*counted, Callback.voided_at.is_(None), Callback.reached.is_(True))
        .order_by(Callback.called_at.desc(), Callback.id.desc())
    )
    return {callback.order_id: not row_of(callback).bad for callback in newest_first}


def _line(name: str, orders: Sequence[Any], content: Mapping[int, bool]) -> ReportLine:
    arrived = [order for order in orders if order.arrived_at is not None]
    finished = [order for order in orders if order.finished_at is not None]
    asked = [order.id for order in orders if order.id in content]
    satisfied = [order_id for order_id in asked if content[order_id]]
    behind = {
        "orders": tuple(order.id for order in orders),
        "finished": tuple(order.id for order in finished),
        "amount": tuple(order.id for order in finished if order.due_amount),
        "to_arrive": tuple(order.id for order in arrived),
        "to_finish": tuple(order.id for order in finished),
        "asked": tuple(asked),
        "satisfied": tuple(satisfied),
        "satisfaction": tuple(asked),
    }
    return ReportLine(
        name,
        len(orders),
        len(finished),
        sum(order.due_amount for order in finished),
        _mean_minutes([(order.issued_at, order.arrived_at) for order in arrived]),
        _mean_minutes([(order.issued_at, order.finished_at) for order in finished]),
        len(asked),
        len(satisfied),
        behind,
    )


def _mean_minutes(spans: Sequence[tuple[datetime, datetime]]) -> int | None:
    minutes = [(ends - begins).total_seconds() / 60 for begins, ends in spans]
    return round(sum(minutes) / len(minutes)) if minutes else None


def _named(grouping: str, key: str) -> str:
    label = ORDER.field("category").label_of(key) if grouping == "category" else key
    return label or NAMED_NOBODY
