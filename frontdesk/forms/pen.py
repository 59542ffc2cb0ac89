"""Drawing in millimetres from the upper left corner, text by runs of the fonts that have it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from frontdesk.forms.text import LEADING, height_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reportlab.pdfgen.canvas import Canvas

    from frontdesk.forms.fonts import FontBook
    from frontdesk.forms.place import Rect

MM = 72 / 25.4
"""Points in a millimetre."""

Colour = tuple[float, float, float]
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (1, 1, 1)

_CENTRE = 0.38  # ideographs stand with their middle so many ems above the base line
_ASCENT = 0.88
_STAMP = 54.0
_BLANKS = " \u3000"
_BLANK_SHARE = 0.6  # a blank between upright words need not be as tall as a word
PITCH = 1.15
"""Distance of upright characters, in ems."""
_QR_MASK = 2  # choosing the mask afresh costs ten times what the rest of the code does


@dataclass(frozen=True)
class Inks:
    """The few colours of a sheet. On multi-part paper all of them are black and nothing is tinted."""

    text: Colour
    label: Colour
    faint: Colour
    line: Colour
    mark: Colour
    tint: Colour | None

    @staticmethod
    def of(coloured: bool) -> Inks:
        """Calm greys for laser paper, plain black for the needles."""
        if not coloured:
            return Inks(BLACK, BLACK, BLACK, BLACK, BLACK, None)
        return Inks(
            text=(0.07, 0.08, 0.10),
            label=(0.27, 0.30, 0.34),
            faint=(0.45, 0.48, 0.52),
            line=(0.50, 0.53, 0.57),
            mark=(0.76, 0.10, 0.12),
            tint=(0.953, 0.960, 0.968),
        )


class Pen:
    """Draws on one canvas; `height` is the sheet's height in mm, from which y is turned round."""

    def __init__(self, canvas: Canvas, book: FontBook, height: float) -> None:
        self.canvas = canvas
        self._book = book
        self._height = height

    def width(self, text: str, size: float) -> float:
        """The width of clean text at `size` points, in mm."""
        return self._book.width(text, size) / MM

    def text(
        self,
        x: float,
        base: float,
        text: str,
        size: float,
        colour: Colour = BLACK,
        *,
        align: str = "left",
        bold: bool = False,
        spread: float = 0.0,
    ) -> None:
        """One line with its base line at `base`; `spread` adds mm between characters."""
        if align != "left":
            width = self.width(text, size) + spread * (len(text) - 1)
            x -= width if align == "right" else width / 2
        state = "{:.3g} {:.3g} {:.3g} rg".format(*colour)
        reset = ""
        if bold:
            state += " 2 Tr {:.3f} w {:.3g} {:.3g} {:.3g} RG".format(0.028 * size, *colour)
            reset = " 0 Tr"
        if spread:
            state += f" {spread * MM:.3f} Tc"
            reset += " 0 Tc"
        shown = self._shown(text, size)
        self.canvas.addLiteral(
            f"BT {state} {x * MM:.2f} {(self._height - base) * MM:.2f} Td{shown}{reset} ET"
        )

    def _shown(self, text: str, size: float) -> str:
        """The operators that show clean text. reportlab's own text object takes four times as long."""
        doc = self.canvas._doc  # type: ignore[attr-defined]  # not in the stubs
        shown = ""
        for font, run in self._book.runs(text):
            for subset, codes in font.splitString(run, doc):
                shown += f" {font.getSubsetInternalName(subset, doc)} {size:g} Tf <{codes.hex()}> Tj"
        return shown

    def stamp(self, x: float, y: float, word: str, colour: Colour) -> None:
        """Large hollow characters in a frame, turned about (x, y): what lies below stays readable."""
        canvas, size = self.canvas, _STAMP
        wide = self._book.width(word, size) + 0.24 * size * (len(word) - 1)
        canvas.saveState()
        canvas.translate(x * MM, (self._height - y) * MM)
        canvas.rotate(14)
        canvas.setStrokeColorRGB(*colour)
        for out, line in ((0.30, 1.8), (0.24, 0.5)):
            half = wide / 2 + out * size
            canvas.setLineWidth(line)
            canvas.roundRect(-half, -(0.5 + out) * size, 2 * half, (1 + 2 * out) * size, 0.12 * size)
        canvas.setLineWidth(0.8)
        left = -wide / 2
        canvas.addLiteral(
            f"BT 1 Tr {0.24 * size:.2f} Tc {left:.2f} {-_CENTRE * size:.2f} Td{self._shown(word, size)} ET"
        )
        canvas.restoreState()

    def lines(
        self,
        rect: Rect,
        lines: Sequence[str],
        size: float,
        colour: Colour = BLACK,
        *,
        align: str = "left",
        pad: float = 1.2,
        bold: bool = False,
        top: bool = False,
    ) -> None:
        """Lines in a box, in its middle from above to below unless `top`."""
        height = height_of(len(lines), size) / MM
        first = (
            rect.y + (min(pad, (rect.h - height) / 2) if top else (rect.h - height) / 2) + _ASCENT * size / MM
        )
        x = {"left": rect.x + pad, "center": rect.x + rect.w / 2, "right": rect.right - pad}[align]
        for number, line in enumerate(lines):
            if line:
                self.text(x, first + number * LEADING * size / MM, line, size, colour, align=align, bold=bold)

    def upright(
        self,
        rect: Rect,
        text: str,
        size: float,
        colour: Colour = BLACK,
        *,
        bold: bool = False,
    ) -> None:
        """One character above the other, in the middle of the box."""
        step = PITCH * size / MM
        y = rect.y + (rect.h - upright_height(text, size)) / 2 + step / 2
        for char in text:
            if char not in _BLANKS:
                self.text(
                    rect.x + rect.w / 2,
                    y + _CENTRE * size / MM,
                    char,
                    size,
                    colour,
                    align="center",
                    bold=bold,
                )
            y += step if char not in _BLANKS else step * _BLANK_SHARE

    def fill(self, rect: Rect, colour: Colour) -> None:
        """A filled box without an edge."""
        self.canvas.setFillColorRGB(*colour)
        self.canvas.rect(*self._corner(rect), stroke=0, fill=1)

    def box(self, rect: Rect, width: float, colour: Colour, radius: float = 0.0) -> None:
        """The edge of a box, `width` in points."""
        self.canvas.setLineWidth(width)
        self.canvas.setStrokeColorRGB(*colour)
        if radius:
            self.canvas.roundRect(*self._corner(rect), radius * MM, stroke=1, fill=0)
        else:
            self.canvas.rect(*self._corner(rect), stroke=1, fill=0)

    def rules(
        self,
        lines: Iterable[tuple[float, float, float, float]],
        width: float,
        colour: Colour,
        *,
        dash: bool = False,
    ) -> None:
        """Straight lines (x1, y1, x2, y2), `width` in points."""
        canvas = self.canvas
        canvas.setLineWidth(width)
        canvas.setStrokeColorRGB(*colour)
        if dash:
            canvas.setDash(3, 3)
        top = self._height
        canvas.lines([(x1 * MM, (top - y1) * MM, x2 * MM, (top - y2) * MM) for x1, y1, x2, y2 in lines])
        if dash:
            canvas.setDash()

    def tick_box(self, x: float, middle: float, side: float, colour: Colour) -> None:
        """The empty square of a choice, its left edge at `x`."""
        self.canvas.setLineWidth(0.6)
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.rect(x * MM, (self._height - middle - side / 2) * MM, side * MM, side * MM)

    def tick(self, x: float, middle: float, side: float, colour: Colour) -> None:
        """The tick that goes into the square at the same place."""
        y = self._height - middle
        path = self.canvas.beginPath()
        path.moveTo((x + 0.14 * side) * MM, (y + 0.02 * side) * MM)
        path.lineTo((x + 0.42 * side) * MM, (y - 0.30 * side) * MM)
        path.lineTo((x + 1.02 * side) * MM, (y + 0.52 * side) * MM)
        self.canvas.saveState()
        self.canvas.setLineWidth(1.3)
        self.canvas.setLineCap(1)
        self.canvas.setLineJoin(1)
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.drawPath(path, stroke=1, fill=0)
        self.canvas.restoreState()

    def qr(self, rect: Rect, code: str) -> None:
        """A QR of ASCII `code`, level M, filling the square; the quiet zone lies outside of it."""
        side, squares = _modules(code)
        step = rect.w / side * MM
        left, top = rect.x * MM, (self._height - rect.y) * MM
        self.canvas.addLiteral(f"q {step:.4f} 0 0 {-step:.4f} {left:.3f} {top:.3f} cm 0 g {squares} f Q")

    def _corner(self, rect: Rect) -> tuple[float, float, float, float]:
        return rect.x * MM, (self._height - rect.bottom) * MM, rect.w * MM, rect.h * MM


def upright_height(text: str, size: float) -> float:
    """The height of text set upright at `size` points, in mm."""
    blanks = sum(char in _BLANKS for char in text)
    return (len(text) - blanks * (1 - _BLANK_SHARE)) * PITCH * size / MM


@lru_cache(maxsize=64)
def _modules(code: str) -> tuple[int, str]:
    """Side in modules, and the dark runs of each row as rectangles of one module's height."""
    import segno

    matrix = segno.make_qr(code, error="m", mask=_QR_MASK, boost_error=False).matrix
    squares: list[str] = []
    for row, modules in enumerate(matrix):
        start = -1
        for column, dark in enumerate((*modules, 0)):
            if dark and start < 0:
                start = column
            elif not dark and start >= 0:
                squares.append(f"{start} {row} {column - start} 1 re")
                start = -1
    return len(matrix), " ".join(squares)
