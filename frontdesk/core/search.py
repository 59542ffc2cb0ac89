"""Search as one types, in a million rows: ordered pairs of characters in SQLite's FTS5 (docs/decisions.md).

FTS5 is given our own tokens, in namespaces that cannot meet: `漏水` a pair of neighbours (a phrase of
pairs is the text itself), `漏` a single character, `_3-2` the beginning of a room number, `=zx` of a name's
initials, `8001` four (or three) neighbours of a telephone or serial. Every look-up is of whole tokens:
prefix queries cost a hundred times as much. What a row matches is told in `matches`, which is what the
tests hold the index against.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection

from frontdesk.core.initials import initials_of
from frontdesk.core.room_numbers import parsed, query_forms

MOST_TERMS = 8
LONGEST_TERM = 64
_MERGE_PAGES = 16  # a merge step of this size takes a few milliseconds

_PARTS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class SearchText:
    """What one row is found by.

    `prose` by any part of it; `names` so too, and by initials; `rooms` by the beginning of the number or
    of its entrance or room; `digits` (telephones, serials) by any three characters and more in a row.
    `tags` are keys of closed lists (`category=A`), found whole and only when asked for as tags.
    """

    prose: Sequence[str] = ()
    rooms: Sequence[str] = ()
    digits: Sequence[str] = ()
    names: Sequence[str] = ()
    tags: Sequence[str] = ()


def folded(text: str) -> str:
    """The letters and digits of a text, full width and case folded: what search compares."""
    compatible = unicodedata.normalize("NFKC", text).casefold()
    if not compatible.isascii():
        compatible = unicodedata.normalize("NFKC", compatible)
    return compatible if compatible.isalnum() else "".join(filter(str.isalnum, compatible))


def terms(query: str) -> list[str]:
    """The words of a query that can be looked for; all of them must be in the row."""
    words = [word[:LONGEST_TERM] for word in query.split()]
    return [word for word in words if folded(word)][:MOST_TERMS]


def matches(text: SearchText, query: str) -> bool:
    """Whether a row answers a query: the index's meaning, told without an index."""
    wanted = terms(query)
    return bool(wanted) and all(_has(text, term) for term in wanted)


def _has(text: SearchText, term: str) -> bool:
    word = folded(term)
    return (
        (_in_prose(word) and any(word in folded(part) for part in (*text.prose, *text.names)))
        or any(_all_in(wanted, text.digits) for wanted in _wanted_codes(term))
        or any(_begins(form, word) for name in text.names for form in initials_of(name))
        or any(_begins(form, wish) for form in _room_forms(text.rooms) for wish in query_forms(term))
    )


def _in_prose(word: str) -> bool:
    # One or two digits mean a room; one letter a building or a name's initial.
    return not (word.isascii() and (len(word) == 1 or (len(word) == 2 and word.isdigit())))


def _codes(text: str) -> list[str]:
    # A telephone is one run of digits however it is written; a serial keeps its parts, for one that
    # begins half of all serials would make a long phrase slow.
    if not any(char.isascii() and char.isalpha() for char in text):
        return [folded(text)]
    return [folded(part) for part in _PARTS.findall(unicodedata.normalize("NFKC", text))]


def _wanted_codes(term: str) -> set[tuple[str, ...]]:
    parts = tuple(part for part in map(folded, _PARTS.findall(term)) if len(part) >= 3)
    lettered = any(char.isascii() and char.isalpha() for char in term)
    # In one run only telephones are kept: a serial's parts are looked for by themselves.
    ways = {parts} if lettered else {(folded(term),), parts}
    return {way for way in ways if way and all(len(code) >= 3 and code.isascii() for code in way)}


def _all_in(wanted: Iterable[str], digits: Sequence[str]) -> bool:
    codes = [code for text in digits for code in _codes(text)]
    return all(any(code in kept for kept in codes) for code in wanted)


def _begins(form: str, word: str) -> bool:
    return bool(word) and form.startswith(word)


def _room_forms(rooms: Iterable[str]) -> Iterator[str]:
    for room in filter(None, map(parsed, rooms)):
        yield from room.forms()


def tokens(text: SearchText) -> str:
    """The tokens of a row, in the order that makes phrases of them."""
    sequence: list[str] = []
    singles: set[str] = set()
    for part in map(folded, (*text.prose, *text.names)):
        _append(sequence, _runs(part, 2))
        singles.update(char for char in part if not char.isascii())
    for part in (code for number in text.digits for code in _codes(number)):
        _append(sequence, _runs(part, 4))
        _append(sequence, _runs(part, 3))
    for room in text.rooms:
        singles.update(_room_tokens(room))
    for name in text.names:
        singles.update(_initial_tokens(name))
    singles.update(map(_tag, text.tags))
    return " ".join((*sequence, *sorted(singles)))


@lru_cache(20_000)  # the same rooms and staff stand in row after row
def _room_tokens(room: str) -> tuple[str, ...]:
    beginnings = (form[:end] for form in _room_forms([room]) for end in range(1, len(form) + 1))
    return tuple({"_" + beginning for beginning in beginnings if beginning[-1] != "-"})


