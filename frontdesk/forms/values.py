"""What comes in from the services: plain, frozen values; nothing of paper or fonts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Layout = Literal["laser", "two_up", "strike", "overprint"]
Lines = Sequence[Mapping[str, str]]


ORDINALS = "一二三四五六七八九"
"""What counts the copies of a multi-part form: 第一联."""


@dataclass(frozen=True)
class Letterhead:
    """Who issues the paper: settings of the estate, printed on each form."""

    company: str
    estate: str
    address: str = ""
    telephone: str = ""
    desk: str = ""


@dataclass(frozen=True)
class CopyName:
    """One sheet of a multi-part form: what it calls itself and its colour (白 红 蓝 黄 绿 粉, or `#b00020`)."""

    name: str
    colour: str = "白"


@dataclass(frozen=True)
class Slip:
    """One record on one sheet.

    `values` are formatted strings by the template's field names; a missing one stays blank, to be written
    by hand. The lines of a table are mappings. A choice's value is its printed word (`报修`).
    `code` is the serial as it goes into the QR, ASCII with prefix (`FD:FW2026-000123`); empty draws none.
    A `void_reason` marks the sheet 作废, a `reprint` of n marks it 补打 第 n 次 (R-ORDER-18).
    """

    values: Mapping[str, str | Lines]
    code: str = ""
    void_reason: str = ""
    reprint: int = 0

    def text(self, name: str) -> str:
        """The value of a single field; blank when there is none."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def lines(self, name: str) -> Lines:
        """The lines of a table; none when there are none."""
        value = self.values.get(name, ())
        return () if isinstance(value, str) else value
