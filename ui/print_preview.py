"""A look at the sheets before they are printed: printer, layout and offsets beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout
from shiboken6 import isValid

from frontdesk.core.errors import DeskError
from frontdesk.forms.printers import MOST_OFFSET, ONE_STRIKE, SCALES, PrinterChoice
from frontdesk.forms.raster import page_sizes_mm
from ui import files, print_papers, printing
from ui.print_copies import CopyChooser
from ui.print_sheets import SheetsView
from ui.shortcuts import bind, shortcut
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
    """Shows the sheets of a request. Ctrl+Enter prints, Ctrl+S saves a PDF, Alt+1 … choose copies, Esc leaves
    all as it was.

    `gone` names the printer that was remembered but is there no more.
    """

    def __init__(self, desk: PrintDesk, request: PrintRequest, tasks: TaskRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._request, self._tasks = desk, request, tasks
        self._task: Task | None = None
        self._paper_missing = False
        self.setWindowTitle(f"打印预览 · {request.title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.printer, self.layout_box = ComboBox(), ComboBox()
        self.right = NumberBox(-MOST_OFFSET, MOST_OFFSET, "毫米", "向右移")
        self.down = NumberBox(-MOST_OFFSET, MOST_OFFSET, "毫米", "向下移")
        self.scale = NumberBox(*SCALES, "%", "缩放")
        self.copies = CopyChooser(request.copies, self)
        self.sheets = SheetsView()
        self.warning, self.notice, self._strip = Notice(), Notice(), ProgressStrip()
        self.paper = PlainLabel("", "section", selectable=True)
        self._page = PlainLabel("", "label")
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._draw)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.warning)
        left.addWidget(self.notice)
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
        bind("align", self, self._on_align)

    @property
    def title(self) -> str:
        """Of the request whose sheets are shown."""
        return self._request.title

    def open_with(self, choice: PrinterChoice, gone: str = "") -> None:
        """Show the dialog, without holding up the window, and draw the sheets."""
        names = printing.printers()
        self.printer.addItems(names)
        self.printer.setCurrentIndex(max(0, names.index(choice.printer) if choice.printer in names else 0))
        for layout in self._request.layouts:
            self.layout_box.addItem(layout.label, layout.key)
        usual = choice.layout or self._request.usual_layout
        self.layout_box.setCurrentIndex(max(0, self.layout_box.findData(usual)))
        self.copies.set_one_strike(one_strike=choice.layout in ONE_STRIKE)
        self._show_setup(choice)
        self.print_button.setEnabled(bool(names))
        if self._request.warning:
            self.warning.say(self._request.warning, "warn")
        if not names:
            self.notice.say("系统里没有打印机；可以先存成 PDF。", "warn")
        elif gone:
            self.notice.say(f"上次用的打印机“{gone}”现在不在了；请另选一台再打。", "warn")
        self.printer.currentTextChanged.connect(self._on_printer)
        self.layout_box.currentIndexChanged.connect(self._on_layout)
        self.copies.changed.connect(self._draw)
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
            self.copies.chosen(),
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
        if self._request.layouts:
            rows.append(("版式", self.layout_box))
        if self._request.copies:
            rows.append(("各联", self.copies))
        align = QuietButton("校准打印机", shortcut("align").shown, "wrench")
        align.setAutoDefault(False)
        align.clicked.connect(self._on_align)
        rows += [("向右移", self.right), ("向下移", self.down), ("缩放", self.scale), ("", align)]
        for number, (label, widget) in enumerate(rows, 2):
            fields.addWidget(PlainLabel(label, "label"), number, 0)
            fields.addWidget(widget, number, 1)
            if isinstance(widget, ComboBox):
                widget.setAccessibleName(label)
        fields.setRowStretch(len(rows) + 2, 1)
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
        self.copies.choose(choice.copies)

    def _on_printer(self, name: str) -> None:
        known = self._desk.remembered.remembered(self._request.form_id, name)
        self._show_setup(known or PrinterChoice())
        self._draw()

    def _on_layout(self) -> None:
        self.copies.set_one_strike(one_strike=self.choice().layout in ONE_STRIKE)
        self._draw()

    def _on_align(self) -> None:
        dialog = self._desk.align(self._request.form_id, self.printer.currentText(), self)
        dialog.saved.connect(self._on_aligned)

    def _on_aligned(self, choice: PrinterChoice) -> None:
        if choice.printer == self.printer.currentText():
            self.right.put(choice.offset_x)
            self.down.put(choice.offset_y)
            self.scale.put(choice.scale_permille)
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

        def work(task: Task) -> tuple[bytes, str]:
            pdf = self._request.sheets(choice, task)
            return pdf, _missing_paper(choice.printer, pdf)

        task = self._tasks.run(
            work,
            lambda made: self._show(task, *made),
            lambda error: self._failed(task, error),
            owner=self,
        )
        self._task = task
        self._strip.watch(task, "正在排版", after_ms=_SHOWN_AFTER_MS)

    def _show(self, task: Task, pdf: bytes, missing: str) -> None:
        if task is not self._task:
            return
        self._task = None
        self.sheets.show_pdf(pdf)
        size = self.sheets.page_mm()
        self.paper.setText(print_papers.paper_name(*size))
        self._on_page(1)
        if missing:
            self._paper_missing = True
            self.notice.say(missing, "warn")
        elif self._paper_missing:
            self._paper_missing = False
            self.notice.clear()

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
        choice = self.choice()
        path = files.ask_where_to_save_pdf(self, f"{self._request.title}.pdf".replace("/", "-"))
        if path is None:
            return
        self._desk.save(self._request, choice, path)
        if isValid(self):  # the desk may have been locked over the question
            self.accept()


def _missing_paper(printer: str, pdf: bytes) -> str:
    """What to do about paper that the printer lacks; "" when it has it, or nobody can say. Asks the system."""
    size = page_sizes_mm(pdf)[0]
    if not printer or print_papers.has_paper(printer, *size):
        return ""
    return f"{print_papers.missing_paper(printer, *size)}{print_papers.how_to_add(*size)}"
