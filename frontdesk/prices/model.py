"""Tables of the price list (F-PRICE)."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from frontdesk.core.model import Code, Day, Fen, Line, Moment, Name, Record


class PriceRevision(Record):
    """One revision of the list. A draft has no number and no day yet; once published nothing in it changes.

    It is valid until the day before the next one begins: kept nowhere, so that the two cannot disagree.
    """

    __tablename__ = "price_revision"

    number: Mapped[int | None] = mapped_column(unique=True)
    valid_from: Mapped[Day | None]
    published_at: Mapped[Moment | None]
    published_by: Mapped[Name]


class PriceItem(Record):
    """One line of a revision. The same service in two revisions is two lines, of one category and name."""

    __tablename__ = "price_item"

    revision_id: Mapped[int] = mapped_column(ForeignKey("price_revision.id"), index=True)
    position: Mapped[int]
    category: Mapped[Code]  # 服务类别
    name: Mapped[Line]  # 项目
    unit: Mapped[Code]  # 单位
    unit_price: Mapped[Fen]
    note: Mapped[Line]  # 说明
