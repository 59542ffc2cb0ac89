"""Tables of the service orders (F-ORDER)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from frontdesk.core.model import Code, Fen, Line, Moment, Name, Prose, Record

TO_CALL_BACK = text("finished_at IS NOT NULL AND called_back_at IS NULL AND voided_at IS NULL")


class ServiceOrder(Record):
    """One order. `serial` is what is printed; year and number are what has no gaps (R-ORDER-1)."""

    __tablename__ = "service_order"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        Index("ix_service_order_unit_id", "unit_id"),
        Index("ix_service_order_issued_at", "issued_at"),
        Index("ix_service_order_created_at", "created_at"),
        Index("ix_service_order_returned_at", "returned_at"),
        Index("ix_service_order_state", "state"),
        Index("ix_service_order_department", "department", "id"),
        Index("ix_service_order_settlement", "settlement", "id"),
        Index("ix_service_order_to_call_back", "finished_at", sqlite_where=TO_CALL_BACK),
    )

    serial: Mapped[str] = mapped_column(String(40), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    state: Mapped[Code]  # blank | issued | dispatched | arrived | finished | returned | void
    issued_at: Mapped[Moment]  # 受理日期时间
    channel: Mapped[Code]  # 受理方式: telephone | counter | letter | superior
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    unit_no: Mapped[Code]  # as it stood when the order was written
    customer: Mapped[Name]
    telephone: Mapped[Code]
    category: Mapped[Code]  # 服务类别
    content: Mapped[Prose]  # 服务内容
    urgent: Mapped[bool] = mapped_column(default=False)
    at_once: Mapped[bool] = mapped_column(default=False)
    appointment_at: Mapped[Moment | None]
    appointment_until: Mapped[Moment | None]
    materials: Mapped[Prose]  # 用料及数量
    expected_cost: Mapped[int | None]
    taken_by: Mapped[Name]  # 接单人
    department: Mapped[Name]  # 服务部门
    service_person: Mapped[Name]
    dispatched_at: Mapped[Moment | None]
    confirmed_at: Mapped[Moment | None]  # the call at the agreed time (R-ORDER-6)
    arrived_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    result: Mapped[Prose]  # 服务结果
    self_check: Mapped[Line]  # 自检
    workload: Mapped[Line]  # 工作量
    due_amount: Mapped[Fen]  # 应收
    paid_amount: Mapped[Fen]  # 实收
    settlement: Mapped[Code]  # cash | on_account
    customer_signed_at: Mapped[Moment | None]
    returned_at: Mapped[Moment | None]
    remarks: Mapped[Prose]
    backfilled_at: Mapped[
        Moment | None
    ]  # written after the work; issued_at is then when it was taken (R-ORDER-3)
    prints: Mapped[int] = mapped_column(default=0)
    reminders: Mapped[int] = mapped_column(default=0)  # how often the customer asked again (催办)
    # What was damaged before housekeeping work began, looked at and confirmed (R-ORDER-19).
    prior_damage: Mapped[Line] = mapped_column(server_default="")
    damage_seen_by: Mapped[Name] = mapped_column(server_default="")
    damage_confirmed_by: Mapped[Name] = mapped_column(server_default="")
    damage_confirmed_at: Mapped[Moment | None]
    # The last of its call-backs; None while one is awaited (R-ORDER-11).
    called_back_at: Mapped[Moment | None]

    # Lines that were struck out are voided and stay in the file; these are the ones that stand.
    lines: Mapped[list[OrderLine]] = relationship(
        primaryjoin="and_(OrderLine.order_id == ServiceOrder.id, OrderLine.voided_at.is_(None))",
        order_by="OrderLine.position",
        lazy="selectin",
        viewonly=True,
    )


class SerialPeriod(Record):
    """From which number of a year's count on serials are written how; see `numbering` (R-ORDER-1)."""

    __tablename__ = "serial_period"
    __table_args__ = (UniqueConstraint("year", "first_number"),)

    year: Mapped[int]
    first_number: Mapped[int]
    kind: Mapped[Code]  # year | month | day
    label: Mapped[Code]  # 2026, 202611, 20261121
    prefix: Mapped[Code]
    digits: Mapped[int]
    counted_before: Mapped[int] = mapped_column(default=0)


class OrderLine(Record):
    """One priced line of an order (收费项目)."""

    __tablename__ = "order_line"

    order_id: Mapped[int] = mapped_column(ForeignKey("service_order.id"), index=True)
    position: Mapped[int]
    item: Mapped[Line]
    unit: Mapped[Code]  # 单位
    unit_price: Mapped[Fen]
    quantity: Mapped[int]  # in thousandths, so that 1.5 m stands exactly
    amount: Mapped[Fen]
    # The price list's line, price and revision of the order's day, kept as they were (R-ORDER-7).
    price_item_id: Mapped[int | None] = mapped_column(ForeignKey("price_item.id"))
    list_price: Mapped[int | None]
    price_revision: Mapped[int | None]
    price_reason: Mapped[Line]


class OrderReminder(Record):
    """The customer asked again about an order that is on its way (催办)."""

    __tablename__ = "order_reminder"

    order_id: Mapped[int] = mapped_column(ForeignKey("service_order.id"), index=True)
    reminded_at: Mapped[Moment]
    reminded_by: Mapped[Name]
    text: Mapped[Prose]
