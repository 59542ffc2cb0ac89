"""The rules of service orders: states, deadlines, amounts, serials. Pure functions, no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from frontdesk.core.errors import RefusedError
from frontdesk.core.money import MOST_FEN
from frontdesk.core.plain_text import names_any, storable
from frontdesk.core.query import Tone
from frontdesk.orders.register import ORDER, NewLine

SERIES = "service_order"
SCAN_PREFIX = "FD:"
APPOINTMENT_LENGTH = timedelta(hours=1)  # of one that names no end
NEAR_MOST = timedelta(minutes=30)


class State(StrEnum):
    """Where an order stands. Its shown words are in `register.STATES`."""

    BLANK = "blank"  # a number on paper that was given out, with nothing written yet (R-ORDER-2)
    ISSUED = "issued"
    DISPATCHED = "dispatched"
    ARRIVED = "arrived"
    FINISHED = "finished"
    RETURNED = "returned"
    VOID = "void"

    @property
    def label(self) -> str:
        """The shown word."""
        return ORDER.field("state").label_of(self.value)


@dataclass(frozen=True)
class Step:
    """One step of an order's life. `name` is also its action in the journal; `moment` its column."""

    name: str
    label: str
    from_states: frozenset[State]
    to_state: State
    moment: str


# Handed to somebody else before arriving, an order is dispatched anew: no state is lost by it.
DISPATCH = Step(
    "dispatch", "派工", frozenset({State.ISSUED, State.DISPATCHED}), State.DISPATCHED, "dispatched_at"
)
ARRIVE = Step("arrive", "到场", frozenset({State.DISPATCHED}), State.ARRIVED, "arrived_at")
FINISH = Step("finish", "完成", frozenset({State.ARRIVED}), State.FINISHED, "finished_at")
RETURN = Step("return", "返单", frozenset({State.FINISHED}), State.RETURNED, "returned_at")
STEPS = (DISPATCH, ARRIVE, FINISH, RETURN)

# What can be corrected only once its step was taken; all else that is in NewOrder, at any time.
CORRECTABLE_AFTER = {
    "dispatched_at": State.DISPATCHED,
    "arrived_at": State.ARRIVED,
    "finished_at": State.FINISHED,
    "result": State.FINISHED,
    "self_check": State.FINISHED,
    "workload": State.FINISHED,
    "returned_at": State.RETURNED,
    "settlement": State.RETURNED,
    "paid_amount": State.RETURNED,
    "customer_signed_at": State.RETURNED,
}
AT_WORK_STATES = (State.ISSUED, State.DISPATCHED, State.ARRIVED)  # the service person's time is still taken
OPEN_STATES = (State.ISSUED, State.DISPATCHED, State.ARRIVED, State.FINISHED)
_ORDER_OF_STATES = list(State)
HOUSEKEEPING, DAMAGE_RULE = "housekeeping", "R-ORDER-19"
_PRICED = frozenset({"paid_service", "housekeeping", "laundry", "bottled_water"})


def next_step(state: str) -> Step | None:
    """The step that leads on from a state; None at the end."""
    return next((step for step in STEPS if state in step.from_states and step.to_state != state), None)


def check_step(step: Step, state: str, serial: str) -> None:
    """Raises RefusedError when the order does not stand where this step begins."""
    if state in step.from_states:
        return
    following = next_step(state)
    if state == State.BLANK:
        then = "请先补填内容"
    elif following is None:
        then = "不用再登记"
    elif STEPS.index(following) < STEPS.index(step):
        then = f"请先登记{following.label}"
    else:
        then = f"下一步是{following.label}"
    raise RefusedError(
        f"{serial} 现在是“{State(state).label}”，不能登记{step.label}；{then}。", field="state"
    )


def may_correct_field(name: str, state: str) -> bool:
    """Whether a step's value can be corrected: only once an order has come so far, and is not void."""
    least = CORRECTABLE_AFTER.get(name)
    if least is None or state == State.VOID:
        return False
    return _ORDER_OF_STATES.index(State(state)) >= _ORDER_OF_STATES.index(least)


