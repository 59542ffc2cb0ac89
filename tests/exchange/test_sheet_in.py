"""Sheets from outside: what offices have is read, what has broken programs is answered in words."""

from __future__ import annotations

import struct
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from frontdesk.core.errors import RefusedError, StoppedError, SurroundingsError
from frontdesk.exchange import sheet_in
from frontdesk.exchange.sheet_in import UNCALCULATED, filled_rows, read_sheet

HEAD = ["房号", "业主", "电话"]


def saved(path: Path, *rows: list[Any], merged: tuple[str, ...] = ()) -> Path:
    """A workbook of these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    book.save(path)
    return path


def repacked(path: Path, changes: dict[str, bytes]) -> Path:
    """The workbook with some of its parts exchanged, and new ones added."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()} | changes
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def sheet_xml(cells: str, after: str = "") -> bytes:
    """A worksheet's XML around some rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData>{after}</worksheet>'.encode()


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    """The filled rows without the empty cells at their ends."""
    return [tuple(value for value in row if value is not None) for _, row in filled_rows(read_sheet(path))]


def test_text_numbers_and_days_come_as_they_are(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.xlsx", HEAD, ["3-2-1102", "㛃䶮", 13800138000, 89.5, date(2020, 1, 5), "𬱖赟喆"]
    )
    sheet = read_sheet(path)
    assert sheet.rows[1][:6] == ("3-2-1102", "㛃䶮", 13800138000, 89.5, datetime(2020, 1, 5), "𬱖赟喆")  # noqa: DTZ001
    assert len(sheet.sha256) == 64


def test_merged_areas_are_filled_in_heads_and_in_columns(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.xlsx",
        ["业主表", None, None],
        HEAD,
        ["3-2-1102", "张", "1"],
        [None, "李", "2"],
        merged=("A1:C1", "A3:A4"),
    )
    assert rows_of(path) == [("业主表",) * 3, tuple(HEAD), ("3-2-1102", "张", "1"), ("3-2-1102", "李", "2")]


def test_rows_keep_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", [], [], HEAD, [], ["1", "2", "3"])
    assert [number for number, _ in filled_rows(read_sheet(path))] == [3, 5]


def test_a_formula_gives_its_value_and_an_uncalculated_one_is_marked(tmp_path: Path) -> None:
    cells = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>HYPERLINK("http://x/","点")</f><v>点</v></c>'
        '<c r="C1"><f>A1&amp;B1</f><v></v></c><c r="D1"><f>9</f></c><c r="E1" t="str"><f>8</f><v/></c></row>'
    )
    path = repacked(saved(tmp_path / "a.xlsx", ["x"]), {"xl/worksheets/sheet1.xml": sheet_xml(cells)})
    assert read_sheet(path).rows[0][:5] == (2, "点", UNCALCULATED, UNCALCULATED, UNCALCULATED)


def test_a_formula_written_by_a_program_is_marked(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", ["=1+1", "=A1"])
    assert read_sheet(path).rows[0][:2] == (UNCALCULATED, UNCALCULATED)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_that_excel_writes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text('房号,业主,电话\r\n3-2-1102,"张,晓敏",013800138000\r\n', encoding=encoding)
    assert rows_of(path) == [tuple(HEAD), ("3-2-1102", "张,晓敏", "013800138000")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"", "空的"),
        ("a.xlsx", b"PK\x03\x04 rubbish", "不是完好的"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(100), "不是 Excel"),
        ("住户.xlsx", "房号,业主\n1-1-101,张㛃".encode(), "住户.xlsx 不是 Excel 文件"),
        ("a.pdf", b"%PDF-1.7\n\x00\x01", "不是 Excel"),
    ],
)
def test_what_is_no_sheet_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RefusedError, match=said) as refused:
        read_sheet(path)
    assert refused.value.field == "file"
    assert "没有改动" in refused.value.message


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "x")
    with pytest.raises(RefusedError, match="不是 Excel"):
        read_sheet(path)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = repacked(saved(tmp_path / "a.xlsx", HEAD), {"xl/worksheets/sheet1.xml": b" " * 80_000_000})
    assert path.stat().st_size < 200_000
    with pytest.raises(RefusedError, match="50 MB"):
        read_sheet(path)


def test_a_zip_bomb_that_lies_about_its_size_is_broken_off(tmp_path: Path) -> None:
    path = repacked(saved(tmp_path / "a.xlsx", HEAD), {"xl/worksheets/sheet1.xml": b" " * 80_000_000})
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    while at >= 0:  # every size in the directory, local and central, says 100 bytes
        content[at + 24 : at + 28] = struct.pack("<I", 100)
        at = content.rfind(b"PK\x01\x02", 0, at)
    path.write_bytes(content)
    with pytest.raises(RefusedError, match="不是完好的"):
        read_sheet(path)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_an_entity_bomb_is_refused(tmp_path: Path, part: str) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]><x>&l9;</x>'.encode()
    path = repacked(saved(tmp_path / "a.xlsx", HEAD), {part: bomb})
    with pytest.raises(RefusedError, match="不是完好的"):
        read_sheet(path)


def test_a_stray_cell_in_the_last_corner_costs_nothing(tmp_path: Path) -> None:
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>房号</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>!</t></is></c></row>'
    )
    path = repacked(
        saved(tmp_path / "a.xlsx", ["x"]),
        {
            "xl/worksheets/sheet1.xml": sheet_xml(cells).replace(
                b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>'
            )
        },
    )
    assert rows_of(path) == [("房号",)]


def test_more_rows_than_allowed_are_refused_and_the_last_allowed_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_in, "MOST_ROWS", 50)
    path = saved(tmp_path / "a.xlsx", *([["x"]] * 50))
    assert len(read_sheet(path).rows) == 50
    with pytest.raises(RefusedError, match="超过 50 行（含表头）"):
        read_sheet(saved(tmp_path / "b.xlsx", *([["x"]] * 51)))
    table = tmp_path / "c.csv"
    table.write_text("a,b\n" * 51)
    with pytest.raises(RefusedError, match="超过 50 行（含表头）"):
        read_sheet(table)


def test_merged_areas_by_the_thousand_do_not_hold_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_in, "MOST_ROWS", 200)
    areas = "".join('<mergeCell ref="A1:XFD1048576"/>' for _ in range(5000))
    cells = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 200))
    source = sheet_xml(cells, f"<mergeCells>{areas}</mergeCells>")
    path = repacked(saved(tmp_path / "a.xlsx", ["x"]), {"xl/worksheets/sheet1.xml": source})
    with pytest.raises(RefusedError, match="合并"):
        read_sheet(path)


def test_hidden_and_empty_sheets_are_passed_over(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["秘密"])
    book.active.sheet_state = "hidden"
    book.create_sheet("空")
    book.create_sheet("住户").append(["房号"])
    book.active = 1
    book.save(tmp_path / "a.xlsx")
    assert rows_of(tmp_path / "a.xlsx") == [("房号",)]


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match="读不了"):
        read_sheet(tmp_path / "gone.xlsx")


def test_reading_tells_how_far_it_is_and_stops_when_asked(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", *([["x"]] * 1200))
    told: list[tuple[int, int]] = []
    read_sheet(path, lambda done, total: told.append((done, total)))
    assert told == [(500, 1200), (1000, 1200)]
    with pytest.raises(StoppedError):
        read_sheet(path, cancelled=lambda: True)


def test_a_file_that_does_not_say_how_long_it_is_tells_no_total(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x\n" * 1200)
    told: list[tuple[int, int]] = []
    read_sheet(path, lambda done, total: told.append((done, total)))
    assert told == [(500, 0), (1000, 0)]


PLACES = st.floats(0, 1, exclude_max=True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(PLACES, st.integers(0, 255)), max_size=6), kept=st.just(1.0) | PLACES)
def test_a_damaged_file_is_read_or_refused_and_nothing_else_happens(
    tmp_path: Path, changes: list[tuple[float, int]], kept: float
) -> None:
    whole = bytearray(saved(tmp_path / "a.xlsx", HEAD, ["3-2-1102", "张", "138"]).read_bytes())
    for place, byte in changes:
        whole[int(place * len(whole))] = byte
    path = tmp_path / "b.xlsx"
    path.write_bytes(whole[: int(kept * len(whole))])
    try:
        sheet = read_sheet(path)
    except RefusedError:
        return
    assert sheet.rows


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(content)
    try:
        sheet = read_sheet(path)
    except RefusedError:
        return
    assert sheet.rows
