"""Who serves, and until when each is on duty, as the setting names them: `李建国 工程部 08:00-17:30`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from frontdesk.core.shift_hours import ShiftHours, hours_at_end, shift_hours
from frontdesk.staff.shifts import shift_ends

if TYPE_CHECKING:
    from frontdesk.core.clock import Clock


@dataclass(frozen=True)
class ServicePerson:
    """Somebody who serves. `department` may be empty; `duty` is None for who works the desk's shifts."""

    name: str
    department: str
    duty: ShiftHours | None = None


def service_people(lines: Sequence[str]) -> tuple[ServicePerson, ...]:
    """The setting's lines, read. Raises RefusedError for hours of duty that do not read."""
    return tuple(_read(line) for line in lines)


def duty_ends(
    person: str, finished_at: datetime, people: Sequence[str], shifts: Sequence[str], clock: Clock
) -> datetime:
    """When, in UTC, the signed order must be back (R-ORDER-8): at the end of the service person's duty that day.

    For somebody without hours of their own, and for work outside of them, at the end of the desk's shift.
    `people` and `shifts` are the lines of their settings.
    """
    own = next((line for line in people if line.split(maxsplit=1)[0] == person), "")
    duty = _read(own).duty if own else None
    local = clock.local(finished_at)
    if duty is None or not duty.covers(local.time()):
        return shift_ends(clock, finished_at, shift_hours(shifts))
    over_midnight = duty.begins >= duty.ends and local.time() >= duty.begins
    return clock.moment(local.date() + timedelta(days=over_midnight), duty.ends)


def _read(line: str) -> ServicePerson:
    named, duty = hours_at_end(line)
    name, _, department = named.partition(" ")
    return ServicePerson(name, department.strip(), duty)
