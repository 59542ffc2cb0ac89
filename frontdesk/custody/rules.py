"""The rules of homes in custody: who may go in and when, what an inspection must say, when the next is due. No database."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from frontdesk.core.errors import RefusedError
from frontdesk.custody.register import ABNORMAL, INSPECTION, POINTS, RAIN, REQUEST, ROUND

if TYPE_CHECKING:
    from frontdesk.core.clock import Clock

RULE = "R-KEY-8"
SCAN_PREFIX = "FD:"
TOLD_WITHIN = timedelta(days=31)
"""A word to the owner that is older is none for this visit."""
END_NEAR = timedelta(days=7)
"""So long before its end an agreement stands in the list of due things."""
SETTLE_WITHIN = timedelta(days=3)
"""How long a problem that was reported may wait before it is red."""


@dataclass(frozen=True)
class Limits:
    """The office's settings: days between rounds, hours after rain, first and last month of winter."""

    round_days: int
    rain_hours: int
    winter_first: int
    winter_last: int


# --- agreements -------------------------------------------------------------------------------------


def check_term(starts_on: date, ends_on: date | None) -> None:
    """Raises RefusedError(field="ends_on") for a term that ends before it begins."""
    if ends_on is not None and ends_on < starts_on:
        raise RefusedError("托管结束的日期不能早于开始的日期。", field="ends_on", rule="R-KEY-7")


def state_of(ended_on: date | None, ends_on: date | None, voided: bool, today: date) -> str:
    """A key of `register.STATES`."""
    if voided:
        return "void"
    if ended_on is not None:
        return "ended"
    return "expired" if ends_on is not None and ends_on < today else "active"


# --- inspections ------------------------------------------------------------------------------------


def check_inspectors(one: str, two: str) -> None:
    """Two different people go in, or nobody. Raises RefusedError(field="inspector_two") (R-KEY-8)."""
    if not two.strip():
        raise RefusedError("进入托管房须两人以上，请填写第二位巡查人。", field="inspector_two", rule=RULE)
    if _folded(one) == _folded(two):
        raise RefusedError("两位巡查人是同一个人；进入托管房须两人以上。", field="inspector_two", rule=RULE)


def check_told(told_at: datetime | None, way: str, inspected_at: datetime) -> None:
    """The owner was told before anybody went in, of this visit, and it is known how. Raises RefusedError (R-KEY-8)."""
    if told_at is None:
        raise RefusedError("巡查前须先和业主联系确认，请填写通知业主的时间。", field="told_at", rule=RULE)
    if not way:
        raise RefusedError("请选择怎样通知业主的。", field="told_way", rule=RULE)
    if told_at > inspected_at:
        raise RefusedError("通知业主的时间要早于巡查时间。", field="told_at", rule=RULE)
    if inspected_at - told_at > TOLD_WITHIN:
        raise RefusedError("这次通知已过一个月，请为这次巡查再和业主确认。", field="told_at", rule=RULE)


def check_found(values: Mapping[str, str]) -> None:
    """An 异常 is told of in words, and words are told of something 异常. Raises RefusedError."""
    wrong = [INSPECTION.field(name).label for name in POINTS if values[name] == ABNORMAL]
    if wrong and not values["problem"]:
        raise RefusedError(f"“{'、'.join(wrong)}”异常，请写明发现的问题。", field="problem", rule=RULE)
    if values["problem"] and not wrong:
        raise RefusedError("写了发现的问题，请把有问题的一项选为“异常”。", field=POINTS[0], rule=RULE)
    if values["reported_to"] and not wrong:
        raise RefusedError("没有发现问题，不用上报。", field="reported_to", rule=RULE)


def progress_of(problem: str, reported: bool, settled: bool, voided: bool) -> str:
    """A key of `register.PROGRESS`."""
    if voided:
        return "void"
    if not problem:
        return "fine"
    if settled:
        return "settled"
    return "open" if reported else "unreported"


# --- when -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """Why a home is to be inspected (a key of `register.REASONS`), since when and until when, UTC."""

    reason: str
    since: datetime
    due_at: datetime


def next_round(since: datetime, last_at: datetime | None, clock: Clock, limits: Limits) -> Due:
    """The regular round: so many days after the last look at the home, whatever that was for, by the end of that day."""
    begins = max(since, last_at) if last_at else since
    day = clock.local(begins).date() + timedelta(days=limits.round_days)
    return Due(ROUND, begins, _end_of(day, clock))


def after_rain(
    since: datetime, last_at: datetime | None, rains: Sequence[datetime], limits: Limits
) -> Due | None:
    """The look after the first rain that nobody has followed yet; `rains` in the order of time."""
    begins = max(since, last_at) if last_at else since
    rained_at = next((rain for rain in rains if rain > begins), None)
    return Due(RAIN, rained_at, rained_at + timedelta(hours=limits.rain_hours)) if rained_at else None


def of_request(
    days: tuple[date, date], asked_at: datetime, last_at: datetime | None, now: datetime, clock: Clock
) -> Due | None:
    """The day's look that the owner asked for on these days, both inclusive.

    A day without one stays due until somebody goes, and lapses with the request.
    """
    first_day, last_day = days
    today = clock.local(now).date()
    day = first_day
    if last_at is not None:
        day = max(day, clock.local(last_at).date() + timedelta(days=1))
    if day > today or today > last_day:
        return None
    return Due(REQUEST, max(asked_at, clock.day_bounds(day)[0]), _end_of(day, clock))


def winter_of(day: date, limits: Limits) -> int | None:
    """The year in which the winter of a day began; None outside of it."""
    first, last = limits.winter_first, limits.winter_last
    if first <= last:
        return day.year if first <= day.month <= last else None
    if day.month >= first:
        return day.year
    return day.year - 1 if day.month <= last else None


def winter_begins(winter: int, limits: Limits) -> date:
    """The first day of a winter."""
    return date(winter, limits.winter_first, 1)


def told_by(begins: date, clock: Clock) -> datetime:
    """Until when, UTC, owners are told: a week after winter, or the agreement, began."""
    return _end_of(begins + timedelta(days=7), clock)


def _end_of(day: date, clock: Clock) -> datetime:
    return clock.day_bounds(day)[1] - timedelta(milliseconds=1)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
