"""Reading of `forms_templates/F-….toml`: a declared sheet as frozen values, in millimetres."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from frontdesk.core.errors import RefusedError
from frontdesk.core.paths import program_folder, template_folder
from frontdesk.forms.values import CopyName, Lines

SUFFIX = ".toml"


@dataclass(frozen=True)
class Cell:
    """A box of a row. With `label_width` it has a label's box at its left, else the value takes all of it."""

    width: float
    field: str = ""
    label: str = ""  # "" takes the field's own
    label_width: float = 0.0
    choices: tuple[str, ...] = ()
    align: str = "left"
    blank: str = ""  # printed grey where the field is empty: 年 月 日
    large: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, and the key of what stands under it."""

    width: float
    field: str
    label: str
    align: str = "left"


@dataclass(frozen=True)
class Row:
    """A row of cells, or the table `table` with a head and `lines` lines, all within `height`."""

    height: float
    cells: tuple[Cell, ...] = ()
    table: str = ""
    lines: int = 0
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Block:
    """Rows under one another with an upright heading at the left; blocks stand side by side while they fit."""

    row: tuple[Row, ...]
    width: float = 0.0  # 0: the whole body
    heading: str = ""

    @property
    def height(self) -> float:
        """The sum of the rows' heights."""
        return sum(row.height for row in self.row)


@dataclass(frozen=True)
class Printable:
    """A field that can be printed: its fixed wording and a value to try it with."""

    label: str
    sample: str = ""


@dataclass(frozen=True)
class Table:
    """A field that holds lines; the columns stand in the row that prints it."""

    label: str
    sample: Lines = ()


@dataclass(frozen=True)
class Sheet:
    """One way to print a slip: the paper, its margins, and how large things are (mm; type in points)."""

    paper: tuple[float, float]
    margin: tuple[float, float, float, float]  # top, right, bottom, left: nothing is printed there
    head: float
    foot: float
    band: float  # the copies' names stand in this strip at the right
    label_size: float
    value_size: float
    least_size: float
    colour: bool = True  # False: black only, no grey, no bold
    one_strike: bool = False  # one page names all copies in its margin


@dataclass(frozen=True)
class RegisterTemplate:
    """A running table, printed for a period."""

    id: str
    title: str
    paper: tuple[float, float]
    margin: tuple[float, float, float, float]
    size: float
    columns: tuple[Column, ...]
    sample: Lines = ()
    note: str = ""
    empty: str = ""  # said where there is no row
    signs: tuple[str, ...] = ()  # who signs below the last row, each with a line to sign on
    strong: tuple[str, ...] = ()  # a row that begins with one of these words is a total: bold, on a tint


@dataclass(frozen=True)
class SlipTemplate:
    """A form with one sheet a record; some are also printed as a running table."""

    id: str
    title: str
    body_width: float
    fields: Mapping[str, Printable]
    sheets: Mapping[str, Sheet]
    block: tuple[Block, ...]
    tables: Mapping[str, Table] = field(default_factory=dict)
    copies: tuple[CopyName, ...] = ()
    heading_width: float = 0.0
    register: RegisterTemplate | None = None


@dataclass(frozen=True)
class LabelLine:
    """One line of a label: its field, its height in mm and how large it is set, in points."""

    field: str
    height: float
    size: float
    least_size: float = 6.0
    bold: bool = False


@dataclass(frozen=True)
class LabelTemplate:
    """A sheet of like labels: so many across and down, from the upper left one on, all mm."""

    id: str
    title: str
    paper: tuple[float, float]
    margin: tuple[float, float, float, float]  # top, right, bottom, left of the grid
    across: int
    down: int
    fields: Mapping[str, Printable]
    line: tuple[LabelLine, ...]
    gap: tuple[float, float] = (0.0, 0.0)  # between labels, across and down
    pad: float = 1.5
    code: float = 0.0  # side of the QR at the label's right; 0: none
    frame: bool = False  # a line to cut along


Template = SlipTemplate | RegisterTemplate | LabelTemplate
_KINDS: dict[str, type[SlipTemplate] | type[RegisterTemplate] | type[LabelTemplate]] = {
    "slip": SlipTemplate,
    "register": RegisterTemplate,
    "labels": LabelTemplate,
}


def form_ids() -> list[str]:
    """The ids of all forms that have a template, in alphabetical order."""
    return sorted({path.stem for folder in _folders() for path in folder.glob(f"F-*{SUFFIX}")})


def load(form_id: str) -> Template:
    """The template of a form: the office's own, else the program's.

    Raises RefusedError when there is none or it cannot be understood.
    """
    for folder in _folders():
        path = folder / f"{form_id}{SUFFIX}"
        if path.is_file():
            return _parse(path, path.stat().st_mtime_ns)
    raise RefusedError(f"没有 {form_id} 的表格模板（{form_id}{SUFFIX}）。")


def shipped(form_id: str) -> Template | None:
    """The same form as the program brings it; None for a form that the office made itself."""
    path = _folders()[-1] / f"{form_id}{SUFFIX}"
    return _parse(path, path.stat().st_mtime_ns) if path.is_file() else None


def _folders() -> list[Path]:
    """Where templates are looked for: an office need only keep those that it changed."""
    return [template_folder(), program_folder() / "forms_templates"]


def load_slip(form_id: str) -> SlipTemplate:
    """The template of a slip. Raises RefusedError also when the form is a register."""
    template = load(form_id)
    if isinstance(template, SlipTemplate):
        return template
    what = "标签" if isinstance(template, LabelTemplate) else "登记表"
    raise RefusedError(f"{form_id} 是{what}，不能按单张打印。")


