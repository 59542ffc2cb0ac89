"""Tables of the call log."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from frontdesk.core.model import Base, Code, Day, Line, Moment, Name, Prose, Record

OPEN_CALLS = text("settled_at IS NULL AND voided_at IS NULL")
WAITING = text("passed_on_at IS NULL AND voided_at IS NULL")


class Call(Record):
    """One line of 公共信息记录表. `day` and `day_no` (序号) are given when it is saved, without gaps."""

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("day", "day_no"),
        Index("ix_call_unit_id", "unit_id", "id"),
        Index("ix_call_order_serial", "order_serial"),
        Index("ix_call_digits", "digits", "id"),
        Index("ix_call_category", "category", "id"),
        Index("ix_call_answered_by", "answered_by", "id", "category"),
        Index("ix_call_open", "id", sqlite_where=OPEN_CALLS),
    )

    day: Mapped[Day]
    day_no: Mapped[int]
    logged_at: Mapped[Moment]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    unit_no: Mapped[Code]  # 房间号, as it stood or as it was said
    number: Mapped[Code]  # 来电号码, as it was said
    digits: Mapped[Code]  # the number without anything else, for the caller display
    caller: Mapped[Name]
    reason: Mapped[Prose]  # 来电缘由
    order_serial: Mapped[Code]  # 工单编号: service order or complaint
    answered_by: Mapped[Name]  # 接听人, who follows it (首问负责)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recipient: Mapped[Name]  # 信息接受人
    outcome: Mapped[Prose]  # 完成情况, in words
    category: Mapped[Code]  # A | B | C | D
    remarks: Mapped[Prose]
    appointment_at: Mapped[Moment | None]
    goods: Mapped[Line]  # goods to be carried out
    promised_at: Mapped[Moment | None]
    outside_body: Mapped[Name]  # whom the desk itself reported it to (R-CALL-5)
    settled_at: Mapped[Moment | None]


class Message(Record):
    """A message for an absent colleague (R-CALL-6, F-MESSAGE)."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_waiting", "id", sqlite_where=WAITING),
        Index("ix_message_taken_at", "taken_at"),
    )

    taken_at: Mapped[Moment]
    caller: Mapped[Name]
    unit_no: Mapped[Code]
    number: Mapped[Code]
    wanted: Mapped[Name]  # 找谁
    text: Mapped[Prose]
    taken_by: Mapped[Name]
    passed_on_at: Mapped[Moment | None]


class Phrase(Record):
    """A phrase code: `cfds` + space becomes 厨房下水堵塞."""

    __tablename__ = "phrase"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    text: Mapped[Line]


class PhraseUse(Base):
    """How often a phrase was used; a count for the order of the list, not a record."""

    __tablename__ = "phrase_use"

    phrase_id: Mapped[int] = mapped_column(ForeignKey("phrase.id"), primary_key=True)
    uses: Mapped[int] = mapped_column(default=0)


class DirectoryNumber(Record):
    """An outside body's telephone (供水, 供电, 派出所 …; R-CALL-5)."""

    __tablename__ = "directory_number"

    name: Mapped[Name]
    number: Mapped[Code]
    remarks: Mapped[Name]
    position: Mapped[int] = mapped_column(default=0)
