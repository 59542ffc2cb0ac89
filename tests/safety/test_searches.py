"""What is searched agrees with what was written; where it does not, the record is named and the index made anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from frontdesk.calls.register import NewCall
from frontdesk.core.actor import PROGRAM, Actor
from frontdesk.core.errors import NotAllowedError, StoppedError
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.core.query import RegisterQuery
from frontdesk.estate.register import NewResident, NewUnit
from frontdesk.orders.register import NewOrder
from frontdesk.safety import searches
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from frontdesk.desk import Desk


@pytest.fixture
def worked(desk: Desk) -> Desk:
    """A desk whose records were written, corrected and made void."""
    desk.context.actor = PROGRAM
    unit = desk.estate.add_unit(NewUnit("3-2-1102"))
    person = desk.estate.add_resident(NewResident(unit.id, "张㛃", telephones=("13800138000",)))
    desk.estate.correct_resident(person, {"name": "张䶮"}, "写错")
    desk.estate.add_unit(NewUnit("商铺S-05"))
    for reason in ("厨房下水堵塞", "电梯异响", "问物业费", "问物业费"):
        desk.calls.log(NewCall(category="C", reason=reason, unit_no="3-2-1102", caller="张㛃"))
    desk.calls.correct(2, {"reason": "电梯停了"}, "听错")
    desk.orders.issue(NewOrder(content="换水龙头", unit_no="3-2-1102", customer="喆喆"))
    desk.orders.void(desk.orders.issue(NewOrder(content="写错了")).id, "写错了")
    return desk


def behind_the_back(desk: Desk, *statements: str) -> None:
    with closing(sqlite3.connect(desk.folder / DATABASE_NAME)) as raw, raw:
        for statement in statements:
            raw.execute(statement)


def told(desk: Desk) -> list[str]:
    report = desk.verify()
    assert report.found == report.searches == len(report.findings)
    return [finding.message for finding in report.findings]


def test_what_the_services_wrote_is_found_as_it_stands(worked: Desk) -> None:
    assert told(worked) == []


@pytest.mark.parametrize("piece", [1, 2, 1024])
@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "INSERT INTO search_call (search_call, rowid, body) VALUES ('delete', 1, '厨房 房下 下水')",
            "来电记录 2026-11-21 · 1：查找用的索引与它不符",
        ),
        (
            "INSERT INTO search_call (rowid, body) VALUES (3, '漏水')",
            "来电记录 2026-11-21 · 3：查找用的索引与它不符",
        ),
        (
            "INSERT INTO search_call (rowid, body) VALUES (9, '漏水')",
            "来电记录 (内部号 9)：查找用的索引里有，记录没有",
        ),
        (
            "INSERT INTO search_order (rowid, body) VALUES (1, '_9-9')",
            "服务单 FW2026-000001：查找用的索引与它不符",
        ),
        ("INSERT INTO search_resident (rowid, body) VALUES (1, '㛃')", "住户 张䶮：查找用的索引与它不符"),
        ("DELETE FROM finder_key WHERE kind = 'tail'", "房屋 3-2-1102：查找用的索引与它不符"),
        ("UPDATE finder_key SET unit_id = 2 WHERE kind = 'name'", "房屋 商铺S-05：查找用的索引与它不符"),
    ],
)
def test_an_entry_that_is_missing_or_stale_is_named_and_the_index_made_anew(
    worked: Desk, monkeypatch: pytest.MonkeyPatch, piece: int, statement: str, named: str
) -> None:
    monkeypatch.setattr(searches, "PIECE", piece)
    monkeypatch.setattr(searches, "_PLACES", piece)
    behind_the_back(worked, statement)
    assert named in told(worked)
    worked.rebuild_searches()
    assert told(worked) == []


def test_two_rows_that_would_be_found_for_each_other_are_both_named(worked: Desk) -> None:
    behind_the_back(
        worked,
        "INSERT INTO search_call (search_call, rowid, body) VALUES ('delete', 1, '厨房')",
        "INSERT INTO search_call (rowid, body) VALUES (4, '厨房')",
    )
    assert [each[:17] for each in told(worked)] == [
        "来电记录 2026-11-21 · 1"[:17],
        "来电记录 2026-11-21 · 4"[:17],
    ]


def test_an_emptied_index_is_filled_again(worked: Desk) -> None:
    behind_the_back(worked, "INSERT INTO search_call (search_call) VALUES ('delete-all')")
    assert worked.calls.find(RegisterQuery(text="厨房")) == []
    assert len(told(worked)) == 4
    worked.rebuild_searches()
    assert worked.calls.find(RegisterQuery(text="厨房")) == [1]
    assert worked.calls.find(RegisterQuery(text="电梯异响")) == []


def test_a_rebuilding_that_is_stopped_changes_nothing(worked: Desk) -> None:
    steps: list[int] = []
    with pytest.raises(StoppedError):
        worked.rebuild_searches(
            progress=lambda done, _total: steps.append(done), cancelled=lambda: len(steps) > 1
        )
    assert steps
    assert told(worked) == []


def test_only_who_keeps_the_settings_rebuilds(worked: Desk) -> None:
    worked.context.actor = Actor(None, "陈晓婧", "clerk", role_of("clerk").permissions)
    with pytest.raises(NotAllowedError):
        worked.rebuild_searches()
