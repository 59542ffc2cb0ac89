"""Shifts, and who may correct or void what during and after one (`roles.md`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.settings import SHIFT_HOURS
from frontdesk.core.shift_hours import ShiftHours, shift_hours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.core.actor import Actor
    from frontdesk.core.clock import Clock
    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.model import Record


GRACE = timedelta(hours=2)
"""How long after its shift an own entry may still be mended: the roster says when a shift ends, not when it is handed
over, which nothing here knows until handovers come (docs/decisions.md)."""


@dataclass(frozen=True)
class Shift:
    """A shift on a day: the local day on which it begins, so a night is one shift."""

    name: str
    day: date
    begins: time
    ends: time

    @property
    def hours(self) -> str:
        """`14:00–22:00`, as the head of the window shows it."""
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}"


def shift_at(local: datetime, hours: Sequence[ShiftHours]) -> Shift:
    """The shift of a local moment; hours that nobody covers count as a shift of the whole day, unnamed."""
    at = local.time()
    for line in hours:
        if line.covers(at):
            from_yesterday = line.begins >= line.ends and at < line.ends
            day = local.date() - timedelta(days=1) if from_yesterday else local.date()
            return Shift(line.name, day, line.begins, line.ends)
    return Shift("", local.date(), time.min, time.min)


def shift_ends(clock: Clock, moment: datetime, hours: Sequence[ShiftHours]) -> datetime:
    """When, in UTC, the shift of a moment ends: a night's on the next day."""
    shift = shift_at(clock.local(moment), hours)
    past_midnight = shift.begins >= shift.ends
    return clock.moment(shift.day + timedelta(days=1) if past_midnight else shift.day, shift.ends)


def is_own_of_shift(
    actor: Actor, record: Record, now: datetime, clock: Clock, hours: Sequence[ShiftHours]
) -> bool:
    """Whether this person wrote the record, and its shift still runs `now` (UTC) or ended less than `GRACE` ago."""
    return record.created_by_id == actor.person_id and is_of_shift(record.created_at, now, clock, hours)


def is_of_shift(written_at: datetime, now: datetime, clock: Clock, hours: Sequence[ShiftHours]) -> bool:
    """Whether the shift of that moment still runs `now` or ended less than `GRACE` ago; both UTC."""
    shift = shift_at(clock.local(written_at), hours)
    end_day = shift.day + timedelta(days=shift.ends <= shift.begins)
    return now < clock.moment(end_day, shift.ends) + GRACE


def may_correct(
    actor: Actor,
    record: Record,
    now: datetime,
    clock: Clock,
    hours: Sequence[ShiftHours],
    *,
    own: Permission = Permission.CORRECT_OWN,
) -> bool:
    """Whether the role reaches: an own entry of the running shift by whoever has `own`, else by a supervisor."""
    if actor.may(Permission.CORRECT_ANY):
        return True
    return actor.may(own) and is_own_of_shift(actor, record, now, clock, hours)


def may_reach(context: DeskContext, written_by_id: int | None, written_at: datetime) -> bool:
    """As `may_correct`, for whoever is signed in and what a row tells of its record; `written_at` is UTC."""
    actor = context.actor
    if actor is None or actor.may(Permission.CORRECT_ANY):
        return actor is not None
    own = actor.may(Permission.CORRECT_OWN) and written_by_id == actor.person_id
    hours = shift_hours(context.settings.get(SHIFT_HOURS))
    return own and is_of_shift(written_at, context.clock.now(), context.clock, hours)


def require_correction(context: DeskContext, work: Transaction, record: Record, reason: str) -> None:
    """Let a correction pass: one's own in the running shift freely, any other by a supervisor with a reason.

    Raises NotAllowedError; RefusedError for a voided record, or (field="reason") without a reason.
    """
    own = _require_reach(context, work, record)
    if not own and not reason.strip():
        raise RefusedError("改别人的或已过班次的记录，请写明原因。", field="reason")


def require_void(
    context: DeskContext,
    work: Transaction,
    record: Record,
    reason: str,
    own: Permission = Permission.CORRECT_OWN,
) -> None:
    """Let a void pass: by the same people, and always with a reason. Raises as `require_correction`.

    `own` is what lets a person write such entries, where that is another right: who takes money voids a receipt.
    """
    _require_reach(context, work, record, own)
    if not reason.strip():
        raise RefusedError("作废请写明原因。", field="reason")


def _require_reach(
    context: DeskContext, work: Transaction, record: Record, own: Permission = Permission.CORRECT_OWN
) -> bool:
    """Whether it is the actor's own of the running shift. Raises when the actor may not touch it at all."""
    if record.voided_at is not None:
        raise RefusedError("这条记录已经作废，不能再改。")
    hours = shift_hours(context.settings.get(SHIFT_HOURS))
    if not may_correct(work.actor, record, work.now, context.clock, hours, own=own):
        raise NotAllowedError("这条记录不是你本班写的，要改须由主管登录（F12）并注明原因。")
    return is_own_of_shift(work.actor, record, work.now, context.clock, hours)
