"""The register of orders, read: what an order is found by, and which ones answer a filter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from frontdesk.core.plain_text import storable
from frontdesk.core.query import RegisterQuery
from frontdesk.core.room_numbers import parsed
from frontdesk.core.search import SearchIndex, SearchText
from frontdesk.core.shown import shown_serial
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import ORDER
from frontdesk.orders.rules import OPEN_STATES, serial_from

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.core.clock import Clock

MOST = 5_000  # orders that a filter gives, the newest

INDEX = SearchIndex("order")
IS_OPEN = ServiceOrder.state.in_([state.value for state in OPEN_STATES])

_CHOSEN = {
    name: getattr(ServiceOrder, name) for name in ("state", "category", "channel", "settlement", "department")
}

_TABLE = tuple(
    getattr(ServiceOrder, name)
    for name in (
        "id",
        *(field.name for field in ORDER.listed),
        "urgent",
        "at_once",
        "finished_at",
    )
)


def found_by(order: ServiceOrder) -> SearchText:
    """What an order is searched by."""
    odd_room = () if parsed(order.unit_no) else (order.unit_no,)
    as_in_tables = shown_serial(order.serial, date(order.year, 1, 1))
    return SearchText(
        prose=(order.content, order.result, order.remarks, order.department, *odd_room),
        rooms=(order.unit_no,),
        digits=(order.serial, as_in_tables, order.telephone),
        names=(order.customer, order.service_person, order.taken_by),
    )


def table_orders(session: Session, ids: Sequence[int]) -> Sequence[Any]:
    """What the table shows of these orders, as plain rows of columns: ORM objects cost five times as much."""
    return session.execute(select(*_TABLE).where(ServiceOrder.id.in_(ids))).all()


def exported_rows(session: Session, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The exported fields' values of these orders, in the order of `ids`; amounts not yet known are None."""
    asked = select(ServiceOrder).options(lazyload(ServiceOrder.lines)).where(ServiceOrder.id.in_(ids))
    found = {order.id: order for order in session.scalars(asked)}
    return [_exported(found[number]) for number in ids if number in found]


def _exported(order: ServiceOrder) -> tuple[Any, ...]:
    unknown = {
        "due_amount": order.finished_at is None,
        "paid_amount": order.returned_at is None,
    }
    names = (field.name for field in ORDER.exported)
    return tuple(None if unknown.get(name) else getattr(order, name) for name in names)


def find(session: Session, query: RegisterQuery, clock: Clock, most: int | None = MOST) -> Sequence[int]:
    """The ids that answer, newest first: a range for the whole register, else the newest `most`, None for all."""
    if query.is_empty:
        return range(session.scalar(select(func.max(ServiceOrder.id))) or 0, 0, -1)
    conditions = list(_conditions(query, clock))
    if query.open_only:
        # Few are open; left to itself, SQLite walks the whole register backwards to spare itself the sorting.
        ids = sorted(session.scalars(select(ServiceOrder.id).where(*conditions)), reverse=True)
        under: Callable[[Sequence[int]], set[int]] = set(ids).intersection
        return _in_text(session, query.text, ids, under, most) if query.text.strip() else ids[:most]
    if not query.text.strip():
        asked = select(ServiceOrder.id).where(*conditions).order_by(ServiceOrder.id.desc())
        return session.scalars(asked.limit(most)).all()
    under = _those_under(session, conditions) if conditions else set[int]
    return _in_text(session, query.text, _bounds(session, query, clock), under, most)


def _conditions(query: RegisterQuery, clock: Clock) -> Iterator[Any]:
    if query.first_day:
        yield ServiceOrder.issued_at >= clock.day_bounds(query.first_day)[0]
    if query.last_day:
        yield ServiceOrder.issued_at < clock.day_bounds(query.last_day)[1]
    for name, key in query.choices.items():
        yield _CHOSEN[name] == storable(key)
    if query.open_only:
        yield IS_OPEN
    if query.picked:
        yield ServiceOrder.id.in_(query.picked.ids)


def _bounds(session: Session, query: RegisterQuery, clock: Clock) -> list[int]:
    """The newest and oldest id of the days asked for; of the whole register when no day is."""
    newest = func.max(ServiceOrder.id)
    if not (query.first_day or query.last_day):
        last = session.scalar(select(newest))
        return [last, 1] if last else []
    days = _conditions(RegisterQuery(first_day=query.first_day, last_day=query.last_day), clock)
    most, least = session.execute(select(newest, func.min(ServiceOrder.id)).where(*days)).one()
    return [] if most is None else [most, least]


def _in_text(
    session: Session,
    text: str,
    ids: Sequence[int],
    keep: Callable[[Sequence[int]], set[int]],
    most: int | None,
) -> list[int]:
    """Of the text's hits between the first and last of `ids`, newest first, those that `keep` keeps."""
    found: list[int] = []
    if not ids:
        return found
    before, after = ids[0] + 1, ids[-1] - 1
    while most is None or len(found) < most:
        hits = INDEX.find(session.connection(), serial_from(text), MOST, before=before, after=after)
        found += sorted(keep(hits), reverse=True)
        if len(hits) < MOST:
            break
        before = hits[-1]
    return found[:most]


def _those_under(session: Session, conditions: Sequence[Any]) -> Callable[[Sequence[int]], set[int]]:
    def keep(ids: Sequence[int]) -> set[int]:
        return set(session.scalars(select(ServiceOrder.id).where(ServiceOrder.id.in_(ids), *conditions)))

    return keep
