"""The price list, read within a session: which revision holds on a day, and what a service costs by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from frontdesk.prices import rules
from frontdesk.prices.model import PriceItem, PriceRevision
from frontdesk.prices.register import PriceRow, RevisionRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_PUBLISHED = PriceRevision.number.is_not(None)


def revision_on(session: Session, day: date) -> PriceRevision | None:
    """The revision that holds on a local day; None before the first one."""
    asked = (
        select(PriceRevision)
        .where(_PUBLISHED, PriceRevision.valid_from <= day)
        .order_by(PriceRevision.valid_from.desc())
    )
    return session.scalars(asked.limit(1)).first()


def latest(session: Session) -> PriceRevision | None:
    """The last published revision, perhaps not yet in force."""
    asked = select(PriceRevision).where(_PUBLISHED).order_by(PriceRevision.number.desc())
    return session.scalars(asked.limit(1)).first()


def draft(session: Session) -> PriceRevision | None:
    """The revision that is being written."""
    asked = select(PriceRevision).where(PriceRevision.number.is_(None), PriceRevision.voided_at.is_(None))
    return session.scalars(asked).first()


def items(session: Session, revision_id: int) -> Sequence[PriceItem]:
    """The lines that stand in a revision, in their order."""
    asked = (
        select(PriceItem)
        .where(PriceItem.revision_id == revision_id, PriceItem.voided_at.is_(None))
        .order_by(PriceItem.position, PriceItem.id)
    )
    return session.scalars(asked).all()


def item_on(session: Session, day: date, category: str, name: str) -> tuple[PriceItem, int] | None:
    """The line for a service on a day with its revision's number, by name; one of this category first.

    None when that day's list has no such service.
    """
    revision = revision_on(session, day)
    if revision is None or revision.number is None:
        return None
    _, wanted = rules.identity(category, name)
    same = [item for item in items(session, revision.id) if rules.identity("", item.name)[1] == wanted]
    same.sort(key=lambda item: item.category != category)
    return (same[0], revision.number) if wanted and same else None


def revision_rows(session: Session) -> list[RevisionRow]:
    """All revisions that stand, the newest first, the draft before them."""
    asked = (
        select(PriceRevision).where(PriceRevision.voided_at.is_(None)).order_by(PriceRevision.number.desc())
    )
    revisions = session.scalars(asked).all()
    counted = (
        select(PriceItem.revision_id, func.count())
        .where(PriceItem.voided_at.is_(None))
        .group_by(PriceItem.revision_id)
    )
    counts = dict(iter(session.execute(counted)))
    published = [one for one in revisions if one.number is not None]
    begins_after = {one.id: later.valid_from for later, one in pairwise(published)}
    drafts = [one for one in revisions if one.number is None]
    return [
        _revision_row(one, begins_after.get(one.id), counts.get(one.id, 0)) for one in (*drafts, *published)
    ]


def _revision_row(revision: PriceRevision, next_begins: date | None, lines: int) -> RevisionRow:
    valid_to = next_begins - timedelta(days=1) if next_begins else None
    return RevisionRow(
        revision.id,
        revision.number,
        revision.valid_from,
        valid_to,
        revision.published_at,
        revision.published_by,
        lines,
    )


def price_row(item: PriceItem, revision: int | None) -> PriceRow:
    """A line as it stands; `revision` is the number of its list."""
    return PriceRow(
        item.id,
        item.revision_id,
        revision,
        item.position,
        item.category,
        item.name,
        item.unit,
        item.unit_price,
        item.note,
    )
