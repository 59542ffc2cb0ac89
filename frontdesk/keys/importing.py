"""Keys from an office's sheet: look first, then all of it or nothing, and one undo (F-KEY)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.jobs import Cancelled, Progress, step
from frontdesk.estate.import_batches import (
    BatchJournal,
    BatchRow,
    batches_of,
    begun_batch,
    ended_batch,
    imported_before,
    live_batch,
)
from frontdesk.estate.import_plan import TAKEN, RowState
from frontdesk.estate.import_undo import UndoResult
from frontdesk.exchange.sheet_in import read_sheet
from frontdesk.keys import rules
from frontdesk.keys.model import Key, KeyLoan
from frontdesk.keys.register import KEY, NewKey
from frontdesk.keys.sheet import KeyLine, lines, recognised

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.keys.held import KeyService

_COMPARED = ("lock", "kind", "cabinet", "hook", "in_use", "spare", "unit_no", "remarks")


@dataclass(frozen=True)
class KeyImportRow:
    """One row of the sheet as the preview shows it; `number` is Excel's, `said` tells why in words."""

    number: int
    state: RowState
    key_number: str
    lock: str
    place: str
    said: str


@dataclass(frozen=True)
class KeyImportPreview:
    """What an import would do. `columns` are pairs of head and what it was taken for."""

    file_name: str
    sha256: str
    rows: tuple[KeyImportRow, ...]
    columns: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    imported_before: str  # when this very file was imported and not undone; empty when never
    read: tuple[KeyLine, ...] = field(repr=False)

    def count(self, state: RowState) -> int:
        """How many rows are of this state."""
        return sum(row.state is state for row in self.rows)

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to take over."""
        return any(row.state in TAKEN for row in self.rows)


@dataclass(frozen=True)
class KeyImportResult:
    """What an import did; `batch_id` is None when it changed nothing."""

    batch_id: int | None
    added: int = 0
    corrected: int = 0
    bad_rows: int = 0


class _OnlyLooked(Exception):  # noqa: N818 (no error: the way out of a unit of work that is not to be kept)
    """Nothing of this is to be written."""


class KeyImport:
    """All of it needs the permission IMPORT."""

    def __init__(self, context: DeskContext, held: KeyService) -> None:
        self._context, self._held = context, held

    def preview(
        self, path: Path, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> KeyImportPreview:
        """Read a sheet and say what it would do; nothing is written. Raises RefusedError, SurroundingsError.

        It is really done and rolled back, so that what is shown is what `apply` will do.
        """
        self._context.require(Permission.IMPORT)
        sheet = read_sheet(path, progress, cancelled)
        heads = recognised(sheet.rows)
        if heads is None:
            raise RefusedError(
                "没认出表头：要有“钥匙编号”和“锁具名称”两列；请在第一行写上列名，什么都没有改动。",
                field="file",
            )
        read = tuple(lines(sheet, heads))
        with self._context.read() as session:
            before = imported_before(session, self._context.clock, KEY.name, sheet.sha256)
        rows: list[KeyImportRow] = []
        with self._rolled_back(), self._context.transaction(Permission.IMPORT, action="import") as work:
            rows = self._take(work, read, None, cancelled=cancelled)
            raise _OnlyLooked
        return KeyImportPreview(
            sheet.file_name, sheet.sha256, tuple(rows), heads.columns, heads.unused, before, read
        )

    def apply(
        self, preview: KeyImportPreview, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> KeyImportResult:
        """Take over the rows that are not bad: all of them or, when cancelled or failing, none.

        Looked at anew against the register as it is now. Raises StoppedError, SurroundingsError.
        """
        bad = 0
        reason = preview.file_name[:200]
        with (
            self._rolled_back(),
            self._context.transaction(Permission.IMPORT, action="import", reason=reason) as work,
        ):
            batch = begun_batch(work, KEY.name, preview.file_name, preview.sha256, 0)
            rows = self._take(work, preview.read, batch.id, progress, cancelled)
            count = {state: sum(row.state is state for row in rows) for state in RowState}
            bad = count[RowState.BAD]
            batch.rows = sum(count[state] for state in TAKEN)
            if not batch.rows:
                raise _OnlyLooked
            ended_batch(work, batch)
            corrected = count[RowState.CHANGED]
            return KeyImportResult(batch.id, batch.rows - corrected, corrected, bad)
        return KeyImportResult(None, bad_rows=bad)

    def undo(self, batch_id: int, reason: str = "撤销导入") -> UndoResult:
        """Take back an import: keys that it entered are withdrawn, what it corrected is set back.

        A key that was lent or changed since stays, and is named in `kept`. Raises RefusedError when it was undone.
        """
        with self._context.transaction(Permission.IMPORT, action="undo_import", reason=reason) as work:
            batch = live_batch(work.session, batch_id, KEY.name)
            told = BatchJournal(work, batch, {Key.__tablename__: Key, KeyLoan.__tablename__: KeyLoan})
            loans = select(KeyLoan.id, KeyLoan.key_id).where(KeyLoan.voided_at.is_(None))
            loan_of: dict[int, int] = {row[0]: row[1] for row in work.session.execute(loans)}
            touched = told.touched["key"] | {
                loan_of[loan] for loan in told.touched["key_loan"] if loan in loan_of
            }
            gone = told.made["key"] - touched
            back = [
                one for one in told.changed
                if one[0] == "key" and one[1] not in told.made["key"] and one[1] not in touched
            ]  # fmt: skip
            fields_back = sum(told.set_back(*one) for one in back)
            work.flush()
            told.void(
                "key_loan",
                sorted(loan for loan in told.made["key_loan"] if loan_of.get(loan) in gone),
                reason,
            )
            told.void("key", sorted(gone), reason)
            kept = {one[1] for one in told.changed if one[0] == "key"} | told.made["key"]
            named = select(Key.number).where(Key.id.in_(kept & touched)).order_by(Key.natural)
            result = UndoResult(len(gone), len(gone), fields_back, tuple(work.session.scalars(named)))
            work.void(batch, reason)
        return result

    def batches(self) -> list[BatchRow]:
        """The imports of keys, newest first."""
        return batches_of(self._context, KEY.name)

    def _take(
        self,
        work: Transaction,
        read: Sequence[KeyLine],
        batch_id: int | None,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> list[KeyImportRow]:
        rows = []
        seen: dict[str, int] = {}
        for done, line in enumerate(read):
            step(done, len(read), progress, cancelled)
            number = rules.natural(str(line.values.get("number", "")))
            if number and (earlier := seen.setdefault(number, line.number)) != line.number:
                line = replace(line, problems=[*line.problems, f"编号和第 {earlier} 行相同"])  # noqa: PLW2901
            rows.append(self._take_line(work, line, batch_id))
        step(len(read), len(read), progress, cancelled)
        return rows

    def _take_line(self, work: Transaction, line: KeyLine, batch_id: int | None) -> KeyImportRow:
        said, state = [*line.problems], RowState.BAD
        if not said:
            try:
                state = self._enter(work, line, batch_id)
            except RefusedError as refused:
                said.append(refused.message.rstrip("。"))
        if state in TAKEN and line.doubts:
            said += line.doubts
            state = RowState.DOUBTFUL if state is RowState.NEW else state
        told = line.values
        place = rules.place_of(str(told.get("cabinet", "")), str(told.get("hook", "")))
        return KeyImportRow(
            line.number, state, str(told.get("number", "")), str(told.get("lock", "")), place, "；".join(said)
        )

    def _enter(self, work: Transaction, line: KeyLine, batch_id: int | None) -> RowState:
        values: dict[str, Any] = {"number": "", "lock": ""} | line.values
        natural = rules.check_number(str(values["number"]))
        key = work.session.scalar(select(Key).where(Key.natural == natural, Key.voided_at.is_(None)))
        if key is None:
            fitting(KEY, {"holder": values.get("holder", "")})
            self._held.add_within(work, NewKey(**values), batch_id)
            return RowState.NEW
        changed = {
            name: values[name]
            for name in _COMPARED
            if name in line.values and values[name] != getattr(key, name)
        }
        if not changed:
            return RowState.SAME
        self._held.correct_within(work, key, changed, "导入更正")
        work.flush()
        return RowState.CHANGED

    @contextmanager
    def _rolled_back(self) -> Iterator[None]:
        try:
            yield
        except _OnlyLooked:
            return
