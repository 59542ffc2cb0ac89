"""Taking a register out of the house: a purpose, a note in the journal, masks (`roles.md`, last paragraph)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from frontdesk.core import journal
from frontdesk.core.actor import Permission
from frontdesk.core.context import DeskContext
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Field, Kind, Register
from frontdesk.core.jobs import Cancelled, Progress
from frontdesk.core.plain_text import plain_text
from frontdesk.core.settings import ESTATE_NAME
from frontdesk.core.shown import masked_identity, masked_telephone, printed_moment
from frontdesk.exchange.sheet_out import Heading, SheetPart, beside, put_in_place, write_sheets

IDENTITY_FIELDS = frozenset({"identity_no"})


@dataclass(frozen=True)
class ExportWish:
    """Why a register is taken out, and which of its personal fields the purpose needs in full.

    `unmasked` names fields; telephones and identity numbers that are not named are masked. `period` is shown.
    """

    purpose: str
    unmasked: frozenset[str] = frozenset()
    period: str = ""


def export_register(
    context: DeskContext,
    path: Path,
    register: Register,
    rows: Iterable[Sequence[Any]],
    wish: ExportWish,
    *,
    total: int = 0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    allowed: Permission = Permission.EXPORT,
) -> int:
    """Write a register's exported fields to an XLSX file and note it; returns the number of rows.

    `rows` hold the plain, unmasked values in the order of `register.exported`; see `export_sheets`.
    """
    parts = (SheetPart(register.title, rows),)
    return export_sheets(
        context, path, register, parts, wish,
        total=total, progress=progress, cancelled=cancelled, allowed=allowed,
    )  # fmt: skip


def export_sheets(
    context: DeskContext,
    path: Path,
    register: Register,
    parts: Sequence[SheetPart],
    wish: ExportWish,
    *,
    total: int = 0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    allowed: Permission = Permission.EXPORT,
) -> int:
    """The same in several sheets of one workbook; see `write_sheets`. `allowed` is the right that it takes.

    Raises RefusedError without a purpose, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
    """
    actor = context.require(allowed)
    purpose = plain_text(wish.purpose, field="purpose", label="导出用途", most=200)
    if not purpose:
        raise RefusedError("请写明导出用途，例如“月度统计”。", field="purpose")
    if wish.unmasked & personal_fields(register):
        context.require(Permission.SEE_FULL_TELEPHONES)
    at = printed_moment(context.clock, context.clock.now())
    told = (wish.period, f"用途：{purpose}", _told_of_masks(register, wish), f"导出：{actor.name} {at}")
    note = "  ".join(filter(None, told))
    heading = Heading(context.settings.get(ESTATE_NAME), note)
    masked = [replace(part, rows=_masked(register.exported, part.rows, wish.unmasked)) for part in parts]
    with context.acting(actor), beside(path):
        count = write_sheets(
            path,
            register,
            masked,
            heading,
            context.clock,
            total=total,
            progress=progress,
            cancelled=cancelled,
        )
        kept = ExportWish(purpose, wish.unmasked, wish.period)
        _note(context, register, path.name, count, kept, allowed=allowed)
        put_in_place(path)
    return count


def personal_fields(register: Register) -> frozenset[str]:
    """The names of the exported fields that are masked unless the purpose needs them."""
    return frozenset(field.name for field in register.exported if _is_personal(field))


def _told_of_masks(register: Register, wish: ExportWish) -> str:
    personal = [field for field in register.exported if _is_personal(field)]
    masked = dict.fromkeys(field.label for field in personal if field.name not in wish.unmasked)
    return f"{'、'.join(masked)}已遮盖" if masked else "号码未遮盖" if personal else ""


def _is_personal(field: Field) -> bool:
    return field.kind is Kind.PHONE or field.name in IDENTITY_FIELDS


def _masked(
    fields: Sequence[Field], rows: Iterable[Sequence[Any]], unmasked: Collection[str]
) -> Iterator[Sequence[Any]]:
    masks = {
        place: masked_identity if field.name in IDENTITY_FIELDS else masked_telephone
        for place, field in enumerate(fields)
        if _is_personal(field) and field.name not in unmasked
    }
    for row in rows:
        cells = list(row)
        for place, mask in masks.items():
            value = cells[place]
            parts = value if isinstance(value, tuple | list) else (value or "",)
            cells[place] = tuple(mask(str(part)) for part in parts)
        yield cells


def _note(
    context: DeskContext,
    register: Register,
    file_name: str,
    count: int,
    wish: ExportWish,
    *,
    allowed: Permission,
) -> None:
    told = {
        "register": register.name,
        "file": file_name,
        "rows": count,
        "period": wish.period,
        "unmasked": sorted(wish.unmasked),
    }
    with context.transaction(allowed, action="export", reason=wish.purpose) as work:
        change = journal.Change("export", 0, "export", {name: (None, told[name]) for name in told})
        journal.append(work.connection, work.stamp, [change])
