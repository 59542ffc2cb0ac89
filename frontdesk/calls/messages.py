"""Messages for absent colleagues: taken, passed on, ticked (F-MESSAGE, R-CALL-6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, func, or_, select

from frontdesk.calls.model import Message
from frontdesk.calls.register import MESSAGE, MessageRow, NewMessage
from frontdesk.calls.rules import reads_telephones
from frontdesk.core.actor import Permission
from frontdesk.core.drafts import drop_draft
from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.plain_text import plain_reason, storable
from frontdesk.core.present import present
from frontdesk.core.query import VOID, RegisterQuery, TableRow, tone
from frontdesk.core.shown import masked_telephone, printed_moment, shown_moment
from frontdesk.staff.shifts import require_correction, require_void

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.exchange.export import ExportWish

MOST = 5000
PRINT_CHUNK = 500
CORRECTABLE = frozenset(NewMessage.__dataclass_fields__) - {"draft_id"}
_WAITING = and_(Message.passed_on_at.is_(None), Message.voided_at.is_(None))


class MessageService:
    """转告记录 of one desk. Commands raise RefusedError, NotAllowedError, SurroundingsError."""

    register = MESSAGE

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def take(self, new: NewMessage) -> MessageRow:
        """Write a message down: whom it is for and what was said must be there."""
        said = asdict(new)
        draft_id = said.pop("draft_id")
        values = fitting(MESSAGE, said)
        with self._context.transaction(Permission.WRITE_CALLS) as work:
            message = work.add(Message(taken_at=work.now, taken_by=work.actor.name, **values))
            if draft_id is not None:
                drop_draft(work.session, draft_id, work.actor.person_id)
            return self._row(message)

    def pass_on(self, message_id: int) -> MessageRow:
        """Tick it: the colleague has been told."""
        with self._changed(message_id, "pass_on") as (work, message):
            if message.passed_on_at is not None:
                raise RefusedError("这条留言已经转告过了。", rule="R-CALL-6")
            message.passed_on_at = work.now
            return self._row(message)

    def take_back(self, message_id: int, reason: str = "") -> MessageRow:
        """Take a wrong tick back, as a correction is made (roles.md): the message waits again."""
        reason = plain_reason(reason)
        with self._changed(message_id, "take_back", reason) as (work, message):
            if message.passed_on_at is None:
                raise RefusedError("这条留言还没有转告。", rule="R-CALL-6")
            require_correction(self._context, work, message, reason)
            message.passed_on_at = None
            return self._row(message)

    def correct(self, message_id: int, changes: Mapping[str, str], reason: str = "") -> MessageRow:
        """Put right what NewMessage holds; the old words stay in the journal (roles.md)."""
        wrong = set(changes) - CORRECTABLE
        if wrong:
            raise KeyError(f"not to be corrected: {sorted(wrong)}")
        checked = fitting(MESSAGE, changes)
        reason = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="correct", reason=reason) as work:
            message = present(work.session, Message, message_id)
            require_correction(self._context, work, message, reason)
            for name, value in checked.items():
                setattr(message, name, value)
            return self._row(message)

    def void(self, message_id: int, reason: str) -> MessageRow:
        """Strike a message out, with a reason (roles.md)."""
        reason = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="void", reason=reason) as work:
            message = present(work.session, Message, message_id)
            require_void(self._context, work, message, reason)
            work.void(message, reason)
            return self._row(message)

    def get(self, message_id: int) -> MessageRow:
        """One message. Raises RefusedError when there is none."""
        self._context.require(Permission.READ_REGISTERS)
        rows = self._messages(select(Message).where(Message.id == message_id))
        if not rows:
            raise RefusedError("没有找到这条留言，请刷新后再试。")
        return rows[0]

    def waiting(self, wanted: str = "") -> list[MessageRow]:
        """What is not passed on yet, oldest first; for one colleague when named."""
        asked = select(Message).where(_WAITING, *([Message.wanted == storable(wanted)] if wanted else []))
        return self._messages(asked.order_by(Message.id))

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, newest first (`query.RegisterSource`); `choices` may name `wanted`."""
        return self._find(query, MOST)

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these ids, in this order (`query.RegisterSource`)."""
        found = {row.id: row for row in self._messages(select(Message).where(Message.id.in_(ids)))}
        return [self._table_row(found[number]) for number in ids if number in found]

    def print_rows(self, query: RegisterQuery) -> Iterator[tuple[str, ...]]:
        """The nine cells of 转告记录 for each message that answers, oldest first, however many."""
        self._context.require(Permission.PRINT)
        ids = self._find(query, None)[::-1]
        for at in range(0, len(ids), PRINT_CHUNK):
            chunk = select(Message).where(Message.id.in_(ids[at : at + PRINT_CHUNK])).order_by(Message.id)
            for row in self._messages(chunk):
                yield tuple(self._on_paper(row).values())

    def export(
        self,
        path: Path,
        query: RegisterQuery,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write each message that answers to an XLSX file, oldest first, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        ids = self._find(query, None)[::-1]
        rows = self._exported(ids)
        return export_register(
            self._context, path, MESSAGE, rows, wish, total=len(ids), progress=progress, cancelled=cancelled
        )

    def _exported(self, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        # The sheet masks for itself, by its purpose.
        names = [field.name for field in MESSAGE.exported if field.name != "passed_on"]
        for at in range(0, len(ids), PRINT_CHUNK):
            chunk = select(Message).where(Message.id.in_(ids[at : at + PRINT_CHUNK])).order_by(Message.id)
            with self._context.read() as session:
                found = list(session.scalars(chunk))
            for message in found:
                yield (*(getattr(message, name) for name in names), _passed_on(message))

    def slip(self, message_id: int) -> Mapping[str, str]:
        """What goes on one message's slip, by the field names of F-MESSAGE."""
        self._context.require(Permission.PRINT)
        row = self.get(message_id)
        paper = self._on_paper(row)
        waits = row.passed_on_at is None and row.voided_at is None
        return paper | {"passed_on": ""} if waits else paper  # to be ticked by hand

    def _on_paper(self, row: MessageRow) -> dict[str, str]:
        clock = self._context.clock
        return {
            "taken_at": printed_moment(clock, row.taken_at),
            "caller": row.caller,
            "unit_no": row.unit_no,
            "number": row.number,
            "wanted": row.wanted,
            "text": row.text,
            "taken_by": row.taken_by,
            "passed_on_at": printed_moment(clock, row.passed_on_at),
            "passed_on": "作废" if row.voided_at else "是" if row.passed_on_at else "否",
        }

    def _table_row(self, row: MessageRow) -> TableRow:
        clock = self._context.clock
        waits = row.passed_on_at is None and row.voided_at is None
        return (
            row.id,
            shown_moment(clock, row.taken_at),
            row.caller,
            row.unit_no,
            row.wanted,
            " ".join(row.text.split()),
            row.taken_by,
            f"{_passed_on(row)} {shown_moment(clock, row.passed_on_at)}".strip(),
            *([VOID] if row.voided_at else []),
            *([tone("passed_on", "warn")] if waits else []),
        )

    def _find(self, query: RegisterQuery, most: int | None) -> Sequence[int]:
        self._context.require(Permission.READ_REGISTERS)
        with self._context.read() as session:
            if query.is_empty:
                return range(session.scalar(select(func.max(Message.id))) or 0, 0, -1)
            asked = select(Message.id).where(*self._conditions(query))
            return session.scalars(asked.order_by(Message.id.desc()).limit(most)).all()

    def _conditions(self, query: RegisterQuery) -> Iterator[Any]:
        searched = [Message.wanted, Message.caller, Message.unit_no, Message.text]
        if reads_telephones(
            self._context.actor
        ):  # else a search would tell, figure by figure, what a mask hides
            searched.append(Message.number)
        for word in storable(query.text).split():
            yield or_(*(column.contains(word, autoescape=True) for column in searched))
        if query.first_day:
            yield Message.taken_at >= self._context.clock.day_bounds(query.first_day)[0]
        if query.last_day:
            yield Message.taken_at < self._context.clock.day_bounds(query.last_day)[1]
        for name, key in query.choices.items():
            yield {"wanted": Message.wanted}[name] == storable(key)
        if query.open_only:
            yield _WAITING

    def _messages(self, asked: Select[Message]) -> list[MessageRow]:
        self._context.require(Permission.READ_REGISTERS)
        with self._context.read() as session:
            return [self._row(message) for message in session.scalars(asked)]

    @contextmanager
    def _changed(
        self, message_id: int, action: str, reason: str = ""
    ) -> Iterator[tuple[Transaction, Message]]:
        with self._context.transaction(Permission.WRITE_CALLS, action=action, reason=reason) as work:
            message = present(work.session, Message, message_id)
            if message.voided_at is not None:
                raise RefusedError("这条留言已经作废。")
            yield work, message

    def _row(self, message: Message) -> MessageRow:
        values = {name: getattr(message, name) for name in MessageRow.__dataclass_fields__}
        if not reads_telephones(self._context.actor):
            values["number"] = masked_telephone(values["number"])
        return MessageRow(**values)


def _passed_on(row: MessageRow | Message) -> str:
    if row.voided_at is not None:
        return "作废"
    return "已转告" if row.passed_on_at else "未转告"
