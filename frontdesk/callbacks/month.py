"""The month's repairs and services with their cost, satisfaction and call-back (F-REPAIR-SUM)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from frontdesk.callbacks.listing import row_of
from frontdesk.callbacks.model import Callback
from frontdesk.callbacks.register import CallbackRow, satisfaction
from frontdesk.core.actor import Permission
from frontdesk.core.fields import Field, Kind, Register
from frontdesk.core.money import format_fen
from frontdesk.core.shown import dated_moment
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.rules import State

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.core.query import TableRow
    from frontdesk.exchange.export import ExportWish

CHUNK = 500  # orders read at once

REPAIR_SUMMARY = Register(
    name="repair_summary",
    form_id="F-REPAIR-SUM",
    title="维修(服务)汇总表",
    fields=(
        Field("position", "序号", Kind.INTEGER, width=12),
        Field("day", "日期", Kind.DATE, width=20),
        Field("unit_no", "房号", Kind.UNIT, width=24),
        Field("content", "内容", Kind.LONG_TEXT, width=66),
        Field("serial", "任务单号", Kind.SERIAL, width=28),
        Field("service_person", "服务人员", Kind.PERSON, width=22),
        Field("finished_at", "完成时间", Kind.MOMENT, width=24),
        Field("cost", "费用", Kind.MONEY, width=20),
        Field("satisfaction", "满意度", width=22),
        Field("callback", "回访", width=37),
    ),
)


class RepairSummary:
    """维修(服务)汇总表 of one desk."""

    register = REPAIR_SUMMARY

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def order_ids(self, month: date) -> Sequence[int]:
        """The orders of the month that this day lies in, in the order of their serials; void and blank ones left out."""
        self._context.require(Permission.READ_ORDERS)
        first = month.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        begins, ends = self._context.clock.day_bounds(first, last)
        asked = select(ServiceOrder.id).where(
            ServiceOrder.issued_at >= begins,
            ServiceOrder.issued_at < ends,
            ServiceOrder.voided_at.is_(None),
            ServiceOrder.state.not_in([State.VOID.value, State.BLANK.value]),
        )
        with self._context.read() as session:
            return session.scalars(asked.order_by(ServiceOrder.year, ServiceOrder.number)).all()

    def print_rows(self, month: date) -> Iterator[tuple[str, ...]]:
        """The ten cells of each order of the month, numbered from 1."""
        self._context.require(Permission.PRINT)
        for position, values in self._numbered(self.order_ids(month)):
            yield (str(position), *self._cells(values))

    def table_rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The cells of these orders for the table, without their position."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return [(values.order_id, *self._cells(values)) for values in _values(session, ids)]

    def export(
        self,
        path: Path,
        month: date,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write the month to an XLSX file, noted with its purpose; returns the number of rows.

        Raises RefusedError, NotAllowedError, StoppedError, SurroundingsError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        ids = self.order_ids(month)
        rows = (self._native(position, values) for position, values in self._numbered(ids))
        return export_register(
            self._context,
            path,
            REPAIR_SUMMARY,
            rows,
            wish,
            total=len(ids),
            progress=progress,
            cancelled=cancelled,
        )

    def _numbered(self, ids: Sequence[int]) -> Iterator[tuple[int, _Values]]:
        # Read in pieces, so that a clerk can go on writing in between.
        for at in range(0, len(ids), CHUNK):
            with self._context.read() as session:
                chunk = list(_values(session, ids[at : at + CHUNK]))
            yield from enumerate(chunk, start=at + 1)

    def _cells(self, values: _Values) -> tuple[str, ...]:
        """As it stands on paper and on the screen."""
        clock, last = self._context.clock, values.last
        called = f"{dated_moment(clock, last.called_at)} {last.called_by}" if last else ""
        return (
            clock.local(values.issued_at).date().isoformat(),
            values.unit_no,
            values.content,
            values.serial,
            values.service_person,
            dated_moment(clock, values.finished_at),
            format_fen(values.due_amount) if values.finished_at else "",
            satisfaction(last, "\n") if last else "",
            called,
        )

    def _native(self, position: int, values: _Values) -> tuple[Any, ...]:
        """As it goes into a sheet: days as days, money as money."""
        clock, last = self._context.clock, values.last
        return (
            position,
            clock.local(values.issued_at).date(),
            values.unit_no,
            values.content,
            values.serial,
            values.service_person,
            values.finished_at,
            values.due_amount if values.finished_at else None,
            satisfaction(last, "；") if last else "",
            f"{dated_moment(clock, last.called_at)} {last.called_by}" if last else "",
        )


@dataclass(frozen=True)
class _Values:
    """What is told of an order; `last` is the last of its call-backs."""

    order_id: int
    issued_at: datetime
    unit_no: str
    content: str
    serial: str
    service_person: str
    finished_at: datetime | None
    due_amount: int
    last: CallbackRow | None


def _values(session: Session, ids: Sequence[int]) -> Iterator[_Values]:
    asked = select(
        ServiceOrder.id,
        ServiceOrder.issued_at,
        ServiceOrder.unit_no,
        ServiceOrder.content,
        ServiceOrder.serial,
        ServiceOrder.service_person,
        ServiceOrder.finished_at,
        ServiceOrder.due_amount,
    ).where(ServiceOrder.id.in_(ids))
    found: dict[int, tuple[Any, ...]] = {row.id: tuple(row) for row in session.execute(asked)}
    of_orders = select(Callback).where(Callback.order_id.in_(ids), Callback.voided_at.is_(None))
    ordered = session.scalars(of_orders.order_by(Callback.called_at, Callback.id))
    last = {callback.order_id: row_of(callback) for callback in ordered}
    return (_Values(*(*found[number], last.get(number))) for number in ids if number in found)
