"""An office's own list of keys, read: which column is what, and what each row says. Nothing here knows the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from frontdesk.core.search import folded
from frontdesk.core.typed import fold_width, read_integer
from frontdesk.exchange.sheet_in import Cell, Row, Sheet, filled_rows
from frontdesk.keys.register import KEY, KINDS

HEADS = {
    "number": "钥匙编号 编号 钥匙号 钥匙牌号 牌号",
    "lock": "锁具名称/部位 锁具名称 锁名称 名称 钥匙名称 部位 使用部位 门锁名称 房间名称",
    "kind": "类别 类型 种类 钥匙类别",
    "place": "存放位置 位置 存放处",
    "cabinet": "柜 柜号 钥匙柜 箱号",
    "hook": "钩 钩号 挂钩 挂钩号 钩位",
    "in_use": "在用数量 在用 数量 把数 在用把数",
    "spare": "备用数量 备用 备用把数 备用钥匙",
    "holder": "持有人 保管人",
    "unit_no": "房号 房间号",
    "state": "状态",
    "remarks": "备注 说明",
}
_LOOKED_AT = 15  # rows from the top in which the heads may stand
_MEANS = {folded(word): name for name, words in HEADS.items() for word in words.split()}
_PLACE = re.compile(r"(.*?)[-－—/／\s]+(\S+)")
_NOTHING = frozenset({"", "-", "—", "/", "无", "none"})
_LABELS = {
    **{one.name: one.label for one in KEY.fields},
    "place": "存放位置",
}


@dataclass(frozen=True)
class Heads:
    """The understood columns (place in the row to field), the row of the heads (from 1), and what nobody understood."""

    fields: Mapping[int, str]
    shown: Mapping[int, str]
    row: int
    unused: tuple[str, ...]

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Pairs of head and what it was taken for."""
        return tuple((self.shown[place], _LABELS[name]) for place, name in self.fields.items())


@dataclass
class KeyLine:
    """One row: `number` as Excel counts it, `values` by field of `NewKey` for cells that say something."""

    number: int
    values: dict[str, str | int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def recognised(rows: Sequence[Row]) -> Heads | None:
    """The heads; None when no row near the top has a number and a name."""
    for number, row in enumerate(rows[:_LOOKED_AT], start=1):
        shown = {place: str(cell).strip() for place, cell in enumerate(row) if isinstance(cell, str)}
        fields: dict[int, str] = {}
        for place, head in shown.items():
            name = _MEANS.get(folded(head))
            if name and name not in fields.values():
                fields[place] = name
        if {"number", "lock"} <= set(fields.values()):
            unused = tuple(head for place, head in shown.items() if place not in fields and head)
            return Heads(fields, shown, number, unused)
    return None


def lines(sheet: Sheet, heads: Heads) -> Iterator[KeyLine]:
    """What the rows below the heads say."""
    for number, row in filled_rows(sheet):
        if number > heads.row:
            line = KeyLine(number)
            for place, name in heads.fields.items():
                _read(line, name, row[place] if place < len(row) else None)
            if line.values or line.problems:
                yield line


def _read(line: KeyLine, name: str, cell: Cell) -> None:
    text = _text(cell)
    if text.lower() in _NOTHING:
        return
    if name in ("in_use", "spare"):
        count = read_integer(text.removesuffix("把"))
        if count is None:
            line.problems.append(f"“{_LABELS[name]}”里的“{text[:20]}”不是数目")
        else:
            line.values[name] = count
    elif name == "kind":
        key = next((choice.key for choice in KINDS if choice.label in text), "")
        if not key:
            line.doubts.append(f"类别“{text[:20]}”不认识，记为公共")
        line.values[name] = key or "public"
    elif name == "place":
        found = _PLACE.fullmatch(text)
        line.values |= {"cabinet": found[1], "hook": found[2]} if found else {"cabinet": text}
    elif name == "state":
        if "废" in text:
            line.problems.append("已经作废的钥匙不导入")
    else:
        line.values[name] = text


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return fold_width(str(cell)).strip() if not isinstance(cell, str) else cell.strip()
