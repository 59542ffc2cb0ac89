"""What one record puts on its sheet: texts fitted into boxes, ticks, marks, and what must go on a further sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from frontdesk.forms.fonts import FontBook
from frontdesk.forms.pen import MM
from frontdesk.forms.place import PlacedCell, PlacedTable, Plan, Rect
from frontdesk.forms.template import Cell, Column, Sheet, SlipTemplate
from frontdesk.forms.text import Fitted, fit
from frontdesk.forms.values import Slip

PAD = 1.2
"""Free space at the left and right of a text in its box, mm."""

TICK_SIDE = 2.7
GOES_ON = "…（接续页）"
_PAD_DOWN = 0.35
_TICK_GAP = 0.9
_CHOICE_GAP = 3.4


@dataclass(frozen=True)
class Text:
    """Fitted lines in a box."""

    rect: Rect
    fitted: Fitted
    align: str = "left"
    faint: bool = False
    top: bool = False


@dataclass(frozen=True)
class Section:
    """What did not fit: the rest of a text, or the rest of a table's lines."""

    label: str
    text: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()


@dataclass
class Filling:
    """All that a record puts on paper. Ticks are (left edge, middle) in mm."""

    serial: str = ""
    code: str = ""
    void: bool = False
    reprint: int = 0
    void_reason: Text | None = None
    texts: list[Text] = field(default_factory=list)
    ticks: list[tuple[float, float]] = field(default_factory=list)
    more: list[Section] = field(default_factory=list)


@dataclass(frozen=True)
class SpareBoxes:
    """Places outside the template's boxes: the reason of a void, and what could not be drawn."""

    reason: Rect
    note: Rect


@dataclass(frozen=True)
class Spot:
    """A choice on paper: its word, the left edge of its square, the left edge of the word (mm)."""

    word: str
    box: float
    text: float


def spots(cell: Cell, value: Rect, size: float, book: FontBook) -> list[Spot]:
    """Where the choices of a cell stand, evenly, in one line."""
    widths = [TICK_SIDE + _TICK_GAP + book.width(word, size) / MM for word in cell.choices]
    gap = min(_CHOICE_GAP, (value.w - 2 * PAD - sum(widths)) / max(1, len(widths) - 1))
    x = value.x + PAD
    found = []
    for word, width in zip(cell.choices, widths, strict=True):
        found.append(Spot(word, x, x + TICK_SIDE + _TICK_GAP))
        x += width + gap
    return found


class Filler:
    """Fills the boxes of one plan, record by record."""

    def __init__(
        self, template: SlipTemplate, sheet: Sheet, plan: Plan, book: FontBook, *, blanks: bool
    ) -> None:
        self._template = template
        self._sheet = sheet
        self._plan = plan
        self._book = book
        self._blanks = blanks
        size = sheet.label_size
        self._spots = {
            id(cell): spots(cell.cell, cell.value, size, book) for cell in plan.cells if cell.cell.choices
        }

    def fill(self, slip: Slip, boxes: SpareBoxes, known_missing: Mapping[str, None]) -> Filling:
        """Fit a record. `known_missing` are characters of the letterhead that no font has."""
        missing = dict(known_missing)
        filling = Filling(
            serial=self._book.clean(slip.text("serial"), missing),
            code=slip.code,
            void=bool(slip.void_reason),
            reprint=slip.reprint,
        )
        for placed in self._plan.cells:
            if placed.cell.field:
                value = self._book.clean(slip.text(placed.cell.field), missing)
                self._fill_cell(filling, placed, value)
        for table in self._plan.tables:
            rows = [
                {
                    column.field: self._book.clean(row.get(column.field, ""), missing)
                    for column in table.row.columns
                }
                for row in slip.lines(table.row.table)
            ]
            self._fill_table(filling, table, rows)
        if filling.void:
            reason = "作废原因：" + self._book.clean(slip.void_reason, missing)
            filling.void_reason = Text(boxes.reason, self._fit(filling, "作废原因", reason, boxes.reason))
        if missing:
            note = "〓 处为字库没有的字：" + "、".join(f"U+{ord(char):04X}" for char in missing)
            filling.texts.append(
                Text(boxes.note, self._fit(filling, "字库没有的字", note, boxes.note), "right")
            )
        return filling

    def _fit(self, filling: Filling, label: str, text: str, rect: Rect, *, large: bool = False) -> Fitted:
        sheet = self._sheet
        fitted = fit(
            text,
            (rect.w - 2 * PAD) * MM,
            (rect.h - 2 * _PAD_DOWN) * MM,
            self._book.char_width,
            size=sheet.value_size + (2 if large else 0),
            least=sheet.least_size,
            note=GOES_ON,
        )
        if fitted.rest:
            filling.more.append(Section(label, fitted.rest))
        return fitted

    def _fill_cell(self, filling: Filling, placed: PlacedCell, value: str) -> None:
        cell = placed.cell
        if not value:
            if cell.blank and self._blanks:
                fitted = Fitted(self._sheet.label_size, (cell.blank,))
                filling.texts.append(Text(placed.value, fitted, cell.align, faint=True))
            return
        label = cell.label or self._template.fields[cell.field].label
        if cell.choices:
            self._fill_choice(filling, placed, value, label)
            return
        fitted = self._fit(filling, label, value, placed.value, large=cell.large)
        top = placed.value.h > 3.5 * self._sheet.value_size / MM
        filling.texts.append(Text(placed.value, fitted, cell.align, top=top))

    def _fill_choice(self, filling: Filling, placed: PlacedCell, value: str, label: str) -> None:
        """Tick the choice; a value that is none of them is written behind the last, never left out."""
        known = self._spots[id(placed)]
        for spot in known:
            if spot.word == value:
                filling.ticks.append((spot.box, placed.value.y + placed.value.h / 2))
                return
        x = known[-1].text + self._book.width(known[-1].word, self._sheet.label_size) / MM
        rest = Rect(x, placed.value.y, placed.value.right - x, placed.value.h)
        if rest.w < 8:
            filling.more.append(Section(label, value))
        else:
            filling.texts.append(Text(rest, self._fit(filling, label, value, rest)))

    def _fill_table(self, filling: Filling, table: PlacedTable, rows: list[dict[str, str]]) -> None:
        fitted = list(self._table_lines(table, rows))
        if len(fitted) < len(rows):
            fitted = fitted[: len(table.lines) - 1]
            left = rows[len(fitted) :]
            strip = table.lines[len(fitted)]
            note = Fitted(self._sheet.least_size, (f"其余 {len(left)} 项接续页",))
            filling.texts.append(Text(strip, note))
            label = self._template.tables[table.row.table].label
            filling.more.append(Section(label, columns=table.row.columns, rows=tuple(left)))
        for line in fitted:
            filling.texts.extend(line)

    def _table_lines(self, table: PlacedTable, rows: list[dict[str, str]]) -> Iterator[list[Text]]:
        """The lines that fit, up to the first that does not."""
        sheet = self._sheet
        for row, strip in zip(rows, table.lines, strict=False):
            line = []
            for column, (x, width) in zip(table.row.columns, table.columns, strict=True):
                rect = Rect(x, strip.y, width, strip.h)
                fitted = fit(
                    row[column.field],
                    (width - 2 * PAD) * MM,
                    (strip.h - 0.4) * MM,
                    self._book.char_width,
                    size=sheet.value_size,
                    least=sheet.least_size,
                )
                if fitted.rest:
                    return
                line.append(Text(rect, fitted, column.align))
            yield line
