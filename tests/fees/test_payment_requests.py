"""Orders on account: summed per room on the 15th, paid by the 20th or collected, never billed twice (R-ORDER-16)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from frontdesk.core.actor import PROGRAM, Actor
from frontdesk.core.errors import NotAllowedError, RefusedError, StoppedError
from frontdesk.core.query import RegisterQuery
from frontdesk.core.settings import ACCOUNT_BILLED_BY
from frontdesk.exchange.export import ExportWish
from frontdesk.exchange.sheet_in import read_sheet
from frontdesk.fees.register import NewReceipt, Unbilled
from frontdesk.fees.service import pay_day
from frontdesk.orders.register import NewLine, NewOrder
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

DAY = timedelta(days=1)


def act_as(desk: Desk, role: str) -> None:
    desk.context.actor = Actor(77, f"某{role}", role, role_of(role).permissions)


def returned(desk: Desk, room: str, fen: int, *, settlement: str = "on_account", **more: object) -> int:
    order = desk.orders.issue(NewOrder("换锁<b>", unit_no=room, customer="𬱖喆", **more))  # type: ignore[arg-type]
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "好了", [NewLine("人工", fen)])
    desk.orders.return_order(order.id, settlement, 0 if settlement == "on_account" else fen)
    return order.id


@pytest.fixture
def early(clock: FixedClock) -> FixedClock:
    """The 10th, before the day of the requests."""
    clock.put(clock.moment(date(2026, 12, 10), time(9, 0)))
    return clock


def test_r_order_16_each_room_gets_one_request_with_all_its_orders(desk: Desk, early: FixedClock) -> None:
    first, second = (
        returned(desk, "3-2-1102", 3500),
        returned(desk, "3-2-1102", 1500, category="bottled_water"),
    )
    other = returned(desk, "3-2-1103", 990)
    returned(desk, "3-2-1102", 7777, settlement="cash")
    early.advance(5 * DAY)
    requests = desk.payment_requests.draw_up()
    assert [(row.unit_no, row.total, [line.order_id for line in row.lines]) for row in requests] == [
        ("3-2-1102", 5000, [first, second]),
        ("3-2-1103", 990, [other]),
    ]
    assert [row.serial for row in requests] == ["FK2026-000001", "FK2026-000002"]
    assert {(row.month, row.pay_by, row.state) for row in requests} == {
        ("2026-12", date(2026, 12, 20), "unpaid")
    }
    assert desk.payment_requests.of_month("2026-12") == requests


def test_r_order_16_nothing_is_billed_twice(desk: Desk, early: FixedClock) -> None:
    returned(desk, "3-2-1102", 3500)
    early.advance(5 * DAY)
    (request,) = desk.payment_requests.draw_up()
    with pytest.raises(RefusedError, match="没有还没汇总"):
        desk.payment_requests.draw_up()
    late = returned(desk, "3-2-1102", 100)
    (next_one,) = desk.payment_requests.draw_up()
    assert [line.order_id for line in next_one.lines] == [late]
    desk.payment_requests.void(request.id, "开错")
    (again,) = desk.payment_requests.draw_up()
    assert (again.total, again.serial) == (3500, "FK2026-000003")


def test_r_order_16_requests_are_due_on_the_15th_and_not_drawn_up_before(
    desk: Desk, early: FixedClock
) -> None:
    returned(desk, "3-2-1102", 3500)
    assert desk.payment_requests.due() == []
    with pytest.raises(RefusedError, match="15 日起") as refused:
        desk.payment_requests.draw_up()
    assert refused.value.rule == "R-ORDER-16"
    early.advance(5 * DAY)
    (item,) = desk.payment_requests.due()
    assert item.what == "汇总签单，开付款请求书（1 单）"
    assert early.local(item.due_at).date() == date(2026, 12, 15)
    desk.payment_requests.draw_up()
    returned(desk, "3-2-1102", 200)  # back after the 15th began: next month's
    assert desk.payment_requests.due() == []


def test_r_order_16_after_the_20th_it_is_collected_at_the_door(desk: Desk, early: FixedClock) -> None:
    returned(desk, "3-2-1102", 3500)
    early.advance(5 * DAY)
    (request,) = desk.payment_requests.draw_up()
    early.advance(5 * DAY)
    assert desk.payment_requests.due() == []
    early.advance(DAY)
    (item,) = desk.payment_requests.due()
    assert (item.register, item.record_id, item.what) == (
        "payment_request",
        request.id,
        "上门收款 FK2026-000001 35.00 元",
    )
    assert desk.payment_requests.get(request.id).state == "late"
    assert list(desk.payment_requests.find(RegisterQuery(open_only=True))) == [request.id]
    act_as(desk, "housekeeper")
    receipt = desk.receipts.receive(NewReceipt(request_id=request.id, tendered=10000))
    assert (receipt.amount, receipt.change, receipt.payer) == (3500, 6500, "𬱖喆")
    assert desk.payment_requests.get(request.id).state == "paid"
    assert desk.payment_requests.due() == []
    assert desk.payment_requests.find(RegisterQuery(open_only=True)) == []
    with pytest.raises(RefusedError, match="付清"):
        desk.receipts.receive(NewReceipt(request_id=request.id))
    act_as(desk, "supervisor")
    with pytest.raises(RefusedError, match="付清"):
        desk.payment_requests.void(request.id, "开错")


def test_r_order_16_an_estate_that_bills_with_the_fee_notice_draws_up_none(desk: Desk) -> None:
    returned(desk, "3-2-1102", 3500)
    act_as(desk, "administrator")
    desk.context.settings.put(ACCOUNT_BILLED_BY, "fee_notice")
    act_as(desk, "clerk")
    assert desk.payment_requests.due() == []
    with pytest.raises(RefusedError, match="缴费通知单"):
        desk.payment_requests.draw_up()


def test_r_order_16_drawing_up_needs_somebody_who_writes_orders(desk: Desk) -> None:
    returned(desk, "3-2-1102", 3500)
    act_as(desk, "finance")
    with pytest.raises(NotAllowedError):
        desk.payment_requests.draw_up()


def test_a_months_requests_print_as_one_file_and_can_be_stopped(desk: Desk) -> None:
    for room in range(3):
        returned(desk, f"3-2-110{room}", 100 + room)
    ids = [row.id for row in desk.payment_requests.draw_up()]
    told: list[tuple[int, int]] = []
    pdf = PdfDocument(desk.paper.payment_requests(ids, lambda done, total: told.append((done, total))))
    texts = [page.get_textpage().get_text_range() for page in pdf]
    pdf.close()
    assert len(texts) == 3
    assert "FK2026-000001" in texts[0]
    assert "换锁<b>" in texts[0]
    assert "壹元零贰分" in texts[2]
    assert told[-1] == (3, 3)
    with pytest.raises(StoppedError):
        desk.paper.payment_requests(ids, cancelled=lambda: True)
    first = desk.payment_requests.record_prints(ids[:2])
    assert first == {ids[0]: 0, ids[1]: 0}
    actor = desk.context.actor
    assert actor is not None
    desk.payment_requests.take_back_prints({ids[1]: 0}, actor)
    assert [slip.reprint for slip in desk.payment_requests.slips(ids)] == [1, 0, 0]
    assert [slip.reprint for slip in desk.payment_requests.slips(ids, first)] == [0, 0, 0]


def test_what_would_be_billed_is_known_before_it_is(desk: Desk) -> None:
    for room, fen in (("3-2-1102", 100), ("3-2-1102", 200), ("3-2-1103", 50)):
        returned(desk, room, fen)
    assert desk.payment_requests.unbilled() == Unbilled(rooms=2, orders=3, total=350)
    desk.payment_requests.draw_up()
    assert desk.payment_requests.unbilled() == Unbilled(0, 0, 0)


def test_r_order_16_voiding_an_order_on_an_unprinted_request_sums_it_anew(desk: Desk) -> None:
    """R-ORDER-16: a request never asks for what is void."""
    gone, kept = returned(desk, "3-2-1102", 3500), returned(desk, "3-2-1102", 1500)
    (request,) = desk.payment_requests.draw_up()
    act_as(desk, "supervisor")
    order = desk.orders.void(gone, "重复")
    assert order.warnings == ("付款请求书 FK2026-000001 的金额已改为 15.00 元。",)
    now = desk.payment_requests.get(request.id)
    assert (now.total, [line.order_id for line in now.lines], now.state) == (1500, [kept], "unpaid")
    assert desk.orders.void(kept, "重复").warnings == ("付款请求书 FK2026-000001 只有这一单，已一并作废。",)
    assert desk.payment_requests.get(request.id).state == "void"
    with desk.context.acting(PROGRAM):
        assert desk.verify().findings == ()


def test_r_order_16_a_printed_request_is_cancelled_and_drawn_up_anew(desk: Desk) -> None:
    """R-ORDER-16: its paper is out of the house with a wrong sum; the new one has a number of its own."""
    gone, kept = returned(desk, "3-2-1102", 3500), returned(desk, "3-2-1102", 1500)
    (request,) = desk.payment_requests.draw_up()
    desk.payment_requests.record_prints([request.id])
    act_as(desk, "supervisor")
    (told,) = desk.orders.void(gone, "重复").warnings
    assert told == (
        "付款请求书 FK2026-000001 已打印过，现已作废，改开 FK2026-000002，合计 15.00 元，请重新打印送达。"
    )
    old, new = desk.payment_requests.of_month("2026-11")
    assert (old.state, old.total, old.void_reason) == ("void", 5000, "FW2026-000001 作废或不再签单")
    assert (new.total, [line.order_id for line in new.lines], new.prints) == (1500, [kept], 0)


def test_r_order_16_a_corrected_amount_goes_into_the_request(desk: Desk) -> None:
    order_id = returned(desk, "3-2-1102", 3500)
    (request,) = desk.payment_requests.draw_up()
    act_as(desk, "supervisor")
    told = desk.orders.correct(order_id, {"lines": [NewLine("人工", 3000)]}, "算错").warnings
    assert told == ("付款请求书 FK2026-000001 的金额已改为 30.00 元。",)
    assert [line.amount for line in desk.payment_requests.get(request.id).lines] == [3000]
    assert desk.orders.correct(order_id, {"remarks": "一楼"}, "补记").warnings == ()
    # paid at the door instead: it leaves the request
    desk.orders.correct(order_id, {"settlement": "cash", "paid_amount": 3000}, "当场付了")
    assert desk.payment_requests.get(request.id).state == "void"


def test_r_order_16_an_order_on_a_paid_request_stands(desk: Desk) -> None:
    order_id = returned(desk, "3-2-1102", 3500)
    (request,) = desk.payment_requests.draw_up()
    act_as(desk, "supervisor")
    desk.receipts.receive(NewReceipt(request_id=request.id))
    with pytest.raises(RefusedError, match="FK2026-000001 里付清") as refused:
        desk.orders.void(order_id, "重复")
    assert refused.value.rule == "R-ORDER-16"
    assert desk.orders.get(order_id).state == "returned"


def test_requests_go_to_a_sheet(desk: Desk, tmp_path: Path) -> None:
    returned(desk, "3-2-1102", 3500)
    desk.payment_requests.draw_up()
    act_as(desk, "supervisor")
    path = tmp_path / "付款请求书.xlsx"
    assert desk.payment_requests.export(path, RegisterQuery(), ExportWish("对账")) == 1
    cells = {str(cell) for row in read_sheet(path).rows for cell in row if cell is not None}
    assert {"FK2026-000001", "3-2-1102", "𬱖喆", "未付"} <= cells


def test_the_rows_on_the_screen_follow_their_ids(desk: Desk) -> None:
    returned(desk, "3-2-1102", 100)
    returned(desk, "3-2-1103", 200)
    desk.payment_requests.draw_up()
    rows = desk.payment_requests.rows([2, 99, 1])
    assert [row[:4] for row in rows] == [
        (2, "FK-000002", "2026-11", "3-2-1103"),
        (1, "FK-000001", "2026-11", "3-2-1102"),
    ]
    assert len(rows[0]) == 2 + len(desk.payment_requests.register.listed)
    assert list(desk.payment_requests.find(RegisterQuery(text="1103"))) == [2]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 28))
def test_the_day_of_payment_lies_ahead_and_within_a_month(drawn_up: date, day: int) -> None:
    by = pay_day(drawn_up, day)
    assert by.day == day
    assert 0 < (by - drawn_up).days <= 31


def test_the_filter_knows_the_states_as_the_table_shows_them(desk: Desk, early: FixedClock) -> None:
    for room in ("3-2-1101", "3-2-1102", "3-2-1103"):
        returned(desk, room, 100)
    early.advance(5 * DAY)
    late, paid, void = desk.payment_requests.draw_up()
    act_as(desk, "supervisor")
    desk.receipts.receive(NewReceipt(request_id=paid.id))
    desk.payment_requests.void(void.id, "开错")
    early.advance(20 * DAY)
    returned(desk, "3-2-1104", 100)
    early.advance(11 * DAY)
    again, unpaid = desk.payment_requests.draw_up()
    stand = {"late": [late.id], "paid": [paid.id], "void": [void.id], "unpaid": [unpaid.id, again.id]}
    for state, ids in stand.items():
        assert list(desk.payment_requests.find(RegisterQuery(choices={"state": state}))) == ids
        assert {desk.payment_requests.get(request_id).state for request_id in ids} == {state}


def test_a_batch_to_print_is_what_was_never_printed(desk: Desk) -> None:
    for room in ("3-2-1101", "3-2-1102", "3-2-1103"):
        returned(desk, room, 100)
    ids = [row.id for row in desk.payment_requests.draw_up()]
    assert desk.payment_requests.unprinted() == ids
    desk.payment_requests.record_prints(ids[:1])
    desk.payment_requests.void(ids[1], "开错")
    assert desk.payment_requests.unprinted() == ids[2:]


def test_r_order_16_what_presses_is_counted_as_it_is_told(desk: Desk, early: FixedClock) -> None:
    """R-ORDER-16: the count beside the tab, and the list of due things, agree."""
    returned(desk, "3-2-1102", 100)
    returned(desk, "3-2-1103", 100)
    for days, pressing in ((0, 0), (5, 1)):
        early.advance(days * DAY)
        assert desk.payment_requests.pressing() == len(desk.payment_requests.due()) == pressing
    desk.payment_requests.draw_up()
    assert desk.payment_requests.pressing() == len(desk.payment_requests.due()) == 0
    early.advance(6 * DAY)
    assert desk.payment_requests.pressing() == len(desk.payment_requests.due()) == 2
