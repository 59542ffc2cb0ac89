"""Tables of homes in custody: agreements, their keys, inspections, daily rounds that were asked for, words for the winter."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from frontdesk.core.model import Code, Day, Line, Moment, Name, Prose, Record

_IN_FORCE = text("ended_on IS NULL AND voided_at IS NULL")


class CustodyAgreement(Record):
    """One 钥匙托管协议书: who left which home in whose care, until when, and in what state (F-CUSTODY)."""

    __tablename__ = "custody_agreement"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        # One home is in custody once at a time (R-KEY-8).
        Index("uq_custody_agreement_unit_no", "unit_no", unique=True, sqlite_where=_IN_FORCE),
    )

    serial: Mapped[str] = mapped_column(String(40), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    signed_on: Mapped[Day]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    unit_no: Mapped[Code]
    owner: Mapped[Name]
    owner_telephone: Mapped[Code]
    housekeeper: Mapped[Name]
    purpose: Mapped[Line]
    power_shut: Mapped[Code]  # yes | no
    gas_shut: Mapped[Code]
    water_shut: Mapped[Code]
    power_meter: Mapped[Code]
    gas_meter: Mapped[Code]
    water_meter: Mapped[Code]
    starts_on: Mapped[Day]
    ends_on: Mapped[Day | None]  # None: until the owner takes the keys back
    duties: Mapped[Prose]
    remarks: Mapped[Line]
    handled_by: Mapped[Name]
    security_told_at: Mapped[Moment | None]
    security_told_to: Mapped[Name]
    ended_on: Mapped[Day | None]
    returned_to: Mapped[Name]
    ended_by: Mapped[Name]
    end_note: Mapped[Line]
    prints: Mapped[int] = mapped_column(default=0)


class CustodyKey(Record):
    """One key number that was handed over under an agreement (F-CUSTODY-KEYS); the key itself stands in the keys' register."""

    __tablename__ = "custody_key"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("custody_agreement.id"), index=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("key.id"), index=True)
    number: Mapped[Code]
    kind: Mapped[Name]  # 入户门, 信箱, 门禁卡
    quantity: Mapped[int]
    handed_on: Mapped[Day]
    returned_on: Mapped[Day | None]
    returned_to: Mapped[Name]
    made_here: Mapped[bool] = mapped_column(default=True)  # entered with the agreement, not before


class CustodyInspection(Record):
    """One walk through a home by two people at least, after the owner was told (F-CUSTODY-INSP, R-KEY-8)."""

    __tablename__ = "custody_inspection"
    __table_args__ = (Index("ix_custody_inspection_unit_no", "unit_no", "inspected_at"),)

    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("custody_agreement.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    unit_no: Mapped[Code]
    inspected_at: Mapped[Moment] = mapped_column(index=True)
    reason: Mapped[Code]  # round | rain | winter | request
    told_at: Mapped[Moment]
    told_way: Mapped[Code]
    told_whom: Mapped[Name]
    inspector_one: Mapped[Name]
    inspector_two: Mapped[Name]
    others: Mapped[Line]
    water: Mapped[Code]  # normal | abnormal | none
    power: Mapped[Code]
    gas: Mapped[Code]
    openings: Mapped[Code]
    leaks: Mapped[Code]
    air: Mapped[Code]
    problem: Mapped[Prose]
    handling: Mapped[Line]
    reported_to: Mapped[Name]
    reported_at: Mapped[Moment | None]
    settled_at: Mapped[Moment | None]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("service_order.id"), index=True)
    order_serial: Mapped[Code]
    written_by: Mapped[Name]


class CustodyRequest(Record):
    """An owner asks that a home be looked at every day, in custody or merely vacant (R-KEY-8)."""

    __tablename__ = "custody_request"

    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    unit_no: Mapped[Code] = mapped_column(index=True)
    asked_at: Mapped[Moment]
    asked_by: Mapped[Name]
    way: Mapped[Code]
    first_day: Mapped[Day]
    last_day: Mapped[Day]
    note: Mapped[Line]


class WinterNotice(Record):
    """An owner was told to let the heating run low through a winter, or could not be reached (R-KEY-8)."""

    __tablename__ = "winter_notice"

    winter: Mapped[int] = mapped_column(index=True)  # the year in which it begins
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    unit_no: Mapped[Code] = mapped_column(index=True)
    told_at: Mapped[Moment]
    told_by: Mapped[Name]
    told_whom: Mapped[Name]
    way: Mapped[Code]
    reached: Mapped[bool] = mapped_column(default=True)
    answer: Mapped[Line]
