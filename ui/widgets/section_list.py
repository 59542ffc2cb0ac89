"""The list of a page's sections: icon and name, chosen with the arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import theme
from ui.icons import paint_icon

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW = 38
_ICON_ROLE = Qt.ItemDataRole.UserRole


class SectionList(QListWidget):
    """Emits `section_chosen(row)` as the arrows move, and `enter_requested` to go into the section."""

    section_chosen = Signal(int)
    enter_requested = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sectionList")
        self.setAccessibleName(name)
        self.setItemDelegate(_SectionDelegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("#sectionList { border: 0; background: transparent; }")
        self.currentRowChanged.connect(self._on_row_changed)

    def set_sections(self, sections: Sequence[tuple[str, str]]) -> None:
        """Show sections as (title, icon name), with the first one chosen but not told of."""
        self.blockSignals(True)
        self.clear()
        for title, icon_name in sections:
            item = QListWidgetItem(title)
            item.setData(_ICON_ROLE, icon_name)
            self.addItem(item)
        self.setCurrentRow(0)
        self.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and → go into the section."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.enter_requested.emit()
        else:
            super().keyPressEvent(event)

    def _on_row_changed(self, row: int) -> None:
        if row >= 0:
            self.section_chosen.emit(row)


class _SectionDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect.adjusted(2, 1, -2, -1)
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            ringed = chosen and bool(state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(theme.color("focus"), 2) if ringed else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft" if chosen else "hover"))
            painter.drawRoundedRect(rect, 6, 6)
        token = "accent_text" if chosen else "text"
        mark = QRect(rect.left() + 10, rect.center().y() - 8, 18, 18)
        paint_icon(painter, str(index.data(_ICON_ROLE)), mark, token)
        font = theme.text_font()
        words = rect.adjusted(38, 0, -6, 0)
        shown = QFontMetrics(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, words.width())
        painter.setFont(font)
        painter.setPen(theme.color(token))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        painter.restore()
