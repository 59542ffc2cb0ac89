"""The households that stand in an office's sheet, read cell by cell; what cannot be read is said in words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from frontdesk.core import room_numbers
from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import plain_text
from frontdesk.core.room_numbers import RoomNumber
from frontdesk.core.typed import fold_width, read_phone
from frontdesk.estate.area import read_area
from frontdesk.estate.keys import digits_of
from frontdesk.estate.register import EMERGENCY, FAMILY, GENDERS, OCCUPANT, OWNER, RESIDENTS
from frontdesk.estate.sheet_columns import Column, Heads, Means
from frontdesk.exchange.sheet_in import Cell, Row, Sheet, Uncalculated, filled_rows

_EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
_PEOPLE = re.compile(r"[、,，;；/\n]+")
_NO_NAME = frozenset("<>&=")  # a cell with one of these is no list of people
_NUMBER_BESIDE = re.compile(r"[+(（]?[0-9][0-9()（）转 -]{5,}[0-9]")  # a telephone in the cell of the name
_ODD_LETTERS = re.compile(
    r"(?<![a-z])(?!(?:ext|x)(?![a-z]))[a-z]+", re.IGNORECASE
)  # 88881234 ext 12 is a telephone
_LEAST_DIGITS = 7
_DIGITS_OF_PAPERS = {8, 10, 15, 18}  # of identity papers that have nothing but figures
_NEEDED = {Means.ROOM, Means.BUILDING, Means.ENTRANCE, Means.NAME}
_SEVERAL = re.compile(r"[、,，;；/\\|\n]+")
_BLANKS = re.compile(r"\s+")
_NOTHING = {"", "无", "没有", "暂无", "空", "-", "--", "/", "—", "无电话", "n/a", "na", "none"}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\s.*)?|(\d{4})(\d{2})(\d{2})", re.DOTALL)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RELATIONS = {
    OWNER: "业主 户主 本人 房主 产权人",
    OCCUPANT: "使用人 租户 租客 承租人 租赁户 租赁",
    FAMILY: "家属 家庭成员 配偶 丈夫 妻子 夫妻 父亲 母亲 父母 儿子 女儿 子女 子 女 父 母 夫 妻 祖父 祖母 岳父 岳母 亲属",
    EMERGENCY: "紧急联系人 紧急联络人",
}
_RELATION_OF = {word: relation for relation, words in _RELATIONS.items() for word in words.split()}
_OF_THE_ROW = {"remarks", "moved_in"}
_GENDER_OF = {choice.label: choice.key for choice in GENDERS} | {"先生": "male", "女士": "female"}


@dataclass
class Person:
    """Somebody as a row of the sheet tells; values by the columns of `Resident`."""

    name: str
    relation: str
    numbers: list[str] = field(default_factory=list)
    values: dict[str, str | date] = field(default_factory=dict)


@dataclass
class ReadRow:
    """One row of the sheet. `problems` say why it cannot be taken; `hints` what to look at."""

    number: int
    room: RoomNumber | None = None
    area_cm2: int | None = None
    people: list[Person] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    room_text: str = ""


def households(sheet: Sheet, heads: Heads) -> Iterator[ReadRow]:
    """The rows below the heads; heads that stand again on a later page are passed over."""
    repeated = sheet.rows[heads.last_row - 1]
    for number, row in filled_rows(sheet):
        if number > heads.last_row and row != repeated:
            yield _Reader(number, row).read(heads.columns)


class _Reader:
    """Reads one row, gathering what is wrong with it."""

    def __init__(self, number: int, row: Row) -> None:
        self._cells = row
        self._row = ReadRow(number)
        self._people: dict[str, Person] = {}
        self._relation = ""
        self._misnamed: set[str] = set()  # whose name stands there but cannot be taken: said already

    def read(self, columns: Sequence[Column]) -> ReadRow:
        """The row's household."""
        self._read_room(columns)
        for column in columns:
            value = self._cells[column.place] if column.place < len(self._cells) else None
            if value is not None and column.means not in (Means.ROOM, Means.BUILDING, Means.ENTRANCE):
                self._read_cell(column, value)
        named = [person for person in self._people.values() if person.name]
        for person in self._people.values():
            if named and not person.name and not person.numbers and person.values.keys() <= _OF_THE_ROW:
                named[0].values = person.values | named[0].values
            elif person.relation in self._misnamed:
                continue
            elif not person.name and (person.numbers or person.values.keys() - _OF_THE_ROW):
                self._problem("有电话或证件，却没有姓名")
        for person in named:
            self._add(person)
        return self._row

    def _problem(self, words: str) -> None:
        self._row.problems.append(words)

    def _doubt(self, words: str) -> None:
        self._row.hints.append(words)

    # The room

    def _read_room(self, columns: Sequence[Column]) -> None:
        parts = {}
        for means in (Means.BUILDING, Means.ENTRANCE, Means.ROOM):
            column = next((one for one in columns if one.means is means), None)
            parts[means] = self._room_part(column) if column else ""
        text = self._row.room_text = parts[Means.ROOM]
        room = room_numbers.parsed(text)
        if room is not None and len(room.parts) == 1 and (parts[Means.BUILDING] or parts[Means.ENTRANCE]):
            room = room_numbers.parsed("-".join(filter(None, parts.values())))
            room = room and room_numbers.parsed(room.key)
        if room is None or not any(char.isdigit() for char in room.key):
            if not self._row.problems:
                self._problem(f"“{text[:20]}”不像房号" if text else "没有房号")
        elif len(room.text) > room_numbers.LONGEST:
            self._problem("房号太长")
        else:
            self._row.room, self._row.room_text = room, room.text

    def _room_part(self, column: Column) -> str:
        value = self._cells[column.place] if column.place < len(self._cells) else None
        if isinstance(value, date):
            self._problem(f"“{column.head}”被 Excel 变成了日期，请把这一列设成文本再填")
            return ""
        return self._text(column, value)

    # Cells

    def _text(self, column: Column, value: Cell) -> str:
        """A cell as text; a number as its digits, as long as the spreadsheet kept them all."""
        if isinstance(value, Uncalculated):
            if column.means in _NEEDED:
                self._problem(f"“{column.head}”是没有结果的公式，请改成数值")
            else:
                self._doubt(f"“{column.head}”是没有结果的公式，没有读入")
            return ""
        if isinstance(value, bool | datetime | date) or value is None:
            return "" if value is None else str(value)
        if isinstance(value, int | float):
            if isinstance(value, float) and not (math.isfinite(value) and value.is_integer()):
                return str(value)
            if abs(value) >= 10**_EXACT_DIGITS:
                self._problem(
                    f"“{column.head}”是按数字存的，{_EXACT_DIGITS} 位以后已被 Excel 改成 0，请设成文本后重新填写"
                )
                return ""
            return str(int(value))
        return fold_width(str(value)).strip()

    def _read_cell(self, column: Column, value: Cell) -> None:
        match column.means:
            case Means.AREA:
                self._read_area(column, value)
            case Means.NAME:
                told = len(self._row.problems)
                self._read_name(column, value)
                if len(self._row.problems) > told:
                    self._misnamed.add(column.whose)
            case Means.TELEPHONE:
                self._person(column).numbers += self._numbers(column, value)
            case Means.BIRTHDAY | Means.MOVED_IN:
                name = "birthday" if column.means is Means.BIRTHDAY else "moved_in"
                if day := self._day(column, value):
                    self._person(column).values[name] = day
            case Means.RELATION:
                self._relation = self._text(column, value)
            case _:
                self._read_text(column, value)

    def _person(self, column: Column) -> Person:
        return self._people.setdefault(column.whose, Person("", column.whose))

    def _read_name(self, column: Column, value: Cell) -> None:
        name = self._text(column, value)
        if name.lower() in _NOTHING:
            return
        if not any(char.isalpha() for char in name):
            self._problem(f"“{column.head}”里的“{name[:20]}”不像姓名")
        else:
            beside = [found[0].strip() for found in _NUMBER_BESIDE.finditer(name)]
            person = self._person(column)
            person.name = self._fit("name", _without(name, beside))
            person.numbers += map(read_phone, beside)

    def _fit(self, name: str, text: str) -> str:
        wanted = RESIDENTS.field(name)
        try:
            return plain_text(text, field=name, label=wanted.label, most=wanted.max_length)
        except RefusedError as refused:
            self._problem(refused.message.rstrip("。"))
            return ""

    def _numbers(self, column: Column, value: Cell) -> list[str]:
        numbers = []
        for piece in _SEVERAL.split(self._text(column, value)):
            if piece.strip().lower() in _NOTHING:
                continue
            # `138 0013 8000` is one telephone, two whole ones side by side are two.
            words = _BLANKS.split(piece.strip())
            whole = words if all(len(digits_of(word)) >= 7 for word in words) else [piece]
            numbers += [read_phone(word) for word in whole]
        for number in numbers:
            if not digits_of(number) or len(number) > 40:
                self._problem(f"“{column.head}”里的“{number[:20]}”不是电话")
            elif _odd_telephone(number):
                self._doubt(f"“{column.head}”里的“{number[:20]}”不像电话，请核对")
        return [number for number in numbers if digits_of(number)]

    def _read_area(self, column: Column, value: Cell) -> None:
        text = str(value) if isinstance(value, int | float) else self._text(column, value)
        if text.lower() in _NOTHING:
            return
        area = read_area(text)
        if area is None:
            self._problem(f"“{column.head}”里的“{text[:20]}”不是面积")
        else:
            self._row.area_cm2 = area

    def _day(self, column: Column, value: Cell) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = self._text(column, value)
        if text.lower() in _NOTHING:
            return None
        day = _read_day(text)
        if day is None:
            self._problem(f"“{column.head}”里的“{text[:20]}”不是日期")
        return day

    def _read_text(self, column: Column, value: Cell) -> None:
        text = self._text(column, value)
        if not text or (text.lower() in _NOTHING and column.means is not Means.REMARKS):
            return
        match column.means:
            case Means.GENDER:
                self._person(column).values["gender"] = _GENDER_OF.get(text, "")
            case Means.IDENTITY:
                identity = "".join(text.upper().split())
                if len(identity) == 18 and not _identity_holds(identity):
                    self._doubt("身份证号的校验位不对，请核对")
                elif len(identity) < _LEAST_DIGITS or (
                    identity.isdigit() and len(identity) not in _DIGITS_OF_PAPERS
                ):
                    self._doubt(f"“{column.head}”里的“{identity[:20]}”位数不对，请核对")
                self._person(column).values["identity_no"] = self._fit("identity_no", identity)
            case Means.REMARKS:
                self._person(column).values["remarks"] = self._fit("remarks", text)

    # People

    def _add(self, person: Person) -> None:
        if self._relation and person.relation == OWNER:
            person.relation = _RELATION_OF.get(self._relation, FAMILY)
            if self._relation not in _RELATION_OF:
                said = str(person.values.get("remarks", ""))
                person.values["remarks"] = self._fit("remarks", f"{self._relation} {said}".strip())
        names = _names(person.name)
        numbers = list(dict.fromkeys(person.numbers))
        paired = len(names) == len(numbers)
        for place, name in enumerate(names):
            own = numbers[place : place + 1] if paired else numbers if place == 0 else []
            values = person.values if place == 0 else {}
            self._row.people.append(Person(name, person.relation, own, dict(values)))


def _names(text: str) -> list[str]:
    """The people in one cell: several only where each part looks like a name."""
    names = [name.strip() for name in _PEOPLE.split(text) if name.strip()]
    several = not _NO_NAME & set(text) and all(any(char.isalpha() for char in name) for name in names)
    return names if several else [text]


def _without(name: str, numbers: Sequence[str]) -> str:
    for number in numbers:
        name = name.replace(number, " ")
    return " ".join(name.split()).strip("、,，;；/:： ")


def _odd_telephone(number: str) -> bool:
    digits = digits_of(number)
    mobile_cut_short = number == digits and digits.startswith("1") and len(digits) in (9, 10, 12)
    return len(digits) < _LEAST_DIGITS or mobile_cut_short or bool(_ODD_LETTERS.search(number))


def _read_day(text: str) -> date | None:
    read = _DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in read.groups() if part)) if read else None
    except ValueError:
        return None


def _identity_holds(identity: str) -> bool:
    """GB 11643's check character."""
    if not (identity[:17].isdigit() and identity.isascii()):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(identity[:17], _WEIGHTS, strict=True)) % 11
    return identity[17] == "10X98765432"[rest]
