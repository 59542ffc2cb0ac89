"""What an import would do to the estate, row by row: nothing here writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from frontdesk.core.room_numbers import RoomNumber
from frontdesk.core.search import folded
from frontdesk.estate.area import shown_area
from frontdesk.estate.keys import digits_of
from frontdesk.estate.model import Resident, Telephone, Unit
from frontdesk.estate.register import OWNER, RESIDENTS
from frontdesk.estate.sheet_rows import Person, ReadRow

PERSONAL = ("gender", "birthday", "identity_no", "moved_in", "remarks")


class RowState(Enum):
    """What becomes of a row; the value is the word that is shown."""

    NEW = "新增"
    CHANGED = "更新"
    DOUBTFUL = "请核对"  # taken as it stands; something in it looks wrong
    SAME = "无变化"
    BAD = "有问题"


TAKEN = frozenset({RowState.NEW, RowState.CHANGED, RowState.DOUBTFUL})


@dataclass
class UnitState:
    """A unit as it stands, or as it will once the rows before have been taken."""

    id: int | None
    unit_no: str
    area_cm2: int | None
    live: bool


@dataclass
class PersonState:
    """A resident likewise; `digits` are those of the live telephones."""

    id: int | None
    values: dict[str, str | date | None]
    digits: set[str]


PersonKey = tuple[str, str, str]  # room key, folded name, relation


@dataclass
class Said:
    """What the sheet has said of a room so far: its first row, and its area and owners as they came first."""

    row: int
    area_cm2: int | None = None
    owners: list[str] = field(default_factory=list)


@dataclass
class Book:
    """The estate as the plan sees it; planning a row enters it here, so the next row finds it."""

    units: dict[str, UnitState] = field(default_factory=dict)
    people: dict[PersonKey, PersonState] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)  # by room, what earlier rows of the sheet say


@dataclass
class PersonPlan:
    """What happens to one resident: entered, or `values` corrected; `numbers` are new telephones."""

    person: Person
    state: PersonState
    new: bool
    values: dict[str, str | date]
    numbers: list[str]


@dataclass
class RowPlan:
    """What happens because of one row. `said` tells it in words."""

    row: ReadRow
    state: RowState
    unit: UnitState | None = None
    room: RoomNumber | None = None
    new_unit: bool = False
    area_cm2: int | None = None
    people: list[PersonPlan] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def read_book(session: Session) -> Book:
    """The estate as it stands."""
    book = Book()
    keys: dict[int, str] = {}
    for unit_id, key, unit_no, area, voided in session.execute(
        select(Unit.id, Unit.room_key, Unit.unit_no, Unit.area_cm2, Unit.voided_at)
    ):
        keys[unit_id] = key
        book.units[key] = UnitState(unit_id, unit_no, area, voided is None)
    people: dict[int, PersonState] = {}
    columns = [getattr(Resident, name) for name in PERSONAL]
    asked = select(Resident.id, Resident.unit_id, Resident.name, Resident.relation, *columns)
    for resident_id, unit_id, name, relation, *values in session.execute(
        asked.where(Resident.voided_at.is_(None)).order_by(Resident.id.desc())
    ):
        state = PersonState(resident_id, dict(zip(PERSONAL, values, strict=True)), set())
        people[resident_id] = book.people[keys[unit_id], folded(name), relation] = state
    for resident_id, digits in session.execute(
        select(Telephone.resident_id, Telephone.digits).where(Telephone.voided_at.is_(None))
    ):
        if resident_id in people:
            people[resident_id].digits.add(digits)
    return book


def plan(row: ReadRow, book: Book) -> RowPlan:
    """What the row would do; the book is brought to the state after it."""
    if row.problems or row.room is None:
        return RowPlan(row, RowState.BAD, said=[*row.problems, *row.hints])
    hints = [*row.hints, *_contradictions(row, row.room.key, book)]
    planned = RowPlan(row, RowState.SAME, room=row.room)
    _plan_unit(planned, row, row.room, book)
    for person in row.people:
        planned.people.append(_plan_person(person, row.room.key, book))
    planned.said += [words for person in planned.people for words in _told(person)]
    if planned.new_unit or any(person.new for person in planned.people):
        planned.state = RowState.NEW
    elif planned.said:
        planned.state = RowState.CHANGED
    if hints and planned.state in TAKEN:
        planned.state = RowState.DOUBTFUL
    planned.said = [*hints, *planned.said]
    return planned


def _contradictions(row: ReadRow, room_key: str, book: Book) -> Iterator[str]:
    """Where an earlier row of the same sheet says something else of this room: often a mistyped room number."""
    owners = [person.name for person in row.people if person.relation == OWNER]
    before = book.said.setdefault(room_key, Said(row.number, row.area_cm2, owners))
    if before.row == row.number:
        return
    if row.area_cm2 is not None and before.area_cm2 not in (None, row.area_cm2):
        yield f"第 {before.row} 行的同一房号面积是 {shown_area(before.area_cm2 or 0)}，请核对"
    if set(owners) - set(before.owners) and before.owners:
        yield f"第 {before.row} 行的同一房号业主是{'、'.join(before.owners)}，请核对"
    before.area_cm2 = before.area_cm2 or row.area_cm2
    before.owners = before.owners or owners


def _plan_unit(planned: RowPlan, row: ReadRow, room: RoomNumber, book: Book) -> None:
    unit = book.units.get(room.key)
    if unit is None:
        unit = book.units[room.key] = UnitState(None, room.text, None, False)
    planned.unit = unit
    if not unit.live:
        planned.new_unit = unit.live = True
        planned.said.append("新房间" if unit.id is None else "恢复房间")
    if row.area_cm2 is not None and row.area_cm2 != unit.area_cm2:
        if unit.area_cm2 is not None:
            planned.said.append(f"面积 {shown_area(unit.area_cm2)} → {shown_area(row.area_cm2)}")
        elif not planned.new_unit:
            planned.said.append(f"面积 {shown_area(row.area_cm2)}")
        planned.area_cm2 = unit.area_cm2 = row.area_cm2


def _plan_person(person: Person, room_key: str, book: Book) -> PersonPlan:
    key = (room_key, folded(person.name), person.relation)
    state = book.people.get(key)
    new = state is None
    if state is None:
        state = book.people[key] = PersonState(None, dict.fromkeys(PERSONAL), set())
    values = {name: value for name, value in person.values.items() if value and value != state.values[name]}
    state.values.update(values)
    numbers = []
    for number in person.numbers:
        if digits_of(number) not in state.digits:
            state.digits.add(digits_of(number))
            numbers.append(number)
    return PersonPlan(person, state, new, values, numbers)


def _told(planned: PersonPlan) -> Iterator[str]:
    label = RESIDENTS.field("relation").label_of(planned.person.relation)
    if planned.new:
        yield f"新{label} {planned.person.name}"
        return
    if planned.numbers:
        yield f"{planned.person.name} 加电话 {'、'.join(planned.numbers)}"
    for name in planned.values:
        yield f"{planned.person.name} 改{RESIDENTS.field(name).label}"
