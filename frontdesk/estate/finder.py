"""The finder: one box for rooms, names, pinyin, telephones, and what other registers look up by serial."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, TextClause, and_, bindparam, case, select, text
from sqlalchemy.orm import Session

from frontdesk.core.actor import Permission
from frontdesk.core.context import DeskContext
from frontdesk.core.room_numbers import beginning, query_forms
from frontdesk.core.search import folded
from frontdesk.core.search import terms as words_of
from frontdesk.estate.keys import LONGEST, KeyKind, digits_of
from frontdesk.estate.listing import shown_number
from frontdesk.estate.model import Resident, Unit
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


_HOMES = (
    select(Unit.id, Unit.unit_no, Resident.id, Resident.name)
    .join(Resident, and_(Resident.unit_id == Unit.id, Resident.voided_at.is_(None)), isouter=True)
    .where(Unit.id.in_(bindparam("units", expanding=True)))
    .order_by(case((Resident.relation == OWNER, 0), else_=1), Resident.id)
)


@dataclass(frozen=True)
class _Wish:
    """One way of reading a word: keys of this kind that are, or begin with, this text."""

    kind: KeyKind
    text: str
    exact: bool = False

    def bounds(self, number: int) -> dict[str, str]:
        """The parameters of `_range(number)`."""
        last = self.text if self.exact else self.text + _AFTER_ALL
        return {f"kind{number}": self.kind.value, f"first{number}": self.text, f"last{number}": last}

    def order(self, number: int) -> str:
        """What stands first, with the parameters of `_range(number)`."""
        # In the order of the index an exact key leads, and the first dozen are found without looking at the
        # rest. Rooms stand as people count: 3-2-101 before 3-2-1001.
        if self.kind is KeyKind.PART and self.exact:
            # 1104 is rather a room of that number than 104 in the first entrance.
            return f"(SELECT room FROM unit WHERE unit.id = unit_id) <> :first{number}, unit_id"
        by_length = self.kind is KeyKind.ROOM and len(self.text) > 1
        return "length(key), key, unit_id" if by_length else "key, unit_id"


@dataclass(frozen=True)
class _Found:
    """The best key of a unit."""

    wish: _Wish
    resident_id: int
    key: str


class Finder:
    """Answers as one types; the first hit is the likeliest, for Enter takes it."""

    def __init__(
        self, context: DeskContext, lookups: Sequence[Lookup] = (), behind: Sequence[Lookup] = ()
    ) -> None:
        self._context = context
        self._lookups, self._behind = lookups, behind

    def find(self, typed: str, limit: int = 12) -> list[Hit]:
        """At most `limit` hits, likeliest first: exact room, then its beginning, names, pinyin, telephones.

        Several words must all be of one unit (`3-2 张`). Serials come first: they are typed or scanned whole. What the
        lookups `behind` find (a key's number may read like a room) stands last, but a scanned one first.
        Only what the role of whoever is signed in may read is found; nobody finds nothing.
        """
        actor, hits, last = self._context.actor, list[Hit](), list[Hit]()
        storable = typed.encode(errors="ignore").decode().replace("\0", "")
        if actor is not None and actor.may(Permission.READ_ORDERS):
            hits.extend(hit for lookup in self._lookups for hit in lookup(storable))
        if actor is not None and actor.may(Permission.READ_REGISTERS):
            found = [hit for lookup in self._behind for hit in lookup(storable)]
            last = [hit for hit in found if not hit.scanned]
            hits.extend(hit for hit in found if hit.scanned)
            with self._context.read() as session:
                hits.extend(self._units(session, _words(typed), limit))
        return [*hits[: limit - len(last)], *last]

    def _units(self, session: Session, words: Sequence[str], limit: int) -> list[Hit]:
        if not words:
            return []
        # The longest word is the rarest: begin with it, whichever was typed first.
        words = sorted(words, key=lambda word: (-len(word), word.isdigit()))
        wishes = list(_wishes(words[0]))
        found: dict[int, _Found] = {}
        connection = session.connection()
        for place, unit_id, resident_id, key in connection.execute(*_question(wishes, words[1:], limit)):
            found.setdefault(unit_id, _Found(wishes[place], resident_id, key))
        best = dict(list(found.items())[:limit])
        return list(self._hits(connection, best)) if best else []

    def _hits(self, connection: Connection, found: dict[int, _Found]) -> Iterator[Hit]:
        numbers: dict[int, str] = {}
        people: dict[int, dict[int, str]] = {}
        for unit_id, unit_no, resident_id, name in connection.execute(_HOMES, {"units": list(found)}):
            numbers[unit_id] = unit_no
            people.setdefault(unit_id, {})[resident_id] = name or ""
        for unit_id, one in found.items():
            living = people[unit_id]
            person = living.get(one.resident_id) or next(iter(living.values()))
            yield Hit("unit", unit_id, numbers[unit_id], person, self._why(one.wish, one.key))

    def _why(self, wish: _Wish, key: str) -> str:
        digits = {KeyKind.TAIL: key[::-1], KeyKind.PHONE: key}.get(wish.kind)
        shown = f" {shown_number(digits, self._context.actor)}" if digits else ""
        return _WHY[wish.kind] + shown


def _question(
    wishes: Sequence[_Wish], others: Sequence[str], limit: int
) -> tuple[TextClause, dict[str, str | int]]:
    """One statement for all ways of reading a word, likeliest first, of units that have the other words too."""
    values: dict[str, str | int] = {"most": limit * 2}
    ways = []
    for number, wish in enumerate(wishes):
        values |= wish.bounds(number)
        way = f"SELECT {number} AS place, unit_id, resident_id, key FROM finder_key WHERE {_range(number)}"
        ways.append(way if others else f"SELECT * FROM ({way} ORDER BY {wish.order(number)} LIMIT :most)")
    every = " UNION ALL ".join(ways)
    if not others:
        return text(every), values
    narrowed = []
    number = len(wishes)
    for word in others:
        homes = []
        for wish in _wishes(word):
            values |= wish.bounds(number)
            homes.append(f"SELECT unit_id FROM finder_key WHERE {_range(number)}")
            number += 1
        narrowed.append(f"unit_id IN ({' UNION ALL '.join(homes)})")
    where = " AND ".join(narrowed)
    order = "place, length(key), key, unit_id"
    # A unit may stand here by several keys: no limit that could cut the second unit off.
    return text(f"SELECT * FROM ({every}) WHERE {where} ORDER BY {order} LIMIT 50 * :most"), values


def _range(number: int) -> str:
    return f"kind = :kind{number} AND key >= :first{number} AND key <= :last{number}"


def _words(typed: str) -> list[str]:
    # A telephone copied from somewhere: 138 0013 8000 is one word.
    joined = "".join(typed.split())
    telephone = len(digits_of(joined)) >= 7 and not any(char.isalpha() for char in joined)
    return words_of(joined if telephone else typed)


def _wishes(word: str) -> Iterator[_Wish]:
    """The ways of reading a word, likeliest first."""
    rooms = query_forms(word)
    said = folded(word)[:LONGEST]
    if within := beginning(word):
        yield _Wish(KeyKind.ROOM, within)
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
