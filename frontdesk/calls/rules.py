"""What holds for calls and messages: what may be written, what is promised, how far a call has come. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from frontdesk.calls.register import CALL, CATEGORIES, ENQUIRY
from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.shown import shown_moment
from frontdesk.estate.keys import digits_of
from frontdesk.orders.register import STATES, NewOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from frontdesk.calls.register import CallRow, NewCall
    from frontdesk.core.actor import Actor
    from frontdesk.core.clock import Clock
    from frontdesk.core.query import Tone

NEAR = timedelta(hours=1)  # a promise turns amber this long before its time

# What a clerk may put right afterwards; number, day and time of a line stand for ever.
CORRECTABLE = frozenset(
    {
        "unit_id",
        "unit_no",
        "caller",
        "number",
        "reason",
        "category",
        "recipient",
        "outcome",
        "remarks",
        "promised_at",
        "appointment_at",
        "goods",
        "outside_body",
    }
)

_ORDER_TONES: Mapping[str, Tone] = {"issued": "warn", "void": "danger"}
_ORDER_WORDS = {choice.key: choice.label for choice in STATES} | {"void": "服务单作废"}


def checked_call(values: Mapping[str, Any]) -> dict[str, Any]:
    """A call's values as `fitting`, with a known category (R-CALL-3) and the telephone's digits."""
    if "category" in values and values["category"] not in {choice.key for choice in CATEGORIES}:
        raise RefusedError("信息类别只能是 A、B、C、D。", field="category", rule="R-CALL-3")
    kept = fitting(CALL, values)
    if "number" in kept:
        kept["digits"] = caller_digits(kept["number"])
    return kept


def reads_telephones(actor: Actor | None) -> bool:
    """Whether telephones are shown in full: to those who write them down, else by the role (R-RES-2)."""
    return actor is not None and (
        actor.may(Permission.WRITE_CALLS) or actor.may(Permission.SEE_FULL_TELEPHONES)
    )


def caller_digits(number: str) -> str:
    """What a telephone is known again by: its figures alone, a mobile's without the country's +86."""
    digits = digits_of(number)
    return digits[2:] if len(digits) == 13 and digits.startswith("861") else digits


def usual_promise(category: str, now: datetime, hours: int) -> datetime | None:
    """When an enquirer has word, unless agreed otherwise (R-CALL-4); None for the other categories. UTC."""
    return now + timedelta(hours=hours) if category == ENQUIRY else None


def check_promise(promised_at: datetime | None, now: datetime) -> None:
    """Raises RefusedError for a promise that is late before it is given (R-CALL-4); None is none."""
    if promised_at is not None and promised_at <= now:
        raise RefusedError("承诺的时间已经过去，请写以后的时间。", field="promised_at", rule="R-CALL-4")


def department_of(order_department: str | None, recipient: str, departments: Sequence[str]) -> str:
    """Who has a call in hand: the order's department, else the one that 信息接受人 names, else the first (the desk's)."""
    if order_department:
        return order_department
    return named_department(recipient, departments) or (departments[0] if departments else "")


def named_department(recipient: str, departments: Sequence[str]) -> str:
    """The department that 信息接受人 names (`工程部 李建国`); empty when it names none."""
    return next((department for department in departments if department in recipient), "")


def order_from(call: NewCall | CallRow, departments: Sequence[str]) -> NewOrder:
    """The order that a call asks for, with all that the call says carried over (R-CALL-3)."""
    return NewOrder(
        content=call.reason,
        unit_id=call.unit_id,
        unit_no=call.unit_no,
        customer=call.caller,
        telephone=call.number,
        appointment_at=call.appointment_at,
        department=named_department(call.recipient, departments),
        remarks=call.remarks,
    )


@dataclass(frozen=True)
class Standing:
    """All that says how far a call has come; `order_state` is None for a call without an order."""

    voided_at: datetime | None
    settled_at: datetime | None
    outcome: str
    promised_at: datetime | None
    order_state: str | None
    order_appointment_at: datetime | None


def progress_of(
    standing: Standing, clock: Clock, shown: Callable[[Clock, datetime], str] = shown_moment
) -> tuple[str, Tone]:
    """What 完成情况 shows, and its colour: 作废, the outcome, the order's state, the promise, or 未完成.

    `shown` writes moments; paper, on which no word may age, gives `dated_moment`.
    """
    if standing.voided_at is not None:
        return "作废", "neutral"
    if standing.settled_at is not None:
        return standing.outcome or "完成", "neutral"
    appointment_at, state = standing.order_appointment_at, standing.order_state
    if state == "issued" and appointment_at is not None:
        return f"已预约 {shown(clock, appointment_at)}", "info"
    if state is not None:
        return _ORDER_WORDS[state], _ORDER_TONES.get(state, "info")
    if standing.promised_at is not None:
        return _promise(standing.promised_at, clock, shown)
    return standing.outcome or "未完成", "warn"


def _promise(
    promised_at: datetime, clock: Clock, shown: Callable[[Clock, datetime], str]
) -> tuple[str, Tone]:
    left = promised_at - clock.now()
    if left <= timedelta(0):
        return f"逾期 {shown(clock, promised_at)}", "danger"
    return f"承诺 {shown(clock, promised_at)}", "warn" if left <= NEAR else "info"
