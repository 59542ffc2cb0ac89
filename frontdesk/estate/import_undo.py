"""Taking back one import, from what the journal says that it did."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from frontdesk.core.context import Transaction
from frontdesk.core.model import Record
from frontdesk.estate.import_batches import BatchJournal
from frontdesk.estate.indexing import reindexed
from frontdesk.estate.model import ImportBatch, Resident, StandingNote, Telephone, Unit

_TABLES: dict[str, type[Record]] = {"unit": Unit, "resident": Resident, "telephone": Telephone}


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
        self._journal = BatchJournal(work, batch, _TABLES)
        self._touched = self._journal.touched

    def run(self, reason: str) -> UndoResult:
        """Withdraw and set back; search and finder follow."""
        made, changed = self._journal.made, self._journal.changed
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
            set_back = sum(self._journal.set_back(*one) for one in changed)
            for register, ids in withdrawn.items():
                self._journal.void(register, sorted(ids), reason)
        count = sum(map(len, withdrawn.values()))
        households = self._rooms_of(withdrawn)
        return UndoResult(count, households, set_back, self._named(kept_units, kept_residents))

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

    def _named(self, units: set[int], residents: set[int]) -> tuple[str, ...]:
        session = self._work.session
        of_residents = select(Resident.unit_id).where(Resident.id.in_(residents))
        ids = units | set(session.scalars(of_residents))
        return tuple(session.scalars(select(Unit.unit_no).where(Unit.id.in_(ids)).order_by(Unit.id)))
