"""Repeat calls: what of the like is on its way already, and the reminder (催办) that takes a second order's place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from frontdesk.core.actor import Permission
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.plain_text import plain_text
from frontdesk.core.present import present
from frontdesk.core.search import folded
from frontdesk.core.shown import shown_serial
from frontdesk.orders.model import OrderReminder, ServiceOrder
from frontdesk.orders.register import PROSE_MOST
from frontdesk.orders.rules import OPEN_STATES, State
from frontdesk.orders.unfinished import Reworked, no_rework, unfinished

if TYPE_CHECKING:
    from frontdesk.core.context import DeskContext, Transaction

ALIKE = 0.5  # the share of the shorter text's character pairs that the other one has, too
_COURTESIES = re.compile(
    r"请|麻烦|师傅|尽快|马上|派人|上门|过来|看一下|看看|处理|维修|修一下|报修|家里|业主|反映"
)
_ASKS_AGAIN = re.compile(r"催|还没|没来|没有?人来|怎么还|什么时候来|多久")


@dataclass(frozen=True)
class OpenMatter:
    """An unfinished order of a room; `shown` says it in one sentence."""

    order_id: int
    serial: str
    content: str
    state_label: str
    issued_at: datetime
    reminders: int
    shown: str


@dataclass(frozen=True)
class ReminderRow:
    """One reminder as it stands."""

    id: int
    order_id: int
    reminded_at: datetime
    reminded_by: str
    text: str


class ReminderService:
    """催办 of one desk's orders. Commands raise RefusedError, NotAllowedError, SurroundingsError."""

    def __init__(self, context: DeskContext, reworked: Reworked = no_rework) -> None:
        self._context, self._reworked = context, reworked

    def open_matters(self, unit_id: int) -> tuple[OpenMatter, ...]:
        """The room's unfinished orders, newest first; `likest` says which one a caller means."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return tuple(map(self._matter, unfinished(session, unit_id, self._reworked)))

    def remind(self, order_id: int, text: str) -> ReminderRow:
        """Note on an unfinished order that the customer asked again, instead of writing a second one."""
        with self._context.transaction(Permission.WRITE_ORDERS, action="remind") as work:
            return _row(self.remind_within(work, order_id, text)[1])

    def remind_within(
        self, work: Transaction, order_id: int, text: str
    ) -> tuple[ServiceOrder, OrderReminder]:
        """The same inside a caller's unit of work: a call and its reminder are written together."""
        if not work.actor.may(Permission.WRITE_ORDERS):
            raise NotAllowedError(f"{work.actor.name}的岗位不能催办服务单，请找主管或换人登录（F12）。")
        words = plain_text(text, field="content", label="催办内容", most=PROSE_MOST)
        order = present(work.session, ServiceOrder, order_id)
        waits = order.state in OPEN_STATES or order.id in self._reworked(work.session, [order.id])
        if not waits or order.voided_at is not None:
            label = State(order.state).label
            raise RefusedError(f"{order.serial} 现在是“{label}”，不用催办，请另开服务单。", field="content")
        order.reminders += 1
        reminder = OrderReminder(
            order_id=order.id, reminded_at=work.now, reminded_by=work.actor.name, text=words
        )
        return order, work.add(reminder)

    def of_order(self, order_id: int) -> tuple[ReminderRow, ...]:
        """An order's reminders, oldest first."""
        self._context.require(Permission.READ_ORDERS)
        asked = select(OrderReminder).where(
            OrderReminder.order_id == order_id, OrderReminder.voided_at.is_(None)
        )
        with self._context.read() as session:
            return tuple(map(_row, session.scalars(asked.order_by(OrderReminder.id))))

    def _matter(self, order: ServiceOrder) -> OpenMatter:
        clock = self._context.clock
        days = (clock.today() - clock.local(order.issued_at).date()).days
        when = {0: "今天", 1: "昨天"}.get(days, f"{days} 天前")
        said = " ".join(order.content.split())
        back = order.state == State.RETURNED
        label = "客户不满意，等返工" if back else State(order.state).label
        asked_again = f"，已催 {order.reminders} 次" if order.reminders else ""
        serial = shown_serial(order.serial, clock.today())
        shown = f"{when}已报“{said[:20]}{'…' if len(said) > 20 else ''}”（{serial}），{label}{asked_again}"
        return OpenMatter(
            order.id, order.serial, order.content, label, order.issued_at, order.reminders, shown
        )


def likest(matters: Sequence[OpenMatter], text: str) -> OpenMatter | None:
    """The newest of a room's unfinished orders about what is being typed; None when it tells of nothing alike.

    Whoever asks where everybody is (`怎么还没人来`) means an order, whatever the matter: the newest one.
    """
    like = next((matter for matter in matters if alike(text, matter.content)), None)
    return like or (matters[0] if matters and _ASKS_AGAIN.search(text) else None)


def alike(one: str, other: str) -> bool:
    """Whether two texts tell of the like matter: half of the shorter one's pairs of characters stand in the other.

    Courtesies (`请尽快派人上门`) stand in every order and count for nothing.
    """
    first, second = _pairs(one), _pairs(other)
    fewer = min(len(first), len(second))
    return fewer > 0 and len(first & second) >= ALIKE * fewer


def _pairs(text: str) -> set[str]:
    parts = (folded(part) for part in re.split(r"[\W_]+", _COURTESIES.sub(" ", text)))
    return {part[at : at + 2] for part in parts for at in range(len(part) - 1)}


def _row(reminder: OrderReminder) -> ReminderRow:
    return ReminderRow(**{name: getattr(reminder, name) for name in ReminderRow.__dataclass_fields__})
