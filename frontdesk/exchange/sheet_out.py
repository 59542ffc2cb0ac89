"""Writing a register as XLSX: text stays text, days are days, money is numbers, and nothing becomes a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from frontdesk.core.clock import Clock
from frontdesk.core.errors import RefusedError, SurroundingsError
from frontdesk.core.fields import Field, Kind, Register
from frontdesk.core.files import require_outside_data
from frontdesk.core.jobs import Cancelled, Progress, step

MOST_ROWS = 1_000_000  # Excel ends at 1,048,576
_MOST_CELL = 32_767
_REPORT_EVERY = 200
_HEAD_ROW = 3
_A4 = 9
_CHART_CM = (13, 9)
_CHART_COLUMNS, _CHART_ROWS = 5, 16  # what a chart takes of the sheet
_MARGINS = (0.4, 0.4, 0.5, 0.6, 0.3, 0.3)  # inches: left, right, top, bottom, header, footer

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SURROGATES = re.compile("[\ud800-\udfff\ufffe\uffff]")
_ESCAPES = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads `_x0041_` as A
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_LINE_ENDS = re.compile("\r\n?")

_FONT = "微软雅黑"
_INK, _QUIET, _LINE, _ACCENT, _GROUND = "1F2933", "5B6472", "E3E7EB", "0F766E", "E3F3F0"
_FORMATS = {
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
    Kind.TIME: "hh:mm",
    Kind.MONEY: "#,##0.00",
    Kind.INTEGER: "0",
}
_PROSE_FROM = 200  # characters that a field takes: from here on it holds sentences, and gets room for them
_PROSE_WIDTH = 24.0
_WIDTHS = {
    Kind.LONG_TEXT: _PROSE_WIDTH,
    Kind.DATE: 12.0,
    Kind.MOMENT: 17.0,
    Kind.TIME: 8.0,
    Kind.PHONE: 18.0,
    Kind.SERIAL: 17.0,
    Kind.UNIT: 13.0,
}


@dataclass(frozen=True)
class Heading:
    """What stands above the columns: the register's title is taken from it, the rest from here."""

    estate: str
    note: str  # the period, the purpose, by whom and when


@dataclass(frozen=True)
class BarsOf:
    """A chart of native bars below a sheet's rows: one for each of the first `rows`, named by one field and as long
    as others say.
    """

    title: str
    names: str
    figures: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class SheetPart:
    """One sheet of a workbook: its rows, with their values in the order of the register's exported fields."""

    title: str
    rows: Iterable[Sequence[Any]]
    bars: BarsOf | None = None


