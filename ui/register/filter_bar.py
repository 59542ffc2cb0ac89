"""The filter row of a register: words as you type, chips for the usual, days and choices when wanted."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.core.query import RegisterQuery
from frontdesk.core.time_entry import read_date, typed_day
from ui.shortcuts import shortcut
from ui.widgets.buttons import ChipButton, PlainButton
from ui.widgets.composing import LineEdit
from ui.widgets.flow_columns import FlowColumns
from ui.widgets.inputs import ComboBox
from ui.widgets.labels import PlainLabel
from ui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from PySide6.QtGui import QResizeEvent

_NARROW = 460  # px: below, the chips stand under the text


class FilterBar(QWidget):
    """Emits the whole query whenever it changes; never in the middle of a composition.

    `today` gives the local day; `open_label` names what is not settled, `day_label` what is of today ("" leaves
    the chip out);
    `chips` are choices with a chip of their own, as (field name, key). `asked` are fields of the panel that the
    table does not list as choices: a CHOICE (its keys by `set_choices`), or a UNIT, whose room number is read
    by `read_room`.
    """

    filter_changed = Signal(object)  # RegisterQuery
    down_requested = Signal()

    def __init__(
        self,
        fields: Sequence[Field],
        today: Callable[[], date],
        *,
        hint: str = "筛选",
        open_label: str = "未完成",
        day_label: str = "今天",
        chips: Sequence[tuple[str, str]] = (),
        asked: Sequence[Field] = (),
        read_room: Callable[[str], str] = str.strip,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._query = RegisterQuery()
        self._read_room = read_room
        self._fields = {field.name: field for field in (*fields, *asked)}
        self._asked = asked
        self.box = SearchBox(hint, shortcut("filter").shown, name="筛选")
        self.box.settled.connect(lambda text: self._change(text=text))
        self.box.down_requested.connect(self.down_requested)
        self.box.advance_requested.connect(self.down_requested)
        self._day_chip = ChipButton(day_label)
        if not day_label:
            self._day_chip.hide()
        self._day_chip.clicked.connect(self._on_today)
        self._open_chip = ChipButton(open_label)
        self._open_chip.clicked.connect(lambda on: self._change(open_only=on))
        if not open_label:
            self._open_chip.hide()
        self._choice_chips = {pair: ChipButton(self._chip_label(*pair)) for pair in chips}
        self._picked_chip = ChipButton("")
        self._picked_chip.clicked.connect(lambda: self._change(picked=None))
        self._picked_chip.hide()
        self._more = PlainButton("", "", "filter", name="更多筛选")
        self._more.setCheckable(True)
        self._boxes: dict[str, ComboBox] = {}
        self._rooms: dict[str, LineEdit] = {}
        self._panel = self._build_panel()
        self._more.toggled.connect(self._panel.setVisible)
        self._lay_out()

    @property
    def query(self) -> RegisterQuery:
        """What is asked for at present."""
        return self._query

    def set_query(self, query: RegisterQuery) -> None:
        """Show a query and tell of it."""
        self._query = query
        self.box.setText(query.text)
        self._show()
        self.filter_changed.emit(query)

    def reset(self) -> None:
        """Ask for the whole register."""
        self.set_query(RegisterQuery())

    def begin_anew(self) -> None:
        """Ask for the whole register as at first, the rarer questions folded, and tell nobody."""
        self._query = RegisterQuery()
        self.box.setText("")
        self._more.setChecked(False)
        self._show()

    def set_choices(self, name: str, choices: Sequence[Choice]) -> None:
        """Offer these keys of a field in the panel; the one asked for stays."""
        box = self._boxes[name]
        box.blockSignals(True)
        box.clear()
        box.addItem("全部", "")
        for choice in choices:
            box.addItem(choice.label, choice.key)
        box.setCurrentIndex(max(box.findData(self._query.choices.get(name, "")), 0))
        box.blockSignals(False)

    def look_again(self) -> None:
        """Time went on: what is asked for as today's is the new day's."""
        if self._day_chip.isChecked() and self._query.first_day != self._today():
            self._on_today(True)

    def put_cursor(self) -> None:
        """Put the cursor into the text (Ctrl+F)."""
        self.box.setFocus()
        self.box.selectAll()

    def minimumSizeHint(self) -> QSize:
        """As narrow as the chips alone: the text stands above them then."""
        return QSize(self._chip_row.minimumSize().width(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow zone the chips stand under the text."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self._top.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )

    def _lay_out(self) -> None:
        chip_row = QHBoxLayout()
        chip_row.setSpacing(6)
        chip_row.addWidget(self._day_chip)
        chip_row.addWidget(self._open_chip)
        for (name, key), chip in self._choice_chips.items():
            chip.clicked.connect(partial(self._on_chip, name, key))
            chip_row.addWidget(chip)
        chip_row.addWidget(self._more)
        chip_row.addStretch(1)
        self._chip_row = chip_row
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(8)
        self._top.addWidget(self.box, 1)
        self._top.addLayout(chip_row)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._top)
        column.addWidget(self._picked_chip)
        column.addWidget(self._panel)

    def _build_panel(self) -> QWidget:
        panel = FlowColumns(narrow=300)
        self._first, self._last = (self._day_line(name) for name in ("起始日期", "截止日期"))
        panel.add(_labelled("从", self._first))
        panel.add(_labelled("到", self._last))
        for field in self._fields.values():
            if field.kind is Kind.CHOICE:
                panel.add(_labelled(field.label, self._choice_box(field)))
            elif field in self._asked:
                panel.add(_labelled(field.label, self._room_line(field)))
        panel.hide()
        return panel

    def _choice_box(self, field: Field) -> ComboBox:
        box = self._boxes[field.name] = ComboBox()
        box.setAccessibleName(field.label)
        self.set_choices(field.name, field.choices)
        box.currentIndexChanged.connect(partial(self._on_choice, field.name, box))
        return box

    def _room_line(self, field: Field) -> LineEdit:
        line = self._rooms[field.name] = LineEdit()
        line.setAccessibleName(field.label)
        line.setPlaceholderText("3-2-1102")
        read = partial(self._on_room, field.name, line)
        line.editingFinished.connect(read)
        line.advance_requested.connect(read)
        return line

    def _day_line(self, name: str) -> LineEdit:
        line = LineEdit()
        line.setPlaceholderText("今天、周一、11-18")
        line.setAccessibleName(name)
        line.editingFinished.connect(self._on_days)
        line.advance_requested.connect(self._on_days)
        return line

    def _chip_label(self, name: str, key: str) -> str:
        label = self._fields[name].label_of(key)
        return label.split(" ", 1)[-1]

    def _change(self, **changes: object) -> None:
        query = replace(self._query, **changes)  # type: ignore[arg-type]
        if query != self._query:
            self._query = query
            self._show()
            self.filter_changed.emit(query)

    def _on_today(self, on: bool) -> None:
        day = self._today() if on else None
        self._change(first_day=day, last_day=day)

    def _on_days(self) -> None:
        today = self._today()
        days: list[date | None] = []
        for line in (self._first, self._last):
            days.append(read_date(line.text(), today))
            _set_fault(line, fault=bool(line.text().strip()) and days[-1] is None)  # it filters nothing
        self._change(first_day=days[0], last_day=days[1])

    def _on_chip(self, name: str, key: str, _on: bool = False) -> None:
        on = self._choice_chips[name, key].isChecked()
        self._choose(name, key if on else "")

    def _on_choice(self, name: str, box: ComboBox, _index: int = 0) -> None:
        self._choose(name, box.currentData() or "")

    def _on_room(self, name: str, line: LineEdit) -> None:
        self._choose(name, self._read_room(line.text()))

    def _choose(self, name: str, key: str) -> None:
        choices = {field: wanted for field, wanted in self._query.choices.items() if field != name}
        if key:
            choices[name] = key
        self._change(choices=MappingProxyType(choices))

    def _show(self) -> None:
        """Let every chip, line and box show the query."""
        query, today = self._query, self._today()
        in_panel = [pair for pair in query.choices.items() if pair not in self._choice_chips]
        if query.first_day != query.last_day or (query.first_day and query.first_day != today):
            in_panel.append(("day", ""))
        self._more.set_word(str(len(in_panel)) if in_panel else "")
        self._day_chip.setChecked(query.first_day == today == query.last_day)
        self._open_chip.setChecked(query.open_only)
        self._picked_chip.setVisible(query.picked is not None)
        if query.picked is not None:
            words = f"{query.picked.label}　{len(query.picked.ids):,} 条　×"
            self._picked_chip.setText(words.replace("&", "&&"))
            self._picked_chip.setAccessibleName(f"只列出{query.picked.label}，按下则全部列出")
            self._picked_chip.setChecked(True)
        for (name, key), chip in self._choice_chips.items():
            chip.setChecked(query.choices.get(name) == key)
        for name, box in self._boxes.items():
            box.blockSignals(True)
            box.setCurrentIndex(max(box.findData(query.choices.get(name, "")), 0))
            box.blockSignals(False)
        for name, room in self._rooms.items():
            room.setText(query.choices.get(name, ""))
        for line, day in ((self._first, query.first_day), (self._last, query.last_day)):
            line.setText(typed_day(day, today) if day else "")
            _set_fault(line, fault=False)


def _set_fault(line: LineEdit, *, fault: bool) -> None:
    line.setProperty("fault", fault)
    line.setToolTip("看不懂，例如 今天、周一、11-18" if fault else "")
    line.setAccessibleDescription(line.toolTip())
    line.style().polish(line)


def _labelled(label: str, widget: QWidget) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(PlainLabel(label, "label"))
    row.addWidget(widget, 1)
    return both
