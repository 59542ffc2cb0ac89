"""The setting of shift hours, read: lines such as `夜班 22:00-06:00`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from frontdesk.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

_HOURS = re.compile(r"(\S+)\s+(\d{1,2}):(\d{2})\s*[-–—~]\s*(\d{1,2}):(\d{2})")
_AT_END = re.compile(r"\s(\d{1,2}:\d{2}\s*[-–—~]\s*\d{1,2}:\d{2})\s*$")


@dataclass(frozen=True)
class ShiftHours:
    """One line of the setting: `夜班 22:00-06:00`. Local times; an end before the start is the next day's."""

    name: str
    begins: time
    ends: time

    def covers(self, at: time) -> bool:
        """Whether the shift is on at this time of day."""
        if self.begins < self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def shift_hours(lines: Sequence[str]) -> tuple[ShiftHours, ...]:
    """The setting's lines, read. Raises RefusedError for a line that does not read."""
    return tuple(_read(line) for line in lines)


def hours_at_end(line: str) -> tuple[str, ShiftHours | None]:
    """A line and the hours that may stand at its end: `李建国 工程部 08:00-17:30`. Raises RefusedError."""
    found = _AT_END.search(line)
    if found is None:
        return line.strip(), None
    told = line[: found.start()].strip()
    return told, _read(f"{told.split()[0] if told else '当班'} {found[1]}")


def check_hours_at_end(lines: Sequence[str]) -> None:
    """Raises RefusedError for a line whose hours do not read."""
    for line in lines:
        hours_at_end(line)


def _read(line: str) -> ShiftHours:
    found = _HOURS.fullmatch(line.strip())
    try:
        if found is None:
            raise ValueError(line)
        begins = time(int(found[2]), int(found[3]))
        ends = time(int(found[4]) % 24, int(found[5]))
    except ValueError as error:
        raise RefusedError(f"班次“{line}”看不懂，请写成：早班 06:00-14:00。") from error
    return ShiftHours(found[1], begins, ends)
