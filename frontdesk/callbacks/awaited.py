"""The list of whom to call back: its columns, its rows, and how the time left is said. No SQL: the window imports it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from frontdesk.callbacks import rules
from frontdesk.core.fields import Choice, Field, Kind, Register

if TYPE_CHECKING:
    from frontdesk.core.clock import Clock
    from frontdesk.core.query import Tone

_NEAR = timedelta(hours=12)

KINDS = (
    rules.WRITTEN, rules.REPEAT, rules.SAMPLE, rules.URGENT, rules.AGAIN, rules.LEAK, rules.SAFETY, rules.AFTER_RAIN,
    rules.FIRST,
)  # fmt: skip

AWAITED = Register(
    name="awaited_callback",
    form_id="F-CALLBACK",
    title="待回访",
    fields=(
        Field("due", "期限"),
        Field("what", "事由", Kind.CHOICE, choices=tuple(Choice(word, word) for word in KINDS)),
        Field("unit_no", "房号", Kind.UNIT),
        Field("customer", "客户"),
        Field("content", "服务内容", Kind.LONG_TEXT),
        Field("service_person", "服务人员", Kind.PERSON),
        Field("finished_at", "完工", Kind.MOMENT),
        Field("serial", "服务单", Kind.SERIAL),
    ),
)


@dataclass(frozen=True)
class AwaitedRow:
    """An order that awaits something. `id` is the order's; moments are UTC; without `due_at` it waits for rain.

    `callback_id` is its last call-back that reached somebody, 0 before the first; `tries` counts the calls since
    then that nobody answered.
    """

    id: int
    callback_id: int
    what: str
    since: datetime
    due_at: datetime | None
    serial: str
    unit_no: str
    customer: str
    content: str
    service_person: str
    finished_at: datetime
    tries: int = 0


def time_left(clock: Clock, due_at: datetime | None) -> tuple[str, Tone]:
    """In how long something is due, in a word and its colour: `超时 3 小时` red, `今天 18:00 前` amber, `还有 2 天`.

    Amber is what is due today, or within half a day.
    """
    if due_at is None:
        return "等下雨", "neutral"
    now = clock.now()
    if due_at <= now:
        return f"超时 {_span(now - due_at)}", "danger"
    local = clock.local(due_at)
    if local.date() == clock.today():
        # The last millisecond of a day is its end.
        return ("今天内" if f"{local:%H:%M}" == "23:59" else f"今天 {local:%H:%M} 前"), "warn"
    return f"还有 {_span(due_at - now)}", "warn" if due_at - now <= _NEAR else "neutral"


def _span(span: timedelta) -> str:
    minutes = max(1, int(span.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} 分钟"
    hours = minutes // 60
    return f"{hours} 小时" if hours < 24 else f"{hours // 24} 天"
