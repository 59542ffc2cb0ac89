"""What every import of a sheet has in common: its batch, and taking it back from what the journal says that it did."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Table, func, select, update
from sqlalchemy.orm import Session

from frontdesk.core import journal
from frontdesk.core.actor import Permission
from frontdesk.core.clock import Clock
from frontdesk.core.context import DeskContext, Transaction
from frontdesk.core.errors import RefusedError
from frontdesk.core.model import Base, JournalLine, Record, UtcMoment
from frontdesk.core.shown import shown_moment
from frontdesk.estate.indexing import slices
from frontdesk.estate.model import ImportBatch

_NOTHING_CHANGED = "{}"  # somebody looked at a masked number


@dataclass(frozen=True)
class BatchRow:
    """An import that may be undone."""

    id: int
    file_name: str
    at: str
    by: str
    rows: int
    undone: bool


def begun_batch(work: Transaction, register: str, file_name: str, sha256: str, rows: int) -> ImportBatch:
    """A batch whose lines in the journal begin here; `ended_batch` says where they end."""
    first_seq, _ = journal.head(work.connection)
    return work.add(
        ImportBatch(
            file_name=file_name[:400], sha256=sha256, register=register, rows=rows, first_seq=first_seq
        )
    )


def ended_batch(work: Transaction, batch: ImportBatch) -> None:
    """All that the import wrote is in the journal."""
    work.flush()
    batch.last_seq, _ = journal.head(work.connection)


def live_batch(session: Session, batch_id: int, register: str) -> ImportBatch:
    """A batch of a register that was not undone. Raises RefusedError."""
    batch = session.get(ImportBatch, batch_id)
    if batch is None or batch.voided_at is not None or batch.register != register:
        raise RefusedError("这次导入已经撤销过了。")
    return batch


def batches_of(context: DeskContext, register: str) -> list[BatchRow]:
    """The imports of a register, newest first."""
    context.require(Permission.IMPORT)
    asked = select(ImportBatch).where(ImportBatch.register == register).order_by(ImportBatch.id.desc())
    with context.read() as session:
        return [
            BatchRow(
                one.id,
                one.file_name,
                shown_moment(context.clock, one.created_at),
                one.created_by,
                one.rows,
                one.voided_at is not None,
            )
            for one in session.scalars(asked)
        ]


def imported_before(session: Session, clock: Clock, register: str, sha256: str) -> str:
    """When this very file was imported and not undone, as it is shown; empty when never."""
    same = select(func.max(ImportBatch.created_at)).where(
        ImportBatch.sha256 == sha256, ImportBatch.register == register, ImportBatch.voided_at.is_(None)
    )
    return shown_moment(clock, session.scalar(same))


class BatchJournal:
    """What one import did, by table: `made` ids that are live, `changed` records with their values, `touched` since."""

    def __init__(self, work: Transaction, batch: ImportBatch, tables: Mapping[str, type[Record]]) -> None:
        self._work, self._batch, self._tables = work, batch, tables
        self.touched = self._touched_since()
        self.made, self.changed = self._read()

    def set_back(self, register: str, record_id: int, values: Mapping[str, Any]) -> int:
        """Give a record back what it had, field by field, unless somebody changed it since; returns how many."""
        record = self._work.session.get_one(self._tables[register], record_id)
        count = 0
        for name, (old, new) in values.items():
            if journal.plain(getattr(record, name)) == new:
                setattr(record, name, _decoded(Base.metadata.tables[register], name, old))
                count += 1
        return count

    def void(self, register: str, ids: Sequence[int], reason: str) -> None:
        """Withdraw records, each with its line in the journal."""
        work, table = self._work, Base.metadata.tables[register]
        values = {"voided_at": work.now, "voided_by": work.actor.name, "void_reason": reason}
        told = {
            name: (None if name == "voided_at" else "", journal.plain(new)) for name, new in values.items()
        }
        for some in slices(ids):
            changes = [journal.Change(register, record_id, "void", told) for record_id in some]
            work.connection.execute(update(table).where(table.c.id.in_(some)).values(values))
            journal.append(work.connection, work.stamp, changes)
            work.changed.add(register)

    def _touched_since(self) -> dict[str, set[int]]:
        touched: dict[str, set[int]] = {register: set() for register in self._tables}
        asked = select(JournalLine.register, JournalLine.record_id).where(
            JournalLine.seq > self._batch.last_seq,
            JournalLine.register.in_(self._tables),
            JournalLine.content != _NOTHING_CHANGED,
        )
        for register, record_id in self._work.session.execute(asked):
            touched[register].add(record_id)
        return touched

    def _read(self) -> tuple[dict[str, set[int]], list[tuple[str, int, dict[str, Any]]]]:
        made: dict[str, set[int]] = {register: set() for register in self._tables}
        changed: list[tuple[str, int, dict[str, Any]]] = []
        asked = select(JournalLine.register, JournalLine.record_id, JournalLine.content).where(
            JournalLine.seq > self._batch.first_seq,
            JournalLine.seq <= self._batch.last_seq,
            JournalLine.register.in_(self._tables),
        )
        for register, record_id, content in self._work.session.execute(asked):
            values = json.loads(content)
            if "created_at" in values:
                made[register].add(record_id)
            else:
                changed.append((register, record_id, values))
        return {register: self._live(register, ids) for register, ids in made.items()}, changed

    def _live(self, register: str, ids: set[int]) -> set[int]:
        table = Base.metadata.tables[register]
        live = self._work.connection.execute(select(table.c.id).where(table.c.voided_at.is_(None))).scalars()
        return ids.intersection(live)


def _decoded(table: Table, name: str, value: Any) -> Any:
    """A journal's plain value as the column takes it."""
    kind = table.c[name].type
    if value is None:
        return None
    if isinstance(kind, UtcMoment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
