"""Tables of the call-backs (F-CALLBACK)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from frontdesk.core.model import Code, Day, Line, Moment, Name, Prose, Record


class Callback(Record):
    """One call-back after a service order; a try that reached nobody has no answers and settles nothing."""

    __tablename__ = "callback"
    __table_args__ = (Index("ix_callback_called_at", "called_at"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("service_order.id"), index=True)
    called_at: Mapped[Moment]
    called_by: Mapped[Name]  # 回访人
    method: Mapped[Code]  # 回访方式: telephone | visit | letter
    occasion: Mapped[Line]  # 回访事由
    serial: Mapped[Code]
    unit_no: Mapped[Code]  # as it stood on the order
    customer: Mapped[Name]
    service_person: Mapped[Name]
    reached: Mapped[bool] = mapped_column(default=True)
    level: Mapped[Code]  # 服务水平: satisfied | fair | dissatisfied
    timing: Mapped[Code]  # 服务时间
    attitude: Mapped[Code]  # 服务态度
    opinion: Mapped[Prose]  # 意见
    problem: Mapped[Prose]  # 问题
    referred_at: Mapped[Moment | None]  # when it went back in writing (R-ORDER-11)
    referred_by: Mapped[Name]
    referred_to: Mapped[Name]  # department
    referral: Mapped[Prose]  # what was written
    replied_at: Mapped[Moment | None]  # when the department answered
    replied_by: Mapped[Name] = mapped_column(server_default="")
    reply: Mapped[Prose] = mapped_column(server_default="")


class CallbackLot(Record):
    """One order that lay in a day's urn (R-ORDER-10). Each lies in one urn, once: nothing is drawn again."""

    __tablename__ = "callback_lot"

    order_id: Mapped[int] = mapped_column(ForeignKey("service_order.id"), unique=True)
    day: Mapped[Day] = mapped_column(index=True)  # the local day on which the work was done
    percent: Mapped[int]  # the share asked for when it was drawn
    drawn: Mapped[bool]


class Rain(Record):
    """It rained: repaired leaks are called back once more (R-ORDER-11)."""

    __tablename__ = "rain"

    rained_at: Mapped[Moment] = mapped_column(index=True)


class Talk(Record):
    """A talk with engineering, or a report upward, about something that comes back again and again (R-ORDER-13)."""

    __tablename__ = "talk"
    __table_args__ = (Index("ix_talk_about", "kind", "about"),)

    kind: Mapped[Code]  # fault | person
    about: Mapped[Name]  # the place, or the service person
    talked_at: Mapped[Moment]
    talked_by: Mapped[Name]
    told: Mapped[Name]  # to whom
    text: Mapped[Prose]
