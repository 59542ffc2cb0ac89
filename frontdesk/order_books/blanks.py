"""Blank runs: numbers taken at once and given to a person, each of them told of later (R-ORDER-2)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import select

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import plain_text
from frontdesk.order_books import rules
from frontdesk.order_books.model import BlankRun
from frontdesk.order_books.register import RunRow
from frontdesk.order_books.tally import missing_numbers
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.rules import State

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext
    from frontdesk.orders.service import OrderService

RULE = "R-ORDER-2"


class BlankRunService:
    """Runs of blanks. A blank is back-filled by `OrderService.backfill`, voided by `OrderService.void`."""

    def __init__(self, context: DeskContext, orders: OrderService) -> None:
        self._context, self._orders = context, orders

    def take(self, count: int, given_to: str, purpose: str = "") -> RunRow:
        """Take so many serials at once as blanks for a person. Raises RefusedError."""
        if not 1 <= count <= rules.BLANKS_MOST:
            raise RefusedError(f"一次可领 1 到 {rules.BLANKS_MOST} 张空白单。", field="count", rule=RULE)
        person = plain_text(given_to, field="given_to", label="领用人", most=120)
        if not person:
            raise RefusedError("请填写空白单交给谁。", field="given_to", rule=RULE)
        kept = plain_text(purpose, field="purpose", label="用途", most=400)
        with self._context.transaction(Permission.WRITE_ORDERS, action="take_blanks") as work:
            orders = self._orders.take_blanks_within(work, count)
            first, last = orders[0], orders[-1]
            run = work.add(
                BlankRun(
                    year=first.year,
                    first_number=first.number,
                    last_number=last.number,
                    first_serial=first.serial,
                    last_serial=last.serial,
                    given_to=person,
                    purpose=kept,
                )
            )
            return _row(work.session, run)

    def run(self, run_id: int) -> RunRow:
        """One run as it stands. Raises RefusedError when there is none."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            run = session.get(BlankRun, run_id)
            if run is None:
                raise RefusedError("没有这一批空白单，请重新选择。", rule=RULE)
            return _row(session, run)

    def blank_ids(self, run_id: int) -> list[int]:
        """The orders of a run that are still blank, in the order of their numbers; missing ones are not.

        Raises RefusedError.
        """
        run = self.run(run_id)
        still_blank = (
            select(ServiceOrder.id, ServiceOrder.year, ServiceOrder.number)
            .where(ServiceOrder.id.in_(run.order_ids), ServiceOrder.state == State.BLANK)
            .order_by(ServiceOrder.number)
        )
        with self._context.read() as session:
            blanks = session.execute(still_blank).all()
            if not blanks:
                return []
            away = missing_numbers(session, blanks[0].year, blanks[0].number, blanks[-1].number)
        return [blank.id for blank in blanks if blank.number not in away]

    def runs(self, *, open_only: bool = False, most: int = 200) -> list[RunRow]:
        """The newest runs; with `open_only` those that still have blanks nobody has told of."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            newest = session.scalars(select(BlankRun).order_by(BlankRun.id.desc()).limit(most))
            rows = [_row(session, run) for run in newest]
        return [row for row in rows if row.blank or not open_only]


def _row(session: Session, run: BlankRun) -> RunRow:
    of_run = (
        select(ServiceOrder.id, ServiceOrder.number, ServiceOrder.state)
        .where(ServiceOrder.year == run.year, ServiceOrder.number.between(run.first_number, run.last_number))
        .order_by(ServiceOrder.number)
    )
    orders = session.execute(of_run).all()
    missing = missing_numbers(session, run.year, run.first_number, run.last_number)
    states = Counter(order.state for order in orders if order.number not in missing)
    blank, void = states[State.BLANK], states[State.VOID]
    return RunRow(
        run.id,
        run.first_serial,
        run.last_serial,
        run.given_to,
        run.created_at,
        run.created_by,
        run.purpose,
        count=run.last_number - run.first_number + 1,
        blank=blank,
        filled=states.total() - blank - void,
        void=void,
        missing=len(missing),
        order_ids=tuple(order.id for order in orders),
    )
