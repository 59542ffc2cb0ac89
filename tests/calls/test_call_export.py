"""The call log as XLSX: plain values, masked, with a purpose (roles.md)."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from frontdesk.calls import listing, service
from frontdesk.calls.register import CALL, NewCall
from frontdesk.core.errors import NotAllowedError, RefusedError, StoppedError
from frontdesk.core.query import RegisterQuery
from frontdesk.desk import Desk
from frontdesk.exchange.export import ExportWish

HEAD = 3  # rows above the lines


def sheet_rows(path: Path) -> list[dict[str, object]]:
    sheet = load_workbook(path).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=HEAD, values_only=True))
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]


@pytest.fixture
def log(desk: Desk) -> Desk:
    desk.calls.log(
        NewCall('=HYPERLINK("x")<b>', "A", caller="张㛃", number="013800138000", unit_no="3-2-1102")
    )
    desk.calls.log_with_order(NewCall("漏水", "C", caller="𬱖"))
    desk.calls.void(desk.calls.log(NewCall("打错", "D")).id, "不是本小区")
    return desk


def test_each_line_is_exported_with_its_kinds(log: Desk, tmp_path: Path, signed_in) -> None:
    path = tmp_path / "calls.xlsx"
    with signed_in("supervisor"):
        assert log.calls.export(path, RegisterQuery(), ExportWish("月度统计")) == 3
    first, second, third = sheet_rows(path)
    assert list(first) == [field.label for field in CALL.exported]
    on_paper = [field.label for field in CALL.printed]
    assert len(on_paper) == 12
    assert list(first)[:12] == on_paper
    assert first["来电人"] == "张㛃"
    sheet = load_workbook(path).active
    assert sheet is not None
    assert "来电号码已遮盖" in str(sheet["A2"].value)
    assert first["来电缘由"] == '=HYPERLINK("x")<b>'
    assert first["来电号码"] == "013*****8000"
    assert str(first["记录日期"]).startswith("2026-11-21 00:00")
    assert str(first["记录时间"]).startswith("18:26")
    assert (second["工单编号"], second["来电人"], second["完成情况"]) == ("FW2026-000001", "𬱖", "待派工")
    assert third["完成情况"] == "作废：不是本小区"


def test_telephones_stand_in_full_only_when_the_purpose_needs_them(
    log: Desk, tmp_path: Path, signed_in
) -> None:
    path = tmp_path / "calls.xlsx"
    with signed_in("supervisor"):
        log.calls.export(path, RegisterQuery(text="张㛃"), ExportWish("回访", frozenset({"number"})))
    assert [row["来电号码"] for row in sheet_rows(path)] == ["013800138000"]


def test_an_export_needs_a_purpose_and_the_permission(log: Desk, tmp_path: Path, signed_in) -> None:
    path = tmp_path / "calls.xlsx"
    with pytest.raises(NotAllowedError):
        log.calls.export(path, RegisterQuery(), ExportWish("月度统计"))
    with signed_in("supervisor"), pytest.raises(RefusedError):
        log.calls.export(path, RegisterQuery(), ExportWish(" "))
    assert not path.exists()


def test_an_export_that_is_stopped_leaves_no_file(log: Desk, tmp_path: Path, signed_in) -> None:
    for number in range(220):
        log.calls.log(NewCall(f"第{number}次", "C"))
    path = tmp_path / "calls.xlsx"
    with signed_in("supervisor"), pytest.raises(StoppedError):
        log.calls.export(path, RegisterQuery(), ExportWish("统计"), cancelled=lambda: True)
    assert list(tmp_path.glob("*.xlsx*")) == []


def test_paper_and_sheets_take_every_line_however_many_the_screen_lists(
    log: Desk, tmp_path: Path, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST", 2)
    monkeypatch.setattr(service, "CHUNK", 2)
    every = RegisterQuery(choices={"answered_by": "陈晓婧"})
    assert len(log.calls.find(every)) == 2
    assert [cells[0] for cells in log.calls.print_rows(every)] == ["1", "2", "3"]
    found = RegisterQuery(text="陈晓婧")
    assert [cells[0] for cells in log.calls.print_rows(found)] == ["1", "2", "3"]
    with signed_in("supervisor"):
        assert log.calls.export(tmp_path / "calls.xlsx", every, ExportWish("统计")) == 3
