"""The pure rules of service orders: states, deadlines, amounts, serials."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import COUNT_MOST, fitting
from frontdesk.core.money import MOST_FEN
from frontdesk.orders import rules
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import LINE, ORDER, STATES, NewLine, NewOrder
from frontdesk.orders.rules import ARRIVE, DISPATCH, FINISH, RETURN, STEPS, State

NOW = datetime(2026, 11, 21, 10, 26, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_declared_fields_are_columns_of_the_table() -> None:
    columns = set(ServiceOrder.__table__.columns.keys())
    assert {field.name for field in ORDER.fields} <= columns
    assert {field.name for field in ORDER.entered} | {"unit_id", "taken_by", "lines", "draft_id"} == set(
        NewOrder.__dataclass_fields__
    )


def test_the_table_shows_what_the_screen_asks_for() -> None:
    assert [field.label for field in ORDER.listed] == [
        "编号", "受理时间", "房号", "客户", "服务内容", "类别", "预约", "服务人员", "状态", "金额",
    ]  # fmt: skip


def test_the_sheet_has_the_heads_of_the_paper() -> None:
    heads = {field.name: field.heading for field in ORDER.exported if field.heading}
    assert heads == {
        "issued_at": "受理日期时间",
        "customer": "客户姓名",
        "category": "服务类别",
        "appointment_at": "预约时间",
        "due_amount": "应收金额",
    }


def test_every_state_has_its_word() -> None:
    assert [state.value for state in State] == [choice.key for choice in STATES]
    assert State.DISPATCHED.label == "派工中"


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
@pytest.mark.parametrize("state", list(State))
def test_a_step_begins_only_where_it_may(step: rules.Step, state: State) -> None:
    begins = {
        "dispatch": {"issued", "dispatched"},
        "arrive": {"dispatched"},
        "finish": {"arrived"},
        "return": {"finished"},
    }
    if state.value in begins[step.name]:
        rules.check_step(step, state, "FW2026-000001")
    else:
        with pytest.raises(RefusedError, match="FW2026-000001"):
            rules.check_step(step, state, "FW2026-000001")


def test_the_steps_lead_from_issue_to_return() -> None:
    walked, state = [], State.ISSUED
    while step := rules.next_step(state):
        walked.append(step)
        state = step.to_state
    assert walked == [DISPATCH, ARRIVE, FINISH, RETURN]
    assert state is State.RETURNED
    assert rules.next_step(State.VOID) is None


def test_a_refused_step_says_what_comes_first() -> None:
    with pytest.raises(RefusedError, match="现在是“待派工”，不能登记返单；请先登记派工"):
        rules.check_step(RETURN, State.ISSUED, "FW2026-000001")
    with pytest.raises(RefusedError, match="下一步是返单"):
        rules.check_step(ARRIVE, State.FINISHED, "FW2026-000001")


def test_r_order_5_at_once_means_a_quarter_of_an_hour_else_two_hours_or_as_agreed() -> None:
    limits = {"at_once_minutes": 15, "minutes": 120}
    agreed = NOW + timedelta(days=1)
    assert rules.arrival_due(NOW, None, True, **limits) == NOW + 15 * MINUTE
    assert rules.arrival_due(NOW, None, False, **limits) == NOW + 120 * MINUTE
    assert rules.arrival_due(NOW, agreed, False, **limits) == agreed


@pytest.mark.parametrize(
    ("left", "colour"),
    [(16, None), (10, None), (5, "warn"), (1, "warn"), (0, "danger"), (-5, "danger")],
)
def test_what_is_due_turns_amber_when_near_and_red_when_past(left: int, colour: str | None) -> None:
    due = NOW + 15 * MINUTE
    assert rules.due_tone(NOW, due, due - left * MINUTE) == colour


def test_amber_begins_half_an_hour_before_at_the_most() -> None:
    due = NOW + timedelta(hours=6)
    assert rules.due_tone(NOW, due, due - 31 * MINUTE) is None
    assert rules.due_tone(NOW, due, due - 30 * MINUTE) == "warn"


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        ((0, 60), True),
        ((59, None), True),
        ((60, 90), False),
        ((-60, None), False),
        ((-59, None), True),
        ((-90, 0), False),
        ((-90, 180), True),
    ],
)
def test_r_order_4_appointments_overlap_when_they_meet_and_one_without_an_end_lasts_an_hour(
    other: tuple[int, int | None], meets: bool
) -> None:
    """R-ORDER-4."""
    begins, ends = other
    one = (NOW, None)
    two = (NOW + begins * MINUTE, None if ends is None else NOW + ends * MINUTE)
    assert rules.appointments_overlap(one, two) is meets
    assert rules.appointments_overlap(two, one) is meets


@pytest.mark.parametrize(
    ("price", "quantity", "amount"),
    [(3333, 1500, 5000), (1, 499, 0), (1, 500, 1), (10, 3000, 30), (1500, 1000, 1500), (0, 9000, 0)],
)
def test_an_amount_is_rounded_to_the_fen_half_up(price: int, quantity: int, amount: int) -> None:
    assert rules.line_amount(price, quantity) == amount


@given(st.integers(0, MOST_FEN), st.integers(0, COUNT_MOST))
def test_an_amount_is_never_more_than_half_a_fen_off(price: int, quantity: int) -> None:
    exact = Fraction(price * quantity, 1000)
    assert -Fraction(1, 2) < rules.line_amount(price, quantity) - exact <= Fraction(1, 2)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**5)), max_size=20))
def test_the_total_is_the_sum_of_what_stands_on_the_lines(lines: list[tuple[int, int]]) -> None:
    new = [NewLine("人工", price, quantity) for price, quantity in lines]
    assert rules.total(new) == sum(rules.line_amount(price, quantity) for price, quantity in lines)


@pytest.mark.parametrize(
    ("settlement", "due", "paid", "reason", "field"),
    [
        ("cash", 5000, 5000, "", None),
        ("cash", 5000, 4000, "老住户优惠", None),
        ("on_account", 5000, 0, "", None),
        ("", 0, 0, "", None),
        ("", 5000, 0, "", "settlement"),
        ("cash", 5000, 5001, "", "paid_amount"),
        ("", 0, 1, "", "paid_amount"),
        ("on_account", 5000, 5000, "", "paid_amount"),
        ("cash", 5000, 4999, " ", "reason"),
    ],
)
def test_what_is_paid_goes_with_what_is_due(
    settlement: str, due: int, paid: int, reason: str, field: str | None
) -> None:
    if field is None:
        rules.check_settlement(settlement, due, paid, reason)
    else:
        with pytest.raises(RefusedError) as refused:
            rules.check_settlement(settlement, due, paid, reason)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("at_once", "begins", "ends", "field"),
    [
        (False, None, None, None),
        (True, None, None, None),
        (False, NOW, None, None),
        (False, NOW, NOW + MINUTE, None),
        (True, NOW, None, "appointment_at"),
        (False, None, NOW, "appointment_until"),
        (False, NOW, NOW, "appointment_until"),
    ],
)
def test_an_appointment_does_not_contradict_itself(
    at_once: bool, begins: datetime | None, ends: datetime | None, field: str | None
) -> None:
    if field is None:
        rules.check_appointment(at_once, begins, ends)
    else:
        with pytest.raises(RefusedError) as refused:
            rules.check_appointment(at_once, begins, ends)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("category", "cost", "materials", "appointed", "missing"),
    [
        ("housekeeping", None, "", False, "用料、预计费用、上门时间"),
        ("housekeeping", None, "抹布", True, "预计费用"),
        ("housekeeping", 0, "", True, "用料"),
        ("housekeeping", 0, "自带", True, ""),
        ("repair", None, "", False, "上门时间"),
        ("repair", None, "", True, ""),
    ],
)
def test_r_order_4_what_was_not_agreed_before_dispatch_is_warned_of(
    category: str, cost: int | None, materials: str, appointed: bool, missing: str
) -> None:
    """R-ORDER-4."""
    told = rules.agreement_warnings(category, cost, materials, appointed=appointed)
    assert told == ((f"还没有和客户说定：{missing}。",) if missing else ())


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"content": " \n"}, "content"),
        ({"content": "漏" * 4001}, "content"),
        ({"category": "plumbing"}, "category"),
        ({"category": ""}, "category"),
        ({"channel": "fax"}, "channel"),
        ({"expected_cost": -1}, "expected_cost"),
        ({"expected_cost": 10**20}, "expected_cost"),
        ({"customer": "张" * 121}, "customer"),
    ],
)
def test_what_does_not_fit_a_field_is_refused_by_name(values: dict[str, object], field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        fitting(ORDER, values)
    assert refused.value.field == field


@pytest.mark.parametrize("values", [{"quantity": -1}, {"quantity": 10**20}, {"unit_price": -5}, {"item": ""}])
def test_a_priced_line_that_does_not_fit_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(RefusedError):
        fitting(LINE, values)


def test_what_a_resident_says_is_kept_word_for_word() -> None:
    said = "<b>漏水</b> & =1+1 'x' 100% \U0001f6b0 㛃䶮𬱖"
    assert fitting(ORDER, {"content": f"  {said}\0 "})["content"] == said


def test_r_order_1_a_serial_has_prefix_year_and_number() -> None:
    """R-ORDER-1."""
    assert rules.serial_text("FW", 2026, 123, 6) == "FW2026-000123"
    assert rules.serial_text("FW", 2026, 1_234_567, 6) == "FW2026-1234567"


@pytest.mark.parametrize(
    "typed",
    [
        "FW2026-000123",
        " fw2026-000123\n",
        "ＦＷ２０２６－０００１２３",
        "FD:FW2026-000123",
        "fd:fw2026-000123",
    ],
)
def test_a_serial_is_read_as_typed_or_scanned(typed: str) -> None:
    assert rules.serial_from(typed) == "FW2026-000123"
    assert rules.serial_from(rules.scan_code("FW2026-000123")) == "FW2026-000123"
