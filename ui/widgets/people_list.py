"""A list of people in large type, each with a round mark of the name's last character."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import theme
from ui.rare_font import ensure_rare_font

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW = 52
_MARK = 32
_TONES = ("accent", "info", "ok", "warn", "neutral")
_PERSON_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class PersonChoice:
    """One person to choose: what is shown, and the words by which the person is found."""

    id: int
    name: str
    remark: str = ""
    keys: tuple[str, ...] = ()
    has_password: bool = False

    def answers(self, wanted: str) -> bool:
        """Whether the person is meant by a part of the name or the beginning of its initials."""
        text = wanted.strip().lower()
        return text in self.name.lower() or any(key.startswith(text) for key in self.keys)


def tone_of(person_id: int) -> str:
    """The colour of a person's mark: always the same one for the same person."""
    return _TONES[person_id % len(_TONES)]


def paint_mark(painter: QPainter, rect: QRect, name: str, tone: str, size: int) -> None:
    """Paint the round mark; `size` is the letter's, in logical px."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(f"{tone}_soft"))
    painter.drawEllipse(rect)
    painter.setPen(theme.color("accent_text" if tone == "accent" else tone))
    painter.setFont(theme.text_font(size, bold=True))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, name[-1:])
    painter.restore()


class PeopleList(QListWidget):
    """People to choose from with arrows or the pointer; narrowed by `show_matching`."""

    person_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people: tuple[PersonChoice, ...] = ()
        self.setObjectName("peopleList")
        self.setAccessibleName("人员")
        self.setItemDelegate(_PersonDelegate(self))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("#peopleList { border: 0; background: transparent; }")
        self.currentItemChanged.connect(self._on_current_changed)

    def set_people(self, people: Sequence[PersonChoice], chosen_id: int | None = None) -> None:
        """Show these people with one of them chosen; the first one when nobody is named."""
        self._people = tuple(people)
        self._fill(self._people, chosen_id)

    def show_matching(self, wanted: str) -> bool:
        """Leave those who answer to what was typed; False, and the list as it was, when nobody does."""
        found = [person for person in self._people if person.answers(wanted)]
        if not found:
            return False
        chosen = self.chosen()
        self._fill(found, chosen.id if chosen else None)
        return True

    def chosen(self) -> PersonChoice | None:
        """Whoever is chosen at present."""
        item = self.currentItem()
        person: PersonChoice | None = item.data(_PERSON_ROLE) if item is not None else None
        return person

    def step(self, by: int) -> None:
        """Choose the person so many rows further down, or up."""
        if self.count():
            self.setCurrentRow(max(0, min(self.count() - 1, self.currentRow() + by)))

    def _fill(self, people: Sequence[PersonChoice], chosen_id: int | None) -> None:
        self.blockSignals(True)
        self.clear()
        row = 0
        for n, person in enumerate(people):
            ensure_rare_font(person.name)
            item = QListWidgetItem(person.name)
            item.setData(_PERSON_ROLE, person)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{person.name} {person.remark}".strip())
            self.addItem(item)
            row = n if person.id == chosen_id else row
        self.setCurrentRow(row)
        self.blockSignals(False)
        self._on_current_changed()

    def _on_current_changed(self, *_items: object) -> None:
        self.person_chosen.emit(self.chosen())


class _PersonDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        person: PersonChoice = index.data(_PERSON_ROLE)
        rect: QRect = option.rect.adjusted(4, 2, -4, -2)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, state)
        mark = QRect(rect.left() + 8, rect.center().y() - _MARK // 2, _MARK, _MARK)
        paint_mark(painter, mark, person.name, tone_of(person.id), theme.SECTION_PX)
        words = rect.adjusted(_MARK + 20, 0, -8, 0)
        has_remark = bool(person.remark)
        upper = words.adjusted(0, 4, 0, -20) if has_remark else words
        self._paint_line(painter, upper, person.name, theme.HEAD_PX, "text")
        if has_remark:
            self._paint_line(painter, words.adjusted(0, 26, 0, -3), person.remark, theme.HINT_PX, "muted")
        painter.restore()

    @staticmethod
    def _paint_ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if not chosen and not state & QStyle.StateFlag.State_MouseOver:
            return
        focused = chosen and bool(state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(QPen(theme.color("focus"), 2) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_soft" if chosen else "hover"))
        painter.drawRoundedRect(rect, 8, 8)

    @staticmethod
    def _paint_line(painter: QPainter, rect: QRect, text: str, size: int, token: str) -> None:
        font = theme.text_font(size)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.setFont(font)
        painter.setPen(theme.color(token))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
