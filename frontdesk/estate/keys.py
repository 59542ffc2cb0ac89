"""What may be typed into the finder for a unit and its people. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from frontdesk.core import room_numbers
from frontdesk.core.initials import pinyin_keys
from frontdesk.core.search import folded
from frontdesk.core.typed import fold_width

LONGEST = 60
_NO_DIGIT = re.compile("[^0-9]+")


class KeyKind(Enum):
    """What a key is; the value is how it stands in the table."""

    ROOM = "room"  # the whole number, with dashes and without
    PART = "part"  # from the entrance or the room on
    NAME = "name"  # the whole name
    NAME_PART = "name_in"  # from its second character on
    PINYIN = "pinyin"  # zxm, zhangxm, zhangxiaomin
    TAIL = "tail"  # a telephone's digits from the last to the first
    PHONE = "phone"  # a telephone's digits


Key = tuple[KeyKind, str]


def digits_of(number: str) -> str:
    """A telephone's digits without anything else; an extension's are part of it."""
    return _NO_DIGIT.sub("", fold_width(number))


def room_keys(unit_no: str) -> set[Key]:
    """The keys of a unit's number."""
    room = room_numbers.parsed(unit_no)
    if room is None:
        return set()
    whole = {room.key, "".join(room.parts)}
    return {(KeyKind.ROOM if form in whole else KeyKind.PART, form[:LONGEST]) for form in room.forms()}


def resident_keys(name: str, numbers: list[str]) -> set[Key]:
    """The keys of a resident's name and telephones."""
    return set(_name_keys(name)) | set(_telephone_keys(numbers))


def _name_keys(name: str) -> Iterator[Key]:
    said = folded(name)[:LONGEST]
    if said:
        yield KeyKind.NAME, said
    yield from ((KeyKind.NAME_PART, said[start:]) for start in range(1, min(len(said), 12)))
    yield from ((KeyKind.PINYIN, key[:LONGEST]) for key in pinyin_keys(name))


def _telephone_keys(numbers: list[str]) -> Iterator[Key]:
    for digits in filter(None, map(digits_of, numbers)):
        yield KeyKind.PHONE, digits[:LONGEST]
        yield KeyKind.TAIL, digits[::-1][:LONGEST]
