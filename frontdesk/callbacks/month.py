"""The month's repairs and services with their cost, satisfaction and call-back (F-REPAIR-SUM)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from frontdesk.callbacks.listing import row_of, satisfaction
from frontdesk.callbacks.model import Callback
from frontdesk.callbacks.register import CallbackRow
from frontdesk.core.actor import Permission
from frontdesk.core.fields import Field, Kind, Register
from frontdesk.core.money import format_fen
from frontdesk.core.shown import dated_moment
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.rules import State

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext

CHUNK = 500  # orders read at once

REPAIR_SUMMARY = Register(
    name="repair_summary",
    form_id="F-REPAIR-SUM",
    title="维修(服务)汇总表",
    fields=(
        Field("position", "序号", Kind.INTEGER, width=12),
        Field("day", "日期", width=20),
        Field("unit_no", "房号", width=24),
        Field("content", "内容", Kind.LONG_TEXT, width=66),
        Field("serial", "任务单号", Kind.SERIAL, width=28),
        Field("service_person", "服务人员", Kind.PERSON, width=22),
        Field("finished_at", "完成时间", width=24),
        Field("cost", "费用", width=20),
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
            ServiceOrder.state.not_in([State.VOID.value, "blank"]),
        )
        with self._context.read() as session:
            return session.scalars(asked.order_by(ServiceOrder.year, ServiceOrder.number)).all()

    def print_rows(self, month: date) -> Iterator[tuple[str, ...]]:
        """The ten cells of each order of the month, numbered from 1."""
        self._context.require(Permission.PRINT)
        ids = self.order_ids(month)
        for at in range(0, len(ids), CHUNK):
            with self._context.read() as session:
                chunk = list(self._rows(session, ids[at : at + CHUNK]))
            yield from ((str(number), *cells) for number, cells in enumerate(chunk, start=at + 1))

    def _rows(self, session: Session, ids: Sequence[int]) -> Iterator[tuple[str, ...]]:
        found = {
            order.id: order for order in session.scalars(select(ServiceOrder).where(ServiceOrder.id.in_(ids)))
        }
        asked = select(Callback).where(Callback.order_id.in_(ids), Callback.voided_at.is_(None))
        ordered = session.scalars(asked.order_by(Callback.called_at, Callback.id))
        last = {callback.order_id: row_of(callback) for callback in ordered}
        return (self._cells(found[number], last.get(number)) for number in ids)

    def _cells(self, order: ServiceOrder, last: CallbackRow | None) -> tuple[str, ...]:
        clock = self._context.clock
        called = f"{dated_moment(clock, last.called_at)} {last.called_by}" if last else ""
        return (
            clock.local(order.issued_at).date().isoformat(),
            order.unit_no,
            order.content,
            order.serial,
            order.service_person,
            dated_moment(clock, order.finished_at),
            format_fen(order.due_amount) if order.finished_at else "",
            satisfaction(last, "\n") if last else "",
            called,
        )
