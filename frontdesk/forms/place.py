"""Where things stand on a slip: the template's shares turned into rectangles on a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from frontdesk.forms.template import Block, Cell, Row, Sheet, SlipTemplate


@dataclass(frozen=True)
class Rect:
    """A rectangle on the sheet: mm from its upper left corner."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The right edge, mm from the left edge of the sheet."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The lower edge, mm from the upper edge of the sheet."""
        return self.y + self.h


@dataclass(frozen=True)
class Frame:
    """The parts of a sheet."""

    head: Rect
    body: Rect
    foot: Rect
    band: Rect


@dataclass(frozen=True)
class PlacedBlock:
    """A block; `heading` has no width where there is none."""

    block: Block
    rect: Rect
    heading: Rect


@dataclass(frozen=True)
class PlacedCell:
    """A cell: its label's box (no width where there is none) and its value's."""

    cell: Cell
    label: Rect
    value: Rect


@dataclass(frozen=True)
class PlacedTable:
    """A table within a block: the rectangles of head and lines, and the columns' left edges and widths."""

    row: Row
    head: Rect
    lines: tuple[Rect, ...]
    columns: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Plan:
    """All boxes of one sheet."""

    frame: Frame
    blocks: tuple[PlacedBlock, ...]
    cells: tuple[PlacedCell, ...]
    tables: tuple[PlacedTable, ...]


_BAND_GAP = 2.0


def frame_of(sheet: Sheet) -> Frame:
    """Divide a sheet within its margins: head above, foot below, the copies' band at the right."""
    top, right, bottom, left = sheet.margin
    width, height = sheet.paper
    inner = width - left - right
    body_w = inner - (sheet.band + _BAND_GAP if sheet.band else 0.0)
    body_h = height - top - bottom - sheet.head - sheet.foot
    body = Rect(left, top + sheet.head, body_w, body_h)
    return Frame(
        head=Rect(left, top, body_w, sheet.head),
        body=body,
        foot=Rect(left, body.bottom, body_w, sheet.foot),
        band=Rect(left + inner - sheet.band, body.y, sheet.band, body_h),
    )


def plan_of(template: SlipTemplate, sheet: Sheet) -> Plan:
    """Place every box. Widths and heights in the template are shares of the body, so one form fits all papers."""
    frame = frame_of(sheet)
    body = frame.body
    across = body.w / template.body_width
    down = body.h / body_height(template)
    blocks: list[PlacedBlock] = []
    cells: list[PlacedCell] = []
    tables: list[PlacedTable] = []
    for block, x, y in flow(template):
        rect = Rect(
            body.x + x * across,
            body.y + y * down,
            (block.width or template.body_width) * across,
            block.height * down,
        )
        strip = template.heading_width * across if block.heading else 0.0
        blocks.append(PlacedBlock(block, rect, Rect(rect.x, rect.y, strip, rect.h)))
        at = rect.y
        for row in block.row:
            strip_rect = Rect(rect.x + strip, at, rect.w - strip, row.height * down)
            cells.extend(_cells(row, strip_rect, across))
            if row.table:
                tables.append(_table(row, strip_rect, across))
            at = strip_rect.bottom
    return Plan(frame, tuple(blocks), tuple(cells), tuple(tables))


def flow(template: SlipTemplate) -> Iterator[tuple[Block, float, float]]:
    """Each block with its left and upper edge in the template's own millimetres, from the body's corner."""
    x = y = deepest = 0.0
    for block in template.block:
        width = block.width or template.body_width
        if x + width > template.body_width + 0.01:
            x, y = 0.0, deepest
        yield block, x, y
        x += width
        deepest = max(deepest, y + block.height)


def body_height(template: SlipTemplate) -> float:
    """The height of all blocks in the template's own millimetres."""
    return max(y + block.height for block, _, y in flow(template))


def _cells(row: Row, strip: Rect, across: float) -> Iterator[PlacedCell]:
    x = strip.x
    for cell in row.cells:
        label = Rect(x, strip.y, cell.label_width * across, strip.h)
        value = Rect(label.right, strip.y, (cell.width - cell.label_width) * across, strip.h)
        yield PlacedCell(cell, label, value)
        x = value.right


def _table(row: Row, strip: Rect, across: float) -> PlacedTable:
    height = strip.h / (row.lines + 1)
    lines = tuple(Rect(strip.x, strip.y + height * (1 + n), strip.w, height) for n in range(row.lines))
    columns: list[tuple[float, float]] = []
    x = strip.x
    for column in row.columns:
        columns.append((x, column.width * across))
        x += column.width * across
    return PlacedTable(row, Rect(strip.x, strip.y, strip.w, height), lines, tuple(columns))
