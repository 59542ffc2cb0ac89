"""Registers to PDF: tables that run over pages, the head repeated, rows as tall as their text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from frontdesk.core.errors import RefusedError, StoppedError
from frontdesk.core.fields import Register
from frontdesk.core.jobs import Cancelled, Progress
from frontdesk.forms.fonts import FontBook, font_book
from frontdesk.forms.pen import MM, Colour, Inks, Pen
from frontdesk.forms.place import Rect
from frontdesk.forms.slip import STOPPED, new_canvas
from frontdesk.forms.template import RegisterTemplate, load_register
from frontdesk.forms.text import LEADING, fit, height_of, lines_of
from frontdesk.forms.values import Letterhead

PAD = 1.0
"""Free space at the left and right of a cell's text, mm."""

_PAD_DOWN = 1.15
_HEAD = 17.0
_FOOT = 7.0
_SIGNS = 19.0
_EVERY = 100
AGAIN = "续"
"""Stands in the first column where a row taller than the page goes on."""


@dataclass(frozen=True)
class Printing:
    """Who prints what period, and when: formatted text. See `frontdesk.forms.render_register`."""

    letterhead: Letterhead
    period: str
    printed_by: str
    printed_at: str
    progress: Progress | None = None
    cancelled: Cancelled | None = None


@dataclass(frozen=True)
class Strip:
    """A row, or a piece of one, on a page: lines of text by column."""

    top: float
    height: float
    cells: Sequence[Sequence[str]]
    strong: bool = False


def render_rows(register: Register, rows: Iterable[Sequence[str]], printing: Printing) -> bytes:
    """The PDF of a register; the cells of a row stand in the order of `register.printed`."""
    template = load_register(register.form_id)
    names = [printed.name for printed in register.printed]
    unknown = [column.label for column in template.columns if column.field not in names]
    if unknown:
        raise RefusedError(f"模板 {register.form_id} 有登记表里没有的栏目：{'、'.join(unknown)}。")
    places = [names.index(column.field) for column in template.columns]
    # read whole first: "共 n 页" and the progress want to know how many there are
    cells = [[row[at] for at in places] for row in _until_stopped(rows, printing)]
    return render_table(template, cells, printing)


def area_of(template: RegisterTemplate) -> Rect:
    """Where the table stands on each page."""
    top, right, bottom, left = template.margin
    width, height = template.paper
    return Rect(left, top + _HEAD, width - left - right, height - top - bottom - _HEAD - _FOOT)


def render_table(template: RegisterTemplate, rows: Sequence[Sequence[str]], printing: Printing) -> bytes:
    """The PDF of rows whose cells stand in the order of the template's columns."""
    book = font_book()
    missing: dict[str, None] = {}
    flow = _Flow(template, book)
    for row in _watched(rows, printing):
        flow.add([book.clean(cell, missing) for cell in row])
    flow.close()
    out = io.BytesIO()
    canvas = new_canvas(out, template.paper, template.title, printing.letterhead.company)
    pen = Pen(canvas, book, template.paper[1])
    sheet = _Sheet(template, book, pen, _words(printing, book, missing))
    for number, page in enumerate(flow.pages, 1):
        if printing.cancelled and printing.cancelled():
            raise StoppedError(STOPPED)
        sheet.draw(page, number, len(flow.pages))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _until_stopped(rows: Iterable[Sequence[str]], printing: Printing) -> Iterator[Sequence[str]]:
    """The rows, as long as the user does not stop it."""
    for row in rows:
        if printing.cancelled and printing.cancelled():
            raise StoppedError(STOPPED)
        yield row


def _watched(rows: Sequence[Sequence[str]], printing: Printing) -> Iterator[Sequence[str]]:
    """The same, told to `progress` now and then."""
    for done, row in enumerate(_until_stopped(rows, printing), 1):
        yield row
        if printing.progress and (done % _EVERY == 0 or done == len(rows)):
            printing.progress(done, len(rows))


