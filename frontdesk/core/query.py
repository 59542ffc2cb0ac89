"""What a register's table is asked for, and what it is given: no Qt, no SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

Tone = Literal["neutral", "info", "ok", "warn", "danger", "accent"]

# A row of a register's table: its id, one shown string for each listed field, then its marks.
TableRow = tuple[int | str, ...]

VOID = "void"  # mark: the row stands struck through


def tone(field_name: str, of: Tone) -> str:
    """The mark that paints one cell of the row in a colour; the word in the cell stays as it is."""
    return f"{field_name}={of}"


@dataclass(frozen=True)
class Picked:
    """Records that were picked elsewhere, the rows behind a total; `label` tells which: 2026-11 报修 完工."""

    label: str
    ids: tuple[int, ...]


@dataclass(frozen=True)
class RegisterQuery:
    """What the filter row asks for; days are local and both inclusive, None means open.

    `choices` maps a CHOICE field's name to the key wanted; `open_only` leaves out what is settled; `picked`
    leaves out all but those, where a register knows of it.
    """

    text: str = ""
    first_day: date | None = None
    last_day: date | None = None
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    open_only: bool = False
    picked: Picked | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it asks for the whole register."""
        asked = self.text.strip() or self.first_day or self.last_day or self.choices
        return not (asked or self.open_only or self.picked)

    @property
    def period(self) -> str:
        """The period as it stands on a register: one day, from – to, or 全部."""
        first, last = self.first_day, self.last_day
        if first and last:
            return first.isoformat() if first == last else f"{first.isoformat()} 至 {last.isoformat()}"
        if first:
            return f"{first.isoformat()} 起"
        return f"至 {last.isoformat()}" if last else "全部"


class RegisterSource(Protocol):
    """Where a table's rows come from; a service, or a stand-in in a test."""

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, newest first; a `range` when nothing is left out, so it costs nothing."""
        ...

    def rows(self, ids: Sequence[int]) -> Sequence[TableRow]:
        """The rows of these ids, in this order, each string formatted once; an unknown id is left out."""
        ...
