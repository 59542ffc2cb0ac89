"""Keys lent and returned: one borrower, several keys, a time to be back by (F-KEY-LOAN, R-KEY-2, R-KEY-4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, or_, select

from frontdesk.core.actor import Permission
from frontdesk.core.due import DueItem
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.plain_text import plain_reason, plain_text, storable
from frontdesk.core.present import present
from frontdesk.core.query import VOID, RegisterQuery, TableRow, Tone, tone
from frontdesk.core.settings import KEY_DUE_TIME, SHIFT_HOURS
from frontdesk.core.shift_hours import shift_hours
from frontdesk.core.shown import dated_moment, printed_moment, shown_moment
from frontdesk.keys import rules
from frontdesk.keys.listing import pieces_of, put_pieces, reading
from frontdesk.keys.model import Key, KeyLoan
from frontdesk.keys.register import LOAN, SPARE, Authority, LoanRow, NewLoan, Wanted
from frontdesk.staff.shifts import require_void

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.exchange.export import ExportWish

_TONES: dict[str, Tone] = {"out": "info", "late": "danger", "back": "ok", "lost": "danger", "void": "neutral"}
_SEARCHED = (KeyLoan.number, KeyLoan.lock, KeyLoan.borrower, KeyLoan.department, KeyLoan.reason)
_OPEN = KeyLoan.closed_at.is_(None) & KeyLoan.voided_at.is_(None)
_DERIVED = frozenset({"still_out", "state"})


class LoanService:
    """钥匙领用 of one desk. Commands need WRITE_KEYS and raise RefusedError, NotAllowedError, SurroundingsError."""

    register = LOAN

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    # --- commands -----------------------------------------------------------------------------------

    def lend(self, new: NewLoan) -> tuple[LoanRow, ...]:
        """Lend all keys of a basket, or none; one loan for each, in the basket's order (R-KEY-2).

        Refused, with the key's number in the sentence: a key of which not so many hang there, a scrapped one, a
        spare without the general manager's authority (field="authority", R-KEY-4), no borrower or reason, a time
        to be back by that is past (field="due_at").
        """
        told = fitting(
            LOAN,
            {
                name: getattr(new, name)
                for name in ("borrower", "reason", "department", "borrower_kind", "note")
            },
        )
        if not new.keys:
            raise RefusedError("请先输入或扫描要领用的钥匙。", field="number", rule="R-KEY-2")
        with self._context.transaction(Permission.WRITE_KEYS, action="lend", reason=told["reason"]) as work:
            due = None if new.for_good else new.due_at or self.usual_due(work.now)
            if due is not None and due <= work.now:
                raise RefusedError("应还时间要晚于现在。", field="due_at", rule="R-KEY-2")
            granted = _granted(new.authority, work.now)
            loans = [self._lend(work, wanted, told, due, granted) for wanted in new.keys]
            return tuple(_row(loan, work.now) for loan in work.add_all(loans))

    def lend_for_good_within(self, work: Transaction, key: Key, holder: str) -> None:
        """All that hangs of a key is somebody's own from the day it is entered (the safe's key): a loan without an end."""
        told = fitting(LOAN, {"borrower": holder, "reason": "由本人持有", "borrower_kind": "staff"})
        told |= {"department": "", "note": ""}
        wanted = Wanted(key.id, pieces_of(key).hanging)
        work.add(self._lend(work, wanted, told, None, {}))

    def take_back(self, loan_id: int, count: int | None = None, returned_by: str = "") -> LoanRow:
        """Pieces of a loan are back, `count` of them, all by default; whoever is signed in received them.

        An empty `returned_by` is the borrower. The loan is closed once nothing of it is out.
        """
        by = plain_text(returned_by, field="returned_by", label="归还人", most=60)
        with self._context.transaction(Permission.WRITE_KEYS, action="take_back") as work:
            return _row(_taken_back(work, _open_loan(work.session, loan_id), count, by), work.now)

    def take_back_all(self, loan_ids: Sequence[int], returned_by: str = "") -> tuple[LoanRow, ...]:
        """Several loans come back whole and at once: all of them, or none is noted."""
        by = plain_text(returned_by, field="returned_by", label="归还人", most=60)
        with self._context.transaction(Permission.WRITE_KEYS, action="take_back") as work:
            loans = [_taken_back(work, _open_loan(work.session, one), None, by) for one in loan_ids]
            return tuple(_row(loan, work.now) for loan in loans)

    def report_lost(self, loan_id: int, count: int | None = None, note: str = "") -> LoanRow:
        """The borrower lost pieces of a loan, all that are still out by default; `note` says how."""
        told = plain_text(note, field="note", label="说明", most=200)
        with self._context.transaction(Permission.WRITE_KEYS, action="lose_out", reason=told) as work:
            loan = _open_loan(work.session, loan_id)
            lost = _still_out(loan) if count is None else count
            _check_part(loan, lost)
            if loan.is_spare:
                key = present(work.session, Key, loan.key_id)
                key.spare_out, key.spare = key.spare_out - lost, key.spare - lost
                put_pieces(work, key, pieces_of(key), "lost", f"备用 {lost} 把")
            else:
                key = _moved(work, loan, rules.LOSE_OUT, lost, told)
            loan.went_lost += lost
            loan.note = "；".join(filter(None, (loan.note, told)))[:400]
            _closed(work, loan, loan.borrower)
            key.holder = _holder(work.session, key)
            return _row(loan, work.now)

    def prolong(self, loan_id: int, due_at: datetime, reason: str = "") -> LoanRow:
        """Agree another time to be back by, UTC. Raises RefusedError for one that is past."""
        reason = plain_reason(reason)
        with self._context.transaction(Permission.WRITE_KEYS, action="prolong", reason=reason) as work:
            loan = _open_loan(work.session, loan_id)
            if due_at <= work.now:
                raise RefusedError("应还时间要晚于现在。", field="due_at", rule="R-KEY-2")
            loan.due_at = due_at
            work.flush()
            return _row(loan, work.now)

    def void(self, loan_id: int, reason: str) -> LoanRow:
        """Strike out a loan that was entered in error, while nothing of it came back; its keys hang there again."""
        reason = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="void", reason=reason) as work:
            loan = _open_loan(work.session, loan_id)
            require_void(self._context, work, loan, reason)
            if loan.came_back or loan.went_lost:
                raise RefusedError("已经归还一部分，不能撤销；请登记归还。", rule="R-KEY-2")
            _back(work, loan, loan.quantity, "录错撤销")
            work.void(loan, reason)
            work.flush()
            key = present(work.session, Key, loan.key_id)
            key.holder = _holder(work.session, key)
            return _row(loan, work.now)

    # --- questions ----------------------------------------------------------------------------------

    def usual_due(self, now: datetime | None = None) -> datetime:
        """Until when a key lent now is out, UTC: the day's end of duty (setting), after that the shift's end."""
        get = self._context.settings.get
        clock = self._context.clock
        return rules.usual_due(clock, now or clock.now(), get(KEY_DUE_TIME), shift_hours(get(SHIFT_HOURS)))

    def needs_authority(self, key_id: int, *, spare: bool = False) -> bool:
        """Whether the general manager must let it go: a spare, or a key that is kept as one (R-KEY-4)."""
        with reading(self._context) as session:
            return spare or present(session, Key, key_id).kind == SPARE

    def get(self, loan_id: int) -> LoanRow:
        """One loan. Raises RefusedError when there is none."""
        with reading(self._context) as session:
            return _row(present(session, KeyLoan, loan_id), self._context.clock.now())

    def of_key(self, key_id: int, *, open_only: bool = False, most: int = 50) -> list[LoanRow]:
        """The newest loans of a key, open ones first: a number that is typed to be returned finds its loans here."""
        asked = select(KeyLoan).where(KeyLoan.key_id == key_id)
        if open_only:
            asked = asked.where(_OPEN)
        asked = asked.order_by(case((_OPEN, 0), else_=1), KeyLoan.id.desc()).limit(most)
        now = self._context.clock.now()
        with reading(self._context) as session:
            return [_row(loan, now) for loan in session.scalars(asked)]

    def of_borrower(self, borrower: str) -> list[LoanRow]:
        """What somebody has, the oldest first: for who leaves, or brings everything back at once."""
        asked = select(KeyLoan).where(_OPEN, KeyLoan.borrower == storable(borrower).strip())
        now = self._context.clock.now()
        with reading(self._context) as session:
            return [_row(loan, now) for loan in session.scalars(asked.order_by(KeyLoan.id))]

    def borrowers(self, most: int = 40) -> list[tuple[str, str, str]]:
        """Who borrowed lately, newest first: name, department and kind, each once; to choose from."""
        asked = select(KeyLoan.borrower, KeyLoan.department, KeyLoan.borrower_kind)
        with reading(self._context) as session:
            newest = session.execute(asked.order_by(KeyLoan.id.desc()).limit(most * 10)).all()
        return list(dict.fromkeys((row[0], row[1], row[2]) for row in newest))[:most]

    def due(self, now: datetime) -> list[DueItem]:
        """Keys to be back today, and those that should be already, the soonest first (R-KEY-2)."""
        clock = self._context.clock
        tonight = clock.day_bounds(clock.local(now).date())[1]
        asked = select(KeyLoan).where(_OPEN, KeyLoan.due_at < max(tonight, self.usual_due(now)))
        with reading(self._context) as session:
            return [
                DueItem(
                    LOAN.name, loan.id, f"收回钥匙 {loan.number} {loan.lock}", "",
                    " ".join(filter(None, (loan.borrower, loan.department))), loan.due_at, loan.lent_at,
                )
                for loan in session.scalars(asked.order_by(KeyLoan.due_at, KeyLoan.id))
                if loan.due_at is not None
            ]  # fmt: skip

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, newest first (`query.RegisterSource`); days are those of lending, `open_only`: still out."""
        asked = select(KeyLoan.id).where(*self._conditions(query)).order_by(KeyLoan.id.desc())
        with reading(self._context) as session:
            return session.scalars(asked).all()

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these ids, in this order (`query.RegisterSource`)."""
        with reading(self._context) as session:
            return [self._table_row(row) for row in self._rows(session, ids)]

    def print_rows(self, query: RegisterQuery) -> Iterator[tuple[str, ...]]:
        """The lines of F-KEY-LOAN that answer, oldest first, as they are filed by the month."""
        self._context.require(Permission.PRINT)
        ids = self.find(query)[::-1]
        with reading(self._context) as session:
            rows = self._rows(session, ids)
        for row in rows:
            shown = self._printed(row)
            yield tuple(shown[field.name] for field in LOAN.printed)

    def export(
        self,
        path: Path,
        query: RegisterQuery,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write the loans that answer to an XLSX file, oldest first, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        ids = self.find(query)[::-1]
        with reading(self._context) as session:
            rows = [[getattr(row, field.name) for field in LOAN.exported] for row in self._rows(session, ids)]
        return export_register(
            self._context, path, LOAN, rows, wish, total=len(rows), progress=progress, cancelled=cancelled
        )

    # --- inside -------------------------------------------------------------------------------------

    def _lend(
        self,
        work: Transaction,
        wanted: Wanted,
        told: dict[str, Any],
        due: datetime | None,
        granted: dict[str, Any],
    ) -> KeyLoan:
        key = present(work.session, Key, wanted.key_id)
        if key.voided_at is not None:
            raise RefusedError(f"{key.number} 这条记录已经撤销。", field="number", rule="R-KEY-2")
        if (wanted.spare or key.kind == SPARE) and not granted:
            raise RefusedError(
                f"{key.number} 是备用钥匙，须由项目总经理授权才能领用。", field="authority", rule="R-KEY-4"
            )
        if wanted.spare:
            _take_spare(work, key, wanted.quantity)
        else:
            pieces = rules.moved(pieces_of(key), rules.LEND, wanted.quantity, key.number)
            put_pieces(work, key, pieces, rules.LEND.change)
        key.holder = "、".join(dict.fromkeys(filter(None, (*key.holder.split("、"), told["borrower"]))))[:400]
        return KeyLoan(
            **told,
            **(granted if wanted.spare or key.kind == SPARE else {}),
            key_id=key.id,
            number=key.number,
            lock=key.lock,
            is_spare=wanted.spare,
            quantity=wanted.quantity,
            lent_at=work.now,
            lent_by=work.actor.name,
            due_at=due,
        )

    def _conditions(self, query: RegisterQuery) -> Iterator[Any]:
        now = self._context.clock.now()
        for word in storable(query.text).split():
            yield or_(*(column.contains(word, autoescape=True) for column in _SEARCHED))
        if query.first_day:
            yield KeyLoan.lent_at >= self._context.clock.day_bounds(query.first_day)[0]
        if query.last_day:
            yield KeyLoan.lent_at < self._context.clock.day_bounds(query.last_day)[1]
        for name, wanted in query.choices.items():
            column = _state(now) if name == "state" else getattr(KeyLoan, name)
            yield column == storable(wanted)
        if query.open_only:
            yield _OPEN
        if query.picked:
            yield KeyLoan.id.in_(query.picked.ids)

    def _rows(self, session: Session, ids: Sequence[int]) -> list[LoanRow]:
        now = self._context.clock.now()
        asked = select(KeyLoan).where(KeyLoan.id.in_(ids))
        found = {loan.id: _row(loan, now) for loan in session.scalars(asked)}
        return [found[number] for number in ids if number in found]

    def _table_row(self, row: LoanRow) -> TableRow:
        clock = self._context.clock
        shown = self._printed(row) | {
            "lent_at": shown_moment(clock, row.lent_at),
            "due_at": shown_moment(clock, row.due_at) or "长期",
            "closed_at": shown_moment(clock, row.closed_at),
            "state": LOAN.field("state").label_of(row.state),
        }
        marks = [VOID] if row.state == "void" else [tone("state", _TONES[row.state])]
        if row.state == "late":
            marks.append(tone("due_at", "danger"))
        return (row.id, *(shown[field.name] for field in LOAN.listed), *marks)

    def _printed(self, row: LoanRow) -> dict[str, str]:
        clock = self._context.clock
        ends = {"void": "作废", "lost": "丢失"}.get(row.state, dated_moment(clock, row.closed_at))
        return {
            "lent_at": printed_moment(clock, row.lent_at),
            "number": row.number,
            "lock": f"{row.lock}（备用）" if row.is_spare else row.lock,
            "quantity": str(row.quantity),
            "reason": f"{row.reason}（{row.authorised_by}授权）" if row.authorised_by else row.reason,
            "borrower": row.borrower,
            "department": row.department,
            "lent_by": row.lent_by,
            "due_at": dated_moment(clock, row.due_at) or "长期",
            "closed_at": ends,
            "returned_by": row.returned_by,
            "received_by": row.received_by,
        }


def _granted(authority: Authority | None, now: datetime) -> dict[str, Any]:
    """The columns of an authority; empty without one. Raises NotAllowedError for another's PIN (R-KEY-4)."""
    if authority is None:
        return {}
    told = fitting(LOAN, {"authorised_by": authority.name, "authorised_way": authority.way})
    at = authority.at or now
    if authority.by is not None:
        if not authority.by.may(Permission.AUTHORISE_SPARES):
            raise NotAllowedError("备用钥匙须由项目总经理本人授权。", field="authority", rule="R-KEY-4")
        return {"authorised_by": authority.by.name, "authorised_way": "present", "authorised_at": now}
    if told["authorised_way"] == "present":
        raise RefusedError("总经理当面授权，请本人输入密码。", field="authority", rule="R-KEY-4")
    if not told["authorised_by"] or not told["authorised_way"]:
        raise RefusedError("请写明谁授权、怎样授权的。", field="authority", rule="R-KEY-4")
    if at > now:
        raise RefusedError("授权时间不能晚于现在。", field="authority", rule="R-KEY-4")
    return told | {"authorised_at": at}


