"""Taking residents' data out of the house: a purpose, a note, masks (roles.md)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.errors import NotAllowedError, RefusedError, StoppedError, SurroundingsError
from frontdesk.core.model import JournalLine
from frontdesk.estate.register import RESIDENTS, NewResident, NewUnit
from frontdesk.exchange import sheet_out
from frontdesk.exchange.export import ExportWish

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.desk import Desk


@pytest.fixture
def estate(desk: Desk) -> Desk:
    """A supervisor's desk with one resident of two telephones."""
    desk.context.actor = PROGRAM
    unit = desk.estate.add_unit(NewUnit("3-2-1102"))
    numbers = ("13800138000", "0571-88881234")
    desk.estate.add_resident(NewResident(unit.id, "=张晓敏", telephones=numbers, gender="female"))
    desk.context.actor = replace(PROGRAM, name="何主管")
    return desk


def cells(path: Path) -> list[Any]:
    return [cell.value for cell in load_workbook(path).active[4]]


def exports(desk: Desk) -> list[JournalLine]:
    with desk.context.read() as session:
        return list(session.scalars(select(JournalLine).where(JournalLine.action == "export")))


def test_telephones_are_masked_unless_the_purpose_needs_them(estate: Desk, tmp_path: Path) -> None:
    estate.estate.export(RESIDENTS, tmp_path / "a.xlsx", ExportWish("月度统计"))
    assert cells(tmp_path / "a.xlsx")[:5] == [
        "3-2-1102",
        "=张晓敏",
        "业主",
        "138****8000、0571-****1234",
        "女",
    ]
    estate.estate.export(RESIDENTS, tmp_path / "b.xlsx", ExportWish("节日问候", frozenset({"telephones"})))
    assert cells(tmp_path / "b.xlsx")[3] == "13800138000、0571-88881234"


def test_every_export_is_noted_with_its_purpose(estate: Desk, tmp_path: Path) -> None:
    assert estate.estate.export(RESIDENTS, tmp_path / "a.xlsx", ExportWish("月度统计", period="2026-11")) == 1
    (line,) = exports(estate)
    assert (line.actor, line.reason) == ("何主管", "月度统计")
    assert {name: new for name, (_, new) in json.loads(line.content).items()} == {
        "register": "resident",
        "file": "a.xlsx",
        "rows": 1,
        "period": "2026-11",
        "unmasked": [],
    }
    head = load_workbook(tmp_path / "a.xlsx").active["A2"].value
    assert head == "2026-11  用途：月度统计  电话已遮盖  导出：何主管 2026-11-21 18:26"
    assert not estate.verify().findings


def test_an_export_without_a_purpose_or_permission_makes_no_file(estate: Desk, tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    with pytest.raises(RefusedError) as refused:
        estate.estate.export(RESIDENTS, target, ExportWish("  "))
    assert refused.value.field == "purpose"
    missing = {Permission.SEE_FULL_TELEPHONES}
    estate.context.actor = replace(PROGRAM, permissions=PROGRAM.permissions - missing)
    with pytest.raises(NotAllowedError):
        estate.estate.export(RESIDENTS, target, ExportWish("问候", frozenset({"telephones"})))
    estate.context.actor = replace(PROGRAM, permissions=PROGRAM.permissions - {Permission.EXPORT})
    with pytest.raises(NotAllowedError):
        estate.estate.export(RESIDENTS, target, ExportWish("统计"))
    assert exports(estate) == []
    assert not list(tmp_path.glob("*.xlsx*"))


def test_a_stopped_or_failed_export_is_not_noted(
    estate: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_out, "_REPORT_EVERY", 1)
    with pytest.raises(SurroundingsError, match="写不了"):
        estate.estate.export(RESIDENTS, tmp_path / "no" / "a.xlsx", ExportWish("统计"))
    with pytest.raises(StoppedError):
        estate.estate.export(RESIDENTS, tmp_path / "a.xlsx", ExportWish("统计"), cancelled=lambda: True)
    assert exports(estate) == []
    assert not list(tmp_path.glob("*.xlsx*"))


def test_r_res_2_an_export_is_its_beginners_whoever_signs_in_meanwhile(
    estate: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-RES-2."""
    monkeypatch.setattr(sheet_out, "_REPORT_EVERY", 1)
    for other in (replace(PROGRAM, name="别人"), None):
        estate.context.actor = replace(PROGRAM, name="何主管")

        def change(_done: int, _total: int, other: Any = other) -> None:
            estate.context.actor = other

        estate.estate.export(RESIDENTS, tmp_path / "a.xlsx", ExportWish("统计"), progress=change)
        assert exports(estate)[-1].actor == "何主管"
        assert "导出：何主管" in load_workbook(tmp_path / "a.xlsx").active["A2"].value
        assert estate.context.actor == other


def test_an_export_that_cannot_be_noted_leaves_no_file(
    estate: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise SurroundingsError("磁盘已满。")

    monkeypatch.setattr("frontdesk.core.journal.append", full)
    with pytest.raises(SurroundingsError, match="磁盘已满"):
        estate.estate.export(RESIDENTS, tmp_path / "a.xlsx", ExportWish("统计"))
    assert not list(tmp_path.glob("*.xlsx*"))
