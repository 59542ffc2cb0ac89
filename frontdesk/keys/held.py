"""The keys themselves: entered, corrected, lost and found; the register of them and the board (F-KEY, R-KEY-1, 2, 7)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.model import JournalLine
from frontdesk.core.plain_text import plain_reason, plain_text
from frontdesk.core.present import present
from frontdesk.estate.link import linked_unit
from frontdesk.estate.register import Hit
from frontdesk.forms import Slip
from frontdesk.keys import rules
from frontdesk.keys.listing import (
    conditions,
    pieces_of,
    printed_row,
    put_pieces,
    reading,
    row_of,
    rows_of,
    table_row,
)
from frontdesk.keys.model import Key, KeyLoan
from frontdesk.keys.register import CUSTODY, KEY, BoardKey, KeyEvent, KeyRow, NewKey
from frontdesk.staff.shifts import require_correction, require_void

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.core.query import RegisterQuery, TableRow
    from frontdesk.exchange.export import ExportWish

PLACES = frozenset({"cabinet", "hook", "remarks"})
_CORRECTED = frozenset(
    {"number", "lock", "kind", "cabinet", "hook", "unit_id", "unit_no", "in_use", "spare", "remarks"}
)
_ACTIONS = {
    "create": "增加",
    "import": "导入",
    "correct": "更正",
    "lend": "领用",
    "take_back": "归还",
    "lose": "报失",
    "lose_out": "领用人报失",
    "find": "找回",
    "damage": "报损",
    "mend": "修好",
    "register_application": "按申请登记",
    "complete_copy": "复制取回",
    "give_up": "退还",
    "void": "录错撤销",
}


class KeyService:
    """钥匙登记 of one desk. Commands raise RefusedError, NotAllowedError, SurroundingsError.

    Writing needs the right WRITE_KEYS (clerks, housekeepers, supervisors), reading READ_REGISTERS.
    `lend_for_good` is set by the composition: how a key with a holder is lent when it is entered.
    """

    register = KEY

    def __init__(self, context: DeskContext) -> None:
        self._context = context
        self.lend_for_good: Callable[[Transaction, Key, str], None]

    # --- commands -----------------------------------------------------------------------------------

    def add(self, new: NewKey) -> KeyRow:
        """Enter a key. Its number, lock and hook are its own (R-KEY-1); fields as in `NewKey`."""
        with self._context.transaction(Permission.WRITE_KEYS, action="create") as work:
            key = self.add_within(work, new)
            return row_of(key)

    def add_within(self, work: Transaction, new: NewKey, import_batch_id: int | None = None) -> Key:
        """As `add`, in a unit of work that does more: a sheet's import, an agreement of custody."""
        values = checked(work.session, vars(new), None)
        holder = values.pop("holder")
        pieces = rules.Pieces(values["in_use"])
        key = Key(**values, state=pieces.state.value, import_batch_id=import_batch_id)
        put_pieces(work, key, pieces, "added")
        work.add(key)
        if holder:
            self.lend_for_good(work, key, holder)
        return key

    def correct(self, key_id: int, values: Mapping[str, Any], reason: str = "") -> KeyRow:
        """Mend what was entered; `values` by field name: number, lock, kind, cabinet, hook, unit_no, in_use, spare, remarks.

        One's own entry in the running shift freely, any other by a supervisor with a reason; another place or remark
        (`PLACES`) by any clerk with a reason. Pieces that are out, lost or away cannot be counted away.
        """
        reason = plain_reason(reason)
        unknown = set(values) - _CORRECTED
        assert not unknown, unknown
        with self._context.transaction(Permission.WRITE_KEYS, action="correct", reason=reason) as work:
            key = _live(work.session, key_id)
            if not set(values) <= PLACES:
                require_correction(self._context, work, key, reason)
            elif not reason:
                raise RefusedError("请写明变更的原因。", field="reason", rule="R-KEY-6")
            self.correct_within(work, key, values, reason[:200] or "更正")
            return row_of(key)

    def correct_within(
        self, work: Transaction, key: Key, values: Mapping[str, Any], note: str = "更正"
    ) -> None:
        """As `correct`, in a unit of work that does more. Raises RefusedError."""
        if key.scrapped_on is not None:
            raise RefusedError(f"{key.number} 已作废，不能再改。", field="number", rule="R-KEY-2")
        stood = {name: getattr(key, name) for name in _CORRECTED}
        fit = checked(work.session, stood | dict(values), key)
        for name in _CORRECTED | {"natural"}:
            setattr(key, name, fit[name])
        pieces = pieces_of(key)
        rules.check_counts(pieces, key.spare, key.spare_out)
        put_pieces(work, key, pieces, note=note)

    def report_lost(self, key_id: int, count: int = 1, note: str = "") -> KeyRow:
        """Pieces that should hang there are gone. What a borrower lost goes through `LoanService.report_lost`."""
        return self._move("lose", rules.LOSE, key_id, count, note)

    def report_found(self, key_id: int, count: int = 1, note: str = "") -> KeyRow:
        """Lost pieces are back at their hook."""
        return self._move("find", rules.FIND, key_id, count, note)

    def report_damaged(self, key_id: int, count: int = 1, note: str = "") -> KeyRow:
        """Pieces that hang there cannot be used."""
        return self._move("damage", rules.DAMAGE, key_id, count, note)

    def report_mended(self, key_id: int, count: int = 1, note: str = "") -> KeyRow:
        """Damaged pieces can be used again."""
        return self._move("mend", rules.MEND, key_id, count, note)

    def give_up_within(self, work: Transaction, key: Key, to: str) -> None:
        """A key in custody goes back to its owner and leaves the register for good. Raises RefusedError while it is out."""
        if key.kind != CUSTODY:
            raise RefusedError("只有托管的钥匙可以退还；其他钥匙作废要先申请。", field="key", rule="R-KEY-3")
        pieces = pieces_of(key)
        put_pieces(
            work, key, rules.left_after_scrapping(pieces, pieces.in_use, key.number), "scrapped", f"退还{to}"
        )
        key.scrapped_on, key.spare, key.cabinet, key.hook = work.today, 0, "", ""

    def void(self, key_id: int, reason: str) -> None:
        """Strike out a key that was entered in error: its number is free again. Scrapping a key is `ApplicationService`."""
        reason = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="void", reason=reason) as work:
            key = _live(work.session, key_id)
            require_void(self._context, work, key, reason)
            self.void_within(work, key, reason)

    def void_within(self, work: Transaction, key: Key, reason: str) -> None:
        """As `void`, in a unit of work that does more and asked for the right to. Raises RefusedError while it is out."""
        if key.out or key.spare_out or key.copying:
            raise RefusedError(f"{key.number} 还没有收回，不能撤销。", field="number", rule="R-KEY-2")
        work.void(key, reason)

    # --- questions ----------------------------------------------------------------------------------

    def get(self, key_id: int) -> KeyRow:
        """One key. Raises RefusedError when there is none."""
        with reading(self._context) as session:
            return row_of(present(session, Key, key_id))

    def find_key(self, typed: str) -> KeyRow | None:
        """The key of a typed number, however it is written, or of a scanned tag; None when there is none.

        A scrapped key is found too: its state says what is wrong with it.
        """
        asked = select(Key).where(Key.voided_at.is_(None))
        scanned = rules.scanned_id(typed)
        asked = asked.where(Key.id == scanned if scanned else Key.natural == rules.natural(typed))
        with reading(self._context) as session:
            key = session.scalars(asked).first()
            return row_of(key) if key is not None else None

    def hits(self, typed: str) -> list[Hit]:
        """What the finder shows for a key's number or a scanned tag; a scan has the key itself at hand."""
        key = self.find_key(typed)
        if key is None:
            return []
        scanned = rules.scanned_id(typed) is not None
        told = f"{key.lock}　{KEY.field('state').label_of(key.state)}"
        return [Hit(KEY.name, key.id, key.number, told, "扫码" if scanned else "钥匙", scanned)]

    def of_unit(self, unit_id: int) -> list[KeyRow]:
        """The keys of a room in custody that are in the house, in the order of their numbers (R-KEY-7)."""
        asked = select(Key).where(Key.unit_id == unit_id, Key.voided_at.is_(None), Key.scrapped_on.is_(None))
        with reading(self._context) as session:
            return [row_of(key) for key in session.scalars(asked.order_by(Key.natural))]

    def board(self, now: datetime | None = None) -> list[BoardKey]:
        """Every key that has a hook, by cabinet and hook in natural order: one read, cheap enough for each change.

        `now` (UTC) says what is overdue. A scrapped key that still hangs there with its mark is among them.
        """
        moment = now or self._context.clock.now()
        due = (
            select(KeyLoan.key_id, func.min(KeyLoan.due_at).label("due_at"))
            .where(KeyLoan.closed_at.is_(None), KeyLoan.voided_at.is_(None))
            .group_by(KeyLoan.key_id)
            .subquery()
        )
        columns = [getattr(Key, name) for name in _BOARD]
        asked = (
            select(*columns, due.c.due_at)
            .join(due, due.c.key_id == Key.id, isouter=True)
            .where(Key.voided_at.is_(None), Key.hook != "")
        )
        with reading(self._context) as session:
            found = [_on_board(row, moment) for row in session.execute(asked)]
        return sorted(
            found, key=lambda one: (rules.natural(one.cabinet), rules.natural(one.hook), one.number)
        )

    def cabinets(self) -> list[str]:
        """The cabinets in natural order, without "" for what hangs nowhere."""
        asked = select(Key.cabinet).where(Key.voided_at.is_(None), Key.cabinet != "").distinct()
        with reading(self._context) as session:
            return sorted(session.scalars(asked), key=rules.natural)

    def history(self, key_id: int) -> list[KeyEvent]:
        """What the journal says of a key, oldest first: each change with who, when and why."""
        asked = select(JournalLine).where(JournalLine.register == KEY.name, JournalLine.record_id == key_id)
        with reading(self._context) as session:
            return [_event(line) for line in session.scalars(asked.order_by(JournalLine.seq))]

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, in the order of the numbers: a register of keys is looked up (`query.RegisterSource`)."""
        with reading(self._context) as session:
            return session.scalars(select(Key.id).where(*conditions(query)).order_by(Key.natural)).all()

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these ids, in this order (`query.RegisterSource`)."""
        today = self._context.clock.today()
        with reading(self._context) as session:
            return [table_row(row, today) for row in rows_of(session, ids)]

    def print_rows(self, query: RegisterQuery) -> Iterator[tuple[str, ...]]:
        """The lines of F-KEY of the keys that answer, as they stand now."""
        self._context.require(Permission.PRINT)
        ids = self.find(query)
        with reading(self._context) as session:
            rows = rows_of(session, ids)
        yield from map(printed_row, rows)

    def tags(self, key_ids: Sequence[int]) -> list[Slip]:
        """F-KEY-TAG of these keys: number, name, hook, and the code that `find_key` reads. A scrapped one says 作废 (R-KEY-9)."""
        self._context.require(Permission.PRINT)
        with reading(self._context) as session:
            rows = rows_of(session, key_ids)
        return [
            Slip(
                {"number": row.number, "lock": row.lock, "place": row.place},
                code=rules.scan_code(row.id),
                void_reason="作废" if row.state == rules.State.VOID else "",
            )
            for row in rows
        ]

    def export(
        self,
        path: Path,
        query: RegisterQuery,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write the keys that answer to an XLSX file, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        ids = self.find(query)
        with reading(self._context) as session:
            rows = [[getattr(row, field.name) for field in KEY.exported] for row in rows_of(session, ids)]
        return export_register(
            self._context, path, KEY, rows, wish, total=len(rows), progress=progress, cancelled=cancelled
        )

    # --- inside -------------------------------------------------------------------------------------

    def _move(self, action: str, move: rules.Move, key_id: int, count: int, note: str) -> KeyRow:
        told = plain_text(note, field="note", label="说明", most=200)
        with self._context.transaction(Permission.WRITE_KEYS, action=action, reason=told) as work:
            key = _live(work.session, key_id)
            pieces = rules.moved(pieces_of(key), move, count, key.number)
            put_pieces(work, key, pieces, move.change, told or move.note)
            return row_of(key)


def checked(session: Session, values: Mapping[str, Any], own: Key | None) -> dict[str, Any]:
    """A key's values that fit: texts tidied, room found, and number, lock and hook nobody else's (R-KEY-1).

    `values` has every field of `NewKey` but, for a correction, the holder. Raises RefusedError.
    """
    fit = fitting(KEY, values)
    if own is None or fit["unit_no"] != own.unit_no:
        fit = linked_unit(session, fit)
    fit["natural"] = rules.check_number(fit["number"])
    if fit["kind"] == CUSTODY and not fit["unit_no"]:
        raise RefusedError("托管的钥匙请写明房号。", field="unit_no", rule="R-KEY-7")
    if fit["hook"] and not fit["cabinet"]:
        raise RefusedError("请写明是哪个柜的钩。", field="cabinet")
    for name, label, count in (("in_use", "在用数量", fit["in_use"]), ("spare", "备用数量", fit["spare"])):
        if not 0 <= count <= rules.MOST_PIECES:
            raise RefusedError(f"“{label}”应在 0 到 {rules.MOST_PIECES} 之间。", field=name)
    if not fit["in_use"] + fit["spare"]:
        raise RefusedError("在用和备用至少要有一把。", field="in_use")
    own_id = own.id if own is not None else None
    _check_own(session, fit, own_id)
    return fit


def _check_own(session: Session, fit: Mapping[str, Any], own_id: int | None) -> None:
    standing = select(Key.number).where(Key.voided_at.is_(None))
    if own_id is not None:
        standing = standing.where(Key.id != own_id)
    if found := session.scalar(standing.where(Key.natural == fit["natural"])):
        raise RefusedError(f"钥匙编号 {found} 已经有了，编号不能重复。", field="number", rule="R-KEY-1")
    in_force = standing.where(Key.scrapped_on.is_(None))
    if found := session.scalar(in_force.where(Key.lock == fit["lock"])):
        raise RefusedError(
            f"锁具名称“{fit['lock']}”已是 {found} 的；同一把锁请改数量，不同的锁请写清部位。",
            field="lock",
            rule="R-KEY-1",
        )
    on_hook = in_force.where(Key.cabinet == fit["cabinet"], Key.hook == fit["hook"])
    if fit["hook"] and (found := session.scalar(on_hook)):
        raise RefusedError(
            f"{rules.place_of(fit['cabinet'], fit['hook'])} 已经挂着 {found}。", field="hook", rule="R-KEY-1"
        )


def _live(session: Session, key_id: int) -> Key:
    key = present(session, Key, key_id)
    if key.voided_at is not None:
        raise RefusedError("这条记录已经撤销，请刷新后再试。", field="number")
    return key


_BOARD = (
    *("id", "cabinet", "hook", "number", "lock", "kind", "state", "in_use", "holder"),
    *("out", "lost", "damaged", "copying", "scrapped_on"),
)


def _on_board(row: Any, now: datetime) -> BoardKey:
    pieces = rules.Pieces(
        row.in_use, row.out, row.lost, row.damaged, row.copying, scrapped=row.scrapped_on is not None
    )
    overdue = row.due_at is not None and row.due_at < now
    return BoardKey(
        row.id, row.cabinet, row.hook, row.number, row.lock, row.kind, row.state,
        pieces.hanging, row.in_use, row.holder, row.due_at, overdue,
    )  # fmt: skip


def _event(line: JournalLine) -> KeyEvent:
    labels = {field.name: field for field in KEY.fields}
    told: list[tuple[str, str, str]] = []
    for name, (old, new) in json.loads(line.content).items():
        if name in labels and line.action not in ("create", "import"):
            field = labels[name]
            told.append((field.label, field.label_of(str(old or "")), field.label_of(str(new or ""))))
    return KeyEvent(line.at, line.actor, _ACTIONS.get(line.action, line.action), line.reason, tuple(told))