def _take_spare(work: Transaction, key: Key, count: int) -> None:
    there = key.spare - key.spare_out
    if key.scrapped_on is not None:
        raise RefusedError(f"{key.number} 已作废，不能再领用。", field="number", rule="R-KEY-2")
    if not 1 <= count <= there:
        told = f"只有 {there} 把在库" if there else "都不在库"
        raise RefusedError(f"{key.number} 的备用钥匙{told}。", field="number", rule="R-KEY-2")
    key.spare_out += count
    put_pieces(work, key, pieces_of(key), "lent", f"备用 {count} 把")


def _open_loan(session: Session, loan_id: int) -> KeyLoan:
    loan = present(session, KeyLoan, loan_id)
    if loan.voided_at is not None or loan.closed_at is not None:
        raise RefusedError(f"{loan.number} 这次领用已经了结，请刷新后再试。", rule="R-KEY-2")
    return loan


def _still_out(loan: KeyLoan) -> int:
    return 0 if loan.voided_at is not None else loan.quantity - loan.came_back - loan.went_lost


def _check_part(loan: KeyLoan, count: int) -> None:
    left = _still_out(loan)
    if not 1 <= count <= left:
        raise RefusedError(f"{loan.number} 这次领用还有 {left} 把没还。", field="quantity", rule="R-KEY-2")


