"""Whether what is searched agrees with the rows it was made from, and making it anew.

An index is not a record: nobody signs it and no journal tells of it. But a row that search does not find is lost
to whoever looks for it, so verification asks here too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Any, Protocol, TypeVar

from sqlalchemy import Date, Select, String, Table, func, select, type_coerce
from sqlalchemy.orm import Session

from frontdesk.core.model import UtcMoment
from frontdesk.core.search import SearchIndex, SearchText, tokens

T = TypeVar("T")
Step = Callable[[int], None]
"""Told how many rows were looked at; may raise StoppedError."""

PIECE = 1024  # rows in one go, and in one sum
_PLACES = 100_000  # places of tokens in one go
_LOOKED_AT = 16  # sums that are looked into; what else is wrong is as good as told by them
_LARGE, _PRIME, _OTHER, _LIMIT = 1 << 64, 7919, 104_729, 2**31 - 1


class Read(Protocol):
    """Gives a session for one piece; the file is let go of between two."""

    def __call__(self, reader: Callable[[Session], T]) -> T:
        """What the reader read."""
        ...


class Search(Protocol):
    """What is made from the rows of a table, to find them."""

    @property
    def table(self) -> str:
        """The table whose rows are found."""
        ...

    def amiss(self, read: Read, step: Step) -> Iterable[int]:
        """The ids of rows that are not found by what they say, or by what they no longer say."""
        ...

    def rebuild(self, session: Session, step: Step) -> None:
        """Make it anew from the rows, inside the caller's transaction."""
        ...


@dataclass(frozen=True)
class TextSearch:
    """A `SearchIndex` of one table; `texts(session, after, last)` tells what the rows `after < id <= last` say."""

    rows: Table
    index: SearchIndex
    texts: Callable[[Session, int, int], Mapping[int, SearchText]]

    @property
    def table(self) -> str:
        """The table's name."""
        return self.rows.name

    def amiss(self, read: Read, step: Step) -> Iterable[int]:
        """Sums over 1024 rows are compared first; only where one differs the index is looked into row by row.

        A row that was written while we looked is left for the next time. Of many wrong pieces the first sixteen
        are looked into.
        """
        last = read(self._last)
        kept = _sums(read, self.index.table)
        wrong = []
        for after in range(0, last, PIECE):
            said = read(partial(self._said_in, pieces=[after // PIECE]))
            if sum(said.values()) % _LARGE != kept.pop(after // PIECE, 0):
                wrong.append(after // PIECE)
            step(PIECE)
        yield from self._looked_into(read, [*wrong, *kept][:_LOOKED_AT])

    def rebuild(self, session: Session, step: Step) -> None:
        """Empty the index and fill it again."""
        connection = session.connection()
        self.index.clear(connection)
        for after in range(0, self._last(session), PIECE):
            self.index.put_many(connection, sorted(self.texts(session, after, after + PIECE).items()))
            step(PIECE)

    def _looked_into(self, read: Read, pieces: Sequence[int]) -> Iterator[int]:
        if not pieces:
            return
        said_in = partial(self._said_in, pieces=pieces)
        before = read(said_in)
        kept = _by_row(read, self.index.table, pieces)
        after = read(said_in)
        for row_id in sorted(before.keys() | kept.keys()):
            same = before.get(row_id, 0)
            if same == after.get(row_id, 0) and same != kept.get(row_id, 0):
                yield row_id

    def _said_in(self, session: Session, pieces: Sequence[int]) -> dict[int, int]:
        said: dict[int, int] = {}
        for piece in pieces:
            said |= _said(self.texts(session, piece * PIECE, (piece + 1) * PIECE))
        return said

    def _last(self, session: Session) -> int:
        return session.scalar(select(func.max(self.rows.c.id))) or 0


def as_stored(table: Table) -> Select[Any]:
    """All columns, moments and days as their stored text: quicker, the form in which the journal has them, and
    not even a spoilt one raises.
    """
    as_text = (UtcMoment, Date)
    return select(
        *(
            type_coerce(column, String).label(column.name) if isinstance(column.type, as_text) else column
            for column in table.c
        )
    )


def texts_of(
    rows: Table, found_by: Callable[[Any], SearchText]
) -> Callable[[Session, int, int], Mapping[int, SearchText]]:
    """What rows are found by that say everything themselves."""

    def texts(session: Session, after: int, last: int) -> Mapping[int, SearchText]:
        asked = as_stored(rows).where(rows.c.id > after, rows.c.id <= last)
        return {row.id: found_by(row) for row in session.execute(asked)}

    return texts


def _said(texts: Mapping[int, SearchText]) -> dict[int, int]:
    """By row: the sum of all tokens it should be found by, each with its place."""
    return {
        row_id: sum(
            _weight(token) * (_place(row_id, at) + 1) for at, token in enumerate(_as_kept(tokens(text)))
        )
        % _LARGE
        for row_id, text in texts.items()
    }


def _sums(read: Read, index: str) -> dict[int, int]:
    """By piece of rows: the sum of all tokens that the index keeps of them."""
    sums: dict[int, int] = defaultdict(int)
    of_piece = f"(doc - 1) / {PIECE}"
    for some in _kept(read, index, of_piece, "true"):
        for token, piece, count, places in some:
            sums[piece] = (sums[piece] + _weight(token.encode()) * (places + count)) % _LARGE
    return dict(sums)


def _by_row(read: Read, index: str, pieces: Sequence[int]) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    wanted = f"(doc - 1) / {PIECE} IN ({', '.join(map(str, pieces))})"
    for some in _kept(read, index, "doc", wanted):
        for token, row_id, count, places in some:
            sums[row_id] = (sums[row_id] + _weight(token.encode()) * (places + count)) % _LARGE
    return dict(sums)


def _kept(read: Read, index: str, group: str, where: str) -> Iterator[Sequence[tuple[str, int, int, int]]]:
    """What the index keeps, some tokens at a time: token, group, how often, the sum of its places."""
    after: str | None = ""
    while after is not None:
        some, after = read(partial(_some, index, group, where, after))
        yield some


def _some(
    index: str, group: str, where: str, after: str, session: Session
) -> tuple[Sequence[tuple[str, int, int, int]], str | None]:
    connection = session.connection()
    for kind in ("row", "instance"):
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{index}_{kind} USING fts5vocab('main', '{index}', '{kind}')"
        )
    upto, places = None, 0
    counted = connection.exec_driver_sql(f"SELECT term, cnt FROM temp.{index}_row WHERE term > ?", (after,))
    for term, count in counted:
        upto, places = term, places + count
        if places >= _PLACES:
            break
    counted.close()
    if upto is None:
        return (), None
    place = f"(doc % 1000003 * {_PRIME} + offset * {_OTHER}) % {_LIMIT}"
    found = connection.exec_driver_sql(
        f"SELECT term, {group}, count(*), sum({place}) FROM temp.{index}_instance "
        f"WHERE term > ? AND term <= ? AND {where} GROUP BY 1, 2",
        (after, upto),
    )
    return [(term, piece, count, places) for term, piece, count, places in found], upto


def _place(row_id: int, offset: int) -> int:
    return (row_id % 1000003 * _PRIME + offset * _OTHER) % _LIMIT


@lru_cache(50_000)
def _weight(token: bytes) -> int:
    return int.from_bytes(blake2b(token, digest_size=8).digest())


def _as_kept(sequence: str) -> list[bytes]:
    return sequence.encode().lower().split()  # FTS5's own reading: ASCII in small letters
