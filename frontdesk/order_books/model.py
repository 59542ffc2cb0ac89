"""Tables of blank runs, missing serials, finance lists and bound volumes."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from frontdesk.core.model import Code, Day, Fen, Line, Moment, Name, Prose, Record

_STANDS = text("voided_at IS NULL")


class BlankRun(Record):
    """Blanks with consecutive numbers of one year, kept at the desk or given to a person (R-ORDER-2)."""

    __tablename__ = "blank_run"

    year: Mapped[int]
    first_number: Mapped[int]
    last_number: Mapped[int]
    first_serial: Mapped[str] = mapped_column(String(40))
    last_serial: Mapped[str] = mapped_column(String(40))
    given_to: Mapped[Name]  # who has, or last had them; empty while nobody did
    given_at: Mapped[Moment | None]
    given_by: Mapped[Name]
    returned_at: Mapped[Moment | None]  # what was left of them came back to the desk
    returned_to: Mapped[Name]
    purpose: Mapped[Line]


class MissingSerial(Record):
    """A number whose paper is not there, and who follows it (R-ORDER-14).

    It ends by itself when the order is back-filled, void or returned, else when somebody says what became of it.
    """

    __tablename__ = "missing_serial"
    __table_args__ = (UniqueConstraint("year", "number"),)

    year: Mapped[int]
    number: Mapped[int]
    serial: Mapped[str] = mapped_column(String(40))
    listed_at: Mapped[Moment]
    followed_by: Mapped[Name]
    note: Mapped[Line]
    settled_at: Mapped[Moment | None]
    outcome: Mapped[Line]


class FinanceList(Record):
    """The second copies of paid orders on their way to finance (F-FINANCE, R-ORDER-15)."""

    __tablename__ = "finance_list"

    day: Mapped[Day] = mapped_column(index=True)
    shift: Mapped[Code]
    received_at: Mapped[Moment | None]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    received_by: Mapped[Name]
    # What finance counted, and why it is not what the list says; None while not received.
    received_count: Mapped[int | None]
    received_cash: Mapped[int | None]
    difference: Mapped[Line]


class FinanceLine(Record):
    """One order on a list, as it was when the list was drawn up. An order stands on one list only."""

    __tablename__ = "finance_line"
    __table_args__ = (Index("uq_finance_line_order", "order_id", unique=True, sqlite_where=_STANDS),)

    list_id: Mapped[int] = mapped_column(ForeignKey("finance_list.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("service_order.id"))
    position: Mapped[int]
    category: Mapped[Code]
    serial: Mapped[str] = mapped_column(String(40))
    unit_no: Mapped[Code]
    item: Mapped[Prose]
    amount: Mapped[Fen]
    settlement: Mapped[Code]


class OrderVolume(Record):
    """A month's first copies, bound in the order of their serials (F-ORDER-COVER, R-ORDER-15, 17)."""

    __tablename__ = "order_volume"

    year: Mapped[int] = mapped_column(index=True)
    month: Mapped[int]
    volume_no: Mapped[int]
    first_number: Mapped[int]
    last_number: Mapped[int]
    first_serial: Mapped[str] = mapped_column(String(40))
    last_serial: Mapped[str] = mapped_column(String(40))
    sheets: Mapped[int]
    void_serials: Mapped[Prose]
    missing_serials: Mapped[Prose]
    bound_by: Mapped[Name]
    bound_on: Mapped[Day]
    keep_until: Mapped[Day]
    archived_at: Mapped[Moment | None]  # given out of the desk's keeping (R-ORDER-17)
    archived_by: Mapped[Name]
    archive_reason: Mapped[Line]
