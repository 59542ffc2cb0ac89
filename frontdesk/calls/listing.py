"""The call log, read: which lines answer a filter, and how a line is shown on the screen and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, and_, func, select

from frontdesk.calls.model import Call
from frontdesk.calls.register import CALL, COMPLAINT, CallRow
from frontdesk.calls.rules import Standing, department_of, progress_of
from frontdesk.core.model import SerialCounter
from frontdesk.core.plain_text import storable
from frontdesk.core.query import VOID, TableRow, tone
from frontdesk.core.room_numbers import parsed
from frontdesk.core.search import SearchIndex, SearchText
from frontdesk.core.shown import (
    dated_moment,
    masked_telephone,
    shown_day,
    shown_moment,
    shown_serial,
    shown_stamp,
)
from frontdesk.orders.model import ServiceOrder

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from frontdesk.core.clock import Clock
    from frontdesk.core.query import RegisterQuery

SERIES = "call"
MOST = 5000  # lines that a filter gives, the newest

INDEX = SearchIndex("call")
IS_OPEN = and_(Call.settled_at.is_(None), Call.voided_at.is_(None))

_CHOSEN = {"category": Call.category, "answered_by": Call.answered_by, "unit_no": Call.unit_no}
_FIRST_OPEN = select(Call.id).where(IS_OPEN).order_by(Call.id).limit(1)
_TAGGED = (
    "category",
    "answered_by",
)  # in the index, so that a frequent word of a rare category is found at once
_EXPORTED = tuple(field.name for field in CALL.exported)
_STANDING = ("voided_at", "settled_at", "outcome", "promised_at", "order_state", "order_appointment_at")
_DERIVED = frozenset({"progress", "tone", "department"})
_ROW_FIELDS = tuple(name for name in CallRow.__dataclass_fields__ if name not in _DERIVED)
_ROWS = select(
    *(getattr(Call, name) for name in _ROW_FIELDS),
    ServiceOrder.state.label("order_state"),
    ServiceOrder.appointment_at.label("order_appointment_at"),
    ServiceOrder.department.label("order_department"),
).outerjoin(ServiceOrder, ServiceOrder.serial == Call.order_serial)


def found_by(call: Call) -> SearchText:
    """What a call is searched by."""
    odd_room = () if parsed(call.unit_no) else (call.unit_no,)
    return SearchText(
        prose=(call.reason, call.remarks, call.recipient, call.outside_body, *odd_room),
        rooms=(call.unit_no,),
        digits=(call.digits, call.order_serial),
        names=(call.caller, call.answered_by),
        tags=tuple(f"{name}={getattr(call, name)}" for name in _TAGGED),
    )


@dataclass(frozen=True)
class View:
    """For whom lines are read: `masked` hides telephones; paper, on which no word may age, writes moments in full."""

    clock: Clock
    masked: bool
    departments: Sequence[str] = ()
    shown: Callable[[Clock, datetime], str] = shown_moment


def calls_where(session: Session, view: View, *conditions: Any, newest: int | None = None) -> list[CallRow]:
    """The calls under these conditions, oldest first; with `newest`, only so many of them, newest first."""
    asked = _ROWS.where(*conditions)
    asked = asked.order_by(Call.id) if newest is None else asked.order_by(Call.id.desc()).limit(newest)
    return [_call_row(row, view) for row in session.execute(asked)]


def _call_row(row: Row[*tuple[Any, ...]], view: View) -> CallRow:
    columns = row._mapping
    progress, colour = progress_of(Standing(*(columns[name] for name in _STANDING)), view.clock, view.shown)
    values = {name: columns[name] for name in _ROW_FIELDS}
    if view.masked:
        values["number"] = masked_telephone(values["number"])
    department = department_of(columns["order_department"], columns["recipient"], view.departments)
    return CallRow(**values, department=department, progress=progress, tone=colour)


def table_rows(session: Session, view: View, ids: Sequence[int]) -> list[TableRow]:
    """The rows of the table on the screen, in the order of `ids`."""
    found = {row.id: row for row in calls_where(session, view, Call.id.in_(ids))}
    return [_table_row(found[number], view.clock) for number in ids if number in found]


def _table_row(call: CallRow, clock: Clock) -> TableRow:
    marks = [VOID] if call.voided_at else []
    if call.category == COMPLAINT:
        marks.append(tone("category", "danger"))
    if call.tone != "neutral":
        marks.append(tone("outcome", call.tone))
    return (
        call.id,
        str(call.day_no),
        _shown_time(call, clock),
        call.unit_no,
        call.caller,
        " ".join(call.reason.split()),
        shown_serial(call.order_serial, clock.today()),
        call.category,
        " ".join(call.progress.split()),
        *marks,
    )


def _shown_time(call: CallRow, clock: Clock) -> str:
    # A clock that was set back must not put a line of the business day under another one.
    if clock.local(call.logged_at).date() != call.day:
        return shown_day(call.day, clock.today())
    return shown_stamp(clock, call.logged_at)


def printed_rows(session: Session, view: View, ids: Sequence[int]) -> list[tuple[str, ...]]:
    """The twelve cells of 公共信息记录表 for these lines, in the order of `ids`."""
    on_paper = replace(view, shown=dated_moment)
    found = {row.id: row for row in calls_where(session, on_paper, Call.id.in_(ids))}
    return [_printed_row(found[number], view.clock) for number in ids if number in found]


def _printed_row(call: CallRow, clock: Clock) -> tuple[str, ...]:
    return (
        str(call.day_no),
        call.day.isoformat(),
        f"{clock.local(call.logged_at):%H:%M}",
        call.unit_no,
        call.number,
        call.reason,
        call.order_serial,
        call.answered_by,
        call.recipient,
        f"作废：{call.void_reason}" if call.voided_at else call.progress,
        call.category,
        call.remarks,
    )


def exported_rows(session: Session, view: View, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The plain values of the exported fields of these lines, in the order of `ids`."""
    found = {row.id: row for row in calls_where(session, view, Call.id.in_(ids))}
    return [_exported_row(found[number]) for number in ids if number in found]


