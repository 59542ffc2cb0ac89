"""Receipts: numbered, by those who may take money, and for one thing once (R-ORDER-21)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pypdfium2 import PdfDocument

from frontdesk.core.actor import PROGRAM, Actor
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.query import VOID, RegisterQuery
from frontdesk.exchange.export import ExportWish
from frontdesk.exchange.sheet_in import read_sheet
from frontdesk.fees.register import NewReceipt
from frontdesk.orders.register import NewLine, NewOrder
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk


def act_as(desk: Desk, role: str) -> None:
    desk.context.actor = Actor(77, f"某{role}", role, role_of(role).permissions)


def finished(desk: Desk, fen: int) -> int:
    order = desk.orders.issue(NewOrder("保洁", unit_no="3-2-1102", customer="张㛃"))
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "干净", [NewLine("保洁", fen)])
    return order.id


def test_r_order_21_a_clerk_takes_no_money(desk: Desk) -> None:
    with pytest.raises(NotAllowedError) as refused:
        desk.receipts.receive(NewReceipt("停车费", 10000))
    assert refused.value.rule == "R-ORDER-21"
    for role in ("housekeeper", "finance"):
        act_as(desk, role)
        assert desk.receipts.receive(NewReceipt("停车费", 10000)).collector == f"某{role}"


def test_r_order_21_receipts_are_numbered_without_gap(desk: Desk) -> None:
    act_as(desk, "supervisor")
    first = desk.receipts.receive(NewReceipt("停车费", 10000, "3-2-1102", "张㛃", tendered=20000))
    with pytest.raises(RefusedError):
        desk.receipts.receive(NewReceipt("停车费", 10000, tendered=9999))
    with pytest.raises(RefusedError):
        desk.receipts.receive(NewReceipt("停车费", 0))
    with pytest.raises(RefusedError):
        desk.receipts.receive(NewReceipt("", 100))
    with pytest.raises(RefusedError):
        desk.receipts.receive(NewReceipt("停车费", 100, method="gold"))
    second = desk.receipts.receive(NewReceipt("停车费", 5000))
    assert (first.serial, second.serial) == ("SJ2026-000001", "SJ2026-000002")
    assert (first.change, second.change) == (10000, 0)
    assert desk.receipts.void(first.id, "重开").void_reason == "重开"
    with desk.context.acting(PROGRAM):
        assert desk.verify().findings == ()
    rows = desk.receipts.rows(desk.receipts.find(RegisterQuery()))
    assert [(row[1], row[-1] == VOID) for row in rows] == [("SJ-000002", False), ("SJ-000001", True)]
    assert list(desk.receipts.find(RegisterQuery(text="张㛃"))) == [first.id]


def test_an_order_has_one_receipt_and_one_on_account_none(desk: Desk) -> None:
    cash, account = finished(desk, 12000), finished(desk, 5000)
    desk.orders.return_order(account, "on_account")
    act_as(desk, "supervisor")
    receipt = desk.receipts.receive(NewReceipt(order_id=cash))
    assert (receipt.amount, receipt.payer, receipt.item) == (12000, "张㛃", "保洁（FW2026-000001）")
    with pytest.raises(RefusedError, match="已开收据 SJ2026-000001"):
        desk.receipts.receive(NewReceipt(order_id=cash))
    with pytest.raises(RefusedError, match="付款请求书"):
        desk.receipts.receive(NewReceipt(order_id=account))
    desk.receipts.void(receipt.id, "重开")
    with pytest.raises(RefusedError, match="不能多于应收"):
        desk.receipts.receive(NewReceipt(order_id=cash, amount=12001))
    assert desk.receipts.receive(NewReceipt(order_id=cash)).serial == "SJ2026-000002"


def test_a_void_receipt_opens_its_payment_request_again(desk: Desk) -> None:
    order = finished(desk, 5000)
    desk.orders.return_order(order, "on_account")
    (request,) = desk.payment_requests.draw_up()
    act_as(desk, "supervisor")
    with pytest.raises(RefusedError, match="一次付清"):
        desk.receipts.receive(NewReceipt(request_id=request.id, amount=4000))
    receipt = desk.receipts.receive(NewReceipt(request_id=request.id))
    desk.receipts.void(receipt.id, "收错人")
    assert desk.payment_requests.get(request.id).paid_at is None
    assert desk.receipts.receive(NewReceipt(request_id=request.id)).request_id == request.id


def test_a_receipt_prints_in_two_parts_with_the_change_called_out(desk: Desk) -> None:
    act_as(desk, "housekeeper")
    receipt = desk.receipts.receive(NewReceipt("停车费 <b>", 12300, "3-2-1102", "𬱖喆", tendered=20000))
    pdf = PdfDocument(desk.paper.receipts([receipt.id]))
    texts = [page.get_textpage().get_text_range() for page in pdf]
    pdf.close()
    assert len(texts) == 2
    assert all("壹佰贰拾叁元整" in text and "找零 77.00 元" in text for text in texts)


def test_r_order_18_a_second_print_of_a_receipt_is_marked_and_one_that_failed_is_not(desk: Desk) -> None:
    """R-ORDER-18: counted before a sheet leaves; taken back when none did."""
    act_as(desk, "finance")
    receipt = desk.receipts.receive(NewReceipt("停车费", 12300))
    actor = desk.context.actor
    assert actor is not None
    first = desk.receipts.record_prints([receipt.id])
    assert first == {receipt.id: 0}
    desk.receipts.take_back_prints(first, actor)
    assert desk.receipts.record_prints([receipt.id]) == {receipt.id: 0}
    desk.receipts.take_back_prints({receipt.id: 7}, actor)  # printed again meanwhile: the mark stays
    again = desk.receipts.record_prints([receipt.id])
    assert [slip.reprint for slip in desk.receipts.slips([receipt.id], again)] == [1]
    assert [slip.reprint for slip in desk.receipts.slips([receipt.id])] == [2]


def test_r_order_21_who_took_the_money_voids_the_receipt_of_the_shift_and_no_other(
    desk: Desk, clock: FixedClock
) -> None:
    """R-ORDER-21, roles.md: finance puts its own mistake right, a supervisor anybody's."""
    act_as(desk, "finance")
    own, late = (desk.receipts.receive(NewReceipt("停车费", fen)) for fen in (100, 200))
    with pytest.raises(RefusedError, match="原因"):
        desk.receipts.void(own.id, " ")
    assert desk.receipts.void(own.id, "多收").void_reason == "多收"
    desk.context.actor = Actor(78, "另一位", "finance", role_of("finance").permissions)
    with pytest.raises(NotAllowedError):
        desk.receipts.void(late.id, "多收")
    act_as(desk, "finance")
    clock.advance(timedelta(days=1))
    with pytest.raises(NotAllowedError):
        desk.receipts.void(late.id, "多收")
    act_as(desk, "supervisor")
    assert desk.receipts.void(late.id, "多收").voided_at is not None
    act_as(desk, "clerk")
    with pytest.raises(NotAllowedError):
        desk.receipts.void(own.id, "多收")


