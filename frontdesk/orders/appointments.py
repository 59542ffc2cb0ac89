"""Whose time is taken when: two appointments of one service person that overlap (R-ORDER-4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from frontdesk.core.shown import shown_span
from frontdesk.orders import rules
from frontdesk.orders.model import ServiceOrder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.core.clock import Clock


def overlaps(
    session: Session, clock: Clock, person: str, own: tuple[datetime | None, datetime | None], but: int = 0
) -> tuple[str, ...]:
    """A sentence for each unfinished order of this person at the time, leaving out the order `but`; none without a time."""
    begins, ends = own
    if not person or begins is None:
        return ()
    return tuple(_sentences(session, clock, person, (begins, ends), but))


def _sentences(
    session: Session, clock: Clock, person: str, own: tuple[datetime, datetime | None], but: int
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
            when = shown_span(clock, taken[0], taken[1])
            yield (
                " ".join(filter(None, (f"{person}在这个时间已有预约：{when}", other.unit_no, other.serial)))
                + "。"
            )
