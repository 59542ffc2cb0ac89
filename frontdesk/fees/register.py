"""F-PAYREQ and F-RECEIPT: their fields, and what goes into and comes out of their services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from frontdesk.core.fields import Choice, Field, Kind, Register

METHODS = (Choice("cash", "现金"), Choice("transfer", "转账"), Choice("card", "刷卡"))
STATES = (
    Choice("unpaid", "未付"),
    Choice("late", "待上门收款"),
    Choice("paid", "已付"),
    Choice("void", "作废"),
)

PAYMENT_REQUEST = Register(
    name="payment_request",
    form_id="F-PAYREQ",
    title="付款请求书",
    fields=(
        Field("serial", "编号", Kind.SERIAL, entered=False),
        Field("month", "月份", entered=False),
        Field("unit_no", "房号", Kind.UNIT, entered=False),
        Field("customer", "客户", entered=False),
        Field("orders", "单数", Kind.INTEGER, entered=False),
        Field("total", "金额", Kind.MONEY, entered=False),
        Field("pay_by", "付款期限", Kind.DATE, entered=False),
        Field("state", "状态", Kind.CHOICE, choices=STATES, entered=False),
        Field("paid_at", "付款时间", Kind.MOMENT, entered=False),
        Field("void_reason", "作废原因", max_length=400, listed=False, entered=False),
    ),
)
RECEIPT = Register(
    name="receipt",
    form_id="F-RECEIPT",
    title="收费单据(收据)",
    fields=(
        Field("serial", "编号", Kind.SERIAL, entered=False),
        Field("received_at", "日期", Kind.MOMENT, entered=False),
        Field("unit_no", "房号", Kind.UNIT, max_length=40),
        Field("payer", "交款人", max_length=120),
        Field("item", "项目", required=True, max_length=400),
        Field("amount", "金额", Kind.MONEY, required=True),
        Field("tendered", "收到", Kind.MONEY, listed=False, hint="唱收唱付"),
        Field("method", "方式", Kind.CHOICE, required=True, choices=METHODS),
        Field("collector", "收款人", Kind.PERSON, entered=False),
        Field("void_reason", "作废原因", max_length=400, listed=False, entered=False),
    ),
)


@dataclass(frozen=True)
class RequestLine:
    """One order of a request; `amount` in fen, `day` local."""

    order_id: int
    serial: str
    day: date
    service: str
    amount: int


@dataclass(frozen=True)
class RequestRow:
    """A payment request as it stands; `total` in fen, `state` one of `unpaid`, `late`, `paid`, `void`."""

    id: int
    serial: str
    month: str
    unit_id: int | None
    unit_no: str
    customer: str
    total: int
    pay_by: date
    state: str
    paid_at: datetime | None
    prints: int
    lines: tuple[RequestLine, ...]
    created_by: str
    void_reason: str


@dataclass(frozen=True)
class NewReceipt:
    """Money taken at the desk or at the door; amounts in fen.

    With `request_id` or `order_id` empty fields are filled from there. `tendered` is what was handed over;
    None means just the amount.
    """

    item: str = ""
    amount: int | None = None
    unit_no: str = ""
    payer: str = ""
    method: str = "cash"
    tendered: int | None = None
    request_id: int | None = None
    order_id: int | None = None


@dataclass(frozen=True)
class Payable:
    """What a payment request or an order asks for; `amount` in fen, None when the order has no price yet."""

    serial: str
    item: str
    amount: int | None
    unit_no: str
    payer: str
    request_id: int | None = None
    order_id: int | None = None


@dataclass(frozen=True)
class Unbilled:
    """The orders on account that are on no request yet: what `draw_up` would bill. `total` in fen."""

    rooms: int
    orders: int
    total: int


@dataclass(frozen=True)
class ReceiptRow:
    """A receipt as it stands; amounts in fen, `change` is what went back."""

    id: int
    serial: str
    received_at: datetime
    unit_no: str
    payer: str
    item: str
    amount: int
    tendered: int
    change: int
    method: str
    collector: str
    request_id: int | None
    order_id: int | None
    prints: int
    voided_at: datetime | None
    void_reason: str
