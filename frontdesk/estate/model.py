"""Tables of the estate."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from frontdesk.core.model import Code, Day, Line, Name, Prose, Record


class ImportBatch(Record):
    """One import of a sheet, so that it can be undone as a whole; undone = voided."""

    __tablename__ = "import_batch"

    file_name: Mapped[Line]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    register: Mapped[Code]
    rows: Mapped[int] = mapped_column(default=0)


class Unit(Record):
    """A home, shop, villa or garage. `unit_no` is how the estate writes it: `3-2-1102`, `商铺S-05`."""

    __tablename__ = "unit"

    unit_no: Mapped[str] = mapped_column(String(40), unique=True)
    building: Mapped[Code]
    entrance: Mapped[Code]
    room: Mapped[Code]
    kind: Mapped[Code]  # residence | villa | shop | garage | other
    area_cm2: Mapped[int | None]
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))


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
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))


class Telephone(Record):
    """A telephone of a resident. `number` as written; `digits` without anything else, for the finder."""

    __tablename__ = "telephone"
    __table_args__ = (Index("ix_telephone_digits", "digits"),)

    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    number: Mapped[Code]
    digits: Mapped[Code]
    remarks: Mapped[Name]
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))


class StandingNote(Record):
    """What everybody at the desk must know about a unit, shown in red until it is withdrawn (voided)."""

    __tablename__ = "standing_note"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    text: Mapped[Line]
