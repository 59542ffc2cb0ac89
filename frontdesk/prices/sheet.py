"""An office's price list as a sheet, read: which column is what, and what is wrong with a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from frontdesk.core.errors import RefusedError
from frontdesk.core.money import read_money
from frontdesk.core.search import folded
from frontdesk.prices.register import CATEGORIES, NewPrice, SheetPreview
from frontdesk.prices.rules import checked, identity

if TYPE_CHECKING:
    from frontdesk.exchange.sheet_in import Cell, Row, Sheet

HEADS = {
    "category": "服务类别 类别 分类 服务类型",
    "name": "项目 服务项目 收费项目 项目名称 名称 内容",
    "unit": "单位 计量单位 计价单位",
    "unit_price": "单价 价格 收费标准 收费 单价元 价格元 金额 标准",
    "note": "说明 备注 服务说明 收费说明",
}
_MEANS = {word: name for name, words in HEADS.items() for word in words.split()}
_CATEGORIES = {choice.label: choice.key for choice in CATEGORIES}
_LOOKED_AT = 30  # rows from the top in which the head must stand


def read(sheet: Sheet) -> SheetPreview:
    """The lines of a sheet. Raises RefusedError (field `file`) when no row near the top is a head."""
    head, columns = _head(sheet.rows)
    lines: dict[tuple[str, str], NewPrice] = {}
    problems: list[str] = []
    category = ""
    for number, row in enumerate(sheet.rows[head:], start=head + 1):
        said = {name: _text(row[at]) if at < len(row) else "" for name, at in columns.items()}
        category = said.get("category") or category  # written once above its group
        if not said["name"] and not said["unit_price"]:
            continue
        try:
            line = _line(said | {"category": category})
            if identity(line.category, line.name) in lines:
                raise RefusedError(f"“{line.name}”前面已经有了。", field="name")
        except RefusedError as refusal:
            problems.append(f"第 {number} 行：{refusal.message}")
        else:
            lines[identity(line.category, line.name)] = line
    return SheetPreview(sheet.file_name, tuple(lines.values()), tuple(problems))


def _head(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    for number, row in enumerate(rows[:_LOOKED_AT], start=1):
        columns: dict[str, int] = {}
        for at, cell in enumerate(row):
            name = _MEANS.get(folded(_text(cell)), "")
            if name:
                columns.setdefault(name, at)
        if {"name", "unit_price"} <= columns.keys():
            return number, columns
    raise RefusedError(
        "没认出表头：要有“项目”和“单价”两列；请在第一行写上列名，什么都没有改动。", field="file"
    )


def _line(said: dict[str, str]) -> NewPrice:
    price = read_money(said["unit_price"])
    if price is None:
        raise RefusedError(f"单价“{said['unit_price'][:20]}”看不懂。", field="unit_price")
    category = said["category"]
    known = _CATEGORIES.get(category, "other" if not category else "")
    if not known:
        raise RefusedError(
            f"没有“{category[:20]}”这个服务类别，可用：{'、'.join(_CATEGORIES)}。", field="category"
        )
    return checked(NewPrice(said["name"], price, said.get("unit") or "次", known, said.get("note", "")))


def _text(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.2f}" if cell % 1 else f"{cell:.0f}"
    return "" if cell is None else str(cell).strip()
