"""What is damaged before housekeeping work begins, as a step of the order (R-ORDER-19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.core.fields import Field, Kind
from frontdesk.core.shown import shown_moment
from frontdesk.orders.rules import AT_WORK_STATES, HOUSEKEEPING
from ui.register.record_panel import Fact, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from frontdesk.core.clock import Clock
    from frontdesk.desk import Desk
    from frontdesk.orders.register import OrderRow

_FIELDS = (
    Field("prior_damage", "原有损坏", Kind.LONG_TEXT, required=True, max_length=400, hint="没有就写“无”"),
    Field("damage_seen_by", "查看的领班", Kind.PERSON, required=True, max_length=120),
    Field("damage_confirmed_by", "确认的住户", required=True, max_length=120),
)


def damage_fact(clock: Clock, order: OrderRow) -> Fact:
    """What was noted, with who looked and who confirmed; without text while nothing is."""
    if order.damage_confirmed_at is None:
        return Fact("原有损坏", "")
    at = shown_moment(clock, order.damage_confirmed_at)
    return Fact(
        "原有损坏",
        f"{order.prior_damage}（领班 {order.damage_seen_by}，{order.damage_confirmed_by} {at} 确认）",
    )


def damage_steps(desk: Desk, order: OrderRow) -> Iterator[Step]:
    """Note it, as long as the work is not finished."""
    if order.category != HOUSEKEEPING or order.state not in AT_WORK_STATES:
        return
    known = {field.name: getattr(order, field.name) or None for field in _FIELDS}
    known["damage_confirmed_by"] = known["damage_confirmed_by"] or order.customer or None
    yield Step(
        "damage", "原有损坏", "S",
        lambda v: desk.prior_damage.record(
            order.id, v["prior_damage"], v["damage_seen_by"], v["damage_confirmed_by"]
        ),
        _FIELDS, known, question="动工前有没有损坏？领班看过、住户确认后登记。",
    )  # fmt: skip
