"""A look at the sheets before they are printed: printer, layout and offsets beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout

from frontdesk.core.errors import DeskError
from frontdesk.forms.printers import MOST_OFFSET, PrinterChoice
from ui import printing
from ui.print_sheets import SheetsView
from ui.shortcuts import bind
from ui.widgets.buttons import PrimaryButton, QuietButton
from ui.widgets.containers import Notice, ScrollBody
from ui.widgets.inputs import ComboBox
from ui.widgets.labels import PlainLabel
from ui.widgets.number_box import NumberBox
from ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.print_desk import PrintDesk, PrintRequest
    from ui.tasks import Task, TaskRunner

_SIDE = 272  # px: labels and boxes beside the sheets
_PAUSE_MS = 200  # after the last step of an offset
_SHOWN_AFTER_MS = 300


class PreviewDialog(QDialog):
    """Shows the sheets of a request. Ctrl+Enter prints, Ctrl+S saves a PDF, Esc leaves all as it was.

    `gone` names the printer that was remembered but is there no more.
    """

    def __init__(self, desk: PrintDesk, request: PrintRequest, tasks: TaskRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._request, self._tasks = desk, request, tasks
        self._task: Task | None = None
        self.setWindowTitle(f"打印预览 · {request.title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.printer, self.layout_box = ComboBox(), ComboBox()
        self.right = NumberBox(-MOST_OFFSET, MOST_OFFSET, "毫米", "向右移")
        self.down = NumberBox(-MOST_OFFSET, MOST_OFFSET, "毫米", "向下移")
        self.scale = NumberBox(900, 1100, "%", "缩放")
        self.sheets = SheetsView()
        self.notice, self._strip = Notice(), ProgressStrip()
        self.paper = PlainLabel("", "section", selectable=True)
        self._page = PlainLabel("", "label")
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._draw)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.sheets, 1)
        left.addWidget(self._strip)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addLayout(left, 1)
        row.addLayout(self._side())
        self.sheets.page_changed.connect(self._on_page)
        bind("save", self, self._on_print)
        bind("save_pdf", self, self._on_save)

    def open_with(self, choice: PrinterChoice, gone: str = "") -> None:
        """Show the dialog, without holding up the window, and draw the sheets."""
        names = printing.printers()
        self.printer.addItems(names)
        self.printer.setCurrentIndex(max(0, names.index(choice.printer) if choice.printer in names else 0))
        for layout in self._request.layouts:
            self.layout_box.addItem(layout.label, layout.key)
        self.layout_box.setCurrentIndex(max(0, self.layout_box.findData(choice.layout)))
        self._show_setup(choice)
        self.print_button.setEnabled(bool(names))
        if not names:
            self.notice.say("系统里没有打印机；可以先存成 PDF。", "warn")
        elif gone:
            self.notice.say(f"上次用的打印机“{gone}”现在不在了；请另选一台再打。", "warn")
        self.printer.currentTextChanged.connect(self._on_printer)
        self.layout_box.currentIndexChanged.connect(self._draw)
        for box in (self.right, self.down, self.scale):
            box.value_changed.connect(lambda _value: self._pause.start())
        screen = self.screen().availableSize()
        self.resize(min(1180, screen.width() - 40), min(780, screen.height() - 60))
        self.show()
        self.print_button.setFocus()
        self._draw()

    def choice(self) -> PrinterChoice:
        """What is chosen at present."""
        layout = self.layout_box.currentData() if self._request.layouts else self._request.usual_layout
        return PrinterChoice(
            self.printer.currentText(),
            str(layout or ""),
            self.right.tenths(),
            self.down.tenths(),
            self.scale.tenths(),
        )

    def done(self, result: int) -> None:
        """Whatever is still being drawn is not wanted any more."""
        self._stop()
        super().done(result)

    def _side(self) -> QVBoxLayout:
        fields = QGridLayout()
        fields.setContentsMargins(2, 2, 2, 2)
        fields.setVerticalSpacing(8)
        fields.setHorizontalSpacing(12)
        fields.setColumnStretch(1, 1)
        fields.addWidget(self.paper, 0, 0, 1, 2)
        fields.addWidget(self._page, 1, 0, 1, 2)
        rows: list[tuple[str, QWidget]] = [("打印机", self.printer)]
        if self._request.layouts:  # a register's sheet has one layout and stands where it stands
            rows += [
                ("版式", self.layout_box), ("向右移", self.right), ("向下移", self.down), ("缩放", self.scale)
            ]  # fmt: skip
        for number, (label, widget) in enumerate(rows, 2):
            fields.addWidget(PlainLabel(label, "label"), number, 0)
            fields.addWidget(widget, number, 1)
            if isinstance(widget, ComboBox):
                widget.setAccessibleName(label)
        fields.addWidget(self.notice, len(rows) + 2, 0, 1, 2)
        fields.setRowStretch(len(rows) + 3, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(ScrollBody(fields))
        area.setFixedWidth(_SIDE)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(area, 1)
        self.print_button = PrimaryButton("打印", "Ctrl+⏎", "print")
        self.print_button.clicked.connect(self._on_print)
        save = QuietButton("存为 PDF", "Ctrl+S", "pdf")
        save.clicked.connect(self._on_save)
        leave = QuietButton("返回", "Esc")
        leave.clicked.connect(self.reject)
        for button in (self.print_button, save, leave):
            button.setAutoDefault(False)
            column.addWidget(button)
        return column

    def _show_setup(self, choice: PrinterChoice) -> None:
        self.right.put(choice.offset_x)
        self.down.put(choice.offset_y)
        self.scale.put(choice.scale_permille)

    def _on_printer(self, name: str) -> None:
        known = self._desk.remembered.remembered(self._request.form_id, name)
        self._show_setup(known or PrinterChoice())
        self._draw()

    def _on_page(self, number: int) -> None:
        self._page.setText(f"第 {number} 页 · 共 {self.sheets.pages()} 页")

    def _stop(self) -> None:
        self._pause.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _draw(self) -> None:
        self._stop()
        choice = self.choice()
        task = self._tasks.run(
            lambda task: self._request.make(choice, task),
            lambda pdf: self._show(task, pdf),
            lambda error: self._failed(task, error),
        )
        self._task = task
        self._strip.watch(task, "正在排版", after_ms=_SHOWN_AFTER_MS)

    def _show(self, task: Task, pdf: bytes) -> None:
        if task is not self._task:
            return
        self._task = None
        self.sheets.show_pdf(pdf)
        self.paper.setText(printing.paper_name(*self.sheets.page_mm()))
        self._on_page(1)

    def _failed(self, task: Task, error: Exception) -> None:
        if not isinstance(error, DeskError):
            raise error
        if task is self._task:
            self.notice.say(error.message, "danger")

    def _on_print(self) -> None:
        if self.print_button.isEnabled():
            self._desk.send(self._request, self.choice())
            self.accept()

    def _on_save(self) -> None:
        suggested = str(Path.home() / f"{self._request.title}.pdf".replace("/", "-"))
        name, _ = QFileDialog.getSaveFileName(self, "存为 PDF", suggested, "PDF (*.pdf)")
        if name:
            self._desk.save(self._request, self.choice(), Path(name))
            self.accept()
