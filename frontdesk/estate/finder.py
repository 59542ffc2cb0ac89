"""The finder: one box for rooms, names, pinyin, telephones, and what other registers look up by serial."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

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


@dataclass(frozen=True)
class _Wish:
    """One way of reading a word: keys of this kind that are, or begin with, this text."""

    kind: KeyKind
    text: str
    exact: bool = False

    @property
    def condition(self) -> ColumnElement[bool]:
        of_kind = FinderKey.kind == self.kind.value
        if self.exact:
            return and_(of_kind, FinderKey.key == self.text)
        return and_(of_kind, FinderKey.key >= self.text, FinderKey.key < self.text + _AFTER_ALL)


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
                hits.extend(self._units(session, words_of(text), limit))
        return hits[:limit]

    def _units(self, session: Session, words: Sequence[str], limit: int) -> list[Hit]:
        if not words:
            return []
        first, *others = words
        narrowed = [FinderKey.unit_id.in_(_units_of(word)) for word in others]
        found: dict[int, tuple[_Wish, int, str]] = {}
        for wish in _wishes(first):
            # The shortest keys first: an exact one leads, and 3-2-101 stands before 3-2-1001.
            asked = (
                select(FinderKey.unit_id, FinderKey.resident_id, FinderKey.key)
                .where(wish.condition, *narrowed)
                .order_by(func.length(FinderKey.key), FinderKey.key, FinderKey.unit_id)
                .limit(limit * 2)
            )
            for unit_id, resident_id, key in session.execute(asked):
                found.setdefault(unit_id, (wish, resident_id, key))
            if len(found) >= limit:
                break
        return list(self._hits(session, dict(list(found.items())[:limit])))

    def _hits(self, session: Session, found: dict[int, tuple[_Wish, int, str]]) -> Iterator[Hit]:
        names = dict(session.execute(select(Unit.id, Unit.unit_no).where(Unit.id.in_(found))).tuples().all())
        people = self._people(session, found)
        for unit_id, (wish, resident_id, key) in found.items():
            living = people.get(unit_id, {})
            person = living.get(resident_id) or next(iter(living.values()), "")
            yield Hit("unit", unit_id, names[unit_id], person, self._why(wish, key))

    def _people(self, session: Session, unit_ids: Iterable[int]) -> dict[int, dict[int, str]]:
        owners_first = case((Resident.relation == OWNER, 0), else_=1)
        live = (Resident.unit_id.in_(unit_ids), Resident.voided_at.is_(None))
        asked = select(Resident.unit_id, Resident.id, Resident.name).where(*live)
        people: dict[int, dict[int, str]] = {}
        for unit_id, resident_id, name in session.execute(asked.order_by(owners_first, Resident.id)):
            people.setdefault(unit_id, {})[resident_id] = name
        return people

    def _why(self, wish: _Wish, key: str) -> str:
        digits = {KeyKind.TAIL: key[::-1], KeyKind.PHONE: key}.get(wish.kind)
        shown = f" {shown_number(digits, self._context.actor)}" if digits else ""
        return _WHY[wish.kind] + shown


def _units_of(word: str) -> Select[int]:
    return select(FinderKey.unit_id).where(or_(*(wish.condition for wish in _wishes(word))))


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
