"""Keeping what is searched in step with what stands in the estate, inside the transaction that changes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from frontdesk.core.context import Transaction
from frontdesk.core.room_numbers import parsed
from frontdesk.core.search import SearchIndex, SearchText
from frontdesk.estate.keys import Key, resident_keys, room_keys
from frontdesk.estate.model import FinderKey, Resident, Telephone, Unit
from frontdesk.estate.register import RELATIONS

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


def rebuild(work: Transaction) -> None:
    """Make the register's search and the finder's keys anew from the tables."""
    unit_ids = work.session.scalars(select(Unit.id)).all()
    SEARCH.clear(work.connection)
    SEARCH.put_many(work.connection, sorted(_texts(work.session, unit_ids).items()))
    _refresh_keys(work.session, unit_ids)


def numbers_of(session: Session, where: ColumnElement[bool]) -> Numbers:
    """The live telephones of the residents that fulfil a condition, in the order they were entered."""
    numbers: Numbers = defaultdict(list)
    asked = select(Telephone.resident_id, Telephone.number).join(
        Resident, Resident.id == Telephone.resident_id
    )
    for resident_id, number in session.execute(
        asked.where(where, Telephone.voided_at.is_(None)).order_by(Telephone.id)
    ):
        numbers[resident_id].append(number)
    return numbers


def _texts(session: Session, unit_ids: Sequence[int]) -> dict[int, SearchText]:
    texts: dict[int, SearchText] = {}
    for some in slices(unit_ids):
        numbers = numbers_of(session, Resident.unit_id.in_(some))
        people = select(Resident.id, Resident.name, Resident.relation, Resident.remarks, Unit.unit_no)
        for resident_id, name, relation, remarks, unit_no in session.execute(
            people.join(Unit, Unit.id == Resident.unit_id).where(Resident.unit_id.in_(some))
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
