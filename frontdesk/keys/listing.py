"""What answers a filter of the keys' register, and how a key is shown, printed and told of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from frontdesk.core.actor import Permission
from frontdesk.core.plain_text import storable
from frontdesk.core.query import VOID, RegisterQuery, TableRow, Tone, tone
from frontdesk.core.shown import shown_day
from frontdesk.keys import rules
from frontdesk.keys.model import Key
from frontdesk.keys.register import KEY, KeyRow

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext, Transaction

TONES: dict[str, Tone] = {
    "in": "ok",
    "out": "danger",
    "copying": "info",
    "lost": "danger",
    "damaged": "warn",
    "void": "neutral",
}
_SEARCHED = (Key.number, Key.lock, Key.cabinet, Key.holder, Key.unit_no)
_NEEDS_CARE = ("lost", "damaged", "copying", "out")
_PIECES = [field.name for field in fields(rules.Pieces) if field.name != "scrapped"]
_DERIVED = frozenset({"place", "hanging"})


@contextmanager
def reading(context: DeskContext) -> Iterator[Session]:
    """A session for whoever may read the registers. Raises NotAllowedError."""
    context.require(Permission.READ_REGISTERS)
    with context.read() as session:
        yield session


def pieces_of(key: Key) -> rules.Pieces:
    """Where the pieces of a key are."""
    return rules.Pieces(
        **{name: getattr(key, name) for name in _PIECES}, scrapped=key.scrapped_on is not None
    )


def put_pieces(work: Transaction, key: Key, pieces: rules.Pieces, change: str = "", note: str = "") -> None:
    """Write where the pieces are now, the state that follows, and why (变更日期, 变更事由, 经办人)."""
    for name in _PIECES:
        setattr(key, name, getattr(pieces, name))
    key.state = pieces.state.value
    key.changed_on, key.handled_by = work.today, work.actor.name
    key.change, key.change_note = change or key.change, note


def conditions(query: RegisterQuery) -> Iterator[Any]:
    """What a key must be to answer. Days are those of its last change; `open_only`: not in its place."""
    yield Key.voided_at.is_(None)
    for word in storable(query.text).split():
        found = [column.contains(word, autoescape=True) for column in _SEARCHED]
        if number := rules.natural(word):
            found.append(Key.natural == number)
        if scanned := rules.scanned_id(word):
            found.append(Key.id == scanned)
        yield or_(*found)
    if query.first_day:
        yield Key.changed_on >= query.first_day
    if query.last_day:
        yield Key.changed_on <= query.last_day
    for name, key in query.choices.items():
        yield {"state": Key.state, "kind": Key.kind, "change": Key.change}[name] == storable(key)
    if query.open_only:
        yield Key.state.in_(_NEEDS_CARE)
    if query.picked:
        yield Key.id.in_(query.picked.ids)


def row_of(key: Key) -> KeyRow:
    """A key as it stands."""
    kept = {name: getattr(key, name) for name in KeyRow.__dataclass_fields__ if name not in _DERIVED}
    return KeyRow(**kept, place=rules.place_of(key.cabinet, key.hook), hanging=pieces_of(key).hanging)


def rows_of(session: Session, ids: Sequence[int]) -> list[KeyRow]:
    """The keys of these ids, in this order; an unknown id is left out."""
    found = {key.id: row_of(key) for key in session.scalars(select(Key).where(Key.id.in_(ids)))}
    return [found[number] for number in ids if number in found]


def change_of(row: KeyRow) -> str:
    """变更事由 in words: `领用`, `领用（归还）`."""
    label = KEY.field("change").label_of(row.change)
    return f"{label}（{row.change_note}）" if row.change_note else label


def cells(row: KeyRow) -> dict[str, str]:
    """A key's cells as they go on paper, by field."""
    return {
        "number": row.number,
        "lock": row.lock,
        "kind": KEY.field("kind").label_of(row.kind),
        "place": row.place,
        "unit_no": row.unit_no,
        "in_use": str(row.in_use),
        "spare": str(row.spare),
        "holder": row.holder,
        "state": KEY.field("state").label_of(row.state),
        "changed_on": row.changed_on.isoformat(),
        "change": change_of(row),
        "handled_by": row.handled_by,
        "remarks": row.remarks,
    }


def table_row(row: KeyRow, today: date) -> TableRow:
    """A key's row of the table on the screen."""
    shown = cells(row) | {"changed_on": shown_day(row.changed_on, today)}
    if 0 < row.hanging < row.in_use:
        shown["in_use"] = f"{row.hanging}/{row.in_use}"
    marks = [VOID] if row.state == "void" else [tone("state", TONES[row.state])]
    return (row.id, *(shown[field.name] for field in KEY.listed), *marks)


def printed_row(row: KeyRow) -> tuple[str, ...]:
    """A key's line of F-KEY."""
    shown = cells(row)
    return tuple(shown[field.name] for field in KEY.printed)
