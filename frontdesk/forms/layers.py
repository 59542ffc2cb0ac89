"""The layers of a slip: what is printed on each sheet alike, each copy's own band, and a record's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from frontdesk.core.errors import RefusedError
from frontdesk.forms.fill import TICK_SIDE, Filling, SpareBoxes, Text, spots
from frontdesk.forms.fonts import FontBook
from frontdesk.forms.pen import BLACK, MM, WHITE, Colour, Inks, Pen, upright_height
from frontdesk.forms.place import PlacedCell, PlacedTable, Plan, Rect
from frontdesk.forms.template import Sheet, SlipTemplate
from frontdesk.forms.text import fit
from frontdesk.forms.values import CopyName, Letterhead

_QR_LARGEST = 15.0
_QR_ROOM = 2.0
_THIN = 0.35
_TINY = 1.0  # an absurd setting is printed absurdly small, but not cut
_FRAME = 0.9

# ink, tint: each readable when a black-and-white printer makes grey of it
_COLOURS: dict[str, tuple[Colour, Colour]] = {
    "白": ((0.20, 0.22, 0.25), WHITE),
    "红": ((0.72, 0.11, 0.16), (0.995, 0.915, 0.915)),
    "粉": ((0.72, 0.16, 0.40), (0.995, 0.915, 0.945)),
    "蓝": ((0.10, 0.32, 0.66), (0.910, 0.945, 0.990)),
    "黄": ((0.52, 0.38, 0.02), (1.000, 0.960, 0.810)),
    "绿": ((0.08, 0.42, 0.24), (0.905, 0.965, 0.925)),
}


@dataclass(frozen=True)
class Press:
    """What all sheets of one run share. Letterhead and time are clean text."""

    template: SlipTemplate
    sheet: Sheet
    plan: Plan
    book: FontBook
    inks: Inks
    letterhead: Letterhead
    printed_at: str
    copies: tuple[CopyName, ...]
    missing: Mapping[str, None]  # what no font has, of letterhead and time

    @property
    def qr_box(self) -> Rect:
        """The square of the QR, at the right end of the head."""
        head = self.plan.frame.head
        side = min(_QR_LARGEST, head.h - _QR_ROOM)
        return Rect(head.right - side, head.y, side, side)

    @property
    def left_part(self) -> Rect:
        """The head at the left of the title."""
        head = self.plan.frame.head
        title = len(self.template.title) * 9 + 12
        return Rect(head.x, head.y, (head.w - title) / 2, head.h)

    @property
    def mark_strip(self) -> Rect:
        """The strip of the head that takes 补打, 作废 and the reason."""
        part = self.left_part
        return Rect(part.x, part.bottom - 5.8, part.w, 4.7)

    def boxes(self, *, reprint: bool) -> SpareBoxes:
        """Where the reason of a void and the note on missing characters stand."""
        strip, foot = self.mark_strip, self.plan.frame.foot
        x = strip.x + (34.0 if reprint else 12.0)
        return SpareBoxes(
            reason=Rect(x, strip.y, self.qr_box.x - x, strip.h),
            note=Rect(foot.x + foot.w * 0.55, foot.y + 3.6, foot.w * 0.45, foot.h - 3.6),
        )


def draw_fixed(press: Press, pen: Pen) -> None:
    """The form without values: letterhead, lines, labels, squares."""
    draw_head(press, pen, press.template.title)
    plan, inks, sheet = press.plan, press.inks, press.sheet
    if inks.tint:
        for label in _tinted(plan):
            pen.fill(label, inks.tint)
    pen.rules(_inner_rules(plan), _THIN, inks.line)
    for placed in plan.blocks:
        pen.rules(_edges(placed.rect), _THIN * 1.6, inks.label)
        if placed.heading.w:
            pen.upright(placed.heading, placed.block.heading, sheet.label_size, inks.label, bold=sheet.colour)
    pen.box(plan.frame.body, _FRAME, inks.text)
    for cell in plan.cells:
        _draw_label(press, pen, cell)
    for table in plan.tables:
        _draw_table_head(press, pen, table)
    draw_foot(press, pen)


def draw_head(press: Press, pen: Pen, title: str) -> None:
    """Letterhead at the left, title in the middle, the word before the serial at the right."""
    inks, part, sheet = press.inks, press.left_part, press.sheet
    head = press.plan.frame.head
    company = Rect(part.x, part.y - 0.4, part.w, 5.6)
    _shrunk(press, pen, company, press.letterhead.company, size=10.0, colour=inks.text)
    under = "　".join(filter(None, (press.letterhead.estate, press.letterhead.desk)))
    _shrunk(press, pen, Rect(part.x, part.y + 5.0, part.w, 4.4), under, size=8.0, colour=inks.label)
    middle = head.x + head.w / 2
    pen.text(middle, head.y + 9.2, title, 17, inks.text, align="center", bold=sheet.colour, spread=2.2)
    if "serial" in press.template.fields:
        x = press.qr_box.x - 2.6
        label = press.template.fields["serial"].label
        pen.text(x, head.y + 4.4, label, sheet.label_size, inks.faint, align="right")


def draw_foot(press: Press, pen: Pen) -> None:
    """Where the desk is found, and when this was printed."""
    foot, inks = press.plan.frame.foot, press.inks
    size = press.sheet.least_size
    where = "　".join(filter(None, (press.letterhead.address, press.letterhead.telephone)))
    box = Rect(foot.x, foot.y + 1.1, foot.w * 0.5, foot.h - 1.1)
    _shrunk(press, pen, box, where, size=size + 0.5, colour=inks.faint, top=True)
    if press.printed_at:
        pen.text(foot.right, foot.y + 3.3, f"打印 {press.printed_at}", size, inks.faint, align="right")


def draw_band(press: Press, pen: Pen, number: int) -> None:
    """The band of one copy, in its colour, so that each sheet names itself."""
    copy = press.copies[number]
    band, foot = press.plan.frame.band, press.plan.frame.foot
    ink, tint = colours_of(copy.colour) if press.sheet.colour else (BLACK, WHITE)
    if press.sheet.colour:
        pen.fill(band, tint)
    pen.box(band, 0.7, ink)
    size = _upright_size(copy.name, band.h - 8, 9.5)
    pen.upright(band, copy.name, size, ink, bold=press.sheet.colour)
    if copy.colour in _COLOURS:
        pen.text(band.x + band.w / 2, band.bottom - 2.2, copy.colour, 7.5, ink, align="center")
    pen.text(
        foot.x + foot.w * 0.62,
        foot.y + 3.3,
        f"第 {number + 1} 联　共 {len(press.copies)} 联",
        press.sheet.least_size,
        press.inks.faint,
        align="center",
    )


def draw_margin(press: Press, pen: Pen) -> None:
    """All copies named in the margin of the one page that the needles strike through."""
    band = press.plan.frame.band
    share = band.h / len(press.copies)
    size = min(_upright_size(copy.name, share, press.sheet.label_size) for copy in press.copies)
    for number, copy in enumerate(press.copies):
        part = Rect(band.x, band.y + number * share, band.w, share)
        pen.upright(part, copy.name, size, press.inks.text)


def _upright_size(name: str, height: float, size: float) -> float:
    """The size at which a copy's name stands upright in so many mm."""
    while size > _TINY and upright_height(name, size) > height - 0.5:
        size -= 0.25
    return size


