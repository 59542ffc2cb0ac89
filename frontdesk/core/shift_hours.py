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
