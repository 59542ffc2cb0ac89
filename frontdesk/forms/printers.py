"""The remembered printer of each form, with its layout and its offsets in tenths of a millimetre."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from frontdesk.core.actor import Permission
from frontdesk.core.context import DeskContext
from frontdesk.core.errors import RefusedError
from frontdesk.forms.model import PrinterSetup

# Who takes money prints the receipt, and no other entry (R-ORDER-21).
_WHO = (Permission.PRINT, Permission.SET_UP_PRINTERS, Permission.TAKE_MONEY)
MOST_OFFSET = 500  # 5 cm: beyond that it is the wrong paper, not a crooked tractor
SCALES = (900, 1100)  # thousandths
ONE_STRIKE = ("strike", "overprint")
"""Layouts that the needles strike through all copies at once: there is nothing to choose among."""


@dataclass(frozen=True)
class PrinterChoice:
    """How a form is to be printed. Offsets in tenths of a millimetre, scale in thousandths.

    `copies` are the numbers, from 1, of those that are wanted; none means all.
    """

    printer: str = ""
    layout: str = ""
    offset_x: int = 0
    offset_y: int = 0
    scale_permille: int = 1000
    copies: tuple[int, ...] = ()

    def copies_of(self, count: int) -> tuple[int, ...] | None:
        """The copies to print of a form that has `count`; None for all, also when the chosen ones are no more."""
        if self.layout in ONE_STRIKE:
            return None
        kept = tuple(number for number in self.copies if number <= count)
        return kept if kept and len(kept) < count else None

    @property
    def offset_mm(self) -> tuple[float, float]:
        """Right and down, in millimetres."""
        return self.offset_x / 10, self.offset_y / 10


class PrinterService:
    """Remembers, for this desk, which printer and layout each form used last."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def remembered(self, form_id: str, printer: str = "") -> PrinterChoice | None:
        """The last choice for a form, or for a form on that printer; None before the first."""
        self._context.require(*_WHO)
        asked = (
            select(PrinterSetup)
            .where(PrinterSetup.desk == self._context.desk_name, PrinterSetup.form_id == form_id)
            .order_by(PrinterSetup.chosen_seq.desc())
        )
        if printer:
            asked = asked.where(PrinterSetup.printer == printer)
        with self._context.read() as session:
            found = session.scalars(asked.limit(1)).first()
        return None if found is None else _choice(found)

    def setups(self) -> list[tuple[str, PrinterChoice]]:
        """All that is remembered on this desk: form and choice, by form, the last chosen first."""
        self._context.require(*_WHO)
        asked = select(PrinterSetup).where(PrinterSetup.desk == self._context.desk_name)
        with self._context.read() as session:
            found = session.scalars(asked.order_by(PrinterSetup.form_id, PrinterSetup.chosen_seq.desc()))
            return [(row.form_id, _choice(row)) for row in found]

    def remember(self, form_id: str, choice: PrinterChoice) -> None:
        """Keep a choice as the form's last one, unless the folder can only be read.

        Raises RefusedError for an absurd offset or scale.
        """
        _check(choice)
        if not self._context.database.read_only and self.remembered(form_id) != choice:
            self._write(form_id, choice, chosen=True)

    def align(self, form_id: str, choice: PrinterChoice) -> None:
        """Keep offset and scale of a form on a printer; which printer the form used last stays.

        Raises RefusedError as `remember`, SurroundingsError where nothing can be written.
        """
        _check(choice)
        known = self.remembered(form_id, choice.printer)
        if known != choice:
            self._write(form_id, choice, chosen=self.remembered(form_id) is None)

    def _write(self, form_id: str, choice: PrinterChoice, *, chosen: bool) -> None:
        with self._context.transaction(*_WHO, action="printer") as work:
            of_form = (PrinterSetup.desk == self._context.desk_name, PrinterSetup.form_id == form_id)
            newest = work.session.scalar(select(func.max(PrinterSetup.chosen_seq)).where(*of_form)) or 0
            of_printer = select(PrinterSetup).where(*of_form, PrinterSetup.printer == choice.printer)
            row = work.session.scalar(of_printer) or work.add(
                PrinterSetup(
                    desk=self._context.desk_name,
                    form_id=form_id,
                    printer=choice.printer,
                    layout=choice.layout,
                )
            )
            row.layout = choice.layout
            row.offset_x, row.offset_y = choice.offset_x, choice.offset_y
            row.scale_permille = choice.scale_permille
            row.copies = ",".join(map(str, choice.copies))
            if chosen:
                row.chosen_seq = newest + 1


def _choice(row: PrinterSetup) -> PrinterChoice:
    copies = tuple(map(int, row.copies.split(","))) if row.copies else ()
    return PrinterChoice(row.printer, row.layout, row.offset_x, row.offset_y, row.scale_permille, copies)


def _check(choice: PrinterChoice) -> None:
    if max(abs(choice.offset_x), abs(choice.offset_y)) > MOST_OFFSET:
        raise RefusedError("偏移超过 50 毫米，多半是纸张选错了；请先核对纸张。", field="offset")
    if not SCALES[0] <= choice.scale_permille <= SCALES[1]:
        raise RefusedError("缩放应在 90% 到 110% 之间。", field="scale")
