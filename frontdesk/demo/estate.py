"""The demonstration's buildings and people: rooms of several styles, owners, tenants, telephones, notes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from frontdesk.core.journal import Stamp
from frontdesk.core.room_numbers import parse
from frontdesk.demo.ledger import Ledger
from frontdesk.demo.words import Words
from frontdesk.estate.keys import digits_of
from frontdesk.estate.model import Resident, StandingNote, Telephone, Unit

SQUARE_METRE = 10_000  # cm²
FLOORS, DOORS = 18, 4


@dataclass(frozen=True)
class Household:
    """Who calls from a room: what the call log needs of it."""

    unit_id: int
    unit_no: str
    people: tuple[tuple[str, str], ...]  # name and first telephone


def room_numbers(units: int) -> list[str]:
    """So many room numbers, in several styles, each once."""
    special = max(1, units // 25)
    numbers = [f"别墅A{number}" for number in range(1, special + 1)]
    numbers += [f"商铺S-{number:02d}" for number in range(1, special + 1)]
    numbers += [f"车库B1-{number:03d}" for number in range(1, special + 1)]
    numbers += [
        f"A座{floor}{door:02d}" for floor in range(2, 2 + special // DOORS) for door in range(1, DOORS + 1)
    ]
    homes = _homes()
    return (numbers + [next(homes) for _ in range(max(0, units - len(numbers)))])[:units]


def _homes() -> Iterator[str]:
    building = 0
    while True:
        building += 1
        for entrance in (1, 2):
            for floor in range(1, FLOORS + 1):
                for door in range(1, DOORS + 1):
                    yield f"{building}-{entrance}-{floor}{door:02d}"


class EstateMaker:
    """Makes the households of an estate, in one go."""

    def __init__(self, ledger: Ledger, words: Words, chance: random.Random, today: date) -> None:
        self._ledger, self._words, self._chance, self._today = ledger, words, chance, today

    def make(self, stamp: Stamp, units: int) -> list[Household]:
        """All households, in the order of their rooms."""
        return [self._household(stamp, number) for number in room_numbers(units)]

    def _household(self, stamp: Stamp, number: str) -> Household:
        room = parse(number)
        unit = self._ledger.create(
            stamp,
            Unit,
            {
                "unit_no": room.text,
                "room_key": room.key,
                "building": room.building,
                "entrance": room.entrance,
                "room": room.room,
                "kind": room.kind,
                "area_cm2": self._chance.randrange(45, 180) * SQUARE_METRE,
            },
        )
        self._ledger.close(unit)
        people = [self._person(stamp, unit.id, relation) for relation in self._relations(room.kind)]
        if self._chance.random() < 0.02:
            note = {"unit_id": unit.id, "text": self._chance.choice(self._words.notes)}
            self._ledger.close(self._ledger.create(stamp, StandingNote, note))
        return Household(unit.id, room.text, tuple(people))

    def _relations(self, kind: str) -> list[str]:
        relations = ["owner"]
        draw = self._chance.random()
        if kind == "garage":
            return relations
        if draw < 0.18:
            relations.append("occupant")
        elif draw < 0.55:
            relations.append("family")
        if draw > 0.9:
            relations.append("emergency")
        return relations

    def _person(self, stamp: Stamp, unit_id: int, relation: str) -> tuple[str, str]:
        gender = self._chance.choice(("male", "female"))
        grown_up = self._today - timedelta(days=365 * 22)
        resident = self._ledger.create(
            stamp,
            Resident,
            {
                "unit_id": unit_id,
                "name": self._words.name(gender),
                "relation": relation,
                "gender": gender,
                "birthday": grown_up - timedelta(days=self._chance.randrange(22_000))
                if self._chance.random() < 0.4
                else None,
                "moved_in": stamp.at.date() - timedelta(days=self._chance.randrange(3_000)),
            },
        )
        self._ledger.close(resident)
        numbers = [self._words.telephone() for _ in range(2 if self._chance.random() < 0.15 else 1)]
        for number in numbers:
            told = {"resident_id": resident.id, "number": number, "digits": digits_of(number)}
            self._ledger.close(self._ledger.create(stamp, Telephone, told))
        return resident.row["name"], numbers[0]
