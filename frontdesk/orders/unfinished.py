"""A room's unfinished orders: those that are not back, and those whose customer waits for a rework (R-ORDER-11)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from frontdesk.orders import listing
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.rules import State

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# Which of these orders wait for a rework: told by the call-backs, of which the orders know nothing.
Reworked = Callable[["Session", Collection[int]], Collection[int]]

_MAY_BE_REWORKED = and_(ServiceOrder.state == State.RETURNED.value, ServiceOrder.called_back_at.is_(None))


def no_rework(_session: Session, _order_ids: Collection[int]) -> Collection[int]:
    """Nobody calls back."""
    return ()


def unfinished(session: Session, unit_id: int, reworked: Reworked) -> list[ServiceOrder]:
    """The unit's unfinished orders, newest first."""
    asked = select(ServiceOrder).where(
        ServiceOrder.unit_id == unit_id, or_(listing.IS_OPEN, _MAY_BE_REWORKED)
    )
    orders = session.scalars(asked.order_by(ServiceOrder.id.desc())).all()
    back = [order.id for order in orders if order.state == State.RETURNED]
    waiting = set(reworked(session, back)) if back else set()
    return [order for order in orders if order.state != State.RETURNED or order.id in waiting]
