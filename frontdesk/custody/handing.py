"""Keys change hands under an agreement: into the keys' register, and the list of them (F-CUSTODY-KEYS, R-KEY-7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.plain_text import storable
from frontdesk.core.present import present
from frontdesk.custody import listing
from frontdesk.custody.model import CustodyAgreement, CustodyKey
from frontdesk.custody.register import HANDED_KEY, NewHandedKey
from frontdesk.estate.listing import in_figures
from frontdesk.keys.listing import reading
from frontdesk.keys.model import Key
from frontdesk.keys.register import CUSTODY, NewKey
from frontdesk.keys.rules import MOST_PIECES

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.core.query import RegisterQuery, TableRow
    from frontdesk.exchange.export import ExportWish
    from frontdesk.keys.held import KeyService

RULE = "R-KEY-7"
_SEARCHED = (
    CustodyAgreement.unit_no,
    CustodyAgreement.owner,
    CustodyAgreement.serial,
    CustodyAgreement.housekeeper,
    CustodyKey.number,
)


class HandedKeyService:
    """托管房钥匙清单 of one desk: read only, the keys come and go with their agreements."""

    register = HANDED_KEY

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The lines that answer, room by room (`query.RegisterSource`); days are those of handing over, `open_only`: still here."""
        asked = (
            select(CustodyKey.id, CustodyAgreement.unit_no)
            .join(CustodyAgreement, CustodyAgreement.id == CustodyKey.agreement_id)
            .where(CustodyKey.voided_at.is_(None), *_conditions(query))
        )
        with reading(self._context) as session:
            found = session.execute(asked).all()
        return [one.id for one in sorted(found, key=lambda one: (in_figures(one.unit_no), one.id))]

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these ids, in this order (`query.RegisterSource`)."""
        today = self._context.clock.today()
        with reading(self._context) as session:
            return [listing.handed_table_row(row, today) for row in listing.handed_rows(session, ids)]

    def print_rows(self, query: RegisterQuery) -> Iterator[tuple[str, ...]]:
        """The lines of F-CUSTODY-KEYS that answer, room by room."""
        self._context.require(Permission.PRINT)
        ids = self.find(query)
        with reading(self._context) as session:
            rows = listing.handed_rows(session, ids)
        for row in rows:
            shown = listing.handed_cells(row)
            yield tuple(shown[field.name] for field in HANDED_KEY.printed)

    def export(
        self,
        path: Path,
        query: RegisterQuery,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write the lines that answer to an XLSX file, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        ids = self.find(query)
        with reading(self._context) as session:
            kept = listing.handed_rows(session, ids)
        rows = [[getattr(row, field.name) for field in HANDED_KEY.exported] for row in kept]
        return export_register(
            self._context,
            path,
            HANDED_KEY,
            rows,
            wish,
            total=len(rows),
            progress=progress,
            cancelled=cancelled,
        )


def hand_over(
    work: Transaction,
    held: KeyService,
    agreement: CustodyAgreement,
    keys: Sequence[NewHandedKey],
    cabinet: str,
) -> None:
    """Enter the keys that the owner brought, or take along those that the desk has of that home already.

    `cabinet` is where a key goes that names none (业主档案柜). Raises RefusedError.
    """
    for new in keys:
        told = fitting(HANDED_KEY, {"kind": new.kind, "quantity": new.quantity})
        if not 1 <= new.quantity <= MOST_PIECES:
            raise RefusedError("请填写钥匙的数量。", field="quantity", rule=RULE)
        key = (
            _entered(work, held, agreement, new, lock=f"{agreement.unit_no} {told['kind']}", cabinet=cabinet)
            if new.key_id is None
            else _standing(work.session, new.key_id, agreement)
        )
        work.add(
            CustodyKey(
                agreement_id=agreement.id,
                key_id=key.id,
                number=key.number,
                kind=told["kind"],
                quantity=key.in_use,
                handed_on=work.today,
                made_here=new.key_id is None,
            )
        )


def next_number(session: Session) -> str:
    """One after the highest number of a key in custody, in its own way of writing; `T-01` for the first."""
    asked = select(Key.number).where(Key.kind == CUSTODY, Key.voided_at.is_(None))
    highest = session.scalar(asked.order_by(Key.natural.desc()).limit(1))
    found = re.fullmatch(r"(.*?)([0-9]{1,9})", highest or "", re.DOTALL)
    if found is None:
        return "T-01"
    return f"{found[1]}{int(found[2]) + 1:0{len(found[2])}d}"


def _entered(
    work: Transaction,
    held: KeyService,
    agreement: CustodyAgreement,
    new: NewHandedKey,
    *,
    lock: str,
    cabinet: str,
) -> Key:
    return held.add_within(
        work,
        NewKey(
            number=new.number,
            lock=lock,
            kind=CUSTODY,
            cabinet=new.cabinet or cabinet,
            hook=new.hook,
            in_use=new.quantity,
            unit_id=agreement.unit_id,
            unit_no=agreement.unit_no,
        ),
    )


def _standing(session: Session, key_id: int, agreement: CustodyAgreement) -> Key:
    key = present(session, Key, key_id)
    if key.kind != CUSTODY or key.unit_no != agreement.unit_no:
        raise RefusedError(f"{key.number} 不是 {agreement.unit_no} 的托管钥匙。", field="keys", rule=RULE)
    if key.voided_at is not None or key.scrapped_on is not None:
        raise RefusedError(f"{key.number} 已经退还或作废。", field="keys", rule=RULE)
    elsewhere = select(CustodyAgreement.serial).join(
        CustodyKey, CustodyKey.agreement_id == CustodyAgreement.id
    )
    here = (CustodyKey.key_id == key_id, CustodyKey.returned_on.is_(None), CustodyKey.voided_at.is_(None))
    if serial := session.scalar(elsewhere.where(*here)):
        raise RefusedError(f"{key.number} 已在 {serial} 里。", field="keys", rule=RULE)
    return key


def _conditions(query: RegisterQuery) -> Iterator[Any]:
    for word in storable(query.text).split():
        yield or_(*(column.contains(word, autoescape=True) for column in _SEARCHED))
    if query.first_day:
        yield CustodyKey.handed_on >= query.first_day
    if query.last_day:
        yield CustodyKey.handed_on <= query.last_day
    if query.open_only:
        yield CustodyKey.returned_on.is_(None)
    if query.picked:
        yield CustodyKey.id.in_(query.picked.ids)