def _moved(work: Transaction, loan: KeyLoan, move: rules.Move, count: int, note: str = "") -> Key:
    key = present(work.session, Key, loan.key_id)
    put_pieces(
        work, key, rules.moved(pieces_of(key), move, count, key.number), move.change, note or move.note
    )
    return key


def _back(work: Transaction, loan: KeyLoan, count: int, note: str = "") -> Key:
    if not loan.is_spare:
        return _moved(work, loan, rules.TAKE_BACK, count, note)
    key = present(work.session, Key, loan.key_id)
    key.spare_out -= count
    put_pieces(work, key, pieces_of(key), "lent", note or f"备用归还 {count} 把")
    return key


def _taken_back(work: Transaction, loan: KeyLoan, count: int | None, returned_by: str) -> KeyLoan:
    back = _still_out(loan) if count is None else count
    _check_part(loan, back)
    key = _back(work, loan, back)
    loan.came_back += back
    _closed(work, loan, returned_by or loan.borrower)
    key.holder = _holder(work.session, key)
    return loan


def _closed(work: Transaction, loan: KeyLoan, returned_by: str) -> None:
    if _still_out(loan) == 0:
        loan.closed_at = work.now
    if loan.came_back:
        loan.returned_by, loan.received_by = returned_by, work.actor.name
    work.flush()


