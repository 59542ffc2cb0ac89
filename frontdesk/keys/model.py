"""Tables of keys, their loans, applications, counts, and the issues of their register."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from frontdesk.core.model import Code, Day, Line, Moment, Name, Record

_STANDS = text("voided_at IS NULL")
_IS_OUT = text("closed_at IS NULL AND voided_at IS NULL")


class Key(Record):
    """One key number: a lock with all its keys, in use and spare. Scrapped is a state, voided an entry made in error.

    Of `in_use` some pieces are out, lost, damaged or away to be copied; the rest hangs at its hook (`rules.Pieces`).
    """

    __tablename__ = "key"
    __table_args__ = (Index("uq_key_natural", "natural", unique=True, sqlite_where=_STANDS),)

    number: Mapped[Code]  # 钥匙编号, as it stands on the tag
    natural: Mapped[str] = mapped_column(
        String(200)
    )  # the same for every way of writing it; sorts as people count
    lock: Mapped[Name] = mapped_column(index=True)  # 锁具名称/部位, the tag's name too (R-KEY-1)
    kind: Mapped[Code]  # public | office | custody | spare
    cabinet: Mapped[Code]
    hook: Mapped[Code]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)  # of a key in custody
    unit_no: Mapped[Code]
    in_use: Mapped[int] = mapped_column(default=1)
    out: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    copying: Mapped[int] = mapped_column(default=0)
    spare: Mapped[int] = mapped_column(default=0)
    spare_out: Mapped[int] = mapped_column(default=0)
    scrapped_on: Mapped[Day | None]
    state: Mapped[Code]  # in | out | copying | lost | damaged | void: what `rules.Pieces.state` says
    holder: Mapped[Line]  # 持有人: whoever has pieces of it
    changed_on: Mapped[Day]
    change: Mapped[Code]  # 变更事由
    change_note: Mapped[Line]
    handled_by: Mapped[Name]
    remarks: Mapped[Line]
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)


class KeyLoan(Record):
    """Pieces of one key in somebody's hands, from lending to return (F-KEY-LOAN)."""

    __tablename__ = "key_loan"
    __table_args__ = (
        Index("ix_key_loan_open", "key_id", sqlite_where=_IS_OUT),
        Index("ix_key_loan_key_id", "key_id"),
    )

    key_id: Mapped[int] = mapped_column(ForeignKey("key.id"))
    number: Mapped[Code]
    lock: Mapped[Name]
    is_spare: Mapped[bool] = mapped_column(default=False)
    quantity: Mapped[int] = mapped_column(default=1)
    lent_at: Mapped[Moment] = mapped_column(index=True)
    reason: Mapped[Line]
    borrower: Mapped[Name]
    borrower_kind: Mapped[Code]  # staff | contractor | resident
    department: Mapped[Name]
    lent_by: Mapped[Name]
    due_at: Mapped[Moment | None]  # None: held by that person until further notice
    # Whose authority let a spare go, when and how it was given (R-KEY-4).
    authorised_by: Mapped[Name]
    authorised_way: Mapped[Code]  # present | telephone | written
    authorised_at: Mapped[Moment | None]
    came_back: Mapped[int] = mapped_column(default=0)
    went_lost: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[Moment | None]  # 归还时间, when nothing of it is out any more
    returned_by: Mapped[Name]
    received_by: Mapped[Name]
    note: Mapped[Line]


class KeyApplication(Record):
    """An application to copy or to scrap a key (F-KEY-APPL, R-KEY-3)."""

    __tablename__ = "key_application"
    __table_args__ = (UniqueConstraint("year", "number"),)

    serial: Mapped[str] = mapped_column(String(40), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    applied_on: Mapped[Day]
    applicant: Mapped[Name]
    department: Mapped[Name]
    key_id: Mapped[int] = mapped_column(ForeignKey("key.id"), index=True)
    key_number: Mapped[Code]
    lock: Mapped[Name]
    kind: Mapped[Code]  # copy | scrap
    quantity: Mapped[int]
    reason: Mapped[Line]
    state: Mapped[Code]  # applied | reviewed | approved | copying | done | refused | void
    reviewed_at: Mapped[Moment | None]
    reviewed_by: Mapped[Name]
    approved_at: Mapped[Moment | None]
    approved_by: Mapped[Name]
    refused_at: Mapped[Moment | None]
    refused_by: Mapped[Name]
    refusal: Mapped[Line]
    registered_at: Mapped[Moment | None]
    registered_by: Mapped[Name]
    done_at: Mapped[Moment | None]
    outcome: Mapped[Line]
    prints: Mapped[int] = mapped_column(default=0)


class KeyCount(Record):
    """One count of what hangs there against the register (R-KEY-5, R-KEY-6)."""

    __tablename__ = "key_count"

    occasion: Mapped[Code]  # handover | spot_check
    begun_at: Mapped[Moment] = mapped_column(index=True)
    counted_by: Mapped[Name]
    closed_at: Mapped[Moment | None]
    closed_by: Mapped[Name]


class KeyCountPlace(Record):
    """One cabinet of a count: what was told in all, and what the register then had, written only after it was told."""

    __tablename__ = "key_count_place"

    count_id: Mapped[int] = mapped_column(ForeignKey("key_count.id"), index=True)
    place: Mapped[Code]
    told: Mapped[int | None]
    book: Mapped[int | None]
    by_key_at: Mapped[Moment | None]


class KeyCountLine(Record):
    """A key that was counted by itself and was not as the register has it, and why."""

    __tablename__ = "key_count_line"

    place_id: Mapped[int] = mapped_column(ForeignKey("key_count_place.id"), index=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("key.id"))
    number: Mapped[Code]
    lock: Mapped[Name]
    told: Mapped[int]
    book: Mapped[int]
    explanation: Mapped[Line]
    explained_by: Mapped[Name]


class KeyUpkeep(Record):
    """Who went through the register in which month and found it up to date (R-KEY-6)."""

    __tablename__ = "key_upkeep"
    __table_args__ = (Index("uq_key_upkeep_month", "month", unique=True, sqlite_where=_STANDS),)

    month: Mapped[Code]  # 2026-11
    confirmed_at: Mapped[Moment]
    confirmed_by: Mapped[Name]
    note: Mapped[Line]


class KeyIssue(Record):
    """One issue of the register, as it was drawn up (R-KEY-6). The next one makes it expire; it stays readable."""

    __tablename__ = "key_issue"

    number: Mapped[int] = mapped_column(unique=True)
    quarter: Mapped[Code]  # 2026-Q4
    issued_on: Mapped[Day]
    issued_by: Mapped[Name]
    keys: Mapped[int]
    note: Mapped[Line]


class KeyIssueLine(Record):
    """One line of an issue, word for word as it was printed."""

    __tablename__ = "key_issue_line"

    issue_id: Mapped[int] = mapped_column(ForeignKey("key_issue.id"), index=True)
    position: Mapped[int]
    key_id: Mapped[int] = mapped_column(ForeignKey("key.id"))
    number: Mapped[Code]
    lock: Mapped[Name]
    kind: Mapped[Name]
    place: Mapped[Name]
    in_use: Mapped[int]
    spare: Mapped[int]
    holder: Mapped[Line]
    state: Mapped[Name]
    changed_on: Mapped[Day]
    change: Mapped[Line]
    handled_by: Mapped[Name]
