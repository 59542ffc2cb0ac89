"""Tables of the estate."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from frontdesk.core.model import Base, Code, Day, Line, Name, Prose, Record


class ImportBatch(Record):
    """One import of a sheet, so that it can be undone as a whole; undone = voided.

    Its lines in the journal are those after `first_seq` up to `last_seq`.
    """

    __tablename__ = "import_batch"

    file_name: Mapped[Line]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    register: Mapped[Code]
    rows: Mapped[int] = mapped_column(default=0)
    first_seq: Mapped[int] = mapped_column(default=0)
    last_seq: Mapped[int] = mapped_column(default=0)


class Unit(Record):
    """A home, shop, villa or garage. `unit_no` is how the estate writes it: `3-2-1102`, `商铺S-05`.

    `room_key` is the same for every way of writing it, so no room stands in the estate twice.
    """

    __tablename__ = "unit"

    unit_no: Mapped[str] = mapped_column(String(40), unique=True)
    room_key: Mapped[str] = mapped_column(String(80), unique=True)
    building: Mapped[Code]
    entrance: Mapped[Code]
    room: Mapped[Code]
    kind: Mapped[Code]  # residence | villa | shop | garage | other
    area_cm2: Mapped[int | None]
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)


class Resident(Record):
    """Somebody who owns or lives in a unit, or is to be called in need."""

    __tablename__ = "resident"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[Name]
    relation: Mapped[Code]  # owner | occupant | family | emergency
    gender: Mapped[Code]
    birthday: Mapped[Day | None]
    identity_no: Mapped[Code]
    moved_in: Mapped[Day | None]
    remarks: Mapped[Prose]
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)


class Telephone(Record):
    """A telephone of a resident. `number` as written; `digits` without anything else."""

    __tablename__ = "telephone"

    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    number: Mapped[Code]
    digits: Mapped[Code] = mapped_column(index=True)
    remarks: Mapped[Name]
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)


class StandingNote(Record):
    """What everybody at the desk must know about a unit, shown in red until it is withdrawn (voided)."""

    __tablename__ = "standing_note"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    text: Mapped[Line]


class FinderKey(Base):
    """One thing that may be typed for a unit; made from what stands in the estate, so not journaled.

    A B-tree of keys answers a prefix on every engine, exact ones first. `resident_id` is 0 for a room's.
    """

    __tablename__ = "finder_key"
    __table_args__ = (Index("ix_finder_key_unit_id", "unit_id"), {"sqlite_with_rowid": False})

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)  # a KeyKind of keys.py
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(primary_key=True)
