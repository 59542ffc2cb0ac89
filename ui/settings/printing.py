"""What is remembered of the printers: by form, with a way to put each right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from frontdesk import forms
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Field
from ui.print_alignment import told_setting
from ui.register.attempt import AskAgain, LookUp
from ui.register.columns import Column
from ui.register.section import Section
from ui.register.table_model import RegisterTableModel
from ui.register.table_view import RegisterTableView
from ui.shortcuts import shortcut
from ui.widgets.buttons import PrimaryButton
from ui.widgets.containers import Card, EmptyState
from ui.widgets.labels import PlainLabel
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from frontdesk.core.query import RegisterQuery, TableRow
    from frontdesk.forms.printers import PrinterChoice, PrinterService
    from ui.print_desk import PrintDesk

_ABOUT = (
    "每种单据在每台打印机上的版式、要打的各联和位置校正，打印时自动用上。"
    "换了打印机、换了纸或打出来偏了，就校准一次：打一张标尺页，量三处，填进去。"
)
_FIELDS = (
    Field("form", "单据"),
    Field("printer", "打印机"),
    Field("layout", "版式"),
    Field("copies", "打印各联"),
    Field("setting", "位置校正"),
)
_COLUMNS = {
    "form": Column(110, 1, 0),
    "printer": Column(110, 1, 0),
    "layout": Column(90, 0, 2),
    "copies": Column(80, 0, 3),
    "setting": Column(150, 2, 1),
}
_LATER = "数据文件正被占用，列表稍后更新"


class PrintingSection(Section):
    """Ctrl+M, or Enter on a line, opens the wizard. `layouts` are the words for the layouts' keys."""

    def __init__(self, printing: PrintDesk, layouts: Mapping[str, str]) -> None:
        super().__init__()
        self._printing = printing
        self._source = _Setups(printing.remembered, layouts)
        self.model = RegisterTableModel(_FIELDS, self._source)
        empty = EmptyState(
            "print", "还没有打印过", f"打印过的打印机会列在这里；{shortcut('align').shown} 校准打印机"
        )
        self.table = RegisterTableView(self.model, name="打印机", own_columns=_COLUMNS, empty=empty)
        self.table.record_opened.connect(self._on_opened)
        self._card = Card("打印")
        align = PrimaryButton("校准打印机", shortcut("align").shown, "wrench")
        align.setMaximumWidth(260)
        align.clicked.connect(self.align)
        self._card.body.addWidget(PlainLabel(_ABOUT, "muted", wrap=True))
        self._card.body.addWidget(self.table, 1)
        self._card.body.addWidget(align)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        self._look = LookUp(lambda sentence: self._card.set_remark(_LATER if sentence else ""))
        self._again = AskAgain(self.on_shown, self)

    def key_actions(self) -> Sequence[Action]:
        """Ctrl+M puts the printer of the line right, or another one."""
        return (Action("align", self.align),)

    def on_shown(self) -> None:
        """Read again; a busy file is asked once more by itself."""
        if not self._look(self._read, otherwise=False):
            self._again.start()

    def on_changed(self, tables: frozenset[str]) -> None:
        """A printer was chosen or put right."""
        if "printer_setup" in tables:
            self.on_shown()

    def put_cursor(self) -> None:
        """Begin in the table."""
        self.table.setFocus()
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.selectRow(0)

    def align(self) -> None:
        """Open the wizard for the line with the cursor, else for service orders."""
        self._on_opened(self.table.current_id() or 0)

    def _read(self) -> bool:
        self.model.refresh()
        return True

    def _on_opened(self, row: int) -> None:
        self._printing.align(*self._source.of(row))


class _Setups:
    """The remembered setups as a table's source: short enough to be read whole, numbered from 1."""

    def __init__(self, remembered: PrinterService, layouts: Mapping[str, str]) -> None:
        self._remembered, self._layouts = remembered, layouts
        self._found: list[tuple[str, PrinterChoice]] = []

    def find(self, _query: RegisterQuery) -> Sequence[int]:
        """Read again."""
        self._found = self._remembered.setups()
        return range(1, len(self._found) + 1)

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The lines as last read."""
        return [(row, *self._cells(*self._found[row - 1])) for row in ids]

    def of(self, row: int) -> tuple[str, str]:
        """Form and printer of a line; empty for none."""
        if not 1 <= row <= len(self._found):
            return "", ""
        form_id, choice = self._found[row - 1]
        return form_id, choice.printer

    def _cells(self, form_id: str, choice: PrinterChoice) -> tuple[str, ...]:
        copies = "、".join(f"第 {number} 联" for number in choice.copies) or "全部"
        return (
            _title(form_id),
            choice.printer,
            self._layouts.get(choice.layout, ""),
            copies if choice.layout in self._layouts else "",
            told_setting(choice),
        )


def _title(form_id: str) -> str:
    try:
        return forms.form_title(form_id)
    except RefusedError:  # the office took its own form away
        return form_id