def _holder(session: Session, key: Key) -> str:
    """Whoever has pieces of a key now, each once."""
    asked = select(KeyLoan.borrower).where(_OPEN, KeyLoan.key_id == key.id).order_by(KeyLoan.id)
    return "、".join(dict.fromkeys(session.scalars(asked)))[:400]


def _state(now: datetime) -> Any:
    return case(
        (KeyLoan.voided_at.is_not(None), "void"),
        (KeyLoan.closed_at.is_(None) & (KeyLoan.due_at < now), "late"),
        (KeyLoan.closed_at.is_(None), "out"),
        (KeyLoan.went_lost > 0, "lost"),
        else_="back",
    )


def state_of(loan: KeyLoan, now: datetime) -> str:
    """Where a loan stands at a moment, UTC: a key of LOAN_STATES."""
    if loan.voided_at is not None:
        return "void"
    if loan.closed_at is None:
        return "late" if loan.due_at is not None and loan.due_at < now else "out"
    return "lost" if loan.went_lost else "back"


def _row(loan: KeyLoan, now: datetime) -> LoanRow:
    kept = {name: getattr(loan, name) for name in LoanRow.__dataclass_fields__ if name not in _DERIVED}
    return LoanRow(**kept, still_out=_still_out(loan), state=state_of(loan, now))