@dataclass(frozen=True)
class Taken:
    """A step that was taken: its word, when, and that moment as the desk shows it."""

    word: str
    at: datetime
    shown: str


def check_moment(at: datetime, earlier: Taken | None, now: datetime, *, field: str) -> None:
    """Raises RefusedError for a typed moment in the future, or before the step that it follows."""
    if at > now:
        raise RefusedError("时间不能晚于现在。", field=field)
    if earlier is not None and at < earlier.at:
        raise RefusedError(f"时间不能早于{earlier.word}（{earlier.shown}）。", field=field)


def check_times(steps: Mapping[str, Taken | None], now: datetime) -> None:
    """Raises RefusedError unless the moments of the steps, given in their order by field, follow one another."""
    before: Taken | None = None
    for name, step in steps.items():
        if step is not None:
            check_moment(step.at, before, now, field=name)
            before = step


# --- what was typed ---------------------------------------------------------------------------------


def check_appointment(at_once: bool, begins: datetime | None, ends: datetime | None) -> None:
    """Raises RefusedError for an appointment that contradicts itself."""
    if at_once and begins is not None:
        raise RefusedError("要求马上到场的单不用预约时间，请留一样。", field="appointment_at")
    if ends is not None and (begins is None or ends <= begins):
        raise RefusedError("预约的结束时间应晚于开始时间。", field="appointment_until")


def agreement_warnings(
    category: str, expected_cost: int | None, materials: str, *, appointed: bool
) -> tuple[str, ...]:
    """One sentence about what should have been agreed with the customer before dispatch (R-ORDER-4); none when all was.

    Cost and material of what is charged; `appointed` is false when neither an hour nor 马上 was agreed.
    """
    priced = category in _PRICED
    missing = [
        word
        for word, agreed in (
            ("用料", materials or not priced),
            ("预计费用", expected_cost is not None or not priced),
            ("上门时间", appointed),
        )
        if not agreed
    ]
    return (f"还没有和客户说定：{'、'.join(missing)}。",) if missing else ()


def urgency_warning(category: str, content: str, words: Sequence[str], *, urgent: bool) -> tuple[str, ...]:
    """One sentence when a repair that is not marked urgent reads as if it endangered somebody (R-ORDER-12)."""
    if urgent or category != "repair" or not names_any(content, words):
        return ()
    return ("内容像急修（有危险的要先到场），请核对要不要标“急修”。",)


def damage_warning(category: str, *, confirmed: bool) -> tuple[str, ...]:
    """One sentence when housekeeping work is about to begin and nobody noted what is damaged already (R-ORDER-19)."""
    if category != HOUSEKEEPING or confirmed:
        return ()
    return ("家政：动工前请登记原有损坏，由领班查看、住户确认。",)


def check_damage_time(category: str, state: str, serial: str) -> None:
    """Raises RefusedError unless it is housekeeping work that is not finished yet (R-ORDER-19)."""
    if category != HOUSEKEEPING:
        raise RefusedError(f"{serial} 不是家政服务，不用登记原有损坏。", rule=DAMAGE_RULE)
    if state not in AT_WORK_STATES:
        label = State(state).label
        raise RefusedError(f"{serial} 现在是“{label}”，原有损坏要在完工以前登记。", rule=DAMAGE_RULE)


def appointments_overlap(
    one: tuple[datetime, datetime | None], other: tuple[datetime, datetime | None]
) -> bool:
    """Whether two appointments of one person meet (R-ORDER-4); one without an end counts as an hour."""
    one_ends = one[1] or one[0] + APPOINTMENT_LENGTH
    other_ends = other[1] or other[0] + APPOINTMENT_LENGTH
    return one[0] < other_ends and other[0] < one_ends


# --- deadlines --------------------------------------------------------------------------------------


def arrival_due(
    issued_at: datetime, appointment_at: datetime | None, at_once: bool, *, at_once_minutes: int, minutes: int
) -> datetime:
    """When somebody must be at the place (R-ORDER-5): 15 minutes at once, as agreed, else two hours."""
    if at_once:
        return issued_at + timedelta(minutes=at_once_minutes)
    return appointment_at or issued_at + timedelta(minutes=minutes)


