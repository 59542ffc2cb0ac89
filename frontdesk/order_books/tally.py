"""Counting the orders' numbers: which were taken on some days, and which of them are missing (R-ORDER-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, func, select

from frontdesk.core.serials import last_serial
from frontdesk.order_books.model import MissingSerial
from frontdesk.order_books.register import AmountLine, Span
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import SETTLEMENTS
from frontdesk.orders.rules import SERIES, State
from frontdesk.prices.register import CATEGORIES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_WAYS = {choice.key: place for place, choice in enumerate(SETTLEMENTS)}
_KINDS = {choice.key: place for place, choice in enumerate(CATEGORIES)}


@dataclass(frozen=True)
class Tally:
    """The numbers of one year taken between two moments, counted by what became of the orders.

    `finished` leaves void ones out; `reprints` counts copies beyond each order's first.
    """

    year: int
    first: int
    last: int
    issued: int
    finished: int
    returned: int
    void: int
    blank: int
    reprints: int


def tallies(session: Session, begins: datetime, ends: datetime) -> list[Tally]:
    """One tally for each year whose numbers were taken from `begins` until before `ends`, in order."""
    state, number = ServiceOrder.state, ServiceOrder.number
    asked = (
        select(
            ServiceOrder.year,
            func.min(number),
            func.max(number),
            func.count(),
            _sum_if((state != State.VOID) & ServiceOrder.finished_at.is_not(None)),
            _sum_if(state == State.RETURNED),
            _sum_if(state == State.VOID),
            _sum_if(state == State.BLANK),
            func.sum(case((ServiceOrder.prints > 1, ServiceOrder.prints - 1), else_=0)),
        )
        .where(ServiceOrder.created_at >= begins, ServiceOrder.created_at < ends)
        .group_by(ServiceOrder.year)
        .order_by(ServiceOrder.year)
    )
    return [Tally(*row) for row in session.execute(asked)]


def reach(session: Session, tally: Tally) -> tuple[int, int]:
    """The numbers that are told with a tally's orders: from a gap just before the first of them to the last.

    Numbers at the end of the count, which no order follows, are told with the year's last order.
    """
    number, same_year = ServiceOrder.number, ServiceOrder.year == tally.year
    before = session.scalar(select(func.max(number)).where(same_year, number < tally.first)) or 0
    newest = session.scalar(select(func.max(number)).where(same_year)) or 0
    end = last_serial(session, SERIES, str(tally.year)) if tally.last == newest else tally.last
    return before + 1, max(end, tally.last)


def span(session: Session, tally: Tally, *, whole: bool) -> Span:
    """First and last number with their printed serials."""
    asked = select(ServiceOrder.number, ServiceOrder.serial).where(
        ServiceOrder.year == tally.year, ServiceOrder.number.in_((tally.first, tally.last))
    )
    serials = {order.number: order.serial for order in session.execute(asked)}
    first, last = tally.first, tally.last
    return Span(tally.year, first, last, serials[first], serials[last], whole)


def at_end(session: Session, year: int) -> int:
    """How many numbers of a year were taken after its newest order."""
    newest = session.scalar(select(func.max(ServiceOrder.number)).where(ServiceOrder.year == year)) or 0
    return max(0, last_serial(session, SERIES, str(year)) - newest)


def missing_of(session: Session, year: int) -> set[int]:
    """All numbers of a year that are missing now."""
    return missing_numbers(session, year, 1, last_serial(session, SERIES, str(year)))


def missing_numbers(session: Session, year: int, first: int, last: int) -> set[int]:
    """Of the numbers first to last of a year those without an order, and those listed whose paper is still away."""
    between = (ServiceOrder.year == year, ServiceOrder.number.between(first, last))
    there = session.scalar(select(func.count()).where(*between)) or 0
    gaps: set[int] = set()
    if there < last - first + 1:
        gaps = set(range(first, last + 1)) - set(session.scalars(select(ServiceOrder.number).where(*between)))
    return gaps | _listed_away(session, year, first, last)


def amounts(session: Session, begins: datetime, ends: datetime) -> tuple[AmountLine, ...]:
    """What was settled by the orders that came back between two moments, by way and category."""
    asked = (
        select(
            ServiceOrder.settlement,
            ServiceOrder.category,
            func.count(),
            func.sum(ServiceOrder.paid_amount),
            func.sum(ServiceOrder.due_amount),
        )
        .where(
            ServiceOrder.returned_at >= begins,
            ServiceOrder.returned_at < ends,
            ServiceOrder.voided_at.is_(None),
            ServiceOrder.settlement != "",
        )
        .group_by(ServiceOrder.settlement, ServiceOrder.category)
    )
    found = [
        AmountLine(settlement, category, count, paid if settlement == "cash" else due)
        for settlement, category, count, paid, due in session.execute(asked)
    ]
    return tuple(sorted(found, key=lambda line: (_WAYS[line.settlement], _KINDS[line.category])))


def _listed_away(session: Session, year: int, first: int, last: int) -> set[int]:
    # The list first: it is short, and joined SQLite would look through the orders.
    listed = session.execute(
        select(MissingSerial.number, MissingSerial.listed_at).where(
            MissingSerial.year == year,
            MissingSerial.number.between(first, last),
            MissingSerial.settled_at.is_(None),
        )
    ).all()
    if not listed:
        return set()
    since = {row.number: row.listed_at for row in listed}
    orders = session.execute(
        select(ServiceOrder.number, ServiceOrder.backfilled_at).where(
            ServiceOrder.year == year,
            ServiceOrder.number.in_(since),
            ServiceOrder.state.not_in((State.VOID, State.RETURNED)),
        )
    )
    return {
        order.number
        for order in orders
        if order.backfilled_at is None or order.backfilled_at < since[order.number]
    }


def _sum_if(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))
