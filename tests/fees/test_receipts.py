"""Receipts: numbered, by those who may take money, and for one thing once (R-ORDER-21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pypdfium2 import PdfDocument

from frontdesk.core.actor import Actor
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.query import VOID, RegisterQuery
from frontdesk.fees.register import NewReceipt
from frontdesk.orders.register import NewLine, NewOrder
from frontdesk.safety.verify import Verification
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
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
    assert Verification(desk.database).run().findings == ()
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
    assert desk.receipts.record_print(receipt.id) == 0
    assert desk.receipts.slips([receipt.id])[0].reprint == 1
