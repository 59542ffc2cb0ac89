"""Putting a printer right: print the ruler sheet, measure three lengths, keep offset and scale for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout
from shiboken6 import isValid

from frontdesk import forms
from frontdesk.core.errors import DeskError, RefusedError
from frontdesk.core.files import put_file
from frontdesk.forms.calibration import PAPERS, Paper, Reading, corrected, errors, is_exact
from frontdesk.forms.printers import PrinterChoice
from ui import files, print_papers, printing
from ui.print_picture import AlignmentPicture
from ui.shortcuts import bind, shortcut
from ui.widgets.buttons import PrimaryButton, QuietButton
from ui.widgets.containers import Notice, ScrollBody
from ui.widgets.inputs import ComboBox
from ui.widgets.labels import PlainLabel
from ui.widgets.number_box import NumberBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from frontdesk.forms.printers import PrinterService
    from ui.tasks import TaskRunner

_SIDE = 320  # px
USUAL_FORM = "F-ORDER"
_USUAL = {"strike": 0, "overprint": 0, "two_up": 5}  # papers by layout; A5 across else
_A5, _A4 = 3, 5
_MOST = 3200  # tenths of a millimetre that a rule can read
_PLACES = (("① 左边到框", "left"), ("② 上边到框", "top"), ("③ 框的宽度", "length"))


class AlignmentDialog(QDialog):
    """Ctrl+P prints the sheet, with the correction that is shown, Ctrl+S saves it; Ctrl+Enter keeps the correction,
    Esc leaves all as it was.

    `saved(choice)` tells what was kept for form and printer.
    """

    saved = Signal(object)

    def __init__(self, remembered: PrinterService, tasks: TaskRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self._remembered, self._tasks = remembered, tasks
        self._printed_with = PrinterChoice()
        self.setWindowTitle("校准打印机")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form, self.printer, self.paper = ComboBox(), ComboBox(), ComboBox()
        self.boxes = [NumberBox(0, _MOST, "毫米", label) for label, _name in _PLACES]
        self.picture = AlignmentPicture()
        self.notice = Notice()
        self.told, self.after = PlainLabel("", "section", wrap=True), PlainLabel("", "muted", wrap=True)
        self._expected = [PlainLabel("", "hint") for _place in _PLACES]
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.notice)
        left.addWidget(self.picture, 1)
        row.addLayout(left, 1)
        row.addLayout(self._side())
        bind("print", self, self._on_print)
        bind("save_pdf", self, self._on_save_sheet)
        bind("save", self, self._on_save)
        for place, box in enumerate(self.boxes):
            box.value_changed.connect(self._show)
            box.installEventFilter(self)
            box.setProperty("place", place)

    def open_with(self, form_id: str = "", printer: str = "") -> None:
        """Show the dialog for a form and a printer, without holding up the window."""
        for name in forms.form_ids():
            self.form.addItem(forms.form_title(name), name)
        self.form.setCurrentIndex(max(0, self.form.findData(form_id or USUAL_FORM)))
        names = printing.printers()
        self.printer.addItems(names)
        self.printer.setCurrentIndex(max(0, self.printer.findText(printer)))
        for paper in PAPERS:
            self.paper.addItem(paper.name)
        self._begin()
        usual = _A5 if self.form.currentData() == USUAL_FORM else _A4
        self.paper.setCurrentIndex(_USUAL.get(self._printed_with.layout, usual))
        self._begin()
        for box in (self.form, self.printer, self.paper):
            box.currentIndexChanged.connect(self._begin)
        screen = self.screen().availableSize()
        self.resize(min(980, screen.width() - 40), min(600, screen.height() - 60))
        self.show()
        (self.print_button if names else self.boxes[0]).setFocus()

    def reading(self) -> Reading:
        """What was typed, in tenths of a millimetre."""
        return Reading(*(box.tenths() for box in self.boxes))

    def result_choice(self) -> PrinterChoice:
        """What the readings make of the printer's setting. Raises RefusedError."""
        return corrected(self._printed_with, self.reading(), self._size())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The place that is asked for lights up in the picture."""
        if event.type() == QEvent.Type.FocusIn:
            self.picture.mark(int(watched.property("place")))
        elif event.type() == QEvent.Type.FocusOut:
            self.picture.mark(-1)
        return super().eventFilter(watched, event)

    def _side(self) -> QVBoxLayout:
        fields = QGridLayout()
        fields.setContentsMargins(2, 2, 2, 2)
        fields.setVerticalSpacing(8)
        fields.setHorizontalSpacing(12)
        fields.setColumnStretch(1, 1)
        chosen: Sequence[tuple[str, ComboBox]] = (
            ("单据", self.form), ("打印机", self.printer), ("纸张", self.paper)
        )  # fmt: skip
        for number, (label, combo) in enumerate(chosen):
            fields.addWidget(PlainLabel(label, "label"), number, 0)
            fields.addWidget(combo, number, 1)
            combo.setAccessibleName(label)
            combo.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        step = PlainLabel("打出标尺页，用钢尺量三处，照着填：", "muted", wrap=True)
        fields.addWidget(step, 3, 0, 1, 2)
        for number, (label, _name) in enumerate(_PLACES):
            fields.addWidget(PlainLabel(label, "label"), 4 + 2 * number, 0)
            fields.addWidget(self.boxes[number], 4 + 2 * number, 1)
            fields.addWidget(self._expected[number], 5 + 2 * number, 1)
        fields.addWidget(self.told, 10, 0, 1, 2)
        fields.addWidget(self.after, 11, 0, 1, 2)
        fields.setRowStretch(12, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(ScrollBody(fields))
        area.setFixedWidth(_SIDE)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(area, 1)
        self.print_button = QuietButton("打印标尺页", shortcut("print").shown, "print")
        self.print_button.clicked.connect(self._on_print)
        self.save_button = PrimaryButton("保存校准", shortcut("save").shown)
        self.save_button.clicked.connect(self._on_save)
        leave = QuietButton("关闭", "Esc")
        leave.clicked.connect(self.reject)
        sheet = QuietButton("标尺页存为 PDF", shortcut("save_pdf").shown, "pdf")
        sheet.clicked.connect(self._on_save_sheet)
        for button in (self.print_button, sheet, self.save_button, leave):
            button.setAutoDefault(False)
            column.addWidget(button)
        return column

    def _size(self) -> tuple[float, float]:
        paper: Paper = PAPERS[max(0, self.paper.currentIndex())]
        return paper.width, paper.height

    def _begin(self) -> None:
        """Another form, printer or paper: begin with what is kept for it."""
        name, form_id = self.printer.currentText(), str(self.form.currentData() or "")
        known = self._remembered.remembered(form_id, name) if name else None
        if known is None:
            usual = self._remembered.remembered(form_id)
            known = PrinterChoice(name, usual.layout if usual else "")
        self._take(known)
        self.print_button.setEnabled(bool(name))
        self.save_button.setEnabled(bool(name))
        if not name:
            self.notice.say("系统里没有打印机；标尺页可以存成 PDF，装好打印机后再来校准。", "warn")
            return
        self.notice.clear()
        asked = (name, self._size())
        self._tasks.run(
            lambda _task: print_papers.has_paper(asked[0], *asked[1]),
            lambda has: None if has else self._on_paper_missing(*asked),
            self._on_failed,
            owner=self,
        )

    def _on_paper_missing(self, name: str, size: tuple[float, float]) -> None:
        if (name, size) == (self.printer.currentText(), self._size()):
            missing = print_papers.missing_paper(name, *size)
            self.notice.say(f"{missing}{print_papers.how_to_add(*size)}", "warn")

    def _take(self, choice: PrinterChoice) -> None:
        """The next readings are of a sheet that was printed with this choice."""
        self._printed_with = choice
        ideal = Reading.ideal(self._size()[0])
        for box, expected, value in zip(
            self.boxes, self._expected, (ideal.left, ideal.top, ideal.length), strict=True
        ):
            box.put(value)
            expected.setText(f"应为 {value / 10:.1f} 毫米")
        self._show()

    def _show(self) -> None:
        told = _told(self.reading(), self._size()[0])
        try:
            after = self.result_choice()
        except RefusedError as refusal:
            self.told.setText("")
            self.after.setText("")
            self.notice.say(refusal.message, "danger")
            self.picture.show_reading(self._size(), self.reading(), told)
            return
        if self.notice.tone() == "danger":
            self.notice.clear()
        self.told.setText(told)
        self.after.setText(f"校准后：{told_setting(after)}")
        self.picture.show_reading(self._size(), self.reading(), told)

    def _on_print(self) -> None:
        if not self.print_button.isEnabled():
            return
        try:
            choice = self.result_choice()
        except RefusedError as refusal:
            self.notice.say(refusal.message, "danger")
            return
        size, printer = self._size(), self.printer.currentText()

        def work(_task: object) -> None:
            sheet = forms.ruler_sheet(*size, offset_mm=choice.offset_mm, scale=choice.scale_permille / 1000)
            printing.send(printing.PrintJob("标尺页", sheet), printer)

        self.notice.say("正在打印标尺页…", "info")
        self._tasks.run(work, lambda _none: self._on_printed(choice), self._on_failed, owner=self)

    def _on_save_sheet(self) -> None:
        """The sheet as a file: for a printer at another PC, or none yet."""
        width, height = self._size()
        try:
            choice = self.result_choice()
        except RefusedError as refusal:
            self.notice.say(refusal.message, "danger")
            return
        path = files.ask_where_to_save_pdf(self, f"标尺页 {width:g}×{height:g} 毫米.pdf")
        if path is None or not isValid(self):  # the desk may have been locked over the question
            return

        def work(_task: object) -> None:
            sheet = forms.ruler_sheet(
                width, height, offset_mm=choice.offset_mm, scale=choice.scale_permille / 1000
            )
            put_file(path, sheet)

        def told(_none: object) -> None:
            self.notice.say(f"标尺页已存为 {path}；打印时选“实际大小”，不要缩放。", "ok")

        self._tasks.run(work, told, self._on_failed, owner=self)

    def _on_printed(self, choice: PrinterChoice) -> None:
        self._take(choice)
        self.notice.say("标尺页已送到打印机。量好三处填在右边；都对就不用改，直接保存。", "ok")
        self.boxes[0].setFocus()
        self.boxes[0].selectAll()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.notice.say(error.message, "danger")

    def _on_save(self) -> None:
        if not self.save_button.isEnabled():
            return
        form_id, exact = str(self.form.currentData()), is_exact(self.reading(), self._size()[0])
        try:
            choice = replace(self.result_choice(), printer=self.printer.currentText())
            self._remembered.align(form_id, choice)
        except DeskError as error:
            self.notice.say(error.message, "danger")
            return
        self._take(choice)
        again = "" if exact else "再打一张标尺页核对，三处都在 0.3 毫米以内就好。"
        self.notice.say(
            f"已存：{self.form.currentText()}在“{choice.printer}”上{told_setting(choice)}。{again}", "ok"
        )
        self.saved.emit(choice)


def _told(reading: Reading, width: float) -> str:
    """What the readings say, as people would: 打出来偏右 1.3 毫米、偏上 0.8 毫米，长了 0.4%。"""
    right, down, longer = errors(reading, width)
    parts = [
        f"偏{word[error > 0]} {abs(error) / 10:.1f} 毫米"
        for error, word in ((right, "左右"), (down, "上下"))
        if error
    ]
    if longer:
        share = abs(longer) / Reading.ideal(width).length * 100
        parts.append(f"{'长' if longer > 0 else '短'}了 {share:.1f}%")
    if not parts:
        return "打出来不偏不缩。"
    exact = "，都在 0.3 毫米以内" if is_exact(reading, width) else ""
    return f"打出来{'、'.join(parts)}{exact}。"


def told_setting(choice: PrinterChoice) -> str:
    """A correction in words: 向左移 1.3 毫米、向下移 0.8 毫米、缩放 99.6%."""
    parts = [
        f"向{word[tenths > 0]}移 {abs(tenths) / 10:.1f} 毫米"
        for tenths, word in ((choice.offset_x, "左右"), (choice.offset_y, "上下"))
        if tenths
    ]
    if choice.scale_permille != 1000:
        parts.append(f"缩放 {choice.scale_permille / 10:.1f}%")
    return "、".join(parts) or "不用校正"
