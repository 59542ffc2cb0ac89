"""A sheet to hold a steel rule against: is the paper's size on this printer exact?"""

from __future__ import annotations

import io

from frontdesk.forms.calibration import MARK_MM, box_size
from frontdesk.forms.fonts import font_book
from frontdesk.forms.pen import BLACK, Pen
from frontdesk.forms.place import Rect
from frontdesk.forms.slip import correct, new_canvas

_TIP = 1.6  # mm


def ruler(
    width: float, height: float, offset_mm: tuple[float, float] = (0.0, 0.0), scale: float = 1.0
) -> bytes:
    """A sheet of exactly width × height mm with rulers along all edges and a box of known size and place.

    Offset and scale move it as they move a slip, to prove a correction.
    """
    book = font_book()
    out = io.BytesIO()
    canvas = new_canvas(out, (width, height), "标尺", "")
    correct(canvas, height, offset_mm, scale)
    pen = Pen(canvas, book, height)
    _ruler_lines(pen, width, height)
    _box(pen, width, height)
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


def _box(pen: Pen, width: float, height: float) -> None:
    """The box that is measured, with the three places where the rule is put."""
    wide, high = box_size(width, height)
    box = Rect(MARK_MM, MARK_MM, wide, high)
    pen.box(box, 0.5, BLACK)
    third = MARK_MM + min(9.0, high / 4)
    _arrow(pen, (0.0, third), (box.x, third), "①")
    _arrow(pen, (box.x + 9, 0.0), (box.x + 9, box.y), "②")
    low = box.bottom - 10.0  # on a whole centimetre: to whoever reads the rulers it is no tick of its own
    _arrow(pen, (box.x, low), (box.right, low), "③")
    words = [
        f"① 左边 {MARK_MM:g} 毫米　② 上边 {MARK_MM:g} 毫米　③ 框宽 {wide:g} 毫米",
        f"此框应为 {wide:g} × {high:g} 毫米",
        f"本页应为 {width:g} × {height:g} 毫米",
        "用钢尺量到 0.1 毫米，误差不应大于 0.3 毫米",
    ]
    room = Rect(box.x + 2, box.y + 3.5, width / 2 - box.x - 6, max(11.0, height / 2 - box.y - 8))
    size = 8.0
    while size > 4.5 and max(pen.width(word, size) for word in words) > room.w:
        size -= 0.25
    pen.lines(room, words, size, top=True)


def _arrow(pen: Pen, begins: tuple[float, float], ends: tuple[float, float], word: str) -> None:
    """A dimension line with a tip at either end, and its number beside the middle."""
    (x1, y1), (x2, y2) = begins, ends
    across = y1 == y2
    rules = [(x1, y1, x2, y2)]
    for x, y, sign in ((x1, y1, 1), (x2, y2, -1)):
        for side in (-_TIP / 2, _TIP / 2):
            rules.append((x, y, x + sign * _TIP, y + side) if across else (x, y, x + side, y + sign * _TIP))
    pen.rules(rules, 0.3, BLACK)
    if across:
        pen.text((x1 + x2) / 2 if x1 == 0 else x1 + 30, y1 - 1.0, word, 9, BLACK, align="center")
    else:
        pen.text(x1 + 1.2, (y1 + y2) / 2 + 3.5, word, 9, BLACK)
