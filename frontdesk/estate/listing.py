"""Reading the estate: rows of the residents' table, the household card, the telephone register."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from frontdesk.core.actor import Actor, Permission
from frontdesk.core.clock import Clock
from frontdesk.core.query import VOID, RegisterQuery, TableRow
from frontdesk.core.shown import masked_identity, masked_telephone
from frontdesk.estate.indexing import SEARCH, numbers_of
from frontdesk.estate.model import Resident, StandingNote, Telephone, Unit
from frontdesk.estate.register import (
    EMERGENCY,
    OCCUPANT,
    OWNER,
    RELATIONS,
    NoteRow,
    ResidentRow,
    TelephoneRow,
    UnitRow,
)

MOST_FOUND = 5000
_ORDER = {choice.key: place for place, choice in enumerate(RELATIONS)}
_RELATION = {choice.key: choice.label for choice in RELATIONS}


def unit_row(unit: Unit) -> UnitRow:
    """A unit's plain values."""
    return UnitRow(unit.id, unit.unit_no, unit.building, unit.entrance, unit.room, unit.kind, unit.area_cm2)


def shown_number(number: str, actor: Actor | None) -> str:
    """A telephone as this person may see it (R-RES-2)."""
    full = actor is not None and actor.may(Permission.SEE_FULL_TELEPHONES)
    return number if full else masked_telephone(number)


def residents_of(session: Session, unit_id: int, actor: Actor) -> tuple[ResidentRow, ...]:
    """The people of a unit, owner first, those who left not among them."""
    place = case(_ORDER, value=Resident.relation, else_=len(_ORDER))
    live = (Resident.unit_id == unit_id, Resident.voided_at.is_(None))
    people = session.scalars(select(Resident).where(*live).order_by(place, Resident.id)).all()
    telephones = session.scalars(
        select(Telephone)
        .where(Telephone.resident_id.in_([one.id for one in people]), Telephone.voided_at.is_(None))
        .order_by(Telephone.id)
    ).all()
    return tuple(
        resident_row(person, [one for one in telephones if one.resident_id == person.id], actor)
        for person in people
    )


def resident_row(person: Resident, telephones: Iterable[Telephone], actor: Actor) -> ResidentRow:
    """A resident's plain values, as this person may see them."""
    full = actor.may(Permission.SEE_FULL_TELEPHONES)
    return ResidentRow(
        id=person.id,
        unit_id=person.unit_id,
        name=person.name,
        relation=person.relation,
        relation_label=_RELATION.get(person.relation, person.relation),
        telephones=tuple(
            TelephoneRow(one.id, shown_number(one.number, actor), one.remarks) for one in telephones
        ),
        gender=person.gender,
        birthday=person.birthday,
        identity_no=person.identity_no if full else masked_identity(person.identity_no),
        moved_in=person.moved_in,
        remarks=person.remarks,
    )


def notes_of(session: Session, unit_id: int, clock: Clock) -> tuple[NoteRow, ...]:
    """A unit's standing notes, newest first."""
    live = (StandingNote.unit_id == unit_id, StandingNote.voided_at.is_(None))
    notes = session.scalars(select(StandingNote).where(*live).order_by(StandingNote.id.desc()))
    return tuple(
        NoteRow(note.id, note.text, note.created_by, clock.local(note.created_at).date()) for note in notes
    )


def find(session: Session, query: RegisterQuery) -> Sequence[int]:
    """The ids of residents that answer, room by room; of many, the newest `MOST_FOUND`. `by_room` gives all of them."""
    asked = select(Resident.id).order_by(Resident.id.desc()).limit(MOST_FOUND)
    if "relation" in query.choices:
        asked = asked.where(Resident.relation == query.choices["relation"])
    if query.open_only:
        asked = asked.where(Resident.voided_at.is_(None))
    if query.first_day:
        asked = asked.where(Resident.moved_in >= query.first_day)
    if query.last_day:
        asked = asked.where(Resident.moved_in <= query.last_day)
    if not query.text.strip():
        return by_room(session, session.scalars(asked).all())
    named = SEARCH.find(session.connection(), query.text, MOST_FOUND)
    kept = set(session.scalars(asked.limit(None))) if query != RegisterQuery(query.text) else set(named)
    return by_room(session, [one for one in named if one in kept])


