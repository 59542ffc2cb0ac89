"""Further sheets (续页): what did not fit a slip goes on here, line by line, and nothing is cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from frontdesk.forms.fill import PAD, Filling, Section
from frontdesk.forms.fonts import FontBook
from frontdesk.forms.layers import Press, draw_foot, draw_head, draw_marks, draw_serial
from frontdesk.forms.pen import MM, Pen
from frontdesk.forms.place import Rect
from frontdesk.forms.text import LEADING, lines_of

_SIDE = 3.0
_ABOVE = 2.0


@dataclass(frozen=True)
class Piece:
    """A piece of a line: its share of the width as (left, width) in mm, and how it stands in it."""

    text: str
    x: float
    width: float
    align: str = "left"


@dataclass(frozen=True)
class Strip:
    """One line of a further sheet. A heading is repeated, with （续）, where a page breaks below it."""

    pieces: tuple[Piece, ...]
    height: float
    heading: str = ""


def pages_of(sections: Sequence[Section], room: Rect, size: float, book: FontBook) -> list[list[Strip]]:
    """Flow sections over as many pages of `room` as they need."""
    pages: list[list[Strip]] = []
    page: list[Strip] = []
    left = 0.0
    heading = ""
    for strip in _strips(sections, room.w - 2 * _SIDE, size, book):
        needed = strip.height * (2 if strip.heading else 1)  # a heading does not stand alone at the foot
        if needed > left:
            page = []
            pages.append(page)
            left = room.h - 2 * _ABOVE
            if not strip.heading:
                again = _heading(f"{heading}（续）", size)
                page.append(again)
                left -= again.height
        heading = strip.heading or heading
        page.append(strip)
        left -= strip.height
    return pages


def _strips(sections: Iterable[Section], width: float, size: float, book: FontBook) -> Iterator[Strip]:
    line = size * LEADING / MM
    for section in sections:
        yield _heading(section.label, size)
        if section.columns:
            yield from _table_strips(section, width, size, book)
        for text in (
            lines_of(section.text, (width - PAD) * MM / size, book.char_width) if section.text else ()
        ):
            yield Strip((Piece(text, 0, width),), line)


def _heading(label: str, size: float) -> Strip:
    return Strip((), size * LEADING / MM + 2.4, heading=label)


def _table_strips(section: Section, width: float, size: float, book: FontBook) -> Iterator[Strip]:
    line = size * LEADING / MM
    whole = sum(column.width for column in section.columns)
    shares = [column.width / whole * width for column in section.columns]
    lefts = [sum(shares[:n]) for n in range(len(shares))]
    heads = zip(section.columns, lefts, shares, strict=True)
    yield Strip(tuple(Piece(column.label, x, share, column.align) for column, x, share in heads), line + 0.8)
    for row in section.rows:
        cells = [
            lines_of(row[column.field], (share - 2 * PAD) * MM / size, book.char_width)
            for column, share in zip(section.columns, shares, strict=True)
        ]
        for number in range(max(map(len, cells))):
            yield Strip(
                tuple(
                    Piece(cell[number], x, share, column.align)
                    for cell, column, x, share in zip(cells, section.columns, lefts, shares, strict=True)
                    if number < len(cell)
                ),
                line,
            )


def draw_fixed_more(press: Press, pen: Pen) -> None:
    """What all further sheets have alike."""
    draw_head(press, pen, press.template.title)
    pen.box(press.plan.frame.body, 0.9, press.inks.text)
    draw_foot(press, pen)


def draw_more(
    press: Press, pen: Pen, filling: Filling, page: Sequence[Strip], place: tuple[int, int]
) -> None:
    """One further sheet of a record; `place` is its number and how many there are."""
    body, head, inks, size = press.plan.frame.body, press.plan.frame.head, press.inks, press.sheet.value_size
    draw_serial(press, pen, filling)
    pen.text(
        head.x + head.w / 2,
        head.bottom - 1.8,
        f"续 {place[0]}/{place[1]}",
        size,
        inks.text,
        align="center",
        bold=press.sheet.colour,
    )
    y = body.y + _ABOVE
    for strip in page:
        base = y + strip.height - 0.25 * size * LEADING / MM
        if strip.heading:
            base -= 0.8
            pen.text(body.x + _SIDE, base, strip.heading, size, inks.text, bold=press.sheet.colour)
            rule = base + 1.1
            pen.rules([(body.x + _SIDE, rule, body.right - _SIDE, rule)], 0.35, inks.line)
        for piece in strip.pieces:
            left = body.x + _SIDE + piece.x
            x = {"left": left, "center": left + piece.width / 2, "right": left + piece.width - PAD}[
                piece.align
            ]
            pen.text(x, base, piece.text, size, inks.text, align=piece.align)
        y += strip.height
    marks = Filling(void=filling.void, reprint=filling.reprint)
    draw_marks(press, pen, marks)
