"""The card beside a form: who lives there, how to reach them, what to mind, what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.widgets.containers import Card, EmptyState, Notice, ScrollBody
from ui.widgets.labels import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from frontdesk.estate.register import ResidentRow
    from frontdesk.household_card import CardLine, CardSection, HouseholdCard


class CardLineView(QWidget):
    """One line that can be opened by Enter or a click."""

    opened = Signal(str, int)

    def __init__(self, line: CardLine) -> None:
        super().__init__()
        self._line = line
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 3, 6, 3)
        row.setSpacing(8)
        row.addWidget(PlainLabel(line.lead, "hint"))
        row.addWidget(ElidedLabel(" ".join(line.text.split()), "label"), 1)
        self.setObjectName("cardLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if line.register else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"{line.lead} {line.text}")
        if line.register:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the record."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._line.register:
            self.opened.emit(self._line.register, self._line.record_id)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens the record."""
        if self._line.register and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self._line.register, self._line.record_id)


class HouseholdCardView(Card):
    """Shows one household; `record_opened(register, id)` when a line of it is chosen."""

    record_opened = Signal(str, int)

    def __init__(self) -> None:
        super().__init__("住户", margin=14)
        self._empty = EmptyState(
            "residents", "还没有房号", "输入房号或姓名，这里显示住户、未完事项和最近来电。"
        )
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.hide()
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._area, 1)
        self.unit_id: int | None = None

    def show_nobody(self) -> None:
        """No unit is known."""
        self.unit_id = None
        self.set_title("住户")
        self._area.hide()
        self._empty.show()

    def show_card(self, card: HouseholdCard) -> None:
        """Show a household."""
        self.unit_id = card.household.unit.id
        self.set_title(card.household.unit.unit_no)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 4, 4)
        column.setSpacing(4)
        body = ScrollBody(column)
        for resident in card.household.residents:
            column.addWidget(_person(resident))
        if not card.household.residents:
            column.addWidget(PlainLabel("没有登记住户", "muted"))
        for note in card.household.notes:
            notice = Notice()
            column.addWidget(notice)
            notice.say(note.text, "danger")  # after it has a place: shown before, it would be a window
        for section in card.sections:
            self._add_section(column, section)
        column.addStretch(1)
        self._area.setWidget(body)
        self._empty.hide()
        self._area.show()

    def _add_section(self, column: QVBoxLayout, section: CardSection) -> None:
        column.addSpacing(8)
        column.addWidget(PlainLabel(f"{section.title} {section.count}", "section"))
        for line in section.lines:
            view = CardLineView(line)
            view.opened.connect(self.record_opened)
            column.addWidget(view)


def _person(resident: ResidentRow) -> QWidget:
    person = QWidget()
    column = QVBoxLayout(person)
    column.setContentsMargins(0, 2, 0, 2)
    column.setSpacing(1)
    name = QHBoxLayout()
    name.setSpacing(8)
    name.addWidget(PlainLabel(resident.relation_label, "hint"))
    name.addWidget(PlainLabel(resident.name, selectable=True), 1)
    column.addLayout(name)
    for telephone in resident.telephones:
        shown = f"{telephone.shown}  {telephone.remarks}".strip()
        column.addWidget(PlainLabel(shown, "label", selectable=True))
    return person
