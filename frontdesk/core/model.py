"""What tables are made of: the declarative base, annotated column types, and records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import Date, Index, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcMoment(TypeDecorator[datetime]):
    """An aware moment, kept as `2026-11-21T10:26:05.123Z`: sortable text that carries its zone.

    SQLite's own DateTime loses the zone; text of one fixed width compares as time does on every engine.
    """

    impl = String(24)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> str | None:
        """Aware moment to text. Raises ValueError for a naive one."""
        return None if value is None else moment_text(value)

    def process_result_value(self, value: str | None, _dialect: Any) -> datetime | None:
        """Text to an aware moment in UTC."""
        return None if value is None else datetime.fromisoformat(value)


def moment_text(value: datetime) -> str:
    """The stored form of an aware moment. Raises ValueError for a naive one."""
    if value.tzinfo is None:
        raise ValueError("a moment without a zone cannot be stored")
    return value.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


Key = Annotated[int, mapped_column(primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcMoment())]
Day = Annotated[date, mapped_column(Date())]
Name = Annotated[str, mapped_column(String(120), default="")]
Line = Annotated[str, mapped_column(String(400), default="")]
Prose = Annotated[str, mapped_column(Text(), default="")]
Code = Annotated[str, mapped_column(String(40), default="")]
Fen = Annotated[int, mapped_column(default=0)]


class Base(DeclarativeBase):
    """Every table of the desk.

    An index over a part of a table says which by `sqlite_where`; its migration says it for both engines. Named in the
    model, the other engine's dialect would be imported at each start.
    """

    metadata = MetaData(naming_convention=NAMING)


class Record(Base):
    """A row whose every change goes into the journal; it is voided, never deleted (`roles.md`)."""

    __abstract__ = True

    id: Mapped[Key]
    created_at: Mapped[Moment]
    created_by_id: Mapped[int | None]
    created_by: Mapped[Name]
    voided_at: Mapped[Moment | None]
    voided_by: Mapped[Name]
    void_reason: Mapped[Line]


class JournalLine(Base):
    """One change of one record. The chain of hashes is told in `journal.py`."""

    __tablename__ = "journal"
    __table_args__ = (Index("ix_journal_record", "register", "record_id"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Moment]
    actor_id: Mapped[int | None]
    actor: Mapped[Name]
    desk: Mapped[Name]
    action: Mapped[Code]
    register: Mapped[Code]
    record_id: Mapped[int]
    reason: Mapped[Line]
    content: Mapped[Prose]
    salt: Mapped[Code]
    digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class SerialCounter(Base):
    """The last number given in a series and period; the row is written with the record that took it."""

    __tablename__ = "serial_counter"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    last: Mapped[int]


class SettingValue(Record):
    """One setting that differs from its default."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    value: Mapped[Prose]


class Draft(Base):
    """What is half typed: kept through a crash, offered again, gone when it is saved."""

    __tablename__ = "draft"

    id: Mapped[Key]
    page: Mapped[Code]
    person_id: Mapped[int | None]
    saved_at: Mapped[Moment]
    content: Mapped[Prose]