def load_register(form_id: str) -> RegisterTemplate:
    """The running table of a form. Raises RefusedError also when the form has none."""
    template = load(form_id)
    register = template.register if isinstance(template, SlipTemplate) else template
    if isinstance(register, RegisterTemplate):
        return register
    what = "标签" if register else "单张表格"
    raise RefusedError(f"{form_id} 是{what}，不能按登记表打印。")


def load_labels(form_id: str) -> LabelTemplate:
    """The label sheet of a form. Raises RefusedError also when the form is none."""
    template = load(form_id)
    if isinstance(template, LabelTemplate):
        return template
    raise RefusedError(f"{form_id} 不是标签，不能按标签打印。")


@lru_cache(maxsize=64)
def _parse(path: Path, changed: int) -> Template:  # noqa: ARG001 (an edited file is read again)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RefusedError(f"模板 {path.name} 写法有误，无法读取：{error}。") from None
    except OSError as error:
        raise RefusedError(f"模板 {path.name} 打不开：{error.strerror}。") from None
    kind = _KINDS.get(str(data.pop("kind", "")))
    if kind is None:
        raise RefusedError(f'模板 {path.name} 应写明 kind = "slip"、"register" 或 "labels"。')
    if isinstance(data.get("register"), dict):
        data["register"] = {"id": data.get("id"), "title": data.get("title")} | data["register"]
    template: Template = _build(kind, data, path.name)
    if template.id != path.stem:
        raise RefusedError(f"模板 {path.name} 里的编号是 {template.id}，应与文件名相同。")
    if isinstance(template, SlipTemplate):
        _refuse_unknown_parts(template, path.name)
    if isinstance(template, LabelTemplate):
        _refuse_no_labels(template, path.name)
    return template


def _refuse_unknown_parts(template: SlipTemplate, where: str) -> None:
    """What is put on paper must be declared; without that nothing can be drawn at all."""
    for row in (row for block in template.block for row in block.row):
        for cell in row.cells:
            if cell.field and cell.field not in template.fields:
                raise RefusedError(f"模板 {where}：格子里的栏目“{cell.field}”没有在 [fields] 里说明。")
        if row.table and row.table not in template.tables:
            raise RefusedError(f"模板 {where}：表格“{row.table}”没有在 [tables] 里说明。")
        if row.table and (row.lines < 1 or not row.columns):
            raise RefusedError(f"模板 {where}：表格“{row.table}”应至少有一行一栏。")


def _refuse_no_labels(template: LabelTemplate, where: str) -> None:
    """A grid without a label cannot be drawn, nor can a line of an unknown field."""
    if template.across < 1 or template.down < 1 or not template.line:
        raise RefusedError(f"模板 {where}：每页至少要有一个标签，标签上至少一行字。")
    for line in template.line:
        if line.field not in template.fields:
            raise RefusedError(f"模板 {where}：标签上的栏目“{line.field}”没有在 [fields] 里说明。")


_T = TypeVar("_T")
_LISTS: dict[str, type[Any]] = {
    "block": Block,
    "row": Row,
    "cells": Cell,
    "columns": Column,
    "copies": CopyName,
    "line": LabelLine,
}
_NAMED: dict[str, type[Any]] = {"fields": Printable, "sheets": Sheet, "tables": Table}
_PLAIN: dict[Any, tuple[tuple[type, ...], str]] = {
    float: ((int, float), "数字"),
    int: ((int,), "整数"),
    bool: ((bool,), " true 或 false"),
    str: ((str,), "文字"),
}


def _build(kind: type[_T], data: Any, where: str) -> _T:
    """Make a dataclass of a TOML table; says in Chinese which entry is unknown, missing or of a wrong type."""
    if not isinstance(data, dict):
        raise RefusedError(f"模板 {where}：应是一组“名称 = 值”。")
    known = {entry.name: entry for entry in fields(kind)}  # type: ignore[arg-type]
    for name in data:
        if name not in known:
            raise RefusedError(f"模板 {where}：不认识“{name}”这一项。")
    for name, entry in known.items():
        if name not in data and entry.default is MISSING and entry.default_factory is MISSING:
            raise RefusedError(f"模板 {where}：缺少“{name}”这一项。")
    hints = get_type_hints(kind)
    return kind(**{name: _value(name, value, hints[name], where) for name, value in data.items()})


def _value(name: str, value: Any, hint: Any, where: str) -> Any:
    inside = f"{where} {name}"
    if name in _NAMED and isinstance(value, dict):
        return {key: _build(_NAMED[name], item, f"{inside}.{key}") for key, item in value.items()}
    if name in _LISTS and isinstance(value, list):
        return tuple(_build(_LISTS[name], item, inside) for item in value)
    if name == "register":
        return _build(RegisterTemplate, value, inside)
    if get_origin(hint) is tuple and isinstance(value, list):
        inner = get_args(hint)
        if inner[-1] is not Ellipsis and len(inner) != len(value):
            raise RefusedError(f"模板 {where}：“{name}”应有 {len(inner)} 个值。")
        return tuple(_value(name, item, inner[0], where) for item in value)
    if name == "sample" and isinstance(value, list):
        return tuple({str(key): str(text) for key, text in dict(line).items()} for line in value)
    kinds, word = _PLAIN.get(hint, ((), "另一种写法"))
    if not isinstance(value, kinds) or (isinstance(value, bool) and hint is not bool):
        raise RefusedError(f"模板 {where}：“{name}”应是{word}。")
    return value