def due_tone(since: datetime, due: datetime, now: datetime) -> Tone | None:
    """Red when past, amber in the last third of the time (half an hour at most), else nothing."""
    if now >= due:
        return "danger"
    return "warn" if now >= due - min((due - since) / 3, NEAR_MOST) else None


# --- amounts ----------------------------------------------------------------------------------------


def line_amount(unit_price: int, quantity: int) -> int:
    """Fen times thousandths, rounded to the fen, half a fen up (四舍五入), in whole numbers throughout."""
    return (unit_price * quantity + 500) // 1000


def total(lines: Sequence[NewLine]) -> int:
    """What is due: the sum of the lines, each rounded by itself as it stands on the paper. In fen.

    Raises RefusedError above what can be written in 大写: it was mistyped.
    """
    due = sum(line_amount(line.unit_price, line.quantity) for line in lines)
    if due > MOST_FEN:
        raise RefusedError("收费项目的金额太大，请核对单价和数量。", field="lines")
    return due


def check_settlement(settlement: str, due: int, paid: int, reason: str) -> None:
    """Raises RefusedError when what was paid does not go with what is due. Amounts in fen."""
    if not settlement and due:
        raise RefusedError("有应收金额，请选择现金或签单。", field="settlement")
    if settlement == "on_account" and paid:
        raise RefusedError("签单的单子此时不收款，实收应为 0。", field="paid_amount")
    if settlement != "on_account" and paid > due:
        raise RefusedError("实收不能多于应收，请核对金额。", field="paid_amount")
    if settlement == "cash" and paid < due and not reason.strip():
        raise RefusedError("实收少于应收，请写明原因。", field="reason")


# --- serials ----------------------------------------------------------------------------------------


def serial_text(prefix: str, period: str, number: int, digits: int) -> str:
    """The printed serial: `FW2026-000123` (R-ORDER-1)."""
    return f"{prefix}{period}-{number:0{digits}d}"


def run_words(first: str, last: str) -> str:
    """The serials from the first to the last of a count: `0001–0187` of a year, `FW202611-0001–0020` of a month."""
    (head, _, begins), (same_head, _, ends) = first.rpartition("-"), last.rpartition("-")
    if head != same_head:
        return f"{first} 至 {last}"
    run = f"{int(begins):04}" if begins == ends else f"{int(begins):04}–{int(ends):04}"
    by_year = re.fullmatch(r"\D*\d{4}", head)
    return run if by_year else f"{head}-{run}"


def serials_meant(text: str, year: int) -> tuple[str, str]:
    """The serial as typed, and as it would be in full if it was typed as tables show it: `FW-000187`, `FW11-0012`."""
    serial = serial_from(text)
    short = re.fullmatch(r"([A-Z]+)(\d{0,4})-(\d+)", serial)
    return serial, f"{short[1]}{year}{short[2]}-{short[3]}" if short else serial


def scan_code(serial: str) -> str:
    """What the paper's QR says: the serial with the desk's prefix."""
    return f"{SCAN_PREFIX}{serial}"


def is_scanned(text: str) -> bool:
    """Whether a text comes from a paper's code, not from a hand."""
    return unicodedata.normalize("NFKC", storable(text)).strip().upper().startswith(SCAN_PREFIX)


def before_return(state: str) -> tuple[str, ...]:
    """The words of the steps that an order lacks before it can be returned; none when that is next, or done."""
    if state not in AT_WORK_STATES:
        return ()
    following = next_step(state)
    assert following is not None
    return tuple(step.label for step in STEPS[STEPS.index(following) : STEPS.index(RETURN)])


def serial_from(text: str) -> str:
    """The serial out of what was typed or scanned: full-width folded, capitals, without the QR's prefix."""
    return unicodedata.normalize("NFKC", storable(text)).strip().upper().removeprefix(SCAN_PREFIX)
