"""The register of call-backs, read: which ones answer a filter, and how they are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from frontdesk.callbacks.model import Callback
from frontdesk.callbacks.register import (
    CALLBACK,
    DISSATISFIED,
    QUESTIONS,
    CallbackRow,
    complaints,
    satisfaction,
)
from frontdesk.callbacks.rules import is_bad
from frontdesk.core.plain_text import storable
from frontdesk.core.query import VOID, TableRow, tone
from frontdesk.core.shown import dated_moment, printed_moment, shown_moment, shown_serial
from frontdesk.orders.model import ServiceOrder

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from frontdesk.core.clock import Clock
    from frontdesk.core.query import RegisterQuery

MOST = 5_000  # call-backs that a filter gives, the newest

_SEARCHED = (
    Callback.serial,
    Callback.unit_no,
    Callback.customer,
    Callback.service_person,
    Callback.called_by,
    Callback.opinion,
    Callback.problem,
)
_CHOSEN = {name: getattr(Callback, name) for name in ("method", *QUESTIONS)}
_ROW_FIELDS = tuple(name for name in CallbackRow.__dataclass_fields__ if name != "bad")


def row_of(callback: Callback) -> CallbackRow:
    """A call-back as it stands."""
    bad = is_bad({name: getattr(callback, name) for name in QUESTIONS}, callback.problem)
    return CallbackRow(**{name: getattr(callback, name) for name in _ROW_FIELDS}, bad=bad)


def find(session: Session, query: RegisterQuery, clock: Clock, most: int | None = MOST) -> Sequence[int]:
    """The ids that answer, newest first: a range for the whole register, else the newest `most`, None for all."""
    if query.is_empty:
        return range(session.scalar(select(func.max(Callback.id))) or 0, 0, -1)
    asked = select(Callback.id).where(*_conditions(query, clock)).order_by(Callback.id.desc())
    return session.scalars(asked.limit(most)).all()


def _conditions(query: RegisterQuery, clock: Clock) -> Iterator[Any]:
    for word in storable(query.text).split():
        yield or_(*(column.contains(word, autoescape=True) for column in _SEARCHED))
    if query.first_day:
        yield Callback.called_at >= clock.day_bounds(query.first_day)[0]
    if query.last_day:
        yield Callback.called_at < clock.day_bounds(query.last_day)[1]
    for name, key in query.choices.items():
        yield _CHOSEN[name] == storable(key)
    if query.picked:
        yield Callback.id.in_(query.picked.ids)
    if query.open_only:  # what must still go back in writing
        bad = [getattr(Callback, name) == DISSATISFIED for name in QUESTIONS]
        yield Callback.referred_at.is_(None)
        yield Callback.voided_at.is_(None)
        yield or_(Callback.problem != "", *bad)


def table_rows(session: Session, clock: Clock, ids: Sequence[int]) -> list[TableRow]:
    """The rows of the table on the screen, in the order of `ids`."""
    found = {row.id: row for row in session.scalars(select(Callback).where(Callback.id.in_(ids)))}
    return [_table_row(row_of(found[number]), clock) for number in ids if number in found]


def _table_row(row: CallbackRow, clock: Clock) -> TableRow:
    shown = {
        "called_at": shown_moment(clock, row.called_at),
        "unit_no": row.unit_no,
        "customer": row.customer,
        "method": _label("method", row.method),
        "occasion": row.occasion,
        "serial": shown_serial(row.serial, clock.today()),
        "service_person": row.service_person,
        "satisfaction": complaints(row),
        "problem": " ".join(_problem(row, clock).split()),
        "called_by": row.called_by,
    }
    marks = [VOID] if row.voided_at else []
    if row.bad:
        marks.append(tone("satisfaction", "warn" if row.referred_at else "danger"))
    return (row.id, *(shown[field.name] for field in CALLBACK.listed), *marks)


def printed_rows(session: Session, clock: Clock, ids: Sequence[int]) -> list[tuple[str, ...]]:
    """The cells of 客户回访记录表 for these call-backs, in the order of `ids`."""
    asked = (
        select(Callback, ServiceOrder.content)
        .join(ServiceOrder, ServiceOrder.id == Callback.order_id)
        .where(Callback.id.in_(ids))
    )
    found = {callback.id: (row_of(callback), content) for callback, content in session.execute(asked)}
    later = _second_ones(session, {row.order_id for row, _ in found.values()})
    return [
        _printed_row(row, content, _next_of(row, later[row.order_id]), clock)
        for row, content in (found[number] for number in ids if number in found)
    ]


def _second_ones(session: Session, order_ids: set[int]) -> Mapping[int, list[CallbackRow]]:
    asked = select(Callback).where(Callback.order_id.in_(order_ids), Callback.voided_at.is_(None))
    found: dict[int, list[CallbackRow]] = defaultdict(list)
    for callback in session.scalars(asked.order_by(Callback.called_at, Callback.id)):
        found[callback.order_id].append(row_of(callback))
    return found


def _next_of(row: CallbackRow, of_order: Sequence[CallbackRow]) -> CallbackRow | None:
    here = (row.called_at, row.id)
    return next((other for other in of_order if (other.called_at, other.id) > here), None)


def _printed_row(
    row: CallbackRow, content: str, following: CallbackRow | None, clock: Clock
) -> tuple[str, ...]:
    second = f"{dated_moment(clock, following.called_at)} {satisfaction(following)}" if following else ""
    cells = {
        "called_at": f"{clock.local(row.called_at):%Y-%m-%d}",
        "unit_no": row.unit_no,
        "customer": row.customer,
        "method": _label("method", row.method),
        "occasion": row.occasion,
        "serial": row.serial,
        "content": content,
        "satisfaction": f"作废：{row.void_reason}" if row.voided_at else satisfaction(row, "\n"),
        "problem": _problem(row, clock),
        "second": second,
        "called_by": row.called_by,
    }
    return tuple(cells[field.name] for field in CALLBACK.printed)


def _problem(row: CallbackRow, clock: Clock) -> str:
    written = f"{dated_moment(clock, row.referred_at)} 书面转{row.referred_to}：{row.referral}"
    answered = f"{dated_moment(clock, row.replied_at)} {row.replied_by}答复：{row.reply}"
    told = (row.problem, row.opinion, written if row.referred_at else "", answered if row.replied_at else "")
    return "\n".join(filter(None, told))


def exported_rows(session: Session, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The exported fields' values of these call-backs, in the order of `ids`."""
    asked = (
        select(Callback, ServiceOrder.content)
        .join(ServiceOrder, ServiceOrder.id == Callback.order_id)
        .where(Callback.id.in_(ids))
    )
    found = {callback.id: (callback, content) for callback, content in session.execute(asked)}
    return [_exported(*found[number]) for number in ids if number in found]