@lru_cache(2_000)
def _initial_tokens(name: str) -> tuple[str, ...]:
    return tuple({"=" + form[:end] for form in initials_of(name) for end in range(1, len(form) + 1)})


def _append(sequence: list[str], run: list[str]) -> None:
    # A stop, where otherwise the end of one text and the beginning of the next would read as one phrase.
    if sequence and run and sequence[-1][1:] == run[0][:-1]:
        sequence.append("/")
    sequence.extend(run)


def _runs(word: str, length: int) -> list[str]:
    return [word[at : at + length] for at in range(len(word) - length + 1)]


def _tag(tag: str) -> str:
    name, _, key = tag.partition("=")
    return f"-{folded(name)}={folded(key)}"


def _expression(query: str, tags: Iterable[str]) -> str:
    wanted = [f"({' OR '.join(_alternatives(term))})" for term in terms(query)]
    return " AND ".join((*wanted, *(_phrase([_tag(tag)]) for tag in tags))) if wanted else ""


def _alternatives(term: str) -> Iterator[str]:
    word = folded(term)
    if _in_prose(word):
        yield _phrase(_runs(word, 2) or [word])
    for way in sorted(_wanted_codes(term)):
        yield f"({' AND '.join(_phrase(_runs(code, 4) or [code]) for code in way)})"
    yield _phrase(["=" + word])
    for form in query_forms(term):
        yield _phrase(["_" + form])


def _phrase(run: list[str]) -> str:
    return f'"{" ".join(run)}"'


class SearchIndex:
    """The index of one register; ids are the rows' ids. It holds no text, so changes need the old one."""

    def __init__(self, name: str) -> None:
        self.table = f"search_{name}"

    def put(self, connection: Connection, row_id: int, text: SearchText) -> None:
        """Add a new row, inside the caller's transaction."""
        self.put_many(connection, [(row_id, text)])

    def put_many(self, connection: Connection, rows: Iterable[tuple[int, SearchText]]) -> None:
        """Add new rows, inside the caller's transaction."""
        values = [(row_id, tokens(text)) for row_id, text in rows]
        if values:
            connection.exec_driver_sql(f"INSERT INTO {self.table} (rowid, body) VALUES (?, ?)", values)

    def replace(self, connection: Connection, row_id: int, old: SearchText, new: SearchText) -> None:
        """Exchange a row's text. `old` must be the text that was put, from the row as it was before."""
        before, after = tokens(old), tokens(new)
        if before == after:
            return
        connection.exec_driver_sql(
            f"INSERT INTO {self.table} ({self.table}, rowid, body) VALUES ('delete', ?, ?)",
            (row_id, before),
        )
        connection.exec_driver_sql(f"INSERT INTO {self.table} (rowid, body) VALUES (?, ?)", (row_id, after))

    def clear(self, connection: Connection) -> None:
        """Empty the index, to be filled anew."""
        connection.exec_driver_sql(f"INSERT INTO {self.table} ({self.table}) VALUES ('delete-all')")

    def find(
        self,
        connection: Connection,
        query: str,
        limit: int,
        *,
        before: int | None = None,
        after: int | None = None,
        tags: Iterable[str] = (),
    ) -> list[int]:
        """The newest `limit` ids that answer and have all the tags, newest first; `before` and `after` are left out.

        Any text may be asked for; one without a letter or digit in it finds nothing.
        """
        where, values = self._where(query, before, after, tags)
        if not where:
            return []
        sql = f"SELECT rowid FROM {self.table} WHERE {where} ORDER BY rowid DESC LIMIT ?"
        # Straight from the driver: thousands of rows kept for a moment bring on collections of 60 ms.
        cursor = connection.exec_driver_sql(sql, (*values, limit)).cursor
        assert cursor is not None
        return [row[0] for row in iter(cursor.fetchone, None)]

    def tidy(self, connection: Connection) -> bool:
        """One small step of merging, inside a writing transaction; False when there is nothing left to do."""
        total = "SELECT total_changes()"
        before = connection.exec_driver_sql(total).scalar_one()
        connection.exec_driver_sql(
            f"INSERT INTO {self.table} ({self.table}, rank) VALUES ('merge', ?)", (_MERGE_PAGES,)
        )
        return bool(connection.exec_driver_sql(total).scalar_one() - before >= 2)

    def _where(
        self, query: str, before: int | None, after: int | None, tags: Iterable[str]
    ) -> tuple[str, tuple[str | int, ...]]:
        expression = _expression(query, tags)
        if not expression:
            return "", ()
        bounds = [("rowid < ?", before), ("rowid > ?", after)]
        asked = [(part, bound) for part, bound in bounds if bound is not None]
        where = " AND ".join([f"{self.table} MATCH ?", *(part for part, _ in asked)])
        return where, (expression, *(bound for _, bound in asked))
