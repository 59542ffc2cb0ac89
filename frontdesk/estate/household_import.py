"""Importing households from an office's sheet: look first, then all of it or nothing, and one undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select

from frontdesk.core import journal
from frontdesk.core.actor import Permission
from frontdesk.core.context import DeskContext, Transaction
from frontdesk.core.errors import RefusedError
from frontdesk.core.jobs import Cancelled, Progress, step
from frontdesk.core.model import Base, Record
from frontdesk.estate.import_batches import (
    BatchRow,
    batches_of,
    begun_batch,
    ended_batch,
    imported_before,
    live_batch,
)
from frontdesk.estate.import_plan import TAKEN, PersonPlan, RowPlan, RowState, plan, read_book
from frontdesk.estate.import_undo import Undo, UndoResult
from frontdesk.estate.indexing import reindexed
from frontdesk.estate.keys import digits_of
from frontdesk.estate.model import Resident, Telephone, Unit
from frontdesk.estate.service import revive, unit_of
from frontdesk.estate.sheet_columns import recognised
from frontdesk.estate.sheet_rows import ReadRow, households
from frontdesk.exchange.sheet_in import read_sheet

REGISTER = "resident"
_CHUNK = 250


@dataclass(frozen=True)
class ImportRow:
    """One row of the sheet as the preview shows it; `number` is Excel's, `said` tells why in words."""

    number: int
    state: RowState
    unit_no: str
    names: str
    telephones: str
    said: str


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do. `columns` are pairs of head and what it was taken for."""

    file_name: str
    sha256: str
    rows: tuple[ImportRow, ...]
    columns: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    imported_before: str  # when this very file was imported and not undone; empty when never
    households: tuple[ReadRow, ...] = field(repr=False)

    def count(self, state: RowState) -> int:
        """How many rows are of this state."""
        return sum(row.state is state for row in self.rows)

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to take over."""
        return any(row.state in TAKEN for row in self.rows)


@dataclass(frozen=True)
class ImportResult:
    """What an import did; `batch_id` is None when it changed nothing."""

    batch_id: int | None
    units: int = 0
    residents: int = 0
    telephones: int = 0
    corrected: int = 0
    bad_rows: int = 0