class _Flow:
    """Breaks rows into pages. Nothing is drawn before the number of pages is known."""

    def __init__(self, template: RegisterTemplate, book: FontBook) -> None:
        self._template = template
        self._area = area_of(template)
        self._size = template.size
        self._book = book
        self._head = self._wrap([column.label for column in template.columns])
        self.pages: list[list[Strip]] = []
        self._y = 0.0
        self._strong = False
        self._turn()

    def add(self, row: Sequence[str]) -> None:
        """Add a row: on this page, on the next if it fits there, else on as many as it needs."""
        cells = self._wrap(row)
        self._strong = row[0] in self._template.strong
        height = self._height(cells)
        if height > self._area.bottom - self._y:
            if height > self._area.h - self._height(self._head):
                self._split(cells)
                return
            self._turn()
        self._put(cells)

    def close(self) -> None:
        """Say in words that there is nothing, where there is nothing; leave room to sign."""
        self._strong = False
        if len(self.pages) == 1 and len(self.pages[0]) == 1 and self._template.empty:
            self._put([[self._template.empty]])
        if self._template.signs and self._area.bottom - self._y < _SIGNS:
            self._turn()

    def _wrap(self, row: Sequence[str]) -> list[list[str]]:
        width_of, size = self._book.char_width, self._size
        return [
            lines_of(text, (column.width - 2 * PAD) * MM / size, width_of) if text else []
            for column, text in zip(self._template.columns, row, strict=True)
        ]

    def _split(self, cells: list[list[str]]) -> None:
        while any(cells):
            room = self._area.bottom - self._y - 2 * _PAD_DOWN
            lines = int((room * MM / self._size - 1) / LEADING + 1 + 1e-6)
            if lines < 1:
                self._turn()
                continue
            self._put([cell[:lines] for cell in cells])
            cells = [cell[lines:] for cell in cells]
            if any(cells) and not cells[0]:
                cells[0] = [AGAIN]

    def _put(self, cells: Sequence[Sequence[str]]) -> None:
        height = self._height(cells)
        self.pages[-1].append(Strip(self._y, height, cells, self._strong))
        self._y += height

    def _height(self, cells: Iterable[Sequence[str]]) -> float:
        return height_of(max(1, *map(len, cells)), self._size) / MM + 2 * _PAD_DOWN

    def _turn(self) -> None:
        self.pages.append([])
        self._y = self._area.y
        strong, self._strong = self._strong, False
        self._put(self._head)
        self._strong = strong


@dataclass(frozen=True)
class _Words:
    """The words around the table, clean: company, estate and period, who and when, what no font has."""

    company: str
    what: str
    by: str
    missing: str


def _words(printing: Printing, book: FontBook, missing: dict[str, None]) -> _Words:
    head = printing.letterhead
    by = (f"打印人 {printing.printed_by}" if printing.printed_by else "", f"打印时间 {printing.printed_at}")
    company = book.clean(head.company, missing)
    what = book.clean("　".join(filter(None, (head.estate, printing.period))), missing)
    who = book.clean("　".join(filter(None, by)), missing)
    codes = "、".join(f"U+{ord(char):04X}" for char in missing)
    return _Words(company, what, who, f"〓 处为字库没有的字：{codes}" if codes else "")


