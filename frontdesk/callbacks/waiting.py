"""Which orders await a call-back: the rules asked for many orders at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from frontdesk.callbacks import rules
from frontdesk.callbacks.awaited import AwaitedRow
from frontdesk.callbacks.model import Callback, CallbackLot, Rain
from frontdesk.callbacks.register import CALLBACK, QUESTIONS, CallbackRow, Sample
from frontdesk.core.due import DueItem
from frontdesk.core.plain_text import names_any
from frontdesk.core.settings import (
    CALLBACK_AFTER_RAIN_HOURS,
    CALLBACK_AGAIN_DAYS,
    CALLBACK_HOURS,
    CALLBACK_LEAK_HOURS,
    CALLBACK_LEAK_WORDS,
    CALLBACK_REPEAT_HOURS,
    CALLBACK_SAFETY_HOURS,
    CALLBACK_SAFETY_WORDS,
    CALLBACK_URGENT_HOURS,
    CALLBACK_WRITTEN_HOURS,
)
from frontdesk.orders.model import ServiceOrder

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext, Transaction

MOST = 2_000  # orders that are looked at, the oldest; a desk with more has other worries
URN_DAYS = 7  # so long the list asks for a sample that was not drawn
REPAIR = "repair"

OPEN = (
    ServiceOrder.finished_at.is_not(None),
    ServiceOrder.called_back_at.is_(None),
    ServiceOrder.voided_at.is_(None),
)


@dataclass(frozen=True)
class _Known:
    """What the file knows about some orders."""

    made: dict[int, list[rules.Made]]
    drawn: dict[int, date]
    rains: list[datetime]
    newest: dict[int, int]  # order to its last call-back that reached somebody
    tries: dict[int, int]  # calls since then that nobody answered
    by: dict[int, str]


class Waiting:
    """What orders await, by the desk's clock and settings. Works within the caller's session."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def of_order(self, session: Session, order: ServiceOrder) -> rules.Awaited | None:
        """What one order awaits; None when it is not finished, void, or done with."""
        if order.finished_at is None or order.voided_at is not None:
            return None
        return self._awaited(order, self._known(session, [order.id]))

    def settle(self, work: Transaction, order: ServiceOrder) -> None:
        """Note on the order when its last call-back was made, or that one is awaited again."""
        known = self._known(work.session, [order.id])
        made = known.made[order.id]
        done = order.finished_at is not None and made and self._awaited(order, known) is None
        order.called_back_at = made[-1].called_at if done else None

    def reworked(self, session: Session, order_ids: Collection[int]) -> list[int]:
        """Of these orders those whose customer was not content when last asked (R-ORDER-11)."""
        made = self._known(session, order_ids).made
        return [order_id for order_id in order_ids if made[order_id] and made[order_id][-1].bad]

    def after_rain(self, session: Session) -> int:
        """How many repaired leaks are now awaited because of rain."""
        waiting = (awaited for _, awaited, _ in self._open(session) if awaited.due_at is not None)
        return sum(awaited.what == rules.AFTER_RAIN for awaited in waiting)

    def due(self, session: Session, now: datetime) -> list[DueItem]:
        """What is awaited, the soonest first."""
        items = [
            self._item(order, awaited, known)
            for order, awaited, known in self._open(session)
            if awaited.due_at is not None
        ]
        return sorted([*items, *self._undrawn(session, now)], key=lambda item: item.due_at)

    def rows(self, session: Session, order_ids: Collection[int] | None = None) -> list[AwaitedRow]:
        """Every order that awaits something, or those of these orders; without a due moment it waits for rain."""
        among = [] if order_ids is None else [ServiceOrder.id.in_(order_ids)]
        return [
            AwaitedRow(
                order.id,
                known.newest.get(order.id, 0),
                awaited.what,
                awaited.since,
                awaited.due_at,
                order.serial,
                order.unit_no,
                order.customer,
                order.content,
                order.service_person,
                order.finished_at,
                known.tries.get(order.id, 0),
            )
            for order, awaited, known in self._open(session, *among)
            if order.finished_at is not None
        ]

    def count_due(self, session: Session, before: datetime) -> int:
        """How many are due before a moment, without reading them all: it is asked after every entry of the desk.

        Whoever nobody has asked within the longest limit is due, whatever else applies; the rules look at the others.
        """
        reached = select(Callback.id).where(
            Callback.order_id == ServiceOrder.id, Callback.reached.is_(True), Callback.voided_at.is_(None)
        )
        never_asked = (ServiceOrder.finished_at < before - self._limits().first) & ~reached.exists()
        late = select(ServiceOrder.id).where(*OPEN, never_asked).limit(MOST)
        others = (awaited.due_at for _, awaited, _ in self._open(session, ~never_asked))
        return (session.scalar(select(func.count()).select_from(late.subquery())) or 0) + sum(
            due_at is not None and due_at < before for due_at in others
        )

    def repeat_by(self, callback: Callback | CallbackRow) -> datetime:
        """By when the customer is asked again after it went back in writing: the department answers before."""
        return (callback.referred_at or callback.called_at) + self._limits().repeat

    def lots_of(self, session: Session, day: date) -> Sequence[CallbackLot]:
        """The orders that lay in a day's urn, in the order in which they went in."""
        return session.scalars(
            select(CallbackLot).where(CallbackLot.day == day).order_by(CallbackLot.id)
        ).all()

    def not_in_urn(self, session: Session, day: date, last_day: date | None = None) -> list[int]:
        """The repair orders that were finished on a day, or up to another, and have not been in the urn."""
        begins, ends = self._context.clock.day_bounds(day, last_day or day)
        return list(session.scalars(self._outside_urn(begins, ends, ServiceOrder.id)))

    def sample(self, session: Session, day: date) -> Sample:
        """A day's draw as it stands."""
        lots = self.lots_of(session, day)
        ids = tuple(lot.order_id for lot in lots if lot.drawn)
        asked = select(ServiceOrder.id, ServiceOrder.serial).where(ServiceOrder.id.in_(ids))
        serials = dict(session.execute(asked).all())
        waiting = len(self.not_in_urn(session, day))
        return Sample(day, len(lots), tuple(serials[order_id] for order_id in ids), ids, waiting)

    def _outside_urn(self, begins: datetime, ends: datetime, *columns: Any) -> Any:
        in_urn = select(CallbackLot.id).where(CallbackLot.order_id == ServiceOrder.id).exists()
        return (
            select(*columns)
            .where(
                ServiceOrder.finished_at >= begins,
                ServiceOrder.finished_at < ends,
                ServiceOrder.category == REPAIR,
                ServiceOrder.voided_at.is_(None),
                ~in_urn,
            )
            .order_by(ServiceOrder.id)
        )

    def _undrawn(self, session: Session, now: datetime) -> list[DueItem]:
        """The days whose sample is still to be drawn: each one's work, and the first order that waits for it."""
        clock = self._context.clock
        today = clock.local(now).date()
        begins, ends = clock.day_bounds(today - timedelta(days=URN_DAYS - 1), today)
        days: dict[date, list[tuple[datetime, int]]] = defaultdict(list)
        asked = self._outside_urn(begins, ends, ServiceOrder.finished_at, ServiceOrder.id)
        for finished_at, order_id in session.execute(asked):
            days[clock.local(finished_at).date()].append((finished_at, order_id))
        return [
            DueItem(
                ServiceOrder.__tablename__,
                waiting[0][1],
                f"抽取 {day:%m-%d} 的回访样本（{len(waiting)} 单未抽）",
                "",
                "",
                self._end_of(day),
                min(finished_at for finished_at, _ in waiting),
            )
            for day, waiting in days.items()
        ]

    def _open(
        self, session: Session, *conditions: ColumnElement[bool]
    ) -> list[tuple[ServiceOrder, rules.Awaited, _Known]]:
        asked = select(ServiceOrder).options(lazyload(ServiceOrder.lines)).where(*OPEN, *conditions)
        orders = session.scalars(asked.order_by(ServiceOrder.finished_at).limit(MOST)).all()
        known = self._known(session, [order.id for order in orders])
        found = ((order, self._awaited(order, known)) for order in orders)
        return [(order, awaited, known) for order, awaited in found if awaited is not None]

    def _awaited(self, order: ServiceOrder, known: _Known) -> rules.Awaited | None:
        assert order.finished_at is not None
        get = self._context.settings.get
        day = known.drawn.get(order.id)
        said = f"{order.content}\n{order.result}"
        served = rules.Served(
            order.finished_at,
            urgent=order.urgent,
            leak=names_any(said, get(CALLBACK_LEAK_WORDS)),
            safety=names_any(said, get(CALLBACK_SAFETY_WORDS)),
            sample_ends=self._end_of(day) if day else None,
        )
        return rules.awaited(served, known.made[order.id], known.rains, self._limits(), self._context.clock)

    def _known(self, session: Session, order_ids: Collection[int]) -> _Known:
        made: dict[int, list[rules.Made]] = defaultdict(list)
        newest, tries, by = dict[int, int](), dict[int, int](), dict[int, str]()
        asked = select(Callback).where(Callback.order_id.in_(order_ids), Callback.voided_at.is_(None))
        for callback in session.scalars(asked.order_by(Callback.called_at, Callback.id)):
            tries[callback.order_id] = 0 if callback.reached else tries.get(callback.order_id, 0) + 1
            if not callback.reached:
                continue
            answers = {name: getattr(callback, name) for name in QUESTIONS}
            bad = rules.is_bad(answers, callback.problem)
            made[callback.order_id].append(
                rules.Made(callback.called_at, bad, callback.referred_at, callback.replied_at)
            )
            newest[callback.order_id], by[callback.order_id] = callback.id, callback.called_by
        lots = select(CallbackLot.order_id, CallbackLot.day).where(
            CallbackLot.order_id.in_(order_ids), CallbackLot.drawn.is_(True)
        )
        drawn = dict(session.execute(lots).all())
        rains = select(Rain.rained_at).where(Rain.voided_at.is_(None)).order_by(Rain.rained_at)
        return _Known(made, drawn, list(session.scalars(rains)), newest, tries, by)

    def _item(self, order: ServiceOrder, awaited: rules.Awaited, known: _Known) -> DueItem:
        assert awaited.due_at is not None
        written = awaited.what == rules.WRITTEN
        silent = awaited.what == rules.REPEAT and known.made[order.id][-1].replied_at is None
        late = "，部门还没有答复" if silent and awaited.due_at <= self._context.clock.now() else ""
        return DueItem(
            CALLBACK.name if written else ServiceOrder.__tablename__,
            known.newest[order.id] if written else order.id,
            f"{awaited.what} {order.serial}{late}",
            order.unit_no,
            known.by.get(order.id, order.taken_by),
            awaited.due_at,
            awaited.since,
        )

    def _end_of(self, day: date) -> datetime:
        return self._context.clock.day_bounds(day)[1] - timedelta(milliseconds=1)

    def _limits(self) -> rules.Limits:
        get = self._context.settings.get
        hours = {
            "first": CALLBACK_HOURS,
            "urgent": CALLBACK_URGENT_HOURS,
            "leak": CALLBACK_LEAK_HOURS,
            "safety": CALLBACK_SAFETY_HOURS,
            "after_rain": CALLBACK_AFTER_RAIN_HOURS,
            "written": CALLBACK_WRITTEN_HOURS,
            "repeat": CALLBACK_REPEAT_HOURS,
        }
        spans = {name: timedelta(hours=get(setting)) for name, setting in hours.items()}
        return rules.Limits(again_days=get(CALLBACK_AGAIN_DAYS), **spans)
