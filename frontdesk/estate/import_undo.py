"""Taking back one import, from what the journal says that it did."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Table, select, update

from frontdesk.core import journal
from frontdesk.core.context import Transaction
from frontdesk.core.model import Base, JournalLine, Record, UtcMoment
from frontdesk.estate.indexing import reindexed, slices
from frontdesk.estate.model import ImportBatch, Resident, StandingNote, Telephone, Unit

_TABLES: dict[str, type[Record]] = {"unit": Unit, "resident": Resident, "telephone": Telephone}
_NOTHING_CHANGED = "{}"  # somebody looked at a masked number


@dataclass(frozen=True)
class UndoResult:
    """What an undo did: records withdrawn of how many rooms, fields set back, and rooms left alone since somebody
    worked on them.
    """

    withdrawn: int
    households: int
    set_back: int
    kept: tuple[str, ...]


class Undo:
    """Takes back one import, from what the journal says that it did."""

    def __init__(self, work: Transaction, batch: ImportBatch) -> None:
        self._work = work
        self._batch = batch
        self._touched = self._touched_since()

    def run(self, reason: str) -> UndoResult:
        """Withdraw and set back; search and finder follow."""
        made, changed = self._read_journal()
        made = {register: self._live(register, ids) for register, ids in made.items()}
        kept_telephones = made["telephone"] & self._touched["telephone"]
        residents_of = self._parents(Telephone, "resident_id", made["resident"], kept_telephones)
        kept_residents = made["resident"] & (self._touched["resident"] | residents_of)
        units_of = self._parents(Resident, "unit_id", made["unit"], kept_residents)
        units_of |= self._parents(StandingNote, "unit_id", made["unit"], set())
        kept_units = made["unit"] & (self._touched["unit"] | units_of)
        gone = made["resident"] - kept_residents  # and their telephones with them
        withdrawn = {
            "telephone": made["telephone"] - kept_telephones - self._telephones_of(gone),
            "resident": gone,
            "unit": made["unit"] - kept_units,
        }
        unit_ids = self._units_of_batch(changed)
        with reindexed(self._work, unit_ids):
            set_back = sum(self._set_back(*one) for one in changed)
            for register, ids in withdrawn.items():
                self._void(register, sorted(ids), reason)
        count = sum(map(len, withdrawn.values()))
        households = self._rooms_of(withdrawn)
        return UndoResult(count, households, set_back, self._named(kept_units, kept_residents))

    def _live(self, register: str, ids: set[int]) -> set[int]:
        table = Base.metadata.tables[register]
        live = self._work.connection.execute(select(table.c.id).where(table.c.voided_at.is_(None))).scalars()
        return ids.intersection(live)

    def _touched_since(self) -> dict[str, set[int]]:
        touched: dict[str, set[int]] = {register: set() for register in _TABLES}
        asked = select(JournalLine.register, JournalLine.record_id).where(
            JournalLine.seq > self._batch.last_seq,
            JournalLine.register.in_(_TABLES),
            JournalLine.content != _NOTHING_CHANGED,
        )
        for register, record_id in self._work.session.execute(asked):
            touched[register].add(record_id)
        return touched

    def _read_journal(self) -> tuple[dict[str, set[int]], list[tuple[str, int, dict[str, Any]]]]:
        made: dict[str, set[int]] = {register: set() for register in _TABLES}
        changed: list[tuple[str, int, dict[str, Any]]] = []
        asked = select(JournalLine.register, JournalLine.record_id, JournalLine.content).where(
            JournalLine.seq > self._batch.first_seq,
            JournalLine.seq <= self._batch.last_seq,
            JournalLine.register.in_(_TABLES),
        )
        for register, record_id, content in self._work.session.execute(asked):
            values = json.loads(content)
            if "created_at" in values:
                made[register].add(record_id)
            else:
                changed.append((register, record_id, values))
        return made, changed

    def _parents(self, child: type[Record], key: str, parents: set[int], kept: set[int]) -> set[int]:
        """Those of the parents that have a live child which stays: a kept one, or one of somebody's own."""
        parent = getattr(child, key)
        batch = getattr(child, "import_batch_id", None)
        asked = select(parent, child.id).where(child.voided_at.is_(None))
        if batch is not None:
            asked = asked.add_columns(batch)
        rows = self._work.session.execute(asked)
        return {
            row[0]
            for row in rows
            if row[0] in parents and (row[1] in kept or batch is None or row[2] != self._batch.id)
        }

    def _telephones_of(self, residents: set[int]) -> set[int]:
        rows = self._work.session.execute(select(Telephone.id, Telephone.resident_id))
        return {telephone_id for telephone_id, resident_id in rows if resident_id in residents}

    def _rooms_of(self, withdrawn: Mapping[str, Collection[int]]) -> int:
        session = self._work.session
        residents = set(withdrawn["resident"])
        for telephone_id, resident_id in session.execute(select(Telephone.id, Telephone.resident_id)):
            if telephone_id in withdrawn["telephone"]:
                residents.add(resident_id)
        homes = session.execute(select(Resident.id, Resident.unit_id))
        rooms = {unit_id for resident_id, unit_id in homes if resident_id in residents}
        return len(rooms.union(withdrawn["unit"]))

    def _units_of_batch(self, changed: Iterable[tuple[str, int, dict[str, Any]]]) -> list[int]:
        session, batch_id = self._work.session, self._batch.id
        ids = set(session.scalars(select(Unit.id).where(Unit.import_batch_id == batch_id)))
        ids |= set(session.scalars(select(Resident.unit_id).where(Resident.import_batch_id == batch_id)))
        of_telephones = select(Resident.unit_id).join(Telephone, Telephone.resident_id == Resident.id)
        ids |= set(session.scalars(of_telephones.where(Telephone.import_batch_id == batch_id)))
        for register, record_id, _ in changed:
            record = session.get_one(_TABLES[register], record_id)
            ids.add(record.unit_id if isinstance(record, Resident) else record.id)
        return sorted(ids)

    def _set_back(self, register: str, record_id: int, values: dict[str, Any]) -> int:
        record = self._work.session.get_one(_TABLES[register], record_id)
        count = 0
        for name, (old, new) in values.items():
            if journal.plain(getattr(record, name)) == new:
                setattr(record, name, _decoded(Base.metadata.tables[register], name, old))
                count += 1
        return count

    def _void(self, register: str, ids: Sequence[int], reason: str) -> None:
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

    def _named(self, units: set[int], residents: set[int]) -> tuple[str, ...]:
        session = self._work.session
        of_residents = select(Resident.unit_id).where(Resident.id.in_(residents))
        ids = units | set(session.scalars(of_residents))
        return tuple(session.scalars(select(Unit.unit_no).where(Unit.id.in_(ids)).order_by(Unit.id)))


def _decoded(table: Table, name: str, value: Any) -> Any:
    """A journal's plain value as the column takes it."""
    kind = table.c[name].type
    if value is None:
        return None
    if isinstance(kind, UtcMoment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