def write_sheets(
    path: Path,
    register: Register,
    parts: Sequence[SheetPart],
    heading: Heading,
    clock: Clock,
    *,
    total: int = 0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> int:
    """Write the exported fields of a register, one sheet for each part; returns the number of rows of all.

    Values are as the fields' kinds say: money in fen, aware moments (shown local), choices by key. Several
    telephones may come as a tuple. What is written lies beside `path` until `put_in_place`. Raises RefusedError
    for more rows than Excel takes, SurroundingsError, StoppedError.
    """
    from openpyxl import Workbook

    require_outside_data(path)
    part = _part_of(path)
    workbook = Workbook(write_only=True)
    sheets: list[Any] = []
    count = 0
    try:
        for each in parts:
            sheets.append(workbook.create_sheet(_SHEET_NAME.sub(" ", each.title)[:31]))
            for _row in _write_rows(sheets[-1], register, each, heading, clock):
                count += 1
                if count % _REPORT_EVERY == 0:
                    step(count, max(total, count), progress, cancelled)
        workbook.save(part)
    except BaseException as error:
        _give_up(sheets, part)
        if isinstance(error, OSError):
            raise SurroundingsError(
                f"写不了文件 {path.name}，已有记录完好；请检查磁盘空间和文件夹权限，或换一个地方保存。"
            ) from error
        raise
    step(count, max(total, count), progress, None)
    return count


def _write_rows(
    sheet: Any, register: Register, part: SheetPart, heading: Heading, clock: Clock
) -> Iterator[None]:
    """Fill one sheet, row by row."""
    _lay_out(sheet, register)
    _write_heading(sheet, register, heading)
    last_row = _HEAD_ROW
    for row in _cells(sheet, register.exported, part.rows, clock):
        sheet.append(row)
        last_row += 1
        yield
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{_letter(len(register.exported))}{last_row}"
    if part.bars is not None and part.bars.rows:
        last_row += _add_bars(sheet, register, part.bars, last_row + 2)
    sheet.print_area = f"A1:{_letter(_columns_on_paper(register))}{last_row}"


def _add_bars(sheet: Any, register: Register, bars: BarsOf, first_row: int) -> int:
    """Put the charts side by side from a row on; how many rows further the sheet goes for them."""
    from openpyxl.chart import BarChart, Reference

    at = {field.name: number for number, field in enumerate(register.exported, start=1)}
    last = _HEAD_ROW + bars.rows
    column = 1
    for name in bars.figures:
        chart = BarChart()
        chart.type, chart.style, chart.legend = "bar", 10, None
        chart.title = f"{bars.title} {register.field(name).label}"
        chart.width, chart.height = _CHART_CM
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.x_axis.scaling.orientation = "maxMin"  # the first row stands at the top
        chart.y_axis.crosses, chart.y_axis.majorGridlines, chart.gapWidth = "max", None, 60
        chart.add_data(Reference(sheet, min_col=at[name], min_row=_HEAD_ROW + 1, max_row=last))
        chart.set_categories(Reference(sheet, min_col=at[bars.names], min_row=_HEAD_ROW + 1, max_row=last))
        chart.series[0].graphicalProperties.solidFill = _ACCENT
        sheet.add_chart(chart, f"{_letter(column)}{first_row}")
        column += _CHART_COLUMNS
    return _CHART_ROWS


@contextmanager
def beside(path: Path) -> Iterator[None]:
    """Remove what was written beside `path`, when the block fails before `put_in_place`."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            _part_of(path).unlink(missing_ok=True)
        raise


def put_in_place(path: Path) -> None:
    """Give a workbook that `write_sheets` has written its name. Raises SurroundingsError (open in Excel)."""
    part = _part_of(path)
    try:
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SurroundingsError(
            f"{path.name} 正被另一个程序占用，没有写入；请在 Excel 里关闭它，或换一个文件名。"
        ) from error


def _part_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _give_up(sheets: Sequence[Any], part: Path) -> None:
    # openpyxl streams rows into temporary files of its own, which nobody else removes before the end.
    for sheet in sheets:
        with suppress(OSError):
            if not sheet.closed:
                sheet.close()
            sheet._writer.cleanup()
    part.unlink(missing_ok=True)


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _lay_out(sheet: Any, register: Register) -> None:
    from openpyxl.worksheet.page import PageMargins

    for number, field in enumerate(register.exported, start=1):
        sheet.column_dimensions[_letter(number)].width = _width(field)
    for row, height in ((1, 30), (2, 18), (_HEAD_ROW, 24)):
        sheet.row_dimensions[row].height = height
    sheet.sheet_format.defaultRowHeight = 20
    sheet.freeze_panes = f"A{_HEAD_ROW + 1}"
    sheet.print_title_rows = f"1:{_HEAD_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(*_MARGINS)
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


def _width(field: Field) -> float:
    by_paper = field.width / 1.9  # millimetres of the printed column to Excel's characters
    least = 2.2 * len(field.heading or field.label) + 4  # the head with its filter button
    usual = _PROSE_WIDTH if field.max_length >= _PROSE_FROM else _WIDTHS.get(field.kind, 10.0)
    return max(by_paper, least, usual)


def _columns_on_paper(register: Register) -> int:
    """How many columns a printed sheet takes: those of the form, as far as they stand first, else all."""
    printed = register.printed
    as_the_form = register.exported[: len(printed)] == printed
    return len(printed) if printed and as_the_form else len(register.exported)


def _write_heading(sheet: Any, register: Register, heading: Heading) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    title = {"font": Font(_FONT, 16, bold=True, color=_INK), "alignment": Alignment(vertical="center")}
    note = {"font": Font(_FONT, 9, color=_QUIET), "alignment": Alignment(vertical="center")}
    sheet.append([_text_cell(sheet, register.title, **title)])
    sheet.append([_text_cell(sheet, f"{heading.estate}  {heading.note}".strip(), **note)])
    head = {
        "font": Font(_FONT, 10, bold=True, color=_INK),
        "border": Border(bottom=Side("medium", color=_ACCENT)),
        "fill": PatternFill("solid", fgColor=_GROUND),
    }
    sheet.append(
        [
            _text_cell(sheet, field.heading or field.label, **head, alignment=_alignment(field))
            for field in register.exported
        ]
    )


def _alignment(field: Field) -> Any:
    from openpyxl.styles import Alignment

    figures = field.kind in (Kind.INTEGER, Kind.MONEY)
    texts = (Kind.TEXT, Kind.LONG_TEXT, Kind.PERSON)
    return Alignment(
        "right" if figures else "left", "center", wrap_text=field.kind in texts, indent=int(figures)
    )


def _text_cell(sheet: Any, text: str, **style: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, _clean(text))
    cell.data_type = "s"
    for name, value in style.items():
        setattr(cell, name, value)
    return cell


def _cells(
    sheet: Any, fields: Sequence[Field], rows: Iterable[Sequence[Any]], clock: Clock
) -> Iterator[list[Any]]:
    # One styled cell for each column, filled anew row by row: a new one each time costs twice as much.
    cells = [_styled(sheet, field) for field in fields]
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise RefusedError("超过一百万行，Excel 放不下；请缩短日期范围，分几次导出。")
        yield [
            _filled(cell, _plain(field, value, clock))
            for cell, field, value in zip(cells, fields, row, strict=True)
        ]


def _styled(sheet: Any, field: Field) -> Any:
    from openpyxl.styles import Border, Font, Side

    return _text_cell(
        sheet,
        "",
        font=Font(_FONT, 10, color=_INK),
        border=Border(bottom=Side("thin", color=_LINE)),
        alignment=_alignment(field),
        number_format=_FORMATS.get(field.kind, "@"),
    )


def _filled(cell: Any, value: Any) -> Any:
    cell.value = None if value == "" else value
    if isinstance(value, str) and value:
        cell.data_type = "s"  # whatever a resident said, it is no formula
    return cell


def _plain(field: Field, value: Any, clock: Clock) -> Any:
    if isinstance(value, datetime):
        local = clock.local(value).replace(tzinfo=None)
        return local.time() if field.kind is Kind.TIME else local
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int) and field.kind is Kind.MONEY:
        return Decimal(value).scaleb(-2)
    if isinstance(value, int) and field.kind is Kind.INTEGER:
        return value
    text = "、".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
    return _clean(field.label_of(text))


def _clean(text: str) -> str:
    """A text that a cell takes: control characters become their pictures (␋), halves of characters �."""
    shown = _CONTROLS.sub(lambda found: chr(0x2400 + ord(found[0])), _LINE_ENDS.sub("\n", text))
    kept = _ESCAPES.sub("_x005F_", _SURROGATES.sub("�", shown))
    return kept if len(kept) <= _MOST_CELL else kept[: _MOST_CELL - 1] + "…"
