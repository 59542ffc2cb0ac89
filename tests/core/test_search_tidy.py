"""The desk keeps its search quick in small steps, when nobody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.core.actor import PROGRAM
from frontdesk.core.query import RegisterQuery
from frontdesk.desk import SEARCHED
from frontdesk.estate.register import NewResident, NewUnit

if TYPE_CHECKING:
    from frontdesk.desk import Desk


def segments(desk: Desk) -> int:
    """How many pieces the residents' index is in: each is looked into at every search."""
    with desk.context.read() as session:
        connection = session.connection()
        return connection.exec_driver_sql(
            "SELECT count(DISTINCT segid) FROM search_resident_idx"
        ).scalar_one()


def test_small_steps_merge_the_index_and_come_to_an_end(desk: Desk) -> None:
    desk.context.actor = PROGRAM
    unit = desk.estate.add_unit(NewUnit("3-2-1102"))
    for number in range(20):
        desk.estate.add_resident(NewResident(unit.id, f"张{number}"))
    before, steps = segments(desk), 0
    while desk.tidy():
        steps += 1
        assert steps < 500
    assert segments(desk) < before / 2
    assert len(desk.estate.find(RegisterQuery(text="张"))) == 20


def test_every_index_of_the_file_is_kept_quick(desk: Desk) -> None:
    with desk.context.read() as session:
        connection = session.connection()
        made = (
            "SELECT substr(name, 8) FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%' ORDER BY name"
        )
        assert connection.exec_driver_sql(made).scalars().all() == sorted(SEARCHED)
