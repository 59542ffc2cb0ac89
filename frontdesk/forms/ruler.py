"""A sheet to hold a steel rule against: is the paper's size on this printer exact?"""

from __future__ import annotations

import io

from frontdesk.forms.fonts import font_book
from frontdesk.forms.pen import BLACK, Pen
from frontdesk.forms.place import Rect
from frontdesk.forms.slip import new_canvas


def ruler(width: float, height: float) -> bytes:
    """A sheet of exactly width × height mm with rulers along all edges and a box of known size."""
    book = font_book()
    out = io.BytesIO()
    canvas = new_canvas(out, (width, height), "标尺", "")
    pen = Pen(canvas, book, height)
    _ruler_lines(pen, width, height)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _ruler_lines(pen: Pen, width: float, height: float) -> None:
    for across, length, other in ((True, width, height), (False, height, width)):
        for mm in range(int(length) + 1):
            tick = 5.0 if mm % 10 == 0 else 3.5 if mm % 5 == 0 else 2.0
            ends = ((0.0, tick), (other - tick, other), (other / 2 - tick / 2, other / 2 + tick / 2))
            pen.rules([(mm, a, mm, b) if across else (a, mm, b, mm) for a, b in ends], 0.25, BLACK)
            if mm % 10 == 0 and 0 < mm < length - 4:
                x, y = (mm, other / 2 + 6.0) if across else (other / 2 + 3.2, mm + 1.0)
                pen.text(x, y, str(mm), 6.5, BLACK, align="center" if across else "left")
    wide, high = (int((side / 2 - 28) // 10 * 10) for side in (width, height))
    box = Rect(20, 15, max(20, wide), max(20, high))
    pen.box(box, 0.5, BLACK)
    words = [
        f"此框应为 {box.w:g} × {box.h:g} 毫米",
        f"本页应为 {width:g} × {height:g} 毫米",
        "用钢尺量，误差不应大于 0.3 毫米",
    ]
    pen.lines(box, words, 9, align="center")
