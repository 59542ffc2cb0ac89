"""The serial watch: what was taken, what became of it, what is missing and who follows it (R-ORDER-14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from frontdesk.core.actor import Permission
from frontdesk.core.due import DueItem
from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import plain_reason, plain_text
from frontdesk.core.serials import last_serial
from frontdesk.core.settings import ORDER_DIGITS, ORDER_PREFIX
from frontdesk.core.shown import printed_moment
from frontdesk.order_books.day_sheet import day_rows
from frontdesk.order_books.model import MissingSerial
from frontdesk.order_books.register import AmountLine, MissingRow, SerialWatch, Span, WatchLine
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import SETTLEMENTS
from frontdesk.orders.rules import OPEN_STATES, SERIES, State, serial_from, serial_text
from frontdesk.prices.register import CATEGORIES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext

RULE = "R-ORDER-14"
_WATCHED = tuple(
    getattr(ServiceOrder, name)
    for name in (
        *("id", "year", "number", "serial", "state", "unit_no", "service_person", "prints"),
        *("issued_at", "finished_at", "backfilled_at", "voided_at", "void_reason"),
    )
)


class SerialWatchService:
    """Proves that no number is lost, and keeps who follows one that is."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    # --- commands -----------------------------------------------------------------------------------

    def list_missing(self, serial: str, followed_by: str, note: str = "") -> MissingRow:
        """List a number whose paper is not there, with who follows it; said again, it is handed on.

        Raises RefusedError for a number never taken, and for an order that is void or back.
        """
        person = plain_text(followed_by, field="followed_by", label="跟进人", most=120)
        if not person:
            raise RefusedError("请填写谁来跟进这个缺号。", field="followed_by", rule=RULE)
        kept = plain_text(note, field="note", label="说明", most=400)
        with self._context.transaction(Permission.WRITE_ORDERS, action="list_missing") as work:
            year, number, text = self._number_of(work.session, serial)
            missing = _listed(work.session, year, number) or MissingSerial(
                year=year, number=number, serial=text
            )
            if missing.settled_at is not None or missing.id is None:
                missing.listed_at, missing.settled_at, missing.outcome = work.now, None, ""
            missing.followed_by, missing.note = person, kept
            if missing.id is None:
                work.add(missing)
            work.flush()
            return _missing_row(missing)

    def settle_missing(self, missing_id: int, outcome: str) -> None:
        """Say what became of a missing number: found, burnt with the folder. Raises RefusedError."""
        told = plain_reason(outcome)
        if not told:
            raise RefusedError("请写明缺号的下落。", field="outcome", rule=RULE)
        with self._context.transaction(Permission.WRITE_ORDERS, action="settle_missing") as work:
            missing = work.session.get(MissingSerial, missing_id)
            if missing is None or missing.settled_at is not None:
                raise RefusedError("这个缺号已经有了下落。", rule=RULE)
            missing.settled_at, missing.outcome = work.now, told

    # --- questions ----------------------------------------------------------------------------------

    def watch(self, first_day: date, last_day: date | None = None) -> SerialWatch:
        """The serials taken on these local days, both inclusive, and what became of them until now."""
        self._context.require(Permission.READ_ORDERS)
        last_day = last_day or first_day
        begins, ends = self._context.clock.day_bounds(first_day, last_day)
        taken = (ServiceOrder.created_at >= begins, ServiceOrder.created_at < ends)
        with self._context.read() as session:
            asked = select(*_WATCHED).where(*taken).order_by(ServiceOrder.year, ServiceOrder.number)
            orders = session.execute(asked).all()
            spans, missing = _spans(session, orders)
            amounts = _amounts(session, begins, ends)
            earlier = session.execute(
                select(*_WATCHED)
                .where(ServiceOrder.created_at < begins, ServiceOrder.state.in_(OPEN_STATES))
                .order_by(ServiceOrder.year, ServiceOrder.number)
            ).all()
            gaps = tuple(
                self._as_row(session, year, number) for year, numbers in missing for number in sorted(numbers)
            )
        stand = [order for order in orders if order.state != State.VOID]
        return SerialWatch(
            first_day,
            last_day,
            spans,
            issued=len(orders),
            finished=sum(order.finished_at is not None for order in stand),
            blank=_lines((order for order in orders if order.state == State.BLANK), lambda _: ""),
            not_returned=_lines((order for order in orders if order.state in OPEN_STATES), _where),
            earlier_not_returned=_lines(earlier, _where),
            void=_lines(
                (order for order in orders if order.state == State.VOID), lambda one: one.void_reason
            ),
            reprinted=_lines(
                (order for order in orders if order.prints > 1), lambda one: f"{one.prints - 1} 次"
            ),
            reprints=sum(order.prints - 1 for order in orders if order.prints > 1),
            backfilled=_lines((order for order in stand if order.backfilled_at), self._both_times),
            missing=gaps,
            amounts=amounts,
        )

    def print_day(self, day: date) -> list[tuple[str, ...]]:
        """F-ORDER-DAY: the cells of a local day."""
        return list(day_rows(self.watch(day)))

    def missing(self, *years: int) -> list[MissingRow]:
        """All numbers of these years, this and the last by default, that are missing now, followed or not."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return [
                self._as_row(session, year, number)
                for year in years or self._years()
                for number in sorted(_missing_of(session, year))
            ]

    def unfollowed(self) -> list[str]:
        """The missing serials that nobody follows: no shift closes over them (R-HAND-2)."""
        return [row.serial for row in self.missing() if not row.followed_by]

    def due(self, now: datetime) -> list[DueItem]:
        """The missing numbers: each is due with its follower at the end of the day on which it was found."""
        return [self._due_item(row, row.since if row.id else now) for row in self.missing()]

    # --- inside -------------------------------------------------------------------------------------

    def _number_of(self, session: Session, typed: str) -> tuple[int, int, str]:
        """Year, number and text of a serial whose paper may be missing. Raises RefusedError."""
        serial = serial_from(typed)
        asked = select(ServiceOrder.year, ServiceOrder.number, ServiceOrder.state).where(
            ServiceOrder.serial == serial
        )
        order = session.execute(asked).first()
        if order is not None:
            if order.state in (State.VOID, State.RETURNED):
                raise RefusedError(
                    f"{serial} {State(order.state).label}，不是缺号。", field="serial", rule=RULE
                )
            return order.year, order.number, serial
        for year in self._years():
            for number in _missing_of(session, year):
                if self._serial(year, number) == serial:
                    return year, number, serial
        raise RefusedError(f"没有用过 {serial} 这个编号，请核对。", field="serial", rule=RULE)

    def _due_item(self, row: MissingRow, since: datetime) -> DueItem:
        clock = self._context.clock
        ends = clock.day_bounds(clock.local(since).date())[1]
        what = f"缺号 {row.serial} {'待查明下落' if row.followed_by else '还没有人跟进'}"
        return DueItem("missing_serial", row.id, what, "", row.followed_by, ends, since)

    def _years(self) -> tuple[int, int]:
        """Last year and this one: in January last December is still to be bound."""
        year = self._context.clock.today().year
        return year - 1, year

    def _serial(self, year: int, number: int) -> str:
        settings = self._context.settings
        return serial_text(settings.get(ORDER_PREFIX), year, number, settings.get(ORDER_DIGITS))

    def _as_row(self, session: Session, year: int, number: int) -> MissingRow:
        listed = _listed(session, year, number)
        if listed is not None:
            return _missing_row(listed)
        return MissingRow(0, self._serial(year, number), year, number, "", "", self._context.clock.now())

    def _both_times(self, order: Any) -> str:
        clock = self._context.clock
        return f"{printed_moment(clock, order.issued_at)} 受理，{printed_moment(clock, order.backfilled_at)} 补写"


def _missing_of(session: Session, year: int) -> set[int]:
    return missing_numbers(session, year, 1, last_serial(session, SERIES, str(year)))


def missing_numbers(session: Session, year: int, first: int, last: int) -> set[int]:
    """Of the numbers first to last of a year those without an order, and those listed whose paper is still away."""
    between = (ServiceOrder.year == year, ServiceOrder.number.between(first, last))
    there = session.scalar(select(func.count()).where(*between)) or 0
    gaps: set[int] = set()
    if there < last - first + 1:
        gaps = set(range(first, last + 1)) - set(session.scalars(select(ServiceOrder.number).where(*between)))
    still_away = (
        select(MissingSerial.number)
        .join(
            ServiceOrder,
            (ServiceOrder.year == MissingSerial.year) & (ServiceOrder.number == MissingSerial.number),
        )
        .where(
            *between,
            MissingSerial.settled_at.is_(None),
            ServiceOrder.state.not_in((State.VOID, State.RETURNED)),
            ServiceOrder.backfilled_at.is_(None) | (ServiceOrder.backfilled_at < MissingSerial.listed_at),
        )
    )
    return gaps | set(session.scalars(still_away))


def _spans(session: Session, orders: Sequence[Any]) -> tuple[tuple[Span, ...], list[tuple[int, set[int]]]]:
    """The numbers of each year, first to last, and which of them are missing, with a gap just before the first."""
    spans: list[Span] = []
    missing: list[tuple[int, set[int]]] = []
    for year, group in groupby(orders, key=lambda order: order.year):
        of_year = list(group)
        first, last = of_year[0], of_year[-1]
        number, same_year = ServiceOrder.number, ServiceOrder.year == year
        before = session.scalar(select(func.max(number)).where(same_year, number < first.number)) or 0
        newest = session.scalar(select(func.max(number)).where(same_year)) or 0
        # Numbers at the end of the count, which no order follows, are told with the last order.
        end = last_serial(session, SERIES, str(year)) if last.number == newest else last.number
        away = missing_numbers(session, year, before + 1, max(end, last.number))
        missing.append((year, away))
        spans.append(Span(year, first.number, last.number, first.serial, last.serial, not away))
    return tuple(spans), missing


def _amounts(session: Session, begins: datetime, ends: datetime) -> tuple[AmountLine, ...]:
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
    ways = [choice.key for choice in SETTLEMENTS]
    kinds = [choice.key for choice in CATEGORIES]
    found = [
        AmountLine(settlement, category, count, paid if settlement == "cash" else due)
        for settlement, category, count, paid, due in session.execute(asked)
    ]
    return tuple(sorted(found, key=lambda line: (ways.index(line.settlement), kinds.index(line.category))))


def _lines(orders: Iterable[Any], told: Any) -> tuple[WatchLine, ...]:
    return tuple(WatchLine(order.id, order.serial, told(order)) for order in orders)


def _where(order: Any) -> str:
    return " ".join(filter(None, (order.unit_no, order.service_person, State(order.state).label)))


def _listed(session: Session, year: int, number: int) -> MissingSerial | None:
    asked = select(MissingSerial).where(MissingSerial.year == year, MissingSerial.number == number)
    return session.scalars(asked).first()


def _missing_row(missing: MissingSerial) -> MissingRow:
    return MissingRow(
        missing.id,
        missing.serial,
        missing.year,
        missing.number,
        missing.followed_by,
        missing.outcome or missing.note,
        missing.listed_at,
    )
