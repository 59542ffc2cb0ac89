"""What the tests of custody share: homes with owners, and a desk whose clerk has the rights of the role."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import PROGRAM, Actor, Permission
from frontdesk.custody.register import AgreementRow, NewAgreement, NewHandedKey, NewInspection
from frontdesk.estate.register import NewResident, NewUnit
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from frontdesk.desk import Desk

HOME = "3-2-1102"
Sign = Callable[..., AgreementRow]
FINE = dict.fromkeys(("water", "power", "gas", "openings", "leaks", "air"), "normal")


def acting(desk: Desk, role: str, name: str = "某人", number: int = 77) -> None:
    """Seat somebody of that role, without the 100 ms of a PIN."""
    desk.context.actor = Actor(number, name, role, role_of(role).permissions)


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk with the clerk 陈晓婧 and the housekeeper 周赟, and the home of 欧阳㛃䶮."""
    from frontdesk.staff.model import Person

    assert desk.context.actor is not None
    clerk = desk.context.actor
    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        work.add(Person(name="周赟", role="housekeeper", department="客服部"))
    desk.context.actor = Actor(clerk.person_id, clerk.name, "clerk", role_of("clerk").permissions)
    unit = desk.estate.add_unit(NewUnit(HOME))
    desk.estate.add_resident(NewResident(unit.id, "欧阳㛃䶮", telephones=("13800001234",)))
    desk.estate.add_unit(NewUnit("12-1-101"))
    return desk


@pytest.fixture
def sign(office: Desk) -> Sign:
    """Signs one agreement; its key is T-01 and so on unless `keys` are given."""

    def go(unit_no: str = HOME, **values: object) -> AgreementRow:
        known = {
            "keys": (NewHandedKey(office.custody.agreements.next_key_number()),),
            "housekeeper": "周赟",
            "purpose": "长期在外",
            "power_shut": "yes",
            "gas_shut": "yes",
            "water_shut": "no",
            "owner": "" if unit_no == HOME else "𬱖喆",
        }
        return office.custody.agreements.sign(NewAgreement(unit_no, **(known | values)))  # type: ignore[arg-type]

    return go


def visit(desk: Desk, unit_no: str = HOME, **values: object) -> NewInspection:
    """An inspection that may be written: two people, the owner told now, all in order."""
    told = {"told_at": desk.context.clock.now(), "told_way": "telephone", "told_whom": "欧阳㛃䶮"}
    return NewInspection(unit_no, "周赟", "李建国", **(told | FINE | values))  # type: ignore[arg-type]