def _exported(callback: Callback, content: str) -> tuple[Any, ...]:
    own = {"content": content}
    return tuple(
        own[field.name] if field.name in own else getattr(callback, field.name) for field in CALLBACK.exported
    )


def slip_values(callback: CallbackRow, clock: Clock) -> dict[str, str]:
    """The 回访 block of the order's paper (F-ORDER), by its template's names."""
    return {
        "callback_at": dated_moment(clock, callback.called_at),
        "callback_by": callback.called_by,
        "callback_level": _label("level", callback.level),
        "callback_time": _label("timing", callback.timing),
        "callback_attitude": _label("attitude", callback.attitude),
        "callback_opinion": "\n".join(filter(None, (callback.problem, callback.opinion))),
    }


def memo_values(callback: Callback, order: ServiceOrder, reply_by: datetime, clock: Clock) -> dict[str, str]:
    """What goes back to the department in writing, by the names of F-MEMO."""
    said = "；".join(filter(None, (callback.problem, callback.opinion)))
    about = f"{order.unit_no} {order.customer}，{order.content}（{order.service_person} 完成）。"
    heard = f"客户：{satisfaction(row_of(callback))}" + (f"，{said}" if said else "")
    return {
        "serial": f"{order.serial} 回访",
        "to_department": callback.referred_to,
        "sent_at": printed_moment(clock, callback.referred_at),
        "reply_by": printed_moment(clock, reply_by),
        "text": "\n".join((about, heard, f"要求：{callback.referral}")),
    }


def _label(field: str, key: str) -> str:
    return CALLBACK.field(field).label_of(key)