def draw_values(press: Press, pen: Pen, filling: Filling) -> None:
    """The record on its sheet: the layer that overprint prints alone."""
    inks = press.inks
    draw_serial(press, pen, filling)
    for text in filling.texts:
        _draw_text(press, pen, text)
    for x, middle in filling.ticks:
        pen.tick(x, middle, TICK_SIDE, inks.text)
    draw_marks(press, pen, filling)
    if filling.void:
        body = press.plan.frame.body
        pen.stamp(body.x + body.w * 0.62, body.y + body.h * 0.42, "作废", inks.mark)


def draw_serial(press: Press, pen: Pen, filling: Filling) -> None:
    """The serial in large type, and as a QR."""
    head, qr = press.plan.frame.head, press.qr_box
    if filling.serial:
        room = (qr.x - 2.6) - (head.x + head.w / 2 + len(press.template.title) * 4.5 + 3)
        size = 14.0
        while size > press.sheet.least_size and pen.width(filling.serial, size) > room:
            size -= 0.5
        pen.text(
            qr.x - 2.6,
            head.y + 10.6,
            filling.serial,
            size,
            press.inks.text,
            align="right",
            bold=press.sheet.colour,
        )
    if filling.code:
        pen.qr(qr, filling.code)


def draw_marks(press: Press, pen: Pen, filling: Filling) -> None:
    """补打 with its count, 作废 with its reason (R-ORDER-18)."""
    strip = press.mark_strip
    x = strip.x
    words = [("作废", filling.void), (f"补打 第 {filling.reprint} 次", filling.reprint > 0)]
    for word in (word for word, wanted in words if wanted):
        width = pen.width(word, 9) + 2.6
        tag = Rect(x, strip.y, width, strip.h)
        pen.box(tag, 1.0, press.inks.mark, radius=0.6)
        pen.lines(tag, [word], 9, press.inks.mark, align="center", bold=press.sheet.colour)
        x = tag.right + 1.4
    if filling.void_reason:
        _draw_text(press, pen, filling.void_reason)


