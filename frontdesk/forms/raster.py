"""A finished PDF's pages: measured, moved as their printer needs it, or as pictures for the screen and some printers."""

from __future__ import annotations

import io
import threading
from ctypes import byref
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontdesk.forms.printers import PrinterChoice

POINTS_PER_INCH = 72
MM_PER_INCH = 25.4

_PDFIUM = threading.Lock()  # pdfium is not made for two threads: the window draws while the worker measures


@dataclass(frozen=True)
class Picture:
    """One page: 32-bit BGRx rows without padding, `width` × `height` pixels."""

    width: int
    height: int
    data: bytes


def page_sizes_mm(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page, in millimetres."""
    import pypdfium2

    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        to_mm = MM_PER_INCH / POINTS_PER_INCH
        return [(page.get_width() * to_mm, page.get_height() * to_mm) for page in document]


def picture(pdf: bytes, page: int, dpi: float) -> Picture:
    """One page, counted from 0, drawn on white at a resolution in dots per inch."""
    import pypdfium2

    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        bitmap = document[page].render(
            scale=dpi / POINTS_PER_INCH, force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRx
        )
        return Picture(bitmap.width, bitmap.height, bytes(bitmap.buffer))


def moved(pdf: bytes, choice: PrinterChoice) -> bytes:
    """The pages with a printer's offset and scale, from the upper left corner; as they came when it needs none."""
    if (choice.offset_x, choice.offset_y, choice.scale_permille) == (0, 0, 1000):
        return pdf
    import pypdfium2
    from pypdfium2 import raw

    to_points = POINTS_PER_INCH / MM_PER_INCH
    (right, down), scale = choice.offset_mm, choice.scale_permille / 1000
    out = io.BytesIO()
    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            width, height = page.get_size()
            matrix = raw.FS_MATRIX(
                scale, 0, 0, scale, right * to_points, height * (1 - scale) - down * to_points
            )
            clip = raw.FS_RECTF(0, height, width, 0)
            raw.FPDFPage_TransFormWithClip(page, byref(matrix), byref(clip))
            page.close()
        document.save(out)
    return out.getvalue()
