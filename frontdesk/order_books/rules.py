"""The rules of the orders' papers: deadlines, gaps, how long they are kept. Pure functions, no database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from frontdesk.core.errors import RefusedError
from frontdesk.core.money import format_fen

if TYPE_CHECKING:
    from frontdesk.core.clock import Clock
    from frontdesk.core.shift_hours import ShiftHours

BLANKS_MOST = 200


def night_shift(hours: Sequence[ShiftHours]) -> ShiftHours | None:
    """The shift over midnight, else the last one of the day; None where there are no shifts."""
    over_midnight = [shift for shift in hours if shift.begins >= shift.ends]
    return over_midnight[-1] if over_midnight else hours[-1] if hours else None


def list_due(returned_at: datetime, hours: Sequence[ShiftHours], clock: Clock) -> tuple[datetime, datetime]:
    """When a paid order's copy is due at finance, and when it is late (R-ORDER-15). UTC.

    Due when the next night clerk goes off duty, late at the end of the day after it came back.
    """
    day = clock.local(returned_at).date()
    late = clock.day_bounds(day + timedelta(days=1))[1]
    night = night_shift(hours)
    if night is None:
        return late, late
    ends = (clock.moment(day + timedelta(days=n), night.ends) for n in range(3))
    return min(next(end for end in ends if end > returned_at), late), late


def keep_until(day: date, years: int) -> date:
    """The last local day on which an order of `day` must still be there (R-ORDER-17)."""
    leap = day.month == 2 and day.day == 29
    return date(day.year + years, day.month, 28 if leap else day.day)


def check_archivable(newest: date, today: date, years: int, promised: date | None = None) -> None:
    """Raises RefusedError when the newest of what would be archived away is too young (R-ORDER-17).

    `promised` is the day that stands on a volume's cover: a setting that was lowered since does not undo it.
    """
    until = max(keep_until(newest, years), promised or newest)
    if today <= until:
        raise RefusedError(
            f"{newest} 的服务单至少保存 {years} 年，到 {until} 为止不能移出。", rule="R-ORDER-17"
        )


def check_received(counted: tuple[int, int], listed: tuple[int, int], difference: str) -> None:
    """Raises RefusedError when copies and cash (fen) are not as listed and nobody says why (R-ORDER-15)."""
    for value, name in zip(counted, ("count", "cash"), strict=True):
        if value < 0:
            raise RefusedError("不能少于 0。", field=name)
    if counted != listed and not difference:
        told = "、".join(
            word
            for word, one, other in (
                (f"清单 {listed[0]} 张，实收 {counted[0]} 张", counted[0], listed[0]),
                (f"现金应收 {format_fen(listed[1])}，实收 {format_fen(counted[1])}", counted[1], listed[1]),
            )
            if one != other
        )
        raise RefusedError(f"{told}，请写明差异。", field="difference", rule="R-ORDER-15")


def month_days(year: int, month: int) -> tuple[date, date]:
    """The first and the last day of a month. Raises ValueError for a month that there is not."""
    first = date(year, month, 1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def in_words(serials: Sequence[str]) -> str:
    """Serials on a line of paper; 无 when there are none."""
    return "、".join(serials) or "无"