def test_a_typed_or_scanned_serial_says_what_is_to_be_paid(desk: Desk) -> None:
    order_id, account = finished(desk, 12000), finished(desk, 5000)
    desk.orders.return_order(account, "on_account")
    (request,) = desk.payment_requests.draw_up()
    paid = desk.receipts.payable("fw-000001")
    assert (paid.order_id, paid.request_id, paid.amount, paid.payer) == (order_id, None, 12000, "张㛃")
    assert desk.receipts.payable("1") == desk.receipts.payable("000001") == paid
    billed = desk.receipts.payable(f"FD:{request.serial}")
    assert (billed.request_id, billed.amount, billed.item) == (
        request.id,
        5000,
        "2026-11 签单服务（FK2026-000001）",
    )
    for text, why in (
        ("FW-000002", "付款请求书"),
        ("FW-000099", "没有单号"),
        ("99", "没有单号"),
        ("", "没有单号"),
    ):
        with pytest.raises(RefusedError, match=why) as refused:
            desk.receipts.payable(text)
        assert refused.value.field == "bill"
    act_as(desk, "finance")
    desk.receipts.receive(NewReceipt(request_id=request.id))
    with pytest.raises(RefusedError, match="付清"):
        desk.receipts.payable(request.serial)
    found = desk.receipts.of(request_id=request.id)
    assert found is not None
    assert found.amount == 5000
    assert desk.receipts.of(order_id=order_id) is None


def test_an_order_whose_money_was_taken_is_not_voided_before_the_receipt(desk: Desk) -> None:
    """R-ORDER-21: no receipt stands for what is void."""
    order_id = finished(desk, 12000)
    act_as(desk, "supervisor")
    receipt = desk.receipts.receive(NewReceipt(order_id=order_id))
    with pytest.raises(RefusedError, match="SJ2026-000001") as refused:
        desk.orders.void(order_id, "重复")
    assert refused.value.rule == "R-ORDER-21"
    with pytest.raises(RefusedError, match="先退款"):
        desk.orders.correct(order_id, {"lines": [NewLine("保洁", 11999)]}, "算错")
    assert desk.orders.correct(order_id, {"remarks": "钥匙在门卫"}, "补记").due_amount == 12000
    desk.receipts.void(receipt.id, "退款")
    assert desk.orders.void(order_id, "重复").state == "void"


def test_receipts_go_to_a_sheet_with_the_reason_of_a_void_one(desk: Desk, tmp_path: Path) -> None:
    act_as(desk, "supervisor")
    first = desk.receipts.receive(NewReceipt("=1+1", 100, payer="𬱖喆"))
    desk.receipts.receive(NewReceipt("停车费", 200))
    desk.receipts.void(first.id, "重开")
    path = tmp_path / "收据.xlsx"
    assert desk.receipts.export(path, RegisterQuery(), ExportWish("对账")) == 2
    cells = [[str(cell) for cell in row if cell is not None] for row in read_sheet(path).rows]
    written = next(row for row in cells if "SJ2026-000001" in row)
    assert {"=1+1", "𬱖喆", "重开"} <= set(written)