def _exported_row(call: CallRow) -> tuple[Any, ...]:
    own = {
        "time": call.logged_at,
        "outcome": f"作废：{call.void_reason}" if call.voided_at else call.progress,
        "category_letter": call.category,
        "caller_named": call.caller,
    }
    return tuple(own[name] if name in own else getattr(call, name) for name in _EXPORTED)


def find(
    session: Session, query: RegisterQuery, *, days_in_order: bool, most: int | None = MOST
) -> Sequence[int]:
    """The ids that answer, newest first: a range for the whole log or a run of days, else `most` (None: all).

    `days_in_order`: no clock was ever set right backwards, so that later lines have later days.
    """
    if query.is_empty:
        return range(session.scalar(select(func.max(Call.id))) or 0, 0, -1)
    span = _span(session, query) if days_in_order and (query.first_day or query.last_day) else None
    if query.text.strip():
        return _find_text(session, query, span, most)
    conditions = list(_conditions(query, span))
    if span is not None and not conditions:
        return span
    if span is not None:
        conditions.append(Call.id.between(span.stop + 1, span.start))
    return _ids(session, _newest(query, span).where(*conditions).limit(most))


def _ids(session: Session, asked: Select[int]) -> list[int]:
    # Straight from the driver: thousands of rows kept for a moment bring on collections of 60 ms.
    cursor = session.connection().execute(asked).cursor
    assert cursor is not None
    return [row[0] for row in iter(cursor.fetchone, None)]


def _newest(query: RegisterQuery, span: range | None) -> Select[int]:
    # A day's index is walked from its end; sorting all the days by id would touch every line of them.
    by_day = span is None and not query.choices and not query.open_only
    order = (Call.day.desc(), Call.day_no.desc()) if by_day else (Call.id.desc(),)
    return select(Call.id).order_by(*order)


def _conditions(query: RegisterQuery, span: range | None) -> Iterator[Any]:
    if span is None and query.first_day:
        yield Call.day >= query.first_day
    if span is None and query.last_day:
        yield Call.day <= query.last_day
    for name, key in query.choices.items():
        # Few lines are open: their index serves better than a choice's, and coalesce keeps that one out.
        column = func.coalesce(_CHOSEN[name], "") if query.open_only else _CHOSEN[name]
        yield column == storable(key)
    if query.open_only:
        yield IS_OPEN


def _span(session: Session, query: RegisterQuery) -> range | None:
    """The run of ids of these days when nothing else lies between them, else None.

    Each day's numbers are without gap, so the counters' sum says how many lines the days have.
    """
    days, periods = [], [SerialCounter.series == SERIES]
    if query.first_day:
        days.append(Call.day >= query.first_day)
        periods.append(SerialCounter.period >= query.first_day.isoformat())
    if query.last_day:
        days.append(Call.day <= query.last_day)
        periods.append(SerialCounter.period <= query.last_day.isoformat())
    ids = select(Call.id).where(*days).limit(1)
    first = session.scalar(ids.order_by(Call.day, Call.day_no))
    last = session.scalar(ids.order_by(Call.day.desc(), Call.day_no.desc()))
    if first is None or last is None:
        return range(0)
    lines = session.scalar(select(func.sum(SerialCounter.last)).where(*periods))
    return range(last, first - 1, -1) if last - first + 1 == lines else None


def _find_text(session: Session, query: RegisterQuery, span: range | None, most: int | None) -> Sequence[int]:
    """The index knows words and tags; what else is asked for is looked up line by line, a page at a time."""
    tags = [f"{name}={key}" for name, key in query.choices.items() if name in _TAGGED]
    others = {name: key for name, key in query.choices.items() if name not in _TAGGED}
    conditions = list(_conditions(replace(query, choices=others), span))
    before, after = (span.start + 1, span.stop) if span is not None else (None, None)
    if query.open_only:  # open lines are mostly new ones: no need to look for words before the first of them
        first_open = session.scalar(_FIRST_OPEN)
        if first_open is None:
            return []
        after = max(after or 0, first_open - 1)
    found: list[int] = []
    page = most or MOST
    while most is None or len(found) < most:
        hits = INDEX.find(session.connection(), query.text, page, before=before, after=after, tags=tags)
        found += _those_under(session, hits, conditions) if conditions else hits
        if len(hits) < page:
            break
        before = hits[-1]
    return found[:most]


def _those_under(session: Session, ids: Sequence[int], conditions: Sequence[Any]) -> Sequence[int]:
    asked = select(Call.id).where(Call.id.in_(ids), *conditions).order_by(Call.id.desc())
    return _ids(session, asked)
