"""The serial watch: what was taken, what became of it, what is missing and who follows it (R-ORDER-14)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from frontdesk.core.actor import Permission
from frontdesk.core.due import DueItem
from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import plain_reason, plain_text
from frontdesk.core.shown import printed_moment
from frontdesk.order_books import rules, tally
from frontdesk.order_books.day_sheet import day_rows, sheet_rows
from frontdesk.order_books.model import BlankRun, MissingSerial
from frontdesk.order_books.register import ORDER_DAY, MissingRow, Reach, SerialWatch, WatchLine, WatchPeriod
from frontdesk.order_books.tally import missing_of
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.numbering import Numbering
from frontdesk.orders.register import SerialLine
from frontdesk.orders.rules import OPEN_STATES, State, run_words, serial_from

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext
    from frontdesk.exchange.export import ExportWish
    from frontdesk.order_books.tally import Tally

RULE = "R-ORDER-14"
YEARS_SHOWN = 6  # five that orders are kept (R-ORDER-17), and this one
_TOLD = tuple(
    getattr(ServiceOrder, name)
    for name in (
        *("id", "year", "number", "serial", "state", "unit_no", "service_person", "prints"),
        *("issued_at", "backfilled_at", "void_reason"),
    )
)
_NOTEWORTHY = or_(
    ServiceOrder.state != State.RETURNED, ServiceOrder.prints > 1, ServiceOrder.backfilled_at.is_not(None)
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
        in_order = select(*_TOLD).order_by(ServiceOrder.year, ServiceOrder.number)
        with self._context.read() as session:
            taken = tally.tallies(session, begins, ends)
            missing = [(one, self._missing_with(session, one)) for one in taken]
            spans = tuple(tally.span(session, one, whole=not away) for one, away in missing)
            settled = tally.amounts(session, begins, ends)
            held_by = _holders(session)
            of_days = (ServiceOrder.created_at >= begins, ServiceOrder.created_at < ends)
            told = session.execute(in_order.where(*of_days, _NOTEWORTHY)).all()
            earlier = session.execute(
                in_order.where(ServiceOrder.created_at < begins, ServiceOrder.state.in_(OPEN_STATES))
            ).all()
        stand = [order for order in told if order.state != State.VOID]
        return SerialWatch(
            first_day,
            last_day,
            spans,
            issued=sum(one.issued for one in taken),
            finished=sum(one.finished for one in taken),
            returned=sum(one.returned for one in taken),
            blank=_lines((order for order in stand if order.state == State.BLANK), held_by),
            not_returned=_lines((order for order in stand if order.state in OPEN_STATES), _where),
            earlier_not_returned=_lines(earlier, _where),
            void=_lines(
                (order for order in told if order.state == State.VOID), lambda order: order.void_reason
            ),
            reprinted=_lines(
                (order for order in told if order.prints > 1), lambda order: f"{order.prints - 1} 次"
            ),
            reprints=sum(one.reprints for one in taken),
            backfilled=_lines((order for order in stand if order.backfilled_at), self._both_times),
            missing=tuple(row for _one, away in missing for row in away),
            amounts=settled,
        )

    def order_ids(self, first_day: date, last_day: date) -> list[int]:
        """The orders whose numbers were taken on these local days, both inclusive, the newest first."""
        self._context.require(Permission.READ_ORDERS)
        begins, ends = self._context.clock.day_bounds(first_day, last_day)
        taken = (ServiceOrder.created_at >= begins, ServiceOrder.created_at < ends)
        with self._context.read() as session:
            return list(
                session.scalars(select(ServiceOrder.id).where(*taken).order_by(ServiceOrder.id.desc()))
            )

    def periods(self, reach: Reach, day: date) -> list[WatchPeriod]:
        """The days of `day`'s month, the months of its year, or the last years: those with numbers, newest first."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            counted = [self._period(session, *days) for days in _periods(reach, day)]
        return [period for period in counted if period.runs][::-1]

    def serial_line(self, day: date) -> SerialLine:
        """The proof of a day's serials for the foot of the window: first to last, void, missing (R-ORDER-14).

        Numbers at the end of the count, which no order follows, are told on the last order's day, or today.
        """
        self._context.require(Permission.READ_ORDERS)
        clock = self._context.clock
        with self._context.read() as session:
            taken = tally.tallies(session, *clock.day_bounds(day))
            if not taken:
                at_end = tally.at_end(session, day.year) if day == clock.today() else 0
                return SerialLine("", "", 0, 0, at_end)
            last = taken[-1]
            span = tally.span(session, last, whole=True)
            away = tally.missing_numbers(session, last.year, *tally.reach(session, last))
        return SerialLine(span.first_serial, span.last_serial, last.issued, last.void, len(away))

    def print_rows(self, first_day: date, last_day: date | None = None) -> list[tuple[str, ...]]:
        """F-ORDER-DAY: the cells of a local day, or of several, both inclusive."""
        return list(day_rows(self.watch(first_day, last_day)))

    def export(self, path: Path, first_day: date, last_day: date, wish: ExportWish) -> int:
        """Write F-ORDER-DAY to an XLSX file, noted with its purpose; returns the number of rows.

        Raises RefusedError, NotAllowedError, SurroundingsError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        rows = sheet_rows(self.watch(first_day, last_day))
        return export_register(self._context, path, ORDER_DAY, rows, wish, total=len(rows))

    def missing(self, *years: int) -> list[MissingRow]:
        """All numbers of these years, this and the last by default, that are missing now, followed or not."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return [
                self._as_row(session, year, number)
                for year in years or self._years()
                for number in sorted(missing_of(session, year))
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
        numbering = Numbering(session, self._context.settings)
        for year in self._years():
            for number in missing_of(session, year):
                if numbering.serial(year, number) == serial:
                    return year, number, serial
        raise RefusedError(f"没有用过 {serial} 这个编号，请核对。", field="serial", rule=RULE)

    def _missing_with(self, session: Session, one: Tally) -> list[MissingRow]:
        away = tally.missing_numbers(session, one.year, *tally.reach(session, one))
        return [self._as_row(session, one.year, number) for number in sorted(away)]

    def _period(self, session: Session, first_day: date, last_day: date) -> WatchPeriod:
        taken = tally.tallies(session, *self._context.clock.day_bounds(first_day, last_day))
        missing = [row for one in taken for row in self._missing_with(session, one)]
        numbering = Numbering(session, self._context.settings)
        issued, returned, void, blank = (
            sum(getattr(one, name) for one in taken) for name in ("issued", "returned", "void", "blank")
        )
        return WatchPeriod(
            first_day,
            last_day,
            tuple(
                run_words(numbering.serial(one.year, one.first), numbering.serial(one.year, one.last))
                for one in taken
            ),
            issued=issued,
            returned=returned,
            open=issued - returned - void - blank,
            blank=blank,
            void=void,
            reprints=sum(one.reprints for one in taken),
            missing=len(missing),
            unfollowed=sum(not row.followed_by for row in missing),
        )

    def _due_item(self, row: MissingRow, since: datetime) -> DueItem:
        clock = self._context.clock
        ends = clock.day_bounds(clock.local(since).date())[1]
        what = f"缺号 {row.serial} {'待查明下落' if row.followed_by else '还没有人跟进'}"
        return DueItem("missing_serial", row.id, what, "", row.followed_by, ends, since)

    def _years(self) -> tuple[int, int]:
        """Last year and this one: in January last December is still to be bound."""
        year = self._context.clock.today().year
        return year - 1, year

    def _as_row(self, session: Session, year: int, number: int) -> MissingRow:
        listed = _listed(session, year, number)
        if listed is None:
            serial = Numbering(session, self._context.settings).serial(year, number)
            return MissingRow(0, serial, year, number, "", "", self._context.clock.now())
        order = select(ServiceOrder.id).where(ServiceOrder.year == year, ServiceOrder.number == number)
        return replace(_missing_row(listed), order_id=session.scalar(order) or 0)

    def _both_times(self, order: Any) -> str:
        clock = self._context.clock
        return f"{printed_moment(clock, order.issued_at)} 受理，{printed_moment(clock, order.backfilled_at)} 补写"


