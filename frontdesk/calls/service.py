"""The call log's commands and queries (F-CALL, R-CALL-1 … 5, 7). Each command is one unit of work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from frontdesk.calls import listing
from frontdesk.calls.model import Call
from frontdesk.calls.register import CALL, SUMMARY, CallRow, DayCounts, DaySummary, NewCall, PromisedReply
from frontdesk.calls.rules import (
    CORRECTABLE,
    check_promise,
    checked_call,
    order_from,
    reads_telephones,
    usual_promise,
)
from frontdesk.calls.summary import exported_summary, printed_summary, summed_up
from frontdesk.core.actor import Permission
from frontdesk.core.drafts import drop_draft
from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import plain_reason
from frontdesk.core.present import present
from frontdesk.core.query import RegisterQuery, TableRow
from frontdesk.core.serials import latest_day
from frontdesk.core.settings import CLOCK_CONFIRMED_SEQ, DEPARTMENTS, REPLY_HOURS
from frontdesk.core.shown import dated_moment, printed_moment
from frontdesk.estate.link import household_number, linked_unit
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.rules import OPEN_STATES, State
from frontdesk.staff.shifts import may_reach, require_correction, require_void

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.exchange.export import ExportWish
    from frontdesk.orders.register import NewOrder, OrderRow
    from frontdesk.orders.reminders import ReminderService
    from frontdesk.orders.service import OrderService

CHUNK = 500  # lines read at once for paper and sheets


class CallService:
    """公共信息记录表 of one open desk.

    Commands raise RefusedError, NotAllowedError, SurroundingsError. Reading asks for READ_REGISTERS.
    """

    register = CALL

    def __init__(self, context: DeskContext, orders: OrderService, reminders: ReminderService) -> None:
        self._context = context
        self._orders, self._reminders = orders, reminders

    # -- writing --------------------------------------------------------------------------------

    def log(self, new: NewCall) -> CallRow:
        """Write one line: day, number, time and clerk are filled in (R-CALL-1). Raises RefusedError."""
        with self._context.transaction(Permission.WRITE_CALLS) as work:
            return self._shown(work, self._write(work, new))

    def log_with_order(self, new: NewCall, order: NewOrder | None = None) -> tuple[CallRow, OrderRow]:
        """Write a line and issue its order at one blow, both or neither; the order's serial stands in the line.

        Without `order` all that the call says is carried over (`rules.order_from`, R-CALL-3); when it names no
        telephone, the household's registered one.
        """
        with self._context.transaction(Permission.WRITE_CALLS) as work:
            room = linked_unit(work.session, {"unit_no": new.unit_no, "unit_id": new.unit_id})
            new = replace(new, **room)
            issued = self._orders.issue_within(work, order or self._order_from(work, new))
            row = self._shown(work, self._write(work, replace(new, settled=False), issued.serial))
            return row, self._orders.row_within(work, issued)

    def log_with_reminder(self, new: NewCall, order_id: int) -> CallRow:
        """Write a line about a matter that has its order already, and remind of that order, both or neither.

        The line carries the order's serial and is settled with it. Raises RefusedError when the order is done.
        """
        with self._context.transaction(Permission.WRITE_CALLS, action="remind") as work:
            order, _reminder = self._reminders.remind_within(work, order_id, new.reason)
            return self._shown(work, self._write(work, replace(new, settled=False), order.serial))

    def make_order(self, call_id: int, order: NewOrder | None = None) -> tuple[CallRow, OrderRow]:
        """Issue the order of a call that stands already, unless it has one that is not void (R-CALL-3)."""
        with self._changed(call_id, "make_order") as (work, call):
            _require_open(call)
            self._require_without_order(work, call)
            fields = order or self._order_from(work, self._shown(work, call))
            issued = self._orders.issue_within(work, fields)
            with _searched(work, call):
                call.order_serial = issued.serial
            return self._shown(work, call), self._orders.row_within(work, issued)

    def settle_with_order(self, work: Transaction, order: ServiceOrder) -> None:
        """The order is back: its call is settled in the same unit of work (`OrderService.when_settled`)."""
        mine = select(Call).where(Call.order_serial == order.serial, listing.IS_OPEN)
        for call in work.session.scalars(mine):
            call.settled_at = work.now
            call.outcome = call.outcome or "完成"

    def correct(self, call_id: int, changes: Mapping[str, Any], reason: str = "") -> CallRow:
        """Put fields right that `rules.CORRECTABLE` names; the old values stay in the journal.

        One's own line of the running shift freely, any other by a supervisor with a reason.
        """
        wrong = set(changes) - CORRECTABLE
        if wrong:
            raise KeyError(f"not to be corrected: {sorted(wrong)}")
        checked = checked_call(changes)
        reason = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="correct", reason=reason) as work:
            call = present(work.session, Call, call_id)
            require_correction(self._context, work, call, reason)
            checked = linked_unit(work.session, checked, call.unit_no)
            if checked.get("promised_at") != call.promised_at:
                check_promise(checked.get("promised_at"), work.now)
            with _searched(work, call):
                for name, value in checked.items():
                    setattr(call, name, value)
            return self._shown(work, call)

    def void(self, call_id: int, reason: str) -> CallRow:
        """Strike a line out; its number stays, its order is an entry of its own and stands."""
        reason = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="void", reason=reason) as work:
            call = present(work.session, Call, call_id)
            require_void(self._context, work, call, reason)
            work.void(call, reason)
            return self._shown(work, call)

    def settle(self, call_id: int, outcome: str = "") -> CallRow:
        """Tick a call as done, in words when there are any. Whoever is on duty may. Raises RefusedError."""
        return self._settle(call_id, "settle", outcome)

    def reply(self, call_id: int, answer: str = "") -> CallRow:
        """The promised word was given (R-CALL-4); whoever took the call stays named as responsible."""
        return self._settle(call_id, "reply", answer or "已答复")

    def reopen(self, call_id: int, reason: str = "") -> CallRow:
        """Take a wrong tick back, as a correction is made (roles.md): one's own of the running shift freely, any
        other by a supervisor with a reason. The outcome's words stand until somebody writes others.
        """
        reason = plain_reason(reason)
        with self._changed(call_id, "reopen", reason) as (work, call):
            require_correction(self._context, work, call, reason)
            if call.settled_at is None:
                raise RefusedError("这条记录还没有办结。")
            call.settled_at = None
            return self._shown(work, call)

    def promise(self, call_id: int, promised_at: datetime) -> CallRow:
        """Agree another time (UTC) with the caller, later than now (R-CALL-4)."""
        with self._changed(call_id, "promise") as (work, call):
            _require_open(call)
            check_promise(promised_at, work.now)
            call.promised_at = promised_at
            return self._shown(work, call)

    def report_outside(self, call_id: int, body: str, note: str = "", *, settled: bool = True) -> CallRow:
        """The caller was told that it is beyond the company, and the desk itself reported it (R-CALL-5).

        `body`: whom, as the directory names it; `note`: what they said, a report number.
        """
        words = checked_call({"outside_body": body, "outcome": f"已转报{body.strip()} {note}"})
        if not words["outside_body"]:
            raise RefusedError("请选转报的单位。", field="outside_body", rule="R-CALL-5")
        with self._changed(call_id, "report_outside") as (work, call):
            _require_open(call)
            if settled:
                _require_order_back(work, call)
            with _searched(work, call):
                call.outside_body, call.outcome = words["outside_body"], words["outcome"]
            call.settled_at = work.now if settled else None
            return self._shown(work, call)

    # -- reading --------------------------------------------------------------------------------

    def get(self, call_id: int) -> CallRow:
        """One call. Raises RefusedError when there is none."""
        rows = self._where(Call.id == call_id)
        if not rows:
            raise RefusedError("没有找到这条记录，请刷新后再试。")
        return rows[0]

    def may_correct(self, call: CallRow) -> bool:
        """Whether whoever is signed in may put a line right or strike it out: one's own of the running shift, any
        other by a supervisor (roles.md).
        """
        return call.voided_at is None and may_reach(self._context, call.answered_by_id, call.logged_at)

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, newest first (`query.RegisterSource`).

        `choices` may name category (A … D), answered_by (a name), unit_no.
        """
        return self._find(query, listing.MOST)

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these ids, in this order (`query.RegisterSource`)."""
        with self._read() as session:
            return listing.table_rows(session, self._view(), ids)

    def print_rows(self, query: RegisterQuery) -> Iterator[tuple[str, ...]]:
        """The twelve cells of each line that answers, oldest first, as the paper has them.

        Every one of them, however many; read in chunks, so that a clerk can go on writing in between.
        """
        self._context.require(Permission.PRINT)
        ids = self._find(query, None)[::-1]
        for at in range(0, len(ids), CHUNK):
            with self._read() as session:
                chunk = listing.printed_rows(session, self._view(), ids[at : at + CHUNK])
            yield from chunk

    def export(
        self,
        path: Path,
        query: RegisterQuery,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write each line that answers to an XLSX file, oldest first, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        ids = self._find(query, None)[::-1]
        return export_register(
            self._context,
            path,
            CALL,
            self._exported(ids),
            wish,
            total=len(ids),
            progress=progress,
            cancelled=cancelled,
        )

    def export_summary(self, path: Path, day: date, wish: ExportWish) -> int:
        """Write a day's summary to an XLSX file, noted with its purpose; returns the number of its lines.

        Raises RefusedError, NotAllowedError, SurroundingsError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        rows = exported_summary(self._summary(day, replace(self._view(), shown=dated_moment)))
        return export_register(self._context, path, SUMMARY, rows, wish, total=len(rows))

    def recent_for_unit(self, unit_id: int, most: int = 5) -> list[CallRow]:
        """A household's newest calls, newest first."""
        return self._where(Call.unit_id == unit_id, Call.voided_at.is_(None), newest=most)

    def promised_due(self) -> list[PromisedReply]:
        """The open calls whose callers wait for word, the most urgent first (R-CALL-4)."""
        now = self._context.clock.now()
        calls = self._where(listing.IS_OPEN, Call.promised_at.is_not(None))
        due = [PromisedReply(call, call.promised_at - now) for call in calls if call.promised_at]
        return sorted(due, key=lambda reply: reply.left)

    def counts(self, day: date | None = None) -> DayCounts:
        """How many lines the day has, void ones too, and how many of all lines are open.

        Without a day it is the business day, to which the next line would belong.
        """
        with self._read() as session:
            today = self._context.clock.today()
            counted = day or max(today, latest_day(session) or today)
            received = session.scalar(select(func.count()).select_from(Call).where(Call.day == counted))
            still_open = session.scalar(select(func.count()).select_from(Call).where(listing.IS_OPEN))
            return DayCounts(received or 0, still_open or 0)

    def summary(self, day: date) -> DaySummary:
        """The day's calls by category and department as they stand now, and what earlier days left open (R-CALL-7)."""
        return self._summary(day, self._view())

    def print_summary(self, day: date) -> list[tuple[str, ...]]:
        """The six cells of each line of 公共信息日汇总."""
        self._context.require(Permission.PRINT)
        return printed_summary(self._summary(day, replace(self._view(), shown=dated_moment)))

    # -- within -----------------------------------------------------------------------------------

    def _write(self, work: Transaction, new: NewCall, order_serial: str = "") -> Call:
        values = linked_unit(work.session, checked_call(asdict(new)))
        check_promise(new.promised_at, work.now)
        settled, draft_id = values.pop("settled"), values.pop("draft_id")
        if not settled and not order_serial:
            hours = self._context.settings.get(REPLY_HOURS)
            values["promised_at"] = new.promised_at or usual_promise(new.category, work.now, hours)
        call = work.add(
            Call(
                day=work.today,
                day_no=work.next_serial(listing.SERIES, work.today.isoformat()),
                logged_at=work.now,
                answered_by=work.actor.name,
                answered_by_id=work.actor.person_id,
                settled_at=work.now if settled else None,
                order_serial=order_serial,
                outside_body="",
                **values,
            )
        )
        listing.INDEX.put(work.connection, call.id, listing.found_by(call))
        if draft_id is not None:
            drop_draft(work.session, draft_id, work.actor.person_id)
        return call

    def _order_from(self, work: Transaction, call: NewCall | CallRow) -> NewOrder:
        order = order_from(call, self._context.settings.get(DEPARTMENTS))
        if order.telephone or call.unit_id is None:
            return order
        # Whoever is sent must be able to reach somebody; that the clerk sees it masked is no reason to withhold it.
        return replace(order, telephone=household_number(work.session, call.unit_id, call.caller))

    def _require_without_order(self, work: Transaction, call: Call) -> None:
        asked = select(ServiceOrder.state).where(ServiceOrder.serial == call.order_serial)
        if call.order_serial and work.session.scalar(asked) != State.VOID:
            raise RefusedError(
                f"这条来电已经开了服务单 {call.order_serial}。", field="order_serial", rule="R-CALL-3"
            )

    def _settle(self, call_id: int, action: str, outcome: str) -> CallRow:
        words = checked_call({"outcome": outcome})["outcome"]
        with self._changed(call_id, action) as (work, call):
            _require_open(call)
            _require_order_back(work, call)
            call.settled_at = work.now
            call.outcome = words or call.outcome
            return self._shown(work, call)

    @contextmanager
    def _changed(self, call_id: int, action: str, reason: str = "") -> Iterator[tuple[Transaction, Call]]:
        with self._context.transaction(Permission.WRITE_CALLS, action=action, reason=reason) as work:
            yield work, present(work.session, Call, call_id)

    def _shown(self, work: Transaction, call: Call) -> CallRow:
        work.flush()
        return listing.calls_where(work.session, self._view(), Call.id == call.id)[0]

    def _where(self, *conditions: Any, newest: int | None = None) -> list[CallRow]:
        with self._read() as session:
            return listing.calls_where(session, self._view(), *conditions, newest=newest)

    def _summary(self, day: date, view: listing.View) -> DaySummary:
        with self._read() as session:
            calls = listing.calls_where(session, view, Call.day == day)
            return summed_up(day, calls, listing.calls_where(session, view, listing.IS_OPEN, Call.day < day))

    def _exported(self, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        # The sheet masks for itself, by its purpose.
        view = listing.View(self._context.clock, masked=False, shown=printed_moment)
        for at in range(0, len(ids), CHUNK):
            with self._read() as session:
                chunk = listing.exported_rows(session, view, ids[at : at + CHUNK])
            yield from chunk

    def _find(self, query: RegisterQuery, most: int | None) -> Sequence[int]:
        # After a clock was set right backwards, later lines may have earlier days.
        in_order = not self._context.settings.get(CLOCK_CONFIRMED_SEQ)
        with self._read() as session:
            return listing.find(session, query, days_in_order=in_order, most=most)

    def _view(self) -> listing.View:
        departments = self._context.settings.get(DEPARTMENTS)
        masked = not reads_telephones(self._context.actor)
        return listing.View(self._context.clock, masked=masked, departments=departments)

    @contextmanager
    def _read(self) -> Iterator[Session]:
        self._context.require(Permission.READ_REGISTERS)
        with self._context.read() as session:
            yield session


def _require_open(call: Call) -> None:
    if call.voided_at is not None:
        raise RefusedError("这条记录已经作废。")
    if call.settled_at is not None:
        raise RefusedError("这条记录已经办结。")


def _require_order_back(work: Transaction, call: Call) -> None:
    asked = select(ServiceOrder.state).where(ServiceOrder.serial == call.order_serial)
    if call.order_serial and work.session.scalar(asked) in OPEN_STATES:
        raise RefusedError(
            f"有未返单的服务单 {call.order_serial}，返单时这条来电一并办结。",
            field="order_serial",
            rule="R-CALL-3",
        )


@contextmanager
def _searched(work: Transaction, call: Call) -> Iterator[None]:
    """Keep the search index true to what the block changes in a call."""
    before = listing.found_by(call)
    yield
    listing.INDEX.replace(work.connection, call.id, before, listing.found_by(call))