def by_room(session: Session, ids: Sequence[int] | None = None) -> list[int]:
    """Residents, all unless named, as one goes through the estate: 2-1-302 before 12-1-101, the owner first, at the
    end those who have left.
    """
    asked = select(Resident.id, Unit.unit_no, Resident.relation, Resident.voided_at)
    asked = asked.join(Unit, Unit.id == Resident.unit_id)
    if ids is not None:
        asked = asked.where(Resident.id.in_(ids))
    rooms: dict[str, tuple[tuple[bool, int, str], ...]] = {}
    placed = []
    for number, unit_no, relation, left in session.execute(asked):
        room = rooms.get(unit_no) or rooms.setdefault(unit_no, in_figures(unit_no))
        placed.append((left is not None, room, _ORDER.get(relation, len(_ORDER)), number))
    return [number for *_place, number in sorted(placed)]


def in_figures(unit_no: str) -> tuple[tuple[bool, int, str], ...]:
    """A room's place as one goes through the estate: 2-1-302 before 12-1-101."""
    parts = re.findall(r"[0-9]+|[^0-9]+", unit_no)
    return tuple(
        (False, int(part), "") if part.isascii() and part.isdecimal() else (True, 0, part) for part in parts
    )


def table_rows(session: Session, ids: Sequence[int], actor: Actor) -> list[TableRow]:
    """One row for each id: the listed fields of RESIDENTS, then the marks."""
    asked = select(
        Resident.id, Unit.unit_no, Resident.name, Resident.relation, Resident.moved_in, Resident.remarks
    ).add_columns(Resident.voided_at)
    numbers = numbers_of(session, Resident.id.in_(ids))
    rows: dict[int, TableRow] = {}
    for one in session.execute(asked.join(Unit, Unit.id == Resident.unit_id).where(Resident.id.in_(ids))):
        shown = " ".join(shown_number(number, actor) for number in numbers.get(one.id, ()))
        day = one.moved_in.isoformat() if one.moved_in else ""
        label = _RELATION.get(one.relation, one.relation)
        row: TableRow = (one.id, one.unit_no, one.name, label, shown, day, " ".join(one.remarks.split()))
        rows[one.id] = (*row, VOID) if one.voided_at else row
    return [rows[one] for one in ids if one in rows]


def export_rows(session: Session) -> list[tuple[object, ...]]:
    """Every live resident by unit: the exported fields of RESIDENTS as plain, unmasked values."""
    numbers = numbers_of(session, Resident.voided_at.is_(None))
    asked = (
        select(Resident, Unit.unit_no)
        .join(Unit, Unit.id == Resident.unit_id)
        .where(Resident.voided_at.is_(None), Unit.voided_at.is_(None))
        .order_by(Unit.id, Resident.id)
    )
    return [
        (
            unit_no,
            person.name,
            person.relation,
            tuple(numbers.get(person.id, ())),
            person.gender,
            person.moved_in,
            person.remarks,
        )
        for person, unit_no in session.execute(asked)
    ]


def phone_lines(session: Session) -> list[tuple[str | tuple[str, ...], ...]]:
    """F-PHONES as plain values: the room, then names and unmasked telephones of each relation."""
    numbers = numbers_of(session, Resident.voided_at.is_(None))
    names: dict[int, dict[str, list[str]]] = {}
    telephones: dict[int, dict[str, list[str]]] = {}
    rooms: dict[int, str] = {}
    asked = (
        select(Unit.id, Unit.unit_no, Resident.id, Resident.name, Resident.relation)
        .join(Resident, (Resident.unit_id == Unit.id) & Resident.voided_at.is_(None), isouter=True)
        .where(Unit.voided_at.is_(None))
        .order_by(Unit.id, Resident.id)
    )
    for unit_id, unit_no, resident_id, name, relation in session.execute(asked):
        rooms[unit_id] = unit_no
        if relation:
            names.setdefault(unit_id, {}).setdefault(relation, []).append(name)
            telephones.setdefault(unit_id, {}).setdefault(relation, []).extend(numbers.get(resident_id, ()))
    return [
        (room, *_by_relation(names.get(unit_id, {}), telephones.get(unit_id, {})))
        for unit_id, room in rooms.items()
    ]


def _by_relation(
    names: dict[str, list[str]], telephones: dict[str, list[str]]
) -> Iterator[str | tuple[str, ...]]:
    for relation in (OWNER, OCCUPANT, EMERGENCY):
        yield " ".join(names.get(relation, ()))
        yield tuple(telephones.get(relation, ()))
