"""The sheets of a PDF on the screen: each is drawn when it comes into view, so a thousand cost no more than one."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractScrollArea

from frontdesk.forms.raster import MM_PER_INCH, page_sizes_mm, picture
from ui import printing, theme

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

GAP = 16
MOST_DPI = 120.0  # a quarter larger than paper on a usual screen
_KEPT = 8  # drawn pages: what is in view and its neighbours


class SheetsView(QAbstractScrollArea):
    """The pages below one another, as wide as the room allows, white in either theme.

    `page_changed(number)` tells which page, counted from 1, stands in the middle of the view.
    """

    page_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._pdf = b""
        self._sizes: list[tuple[float, float]] = []
        self._tops: list[int] = []
        self._drawn: dict[int, QImage] = {}
        self._page = 0
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("打印页")
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def show_pdf(self, pdf: bytes) -> None:
        """Show these pages; the place in view stays where it was."""
        self._pdf, self._sizes = pdf, page_sizes_mm(pdf) if pdf else []
        self._fit()

    def pages(self) -> int:
        """How many pages there are."""
        return len(self._sizes)

    def page_mm(self) -> tuple[float, float]:
        """Width and height of the first page in mm; (0, 0) without one."""
        return self._sizes[0] if self._sizes else (0.0, 0.0)

    def drawn(self) -> list[int]:
        """The pages that are drawn at present, counted from 0."""
        return sorted(self._drawn)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pages to the new width."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End go to the first and the last page."""
        bar = self.verticalScrollBar()
        if event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pages in view, each with a thin edge."""
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.color("ground"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        first = max(0, bisect_right(self._tops, self.verticalScrollBar().value()) - 1)
        for number in range(first, len(self._sizes)):
            place = self._place(number)
            if place.top() > self.viewport().height():
                break
            painter.drawImage(QRectF(place), self._image(number))
            painter.setPen(theme.color("line_strong"))
            painter.drawRect(place.adjusted(-1, -1, 0, 0))

    def _scale(self) -> float:
        """Logical px a millimetre."""
        widest = max((width for width, _height in self._sizes), default=1.0)
        room = max(200, self.viewport().width() - 2 * GAP)
        return min(room / widest, MOST_DPI / MM_PER_INCH)

    def _fit(self) -> None:
        scale, top = self._scale(), GAP
        self._drawn.clear()
        self._tops = []
        for _width, height in self._sizes:
            self._tops.append(top)
            top += round(height * scale) + GAP
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, top - self.viewport().height()))
        bar.setPageStep(max(1, self.viewport().height() - GAP))
        bar.setSingleStep(40)
        self._on_scrolled()

    def _place(self, number: int) -> QRect:
        width, height = (round(side * self._scale()) for side in self._sizes[number])
        left = (self.viewport().width() - width) // 2
        return QRect(left, self._tops[number] - self.verticalScrollBar().value(), width, height)

    def _image(self, number: int) -> QImage:
        image = self._drawn.pop(number, None)
        if image is None:
            page = picture(self._pdf, number, self._scale() * MM_PER_INCH * self.devicePixelRatioF())
            image = printing.image_of(page.data, page.width, page.height)
        self._drawn[number] = image  # the last one asked for stays longest
        while len(self._drawn) > _KEPT:
            del self._drawn[next(iter(self._drawn))]
        return image

    def _on_scrolled(self) -> None:
        middle = self.verticalScrollBar().value() + self.viewport().height() // 2
        page = min(bisect_right(self._tops, middle), len(self._sizes))
        if page != self._page:
            self._page = page
            self.page_changed.emit(page)
        self.viewport().update()
