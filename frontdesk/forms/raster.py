"""Pages of a PDF as pictures: for the preview, and for printers that take pictures only."""

from __future__ import annotations

import threading
from dataclasses import dataclass

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
