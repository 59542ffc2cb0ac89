"""The month in numbers: how many orders, what they came to, how quickly, and what the customers said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from frontdesk.callbacks.listing import row_of
from frontdesk.callbacks.model import Callback
from frontdesk.callbacks.month import RepairSummary
from frontdesk.core.actor import Permission
from frontdesk.core.fields import Choice, Field, Kind, Register
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import ORDER

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext
    from frontdesk.exchange.export import ExportWish

GROUPINGS = (
    Choice("category", "服务类别"),
    Choice("department", "服务部门"),
    Choice("service_person", "服务人员"),
)
NAMED_NOBODY = "（未填）"

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
    ),
)


@dataclass(frozen=True)
class ReportLine:
    """One group of the month. `amount` in fen, times in whole minutes from issue, None when nobody came yet.

    `satisfied` of `asked` orders had no dissatisfied answer in their first call-back; `order_ids` are the
    rows behind the line, which every total opens.
    """

    name: str
    orders: int
    finished: int
    amount: int
    to_arrive: int | None
    to_finish: int | None
    asked: int
    satisfied: int
    order_ids: tuple[int, ...]


class MonthReport:
    """The reports of one desk, for those who read reports. Raises NotAllowedError."""

    def __init__(self, context: DeskContext, months: RepairSummary) -> None:
        self._context, self._months = context, months

    def lines(self, month: date, grouping: str) -> list[ReportLine]:
        """The month's orders by `category`, `department` or `service_person`, the largest group first.

        Orders belong to the month in which they were issued; void and blank ones are left out.
        """
        if grouping not in {choice.key for choice in GROUPINGS}:
            raise ValueError(grouping)
        self._context.require(Permission.REPORTS)
        ids = self._months.order_ids(month)
        with self._context.read() as session:
            content = _first_answers(session, ids)
            groups: dict[str, list[ServiceOrder]] = defaultdict(list)
            for order in session.scalars(select(ServiceOrder).where(ServiceOrder.id.in_(ids))):
                groups[getattr(order, grouping)].append(order)
        found = [_line(_named(grouping, key), orders, content) for key, orders in groups.items()]
        return sorted(found, key=lambda line: (-line.orders, line.name))

    def export(self, path: Path, month: date, wish: ExportWish) -> int:
        """Write all three groupings to an XLSX file, noted with its purpose; returns the number of rows.

        Raises RefusedError, NotAllowedError, SurroundingsError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        names = [field.name for field in MONTH_REPORT.exported if field.name != "grouping"]
        rows = [
            (choice.label, *(getattr(line, name) for name in names))
            for choice in GROUPINGS
            for line in self.lines(month, choice.key)
        ]
        return export_register(self._context, path, MONTH_REPORT, rows, wish, total=len(rows))


def _first_answers(session: Session, ids: Sequence[int]) -> dict[int, bool]:
    """Of each order that was called back, whether its first answers were without a bad one."""
    standing = (Callback.voided_at.is_(None), Callback.reached.is_(True), Callback.order_id.in_(ids))
    newest_first = session.scalars(
        select(Callback).where(*standing).order_by(Callback.called_at.desc(), Callback.id.desc())
    )
    return {callback.order_id: not row_of(callback).bad for callback in newest_first}


def _line(name: str, orders: Sequence[ServiceOrder], content: dict[int, bool]) -> ReportLine:
    asked = [order.id for order in orders if order.id in content]
    finished = [order for order in orders if order.finished_at is not None]
    return ReportLine(
        name,
        len(orders),
        len(finished),
        sum(order.due_amount for order in finished),
        _mean_minutes([(order.issued_at, order.arrived_at) for order in orders]),
        _mean_minutes([(order.issued_at, order.finished_at) for order in orders]),
        len(asked),
        sum(content[order_id] for order_id in asked),
        tuple(order.id for order in orders),
    )


def _mean_minutes(spans: Sequence[tuple[datetime, datetime | None]]) -> int | None:
    minutes = [(ends - begins).total_seconds() / 60 for begins, ends in spans if ends is not None]
    return round(sum(minutes) / len(minutes)) if minutes else None


def _named(grouping: str, key: str) -> str:
    label = ORDER.field("category").label_of(key) if grouping == "category" else key
    return label or NAMED_NOBODY
