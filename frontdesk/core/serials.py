"""Numbers without gaps (R-ORDER-1): taken in the transaction that writes the record which uses them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from frontdesk.core.model import SerialCounter

_COLUMNS = SerialCounter.__table__.c
# Put together once: each entry of the desk asks all three.
_ONE = (_COLUMNS.series == bindparam("of_series"), _COLUMNS.period == bindparam("of_period"))
_LAST = select(_COLUMNS.last).where(*_ONE)
_RAISED = update(SerialCounter).where(*_ONE).values(last=_COLUMNS.last + 1).returning(_COLUMNS.last)

_BUSINESS_DAY = "business_day"  # a counter too: days as ordinals, which never run back by themselves


def next_serial(session: Session, series: str, period: str) -> int:
    """Take the next number, from 1, of a series in a period (`"2026"`, `"2026-11-21"`).

    The caller's transaction already holds the file's write lock (BEGIN IMMEDIATE; on PostgreSQL the
    counter's row), so two desks cannot take the same one; rolled back, the number was never taken.
    """
    connection = session.connection()
    number: int | None = connection.scalar(_RAISED, {"of_series": series, "of_period": period})
    if number is None:
        connection.execute(insert(SerialCounter).values(series=series, period=period, last=1))
        return 1
    return number


def last_serial(session: Session, series: str, period: str) -> int:
    """The last number given, 0 when none was."""
    return session.connection().scalar(_LAST, {"of_series": series, "of_period": period}) or 0


def advance_day(session: Session, day: date) -> date:
    """Move the business day on to `day`, never back; returns the business day.

    A clock set back must not issue last year's serials, nor give a day's numbers a second time.
    """
    latest = latest_day(session)
    if latest is None or day > latest:
        restart_day(session, day)
        return day
    return latest


def latest_day(session: Session) -> date | None:
    """The business day; None when nothing was ever written."""
    ordinal = last_serial(session, _BUSINESS_DAY, "")
    return date.fromordinal(ordinal) if ordinal else None


def restart_day(session: Session, day: date) -> None:
    """Put the business day to `day`, back too: when an entry was made with the clock ahead."""
    session.merge(SerialCounter(series=_BUSINESS_DAY, period="", last=day.toordinal()))
    session.flush()
