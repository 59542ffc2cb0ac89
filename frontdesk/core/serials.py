"""Numbers without gaps (R-ORDER-1): taken in the transaction that writes the record which uses them."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from frontdesk.core.model import SerialCounter


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
