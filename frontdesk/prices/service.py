"""The price list: drafted, published from a day, asked for the price of a day (R-ORDER-7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from frontdesk.core.context import DeskContext, Transaction
from frontdesk.core.due import DueItem
from frontdesk.core.errors import RefusedError
from frontdesk.core.money import format_fen
from frontdesk.core.plain_text import plain_reason
from frontdesk.core.settings import PRICE_REVISION_MONTHS
from frontdesk.prices import listing, rules
from frontdesk.prices.model import PriceItem, PriceRevision
from frontdesk.prices.register import PRICE, NewPrice, PriceRow, RevisionRow, SheetPreview

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.exchange.export import ExportWish

DUE_BEFORE = timedelta(days=30)  # so long before its day the next revision stands among what is due


class PriceService:
    """The price list. There is one draft at most; what is published is never changed."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    # --- commands -----------------------------------------------------------------------------------

    def begin_revision(self) -> RevisionRow:
        """Begin the next revision as a draft with the lines of the last one. Raises RefusedError."""
        with self._context.transaction(Permission.KEEP_PRICES, action="begin_revision") as work:
            if listing.draft(work.session) is not None:
                raise RefusedError("已有一份没公布的草稿，请接着改那一份。")
            last = listing.latest(work.session)
            begun = work.add(PriceRevision())
            for item in listing.items(work.session, last.id) if last else ():
                _add_line(work, begun, _as_written(item), item.position)
            return listing.revision_rows(work.session)[0]

    def add_line(self, new: NewPrice) -> int:
        """Add a line to the end of the draft; returns its id. Raises RefusedError."""
        with self._drafting("add_line") as (work, revision):
            standing = listing.items(work.session, revision.id)
            _check_single(standing, new)
            return _add_line(work, revision, rules.checked(new), len(standing) + 1).id

    def correct_line(self, item_id: int, new: NewPrice) -> None:
        """Change a line of the draft. Raises RefusedError for a line of a published list."""
        with self._drafting("correct_line") as (work, revision):
            item = _of_draft(work.session, revision, item_id)
            others = [one for one in listing.items(work.session, revision.id) if one.id != item_id]
            _check_single(others, new)
            for name, value in asdict(rules.checked(new)).items():
                setattr(item, name, value)

    def strike_line(self, item_id: int, reason: str) -> None:
        """Take a line out of the draft. Raises RefusedError."""
        with self._drafting("strike_line", plain_reason(reason)) as (work, revision):
            work.void(_of_draft(work.session, revision, item_id), reason or "不再提供")
            work.flush()
            for position, item in enumerate(listing.items(work.session, revision.id), start=1):
                item.position = position

    def drop_draft(self, reason: str) -> None:
        """Give the draft up. Raises RefusedError without a reason."""
        kept = plain_reason(reason)
        if not kept:
            raise RefusedError("请写明原因。", field="reason")
        with self._drafting("drop_draft", kept) as (work, revision):
            work.void(revision, kept)

    def publish(self, valid_from: date) -> RevisionRow:
        """Publish the draft from a local day on; orders before that day keep their prices (R-ORDER-7).

        Raises RefusedError (field `valid_from`) for a day gone by, and for an empty list.
        """
        with self._drafting("publish") as (work, revision):
            if not listing.items(work.session, revision.id):
                raise RefusedError("价目表还是空的，请先填项目和单价。")
            last = listing.latest(work.session)
            rules.check_valid_from(valid_from, last.valid_from if last else None, work.today)
            revision.number = (last.number or 0) + 1 if last else 1
            revision.valid_from = valid_from
            revision.published_at, revision.published_by = work.now, work.actor.name
            work.flush()
            return next(row for row in listing.revision_rows(work.session) if row.id == revision.id)

    def preview_sheet(self, path: Path) -> SheetPreview:
        """Read an office's sheet (XLSX or CSV); nothing is written. Raises RefusedError, SurroundingsError."""
        from frontdesk.exchange.sheet_in import read_sheet
        from frontdesk.prices.sheet import read

        self._context.require(Permission.KEEP_PRICES)
        return read(read_sheet(path))

    def import_sheet(self, preview: SheetPreview) -> int:
        """Make a previewed sheet's lines the draft's, all of them or none; returns how many.

        A draft is begun where there is none. Raises RefusedError for a sheet with problems or without lines.
        """
        if preview.problems or not preview.lines:
            raise RefusedError("表里有看不懂的行，请改好再导入；什么都没有改动。", field="file")
        reason = f"导入 {preview.file_name}"[:400]
        with self._context.transaction(Permission.KEEP_PRICES, action="import", reason=reason) as work:
            revision = listing.draft(work.session) or work.add(PriceRevision())
            for item in listing.items(work.session, revision.id):
                work.void(item, reason)
            for position, line in enumerate(preview.lines, start=1):
                _add_line(work, revision, rules.checked(line), position)
        return len(preview.lines)

    def export(
        self,
        revision_id: int,
        path: Path,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write a revision to an XLSX file, noted with its purpose; returns the number of lines. Whoever keeps the
        list may take it out too: it is published, and nobody's data.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        actor = self._context.require(Permission.EXPORT, Permission.KEEP_PRICES)
        allowed = Permission.EXPORT if actor.may(Permission.EXPORT) else Permission.KEEP_PRICES
        names = [field.name for field in PRICE.exported]
        rows = [[getattr(line, name) for name in names] for line in self.lines(revision_id)]
        return export_register(
            self._context, path, PRICE, rows, wish,
            total=len(rows), progress=progress, cancelled=cancelled, allowed=allowed,
        )  # fmt: skip

    # --- questions ----------------------------------------------------------------------------------

    def revisions(self) -> list[RevisionRow]:
        """All revisions, the draft first, then the newest."""
        with self._reading() as session:
            return listing.revision_rows(session)

    def revision(self, revision_id: int) -> RevisionRow:
        """One revision. Raises RefusedError when there is none."""
        for row in self.revisions():
            if row.id == revision_id:
                return row
        raise RefusedError("没有这一版价目表，请重新选择。")

    def current(self, day: date | None = None) -> RevisionRow | None:
        """The revision that holds on a local day, today by default; None before the first one."""
        with self._reading() as session:
            found = listing.revision_on(session, day or self._context.clock.today())
            rows = listing.revision_rows(session)
        return next((row for row in rows if found and row.id == found.id), None)

    def lines(self, revision_id: int) -> list[PriceRow]:
        """The lines of a revision, in their order."""
        with self._reading() as session:
            revision = session.get(PriceRevision, revision_id)
            number = revision.number if revision else None
            return [listing.price_row(item, number) for item in listing.items(session, revision_id)]

    def earlier_lines(self, revision_id: int) -> list[PriceRow]:
        """The lines of the revision before this one, none before the first; for a draft those of the last published."""
        rows = [row for row in self.revisions() if not row.is_draft]
        this = self.revision(revision_id)
        before = next((row for row in rows if this.number is None or (row.number or 0) < this.number), None)
        return self.lines(before.id) if before else []

    def price_on(self, name: str, day: date, category: str = "") -> PriceRow | None:
        """What a service costs on a local day, by its name however it is typed; None when it is not listed."""
        with self._reading() as session:
            found = listing.item_on(session, day, category, name)
            return listing.price_row(*found) if found else None

    def items_on(self, day: date) -> list[PriceRow]:
        """The list that holds on a local day, in its order; none before the first. `rules.matching` looks in it."""
        with self._reading() as session:
            revision = listing.revision_on(session, day)
            if revision is None:
                return []
            return [listing.price_row(item, revision.number) for item in listing.items(session, revision.id)]

    def next_revision_due(self) -> date | None:
        """The local day by which the list is to be revised; None while none was published."""
        with self._reading() as session:
            last = listing.latest(session)
        if last is None or last.valid_from is None:
            return None
        return rules.next_revision(last.valid_from, self._context.settings.get(PRICE_REVISION_MONTHS))

    def due(self, now: datetime) -> list[DueItem]:
        """The next half-yearly revision, from thirty days before its day on (R-ORDER-7)."""
        day = self.next_revision_due()
        if day is None:
            return []
        due_at = self._context.clock.moment(day, time.min)
        since = due_at - DUE_BEFORE
        if now < since:
            return []
        with self._reading() as session:
            last = listing.latest(session)
        assert last is not None
        return [DueItem("price_revision", last.id, "价目表该修订公布了", "", "财务", due_at, since)]

    def print_rows(self, revision_id: int) -> list[tuple[str, ...]]:
        """F-PRICE: the cells of a revision."""
        label = PRICE.field("category").label_of
        return [
            (
                str(line.position),
                label(line.category),
                line.name,
                line.unit,
                format_fen(line.unit_price),
                line.note,
            )
            for line in self.lines(revision_id)
        ]

    # --- inside -------------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            yield session

    @contextmanager
    def _drafting(self, action: str, reason: str = "") -> Iterator[tuple[Transaction, PriceRevision]]:
        """The draft within a unit of work. Raises RefusedError when there is none."""
        with self._context.transaction(Permission.KEEP_PRICES, action=action, reason=reason) as work:
            revision = listing.draft(work.session)
            if revision is None:
                raise RefusedError("已公布的价目不能改，请先起草新一版。", rule=rules.RULE)
            yield work, revision


def _as_written(item: PriceItem) -> NewPrice:
    return NewPrice(item.name, item.unit_price, item.unit, item.category, item.note)


def _add_line(work: Transaction, revision: PriceRevision, new: NewPrice, position: int) -> PriceItem:
    return work.add(PriceItem(revision_id=revision.id, position=position, **asdict(new)))


def _check_single(others: Sequence[PriceItem], new: NewPrice) -> None:
    same = rules.identity(new.category, new.name)
    if any(rules.identity(other.category, other.name) == same for other in others):
        raise RefusedError(f"这个类别里已经有“{new.name}”。", field="name")


def _of_draft(session: Session, revision: PriceRevision, item_id: int) -> PriceItem:
    item = session.get(PriceItem, item_id)
    if item is None or item.revision_id != revision.id or item.voided_at is not None:
        raise RefusedError("这一行不在草稿里，请重新选择。", rule=rules.RULE)
    return item
