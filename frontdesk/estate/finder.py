"""The finder: one box for rooms, names, pinyin, telephones, and what other registers look up by serial."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from frontdesk.core.actor import Permission
from frontdesk.core.context import DeskContext
from frontdesk.core.room_numbers import query_forms
from frontdesk.core.search import folded
from frontdesk.core.search import terms as words_of
from frontdesk.estate.keys import LONGEST, KeyKind, digits_of
from frontdesk.estate.listing import shown_number
from frontdesk.estate.model import FinderKey, Resident, Unit
from frontdesk.estate.register import OWNER, Hit

Lookup = Callable[[str], Sequence[Hit]]
"""Another register's answer to what was typed or scanned: the records whose serial it is, or none."""

_AFTER_ALL = "\U0010ffff"
_WHY = {
    KeyKind.ROOM: "房号",
    KeyKind.PART: "房号",
    KeyKind.NAME: "姓名",
    KeyKind.NAME_PART: "姓名",
    KeyKind.PINYIN: "拼音",
    KeyKind.TAIL: "电话尾号",
    KeyKind.PHONE: "电话",
}


# In the order of the index an exact key leads, and the first dozen are found without looking at the rest.
_KEYS = (
    select(FinderKey.unit_id, FinderKey.resident_id, FinderKey.key)
    .where(
        FinderKey.kind == bindparam("kind"),
        FinderKey.key >= bindparam("first"),
        FinderKey.key <= bindparam("last"),
    )
    .order_by(FinderKey.key, FinderKey.unit_id)
    .limit(bindparam("most"))
)
# Rooms as people count: 3-2-101 stands before 3-2-1001.
_ROOMS = _KEYS.order_by(None).order_by(func.length(FinderKey.key), FinderKey.key, FinderKey.unit_id)
_UNITS = select(Unit.id, Unit.unit_no).where(Unit.id.in_(bindparam("units", expanding=True)))
_PEOPLE = (
    select(Resident.unit_id, Resident.id, Resident.name)
    .where(Resident.unit_id.in_(bindparam("units", expanding=True)), Resident.voided_at.is_(None))
    .order_by(case((Resident.relation == OWNER, 0), else_=1), Resident.id)
)


@dataclass(frozen=True)
class _Wish:
    """One way of reading a word: keys of this kind that are, or begin with, this text."""

    kind: KeyKind
    text: str
    exact: bool = False

    @property
    def last(self) -> str:
        return self.text if self.exact else self.text + _AFTER_ALL

    def asked(self, most: int) -> dict[str, str | int]:
        """The parameters of `_KEYS`."""
        return {"kind": self.kind.value, "first": self.text, "last": self.last, "most": most}

    def condition(self, table: type[FinderKey]) -> ColumnElement[bool]:
        """That a key of this table is meant."""
        return and_(table.kind == self.kind.value, table.key.between(self.text, self.last))


class Finder:
    """Answers as one types; the first hit is the likeliest, for Enter takes it."""

    def __init__(self, context: DeskContext, lookups: Sequence[Lookup] = ()) -> None:
        self._context = context
        self._lookups = lookups

    def find(self, text: str, limit: int = 12) -> list[Hit]:
        """At most `limit` hits, likeliest first: exact room, then its beginning, names, pinyin, telephones.

        Several words must all be of one unit (`3-2 张`). Serials come first: they are typed or scanned whole.
        """
        storable = text.encode(errors="ignore").decode().replace("\0", "")
        hits = [hit for lookup in self._lookups for hit in lookup(storable)]
        actor = self._context.require(Permission.READ_ORDERS)
        if actor.may(Permission.READ_REGISTERS):
            with self._context.read() as session:
                hits.extend(self._units(session, _words(text), limit))
        return hits[:limit]

    def _units(self, session: Session, words: Sequence[str], limit: int) -> list[Hit]:
        if not words:
            return []
        first, *others = words
        narrowed = [_also_has(word) for word in others]
        found: dict[int, tuple[_Wish, int, str]] = {}
        for wish in _wishes(first):
            keys = _ROOMS if wish.kind is KeyKind.ROOM and len(wish.text) > 1 else _KEYS
            asked = keys.where(*narrowed) if narrowed else keys
            for unit_id, resident_id, key in session.execute(asked, wish.asked(limit * 2)):
                found.setdefault(unit_id, (wish, resident_id, key))
            if len(found) >= limit:
                break
        return list(self._hits(session, dict(list(found.items())[:limit]))) if found else []

    def _hits(self, session: Session, found: dict[int, tuple[_Wish, int, str]]) -> Iterator[Hit]:
        units = {"units": list(found)}
        names = dict(session.execute(_UNITS, units).all())
        people: dict[int, dict[int, str]] = {}
        for unit_id, resident_id, name in session.execute(_PEOPLE, units):
            people.setdefault(unit_id, {})[resident_id] = name
        for unit_id, (wish, resident_id, key) in found.items():
            living = people.get(unit_id, {})
            person = living.get(resident_id) or next(iter(living.values()), "")
            yield Hit("unit", unit_id, names[unit_id], person, self._why(wish, key))

    def _why(self, wish: _Wish, key: str) -> str:
        digits = {KeyKind.TAIL: key[::-1], KeyKind.PHONE: key}.get(wish.kind)
        shown = f" {shown_number(digits, self._context.actor)}" if digits else ""
        return _WHY[wish.kind] + shown


def _also_has(word: str) -> ColumnElement[bool]:
    # Looked at unit by unit: the first dozen come without gathering all units that have the word.
    other = aliased(FinderKey)
    meant = or_(*(wish.condition(other) for wish in _wishes(word)))
    return exists().where(other.unit_id == FinderKey.unit_id, meant).correlate(FinderKey)


def _words(text: str) -> list[str]:
    # A telephone copied from somewhere: 138 0013 8000 is one word.
    joined = "".join(text.split())
    telephone = len(digits_of(joined)) >= 7 and not any(char.isalpha() for char in joined)
    return words_of(joined if telephone else text)


def _wishes(word: str) -> Iterator[_Wish]:
    """The ways of reading a word, likeliest first."""
    rooms = query_forms(word)
    said = folded(word)[:LONGEST]
    digits = digits_of(word) if said.isascii() and not any(char.isalpha() for char in said) else ""
    yield from (_Wish(kind, form, exact=True) for kind in (KeyKind.ROOM, KeyKind.PART) for form in rooms)
    if len(digits) == 4:
        yield _Wish(KeyKind.TAIL, digits[::-1])
    yield from (_Wish(KeyKind.ROOM, form) for form in rooms)
    if not digits:
        yield _Wish(KeyKind.NAME, said)
        yield _Wish(KeyKind.PINYIN, said)
        yield _Wish(KeyKind.NAME_PART, said)
    yield from (_Wish(KeyKind.PART, form) for form in rooms)
    if len(digits) >= 3:
        yield _Wish(KeyKind.TAIL, digits[::-1])
        yield _Wish(KeyKind.PHONE, digits)
