"""How wide a register's columns stand, and which of them give way in a narrow table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from frontdesk.core.fields import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from frontdesk.core.fields import Field


@dataclass(frozen=True)
class Column:
    """`width` in logical px, `stretch` its share of what is left, `rank` when it gives way: the highest first,
    rank 0 never.
    """

    width: int
    stretch: int = 0
    rank: int = 1


_BY_KIND = {
    Kind.TEXT: Column(96, 1, 3),
    Kind.LONG_TEXT: Column(150, 4, 0),
    Kind.UNIT: Column(86, 0, 0),
    Kind.PHONE: Column(118, 0, 5),
    Kind.SERIAL: Column(92, 0, 1),
    Kind.PERSON: Column(72, 0, 4),
    Kind.CHOICE: Column(72, 0, 0),
    Kind.FLAG: Column(56, 0, 3),
    Kind.INTEGER: Column(56, 0, 2),
    Kind.MONEY: Column(88, 0, 2),
    Kind.DATE: Column(76, 0, 3),
    Kind.TIME: Column(64, 0, 0),
    Kind.MOMENT: Column(96, 0, 1),
}

_RIGHT = {Kind.INTEGER, Kind.MONEY}
_CENTRE = {Kind.FLAG}


def alignment(field: Field) -> Qt.AlignmentFlag:
    """Numbers to the right, flags in the middle, all else to the left."""
    if field.kind in _RIGHT:
        return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    if field.kind in _CENTRE:
        return Qt.AlignmentFlag.AlignCenter
    return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def column_of(field: Field, own: Mapping[str, Column]) -> Column:
    """The page's own wish for a field, or what its kind has."""
    return own.get(field.name, _BY_KIND[field.kind])


def fit(
    fields: Sequence[Field], own: Mapping[str, Column], room: int, heads: Sequence[int] = ()
) -> list[int]:
    """The width of each column in px; 0 for those that give way because the room (px) does not hold them.

    `heads` are the widths that the labels in the head take; no column is narrower.
    """
    columns = [column_of(field, own) for field in fields]
    if heads:
        columns = [
            replace(each, width=max(each.width, head)) for each, head in zip(columns, heads, strict=True)
        ]
    kept = list(range(len(columns)))
    while sum(columns[i].width for i in kept) > room:
        giving = max(kept, key=lambda i: (columns[i].rank, i), default=None)
        if giving is None or columns[giving].rank == 0:
            break
        kept.remove(giving)
    widths = [columns[i].width if i in kept else 0 for i in range(len(columns))]
    left = room - sum(widths)
    shares = sum(columns[i].stretch for i in kept)
    if left < 0 or not shares:
        return widths
    for i in kept:
        widths[i] += left * columns[i].stretch // shares
    return widths
