"""Correcting a resident's telephones as one list, as the form shows them (R-RES-2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.errors import RefusedError
from frontdesk.estate.register import NewResident, NewUnit

if TYPE_CHECKING:
    from frontdesk.desk import Desk

FIRST, SECOND, THIRD = "13800011111", "13900022222", "13700033333"


@pytest.fixture
def resident(desk: Desk) -> int:
    """A resident with two telephones; whoever keeps the estate is signed in."""
    desk.context.actor = PROGRAM
    unit = desk.estate.add_unit(NewUnit("3-2-1102"))
    return desk.estate.add_resident(NewResident(unit.id, "王㛃", telephones=(FIRST, SECOND)))


def shown(desk: Desk, resident: int) -> list[str]:
    return [telephone.shown for telephone in desk.estate.resident(resident).telephones]


def test_new_ones_are_added_and_missing_ones_withdrawn(desk: Desk, resident: int) -> None:
    desk.estate.correct_resident(resident, {}, telephones=[SECOND, THIRD])
    assert shown(desk, resident) == [SECOND, THIRD]


def test_none_given_changes_none(desk: Desk, resident: int) -> None:
    desk.estate.correct_resident(resident, {"name": "王喆"})
    assert shown(desk, resident) == [FIRST, SECOND]


def test_a_masked_telephone_that_was_left_alone_stays_as_it_is(desk: Desk, resident: int) -> None:
    desk.context.actor = replace(PROGRAM, permissions=PROGRAM.permissions - {Permission.SEE_FULL_TELEPHONES})
    masked = shown(desk, resident)
    assert masked == ["138****1111", "139****2222"]
    desk.estate.correct_resident(resident, {}, telephones=[*masked, THIRD])
    with pytest.raises(RefusedError, match=r"带 \*") as refused:
        desk.estate.correct_resident(resident, {"name": "改了"}, telephones=["138****9999"])
    assert refused.value.field == "telephones"
    desk.context.actor = PROGRAM
    assert shown(desk, resident) == [FIRST, SECOND, THIRD]
    assert desk.estate.resident(resident).name == "王㛃"
