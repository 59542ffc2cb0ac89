"""Keeping what is searched in step with what stands in the estate, inside the transaction that changes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from frontdesk.core.context import Transaction
from frontdesk.core.model import Base
from frontdesk.core.room_numbers import parsed
from frontdesk.core.search import SearchIndex, SearchText
from frontdesk.estate.keys import Key, resident_keys, room_keys
from frontdesk.estate.model import FinderKey, Resident, Telephone, Unit
from frontdesk.estate.register import RELATIONS
from frontdesk.safety.searches import PIECE, Read, Search, Step, TextSearch

SEARCH = SearchIndex("resident")
_RELATION = {choice.key: choice.label for choice in RELATIONS}
_AT_ONCE = 500  # ids in one statement

Numbers = dict[int, list[str]]


def live_unit(session: Session, text: str) -> Unit | None:
    """The unit of a room number however it is written; None when the estate has none (unknown callers are allowed)."""
    room = parsed(text)
    if room is None:
        return None
    return session.scalar(select(Unit).where(Unit.room_key == room.key, Unit.voided_at.is_(None)))


@contextmanager
def reindexed(work: Transaction, unit_ids: Sequence[int]) -> Iterator[None]:
    """Change units and their people inside the block; afterwards register search and finder know it.

    Units that are made inside the block may be added to `unit_ids` there.
    """
    before = _texts(work.session, unit_ids)
    yield
    work.flush()
    after = _texts(work.session, unit_ids)
    for resident_id in after.keys() & before.keys():
        if before[resident_id] != after[resident_id]:
            SEARCH.replace(work.connection, resident_id, before[resident_id], after[resident_id])
    SEARCH.put_many(work.connection, ((one, after[one]) for one in sorted(after.keys() - before.keys())))
    _refresh_keys(work.session, unit_ids)


def texts_between(session: Session, after: int, last: int) -> dict[int, SearchText]:
    """What the residents `after < id <= last` are searched by."""
    return _texts_where(session, Resident.id > after, Resident.id <= last)


class FinderSearch:
    """The finder's keys against units and residents (`safety.searches.Search`)."""

    @property
    def table(self) -> str:
        """The units'."""
        return Unit.__tablename__

    def amiss(self, read: Read, step: Step) -> Iterator[int]:
        """The units whose keys are not those of their number and people."""
        last = read(lambda session: session.scalar(select(func.max(Unit.id))) or 0)
        for after in range(0, last, PIECE):
            yield from read(partial(_units_amiss, after, after + PIECE))
            step(PIECE)

    def rebuild(self, session: Session, step: Step) -> None:
        """Make all keys anew."""
        session.execute(delete(FinderKey))
        unit_ids = session.scalars(select(Unit.id).order_by(Unit.id)).all()
        for start in range(0, len(unit_ids), PIECE):
            _refresh_keys(session, unit_ids[start : start + PIECE])
            step(PIECE)


SEARCHES: tuple[Search, ...] = (
    TextSearch(Base.metadata.tables[Resident.__tablename__], SEARCH, texts_between),
    FinderSearch(),
)


def rebuild(work: Transaction) -> None:
    """Make the register's search and the finder's keys anew from the tables."""
    for search in SEARCHES:
        search.rebuild(work.session, lambda _rows: None)


def _units_amiss(after: int, last: int, session: Session) -> list[int]:
    wanted: set[tuple[int, int, str, str]] = set()
    unit_ids = session.scalars(select(Unit.id).where(Unit.id > after, Unit.id <= last)).all()
    for some in slices(unit_ids):
        for unit_id, resident_id, keys in _live_keys(session, some):
            wanted |= {(unit_id, resident_id, kind.value, key) for kind, key in keys}
    columns = (FinderKey.unit_id, FinderKey.resident_id, FinderKey.kind, FinderKey.key)
    between = (FinderKey.unit_id > after, FinderKey.unit_id <= last)
    asked = session.execute(select(*columns).where(*between))
    kept = {(unit_id, resident_id, kind, key) for unit_id, resident_id, kind, key in asked}
    return sorted({row[0] for row in wanted ^ kept})


def numbers_of(session: Session, *where: ColumnElement[bool]) -> Numbers:
    """The live telephones of the residents that fulfil the conditions, in the order they were entered."""
    numbers: Numbers = defaultdict(list)
    asked = select(Telephone.resident_id, Telephone.number).join(
        Resident, Resident.id == Telephone.resident_id
    )
    for resident_id, number in session.execute(
        asked.where(*where, Telephone.voided_at.is_(None)).order_by(Telephone.id)
    ):
        numbers[resident_id].append(number)
    return numbers


def _texts(session: Session, unit_ids: Sequence[int]) -> dict[int, SearchText]:
    texts: dict[int, SearchText] = {}
    for some in slices(unit_ids):
        texts |= _texts_where(session, Resident.unit_id.in_(some))
    return texts


def _texts_where(session: Session, *where: ColumnElement[bool]) -> dict[int, SearchText]:
    texts: dict[int, SearchText] = {}
    numbers = numbers_of(session, *where)
    people = select(Resident.id, Resident.name, Resident.relation, Resident.remarks, Unit.unit_no)
    for resident_id, name, relation, remarks, unit_no in session.execute(
        people.join(Unit, Unit.id == Resident.unit_id).where(*where)
    ):
        texts[resident_id] = SearchText(
            prose=(_RELATION.get(relation, relation), remarks),
            rooms=(unit_no,),
            digits=tuple(numbers.get(resident_id, ())),
            names=(name,),
        )
    return texts


def _refresh_keys(session: Session, unit_ids: Sequence[int]) -> None:
    for some in slices(unit_ids):
        session.execute(
            delete(FinderKey).where(FinderKey.unit_id.in_(some)).execution_options(synchronize_session=False)
        )
        rows = [
            (kind.value, key, unit_id, resident_id)
            for unit_id, resident_id, keys in _live_keys(session, some)
            for kind, key in keys
        ]
        if rows:
            # Straight to the driver: an import brings hundreds of thousands of keys.
            session.connection().exec_driver_sql(
                "INSERT INTO finder_key (kind, key, unit_id, resident_id) VALUES (?, ?, ?, ?)", rows
            )


def _live_keys(session: Session, unit_ids: Sequence[int]) -> Iterator[tuple[int, int, set[Key]]]:
    live = (Unit.id.in_(unit_ids), Unit.voided_at.is_(None))
    for unit_id, unit_no in session.execute(select(Unit.id, Unit.unit_no).where(*live)):
        yield unit_id, 0, room_keys(unit_no)
    numbers = numbers_of(session, Resident.unit_id.in_(unit_ids))
    people = select(Resident.id, Resident.unit_id, Resident.name).join(Unit, Unit.id == Resident.unit_id)
    for resident_id, unit_id, name in session.execute(people.where(*live, Resident.voided_at.is_(None))):
        yield unit_id, resident_id, resident_keys(name, numbers.get(resident_id, []))


def slices(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids in portions that one statement takes."""
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
