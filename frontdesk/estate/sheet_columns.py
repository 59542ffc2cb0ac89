"""Which column of an office's sheet means what, told by its head. Pure functions.

To know one more head: add the word to HEADS.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from frontdesk.core.search import folded
from frontdesk.estate.register import EMERGENCY, FAMILY, OCCUPANT, OWNER, RESIDENTS
from frontdesk.exchange.sheet_in import Cell, Row

_LOOKED_AT = 30  # rows from the top in which the heads must stand
_BRACKET = re.compile(r"[(（\[【].*", re.DOTALL)  # 面积(㎡)
_NUMBERED = re.compile(r"[0-9一二三四]+$")


class Means(Enum):
    """What a column holds."""

    ROOM = "房号"
    BUILDING = "楼栋"
    ENTRANCE = "单元"
    AREA = "面积"
    NAME = "姓名"
    TELEPHONE = "电话"
    RELATION = "身份"
    GENDER = "性别"
    BIRTHDAY = "出生日期"
    IDENTITY = "证件号码"
    MOVED_IN = "入住日期"
    REMARKS = "备注"


HEADS: dict[Means, str] = {
    Means.ROOM: "房号 房间号 房间 室号 房屋编号 房产编号 物业编号 单元房号 门牌号 门牌 户号 铺位号 商铺号 车位号 房屋 房源 室",
    Means.BUILDING: "楼栋 楼号 楼栋号 栋号 幢号 楼幢 栋 幢 楼 座 楼宇 座栋 楼座",
    Means.ENTRANCE: "单元 单元号 门号 门洞",
    Means.AREA: "面积 建筑面积 房屋面积 建面 产权面积 收费面积 计费面积",
    Means.NAME: "姓名 名字 名称 客户 客户名称 客户姓名 住户 住户姓名 联系人 人员姓名",
    Means.TELEPHONE: "电话 手机 联系电话 手机号 手机号码 电话号码 联系方式 移动电话 固定电话 固话 座机 宅电 号码 联系号码 备用电话 备用手机 其他电话 第二电话 紧急电话",
    Means.RELATION: "身份 关系 与业主关系 与户主关系 人员类型 人员类别 住户类型 客户类型",
    Means.GENDER: "性别",
    Means.BIRTHDAY: "出生日期 出生年月 生日 出生 出生年月日",
    Means.IDENTITY: "身份证 身份证号 身份证号码 证件号 证件号码 证件 公民身份号码",
    Means.MOVED_IN: "入住日期 入住时间 交房日期 交房时间 收房日期 入伙日期 入伙时间 迁入日期",
    Means.REMARKS: "备注 说明 附注 备注说明",
}
WHOSE: dict[str, str] = {
    OWNER: "业主 户主 房主 产权人 产权所有人 业主1",
    OCCUPANT: "使用人 租户 租客 承租人 承租户 租赁人 实际使用人",
    FAMILY: "家属 家庭成员 同住人 家人",
    EMERGENCY: "紧急联系人 紧急联络人 紧急 应急联系人",
}

_AND_TELEPHONE = re.compile(r"(.+?)[及和与](.+)")  # one cell for both: what is a number is told from the name

_MEANS = {word: means for means, words in HEADS.items() for word in words.split()}
_WHOSE = {word: relation for relation, words in WHOSE.items() for word in words.split()}
_OF_WHOEVER_IS_LEFT_OF_IT = {Means.NAME, Means.TELEPHONE}
_SO_WHERE_THERE_ARE_SEVERAL = {Means.GENDER, Means.BIRTHDAY, Means.IDENTITY}


@dataclass(frozen=True)
class Column:
    """One understood column; `whose` is the relation of the person it is about."""

    place: int
    head: str
    means: Means
    whose: str = OWNER
    named: bool = False  # the head itself says whose it is

    @property
    def meaning(self) -> str:
        """What the column was taken for, in words: `使用人电话`."""
        of_a_person = self.means in _OF_WHOEVER_IS_LEFT_OF_IT | _SO_WHERE_THERE_ARE_SEVERAL
        label = RESIDENTS.field("relation").label_of(self.whose)
        return f"{label}{self.means.value}" if of_a_person else self.means.value


@dataclass(frozen=True)
class Heads:
    """The understood columns, the row numbers (from 1) of the heads, and the heads nobody understood."""

    columns: tuple[Column, ...]
    first_row: int
    last_row: int
    unused: tuple[str, ...]


def recognised(rows: Sequence[Row]) -> Heads | None:
    """The heads of a sheet, on one row or two; None when no row near the top says where the room stands."""
    found = [
        heads
        for number in range(1, min(len(rows), _LOOKED_AT) + 1)
        for last in (number, number + 1)
        if (heads := _heads(rows, number, last)) is not None
    ]
    return max(found, key=_understood) if found else None


def _understood(heads: Heads) -> tuple[int, int, int]:
    # What says the most wins; of equals the head on one row, then the first.
    different = {(column.means, column.whose) for column in heads.columns}
    return len(different), heads.first_row - heads.last_row, -heads.first_row


def _heads(rows: Sequence[Row], first: int, last: int) -> Heads | None:
    if last > len(rows):
        return None
    upper, lower = rows[first - 1], rows[last - 1]
    columns: list[Column] = []
    unused: list[str] = []
    whose = OWNER
    for place in range(max(len(upper), len(lower))):
        words = [_word(row[place]) if place < len(row) else "" for row in (upper, lower)]
        read = _read(*words) if last > first else _read("", words[0])
        shown = " ".join(dict.fromkeys(filter(None, words)))
        if read is None:
            unused.extend(filter(None, [shown]))
            continue
        means, named = read
        whose = named or (whose if means is not Means.NAME else OWNER)
        of_left = means in _OF_WHOEVER_IS_LEFT_OF_IT | _SO_WHERE_THERE_ARE_SEVERAL
        columns.append(Column(place, shown, means, whose if of_left else OWNER, named != ""))
    columns = [_settled(column, columns) for column in columns]
    meant = {column.means for column in columns}
    if Means.ROOM not in meant or len(meant) < 2 or (last > first and not _both_are_heads(lower)):
        return None
    return Heads(tuple(columns), first, last, tuple(dict.fromkeys(unused)))


def _settled(column: Column, columns: Sequence[Column]) -> Column:
    # A single 身份证 at the end is the owner's, even behind 使用人 and 电话.
    alone = sum(column.means is other.means for other in columns) == 1
    if alone and not column.named and column.means in _SO_WHERE_THERE_ARE_SEVERAL:
        return replace(column, whose=OWNER)
    return column


def _both_are_heads(lower: Row) -> bool:
    # The first resident of a one-row head must not be taken for its second row.
    words = [_word(value) for value in lower if value is not None]
    return bool(words) and sum(_read("", word) is not None for word in words) * 2 > len(words)


def _read(upper: str, lower: str) -> tuple[Means, str] | None:
    """A head's meaning and whose it is: `业主` over `电话` as `业主电话` in one cell."""
    both = upper if upper == lower else upper + lower
    for word in (both, lower):
        if word in _WHOSE:
            return Means.NAME, _WHOSE[word]
        if word in _MEANS:
            return _MEANS[word], _WHOSE.get(upper, "")
        both_said = _AND_TELEPHONE.fullmatch(word)
        if both_said and _MEANS.get(both_said[2]) is Means.TELEPHONE:
            named = _read(upper if word == lower else "", both_said[1])
            return named if named and named[0] is Means.NAME else None
        for name, relation in _WHOSE.items():
            if word.startswith(name) and word[len(name) :] in _MEANS:
                return _MEANS[word[len(name) :]], relation
    return (Means.NAME, _WHOSE[upper]) if upper in _WHOSE and not lower else None


def _word(value: Cell) -> str:
    if not isinstance(value, str) or len(value) > 40:
        return ""
    said = folded(_BRACKET.sub("", value.strip()) or value)
    return _NUMBERED.sub("", said) or said
