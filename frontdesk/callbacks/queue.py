"""The list of whom to call back, read: filtered, the most pressing first (R-ORDER-9, 10, 11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from frontdesk.callbacks.awaited import AWAITED, AwaitedRow, time_left
from frontdesk.callbacks.model import Rain
from frontdesk.callbacks.register import Sample
from frontdesk.callbacks.waiting import URN_DAYS, Waiting
from frontdesk.core.actor import Permission
from frontdesk.core.query import tone
from frontdesk.core.search import folded
from frontdesk.core.shown import shown_serial, shown_stamp

if TYPE_CHECKING:
    from datetime import datetime

    from frontdesk.core.context import DeskContext
    from frontdesk.core.query import RegisterQuery, TableRow


class CallbackQueue:
    """Who is to be called back at one desk; a source for a table (`query.RegisterSource`)."""

    register = AWAITED

    def __init__(self, context: DeskContext) -> None:
        self._context = context
        self._waiting = Waiting(context)

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The orders that answer, the most pressing first. Days ask by when it is due; `open_only`: past it.

        What waits for rain is not among them: nothing can be done about it yet.
        """
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            rows = [row for row in self._waiting.rows(session) if self._answers(row, query)]
        return [row.id for row in sorted(rows, key=lambda row: (row.due_at, row.id))]

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these orders, in this order."""
        with self._context.read() as session:
            found = {row.id: row for row in self._waiting.rows(session, ids)}
        return [self._table_row(found[number]) for number in ids if number in found]

    def row(self, order_id: int) -> AwaitedRow | None:
        """What one order awaits; None when nothing."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return next(iter(self._waiting.rows(session, [order_id])), None)

    def pressing(self) -> int:
        """How many are due today or past it: the number beside the tab."""
        self._context.require(Permission.READ_ORDERS)
        _, ends = self._context.clock.day_bounds(self._context.clock.today())
        with self._context.read() as session:
            return self._waiting.count_due(session, ends)

    def for_rain(self) -> list[AwaitedRow]:
        """The repaired leaks that wait for the next rain, the oldest first (R-ORDER-11)."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return [row for row in self._waiting.rows(session) if row.due_at is None]

    def last_rain(self) -> datetime | None:
        """When rain was last noted."""
        with self._context.read() as session:
            return session.scalar(select(func.max(Rain.rained_at)).where(Rain.voided_at.is_(None)))

    def samples(self) -> list[Sample]:
        """The draws of the last days, today's first; days without repair orders are left out (R-ORDER-10)."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            samples = [self._waiting.sample(session, day) for day in self._urn_days()]
        return [sample for sample in samples if sample.in_urn or sample.waiting]

    def unsampled(self) -> int:
        """How many repair orders of the last days have not been in the urn."""
        days = self._urn_days()
        with self._context.read() as session:
            return len(self._waiting.not_in_urn(session, days[-1], days[0]))

    def _urn_days(self) -> list[date]:
        today = self._context.clock.today()
        return [today - timedelta(days=back) for back in range(URN_DAYS)]

    def _answers(self, row: AwaitedRow, query: RegisterQuery) -> bool:
        if row.due_at is None:
            return False
        clock = self._context.clock
        day = clock.local(row.due_at).date()
        said = f"{row.serial} {shown_serial(row.serial, clock.today())} {row.unit_no} {row.customer} {row.content} "
        said += row.service_person
        return (
            all(folded(word) in folded(said) for word in query.text.split())
            and (query.first_day is None or day >= query.first_day)
            and (query.last_day is None or day <= query.last_day)
            and query.choices.get("what", row.what) == row.what
            and (not query.open_only or row.due_at <= clock.now())
        )

    def _table_row(self, row: AwaitedRow) -> TableRow:
        clock = self._context.clock
        left, colour = time_left(clock, row.due_at)
        shown = {
            "due": left,
            "what": f"{row.what} · 再打" if row.tries else row.what,
            "unit_no": row.unit_no,
            "customer": row.customer,
            "content": " ".join(row.content.split()),
            "service_person": row.service_person,
            "finished_at": shown_stamp(clock, row.finished_at),
            "serial": shown_serial(row.serial, clock.today()),
        }
        marks = [] if colour == "neutral" else [tone("due", colour)]
        return (row.id, *(shown[field.name] for field in AWAITED.listed), *marks)