class HouseholdImport:
    """All of it needs the permission IMPORT."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def preview(
        self, path: Path, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> ImportPreview:
        """Read a sheet and say what it would do; nothing is written. Raises RefusedError, SurroundingsError."""
        self._context.require(Permission.IMPORT)
        sheet = read_sheet(path, progress, cancelled)
        heads = recognised(sheet.rows)
        if heads is None:
            raise RefusedError(
                "没认出表头：要有“房号”一列，再加“姓名”或“电话”等；请在第一行写上列名，什么都没有改动。",
                field="file",
            )
        read = tuple(households(sheet, heads))
        with self._context.read() as session:
            book = read_book(session)
            before = imported_before(session, self._context.clock, REGISTER, sheet.sha256)
        rows = tuple(_shown(plan(row, book)) for row in read)
        columns = tuple((column.head, column.meaning) for column in heads.columns)
        return ImportPreview(sheet.file_name, sheet.sha256, rows, columns, heads.unused, before, read)

    def apply(
        self, preview: ImportPreview, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> ImportResult:
        """Take over the rows that are not bad: all of them or, when cancelled or failing, none.

        The plan is made anew from the estate as it is now. Raises StoppedError, SurroundingsError.
        """
        with self._context.transaction(
            Permission.IMPORT, action="import", reason=preview.file_name[:200]
        ) as work:
            book = read_book(work.session)
            planned = [plan(row, book) for row in preview.households]
            todo = [one for one in planned if one.state in TAKEN]
            bad = sum(one.state is RowState.BAD for one in planned)
            if not todo:
                return ImportResult(None, bad_rows=bad)
            batch = begun_batch(work, REGISTER, preview.file_name, preview.sha256, len(todo))
            writer = _Writer(work, batch.id)
            for start in range(0, len(todo), _CHUNK):
                step(start, len(todo), progress, cancelled)
                writer.write(todo[start : start + _CHUNK])
            ended_batch(work, batch)
            step(len(todo), len(todo), progress, cancelled)
        made = writer.made
        return ImportResult(
            batch.id, made["unit"], made["resident"], made["telephone"], writer.corrected, bad
        )

    def undo(self, batch_id: int, reason: str = "撤销导入") -> UndoResult:
        """Take back an import: what it entered is withdrawn, what it corrected set back.

        Whatever somebody has worked on since stays, and is named. Raises RefusedError when it was undone.
        """
        with self._context.transaction(Permission.IMPORT, action="undo_import", reason=reason) as work:
            batch = live_batch(work.session, batch_id, REGISTER)
            result = Undo(work, batch).run(reason)
            work.void(batch, reason)
        return result

    def batches(self) -> list[BatchRow]:
        """The imports, newest first."""
        return batches_of(self._context, REGISTER)


def _shown(planned: RowPlan) -> ImportRow:
    row = planned.row
    numbers = [number for person in row.people for number in person.numbers]
    return ImportRow(
        row.number,
        planned.state,
        row.room_text,
        "、".join(person.name for person in row.people),
        "、".join(numbers),
        "；".join(planned.said),
    )


class _Writer:
    """Writes planned rows in bulk, each record with its journal line."""

    def __init__(self, work: Transaction, batch_id: int) -> None:
        self._work = work
        self._batch_id = batch_id
        self.made: Counter[str] = Counter()
        self.corrected = 0
        self._last: dict[str, int] = {}  # by table, the last id of this import

    def write(self, rows: Sequence[RowPlan]) -> None:
        """Write some rows; search and finder know them afterwards."""
        unit_ids = [row.unit.id for row in rows if row.unit and row.unit.id is not None]
        with reindexed(self._work, unit_ids):
            self._write_units(rows)
            people = [(row, person) for row in rows for person in row.people]
            self._write_residents(people)
            self._correct([person for _, person in people if not person.new and person.values])
            self._write_telephones([person for _, person in people])
            unit_ids += {row.unit.id for row in rows if row.unit and row.unit.id} - set(unit_ids)

    def _write_units(self, rows: Sequence[RowPlan]) -> None:
        fresh = {row.room.key: row for row in rows if row.room and row.unit and row.unit.id is None}
        # A later row of the same room may be the one that tells the area.
        units = [unit_of(row.unit.unit_no, row.unit.area_cm2) for row in fresh.values() if row.unit]
        ids = self._insert(Unit, [_values(unit) for unit in units])
        for row, unit_id in zip(fresh.values(), ids, strict=True):
            if row.unit:
                row.unit.id = unit_id
        made = set(ids)
        for row in rows:
            if row.unit and row.unit.id not in made and (row.new_unit or row.area_cm2 is not None):
                self._correct_unit(row)

    def _correct_unit(self, row: RowPlan) -> None:
        assert row.unit is not None
        unit = self._work.session.get_one(Unit, row.unit.id)
        if row.new_unit:
            revive(unit)
        if row.area_cm2 is not None:
            unit.area_cm2 = row.area_cm2
        self.corrected += 1

    def _write_residents(self, people: Sequence[tuple[RowPlan, PersonPlan]]) -> None:
        fresh: dict[int, tuple[RowPlan, PersonPlan]] = {}
        for row, person in people:
            if person.state.id is None:
                fresh.setdefault(id(person.state), (row, person))
        rows: list[dict[str, Any]] = [
            {"unit_id": row.unit.id, "name": person.person.name, "relation": person.person.relation}
            | _filled(person.state.values)
            for row, person in fresh.values()
            if row.unit
        ]
        ids = self._insert(Resident, rows)
        for (_, person), resident_id in zip(fresh.values(), ids, strict=True):
            person.state.id = resident_id

    def _correct(self, people: Iterable[PersonPlan]) -> None:
        for one in people:
            resident = self._work.session.get_one(Resident, one.state.id)
            for name, value in one.values.items():
                self.corrected += getattr(resident, name) != value
                setattr(resident, name, value)

    def _write_telephones(self, people: Sequence[PersonPlan]) -> None:
        self._insert(
            Telephone,
            [
                {"resident_id": one.state.id, "number": number, "digits": digits_of(number)}
                for one in people
                for number in one.numbers
            ],
        )

    def _insert(self, model: type[Record], rows: list[dict[str, Any]]) -> list[int]:
        if not rows:
            return []
        work, table = self._work, Base.metadata.tables[model.__tablename__]
        stamp = _defaults(table) | {
            "created_at": work.now,
            "created_by_id": work.actor.person_id,
            "created_by": work.actor.name,
            "import_batch_id": self._batch_id,
        }
        ours = select(table.c.id).where(table.c.import_batch_id == self._batch_id).order_by(table.c.id)
        last = self._last.get(table.name, 0)
        work.connection.execute(insert(table), [stamp | row for row in rows])
        # Read back in one go: RETURNING in order would write row by row, at ten times the cost.
        ids = list(work.connection.execute(ours.where(table.c.id > last)).scalars())
        self._last[table.name] = ids[-1]
        told = _created(stamp)
        changes = (
            journal.Change(table.name, record_id, "create", told | _created(row))
            for record_id, row in zip(ids, rows, strict=True)
        )
        journal.append(work.connection, work.stamp, changes)
        work.changed.add(table.name)
        self.made[table.name] += len(ids)
        return ids


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _defaults(table: Table) -> dict[str, Any]:
    return {column.name: getattr(column.default, "arg", None) for column in table.c if column.name != "id"}


def _values(unit: Unit) -> dict[str, Any]:
    names = ("unit_no", "room_key", "building", "entrance", "room", "kind", "area_cm2")
    return {name: getattr(unit, name) for name in names}


def _created(row: dict[str, Any]) -> dict[str, tuple[None, Any]]:
    return {name: (None, journal.plain(value)) for name, value in row.items() if value is not None}