def _periods(reach: Reach, day: date) -> Iterator[tuple[date, date]]:
    """First and last day of each period, the oldest first."""
    if reach == "day":
        first, last = rules.month_days(day.year, day.month)
        for ahead in range((last - first).days + 1):
            yield first + timedelta(days=ahead), first + timedelta(days=ahead)
    elif reach == "month":
        for month in range(1, 13):
            yield rules.month_days(day.year, month)
    else:
        for year in range(day.year - YEARS_SHOWN + 1, day.year + 1):
            yield date(year, 1, 1), date(year, 12, 31)


def _lines(orders: Iterable[Any], told: Any) -> tuple[WatchLine, ...]:
    return tuple(WatchLine(order.id, order.serial, told(order)) for order in orders)


def _holders(session: Session) -> Callable[[Any], str]:
    """Who has a blank, in words."""
    runs = session.execute(
        select(BlankRun.year, BlankRun.first_number, BlankRun.last_number, BlankRun.given_to).where(
            BlankRun.returned_at.is_(None), BlankRun.given_to != ""
        )
    ).all()

    def held_by(order: Any) -> str:
        held = (
            run.given_to
            for run in runs
            if run.year == order.year and run.first_number <= order.number <= run.last_number
        )
        holder = next(held, "")
        return f"在{holder}手里" if holder else "在前台"

    return held_by


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
