"""When an order must be called back, and what an answer asks for next. Pure functions, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from frontdesk.callbacks.register import CALLBACK, DISSATISFIED, QUESTIONS, NewCallback
from frontdesk.core.clock import Clock
from frontdesk.core.errors import RefusedError

FIRST, URGENT, LEAK, SAFETY, SAMPLE = "完工回访", "急修回访", "漏水回访", "安全设备回访", "抽样回访"
AGAIN, AFTER_RAIN, WRITTEN, REPEAT = "急修二次回访", "雨后回访", "书面转回", "再次回访"


@dataclass(frozen=True)
class Limits:
    """How long each kind may wait, as the settings have it."""

    first: timedelta
    urgent: timedelta
    again_days: int
    leak: timedelta
    safety: timedelta
    after_rain: timedelta
    written: timedelta
    repeat: timedelta


@dataclass(frozen=True)
class Served:
    """What of a finished order decides about its call-backs; `sample_ends`: drawn, called back by then."""

    finished_at: datetime
    urgent: bool = False
    leak: bool = False
    safety: bool = False
    sample_ends: datetime | None = None


@dataclass(frozen=True)
class Made:
    """A call-back that reached somebody; `bad`: a fault or a dissatisfied answer."""

    called_at: datetime
    bad: bool = False
    referred_at: datetime | None = None
    replied_at: datetime | None = None


@dataclass(frozen=True)
class Awaited:
    """The next thing to do after an order; without `due_at` it waits for the next rain."""

    what: str
    since: datetime
    due_at: datetime | None


def awaited(
    served: Served, made: Sequence[Made], rains: Sequence[datetime], limits: Limits, clock: Clock
) -> Awaited | None:
    """What an order awaits (R-ORDER-9, 10, 11); None once all its call-backs are made.

    `made` and `rains` are in the order of time.
    """
    if not made:
        return _first(served, limits)
    last = made[-1]
    if last.bad:
        if last.referred_at is None:
            return Awaited(WRITTEN, last.called_at, last.called_at + limits.written)
        return Awaited(REPEAT, last.referred_at, last.referred_at + limits.repeat)
    return _again(served, made, limits, clock) or _after_rain(served, made, rains, limits)


def _first(served: Served, limits: Limits) -> Awaited:
    """The strictest of the limits that apply; the sample is on top of them."""
    since = served.finished_at
    ways = [(since + limits.first, FIRST)]
    if served.urgent:
        ways.append((since + limits.urgent, URGENT))
    if served.leak:
        ways.append((since + limits.leak, LEAK))
    if served.safety:
        ways.append((since + limits.safety, SAFETY))
    if served.sample_ends is not None:
        ways.append((served.sample_ends, SAMPLE))
    due_at, what = min(ways, key=lambda way: way[0])
    return Awaited(what, since, due_at)


def _again(served: Served, made: Sequence[Made], limits: Limits, clock: Clock) -> Awaited | None:
    """An urgent repair is called back once more, two days after the first time."""
    if not served.urgent:
        return None
    first = made[0].called_at
    day = clock.local(first).date() + timedelta(days=limits.again_days)
    begins, ends = clock.day_bounds(day)
    if made[-1].called_at >= begins:
        return None
    return Awaited(AGAIN, first, ends - timedelta(milliseconds=1))


def _after_rain(
    served: Served, made: Sequence[Made], rains: Sequence[datetime], limits: Limits
) -> Awaited | None:
    """A leak is called back once more after the first rain that follows the repair."""
    if not served.leak:
        return None
    rained_at = next((rain for rain in rains if rain > served.finished_at), None)
    if rained_at is None:
        return Awaited(AFTER_RAIN, served.finished_at, None)
    if made[-1].called_at >= rained_at:
        return None
    return Awaited(AFTER_RAIN, rained_at, rained_at + limits.after_rain)


def sample_size(finished: int, percent: int) -> int:
    """How many of a day's repair orders are drawn: at least that share, rounded up (R-ORDER-10)."""
    return -(-finished * percent // 100)


def is_bad(answers: Mapping[str, Any], problem: str) -> bool:
    """Whether it goes back to engineering: a dissatisfied answer, or a fault that was found."""
    return bool(problem) or any(answers[name] == DISSATISFIED for name in QUESTIONS)


def check_answers(new: NewCallback | Mapping[str, Any]) -> None:
    """Raises RefusedError unless there are three answers (R-ORDER-9), or none because nobody was reached."""
    values = new if isinstance(new, Mapping) else vars(new)
    given = [name for name in QUESTIONS if values[name]]
    if not values["reached"]:
        if given or values["problem"]:
            raise RefusedError("没有联系上客户的，不用填满意度和问题。", field="reached")
        return
    for name in QUESTIONS:
        if name not in given:
            label = CALLBACK.field(name).label
            raise RefusedError(f"请选择“{label}”：满意、一般或不满意。", field=name, rule="R-ORDER-9")
