"""Reading a sheet that somebody else made: XLSX, or CSV as Excel saves it. What comes in is data, never trusted.

What each guard is for: docs/decisions.md and the tests; every one of them has broken something real.
"""

from __future__ import annotations

import csv
import hashlib
import io
import lzma
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from frontdesk.core.errors import RefusedError, SurroundingsError
from frontdesk.core.jobs import Cancelled, Progress, step

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

MOST_ROWS = 100_000
MOST_COLUMNS = 64
MOST_FILE_BYTES = 30_000_000
MOST_UNPACKED_BYTES = 50_000_000
MOST_PARTS = 2_000
_MOST_CELL = 10_000  # characters kept of one cell; Excel itself allows 32,767
_LOOK_BEYOND = 100  # rows after the last allowed one that are looked at
_REPORT_EVERY = 500

_EXCEL = (".xlsx", ".xlsm", ".xltx")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
# A formula that was never calculated has no value beside it: such a cell is refused, not taken for empty.
_UNCALCULATED = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]{1,3})(\d{1,7})"[^>]*><(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
# What zipfile, expat and openpyxl raise on damaged files; openpyxl has no error class of its own for them.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ParseError,
    EOFError,
    LookupError,
    ArithmeticError,
    ValueError,  # defusedxml's refusals are of this kind
    TypeError,
    AttributeError,
    RuntimeError,
)


class Uncalculated:
    """A formula without a value."""

    def __repr__(self) -> str:
        return "公式"


UNCALCULATED = Uncalculated()

Cell = str | int | float | bool | date | datetime | time | Uncalculated | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet's rows from its first on, empty ones too, so that row numbers hold; merged areas are filled."""

    file_name: str
    sha256: str
    rows: tuple[Row, ...]


