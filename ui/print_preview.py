"""A look at the sheets before they are printed: printer, layout and offsets beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from frontdesk.core.errors import DeskError
from frontdesk.forms.printers import MOST_OFFSET, PrinterChoice
from frontdesk.forms.raster import page_sizes_mm, picture
from ui import printing, theme
from ui.shortcuts import bind
from ui.widgets.buttons import PrimaryButton, QuietButton
from ui.widgets.containers import Notice, ScrollBody
from ui.widgets.inputs import ComboBox
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from ui.print_desk import PrintDesk, PrintRequest
    from ui.tasks import Task, TaskRunner

_LOGICAL_DPI = 96
_GAP = 16
_MM_PER_INCH = 25.4


class Sheet(QWidget):
    """One page as a picture, white in either theme, with a thin edge."""

    def __init__(self, image: QImage, number: int, total: int) -> None:
        super().__init__()
        self._image = image
        self.setAccessibleName(f"第 {number} 页 共 {total} 页")
        self.setFixedSize(image.deviceIndependentSize().toSize() + QSize(2, 2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint edge and page."""
        painter = QPainter(self)
        painter.setPen(theme.color("line_strong"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        inner = self.rect().adjusted(1, 1, -1, -1)
        painter.drawImage(QRect(inner.topLeft(), self._image.deviceIndependentSize().toSize()), self._image)


class PreviewDialog(QDialog):
    """Shows the sheets of a request. Ctrl+Enter prints, Ctrl+S saves a PDF, Esc leaves all as it was."""

    def __init__(self, desk: PrintDesk, request: PrintRequest, tasks: TaskRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._request, self._tasks = desk, request, tasks
        self._turn = 0
        self.setWindowTitle(f"打印预览 · {request.title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._printer, self._layout_box = ComboBox(), ComboBox()
        self._right, self._down = _offset("向右"), _offset("向下")
        self._notice = Notice()
        self._sheets = QVBoxLayout()
        self._sheets.setSpacing(_GAP)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName("打印页")
        self._area.setWidget(ScrollBody(self._sheets))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addWidget(self._area, 1)
        row.addLayout(self._side())
        bind("save", self, self._on_print)
        bind("save_pdf", self, self._on_save)

    def open_with(self, choice: PrinterChoice) -> None:
        """Show the dialog, without holding up the window, and draw the sheets."""
        names = printing.printers()
        self._printer.addItems(names)
        self._printer.setCurrentIndex(max(0, names.index(choice.printer) if choice.printer in names else 0))
        for layout in self._request.layouts:
            self._layout_box.addItem(layout.label, layout.key)
        self._layout_box.setCurrentIndex(max(0, self._layout_box.findData(choice.layout)))
        self._show_offsets(choice)
        self._print_button.setEnabled(bool(names))
        if not names:
            self._notice.say("系统里没有打印机;可以先存成 PDF。", "warn")
        self._printer.currentTextChanged.connect(self._on_printer)
        self._layout_box.currentIndexChanged.connect(self._draw)
        for box in (self._right, self._down):
            box.valueChanged.connect(self._draw)
        screen = self.screen().availableSize()
        self.resize(min(1180, screen.width() - 40), min(780, screen.height() - 60))
        self.show()
        self._draw()

    def choice(self) -> PrinterChoice:
        """What is chosen at present."""
        layout = self._layout_box.currentData() if self._request.layouts else self._request.usual_layout
        return PrinterChoice(
            self._printer.currentText(),
            str(layout or ""),
            round(self._right.value() * 10),
            round(self._down.value() * 10),
        )

    def _side(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        for label, widget in (
            ("打印机", self._printer),
            ("版式", self._layout_box),
            ("向右移(毫米)", self._right),
            ("向下移(毫米)", self._down),
        ):
            name = PlainLabel(label, "label")
            column.addWidget(name)
            column.addWidget(widget)
            widget.setAccessibleName(label)
            if widget is self._layout_box and not self._request.layouts:
                name.hide()
                widget.hide()
        column.addWidget(self._notice)
        column.addStretch(1)
        self._print_button = PrimaryButton("打印", "Ctrl+⏎", "print")
        self._print_button.clicked.connect(self._on_print)
        save = QuietButton("存为 PDF", "Ctrl+S", "pdf")
        save.clicked.connect(self._on_save)
        leave = QuietButton("返回", "Esc")
        leave.clicked.connect(self.reject)
        for button in (self._print_button, save, leave):
            button.setAutoDefault(False)
            button.setMinimumWidth(240)
            column.addWidget(button)
        return column

    def _show_offsets(self, choice: PrinterChoice) -> None:
        for box, tenths in ((self._right, choice.offset_x), (self._down, choice.offset_y)):
            box.blockSignals(True)
            box.setValue(tenths / 10)
            box.blockSignals(False)

    def _on_printer(self, name: str) -> None:
        known = self._desk.remembered.remembered(self._request.form_id, name)
        self._show_offsets(known or PrinterChoice())
        self._draw()

    def _draw(self) -> None:
        self._turn += 1
        turn, choice, ratio = self._turn, self.choice(), self.devicePixelRatioF()
        room = max(320, self._area.viewport().width() - 2 * _GAP)

        def work(_task: Task) -> list[QImage]:
            return _images(self._request.make(choice), room, ratio)

        self._tasks.run(work, lambda images: self._show(turn, images), self._failed)

    def _show(self, turn: int, images: list[QImage]) -> None:
        if turn != self._turn:
            return
        while item := self._sheets.takeAt(0):
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for number, image in enumerate(images, 1):
            self._sheets.addWidget(Sheet(image, number, len(images)), 0, Qt.AlignmentFlag.AlignHCenter)
        self._sheets.addStretch(1)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, DeskError):
            raise error
        self._notice.say(error.message, "danger")

    def _on_print(self) -> None:
        if self._print_button.isEnabled():
            self._desk.send(self._request, self.choice())
            self.accept()

    def _on_save(self) -> None:
        suggested = str(Path.home() / f"{self._request.title}.pdf".replace("/", "-"))
        name, _ = QFileDialog.getSaveFileName(self, "存为 PDF", suggested, "PDF (*.pdf)")
        if name:
            self._desk.save(self._request, self.choice(), Path(name))
            self.accept()


def _offset(name: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(-MOST_OFFSET / 10, MOST_OFFSET / 10)
    box.setDecimals(1)
    box.setSingleStep(0.1)
    box.setAccessibleName(name)
    return box


def _images(pdf: bytes, room: int, ratio: float) -> list[QImage]:
    images = []
    for number, (width, _height) in enumerate(page_sizes_mm(pdf)):
        fitting = room / (width / _MM_PER_INCH * _LOGICAL_DPI)
        page = picture(pdf, number, _LOGICAL_DPI * min(1.25, fitting) * ratio)
        image = printing.image_of(page.data, page.width, page.height)
        image.setDevicePixelRatio(ratio)
        images.append(image)
    return images
