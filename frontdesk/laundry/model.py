"""Tables of laundry tickets (F-LAUNDRY)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from frontdesk.core.model import Code, Day, Fen, Line, Moment, Name, Record

_STANDS = text("voided_at IS NULL")


class LaundryTicket(Record):
    """What was collected for one order. The customer's part names each garment with its mark (R-ORDER-20)."""

    __tablename__ = "laundry_ticket"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        Index("uq_laundry_ticket_order", "order_id", unique=True, sqlite_where=_STANDS),
        Index("ix_laundry_ticket_return_on", "return_on"),
    )

    serial: Mapped[str] = mapped_column(String(40), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("service_order.id"))
    order_serial: Mapped[Code]
    received_at: Mapped[Moment] = mapped_column(index=True)  # 收取日期时间
    unit_no: Mapped[Code]
    customer: Mapped[Name]
    telephone: Mapped[Code]
    cleaning: Mapped[Code]  # dry | wet
    price: Mapped[Fen]  # 收价
    return_on: Mapped[Day]  # 归还日期
    laundry: Mapped[Line]  # 洗衣公司
    signed_by: Mapped[Name]  # who took the garments there (交接签字)
    sent_at: Mapped[Moment | None]
    back_at: Mapped[Moment | None]
    back_note: Mapped[Line]  # 取回核对
    handed_at: Mapped[Moment | None]  # 送还时间
    handed_note: Mapped[Line]
    satisfaction: Mapped[Code]
    handled_by: Mapped[Name]  # 经办人
    prints: Mapped[int] = mapped_column(default=0)


class Garment(Record):
    """One garment of a ticket, as it was when it was taken."""

    __tablename__ = "garment"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("laundry_ticket.id"), index=True)
    position: Mapped[int]
    name: Mapped[Line]  # 名称
    mark: Mapped[Code]  # 标记号
    damage: Mapped[Line]  # 破损检查
