"""Call-backs: recorded, sent back in writing, repeated; the day's sample; rain (R-ORDER-9, 10, 11)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from frontdesk.callbacks import listing, rules
from frontdesk.callbacks.model import Callback, CallbackLot, Rain
from frontdesk.callbacks.queue import CallbackQueue
from frontdesk.callbacks.register import CALLBACK, QUESTIONS, CallbackRow, NewCallback, Sample
from frontdesk.callbacks.waiting import Waiting
from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.plain_text import plain_reason
from frontdesk.core.present import present
from frontdesk.core.settings import CALLBACK_SAMPLE_PERCENT
from frontdesk.core.shown import shown_moment
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.rules import Taken, check_moment
from frontdesk.staff.shifts import require_correction, require_void

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.due import DueItem
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.core.query import RegisterQuery, TableRow
    from frontdesk.exchange.export import ExportWish

CHUNK = 500  # call-backs read at once for paper or a sheet
CORRECTABLE = frozenset({*QUESTIONS, "opinion", "problem", "method", "occasion", "reached"})

Draw = Callable[[Sequence[int], int], Sequence[int]]


class CallbackService:
    """客户回访记录表 of one desk. Commands raise RefusedError, NotAllowedError, SurroundingsError.

    `draw` picks so many of some ids, at random; the system's own source of chance by default, which nobody
    can foretell or repeat. `queue` is the list of whom to call back. `when_content` is called with each order that
    is back and waits for no rework, inside the unit of work that made it so.
    """

    register = CALLBACK

    def __init__(self, context: DeskContext, *, draw: Draw | None = None) -> None:
        self._context = context
        self._waiting = Waiting(context)
        self.queue = CallbackQueue(context)
        self._draw = draw or secrets.SystemRandom().sample
        self.when_content: list[Callable[[Transaction, ServiceOrder], None]] = []

    # --- commands -----------------------------------------------------------------------------------

    def record(self, order_id: int, new: NewCallback) -> CallbackRow:
        """Write down what the customer said: level, time and attitude (R-ORDER-9), or that nobody answered."""
        rules.check_answers(new)
        values = fitting(
            CALLBACK, {name: value for name, value in asdict(new).items() if name != "called_at"}
        )
        with self._context.transaction(Permission.WRITE_ORDERS, action="call_back") as work:
            order = _finished(work.session, order_id)
            assert order.finished_at is not None
            called_at = new.called_at or work.now
            done = Taken("完成", order.finished_at, shown_moment(self._context.clock, order.finished_at))
            check_moment(called_at, done, work.now, field="called_at")
            due = self._waiting.of_order(work.session, order)
            values["occasion"] = values["occasion"] or (due.what if due else rules.FIRST)
            callback = work.add(
                Callback(
                    order_id=order.id,
                    called_at=called_at,
                    called_by=work.actor.name,
                    serial=order.serial,
                    unit_no=order.unit_no,
                    customer=order.customer,
                    service_person=order.service_person,
                    **values,
                )
            )
            self._settle(work, order)
            return listing.row_of(callback)

    def refer(self, callback_id: int, text: str, department: str = "") -> CallbackRow:
        """Send a fault or a dissatisfied answer back in writing (R-ORDER-11); the moment is kept.

        An empty department is the order's own. It is called back again afterwards, until the customer is content.
        """
        values = fitting(CALLBACK, {"referral": text, "referred_to": department})
        if not values["referral"]:
            raise RefusedError("请写明要返工或改正什么。", field="referral", rule="R-ORDER-11")
        with self._context.transaction(Permission.WRITE_ORDERS, action="refer") as work:
            callback = self._standing(work.session, callback_id)
            if not listing.row_of(callback).bad:
                raise RefusedError("客户没有不满意，不用转回。", rule="R-ORDER-11")
            if callback.referred_at is not None:
                raise RefusedError("这次回访已经书面转回过了。", rule="R-ORDER-11")
            order = present(work.session, ServiceOrder, callback.order_id)
            callback.referral = values["referral"]
            callback.referred_to = values["referred_to"] or order.department or "工程部"
            callback.referred_at, callback.referred_by = work.now, work.actor.name
            work.flush()
            self._settle(work, order)
            return listing.row_of(callback)

    def note_reply(
        self, callback_id: int, text: str, replied_by: str, at: datetime | None = None
    ) -> CallbackRow:
        """Write down what the department answered to what it got in writing, who did, and when (R-ORDER-11)."""
        values = fitting(CALLBACK, {"reply": text, "replied_by": replied_by})
        for name, words in (("replied_by", "请填写是谁答复的。"), ("reply", "请写明部门怎么答复。")):
            if not values[name]:
                raise RefusedError(words, field=name, rule="R-ORDER-11")
        with self._context.transaction(Permission.WRITE_ORDERS, action="note_reply") as work:
            callback = self._standing(work.session, callback_id)
            if callback.referred_at is None:
                raise RefusedError("这次回访还没有书面转回。", rule="R-ORDER-11")
            if callback.replied_at is not None:
                raise RefusedError("部门的答复已经登记过了。", rule="R-ORDER-11")
            replied_at = at or work.now
            sent = callback.referred_at.replace(second=0, microsecond=0)
            written = Taken("书面转回", sent, shown_moment(self._context.clock, sent))
            check_moment(replied_at, written, work.now, field="replied_at")
            callback.reply, callback.replied_by = values["reply"], values["replied_by"]
            callback.replied_at = replied_at
            work.flush()
            return listing.row_of(callback)

    def correct(self, callback_id: int, changes: Mapping[str, Any], reason: str = "") -> CallbackRow:
        """Put right what was written; the old words stay in the journal (roles.md).

        Raises RefusedError (field `reason`) when a bad answer is taken back without one: a duty ends with it.
        """
        wrong = set(changes) - CORRECTABLE
        if wrong:
            raise KeyError(f"not to be corrected: {sorted(wrong)}")
        checked, reason = fitting(CALLBACK, changes), plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="correct", reason=reason) as work:
            callback = self._standing(work.session, callback_id)
            require_correction(self._context, work, callback, reason)
            after = {name: getattr(callback, name) for name in CORRECTABLE} | checked
            rules.check_answers(after)
            if listing.row_of(callback).bad and not rules.is_bad(after, after["problem"]) and not reason:
                raise RefusedError("把不满意改掉，请写明原因。", field="reason", rule="R-ORDER-11")
            for name, value in checked.items():
                setattr(callback, name, value)
            work.flush()
            self._settle(work, present(work.session, ServiceOrder, callback.order_id))
            return listing.row_of(callback)

    def void(self, callback_id: int, reason: str) -> CallbackRow:
        """Cancel a call-back that was written by mistake; it is awaited anew."""
        reason = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="void", reason=reason) as work:
            callback = self._standing(work.session, callback_id)
            require_void(self._context, work, callback, reason)
            work.void(callback, reason)
            work.flush()
            self._settle(work, present(work.session, ServiceOrder, callback.order_id))
            return listing.row_of(callback)

    def it_rained(self, at: datetime | None = None) -> int:
        """Note that it rained; returns how many repaired leaks are to be called back for it (R-ORDER-11)."""
        with self._context.transaction(Permission.WRITE_ORDERS, action="it_rained") as work:
            rained_at = at or work.now
            check_moment(rained_at, None, work.now, field="rained_at")
            work.add(Rain(rained_at=rained_at))
            return self._waiting.after_rain(work.session)

    def draw_sample(self, day: date | None = None) -> Sample:
        """Draw the share of a local day's repair orders that is called back that day (R-ORDER-10); today's by default.

        Drawn again, only orders that were finished since go into the urn: what was drawn stays, and what was not
        drawn never gets a second chance. Raises RefusedError when there is nothing to draw from.
        """
        with self._context.transaction(Permission.WRITE_ORDERS, action="draw_sample") as work:
            day = day or work.today
            percent = self._context.settings.get(CALLBACK_SAMPLE_PERCENT)
            before = self._waiting.lots_of(work.session, day)
            fresh = self._waiting.not_in_urn(work.session, day)
            if not fresh:
                raise RefusedError(
                    "这一天的样本已经抽过，不能重抽。" if before else "这一天还没有完工的报修单可抽。",
                    rule="R-ORDER-10",
                )
            wanted = rules.sample_size(len(before) + len(fresh), percent)
            count = min(len(fresh), max(0, wanted - sum(lot.drawn for lot in before)))
            drawn = set(self._draw(fresh, count))
            for order_id in fresh:
                work.add(CallbackLot(order_id=order_id, day=day, percent=percent, drawn=order_id in drawn))
            return self._waiting.sample(work.session, day)

    # --- questions ----------------------------------------------------------------------------------

    def due(self, now: datetime | None = None) -> list[DueItem]:
        """What is to be called back, sent back in writing or drawn, the soonest first."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return self._waiting.due(session, now or self._context.clock.now())

    def sample(self, day: date) -> Sample:
        """A day's draw as it stands."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return self._waiting.sample(session, day)

    def awaited(self, order_id: int) -> rules.Awaited | None:
        """What one order awaits; None when it is not finished, or all its call-backs are made."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return self._waiting.of_order(session, present(session, ServiceOrder, order_id))

    def of_order(self, order_id: int) -> tuple[CallbackRow, ...]:
        """An order's call-backs, oldest first, void ones too."""
        self._context.require(Permission.READ_ORDERS)
        asked = select(Callback).where(Callback.order_id == order_id)
        with self._context.read() as session:
            ordered = session.scalars(asked.order_by(Callback.called_at, Callback.id))
            return tuple(map(listing.row_of, ordered))

    def slip_values(self, order_ids: Collection[int]) -> dict[int, dict[str, str]]:
        """The 回访 block of these orders' paper, from each one's last call-back that reached somebody."""
        self._context.require(Permission.READ_ORDERS)
        standing = (Callback.reached.is_(True), Callback.voided_at.is_(None))
        asked = select(Callback).where(Callback.order_id.in_(order_ids), *standing)
        with self._context.read() as session:
            newest = {
                callback.order_id: listing.row_of(callback)
                for callback in session.scalars(asked.order_by(Callback.called_at, Callback.id))
            }
        clock = self._context.clock
        return {order_id: listing.slip_values(row, clock) for order_id, row in newest.items()}

    def get(self, callback_id: int) -> CallbackRow:
        """One call-back. Raises RefusedError when there is none."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return listing.row_of(present(session, Callback, callback_id))

    def reply_due(self, callback: CallbackRow) -> datetime | None:
        """By when the department answers, as its paper says; None when nothing is awaited of it."""
        return self._waiting.repeat_by(callback) if callback.awaits_reply else None

    def memo(self, callback_id: int) -> dict[str, str]:
        """What goes back to a department in writing, by the names of F-MEMO (R-ORDER-11).

        Raises RefusedError for a call-back that was not sent back.
        """
        self._context.require(Permission.PRINT)
        with self._context.read() as session:
            callback = self._standing(session, callback_id)
            if callback.referred_at is None:
                raise RefusedError("这次回访还没有书面转回。", rule="R-ORDER-11")
            order = present(session, ServiceOrder, callback.order_id)
            return listing.memo_values(
                callback, order, self._waiting.repeat_by(callback), self._context.clock
            )

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, newest first (`query.RegisterSource`); `open_only`: not yet sent back."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return listing.find(session, query, self._context.clock)

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these ids, in this order (`query.RegisterSource`)."""
        with self._context.read() as session:
            return listing.table_rows(session, self._context.clock, ids)

    def print_rows(self, query: RegisterQuery) -> Iterator[tuple[str, ...]]:
        """The cells of 客户回访记录表 for each call-back that answers, oldest first."""
        self._context.require(Permission.PRINT)
        for ids in self._chunks(query):
            with self._context.read() as session:
                chunk = listing.printed_rows(session, self._context.clock, ids)
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
        """Write each call-back that answers to an XLSX file, oldest first, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        chunks = list(self._chunks(query))
        rows = (row for ids in chunks for row in self._exported(ids))
        total = sum(map(len, chunks))
        return export_register(
            self._context, path, CALLBACK, rows, wish, total=total, progress=progress, cancelled=cancelled
        )

    def reworked(self, session: Session, order_ids: Collection[int]) -> Collection[int]:
        """Of these orders those whose customer waits for a rework, within the caller's session (R-ORDER-11)."""
        return self._waiting.reworked(session, order_ids)

    # --- inside -------------------------------------------------------------------------------------

    def _settle(self, work: Transaction, order: ServiceOrder) -> None:
        self._waiting.settle(work, order)
        if order.returned_at is not None and not self._waiting.reworked(work.session, [order.id]):
            for content in self.when_content:
                content(work, order)

    def _chunks(self, query: RegisterQuery) -> Iterator[Sequence[int]]:
        with self._context.read() as session:
            ids = listing.find(session, query, self._context.clock, None)[::-1]
        return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))

    def _exported(self, ids: Sequence[int]) -> list[tuple[Any, ...]]:
        with self._context.read() as session:
            return listing.exported_rows(session, ids)

    def _standing(self, session: Session, callback_id: int) -> Callback:
        callback = present(session, Callback, callback_id)
        if callback.voided_at is not None:
            raise RefusedError("这次回访记录已经作废。")
        return callback


def _finished(session: Session, order_id: int) -> ServiceOrder:
    order = present(session, ServiceOrder, order_id)
    if order.voided_at is not None:
        raise RefusedError(f"{order.serial} 已作废，不用回访。", rule="R-ORDER-9")
    if order.finished_at is None:
        raise RefusedError(f"{order.serial} 还没有完工，完工后再回访。", rule="R-ORDER-9")
    return order