def colours_of(name: str) -> tuple[Colour, Colour]:
    """Ink and tint of a copy's colour. Raises RefusedError for a colour that is none."""
    if name in _COLOURS:
        return _COLOURS[name]
    try:
        if len(name) != 7 or name[0] != "#":
            raise ValueError(name)
        red, green, blue = (int(name[at : at + 2], 16) / 255 for at in (1, 3, 5))
    except ValueError:
        known = "、".join(_COLOURS)
        raise RefusedError(f"联的颜色“{name}”不认识，可用{known}或 #RRGGBB。", field="colour") from None
    return (red, green, blue), (1 - (1 - red) * 0.1, 1 - (1 - green) * 0.1, 1 - (1 - blue) * 0.1)


def label_of(template: SlipTemplate, placed: PlacedCell) -> str:
    """The fixed words of a cell's label."""
    cell = placed.cell
    if cell.label or not cell.field:
        return cell.label
    return template.fields[cell.field].label


def _draw_label(press: Press, pen: Pen, placed: PlacedCell) -> None:
    sheet, inks = press.sheet, press.inks
    if placed.label.w:
        label = label_of(press.template, placed)
        fitted = fit(
            label,
            (placed.label.w - 1.0) * MM,
            placed.label.h * MM,
            press.book.char_width,
            size=sheet.label_size,
            least=_TINY,
        )
        pen.lines(placed.label, fitted.lines, fitted.size, inks.label, align="center")
    middle = placed.value.y + placed.value.h / 2
    for spot in spots(placed.cell, placed.value, sheet.label_size, press.book):
        pen.tick_box(spot.box, middle, TICK_SIDE, inks.label)
        rect = Rect(spot.text, placed.value.y, 40, placed.value.h)
        pen.lines(rect, [spot.word], sheet.label_size, inks.text, pad=0)


def _draw_table_head(press: Press, pen: Pen, table: PlacedTable) -> None:
    for column, (x, width) in zip(table.row.columns, table.columns, strict=True):
        rect = Rect(x, table.head.y, width, table.head.h)
        pen.lines(rect, [column.label], press.sheet.label_size, press.inks.label, align="center")


def _draw_text(press: Press, pen: Pen, text: Text) -> None:
    colour = press.inks.faint if text.faint else press.inks.text
    pen.lines(text.rect, text.fitted.lines, text.fitted.size, colour, align=text.align, top=text.top)


def _shrunk(
    press: Press, pen: Pen, rect: Rect, text: str, *, size: float, colour: Colour, top: bool = False
) -> None:
    """Fixed text of the letterhead: smaller, then in more lines, down to what can still be read."""
    fitted = fit(text, rect.w * MM, rect.h * MM, press.book.char_width, size=size, least=_TINY)
    pen.lines(rect, fitted.lines, fitted.size, colour, pad=0, top=top)


def _tinted(plan: Plan) -> Iterator[Rect]:
    yield from (cell.label for cell in plan.cells if cell.label.w)
    yield from (placed.heading for placed in plan.blocks if placed.heading.w)
    yield from (table.head for table in plan.tables)


def _edges(rect: Rect) -> list[tuple[float, float, float, float]]:
    """The lower and right edge; the frame closes the rest."""
    return [(rect.x, rect.bottom, rect.right, rect.bottom), (rect.right, rect.y, rect.right, rect.bottom)]


def _inner_rules(plan: Plan) -> list[tuple[float, float, float, float]]:
    rules = [(b.heading.right, b.rect.y, b.heading.right, b.rect.bottom) for b in plan.blocks if b.heading.w]
    for cell in plan.cells:
        if cell.label.w:
            rules.append((cell.label.right, cell.label.y, cell.label.right, cell.label.bottom))
        rules.extend(_edges(Rect(cell.label.x, cell.label.y, cell.label.w + cell.value.w, cell.value.h)))
    for table in plan.tables:
        top, bottom = table.head.y, table.lines[-1].bottom
        rules.extend((x, top, x, bottom) for x, _ in table.columns[1:])
        rules.extend((rect.x, rect.bottom, rect.right, rect.bottom) for rect in (table.head, *table.lines))
    return rules
