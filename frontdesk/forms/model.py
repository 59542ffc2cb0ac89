"""What is remembered of printers: per desk, form and printer."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from frontdesk.core.model import Code, Name, Record


class PrinterSetup(Record):
    """How one form prints on one printer of one desk; the newest `chosen_seq` is the remembered one."""

    __tablename__ = "printer_setup"
    __table_args__ = (UniqueConstraint("desk", "form_id", "printer"),)

    desk: Mapped[Name]
    form_id: Mapped[Code]
    printer: Mapped[Name]
    layout: Mapped[Code]
    offset_x: Mapped[int] = mapped_column(default=0)  # tenths of a millimetre, right
    offset_y: Mapped[int] = mapped_column(default=0)  # tenths of a millimetre, down
    scale_permille: Mapped[int] = mapped_column(default=1000)
    copies: Mapped[Code] = mapped_column(default="", server_default="")  # "1,3"; empty for all
    chosen_seq: Mapped[int] = mapped_column(default=0)
