"""Labels on sheets of a declared grid: lines of text at the left, the code at the right."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from frontdesk.core.errors import RefusedError, StoppedError
from frontdesk.forms.fonts import FontBook, font_book
from frontdesk.forms.pen import MM, Inks, Pen
from frontdesk.forms.place import Rect
from frontdesk.forms.slip import STOPPED, new_canvas
from frontdesk.forms.text import fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.forms.template import LabelTemplate
    from frontdesk.forms.values import Letterhead, Slip

_QUIET = 1.2  # mm between text and code: a code's quiet zone
_HEAD_ROOM = 9.5  # mm above the grid that the head takes, the printer's edge included
_MARK = 4.2  # mm, the strip of a void label


def label_size(template: LabelTemplate) -> tuple[float, float]:
    """Width and height of one label in mm: what the margins and gaps leave, shared out."""
    top, right, bottom, left = template.margin
    width, height = template.paper
    across = (width - left - right - template.gap[0] * (template.across - 1)) / template.across
    down = (height - top - bottom - template.gap[1] * (template.down - 1)) / template.down
    return across, down


def render_sheet(
    template: LabelTemplate,
    labels: Sequence[Slip],
    letterhead: Letterhead,
    *,
    first: int = 1,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bytes:
    """The PDF of these labels; see `frontdesk.forms.render_labels`."""
    places = template.across * template.down
    if not labels:
        raise RefusedError(f"没有要打印的{template.title}。")
    if not 1 <= first <= places:
        raise RefusedError(f"一页有 {places} 个标签，请从第 1 到 {places} 个里选。", field="first")
    book = font_book()
    out = io.BytesIO()
    canvas = new_canvas(out, template.paper, template.title, letterhead.company)
    pen = Pen(canvas, book, template.paper[1])
    boxes = list(_boxes(template))
    for done, label in enumerate(labels):
        if cancelled and cancelled():
            raise StoppedError(STOPPED)
        at = (first - 1 + done) % places
        if done and at == 0:
            canvas.showPage()
        if not done or at == 0:
            _head(template, book, pen, letterhead)
        _draw(template, book, pen, boxes[at], label)
        if progress:
            progress(done + 1, len(labels))
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _boxes(template: LabelTemplate) -> Iterator[Rect]:
    """Each label's box, row by row."""
    wide, high = label_size(template)
    top, _, _, left = template.margin
    for row in range(template.down):
        for column in range(template.across):
            yield Rect(
                left + column * (wide + template.gap[0]), top + row * (high + template.gap[1]), wide, high
            )


def _head(template: LabelTemplate, book: FontBook, pen: Pen, letterhead: Letterhead) -> None:
    """Small above the grid, where no label is: what this sheet is and whose."""
    top, _, _, left = template.margin
    if top >= _HEAD_ROOM:
        words = book.clean("　".join(filter(None, (letterhead.estate, template.title))), {})
        pen.text(left, top - 2.5, words, 7.5, Inks.of(coloured=True).faint)


def _draw(template: LabelTemplate, book: FontBook, pen: Pen, box: Rect, label: Slip) -> None:
    inks, pad = Inks.of(coloured=True), template.pad
    if template.frame:
        pen.box(box, 0.3, inks.line)
    room = box.w - 2 * pad
    if template.code and label.code:
        side = template.code
        pen.qr(Rect(box.right - pad - side, box.y + (box.h - side) / 2, side, side), label.code)
        room -= side + _QUIET
    y = box.y + (box.h - sum(line.height for line in template.line)) / 2
    for line in template.line:
        text = book.clean(label.text(line.field), {})
        rect = Rect(box.x + pad, y, room, line.height)
        fitted = fit(
            text, rect.w * MM, rect.h * MM, book.char_width, size=line.size, least=line.least_size, note="…"
        )
        pen.lines(rect, fitted.lines, fitted.size, inks.text, pad=0, bold=line.bold)
        y += line.height
    if label.void_reason:
        mark = book.clean(label.void_reason, {})
        width = pen.width(mark, 9) + 2
        tag = Rect(box.x + pad + room - width, box.y + pad, width, _MARK)
        pen.box(tag, 1.0, inks.mark, radius=0.6)
        pen.lines(tag, [mark], 9, inks.mark, align="center", bold=True)