class _Sheet:
    """Draws pages: letterhead, title, tables, foot."""

    def __init__(self, template: RegisterTemplate, book: FontBook, pen: Pen, words: _Words) -> None:
        self._template = template
        self._book = book
        self._pen = pen
        self._words = words
        self._area = area_of(template)
        self._inks = Inks.of(coloured=True)

    def draw(self, page: Sequence[Strip], number: int, count: int) -> None:
        """One page; the first strip is the head."""
        self._head()
        self._grid(page)
        for at, strip in enumerate(page):
            self._cells(strip, head=at == 0)
        if number == count:
            self._signs(page[-1].top + page[-1].height)
        self._foot(number, count)

    def _head(self) -> None:
        pen, area, inks, words = self._pen, self._area, self._inks, self._words
        top = area.y - _HEAD
        self._line(Rect(area.x, top, area.w, 4.6), words.company, 9, inks.label, "center")
        middle = area.x + area.w / 2
        pen.text(
            middle, top + 10.2, self._template.title, 16, inks.text, align="center", bold=True, spread=1.2
        )
        base = Rect(area.x, area.y - 5.0, area.w * 0.58, 4.4)
        self._line(base, words.what, 8.5, inks.text, "left")
        self._line(replace(base, x=base.right, w=area.right - base.right), words.by, 8, inks.label, "right")

    def _line(self, rect: Rect, text: str, size: float, colour: Colour, align: str) -> None:
        fitted = fit(text, rect.w * MM, rect.h * MM, self._book.char_width, size=size, least=1)
        self._pen.lines(rect, fitted.lines, fitted.size, colour, align=align, pad=0)

    def _foot(self, number: int, count: int) -> None:
        pen, area, inks = self._pen, self._area, self._inks
        base = area.bottom + 4.6
        pages = f"第 {number} 页 共 {count} 页"
        pen.text(area.right, base, pages, 8.5, inks.text, align="right")
        note = "　".join(filter(None, (self._template.note, self._words.missing)))
        box = Rect(area.x, area.bottom + 0.8, area.w - pen.width(pages, 8.5) - 6, _FOOT - 0.8)
        fitted = fit(note, box.w * MM, box.h * MM, self._book.char_width, size=8.5, least=1)
        pen.lines(box, fitted.lines, fitted.size, inks.text, pad=0)

    def _signs(self, top: float) -> None:
        """Who signs, side by side, each with a line."""
        signs = self._template.signs
        share = sum(column.width for column in self._template.columns) / max(1, len(signs))
        for at, word in enumerate(signs):
            left, base = self._area.x + at * share, top + _SIGNS - 5.0
            label = f"{word}："
            self._pen.text(left, base, label, 10, self._inks.text)
            begins = left + self._pen.width(label, 10) + 1.0
            line = (begins, base + 1.2, left + share - 8.0, base + 1.2)
            self._pen.rules([line], 0.4, self._inks.line)

    def _grid(self, page: Sequence[Strip]) -> None:
        pen, inks, columns = self._pen, self._inks, self._template.columns
        left = self._area.x
        frame = Rect(left, page[0].top, sum(column.width for column in columns), 0.0)
        frame = replace(frame, h=page[-1].top + page[-1].height - frame.y)
        if inks.tint:
            for strip in (page[0], *(strip for strip in page if strip.strong)):
                pen.fill(Rect(frame.x, strip.top, frame.w, strip.height), inks.tint)
        rules = [(left, strip.top, frame.right, strip.top) for strip in page[1:]]
        for column in columns[:-1]:
            left += column.width
            rules.append((left, frame.y, left, frame.bottom))
        pen.rules(rules, 0.35, inks.line)
        pen.box(frame, 0.8, inks.text)

    def _cells(self, strip: Strip, *, head: bool) -> None:
        pen, inks, size = self._pen, self._inks, self._template.size
        if len(strip.cells) == 1:  # what an empty register says
            pen.lines(
                Rect(self._area.x, strip.top, self._area.w, strip.height), strip.cells[0], size, inks.label
            )
            return
        x = self._area.x
        for column, lines in zip(self._template.columns, strip.cells, strict=True):
            if lines:
                rect = Rect(x, strip.top, column.width, strip.height)
                align = "center" if head else column.align
                ink = inks.label if head else inks.text
                pen.lines(
                    rect, lines, size, ink, align=align, pad=PAD, bold=head or strip.strong, top=not head
                )
            x += column.width
