"""Whose time is taken when: two appointments of one service person that overlap (R-ORDER-4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from frontdesk.orders import rules
from frontdesk.orders.model import ServiceOrder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def overlaps(
    session: Session, person: str, begins: datetime | None, ends: datetime | None, but: int = 0
) -> tuple[str, ...]:
    """A sentence for each unfinished order of this person at the time, leaving out the order `but`; none without a time."""
    if not person or begins is None:
        return ()
    return tuple(_sentences(session, person, (begins, ends), but))


def _sentences(
    session: Session, person: str, own: tuple[datetime, datetime | None], but: int
) -> Iterator[str]:
    asked = select(ServiceOrder).where(
        ServiceOrder.state.in_([state.value for state in rules.AT_WORK_STATES]),
        ServiceOrder.service_person == person,
        ServiceOrder.appointment_at.is_not(None),
        ServiceOrder.id != but,
    )
    for other in session.scalars(asked):
        taken = (other.appointment_at, other.appointment_until)
        if taken[0] is not None and rules.appointments_overlap(own, (taken[0], taken[1])):
            yield f"{person}在这个时间已有预约：{other.serial} {other.unit_no}".rstrip() + "。"