def read_sheet(path: Path, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Sheet:
    """Read the first visible sheet that has something in it.

    Raises RefusedError (field `file`) for what is no sheet, too large or damaged, SurroundingsError when
    the file cannot be read, StoppedError when cancelled.
    """
    content = _content(path)
    if content.startswith(b"PK"):
        rows = _xlsx_rows(content, progress, cancelled)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refused("这是旧版 Excel 文件（.xls）或加了密码，请在 Excel 里另存为不加密的 .xlsx 再导入")
    elif content and path.suffix.lower() in _EXCEL:
        raise _refused(
            f"{path.name} 不是 Excel 文件（里面不是表格），请在 Excel 里另存为 .xlsx，或选 .csv 文件"
        )
    else:
        rows = _csv_rows(content, progress, cancelled)
    filled = _without_empty_end(rows)
    if not filled:
        raise _refused("表格是空的，没有可以导入的内容")
    return Sheet(path.name, hashlib.sha256(content).hexdigest(), tuple(map(tuple, filled)))


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise _refused(f"文件超过 {MOST_FILE_BYTES // 1_000_000} MB，请只留要导入的一张表再试")
        return path.read_bytes()
    except OSError as error:
        raise SurroundingsError(
            f"读不了文件 {path.name}，什么都没有改动；请确认它没有被移走，并先在 Excel 里关闭它。"
        ) from error


def _refused(message: str) -> RefusedError:
    return RefusedError(f"{message}；什么都没有改动。", field="file")


# XLSX


def _xlsx_rows(content: bytes, progress: Progress | None, cancelled: Cancelled | None) -> list[list[Cell]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of drawings and validations that it leaves out
        try:
            _check_archive(content)
            with closing(_opened(content)) as workbook:
                return _first_filled(workbook, content, progress, cancelled)
        except _DAMAGED as error:
            raise _refused("这个文件不是完好的 Excel 表格（.xlsx），请在 Excel 里另存一份再试") from error


def _check_archive(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        # A part that unpacks to more than it says is broken off by zipfile, so the sum is a true bound.
        if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES or len(parts) > MOST_PARTS:
            raise _refused(
                f"文件解开后超过 {MOST_UNPACKED_BYTES // 1_000_000} MB，不像一张住户表，请只留要导入的内容"
            )
        if not any(part.filename == "[Content_Types].xml" for part in parts):
            raise _refused("这不是 Excel 表格（.xlsx），请选对文件")
        if any(part.flag_bits & 1 for part in parts):
            raise _refused("文件加了密码，请另存为不加密的 .xlsx 再导入")


def _opened(content: bytes) -> Workbook:
    import openpyxl

    assert openpyxl.DEFUSEDXML, "defusedxml must be installed: an entity bomb would fill the memory"
    return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)


def _first_filled(
    workbook: Workbook, content: bytes, progress: Progress | None, cancelled: Cancelled | None
) -> list[list[Cell]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for sheet in workbook.worksheets:
            if sheet.sheet_state != "visible":
                continue
            rows = _sheet_rows(sheet, progress, cancelled)
            source = archive.read(sheet._worksheet_path)  # type: ignore[attr-defined]
            _mark_uncalculated(rows, source)
            rows = _without_empty_end(rows)
            if rows:
                _fill_merged(rows, source)
                return rows
    return []


def _sheet_rows(sheet: Any, progress: Progress | None, cancelled: Cancelled | None) -> list[list[Cell]]:
    said = min(sheet.max_row or 0, MOST_ROWS)  # 0: the sheet does not say, and so nobody knows
    rows: list[list[Cell]] = []
    # Bounds of our own: a stray cell at XFD1048576 would make openpyxl fill 17 thousand million cells.
    walked = sheet.iter_rows(max_row=MOST_ROWS + _LOOK_BEYOND, max_col=MOST_COLUMNS, values_only=True)
    for number, row in enumerate(walked, start=1):
        if number > MOST_ROWS and _has_something(row):
            raise _refused(f"表格超过 {MOST_ROWS:,} 行（含表头），请分成几个文件导入")
        rows.append([None if value is None else _kept(value) for value in row])
        if number % _REPORT_EVERY == 0:
            step(number, said if said >= number else 0, progress, cancelled)
    return rows


def _kept(value: Any) -> Cell:
    if isinstance(value, str):
        return value[:_MOST_CELL] if value.strip() else None
    return value if isinstance(value, int | float | bool | date | datetime | time) else None


def _mark_uncalculated(rows: list[list[Cell]], source: bytes) -> None:
    for found in _UNCALCULATED.finditer(source):
        row, column = int(found[2]) - 1, _column(found[1])
        if row < len(rows) and column < len(rows[row]) and rows[row][column] is None:
            rows[row][column] = UNCALCULATED


def _fill_merged(rows: list[list[Cell]], source: bytes) -> None:
    budget = MOST_ROWS * MOST_COLUMNS  # overlapping areas by the thousand must not hold the program
    for found in _MERGE.finditer(source, source.rfind(b"</sheetData>") if b"</sheetData>" in source else 0):
        left, top, right, bottom = _column(found[1]), int(found[2]) - 1, _column(found[3]), int(found[4]) - 1
        if top >= len(rows) or left >= MOST_COLUMNS:
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            width = min(right + 1, MOST_COLUMNS) - left
            budget -= width
            if budget < 0:
                raise _refused("表格里合并的单元格太多，请取消合并后再试")
            row[left : left + width] = [value] * width


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


# CSV


def _csv_rows(content: bytes, progress: Progress | None, cancelled: Cancelled | None) -> list[list[Cell]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    rows: list[list[Cell]] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if number > MOST_ROWS:
                raise _refused(f"表格超过 {MOST_ROWS:,} 行（含表头），请分成几个文件导入")
            rows.append([_kept(value) for value in row[:MOST_COLUMNS]])
            if number % _REPORT_EVERY == 0:
                step(number, 0, progress, cancelled)
    except csv.Error as error:
        raise _refused("这个文件不是表格，请导入 Excel（.xlsx）文件") from error
    return rows


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(char in text for char in "\0\x01\x02\x03\x04\x08\x1b"):
            return text
    raise _refused("这不是 Excel 表格（.xlsx），也不是 CSV，请选对文件")


def _without_empty_end(rows: list[list[Cell]]) -> list[list[Cell]]:
    return rows[: max((number for number, row in enumerate(rows, start=1) if _has_something(row)), default=0)]


def _has_something(row: Sequence[Cell]) -> bool:
    return any(value is not None for value in row)


def filled_rows(sheet: Sheet) -> Iterator[tuple[int, Row]]:
    """The rows that have something in them, with their numbers as Excel shows them."""
    return ((number, row) for number, row in enumerate(sheet.rows, start=1) if _has_something(row))
