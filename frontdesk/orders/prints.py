"""How often an order was printed (R-ORDER-18), for one and for a thousand at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError, StoppedError
from frontdesk.orders.model import ServiceOrder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from frontdesk.core.actor import Actor
    from frontdesk.core.context import DeskContext
    from frontdesk.core.jobs import Cancelled, Progress

CHUNK = 50  # orders counted in one unit of work: a clerk writes in between
MOST_AT_ONCE = 2_000


def printed_before(context: DeskContext, order_ids: Sequence[int]) -> frozenset[int]:
    """Which of these orders were printed already: another print of them is a 补打 (R-ORDER-18)."""
    context.require(Permission.READ_ORDERS)
    printed = select(ServiceOrder.id).where(ServiceOrder.id.in_(order_ids), ServiceOrder.prints > 0)
    with context.read() as session:
        return frozenset(session.scalars(printed))


def count_prints(
    context: DeskContext,
    order_ids: Sequence[int],
    cancelled: Cancelled | None = None,
    progress: Progress | None = None,
) -> dict[int, int]:
    """Count a print of each before the sheets leave, so that no crash lets out an unmarked one (R-ORDER-18).

    How often each was printed before: 0, then the 补打 count; `progress` tells of orders. Raises RefusedError for
    an order that there is not, StoppedError when `cancelled()` says so; whatever it raises, nothing stays counted.
    """
    if len(order_ids) > MOST_AT_ONCE:
        raise RefusedError(
            f"一次最多打印 {MOST_AT_ONCE:,} 张服务单，这里有 {len(order_ids):,} 张；请先筛选。"
        )
    actor = context.require(Permission.PRINT)
    counts: dict[int, int] = {}
    try:
        for chunk in _chunks(order_ids):
            if cancelled and cancelled():
                raise StoppedError("已停止，没有打印。")
            with context.transaction(Permission.PRINT, action="print") as work:
                found = work.session.scalars(select(ServiceOrder).where(ServiceOrder.id.in_(chunk))).all()
                if len(found) < len(set(chunk)):
                    raise RefusedError("没有这张服务单，请重新查找。", field="serial")
                for order in found:
                    order.prints += 1
                before = {order.id: order.prints - 1 for order in found}
            counts |= before
            if progress:
                progress(len(counts), len(order_ids))
    except BaseException:
        take_back_prints(context, counts, actor)
        raise
    return counts


def take_back_prints(context: DeskContext, counts: Mapping[int, int], actor: Actor) -> None:
    """Strike out the counts of prints that came to nothing; `counts` is what `count_prints` gave `actor`.

    When an order was printed again meanwhile its count stands: one 补打 too many, never one too few.
    """
    for chunk in _chunks(tuple(counts)):
        with context.transaction(Permission.PRINT, action="take_back_print", actor=actor) as work:
            for order in work.session.scalars(select(ServiceOrder).where(ServiceOrder.id.in_(chunk))):
                if order.prints == counts[order.id] + 1:
                    order.prints = counts[order.id]


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))
