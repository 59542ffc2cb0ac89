"""What orders await from the desk: somebody at the place, a word at the agreed time, the signed order back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from frontdesk.core.actor import Permission
from frontdesk.core.due import DueItem
from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.present import present
from frontdesk.orders import listing
from frontdesk.orders.appointments import overlaps
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import ORDER, OrderRow
from frontdesk.orders.rules import OPEN_STATES, State
from frontdesk.orders.shown import ShownOrders

if TYPE_CHECKING:
    from frontdesk.core.context import DeskContext

MOST = 2_000  # open orders that are looked at, the oldest
_AWAITED = {State.ISSUED: "派工到场", State.DISPATCHED: "到场", State.FINISHED: "返单"}


class OrderWatch:
    """The deadlines of one desk's open orders. Commands raise RefusedError, NotAllowedError, SurroundingsError."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context
        self._shown = ShownOrders(context)

    def due(self, now: datetime | None = None) -> list[DueItem]:
        """What is awaited by a moment (R-ORDER-5, 6, 8), the soonest first.

        A confirming call is told of from `now` on only when the work has not been finished meanwhile.
        """
        self._context.require(Permission.READ_ORDERS)
        moment = now or self._context.clock.now()
        asked = select(ServiceOrder).where(listing.IS_OPEN).order_by(ServiceOrder.id).limit(MOST)
        items: list[DueItem] = []
        with self._context.read() as session:
            for order in session.scalars(asked):
                row = self._shown.row(order)
                if row.due_at is not None and row.state in _AWAITED:
                    items.append(_item(row, _AWAITED[State(row.state)], row.due_at))
                if _to_confirm(order) and order.appointment_at and order.appointment_at <= moment:
                    items.append(_item(row, "电话确认到场和价格", order.appointment_at))
        return sorted(items, key=lambda item: item.due_at)

    def overlaps(
        self, order_id: int, service_person: str, begins: datetime | None, ends: datetime | None
    ) -> tuple[str, ...]:
        """Sentences about other appointments that this person would have at the time (R-ORDER-4).

        For an order as it is being typed, before anything is written.
        """
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return overlaps(session, self._context.clock, service_person, (begins, ends), order_id)

    def confirm(self, order_id: int, expected_cost: int | None = None) -> OrderRow:
        """Note the call at the agreed time: somebody has come and begun, and the price stands (R-ORDER-6).

        `expected_cost` in fen when another one was agreed on; None keeps it.
        """
        agreed = fitting(ORDER, {"expected_cost": expected_cost})["expected_cost"]
        with self._context.transaction(Permission.WRITE_ORDERS, action="confirm") as work:
            order = present(work.session, ServiceOrder, order_id)
            if order.state not in OPEN_STATES or order.appointment_at is None:
                raise RefusedError(f"{order.serial} 没有等着确认的预约。", rule="R-ORDER-6")
            if order.confirmed_at is not None:
                raise RefusedError(f"{order.serial} 已经确认过了。", rule="R-ORDER-6")
            order.confirmed_at = work.now
            if agreed is not None:
                order.expected_cost = agreed
            return self._shown.row(order)


def _to_confirm(order: ServiceOrder) -> bool:
    before_the_end = (State.ISSUED, State.DISPATCHED, State.ARRIVED)
    return order.confirmed_at is None and order.state in before_the_end


def _item(row: OrderRow, what: str, due_at: datetime) -> DueItem:
    who = row.service_person or row.taken_by
    since = row.finished_at if row.state == State.FINISHED and row.finished_at else row.issued_at
    return DueItem(ORDER.name, row.id, f"{what} {row.serial}", row.unit_no, who, due_at, since)
