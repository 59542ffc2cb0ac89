"""The estate's commands and queries: units, residents, telephones, standing notes, the household card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from frontdesk.core import journal
from frontdesk.core.actor import Permission
from frontdesk.core.context import DeskContext, Transaction
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Kind, Register
from frontdesk.core.model import Record
from frontdesk.core.plain_text import plain_text
from frontdesk.core.query import RegisterQuery, TableRow
from frontdesk.core.room_numbers import parse
from frontdesk.core.shown import masked_identity
from frontdesk.core.typed import fold_width, read_phone
from frontdesk.estate import listing
from frontdesk.estate.area import MOST_CM2
from frontdesk.estate.indexing import live_unit, reindexed
from frontdesk.estate.keys import digits_of
from frontdesk.estate.listing import shown_number, unit_row
from frontdesk.estate.model import Resident, StandingNote, Telephone, Unit
from frontdesk.estate.register import (
    PHONES,
    RESIDENTS,
    Household,
    KnownCaller,
    NewResident,
    NewUnit,
    ResidentRow,
    UnitRow,
)

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.exchange.export import ExportWish

R = TypeVar("R", bound=Record)

_CORRECTABLE = ("name", "relation", "gender", "birthday", "identity_no", "moved_in", "remarks")


class EstateService:
    """Commands need KEEP_ESTATE, queries READ_REGISTERS. What is withdrawn leaves card and finder, not the book."""

    register: Register = RESIDENTS

    def __init__(self, context: DeskContext) -> None:
        self._context = context
        self._by_room: tuple[int, Sequence[int]] = (-1, ())  # as of which journal line

    # Units

    def add_unit(self, new: NewUnit) -> UnitRow:
        """Enter a unit; one that was withdrawn comes back. Raises RefusedError for one that is there."""
        room = parse(new.unit_no)
        with self._context.transaction(Permission.KEEP_ESTATE) as work:
            unit = work.session.scalar(select(Unit).where(Unit.room_key == room.key))
            if unit is not None and unit.voided_at is None:
                raise RefusedError(f"{unit.unit_no} 已在册，不用再建。", field="unit_no")
            if unit is None:
                unit = work.add(unit_of(new.unit_no, new.area_cm2))
            else:
                revive(unit)
                unit.unit_no = room.text
            with reindexed(work, [unit.id]):
                pass
            return unit_row(unit)

    def correct_unit(self, unit_id: int, new: NewUnit, reason: str) -> UnitRow:
        """Correct a unit's number or area. Raises RefusedError when another unit has that number."""
        with self._changing(Unit, unit_id, "correct", reason) as (work, unit):
            corrected = unit_of(new.unit_no, new.area_cm2)
            taken = select(Unit.unit_no).where(Unit.room_key == corrected.room_key, Unit.id != unit_id)
            if other := work.session.scalar(taken):
                raise RefusedError(f"{other} 已在册，两个房间不能同号。", field="unit_no")
            for name in ("unit_no", "room_key", "building", "entrance", "room", "kind", "area_cm2"):
                setattr(unit, name, getattr(corrected, name))
        return unit_row(unit)

    def withdraw_unit(self, unit_id: int, reason: str) -> None:
        """Take a unit and its people out of card and finder; all of it stays in the book."""
        with self._changing(Unit, unit_id, "void", reason) as (work, unit):
            for resident in work.session.scalars(_live(Resident).where(Resident.unit_id == unit_id)):
                work.void(resident, work.stamp.reason)
            work.void(unit, work.stamp.reason)

    # Residents and their telephones

    def add_resident(self, new: NewResident) -> int:
        """Enter somebody in a unit, with telephones; returns the resident's id. Raises RefusedError."""
        values = _checked({name: value for name, value in asdict(new).items() if name in _CORRECTABLE})
        _check_in_full(values)
        numbers = [_number(number) for number in new.telephones]
        with self._changing(Unit, new.unit_id, "create", "") as (work, unit):
            resident = work.add(Resident(unit_id=unit.id, **values))
            for number in numbers:
                work.add(Telephone(resident_id=resident.id, number=number, digits=digits_of(number)))
            return resident.id

    def correct_resident(
        self,
        resident_id: int,
        changes: Mapping[str, Any],
        reason: str = "",
        *,
        telephones: Sequence[str] | None = None,
    ) -> None:
        """Correct some fields of a resident; the old values stay in the journal. Raises RefusedError.

        `telephones`, when given, are all there shall be, each in full or as it was shown to whoever is signed
        in: new ones are added, missing ones withdrawn.
        """
        values = _checked(changes)
        with self._changing(Resident, resident_id, "correct", reason) as (work, resident):
            if values.get("identity_no") == masked_identity(resident.identity_no):
                del values["identity_no"]  # written back as it was shown
            _check_in_full(values)
            for name, value in values.items():
                setattr(resident, name, value)
            if telephones is not None:
                _keep_telephones(work, resident.id, telephones)

    def withdraw_resident(self, resident_id: int, reason: str) -> None:
        """Take somebody who left out of card and finder."""
        with self._changing(Resident, resident_id, "void", reason) as (work, resident):
            work.void(resident, work.stamp.reason)

    def add_telephone(self, resident_id: int, number: str, remarks: str = "") -> int:
        """Enter one more telephone; any way of writing is accepted. Returns its id."""
        kept = _number(number)
        with self._changing(Resident, resident_id, "create", "") as (work, _):
            telephone = Telephone(
                resident_id=resident_id, number=kept, digits=digits_of(kept), remarks=remarks
            )
            return work.add(telephone).id

    def correct_telephone(self, telephone_id: int, number: str, reason: str = "") -> None:
        """Correct a telephone."""
        kept = _number(number)
        with self._changing(Telephone, telephone_id, "correct", reason) as (_, telephone):
            telephone.number, telephone.digits = kept, digits_of(kept)

    def withdraw_telephone(self, telephone_id: int, reason: str) -> None:
        """Take a telephone that is no longer theirs out of card and finder."""
        with self._changing(Telephone, telephone_id, "void", reason) as (work, telephone):
            work.void(telephone, work.stamp.reason)

    def reveal(self, resident_id: int, reason: str) -> tuple[tuple[str, ...], str]:
        """A resident's telephones and identity number in full: an act with a reason, noted in the journal.

        Raises RefusedError without a reason (R-RES-2).
        """
        wanted = _reason(reason)
        with self._context.transaction(Permission.READ_REGISTERS, action="reveal", reason=wanted) as work:
            resident = _get(work.session, Resident, resident_id)
            noted = journal.Change(Resident.__tablename__, resident_id, "reveal", {})
            journal.append(work.connection, work.stamp, [noted])
            asked = _live(Telephone).where(Telephone.resident_id == resident_id).order_by(Telephone.id)
            return tuple(one.number for one in work.session.scalars(asked)), resident.identity_no

    # Standing notes

    def add_note(self, unit_id: int, text: str) -> int:
        """Write what everybody at the desk must know about a unit; returns the note's id."""
        kept = plain_text(text, field="text", label="备忘", most=400)
        if not kept:
            raise RefusedError("请写下要大家注意的事。", field="text")
        with self._changing(Unit, unit_id, "create", "") as (work, unit):
            return work.add(StandingNote(unit_id=unit.id, text=kept)).id

    def withdraw_note(self, note_id: int, reason: str) -> None:
        """Take a standing note off the card."""
        with self._changing(StandingNote, note_id, "void", reason) as (work, note):
            work.void(note, work.stamp.reason)

    # Queries

    def unit(self, unit_id: int) -> UnitRow:
        """A unit by id, withdrawn or not. Raises RefusedError when there is none."""
        self._context.require(Permission.READ_REGISTERS)
        with self._context.read() as session:
            row = session.get(Unit, unit_id)
        if row is None:
            raise RefusedError("没有这个房间，请重新查找。", field="unit_no")
        return unit_row(row)

    def unit_by_no(self, text: str) -> UnitRow | None:
        """The unit of a room number however it is written; None for one that the estate does not have."""
        self._context.require(Permission.READ_REGISTERS)
        with self._context.read() as session:
            unit = live_unit(session, text)
            return None if unit is None else unit_row(unit)

    def units_of_number(self, number: str) -> list[UnitRow]:
        """The units where somebody has this telephone, country code or not: whose call this may be."""
        self._context.require(Permission.READ_REGISTERS)
        theirs = (
            select(Resident.unit_id)
            .join(Telephone, Telephone.resident_id == Resident.id)
            .where(
                Telephone.digits.in_(_digits_meant(number)),
                Telephone.voided_at.is_(None),
                Resident.voided_at.is_(None),
            )
        )
        with self._context.read() as session:
            found = session.scalars(_live(Unit).where(Unit.id.in_(theirs)).order_by(Unit.id).limit(20))
            return [unit_row(unit) for unit in found]

    def caller_of(self, number: str) -> KnownCaller:
        """Who calls from this telephone, as far as it belongs to one household, and there to one person."""
        units = self.units_of_number(number)
        if len(units) != 1:
            return KnownCaller()
        with self._context.read() as session:
            names = session.scalars(
                select(Resident.name).where(
                    Resident.unit_id == units[0].id,
                    Resident.voided_at.is_(None),
                    Resident.id.in_(
                        select(Telephone.resident_id).where(
                            Telephone.digits.in_(_digits_meant(number)), Telephone.voided_at.is_(None)
                        )
                    ),
                )
            ).all()
        return KnownCaller(units[0].unit_no, names[0] if len(names) == 1 else "")

    def household(self, unit_id: int) -> Household:
        """The card of a unit, telephones as whoever is signed in may see them. Raises RefusedError."""
        actor = self._context.require(Permission.READ_REGISTERS)
        with self._context.read() as session:
            return Household(
                unit_row(_get(session, Unit, unit_id)),
                listing.residents_of(session, unit_id, actor),
                listing.notes_of(session, unit_id, self._context.clock),
            )

    def resident(self, resident_id: int) -> ResidentRow:
        """A resident as whoever is signed in may see them. Raises RefusedError when there is none."""
        actor = self._context.require(Permission.READ_REGISTERS)
        with self._context.read() as session:
            person = _get(session, Resident, resident_id)
            asked = _live(Telephone).where(Telephone.resident_id == resident_id).order_by(Telephone.id)
            return listing.resident_row(person, session.scalars(asked), actor)

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids of the residents that answer, room by room; see `RegisterSource`."""
        self._context.require(Permission.READ_REGISTERS)
        with self._context.read() as session:
            if query.is_empty:
                return self._all_by_room(session)
            return listing.find(session, query)

    def _all_by_room(self, session: Session) -> Sequence[int]:
        last, _hash = journal.head(session.connection())
        if self._by_room[0] != last:  # a tenth of a second for ten thousand homes: not at each look
            self._by_room = (last, listing.by_room(session))
        return self._by_room[1]

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The rows of these residents; see `RegisterSource`."""
        actor = self._context.require(Permission.READ_REGISTERS)
        with self._context.read() as session:
            return listing.table_rows(session, ids, actor)

    def export(
        self,
        register: Register,
        path: Path,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write RESIDENTS or PHONES to an XLSX file, noted with its purpose; returns the number of rows.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        with self._context.read() as session:
            rows: Sequence[Sequence[object]] = (
                listing.phone_lines(session) if register is PHONES else listing.export_rows(session)
            )
        return export_register(
            self._context,
            path,
            register,
            rows,
            wish,
            total=len(rows),
            progress=progress,
            cancelled=cancelled,
        )

    def unit_count(self) -> int:
        """How many units stand in the estate."""
        self._context.require(Permission.READ_REGISTERS)
        with self._context.read() as session:
            return session.scalar(select(func.count()).select_from(_live(Unit).subquery())) or 0

    @contextmanager
    def _changing(
        self, table: type[R], record_id: int, action: str, reason: str
    ) -> Iterator[tuple[Transaction, R]]:
        if action == "void":
            reason = _reason(reason)
        with self._context.transaction(Permission.KEEP_ESTATE, action=action, reason=reason) as work:
            record = _get(work.session, table, record_id)
            with reindexed(work, [_unit_id(work.session, record)]):
                yield work, record


def unit_of(unit_no: str, area_cm2: int | None) -> Unit:
    """A unit's record from its number as written. Raises RefusedError when it cannot be read."""
    room = parse(unit_no)
    if area_cm2 is not None and not 0 <= area_cm2 <= MOST_CM2:
        raise RefusedError("面积不对，请填平方米数。", field="area_cm2")
    return Unit(
        unit_no=room.text,
        room_key=room.key,
        building=room.building,
        entrance=room.entrance,
        room=room.room,
        kind=room.kind,
        area_cm2=area_cm2,
    )


def revive(record: Record) -> None:
    """Bring back what was withdrawn; that it was, stays in the journal."""
    record.voided_at, record.voided_by, record.void_reason = None, "", ""


def _digits_meant(number: str) -> set[str]:
    digits = digits_of(number).removeprefix("0086" if number.strip().startswith("00") else "86")
    return {digits, digits_of(number), digits.removeprefix("0")} - {""}


def _get(session: Session, table: type[R], record_id: int) -> R:
    record = session.get(table, record_id)
    if record is None or (record.voided_at is not None):
        raise RefusedError("这一条已不在册，请重新查找。")
    return record


def _live(table: type[R]) -> Select[R]:
    return select(table).where(table.voided_at.is_(None))


def _unit_id(session: Session, record: Record) -> int:
    match record:
        case Unit():
            return record.id
        case Resident() | StandingNote():
            return record.unit_id
        case Telephone():
            return _get(session, Resident, record.resident_id).unit_id
    raise AssertionError(f"not of the estate: {record}")


def _reason(reason: str) -> str:
    kept = plain_text(reason, field="reason", label="原因", most=400)
    if not kept:
        raise RefusedError("请写明原因。", field="reason")
    return kept


def _number(number: str) -> str:
    kept = plain_text(read_phone(number), field="telephones", label="电话", most=40)
    if not digits_of(kept):
        raise RefusedError("电话里没有数字，请再看一下。", field="telephones")
    if "*" in kept:
        raise RefusedError("带 * 的号码看不全，请填完整的号码。", field="telephones")
    return kept


def _check_in_full(values: Mapping[str, Any]) -> None:
    if "*" in (values.get("identity_no") or ""):
        raise RefusedError("带 * 的证件号看不全，请填完整的证件号。", field="identity_no")


def _keep_telephones(work: Transaction, resident_id: int, wanted: Sequence[str]) -> None:
    left = [read_phone(number) for number in wanted if number.strip()]
    asked = _live(Telephone).where(Telephone.resident_id == resident_id).order_by(Telephone.id)
    for telephone in work.session.scalars(asked).all():
        known = (telephone.number, shown_number(telephone.number, work.actor))
        said = next((number for number in left if number in known), None)
        if said is None:
            work.void(telephone, work.stamp.reason or "更正")
        else:
            left.remove(said)
    for number in left:
        kept = _number(number)
        work.add(Telephone(resident_id=resident_id, number=kept, digits=digits_of(kept)))


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """What may be corrected of a resident, fit to be kept. Raises RefusedError with the field at fault."""
    unknown = values.keys() - set(_CORRECTABLE)
    assert not unknown, f"not a resident's field: {unknown}"
    checked = dict(values)
    for name, value in values.items():
        field = RESIDENTS.field(name)
        if field.kind is Kind.CHOICE and (value or field.required):
            if value not in {choice.key for choice in field.choices}:
                raise RefusedError(f"请选择{field.label}。", field=name)
        elif isinstance(value, str):
            checked[name] = plain_text(value, field=name, label=field.label, most=field.max_length)
    if "name" in checked and not checked["name"]:
        raise RefusedError("请填姓名。", field="name")
    if "identity_no" in checked:
        checked["identity_no"] = "".join(fold_width(checked["identity_no"]).upper().split())
    return checked
