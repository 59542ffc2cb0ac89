"""Blank runs: numbers taken at once and given to a person, each of them told of later (R-ORDER-2)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import plain_text
from frontdesk.order_books import rules
from frontdesk.order_books.model import BlankRun, MissingSerial
from frontdesk.order_books.register import RunLine, RunRow
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

    def take(self, count: int, given_to: str = "", purpose: str = "") -> RunRow:
        """Take so many serials at once as blanks, for a person or to be kept at the desk. Raises RefusedError."""
        if not 1 <= count <= rules.BLANKS_MOST:
            raise RefusedError(f"一次可领 1 到 {rules.BLANKS_MOST} 张空白单。", field="count", rule=RULE)
        person = plain_text(given_to, field="given_to", label="领用人", most=120)
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
                    given_at=work.now if person else None,
                    given_by=work.actor.name if person else "",
                    purpose=kept,
                )
            )
            return _row(work.session, run)

    def give(self, run_id: int, given_to: str, purpose: str = "") -> RunRow:
        """Give what is left of a run to a person, or from one to another; those never given out in their order.

        Raises RefusedError.
        """
        person = plain_text(given_to, field="given_to", label="领用人", most=120)
        if not person:
            raise RefusedError("请填写空白单交给谁。", field="given_to", rule=RULE)
        kept = plain_text(purpose, field="purpose", label="用途", most=400)
        with self._context.transaction(Permission.WRITE_ORDERS, action="give_blanks") as work:
            run = _present(work.session, run_id)
            if not _row(work.session, run).blank:
                raise RefusedError("这一批已经没有空白单可交。", rule=RULE)
            earlier = _first_never_given(work.session, run)
            if earlier is not None:
                raise RefusedError(
                    f"请按编号先后交出：{earlier.first_serial} 起的一批还在前台。",
                    field="given_to",
                    rule=RULE,
                )
            run.given_to, run.given_at, run.given_by = person, work.now, work.actor.name
            run.returned_at, run.returned_to = None, ""
            run.purpose = kept or run.purpose
            work.flush()
            return _row(work.session, run)

    def give_back(self, run_id: int, count: int) -> RunRow:
        """What is left of a run comes back to the desk, counted: each number that is not there is told of first.

        Raises RefusedError when `count` is not what must be left.
        """
        with self._context.transaction(Permission.WRITE_ORDERS, action="return_blanks") as work:
            run = _present(work.session, run_id)
            row = _row(work.session, run)
            if not row.is_out:
                raise RefusedError("这一批空白单就在前台，不用退回。", rule=RULE)
            if count < row.blank:
                raise RefusedError(
                    f"应退 {row.blank} 张，还差 {row.blank - count} 张：请先补单、作废，或列为缺号。",
                    field="count",
                    rule=RULE,
                )
            if count > row.blank:
                raise RefusedError(
                    f"这一批没有这么多，应退 {row.blank} 张，请再数一遍。", field="count", rule=RULE
                )
            run.returned_at, run.returned_to = work.now, work.actor.name
            work.flush()
            return _row(work.session, run)

    def run(self, run_id: int) -> RunRow:
        """One run as it stands. Raises RefusedError when there is none."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return _row(session, _present(session, run_id))

    def lines(self, run_id: int) -> list[RunLine]:
        """Each number of a run, in order, and what became of it. Raises RefusedError."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            run = _present(session, run_id)
            numbers = (run.first_number, run.last_number)
            away = missing_numbers(session, run.year, *numbers)
            asked = select(MissingSerial.number, MissingSerial.followed_by).where(
                MissingSerial.year == run.year, MissingSerial.number.in_(away)
            )
            follows = {row.number: row.followed_by for row in session.execute(asked)}
            return [
                RunLine(
                    order.id,
                    order.serial,
                    order.state,
                    missing=order.number in away,
                    followed_by=follows.get(order.number, ""),
                    served_at=order.issued_at if order.backfilled_at else None,
                    told=order.void_reason or " ".join(filter(None, (order.unit_no, order.content))),
                )
                for order in session.scalars(_of_run(ServiceOrder, run))
            ]

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


def _present(session: Session, run_id: int) -> BlankRun:
    run = session.get(BlankRun, run_id)
    if run is None:
        raise RefusedError("没有这一批空白单，请重新选择。", rule=RULE)
    return run


def _first_never_given(session: Session, run: BlankRun) -> BlankRun | None:
    """An earlier run of the year that still lies at the desk as it was printed."""
    if run.given_to:
        return None
    earlier = select(BlankRun).where(
        BlankRun.year == run.year, BlankRun.last_number < run.first_number, BlankRun.given_to == ""
    )
    found = session.scalars(earlier.order_by(BlankRun.first_number))
    return next((one for one in found if _row(session, one).blank), None)


def _of_run(what: Any, run: BlankRun) -> Any:
    of_numbers = ServiceOrder.number.between(run.first_number, run.last_number)
    return select(what).where(ServiceOrder.year == run.year, of_numbers).order_by(ServiceOrder.number)


def _row(session: Session, run: BlankRun) -> RunRow:
    orders = session.execute(
        _of_run(ServiceOrder, run).with_only_columns(
            ServiceOrder.id, ServiceOrder.number, ServiceOrder.state, ServiceOrder.prints
        )
    ).all()
    missing = missing_numbers(session, run.year, run.first_number, run.last_number)
    states = Counter(order.state for order in orders if order.number not in missing)
    blank, void = states[State.BLANK], states[State.VOID]
    return RunRow(
        run.id,
        run.first_serial,
        run.last_serial,
        run.created_at,
        run.given_to,
        # Before blanks could be kept at the desk they were given as they were taken.
        run.given_at or (run.created_at if run.given_to else None),
        run.given_by or (run.created_by if run.given_to else ""),
        run.returned_at,
        run.returned_to,
        run.purpose,
        count=run.last_number - run.first_number + 1,
        printed=sum(order.prints > 0 for order in orders),
        blank=blank,
        filled=states.total() - blank - void,
        void=void,
        missing=len(missing),
        order_ids=tuple(order.id for order in orders),
    )
