"""Numbers without gaps (R-ORDER-1): taken in the transaction that writes the record which uses them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from frontdesk.core.model import SerialCounter

_BUSINESS_DAY = "business_day"  # a counter too: days as ordinals, which never run back by themselves


def next_serial(session: Session, series: str, period: str) -> int:
    """Take the next number, from 1, of a series in a period (`"2026"`, `"2026-11-21"`).

    The caller's transaction already holds the file's write lock (BEGIN IMMEDIATE; on PostgreSQL the
    counter's row), so two desks cannot take the same one; rolled back, the number was never taken.
    """
    raised = (
        update(SerialCounter)
        .where(SerialCounter.series == series, SerialCounter.period == period)
        .values(last=SerialCounter.last + 1)
        .returning(SerialCounter.last)
        .execution_options(synchronize_session=False)
    )
    number = session.scalar(raised)
    if number is None:
        session.execute(insert(SerialCounter).values(series=series, period=period, last=1))
        return 1
    return number


def last_serial(session: Session, series: str, period: str) -> int:
    """The last number given, 0 when none was."""
    asked = select(SerialCounter.last).where(SerialCounter.series == series, SerialCounter.period == period)
    return session.scalar(asked) or 0


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
