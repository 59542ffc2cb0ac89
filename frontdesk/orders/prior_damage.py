"""What is damaged before housekeeping work begins: recorded, looked at by the foreman, confirmed by the resident (R-ORDER-19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import plain_text
from frontdesk.core.present import present
from frontdesk.orders import rules
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.shown import ShownOrders

if TYPE_CHECKING:
    from frontdesk.core.context import DeskContext
    from frontdesk.orders.register import OrderRow

_LABELS = {"prior_damage": "原有损坏", "damage_seen_by": "查看的领班", "damage_confirmed_by": "确认的住户"}


class PriorDamageService:
    """原有损坏 of one desk's housekeeping orders. Commands raise RefusedError, NotAllowedError, SurroundingsError."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context
        self._shown = ShownOrders(context)

    def record(self, order_id: int, what: str, seen_by: str, confirmed_by: str) -> OrderRow:
        """Note what was found before the work began (`无` is an answer too), who looked and who confirmed.

        Another note replaces it as long as the work is not finished; the journal keeps the one before.
        """
        typed = {"prior_damage": what, "damage_seen_by": seen_by, "damage_confirmed_by": confirmed_by}
        values = {
            name: plain_text(
                text, field=name, label=_LABELS[name], most=400 if name == "prior_damage" else 120
            )
            for name, text in typed.items()
        }
        for name, text in values.items():
            if not text:
                raise RefusedError(f"请填写“{_LABELS[name]}”。", field=name, rule=rules.DAMAGE_RULE)
        with self._context.transaction(Permission.WRITE_ORDERS, action="prior_damage") as work:
            order = present(work.session, ServiceOrder, order_id)
            rules.check_damage_time(order.category, order.state, order.serial)
            order.damage_confirmed_at = work.now
            for name, text in values.items():
                setattr(order, name, text)
            work.flush()
            return self._shown.row(order)
