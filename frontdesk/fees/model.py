"""Tables of payment requests (F-PAYREQ) and receipts (F-RECEIPT)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from frontdesk.core.model import Code, Day, Fen, Line, Moment, Name, Record

_STANDS = text("voided_at IS NULL")


class PaymentRequest(Record):
    """A room's orders on account, summed into one bill (R-ORDER-16)."""

    __tablename__ = "payment_request"
    __table_args__ = (UniqueConstraint("year", "number"), Index("ix_payment_request_paid_at", "paid_at"))

    serial: Mapped[str] = mapped_column(String(40), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    month: Mapped[str] = mapped_column(String(7), index=True)  # the month in which it was drawn up: 2026-11
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    unit_no: Mapped[Code]
    customer: Mapped[Name]
    total: Mapped[Fen]
    pay_by: Mapped[Day]
    paid_at: Mapped[Moment | None]
    prints: Mapped[int] = mapped_column(default=0)


class PaymentLine(Record):
    """One order on a request, as it was then. An order stands on one request only: never billed twice."""

    __tablename__ = "payment_line"
    __table_args__ = (Index("uq_payment_line_order", "order_id", unique=True, sqlite_where=_STANDS),)

    request_id: Mapped[int] = mapped_column(ForeignKey("payment_request.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("service_order.id"))
    position: Mapped[int]
    serial: Mapped[Code]
    day: Mapped[Day]
    service: Mapped[Line]
    amount: Mapped[Fen]


class Receipt(Record):
    """Money taken, against a numbered receipt (R-ORDER-21)."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        Index("uq_receipt_request", "request_id", unique=True, sqlite_where=_STANDS),
        Index("uq_receipt_order", "order_id", unique=True, sqlite_where=_STANDS),
    )

    serial: Mapped[str] = mapped_column(String(40), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    received_at: Mapped[Moment] = mapped_column(index=True)
    unit_no: Mapped[Code]
    payer: Mapped[Name]
    item: Mapped[Line]  # 项目
    amount: Mapped[Fen]
    tendered: Mapped[Fen]  # what was handed over; the rest went back as change
    method: Mapped[Code]  # cash | transfer | card
    collector: Mapped[Name]  # 收款人
    request_id: Mapped[int | None] = mapped_column(ForeignKey("payment_request.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("service_order.id"))
    prints: Mapped[int] = mapped_column(default=0)
